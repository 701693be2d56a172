//! Whoever is asked: an adapter in a process of its own, over the harness's session and window, or a function.

use crate::harness::session::TO_END;
use crate::harness::{self, Codes, Finding, Judgement, Observer, Options, Plan, Session, StartError, Stop};
use crate::protocol::{AdapterHello, Content};
use crate::vectors::Case;

/// An implementation that cases can be asked of.
pub trait Subject {
    /// What it said of itself.
    fn hello(&self) -> &AdapterHello;

    /// Asks cases, which have one expectation each, and gives the findings that fail, in the order of the cases.
    ///
    /// # Errors
    /// If it broke the protocol, or cannot be started again.
    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop>;
}

/// What asking some cases came to.
#[derive(Debug, Default)]
pub struct Round {
    /// The findings that fail.
    pub failures: Vec<Finding>,
    /// How many answers were judged.
    pub answers: u64,
    /// How many were asked and have no outcome, because the adapter died too often before.
    pub lost: u64,
}

/// An adapter in a process of its own.
#[derive(Debug)]
pub struct Live {
    options: Options,
    hello: AdapterHello,
    session: Option<Session>,
}

impl Live {
    /// Starts the adapter.
    ///
    /// # Errors
    /// If it does not start or shake hands.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let (session, hello) = Session::start(&options.adapter, options.hello_limit, |_, _| {})?;
        Ok(Self { options, hello, session: Some(session) })
    }
}

/// Lets the process end by itself, so that what it keeps (coverage, a log) is written.
impl Drop for Live {
    fn drop(&mut self) {
        if let Some(session) = &mut self.session {
            session.process().close_stdin();
            session.process().end(TO_END);
        }
    }
}

/// Keeps what fails.
struct Failures(Round);

impl Observer for Failures {
    fn found(&mut self, _: &Plan<'_>, finding: Finding) {
        if finding.judgement.fails {
            self.0.failures.push(finding);
        }
    }
}

impl Subject for Live {
    fn hello(&self) -> &AdapterHello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let again = Session::start(&self.options.adapter, self.options.hello_limit, |_, _| {});
                let again = again.map_err(|error| Stop {
                    message: format!("the adapter could not be started again. {}", error.message),
                    stderr: error.stderr,
                    breach: true,
                })?;
                again.0
            }
        };
        let cases: Vec<_> = cases.iter().collect();
        let plan = Plan::new(&cases, self.hello.clone(), Codes::Allowed);
        let mut observer = Failures(Round::default());
        let (end, session) = harness::ask(&plan, session, &self.options, &mut observer);
        self.session = session;
        let Failures(mut round) = observer;
        match end.stop {
            Some(stop) if stop.breach => return Err(stop),
            Some(_) => {
                let dead = round.failures.iter().filter(|finding| finding.came.is_none()).count() as u64;
                round.lost = (cases.len() as u64).saturating_sub(end.answers + dead);
            }
            None => {}
        }
        round.answers = end.answers;
        round.failures.sort_by_key(|finding| finding.index);
        Ok(round)
    }
}

/// A function in this process.
pub struct InProcess<F> {
    hello: AdapterHello,
    answer: F,
}

impl<F: FnMut(&Case) -> Content> InProcess<F> {
    /// A function that answers as an adapter with this hello would.
    pub fn new(hello: AdapterHello, answer: F) -> Self {
        Self { hello, answer }
    }

    fn judge(&mut self, case: &Case) -> (Judgement, Content) {
        let came = (self.answer)(case);
        let judgement = match &case.expect {
            Some(want) => harness::judge(case.operation(), want, &self.hello, Codes::Allowed, &came),
            None => Judgement::not_run("it has no expectation"),
        };
        (judgement, came)
    }
}

impl<F: FnMut(&Case) -> Content> Subject for InProcess<F> {
    fn hello(&self) -> &AdapterHello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop> {
        let mut round = Round::default();
        for (index, case) in cases.iter().enumerate() {
            let (judgement, came) = self.judge(case);
            round.answers += 1;
            if judgement.fails {
                let (came, stderr) = (Some(came), String::new());
                round.failures.push(Finding { index, round: 0, judgement, came, stderr });
            }
        }
        Ok(round)
    }
}
