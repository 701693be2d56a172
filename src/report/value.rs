//! Values for people: a case's input as indented lines, with long hex shortened and TLV streams taken apart; answers on
//! one line.

use serde_json::Value;

use super::hexdiff::is_hex;
use super::tlv;
use crate::harness::text::{printable, shorten};
use crate::protocol::{Content, Rejection};
use crate::vectors::case::Refusal;
use crate::vectors::yaml::is_block;
use crate::vectors::{Case, Expectation, Verdict};

/// Hex digits that are shown of a long string.
const DIGITS: usize = 64;
/// Characters of a value on one line.
const LINE: usize = 400;

/// The lines of a value, each with its key or index.
pub fn lines(value: &Value, full: bool) -> Vec<String> {
    let mut out = Vec::new();
    write(value, 0, full, &mut out);
    out
}

fn write(value: &Value, indent: usize, full: bool, out: &mut Vec<String>) {
    let pad = " ".repeat(indent);
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (format!("[{index}]"), value)).collect()
        }
        _ => return out.push(format!("{pad}{}", scalar(value, full))),
    };
    let on_its_line = children.iter().filter(|(_, value)| !is_block(value));
    let width = on_its_line.map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in children {
        if is_block(value) {
            out.push(format!("{pad}{name}"));
            write(value, indent + 2, full, out);
        } else {
            out.push(format!("{pad}{name:width$}  {}", scalar(value, full)));
            records(&name, value, indent + 2, full, out);
        }
    }
}

/// One value on a line. The middle of long hex is left out and its number of bytes added.
fn scalar(value: &Value, full: bool) -> String {
    match value {
        Value::String(text) if !full && text.len() > DIGITS + 16 => {
            let shown = Value::from(shorten(text, DIGITS)).to_string();
            let (count, unit) =
                if is_hex(text) { (text.len() / 2, "bytes") } else { (text.chars().count(), "characters") };
            format!("{shown} ({count} {unit})")
        }
        other => other.to_string(),
    }
}

/// The records of a field that holds a TLV stream.
fn records(key: &str, value: &Value, indent: usize, full: bool, out: &mut Vec<String>) {
    let Some(payload) = tlv::stream_field(key) else { return };
    let Some(stream) = value.as_str().and_then(|text| hex::decode(text).ok()) else { return };
    let pad = " ".repeat(indent);
    let show = |bytes: &[u8]| {
        let text = hex::encode(bytes);
        if full { text } else { shorten(&text, DIGITS) }
    };
    let (records, rest) = tlv::split(&stream);
    for record in records {
        let short = match record.length - record.value.len() as u64 {
            0 => String::new(),
            missing => format!("  ({missing} bytes missing)"),
        };
        out.push(format!(
            "{pad}at {:<4} {}: {}{short}",
            record.offset,
            record.describe(payload),
            show(record.value)
        ));
    }
    if rest < stream.len() {
        out.push(format!("{pad}at {rest:<4} incomplete type or length: {}", show(&stream[rest..])));
    }
}

/// A value on one line, long strings shortened unless `full`. It may be an adapter's.
pub fn compact(value: &Value, full: bool) -> String {
    let text = if full { value.to_string() } else { shorten(&short_strings(value).to_string(), LINE) };
    printable(&text)
}

fn short_strings(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(shorten(text, DIGITS)),
        Value::Array(list) => list.iter().map(short_strings).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), short_strings(value))).collect(),
        other => other.clone(),
    }
}

/// A hex string or a word, shortened unless `full`; `none` if it is empty.
fn short(text: &str, full: bool) -> String {
    let shown = if full { text.to_owned() } else { shorten(text, 2 * DIGITS) };
    if text.is_empty() { "none".into() } else { printable(&shown) }
}

/// The expected answer on one line.
pub fn verdict(verdict: &Verdict, full: bool) -> String {
    match verdict {
        Verdict::Accept(output) => format!("accept {}", compact(output, full)),
        Verdict::Reject(Refusal { layer, reason, codes, data }) => {
            let first = codes.first().and_then(|code| data.get(code));
            let code = (!codes.is_empty()).then(|| codes.join(" or "));
            rejection(&format!("{reason} (layer {layer})"), code, first.map(String::as_str), full)
        }
    }
}

/// What a case expects, a line for each expectation: when it applies, if not always, and the verdict.
pub fn expectations(case: &Case, full: bool) -> Vec<(Option<String>, String)> {
    let line = |(index, expectation): (usize, &Expectation)| {
        let default = if index == 0 { ", the default" } else { "" };
        let when = (!expectation.when.is_empty()).then(|| format!("{}{default}", choices(expectation)));
        (when, verdict(&expectation.verdict, full))
    };
    case.expect.iter().enumerate().map(line).collect()
}

/// The policies with which an expectation applies.
pub fn choices(expectation: &Expectation) -> String {
    let choices: Vec<_> =
        expectation.when.iter().map(|(policy, value)| format!("{policy}: {value}")).collect();
    choices.join(", ")
}

/// An adapter's answer on one line.
pub fn content(content: &Content, full: bool) -> String {
    match content {
        Content::Accept(output) => format!("accept {}", compact(output, full)),
        Content::Reject(Rejection { reason, code, data }) => {
            let code = code.as_deref().map(|code| short(code, full));
            rejection(&short(reason.raw(), full), code, data.as_deref(), full)
        }
        Content::Unsupported(why) => format!("unsupported: {}", shorten(&why.printable(), LINE)),
        Content::Error(message) => format!("error: {}", shorten(&message.printable(), LINE)),
    }
}

fn rejection(reason: &str, code: Option<String>, data: Option<&str>, full: bool) -> String {
    let code = code.map(|code| format!(", code {code}")).unwrap_or_default();
    let data = data.map(|data| format!(", data {}", short(data, full))).unwrap_or_default();
    format!("reject {reason}{code}{data}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_input_is_indented_and_its_payload_taken_apart() {
        let input = json!({
            "height": 800_000,
            "htlc": {"amount_msat": "1000", "packet": "00".repeat(1366)},
            "peeled": {"payload": "0202271004", "final": true},
            "hops": [],
        });
        assert_eq!(
            lines(&input, false),
            [
                "height  800000",
                "htlc",
                "  amount_msat  \"1000\"",
                &format!("  packet       \"{}…{}\" (1366 bytes)", "0".repeat(32), "0".repeat(32)),
                "peeled",
                "  payload  \"0202271004\"",
                "    at 0    type 2 (amt_to_forward), length 2: 2710",
                "    at 4    incomplete type or length: 04",
                "  final    true",
                "hops    []",
            ]
        );
        assert!(lines(&input, true)[3].len() > 2732);
    }

    #[test]
    fn a_value_on_a_line_is_bounded() {
        let long = json!({"records": vec![json!({"value": "ab".repeat(500)}); 100]});
        assert!(compact(&long, false).chars().count() < LINE + 20);
        assert!(compact(&long, true).len() > 100_000);
    }
}
