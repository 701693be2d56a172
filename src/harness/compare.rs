//! Compares an accepted output with the wanted one, key for key, and says where they differ.

use serde_json::{Map, Value};

use super::judge::{Outcome, Rules, rejection_rules};
use crate::protocol::Rejection;
use crate::vectors::case::Refusal;

/// How many differences of one answer are kept.
const KEPT: usize = 20;

/// One place where wanted and came differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// How bad this difference alone is.
    pub outcome: Outcome,
    /// Where, such as `records[1].value`.
    pub path: String,
    /// What was wanted there; `None` for a key that must not be there.
    pub wanted: Option<Value>,
    /// What came; `None` for a key that is missing.
    pub came: Option<Value>,
    /// What else is to say.
    pub notes: Vec<String>,
}

impl Difference {
    /// A difference with the notes that the values themselves call for.
    pub fn new(
        outcome: Outcome,
        path: impl Into<String>,
        wanted: Option<&(impl Into<Value> + Clone)>,
        came: Option<&(impl Into<Value> + Clone)>,
    ) -> Self {
        let wanted: Option<Value> = wanted.cloned().map(Into::into);
        let came: Option<Value> = came.cloned().map(Into::into);
        let notes = hint(wanted.as_ref(), came.as_ref()).map(str::to_owned).into_iter().collect();
        Self { outcome, path: path.into(), wanted, came, notes }
    }

    /// Adds a note.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

/// What an adapter's author most often did when two values differ in form only.
fn hint(wanted: Option<&Value>, came: Option<&Value>) -> Option<&'static str> {
    match (wanted?, came?) {
        (Value::String(wanted), Value::String(came)) => {
            let bare = came.strip_prefix("0x").unwrap_or(came);
            if bare != came && bare.eq_ignore_ascii_case(wanted) {
                Some("hex is written without 0x")
            } else if came.eq_ignore_ascii_case(wanted) {
                Some("hex is lower-case")
            } else {
                None
            }
        }
        (Value::String(wanted), Value::Number(came)) if came.to_string() == *wanted => {
            Some("64-bit integers are decimal strings, not JSON numbers")
        }
        (Value::Number(wanted), Value::String(came)) if *came == wanted.to_string() => {
            Some("this one is a JSON number, not a string")
        }
        (Value::Number(wanted), Value::Number(came)) if wanted.as_f64() == came.as_f64() => {
            Some("a number is written as an integer")
        }
        _ => None,
    }
}

/// A comparison on its way.
pub(super) struct Comparison<'a> {
    pub rules: Rules,
    pub differences: &'a mut Vec<Difference>,
    pub reasons: &'a mut Vec<(String, String)>,
}

impl Comparison<'_> {
    /// Compares a whole output; fields for which `omitted` holds are not looked at.
    pub fn output(&mut self, want: &Value, came: &Value, omitted: &dyn Fn(&str) -> bool) {
        match (want, came) {
            (Value::Object(want), Value::Object(came)) => self.objects("", want, came, omitted),
            _ => self.values("accept", want, came),
        }
    }

    fn objects(
        &mut self,
        path: &str,
        want: &Map<String, Value>,
        came: &Map<String, Value>,
        skip: &dyn Fn(&str) -> bool,
    ) {
        let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        for (key, wanted) in want.iter().filter(|(key, _)| !skip(key)) {
            match came.get(key) {
                Some(came) => self.values(&at(key), wanted, came),
                None => self.add(at(key), Some(wanted), None, Some("the key is missing")),
            }
        }
        for (key, extra) in came.iter().filter(|(key, _)| !skip(key) && !want.contains_key(*key)) {
            self.add(at(key), None, Some(extra), Some("this key must not be there"));
        }
    }

    fn values(&mut self, path: &str, want: &Value, came: &Value) {
        match (want, came) {
            (Value::Object(wanted), Value::Object(got)) => match failed(wanted) {
                Some(refusal) => self.failed_entry(path, wanted, &refusal, got),
                None => self.entry(path, wanted, got),
            },
            (Value::Array(wanted), Value::Array(got)) => {
                for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                    self.values(&format!("{path}[{index}]"), wanted, got);
                }
                if wanted.len() != got.len() {
                    let (wanted, got) = (Value::from(wanted.len()), Value::from(got.len()));
                    let path = format!("{path}.length");
                    self.add(path, Some(&wanted), Some(&got), Some("the list has another number of items"));
                }
            }
            _ if want == came => {}
            _ => self.add(path.to_owned(), Some(want), Some(came), None),
        }
    }

    /// An object. When both sides name an outcome and it is another, the other keys say nothing more.
    fn entry(&mut self, path: &str, want: &Map<String, Value>, came: &Map<String, Value>) {
        match (want.get("outcome"), came.get("outcome")) {
            (Some(wanted), Some(got)) if wanted != got => {
                let reason = came
                    .get("reason")
                    .and_then(Value::as_str)
                    .map(|reason| format!("its reason is {reason}"));
                self.add(format!("{path}.outcome"), Some(wanted), Some(got), reason.as_deref());
            }
            _ => self.objects(path, want, came, &|_| false),
        }
    }

    /// An entry of `outcomes` that must have failed: what is left after the keys of the rejection is compared as
    /// ever, the rejection by its own rules.
    fn failed_entry(
        &mut self,
        path: &str,
        want: &Map<String, Value>,
        refusal: &Refusal,
        came: &Map<String, Value>,
    ) {
        if want.get("outcome") != came.get("outcome") {
            let because = format!("the reason is {}", refusal.reason);
            self.add(format!("{path}.outcome"), want.get("outcome"), came.get("outcome"), Some(&because));
            return;
        }
        let of_rejection = |key: &str| ["layer", "reason", "codes", "code", "data"].contains(&key);
        self.objects(path, want, came, &of_rejection);
        for key in ["layer", "codes"] {
            if let Some(extra) = came.get(key) {
                self.add(format!("{path}.{key}"), None, Some(extra), Some("this key must not be there"));
            }
        }
        let mut text = |key: &str| match came.get(key) {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => {
                self.add(format!("{path}.{key}"), None, Some(other), Some("it must be a string"));
                None
            }
        };
        let (reason, code, data) = (text("reason"), text("code"), text("data"));
        if !came.contains_key("reason") {
            let wanted = Value::from(refusal.reason.as_str());
            self.add(format!("{path}.reason"), Some(&wanted), None, Some("the key is missing"));
        }
        let rejection = Rejection { reason: reason.unwrap_or_default(), code, data };
        rejection_rules(self.rules, &format!("{path}."), refusal, &rejection, self.differences, self.reasons);
        self.differences.truncate(KEPT);
    }

    fn add(&mut self, path: String, wanted: Option<&Value>, came: Option<&Value>, note: Option<&str>) {
        if self.differences.len() < KEPT {
            let mut difference = Difference::new(Outcome::WrongOutput, path, wanted, came);
            difference.notes.extend(note.map(str::to_owned));
            self.differences.push(difference);
        }
    }
}

/// The rejection that an expected entry asks for, when it is one that failed.
fn failed(want: &Map<String, Value>) -> Option<Refusal> {
    if want.get("outcome")?.as_str()? != "failed" {
        return None;
    }
    let mut refusal = Map::new();
    for key in ["layer", "reason", "codes", "data"] {
        if let Some(value) = want.get(key) {
            refusal.insert(key.to_owned(), value.clone());
        }
    }
    serde_json::from_value(Value::Object(refusal)).ok()
}
