//! A run: questions within the window, answers in any order, and what happens when the adapter dies, hangs or breaks
//! the protocol. After a death the unanswered cases are asked one at a time, so that only the guilty one pays.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::finding::{Finding, Observer, RunEnd, Stop};
use super::judge::{Judgement, Outcome};
use super::plan::{self, Plan};
use super::process::Adapter;
use super::session::{Event, Session, TO_END};
use super::suspects::{Suspects, Task};
use super::text::{quote, quote_start, seconds};
use super::window::{BadSeq, Window};
use crate::protocol::{Content, MAX_LINE, strict};

/// After so many deaths the run ends.
pub const DEATHS: u32 = 10;
/// How long the adapter may take to exit once its stdin is closed.
const AT_THE_END: Duration = Duration::from_secs(2);
/// More pieces of output than can be on their way from the adapter to the judge.
const ON_THE_WAY: u32 = 64;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many processes of the adapter share the cases, at least 1.
    pub processes: usize,
    /// What is started, and started again after a death.
    pub adapter: Adapter,
    /// How long the hello may take.
    pub hello_limit: Duration,
    /// How long the oldest question may stay unanswered.
    pub limit: Duration,
    /// How often the cases are asked.
    pub repeat: u32,
}

#[derive(Debug)]
struct Asked {
    task: Task,
    /// Where stderr stood when it was asked.
    stderr: u64,
}

/// What the processes of one run have in common.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Cases that a death was pinned on, and deaths that could not be pinned.
    counted: AtomicU32,
    /// One of them ended the run early.
    stopped: AtomicBool,
}

/// One process at a time and the cases that are its share.
pub(super) struct Runner<'a> {
    plan: &'a Plan<'a>,
    options: &'a Options,
    shared: &'a Shared,
    observer: &'a mut dyn Observer,
    window: Window<Asked>,
    /// The jobs that are asked, once a round.
    asked: Vec<usize>,
    round: u32,
    next: usize,
    suspects: Suspects,
    /// How the process died the last time, and the last of its stderr.
    last: (String, String),
    /// Pieces of output since the oldest question is overdue.
    late: u32,
    end: RunEnd,
}

impl<'a> Runner<'a> {
    /// A runner for these jobs of the plan.
    pub(super) fn new(
        plan: &'a Plan<'a>,
        asked: Vec<usize>,
        options: &'a Options,
        shared: &'a Shared,
        observer: &'a mut dyn Observer,
    ) -> Self {
        Self {
            plan,
            options,
            shared,
            observer,
            window: Window::default(),
            asked,
            round: 0,
            next: 0,
            suspects: Suspects::default(),
            last: Default::default(),
            late: 0,
            end: RunEnd::default(),
        }
    }

    /// Asks them of an adapter that shook hands, or starts one; ends the process that is left.
    pub(super) fn run(mut self, session: Option<Session>) -> RunEnd {
        let finished = self.all(session).and_then(|left| left.map_or(Ok(()), |left| self.finish(left)));
        if let Err(stop) = finished {
            self.shared.stopped.store(true, Ordering::Relaxed);
            self.end.stop = Some(stop);
        }
        self.end
    }

    /// As [`Runner::run`], but the process stays if it is alive when everything is answered.
    pub(super) fn run_and_keep(mut self, session: Session) -> (RunEnd, Option<Session>) {
        match self.all(Some(session)) {
            Ok(left) => (self.end, left),
            Err(stop) => {
                self.end.stop = Some(stop);
                (self.end, None)
            }
        }
    }

    /// Asks everything. The process that is left, if one is, has nothing to answer any more.
    fn all(&mut self, mut current: Option<Session>) -> Result<Option<Session>, Stop> {
        if let Some(session) = &current {
            self.window = Window::starting_at(session.next_seq());
        }
        loop {
            if self.shared.stopped.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let Some(mut session) = current.take() else {
                if self.is_done() {
                    return Ok(None);
                }
                current = self.restart()?;
                continue;
            };
            self.ask(&mut session);
            if self.window.is_empty() {
                return Ok(Some(session));
            }
            let event = session.ready().unwrap_or_else(|| {
                self.observer.waiting();
                session.wait(self.window.since() + self.options.limit)
            });
            match event {
                Event::Lines => {
                    self.lines(&mut session)?;
                    if self.is_overdue(&mut session) {
                        self.hung(session)?;
                    } else {
                        current = Some(session);
                    }
                }
                Event::TooLong(start) => return Err(endless(&mut session, &start)),
                Event::Closed(rest) => {
                    let how = session.process().end(TO_END);
                    let how = how.unwrap_or_else(|| "closed its stdout and was ended".into());
                    self.lost(session, Outcome::Crashed, format!("the adapter {how}"), rest)?;
                }
                Event::Nothing => self.hung(session)?,
            }
        }
    }

    /// Is the oldest question overdue while others are still answered? What is on its way already may hold its answer.
    fn is_overdue(&mut self, session: &mut Session) -> bool {
        if self.window.is_empty() || self.window.since().elapsed() < self.options.limit {
            self.late = 0;
            return false;
        }
        self.late += 1;
        self.late > ON_THE_WAY || !session.has_output()
    }

    fn hung(&mut self, mut session: Session) -> Result<(), Stop> {
        self.late = 0;
        session.process().end(Duration::ZERO);
        let rest = match session.wait(Instant::now()) {
            Event::Closed(rest) => rest,
            _ => None,
        };
        let how = format!("no answer within {} (--timeout)", seconds(self.options.limit));
        self.lost(session, Outcome::TimedOut, how, rest)
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
        let all = self.suspects.is_empty()
            && self.next == self.asked.len()
            && self.round + 1 >= self.options.repeat;
        all || self.observer.has_enough()
    }

    fn next_task(&mut self) -> Option<Task> {
        if self.observer.has_enough() {
            return None;
        }
        if let Some(task) = self.suspects.front() {
            return Some(task);
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
                self.cleared(task)?;
                continue;
            }
            match read(&mut self.window, line, now) {
                Ok((asked, content)) => self.judge(session, &asked, content)?,
                Err(wrong) => {
                    let message = breach(&wrong, &quote(line));
                    return Err(stop(session, message));
                }
            }
        }
        Ok(())
    }

    fn judge(&mut self, session: &mut Session, asked: &Asked, content: Content) -> Result<(), Stop> {
        self.observer.answered(asked.task.1, &content);
        let judgement = self.plan.judge(asked.task.1, &content);
        if judgement.outcome == Outcome::Pass {
            self.report(asked.task, judgement, None, String::new());
        } else {
            let stderr = session.process().stderr().since(asked.stderr);
            self.report(asked.task, judgement, Some(content), stderr);
        }
        self.cleared(asked.task)
    }

    fn report(&mut self, (round, index): Task, judgement: Judgement, came: Option<Content>, stderr: String) {
        self.end.answers += u64::from(came.is_some() || judgement.outcome == Outcome::Pass);
        self.observer.found(self.plan, Finding { index, round, judgement, came, stderr });
    }

    /// Clears a case that was suspected. A death of which nobody is guilty counts as well.
    fn cleared(&mut self, task: Task) -> Result<(), Stop> {
        for _ in 0..self.suspects.answered(task) {
            self.end.stray += 1;
            if self.end.stray == 1 {
                self.end.notes.push(format!("no case is guilty of this death: {}", self.last.0));
            }
            self.count()?;
        }
        Ok(())
    }

    /// Counts a death, be it pinned on a case or not.
    fn count(&mut self) -> Result<(), Stop> {
        if self.shared.counted.fetch_add(1, Ordering::Relaxed) + 1 < DEATHS {
            return Ok(());
        }
        let (how, stderr) = std::mem::take(&mut self.last);
        let message = format!(
            "the run was ended after {DEATHS} deaths; the last time, {how}. The results so far are kept. \
             To go on past a case that is known to do this, leave it out with -k"
        );
        Err(Stop { message, stderr, breach: false })
    }

    /// A process was lost with questions open.
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
        let tasks: Vec<_> = unanswered.iter().map(|asked| asked.task).collect();
        let Some(guilty) = self.suspects.died(&tasks, first_question) else { return Ok(()) };
        let mark = unanswered.first().map_or(0, |asked| asked.stderr);
        let stderr = session.process().stderr().since(mark);
        self.report(guilty, Judgement::plain(outcome, how), None, stderr);
        self.count()
    }

    /// Starts the adapter again after a death, or for the first time beside others.
    fn restart(&mut self) -> Result<Option<Session>, Stop> {
        let traffic = |sent: bool, line: &[u8]| self.observer.traffic(sent, line);
        match Session::start(&self.options.adapter, self.options.hello_limit, traffic) {
            Ok((session, hello)) if hello == self.plan.hello => Ok(Some(session)),
            Ok((mut session, _)) => {
                let message = "started again, the adapter said another hello than the first time. \
                               Its hello must not depend on what happened before";
                Err(stop(&mut session, message.into()))
            }
            Err(error) => {
                self.end.deaths += 1;
                self.last = (error.message, error.stderr);
                if error.timeout {
                    self.shared.counted.store(DEATHS - 1, Ordering::Relaxed);
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

/// Reads an answer and finds its question.
///
/// # Errors
/// A sentence that says what is wrong with the line, to be shown with the line itself.
pub(super) fn read<T>(window: &mut Window<T>, line: &[u8], now: Instant) -> Result<(T, Content), String> {
    if line.len() >= MAX_LINE {
        return Err(format!("it has {} bytes; a line has at most {MAX_LINE} with its LF", line.len() + 1));
    }
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("it is not UTF-8: see byte {} (JSON is UTF-8)", error.valid_up_to()))?;
    let answer = strict::answer(text)?;
    match window.answer(answer.seq, now) {
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

fn endless(session: &mut Session, start: &[u8]) -> Stop {
    stop(session, breach(&format!("a line has no LF within {MAX_LINE} bytes"), &quote_start(start)))
}

fn breach(wrong: &str, line: &str) -> String {
    format!(
        "the adapter broke the protocol: {wrong}.\nThe line: {line}\n\
         Stdout is for answers alone; print what is meant for people to stderr. See docs/protocol.md, Lines"
    )
}

fn stop(session: &mut Session, message: String) -> Stop {
    session.process().end(Duration::ZERO);
    Stop { message, stderr: session.process().stderr().since(0), breach: true }
}
