//! `spontan known-failures`: writes the list of what an adapter fails for now.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;

use super::adapter::AdapterArgs;
use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::known::KnownFailures;
use crate::harness::known::update::{CaseOutcome, Changes, update};
use crate::harness::text::printable;
use crate::harness::{CheckResult, Codes, Options, check};
use crate::report::tally::{Counted, Status, Tally};
use crate::vectors::load;

/// Write the list of known failures
///
/// Checks the adapter against all cases and updates the list that `spontan check --known-failures` reads. New failures
/// are added, one entry each, with what the adapter answered; you write why. An entry whose case passes or no longer
/// exists is removed. A pattern is replaced by the cases that still fail when some of its cases pass. A changed answer is
/// noted. Comments and all other entries stay as they are.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("adapter", |adapter| adapter.required(true)), after_help = "\
Example:
  spontan known-failures --update known-failures.toml -- ./my-adapter

Exit codes: 0 the list is up to date; 2 to 6 as for `spontan check`, and the list was not changed.")]
pub struct KnownFailuresArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// The list, a TOML file; it is created if it does not exist
    #[arg(long, value_name = "FILE")]
    update: PathBuf,
    /// Which failure codes count as right
    #[arg(long, value_name = "WHICH", default_value = "allowed")]
    codes: Codes,
    #[command(flatten)]
    adapter: AdapterArgs,
}

pub fn run(args: &KnownFailuresArgs) -> Result<Exit, Failure> {
    let file = args.update.display().to_string();
    let text = match load::read_text(&args.update, load::MAX_FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::unreadable(&args.update, error)),
    };
    // A list with an error in it is refused before a long run, not after it.
    update(&file, &text, &[], &BTreeMap::new()).map_err(Failure::usage)?;

    let suites = args.from.load()?;
    let options = Options { codes: args.codes, ..args.adapter.options()? };
    let all = cases::all(&suites);
    let CheckResult { plan, findings, end, .. } = check(&all, &options)?;
    if let Some(signal) = end.interrupted {
        return Err(Failure::new(signal.into(), format!("{file} was not changed")));
    }
    let broken = match end.stop {
        Some(stop) => Some(stop.message),
        None => (end.stray > 0).then(|| end.notes.join("\n")),
    };
    if let Some(message) = broken {
        return Err(Failure::new(Exit::Broken, format!("{message}\n{file} was not changed")));
    }

    let none = KnownFailures::default();
    let outcomes = by_case(&Tally::new(&plan, &none, findings));
    let (new, changes) = update(&file, &text, &all, &outcomes).map_err(Failure::usage)?;
    if new != text {
        output::save(Some(&args.update), &new)?;
    }
    output::print(&summary(&file, &changes))?;
    Ok(Exit::Ok)
}

/// What each case came to.
fn by_case<'a>(tally: &Tally<'a>) -> BTreeMap<&'a str, CaseOutcome> {
    let outcome = |Counted { job, found, status, .. }: &Counted<'a>| {
        let outcome = match (status, &found.shown) {
            (Status::Failed | Status::Unsupported, Some(finding)) => CaseOutcome::Failed(finding.in_words()),
            (Status::Passed, _) => CaseOutcome::Passed,
            _ => CaseOutcome::NotRun,
        };
        (job.case.id.as_str(), outcome)
    };
    tally.cases.iter().map(outcome).collect()
}

fn summary(file: &str, changes: &Changes) -> String {
    let Changes { added, removed, split, changed, kept } = changes;
    let mut out = String::new();
    for (what, lines) in [("added", added), ("removed", removed), ("split", split), ("changed", changed)] {
        for line in lines {
            let _ = writeln!(out, "{what:<8} {}", printable(line));
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
