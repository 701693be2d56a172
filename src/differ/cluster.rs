//! Which divergences are one: the same operation, the same rule or output of the reference, and the same answer in
//! place of it.

use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::text::{printable, shorten};
use crate::harness::{Finding, Outcome};
use crate::protocol::Content;
use crate::vectors::{Case, Verdict};

/// How much of an implementation's own words counts.
const WORDS: usize = 80;

/// What the divergences of one cluster have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The operation.
    pub operation: String,
    /// What the case actual to, such as `wrong_verdict`.
    pub outcome: Outcome,
    /// What the oracle says: `accept`, or the reason of its rejection; where a code is wrong, with the code.
    pub expected: String,
    /// What actual in its place.
    pub actual: String,
    /// What there is besides if a second implementation is the oracle.
    pub second: Option<Second>,
}

/// What divergences between two implementations have in common besides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Second {
    /// What the reference says; empty where an implementation has no answer, whatever is right.
    pub reference: String,
    /// Is it the second implementation that died or broke?
    pub broke: bool,
}

impl Key {
    /// The cluster of a finding, by the case's expectation.
    pub fn of(case: &Case, finding: &Finding) -> Self {
        let (expected, actual) = match finding.judgement.outcome {
            outcome if outcome.is_death() => (verdict(case), String::new()),
            Outcome::Unsupported | Outcome::Error => (String::new(), words(&finding.judgement.message)),
            Outcome::WrongVerdict => (verdict(case), answer(finding)),
            _ => differences(case, finding),
        };
        // What an adapter writes as an outcome, a code or a key is its own text as well.
        let (expected, actual) = (printable(&expected), printable(&actual));
        let (operation, outcome) = (case.operation().to_owned(), finding.judgement.outcome);
        Self { operation, outcome, expected, actual, second: None }
    }

    /// The cluster of a finding on a case whose expectation is the second implementation's answer. `reference` is the
    /// case with the reference's; `broke` says that the finding is about the second implementation itself.
    pub fn between_two(case: &Case, reference: &Case, finding: &Finding, broke: bool) -> Self {
        let no_answer = matches!(finding.judgement.outcome, Outcome::Unsupported | Outcome::Error);
        let reference = if no_answer { String::new() } else { verdict(reference) };
        let second = Second { reference, broke };
        Self { second: Some(second), ..Self::of(case, finding) }
    }

    /// The divergence as a clause that follows the operation's name.
    pub fn sentence(&self) -> String {
        let Self { outcome, expected, actual, second, .. } = self;
        let (oracle, who, reference) = match second {
            None => ("the reference", "the adapter", format!(" (the reference says {expected})")),
            Some(Second { reference, broke }) => {
                let who = if *broke { "the second adapter" } else { "the adapter" };
                ("the second adapter", who, format!(" (the reference says {reference})"))
            }
        };
        match *outcome {
            Outcome::Crashed => format!("{who} dies{reference}"),
            Outcome::TimedOut => format!("{who} does not answer{reference}"),
            Outcome::TooManyProcesses => format!("{who} has too many processes{reference}"),
            Outcome::Unsupported => format!("{who} cannot answer: {actual}"),
            Outcome::Error => format!("{who} breaks: {actual}"),
            _ => {
                let reference = if second.is_some() { reference.as_str() } else { "" };
                format!("{oracle} says {expected}; the adapter {actual}{reference}")
            }
        }
    }

    /// A name for files: the operation, the reference's word, and eight digits that tell clusters apart.
    pub fn slug(&self) -> String {
        use sha2::{Digest, Sha256};
        let Self { operation, expected, actual, second, .. } = self;
        let outcome = self.outcome.to_string().replace(' ', "_");
        let mut text = format!("{operation}\0{outcome}\0{expected}\0{actual}");
        if let Some(Second { reference, broke }) = second {
            text.push_str(&format!("\0{reference}\0{broke}"));
        }
        let digest = Sha256::digest(text);
        let word = expected.split(' ').find(|word| word.contains('_')).unwrap_or(&outcome);
        let word: String = word.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '_').collect();
        let digits = digest.iter().take(4).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        format!("{operation}-{}-{digits}", word.replace('_', "-"))
    }
}

/// What the case expects.
fn verdict(case: &Case) -> String {
    match case.default_verdict() {
        Some(Verdict::Accept(output)) => accepted(output),
        Some(Verdict::Reject(refusal)) => format!("reject {}", words(&refusal.reason)),
        None => String::new(),
    }
}

fn accepted(output: &Value) -> String {
    match output["outcome"].as_str() {
        Some(outcome) => format!("accept {outcome}"),
        None => "accept".to_owned(),
    }
}

/// What the adapter says.
fn answer(finding: &Finding) -> String {
    match &finding.actual {
        Some(Content::Accept(output)) => accepted(output).replace("accept", "accepts"),
        Some(Content::Reject(rejection)) => format!("rejects: {}", words(rejection.reason.raw())),
        _ => String::new(),
    }
}

/// The first and worst difference: where it is, and what stands there as far as it is a word or a code.
fn differences(case: &Case, finding: &Finding) -> (String, String) {
    let judgement = &finding.judgement;
    let worst = judgement.differences.iter().find(|difference| difference.outcome == judgement.outcome);
    let Some(difference) = worst else { return (verdict(case), judgement.outcome.to_string()) };
    let path = without_indices(&difference.path);
    let short = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) if path.ends_with("code") || path.ends_with("outcome") => text.clone(),
        Some(_) => "another value".to_owned(),
    };
    let expected = match &difference.expected {
        Some(Value::String(text)) if path.ends_with("code") || path.ends_with("outcome") => {
            format!("{} {text}", at(case, &difference.path))
        }
        _ => at(case, &difference.path),
    };
    let reason = match &finding.actual {
        Some(Content::Reject(rejection)) => format!(" ({})", words(rejection.reason.raw())),
        _ => difference
            .notes
            .iter()
            .find(|note| note.starts_with("its reason"))
            .map_or_else(String::new, |note| format!(" ({})", words(note))),
    };
    (expected, format!("has {} at {path}{reason}", short(&difference.actual)))
}

/// The oracle's verdict at a place of the output: in a sequence, that on the HTLC which the place is about.
fn at(case: &Case, path: &str) -> String {
    let entry = path.rsplit_once('.').and_then(|(entry, _)| {
        let pointer = format!("/{}", entry.replace('[', "/").replace(']', ""));
        let Some(Verdict::Accept(output)) = case.default_verdict() else { return None };
        output.pointer(&pointer)?.get("reason")?.as_str().map(|reason| format!("failed {}", words(reason)))
    });
    entry.unwrap_or_else(|| verdict(case))
}

/// `outcomes[2][0].code` as `outcomes.code`.
fn without_indices(path: &str) -> String {
    let mut depth = 0;
    path.chars()
        .filter(|char| {
            depth += i32::from(*char == '[');
            let keep = depth == 0;
            depth -= i32::from(*char == ']');
            keep
        })
        .collect()
}

/// An implementation's own words without what changes from input to input: hex of 8 digits or more, and numbers.
pub fn words(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for char in text.chars().take(400).chain([' ']) {
        if char.is_ascii_alphanumeric() {
            word.push(char);
            continue;
        }
        let number = word.bytes().all(|byte| byte.is_ascii_digit());
        let hex = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        out.push_str(if !word.is_empty() && (number || hex) { "#" } else { &word });
        word.clear();
        out.push(char);
    }
    shorten(&printable(out.trim()), WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Codes, judge};
    use crate::protocol::foreign::is_hidden;
    use crate::protocol::{AdapterHello, Rejection};
    use serde_json::json;

    #[test]
    fn what_an_adapter_writes_is_escaped_wherever_it_stands() {
        let case = |expect: Value| -> Case {
            serde_json::from_value(json!({
                "id": "keysend.receive/a", "revision": 1, "about": "", "level": "must", "flags": [], "spec": [],
                "requirements": [], "input": {}, "expect": [expect],
            }))
            .unwrap()
        };
        let hidden = "\u{1b}2J\u{9b}\u{202e}\u{e0041}";
        let refused = json!({"reject": {"layer": "tlv", "reason": "x", "codes": ["400f"]}});
        for (expect, actual) in [
            (refused.clone(), Content::Accept(json!({"outcome": hidden}))),
            (refused, Content::Reject(Rejection { code: Some(hidden.into()), ..Rejection::default() })),
            (json!({"accept": {"outcome": "held"}}), Content::Accept(json!({"outcome": hidden}))),
            (json!({"accept": {"outcome": "held"}}), Content::Accept(json!({"outcome": "held", hidden: 1}))),
            (json!({"accept": {}}), Content::reject(hidden)),
            (json!({"accept": {}}), Content::error(hidden)),
        ] {
            let case = case(expect);
            let hello = AdapterHello::new("a", "1", &[]);
            let expected = case.default_verdict().unwrap();
            let judgement = judge(&case, expected, &hello, Codes::Allowed, &actual);
            let finding =
                Finding { index: 0, round: 0, judgement, actual: Some(actual), stderr: String::new() };
            let sentence = Key::of(&case, &finding).sentence();
            assert!(sentence.contains("\\u{9b}") && !sentence.contains(is_hidden), "{sentence:?}");
        }
    }

    #[test]
    fn numbers_and_hex_in_words_do_not_count() {
        assert_eq!(words("expected 32 bytes, got 31"), "expected # bytes, got #");
        assert_eq!(words("bad key 02eec7245d6b7d2c at 0x7f"), "bad key # at 0x7f");
        assert_eq!(words("types_not_increasing"), "types_not_increasing");
        assert_eq!(words("TLV32 is wrong"), "TLV32 is wrong");
    }

    #[test]
    fn indices_of_a_path_do_not_count() {
        assert_eq!(without_indices("outcomes[2][0].code"), "outcomes.code");
    }
}
