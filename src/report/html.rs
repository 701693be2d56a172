//! One run as a page of its own: how it went, the failures with everything that the terminal shows, the counts by suite,
//! and each suite's cases, folded. No script, and nothing is loaded.

use std::fmt::Write;

use super::levels;
use super::page::{END, escaped, head, number_cells, table_head};
use super::result::{CaseResult, RunResult, Unchecked};
use super::tally::Status;

const STYLE: &str = "\
details.bad>summary b{color:#c33}.note{border-left:4px solid #c33;padding-left:.6em}ul{padding-left:1.4em}\
@media(prefers-color-scheme:dark){details.bad>summary b{color:#f66}}";

/// The page.
pub fn render(result: &RunResult) -> String {
    let about = &result.about;
    let mut out = head(&format!("Spontan: {}", about.name()), STYLE);
    let language = &about.hello.implementation.language;
    let shard = about.shard.as_ref().map(|shard| format!(", shard {shard}"));
    let fresh = about.fresh.map(|seed| format!(", fresh cases of seed {seed}"));
    let which = [shard, fresh].into_iter().flatten().collect::<String>();
    let _ = write!(
        out,
        "<h1>{} ({})</h1>\n<p><b>{}</b> in {:.3} s\n<p>{}{}, vectors <code>{}</code>, adapter <code>{}</code>\n",
        escaped(&about.name()),
        escaped(&language.printable()),
        escaped(&result.headline()),
        result.seconds,
        escaped(&about.runner),
        escaped(&which),
        escaped(&about.vectors),
        escaped(&about.adapter.join(" ")),
    );
    let cut = result.cut();
    let cut = cut.iter().map(|(what, how)| (*what, how));
    let stale = result.stale.iter().map(|line| ("Known failures", line));
    let looks = result.looks_like.iter().map(|line| ("Looks like", line));
    let policies = result.would_pass.iter().map(|line| ("Policies", line));
    let notes = result.notes.iter().map(|line| ("Note", line));
    for (label, text) in cut.chain(stale).chain(looks).chain(policies).chain(notes) {
        let _ = writeln!(out, "<p class=\"note\"><b>{label}:</b> {}", escaped(text));
    }
    for Unchecked { how, what, .. } in result.unchecked() {
        let _ = writeln!(out, "<p class=\"note\"><b>{how}:</b> {}", escaped(&what));
    }
    let failures: Vec<_> = result.failures().collect();
    if !failures.is_empty() {
        let _ = writeln!(out, "<h2>{} not as expected</h2>", failures.len());
    }
    for failure in failures {
        let open = "<details class=\"bad\"><summary>";
        let (title, id) = (escaped(&failure.title()), escaped(&failure.id));
        let _ = writeln!(
            out,
            "{open}<b>{title}</b> <code>{id}</code></summary><pre>{}</pre></details>",
            escaped(failure.long())
        );
    }
    out.push_str("<h2>Suites</h2>\n");
    let columns = result.columns();
    table_head("suite", columns, &mut out);
    for (name, counts) in result.rows() {
        let _ = write!(out, "<tr><td>{}", escaped(name));
        number_cells(&counts.numbers()[..columns.len()], &mut out);
    }
    out.push_str("</table></div>\n");
    if result.counts.deviates() {
        let _ = writeln!(out, "<p>By level: {}", levels::line(&result.levels));
    }
    for (name, _) in result.suites() {
        let _ = writeln!(out, "<details><summary>{}</summary><ul>", escaped(name));
        result.results.iter().filter(|case| case.suite() == name).for_each(|case| line(case, &mut out));
        out.push_str("</ul></details>\n");
    }
    out.push_str(END);
    out
}

fn line(case: &CaseResult, out: &mut String) {
    let status = match case.status {
        Status::Passed => "passed".into(),
        Status::BelowFailOn => format!("below --fail-on: {}", case.sentence()),
        Status::Known => format!("known to fail: {}", case.known_why()),
        Status::NotRun | Status::NotReached => format!("not run: {}", case.sentence()),
        Status::Failed | Status::Unsupported | Status::UnexpectedPass => case.title(),
    };
    let _ = writeln!(out, "<li><code>{}</code> {}", escaped(&case.id), escaped(&status));
}
