//! Markdown for a CI summary, such as GitHub's step summary: how it went, what failed, folded and each with the line
//! that replays it, then the counts by suite.

use std::fmt::Write;

use super::page::escaped;
use super::result::{CaseResult, RunResult};
use super::tally::{Counts, Status};
use crate::harness::text::printable;

/// So many failures are shown in detail: GitHub takes at most a mebibyte.
const SHOWN: usize = 50;

/// The file.
pub fn render(result: &RunResult) -> String {
    let mark = if result.exit == 0 { "✅" } else { "❌" };
    let mut out = format!("## {mark} {}: {}\n\n", text(&result.about.name()), text(&result.headline()));
    if let Some(broken) = &result.broken {
        let _ = writeln!(out, "**The adapter broke the run:** {}\n", text(broken));
    }
    for stale in &result.stale {
        let _ = writeln!(out, "**Known failures:** {}\n", text(stale));
    }
    for line in &result.looks_like {
        let _ = writeln!(out, "Looks like: {}\n", text(line));
    }
    let failures: Vec<_> = result.failures().collect();
    for failure in failures.iter().take(SHOWN) {
        details(failure, &mut out);
    }
    for failure in failures.iter().skip(SHOWN) {
        let _ = writeln!(out, "- <code>{}</code>: {}", text(&failure.id), text(failure.sentence()));
    }
    if failures.len() > SHOWN {
        out.push('\n');
    }
    known(result, &mut out);
    table(result, &mut out);
    let about = &result.about;
    let shard = about.shard.as_ref().map(|shard| format!(", shard {shard}")).unwrap_or_default();
    let _ = writeln!(out, "\n{}{shard}, vectors <code>{}</code>", text(&about.runner), text(&about.vectors));
    out
}

fn details(case: &CaseResult, out: &mut String) {
    let _ = writeln!(
        out,
        "<details><summary><b>{}</b> <code>{}</code></summary>\n\n<pre>\n{}</pre>\n\n</details>\n",
        escaped(&case.title()),
        escaped(&case.id),
        escaped(if case.detail.is_empty() { case.sentence() } else { &case.detail }).replace("\n\n", "\n \n"),
    );
}

fn known(result: &RunResult, out: &mut String) {
    let known: Vec<_> = result.results.iter().filter(|case| case.status == Status::Known).collect();
    if known.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details><summary>{} known to fail</summary>\n", known.len());
    for case in known {
        let why = case.known.as_ref().map_or("", |known| &known.why);
        let issue = case.known.as_ref().and_then(|known| known.issue.as_ref());
        let issue = issue.map(|issue| format!(" ({})", text(issue))).unwrap_or_default();
        let (id, title) = (text(&case.id), text(&case.title()));
        let _ = writeln!(out, "- <code>{id}</code>: {title}; {}{issue}", text(why));
    }
    out.push_str("\n</details>\n\n");
}

fn table(result: &RunResult, out: &mut String) {
    out.push_str("| suite | passed | failed | known | unsupported | not run |\n|---|--:|--:|--:|--:|--:|\n");
    let mut row = |name: &str, counts: Counts| {
        let Counts { passed, failed, known, unsupported, not_run } = counts;
        let _ = writeln!(out, "| {name} | {passed} | {failed} | {known} | {unsupported} | {not_run} |");
    };
    let suites = result.suites();
    for (name, counts) in &suites {
        row(&text(name), *counts);
    }
    if suites.len() > 1 {
        row("**total**", result.counts);
    }
}

/// A text in a line of Markdown, every character of it for itself.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in printable(text).chars() {
        match char {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '<' | '>' | '&' | '@' | ':' => {
                let _ = write!(out, "&#{};", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out
}
