//! `spontan shrink`: shrinks a candidate again, with the adapter as it is now.

use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure};
use super::output;
use super::subject::SubjectArgs;
use crate::blueprint::Blueprint;
use crate::differ::candidate::Candidate;
use crate::differ::shrink::shrink;
use crate::differ::want;
use crate::harness::Stop;

/// Shrink a candidate of `spontan fuzz` again
///
/// Records, hops and events are left out, and values made ordinary, for as long as the adapter still differs from the
/// reference in the same way. The file is written anew. Candidates may be edited by hand before.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes: 0 the adapter now answers as the reference does; 1 the divergence is still there; 2 to 4 as `spontan check`.")]
pub struct ShrinkArgs {
    /// The candidate
    file: PathBuf,
    #[command(flatten)]
    subject: SubjectArgs,
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
    if candidate.second.is_some() && !args.subject.compares_two() {
        return Err(usage(format!(
            "{} compares two implementations; name the second with --against, or leave `second` out of the file",
            args.file.display()
        )));
    }
    let mut subject = args.subject.start()?;
    if !subject.hello().operations.contains(&candidate.operation) {
        return Err(usage(format!("the adapter does not declare {}", candidate.operation)));
    }
    let policies = want::policies(subject.hello());
    let case = want::case(&input, policies).map_err(usage)?;
    let round = subject.ask(std::slice::from_ref(&case)).map_err(broken)?;
    let Some(divergence) = round.failures.into_iter().next() else {
        let oracle = if args.subject.compares_two() { "second adapter" } else { "reference" };
        output::print(&format!("{}: the adapter answers as the {oracle} does\n", args.file.display()))?;
        return Ok(Exit::Ok);
    };
    let blueprint = Blueprint::of(&input);
    let shrunk = shrink(subject.as_mut(), policies, blueprint, &case, &divergence).map_err(broken)?;
    let shrunk = Candidate::new(&shrunk, subject.as_ref(), candidate.found.clone(), &candidate.vectors);
    let Some(shrunk) = shrunk else { return Ok(Exit::Failed) };
    shrunk
        .write(&args.file)
        .map_err(|error| usage(format!("{} could not be written: {error}", args.file.display())))?;
    let size = |candidate: &Candidate| candidate.input.to_string().len();
    output::print(&format!(
        "{}\n{}: the input has {} characters, it had {}{}\n{}",
        shrunk.about,
        args.file.display(),
        size(&shrunk),
        size(&candidate),
        if shrunk.minimal { "; nothing can be left out" } else { "; it may become smaller still" },
        shrunk.recipe().unwrap_or_default()
    ))?;
    Ok(Exit::Failed)
}
