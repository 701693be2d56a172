//! Which requirements of `vectors/requirements.yaml` a case cites: those that its recipe names; else, if it is rejected, those
//! of its reason; and those that its failure, or the failures of a sequence's HTLCs, show.

use serde_json::Value;

use crate::vectors::case::{Case, Verdict};
use crate::vectors::rulebook;

/// What a finished case cites, what it turns on first.
pub fn requirements(case: &Case, named: &[&'static str]) -> Vec<String> {
    let verdict = match (&case.expect, &case.expect_by_policy) {
        (Some(verdict), _) => Some(verdict),
        (None, by_policy) => {
            by_policy.as_ref().and_then(|by| by.answers.first()).map(|answer| &answer.verdict)
        }
    };
    let mut ids: Vec<&str> = named.to_vec();
    match verdict {
        Some(Verdict::Reject(refusal)) => {
            if named.is_empty() {
                ids.extend(of_reason(&refusal.reason));
            }
            ids.extend(rulebook::shown_by_failure(case, refusal));
        }
        Some(Verdict::Accept(output)) => ids.extend(of_outcomes(output)),
        None => {}
    }
    let mut once: Vec<String> = Vec::new();
    for id in ids {
        if !once.iter().any(|seen| seen == id) {
            once.push(id.to_owned());
        }
    }
    once
}

fn of_reason(reason: &str) -> &'static [&'static str] {
    rulebook::find(reason).map_or(&[], |rule| rule.requirements)
}

/// Those of the reasons for which HTLCs of a sequence fail.
fn of_outcomes(output: &Value) -> Vec<&'static str> {
    let events = output.get("outcomes").and_then(Value::as_array).into_iter().flatten();
    let outcomes = events.filter_map(Value::as_array).flatten();
    let reasons = outcomes.filter_map(|outcome| outcome.get("reason")?.as_str());
    reasons.flat_map(|reason| of_reason(reason).iter().copied()).collect()
}
