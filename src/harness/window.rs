//! What one process was asked and has not answered yet, by `seq`. Answers may come in any order; the clock runs for
//! the oldest question only, so that an adapter that works in order has the whole time for each.

use std::collections::VecDeque;
use std::time::Instant;

/// The questions in flight, each with something of the caller's.
#[derive(Debug)]
pub struct Window<T> {
    /// The `seq` of the first question of all.
    start: u64,
    /// The `seq` of the first slot.
    first: u64,
    slots: VecDeque<Option<T>>,
    unanswered: usize,
    /// Since when the first slot is the oldest one.
    since: Instant,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self::starting_at(1)
    }
}

impl<T> Window<T> {
    /// A window whose first question has this `seq`.
    pub fn starting_at(seq: u64) -> Self {
        Self { start: seq, first: seq, slots: VecDeque::new(), unanswered: 0, since: Instant::now() }
    }

    /// How many questions have no answer yet.
    pub fn len(&self) -> usize {
        self.unanswered
    }

    /// Is every question answered?
    pub fn is_empty(&self) -> bool {
        self.unanswered == 0
    }

    /// The `seq` of the next question.
    pub fn next_seq(&self) -> u64 {
        self.first + self.slots.len() as u64
    }

    /// A question was asked, with [`Window::next_seq`].
    pub fn ask(&mut self, item: T, now: Instant) {
        if self.slots.is_empty() {
            self.since = now;
        }
        self.slots.push_back(Some(item));
        self.unanswered += 1;
    }

    /// What was asked with this `seq`, while it is unanswered.
    pub fn peek(&self, seq: u64) -> Option<&T> {
        self.slots.get(usize::try_from(seq.checked_sub(self.first)?).ok()?)?.as_ref()
    }

    /// An answer came. Its question must be open.
    pub fn answer(&mut self, seq: u64, now: Instant) -> Result<T, String> {
        if seq < self.start || seq >= self.next_seq() {
            return Err(match self.next_seq() - 1 {
                last if last < self.start => format!("seq {seq} was not asked: nothing was yet"),
                last => format!("seq {seq} was not asked; the last one that was is {last}"),
            });
        }
        let slot = seq.checked_sub(self.first).and_then(|at| self.slots.get_mut(usize::try_from(at).ok()?));
        let item = slot.and_then(Option::take);
        let item = item.ok_or_else(|| format!("seq {seq} was answered before; each case has one answer"))?;
        self.unanswered -= 1;
        if seq == self.first {
            self.since = now;
            while let Some(None) = self.slots.front() {
                self.slots.pop_front();
                self.first += 1;
            }
        }
        Ok(item)
    }

    /// Since when the oldest question has been that.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// The questions without an answer, oldest first. The window is empty afterwards.
    pub fn give_up(&mut self) -> Vec<T> {
        self.unanswered = 0;
        self.slots.drain(..).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn answers_come_in_any_order_but_once() {
        let now = Instant::now();
        let mut window = Window::default();
        for item in ["a", "b", "c"] {
            window.ask(item, now);
        }
        assert_eq!(window.answer(2, now), Ok("b"));
        assert!(window.answer(2, now).unwrap_err().contains("was answered before"));
        assert_eq!(window.answer(1, now), Ok("a"));
        assert!(window.answer(1, now).unwrap_err().contains("was answered before"));
        assert!(window.answer(0, now).unwrap_err().ends_with("the last one that was is 3"));
        assert!(window.answer(4, now).unwrap_err().ends_with("the last one that was is 3"));
        assert_eq!(window.len(), 1);
        assert_eq!(window.next_seq(), 4);
        window.ask("d", now);
        assert_eq!(window.give_up(), ["c", "d"]);
        assert!(window.is_empty());
    }

    #[test]
    fn what_is_below_the_start_was_never_asked() {
        let now = Instant::now();
        let mut window = Window::starting_at(1000);
        assert!(window.answer(1000, now).unwrap_err().ends_with("nothing was yet"));
        window.ask("a", now);
        assert!(window.answer(1, now).unwrap_err().ends_with("the last one that was is 1000"));
        assert_eq!(window.answer(1000, now), Ok("a"));
        assert!(window.answer(1000, now).unwrap_err().contains("was answered before"));
    }

    #[test]
    fn the_clock_starts_when_a_question_becomes_the_oldest() {
        let start = Instant::now();
        let later = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::default();
        window.ask("a", start);
        window.ask("b", start);
        window.ask("c", start);
        window.answer(2, later(1)).unwrap();
        assert_eq!(window.since(), start);
        window.answer(1, later(3)).unwrap();
        assert_eq!(window.since(), later(3));
        window.answer(3, later(4)).unwrap();
        window.ask("d", later(9));
        assert_eq!(window.since(), later(9));
    }
}
