//! `spontan show`: one case in full.

use std::fmt::Write;

use clap::Args;

use super::cases::{self, CasesFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::{plan, select};
use crate::report::{failure, value};
use crate::vectors::{Case, twin};

/// Show one case: its input field by field, the expected answer, intermediate values and the request line
#[derive(Debug, Clone, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    from: CasesFrom,
    /// Print every value in full length
    #[arg(long)]
    full: bool,
    /// The id of the case, as shown by `spontan list`
    #[arg(add = select::case_ids())]
    id: String,
}

pub fn run(args: &ShowArgs) -> Result<Exit, Failure> {
    let made = args.from.load()?;
    let all = cases::all(&made.suites);
    let case = cases::find(&all, &args.id)?;
    let twin = case.twin.as_ref().and_then(|id| all.iter().find(|case| case.id == *id));
    output::print(&text(case, twin.copied(), args.full))?;
    Ok(Exit::Ok)
}

fn text(case: &Case, twin: Option<&Case>, full: bool) -> String {
    let mut out = format!("{}  (revision {})\n", case.id, case.revision);
    failure::about(&mut out, case, None);
    failure::field(&mut out, "cites", &case.requirements.join("\n"));
    failure::block(&mut out, "input", &value::lines(&case.input, full));
    for (when, verdict) in value::expectations(case, full) {
        let when = when.map(|when| format!("with {when}\n")).unwrap_or_default();
        failure::field(&mut out, "expected", &format!("{when}{verdict}"));
    }
    failure::steps(&mut out, case, full);
    if let Some(twin) = twin {
        let differences = twin::differences(&case.input, &twin.input).join("; ");
        failure::field(&mut out, "twin", &format!("{}: accepted; it differs in: {differences}", twin.id));
    }
    let line = plan::request(case, 1);
    let _ = write!(out, "\n{}", String::from_utf8_lossy(&line));
    out
}
