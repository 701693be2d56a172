//! The canonical YAML of the vectors: block style, every string in double quotes, nothing folded, no anchors, tags
//! or merges, LF. Hex that other emitters leave bare (`51e427`, `0210`) is a number to some readers; quoted it is not. Keys
//! are names and stay bare, but for failure codes.

use serde_json::Value;

/// Writes `value` as canonical YAML, with an LF at the end.
pub fn emit(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, true, &mut out);
    out
}

/// Writes the lines of a value, each indented by `indent` spaces; the first not if it goes on where the output ends.
fn block(value: &Value, indent: usize, mut is_new_line: bool, out: &mut String) {
    let mut pad = |out: &mut String| {
        if std::mem::replace(&mut is_new_line, true) {
            out.extend(std::iter::repeat_n(' ', indent));
        }
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                pad(out);
                let key = if is_hex(key) { Value::from(key.as_str()).to_string() } else { key.clone() };
                out.push_str(&key);
                out.push(':');
                let is_block = is_block(value);
                out.push(if is_block { '\n' } else { ' ' });
                block(value, indent + 2, is_block, out);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for item in list {
                pad(out);
                out.push('-');
                // The first key of a map stands behind the dash.
                let is_list = item.is_array() && is_block(item);
                out.push(if is_list { '\n' } else { ' ' });
                block(item, indent + 2, is_list, out);
            }
        }
        // A scalar or an empty collection. JSON's form of a string is YAML's double-quoted form.
        inline => {
            out.push_str(&inline.to_string());
            out.push('\n');
        }
    }
}

/// Whether a key could be taken for a number.
fn is_hex(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_hexdigit()) && key.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a value is a map or a list that is not empty.
pub fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_canonical_form() {
        let value = json!({
            "a": "51e427",
            "b": 7,
            "c": [],
            "d": {"e": true, "f": {}, "0013": 1, "c005": 2, "amt_0": 3},
            "g": [{"h": "x", "i": [{"j": "k"}]}, [], [[{"l": 1}], []], "\u{0}\n\"\\é"],
        });
        let text = "a: \"51e427\"\nb: 7\nc: []\nd:\n  e: true\n  f: {}\n  \"0013\": 1\n  \"c005\": 2\n  amt_0: 3\ng:\n  - h: \"x\"\n    i:\n      - j: \"k\"\n  - []\n  -\n    -\n      - l: 1\n    - []\n  - \"\\u0000\\n\\\"\\\\é\"\n";
        assert_eq!(emit(&value), text);
        let back: Value = serde_yaml::from_str(text).unwrap();
        assert_eq!(back, value);
    }

    #[test]
    fn strings_that_other_readers_take_for_something_else_stay_strings() {
        for text in
            ["", "0210", "12e4", "51e427", "00000000", "null", "~", "yes", "2026-11-22", "0x10", "1_000", "="]
        {
            let emitted = emit(&json!({ "v": text }));
            assert_eq!(emitted, format!("v: {text:?}\n"));
            let back: Value = serde_yaml::from_str(&emitted).unwrap();
            assert_eq!(back["v"], text);
        }
    }
}
