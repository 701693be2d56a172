//! Compares an answer with the expected one, key for key. The rules are those of `docs/protocol.md`.

use serde_json::{Map, Value};

use super::free_data::{self, Wrong};
use super::judgement::{Codes, Difference, Outcome};
use crate::protocol::{FailureDetail, Rejection, reason};
use crate::vectors::Case;
use crate::vectors::case::Refusal;

/// The keys of a decision that failed which are those of its refusal.
pub(super) const OF_REFUSAL: [&str; 4] = ["layer", "reason", "codes", "data"];

/// How many differences of one answer are kept.
const MAX_DIFFERENCES: usize = 20;

/// A comparison in progress.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The case that was asked.
    case: &'a Case,
    /// What the adapter declared that its rejections carry.
    detail: FailureDetail,
    /// Which codes count.
    codes: Codes,
    /// What was found so far, `MAX_DIFFERENCES` at most.
    pub differences: Vec<Difference>,
    /// Other reasons of the closed list than expected: expected, actual.
    pub reasons: Vec<(String, String)>,
}

impl<'a> Comparison<'a> {
    /// A comparison in which nothing was found yet.
    pub fn new(case: &'a Case, detail: FailureDetail, codes: Codes) -> Self {
        Self { case, detail, codes, differences: Vec::new(), reasons: Vec::new() }
    }

    /// Compares a whole output; fields for which `omitted` holds are left out.
    pub fn output(&mut self, expected: &Value, actual: &Value, omitted: &dyn Fn(&str) -> bool) {
        match (expected, actual) {
            (Value::Object(expected), Value::Object(actual)) => self.objects("", expected, actual, omitted),
            _ => self.values("accept", expected, actual),
        }
    }

    /// Compares a rejection of the HTLC of this number, in a sequence; `path` is what stands before `reason`, `code` and
    /// `data` in messages.
    pub fn rejection(&mut self, path: &str, htlc: Option<u64>, expected: &Refusal, actual: &Rejection) {
        let said = actual.reason.raw();
        if said != expected.reason && reason::find(said).is_some() {
            self.reasons.push((expected.reason.clone(), said.to_owned()));
        }
        let Some(first) = expected.codes.first() else { return };
        if self.detail == FailureDetail::None {
            return;
        }
        let json = |text: &Option<String>| text.clone().map(Value::from);
        let allowed = match self.codes {
            Codes::Exact => std::slice::from_ref(first),
            Codes::Allowed | Codes::Ignore => &expected.codes,
        };
        if !actual.code.as_ref().is_some_and(|code| allowed.contains(code)) {
            let (expected, path) = (Some(first.as_str().into()), format!("{path}code"));
            let mut difference = self.difference(Outcome::WrongCode, path, expected, json(&actual.code));
            if allowed.len() > 1 {
                difference.notes.push(format!("allowed are {}", allowed.join(", ")));
            }
            if actual.code.is_none() {
                difference.notes.push("the answer has no code; an adapter that cannot tell codes declares \"failure_detail\":\"none\"".into());
            }
            return self.push(difference);
        }
        self.data(format!("{path}data"), htlc, expected, actual);
    }

    /// Compares the data of a rejection whose code is allowed.
    fn data(&mut self, path: String, htlc: Option<u64>, expected: &Refusal, actual: &Rejection) {
        let json = |text: &Option<String>| text.clone().map(Value::from);
        if self.detail != FailureDetail::Data {
            return;
        }
        let Some(code) = &actual.code else { return };
        if let Some(wanted) = expected.data.get(code) {
            if actual.data.as_ref() != Some(wanted) {
                let wanted = Some(wanted.as_str().into());
                let mut difference = self.difference(Outcome::WrongData, path, wanted, json(&actual.data));
                if actual.data.is_none() {
                    difference.notes.push("the answer has no data; an adapter that cannot tell data declares \"failure_detail\":\"code\"".into());
                }
                self.push(difference);
            }
            return;
        }
        let packet = free_data::packet(&self.case.input, htlc);
        let Some(data) = &actual.data else { return };
        if let Some(Wrong { level, expected, rule }) = free_data::wrong(code, data, packet) {
            let (expected, actual) = (Some(expected.into()), json(&actual.data));
            let mut difference = Difference::new(Outcome::WrongData, level, path, expected, actual);
            difference.notes.push(rule.into());
            self.push(difference);
        }
    }

    fn objects(
        &mut self,
        path: &str,
        expected: &Map<String, Value>,
        actual: &Map<String, Value>,
        skip: &dyn Fn(&str) -> bool,
    ) {
        let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for (key, value) in expected.iter().filter(|(key, _)| !skip(key)) {
            match actual.get(key) {
                Some(actual) => self.values(&at(key), value, actual),
                None => self.add(at(key), Some(value), None, Some("the key is missing")),
            }
        }
        for (key, extra) in actual.iter().filter(|(key, _)| !skip(key) && !expected.contains_key(*key)) {
            self.add(at(key), None, Some(extra), Some("this key must not be there"));
        }
    }

    fn values(&mut self, path: &str, expected: &Value, actual: &Value) {
        match (expected, actual) {
            (Value::Object(expected), Value::Object(actual)) => self.entry(path, expected, actual),
            (Value::Array(expected), Value::Array(actual)) => {
                for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                    self.values(&format!("{path}[{index}]"), expected, actual);
                }
                if expected.len() != actual.len() {
                    let (expected, actual) = (expected.len().into(), actual.len().into());
                    let note = "the list has another number of items";
                    self.add(format!("{path}.length"), Some(&expected), Some(&actual), Some(note));
                }
            }
            _ if expected == actual => {}
            _ => self.add(path.to_owned(), Some(expected), Some(actual), None),
        }
    }

    /// An object in a list. If it is a decision with another outcome than expected, its other keys say nothing more.
    fn entry(&mut self, path: &str, expected: &Map<String, Value>, actual: &Map<String, Value>) {
        let refusal = refusal(expected);
        match (expected.get("outcome"), actual.get("outcome")) {
            (Some(outcome), other) if Some(outcome) != other && (refusal.is_some() || other.is_some()) => {
                let note = match &refusal {
                    Some(refusal) => Some(format!("the reason is {}", refusal.reason)),
                    None => actual
                        .get("reason")
                        .and_then(Value::as_str)
                        .map(|reason| format!("its reason is {reason}")),
                };
                self.add(format!("{path}.outcome"), Some(outcome), other, note.as_deref());
            }
            _ => match refusal {
                Some(refusal) => self.failure(path, expected, &refusal, actual),
                None => self.objects(path, expected, actual, &|_| false),
            },
        }
    }

    /// A decision that failed, as expected: the keys of the rejection are compared by its rules, all others as ever.
    fn failure(
        &mut self,
        path: &str,
        expected: &Map<String, Value>,
        refusal: &Refusal,
        actual: &Map<String, Value>,
    ) {
        let of_rejection = |key: &str| ["layer", "reason", "codes", "code", "data"].contains(&key);
        self.objects(path, expected, actual, &of_rejection);
        for key in ["layer", "codes"] {
            if let Some(extra) = actual.get(key) {
                self.add(format!("{path}.{key}"), None, Some(extra), Some("this key must not be there"));
            }
        }
        let mut text = |key: &str| match actual.get(key)? {
            Value::String(text) => Some(text.clone()),
            other => {
                self.add(format!("{path}.{key}"), None, Some(other), Some("it must be a string"));
                None
            }
        };
        let (reason, code, data) = (text("reason"), text("code"), text("data"));
        if !actual.contains_key("reason") {
            let reason = refusal.reason.as_str().into();
            self.add(format!("{path}.reason"), Some(&reason), None, Some("the key is missing"));
        }
        let rejection = Rejection { reason: reason.unwrap_or_default().into(), code, data };
        self.rejection(&format!("{path}."), free_data::htlc(expected), refusal, &rejection);
    }

    fn add(&mut self, path: String, expected: Option<&Value>, actual: Option<&Value>, note: Option<&str>) {
        let mut difference = self.difference(Outcome::WrongOutput, path, expected.cloned(), actual.cloned());
        difference.notes.extend(note.map(str::to_owned));
        self.push(difference);
    }

    /// A difference with the level of the text that asks for what is missed.
    fn difference(
        &self,
        outcome: Outcome,
        path: String,
        expected: Option<Value>,
        actual: Option<Value>,
    ) -> Difference {
        let Case { level, code_level, data_level, .. } = self.case;
        let level = match outcome {
            Outcome::WrongCode => code_level.unwrap_or(*level),
            Outcome::WrongData => data_level.unwrap_or(*level),
            _ => *level,
        };
        Difference::new(outcome, level, path, expected, actual)
    }

    /// Keeps a difference. When there are too many, one of a stronger level takes the place of the last weaker one: the
    /// strongest decides whether the case fails.
    fn push(&mut self, difference: Difference) {
        let weaker = |kept: &Difference| kept.level > difference.level;
        if self.differences.len() < MAX_DIFFERENCES {
            self.differences.push(difference);
        } else if let Some(at) = self.differences.iter().rposition(weaker) {
            self.differences[at] = difference;
        }
    }
}

/// The rejection that an expected decision of a sequence asks for, if it is one that failed, or an attempt that is not sent.
pub(super) fn refusal(expected: &Map<String, Value>) -> Option<Refusal> {
    let mut refusal = expected.clone();
    refusal.retain(|key, _| OF_REFUSAL.contains(&key.as_str()));
    serde_json::from_value(Value::Object(refusal)).ok()
}
