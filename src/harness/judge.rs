//! The judge: what a case wants, what came, and the outcome. It compares values and knows nothing else, neither
//! processes nor cryptography. The rules are those of `docs/protocol.md`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compare::{self, Difference};
use crate::protocol::{AdapterHello, Content, FailureDetail, Rejection, reason};
use crate::vectors::Verdict;
use crate::vectors::case::Refusal;

/// Which failure codes count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Codes {
    /// Only the specs' own, the first of the case's list.
    Exact,
    /// Any of the case's list.
    #[default]
    Allowed,
    /// Wrong codes and data are reported and fail nothing.
    Ignore,
}

/// What a case came to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As expected.
    Pass,
    /// Not asked: the adapter did not declare what the case needs, or the run ended before it.
    NotRun,
    /// Rejected rightly, with the right code and data that are not that code's.
    WrongData,
    /// Rejected rightly, with a failure code that the specs' wording does not allow.
    WrongCode,
    /// Accepted rightly, with another output.
    WrongOutput,
    /// Accepted what must be rejected, or the other way round.
    WrongVerdict,
    /// The adapter declared the operation and says that it cannot answer.
    Unsupported,
    /// The adapter says that it broke.
    Error,
    /// No answer within the case's time.
    TimedOut,
    /// The process ended over this case.
    Crashed,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "passed",
            Self::NotRun => "not run",
            Self::WrongData => "wrong data",
            Self::WrongCode => "wrong code",
            Self::WrongOutput => "wrong output",
            Self::WrongVerdict => "wrong verdict",
            Self::Unsupported => "unsupported",
            Self::Error => "error",
            Self::TimedOut => "timed out",
            Self::Crashed => "crashed",
        })
    }
}

/// The outcome with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What the case came to.
    pub outcome: Outcome,
    /// Does it fail the run? Wrong codes and data do not with [`Codes::Ignore`].
    pub fails: bool,
    /// Where wanted and came differ, when both have something to compare.
    pub differences: Vec<Difference>,
    /// Another reason of the closed list than the wanted one: wanted, came. It never fails a case.
    pub reasons: Vec<(String, String)>,
    /// A sentence, when there are no differences to show.
    pub message: String,
}

impl Judgement {
    /// An outcome that needs no comparison.
    pub fn plain(outcome: Outcome, message: impl Into<String>) -> Self {
        let fails = !matches!(outcome, Outcome::Pass | Outcome::NotRun);
        Self { outcome, fails, differences: Vec::new(), reasons: Vec::new(), message: message.into() }
    }

    /// A pass with nothing to report.
    pub fn pass() -> Self {
        Self::plain(Outcome::Pass, String::new())
    }

    /// The case was not asked, and why.
    pub fn not_run(why: impl Into<String>) -> Self {
        Self::plain(Outcome::NotRun, why)
    }

    /// A pass with nothing to report.
    pub fn is_clean(&self) -> bool {
        self.outcome == Outcome::Pass && self.reasons.is_empty()
    }

    /// The outcome and its first difference in a line.
    pub fn line(&self) -> String {
        match self.differences.first() {
            Some(first) => format!("{} at {}", self.outcome, first.path),
            None if self.message.is_empty() => self.outcome.to_string(),
            None => format!("{}: {}", self.outcome, self.message),
        }
    }
}

/// What rejections are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// What the adapter declared that its rejections carry.
    pub detail: FailureDetail,
    /// Which codes count.
    pub codes: Codes,
}

/// Judges one answer.
pub fn judge(
    operation: &str,
    want: &Verdict,
    hello: &AdapterHello,
    codes: Codes,
    answer: &Content,
) -> Judgement {
    let rules = Rules { detail: hello.failure_detail, codes };
    let mut differences = Vec::new();
    let mut reasons = Vec::new();
    match (want, answer) {
        (_, Content::Unsupported(why)) => return Judgement::plain(Outcome::Unsupported, why),
        (_, Content::Error(what)) => return Judgement::plain(Outcome::Error, what),
        (Verdict::Accept(_), Content::Reject(rejection)) => {
            let message = format!("it rejects ({}) what must be accepted", rejection.reason);
            return Judgement::plain(Outcome::WrongVerdict, message);
        }
        (Verdict::Reject(refusal), Content::Accept(_)) => {
            let message = format!("it accepts what must be rejected ({})", refusal.reason);
            return Judgement::plain(Outcome::WrongVerdict, message);
        }
        (Verdict::Accept(want), Content::Accept(came)) => {
            let omitted = |field: &str| {
                hello.omits.iter().any(|omit| {
                    omit.strip_prefix(operation).and_then(|rest| rest.strip_prefix('.')) == Some(field)
                })
            };
            let mut comparison =
                compare::Comparison { rules, differences: &mut differences, reasons: &mut reasons };
            comparison.output(want, came, &omitted);
        }
        (Verdict::Reject(refusal), Content::Reject(rejection)) => {
            rejection_rules(rules, "", refusal, rejection, &mut differences, &mut reasons);
        }
    }
    let outcome = differences.iter().map(|difference| difference.outcome).max().unwrap_or(Outcome::Pass);
    let only_codes = matches!(outcome, Outcome::WrongCode | Outcome::WrongData);
    let fails = outcome != Outcome::Pass && !(only_codes && codes == Codes::Ignore);
    Judgement { outcome, fails, differences, reasons, message: String::new() }
}

/// Compares a rejection with the wanted one; `path` is what stands before `reason`, `code` and `data` in messages.
pub(super) fn rejection_rules(
    rules: Rules,
    path: &str,
    want: &Refusal,
    came: &Rejection,
    differences: &mut Vec<Difference>,
    reasons: &mut Vec<(String, String)>,
) {
    if came.reason != want.reason && reason::find(&came.reason).is_some() {
        reasons.push((want.reason.clone(), came.reason.clone()));
    }
    let Some(first) = want.codes.first() else { return };
    if rules.detail == FailureDetail::None {
        return;
    }
    let allowed = match rules.codes {
        Codes::Exact => std::slice::from_ref(first),
        Codes::Allowed | Codes::Ignore => &want.codes,
    };
    if !came.code.as_ref().is_some_and(|code| allowed.contains(code)) {
        let mut difference =
            Difference::new(Outcome::WrongCode, format!("{path}code"), Some(first), came.code.as_ref());
        if allowed.len() > 1 {
            difference.note(format!("allowed are {}", allowed.join(", ")));
        }
        if came.code.is_none() {
            difference.note("the answer has no code; an adapter that cannot tell codes declares \"failure_detail\":\"none\"");
        }
        differences.push(difference);
        return;
    }
    let (Some(data), FailureDetail::Data) = (&want.data, rules.detail) else { return };
    if came.code.as_ref() == Some(first) && came.data.as_ref() != Some(data) {
        let mut difference =
            Difference::new(Outcome::WrongData, format!("{path}data"), Some(data), came.data.as_ref());
        if came.data.is_none() {
            difference.note("the answer has no data; an adapter that cannot tell data declares \"failure_detail\":\"code\"");
        }
        differences.push(difference);
    }
}

/// The wanted answer as it would come from an adapter that answers canonically, without `seq`; the run compares bytes
/// with it before it parses anything.
pub fn canonical(operation: &str, want: &Verdict, hello: &AdapterHello) -> Value {
    match want {
        Verdict::Accept(Value::Object(output)) => {
            let mut output = output.clone();
            output.retain(|field, _| !hello.omits.iter().any(|omit| *omit == format!("{operation}.{field}")));
            serde_json::json!({ "accept": output })
        }
        Verdict::Accept(output) => serde_json::json!({ "accept": output }),
        Verdict::Reject(refusal) => {
            let detail = hello.failure_detail;
            let code = refusal.codes.first().filter(|_| detail != FailureDetail::None).cloned();
            let data = refusal.data.clone().filter(|_| detail == FailureDetail::Data);
            serde_json::json!({ "reject": Rejection { reason: refusal.reason.clone(), code, data } })
        }
    }
}

#[cfg(test)]
mod tests;
