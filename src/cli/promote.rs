//! `spontan promote`: the draft of a case and its recipe from a candidate. It decides nothing and writes no vectors.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::output;
use crate::differ::candidate::Candidate;
use crate::differ::want;
use crate::node::Policies;
use crate::vectors::{Verdict, yaml};

/// Print the draft of a case from a candidate of `spontan fuzz`
///
/// The draft has both answers, `expect: "undecided"` and, for a rejection, the input of an accepted twin. Whoever decides
/// writes the recipe; `spontan vectors lint` refuses a case that is undecided.
#[derive(Debug, Clone, Args)]
pub struct PromoteArgs {
    /// Write the draft to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The candidate
    file: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If the file is no candidate.
pub fn run(args: &PromoteArgs) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let candidate = Candidate::read(&args.file).map_err(usage)?;
    let text = draft(&candidate).map_err(usage)?;
    match &args.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|error| usage(format!("{} could not be written: {error}", path.display())))?,
        None => output::print(&text)?,
    }
    Ok(Exit::Ok)
}

fn draft(candidate: &Candidate) -> Result<String, String> {
    let input = candidate.typed_input()?;
    // The vectors state the default's answer first, whatever this adapter declared.
    let case = want::case(&input, Policies::default())?;
    let (kind, reason) = match &case.expect {
        Some(Verdict::Reject(refusal)) => ("reject", Some(refusal.reason.as_str())),
        _ => ("accept", None),
    };
    let name = "name-what-is-special";
    let mut draft = json!({
        "id": format!("{}/{kind}/{name}", candidate.operation),
        "about": "Say what is special about the input, in a sentence.",
        "input": candidate.input,
        "expect": "undecided",
        "reference": case.expect,
        "adapter": candidate.adapter,
        "implementation": format!("{} {}", candidate.implementation.name, candidate.implementation.version),
        "policies": candidate.policies,
        "found": candidate.found,
    });
    if case.expect.as_ref() != Some(&candidate.reference) {
        draft["reference_under_these_policies"] = json!(candidate.reference);
    }
    if !candidate.vectors.is_empty() {
        draft["vectors"] = json!(candidate.vectors);
    }
    if let Some(second) = &candidate.second {
        draft["second"] = json!(second);
    }
    if let Some(twin) = &candidate.twin {
        draft["twin"] = json!({ "id": format!("{}/accept/{name}-twin", candidate.operation), "input": twin });
    }
    let mut text = String::from(
        "# The draft of a case. Who is right is for a person to say, from the text of the specs: then the case gets a name,\n\
         # a recipe and its requirement, and this file is done with.\n",
    );
    text.push_str(&yaml::emit(&draft));
    text.push_str("\n# In src/vectors/recipe, once the reference's answer is decided to be right:\n");
    for line in candidate.recipe().unwrap_or_default().lines() {
        text.push_str(&format!("#     {line}\n"));
    }
    if let (Some(_), Value::Null) = (reason, draft["twin"].clone()) {
        text.push_str("# No accepted twin was found: the case may turn on several faults at once.\n");
    }
    Ok(text)
}
