//! Whoever is asked: an adapter in a process of its own, over the harness's session and window, or a function.

use serde_json::Value;

use super::cluster::Key;
use crate::harness::session::STDOUT_EXIT_GRACE;
use crate::harness::{self, Codes, Finding, Observer, Options, Plan, Session, StartError, Stop};
use crate::protocol::{AdapterHello, Content};
use crate::vectors::Case;

/// An implementation that cases can be asked of.
pub trait Subject {
    /// What it said of itself.
    fn hello(&self) -> &AdapterHello;

    /// What the second implementation said of itself, if one is the oracle in place of the reference.
    fn second(&self) -> Option<&AdapterHello> {
        None
    }

    /// Asks cases, which have one expectation each: the reference's answer.
    ///
    /// # Errors
    /// If it broke the protocol, or cannot be started again.
    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop>;
}

/// What asking some cases came to.
#[derive(Debug, Default)]
pub struct Round {
    /// The answers that are not the oracle's, in the order of the cases.
    pub failures: Vec<Divergence>,
    /// What was said of each case.
    pub said: Vec<Reply>,
    /// What the second implementation said of each; empty where the reference is the oracle.
    pub second: Vec<Reply>,
    /// How many answers differ only because the two implementations declare other policies.
    pub by_policy: u64,
}

/// An answer that is not the oracle's.
#[derive(Debug, Clone)]
pub struct Divergence {
    /// What it has in common with others.
    pub key: Key,
    /// Which case, and how it was judged against the oracle's answer.
    pub finding: Finding,
    /// What the second implementation said, in the form of a candidate, if it is the oracle.
    pub second: Option<Value>,
}

/// What was said of a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Reply {
    /// Nothing: the adapter died too often before.
    #[default]
    Nothing,
    /// The process died of it, or did not answer in time.
    Died,
    /// What the case expects, to the letter.
    Expected,
    /// This, be it right or wrong.
    Other(Content),
}

impl Reply {
    /// Is it a verdict?
    pub fn is_verdict(&self) -> bool {
        matches!(self, Self::Expected | Self::Other(Content::Accept(_) | Content::Reject(_)))
    }
}

impl Round {
    /// How many cases have verdicts that were compared.
    pub fn compared(&self) -> u64 {
        self.count(Reply::is_verdict, |one, second| one && second)
    }

    /// How many cases have no outcome.
    pub fn lost(&self) -> u64 {
        self.count(|said| *said == Reply::Nothing, |one, second| one || second)
    }

    fn count(&self, holds: fn(&Reply) -> bool, both: fn(bool, bool) -> bool) -> u64 {
        let one = self.said.iter().map(holds);
        match self.second.as_slice() {
            [] => one.filter(|holds| *holds).count() as u64,
            second => one.zip(second).filter(|(one, second)| both(*one, holds(second))).count() as u64,
        }
    }
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
        let (session, hello) = Session::start(&options.adapter, options.hello_timeout, |_, _| {})?;
        Ok(Self { options, hello, session: Some(session) })
    }
}

/// Lets the process end by itself, so that what it keeps (coverage, a log) is written.
impl Drop for Live {
    fn drop(&mut self) {
        if let Some(session) = &mut self.session {
            session.process().close_stdin();
            session.process().end(STDOUT_EXIT_GRACE);
        }
    }
}

/// Keeps what fails, and what was said.
struct Answers {
    failures: Vec<Finding>,
    said: Vec<Reply>,
}

impl Observer for Answers {
    fn answered(&mut self, index: usize, content: &Content) {
        self.said[index] = Reply::Other(content.clone());
    }

    fn found(&mut self, _: &Plan<'_>, finding: &Finding) {
        let said = &mut self.said[finding.index];
        match finding.judgement.outcome {
            outcome if outcome.is_death() => *said = Reply::Died,
            _ if *said == Reply::Nothing => *said = Reply::Expected,
            _ => {}
        }
        if finding.judgement.fails {
            self.failures.push(finding.clone());
        }
    }
}

/// Findings as divergences from the reference.
fn divergences(cases: &[Case], mut failures: Vec<Finding>) -> Vec<Divergence> {
    failures.sort_by_key(|finding| finding.index);
    let divergence = |finding: Finding| {
        let key = Key::of(&cases[finding.index], &finding);
        Divergence { key, finding, second: None }
    };
    failures.into_iter().map(divergence).collect()
}

impl Subject for Live {
    fn hello(&self) -> &AdapterHello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let again = Session::start(&self.options.adapter, self.options.hello_timeout, |_, _| {});
                let again = again.map_err(|error| Stop {
                    message: format!("the adapter could not be started again. {}", error.message),
                    stderr: error.stderr,
                    breach: true,
                })?;
                again.0
            }
        };
        let plan = Plan::new(&cases.iter().collect::<Vec<_>>(), self.hello.clone(), Codes::Allowed);
        let mut answers = Answers { failures: Vec::new(), said: vec![Reply::Nothing; cases.len()] };
        let (end, session) = harness::ask(&plan, session, &self.options, &mut answers);
        self.session = session;
        if let Some(stop) = end.stop.filter(|stop| stop.breach) {
            return Err(stop);
        }
        if let Some(signal) = end.interrupted {
            return Err(Stop { message: format!("{signal} came"), stderr: String::new(), breach: false });
        }
        let Answers { failures, said } = answers;
        Ok(Round { failures: divergences(cases, failures), said, ..Round::default() })
    }
}

/// A function in this process.
#[cfg(test)]
pub struct InProcess<F> {
    hello: AdapterHello,
    answer: F,
}

#[cfg(test)]
impl<F: FnMut(&Case) -> Content> InProcess<F> {
    /// A function that answers as an adapter with this hello would.
    pub fn new(hello: AdapterHello, answer: F) -> Self {
        Self { hello, answer }
    }
}

#[cfg(test)]
impl<F: FnMut(&Case) -> Content> Subject for InProcess<F> {
    fn hello(&self) -> &AdapterHello {
        &self.hello
    }

    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop> {
        let (mut failures, mut said) = (Vec::new(), Vec::new());
        for (index, case) in cases.iter().enumerate() {
            let actual = (self.answer)(case);
            said.push(Reply::Other(actual.clone()));
            let Some(expected) = case.default_verdict() else { continue };
            let judgement = harness::judge(case, expected, &self.hello, Codes::Allowed, &actual);
            if judgement.fails {
                let (actual, stderr) = (Some(actual), String::new());
                failures.push(Finding { index, round: 0, judgement, actual, stderr });
            }
        }
        Ok(Round { failures: divergences(cases, failures), said, ..Round::default() })
    }
}
