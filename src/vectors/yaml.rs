//! The canonical YAML of the vectors: block style, every string in double quotes, nothing folded, no anchors, tags
//! or merges, LF. Hex that other emitters leave bare (`51e427`, `0210`) is a number to some readers; quoted it is not. Keys
//! are names and stay bare, but for failure codes and what an adapter makes up.

use std::fmt::Write;

use serde_json::Value;

use crate::protocol::foreign::is_hidden;

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
                let key = if is_bare(key) { key.clone() } else { scalar(&Value::from(key.as_str())) };
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
        // A scalar or an empty collection.
        inline => {
            out.push_str(&scalar(inline));
            out.push('\n');
        }
    }
}

/// A value in YAML's flow style, which JSON is: its form of a string is the double-quoted form. What cannot be seen is escaped.
pub fn scalar(value: &Value) -> String {
    let mut out = String::new();
    for char in value.to_string().chars() {
        let _ = match u32::from(char) {
            _ if !is_hidden(char) => write!(out, "{char}"),
            code @ ..=0xffff => write!(out, "\\u{code:04x}"),
            code => write!(out, "\\U{code:08x}"),
        };
    }
    out
}

/// Whether a key is a name, and could not be taken for a number.
fn is_bare(key: &str) -> bool {
    let is_hex =
        key.bytes().all(|byte| byte.is_ascii_hexdigit()) && key.bytes().any(|byte| byte.is_ascii_digit());
    !is_hex && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
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
    fn what_an_adapter_writes_stays_a_key_or_a_string() {
        let hidden = "\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2028}\u{e0041}\n";
        let value = json!({"a: b": 1, "": 2, "- c": 3, "#": 4, hidden: [hidden]});
        let text = emit(&value);
        assert!(!text.replace('\n', "").contains(is_hidden), "{text}");
        assert_eq!(text.lines().count(), 6);
        let back: Value = serde_yaml::from_str(&text).unwrap();
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
