//! What may be behind the failures of a run: a seeded bug that they look like, or a policy that was not declared.

use std::collections::BTreeMap;

use crate::harness::otherwise::{Answered, Otherwise, otherwise};
use crate::harness::text::count;
use crate::protocol::Content;
use crate::quirks::diagnosis::{self, Match, Observation};
use crate::report::tally::Counted;
use crate::report::{Status, Tally};

/// The answers to cases that depend on a policy, by the number of the job. None stands for the right one in its shortest
/// form, which is never read.
pub type OpenAnswers = BTreeMap<usize, Option<Content>>;

/// The cases that tell something: those that failed with an answer, and those that passed.
fn answered<'a>(tally: &'a Tally<'a>, answers: &'a OpenAnswers) -> impl Iterator<Item = Answered<'a>> {
    let answered = |(index, Counted { job, found, status, .. }): (usize, &'a Counted<'a>)| {
        let (failed, answer) = match status {
            Status::Passed | Status::UnexpectedPass => (false, answers.get(&index).and_then(Option::as_ref)),
            Status::Failed | Status::Unsupported => (true, Some(found.shown.as_ref()?.actual.as_ref()?)),
            Status::Known | Status::BelowFailOn | Status::NotRun | Status::NotReached => return None,
        };
        Some(Answered { job, failed, answer })
    };
    tally.cases.iter().enumerate().filter_map(answered)
}

/// Of ten failures, how many a cause must explain to be the likely one.
const MOST: usize = 9;
/// How many quirks are named that explain the failures equally well.
const MAX_TIES: usize = 3;

/// What is said of the causes.
#[derive(Debug, Default)]
pub struct Causes {
    /// The seeded bugs that the failures look like, a sentence each.
    pub looks_like: Vec<String>,
    /// The policies with which failures would pass, a sentence each.
    pub would_pass: Vec<String>,
    /// Does one of them explain nearly all failures?
    pub is_one: bool,
}

impl Causes {
    /// Looks for the causes of a run's failures. Few cases, as with `--smoke`, tell few bugs apart.
    pub fn of(tally: &Tally<'_>, answers: &OpenAnswers, smoke: bool) -> Self {
        let failures = tally.failures().len();
        if failures == 0 {
            return Self::default();
        }
        let observations: Vec<_> = answered(tally, answers)
            .filter_map(|answered| {
                let expected = answered.job.expected.as_ref().ok()?;
                let wrong = answered.answer.filter(|_| answered.failed);
                Some(Observation { case: answered.job.case, expected, wrong })
            })
            .collect();
        let bugs = diagnosis::matches(&observations, &tally.plan.hello);
        let policies = otherwise(tally.plan, answered(tally, answers));
        let explained = bugs.iter().map(|bug| bug.explains);
        let explained = explained.chain(policies.iter().map(|one| one.would_pass as usize)).max();
        Self {
            looks_like: bugs.iter().map(|bug| looks_like(bug, failures, smoke)).collect(),
            would_pass: policies.iter().map(would_pass).collect(),
            is_one: explained.is_some_and(|explained| explained * 10 >= failures * MOST),
        }
    }
}

fn looks_like(Match { quirk, explains, more, ties }: &Match, failures: usize, smoke: bool) -> String {
    let (name, about, spec) = (quirk.name(), quirk.about(), quirk.spec());
    let all = count(failures as u64, "failure");
    let more = match more {
        0 => String::new(),
        1 => "; it would also fail 1 case that passes here".into(),
        more => format!("; it would also fail {more} cases that pass here"),
    };
    let mut line =
        format!("the seeded bug {name}, which explains {explains} of {all}: {about} ({spec}{more})");
    if !ties.is_empty() {
        let names: Vec<_> = ties.iter().take(MAX_TIES).map(|quirk| quirk.name()).collect();
        let rest = match ties.len() - names.len() {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        line.push_str(&format!(". As well explained by {}{rest}", names.join(", ")));
    }
    if smoke {
        line.push_str(". The run without --smoke can tell");
    }
    line
}

fn would_pass(Otherwise { policy, value, declared, would_pass, would_fail }: &Otherwise) -> String {
    let failures = count(*would_pass, "failure");
    let instead = match declared {
        None => ", which the adapter does not declare".to_owned(),
        Some(declared) => format!("; the adapter declares {declared}"),
    };
    let but = match would_fail {
        0 => String::new(),
        1 => "; 1 case that passes would fail".into(),
        cases => format!("; {cases} cases that pass would fail"),
    };
    format!("{failures} would pass with {policy}: {value}{instead}{but}")
}
