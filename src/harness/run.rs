//! A run: questions within the window, answers in any order, and what happens when the adapter dies, hangs or breaks
//! the protocol. After a death the unanswered cases are asked one at a time, so that only the guilty one pays.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::judge::{Judgement, Outcome};
use super::plan::{self, Plan};
use super::process::Adapter;
use super::session::{Event, Session, TO_END};
use super::text::{quote, seconds};
use super::window::{BadSeq, Window};
use crate::protocol::{Content, MAX_LINE, strict};

/// After so many deaths the run ends.
pub const DEATHS: u32 = 10;
/// How long the adapter may take to exit once its stdin is closed.
const AT_THE_END: Duration = Duration::from_secs(2);
/// For so many failures stderr gets a moment to arrive, since it comes through another pipe than the answer.
const SETTLED: u32 = 50;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// What is started, and started again after a death.
    pub adapter: Adapter,
    /// How long the hello may take.
    pub hello_limit: Duration,
    /// How long the oldest question may stay unanswered.
    pub limit: Duration,
    /// How often the cases are asked.
    pub repeat: u32,
}

/// What one case came to, once.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which job of the plan.
    pub index: usize,
    /// Which repetition, from 0.
    pub round: u32,
    /// The outcome.
    pub judgement: Judgement,
    /// The answer, when there was one that is worth showing.
    pub came: Option<Content>,
    /// What came on stderr while the case was open.
    pub stderr: String,
}

/// Who wants to know while the run goes.
pub trait Observer {
    /// A case has its outcome.
    fn found(&mut self, plan: &Plan<'_>, finding: Finding);
    /// The runner is about to wait for the adapter.
    fn waiting(&mut self) {}
    /// A line goes to the adapter (`sent`) or came from it.
    fn traffic(&mut self, sent: bool, line: &[u8]) {
        let _ = (sent, line);
    }
}

/// Why a run ended before its end: the adapter broke the protocol or died too often. It means exit code 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What happened, and what to do.
    pub message: String,
    /// The last of the adapter's stderr.
    pub stderr: String,
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// Why it ended early, if it did.
    pub stop: Option<Stop>,
    /// How many answers were judged.
    pub answers: u64,
    /// Processes that were lost on the way.
    pub deaths: u32,
    /// Deaths that no case repeats when it is asked alone: the adapter left before its stdin was closed, or a crash
    /// that depends on what came before.
    pub stray: u32,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// A question: which repetition, and which job.
type Task = (u32, usize);

#[derive(Debug)]
struct Asked {
    task: Task,
    /// Where stderr stood when it was asked.
    stderr: u64,
}

struct Runner<'a> {
    plan: &'a Plan<'a>,
    options: &'a Options,
    observer: &'a mut dyn Observer,
    window: Window<Asked>,
    /// The jobs that are asked, once a round.
    asked: Vec<usize>,
    round: u32,
    next: usize,
    /// Questions of processes that died, to be asked one at a time; the one that is being asked stays in front.
    suspects: VecDeque<Task>,
    /// The suspect that a process died of which had answered others before: it is asked of a fresh process.
    retry: Option<Task>,
    /// Was there a death in the window on which no case is pinned yet?
    open: bool,
    /// Cases that a death was pinned on, and deaths that could not be pinned.
    counted: u32,
    /// How the process died the last time, and the last of its stderr.
    last: (String, String),
    settled: u32,
    end: RunEnd,
}

/// Asks the plan's cases of an adapter that shook hands, and reports each outcome.
pub fn run(plan: &Plan<'_>, session: Session, options: &Options, observer: &mut dyn Observer) -> RunEnd {
    let mut runner = Runner {
        asked: (0..plan.jobs.len()).filter(|index| plan.jobs[*index].want.is_ok()).collect(),
        plan,
        options,
        observer,
        window: Window::default(),
        round: 0,
        next: 0,
        suspects: VecDeque::new(),
        retry: None,
        open: false,
        counted: 0,
        last: Default::default(),
        settled: 0,
        end: RunEnd::default(),
    };
    let stop = runner.all(session).err();
    runner.end.stop = stop;
    runner.end
}

impl Runner<'_> {
    fn all(&mut self, first: Session) -> Result<(), Stop> {
        let mut current = Some(first);
        loop {
            let Some(mut session) = current.take() else {
                if self.is_done() {
                    return Ok(());
                }
                current = self.restart()?;
                continue;
            };
            self.ask(&mut session);
            if self.window.is_empty() {
                return self.finish(session);
            }
            let event = session.ready().unwrap_or_else(|| {
                self.observer.waiting();
                session.wait(self.window.since() + self.options.limit)
            });
            match event {
                Event::Lines => {
                    self.lines(&mut session)?;
                    current = Some(session);
                }
                Event::TooLong(start) => return Err(endless(&mut session, &start)),
                Event::Closed(rest) => {
                    let how = session.process().end(TO_END);
                    let how = how.unwrap_or_else(|| "closed its stdout and was ended".into());
                    self.lost(session, Outcome::Crashed, format!("the adapter {how}"), rest)?;
                }
                Event::Nothing => {
                    session.process().end(Duration::ZERO);
                    let rest = match session.wait(Instant::now()) {
                        Event::Closed(rest) => rest,
                        _ => None,
                    };
                    let how = format!("no answer within {} (--timeout)", seconds(self.options.limit));
                    self.lost(session, Outcome::TimedOut, how, rest)?;
                }
            }
        }
    }

    /// Asks as much as the window takes; one at a time while there are suspects.
    fn ask(&mut self, session: &mut Session) {
        let alone = !self.suspects.is_empty();
        let size = if alone { 1 } else { usize::try_from(self.plan.hello.window).unwrap_or(1) };
        // A window that is more than half full is left alone: fewer and larger writes.
        if self.window.len() > size / 2 {
            return;
        }
        let now = Instant::now();
        let stderr = session.process().stderr().mark();
        while self.window.len() < size {
            let Some(task) = self.next_task() else { break };
            let line = session.push(self.window.next_seq(), &self.plan.jobs[task.1].body);
            self.observer.traffic(true, line);
            self.window.ask(Asked { task, stderr }, now);
        }
        session.flush();
    }

    fn is_done(&self) -> bool {
        self.suspects.is_empty() && self.next == self.asked.len() && self.round + 1 >= self.options.repeat
    }

    fn next_task(&mut self) -> Option<Task> {
        if let Some(task) = self.suspects.front() {
            return Some(*task);
        }
        if self.next == self.asked.len() && self.round + 1 < self.options.repeat {
            self.round += 1;
            self.next = 0;
        }
        let index = *self.asked.get(self.next)?;
        self.next += 1;
        Some((self.round, index))
    }

    fn lines(&mut self, session: &mut Session) -> Result<(), Stop> {
        let now = Instant::now();
        while let Some(line) = session.line() {
            self.observer.traffic(false, line);
            // The usual answer needs no parser.
            if let Some((seq, rest)) = plan::split(line)
                && let Some(asked) = self.window.peek(seq)
                && self.plan.passes_quickly(asked.task.1, rest)
                && let Ok(Asked { task, .. }) = self.window.answer(seq, now)
            {
                self.report(task, Judgement::pass(), None, String::new());
                self.answered(task)?;
                continue;
            }
            match self.read(line, now) {
                Ok((asked, content)) => self.judge(session, &asked, content)?,
                Err(wrong) => {
                    let message = breach(&wrong, line);
                    return Err(stop(session, message));
                }
            }
        }
        Ok(())
    }

    /// Reads an answer and finds its question.
    fn read(&mut self, line: &[u8], now: Instant) -> Result<(Asked, Content), String> {
        if line.len() >= MAX_LINE {
            return Err(format!(
                "it has {} bytes; a line has at most {MAX_LINE} with its LF",
                line.len() + 1
            ));
        }
        let text = std::str::from_utf8(line)
            .map_err(|error| format!("it is not UTF-8: see byte {} (JSON is UTF-8)", error.valid_up_to()))?;
        let answer = strict::answer(text)?;
        match self.window.answer(answer.seq, now) {
            Ok(asked) => Ok((asked, answer.content)),
            Err(BadSeq::Twice) => {
                Err(format!("seq {} was answered before; each case has one answer", answer.seq))
            }
            Err(BadSeq::NotAsked { last: 0 }) => {
                Err(format!("seq {} was not asked: nothing was yet", answer.seq))
            }
            Err(BadSeq::NotAsked { last }) => {
                Err(format!("seq {} was not asked; the last one that was is {last}", answer.seq))
            }
        }
    }

    fn judge(&mut self, session: &mut Session, asked: &Asked, content: Content) -> Result<(), Stop> {
        let judgement = self.plan.judge(asked.task.1, &content);
        if judgement.outcome == Outcome::Pass {
            self.report(asked.task, judgement, None, String::new());
        } else {
            if self.settled < SETTLED {
                self.settled += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            let stderr = session.process().stderr().since(asked.stderr);
            self.report(asked.task, judgement, Some(content), stderr);
        }
        self.answered(asked.task)
    }

    fn report(&mut self, (round, index): Task, judgement: Judgement, came: Option<Content>, stderr: String) {
        self.end.answers += u64::from(came.is_some() || judgement.outcome == Outcome::Pass);
        self.observer.found(self.plan, Finding { index, round, judgement, came, stderr });
    }

    /// Takes an answered question off the suspects. A death that it was suspected of is nobody's then.
    fn answered(&mut self, task: Task) -> Result<(), Stop> {
        if self.suspects.front() != Some(&task) {
            return Ok(());
        }
        self.suspects.pop_front();
        if self.retry.take().is_some() {
            self.stray()?;
        }
        if self.suspects.is_empty() && std::mem::take(&mut self.open) {
            self.stray()?;
        }
        Ok(())
    }

    /// A death that no case repeats alone.
    fn stray(&mut self) -> Result<(), Stop> {
        self.end.stray += 1;
        if self.end.stray == 1 {
            self.end.notes.push(format!("no case is guilty of this death: {}", self.last.0));
        }
        self.count()
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.counted += 1;
        if self.counted < DEATHS {
            return Ok(());
        }
        let (how, stderr) = std::mem::take(&mut self.last);
        let message = format!(
            "the run was ended after {DEATHS} deaths; the last time, {how}. The results so far are kept. \
             To go on past a case that is known to do this, leave it out with -k"
        );
        Err(Stop { message, stderr })
    }

    /// A process was lost with questions open: either one is guilty, or all are suspects.
    fn lost(
        &mut self,
        mut session: Session,
        outcome: Outcome,
        how: String,
        rest: Option<Vec<u8>>,
    ) -> Result<(), Stop> {
        self.end.deaths += 1;
        let how = match rest {
            Some(rest) => format!("{how}; it had written, without an LF: {}", quote(&rest)),
            None => how,
        };
        let first_question = self.window.next_seq() == 2;
        let unanswered = std::mem::take(&mut self.window).give_up();
        self.last = (how.clone(), session.process().stderr().since(0));
        match &unanswered[..] {
            // Alone in a process that did nothing else.
            [only] if first_question => {
                let stderr = session.process().stderr().since(only.stderr);
                self.report(only.task, Judgement::plain(outcome, how), None, stderr);
                if self.suspects.front() == Some(&only.task) {
                    self.suspects.pop_front();
                }
                (self.retry, self.open) = (None, false);
                self.count()
            }
            [only] if self.suspects.front() == Some(&only.task) => {
                self.retry = Some(only.task);
                Ok(())
            }
            _ => {
                self.suspects = unanswered.iter().map(|asked| asked.task).collect();
                self.open = true;
                Ok(())
            }
        }
    }

    /// Starts the adapter again after a death.
    fn restart(&mut self) -> Result<Option<Session>, Stop> {
        let traffic = |sent: bool, line: &[u8]| self.observer.traffic(sent, line);
        match Session::start(&self.options.adapter, self.options.hello_limit, traffic) {
            Ok((session, hello)) if hello == self.plan.hello => Ok(Some(session)),
            Ok((mut session, _)) => {
                let message = "started again after a death, the adapter said another hello than the first time. \
                               Its hello must not depend on what happened before";
                Err(stop(&mut session, message.into()))
            }
            Err(error) => {
                self.end.deaths += 1;
                self.last = (error.message, error.stderr);
                if error.timeout {
                    self.counted = DEATHS - 1;
                }
                self.count().map(|()| None)
            }
        }
    }

    /// Everything is answered: closes the adapter's stdin and sees to it that nothing comes any more.
    fn finish(&mut self, mut session: Session) -> Result<(), Stop> {
        session.process().close_stdin();
        match session.wait(Instant::now() + AT_THE_END) {
            // Every question is answered, so that any line is one too many.
            Event::Lines => self.lines(&mut session)?,
            Event::TooLong(start) => return Err(endless(&mut session, &start)),
            Event::Closed(Some(rest)) => {
                self.end.notes.push(format!(
                    "after its last answer the adapter wrote, without an LF: {}",
                    quote(&rest)
                ));
            }
            Event::Closed(None) | Event::Nothing => {}
        }
        match session.process().end(TO_END) {
            None => self.end.notes.push(format!(
                "the adapter did not exit within {} of the end of its stdin, and was ended. An adapter exits when its stdin is closed",
                seconds(AT_THE_END)
            )),
            Some(how) if how != "ended with exit status 0" => {
                self.end.notes.push(format!("after its last answer the adapter {how}; that decides nothing"));
            }
            Some(_) => {}
        }
        Ok(())
    }
}

fn endless(session: &mut Session, start: &[u8]) -> Stop {
    let message = breach(
        &format!("a line has no LF within {MAX_LINE} bytes; here is its start"),
        &start[..start.len().min(100)],
    );
    stop(session, message)
}

fn breach(wrong: &str, line: &[u8]) -> String {
    format!(
        "the adapter broke the protocol: {wrong}.\nThe line: {}\n\
         Stdout is for answers alone; print what is meant for people to stderr. See docs/protocol.md, Lines",
        quote(line)
    )
}

fn stop(session: &mut Session, message: String) -> Stop {
    session.process().end(Duration::ZERO);
    Stop { message, stderr: session.process().stderr().since(0) }
}
