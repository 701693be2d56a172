//! Is an adapter sound, apart from whether the node behind it is right? It is started several times and asked a few
//! cases of each operation that it declares; no answer is compared with what the case wants, only with the protocol and
//! with the adapter's own answers to the same question.

mod advice;
mod checks;
mod ending;
mod sample;
mod shape;
pub mod talk;

use crate::protocol::AdapterHello;

pub use checks::examine;
pub use shape::accepted;

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
pub struct Check {
    /// What it came to.
    pub mark: Mark,
    /// What a sound adapter does.
    pub what: &'static str,
    /// What this one did.
    pub found: String,
    /// What to change; empty where nothing is.
    pub change: &'static str,
}

/// What the doctor found.
#[derive(Debug)]
pub struct Findings {
    /// What the adapter says of itself.
    pub hello: AdapterHello,
    /// The checklist.
    pub checks: Vec<Check>,
}

impl Findings {
    /// Is nothing to be changed?
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.mark != Mark::Fail)
    }
}
