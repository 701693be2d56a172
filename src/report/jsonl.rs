//! The results stream: a header, a line for each outcome as it comes, a footer. A run that is killed keeps what it had
//! written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::result::{About, RunResult, tail};
use super::tally::{Counts, Status};
use crate::harness::{Finding, Outcome, Plan};
use crate::protocol::Content;
use crate::vectors::{Suite, load};

/// The format that the header names.
pub const FORMAT: &str = "spontan-results/2";

/// One line, as it is written and read back.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    Header {
        format: String,
        #[serde(flatten)]
        about: Box<About>,
    },
    Case(Box<CaseLine>),
    Footer {
        exit: u8,
        #[serde(flatten)]
        counts: Counts,
        deaths: u32,
        notes: Vec<String>,
        known_failures: Vec<String>,
        stopped: Option<String>,
    },
}

/// The outcome of one case, once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseLine {
    pub(super) id: String,
    /// Which repetition, from 0.
    #[serde(default, skip_serializing_if = "is_default")]
    round: u32,
    /// What the judge says of the answer.
    pub outcome: Outcome,
    /// Does it fail the run? `None` for what passed or was not run.
    #[serde(default, skip_serializing_if = "is_default")]
    fails: Option<bool>,
    /// Is it listed as known to fail, and does?
    #[serde(default, skip_serializing_if = "is_default")]
    pub known: bool,
    /// The outcome in a line; empty for what passed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub message: String,
    /// The answer, unless it passed or there was none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub actual: Option<Content>,
    /// Reasons from the protocol's list that differ from the expected ones. They fail nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    reasons_differ: Vec<ReasonPair>,
    #[serde(default, skip_serializing_if = "is_default")]
    stderr: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ReasonPair {
    expected: String,
    actual: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl CaseLine {
    /// The first answer to a case of this id.
    pub fn new(id: &str, outcome: Outcome, message: &str, actual: Option<Content>) -> Self {
        Self {
            id: id.into(),
            round: 0,
            outcome,
            fails: None,
            known: false,
            message: message.into(),
            actual,
            reasons_differ: Vec::new(),
            stderr: String::new(),
        }
    }
}

/// A results file that is being written.
#[derive(Debug)]
pub struct Stream {
    file: BufWriter<File>,
    /// The first error; nothing is written after it.
    error: Option<io::Error>,
}

/// The digest of the vectors: SHA-256 of their files' text, one after the other.
///
/// # Errors
/// If a suite cannot be written as text.
pub fn digest(suites: &[Suite]) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    for suite in suites {
        hash.update(load::to_text(suite)?);
    }
    Ok(format!("sha256:{}", hex::encode(hash.finalize())))
}

impl Stream {
    /// Creates the file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(File::create(path)?), error: None })
    }

    /// Writes the first line.
    pub fn header(&mut self, about: &About) {
        self.line(&Line::Header { format: FORMAT.into(), about: Box::new(about.clone()) });
        self.flush();
    }

    /// Writes a case that is not run.
    pub fn not_run(&mut self, id: &str, why: &str) {
        self.line(&Line::Case(Box::new(CaseLine::new(id, Outcome::NotRun, why, None))));
    }

    /// Writes an outcome; `known` says whether it is a known failure.
    pub fn case(&mut self, plan: &Plan<'_>, finding: &Finding, known: bool) {
        let Some(job) = plan.jobs.get(finding.index) else { return };
        let judgement = &finding.judgement;
        let mut line = CaseLine::new(&job.case.id, judgement.outcome, "", finding.actual.clone());
        line.round = finding.round;
        if judgement.outcome != Outcome::Pass {
            (line.fails, line.known) = (Some(judgement.fails && !known), known);
            line.message = judgement.line();
        }
        let reasons = judgement.reasons.iter().cloned();
        line.reasons_differ = reasons.map(|(expected, actual)| ReasonPair { expected, actual }).collect();
        line.stderr = tail(&finding.stderr).into();
        self.line(&Line::Case(Box::new(line)));
    }

    /// Writes the last line and closes the file.
    ///
    /// # Errors
    /// The first error since the file was created.
    pub fn finish(mut self, result: &RunResult) -> io::Result<()> {
        let passes = result.results.iter().filter(|case| case.status == Status::UnexpectedPass);
        let passes = passes.map(|case| case.sentence().to_owned());
        self.line(&Line::Footer {
            exit: result.exit,
            counts: result.counts,
            deaths: result.deaths,
            notes: result.notes.clone(),
            known_failures: result.stale.iter().cloned().chain(passes).collect(),
            stopped: result.broken.clone(),
        });
        self.flush();
        self.error.map_or(Ok(()), Err)
    }

    /// Hands what is written to the operating system.
    pub fn flush(&mut self) {
        if self.error.is_none() {
            self.error = self.file.flush().err();
        }
    }

    fn line(&mut self, line: &Line) {
        if self.error.is_none() {
            let written = serde_json::to_writer(&mut self.file, line).map_err(io::Error::from);
            self.error = written.and_then(|()| self.file.write_all(b"\n")).err();
        }
    }
}
