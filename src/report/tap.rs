//! TAP, version 13 (<https://testanything.org/tap-version-13-specification.html>), which `prove` reads: a test point for each
//! case. A known failure is a TODO, a case that is not run is a SKIP, and a failure has a YAML block.

use std::fmt::Write;

use serde_json::json;

use super::result::{CaseResult, RunResult, Unchecked};
use super::tally::Status;
use crate::harness::text::printable;
use crate::vectors::yaml;

const VERSION: &str = "TAP version 13\n";

/// The file of a run that did not begin.
pub fn not_started(why: &str) -> String {
    format!("{VERSION}Bail out! {}\n", escaped(why))
}

/// The file.
pub fn render(result: &RunResult) -> String {
    let mut out = format!("{VERSION}1..{}\n", result.results.len() + result.stale.len());
    let _ = writeln!(out, "# {}: {}", escaped(&result.about.name()), escaped(&result.headline()));
    for note in &result.notes {
        let _ = writeln!(out, "# note: {}", escaped(note));
    }
    for Unchecked { how, what, .. } in result.unchecked() {
        let _ = writeln!(out, "# {how}: {}", escaped(&what));
    }
    for (index, case) in result.results.iter().enumerate() {
        point(index + 1, case, &mut out);
    }
    for (index, stale) in result.stale.iter().enumerate() {
        let number = result.results.len() + index + 1;
        let _ = writeln!(out, "not ok {number} - known failures: {}", escaped(stale));
    }
    if let Some((_, how)) = result.cut() {
        let _ = writeln!(out, "Bail out! {}", escaped(&how));
    }
    out
}

fn point(number: usize, case: &CaseResult, out: &mut String) {
    let ok = match case.status {
        Status::Passed | Status::BelowFailOn | Status::NotRun | Status::NotReached => "ok",
        Status::Failed | Status::Known | Status::Unsupported | Status::UnexpectedPass => "not ok",
    };
    let _ = write!(out, "{ok} {number} - {}", escaped(&case.id));
    match (case.status, &case.known) {
        (Status::NotRun | Status::NotReached, _) => {
            let _ = write!(out, " # SKIP {}", escaped(case.sentence()));
        }
        (Status::BelowFailOn, _) => {
            let _ = write!(out, "\n# below --fail-on: {}", escaped(case.sentence()));
        }
        (Status::Known, Some(known)) => {
            let _ = write!(out, " # TODO {}", escaped(&known.why.printable()));
        }
        _ => {}
    }
    out.push('\n');
    if ok == "ok" {
        return;
    }
    out.push_str("  ---\n");
    for (key, value) in [
        ("message", json!(case.sentence())),
        ("severity", json!("fail")),
        ("outcome", json!(case.title())),
        ("level", json!(case.level)),
        ("expected", json!(case.expected)),
        ("actual", json!(case.actual)),
        ("replay", json!(case.replay)),
    ] {
        let _ = writeln!(out, "  {key}: {}", yaml::scalar(&value));
    }
    out.push_str("  ...\n");
}

/// A text on the line of a test point.
fn escaped(text: &str) -> String {
    printable(text).replace('\\', "\\\\").replace('#', "\\#")
}
