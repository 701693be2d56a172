//! A run: questions within the window, answers in any order, and what happens when the adapter dies, hangs or breaks
//! the protocol. After a death the unanswered cases are asked one at a time, so that only the guilty one pays.

use std::iter::Peekable;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::answer::{self, breach, stop};
use super::deaths::{Deaths, Shared, Task};
use super::finding::{Finding, Findings, Observer, RunEnd, Stop};
use super::interrupt;
use super::judgement::{Judgement, Outcome};
use super::kept;
use super::options::Options;
use super::plan::{self, Plan};
use super::session::{Event, STDOUT_EXIT_GRACE, Session};
use super::text::{memory, quote, seconds};
use super::window::Window;
use crate::protocol::Content;

/// How long the adapter may take to exit once its stdin is closed.
const EXIT_GRACE: Duration = Duration::from_secs(5);
/// More pieces of output than can be between the adapter and the judge at any time.
const MAX_LATE_PIECES: u32 = 64;
/// How often an adapter with a bound on its memory is looked at while it is at work on a case.
const BOUND_INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Question {
    task: Task,
    /// Where stderr stood when it was asked.
    stderr: u64,
}

/// One process at a time and the cases that are its share.
pub(super) struct Runner<'a> {
    plan: &'a Plan<'a>,
    options: &'a Options,
    shared: &'a Shared,
    observer: &'a Mutex<&'a mut (dyn Observer + Send)>,
    window: Window<Question>,
    /// What is still to be asked: each job, once a round.
    tasks: Peekable<Box<dyn Iterator<Item = Task>>>,
    deaths: Deaths<'a>,
    /// Pieces of output since the oldest question is overdue.
    late: u32,
    /// How long the slowest answer took, and its job.
    slowest: Option<(Duration, usize)>,
    /// How much memory the process had before the case that is open, if there is a bound.
    before: u64,
    findings: Findings,
    end: RunEnd,
}

impl<'a> Runner<'a> {
    /// A runner for these jobs of the plan.
    pub(super) fn new(
        plan: &'a Plan<'a>,
        jobs: Vec<usize>,
        options: &'a Options,
        shared: &'a Shared,
        observer: &'a Mutex<&'a mut (dyn Observer + Send)>,
    ) -> Self {
        let round = move |round| jobs.clone().into_iter().map(move |job| (round, job));
        let tasks: Box<dyn Iterator<Item = Task>> = Box::new((0..options.repeat).flat_map(round));
        Self {
            plan,
            options,
            shared,
            observer,
            window: Window::default(),
            tasks: tasks.peekable(),
            deaths: Deaths::new(shared),
            late: 0,
            slowest: None,
            before: 0,
            findings: Findings::new(plan.jobs.len()),
            end: RunEnd::default(),
        }
    }

    /// Asks them of an adapter that shook hands, or starts one; ends the process that is left.
    pub(super) fn run(mut self, session: Option<Session>) -> (Findings, RunEnd) {
        let finished = self.all(session).and_then(|left| left.map_or(Ok(()), |left| self.finish(left)));
        self.ended(finished.err())
    }

    /// As [`Runner::run`], but the process stays if it is alive when everything is answered.
    pub(super) fn run_and_keep(mut self, session: Session) -> (RunEnd, Option<Session>) {
        match self.all(Some(session)) {
            Ok(left) => (self.ended(None).1, left),
            Err(stop) => (self.ended(Some(stop)).1, None),
        }
    }

    /// The observer of all processes. If another one panicked, it is still whole enough to be told more.
    fn observer(&self) -> MutexGuard<'a, &'a mut (dyn Observer + Send)> {
        self.observer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(mut self, stop: Option<Stop>) -> (Findings, RunEnd) {
        self.shared.stopped.fetch_or(stop.is_some(), Ordering::Relaxed);
        let Deaths { total: deaths, stray, note, .. } = self.deaths;
        self.end.notes.splice(0..0, note);
        (self.findings, RunEnd { stop, deaths, stray, ..self.end })
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
            if let Some(signal) = interrupt::received() {
                self.end.interrupted = Some(signal);
                return Ok(None);
            }
            let Some(mut session) = current.take() else {
                if self.is_done() {
                    return Ok(None);
                }
                current = self.restart()?;
                continue;
            };
            self.within_bound(&mut session)?;
            self.ask(&mut session);
            if self.window.is_empty() {
                return Ok(Some(session));
            }
            let event = session.ready().unwrap_or_else(|| {
                self.observer().waiting();
                self.wait(&mut session)
            });
            self.note_memory(&mut session);
            if let Some((outcome, how)) = self.passes_bound(&mut session) {
                self.exceeded(session, event, outcome, &how)?;
                continue;
            }
            match event {
                // The process was killed, and nothing is to be blamed for that.
                Event::Closed(_) | Event::Nothing if interrupt::received().is_some() => {}
                Event::Lines => {
                    self.lines(&mut session)?;
                    if self.is_overdue(&mut session) {
                        self.hung(session)?;
                    } else {
                        current = Some(session);
                    }
                }
                Event::TooLong(start) => return Err(answer::too_long(&mut session, &start)),
                Event::Closed(rest) => {
                    let how = session.process().end(STDOUT_EXIT_GRACE);
                    let how = how.unwrap_or_else(|| "closed its stdout and was ended".into());
                    self.lost(session, Outcome::Crashed, format!("the adapter {how}"), rest)?;
                }
                Event::Nothing => self.hung(session)?,
            }
        }
    }

    /// Is the oldest question overdue while others are still answered? What is on its way already may hold its answer.
    fn is_overdue(&mut self, session: &mut Session) -> bool {
        if self.window.is_empty() || self.window.since().elapsed() < self.options.timeout {
            self.late = 0;
            return false;
        }
        self.late += 1;
        self.late > MAX_LATE_PIECES || !session.has_output()
    }

    fn hung(&mut self, mut session: Session) -> Result<(), Stop> {
        self.late = 0;
        session.process().end(Duration::ZERO);
        let rest = match session.wait(Instant::now()) {
            Event::Closed(rest) => rest,
            _ => None,
        };
        let how = format!("no answer within {} (--timeout)", seconds(self.options.timeout));
        self.lost(session, Outcome::TimedOut, how, rest)
    }

    /// Waits for output. A process with a bound on its memory is looked at meanwhile: it may never answer, and take all that
    /// there is.
    fn wait(&mut self, session: &mut Session) -> Event {
        let until = self.window.since() + self.options.timeout;
        loop {
            let bounded = self.options.max_memory.map(|_| Instant::now() + BOUND_INTERVAL);
            let event = session.wait(bounded.map_or(until, |soon| soon.min(until)));
            let takes_more = self
                .options
                .max_memory
                .is_some_and(|bound| session.process().look().is_some_and(|look| look.resident > bound));
            if event != Event::Nothing || Instant::now() >= until || takes_more {
                return event;
            }
        }
    }

    /// Keeps what is known of the memory of a process.
    fn note_memory(&mut self, session: &mut Session) {
        self.end.peak_memory = self.end.peak_memory.max(session.process().peak_memory());
    }

    /// Notes how much memory the process has before it is asked a case, which must be within the bound when it is new.
    fn within_bound(&mut self, session: &mut Session) -> Result<(), Stop> {
        let (Some(bound), true) = (self.options.max_memory, self.window.is_empty()) else { return Ok(()) };
        self.before = session.process().mark_memory().unwrap_or_default().resident;
        if session.next_seq() > 1 || self.before <= bound {
            return Ok(());
        }
        let (before, bound) = (memory(self.before), memory(bound));
        let message = format!(
            "the adapter takes {before} before it is asked a case, more than --max-memory allows ({bound}). \
             Give it more than that"
        );
        self.note_memory(session);
        Err(stop(session, message))
    }

    /// Is there a bound on what the adapter takes, which one case may pass?
    fn is_bounded(&self) -> bool {
        self.options.max_memory.is_some() || self.options.adapter.max_processes.is_some()
    }

    /// Which bound a process passed, and how, if it passed one.
    fn passes_bound(&self, session: &mut Session) -> Option<(Outcome, String)> {
        let look = if self.is_bounded() { session.process().look() } else { None };
        if let Some(crowd) = session.process().crowd() {
            return Some((Outcome::TooManyProcesses, format!("the adapter {crowd}")));
        }
        let (bound, look) = self.options.max_memory.zip(look)?;
        let (now, asked) = (memory(look.resident), memory(look.grown));
        let how = if look.resident > bound {
            format!("the adapter's memory went from {} to {now}", memory(self.before))
        } else if look.grown > bound {
            format!("the adapter asked for {asked} of memory and used {now} at most")
        } else {
            return None;
        };
        Some((Outcome::TooMuchMemory, format!("{how}; --max-memory allows {}", memory(bound))))
    }

    /// Asks as much as the window takes; one at a time while there are suspects, or a bound.
    fn ask(&mut self, session: &mut Session) {
        let window = usize::try_from(self.plan.hello.window).unwrap_or(1);
        let alone = self.deaths.suspect().is_some() || self.is_bounded();
        let size = if alone { 1 } else { window };
        // A window that is more than half full is left alone: fewer and larger writes.
        if self.window.len() > size / 2 {
            return;
        }
        let now = Instant::now();
        let stderr = session.process().stderr().mark();
        while self.window.len() < size && !self.is_done() {
            let Some(task) = self.deaths.suspect().or_else(|| self.tasks.next()) else { break };
            let line = session.push(self.window.next_seq(), &self.plan.jobs[task.1].body);
            self.observer().traffic(true, line);
            self.window.ask(Question { task, stderr }, now);
        }
        session.flush();
    }

    /// Is nothing left to be asked?
    fn is_done(&mut self) -> bool {
        self.observer().has_enough() || self.deaths.suspect().is_none() && self.tasks.peek().is_none()
    }

    fn lines(&mut self, session: &mut Session) -> Result<(), Stop> {
        let now = Instant::now();
        while let Some(line) = session.line() {
            self.observer().traffic(false, line);
            let since = self.window.since();
            // The usual answer needs no parser.
            if let Some((seq, rest)) = plan::split(line)
                && let Some(asked) = self.window.peek(seq)
                && self.plan.passes_quickly(asked.task.1, rest)
                && let Ok(Question { task, .. }) = self.window.answer(seq, now)
            {
                self.took(task, since);
                self.report(task, Judgement::pass(), None, String::new());
                self.deaths.answered(task)?;
                continue;
            }
            match answer::read(&mut self.window, line, now) {
                Ok((asked, content)) => {
                    self.took(asked.task, since);
                    self.judge(session, &asked, content)?;
                }
                Err(wrong) => {
                    let line = quote(line);
                    return Err(breach(session, &wrong, &line));
                }
            }
        }
        Ok(())
    }

    /// An answer came while the oldest question had been that since then. Only its own time is known.
    fn took(&mut self, (_, index): Task, since: Instant) {
        let took = self.window.since().saturating_duration_since(since);
        if let Some(case) = self.findings.cases.get_mut(index) {
            case.took = case.took.max(took);
        }
        if took > self.slowest.map_or(Duration::ZERO, |(slowest, _)| slowest) {
            self.slowest = Some((took, index));
        }
    }

    fn judge(&mut self, session: &mut Session, asked: &Question, content: Content) -> Result<(), Stop> {
        let judgement = self.plan.judge(asked.task.1, &content);
        let (judgement, content) = self.plan.kept(asked.task.1, judgement, content);
        self.observer().answered(asked.task.1, &content);
        if judgement.outcome == Outcome::Pass {
            self.report(asked.task, judgement, None, String::new());
        } else {
            let stderr = session.process().stderr().since(asked.stderr);
            self.report(asked.task, judgement, Some(content), stderr);
        }
        self.deaths.answered(asked.task)
    }

    fn report(
        &mut self,
        (round, index): Task,
        judgement: Judgement,
        actual: Option<Content>,
        stderr: String,
    ) {
        self.end.answers += u64::from(actual.is_some() || judgement.outcome == Outcome::Pass);
        let finding = Finding { index, round, judgement, actual, stderr: kept::stderr(stderr) };
        self.observer().found(self.plan, &finding);
        self.findings.add(finding);
    }

    /// A process was lost with questions open.
    fn lost(
        &mut self,
        mut session: Session,
        outcome: Outcome,
        how: String,
        rest: Option<Vec<u8>>,
    ) -> Result<(), Stop> {
        let how = match rest {
            Some(rest) => format!("{how}; it had written, without an LF: {}", quote(&rest)),
            None => how,
        };
        self.note_memory(&mut session);
        let first_question = self.window.next_seq() == 2;
        let unanswered = std::mem::take(&mut self.window).give_up();
        let tasks: Vec<_> = unanswered.iter().map(|asked| asked.task).collect();
        let stderr = session.process().stderr().since(0);
        let Some(guilty) = self.deaths.died(how.clone(), stderr, &tasks, first_question) else {
            return Ok(());
        };
        let mark = unanswered.first().map_or(0, |asked| asked.stderr);
        let stderr = session.process().stderr().since(mark);
        let slowest = self.slowest.filter(|_| outcome == Outcome::TimedOut);
        let slowest = slowest.and_then(|(took, index)| Some((took, self.plan.jobs.get(index)?.case)));
        let message = match slowest {
            Some((took, case)) => {
                format!("{how}; the slowest answer so far took {:.3} s ({})", took.as_secs_f64(), case.id)
            }
            None => how,
        };
        self.report(guilty, Judgement::plain(outcome, message), None, stderr);
        self.deaths.count()
    }

    /// A process passed a bound with the case that is open, whatever it answered.
    fn exceeded(
        &mut self,
        mut session: Session,
        mut event: Event,
        outcome: Outcome,
        how: &str,
    ) -> Result<(), Stop> {
        self.note_memory(&mut session);
        if event == Event::Nothing {
            event = session.wait(Instant::now() + BOUND_INTERVAL);
        }
        let now = Instant::now();
        let mut answer = None;
        if let Event::Lines = event
            && let Some(line) = session.line()
        {
            self.observer().traffic(false, line);
            answer = answer::read(&mut self.window, line, now).ok();
        }
        session.process().end(Duration::ZERO);
        let (asked, answered) = match answer {
            None => (std::mem::take(&mut self.window).give_up().pop(), "It had not answered yet".to_owned()),
            Some((asked, content)) => {
                let judgement = self.plan.judge(asked.task.1, &content);
                let answered = match judgement.outcome {
                    Outcome::Pass => "Its answer was as expected".to_owned(),
                    _ => format!("Its answer was not as expected either ({})", judgement.line()),
                };
                (Some(asked), answered)
            }
        };
        self.window = Window::default();
        let Some(Question { task, stderr }) = asked else { return Ok(()) };
        let what = format!("{how}. {answered}");
        let stderr = session.process().stderr().since(stderr);
        self.deaths.died(what.clone(), stderr.clone(), &[task], true);
        self.report(task, Judgement::plain(outcome, what), None, stderr);
        self.deaths.count()
    }

    /// Starts the adapter again after a death, or for the first time beside others.
    fn restart(&mut self) -> Result<Option<Session>, Stop> {
        let traffic = |sent: bool, line: &[u8]| self.observer().traffic(sent, line);
        match Session::start(&self.options.adapter, self.options.hello_timeout, traffic) {
            Ok((session, hello)) if hello == self.plan.hello => Ok(Some(session)),
            Ok((mut session, _)) => {
                let message = "started again, the adapter said another hello than the first time. \
                               Its hello must not depend on what happened before";
                Err(stop(&mut session, message.into()))
            }
            Err(_) if interrupt::received().is_some() => Ok(None),
            Err(error) => self.deaths.not_restarted(error).map(|()| None),
        }
    }

    /// Everything is answered: closes the adapter's stdin and sees to it that nothing comes any more.
    fn finish(&mut self, mut session: Session) -> Result<(), Stop> {
        session.process().close_stdin();
        self.note_memory(&mut session);
        match session.wait(Instant::now() + EXIT_GRACE) {
            // Every question is answered, so that any line is one too many.
            Event::Lines => self.lines(&mut session)?,
            Event::TooLong(start) => return Err(answer::too_long(&mut session, &start)),
            Event::Closed(Some(rest)) => {
                self.end.notes.push(format!(
                    "after its last answer the adapter wrote, without an LF: {}",
                    quote(&rest)
                ));
            }
            Event::Closed(None) | Event::Nothing => {}
        }
        let how = session.process().end(STDOUT_EXIT_GRACE);
        if let Some(crowd) = session.process().crowd() {
            self.end.notes.push(format!("after its last answer the adapter {crowd}; this fails nothing"));
            return Ok(());
        }
        match how {
            None if interrupt::received().is_some() => {}
            None => self.end.notes.push(format!(
                "the adapter did not exit within {} of the end of its stdin, and was ended. An adapter exits when its stdin is closed",
                seconds(EXIT_GRACE)
            )),
            Some(how) if how != "ended with exit status 0" => {
                self.end.notes.push(format!("after its last answer the adapter {how}; this fails nothing"));
            }
            Some(_) => {}
        }
        Ok(())
    }
}
