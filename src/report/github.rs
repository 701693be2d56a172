//! Annotations for GitHub Actions: workflow commands on stdout, an error for each failure. GitHub shows the first ten
//! of a step, so that the tenth sums up the rest.

use std::fmt::Write;

use super::result::{RunResult, Unchecked};
use crate::harness::text::printable_lines;

/// How many errors of a step GitHub shows.
const SHOWN_ERRORS: usize = 10;

/// The lines.
pub fn render(result: &RunResult) -> String {
    let mut errors = Vec::new();
    if let Some((what, how)) = result.cut() {
        errors.push(error(what, &how));
    }
    for failure in result.failures() {
        let text = format!("{}\n{}", failure.sentence(), failure.replay.as_deref().unwrap_or_default());
        errors.push(error(&format!("{}: {}", failure.title(), failure.id), text.trim_end()));
    }
    errors.extend(result.stale.iter().map(|line| error("Stale entry in the list of known failures", line)));
    let mut out = String::new();
    let more = if errors.len() > SHOWN_ERRORS { errors.len() - SHOWN_ERRORS + 1 } else { 0 };
    errors.truncate(errors.len() - more);
    errors.iter().for_each(|line| out.push_str(line));
    if more > 0 {
        out.push_str(&error("Spontan", &format!("{more} more failures: see the log or the other reports")));
    }
    let mut notice = format!("{}: {}", result.about.name(), result.headline());
    for Unchecked { how, what, .. } in result.unchecked() {
        let _ = write!(notice, "\n{how}: {what}");
    }
    let _ = writeln!(out, "::notice title=Spontan::{}", escaped(&notice));
    out
}

/// The line of a run that did not begin.
pub fn not_started(why: &str) -> String {
    error("The adapter did not start", why)
}

fn error(title: &str, message: &str) -> String {
    let title = escaped(title).replace(':', "%3A").replace(',', "%2C");
    format!("::error title={title}::{}\n", escaped(message))
}

/// A text as GitHub's runner takes it: a line feed would end the command.
fn escaped(text: &str) -> String {
    printable_lines(text).replace('%', "%25").replace('\n', "%0A")
}
