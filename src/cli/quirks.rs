//! `spontan quirks`: the mutation score of the vectors.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::cases::VectorsFrom;
use super::exit::{Exit, Failure};
use super::output;
use crate::quirks::Quirk;
use crate::quirks::score::{self, Score, Trial};
use crate::report;

/// Count how many seeded bugs ("quirks") the vectors find
///
/// Each quirk is run as an implementation of its own, in this process. It is killed when a case fails. A quirk that
/// survives with default policies is run again with each other value of each policy.
#[derive(Debug, Clone, Args)]
pub struct QuirksArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// List the quirks, what each does and which place in the specs it breaks; run none
    #[arg(long)]
    list: bool,
    /// Show only the quirks that survive but should not
    #[arg(long)]
    survivors: bool,
    /// Print the ids of a small set of cases that finds every quirk, as in vectors/smoke.txt
    #[arg(long, conflicts_with_all = ["list", "survivors"])]
    smoke: bool,
    /// Write an HTML page that shows which cases find which quirk
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    matrix: Option<PathBuf>,
}

pub fn run(args: &QuirksArgs) -> Result<Exit, Failure> {
    if args.list {
        let mut text = String::new();
        for quirk in Quirk::ALL {
            let _ = writeln!(text, "{}\n    {} {}", quirk.name(), quirk.about(), quirk.spec());
            if let Some(why) = quirk.equivalent() {
                let _ = writeln!(text, "    Equivalent: {why}");
            }
        }
        output::print(&text)?;
        return Ok(Exit::Ok);
    }
    let suites = args.from.load()?;
    let trials = score::run(&suites, Quirk::ALL);
    if let Some(file) = &args.matrix {
        output::save(Some(file), &report::quirks::html(&trials))?;
    }
    if args.smoke {
        let text: String = score::smoke(&trials).iter().map(|case| format!("{case}\n")).collect();
        output::print(&text)?;
        return Ok(Exit::Ok);
    }
    let score = Score::of(&trials);
    output::print(&format!("{}{score}\n", table(&trials, args.survivors)))?;
    Ok(if score.is_perfect() { Exit::Ok } else { Exit::Failed })
}

fn table(trials: &[Trial<'_>], survivors: bool) -> String {
    let shown = || trials.iter().filter(|trial| !survivors || !trial.is_as_expected());
    let width = shown().map(|trial| trial.quirk.name().len()).max().unwrap_or(0);
    let mut text = String::new();
    for trial in shown() {
        let by = match (trial.killed_by.as_slice(), trial.quirk.equivalent()) {
            ([], Some(why)) => format!("equivalent: {why}"),
            ([], None) => "SURVIVES".to_owned(),
            ([first, ..], _) => (*first).to_owned(),
        };
        let _ = write!(text, "{:width$}  {:>4}  {by}", trial.quirk.name(), trial.killed_by.len());
        if let Some((policy, value)) = trial.policy {
            let _ = write!(text, "  (with {policy}={value})");
        }
        text.push('\n');
    }
    text
}
