//! `spontan doctor`: does an adapter keep to the protocol? Ask this before you blame the node that it puts to the test.

use std::fmt::Write;

use clap::Args;

use super::adapter::AdapterArgs;
use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::doctor::{Checklist, Fresh, Mark, examine};
use crate::harness::interrupt;
use crate::harness::text::count;
use crate::report::failure::{DIM, GREEN, RED, YELLOW};
use crate::vectors::recipe;

/// Find out whether an adapter keeps to the protocol
///
/// Starts the adapter several times and asks it a few cases of each operation that it declares. Whether the answers are
/// right does not matter here, only whether the adapter keeps to the protocol (docs/protocol.md), and whether it answers
/// cases that are made anew as well as the published ones. For each problem, the doctor says what to change.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("adapter", |adapter| adapter.required(true)), after_help = "\
Example:
  spontan doctor -- python3 adapter.py

Exit codes: 0 the adapter is sound; 3 it did not start or did not shake hands; 4 something must be changed.")]
pub struct DoctorArgs {
    #[command(flatten)]
    from: VectorsFrom,
    #[command(flatten)]
    adapter: AdapterArgs,
}

pub fn run(args: &DoctorArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    // Only the built-in vectors have recipes from which cases can be made anew.
    let seed = cases::random_seed();
    let make = |operations: &[String]| {
        recipe::fresh(seed.into(), |suite| operations.iter().any(|operation| operation == suite))
    };
    let fresh = args.from.vectors.is_none().then_some(Fresh { seed, make: &make });
    let Checklist { hello, checks } = examine(&args.adapter.options()?, &cases::all(&suites), fresh)?;
    let mut out = format!("{}\n\n", hello.implementation.in_words());
    for check in &checks {
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
    let failed = checks.iter().filter(|check| check.mark == Mark::Fail).count();
    out.push_str(&match failed {
        0 if interrupt::received().is_some() => "\n".to_owned(),
        0 => format!(
            "\n{GREEN}ok{GREEN:#}  the adapter is sound; `spontan check` tells whether the implementation is right\n"
        ),
        _ => format!("\n{RED}FAILED{RED:#}  {} must be changed\n", count(failed as u64, "thing")),
    });
    if interrupt::received().is_some() {
        out.push_str("The checks that follow were not made.\n");
    }
    output::print(&out)?;
    Ok(if failed == 0 { Exit::Ok } else { Exit::Broken })
}
