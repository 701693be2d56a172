//! What must be true of the vectors beyond their form: ids, twins, reasons, policies.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, Refusal, Suite, Verdict, is_name};
use super::{rulebook, twin};
use crate::node::Policies;
use crate::protocol::OPERATIONS;
use crate::protocol::output::has_free_data;
use crate::protocol::reason;

/// The flags of cases; `vectors/README.md` says what kind of bug a failure means.
pub const FLAGS: &[(&str, &str)] = &[
    ("authenticity", "The HMAC or the associated data is not checked, or not in full."),
    ("basic", "An ordinary input that every implementation must handle."),
    (
        "blinded-path",
        "Path keys and records of blinded routes: where there may be none, or what they must be.",
    ),
    ("bounds", "A length or a value at, or one beyond, its limit."),
    ("canonical-form", "A second encoding of a value is accepted: two byte strings mean the same."),
    ("coordinate", "A coordinate is encoded wrongly: leading zero bytes, parity."),
    ("curve", "Bytes that are not a key are accepted as one, which can give secrets away."),
    ("custom-records", "Records of applications beside the payment's own."),
    ("filler", "What the hops before this one leave in the packet."),
    ("framing", "The payload's length prefix: overruns, and allocations of a size that the sender chooses."),
    ("htlc", "The HTLC's own amount and expiry against the payload's."),
    ("integer-width", "A 64-bit number is cut to fewer bits, or taken for a signed one."),
    ("interoperability", "Implementations are known to differ here."),
    ("missing-record", "A record that must be there is not."),
    ("near-miss", "Another reading of the scheme: another key, another number of hashes."),
    ("order", "Records out of order, or of types that are not allowed."),
    ("packet", "The packet's version."),
    ("policy", "The specs leave a choice, or the operator does."),
    ("probing", "The answer tells a third party what the node knows."),
    ("published", "The value is printed in a BOLT."),
    ("related-keys", "Keys that are equal, negated, or small multiples of the base point."),
    ("scheme", "The two schemes side by side, and the profiles of one."),
    ("several-faults", "More than one rule is broken; the codes of all of them are allowed."),
    ("state", "What the node keeps from one HTLC to the next."),
    ("theft", "A failure loses money, or a proof of payment, for payer or payee."),
    ("unknown-type", "Records of types that the reader does not know."),
];

/// Rejected cases, by how their ids begin, that cannot differ from any accepted one in one thing, and why.
const DIFFER_IN_MORE: &[(&str, &str)] = &[
    ("keysend.receive/blinded", "its records come together"),
    ("shared_secret.receive/blinded-", "its records come together"),
    (
        "onion.peel/legacy-realm-0",
        "a length of 0 means the old format, in which everything after it is laid out differently",
    ),
];

/// What an id does not say: it lasts longer than a verdict.
const VERDICT_WORDS: &[&str] = &[
    "accept",
    "accepted",
    "rejection",
    "reject",
    "rejected",
    "refused",
    "allowed",
    "forbidden",
    "valid",
    "invalid",
];

/// Everything that is wrong with the suites, a line each.
pub fn problems(suites: &[Suite]) -> Vec<String> {
    let mut problems: Vec<String> = ids(suites).err().into_iter().collect();
    let cases: BTreeMap<&str, &Case> =
        suites.iter().flat_map(|suite| &suite.cases).map(|case| (case.id.as_str(), case)).collect();
    for suite in suites {
        if !OPERATIONS.iter().any(|(name, _)| *name == suite.suite) {
            problems.push(format!("{}: there is no operation of this name", suite.suite));
        }
        if !suite.cases.is_sorted_by(|a, b| a.id < b.id) {
            problems.push(format!("{}: its cases are not sorted by id", suite.suite));
        }
        let mut inputs = BTreeMap::new();
        for case in &suite.cases {
            if let Some(first) = inputs.insert(case.input.to_string(), &case.id) {
                problems.push(format!("{}: its input is that of {first}", case.id));
            }
            problems.extend(
                of_case(suite, case, &cases).into_iter().map(|problem| format!("{}: {problem}", case.id)),
            );
        }
    }
    problems
}

/// Every id is there once.
///
/// # Errors
/// The first id that occurs twice.
pub fn ids(suites: &[Suite]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        if !seen.insert(&case.id) {
            return Err(format!("the id {:?} occurs twice; an id names one case", case.id));
        }
    }
    Ok(())
}

fn of_case(suite: &Suite, case: &Case, cases: &BTreeMap<&str, &Case>) -> Vec<String> {
    let parts: Vec<_> = case.id.split('/').collect();
    let is_id = matches!(parts[..], [operation, name] if operation == suite.suite && is_name(name));
    let verdict_word = case.id.split(['/', '-']).find(|word| VERDICT_WORDS.contains(word));
    let cited: BTreeSet<_> = case.requirements.iter().collect();
    let checks = [
        (is_id, "the id is not suite/name in a-z, 0-9 and -"),
        (verdict_word.is_none(), "the id names a verdict: a change of the specs must not make an id wrong"),
        (
            !(case.flags.is_empty() || case.spec.is_empty() || case.about.is_empty()),
            "it has no flag, no place in a spec or no sentence about it",
        ),
        (!cited.is_empty(), "it cites no requirement"),
        (cited.len() == case.requirements.len(), "it cites a requirement twice"),
        (!case.expect.is_empty(), "it expects nothing"),
    ];
    let mut problems: Vec<_> =
        checks.iter().filter(|(is_right, _)| !is_right).map(|(_, problem)| (*problem).to_owned()).collect();
    let is_flag = |flag: &String| FLAGS.iter().any(|(name, _)| name == flag);
    let odd = case.flags.iter().filter(|flag| !is_flag(flag));
    problems.extend(odd.map(|flag| format!("there is no flag {flag:?}")));
    problems.extend(of_expectations(case));
    problems.extend(case.expect.iter().flat_map(|expectation| of_data(case, &expectation.verdict)));
    let verdict = match case.default_verdict() {
        Some(Verdict::Accept(_)) => "accept",
        Some(Verdict::Reject(Refusal { layer, reason, .. })) => {
            if reason::find(reason).is_none_or(|known| known.layer.name() != layer) {
                problems.push(format!("{reason:?} is not a reason of the layer {layer:?}"));
            }
            "reject"
        }
        None => return problems,
    };
    problems.extend(of_twin(case, verdict, cases));
    problems
}

/// Exactly one expectation applies for every choice of the policies that the case names, and the first for the defaults.
fn of_expectations(case: &Case) -> Vec<String> {
    let named = case.policies();
    let known: Vec<_> = Policies::ALL.iter().filter(|(policy, _)| named.contains(policy)).collect();
    if known.len() < named.len() {
        return vec![format!("one of {named:?} is not a policy")];
    }
    let mut choices = vec![BTreeMap::new()];
    for (policy, values) in known {
        let with = |choice: &BTreeMap<String, String>, value: &str| {
            let mut choice = choice.clone();
            choice.insert((*policy).to_owned(), value.to_owned());
            choice
        };
        choices =
            choices.iter().flat_map(|choice| values.iter().map(move |value| with(choice, value))).collect();
    }
    let mut problems = Vec::new();
    for choice in choices {
        let applies =
            |when: &BTreeMap<String, String>| when.iter().all(|(policy, value)| choice[policy] == *value);
        let count = case.expect.iter().filter(|expectation| applies(&expectation.when)).count();
        if count != 1 {
            problems.push(format!("{count} of its expectations apply with {choice:?}, where one should"));
        }
    }
    if case.expectation(&BTreeMap::new()) != case.expect.first() {
        problems.push("its first expectation is not that for the default of each policy".into());
    }
    problems
}

/// Each code has its data, and nothing else has. It has none if a node may choose it, or if it is that of an HTLC and there
/// is a packet alone.
fn of_data(case: &Case, verdict: &Verdict) -> Option<String> {
    let refusals = rulebook::refusals(verdict);
    let is_packet = case.operation() == "onion.peel";
    let has_data = |code: &&String| !has_free_data(Some(code)) && (!is_packet || code.starts_with('c'));
    let odd = refusals.iter().find(|refusal| {
        let with_data = refusal.codes.iter().filter(has_data);
        with_data.collect::<BTreeSet<_>>() != refusal.data.keys().collect()
    })?;
    Some(format!("the codes {:?} have data for {:?}", odd.codes, odd.data.keys().collect::<Vec<_>>()))
}

fn of_twin(case: &Case, verdict: &str, cases: &BTreeMap<&str, &Case>) -> Option<String> {
    let id = match (verdict, &case.twin) {
        ("reject", None) => {
            return Some("a rejected case names the accepted one that it is closest to".into());
        }
        ("accept", Some(_)) => return Some("an accepted case has no twin".into()),
        (_, id) => id.as_deref()?,
    };
    let Some(twin) = cases.get(id) else { return Some(format!("its twin {id:?} does not exist")) };
    if !matches!(twin.default_verdict(), Some(Verdict::Accept(_))) {
        return Some(format!("its twin {id:?} is not an accepted case"));
    }
    let found = twin::differences(&case.input, &twin.input);
    let several = case.flags.iter().any(|flag| flag == "several-faults");
    let is_right = if several { found.len() > 1 } else { found.len() == 1 };
    let wanted = if several { "in more than one thing" } else { "in one thing" };
    let is_excused = DIFFER_IN_MORE.iter().any(|(start, _)| case.id.starts_with(start));
    (is_right == is_excused)
        .then(|| format!("it should differ from its twin {id:?} {wanted}, and differs in {found:?}"))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use serde_json::Value;

    use super::*;
    use crate::vectors::load;

    fn good() -> &'static [Suite] {
        static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| load::built_in().unwrap());
        &SUITES
    }

    fn case<'a>(suites: &'a mut [Suite], id: &str) -> &'a mut Case {
        suites.iter_mut().flat_map(|suite| &mut suite.cases).find(|case| case.id == id).unwrap()
    }

    #[test]
    fn the_built_in_vectors_have_no_problem() {
        assert_eq!(problems(good()), Vec::<String>::new());
    }

    #[test]
    fn every_flag_is_used_and_every_reason_has_a_case() {
        let suites = good();
        let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
        for (flag, _) in FLAGS {
            assert!(cases.iter().any(|case| case.flags.iter().any(|used| used == flag)), "{flag}");
        }
        let text = serde_json::to_string(&suites).unwrap();
        for reason in reason::REASONS {
            assert!(text.contains(&format!("\"reason\":\"{}\"", reason.name)), "{}", reason.name);
        }
    }

    type Change = fn(&mut Case);

    /// The problems of a suite after a change of one of its cases.
    fn found(id: &str, change: impl FnOnce(&mut Case)) -> String {
        let its = good().iter().filter(|suite| id.starts_with(&format!("{}/", suite.suite)));
        let mut suites: Vec<_> = its.cloned().collect();
        change(case(&mut suites, id));
        problems(&suites).join("\n")
    }

    #[test]
    fn what_is_wrong_is_found() {
        let changes: [(Change, &str); 12] = [
            (|case| case.twin = None, "names the accepted one"),
            (|case| case.twin = Some("x".into()), "does not exist"),
            (|case| case.twin = Some(case.id.clone()), "is not an accepted case"),
            (|case| case.flags.push("odd".into()), "no flag \"odd\""),
            (|case| case.spec.clear(), "no place in a spec"),
            (|case| case.requirements.clear(), "cites no requirement"),
            (|case| case.requirements = vec!["bolt1.point".into(); 2], "a requirement twice"),
            (|case| case.id = "bigsize.decode/Capital".into(), "a-z, 0-9"),
            (|case| case.id = "bigsize.decode/x-refused".into(), "names a verdict"),
            (|case| case.expect.clear(), "expects nothing"),
            (
                |case| case.input["bytes"] = "fe0000ffff".into(),
                "its input is that of bigsize.decode/bolt1-four-byte-not-canonical",
            ),
            (|case| case.id = "bigsize.decode/bolt1-two-byte-short-read".into(), "occurs twice"),
        ];
        for (change, problem) in changes {
            let found = found("bigsize.decode/bolt1-two-byte-not-canonical", change);
            assert!(found.contains(problem), "{problem}: {found}");
        }
    }

    #[test]
    fn each_code_has_its_data() {
        let refusal = |case: &mut Case, change: fn(&mut Refusal)| match &mut case.expect[0].verdict {
            Verdict::Reject(refusal) => change(refusal),
            Verdict::Accept(_) => {}
        };
        let changes: [fn(&mut Refusal); 2] =
            [|it| it.data.clear(), |it| drop(it.data.insert("4016".into(), "00".into()))];
        for change in changes {
            let found = found("keysend.receive/preimage-last-bit-flipped", |case| refusal(case, change));
            assert!(found.contains("have data for"), "{found}");
        }
    }

    #[test]
    fn a_twin_differs_in_one_thing_unless_the_case_says_otherwise() {
        let changes: [(&str, Change, &str); 3] = [
            (
                "preimage-last-bit-flipped",
                |case| case.input["height"] = 800_001.into(),
                "in one thing, and differs in",
            ),
            ("several-faults-all", |case| case.flags.retain(|flag| flag != "several-faults"), "in one thing"),
            ("hash-all-zero", |case| case.flags.push("several-faults".into()), "in more than one thing"),
        ];
        for (name, change, problem) in changes {
            let found = found(&format!("keysend.receive/{name}"), change);
            assert!(found.contains(problem), "{name}: {found}");
        }
        // What is excused must need it.
        let mut input = case(&mut good().to_vec(), "keysend.receive/minimal").input.clone();
        input["height"] = 800_001.into();
        let found = found("keysend.receive/blinded", |case| case.input = input);
        assert!(found.contains("in one thing, and differs in [\"height\"]"), "{found}");
    }

    /// Whether every number is one that every JSON and YAML reader has in full.
    fn has_small_numbers(value: &Value) -> bool {
        match value {
            Value::Array(list) => list.iter().all(has_small_numbers),
            Value::Object(map) => map.values().all(has_small_numbers),
            Value::Number(number) => number.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
            _ => true,
        }
    }

    #[test]
    fn every_number_of_an_input_fits_32_bits() {
        for case in good().iter().flat_map(|suite| &suite.cases) {
            assert!(has_small_numbers(&case.input), "{}", case.id);
        }
    }
}
