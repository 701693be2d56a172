//! JUnit XML as Jenkins and GitLab read it: `testsuites` / `testsuite` / `testcase`, with the elements and attributes of
//! the schema of Jenkins' xUnit plugin (junit-10.xsd) and no others. A wrong answer is a `failure`; an adapter that broke,
//! died or hung is an `error`; what is not run or known to fail is `skipped`.

use std::fmt::Write;

use super::page::escaped;
use super::result::{CaseResult, RunResult};
use super::tally::Status;
use crate::harness::Outcome;
use crate::harness::text::printable;

/// The suite for problems of the run itself.
const RUN: &str = "spontan";

/// A case: the name of the element inside of it, if it has one, and its whole text.
type TestCase = (&'static str, String);

/// The file.
pub fn render(result: &RunResult) -> String {
    let of_suite =
        |name| result.results.iter().filter(move |case| case.suite() == name).map(test_case).collect();
    let mut suites: Vec<(_, Vec<_>)> =
        result.suites().into_iter().map(|(name, _)| (name, of_suite(name))).collect();
    let kind = if result.interrupted.is_some() { "interrupted" } else { "broken" };
    let cut = result.cut().into_iter();
    let cut = cut.map(|(_, how)| failed("error", RUN, "the run as a whole", "", [kind, &how, ""]));
    let stale = result.stale.iter().enumerate().map(|(index, stale)| {
        let name = format!("known failures, stale entry {}", index + 1);
        failed("failure", RUN, &name, "", ["stale entry", stale, ""])
    });
    let run: Vec<_> = cut.chain(stale).collect();
    if !run.is_empty() {
        suites.push((RUN, run));
    }
    let facts = result.unchecked().into_iter().map(|unchecked| (unchecked.how, unchecked.what));
    let facts: Vec<_> = facts.chain(result.notes.iter().map(|note| ("note", note.clone()))).collect();
    document(&format!("spontan: {}", result.about.name()), result.seconds, &facts, &suites)
}

/// The file of a run that did not begin.
pub fn not_started(why: &str) -> String {
    let start = failed("error", RUN, "the adapter starts", "", ["not started", why, ""]);
    document("spontan", 0.0, &[], &[(RUN, vec![start])])
}

/// `facts` are of the whole run, but only a suite has properties: the first one has them.
fn document(name: &str, seconds: f64, facts: &[(&str, String)], suites: &[(&str, Vec<TestCase>)]) -> String {
    let name = attribute(name);
    let all = numbers(suites.iter().flat_map(|(_, cases)| cases));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\" {all} time=\"{seconds:.3}\">\n",
    );
    for (index, (name, cases)) in suites.iter().enumerate() {
        let (name, numbers) = (attribute(name), numbers(cases.iter()));
        let skipped = cases.iter().filter(|case| case.0 == "skipped").count();
        let _ = writeln!(out, "<testsuite name=\"{name}\" {numbers} skipped=\"{skipped}\">");
        if index == 0 && !facts.is_empty() {
            out.push_str("<properties>\n");
            for (name, value) in facts {
                let _ = writeln!(out, "<property name=\"{name}\" value=\"{}\"/>", attribute(value));
            }
            out.push_str("</properties>\n");
        }
        cases.iter().for_each(|(_, text)| out.push_str(text));
        out.push_str("</testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn numbers<'a>(cases: impl Iterator<Item = &'a TestCase>) -> String {
    let elements: Vec<_> = cases.map(|case| case.0).collect();
    let count = |name: &str| elements.iter().filter(|element| **element == name).count();
    let (failures, errors) = (count("failure"), count("error"));
    format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", elements.len())
}

fn test_case(case: &CaseResult) -> TestCase {
    let skipped = |why: &str| {
        let inside = format!("<skipped message=\"{}\"/>", attribute(why));
        ("skipped", format!("<testcase {}>{inside}</testcase>\n", names(case.suite(), &case.id)))
    };
    let time = case.seconds.map_or_else(String::new, |seconds| format!(" time=\"{seconds:.3}\""));
    let title = case.title();
    let what = [title.as_str(), case.sentence(), case.detail.as_str()];
    match (case.status, case.outcome) {
        (Status::Passed | Status::BelowFailOn, _) => {
            ("", format!("<testcase {}{time}/>\n", names(case.suite(), &case.id)))
        }
        (Status::Known, _) => skipped(&format!("known failure: {}", case.known_why())),
        (Status::NotRun | Status::NotReached, _) => skipped(case.sentence()),
        (_, outcome) if outcome.is_death() || outcome == Outcome::Error => {
            failed("error", case.suite(), &case.id, &time, what)
        }
        _ => failed("failure", case.suite(), &case.id, &time, what),
    }
}

/// A case with a `failure` or an `error`: its type, message and text. `time` is that attribute, or empty.
fn failed(
    element: &'static str,
    suite: &str,
    id: &str,
    time: &str,
    [kind, message, text]: [&str; 3],
) -> TestCase {
    let (names, kind, message, text) = (names(suite, id), attribute(kind), attribute(message), escaped(text));
    let inside = format!("<{element} type=\"{kind}\" message=\"{message}\">{text}</{element}>");
    (element, format!("<testcase {names}{time}>{inside}</testcase>\n"))
}

/// Both names of a case: GitLab tells cases apart by the two together.
fn names(suite: &str, id: &str) -> String {
    let name = id.strip_prefix(suite).map_or(id, |rest| rest.trim_start_matches('/'));
    format!("classname=\"{}\" name=\"{}\"", attribute(suite), attribute(name))
}

/// A text in quotes. A line feed there would be read as a space, so that it is written out.
fn attribute(text: &str) -> String {
    escaped(&printable(text))
}
