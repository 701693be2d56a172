//! JSON that is read strictly: a key that occurs twice in an object is an error (RFC 8259, section 4, leaves duplicate keys
//! to the reader); and the four forms of an answer line.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{Answer, Content, Rejection};

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("the key {key:?} occurs twice in one object")));
            }
            let value = entries.next_value_seed(Strict)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// Reads one JSON value that takes the whole of `text`.
///
/// # Errors
/// Syntax errors, nesting deeper than 128, and keys that occur twice in one object.
pub fn from_str(text: &str) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads an answer line (without its LF).
///
/// # Errors
/// A sentence that says what is wrong with the line, to be shown with the line itself.
pub fn answer(line: &str) -> Result<Answer, String> {
    let value = from_str(line).map_err(|error| format!("it is not JSON: {error}"))?;
    let Value::Object(mut map) = value else {
        return Err("it is JSON, but not an object".into());
    };
    let seq = match map.shift_remove("seq") {
        Some(Value::Number(number)) => number
            .as_u64()
            .ok_or_else(|| format!("\"seq\" is {number}; it must be the integer of the request"))?,
        Some(other) => {
            return Err(format!("\"seq\" is {other}; it must be a JSON number, as in the request"));
        }
        None => return Err("it has no \"seq\"".into()),
    };
    if map.len() != 1 {
        return Err(
            "besides \"seq\" it must have exactly one of \"accept\", \"reject\", \"unsupported\" and \"error\""
                .into(),
        );
    }
    // An output stays as it was read: it may be large.
    if let Some(output) = map.shift_remove("accept") {
        return match output {
            Value::Object(_) => Ok(Answer { seq, content: Content::Accept(output) }),
            other => Err(format!("\"accept\" is {other}; it must be an object with the operation's output")),
        };
    }
    let Some((key, said)) = map.into_iter().next() else { return Err("it is empty".into()) };
    let text = |said: Value| match said {
        Value::String(text) => Ok(text.into()),
        other => Err(format!("\"{key}\" is {other}; it must be a text")),
    };
    let content = match key.as_str() {
        "reject" => Content::Reject(rejection(said)?),
        "unsupported" => Content::Unsupported(text(said)?),
        "error" => Content::Error(text(said)?),
        other => {
            return Err(format!(
                "it has the key {other:?}, and none of \"accept\", \"reject\", \"unsupported\" and \"error\""
            ));
        }
    };
    Ok(Answer { seq, content })
}

fn rejection(said: Value) -> Result<Rejection, String> {
    let Value::Object(map) = &said else {
        return Err(format!("\"reject\" is {said}; it must be an object with \"reason\""));
    };
    for key in ["reason", "code", "data"] {
        if let Some(value) = map.get(key).filter(|value| !value.is_string()) {
            return Err(format!("\"{key}\" is {value}; it must be a text"));
        }
    }
    serde_json::from_value(said).map_err(|error| format!("\"reject\" is wrong: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_occurs_twice_is_an_error_at_any_depth() {
        assert!(from_str(r#"{"a":1,"b":2}"#).is_ok());
        for text in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"a":2}}]"#] {
            assert!(from_str(text).unwrap_err().to_string().contains("occurs twice"), "{text}");
        }
    }

    #[test]
    fn the_four_forms_of_an_answer() {
        assert_eq!(
            answer(r#"{"seq":3,"accept":{"value":"1"}}"#).unwrap(),
            Answer { seq: 3, content: Content::Accept(serde_json::json!({"value": "1"})) }
        );
        assert_eq!(
            answer(r#"{"reject":{"reason":"x","code":"400f"},"seq":4}"#).unwrap().content,
            Content::Reject(Rejection { reason: "x".into(), code: Some("400f".into()), data: None })
        );
        assert_eq!(
            answer(r#"{"seq":5,"unsupported":"y"}"#).unwrap().content,
            Content::Unsupported("y".into())
        );
        assert_eq!(answer(r#"{"seq":6,"error":"z"}"#).unwrap().content, Content::Error("z".into()));
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_said() {
        for (line, part) in [
            ("ready", "not JSON"),
            ("[1]", "not an object"),
            (r#"{"accept":{}}"#, "no \"seq\""),
            (r#"{"seq":"1","accept":{}}"#, "must be a JSON number"),
            (r#"{"seq":-1,"accept":{}}"#, "must be the integer"),
            (r#"{"seq":1}"#, "exactly one of"),
            (r#"{"seq":1,"accept":{},"error":"x"}"#, "exactly one of"),
            (r#"{"seq":1,"accept":true}"#, "must be an object"),
            (
                r#"{"seq":1,"verdict":"accept"}"#,
                "it has the key \"verdict\", and none of \"accept\", \"reject\",",
            ),
            (r#"{"seq":1,"error":7}"#, "\"error\" is 7; it must be a text"),
            (r#"{"seq":1,"unsupported":{}}"#, "\"unsupported\" is {}; it must be a text"),
            (r#"{"seq":1,"reject":"x"}"#, "\"reject\" is \"x\"; it must be an object with \"reason\""),
            (r#"{"seq":1,"reject":{"reason":"x","code":16406}}"#, "\"code\" is 16406; it must be a text"),
            (r#"{"seq":1,"reject":{}}"#, "missing field `reason`"),
            (r#"{"seq":1,"reject":{"reason":"x","extra":1}}"#, "unknown field"),
            (r#"{"seq":1,"seq":1,"accept":{}}"#, "occurs twice"),
        ] {
            let message = answer(line).unwrap_err();
            assert!(message.contains(part), "{line}: {message}");
        }
    }
}
