//! The checklist: what was checked, and what each check came to.

use crate::protocol::AdapterHello;

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

impl Checklist {
    /// Is there nothing to change?
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.mark != Mark::Fail)
    }
}
