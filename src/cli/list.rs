//! `spontan list`: the cases, one per line.

use clap::Args;

use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::select::{Selection, select};

/// List the cases: the id of each and what it is about
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    #[command(flatten)]
    from: VectorsFrom,
    #[command(flatten)]
    select: Selection,
}

pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let selected = select(&cases::all(&suites), &args.select)?;
    let width = selected.iter().map(|case| case.id.chars().count()).max().unwrap_or(0);
    let text: String = selected.iter().map(|case| format!("{:width$}  {}\n", case.id, case.about)).collect();
    output::print(&text)?;
    Ok(Exit::Ok)
}
