//! The canonical YAML of the vectors: block style, every string in double quotes, nothing folded, no anchors, tags
//! or merges, LF. Hex that other emitters leave bare (`51e427`, `0210`) is a number to some readers; quoted it is not.

use serde_json::Value;

/// Writes `value` as canonical YAML, with an LF at the end.
pub fn emit(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => block(value, 0, &mut out),
        Value::Array(list) if !list.is_empty() => block(value, 0, &mut out),
        scalar => {
            out.push_str(&inline(scalar));
            out.push('\n');
        }
    }
    out
}

/// Writes a map or list that is not empty; every line is indented by `indent` spaces.
fn block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                pad(indent, out);
                entry(key, value, indent, out);
            }
        }
        Value::Array(list) => {
            for item in list {
                pad(indent, out);
                out.push('-');
                match item {
                    Value::Object(map) if !map.is_empty() => {
                        for (index, (key, value)) in map.iter().enumerate() {
                            if index == 0 {
                                out.push(' ');
                            } else {
                                pad(indent + 2, out);
                            }
                            entry(key, value, indent + 2, out);
                        }
                    }
                    Value::Array(inner) if !inner.is_empty() => {
                        out.push('\n');
                        block(item, indent + 2, out);
                    }
                    scalar => {
                        out.push(' ');
                        out.push_str(&inline(scalar));
                        out.push('\n');
                    }
                }
            }
        }
        _ => {}
    }
}

/// Writes `key: value`, the key's own indentation being there already.
fn entry(key: &str, value: &Value, indent: usize, out: &mut String) {
    out.push_str(key);
    out.push(':');
    if is_block(value) {
        out.push('\n');
        block(value, indent + 2, out);
    } else {
        out.push(' ');
        out.push_str(&inline(value));
        out.push('\n');
    }
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    }
}

/// A scalar or an empty collection. JSON's form of a string is YAML's double-quoted form.
fn inline(value: &Value) -> String {
    value.to_string()
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
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
            "d": {"e": true, "f": {}},
            "g": [{"h": "x", "i": [{"j": "k"}]}, [], [[{"l": 1}], []], "\u{0}\n\"\\é"],
        });
        let text = "a: \"51e427\"\nb: 7\nc: []\nd:\n  e: true\n  f: {}\ng:\n  - h: \"x\"\n    i:\n      - j: \"k\"\n  - []\n  -\n    -\n      - l: 1\n    - []\n  - \"\\u0000\\n\\\"\\\\é\"\n";
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
