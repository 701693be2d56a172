//! Stdin and stdout: the hello, cases to the lanes, answers in any order.

use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde_json::Value;
use spontan::protocol::operation::{Input, SharedSecret};
use spontan::protocol::{AdapterHello, Answer, Content, MAX_LINE};

use crate::Result;
use crate::case::{Case, unsupported};
use crate::channel::Channel;
use crate::lane::{Job, Lane, ToLane};
use crate::options::Options;
use crate::shared::Shared;

/// What the adapter says of the node.
pub fn hello(options: &Options) -> AdapterHello {
    let mut operations = vec!["keysend.receive", "node.sequence"];
    let profiles = match options.shared_secret {
        SharedSecret::Off => None,
        SharedSecret::Bolt4 => Some("bolt4"),
        SharedSecret::XOnly => Some("x-only"),
    };
    if profiles.is_some() {
        operations.push("shared_secret.receive");
    }
    let [name, version, language] = &options.implementation;
    let mut hello = AdapterHello::new(name, version, &operations);
    hello.implementation.language = language.as_str().into();
    hello.policies = options.policies.clone();
    hello.profiles = profiles.into_iter().map(str::to_owned).collect();
    hello.window = options.total_window() as u64;
    hello
}

/// What the main thread is told.
enum ToMain {
    Line(String),
    Answer(usize, Answer),
    End,
}

/// Opens the channels, then serves stdin until it ends.
///
/// # Errors
/// When there is no node, no chain, no channel, or stdout is closed.
pub fn serve(options: Options) -> Result<()> {
    let shared = Arc::new(Shared::new(options)?);
    let (own, inbox) = channel();
    let lanes = open(&shared, &own)?;
    std::thread::spawn(move || read_lines(&own));
    Main { hello: hello(&shared.options), shared, lanes, inbox, open: 0, waiting: Vec::new(), alone: false }
        .run()
}

/// Opens all channels with one set of blocks, so that no channel moves the chain under another.
fn open(shared: &Arc<Shared>, main: &Sender<ToMain>) -> Result<Vec<(Sender<ToLane>, usize)>> {
    let (mut lanes, mut openings) = (Vec::new(), Vec::new());
    for number in 0..shared.options.channels {
        let (answers, mine) = channel();
        let (mut lane, sender) = Lane::new(shared.clone(), answers);
        openings.push(lane.begin()?);
        lanes.push((lane, sender));
        let main = main.clone();
        std::thread::spawn(move || {
            while let Ok(answer) = mine.recv() {
                if main.send(ToMain::Answer(number, answer)).is_err() {
                    return;
                }
            }
        });
    }
    shared.mine(Channel::blocks())?;
    let mut senders = Vec::new();
    for ((mut lane, sender), opening) in lanes.into_iter().zip(openings) {
        lane.finish(opening)?;
        std::thread::spawn(move || lane.run());
        senders.push((sender, 0));
    }
    Ok(senders)
}

fn read_lines(main: &Sender<ToMain>) {
    let mut input = io::BufReader::with_capacity(1 << 16, io::stdin());
    loop {
        let mut line = String::new();
        match input.read_line(&mut line) {
            Ok(0) | Err(_) => break,
            Ok(length) if length > MAX_LINE => break,
            Ok(_) => {}
        }
        if main.send(ToMain::Line(line)).is_err() {
            return;
        }
    }
    let _ = main.send(ToMain::End);
}

/// The main thread's state.
struct Main {
    hello: AdapterHello,
    shared: Arc<Shared>,
    /// Each lane, and how many cases it has.
    lanes: Vec<(Sender<ToLane>, usize)>,
    inbox: Receiver<ToMain>,
    /// How many cases are with the lanes.
    open: usize,
    /// Cases that wait until no other is under way, or that came after one that does.
    waiting: Vec<Job>,
    /// Is a case under way that mines, and so is alone?
    alone: bool,
}

impl Main {
    fn run(mut self) -> Result<()> {
        let mut ended = false;
        while !ended || self.open > 0 || !self.waiting.is_empty() {
            match self.inbox.recv()? {
                ToMain::End => ended = true,
                ToMain::Line(line) => self.line(&line)?,
                ToMain::Answer(lane, answer) => {
                    self.open -= 1;
                    self.lanes[lane].1 -= 1;
                    self.alone &= self.open > 0;
                    say(&answer)?;
                    self.hand_out();
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> Result<()> {
        let message: Value = match serde_json::from_str(line) {
            Ok(message) => message,
            Err(error) => {
                return say(&Answer {
                    seq: 0,
                    content: Content::error(format!("the line is no message: {error}")),
                });
            }
        };
        if message["type"] == "hello" {
            return say(&self.hello);
        }
        let seq = message["seq"].as_u64().unwrap_or_default();
        let operation = message["operation"].as_str().unwrap_or_default();
        let case = match Input::parse(operation, &message["input"].to_string()) {
            Some(Ok(input)) => Case::of(&input, &self.shared.options),
            Some(Err(error)) => Err(Content::error(format!("the input is not the operation's: {error}"))),
            None => Err(unsupported(format!("there is no operation {operation:?}"))),
        };
        match case {
            Ok(case) => {
                self.waiting.push(Job { seq, case, reopened: false, noted: false });
                self.hand_out();
                Ok(())
            }
            Err(content) => say(&Answer { seq, content }),
        }
    }

    /// Gives what waits to the lanes, in order. A case that mines waits for all before it, and all after it for it.
    fn hand_out(&mut self) {
        let mut given = 0;
        for job in &self.waiting {
            let mines = job.case.mines();
            if self.alone || (mines && self.open > 0) {
                break;
            }
            let Some(lane) = self.lanes.iter_mut().min_by_key(|lane| lane.1) else { break };
            lane.1 += 1;
            self.open += 1;
            self.alone = mines;
            // A lane's thread ends with the process only.
            let _ = lane.0.send(ToLane::Job(job.clone()));
            given += 1;
        }
        self.waiting.drain(..given);
    }
}

/// Writes one line, and flushes it: `docs/protocol.md`, "Lines".
fn say(message: &impl serde::Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    Ok(out.flush()?)
}
