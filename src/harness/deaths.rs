//! Deaths of an adapter's processes: which case is guilty, and when there were too many. A process may have had many
//! questions when it died; they are asked again one at a time, and a case is guilty only when it is the death of a process
//! that was asked nothing else.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::finding::Stop;
use super::session::StartError;

/// The run ends after this many deaths, over all its processes.
const MAX_DEATHS: u32 = 10;

/// A question: which repetition, and which job.
pub type Task = (u32, usize);

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
    /// The questions of a process that died, to be asked one at a time; the one that is being asked stays in front.
    suspects: VecDeque<Task>,
    /// Did a process that had answered other questions die of the one in front? It is asked of a fresh process then.
    retry: bool,
    /// Was there a death with several questions open on which no case is pinned yet?
    open: bool,
    /// How the process died the last time, and the last of its stderr.
    last: (String, String),
    /// How many there were.
    pub total: u32,
    /// How many of them no case repeats when it is asked alone.
    pub stray: u32,
    /// What is said of the first stray one.
    pub note: Option<String>,
}

impl<'a> Deaths<'a> {
    /// None so far.
    pub fn new(shared: &'a Shared) -> Self {
        let (suspects, last) = Default::default();
        Self { shared, suspects, retry: false, open: false, last, total: 0, stray: 0, note: None }
    }

    /// The case that is asked alone now, since it was open when a process died.
    pub fn suspect(&self) -> Option<Task> {
        self.suspects.front().copied()
    }

    /// A process died with these questions open. Returns the guilty one if that is certain; it must then be counted.
    pub fn died(&mut self, how: String, stderr: String, unanswered: &[Task], first: bool) -> Option<Task> {
        self.total += 1;
        self.last = (how, stderr);
        match *unanswered {
            [only] if first => {
                self.clear(only);
                (self.retry, self.open) = (false, false);
                return Some(only);
            }
            [only] if self.suspect() == Some(only) => self.retry = true,
            _ => {
                self.suspects = unanswered.iter().copied().collect();
                self.open = true;
            }
        }
        None
    }

    /// Takes a question from the front of the suspects, if it is that one.
    fn clear(&mut self, task: Task) -> bool {
        let is_front = self.suspect() == Some(task);
        if is_front {
            self.suspects.pop_front();
        }
        is_front
    }

    /// A process did not start in place of one that died. One that says nothing in time is not tried again.
    pub fn not_restarted(&mut self, error: StartError) -> Result<(), Stop> {
        self.total += 1;
        self.last = (error.message, error.stderr);
        if error.timeout {
            self.shared.counted.store(MAX_DEATHS - 1, Ordering::Relaxed);
        }
        self.count()
    }

    /// A question was answered, so that its case is not guilty. A death for which no case is left counts as well.
    pub fn answered(&mut self, task: Task) -> Result<(), Stop> {
        if !self.clear(task) {
            return Ok(());
        }
        let retried = std::mem::take(&mut self.retry);
        let closed = self.suspects.is_empty() && std::mem::take(&mut self.open);
        for _ in 0..u32::from(retried) + u32::from(closed) {
            self.stray += 1;
            let how = &self.last.0;
            self.note
                .get_or_insert_with(|| format!("no case causes this death when it is asked alone: {how}"));
            self.count()?;
        }
        Ok(())
    }

    /// Counts a death, which ends the run if it is one too many.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASKS: [Task; 3] = [(0, 5), (0, 6), (0, 7)];

    fn died(deaths: &mut Deaths<'_>, unanswered: &[Task], first: bool) -> Option<Task> {
        deaths.died("died".into(), String::new(), unanswered, first)
    }

    /// How many deaths have no suspect left when this is answered.
    fn answered(deaths: &mut Deaths<'_>, task: Task) -> u32 {
        let before = deaths.stray;
        deaths.answered(task).unwrap();
        deaths.stray - before
    }

    #[test]
    fn the_first_and_only_question_is_guilty_at_once() {
        let shared = Shared::default();
        let mut deaths = Deaths::new(&shared);
        assert_eq!(died(&mut deaths, &TASKS[..1], true), Some((0, 5)));
        assert_eq!(deaths.suspect(), None);
    }

    #[test]
    fn one_of_many_is_found() {
        let shared = Shared::default();
        let mut deaths = Deaths::new(&shared);
        assert_eq!(died(&mut deaths, &TASKS, false), None);
        assert_eq!(deaths.suspect(), Some((0, 5)));
        assert_eq!(answered(&mut deaths, (0, 5)), 0);
        // The process has answered another one before: not certain yet.
        assert_eq!(died(&mut deaths, &TASKS[1..2], false), None);
        assert_eq!(deaths.suspect(), Some((0, 6)));
        assert_eq!(died(&mut deaths, &TASKS[1..2], true), Some((0, 6)));
        assert_eq!(answered(&mut deaths, (0, 7)), 0);
        assert_eq!(deaths.suspect(), None);
    }

    #[test]
    fn a_death_that_nobody_repeats_is_counted() {
        let shared = Shared::default();
        let mut deaths = Deaths::new(&shared);
        assert_eq!(died(&mut deaths, &TASKS, false), None);
        assert_eq!(answered(&mut deaths, (0, 5)), 0);
        assert_eq!(died(&mut deaths, &TASKS[1..2], false), None);
        assert_eq!(answered(&mut deaths, (0, 6)), 1);
        assert_eq!(answered(&mut deaths, (0, 7)), 1);
        assert_eq!(answered(&mut deaths, (0, 8)), 0);
    }
}
