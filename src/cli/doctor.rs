//! `spontan doctor`: is an adapter sound, before anybody blames the node behind it?

use std::ffi::OsString;
use std::fmt::Write;
use std::time::Duration;

use clap::Args;

use super::cases::{self, VectorsFrom};
use super::check::no_adapter;
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::Adapter;
use crate::harness::doctor::talk::Limits;
use crate::harness::doctor::{Checklist, Mark, examine};
use crate::harness::text::printable;
use crate::report::failure::{DIM, GREEN, RED, YELLOW};

/// Tell whether an adapter is sound
///
/// The adapter is started several times and asked a few cases of each operation that it declares. Whether its answers
/// are right is not looked at, only whether it keeps to the protocol (docs/protocol.md); what does not is said with
/// what to change.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example:
  spontan doctor -- python3 adapter.py

Exit codes: 0 it is sound; 3 it did not start or did not shake hands; 4 something is to be changed.")]
pub struct DoctorArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// How long an answer may take, and the way out once stdin is closed, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = cases::seconds)]
    timeout: Duration,
    /// How long the adapter may take to say hello, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = cases::seconds)]
    hello_timeout: Duration,
    /// The adapter: a program and its arguments
    #[arg(last = true, required = true, value_name = "ADAPTER")]
    adapter: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// If the vectors do not load, or the adapter does not start or shake hands.
pub fn run(args: &DoctorArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let adapter = Adapter {
        program: args.adapter.first().cloned().unwrap_or_default(),
        args: args.adapter.iter().skip(1).cloned().collect(),
    };
    let limits = Limits { adapter, hello: args.hello_timeout, answer: args.timeout };
    let findings = examine(&limits, &cases::all(&suites)).map_err(no_adapter)?;
    output::print(&render(&findings))?;
    Ok(if findings.is_sound() { Exit::Ok } else { Exit::Broken })
}

fn render(findings: &Checklist) -> String {
    let who = &findings.hello.implementation;
    let mut out = printable(&format!("{} {} ({})", who.name, who.version, who.language));
    out.push_str("\n\n");
    for check in &findings.checks {
        let (mark, style) = match check.mark {
            Mark::Ok => ("ok", GREEN),
            Mark::Fail => ("FAIL", RED),
            Mark::Note => ("note", YELLOW),
        };
        let _ = writeln!(out, "{style}{mark:<4}{style:#}  {}", check.what);
        let _ = writeln!(out, "      {DIM}{}{DIM:#}", check.found);
        if !check.change.is_empty() {
            let _ = writeln!(out, "      {}", check.change);
        }
    }
    let failed = findings.checks.iter().filter(|check| check.mark == Mark::Fail).count();
    out.push('\n');
    let _ = match failed {
        0 => writeln!(
            out,
            "{GREEN}ok{GREEN:#}  the adapter is sound; whether the implementation is right is for `spontan check` to say"
        ),
        1 => writeln!(out, "{RED}FAILED{RED:#}  1 thing is to be changed"),
        failed => writeln!(out, "{RED}FAILED{RED:#}  {failed} things are to be changed"),
    };
    out
}
