//! The reference's answer as the expectation of a case: codes that the specs also allow are added, and data that the specs
//! leave free is left out.

use serde_json::{Map, Value};

use super::case::{Refusal, Verdict};
use super::rulebook;
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::protocol::{Content, Rejection, reason};
use crate::reference;

/// What must come out of an input under these policies. `also` are failure codes that are allowed beside those of the
/// reason.
///
/// # Errors
/// If the reference gives no verdict: then the input is none of its operation.
pub fn verdict(input: &Input, policies: Policies, also: &[&str]) -> Result<Verdict, String> {
    expected(reference::answer_input(input, policies), also)
}

/// What must come out where the reference answers so. `also` are failure codes that are allowed beside those of the
/// reason.
///
/// # Errors
/// If the answer is no verdict, or names a reason that is not on the list.
pub fn expected(answer: Content, also: &[&str]) -> Result<Verdict, String> {
    match answer {
        Content::Accept(output) => Ok(Verdict::Accept(expected_output(output, also)?)),
        Content::Reject(rejection) => Ok(Verdict::Reject(refusal(&rejection, also)?)),
        other => Err(format!("the reference gives no verdict: {other:?}")),
    }
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
    // What stands in the data of invalid_onion_payload is the node's choice, and that of invalid_onion_blinding may be
    // zeros (BOLT 2, "Removing an HTLC").
    let is_free = matches!(rejection.code.as_deref(), Some("4016" | "c018"));
    let data = rejection.data.clone().filter(|_| !is_free);
    Ok(Refusal { layer: reason.layer.name().into(), reason: name.clone(), codes, data })
}

/// The output with each failed HTLC of a sequence written as a refusal.
fn expected_output(mut output: Value, also: &[&str]) -> Result<Value, String> {
    let entries = output.get_mut("outcomes").and_then(Value::as_array_mut).into_iter().flatten();
    for entry in entries.filter_map(Value::as_array_mut).flatten() {
        if entry["outcome"] != "failed" {
            continue;
        }
        let text = |key: &str| entry[key].as_str().map(str::to_owned);
        let rejection =
            Rejection { reason: text("reason").unwrap_or_default(), code: text("code"), data: text("data") };
        let refusal = serde_json::to_value(refusal(&rejection, also)?).map_err(|error| error.to_string())?;
        let mut expected = Map::new();
        expected.insert("htlc".into(), entry["htlc"].clone());
        expected.insert("outcome".into(), "failed".into());
        expected.extend(refusal.as_object().cloned().unwrap_or_default());
        *entry = Value::Object(expected);
    }
    Ok(output)
}
