//! The quirks and the score: the second implementation without a quirk answers as the reference, every quirk is found,
//! and implementations that do nothing fail.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use spontan::harness::{Codes, judge};
use spontan::node::Policies;
use spontan::protocol::output::{decisions_mut, has_free_data};
use spontan::protocol::{Content, Rejection};
use spontan::quirks::score::{self, Score, choices, declared};
use spontan::quirks::{Implementation, Quirk};
use spontan::reference;
use spontan::vectors::{Case, Suite, load};

fn suites() -> Vec<Suite> {
    load::built_in().unwrap()
}

#[test]
fn without_a_quirk_the_second_implementation_answers_as_the_reference() {
    let suites = suites();
    let mut compared = 0;
    for choice in choices() {
        let mut policies = Policies::default();
        if let Some((policy, value)) = choice {
            assert!(policies.set(policy, value));
        }
        let second = Implementation::without_quirk(declared(choice));
        // With a policy, those that it could concern, and every eighth of the others.
        let cases = suites.iter().flat_map(|suite| &suite.cases).enumerate();
        let is_asked = |number: usize, case: &Case| {
            choice.is_none_or(|(policy, _)| case.policies().contains(policy) || number.is_multiple_of(8))
        };
        for (_, case) in cases.filter(|(number, case)| is_asked(*number, case)) {
            let answer = second.answer(case.operation(), &case.input);
            let reference = reference::answer(case.operation(), &case.input, policies);
            assert_eq!(comparable(answer), comparable(reference), "{} with {choice:?}", case.id);
            compared += 1;
        }
    }
    assert!(compared > 8_000, "only {compared} answers were compared");
}

/// What the protocol judges: `invalid_onion_payload` and `invalid_onion_blinding` have data that is not.
fn comparable(content: Content) -> (Value, bool) {
    match content {
        Content::Accept(mut output) => {
            decisions_mut(&mut output).for_each(drop_free_data);
            (output, true)
        }
        Content::Reject(rejection) => {
            let mut rejection = serde_json::to_value(rejection).unwrap();
            drop_free_data(rejection.as_object_mut().unwrap());
            (rejection, false)
        }
        other => panic!("{other:?}"),
    }
}

fn drop_free_data(rejection: &mut Map<String, Value>) {
    if has_free_data(rejection.get("code").and_then(Value::as_str)) {
        rejection.shift_remove("data");
    }
}

#[test]
fn every_quirk_is_found_unless_it_is_equivalent() {
    let suites = suites();
    let trials = score::run(&suites, Quirk::ALL);
    let wrong: Vec<_> =
        trials.iter().filter(|trial| !trial.is_as_expected()).map(|trial| trial.quirk.name()).collect();
    assert!(wrong.is_empty(), "these survive, or are killed and said to be equivalent: {wrong:?}");
    let Score { quirks, equivalent, killed, .. } = Score::of(&trials);
    for (name, page, figure) in [
        ("README.md", include_str!("../README.md"), format!("{killed} of {}", quirks - equivalent)),
        ("docs/mutants.md", include_str!("../docs/mutants.md"), format!("{killed} of {killed} seeded bugs")),
    ] {
        assert!(page.contains(&figure), "{name} does not say {figure:?}");
    }
    let smoke = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/smoke.txt")).unwrap();
    let chosen: String = score::smoke(&trials).iter().map(|case| format!("{case}\n")).collect();
    assert!(smoke == chosen, "vectors/smoke.txt: run `spontan quirks --smoke > vectors/smoke.txt`");
}

#[test]
fn every_quirk_has_a_name_a_sentence_and_a_place_in_a_spec() {
    let mut names = BTreeSet::new();
    let mut sentences = BTreeSet::new();
    for quirk in Quirk::ALL {
        let name = quirk.name();
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(kebab) && !name.starts_with('-') && !name.ends_with('-'), "{name}");
        assert!(names.insert(name), "{name} is there twice");
        assert!(quirk.about().ends_with('.') && sentences.insert(quirk.about()), "{name}: {}", quirk.about());
        assert!(
            [
                "01-messaging.md:",
                "02-peer-protocol.md:",
                "04-onion-routing.md:",
                "07-routing-gossip.md:",
                "09-features.md:",
                "11-payment-encoding.md:",
                "blip-0003.md:",
                "lightning-dev ",
                "lnd/"
            ]
            .iter()
            .any(|document| quirk.spec().starts_with(document)),
            "{name}: {}",
            quirk.spec()
        );
    }
}

#[test]
fn accepting_all_rejecting_all_and_echoing_fail_in_every_suite() {
    let reject = Rejection { reason: "no".into(), ..Rejection::default() };
    let with_code = Rejection { code: Some("400f".into()), data: Some("0".repeat(24)), ..reject.clone() };
    type Adapter = Box<dyn Fn(&Value) -> Content>;
    let adapters: [(&str, Adapter); 4] = [
        ("always accept", Box::new(|_| Content::Accept(json!({})))),
        ("always reject", Box::new(move |_| Content::Reject(reject.clone()))),
        ("always reject with a code", Box::new(move |_| Content::Reject(with_code.clone()))),
        ("echo", Box::new(|input| Content::Accept(input.clone()))),
    ];
    let hello = score::hello(None);
    for suite in &suites() {
        for (name, answer) in &adapters {
            let failed = suite.cases.iter().filter(|case| {
                let expected = case.verdict(&BTreeMap::new()).unwrap();
                judge(case, expected, &hello, Codes::Allowed, &answer(&case.input)).fails
            });
            assert!(failed.count() > 0, "{name} passes {}", suite.suite);
        }
    }
}
