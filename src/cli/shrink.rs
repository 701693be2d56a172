//! `spontan shrink`: shrinks a candidate again, with the adapter as it is now.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cases;
use super::check::no_adapter;
use super::exit::{Exit, Failure};
use super::output;
use crate::differ::candidate::Candidate;
use crate::differ::cluster::Key;
use crate::differ::shrink::shrink;
use crate::differ::subject::{Live, Subject};
use crate::differ::want;
use crate::harness::{Options, Stop};

/// Shrink a candidate of `spontan fuzz` again
///
/// Records, hops and events are left out, and values made ordinary, for as long as the adapter still differs from the
/// reference in the same way. The file is written anew. Candidates may be bent by hand before.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes: 0 the adapter now answers as the reference does; 1 the divergence is still there; 2 to 4 as `spontan check`.")]
pub struct ShrinkArgs {
    /// How long a case may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = cases::seconds)]
    timeout: Duration,
    /// How long the adapter may take to say hello, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = cases::seconds)]
    hello_timeout: Duration,
    /// The candidate
    file: PathBuf,
    /// The adapter: a program and its arguments
    #[arg(last = true, required = true, value_name = "ADAPTER")]
    adapter: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// If the file is no candidate, or the adapter does not start or breaks the protocol.
pub fn run(args: &ShrinkArgs) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let broken = |stop: Stop| Failure::new(Exit::Broken, stop.message);
    let candidate = Candidate::read(&args.file).map_err(usage)?;
    let input = candidate.typed_input().map_err(usage)?;
    let adapter = cases::adapter_or_reference(&args.adapter)?;
    let options =
        Options { processes: 1, adapter, hello_limit: args.hello_timeout, limit: args.timeout, repeat: 1 };
    let mut live = Live::start(options).map_err(no_adapter)?;
    if !live.hello().operations.contains(&candidate.operation) {
        return Err(usage(format!("the adapter does not declare {}", candidate.operation)));
    }
    let policies = want::policies(live.hello());
    let case = want::case(&input, policies).map_err(usage)?;
    let Some(finding) = live.ask(std::slice::from_ref(&case)).map_err(broken)?.failures.pop() else {
        output::print(&format!("{}: the adapter answers as the reference does\n", args.file.display()))?;
        return Ok(Exit::Ok);
    };
    let key = Key::of(&case, &finding);
    let shrunk = shrink(&mut live, policies, input, &case, &finding).map_err(broken)?;
    let Some(shrunk) =
        Candidate::new(&key, &shrunk, live.hello(), candidate.found.clone(), &candidate.vectors)
    else {
        return Ok(Exit::Failed);
    };
    shrunk
        .write(&args.file)
        .map_err(|error| usage(format!("{} could not be written: {error}", args.file.display())))?;
    let size = |candidate: &Candidate| candidate.input.to_string().len();
    output::print(&format!(
        "{}\n{}: the input has {} characters, it had {}{}\n",
        shrunk.about,
        args.file.display(),
        size(&shrunk),
        size(&candidate),
        if shrunk.minimal { "; nothing can be left out" } else { "; it may become smaller still" }
    ))?;
    Ok(Exit::Failed)
}
