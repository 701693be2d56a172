//! A conversation with one process of the adapter: questions with any `seq`, answers matched to them, and its end.

use std::time::{Duration, Instant};

use crate::harness::answer;
use crate::harness::options::Options;
use crate::harness::session::{Event, STDOUT_EXIT_GRACE, Session, StartError};
use crate::harness::text::{count, quote, quote_start, seconds};
use crate::harness::window::Window;
use crate::protocol::{AdapterHello, Content, MAX_LINE};

/// One process that said hello.
#[derive(Debug)]
pub struct Talk {
    session: Session,
    limit: Duration,
    window: Window<usize>,
    /// What it showed so far.
    pub seen: Observations,
}

/// What a process shows besides its answers.
#[derive(Debug, Default, Clone)]
pub struct Observations {
    /// Did a line end with CR LF?
    pub carriage_return: bool,
    /// Did an answer overtake another one?
    pub out_of_order: bool,
    /// The longest wait for an answer.
    pub slowest: Duration,
    /// The last of its stderr.
    pub stderr: String,
    /// How many bytes of it there were.
    pub stderr_bytes: u64,
}

impl Talk {
    /// Starts the adapter; `hello` is the line with which the runner speaks first.
    pub fn start(options: &Options, hello: &[u8]) -> Result<(Self, AdapterHello), StartError> {
        let mut seen = Observations::default();
        let notice = |sent: bool, line: &[u8]| seen.carriage_return |= !sent && line.ends_with(b"\r");
        let (session, hello) = Session::start_with(&options.adapter, options.hello_timeout, hello, notice)?;
        Ok((Self { session, limit: options.timeout, window: Window::default(), seen }, hello))
    }

    /// Lets the next question have this `seq`.
    pub fn count_from(&mut self, seq: u64) {
        self.window = Window::starting_at(seq);
    }

    /// Asks everything at once; see [`crate::harness::plan::body`].
    pub fn ask(&mut self, bodies: &[Vec<u8>]) {
        let now = Instant::now();
        for (index, body) in bodies.iter().enumerate() {
            self.session.push(self.window.next_seq(), body);
            self.window.ask(index, now);
        }
        self.session.flush();
    }

    /// Waits for an answer to everything that was asked, and returns them in the order of the questions. After
    /// an error, the process is of no further use.
    pub fn answers(&mut self) -> Result<Vec<Content>, String> {
        let mut answers: Vec<Option<Content>> = vec![None; self.window.len()];
        let mut next = 0;
        let mut since = Instant::now();
        while !self.window.is_empty() {
            match self.session.wait(since + self.limit) {
                Event::Lines => {
                    let now = Instant::now();
                    // What comes after the last answer is for [`Talk::leave`] to see.
                    while !self.window.is_empty()
                        && let Some(line) = self.session.line()
                    {
                        self.seen.carriage_return |= line.ends_with(b"\r");
                        match answer::read(&mut self.window, line, now) {
                            Ok((index, content)) => {
                                self.seen.out_of_order |= index != next;
                                next += 1;
                                answers[index] = Some(content);
                            }
                            Err(wrong) => return Err(format!("{wrong}. The line: {}", quote(line))),
                        }
                    }
                    self.seen.slowest = self.seen.slowest.max(since.elapsed());
                    since = now;
                }
                event => return Err(self.gone(event)),
            }
        }
        self.session.process().look();
        match self.session.process().crowd() {
            Some(crowd) => Err(format!("it {crowd}")),
            None => Ok(answers.into_iter().flatten().collect()),
        }
    }

    fn gone(&mut self, event: Event) -> String {
        match event {
            Event::TooLong(start) => {
                format!("a line has no LF within {MAX_LINE} bytes. It starts {}", quote_start(&start))
            }
            Event::Closed(rest) => {
                let crowd = self.session.process().crowd();
                let how = crowd.or_else(|| self.session.process().end(STDOUT_EXIT_GRACE));
                let how = how.unwrap_or_else(|| "closed its stdout".into());
                let rest = rest.map_or_else(String::new, |rest| {
                    format!("; it had written, without an LF: {}", quote(&rest))
                });
                format!("it {how} with {} unanswered{rest}", self.open())
            }
            Event::Nothing | Event::Lines => format!(
                "no answer came within {} (--timeout), with {} unanswered",
                seconds(self.limit),
                self.open()
            ),
        }
    }

    fn open(&self) -> String {
        count(self.window.len() as u64, "case")
    }

    /// Closes stdin, whatever is still unanswered.
    pub fn close_stdin(&mut self) {
        self.session.process().close_stdin();
    }

    /// Waits for the process to end after its stdin was closed. Returns what it wrote after its last answer, and how it
    /// ended: `None` if it stayed and was killed.
    pub fn leave(mut self) -> (Option<String>, Option<String>, Observations) {
        let until = Instant::now() + self.limit;
        let mut last = None;
        loop {
            match self.session.wait(until) {
                Event::Lines => {
                    while let Some(line) = self.session.line() {
                        last.get_or_insert_with(|| quote(line));
                    }
                }
                Event::TooLong(rest) | Event::Closed(Some(rest)) => {
                    last.get_or_insert_with(|| quote_start(&rest));
                    break;
                }
                Event::Closed(None) | Event::Nothing => break,
            }
        }
        let how = self.session.process().end(until.saturating_duration_since(Instant::now()));
        self.note_stderr();
        (last, how, self.seen)
    }

    /// Ends the process at once.
    pub fn kill(mut self) -> Observations {
        self.session.process().end(Duration::ZERO);
        self.note_stderr();
        self.seen
    }

    fn note_stderr(&mut self) {
        let stderr = self.session.process().stderr();
        self.seen.stderr = stderr.since(0);
        self.seen.stderr_bytes = stderr.mark();
    }
}
