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

/// The cases of one suite, written and counted.
#[derive(Default)]
struct Suite {
    text: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// The file.
pub fn render(result: &RunResult) -> String {
    let mut suites = Vec::new();
    for (name, _) in result.suites() {
        let mut suite = Suite::default();
        for case in result.results.iter().filter(|case| case.suite() == name) {
            suite.case(case);
        }
        suites.push((name, suite));
    }
    let mut run = Suite::default();
    if let Some(broken) = &result.broken {
        run.failed("error", RUN, "the run as a whole", ["broken", broken, ""]);
    }
    for (index, stale) in result.stale.iter().enumerate() {
        let name = format!("known failures, stale entry {}", index + 1);
        run.failed("failure", RUN, &name, ["stale entry", stale, ""]);
    }
    if run.tests > 0 {
        suites.push((RUN, run));
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(|(_, suite)| count(suite)).sum::<usize>();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3}\">\n",
        attribute(&format!("spontan: {}", result.about.name())),
        sum(|suite| suite.tests),
        sum(|suite| suite.failures),
        sum(|suite| suite.errors),
        result.seconds,
    );
    for (name, suite) in &suites {
        let Suite { text, tests, failures, errors, skipped } = suite;
        let _ = writeln!(
            out,
            "<testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
             skipped=\"{skipped}\">\n{text}</testsuite>",
            attribute(name)
        );
    }
    out.push_str("</testsuites>\n");
    out
}

impl Suite {
    fn case(&mut self, case: &CaseResult) {
        let title = case.title();
        let what = [title.as_str(), case.sentence(), case.detail.as_str()];
        match (case.status, case.outcome) {
            (Status::Passed, _) => {
                self.tests += 1;
                let _ = writeln!(self.text, "<testcase {}/>", names(case.suite(), &case.id));
            }
            (Status::Known, _) => {
                self.skip(case, &format!("known failure: {}", case.known_why()));
            }
            (Status::NotRun | Status::NotReached, _) => self.skip(case, case.sentence()),
            (_, Outcome::Crashed | Outcome::TimedOut | Outcome::Error) => {
                self.failed("error", case.suite(), &case.id, what);
            }
            _ => self.failed("failure", case.suite(), &case.id, what),
        }
    }

    fn skip(&mut self, case: &CaseResult, why: &str) {
        self.tests += 1;
        self.skipped += 1;
        let names = names(case.suite(), &case.id);
        let _ = writeln!(self.text, "<testcase {names}><skipped message=\"{}\"/></testcase>", attribute(why));
    }

    /// A case with a `failure` or an `error`: its type, message and text.
    fn failed(&mut self, element: &str, suite: &str, id: &str, [kind, message, text]: [&str; 3]) {
        self.tests += 1;
        *if element == "error" { &mut self.errors } else { &mut self.failures } += 1;
        let _ = writeln!(
            self.text,
            "<testcase {}><{element} type=\"{}\" message=\"{}\">{}</{element}></testcase>",
            names(suite, id),
            attribute(kind),
            attribute(message),
            escaped(text)
        );
    }
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
