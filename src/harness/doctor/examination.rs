//! An examination in progress: the checklist so far, and how a check starts a process and asks it.

use std::time::Duration;

use super::sample::Question;
use super::talk::{Observations, Talk};
use crate::harness::interrupt;
use crate::harness::options::Options;
use crate::harness::session::runner_hello;
use crate::harness::text::printable;
use crate::protocol::{AdapterHello, Content};

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As the protocol says.
    Ok,
    /// Not as the protocol says: to be changed.
    Fail,
    /// Allowed, and worth knowing.
    Note,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistItem {
    /// What it came to.
    pub mark: Mark,
    /// What a sound adapter does.
    pub what: &'static str,
    /// What this one did.
    pub found: String,
    /// What to change; empty if nothing is.
    pub change: &'static str,
}

/// What the doctor found.
#[derive(Debug)]
pub struct Checklist {
    /// What the adapter says of itself.
    pub hello: AdapterHello,
    /// The checks, in the order in which they were made.
    pub checks: Vec<ChecklistItem>,
}

/// An examination in progress.
pub struct Examination<'a> {
    pub options: &'a Options,
    pub hello: AdapterHello,
    pub questions: Vec<Question<'a>>,
    pub checks: Vec<ChecklistItem>,
    /// What each process showed.
    pub seen: Vec<Observations>,
}

impl Examination<'_> {
    /// A check during which the run was interrupted says nothing.
    fn add(&mut self, item: ChecklistItem) {
        if interrupt::received().is_none() {
            self.checks.push(item);
        }
    }

    pub fn ok(&mut self, what: &'static str, found: String) {
        self.add(ChecklistItem { mark: Mark::Ok, what, found, change: "" });
    }

    pub fn fail(&mut self, what: &'static str, found: String, change: &'static str) {
        self.add(ChecklistItem { mark: Mark::Fail, what, found: printable(&found), change });
    }

    pub fn note(&mut self, what: &'static str, found: String, change: &'static str) {
        self.add(ChecklistItem { mark: Mark::Note, what, found: printable(&found), change });
    }

    /// Starts another process; if it does not start, `what` fails.
    pub fn start(&mut self, what: &'static str) -> Option<(Talk, AdapterHello)> {
        Talk::start(self.options, &runner_hello())
            .map_err(|error| {
                let found = format!("started once more, it did not shake hands: {}", error.message);
                let change = "Let it start as often as it is asked to: no lock, port or file of one run may keep the \
                              next from starting.";
                self.fail(what, found, change);
            })
            .ok()
    }

    /// Asks everything at once, and ends the process. Returns the answers, or what is wrong with them.
    pub fn ask(&mut self, mut talk: Talk, bodies: &[Vec<u8>]) -> Result<Vec<Content>, String> {
        talk.ask(bodies);
        let answers = talk.answers();
        self.seen.push(talk.kill());
        answers
    }

    /// The requests of as many questions as may be open at once.
    pub fn window(&self) -> impl Iterator<Item = &Question<'_>> {
        let size = usize::try_from(self.hello.window).unwrap_or(1);
        self.questions.iter().cycle().take(size)
    }
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}
