//! One failure for the terminal: what the case is about, the expected and the actual answer, and where they differ.

use std::fmt::Write;
use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};
use anstyle_hyperlink::Hyperlink;
use serde_json::Value;
use supports_hyperlinks::supports_hyperlinks;

use super::tally::Counted;
use super::{hexdiff, pair, tlv, value};
use crate::harness::plan::Choice;
use crate::harness::text::{printable, shorten};
use crate::harness::{Difference, Judgement, Outcome};
use crate::protocol::Content;
use crate::vectors::case::Step;
use crate::vectors::requirement::{self, Document};
use crate::vectors::{Case, Verdict};

/// Headings and marks of failures.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// Passes.
pub const GREEN: Style = AnsiColor::Green.on_default().bold();
/// Warnings.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Labels.
pub const DIM: Style = Style::new().dimmed();

/// How many lines of stderr are shown from its start and from its end.
const STDERR_LINES: (usize, usize) = (4, 8);
/// Columns of the labels.
const LABEL_WIDTH: usize = 10;

/// How failures are shown.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Nothing is shortened.
    pub full: bool,
    /// What follows `spontan replay ID` to ask the case again.
    pub replay: String,
}

/// The lines of a failure, the first being its heading; nothing for a case of which no finding is shown.
pub fn render(Counted { job, found, .. }: &Counted<'_>, view: &View) -> String {
    let mut out = String::new();
    let Some(finding) = &found.shown else { return out };
    let (case, judgement) = (job.case, &finding.judgement);
    let _ = write!(out, "{RED}{}{RED:#}  {}", judgement.outcome, case.id);
    if found.runs > 1 {
        let _ = write!(out, "  ({} of {} times)", found.failed, found.runs);
    }
    out.push('\n');
    about(&mut out, case, Some(judgement));
    // An adapter that hangs has not read the input differently: what helps is how far from the limit it was until then.
    if judgement.outcome != Outcome::TimedOut {
        block(&mut out, "input", &value::lines(&case.input, view.full));
    }
    let actual = finding.actual.as_ref();
    let (expected, actual) = match (&job.expected, actual) {
        (Ok(Verdict::Accept(expected)), Some(Content::Accept(actual))) => {
            let (expected, actual) = pair::accepted(expected, actual, view.full);
            (Some(expected), Some(actual))
        }
        (expected, actual) => (
            expected.as_ref().ok().map(|expected| value::verdict(expected, view.full)),
            actual.map(|content| value::content(content, view.full)),
        ),
    };
    if let Some(expected) = expected {
        field(&mut out, "expected", &expected);
    }
    for Choice { policy, value, declared } in &job.choices {
        let why =
            if *declared { "as declared" } else { "the default, since the adapter declares nothing else" };
        field(&mut out, "with", &format!("{policy}: {value} ({why})"));
    }
    field(&mut out, "actual", actual.as_ref().unwrap_or(&judgement.message));
    for difference in &judgement.differences {
        differs(&mut out, difference, view.full);
    }
    for (expected, actual) in &judgement.reasons {
        let text = format!("{actual} instead of {expected} (a reason alone never fails a case)");
        field(&mut out, "reason", &text);
    }
    block(&mut out, "stderr", &stderr(&finding.stderr));
    steps(&mut out, case, view.full);
    if let Some(twin) = &case.twin {
        field(&mut out, "twin", &format!("{twin}, which is accepted and differs in {}", case.differs_in()));
    }
    field(&mut out, "replay", &format!("spontan replay {}{}", case.id, view.replay));
    out
}

/// What a case is about, its level, or that of what is wrong with the answer, and where the specs say so.
pub fn about(out: &mut String, case: &Case, judgement: Option<&Judgement>) {
    field(out, "about", &case.about);
    let level = match judgement.and_then(|judgement| Some((judgement.outcome, judgement.level(case)?))) {
        Some((Outcome::WrongCode, level)) => format!("code: {}", level.name()),
        Some((Outcome::WrongData, level)) => format!("data: {}", level.name()),
        _ => case.level.name().to_owned(),
    };
    let before = if case.flags.is_empty() { "" } else { "  flags: " };
    field(out, "level", &format!("{level}{before}{}", case.flags.join(", ")));
    for spec in &case.spec {
        field(out, "spec", &linked(spec, supports_hyperlinks()));
    }
}

/// A place in the specs, such as `04-onion-routing.md:341,390-391`. Where the terminal has links, its lines are some.
fn linked(place: &str, has_links: bool) -> String {
    static DOCUMENTS: LazyLock<Vec<Document>> =
        LazyLock::new(|| requirement::built_in().map_or_else(|_| Vec::new(), |all| all.documents));
    let document = || {
        let (name, lines) = place.split_once(':')?;
        Some((DOCUMENTS.iter().find(|document| document.name == name)?, name, lines))
    };
    let Some((document, name, lines)) = document().filter(|_| has_links) else { return place.to_owned() };
    let link = |range: &str| match document.address(range) {
        Some(address) => {
            let link = Hyperlink::with_url(address);
            format!("{link}{range}{link:#}")
        }
        None => range.to_owned(),
    };
    format!("{name}:{}", lines.split(',').map(link).collect::<Vec<_>>().join(","))
}

/// The intermediate values of a case.
pub fn steps(out: &mut String, case: &Case, full: bool) {
    let width = case.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let line = |Step { name, value }: &Step| match shorten(value, 64) {
        short if !full && short != *value => format!("{name:width$}  {short} ({} bytes)", value.len() / 2),
        _ => format!("{name:width$}  {value}"),
    };
    block(out, "steps", &case.steps.iter().map(line).collect::<Vec<_>>());
}

/// A label and a text, whose further lines are indented as far as the first.
pub fn field(out: &mut String, label: &str, text: &str) {
    for (index, line) in text.lines().enumerate() {
        let label = if index == 0 { label } else { "" };
        let _ = writeln!(out, "  {DIM}{label:<LABEL_WIDTH$}{DIM:#}{line}");
    }
}

/// A label with lines below it; nothing when there are none.
pub fn block(out: &mut String, label: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "  {DIM}{label}{DIM:#}");
    }
    for line in lines {
        let _ = writeln!(out, "    {line}");
    }
}

fn differs(out: &mut String, difference: &Difference, full: bool) {
    let Difference { path, expected, actual, notes, .. } = difference;
    let _ = writeln!(out, "  {YELLOW}at {}{YELLOW:#}", printable(path));
    let key = path.rsplit('.').next().unwrap_or_default();
    let text = |side: &Option<Value>| Some(side.as_ref()?.as_str()?.to_owned());
    // The two bytes of a failure code need no marks.
    let texts = text(expected).zip(text(actual)).filter(|_| key != "code");
    match texts
        .and_then(|(expected, actual)| Some((hexdiff::diff(&expected, &actual, full)?, expected, actual)))
    {
        Some((diff, expected, actual)) => {
            let _ = writeln!(out, "    expected  {}", diff.expected);
            let _ = writeln!(out, "    actual    {}", diff.actual);
            let _ = writeln!(out, "              {RED}{}{RED:#}", diff.marks);
            let differ = match diff.count {
                1 => "1 byte differs,".into(),
                count => format!("{count} bytes differ, the first"),
            };
            let lengths = match (expected.len() / 2, actual.len() / 2) {
                (expected, actual) if expected == actual => format!("of {expected} bytes"),
                (expected, actual) => format!("(expected {expected} bytes, actual {actual})"),
            };
            let _ = writeln!(out, "    {differ} at offset {} {lengths}", diff.first);
            place(out, key, &expected, &actual, diff.first);
        }
        None => {
            let show = |side: &Option<Value>| {
                side.as_ref().map_or("(nothing)".into(), |value| value::compact(value, full))
            };
            let _ = writeln!(out, "    expected  {}", show(expected));
            let _ = writeln!(out, "    actual    {}", show(actual));
        }
    }
    for note in notes {
        let _ = writeln!(out, "    {}", printable(note));
    }
}

/// The record or field that has the first differing byte; both sides' where they disagree.
fn place(out: &mut String, key: &str, expected: &str, actual: &str, at: usize) {
    let place = |text: &str| {
        let bytes = hex::decode(text).ok()?;
        match tlv::stream_field(key) {
            Some(payload) => tlv::locate(&bytes, at, payload).or_else(|| Some("no record".into())),
            None if key.ends_with("packet") => tlv::locate_in_packet(&bytes, at),
            None => None,
        }
    };
    let (expected, actual) = (place(expected), place(actual));
    let sides = if expected == actual {
        vec![("", expected)]
    } else {
        vec![("expected: ", expected), ("actual:   ", actual)]
    };
    for (side, place) in sides.iter().filter_map(|(side, place)| Some((side, place.as_ref()?))) {
        let _ = writeln!(out, "    {side}in {place}");
    }
}

/// The first and the last lines of stderr: a panic's message comes before its backtrace.
pub fn stderr(text: &str) -> Vec<String> {
    let (first, last) = STDERR_LINES;
    let mut lines: Vec<_> =
        text.lines().map(|line| format!("| {}", printable(&shorten(line, 200)))).collect();
    if lines.len() > first + last + 1 {
        let left_out = first..lines.len() - last;
        let note = format!("… {} lines left out", left_out.len());
        lines.splice(left_out, [note]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_specs_are_links_where_a_terminal_has_links() {
        let place = "04-onion-routing.md:341,390-391";
        assert_eq!(linked(place, false), place);
        let text = linked(place, true);
        let commit = text.split("/blob/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
        let link = |anchor: &str, lines: &str| {
            let address = format!(
                "https://github.com/lightning/bolts/blob/{commit}/04-onion-routing.md?plain=1#{anchor}"
            );
            format!("\x1b]8;;{address}\x1b\\{lines}\x1b]8;;\x1b\\")
        };
        assert_eq!(
            text,
            format!("04-onion-routing.md:{},{}", link("L341", "341"), link("L390-L391", "390-391"))
        );
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), place);
        for none in ["lightning-dev-2019", "no.md:3"] {
            assert_eq!(linked(none, true), none);
        }
    }
}
