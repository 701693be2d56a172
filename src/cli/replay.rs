//! `spontan replay`: one case with the traffic in both directions, or the lines to pipe into an adapter.

use clap::Args;

use super::adapter::AdapterArgs;
use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::harness::known::Known;
use crate::harness::session::runner_hello;
use crate::harness::text::{printable, shorten};
use crate::harness::{self, Codes, Finding, Observer, Plan, Session, plan};
use crate::report::failure::{DIM, GREEN};
use crate::report::terminal::replay_tail;
use crate::report::{Tally, failure};

/// Ask a single case and print the traffic
///
/// Without an adapter, prints the lines to pipe into one: the runner's hello and the request.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReplayArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// Print every line in full length
    #[arg(long)]
    full: bool,
    /// The id of the case, as shown by `spontan list`
    id: String,
    #[command(flatten)]
    adapter: AdapterArgs,
}

const EXAMPLES: &str = "\
Examples:
  spontan replay bigsize.decode/accept/bolt1-zero -- ./my-adapter
  spontan replay bigsize.decode/accept/bolt1-zero | ./my-adapter

Exit codes: as for `spontan check`.";

pub fn run(args: &ReplayArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let case = cases::find(&cases::all(&suites), &args.id)?;
    if args.adapter.adapter.is_empty() {
        output::raw(&[runner_hello(), plan::request(case, 1)].concat())?;
        return Ok(Exit::Ok);
    }
    let options = args.adapter.options()?;
    let full = args.full;
    let (session, hello) =
        Session::start(&options.adapter, options.hello_limit, |sent, line| traffic(sent, line, full))?;
    let plan = Plan::new(&[case], hello, Codes::Allowed);
    let known = Known::default();
    let mut watch = Watch { tally: Tally::new(&plan, &known), full };
    let end = harness::run(&plan, session, &options, &mut watch);

    let mut text = String::from("\n");
    for (why, _) in watch.tally.not_run() {
        text.push_str(&format!("not run: {why}\n"));
    }
    let tail = replay_tail(args.from.vectors.as_deref(), &args.adapter.adapter);
    let view = failure::View { full, replay: tail };
    let failures = watch.tally.failures();
    for failed in &failures {
        text.push_str(&failure::render(failed, &view));
    }
    let passed = watch.tally.total().passed > 0;
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

struct Watch<'a> {
    tally: Tally<'a>,
    full: bool,
}

impl Observer for Watch<'_> {
    fn found(&mut self, _plan: &Plan<'_>, finding: Finding) {
        self.tally.add(finding);
    }

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
