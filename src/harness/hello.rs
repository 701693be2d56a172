//! The handshake: what an adapter may say of itself, and the sentence it gets when that is wrong.

use std::collections::BTreeSet;

use serde_json::Value;

use super::text::sentence;
use crate::node::Policies;
use crate::protocol::{AdapterHello, MAX_WINDOW, OPERATIONS, PROFILES, VERSION, strict};

/// Reads and checks the adapter's first line (without its LF).
///
/// # Errors
/// What is wrong with it and what to change, in one or two sentences.
pub fn parse(line: &[u8]) -> Result<AdapterHello, String> {
    read(line).map_err(|wrong| sentence(&wrong))
}

fn read(line: &[u8]) -> Result<AdapterHello, String> {
    let text = std::str::from_utf8(line).map_err(|_| "its first line is not UTF-8".to_owned())?;
    let value = strict::from_str(text).map_err(|error| {
        format!(
            "its first line on stdout is not the JSON of a hello ({error}). \
             Stdout is for the protocol alone: print what is meant for people to stderr"
        )
    })?;
    if value.get("type").and_then(Value::as_str) != Some("hello") {
        return Err(
            "its first line has no \"type\":\"hello\". The first line it writes must be its hello".into()
        );
    }
    match value.get("protocol") {
        Some(Value::Number(number)) if number.as_u64() == Some(u64::from(VERSION)) => {}
        Some(other) => {
            return Err(format!(
                "its hello says \"protocol\":{other}; this spontan speaks {VERSION}. \
                 Let the adapter answer with \"protocol\":{VERSION}, or use the spontan that it was written for"
            ));
        }
        None => return Err(format!("its hello has no \"protocol\". Add \"protocol\":{VERSION}")),
    }
    shape(&value)?;
    let hello: AdapterHello = serde_json::from_value(value)
        .map_err(|error| format!("its hello is wrong: {error}. See docs/protocol.md, Handshake"))?;
    check(&hello)?;
    Ok(hello)
}

/// What kind of value each key has, in the words of JSON.
fn shape(hello: &Value) -> Result<(), String> {
    fn texts(value: &Value) -> bool {
        value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
    }
    fn named_texts(value: &Value) -> bool {
        value.as_object().is_some_and(|map| map.values().all(Value::is_string))
    }
    type Kind = (&'static str, fn(&Value) -> bool, &'static str);
    const IMPLEMENTATION: &str = "an object with the texts \"name\", \"version\" and \"language\"";
    let kinds: [Kind; 8] = [
        ("implementation", named_texts, IMPLEMENTATION),
        ("operations", texts, "a list of texts"),
        ("policies", named_texts, "an object whose values are texts"),
        ("profiles", texts, "a list of texts"),
        ("omits", texts, "a list of texts"),
        ("failure_detail", Value::is_string, "a text"),
        ("reads", Value::is_string, "a text"),
        ("window", Value::is_u64, "a whole number"),
    ];
    for (key, is_right, kind) in kinds {
        if let Some(value) = hello.get(key).filter(|value| !is_right(value)) {
            return Err(format!("its hello says \"{key}\":{value}. It must be {kind}"));
        }
    }
    Ok(())
}

fn check(hello: &AdapterHello) -> Result<(), String> {
    let names: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    listed("operations", &hello.operations, &names)?;
    if hello.operations.is_empty() {
        return Err(format!("its hello declares no operation. The operations are {}", names.join(", ")));
    }
    listed("profiles", &hello.profiles, PROFILES)?;
    for (name, value) in &hello.policies {
        let Some((_, values)) = Policies::ALL.iter().find(|(policy, _)| policy == name) else {
            let known: Vec<_> = Policies::ALL.iter().map(|(policy, _)| *policy).collect();
            return Err(format!(
                "its hello declares the policy {name:?}, which does not exist. The policies are {}",
                known.join(", ")
            ));
        };
        if !values.contains(&value.as_str()) {
            return Err(format!(
                "its hello declares the policy {name} as {value:?}. Its values are {}",
                values.join(", ")
            ));
        }
    }
    omits(hello)?;
    match usize::try_from(hello.window) {
        Ok(1..=MAX_WINDOW) => Ok(()),
        _ => Err(format!("its hello asks for a window of {}. It must be 1 to {MAX_WINDOW}", hello.window)),
    }
}

fn listed(key: &str, values: &[String], allowed: &[&str]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !allowed.contains(&value.as_str()) {
            return Err(format!("its hello has {value:?} in {key}. The {key} are {}", allowed.join(", ")));
        }
        if !seen.insert(value) {
            return Err(format!("its hello has {value:?} twice in {key}. List it once"));
        }
    }
    Ok(())
}

fn omits(hello: &AdapterHello) -> Result<(), String> {
    for (index, omitted) in hello.omits.iter().enumerate() {
        let exists = OPERATIONS.iter().any(|(operation, fields)| {
            fields.iter().any(|field| omitted.rsplit_once('.') == Some((*operation, *field)))
        });
        if !exists || hello.omits[..index].contains(omitted) {
            return Err(format!(
                "its hello has {omitted:?} in omits. It must be an operation and a field of its output, such as \
                 \"onion.peel.payload\", and be listed once"
            ));
        }
    }
    let all = |fields: &[&str], operation| fields.iter().all(|field| hello.omits_field(operation, field));
    match OPERATIONS.iter().find(|(operation, fields)| all(fields, operation)) {
        Some((operation, _)) => Err(format!(
            "its hello omits every output field of {operation}, so nothing is left to judge. \
             Leave the operation out of operations instead"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(key: &str, value: Value) -> Result<AdapterHello, String> {
        let mut hello = json!({
            "type": "hello", "protocol": 1,
            "implementation": {"name": "a", "version": "1", "language": "c"},
            "operations": ["bigsize.decode", "onion.peel"], "window": 64,
        });
        if !key.is_empty() {
            hello[key] = value;
        }
        parse(hello.to_string().as_bytes())
    }

    #[test]
    fn a_sound_hello_is_taken() {
        let hello = with("", Value::Null).unwrap();
        assert_eq!(hello.window, 64);
        assert_eq!(hello.profiles, ["bolt4"]);
        assert!(with("policies", json!({"claimed_hash_again": "settle"})).is_ok());
        assert!(with("omits", json!(["onion.peel.payload", "onion.peel.final"])).is_ok());
        assert!(with("window", json!(1)).is_ok());
        assert!(with("window", json!(1024)).is_ok());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (key, value, part) in [
            ("type", json!("hi"), "no \"type\":\"hello\""),
            ("protocol", json!(2), "this spontan speaks 1"),
            ("protocol", json!("1"), "\"protocol\":\"1\""),
            (
                "operations",
                json!(["bigsize"]),
                "\"bigsize\" in operations. The operations are bigsize.decode,",
            ),
            ("operations", json!(["bigsize.decode", "bigsize.decode"]), "twice in operations"),
            ("operations", json!([]), "declares no operation"),
            ("profiles", json!(["bolt5"]), "\"bolt5\" in profiles. The profiles are bolt4, x-only"),
            ("policies", json!({"keysend": "accept"}), "\"keysend\", which does not exist"),
            ("policies", json!({"claimed_hash_again": "yes"}), "Its values are fail, settle"),
            ("omits", json!(["payload"]), "\"payload\" in omits"),
            ("omits", json!(["onion.peel.key"]), "\"onion.peel.key\" in omits"),
            ("omits", json!(["onion.peel.final", "onion.peel.final"]), "be listed once"),
            ("omits", json!(["bigsize.encode.bytes"]), "every output field of bigsize.encode"),
            ("window", json!(0), "a window of 0. It must be 1 to 1024"),
            ("window", json!(1025), "a window of 1025"),
            ("window", json!(-1), "its hello says \"window\":-1. It must be a whole number"),
            ("window", json!("64"), "\"window\":\"64\". It must be a whole number"),
            ("operations", json!([1]), "\"operations\":[1]. It must be a list of texts"),
            ("implementation", json!("x"), "\"implementation\":\"x\". It must be an object with"),
            ("policies", json!({"mpp": true}), "It must be an object whose values are texts"),
            ("failure_detail", json!("all"), "unknown variant `all`"),
            ("extra", json!(1), "unknown field `extra`"),
        ] {
            let message = with(key, value).unwrap_err();
            assert!(message.contains(part), "{key}: {message}");
        }
        assert!(parse(b"ready").unwrap_err().contains("to stderr"));
        assert!(parse(b"\xff").unwrap_err().contains("not UTF-8"));
        assert!(parse(br#"{"type":"hello","type":"hello"}"#).unwrap_err().contains("occurs twice"));
    }
}
