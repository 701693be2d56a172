//! The reference against the vectors alone, case by case and under each value of the policy that a case depends on. Mutation
//! testing (scripts/mutants.sh) runs this and nothing else.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::{Value, json};
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::reference;
use spontan::vectors::{Case, Expectation, Verdict, load};

#[test]
fn every_answer_is_the_files() {
    let (mut answers, mut wrong) = (0, Vec::new());
    for case in load::built_in().unwrap().iter().flat_map(|suite| &suite.cases) {
        for (policies, wanted) in expectations(case) {
            answers += 1;
            let came = reference::answer(case.operation(), &case.input, policies);
            if !is_wanted(wanted, &came) {
                wrong.push(format!("{}: wanted {wanted:?}, came {came:?}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(answers > 1290, "{answers}");
}

fn expectations(case: &Case) -> Vec<(Policies, &Verdict)> {
    match case.expectation() {
        Expectation::One(verdict) => vec![(Policies::default(), verdict)],
        Expectation::Missing => panic!("{} expects nothing", case.id),
        Expectation::ByPolicy(by_policy) => {
            let answers = by_policy.answers.iter();
            answers
                .map(|answer| {
                    let mut policies = Policies::default();
                    assert!(policies.set(&by_policy.policy, &answer.value), "{}", case.id);
                    (policies, &answer.verdict)
                })
                .collect()
        }
    }
}

/// As `check --codes exact` judges: the first code, and its data where the vectors have it.
fn is_wanted(wanted: &Verdict, came: &Content) -> bool {
    match (wanted, came) {
        (Verdict::Accept(wanted), Content::Accept(came)) => fits(wanted, came),
        (Verdict::Reject(wanted), Content::Reject(came)) => {
            wanted.reason == came.reason
                && wanted.codes.first() == came.code.as_ref()
                && (wanted.data.is_none() || wanted.data == came.data)
        }
        _ => false,
    }
}

/// An output; in it, a failed HTLC of a sequence has the codes that are allowed where an answer has one.
fn fits(wanted: &Value, came: &Value) -> bool {
    match (wanted, came) {
        (Value::Object(wanted), Value::Object(came)) if wanted.get("outcome") == Some(&json!("failed")) => {
            ["htlc", "outcome", "reason"].iter().all(|key| wanted.get(*key) == came.get(*key))
                && wanted.get("codes").map(|codes| &codes[0]) == came.get("code")
                && wanted.get("data").is_none_or(|data| Some(data) == came.get("data"))
        }
        (Value::Object(wanted), Value::Object(came)) => {
            wanted.len() == came.len()
                && wanted.iter().all(|(key, value)| came.get(key).is_some_and(|came| fits(value, came)))
        }
        (Value::Array(wanted), Value::Array(came)) => {
            wanted.len() == came.len() && wanted.iter().zip(came).all(|(wanted, came)| fits(wanted, came))
        }
        _ => wanted == came,
    }
}
