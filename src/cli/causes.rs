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

/// How many quirks are named that explain the failures equally well.
const MAX_TIES: usize = 3;

/// Which seeded bugs the failures look like, a sentence each. Few cases, as with `--smoke`, tell few of them apart.
pub fn looks_like(tally: &Tally<'_>, smoke: bool) -> Vec<String> {
    let failures = tally.failures().len();
    if failures == 0 {
        return Vec::new();
    }
    let none = OpenAnswers::new();
    let observations: Vec<_> = answered(tally, &none)
        .filter_map(|Answered { job, failed, answer }| {
            let expected = job.expected.as_ref().ok()?;
            Some(Observation { case: job.case, expected, wrong: answer.filter(|_| failed) })
        })
        .collect();
    let all = count(failures as u64, "failure");
    let line = |found: &Match| {
        let (name, about, spec) = (found.quirk.name(), found.quirk.about(), found.quirk.spec());
        let more = match found.more {
            0 => String::new(),
            1 => "; it would also fail 1 case that passes here".into(),
            more => format!("; it would also fail {more} cases that pass here"),
        };
        let explains = found.explains;
        let mut line =
            format!("the seeded bug {name}, which explains {explains} of {all}: {about} ({spec}{more})");
        if !found.ties.is_empty() {
            let names: Vec<_> = found.ties.iter().take(MAX_TIES).map(|quirk| quirk.name()).collect();
            let rest = match found.ties.len() - names.len() {
                0 => String::new(),
                rest => format!(" and {rest} more"),
            };
            line.push_str(&format!(". As well explained by {}{rest}", names.join(", ")));
        }
        if smoke {
            line.push_str(". The run without --smoke can tell");
        }
        line
    };
    diagnosis::matches(&observations, &tally.plan.hello).iter().map(line).collect()
}

/// With which policies failures would pass, a sentence each.
pub fn would_pass(tally: &Tally<'_>, answers: &OpenAnswers) -> Vec<String> {
    let line = |Otherwise { policy, value, declared, would_pass, would_fail }: &Otherwise| {
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
    };
    if tally.failures().is_empty() {
        return Vec::new();
    }
    otherwise(tally.plan, answered(tally, answers)).iter().map(line).collect()
}
