//! What happens while `check` runs: the results stream, and a line of progress on a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::reports::Reports;
use crate::harness::known::KnownFailures;
use crate::harness::{Finding, Observer, Plan};

/// Sees every outcome.
#[derive(Debug)]
pub struct Watch<'a> {
    /// The reports that are being written.
    pub reports: Reports,
    known: &'a KnownFailures,
    /// Does the first failure end the run?
    fail_fast: bool,
    /// Failures that are not known.
    failed: usize,
    progress: Option<Progress>,
}

#[derive(Debug)]
struct Progress {
    total: u64,
    done: u64,
    drawn: Instant,
}

impl<'a> Watch<'a> {
    /// A watch over a run of `total` questions.
    pub fn new(known: &'a KnownFailures, reports: Reports, fail_fast: bool, total: u64) -> Self {
        let progress =
            std::io::stderr().is_terminal().then(|| Progress { total, done: 0, drawn: Instant::now() });
        Self { reports, known, fail_fast, failed: 0, progress }
    }

    /// Removes the line of progress.
    pub fn progress_end(&mut self) {
        if self.progress.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Observer for Watch<'_> {
    fn found(&mut self, plan: &Plan<'_>, finding: &Finding) {
        let fails = finding.judgement.fails;
        let listed = plan.jobs.get(finding.index).and_then(|job| self.known.find(&job.case.id));
        let known = fails && listed.is_some_and(|entry| entry.covers(finding));
        self.reports.case(plan, finding, known);
        self.failed += usize::from(fails && !known);
        if let Some(progress) = &mut self.progress {
            progress.done += 1;
        }
    }

    fn has_enough(&self) -> bool {
        self.fail_fast && self.failed > 0
    }

    fn waiting(&mut self) {
        self.reports.flush();
        let failed = self.failed;
        if let Some(progress) =
            self.progress.as_mut().filter(|it| it.drawn.elapsed() > Duration::from_millis(100))
        {
            progress.drawn = Instant::now();
            let Progress { total, done, .. } = progress;
            let _ = write!(std::io::stderr(), "\r\x1b[K{done} of {total}, {failed} failed");
        }
    }
}
