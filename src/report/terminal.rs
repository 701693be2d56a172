//! The report for people: failures first, since the end of a text is what stays on the screen; then a table of the
//! suites, what was not checked, and one line that says how it went.

use std::fmt::Write;

use super::failure::{self, GREEN, RED, View, YELLOW};
use super::levels;
use super::result::{CaseResult, RunResult, Unchecked};
use super::tally::{Counted, Counts, Status, Tally};
use crate::harness::text::{self, count, printable, shell_word};
use crate::harness::{Adapter, Outcome, Stop};
use crate::node::Policies;
use crate::protocol::AdapterHello;

/// How many failures are shown in detail unless all are asked for.
pub const SHOWN_FAILURES: usize = 20;

/// How many are when all have one likely cause: then the others say the same again.
pub const SHOWN_OF_ONE_CAUSE: usize = 3;

/// What the report is made from.
#[derive(Debug)]
pub struct Report<'a> {
    /// The result.
    pub result: &'a RunResult,
    /// Its findings.
    pub tally: &'a Tally<'a>,
    /// Why the run ended early, if it did.
    pub stop: Option<&'a Stop>,
    /// What is wrong with the list of known failures.
    pub complaints: &'a [String],
    /// How failures are shown.
    pub view: View,
    /// Show every failure in detail.
    pub all: bool,
    /// Does one likely cause explain nearly all failures?
    pub one_cause: bool,
}

impl Report<'_> {
    /// The whole report.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.failures(&mut out);
        let ignored = |case: &CaseResult| {
            matches!(case.status, Status::Passed | Status::UnexpectedPass) && case.outcome != Outcome::Pass
        };
        self.list("wrong codes or data, which --codes ignore does not count:", ignored, &mut out);
        let fail_on = self.tally.plan.fail_on.name();
        let heading = format!("below --fail-on {fail_on}, so that they fail nothing:");
        self.list(&heading, |case| case.status == Status::BelowFailOn, &mut out);
        self.list("known failures:", |case| case.status == Status::Known, &mut out);
        self.table(&mut out);
        self.not_checked(&mut out);
        for line in &self.result.looks_like {
            let _ = writeln!(out, "{YELLOW}looks like{YELLOW:#}  {line}");
        }
        for line in &self.result.would_pass {
            let _ = writeln!(out, "{YELLOW}policies{YELLOW:#}  {line}");
        }
        for note in &self.result.notes {
            let _ = writeln!(out, "{YELLOW}note{YELLOW:#}  {note}");
        }
        for complaint in self.complaints {
            let _ = writeln!(out, "{RED}known failures{RED:#}  {}", printable(complaint));
        }
        if let Some(Stop { message, stderr, .. }) = self.stop {
            let _ = writeln!(out, "{RED}ended early{RED:#}  {message}");
            failure::block(&mut out, "the end of its stderr", &failure::stderr(stderr));
            out.push('\n');
        }
        self.last_line(&mut out);
        out
    }

    fn failures(&self, out: &mut String) {
        let failures = self.tally.failures();
        let shown = match failures.len() {
            all if self.all || all <= SHOWN_FAILURES => all,
            _ if self.one_cause => SHOWN_OF_ONE_CAUSE,
            _ => SHOWN_FAILURES,
        };
        for failure in &failures[..shown] {
            let _ = writeln!(out, "{}", failure::render(failure, &self.view));
        }
        if failures.len() > shown {
            let more = failures.len() - shown;
            let cause = if self.one_cause { ", most of one likely cause (see the end)" } else { "" };
            let more = text::count(more as u64, "more failure");
            let _ = writeln!(out, "{more}{cause}, a line each (--all shows them in full):");
            for Counted { job, found, .. } in &failures[shown..] {
                let line = found.shown.as_ref().map(|finding| finding.judgement.line()).unwrap_or_default();
                let _ = writeln!(out, "  {}  {}", job.case.id, printable(&line));
            }
            out.push('\n');
        }
    }

    /// A line for each case of a kind, below a heading; nothing when there are none.
    fn list(&self, heading: &str, of_kind: impl Fn(&CaseResult) -> bool, out: &mut String) {
        let cases: Vec<_> = self.result.results.iter().filter(|case| of_kind(case)).collect();
        if cases.is_empty() {
            return;
        }
        let _ = writeln!(out, "{heading}");
        for case in cases {
            let text = match case.status {
                Status::Known => format!("{}: {}", case.title(), case.known_why()),
                Status::BelowFailOn => {
                    let level = case.failed_level.map_or("", |level| level.name());
                    format!("{} ({level})", case.sentence())
                }
                _ => case.sentence().to_owned(),
            };
            let _ = writeln!(out, "  {}  {}", case.id, printable(&text));
        }
        out.push('\n');
    }

    fn table(&self, out: &mut String) {
        let rows = self.result.rows();
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max("suite".len());
        let _ = write!(out, "{:width$}", "suite");
        let columns = self.result.columns();
        for name in columns {
            let _ = write!(out, "  {name:>6}");
        }
        out.push('\n');
        for (name, counts) in rows {
            let _ = write!(out, "{name:width$}");
            for (column, number) in columns.iter().zip(counts.numbers()) {
                let bad = number > 0 && matches!(*column, "failed" | "unsupported");
                let style = if bad { RED } else { anstyle::Style::new() };
                let width = column.len().max(6);
                let _ = write!(out, "  {style}{number:width$}{style:#}");
            }
            out.push('\n');
        }
        if self.result.counts.deviates() {
            let _ = writeln!(out, "by level  {}", levels::line(&self.result.levels));
        }
        out.push('\n');
    }

    fn not_checked(&self, out: &mut String) {
        let unchecked = self.result.unchecked().into_iter();
        let mut lines: Vec<_> =
            unchecked.map(|Unchecked { how, what, .. }| format!("{how:<13}{what}")).collect();
        let differing: u32 = self.tally.reasons.values().sum();
        if differing > 0 {
            lines.push(format!("reasons      {} rejected with another reason than the vectors give, which never fails a case:", count(differing, "case")));
        }
        for ((expected, actual), count) in &self.tally.reasons {
            lines.push(format!("               {count} x {actual} instead of {expected}"));
        }
        lines.push(format!("memory       {}", self.result.memory()));
        let _ = writeln!(out, "{}\n", lines.join("\n"));
    }

    fn last_line(&self, out: &mut String) {
        let Counts { passed, known, below_fail_on: below, .. } = self.result.counts;
        let ran = count(self.result.counts.run(), "case");
        let wrong = self.tally.failures();
        let mut known = if known > 0 { format!(", {known} known to fail") } else { String::new() };
        if below > 0 {
            let _ = write!(known, ", {below} below --fail-on {}", self.tally.plan.fail_on.name());
        }
        if wrong.is_empty() && self.complaints.is_empty() && self.result.cut().is_none() {
            let _ = writeln!(out, "{GREEN}ok{GREEN:#}  {passed} of {ran} as expected{known}");
            return;
        }
        let groups: [(&str, &[Outcome]); 8] = [
            ("wrong verdict or output", &[Outcome::WrongVerdict, Outcome::WrongOutput]),
            ("wrong code or data", &[Outcome::WrongCode, Outcome::WrongData]),
            ("unsupported", &[Outcome::Unsupported]),
            ("with an error", &[Outcome::Error]),
            ("with too much memory", &[Outcome::TooMuchMemory]),
            ("with too many processes", &[Outcome::TooManyProcesses]),
            ("timed out", &[Outcome::TimedOut]),
            ("crashed", &[Outcome::Crashed]),
        ];
        let parts = groups.iter().filter_map(|(name, outcomes)| {
            let shown = wrong.iter().filter_map(|case| case.found.shown.as_ref());
            let count = shown.filter(|finding| outcomes.contains(&finding.judgement.outcome)).count();
            (count > 0).then(|| format!("{count} {name}"))
        });
        let parts = parts.collect::<Vec<_>>().join(", ");
        let mut line = match wrong.len() {
            0 => format!("{} as expected{known}", count(passed, "case")),
            wrong => format!("{wrong} of {ran} not as expected{known}: {parts}"),
        };
        if !self.complaints.is_empty() {
            let problems = count(self.complaints.len() as u64, "problem");
            let _ = write!(line, "; {problems} in the list of known failures");
        }
        match (self.stop, &self.result.broken) {
            _ if self.result.interrupted.is_some() => line.push_str("; the run was interrupted"),
            (Some(_), _) => line.push_str("; the run ended early"),
            (None, Some(how)) => _ = write!(line, "; {how}"),
            (None, None) => {}
        }
        let _ = writeln!(out, "{RED}FAILED{RED:#}  {line}");
    }
}

/// The first line of a report: what is checked, and the policies that are not the defaults.
pub fn heading(hello: &AdapterHello, cases: usize) -> String {
    let who = hello.implementation.in_words();
    let mut line = format!("{} against {who}", count(cases as u64, "case"));
    let is_default = |name: &str, value: &str| {
        Policies::ALL.iter().any(|(policy, values)| *policy == name && values[0] == value)
    };
    let policies = hello.policies.iter().filter(|(name, value)| !is_default(name, value));
    let policies: Vec<_> = policies.map(|(name, value)| format!("{name}: {value}")).collect();
    if !policies.is_empty() {
        let _ = write!(line, "; {}", policies.join(", "));
    }
    printable(&line)
}

/// What follows `spontan replay ID`, quoted for a shell.
pub fn replay_tail(
    vectors: Option<&std::path::Path>,
    fresh: Option<u32>,
    how: &Adapter,
    adapter: &[std::ffi::OsString],
) -> String {
    let mut tail = String::from(if how.clean_env { " --clean-env" } else { "" });
    if let Some(most) = how.max_processes {
        let _ = write!(tail, " --max-processes {most}");
    }
    if let Some(seed) = fresh {
        let _ = write!(tail, " --fresh {seed}");
    }
    if let Some(path) = vectors {
        let _ = write!(tail, " --vectors {}", shell_word(path.as_os_str()));
    }
    tail.push_str(" --");
    for word in adapter {
        let _ = write!(tail, " {}", shell_word(word));
    }
    tail
}
