//! `spontan replay`: one case with the traffic in both directions, or the lines to pipe into an adapter.

use clap::Args;

use super::adapter::AdapterArgs;
use super::cases::{self, CasesFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::known::KnownFailures;
use crate::harness::session::runner_hello;
use crate::harness::text::{printable, shorten};
use crate::harness::{Check, CheckResult, Observer, plan, select};
use crate::report::failure;
use crate::report::failure::{DIM, GREEN};
use crate::report::tally::{Counted, Status, Tally};
use crate::report::terminal::replay_tail;

/// Ask a single case and print the traffic
///
/// Without an adapter, prints the lines to pipe into one: the runner's hello and the request.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReplayArgs {
    #[command(flatten)]
    from: CasesFrom,
    /// Print every line in full length
    #[arg(long)]
    full: bool,
    /// The id of the case, as shown by `spontan list`
    #[arg(add = select::case_ids())]
    id: String,
    #[command(flatten)]
    adapter: AdapterArgs,
}

const EXAMPLES: &str = "\
Examples:
  spontan replay bigsize.decode/bolt1-zero -- ./my-adapter
  spontan replay bigsize.decode/bolt1-zero | ./my-adapter

Exit codes: as for `spontan check`.";

pub fn run(args: &ReplayArgs) -> Result<Exit, Failure> {
    let made = args.from.load()?;
    let case = cases::find(&cases::all(&made.suites), &args.id)?;
    if args.adapter.adapter.is_empty() {
        output::raw(&[runner_hello(), plan::request(case, 1)].concat())?;
        return Ok(Exit::Ok);
    }
    let options = args.adapter.options()?;
    let full = args.full;
    let check = Check::start(&[case], &options, |sent, line| traffic(sent, line, full))?;
    let CheckResult { plan, findings, end, .. } = check.run(&mut Watch { full });
    let known = KnownFailures::default();
    let tally = Tally::new(&plan, &known, findings);

    let mut text = String::from("\n");
    for why in tally.cases.iter().filter_map(Counted::why_not_run) {
        text.push_str(&format!("not run: {why}\n"));
    }
    let vectors = args.from.from.vectors.as_deref();
    let tail = replay_tail(vectors, made.seed, &options.adapter, &args.adapter.adapter);
    let view = failure::View { full, replay: tail };
    let failures = tally.failures();
    for failed in &failures {
        text.push_str(&failure::render(failed, &view));
    }
    let passed = tally.cases.iter().all(|case| case.status == Status::Passed);
    if passed {
        text.push_str(&format!("{GREEN}passed{GREEN:#}  {}\n", case.id));
    }
    for note in &end.notes {
        text.push_str(&format!("note  {note}\n"));
    }
    output::print(&text)?;
    match end.stop {
        Some(stop) => Err(Failure::new(Exit::Broken, stop.message)),
        None if !failures.is_empty() => Ok(Exit::Failed),
        None if passed => Ok(Exit::Ok),
        None => Err(Failure::new(Exit::Nothing, "the case was not asked")),
    }
}

struct Watch {
    full: bool,
}

impl Observer for Watch {
    fn traffic(&mut self, sent: bool, line: &[u8]) {
        traffic(sent, line, self.full);
    }
}

/// Prints a line of the traffic at once, so that it is seen what was asked when the adapter hangs.
fn traffic(sent: bool, line: &[u8], full: bool) {
    let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line));
    let text = printable(&if full { text.into_owned() } else { shorten(&text, 500) });
    let arrow = if sent { "->" } else { "<-" };
    let _ = output::print(&format!("{DIM}{arrow}{DIM:#} {text}\n"));
}
