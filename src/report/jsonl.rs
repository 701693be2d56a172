//! The results stream: a header, a line for each outcome as it comes, a footer. A run that is killed keeps what it had
//! written.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::result::{About, MAX_STDERR, RunResult};
use super::tally::{Counts, Status};
use crate::harness::text::end_of;
use crate::harness::{Finding, Outcome, Plan};
use crate::protocol::Content;
use crate::vectors::{Suite, load};

/// The format that the header names.
pub const FORMAT: &str = "spontan-results/2";

/// One line, as it is written and read back.
#[derive(Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one is alive at a time")]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    Header {
        format: String,
        #[serde(flatten)]
        about: About,
    },
    Case(CaseLine),
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseLine {
    pub id: String,
    /// Which repetition, from 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub round: u32,
    /// What the judge says of the answer.
    pub outcome: Outcome,
    /// Does it fail the run? `None` for what passed or was not run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fails: Option<bool>,
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
    pub reasons_differ: Vec<ReasonPair>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub stderr: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonPair {
    expected: String,
    actual: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A results file that is being written.
#[derive(Debug)]
pub struct Stream {
    file: BufWriter<File>,
    /// The first error; nothing is written after it.
    error: Option<io::Error>,
}

/// The digest of the vectors: SHA-256 of their files' text, one after the other.
pub fn digest(suites: &[Suite]) -> Result<String, serde_json::Error> {
    let mut hash = Sha256::new();
    for suite in suites {
        hash.update(load::to_text(suite)?);
    }
    Ok(format!("sha256:{}", hex::encode(hash.finalize())))
}

impl Stream {
    /// Goes on with a file that has its header.
    pub fn new(file: File) -> Self {
        Self { file: BufWriter::new(file), error: None }
    }

    /// The first line.
    pub fn header(about: &About) -> io::Result<String> {
        let line = serde_json::to_string(&Line::Header { format: FORMAT.into(), about: about.clone() })?;
        Ok(line + "\n")
    }

    /// Writes a case that is not run.
    pub fn not_run(&mut self, id: &str, why: &str) {
        let (id, outcome, message) = (id.into(), Outcome::NotRun, why.into());
        self.line(&Line::Case(CaseLine { id, outcome, message, ..CaseLine::default() }));
    }

    /// Writes an outcome; `known` says whether it is a known failure.
    pub fn case(&mut self, plan: &Plan<'_>, finding: &Finding, known: bool) {
        let Some(job) = plan.jobs.get(finding.index) else { return };
        let judgement = &finding.judgement;
        let passed = judgement.outcome == Outcome::Pass;
        let pair = |(expected, actual)| ReasonPair { expected, actual };
        self.line(&Line::Case(CaseLine {
            id: job.case.id.clone(),
            round: finding.round,
            outcome: judgement.outcome,
            fails: (!passed).then_some(judgement.fails && !known),
            known: known && !passed,
            message: if passed { String::new() } else { judgement.line() },
            actual: finding.actual.clone(),
            reasons_differ: judgement.reasons.iter().cloned().map(pair).collect(),
            stderr: end_of(&finding.stderr, MAX_STDERR).into(),
        }));
    }

    /// Writes the last line and closes the file. Returns the first error since it was created.
    pub fn finish(mut self, result: &RunResult) -> io::Result<()> {
        let passes = result.results.iter().filter(|case| case.status == Status::UnexpectedPass);
        let passes = passes.map(|case| case.sentence().to_owned());
        self.line(&Line::Footer {
            exit: result.exit,
            counts: result.counts,
            deaths: result.deaths,
            notes: result.notes.clone(),
            known_failures: result.stale.iter().cloned().chain(passes).collect(),
            stopped: result.cut().map(|(_, how)| how),
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
            // At once, so that what is handed to the operating system is always whole lines.
            let text = serde_json::to_string(line).map_err(io::Error::from);
            self.error = text.and_then(|text| self.file.write_all(format!("{text}\n").as_bytes())).err();
        }
    }
}
