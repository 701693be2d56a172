//! `spontan shrink`: shrinks a candidate again, with the adapter as it is now.

use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure};
use super::output;
use super::subject::SubjectArgs;
use crate::blueprint::Blueprint;
use crate::differ::candidate::Candidate;
use crate::differ::expected;
use crate::differ::shrink::shrink;

/// Shrink a candidate of `spontan fuzz` again
///
/// Leaves out records, hops and events, and makes values ordinary, for as long as the adapter still differs from the
/// reference in the same way. Then it overwrites the file. You may edit a candidate's input by hand before.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Exit codes: 0 the adapter now answers as the reference does; 1 it still differs; 2 to 4 as for `spontan check`.")]
pub struct ShrinkArgs {
    /// The candidate, a file that `spontan fuzz` wrote
    file: PathBuf,
    #[command(flatten)]
    subject: SubjectArgs,
}

pub fn run(args: &ShrinkArgs) -> Result<Exit, Failure> {
    let file = args.file.display();
    let candidate = Candidate::read(&args.file).map_err(Failure::usage)?;
    let input = candidate.typed_input().map_err(Failure::usage)?;
    if candidate.second.is_some() && !args.subject.compares_two() {
        return Err(Failure::usage(format!(
            "{file} compares two implementations; name the second one with --against, or remove `second` from the file"
        )));
    }
    let mut subject = args.subject.start()?;
    if !subject.hello().operations.contains(&candidate.operation) {
        return Err(Failure::usage(format!("the adapter does not declare {}", candidate.operation)));
    }
    let policies = expected::policies(subject.hello());
    let case = expected::case(&input, policies).map_err(Failure::usage)?;
    let round = subject.ask(std::slice::from_ref(&case))?;
    let Some(divergence) = round.failures.into_iter().next() else {
        let oracle = if args.subject.compares_two() { "second adapter" } else { "reference" };
        output::print(&format!("{file}: the adapter answers as the {oracle} does\n"))?;
        return Ok(Exit::Ok);
    };
    let shrunk = shrink(subject.as_mut(), policies, Blueprint::of(&input), &case, &divergence, None)?;
    let shrunk = Candidate::new(&shrunk, subject.as_ref(), candidate.found.clone(), &candidate.vectors);
    let Some(shrunk) = shrunk else { return Ok(Exit::Failed) };
    output::save(Some(&args.file), &shrunk.text())?;
    let size = |candidate: &Candidate| candidate.input.to_string().len();
    output::print(&format!(
        "{}\n{file}: the input went from {} to {} characters; {}\n{}",
        shrunk.about,
        size(&candidate),
        size(&shrunk),
        if shrunk.minimal { "nothing more can be left out" } else { "it may become smaller still" },
        shrunk.recipe().unwrap_or_default()
    ))?;
    Ok(Exit::Failed)
}
