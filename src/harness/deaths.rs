//! Deaths of an adapter's processes: which case is guilty, and when there were too many.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::finding::{RunEnd, Stop};
use super::session::StartError;
use super::suspects::{Suspects, Task};

/// The run ends after this many deaths, over all its processes.
const MAX_DEATHS: u32 = 10;

/// What the processes of one run have in common.
#[derive(Debug, Default)]
pub struct Shared {
    /// Cases that a death was pinned on, and deaths that could not be pinned on any.
    counted: AtomicU32,
    /// One of the processes ended the run early.
    pub stopped: AtomicBool,
}

/// The deaths of one process and of those started in its place.
#[derive(Debug)]
pub struct Deaths<'a> {
    shared: &'a Shared,
    suspects: Suspects,
    /// How the process died the last time, and the last of its stderr.
    last: (String, String),
    total: u32,
    stray: u32,
    note: Option<String>,
}

impl<'a> Deaths<'a> {
    /// None so far.
    pub fn new(shared: &'a Shared) -> Self {
        let suspects = Suspects::default();
        Self { shared, suspects, last: Default::default(), total: 0, stray: 0, note: None }
    }

    /// The case that is asked alone now, since it was open when a process died.
    pub fn suspect(&self) -> Option<Task> {
        self.suspects.front()
    }

    /// A process died with these questions open. Returns the guilty one if that is certain; it must then be counted.
    pub fn died(
        &mut self,
        how: String,
        stderr: String,
        unanswered: &[Task],
        first_question: bool,
    ) -> Option<Task> {
        self.total += 1;
        self.last = (how, stderr);
        self.suspects.died(unanswered, first_question)
    }

    /// A process did not start in place of one that died.
    ///
    /// # Errors
    /// If that is one death too many. One that says nothing in time is not tried again.
    pub fn not_restarted(&mut self, error: StartError) -> Result<(), Stop> {
        self.total += 1;
        self.last = (error.message, error.stderr);
        if error.timeout {
            self.shared.counted.store(MAX_DEATHS - 1, Ordering::Relaxed);
        }
        self.count()
    }

    /// A question was answered, so that its case is not guilty. A death for which no case is left counts as well.
    ///
    /// # Errors
    /// If that is one death too many.
    pub fn answered(&mut self, task: Task) -> Result<(), Stop> {
        for _ in 0..self.suspects.answered(task) {
            self.stray += 1;
            if self.stray == 1 {
                self.note =
                    Some(format!("no case causes this death when it is asked alone: {}", self.last.0));
            }
            self.count()?;
        }
        Ok(())
    }

    /// Counts a death.
    ///
    /// # Errors
    /// If it is one too many.
    pub fn count(&mut self) -> Result<(), Stop> {
        if self.shared.counted.fetch_add(1, Ordering::Relaxed) + 1 < MAX_DEATHS {
            return Ok(());
        }
        let (how, stderr) = std::mem::take(&mut self.last);
        let message = format!(
            "the run was ended after {MAX_DEATHS} deaths; the last time, {how}. The results so far are kept. \
             To get past a case that is known to cause this, leave it out with -k"
        );
        Err(Stop { message, stderr, breach: false })
    }

    /// Adds the deaths to the end of the run.
    pub fn tell(self, end: &mut RunEnd) {
        end.deaths = self.total;
        end.stray = self.stray;
        end.notes.splice(0..0, self.note);
    }
}
