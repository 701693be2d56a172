//! What a run tells: an outcome for each case, the traffic, and how it ended.

use super::judge::Judgement;
use super::plan::Plan;
use crate::protocol::Content;

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

/// Who wants to know while the run goes.
pub trait Observer {
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
