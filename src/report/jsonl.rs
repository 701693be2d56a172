//! The results stream: a header, a line for each outcome as it comes, a footer. A run that is killed keeps what it
//! had.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::tally::Tally;
use crate::harness::{Finding, Outcome, Plan, RunEnd};
use crate::protocol::{Content, RunnerHello};
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
    pub fn header(&mut self, plan: &Plan<'_>, digest: &str, command: &[String], repeat: u32) {
        self.line(&json!({
            "type": "header",
            "format": FORMAT,
            "runner": RunnerHello::default().runner,
            "vectors": digest,
            "cases": plan.jobs.len(),
            "repeat": repeat,
            "codes": format!("{:?}", plan.codes).to_lowercase(),
            "adapter": command,
            "hello": plan.hello,
        }));
        self.flush();
    }

    /// Writes a case that is not run.
    pub fn not_run(&mut self, id: &str, why: &str) {
        self.line(&json!({"type": "case", "id": id, "outcome": Outcome::NotRun.name(), "message": why}));
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
        line.insert("outcome".into(), judgement.outcome.name().into());
        if judgement.outcome != Outcome::Pass {
            line.insert("fails".into(), (judgement.fails && !known).into());
            if known {
                line.insert("known".into(), true.into());
            }
            line.insert("message".into(), judgement.line().into());
        }
        if let Some(came) = &finding.came {
            line.insert("came".into(), content(came));
        }
        if !judgement.reasons.is_empty() {
            let pairs =
                judgement.reasons.iter().map(|(wanted, came)| json!({"wanted": wanted, "came": came}));
            line.insert("reasons_differ".into(), pairs.collect());
        }
        if !finding.stderr.is_empty() {
            let start = finding.stderr.len().saturating_sub(4096);
            let start =
                (start..finding.stderr.len()).find(|at| finding.stderr.is_char_boundary(*at)).unwrap_or(0);
            line.insert("stderr".into(), finding.stderr[start..].into());
        }
        self.line(&Value::Object(line));
    }

    /// Writes the last line and closes the file.
    ///
    /// # Errors
    /// The first error since the file was created.
    pub fn finish(
        mut self,
        tally: &Tally<'_>,
        end: &RunEnd,
        complaints: &[String],
        exit: u8,
    ) -> io::Result<()> {
        let total = tally.total();
        let stopped = end.stop.as_ref().map(|stop| &stop.message);
        self.line(&json!({
            "type": "footer",
            "exit": exit,
            "passed": total.passed,
            "failed": total.failed,
            "known": total.known,
            "unsupported": total.unsupported,
            "not_run": total.not_run,
            "deaths": end.deaths,
            "notes": end.notes,
            "known_failures": complaints,
            "stopped": stopped,
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

fn content(content: &Content) -> Value {
    match content {
        Content::Accept(output) => json!({ "accept": output }),
        Content::Reject(rejection) => json!({ "reject": rejection }),
        Content::Unsupported(why) => json!({ "unsupported": why }),
        Content::Error(what) => json!({ "error": what }),
    }
}
