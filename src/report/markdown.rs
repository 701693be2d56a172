//! Markdown for a CI summary, such as GitHub's step summary: how it went; the failures, folded, each with the command
//! that replays it; the counts by suite.

use std::fmt::Write;

use super::levels;
use super::page::escaped;
use super::result::{CaseResult, RunResult, Unchecked};
use super::tally::Status;
use crate::harness::text::printable;

/// How many failures are shown in detail: GitHub takes at most a mebibyte.
const SHOWN_FAILURES: usize = 50;

/// The file.
pub fn render(result: &RunResult) -> String {
    let mark = if result.exit == 0 { "✅" } else { "❌" };
    let mut out = format!("## {mark} {}: {}\n\n", text(&result.about.name()), text(&result.headline()));
    if let Some((what, how)) = result.cut() {
        let _ = writeln!(out, "**{what}:** {}\n", text(&how));
    }
    for stale in &result.stale {
        let _ = writeln!(out, "**Known failures:** {}\n", text(stale));
    }
    for line in &result.looks_like {
        let _ = writeln!(out, "Looks like: {}\n", text(line));
    }
    for line in &result.would_pass {
        let _ = writeln!(out, "Policies: {}\n", text(line));
    }
    for note in &result.notes {
        let _ = writeln!(out, "Note: {}\n", text(note));
    }
    for Unchecked { how, what, .. } in result.unchecked() {
        let _ = writeln!(out, "**{how}:** {}\n", text(&what));
    }
    let failures: Vec<_> = result.failures().collect();
    for failure in failures.iter().take(SHOWN_FAILURES) {
        details(failure, &mut out);
    }
    for failure in failures.iter().skip(SHOWN_FAILURES) {
        let _ = writeln!(out, "- <code>{}</code>: {}", text(&failure.id), text(failure.sentence()));
    }
    if failures.len() > SHOWN_FAILURES {
        out.push('\n');
    }
    known(result, &mut out);
    table(result, &mut out);
    let about = &result.about;
    let shard = about.shard.as_ref().map(|shard| format!(", shard {shard}"));
    let fresh = about.fresh.map(|seed| format!(", fresh cases of seed {seed}"));
    let which = [shard, fresh].into_iter().flatten().collect::<String>();
    let _ = writeln!(out, "\n{}{which}, vectors <code>{}</code>", text(&about.runner), text(&about.vectors));
    out
}

/// The file of a run that did not begin.
pub fn not_started(why: &str) -> String {
    format!("## ❌ The adapter did not start\n\n{}\n", text(why))
}

fn details(case: &CaseResult, out: &mut String) {
    let _ = writeln!(
        out,
        "<details><summary><b>{}</b> <code>{}</code></summary>\n\n<pre>\n{}</pre>\n\n</details>\n",
        escaped(&case.title()),
        escaped(&case.id),
        escaped(case.long()).replace("\n\n", "\n \n"),
    );
}

fn known(result: &RunResult, out: &mut String) {
    let known: Vec<_> = result.results.iter().filter(|case| case.status == Status::Known).collect();
    if known.is_empty() {
        return;
    }
    let _ = writeln!(out, "<details><summary>{} known to fail</summary>\n", known.len());
    for case in known {
        let (id, title) = (text(&case.id), text(&case.title()));
        let _ = writeln!(out, "- <code>{id}</code> {title}: {}", text(&case.known_why()));
    }
    out.push_str("\n</details>\n\n");
}

fn table(result: &RunResult, out: &mut String) {
    let columns = result.columns();
    let _ = writeln!(out, "| suite | {} |\n|---{}|", columns.join(" | "), "|--:".repeat(columns.len()));
    for (name, counts) in result.rows() {
        let numbers = counts.numbers().map(|number| number.to_string())[..columns.len()].join(" | ");
        let _ = writeln!(out, "| {} | {numbers} |", text(name));
    }
    if result.counts.deviates() {
        let _ = writeln!(out, "\nBy level: {}", levels::line(&result.levels));
    }
}

/// A text in a line of Markdown, where none of its characters is a mark.
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
