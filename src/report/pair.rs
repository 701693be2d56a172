//! The expected and the actual output beside each other, cut to where they differ: the start and the end of two packets look
//! alike, and a sequence has many outcomes that are right.

use serde_json::Value;

use super::hexdiff::is_hex;
use super::value::compact;
use crate::harness::text::shorten;

/// Characters that are shown before the first difference of two long texts, and after its start.
const AROUND: (usize, usize) = (16, 32);

/// Both sides, each on a line, or for a sequence a line for each HTLC's outcome that differs.
pub fn accepted(expected: &Value, actual: &Value, full: bool) -> (String, String) {
    if let Some(sides) = sequence(expected, actual, full) {
        return sides;
    }
    let (expected, actual) = if full { (expected.clone(), actual.clone()) } else { cut(expected, actual) };
    (format!("accept {}", compact(&expected, full)), format!("accept {}", compact(&actual, full)))
}

/// The outcomes of a sequence that differ, a line each with the number of its event; none if one side is no sequence.
fn sequence(expected: &Value, actual: &Value, full: bool) -> Option<(String, String)> {
    let events = |output: &Value| -> Option<Vec<Vec<Value>>> {
        let events = output.as_object().filter(|map| map.len() == 1)?.get("outcomes")?.as_array()?.iter();
        events.map(|event| event.as_array().cloned()).collect()
    };
    let (expected, actual) = (events(expected)?, events(actual)?);
    let (mut wanted, mut given) = (Vec::new(), Vec::new());
    let none = Vec::new();
    for event in 0..expected.len().max(actual.len()) {
        let sides = [&expected, &actual].map(|side| side.get(event).unwrap_or(&none));
        for index in 0..sides[0].len().max(sides[1].len()) {
            let (one, other) = (sides[0].get(index), sides[1].get(index));
            if alike(one, other) {
                continue;
            }
            let line = |side: Option<&Value>| match side {
                Some(outcome) => format!("event {event}: {}", compact(outcome, full)),
                None => format!("event {event}: nothing"),
            };
            wanted.push(line(one.map(|one| with_data_of_one(one, other)).as_ref()));
            given.push(line(other));
        }
    }
    let side = |lines: Vec<String>| format!("accept\n{}", lines.join("\n"));
    (!wanted.is_empty()).then(|| (side(wanted), side(given)))
}

/// What is expected of an HTLC, with the data of one code alone: of that which the answer has, else of the first.
fn with_data_of_one(expected: &Value, actual: Option<&Value>) -> Value {
    let mut shown = expected.clone();
    if let Some(Value::Object(data)) = shown.get("data").cloned() {
        let answered = actual.and_then(|actual| data.get(actual.get("code")?.as_str()?));
        let first = || data.get(expected.get("codes")?.get(0)?.as_str()?);
        match answered.or_else(first) {
            Some(one) => shown["data"] = one.clone(),
            None => drop(shown.as_object_mut().and_then(|shown| shown.shift_remove("data"))),
        }
    }
    shown
}

/// Is an outcome as expected, as far as its keys say? Vectors have the codes that are allowed, and a layer.
fn alike(expected: Option<&Value>, actual: Option<&Value>) -> bool {
    let (Some(expected), Some(actual)) = (expected, actual) else { return false };
    if expected.get("outcome").is_none_or(|outcome| outcome != "failed") {
        return expected == actual;
    }
    let allowed = |code: &Value| {
        let codes = expected.get("codes").and_then(Value::as_array);
        codes.is_none_or(|codes| codes.is_empty() || codes.contains(code))
    };
    let same = |key: &str| expected.get(key).is_none_or(|wanted| actual.get(key) == Some(wanted));
    let code = actual.get("code");
    let data = code.and_then(|code| expected.get("data")?.get(code.as_str()?));
    let is_right = code.is_none_or(allowed) && data.is_none_or(|data| actual.get("data") == Some(data));
    same("htlc") && same("outcome") && is_right
}

/// Two values, their long texts cut to the same place where they differ.
fn cut(expected: &Value, actual: &Value) -> (Value, Value) {
    match (expected, actual) {
        (Value::String(one), Value::String(other)) if one != other => {
            let (one, other) = cut_texts(one, other);
            (one.into(), other.into())
        }
        (Value::Object(one), Value::Object(other)) => {
            let (mut left, mut right) = (one.clone(), other.clone());
            for (key, value) in one {
                if let Some(actual) = other.get(key) {
                    let (one, other) = cut(value, actual);
                    left.insert(key.clone(), one);
                    right.insert(key.clone(), other);
                }
            }
            (left.into(), right.into())
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let (left, right): (Vec<_>, Vec<_>) =
                one.iter().zip(other).map(|(one, other)| cut(one, other)).unzip();
            (left.into(), right.into())
        }
        _ => (expected.clone(), actual.clone()),
    }
}

/// Two texts that differ, cut around the first difference if one of them is long; of hex whole bytes are shown.
fn cut_texts(one: &str, other: &str) -> (String, String) {
    let limit = AROUND.0 + 2 * AROUND.1;
    let (left, right): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if left.len().max(right.len()) <= limit {
        return (one.to_owned(), other.to_owned());
    }
    let first = left.iter().zip(&right).take_while(|(one, other)| one == other).count();
    // What differs within the characters that are shown of any long text needs no other window.
    if first < AROUND.0 {
        return (shorten(one, limit), shorten(other, limit));
    }
    let start = (first - AROUND.0) & if is_hex(one) { !1 } else { !0 };
    let window = |text: &[char]| {
        let shown: String = text.iter().skip(start).take(AROUND.0 + AROUND.1).collect();
        let rest = if text.len() > start + AROUND.0 + AROUND.1 { "…" } else { "" };
        format!("…{shown}{rest}")
    };
    (window(&left), window(&right))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_packets_are_cut_to_the_byte_that_differs() {
        let (one, mut other) = ("ab".repeat(1366), "ab".repeat(1366));
        other.replace_range(2001..2002, "0");
        let (one, other) =
            accepted(&json!({"packet": one, "final": true}), &json!({"packet": other, "final": true}), false);
        let around = |byte: &str| format!("…{}{byte}{}…", "ab".repeat(8), "ab".repeat(15));
        // Whole bytes: the window starts eight bytes before the one that differs.
        assert!(one.contains(&around("ab")), "{one}");
        assert!(other.contains(&around("a0")), "{other}");
        assert!(one.len() < 100 && other.ends_with("\"final\":true}"), "{other}");
    }

    #[test]
    fn short_and_full_texts_stay_whole() {
        let (one, other) = (json!({"value": "0"}), json!({"value": "1"}));
        assert_eq!(accepted(&one, &other, false).1, "accept {\"value\":\"1\"}");
        let long = json!({"packet": "00".repeat(1366)});
        assert!(accepted(&long, &one, true).0.len() > 2732);
        assert!(accepted(&long, &json!({"packet": "11"}), false).0.len() < 200);
    }

    #[test]
    fn a_sequence_shows_the_outcomes_that_differ() {
        let held = json!({"htlc": 0, "outcome": "held"});
        let claimed = json!({"htlc": 1, "outcome": "claimed", "preimage": "00"});
        let failed = json!({"htlc": 2, "outcome": "failed", "layer": "payment", "reason": "mpp_timeout", "codes": ["0017"], "data": {"0017": ""}});
        let right = json!({"htlc": 2, "outcome": "failed", "reason": "late", "code": "0017", "data": ""});
        let wrong = json!({"htlc": 2, "outcome": "failed", "reason": "late", "code": "400f", "data": ""});
        let of = |events: Value| json!({ "outcomes": events });
        let expected = of(json!([[held], [], [claimed, failed]]));
        let (one, other) = accepted(&expected, &of(json!([[held], [held], [claimed, wrong]])), false);
        assert_eq!(one.lines().count(), 3, "{one}");
        assert!(one.contains("event 1: nothing") && other.contains("event 1: {\"htlc\":0"), "{one}{other}");
        assert!(other.contains("event 2: {\"htlc\":2") && other.contains("400f"), "{other}");
        let (_, other) = accepted(&expected, &of(json!([[held], [], [held, right]])), false);
        assert_eq!(other, "accept\nevent 2: {\"htlc\":0,\"outcome\":\"held\"}");
    }
}
