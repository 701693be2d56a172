//! Who is guilty of a death. A process may have had many questions when it died; they are asked again one at a time,
//! and a case is guilty only when it is the death of a process that was asked nothing else.

use std::collections::VecDeque;

/// A question: which repetition, and which job.
pub type Task = (u32, usize);

/// The questions of processes that died.
#[derive(Debug, Default)]
pub struct Suspects {
    /// To be asked one at a time; the one that is being asked stays in front.
    queue: VecDeque<Task>,
    /// Did a process that had answered other questions die of the one in front? It is asked of a fresh process then.
    retry: bool,
    /// Was there a death with several questions open on which no case is pinned yet?
    open: bool,
}

impl Suspects {
    /// Is nobody suspected?
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The one to be asked now.
    pub fn front(&self) -> Option<Task> {
        self.queue.front().copied()
    }

    /// A process died with these questions open. Returns the guilty one if that is certain.
    pub fn died(&mut self, unanswered: &[Task], first_question: bool) -> Option<Task> {
        match *unanswered {
            [only] if first_question => {
                if self.front() == Some(only) {
                    self.queue.pop_front();
                }
                (self.retry, self.open) = (false, false);
                Some(only)
            }
            [only] if self.front() == Some(only) => {
                self.retry = true;
                None
            }
            _ => {
                self.queue = unanswered.iter().copied().collect();
                self.open = true;
                None
            }
        }
    }

    /// A question was answered. Returns how many deaths it was the last suspect of: nobody is guilty of these.
    pub fn answered(&mut self, task: Task) -> u32 {
        if self.front() != Some(task) {
            return 0;
        }
        self.queue.pop_front();
        let retried = std::mem::take(&mut self.retry);
        let closed = self.queue.is_empty() && std::mem::take(&mut self.open);
        u32::from(retried) + u32::from(closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TASKS: [Task; 3] = [(0, 5), (0, 6), (0, 7)];

    #[test]
    fn the_first_and_only_question_is_guilty_at_once() {
        let mut suspects = Suspects::default();
        assert_eq!(suspects.died(&TASKS[..1], true), Some((0, 5)));
        assert!(suspects.is_empty());
    }

    #[test]
    fn one_of_many_is_found() {
        let mut suspects = Suspects::default();
        assert_eq!(suspects.died(&TASKS, false), None);
        assert_eq!(suspects.front(), Some((0, 5)));
        assert_eq!(suspects.answered((0, 5)), 0);
        // The process has answered another one before: not certain yet.
        assert_eq!(suspects.died(&TASKS[1..2], false), None);
        assert_eq!(suspects.front(), Some((0, 6)));
        assert_eq!(suspects.died(&TASKS[1..2], true), Some((0, 6)));
        assert_eq!(suspects.answered((0, 7)), 0);
        assert!(suspects.is_empty());
    }

    #[test]
    fn a_death_that_nobody_repeats_is_counted() {
        let mut suspects = Suspects::default();
        assert_eq!(suspects.died(&TASKS, false), None);
        assert_eq!(suspects.answered((0, 5)), 0);
        assert_eq!(suspects.died(&TASKS[1..2], false), None);
        assert_eq!(suspects.answered((0, 6)), 1);
        assert_eq!(suspects.answered((0, 7)), 1);
        assert_eq!(suspects.answered((0, 8)), 0);
    }
}
