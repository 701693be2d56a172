//! `spontan promote`: the draft of a case and its recipe from a candidate. It decides nothing and changes no vectors.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::exit::{Exit, Failure};
use super::output;
use crate::differ::candidate::Candidate;
use crate::differ::expected;
use crate::node::Policies;
use crate::vectors::yaml;

/// Print the draft of a case from a candidate of `spontan fuzz`
///
/// The draft has both answers, `expect: "undecided"` and, for a rejection, the input of an accepted twin. It is for the
/// person who decides which answer is right and writes the recipe. `spontan vectors lint` refuses an undecided case.
#[derive(Debug, Clone, Args)]
pub struct PromoteArgs {
    /// Write the draft to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The candidate, a file that `spontan fuzz` wrote
    file: PathBuf,
}

pub fn run(args: &PromoteArgs) -> Result<Exit, Failure> {
    let text = Candidate::read(&args.file).and_then(|candidate| draft(&candidate)).map_err(Failure::usage)?;
    output::save(args.output.as_deref(), &text)?;
    Ok(Exit::Ok)
}

fn draft(candidate: &Candidate) -> Result<String, String> {
    let input = candidate.typed_input()?;
    // The vectors state the answer under default policies, whatever this adapter declared.
    let case = expected::case(&input, Policies::default())?;
    let reason = expected::reason(&case);
    let name = "name-what-is-special";
    let mut draft = json!({
        "id": format!("{}/{name}", candidate.operation),
        "about": "Say what is special about the input, in a sentence.",
        "input": candidate.input,
        "expect": "undecided",
        "reference": case.default_verdict(),
        "adapter": candidate.adapter,
        "implementation": candidate.implementation.name_and_version(),
        "policies": candidate.policies,
        "found": candidate.found,
    });
    if case.default_verdict() != Some(&candidate.reference) {
        draft["reference_under_these_policies"] = json!(candidate.reference);
    }
    if !candidate.vectors.is_empty() {
        draft["vectors"] = json!(candidate.vectors);
    }
    if let Some(second) = &candidate.second {
        draft["second"] = json!(second);
    }
    if let Some(twin) = &candidate.twin {
        draft["twin"] = json!({ "id": format!("{}/{name}-twin", candidate.operation), "input": twin });
    }
    let mut text = format!(
        "# The draft of a case. Which answer is right is for a person to decide, from the text of the specs. Then the case\n\
         # gets a name, a recipe and its requirement, and this file is no longer needed.\n{}\n\
         # In src/vectors/recipe, if the reference is right:\n",
        yaml::emit(&draft)
    );
    for line in candidate.recipe().unwrap_or_default().lines() {
        text.push_str(&format!("#     {line}\n"));
    }
    if reason.is_some() && candidate.twin.is_none() {
        text.push_str("# No accepted twin was found: the input may break several rules at once.\n");
    }
    Ok(text)
}
