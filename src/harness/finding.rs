//! What a run finds: an outcome for each case, and how the run ended.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::interrupt::Interrupt;
use super::judgement::{Judgement, Outcome};
use super::plan::Plan;
use super::text::printable;
use crate::protocol::{Content, Rejection, reason};

/// What one case came to, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which job of the plan.
    pub index: usize,
    /// Which repetition, from 0.
    pub round: u32,
    /// The outcome.
    pub judgement: Judgement,
    /// The answer, unless there was none or the case passed.
    pub actual: Option<Content>,
    /// What the adapter wrote to stderr while the case was open.
    pub stderr: String,
}

impl Finding {
    /// The answer in words that stay the same as long as the answer does: `accept` and the first 4 bytes of the SHA-256
    /// of the output; `reject` with reason, code and data, but without a reason of the implementation's own wording;
    /// `unsupported`, `error`, `timed out` or `crashed`.
    pub fn in_words(&self) -> String {
        match &self.actual {
            Some(Content::Accept(output)) => {
                let mut output = output.clone();
                output.sort_all_objects();
                let digest = Sha256::digest(output.to_string());
                format!("accept {}", hex::encode(&digest[..4]))
            }
            Some(Content::Reject(Rejection { reason, code, data })) => {
                let known = reason::find(reason.raw()).map(|reason| reason.name);
                let words = known.into_iter().chain(code.as_deref()).chain(data.as_deref());
                let words = words.filter(|word| !word.is_empty()).map(printable);
                words.fold("reject".to_owned(), |text, word| format!("{text} {word}"))
            }
            Some(Content::Unsupported(_)) => "unsupported".into(),
            Some(Content::Error(_)) => "error".into(),
            None => self.judgement.outcome.to_string(),
        }
    }
}

/// What is kept of the findings of one case.
#[derive(Debug, Clone, Default)]
pub struct CaseFindings {
    /// How often it was asked and judged.
    pub runs: u32,
    /// How often it was not as expected.
    pub failed: u32,
    /// The longest that it took, as far as that is known: while it was the oldest question.
    pub took: Duration,
    /// The first finding that fails, or else the first with a wrong code or data that do not count.
    pub shown: Option<Box<Finding>>,
}

/// What is kept of the findings of a run.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// For each job of the plan.
    pub cases: Vec<CaseFindings>,
    /// Rejections with another reason of the closed list than expected: expected, actual, how many.
    pub reasons: BTreeMap<(String, String), u32>,
}

impl Findings {
    /// For a plan with this number of jobs, none of which ran yet.
    pub fn new(jobs: usize) -> Self {
        Self { cases: vec![CaseFindings::default(); jobs], reasons: BTreeMap::new() }
    }

    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        let Some(case) = self.cases.get_mut(finding.index) else { return };
        case.runs += 1;
        if finding.round == 0 {
            for pair in &finding.judgement.reasons {
                *self.reasons.entry(pair.clone()).or_default() += 1;
            }
        }
        let fails = finding.judgement.fails;
        case.failed += u32::from(fails);
        let better = match &case.shown {
            None => finding.judgement.outcome != Outcome::Pass,
            Some(shown) => fails && !shown.judgement.fails,
        };
        if better {
            case.shown = Some(Box::new(finding));
        }
    }

    /// Adds those of another process, which was asked other cases of the same plan.
    pub fn merge(&mut self, other: Self) {
        for (case, other) in self.cases.iter_mut().zip(other.cases) {
            if other.runs > 0 {
                *case = other;
            }
        }
        for (pair, count) in other.reasons {
            *self.reasons.entry(pair).or_default() += count;
        }
    }
}

/// What a caller sees of a run while it goes on. By default nothing.
pub trait Observer {
    /// An answer to a job of the plan was read; its outcome follows. An answer that is right in its shortest form is never
    /// read.
    fn answered(&mut self, _index: usize, _content: &Content) {}
    /// A case has its outcome.
    fn found(&mut self, _plan: &Plan<'_>, _finding: &Finding) {}
    /// Can the run end here? Then nothing more is asked, but what was asked is waited for.
    fn has_enough(&self) -> bool {
        false
    }
    /// The runner is about to wait for the adapter.
    fn waiting(&mut self) {}
    /// A line goes to the adapter (`sent`) or came from it.
    fn traffic(&mut self, _sent: bool, _line: &[u8]) {}
}

impl Observer for () {}

/// Why a run ended before its end: the adapter broke the protocol or died too often. It means exit code 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What happened, and what to do.
    pub message: String,
    /// The last of the adapter's stderr.
    pub stderr: String,
    /// Did it break the protocol? Otherwise it died too often.
    pub breach: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// Why it ended early, if it did.
    pub stop: Option<Stop>,
    /// The signal that ended it before it was done, if one did.
    pub interrupted: Option<Interrupt>,
    /// How many answers were judged.
    pub answers: u64,
    /// How many processes were lost.
    pub deaths: u32,
    /// Deaths that no case repeats when it is asked alone: the adapter left before its stdin was closed, or a crash
    /// that depends on what came before.
    pub stray: u32,
    /// The most memory that one process of the adapter was seen to take, with all that it started, in bytes; none if this
    /// system does not tell.
    pub peak_memory: Option<u64>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

impl RunEnd {
    /// How the adapter broke the run, if it did.
    pub fn broken(&self) -> Option<String> {
        let stray = match self.stray {
            0 => None,
            1 => Some("the adapter died once over no case in particular".to_owned()),
            times => Some(format!("the adapter died {times} times over no case in particular")),
        };
        self.stop.as_ref().map(|stop| stop.message.clone()).or(stray)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_in_words() {
        let words = |actual| {
            let judgement = Judgement::plain(Outcome::TimedOut, "");
            Finding { index: 0, round: 0, judgement, actual, stderr: String::new() }.in_words()
        };
        let reject = |reason: &str, code: Option<&str>, data: Option<&str>| {
            let (code, data) = (code.map(str::to_owned), data.map(str::to_owned));
            words(Some(Content::Reject(Rejection { reason: reason.into(), code, data })))
        };
        // printf '{"length":1,"value":"9"}' | sha256sum
        assert_eq!(words(Some(Content::Accept(json!({"value": "9", "length": 1})))), "accept 4347fede");
        assert_eq!(
            reject("preimage_mismatch", Some("400f"), Some("00ff")),
            "reject preimage_mismatch 400f 00ff"
        );
        assert_eq!(reject("onion.c:71: bad", Some("400f"), Some("")), "reject 400f");
        assert_eq!(reject("bad", None, None), "reject");
        assert_eq!(words(Some(Content::Error("x".into()))), "error");
        assert_eq!(words(None), "timed out");
    }
}
