//! Counts a run: for each case its status over all repetitions, and the finding that shows why.

use serde::{Deserialize, Serialize};

use crate::harness::known::{Entry, KnownFailures};
use crate::harness::{Finding, Findings, Outcome, Plan};
use crate::vectors::{Case, Verdict};

/// The status of a case when the run has ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As expected, each time.
    Passed,
    /// As expected, each time, though it is listed as known to fail.
    UnexpectedPass,
    /// Not as expected at least once.
    Failed,
    /// Not as expected, and listed as known to fail.
    Known,
    /// The adapter cannot answer, though it declared what the case needs.
    Unsupported,
    /// The adapter did not declare what the case needs.
    NotRun,
    /// The run ended before it.
    NotReached,
}

/// The counts of a suite or of all.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Counts {
    /// Cases as expected, including unexpected passes.
    pub passed: u32,
    /// Cases not as expected.
    pub failed: u32,
    /// Known failures.
    pub known: u32,
    /// Cases that the adapter cannot answer, though it declared them.
    pub unsupported: u32,
    /// Not run, for any reason.
    pub not_run: u32,
}

impl Counts {
    /// The names of the columns in a table of counts.
    pub const COLUMNS: [&str; 5] = ["passed", "failed", "known", "unsupported", "not run"];

    /// The numbers for these columns.
    pub fn numbers(self) -> [u32; 5] {
        [self.passed, self.failed, self.known, self.unsupported, self.not_run]
    }

    /// How many cases were run.
    pub fn run(self) -> u32 {
        self.passed + self.failed + self.known + self.unsupported
    }

    /// Counts a case.
    pub(super) fn add(&mut self, status: Status) {
        *match status {
            Status::Passed | Status::UnexpectedPass => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::Known => &mut self.known,
            Status::Unsupported => &mut self.unsupported,
            Status::NotRun | Status::NotReached => &mut self.not_run,
        } += 1;
    }
}

/// A failure to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// The case.
    pub case: &'a Case,
    /// The answer that is expected of this adapter.
    pub expected: Option<&'a Verdict>,
    /// The first time that it failed.
    pub finding: &'a Finding,
    /// How often it failed, and how often it ran.
    pub times: (u32, u32),
}

/// The counts of a run.
#[derive(Debug)]
pub struct Tally<'a> {
    plan: &'a Plan<'a>,
    known: &'a KnownFailures,
    /// What is kept of each case.
    pub findings: Findings,
}

impl<'a> Tally<'a> {
    /// The tally of a run.
    pub fn new(plan: &'a Plan<'a>, known: &'a KnownFailures, findings: Findings) -> Self {
        Self { plan, known, findings }
    }

    /// The status of a case.
    pub fn status(&self, index: usize) -> Status {
        let (Some(job), Some(state)) = (self.plan.jobs.get(index), self.findings.cases.get(index)) else {
            return Status::NotReached;
        };
        let unsupported =
            || state.shown.as_ref().is_some_and(|finding| finding.judgement.outcome == Outcome::Unsupported);
        match state.failed {
            _ if job.expected.is_err() => Status::NotRun,
            0 if state.runs == 0 => Status::NotReached,
            0 if self.known.find(&job.case.id).is_some() => Status::UnexpectedPass,
            0 => Status::Passed,
            _ if self.is_known(&job.case.id, state.shown.as_deref()) => Status::Known,
            _ if unsupported() => Status::Unsupported,
            _ => Status::Failed,
        }
    }

    /// Is a case listed, and does it fail in the way that is listed?
    fn is_known(&self, id: &str, shown: Option<&Finding>) -> bool {
        self.known.find(id).is_some_and(|entry| shown.is_none_or(|finding| entry.covers(finding)))
    }

    /// What fails the run, in the order of the vectors.
    pub fn failures(&self) -> Vec<Failure<'_>> {
        let failed = |index: &usize| matches!(self.status(*index), Status::Failed | Status::Unsupported);
        (0..self.plan.jobs.len()).filter(failed).filter_map(|index| self.failure(index)).collect()
    }

    /// Complaints about listed cases that passed.
    pub fn unexpected_passes(&self) -> Vec<String> {
        (0..self.plan.jobs.len()).filter_map(|index| self.unexpected_pass(index)).collect()
    }

    /// The complaint about a listed case, if it passed.
    pub fn unexpected_pass(&self, index: usize) -> Option<String> {
        let id = &self.plan.jobs.get(index)?.case.id;
        let entry = self.known.find(id).filter(|_| self.status(index) == Status::UnexpectedPass)?;
        Some(self.known.unexpected_pass(entry, id))
    }

    /// Complaints about listed cases that fail in another way than is listed.
    pub fn changed_answers(&self) -> Vec<String> {
        let failures = self.failures();
        let changed = failures.iter().filter_map(|failure| {
            let entry = self.known.find(&failure.case.id)?;
            Some(self.known.changed_answer(entry, &failure.case.id, failure.finding))
        });
        changed.collect()
    }

    /// Why a case was not run, if it was not.
    pub fn why_not_run(&self, index: usize) -> Option<String> {
        let job = self.plan.jobs.get(index)?;
        match &job.expected {
            Err(why) => Some(why.to_string()),
            Ok(_) if self.status(index) == Status::NotReached => Some("the run ended first".into()),
            Ok(_) => None,
        }
    }

    /// The finding that is shown of a case: the first that fails, or else the first with a wrong code or data that do
    /// not count.
    pub fn failure(&self, index: usize) -> Option<Failure<'_>> {
        let (job, state) = (self.plan.jobs.get(index)?, self.findings.cases.get(index)?);
        Some(Failure {
            case: job.case,
            expected: job.expected.as_ref().ok().copied(),
            finding: state.shown.as_deref()?,
            times: (state.failed, state.runs),
        })
    }

    /// How often a case was asked, and how often it was not as expected.
    pub fn times(&self, index: usize) -> (u32, u32) {
        self.findings.cases.get(index).map_or((0, 0), |state| (state.runs, state.failed))
    }

    /// The entry of the list of known failures for a case.
    pub fn entry(&self, id: &str) -> Option<&'a Entry> {
        self.known.find(id)
    }

    /// The plan of the run.
    pub fn plan(&self) -> &'a Plan<'a> {
        self.plan
    }
}
