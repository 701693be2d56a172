//! `spontan known-failures`: writes the list of what an adapter fails for now.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cases::{self, VectorsFrom};
use super::check::{CodesArg, no_adapter};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::known::KnownFailures;
use crate::harness::known::update::{CaseOutcome, Changes, update};
use crate::harness::{Adapter, CheckResult, Options, check};
use crate::report::{Status, Tally};

/// Write the list of known failures
///
/// Checks the adapter against all cases and brings the list up to date for `spontan check --known-failures FILE`. New
/// failures are added, one entry each, with what the adapter answered; you write why. Entries whose cases pass or are
/// gone are removed, a pattern of which a part passes gives way to its other cases, and a changed answer is written
/// down. Comments and all other entries stay as they are.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example:
  spontan known-failures --update known-failures.toml -- ./my-adapter

Exit codes: 0 the list is up to date; 2 to 6 as those of `spontan check`, and the list is left as it was.")]
pub struct KnownFailuresArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// The list, a TOML file; it is made if it is not there
    #[arg(long, value_name = "FILE")]
    update: PathBuf,
    /// Which failure codes count
    #[arg(long, value_name = "WHICH", default_value = "allowed")]
    codes: CodesArg,
    /// How long the oldest unanswered case may take, in seconds
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
/// If the list cannot be read or written, or the run does not come to its end.
pub fn run(args: &KnownFailuresArgs) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let file = args.update.display().to_string();
    let text = match std::fs::read_to_string(&args.update) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(usage(format!("{file}: {error}"))),
    };
    // What is wrong with the list is said before a long run.
    update(&file, &text, &BTreeMap::new()).map_err(usage)?;

    let suites = args.from.load()?;
    let all = cases::all(&suites);
    let adapter = Adapter {
        program: args.adapter.first().cloned().unwrap_or_default(),
        args: args.adapter.iter().skip(1).cloned().collect(),
    };
    let options = Options {
        hello_timeout: args.hello_timeout,
        timeout: args.timeout,
        codes: args.codes.into(),
        ..Options::new(adapter)
    };
    let CheckResult { plan, findings, end, .. } = check(&all, &options).map_err(no_adapter)?;
    if let Some(stop) = end.stop {
        return Err(Failure::new(Exit::Broken, format!("{}\n{file} is left as it was", stop.message)));
    }
    if end.stray > 0 {
        let notes = end.notes.join("\n");
        return Err(Failure::new(Exit::Broken, format!("{notes}\n{file} is left as it was")));
    }

    let (new, changes) = update(&file, &text, &came(&Tally::new(&plan, &KnownFailures::default(), findings)))
        .map_err(usage)?;
    if new != text {
        std::fs::write(&args.update, new)
            .map_err(|error| usage(format!("{file} could not be written: {error}")))?;
    }
    output::print(&summary(&file, &changes))?;
    Ok(Exit::Ok)
}

/// What each case came to.
fn came<'a>(tally: &Tally<'a>) -> BTreeMap<&'a str, CaseOutcome> {
    let answers: BTreeMap<_, _> = tally
        .failures()
        .iter()
        .map(|failure| (failure.case.id.as_str(), failure.finding.in_words()))
        .collect();
    let jobs = tally.plan().jobs.iter().enumerate();
    jobs.map(|(index, job)| {
        let id = job.case.id.as_str();
        let came = match (tally.status(index), answers.get(id)) {
            (_, Some(answer)) => CaseOutcome::Failed(answer.clone()),
            (Status::Passed, None) => CaseOutcome::Passed,
            _ => CaseOutcome::NotRun,
        };
        (id, came)
    })
    .collect()
}

fn summary(file: &str, changes: &Changes) -> String {
    let Changes { added, removed, split, changed, kept } = changes;
    let mut out = String::new();
    for (what, lines) in [("added", added), ("removed", removed), ("split", split), ("changed", changed)] {
        for line in lines {
            let _ = writeln!(out, "{what:<8} {line}");
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let (added, removed, split, changed) = (added.len(), removed.len(), split.len(), changed.len());
    let _ = writeln!(
        out,
        "{file}: {added} added, {removed} removed, {split} split, {changed} changed, {kept} kept"
    );
    if added > 0 {
        out.push_str("Each new entry says TODO: write why its case fails\n");
    }
    out
}
