//! What is kept of an answer that is not as expected: as much as a person can use. A megabyte of small JSON values takes a
//! hundred times that in memory, and every case may be answered with one.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::judgement::Judgement;
use super::text::{end_of, printable, start_of};
use crate::protocol::{Content, Foreign, Rejection};
use crate::vectors::Verdict;

/// What an answer may take in any case, as [`weight`] counts.
const ROOM: usize = 8 << 10;
/// What it may take beside the expected output.
const TIMES_EXPECTED: usize = 4;
/// What one JSON value takes beside its text, in bytes.
const PER_VALUE: usize = 100;
/// The longest sentence, in bytes.
const SENTENCE: usize = 4 << 10;
/// The first and the last bytes of stderr: a panic's message comes before its backtrace.
const STDERR: (usize, usize) = (2 << 10, 6 << 10);
/// How much is shown of what is not kept, in bytes.
const START: usize = 200;

/// About how many bytes a value takes in memory.
fn weight(value: &Value) -> usize {
    PER_VALUE
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(map) => map.iter().map(|(key, value)| PER_VALUE + key.len() + weight(value)).sum(),
            _ => 0,
        }
}

/// What may be kept of an answer to a case of which this is expected, as [`weight`] counts.
fn room(expected: &Verdict) -> usize {
    match expected {
        Verdict::Accept(output) => ROOM.max(TIMES_EXPECTED * weight(output)),
        Verdict::Reject(_) => ROOM,
    }
}

/// An answer, of which what takes too much room is replaced by its length, its SHA-256 and its start. Two answers that were
/// equal stay so.
pub fn content(content: Content, expected: &Verdict) -> Content {
    let room = room(expected);
    let short = |text| sentence(text, room);
    let foreign = |text: &Foreign| sentence(text.raw().to_owned(), SENTENCE).into();
    match content {
        Content::Accept(output) => Content::Accept(value(output, room)),
        Content::Reject(Rejection { reason, code, data }) => Content::Reject(Rejection {
            reason: foreign(&reason),
            code: code.map(short),
            data: data.map(short),
        }),
        Content::Unsupported(why) => Content::Unsupported(foreign(&why)),
        Content::Error(what) => Content::Error(foreign(&what)),
    }
}

/// A judgement, in the same way.
pub fn judgement(mut judgement: Judgement, expected: &Verdict) -> Judgement {
    let room = room(expected);
    judgement.message = sentence(judgement.message, SENTENCE);
    for difference in &mut judgement.differences {
        difference.path = sentence(std::mem::take(&mut difference.path), SENTENCE);
        difference.actual = difference.actual.take().map(|actual| value(actual, room));
        for note in &mut difference.notes {
            *note = sentence(std::mem::take(note), SENTENCE);
        }
    }
    judgement
}

/// What an adapter wrote to stderr over one case: the start and the end.
pub fn stderr(text: String) -> String {
    let (first, last) = STDERR;
    if text.len() <= first + last {
        return text;
    }
    let (start, end) = (start_of(&text, first), end_of(&text, last));
    format!("{start}\n… {} bytes left out\n{end}", text.len() - start.len() - end.len())
}

fn value(value: Value, room: usize) -> Value {
    if weight(&value) <= room {
        return value;
    }
    let text = value.to_string();
    let start = printable(start_of(&text, START));
    json!({ "not_kept": { "bytes": text.len(), "sha256": digest(&text), "start": start } })
}

fn sentence(text: String, room: usize) -> String {
    if text.len() <= room {
        return text;
    }
    let start = start_of(&text, START);
    format!("{start}… ({} bytes, SHA-256 {})", text.len(), digest(&text))
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Difference, Outcome};
    use crate::vectors::Level;

    fn refused() -> Verdict {
        serde_json::from_value(json!({"reject": {"layer": "tlv", "reason": "type_truncated"}})).unwrap()
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let output = json!({"value": "ab".repeat(2000), "records": [{"type": "1"}]});
        for answer in
            [Content::Accept(output.clone()), Content::reject("x"), Content::error("y".repeat(SENTENCE))]
        {
            assert_eq!(content(answer.clone(), &refused()), answer);
        }
        // As much as four times the expected output, however much that is.
        let large = json!({"value": "ab".repeat(100_000)});
        let larger = json!({"value": "ab".repeat(350_000)});
        let answer = Content::Accept(larger.clone());
        assert_eq!(content(answer.clone(), &Verdict::Accept(large)), answer);
        assert_ne!(content(answer.clone(), &Verdict::Accept(output)), answer);
    }

    #[test]
    fn what_does_not_fit_keeps_its_length_its_digest_and_its_start() {
        // printf '[%s0]' "$(yes 0, | head -n 999 | tr -d '\n')" | sha256sum
        let zeros = Value::Array(vec![json!(0); 1000]);
        let Content::Accept(kept) = content(Content::Accept(zeros.clone()), &refused()) else { panic!() };
        assert_eq!(kept["not_kept"]["bytes"], 2001);
        assert_eq!(
            kept["not_kept"]["sha256"],
            "33e361f4dd1c58fca3f06fa9c677ed0ad2fe1cb595f0402f74415f4036233403"
        );
        assert_eq!(kept["not_kept"]["start"].as_str().unwrap().len(), START);
        assert!(weight(&kept) < 2000);

        for text in ["a".repeat(1 << 20), "é".repeat(1 << 19)] {
            let reject = Rejection {
                reason: text.as_str().into(),
                code: Some(text.clone()),
                data: Some(text.clone()),
            };
            for answer in
                [Content::Reject(reject), Content::error(text.as_str()), Content::unsupported(text.as_str())]
            {
                let kept = serde_json::to_string(&content(answer, &refused())).unwrap();
                assert!(kept.len() < 1500 && kept.contains("… (1048576 bytes, SHA-256 "), "{kept}");
            }
        }
    }

    #[test]
    fn stderr_keeps_both_ends() {
        let text = format!("panicked{}last", "é\n".repeat(10_000));
        let kept = stderr(text.clone());
        assert!(kept.len() < 8300 && kept.starts_with("panicked") && kept.ends_with("last"), "{kept}");
        assert!(kept.contains("… 21821 bytes left out\n"), "{kept}");
        assert_eq!(stderr(text[..8192].to_owned()), text[..8192]);
    }

    #[test]
    fn a_judgement_is_as_small() {
        let long = "a".repeat(1 << 20);
        let mut judged = Judgement::plain(Outcome::WrongOutput, long.clone());
        let mut difference =
            Difference::new(Outcome::WrongOutput, Level::Must, long.clone(), None, Some(json!(long)));
        difference.notes.push(long);
        judged.differences.push(difference);
        let kept = judgement(judged, &refused());
        assert!(format!("{kept:?}").len() < 4000);
        assert_eq!(kept.differences.len(), 1);
    }
}
