//! How a run is made.

use std::time::Duration;

use super::judgement::Codes;
use super::process::Adapter;
use crate::vectors::Level;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// What is started, and started again after a death.
    pub adapter: Adapter,
    /// How many processes of the adapter share the cases, at least 1.
    pub processes: usize,
    /// How long the hello may take.
    pub hello_timeout: Duration,
    /// How long the oldest question may stay unanswered.
    pub timeout: Duration,
    /// How often the cases are asked.
    pub repeat: u32,
    /// Which failure codes count.
    pub codes: Codes,
    /// The most memory that a process of the adapter may take with all that it starts, in bytes. With it, a process is asked
    /// one case at a time, so that the case is known with which it takes more.
    pub max_memory: Option<u64>,
    /// Deviations that are weaker than this level fail nothing.
    pub fail_on: Level,
}

impl Options {
    /// As `spontan check` has them by default: one process, 30 seconds for the hello and 5 for an answer, each case once.
    pub fn new(adapter: Adapter) -> Self {
        Self {
            adapter,
            processes: 1,
            hello_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            repeat: 1,
            codes: Codes::default(),
            max_memory: None,
            fail_on: Level::Proposal,
        }
    }
}
