//! Counts a run: for each case its worst outcome over all repetitions, for each suite the sums.

use serde::{Deserialize, Serialize};

use crate::harness::known::{Entry, KnownFailures};
use crate::harness::{Finding, Findings, NotRun, Outcome, Plan};
use crate::vectors::Case;

/// What a case came to in the end.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As expected, each time.
    Passed,
    /// As expected, each time, though it is listed as known to fail.
    UnexpectedPass,
    /// Not as expected at least once.
    Failed,
    /// Not as expected, and listed as known.
    Known,
    /// Declared, but the adapter cannot answer.
    Unsupported,
    /// The adapter did not declare what it needs.
    NotRun,
    /// The run ended before it.
    NotReached,
}

/// The counts of a suite or of all.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Counts {
    /// Cases as expected, those among them that are listed as known to fail.
    pub passed: u32,
    /// Cases not as expected.
    pub failed: u32,
    /// Known failures.
    pub known: u32,
    /// Declared, but not answered.
    pub unsupported: u32,
    /// Not run, for any reason.
    pub not_run: u32,
}

impl Counts {
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
    /// What is wanted of this adapter.
    pub want: Option<&'a crate::vectors::Verdict>,
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

    /// What a case came to.
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

    /// The suites in order, each with its counts.
    pub fn suites(&self) -> Vec<(&'a str, Counts)> {
        let mut suites: Vec<(&str, Counts)> = Vec::new();
        for (index, job) in self.plan.jobs.iter().enumerate() {
            let name = job.case.operation();
            let at = suites.iter().position(|(suite, _)| *suite == name).unwrap_or_else(|| {
                suites.push((name, Counts::default()));
                suites.len() - 1
            });
            suites[at].1.add(self.status(index));
        }
        suites
    }

    /// The counts of all suites together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for index in 0..self.plan.jobs.len() {
            total.add(self.status(index));
        }
        total
    }

    fn shown(&self, wanted: impl Fn(Status) -> bool) -> impl Iterator<Item = Failure<'_>> {
        let indexes = (0..self.plan.jobs.len()).filter(move |index| wanted(self.status(*index)));
        indexes.filter_map(|index| self.failure(index))
    }

    /// What fails the run, in the order of the vectors.
    pub fn failures(&self) -> Vec<Failure<'_>> {
        self.shown(|status| matches!(status, Status::Failed | Status::Unsupported)).collect()
    }

    /// The known failures, each with its entry.
    pub fn known(&self) -> Vec<(Failure<'_>, &'a Entry)> {
        self.shown(|status| status == Status::Known)
            .filter_map(|failure| Some((failure, self.known.find(&failure.case.id)?)))
            .collect()
    }

    /// Cases that pass with a wrong code or wrong data, since these were to be ignored.
    pub fn ignored(&self) -> Vec<Failure<'_>> {
        self.shown(|status| matches!(status, Status::Passed | Status::UnexpectedPass)).collect()
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

    /// The reasons for which cases were not run, with how many: a sentence each.
    pub fn not_run(&self) -> Vec<(String, u32)> {
        let mut counts: Vec<(String, u32)> = Vec::new();
        for index in 0..self.plan.jobs.len() {
            let why = match self.why_not_run(index) {
                Some(_) if self.status(index) == Status::NotReached => "the run ended before them".into(),
                Some(why) => why,
                None => continue,
            };
            match counts.iter_mut().find(|entry| entry.0 == why) {
                Some(entry) => entry.1 += 1,
                None => counts.push((why, 1)),
            }
        }
        counts
    }

    /// Why a case was not run, if it was not.
    pub fn why_not_run(&self, index: usize) -> Option<String> {
        let job = self.plan.jobs.get(index)?;
        match &job.expected {
            Err(NotRun::Operation) => Some(format!("the adapter does not declare {}", job.case.operation())),
            Err(NotRun::Profile(profile)) => {
                Some(format!("the adapter does not declare the profile {profile}"))
            }
            Err(NotRun::Policy(policy)) => {
                Some(format!("the vectors have no answer for the adapter's value of the policy {policy}"))
            }
            Ok(_) if self.status(index) == Status::NotReached => Some("the run ended before it".into()),
            Ok(_) => None,
        }
    }

    /// What a case came to, to be shown: what failed, or else what does not count.
    pub fn failure(&self, index: usize) -> Option<Failure<'_>> {
        let (job, state) = (self.plan.jobs.get(index)?, self.findings.cases.get(index)?);
        let want = job.expected.as_ref().ok().copied();
        Some(Failure {
            case: job.case,
            want,
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

    /// The plan that is counted.
    pub fn plan(&self) -> &'a Plan<'a> {
        self.plan
    }
}
