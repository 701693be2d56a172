//! Counts a run: for each case its status over all repetitions, and the finding that shows why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::harness::finding::CaseFindings;
use crate::harness::known::{Entry, KnownFailures};
use crate::harness::plan::Job;
use crate::harness::{Findings, Outcome, Plan};

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
    /// Not as expected, but only where the text is weaker than `--fail-on`.
    BelowFailOn,
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
    /// Cases with deviations that are weaker than `--fail-on`.
    #[serde(default)]
    pub below_fail_on: u32,
    /// Known failures.
    pub known: u32,
    /// Cases that the adapter cannot answer, though it declared them.
    pub unsupported: u32,
    /// Not run, for any reason.
    pub not_run: u32,
}

impl Counts {
    /// The names of the columns in a table of counts; see [`super::RunResult::columns`].
    pub const COLUMNS: [&str; 6] = ["passed", "failed", "known", "unsupported", "not run", "below --fail-on"];

    /// The numbers for these columns.
    pub fn numbers(self) -> [u32; 6] {
        [self.passed, self.failed, self.known, self.unsupported, self.not_run, self.below_fail_on]
    }

    /// Is any case not as expected, whether it fails the run or not?
    pub fn deviates(self) -> bool {
        self.run() > self.passed
    }

    /// How many cases were run.
    pub fn run(self) -> u32 {
        self.passed + self.failed + self.below_fail_on + self.known + self.unsupported
    }

    /// Counts a case.
    pub fn add(&mut self, status: Status) {
        *match status {
            Status::Passed | Status::UnexpectedPass => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::BelowFailOn => &mut self.below_fail_on,
            Status::Known => &mut self.known,
            Status::Unsupported => &mut self.unsupported,
            Status::NotRun | Status::NotReached => &mut self.not_run,
        } += 1;
    }
}

/// A case of a run that ended.
#[derive(Debug)]
pub struct Counted<'a> {
    /// The case, and what is expected of this adapter.
    pub job: &'a Job<'a>,
    /// What is kept of its findings.
    pub found: CaseFindings,
    /// Its entry in the list of known failures.
    pub entry: Option<&'a Entry>,
    /// What it came to.
    pub status: Status,
}

impl<'a> Counted<'a> {
    fn new(plan: &Plan<'_>, job: &'a Job<'a>, found: CaseFindings, entry: Option<&'a Entry>) -> Self {
        let shown = found.shown.as_deref();
        let level = shown.and_then(|finding| finding.judgement.level(job.case));
        let is_below = level.is_some_and(|level| level > plan.fail_on);
        let status = match found.failed {
            _ if job.expected.is_err() => Status::NotRun,
            0 if found.runs == 0 => Status::NotReached,
            0 if is_below && entry.is_some() => Status::Known,
            0 if is_below => Status::BelowFailOn,
            0 if entry.is_some() => Status::UnexpectedPass,
            0 => Status::Passed,
            _ if entry.is_some_and(|entry| shown.is_none_or(|finding| entry.covers(finding))) => {
                Status::Known
            }
            _ if shown.is_some_and(|finding| finding.judgement.outcome == Outcome::Unsupported) => {
                Status::Unsupported
            }
            _ => Status::Failed,
        };
        Self { job, found, entry, status }
    }

    /// Why it was not run, if it was not.
    pub fn why_not_run(&self) -> Option<String> {
        match &self.job.expected {
            Err(why) => Some(why.to_string()),
            Ok(_) => (self.status == Status::NotReached).then(|| "the run ended first".into()),
        }
    }
}

/// The counts of a run.
#[derive(Debug)]
pub struct Tally<'a> {
    /// What was run.
    pub plan: &'a Plan<'a>,
    /// The cases, in the order of the vectors.
    pub cases: Vec<Counted<'a>>,
    /// Rejections with another reason of the closed list than expected: expected, actual, how many.
    pub reasons: BTreeMap<(String, String), u32>,
    known: &'a KnownFailures,
}

impl<'a> Tally<'a> {
    /// The tally of a run.
    pub fn new(plan: &'a Plan<'a>, known: &'a KnownFailures, findings: Findings) -> Self {
        let Findings { cases, reasons } = findings;
        let counted =
            |(job, found): (&'a Job<'a>, _)| Counted::new(plan, job, found, known.find(&job.case.id));
        Self { plan, cases: plan.jobs.iter().zip(cases).map(counted).collect(), reasons, known }
    }

    /// What fails the run.
    pub fn failures(&self) -> Vec<&Counted<'a>> {
        let failed = |case: &&Counted<'_>| matches!(case.status, Status::Failed | Status::Unsupported);
        self.cases.iter().filter(failed).collect()
    }

    /// The complaint about a listed case, if it passed.
    pub fn unexpected_pass(&self, case: &Counted<'_>) -> Option<String> {
        let entry = case.entry.filter(|_| case.status == Status::UnexpectedPass)?;
        Some(self.known.unexpected_pass(entry, &case.job.case.id))
    }

    /// Complaints about listed cases that passed, and about those that fail in another way than is listed.
    pub fn complaints(&self) -> Vec<String> {
        let passes = self.cases.iter().filter_map(|case| self.unexpected_pass(case));
        let failures = self.failures().into_iter();
        let changed = failures.filter_map(|Counted { job, entry, found, .. }| {
            Some(self.known.changed_answer((*entry)?, &job.case.id, found.shown.as_deref()?))
        });
        passes.chain(changed).collect()
    }
}
