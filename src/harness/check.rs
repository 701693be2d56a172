//! A whole check in one call: starts an adapter, asks it cases and judges the answers.

use std::time::{Duration, Instant};

use super::finding::{Finding, Findings, Observer, RunEnd};
use super::options::Options;
use super::plan::Plan;
use super::pool;
use super::session::{Session, StartError};
use crate::vectors::Case;

/// What a check came to.
#[derive(Debug)]
pub struct CheckResult<'a> {
    /// What was asked, and what the adapter said of itself.
    pub plan: Plan<'a>,
    /// What each case came to.
    pub findings: Findings,
    /// How the run ended.
    pub end: RunEnd,
    /// How long it took, without the handshake.
    pub elapsed: Duration,
}

impl<'a> CheckResult<'a> {
    /// The cases that were not as expected, each with its first failure.
    pub fn failures(&self) -> impl Iterator<Item = (&'a Case, &Finding)> {
        let cases = self.plan.jobs.iter().zip(&self.findings.cases).filter(|(_, found)| found.failed > 0);
        cases.filter_map(|(job, found)| Some((job.case, found.shown.as_deref()?)))
    }

    /// How many cases were as expected each time.
    pub fn passed(&self) -> usize {
        self.findings.cases.iter().filter(|found| found.runs > 0 && found.failed == 0).count()
    }
}

/// Asks an adapter these cases. What it did not declare is not asked: it neither passes nor fails.
///
/// # Errors
/// If the adapter does not start or shake hands. An adapter that breaks the protocol or dies ends the run instead: see
/// [`CheckResult::end`].
///
/// ```
/// use spontan::harness::{Adapter, Options, check};
/// use spontan::vectors::load;
///
/// // It answers every case alike.
/// let script = r#"
///     echo '{"type":"hello","protocol":1,"operations":["bigsize.decode"],
///            "implementation":{"name":"zero","version":"0","language":"sh"}}' | tr -d '\n'; echo
///     read -r hello; seq=0
///     while read -r line; do
///         seq=$((seq + 1)); echo "{\"seq\":$seq,\"accept\":{\"value\":\"0\",\"length\":1}}"
///     done"#;
/// let adapter = Adapter::new("sh", vec!["-c".into(), script.into()]);
///
/// let suites = load::built_in()?;
/// let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
/// let result = check(&cases, &Options::new(adapter)).map_err(|error| error.message)?;
///
/// assert_eq!(result.passed(), 1);
/// for (case, finding) in result.failures().take(3) {
///     println!("{}: {}", case.id, finding.judgement.line());
/// }
/// assert_eq!(result.end.broken(), None);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn check<'a>(cases: &[&'a Case], options: &Options) -> Result<CheckResult<'a>, StartError> {
    Ok(Check::start(cases, options, |_, _| {})?.run(&mut ()))
}

/// An adapter that shook hands and was not asked yet: [`check`] in two steps, for those who want to know more.
#[derive(Debug)]
pub struct Check<'a, 'o> {
    /// What it will be asked.
    pub plan: Plan<'a>,
    session: Session,
    options: &'o Options,
}

impl<'a, 'o> Check<'a, 'o> {
    /// Starts the adapter and shakes hands; `traffic` sees the lines of both sides.
    ///
    /// # Errors
    /// If it does not start or shake hands.
    pub fn start(
        cases: &[&'a Case],
        options: &'o Options,
        traffic: impl FnMut(bool, &[u8]),
    ) -> Result<Self, StartError> {
        let (session, hello) = Session::start(&options.adapter, options.hello_timeout, traffic)?;
        let mut plan = Plan::new(cases, hello, options.codes);
        plan.fail_on = options.fail_on;
        Ok(Self { plan, session, options })
    }

    /// Asks the cases.
    pub fn run(self, observer: &mut (dyn Observer + Send)) -> CheckResult<'a> {
        let started = Instant::now();
        let (findings, end) = pool::run(&self.plan, self.session, self.options, observer);
        CheckResult { plan: self.plan, findings, end, elapsed: started.elapsed() }
    }
}
