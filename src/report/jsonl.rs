//! The results stream: a header, a line for each outcome as it comes, a footer. A run that is killed keeps what it
//! had.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::result::{About, CaseResult, RunResult, tail};
use super::tally::Status;
use crate::harness::{Finding, Outcome, Plan};
use crate::vectors::{Suite, load};

/// The format that the header names.
pub const FORMAT: &str = "spontan-results/1";

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
    ///
    /// # Errors
    /// Never, as all keys are strings.
    pub fn header(&mut self, about: &About) -> Result<(), serde_json::Error> {
        let mut line = Map::new();
        line.insert("type".into(), "header".into());
        line.insert("format".into(), FORMAT.into());
        if let Value::Object(about) = serde_json::to_value(about)? {
            line.extend(about);
        }
        self.line(&Value::Object(line));
        self.flush();
        Ok(())
    }

    /// Writes a case that is not run.
    pub fn not_run(&mut self, id: &str, why: &str) {
        self.line(&json!({"type": "case", "id": id, "outcome": Outcome::NotRun, "message": why}));
    }

    /// Writes an outcome.
    pub fn case(&mut self, plan: &Plan<'_>, finding: &Finding, known: bool) {
        let Some(job) = plan.jobs.get(finding.index) else { return };
        let judgement = &finding.judgement;
        let mut line = Map::new();
        line.insert("type".into(), "case".into());
        line.insert("id".into(), job.case.id.as_str().into());
        if finding.round > 0 {
            line.insert("round".into(), finding.round.into());
        }
        line.insert("outcome".into(), json!(judgement.outcome));
        if judgement.outcome != Outcome::Pass {
            line.insert("fails".into(), (judgement.fails && !known).into());
            if known {
                line.insert("known".into(), true.into());
            }
            line.insert("message".into(), judgement.line().into());
        }
        if let Some(came) = &finding.actual {
            line.insert("came".into(), json!(came));
        }
        if !judgement.reasons.is_empty() {
            let pairs =
                judgement.reasons.iter().map(|(wanted, came)| json!({"wanted": wanted, "came": came}));
            line.insert("reasons_differ".into(), pairs.collect());
        }
        if !finding.stderr.is_empty() {
            line.insert("stderr".into(), tail(&finding.stderr).into());
        }
        self.line(&Value::Object(line));
    }

    /// Writes the last line and closes the file.
    ///
    /// # Errors
    /// The first error since the file was created.
    pub fn finish(mut self, result: &RunResult) -> io::Result<()> {
        let counts = result.counts;
        let passes = result.results.iter().filter(|case| case.status == Status::UnexpectedPass);
        let complaints: Vec<_> =
            result.stale.iter().map(String::as_str).chain(passes.map(CaseResult::sentence)).collect();
        self.line(&json!({
            "type": "footer",
            "exit": result.exit,
            "passed": counts.passed,
            "failed": counts.failed,
            "known": counts.known,
            "unsupported": counts.unsupported,
            "not_run": counts.not_run,
            "deaths": result.deaths,
            "notes": result.notes,
            "known_failures": complaints,
            "stopped": result.broken,
        }));
        self.flush();
        self.error.map_or(Ok(()), Err)
    }

    /// Hands what is written to the operating system.
    pub fn flush(&mut self) {
        if self.error.is_none() {
            self.error = self.file.flush().err();
        }
    }

    fn line(&mut self, value: &Value) {
        if self.error.is_none() {
            self.error = writeln!(self.file, "{value}").err();
        }
    }
}
