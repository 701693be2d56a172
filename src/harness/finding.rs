//! What a run tells: an outcome for each case, the traffic, and how it ended.

use sha2::{Digest, Sha256};

use super::judge::Judgement;
use super::plan::Plan;
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
    /// The answer, when there was one that is worth showing.
    pub came: Option<Content>,
    /// What came on stderr while the case was open.
    pub stderr: String,
}

impl Finding {
    /// What came, in words that stay the same as long as the answer does: `accept` and the first 4 bytes of the
    /// SHA-256 of the output; `reject` with reason, code and data, but without a reason of the implementation's own
    /// wording; `unsupported`, `error`, `timed out` or `crashed`.
    pub fn in_words(&self) -> String {
        match &self.came {
            Some(Content::Accept(output)) => {
                let mut output = output.clone();
                output.sort_all_objects();
                let digest = Sha256::digest(output.to_string());
                format!("accept {}", hex::encode(&digest[..4]))
            }
            Some(Content::Reject(Rejection { reason, code, data })) => {
                let known = reason::find(reason).map(|_| reason);
                let words = known.into_iter().chain(code).chain(data).filter(|word| !word.is_empty());
                words.fold("reject".to_owned(), |text, word| format!("{text} {word}"))
            }
            Some(Content::Unsupported(_)) => "unsupported".into(),
            Some(Content::Error(_)) => "error".into(),
            None => self.judgement.outcome.to_string(),
        }
    }
}

/// Who wants to know while the run goes.
pub trait Observer {
    /// An answer to a job of the plan was read; its outcome follows. The shortest right answer is never read.
    fn answered(&mut self, index: usize, content: &Content) {
        let _ = (index, content);
    }
    /// A case has its outcome.
    fn found(&mut self, plan: &Plan<'_>, finding: Finding);
    /// Is the answer so far all that is wanted? Nothing more is asked then; what was asked is waited for.
    fn has_enough(&self) -> bool {
        false
    }
    /// The runner is about to wait for the adapter.
    fn waiting(&mut self) {}
    /// A line goes to the adapter (`sent`) or came from it.
    fn traffic(&mut self, sent: bool, line: &[u8]) {
        let _ = (sent, line);
    }
}

/// Why a run ended before its end: the adapter broke the protocol or died too often. It means exit code 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What happened, and what to do.
    pub message: String,
    /// The last of the adapter's stderr.
    pub stderr: String,
    /// Did it break the protocol? Else it died too often.
    pub breach: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// Why it ended early, if it did.
    pub stop: Option<Stop>,
    /// How many answers were judged.
    pub answers: u64,
    /// Processes that were lost on the way.
    pub deaths: u32,
    /// Deaths that no case repeats when it is asked alone: the adapter left before its stdin was closed, or a crash
    /// that depends on what came before.
    pub stray: u32,
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
    use crate::harness::Outcome;
    use serde_json::json;

    #[test]
    fn an_answer_in_words() {
        let words = |came| {
            let judgement = Judgement::plain(Outcome::TimedOut, "");
            Finding { index: 0, round: 0, judgement, came, stderr: String::new() }.in_words()
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
