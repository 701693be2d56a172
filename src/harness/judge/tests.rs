//! Each rule of the judge, with an answer that passes and one that is next to it and does not.

use serde_json::{Value, json};

use super::*;
use crate::vectors::Level;

fn hello(changes: Value) -> AdapterHello {
    let mut hello = json!({
        "type": "hello", "protocol": 1, "operations": ["op"],
        "implementation": {"name": "a", "version": "1", "language": "c"},
    });
    for (key, value) in changes.as_object().unwrap() {
        hello[key] = value.clone();
    }
    serde_json::from_value(hello).unwrap()
}

/// A case whose verdict, codes and data rest on texts of three levels.
fn case() -> Case {
    serde_json::from_value(json!({
        "id": "op/case", "revision": 1, "about": "", "level": "must", "code_level": "may", "data_level": "should",
        "flags": [], "spec": [], "requirements": [], "input": {}, "expect": [{"accept": {}}],
    }))
    .unwrap()
}

fn outcome_with(expected: Value, actual: Value, changes: Value, codes: Codes) -> Judgement {
    let expected: Verdict = serde_json::from_value(expected).unwrap();
    let mut line = json!({ "seq": 1 });
    line.as_object_mut().unwrap().extend(actual.as_object().unwrap().clone());
    let answer = crate::protocol::strict::answer(&line.to_string()).unwrap();
    judge(&case(), &expected, &hello(changes), codes, &answer.content)
}

fn outcome(expected: Value, actual: Value) -> Judgement {
    outcome_with(expected, actual, json!({}), Codes::Allowed)
}

#[track_caller]
fn is(judgement: &Judgement, outcome: Outcome, path: &str) {
    assert_eq!(judgement.outcome, outcome, "{judgement:?}");
    assert_eq!(judgement.differences.first().map_or("", |first| &first.path), path, "{judgement:?}");
    assert_eq!(judgement.fails, outcome != Outcome::Pass, "{judgement:?}");
}

#[test]
fn an_output_is_equal_key_for_key() {
    let expected = || json!({"accept": {"a": "00", "n": 1, "list": [{"v": "01"}, {"v": "02"}]}});
    let with = |pointer: &str, value: Value| {
        let mut actual = expected();
        *actual.pointer_mut(pointer).unwrap() = value;
        actual
    };
    is(&outcome(expected(), expected()), Outcome::Pass, "");
    let reordered = json!({"accept": {"list": [{"v": "01"}, {"v": "02"}], "n": 1, "a": "00"}});
    is(&outcome(expected(), reordered), Outcome::Pass, "");
    is(&outcome(expected(), with("/accept/a", json!("01"))), Outcome::WrongOutput, "a");
    is(&outcome(expected(), with("/accept/a", json!(null))), Outcome::WrongOutput, "a");
    is(&outcome(expected(), with("/accept/n", json!("1"))), Outcome::WrongOutput, "n");
    is(&outcome(expected(), with("/accept/n", json!(1.0))), Outcome::WrongOutput, "n");
    is(&outcome(expected(), with("/accept/list/1/v", json!("03"))), Outcome::WrongOutput, "list[1].v");
    is(&outcome(expected(), with("/accept/list", json!([{"v": "01"}]))), Outcome::WrongOutput, "list.length");
    is(&outcome(expected(), with("/accept/list", json!({}))), Outcome::WrongOutput, "list");
}

#[test]
fn missing_and_extra_keys_are_wrong() {
    let expected = || json!({"accept": {"a": "00", "b": "01"}});
    is(&outcome(expected(), json!({"accept": {"a": "00"}})), Outcome::WrongOutput, "b");
    is(&outcome(expected(), json!({"accept": {"a": "00", "b": "01", "c": 1}})), Outcome::WrongOutput, "c");
}

#[test]
fn omitted_fields_are_not_judged_whether_there_or_not() {
    let judge = |actual: Value, omits: Value| {
        outcome_with(
            json!({"accept": {"a": "00", "b": "01"}}),
            actual,
            json!({ "omits": omits }),
            Codes::Allowed,
        )
    };
    is(&judge(json!({"accept": {"a": "00"}}), json!(["op.b"])), Outcome::Pass, "");
    is(&judge(json!({"accept": {"a": "00", "b": "ff"}}), json!(["op.b"])), Outcome::Pass, "");
    is(&judge(json!({"accept": {"b": "01"}}), json!(["op.b"])), Outcome::WrongOutput, "a");
    is(&judge(json!({"accept": {"a": "00"}}), json!(["other.b"])), Outcome::WrongOutput, "b");
    is(&judge(json!({"accept": {"a": "00"}}), json!(["op.bb"])), Outcome::WrongOutput, "b");
}

#[test]
fn the_hint_for_a_form_that_is_not_the_protocols() {
    for (expected, actual, hint) in [
        (json!("ab"), json!("AB"), "hex is lower-case"),
        (json!("ab"), json!("0xab"), "hex is written without 0x"),
        (json!("12"), json!(12), "64-bit integers are decimal strings"),
        (json!(12), json!("12"), "a JSON number, not a string"),
        (json!(1), json!(1.0), "written as an integer"),
    ] {
        let judgement = outcome(json!({"accept": {"a": expected}}), json!({"accept": {"a": actual}}));
        is(&judgement, Outcome::WrongOutput, "a");
        assert!(judgement.differences[0].notes[0].contains(hint), "{judgement:?}");
    }
    let other = outcome(json!({"accept": {"a": "ab"}}), json!({"accept": {"a": "AC"}}));
    assert_eq!(other.differences[0].notes, [""; 0]);
}

#[test]
fn the_verdict_comes_first() {
    let reject = || json!({"reject": {"layer": "tlv", "reason": "type_truncated", "codes": ["4016"]}});
    let judgement = outcome(reject(), json!({"accept": {}}));
    is(&judgement, Outcome::WrongVerdict, "");
    assert!(judgement.message.contains("type_truncated"));
    is(
        &outcome(json!({"accept": {}}), json!({"reject": {"reason": "type_truncated"}})),
        Outcome::WrongVerdict,
        "",
    );
}

#[test]
fn unsupported_and_error_are_failures_of_their_own() {
    is(&outcome(json!({"accept": {}}), json!({"unsupported": "no"})), Outcome::Unsupported, "");
    is(&outcome(json!({"accept": {}}), json!({"error": "no"})), Outcome::Error, "");
}

#[test]
fn another_reason_of_the_list_is_recorded_and_fails_nothing() {
    let expected = || json!({"reject": {"layer": "tlv", "reason": "type_truncated"}});
    let judge = |reason: &str| outcome(expected(), json!({"reject": {"reason": reason}}));
    for (reason, recorded) in [("type_truncated", 0), ("length_truncated", 1), ("EOF in BigSize", 0)] {
        let judgement = judge(reason);
        is(&judgement, Outcome::Pass, "");
        assert_eq!(judgement.reasons.len(), recorded, "{reason}");
        assert_eq!(judgement.is_clean(), recorded == 0);
    }
}

fn refused() -> Value {
    json!({"reject": {"layer": "payment", "reason": "mpp_timeout", "codes": ["4016", "400f"], "data": {"4016": "aa"}}})
}

fn answered(code: Option<&str>, data: Option<&str>) -> Value {
    let mut reject = json!({"reason": "mpp_timeout"});
    for (key, value) in [("code", code), ("data", data)] {
        if let Some(value) = value {
            reject[key] = value.into();
        }
    }
    json!({ "reject": reject })
}

#[test]
fn a_code_is_one_of_the_allowed() {
    is(&outcome(refused(), answered(Some("4016"), Some("aa"))), Outcome::Pass, "");
    is(&outcome(refused(), answered(Some("400f"), None)), Outcome::Pass, "");
    is(&outcome(refused(), answered(Some("400e"), Some("aa"))), Outcome::WrongCode, "code");
    is(&outcome(refused(), answered(Some("400F"), None)), Outcome::WrongCode, "code");
    is(&outcome(refused(), answered(None, Some("aa"))), Outcome::WrongCode, "code");
}

#[test]
fn without_codes_neither_code_nor_data_are_judged() {
    let expected = json!({"reject": {"layer": "tlv", "reason": "type_truncated"}});
    is(
        &outcome(expected, json!({"reject": {"reason": "x", "code": "0000", "data": "00"}})),
        Outcome::Pass,
        "",
    );
}

#[test]
fn exact_allows_the_first_code_only() {
    let judge = |code| outcome_with(refused(), answered(Some(code), Some("aa")), json!({}), Codes::Exact);
    is(&judge("4016"), Outcome::Pass, "");
    is(&judge("400f"), Outcome::WrongCode, "code");
}

#[test]
fn ignore_reports_codes_and_data_and_fails_nothing_else() {
    let judge = |actual| outcome_with(refused(), actual, json!({}), Codes::Ignore);
    for (actual, outcome) in [
        (answered(Some("0000"), None), Outcome::WrongCode),
        (answered(None, None), Outcome::WrongCode),
        (answered(Some("4016"), Some("bb")), Outcome::WrongData),
    ] {
        let judgement = judge(actual);
        assert_eq!((judgement.outcome, judgement.fails), (outcome, false));
    }
    let verdict = judge(json!({"accept": {}}));
    assert_eq!((verdict.outcome, verdict.fails), (Outcome::WrongVerdict, true));
    let expected = json!({"accept": {"a": 1}});
    assert!(outcome_with(expected, json!({"accept": {"a": 2}}), json!({}), Codes::Ignore).fails);
}

#[test]
fn data_is_judged_beside_each_code_that_has_its_own() {
    is(&outcome(refused(), answered(Some("4016"), Some("bb"))), Outcome::WrongData, "data");
    is(&outcome(refused(), answered(Some("4016"), Some("AA"))), Outcome::WrongData, "data");
    is(&outcome(refused(), answered(Some("4016"), None)), Outcome::WrongData, "data");
    is(&outcome(refused(), answered(Some("400f"), Some("bb"))), Outcome::Pass, "");
    let mut both = refused();
    both["reject"]["data"]["400f"] = "bb".into();
    is(&outcome(both.clone(), answered(Some("400f"), Some("bb"))), Outcome::Pass, "");
    is(&outcome(both, answered(Some("400f"), Some("aa"))), Outcome::WrongData, "data");
    let no_data = json!({"reject": {"layer": "tlv", "reason": "mpp_timeout", "codes": ["4016"]}});
    is(&outcome(no_data.clone(), answered(Some("4016"), None)), Outcome::Pass, "");
    is(&outcome(no_data.clone(), answered(Some("4016"), Some("bb0000"))), Outcome::Pass, "");
    let malformed = outcome(no_data, answered(Some("4016"), Some("bb")));
    is(&malformed, Outcome::WrongData, "data");
    assert_eq!(malformed.level(&case()), Some(Level::May));
    let empty =
        json!({"reject": {"layer": "tlv", "reason": "mpp_timeout", "codes": ["0017"], "data": {"0017": ""}}});
    is(&outcome(empty.clone(), answered(Some("0017"), Some(""))), Outcome::Pass, "");
    is(&outcome(empty, answered(Some("0017"), Some("00"))), Outcome::WrongData, "data");
}

#[test]
fn a_difference_has_the_level_of_the_text_that_it_goes_against() {
    for (actual, level) in [
        (answered(Some("4016"), Some("aa")), None),
        (answered(Some("0000"), Some("aa")), Some(Level::May)),
        (answered(Some("4016"), Some("bb")), Some(Level::Should)),
        (json!({"accept": {}}), Some(Level::Must)),
        (json!({"unsupported": "no"}), None),
    ] {
        assert_eq!(outcome(refused(), actual.clone()).level(&case()), level, "{actual}");
    }
    let output = outcome(json!({"accept": {"a": 1}}), json!({"accept": {"a": 2}}));
    assert_eq!(output.level(&case()), Some(Level::Must));
}

#[test]
fn the_strongest_of_many_differences_is_kept() {
    let failed = |code: &str| json!({"htlc": 0, "outcome": "failed", "reason": "mpp_timeout", "code": code});
    let expected = json!({"htlc": 0, "outcome": "failed", "layer": "payment", "reason": "mpp_timeout", "codes": ["0017"]});
    let mut wanted = vec![expected; 40];
    let mut given = vec![failed("0000"); 40];
    wanted.push(json!({"htlc": 1, "outcome": "held"}));
    given.push(json!({"htlc": 1, "outcome": "claimed"}));
    let judgement =
        outcome(json!({"accept": {"outcomes": [wanted]}}), json!({"accept": {"outcomes": [given]}}));
    assert_eq!((judgement.outcome, judgement.differences.len()), (Outcome::WrongOutput, 20));
    assert_eq!(judgement.level(&case()), Some(Level::Must));
}

#[test]
fn what_is_not_declared_of_failures_is_not_judged() {
    let judge = |detail: &str, actual| {
        outcome_with(refused(), actual, json!({ "failure_detail": detail }), Codes::Allowed)
    };
    is(&judge("none", answered(Some("0000"), Some("00"))), Outcome::Pass, "");
    is(&judge("none", answered(None, None)), Outcome::Pass, "");
    is(&judge("code", answered(Some("4016"), Some("00"))), Outcome::Pass, "");
    is(&judge("code", answered(Some("4016"), None)), Outcome::Pass, "");
    is(&judge("code", answered(Some("0000"), None)), Outcome::WrongCode, "code");
    is(&judge("code", answered(None, None)), Outcome::WrongCode, "code");
    is(&judge("data", answered(Some("4016"), None)), Outcome::WrongData, "data");
}

fn sequence() -> Value {
    json!({"accept": {"outcomes": [
        [{"htlc": 0, "outcome": "claimed", "preimage": "00"}],
        [],
        [{"htlc": 1, "outcome": "failed", "layer": "payment", "reason": "mpp_timeout", "codes": ["0017", "400f"], "data": {"0017": ""}}],
    ]}})
}

fn in_sequence(entry: Value) -> Judgement {
    let first = json!([{"htlc": 0, "outcome": "claimed", "preimage": "00"}]);
    outcome(sequence(), json!({"accept": {"outcomes": [first, [], [entry]]}}))
}

#[test]
fn an_entry_that_failed_is_judged_as_a_rejection() {
    let entry = |changes: Value| {
        let mut entry =
            json!({"htlc": 1, "outcome": "failed", "reason": "mpp_timeout", "code": "0017", "data": ""});
        for (key, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(entry.as_object_mut().unwrap().remove(key)),
                _ => entry[key] = value.clone(),
            }
        }
        in_sequence(entry)
    };
    is(&entry(json!({})), Outcome::Pass, "");
    is(&entry(json!({"code": "400f", "data": "zz"})), Outcome::Pass, "");
    is(&entry(json!({"code": "400e"})), Outcome::WrongCode, "outcomes[2][0].code");
    is(&entry(json!({"code": null})), Outcome::WrongCode, "outcomes[2][0].code");
    is(&entry(json!({"data": "00"})), Outcome::WrongData, "outcomes[2][0].data");
    is(&entry(json!({"htlc": 2})), Outcome::WrongOutput, "outcomes[2][0].htlc");
    is(&entry(json!({"reason": null})), Outcome::WrongOutput, "outcomes[2][0].reason");
    is(&entry(json!({"code": 17})), Outcome::WrongOutput, "outcomes[2][0].code");
    is(&entry(json!({"preimage": "00"})), Outcome::WrongOutput, "outcomes[2][0].preimage");
    is(&entry(json!({"outcome": "held"})), Outcome::WrongOutput, "outcomes[2][0].outcome");
    // With another outcome the rest says nothing more.
    assert_eq!(entry(json!({"outcome": "held", "code": null})).differences.len(), 1);
    let other_reason = entry(json!({"reason": "amount_too_low"}));
    is(&other_reason, Outcome::Pass, "");
    assert_eq!(other_reason.reasons.len(), 1);
}

#[test]
fn an_entry_in_the_form_of_the_vectors_is_wrong() {
    let Value::Object(expected) = sequence() else { unreachable!() };
    let judgement = outcome(sequence(), Value::Object(expected));
    assert_eq!(judgement.outcome, Outcome::WrongOutput);
}

#[test]
fn the_worst_difference_decides() {
    let actual = json!({"accept": {"outcomes": [
        [{"htlc": 0, "outcome": "claimed", "preimage": "01"}],
        [],
        [{"htlc": 1, "outcome": "failed", "reason": "mpp_timeout", "code": "0000"}],
    ]}});
    let judgement = outcome(sequence(), actual);
    is(&judgement, Outcome::WrongOutput, "outcomes[0][0].preimage");
    assert_eq!(judgement.differences.len(), 2);
}

#[test]
fn an_answer_with_a_thousand_differences_stays_small() {
    let list: Vec<_> = (0..1000).collect();
    let other: Vec<_> = (1..1001).collect();
    let judgement = outcome(json!({"accept": {"list": list}}), json!({"accept": {"list": other}}));
    assert_eq!(judgement.differences.len(), 20);
}

#[test]
fn the_canonical_answer_passes_whatever_is_declared() {
    for changes in [
        json!({}),
        json!({"omits": ["op.outcomes"]}),
        json!({"failure_detail": "code"}),
        json!({"failure_detail": "none"}),
    ] {
        let expected: Verdict = serde_json::from_value(refused()).unwrap();
        let actual = canonical("op", &expected, &hello(changes.clone()));
        assert!(outcome_with(refused(), actual, changes, Codes::Exact).is_clean());
    }
}

/// What a run compares bytes with is what the reference writes, failed decisions in lists included: only then is no parser needed.
#[test]
fn the_canonical_answer_to_a_sequence_is_the_references() {
    let hello = crate::reference::hello();
    let mut failed = 0;
    for case in crate::vectors::load::built_in().unwrap().iter().flat_map(|suite| &suite.cases) {
        if !case.operation().ends_with(".sequence") {
            continue;
        }
        let written = canonical(case.operation(), case.default_verdict().unwrap(), &hello).to_string();
        // A failure whose data is the node's choice has none here.
        if written.matches("\"code\":").count() != written.matches("\"data\":").count() {
            continue;
        }
        let answer = crate::reference::answer(case.operation(), &case.input, Default::default());
        let Content::Accept(output) = answer else { panic!("{}: {answer:?}", case.id) };
        assert_eq!(written, json!({ "accept": output }).to_string(), "{}", case.id);
        failed += usize::from(written.contains("\"failed\""));
    }
    assert!(failed > 200, "{failed}");
}
