//! The report for people: failures first, since the end of a text is what stays on the screen; then a table of the
//! suites, what was not judged, and one line that says how it went.

use std::fmt::Write;

use super::failure::{self, GREEN, RED, View, YELLOW};
use super::tally::{Counts, Tally};
use crate::harness::text::{printable, shell_word};
use crate::harness::{Codes, Outcome, RunEnd, Stop};
use crate::protocol::{AdapterHello, FailureDetail};

/// So many failures are shown in detail unless all are asked for.
pub const SHOWN: usize = 20;

/// What the report needs beside the tally.
#[derive(Debug)]
pub struct Report<'a> {
    /// The counts and failures.
    pub tally: &'a Tally<'a>,
    /// How the run ended.
    pub end: &'a RunEnd,
    /// What is wrong with the list of known failures.
    pub complaints: &'a [String],
    /// What the failures look like, a line each.
    pub diagnosis: &'a [String],
    /// How failures are shown.
    pub view: View,
    /// Show every failure in detail.
    pub all: bool,
}

impl Report<'_> {
    /// The whole report.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.failures(&mut out);
        self.known(&mut out);
        self.table(&mut out);
        self.not_judged(&mut out);
        for line in self.diagnosis {
            let _ = writeln!(out, "{YELLOW}looks like{YELLOW:#}  {line}");
        }
        for note in &self.end.notes {
            let _ = writeln!(out, "{YELLOW}note{YELLOW:#}  {note}");
        }
        for complaint in self.complaints {
            let _ = writeln!(out, "{RED}known failures{RED:#}  {complaint}");
        }
        self.stop(&mut out);
        self.last_line(&mut out);
        out
    }

    fn failures(&self, out: &mut String) {
        let failures = self.tally.failures();
        let shown = if self.all { failures.len() } else { SHOWN };
        for failure in failures.iter().take(shown) {
            let _ = writeln!(out, "{}", failure::render(failure, &self.view));
        }
        if failures.len() > shown {
            let more = failures.len() - shown;
            let _ = writeln!(out, "{more} more failures, one line each; --all shows them as those above:");
            for failure in &failures[shown..] {
                let _ =
                    writeln!(out, "  {}  {}", failure.case.id, printable(&failure.finding.judgement.line()));
            }
            out.push('\n');
        }
        let ignored = self.tally.ignored();
        if !ignored.is_empty() {
            let _ = writeln!(out, "wrong codes or data, which --codes ignore does not count:");
            for failure in ignored {
                let _ = writeln!(out, "  {}  {}", failure.case.id, failure.finding.judgement.line());
            }
            out.push('\n');
        }
    }

    fn known(&self, out: &mut String) {
        let known = self.tally.known();
        if known.is_empty() {
            return;
        }
        let _ = writeln!(out, "known failures:");
        for (failure, entry) in known {
            let issue = entry.issue.as_ref().map(|issue| format!(" ({issue})")).unwrap_or_default();
            let outcome = failure.finding.judgement.outcome;
            let _ = writeln!(out, "  {}  {outcome}; {}{issue}", failure.case.id, entry.why);
        }
        out.push('\n');
    }

    fn table(&self, out: &mut String) {
        let suites = self.tally.suites();
        let width = suites.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max("suite".len());
        let _ = writeln!(out, "{:width$}  passed  failed   known  unsupported  not run", "suite");
        let mut row = |name: &str, counts: Counts| {
            let Counts { passed, failed, known, unsupported, not_run } = counts;
            let mark = |count: u32| if count > 0 { RED } else { anstyle::Style::new() };
            let (bad, cannot) = (mark(failed), mark(unsupported));
            let _ = writeln!(
                out,
                "{name:width$}  {passed:6}  {bad}{failed:6}{bad:#}  {known:6}  {cannot}{unsupported:11}{cannot:#}  {not_run:7}"
            );
        };
        for (name, counts) in &suites {
            row(name, *counts);
        }
        if suites.len() > 1 {
            row("total", self.tally.total());
        }
        out.push('\n');
    }

    fn not_judged(&self, out: &mut String) {
        let hello = &self.tally.plan().hello;
        let mut lines = Vec::new();
        for (why, count) in self.tally.not_run() {
            lines.push(format!("not run     {}: {why}", cases(count)));
        }
        if !hello.omits.is_empty() {
            lines.push(format!("not judged  {}: the adapter omits them", hello.omits.join(", ")));
        }
        match hello.failure_detail {
            FailureDetail::Data => {}
            FailureDetail::Code => {
                lines.push("not judged  the data of failures: the adapter tells codes only".into())
            }
            FailureDetail::None => {
                lines.push("not judged  codes and data of failures: the adapter tells neither".into())
            }
        }
        if self.tally.plan().codes == Codes::Ignore {
            lines.push("not counted wrong codes and data: --codes ignore".into());
        }
        let differing: u32 = self.tally.findings.reasons.values().sum();
        if differing > 0 {
            lines.push(format!("reasons     {differing} rejections are right and give another reason of the list (this fails nothing):"));
            for ((wanted, came), count) in &self.tally.findings.reasons {
                lines.push(format!("              {count} x {came}, where the vectors say {wanted}"));
            }
        }
        for line in &lines {
            let _ = writeln!(out, "{line}");
        }
        if !lines.is_empty() {
            out.push('\n');
        }
    }

    fn stop(&self, out: &mut String) {
        let Some(Stop { message, stderr, .. }) = &self.end.stop else { return };
        let _ = writeln!(out, "{RED}ended early{RED:#}  {message}");
        failure::block(out, "the last of its stderr", &failure::stderr(stderr));
        out.push('\n');
    }

    fn last_line(&self, out: &mut String) {
        let total = self.tally.total();
        let wrong = self.tally.failures();
        let mut parts = Vec::new();
        let groups: [(&str, &[Outcome]); 6] = [
            ("wrong verdict or output", &[Outcome::WrongVerdict, Outcome::WrongOutput]),
            ("wrong code or data", &[Outcome::WrongCode, Outcome::WrongData]),
            ("unsupported", &[Outcome::Unsupported]),
            ("error", &[Outcome::Error]),
            ("timed out", &[Outcome::TimedOut]),
            ("crashed", &[Outcome::Crashed]),
        ];
        for (name, outcomes) in groups {
            let count =
                wrong.iter().filter(|failure| outcomes.contains(&failure.finding.judgement.outcome)).count();
            if count > 0 {
                parts.push(format!("{count} {name}"));
            }
        }
        let ran = total.passed + total.failed + total.known + total.unsupported;
        let known = if total.known > 0 { format!(", {} known to fail", total.known) } else { String::new() };
        let fine =
            wrong.is_empty() && self.complaints.is_empty() && self.end.stop.is_none() && self.end.stray == 0;
        if fine {
            let _ =
                writeln!(out, "{GREEN}ok{GREEN:#}  {} of {} as expected{known}", total.passed, cases(ran));
            return;
        }
        let wrong = wrong.len();
        let mut line = match wrong {
            0 => format!("{} as expected{known}", cases(total.passed)),
            _ => format!("{wrong} of {} not as expected{known}: {}", cases(ran), parts.join(", ")),
        };
        if !self.complaints.is_empty() {
            let entries = match self.complaints.len() {
                1 => "1 complaint".into(),
                count => format!("{count} complaints"),
            };
            let _ = write!(line, "; {entries} about the list of known failures");
        }
        if self.end.stray > 0 {
            let times = if self.end.stray == 1 { "once".into() } else { format!("{} times", self.end.stray) };
            let _ = write!(line, "; the adapter died {times} over no case in particular");
        }
        if self.end.stop.is_some() {
            line.push_str("; the run ended early");
        }
        let _ = writeln!(out, "{RED}FAILED{RED:#}  {line}");
    }
}

/// `1 case`, `2 cases`.
pub fn cases(count: u32) -> String {
    if count == 1 { "1 case".into() } else { format!("{count} cases") }
}

/// The line with which a report starts: who is checked.
pub fn heading(hello: &AdapterHello, count: usize) -> String {
    let who = &hello.implementation;
    let mut line = format!(
        "{} against {} {} ({})",
        cases(u32::try_from(count).unwrap_or(u32::MAX)),
        who.name,
        who.version,
        who.language
    );
    if !hello.policies.is_empty() {
        let policies: Vec<_> =
            hello.policies.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let _ = write!(line, "; {}", policies.join(", "));
    }
    printable(&line)
}

/// What stands behind `spontan replay ID`, quoted for a shell.
pub fn replay_tail(vectors: Option<&std::path::Path>, adapter: &[std::ffi::OsString]) -> String {
    let mut tail = String::new();
    if let Some(path) = vectors {
        let _ = write!(tail, " --vectors {}", shell_word(path.as_os_str()));
    }
    tail.push_str(" --");
    for word in adapter {
        let _ = write!(tail, " {}", shell_word(word));
    }
    tail
}
