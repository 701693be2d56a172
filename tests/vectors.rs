//! The vectors against their recipes and against every pair of policies.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use serde_json::Value;
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::reference;
use spontan::vectors::{Case, Suite, Verdict, load, lock, recipe, requirement};

/// The suites, loaded once for all tests.
fn suites() -> &'static [Suite] {
    static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| load::built_in().unwrap());
    &SUITES
}

fn cases(suites: &[Suite]) -> impl Iterator<Item = &Case> {
    suites.iter().flat_map(|suite| &suite.cases)
}

#[test]
fn the_files_are_what_the_recipes_give() {
    let made = recipe::all().unwrap();
    let file = |name: &str| {
        std::fs::read_to_string(format!("{}/vectors/{name}.yaml", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    for suite in &made {
        let name = &suite.suite;
        assert!(load::to_text(suite).unwrap() == file(name), "{name}: run `spontan vectors generate`");
    }
    assert!(suites() == made, "the built-in vectors are others");
    assert!(
        load::to_text(&lock::of(&made)).unwrap() == file("lock"),
        "lock.yaml: run `spontan vectors generate`"
    );
}

#[test]
fn there_are_at_least_400_cases_and_no_suite_without_both_kinds() {
    let suites = suites();
    assert!(cases(suites).count() >= 400);
    for suite in suites {
        let accepts = |case: &Case| matches!(case.default_verdict(), Some(Verdict::Accept(_)));
        assert!(suite.cases.iter().any(accepts), "{}", suite.suite);
        // Encoding and wrapping cannot fail, a sequence has an outcome for each of its events, attribution data always says something, and a root splits into any shares.
        let never_rejected = [
            "bigsize.encode",
            "node.sequence",
            "failure.create",
            "failure.wrap",
            "attribution.update",
            "attribution.open",
            "amp.split",
            "amp.sequence",
            "payer.sequence",
        ];
        if !never_rejected.contains(&suite.suite.as_str()) {
            assert!(!suite.cases.iter().all(accepts), "{}", suite.suite);
        }
    }
}

/// Whatever pair of values an implementation declares, the reference answers as the case expects with it. Each case is asked with
/// all pairs of policies that it names, and with every eighth of the others.
#[test]
fn every_pair_of_policies_gives_the_answer_that_the_case_expects() {
    let mut compared = 0;
    let pairs = pairs();
    let asked = cases(suites()).filter(|case| {
        matches!(
            case.operation(),
            "keysend.receive"
                | "shared_secret.receive"
                | "node.sequence"
                | "amp.sequence"
                | "failure.open"
                | "features.may_pay"
                | "payer.sequence"
        ) || case.id.starts_with("tlv.decode") && case.id.contains("/payload-")
    });
    for (number, case) in asked.enumerate() {
        let named = case.policies();
        for pair in pairs.iter().enumerate().filter_map(|(at, pair)| {
            let is_named = pair.iter().all(|(policy, _)| named.contains(policy.as_str()));
            (is_named || (number + at).is_multiple_of(8)).then_some(pair)
        }) {
            let mut policies = Policies::default();
            for (policy, value) in pair {
                assert!(policies.set(policy, value));
            }
            let declared: BTreeMap<String, String> = pair.iter().cloned().collect();
            let expected = case.verdict(&declared).unwrap();
            let actual = reference::answer(case.operation(), &case.input, policies);
            assert!(
                same(expected, &actual),
                "{} with {pair:?}: expected {expected:?}, actual {actual:?}",
                case.id
            );
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

fn same(expected: &Verdict, actual: &Content) -> bool {
    match (expected, actual) {
        (Verdict::Accept(expected), Content::Accept(actual)) => match expected.get("outcomes") {
            None => expected == actual,
            Some(expected) => same_outcomes(expected, &actual["outcomes"]),
        },
        (Verdict::Reject(expected), Content::Reject(actual)) => {
            expected.reason == actual.reason.raw() && expected.codes.first() == actual.code.as_ref()
        }
        _ => false,
    }
}

/// Sequences name the codes that are allowed where an answer has one code.
fn same_outcomes(expected: &Value, actual: &Value) -> bool {
    let flat = |value: &Value| -> Vec<Value> {
        let of_event = |event: &Value| event.as_array().cloned().unwrap_or_else(|| vec![event.clone()]);
        value.as_array().into_iter().flatten().flat_map(of_event).collect()
    };
    let (expected, actual) = (flat(expected), flat(actual));
    expected.len() == actual.len()
        && expected.iter().zip(&actual).all(|(expected, actual)| {
            [
                "failure_message",
                "hop",
                "htlc",
                "outcome",
                "packet",
                "payment_hash",
                "preimage",
                "reason",
                "short_channel_id",
            ]
            .iter()
            .all(|key| expected.get(key) == actual.get(key))
                && expected.get("codes").map(|codes| &codes[0]) == actual.get("code")
        })
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
fn the_requirements_with_their_cases() {
    let (suites, mut table) = (suites(), String::new());
    let requirements = requirement::built_in().unwrap().requirements;
    let waived = requirements.iter().filter(|one| one.waiver.is_some()).count();
    writeln!(table, "{} requirements, {waived} of them waived", requirements.len()).unwrap();
    for one in requirements {
        let level = serde_json::to_value(one.level).unwrap();
        let cases = requirement::cases(suites, &one.id).len().to_string();
        let shown = one.waiver.map_or(cases, |waiver| format!("waived: {waiver}"));
        writeln!(table, "{}  {}  {shown}", one.id, level.as_str().unwrap()).unwrap();
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("requirements", table);
    });
}

#[test]
fn every_input_is_typed_and_reads_back() {
    for case in cases(suites()) {
        assert!(case.typed_input().is_ok(), "{:?}", case.typed_input());
    }
    let mut bent = suites()[0].cases[0].clone();
    bent.input["bytes"] = "0G".into();
    assert!(bent.typed_input().unwrap_err().contains("position 1"));
}
