//! The whole result of a run as one value: `--report json=FILE` writes it, and every other report is made from it.
//! `docs/schemas/result.schema.json` describes it to validators, `docs/reports.md` to people.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::failure::{self, View};
use super::levels::{self, Levels};
use super::tally::{Counted, Counts, Status, Tally};
use crate::harness::known::Entry;
use crate::harness::plan::Job;
use crate::harness::text::{count, end_of, memory};
use crate::harness::{Codes, Outcome, Plan, RunEnd};
use crate::protocol::{AdapterHello, Content, FailureDetail, Foreign, Reads, RunnerHello};
use crate::vectors::{Level, Verdict};

/// The format that the result names.
pub const FORMAT: &str = "spontan-result/2";

/// A case that took less is not said to have taken anything: of a thousand that is noise, which differs with each run.
const WORTH_TELLING: Duration = Duration::from_millis(100);

/// How many bytes of stderr are kept for a case.
pub(super) const MAX_STDERR: usize = 4096;

/// What was run: known before the first answer.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct About {
    /// Name and version of the runner.
    pub runner: String,
    /// The digest of the vectors, `sha256:` and 64 hex digits.
    pub vectors: String,
    /// The seed from which the cases were made anew; none if they are those of the vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<u32>,
    /// How many cases were selected.
    pub cases: usize,
    /// Which part of them this run was given, such as `2/5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// How often each case was asked.
    pub repeat: u32,
    /// Which failure codes counted.
    pub codes: Codes,
    /// Deviations that are weaker than this level failed nothing.
    #[serde(default = "weakest")]
    pub fail_on: Level,
    /// The most memory that a process of the adapter was allowed to take, in bytes, if there was a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<u64>,
    /// The most processes that the adapter's group was allowed to have, if there was a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_processes: Option<usize>,
    /// The adapter's program and arguments.
    pub adapter: Vec<String>,
    /// What the adapter declared.
    pub hello: AdapterHello,
}

impl About {
    /// What a run of this plan is about.
    pub fn new(plan: &Plan<'_>, vectors: String, adapter: Vec<String>, repeat: u32) -> Self {
        Self {
            runner: RunnerHello::default().runner,
            vectors,
            fresh: None,
            cases: plan.jobs.len(),
            shard: None,
            repeat,
            codes: plan.codes,
            fail_on: plan.fail_on,
            max_memory: None,
            max_processes: None,
            adapter,
            hello: plan.hello.clone(),
        }
    }

    /// The implementation's name and version, to be shown.
    pub fn name(&self) -> String {
        self.hello.implementation.name_and_version()
    }
}

/// The result of a run.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct RunResult {
    /// Always [`FORMAT`].
    pub format: String,
    /// What was run.
    #[serde(flatten)]
    pub about: About,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The exit code of `check`.
    pub exit: u8,
    /// The counts of all cases.
    pub counts: Counts,
    /// The counts of each level.
    #[serde(default)]
    pub levels: Levels,
    /// How many processes of the adapter were lost.
    pub deaths: u32,
    /// The most memory that one process of the adapter was seen to take, with all that it started, in bytes; none if this
    /// system does not tell.
    #[serde(default)]
    pub peak_memory: Option<u64>,
    /// How the adapter broke the run, if it did (exit code 4): it broke the protocol, died too often, or died without a
    /// case to blame.
    pub broken: Option<String>,
    /// The signal that interrupted the run, if one did: `SIGINT`, `SIGTERM` or `SIGHUP`. Cases that it did not reach have the
    /// status `not_reached`.
    #[serde(default)]
    pub interrupted: Option<String>,
    /// What else a person should know.
    pub notes: Vec<String>,
    /// Entries of the list of known failures that are stale, a sentence each.
    pub stale: Vec<String>,
    /// The seeded bugs that the failures look like, a sentence each.
    pub looks_like: Vec<String>,
    /// The policies with which failures would pass, a sentence each.
    #[serde(default)]
    pub would_pass: Vec<String>,
    /// The cases, in the order of the vectors.
    pub results: Vec<CaseResult>,
}

/// Something that was not asked or does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchecked {
    /// `not run`, `not checked` or `not counted`.
    pub how: &'static str,
    /// What, and why.
    pub what: String,
    /// The two in a few words; empty for cases that were not run, which the counts tell.
    pub short: &'static str,
}

/// The result of one case.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct CaseResult {
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: Status,
    /// What the judge says of the answer.
    pub outcome: Outcome,
    /// The level of the rule that it tests.
    pub level: Level,
    /// The strongest level of what is wrong with the answer, if it is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_level: Option<Level>,
    /// How often it was asked and judged.
    pub runs: u32,
    /// How often it was not as expected.
    pub failed: u32,
    /// The longest that its answer took, in seconds, if that was a tenth of one or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The outcome in a line; why it was not run; or the complaint about its entry in the list of known failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its entry in the list of known failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownAs>,
    /// The expected answer, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Verdict>,
    /// The actual answer, unless it passed or there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Content>,
    /// The end of what the adapter wrote to stderr meanwhile, at most 4096 bytes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
    /// The failure as the terminal shows it, without colours; lines end with LF.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The command that asks it again, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<String>,
}

/// An entry of the list of known failures.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct KnownAs {
    /// Why.
    pub why: Foreign,
    /// Where that is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<Foreign>,
}

impl RunResult {
    /// The result of a run that ended.
    pub fn new(about: About, tally: &Tally<'_>, end: &RunEnd, view: &View) -> Self {
        let results: Vec<_> = tally.cases.iter().map(|case| CaseResult::new(tally, case, view)).collect();
        let mut counts = Counts::default();
        results.iter().for_each(|case| counts.add(case.status));
        Self {
            format: FORMAT.into(),
            about,
            seconds: 0.0,
            exit: 0,
            counts,
            levels: levels::count(&tally.cases),
            deaths: end.deaths,
            peak_memory: end.peak_memory,
            broken: end.broken(),
            interrupted: end.interrupted.map(|signal| signal.to_string()),
            notes: end.notes.clone(),
            stale: Vec::new(),
            looks_like: Vec::new(),
            would_pass: Vec::new(),
            results,
        }
    }

    /// The cases that fail the run.
    pub fn failures(&self) -> impl Iterator<Item = &CaseResult> {
        self.results.iter().filter(|case| case.fails())
    }

    /// The suites in order, each with its counts.
    pub fn suites(&self) -> Vec<(&str, Counts)> {
        let mut suites: Vec<(&str, Counts)> = Vec::new();
        for case in &self.results {
            entry(&mut suites, case.suite()).add(case.status);
        }
        suites
    }

    /// The rows of a table of counts: the suites, then `total` if there are several.
    pub fn rows(&self) -> Vec<(&str, Counts)> {
        let mut rows = self.suites();
        if rows.len() > 1 {
            rows.push(("total", self.counts));
        }
        rows
    }

    /// The columns of these rows: the last one is there only when something is in it.
    pub fn columns(&self) -> &'static [&'static str] {
        let all = Counts::COLUMNS.len();
        &Counts::COLUMNS[..if self.counts.below_fail_on > 0 { all } else { all - 1 }]
    }

    /// Why cases were not run, each reason with the number of cases.
    pub fn not_run(&self) -> Vec<(&str, u32)> {
        let mut reasons = Vec::new();
        for case in &self.results {
            if matches!(case.status, Status::NotRun | Status::NotReached) {
                *entry(&mut reasons, case.sentence()) += 1;
            }
        }
        reasons
    }

    /// What was not asked or does not count, so that no report claims it.
    pub fn unchecked(&self) -> Vec<Unchecked> {
        let hello = &self.about.hello;
        let mut all = Vec::new();
        let mut say = |how, what: String, short| all.push(Unchecked { how, what, short });
        for (why, number) in self.not_run() {
            say("not run", format!("{}: {why}", count(number, "case")), "");
        }
        if !hello.omits.is_empty() {
            let what = format!("{}: the adapter omits them", hello.omits.join(", "));
            say("not checked", what, "some fields omitted");
        }
        if hello.reads == Reads::Payload {
            let what = "packets: the adapter takes the payload that is sent beside them";
            say("not checked", what.into(), "packets not opened");
        }
        let detail = match hello.failure_detail {
            FailureDetail::Data => None,
            FailureDetail::Code => Some(("failure data: the adapter tells only codes", "no failure data")),
            FailureDetail::None => {
                Some(("failure codes and data: the adapter tells neither", "no failure codes"))
            }
        };
        if let Some((what, short)) = detail {
            say("not checked", what.into(), short);
        }
        if self.about.codes == Codes::Ignore {
            let what = "wrong failure codes and data: --codes ignore";
            say("not counted", what.into(), "codes not counted");
        }
        all
    }

    /// Why the run did not come to its end: a heading, and a sentence.
    pub fn cut(&self) -> Option<(&'static str, String)> {
        match (&self.interrupted, &self.broken) {
            (Some(signal), _) => {
                let left = self.results.iter().filter(|case| case.status == Status::NotReached).count();
                let left = count(left as u64, "case");
                Some(("The run was interrupted", format!("by {signal}; {left} not reached")))
            }
            (None, Some(how)) => Some(("The adapter broke the run", how.clone())),
            (None, None) => None,
        }
    }

    /// The most memory that the adapter took, in words.
    pub fn memory(&self) -> String {
        match self.peak_memory {
            Some(bytes) => format!("{} at most", memory(bytes)),
            None => "not measured: this system has no /proc that tells".into(),
        }
    }

    /// How it went, in a few words: `871 of 885 cases as expected, 3 known to fail`.
    pub fn headline(&self) -> String {
        let Counts { passed, known, not_run, below_fail_on, .. } = self.counts;
        let mut line = format!("{passed} of {} cases as expected", self.counts.run());
        for (count, what) in
            [(below_fail_on, "below --fail-on"), (known, "known to fail"), (not_run, "not run")]
        {
            if count > 0 {
                line.push_str(&format!(", {count} {what}"));
            }
        }
        if self.interrupted.is_some() {
            line.push_str("; the run was interrupted");
        } else if self.broken.is_some() {
            line.push_str("; the adapter broke the run");
        }
        line
    }
}

/// The level on which results of a time before `--fail-on` failed.
const fn weakest() -> Level {
    Level::Proposal
}

/// The value for a key of a list in the order of first use.
fn entry<'a, 'k, V: Default>(list: &'a mut Vec<(&'k str, V)>, key: &'k str) -> &'a mut V {
    let index = list.iter().position(|(other, _)| *other == key).unwrap_or(list.len());
    if index == list.len() {
        list.push((key, V::default()));
    }
    &mut list[index].1
}

impl CaseResult {
    fn new(tally: &Tally<'_>, counted: &Counted<'_>, view: &View) -> Self {
        let Counted { job: Job { case, expected, .. }, found, status, .. } = counted;
        let shown = found.shown.as_deref();
        let not_run = counted.why_not_run();
        let outcome = match shown {
            Some(finding) => finding.judgement.outcome,
            None if not_run.is_some() => Outcome::NotRun,
            None => Outcome::Pass,
        };
        let text = anstream::adapter::strip_str(&failure::render(counted, view)).to_string();
        let complaint = tally.unexpected_pass(counted);
        let known = counted
            .entry
            .filter(|_| matches!(status, Status::Known | Status::UnexpectedPass))
            .map(|Entry { why, issue, .. }| KnownAs { why: why.clone(), issue: issue.clone() });
        Self {
            id: case.id.clone(),
            status: *status,
            outcome,
            level: case.level,
            failed_level: shown.and_then(|finding| finding.judgement.level(case)),
            runs: found.runs,
            failed: found.failed,
            seconds: (found.took >= WORTH_TELLING).then(|| found.took.as_millis() as f64 / 1e3),
            message: complaint.or(shown.map(|finding| finding.judgement.line())).or(not_run),
            known,
            expected: shown.and(expected.as_ref().ok()).map(|expected| (*expected).clone()),
            actual: shown.and_then(|finding| finding.actual.clone()),
            stderr: shown.map_or("", |finding| end_of(&finding.stderr, MAX_STDERR)).to_owned(),
            detail: text.split_once('\n').map_or("", |(_, rest)| rest).to_owned(),
            replay: shown.map(|_| format!("spontan replay {}{}", case.id, view.replay)),
        }
    }

    /// The suite: the first part of the id.
    pub fn suite(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Does it fail the run?
    pub fn fails(&self) -> bool {
        matches!(self.status, Status::Failed | Status::Unsupported | Status::UnexpectedPass)
    }

    /// Why it is not as expected, in a few words.
    pub fn title(&self) -> String {
        match self.status {
            Status::UnexpectedPass => "unexpected pass".into(),
            _ => self.outcome.to_string(),
        }
    }

    /// The list's reason why it is known to fail, with the issue, to be shown.
    pub fn known_why(&self) -> String {
        let Some(known) = &self.known else { return String::new() };
        let issue =
            known.issue.as_ref().map(|issue| format!(" ({})", issue.printable_lines())).unwrap_or_default();
        format!("{}{issue}", known.why.printable_lines())
    }

    /// The whole text of a failure.
    pub fn long(&self) -> &str {
        if self.detail.is_empty() { self.sentence() } else { &self.detail }
    }

    /// A sentence on it.
    pub fn sentence(&self) -> &str {
        self.message.as_deref().unwrap_or("as expected")
    }
}
