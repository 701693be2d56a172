//! The exit codes, the same for all commands.

use std::path::Path;
use std::process::ExitCode;

use crate::harness::interrupt::Interrupt;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything was as expected.
    Ok = 0,
    /// A case failed, a case that is listed as failing passed, or an entry of that list is stale.
    Failed = 1,
    /// The command line, a file that it names or an id is wrong.
    Usage = 2,
    /// The adapter did not start or did not shake hands.
    NoAdapter = 3,
    /// The adapter broke the protocol, died too often, or died without any one case being the cause. The results so far
    /// are reported.
    Broken = 4,
    /// Nothing was selected, or a pattern or flag matches nothing.
    Nothing = 5,
    /// The vectors could not be loaded or are not valid.
    Vectors = 6,
    /// The terminal was closed (SIGHUP).
    Hangup = 129,
    /// Interrupted, as by Ctrl-C (SIGINT).
    Interrupted = 130,
    /// Asked to end (SIGTERM).
    Terminated = 143,
}

/// The codes, for the end of a help text.
pub const HELP: &str = "\
Exit codes:
  0  everything was as expected
  1  a case failed, a case that is listed as failing passed, or an entry of that list is stale
  2  wrong usage: the command line, a file that it names, or an unknown id
  3  the adapter did not start or did not shake hands
  4  the adapter broke the protocol, died too often, or died without any one case being the cause;
     the results so far are reported
  5  nothing was selected, or a pattern or flag matches nothing
  6  the vectors could not be loaded or are not valid
  130  interrupted by SIGINT (129 by SIGHUP, 143 by SIGTERM); what was done until then is reported";

impl From<Interrupt> for Exit {
    fn from(signal: Interrupt) -> Self {
        match signal {
            Interrupt::Hangup => Self::Hangup,
            Interrupt::Interrupt => Self::Interrupted,
            Interrupt::Terminate => Self::Terminated,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error that ends a command: its exit code and the message for stderr.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What was wrong, where, and what to do.
    pub message: String,
}

impl Failure {
    /// A failure with this code.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Vectors that could not be loaded or are not valid.
    pub fn vectors(message: impl ToString) -> Self {
        Self::new(Exit::Vectors, message.to_string())
    }

    /// A file that could not be read.
    pub fn unreadable(path: &Path, error: impl std::fmt::Display) -> Self {
        Self::usage(format!("{} could not be read: {error}", path.display()))
    }

    /// A file that could not be written.
    pub fn unwritable(path: &Path, error: impl std::fmt::Display) -> Self {
        Self::usage(format!("{} could not be written: {error}", path.display()))
    }
}
