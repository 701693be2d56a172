//! What happens while `check` runs: the results stream, and a line of progress.

use super::causes::OpenAnswers;
use super::output::Progress;
use super::reports::Reports;
use crate::harness::known::KnownFailures;
use crate::harness::{Finding, Observer, Plan};
use crate::protocol::Content;

/// Sees every outcome.
#[derive(Debug)]
pub struct Watch<'a> {
    /// The reports that are being written.
    pub reports: Reports,
    /// The line of progress.
    pub progress: Progress,
    /// The list of known failures.
    pub known: &'a KnownFailures,
    /// Does the first failure end the run?
    pub fail_fast: bool,
    /// How many questions are asked.
    pub total: u64,
    /// The answers to cases that depend on a policy.
    pub open: OpenAnswers,
    /// How many have their outcome.
    pub done: u64,
    /// Failures that are not known.
    pub failed: usize,
}

impl Observer for Watch<'_> {
    fn answered(&mut self, index: usize, content: &Content) {
        if let Some(answer) = self.open.get_mut(&index) {
            *answer = Some(content.clone());
        }
    }

    fn found(&mut self, plan: &Plan<'_>, finding: &Finding) {
        let fails = finding.judgement.fails;
        let listed = plan.jobs.get(finding.index).and_then(|job| self.known.find(&job.case.id));
        let known = fails && listed.is_some_and(|entry| entry.covers(finding));
        self.reports.case(plan, finding, known);
        self.failed += usize::from(fails && !known);
        self.done += 1;
    }

    fn has_enough(&self) -> bool {
        self.fail_fast && self.failed > 0
    }

    fn waiting(&mut self) {
        self.reports.flush();
        let Self { total, done, failed, .. } = self;
        self.progress.draw(|| format!("{done} of {total}, {failed} failed"));
    }
}
