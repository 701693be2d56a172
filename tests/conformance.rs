//! The reference against the vectors alone, case by case and under each value of the policy that a case depends on. Mutation
//! testing (scripts/mutants.sh) runs this and nothing else.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::reference;
use spontan::vectors::{Case, Expectation, Verdict, load};

#[test]
fn every_answer_is_the_files() {
    let (mut answers, mut wrong) = (0, Vec::new());
    for case in load::built_in().unwrap().iter().flat_map(|suite| &suite.cases) {
        for (policies, expected) in expectations(case) {
            answers += 1;
            let actual = reference::answer(case.operation(), &case.input, policies);
            if !is_expected(expected, &actual) {
                wrong.push(format!("{}: expected {expected:?}, actual {actual:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answers > 1290, "{answers}");
}

fn expectations(case: &Case) -> Vec<(Policies, &Verdict)> {
    let with_policies = |expectation: &'_ Expectation| {
        let mut policies = Policies::default();
        for (policy, value) in &expectation.when {
            assert!(policies.set(policy, value), "{}", case.id);
        }
        policies
    };
    case.expect.iter().map(|expectation| (with_policies(expectation), &expectation.verdict)).collect()
}

/// As `check --codes exact` judges: the first code, and its data where the vectors have it.
fn is_expected(expected: &Verdict, actual: &Content) -> bool {
    match (expected, actual) {
        (Verdict::Accept(expected), Content::Accept(actual)) => fits(expected, actual),
        (Verdict::Reject(expected), Content::Reject(actual)) => {
            expected.reason == actual.reason.raw()
                && expected.codes.first() == actual.code.as_ref()
                && actual
                    .code
                    .as_ref()
                    .and_then(|code| expected.data.get(code))
                    .is_none_or(|data| actual.data.as_ref() == Some(data))
        }
        _ => false,
    }
}

/// An output; in it, a failed HTLC of a sequence has the codes that are allowed where an answer has one, and an attempt that is not
/// sent has no code.
fn fits(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) if expected.contains_key("layer") => {
            ["htlc", "outcome", "reason"].iter().all(|key| expected.get(*key) == actual.get(*key))
                && expected.get("codes").map(|codes| &codes[0]) == actual.get("code")
                && actual
                    .get("code")
                    .and_then(|code| expected.get("data")?.get(code.as_str()?))
                    .is_none_or(|data| Some(data) == actual.get("data"))
        }
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected
                    .iter()
                    .all(|(key, value)| actual.get(key).is_some_and(|actual| fits(value, actual)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(expected, actual)| fits(expected, actual))
        }
        _ => expected == actual,
    }
}
