//! An examination in progress: what was found so far, and how a check starts a process and asks it.

use std::time::Duration;

use super::advice;
use super::checklist::{ChecklistItem, Mark};
use super::sample::Sample;
use super::talk::{Limits, Observations, Talk};
use crate::harness::session::runner_hello;
use crate::harness::text::printable;
use crate::protocol::{AdapterHello, Content};

/// An examination in progress.
pub struct Examination<'a> {
    pub limits: &'a Limits,
    pub hello: AdapterHello,
    pub sample: Sample<'a>,
    pub checks: Vec<ChecklistItem>,
    /// What each process showed.
    pub seen: Vec<Observations>,
}

impl Examination<'_> {
    pub fn ok(&mut self, what: &'static str, found: String) {
        self.checks.push(ChecklistItem { mark: Mark::Ok, what, found, change: "" });
    }

    pub fn fail(&mut self, what: &'static str, found: String, change: &'static str) {
        self.checks.push(ChecklistItem { mark: Mark::Fail, what, found: printable(&found), change });
    }

    pub fn note(&mut self, what: &'static str, found: String, change: &'static str) {
        self.checks.push(ChecklistItem { mark: Mark::Note, what, found: printable(&found), change });
    }

    /// Starts another process; if it does not start, `what` fails.
    pub fn start(&mut self, what: &'static str) -> Option<(Talk, AdapterHello)> {
        match Talk::start(self.limits, &runner_hello()) {
            Ok(started) => Some(started),
            Err(error) => {
                let found = format!("started once more, it did not shake hands: {}", error.message);
                self.fail(what, found, advice::START_AGAIN);
                None
            }
        }
    }

    /// Asks everything at once, and ends the process.
    ///
    /// # Errors
    /// What is wrong with the answers.
    pub fn ask(&mut self, mut talk: Talk, bodies: &[Vec<u8>]) -> Result<Vec<Content>, String> {
        talk.ask(bodies);
        let answers = talk.answers();
        self.seen.push(talk.kill());
        answers
    }

    /// How many cases may be open at once.
    pub fn window(&self) -> usize {
        usize::try_from(self.hello.window).unwrap_or(1)
    }
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}
