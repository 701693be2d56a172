//! One failure for the terminal: what the case is about, what was wanted, what came, where they differ.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::tally::Failure;
use super::{hexdiff, tlv, value};
use crate::harness::Difference;
use crate::harness::text::{printable, shorten};
use crate::protocol::Content;
use crate::vectors::{Case, Level};

/// Headings and marks of failures.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// What is fine.
pub const GREEN: Style = AnsiColor::Green.on_default().bold();
/// What needs a look.
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Labels.
pub const DIM: Style = Style::new().dimmed();

/// Lines of stderr that are shown of its start and of its end.
const STDERR: (usize, usize) = (4, 8);

/// How failures are shown.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Nothing is shortened.
    pub full: bool,
    /// What stands behind `spontan replay ID` to ask the case again.
    pub replay: String,
}

/// The name of a level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::May => "may",
    }
}

/// The lines of a failure, the first being its heading.
pub fn render(failure: &Failure<'_>, view: &View) -> String {
    let mut out = String::new();
    let Failure { case, finding, .. } = failure;
    let judgement = &finding.judgement;
    let _ = write!(out, "{RED}{}{RED:#}  {}", judgement.outcome, case.id);
    if failure.times.1 > 1 {
        let _ = write!(out, "  ({} of {} times)", failure.times.0, failure.times.1);
    }
    out.push('\n');
    about(&mut out, case);
    block(&mut out, "input", &value::lines(&case.input, view.full));
    if let Some(want) = failure.want {
        field(&mut out, "wanted", &value::verdict(want, view.full));
    }
    field(&mut out, "came", &came(finding.actual.as_ref(), &judgement.message, view.full));
    for difference in &judgement.differences {
        differs(&mut out, difference, view.full);
    }
    for (wanted, came) in &judgement.reasons {
        field(&mut out, "reason", &format!("{came}; the vectors say {wanted} (this alone fails nothing)"));
    }
    block(&mut out, "stderr", &stderr(&finding.stderr));
    steps(&mut out, case, view.full);
    if let Some(twin) = &case.twin {
        field(&mut out, "twin", &format!("{twin}: accepted, and differs in {}", case.differs_in()));
    }
    field(&mut out, "replay", &format!("spontan replay {}{}", case.id, view.replay));
    out
}

/// About, level and place of a case.
pub fn about(out: &mut String, case: &Case) {
    field(out, "about", &case.about);
    let flags =
        if case.flags.is_empty() { String::new() } else { format!("  flags: {}", case.flags.join(", ")) };
    field(out, "level", &format!("{}{flags}", level(case.level)));
    for spec in &case.spec {
        field(out, "spec", spec);
    }
}

/// The intermediate values of a case.
pub fn steps(out: &mut String, case: &Case, full: bool) {
    let width = case.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let lines: Vec<_> = case
        .steps
        .iter()
        .map(|step| {
            let shown = if full { step.value.clone() } else { shorten(&step.value, 64) };
            let bytes = if shown == step.value {
                String::new()
            } else {
                format!(" ({} bytes)", step.value.len() / 2)
            };
            format!("{:width$}  {shown}{bytes}", step.name)
        })
        .collect();
    block(out, "steps", &lines);
}

/// A label and a text; the text's further lines are indented as far.
pub fn field(out: &mut String, label: &str, text: &str) {
    for (index, line) in text.lines().enumerate() {
        let label = if index == 0 { label } else { "" };
        let _ = writeln!(out, "  {DIM}{label:<8}{DIM:#}{line}");
    }
}

/// A label with lines under it; nothing when there are none.
pub fn block(out: &mut String, label: &str, lines: &[String]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "  {DIM}{label}{DIM:#}");
    }
    for line in lines {
        let _ = writeln!(out, "    {line}");
    }
}

fn came(came: Option<&Content>, message: &str, full: bool) -> String {
    match came {
        Some(Content::Accept(output)) => format!("accept {}", value::compact(output, full)),
        Some(Content::Reject(rejection)) => value::rejection(rejection, full),
        Some(Content::Unsupported(why)) => format!("unsupported: {}", printable(&shorten(why, 400))),
        Some(Content::Error(what)) => format!("error: {}", printable(&shorten(what, 400))),
        None => message.to_owned(),
    }
}

fn differs(out: &mut String, difference: &Difference, full: bool) {
    let Difference { path, expected: wanted, actual: came, notes, .. } = difference;
    let _ = writeln!(out, "  {YELLOW}at {}{YELLOW:#}", printable(path));
    let key = path.rsplit('.').next().unwrap_or_default();
    let strings = wanted.as_ref().and_then(Value::as_str).zip(came.as_ref().and_then(Value::as_str));
    // Two bytes of a failure code need no marks.
    let strings = strings.filter(|_| key != "code");
    match strings.and_then(|(wanted, came)| Some((wanted, came, hexdiff::diff(wanted, came, full)?))) {
        Some((wanted, came, diff)) => {
            let lengths = match (wanted.len() / 2, came.len() / 2) {
                (wanted, came) if wanted == came => format!("of {wanted}"),
                (wanted, came) => format!("({wanted} bytes wanted, {came} came)"),
            };
            let _ = writeln!(out, "    wanted  {}", diff.wanted);
            let _ = writeln!(out, "    came    {}", diff.came);
            let _ = writeln!(out, "            {RED}{}{RED:#}", diff.marks);
            let differ = if diff.count == 1 {
                "1 byte differs".into()
            } else {
                format!("{} bytes differ", diff.count)
            };
            let _ = writeln!(out, "    {differ}, the first is byte {} {lengths}, counted from 0", diff.first);
            place(out, key, wanted, came, diff.first);
        }
        None => {
            let show = |side: &Option<Value>| {
                side.as_ref().map_or("(nothing)".into(), |value| value::compact(value, full))
            };
            let _ = writeln!(out, "    wanted  {}", show(wanted));
            let _ = writeln!(out, "    came    {}", printable(&show(came)));
        }
    }
    for note in notes {
        let _ = writeln!(out, "    {}", printable(note));
    }
}

/// The record or field in which the first differing byte is: once when it is the same on both sides.
fn place(out: &mut String, key: &str, wanted: &str, came: &str, at: usize) {
    let place = |text: &str| {
        let bytes = hex::decode(text).ok()?;
        match tlv::stream_field(key) {
            Some(payload) => tlv::locate(&bytes, at, payload).or_else(|| Some("no record".into())),
            None if key.ends_with("packet") => tlv::locate_in_packet(&bytes, at),
            None => None,
        }
    };
    let (wanted, came) = (place(wanted), place(came));
    if wanted == came {
        if let Some(place) = wanted {
            let _ = writeln!(out, "    in {place}");
        }
        return;
    }
    for (side, place) in [("wanted:", wanted), ("came:", came)] {
        if let Some(place) = place {
            let _ = writeln!(out, "    {side:<7} in {place}");
        }
    }
}

/// The first and the last lines of what came on stderr: a panic's message stands before its backtrace.
pub fn stderr(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let show = |line: &&str| format!("| {}", printable(&shorten(line, 200)));
    if lines.len() <= STDERR.0 + STDERR.1 + 1 {
        return lines.iter().map(show).collect();
    }
    let last = lines.len() - STDERR.1;
    let mut shown: Vec<_> = lines[..STDERR.0].iter().map(show).collect();
    shown.push(format!("… {} lines", last - STDERR.0));
    shown.extend(lines[last..].iter().map(show));
    shown
}
