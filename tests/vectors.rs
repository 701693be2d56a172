//! The vectors against their recipes, against every pair of policies, and, where cryptography is in them, against `k256`,
//! which shares no code with the curve library of the reference.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use k256::elliptic_curve::sec1::ToSec1Point;
use serde_json::Value;
use sha2::{Digest, Sha256};
use spontan::adapter;
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::vectors::{Case, Suite, Verdict, load, lock, recipe};

fn suites() -> Vec<Suite> {
    load::built_in().unwrap()
}

fn cases(suites: &[Suite]) -> impl Iterator<Item = &Case> {
    suites.iter().flat_map(|suite| &suite.cases)
}

#[test]
fn the_files_are_what_the_recipes_give() {
    let made = recipe::all().unwrap();
    for (suite, (name, text)) in made.iter().zip(load::BUILT_IN) {
        assert_eq!(suite.suite, *name);
        assert!(load::to_text(suite).unwrap() == *text, "{name}: run `spontan vectors generate`");
    }
    assert_eq!(made.len(), load::BUILT_IN.len());
    let lock_file =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/lock.yaml")).unwrap();
    assert!(
        lock::to_text(&lock::of(&made)).unwrap() == lock_file,
        "lock.yaml: run `spontan vectors generate`"
    );
}

#[test]
fn there_are_at_least_400_cases_and_no_suite_without_both_kinds() {
    let suites = suites();
    assert!(cases(&suites).count() >= 400);
    for suite in &suites {
        assert!(suite.cases.iter().any(|case| case.id.contains("/accept/")), "{}", suite.suite);
        // Encoding cannot fail, and a sequence has an outcome for each of its events.
        if !matches!(suite.suite.as_str(), "bigsize.encode" | "node.sequence") {
            assert!(suite.cases.iter().any(|case| case.id.contains("/reject/")), "{}", suite.suite);
        }
    }
}

/// No case depends on two policies: whatever pair of values an implementation declares, its answer is that of the one
/// policy that the case names.
#[test]
fn every_pair_of_policies_gives_the_answer_that_the_case_expects() {
    let mut compared = 0;
    for case in cases(&suites()).filter(|case| {
        matches!(case.operation(), "keysend.receive" | "shared_secret.receive" | "node.sequence")
            || case.id.starts_with("tlv.decode") && case.id.contains("/payload-")
    }) {
        for pair in pairs() {
            let mut policies = Policies::default();
            for (policy, value) in &pair {
                assert!(policies.set(policy, value));
            }
            let declared: BTreeMap<String, String> = pair.iter().cloned().collect();
            let wanted = case.expectation().verdict(&declared).unwrap();
            let came = adapter::answer(case.operation(), &case.input, policies);
            assert!(same(wanted, &came), "{} with {pair:?}: wanted {wanted:?}, came {came:?}", case.id);
            compared += 1;
        }
    }
    assert!(compared > 10_000, "only {compared} answers were compared");
}

fn pairs() -> Vec<Vec<(String, String)>> {
    let choices: Vec<Vec<(String, String)>> = Policies::ALL
        .iter()
        .map(|(policy, values)| {
            values[1..].iter().map(|value| ((*policy).to_owned(), (*value).to_owned())).collect()
        })
        .collect();
    let mut pairs = Vec::new();
    for (index, one) in choices.iter().enumerate() {
        for other in &choices[index + 1..] {
            for a in one {
                pairs.extend(other.iter().map(|b| vec![a.clone(), b.clone()]));
            }
        }
    }
    pairs
}

fn same(wanted: &Verdict, came: &Content) -> bool {
    match (wanted, came) {
        (Verdict::Accept(wanted), Content::Accept(came)) => match wanted.get("outcomes") {
            None => wanted == came,
            Some(wanted) => same_outcomes(wanted, &came["outcomes"]),
        },
        (Verdict::Reject(wanted), Content::Reject(came)) => {
            wanted.reason == came.reason && wanted.codes.first() == came.code.as_ref()
        }
        _ => false,
    }
}

/// Sequences name the codes that are allowed where an answer has one code.
fn same_outcomes(wanted: &Value, came: &Value) -> bool {
    let flat = |value: &Value| -> Vec<Value> {
        value.as_array().into_iter().flatten().filter_map(Value::as_array).flatten().cloned().collect()
    };
    let (wanted, came) = (flat(wanted), flat(came));
    wanted.len() == came.len()
        && wanted.iter().zip(&came).all(|(wanted, came)| {
            ["htlc", "outcome", "preimage", "reason", "short_channel_id"]
                .iter()
                .all(|key| wanted.get(key) == came.get(key))
                && wanted.get("codes").map(|codes| &codes[0]) == came.get("code")
        })
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

/// ECDH by `k256`: BOLT 4's secret and x; nothing when one of the keys is not valid.
fn by_k256(secret_key: &[u8], public_key: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    if public_key.len() != 33 || !matches!(public_key[0], 2 | 3) {
        return None;
    }
    let secret = k256::SecretKey::from_slice(secret_key).ok().filter(|_| secret_key.len() == 32)?;
    let public = k256::PublicKey::from_sec1_bytes(public_key).ok()?;
    let point = (public.to_projective() * *secret.to_nonzero_scalar()).to_affine();
    let compressed = point.to_sec1_point(true);
    let x: [u8; 32] = compressed.as_bytes()[1..].try_into().unwrap();
    Some((Sha256::digest(compressed.as_bytes()).into(), x))
}

#[test]
fn every_ecdh_case_is_what_k256_gives() {
    let mut compared = 0;
    for case in cases(&suites()).filter(|case| case.operation() == "ecdh.shared_secret") {
        let found = by_k256(&bytes(&case.input["secret_key"]), &bytes(&case.input["public_key"]));
        match (case.expect.as_ref().unwrap(), found) {
            (Verdict::Accept(output), Some((shared_secret, x))) => {
                assert_eq!(bytes(&output["shared_secret"]), shared_secret, "{}", case.id);
                assert_eq!(bytes(&output["x"]), x, "{}", case.id);
            }
            (Verdict::Reject(_), None) => {}
            (wanted, found) => panic!("{}: {wanted:?}, k256 {found:?}", case.id),
        }
        compared += 1;
    }
    assert!(compared >= 60, "{compared}");
}

#[test]
fn every_shared_secret_payment_is_what_k256_gives() {
    let mut compared = 0;
    for case in cases(&suites()).filter(|case| case.operation() == "shared_secret.receive") {
        let Some(Verdict::Accept(output)) = &case.expect else { continue };
        let Some(preimage) = output.get("preimage") else { continue };
        let packet = bytes(&case.input["htlc"]["packet"]);
        let (shared_secret, x) = by_k256(&bytes(&case.input["node_secret"]), &packet[1..34]).unwrap();
        let secret = if case.input["settings"]["shared_secret"] == "x-only" { x } else { shared_secret };
        let derived: [u8; 32] = Sha256::digest(secret).into();
        assert_eq!(bytes(preimage), derived, "{}", case.id);
        assert_eq!(
            bytes(&case.input["htlc"]["payment_hash"]),
            Sha256::digest(derived).to_vec(),
            "{}",
            case.id
        );
        assert_eq!(bytes(&case.input["peeled"]["shared_secret"]), shared_secret, "{}", case.id);
        compared += 1;
    }
    assert!(compared >= 10, "{compared}");
}

#[test]
fn one_case_of_each_suite_as_it_stands_in_the_file() {
    for suite in suites() {
        // The shortest rejected case, or accepted where none is rejected: what a review wants to see.
        let case = suite
            .cases
            .iter()
            .min_by_key(|case| (case.id.contains("/accept/"), case.input.to_string().len(), case.id.clone()))
            .unwrap();
        let text = spontan::vectors::yaml::emit(&serde_json::to_value(case).unwrap());
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(suite.suite.replace('.', "-"), text);
        });
    }
}

#[test]
fn every_answer_by_default_policies_is_the_files() {
    for case in cases(&suites()) {
        let wanted = case.expectation().verdict(&BTreeMap::new()).unwrap();
        let came = adapter::answer(case.operation(), &case.input, Policies::default());
        assert!(same(wanted, &came), "{}: {wanted:?}, {came:?}", case.id);
    }
}

#[test]
fn every_input_is_typed_and_reads_back() {
    for case in cases(&suites()) {
        assert!(case.typed_input().is_ok(), "{:?}", case.typed_input());
    }
    let mut bent = suites().remove(0).cases.remove(0);
    bent.input["bytes"] = "0G".into();
    assert!(bent.typed_input().unwrap_err().contains("position 1"));
}
