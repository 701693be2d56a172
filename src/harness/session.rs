//! A process that shook hands: lines out, lines in.

use std::io;
use std::time::{Duration, Instant};

use super::hello;
use super::process::{Adapter, Output, Process};
use super::text::{quote, quote_start, seconds};
use crate::protocol::{AdapterHello, MAX_LINE, RunnerHello};

/// How long a process may take to end by itself after it closed its stdout.
pub const STDOUT_EXIT_GRACE: Duration = Duration::from_secs(2);

/// Why there is no session. Each ends a run with exit code 3.
#[derive(Debug)]
pub struct StartError {
    /// What was wrong and what to do about it.
    pub message: String,
    /// The last of its stderr.
    pub stderr: String,
    /// Did the process only take too long?
    pub timeout: bool,
}

/// What came of a wait for output.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// There are lines: see [`Session::line`].
    Lines,
    /// A line that starts like this is too long.
    TooLong(Vec<u8>),
    /// The process closed stdout or is gone. If it wrote the start of a line, here it is.
    Closed(Option<Vec<u8>>),
    /// Nothing came in time.
    Nothing,
}

/// An adapter that said hello.
#[derive(Debug)]
pub struct Session {
    process: Process,
    block: Vec<u8>,
    at: usize,
    unsent: Vec<u8>,
    peeked: Option<Output>,
    next_seq: u64,
}

/// The line with which the runner speaks first, with its LF.
pub fn runner_hello() -> Vec<u8> {
    let mut line = serde_json::to_vec(&RunnerHello::default()).unwrap_or_default();
    line.push(b'\n');
    line
}

impl Session {
    /// Starts the adapter and shakes hands. `traffic` sees the lines of both sides.
    ///
    /// # Errors
    /// If it cannot be started, ends, says nothing in time, or its hello is wrong.
    pub fn start(
        adapter: &Adapter,
        limit: Duration,
        traffic: impl FnMut(bool, &[u8]),
    ) -> Result<(Self, AdapterHello), StartError> {
        Self::start_with(adapter, limit, &runner_hello(), traffic)
    }

    /// As [`Session::start`], with another first line than [`runner_hello`].
    ///
    /// # Errors
    /// As [`Session::start`].
    pub fn start_with(
        adapter: &Adapter,
        limit: Duration,
        greeting: &[u8],
        mut traffic: impl FnMut(bool, &[u8]),
    ) -> Result<(Self, AdapterHello), StartError> {
        let name = adapter.program.display();
        let process = Process::spawn(adapter).map_err(|error| {
            let advice = match error.kind() {
                io::ErrorKind::WouldBlock => "There are as many processes and threads as may be (ulimit -u)",
                _ => "After -- come a program and its arguments. Is the path right, and is the file executable?",
            };
            StartError {
                message: format!("the adapter {name} could not be started: {error}. {advice}"),
                stderr: String::new(),
                timeout: false,
            }
        })?;
        let until = Instant::now() + limit;
        let mut session =
            Self { process, block: Vec::new(), at: 0, unsent: Vec::new(), peeked: None, next_seq: 1 };
        traffic(true, greeting);
        session.process.send(greeting.to_vec());
        let event = session.wait(until);
        session.process.look();
        if let Some(crowd) = session.process.crowd() {
            return Err(session.failed(format!("the adapter {crowd} before it was asked a case"), false));
        }
        // Lines are whole lines.
        let line = match event {
            Event::Lines => session.line().map(<[u8]>::to_vec).unwrap_or_default(),
            event => return Err(session.no_hello(event, limit)),
        };
        traffic(false, &line);
        match hello::parse(&line) {
            Ok(hello) => Ok((session, hello)),
            Err(wrong) => {
                let message =
                    format!("the adapter did not shake hands: {wrong}.\nThe line: {}", quote(&line));
                Err(session.failed(message, false))
            }
        }
    }

    fn failed(mut self, message: String, timeout: bool) -> StartError {
        self.process.end(Duration::ZERO);
        StartError { message, stderr: self.process.stderr().since(0), timeout }
    }

    fn no_hello(mut self, event: Event, limit: Duration) -> StartError {
        let wrote = |rest: &[u8]| format!("\nIt wrote, without an LF: {}", quote(rest));
        let message = match &event {
            Event::TooLong(start) => format!(
                "the adapter did not shake hands: its first line has no LF within {MAX_LINE} bytes. It starts {}",
                quote_start(start)
            ),
            Event::Closed(rest) => {
                let how = self.process.end(STDOUT_EXIT_GRACE).unwrap_or_else(|| "closed its stdout".into());
                let rest = rest.as_ref().map(|rest| format!(".{}", wrote(rest))).unwrap_or_default();
                format!(
                    "the adapter {how} before it said hello. It must answer the runner's first line with its own \
                     hello and stay until its stdin is closed{rest}"
                )
            }
            Event::Nothing | Event::Lines => {
                self.process.end(Duration::ZERO);
                let rest = match self.wait(Instant::now()) {
                    Event::Closed(Some(rest)) => wrote(&rest),
                    _ => String::new(),
                };
                format!(
                    "the adapter said no hello within {} (--hello-timeout). \
                     Does it flush its stdout after the line?{rest}",
                    seconds(limit)
                )
            }
        };
        self.failed(message, event == Event::Nothing)
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The `seq` of the next question.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Adds a request to what [`Session::flush`] sends, and returns its line.
    pub fn push(&mut self, seq: u64, body: &[u8]) -> &[u8] {
        self.next_seq = seq + 1;
        let start = self.unsent.len();
        self.unsent.extend_from_slice(br#"{"type":"case","seq":"#);
        self.unsent.extend_from_slice(seq.to_string().as_bytes());
        self.unsent.extend_from_slice(body);
        &self.unsent[start..]
    }

    /// Sends what was pushed.
    pub fn flush(&mut self) {
        if !self.unsent.is_empty() {
            let next = Vec::with_capacity(self.unsent.len());
            self.process.send(std::mem::replace(&mut self.unsent, next));
        }
    }

    /// Output that is there already.
    pub fn ready(&mut self) -> Option<Event> {
        if self.at < self.block.len() {
            return Some(Event::Lines);
        }
        let output = self.peeked.take().or_else(|| self.process.ready())?;
        Some(self.take(output))
    }

    /// Is there output that can be had without waiting? It is kept for [`Session::ready`].
    pub fn has_output(&mut self) -> bool {
        if self.peeked.is_none() {
            self.peeked = self.process.ready();
        }
        self.peeked.is_some()
    }

    /// Waits for output until `until`.
    pub fn wait(&mut self, until: Instant) -> Event {
        if self.at < self.block.len() {
            return Event::Lines;
        }
        let output = self.peeked.take().unwrap_or_else(|| self.process.receive(until));
        self.take(output)
    }

    fn take(&mut self, output: Output) -> Event {
        match output {
            Output::Lines(lines) => {
                self.block = lines;
                self.at = 0;
                Event::Lines
            }
            Output::TooLong(start) => Event::TooLong(start),
            Output::Unfinished(rest) => Event::Closed(Some(rest)),
            Output::End => Event::Closed(None),
            Output::Nothing => Event::Nothing,
        }
    }

    /// The next line of the output, without its LF.
    pub fn line(&mut self) -> Option<&[u8]> {
        let rest = &self.block[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n')?;
        self.at += length + 1;
        Some(&rest[..length])
    }
}
