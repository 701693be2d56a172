//! The reference's answer as the expectation of a case: codes that the specs also allow are added, and data that the specs
//! leave free is left out.

use super::case::{Refusal, Verdict};
use super::rulebook;
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::protocol::output::{Decision, Outcome, Output, Sequence, has_free_data};
use crate::protocol::{Content, OperationResult, Rejection, reason};
use crate::reference;

/// What must come out of an input under these policies. `also` are failure codes that are allowed beside those of the
/// reason.
///
/// # Errors
/// If the reference gives no verdict: then the input is none of its operation.
pub fn verdict(input: &Input, policies: Policies, also: &[&str]) -> Result<Verdict, String> {
    expected(reference::output(input, policies), also)
}

/// What must come out where the reference answers like this.
///
/// # Errors
/// If the answer is no verdict, or names a reason that is not on the list.
pub fn expected(answer: OperationResult<Output>, also: &[&str]) -> Result<Verdict, String> {
    let output = match answer {
        Ok(Output::Sequence(sequence)) => serde_json::to_value(expected_sequence(sequence, also)?),
        Ok(output) => serde_json::to_value(output),
        Err(Content::Reject(rejection)) => return Ok(Verdict::Reject(refusal(&rejection, also)?)),
        Err(other) => return Err(format!("the reference gives no verdict: {other:?}")),
    };
    output.map(Verdict::Accept).map_err(|error| error.to_string())
}

/// The outcomes with each failure as a refusal.
fn expected_sequence(sequence: Sequence, also: &[&str]) -> Result<Sequence<Refusal>, String> {
    let decision = |Decision { htlc, outcome }| {
        let outcome = match outcome {
            Outcome::Failed(rejection) => Outcome::Failed(refusal(&rejection, also)?),
            Outcome::Claimed { preimage } => Outcome::Claimed { preimage },
            Outcome::Held => Outcome::Held,
            Outcome::Forwarded { short_channel_id } => Outcome::Forwarded { short_channel_id },
        };
        Ok(Decision { htlc, outcome })
    };
    let event = |decisions: Vec<Decision>| decisions.into_iter().map(decision).collect();
    let outcomes: Result<_, String> = sequence.outcomes.into_iter().map(event).collect();
    Ok(Sequence { outcomes: outcomes? })
}

fn refusal(rejection: &Rejection, also: &[&str]) -> Result<Refusal, String> {
    let name = &rejection.reason;
    let reason = reason::find(name).ok_or_else(|| format!("{name} is not a reason of the list"))?;
    let rule = rulebook::find(name).ok_or_else(|| format!("the rulebook has no row for {name}"))?;
    let mut codes: Vec<String> = rejection.code.iter().cloned().collect();
    if let Some(first) = rejection.code.as_deref() {
        // With a path key there is only one code.
        let also = rule.also.iter().chain(also).filter(|code| first != "c018" && **code != first);
        codes.extend(also.map(|code| (*code).to_owned()));
    }
    let data = rejection.data.clone().filter(|_| !has_free_data(rejection.code.as_deref()));
    Ok(Refusal { layer: reason.layer.name().into(), reason: name.clone(), codes, data })
}
