//! The report for people: what is shown in full, what a line each, and what is named.

use crate::harness::known::KnownFailures;
use crate::harness::{Codes, Finding, Findings, Plan, RunEnd};
use crate::protocol::{AdapterHello, Content, Rejection};
use crate::report::failure::View;
use crate::report::terminal::{Report, heading};
use crate::report::{About, RunResult, Tally};
use crate::vectors::{Case, Level};
use serde_json::{Value, json};

use super::small;

fn case(id: &str, input: Value, expect: Value) -> Case {
    serde_json::from_value(json!({
        "id": id, "revision": 1, "about": "", "level": "must", "code_level": "may", "flags": ["test"], "spec": [],
        "requirements": ["bolt1.bigsize.encoding"], "input": input, "expect": expect,
    }))
    .unwrap()
}

/// The text of a run of these cases, all of which get the same answer.
fn text(cases: &[Case], hello: AdapterHello, answer: &Content, fail_on: Level, one_cause: bool) -> String {
    let plan = Plan { fail_on, ..Plan::new(&cases.iter().collect::<Vec<_>>(), hello, Codes::Allowed) };
    let mut findings = Findings::new(plan.jobs.len());
    for index in 0..plan.jobs.len() {
        let (judgement, actual) = (plan.judge(index, answer), Some(answer.clone()));
        findings.add(Finding { index, round: 0, judgement, actual, stderr: String::new() });
    }
    let known = KnownFailures::default();
    let tally = Tally::new(&plan, &known, findings);
    let about = About::new(&plan, String::new(), Vec::new(), 1);
    let result = RunResult::new(about, &tally, &RunEnd::default(), &View::default());
    let report = Report {
        result: &result,
        tally: &tally,
        stop: None,
        complaints: &[],
        view: View::default(),
        all: false,
        one_cause,
    };
    anstream::adapter::strip_str(&report.render()).to_string()
}

#[test]
fn many_failures_of_one_cause_are_shown_thrice() {
    let case = |number: usize| {
        case(
            &format!("bigsize.decode/{number}"),
            json!({"bytes": "00"}),
            json!([{"accept": {"value": "0", "length": 1}}]),
        )
    };
    let cases: Vec<_> = (0..21).map(case).collect();
    let wrong = Content::Accept(json!({"value": "1", "length": 1}));
    for (number, one_cause, shown, rest) in [
        (21, true, 3, "18 more failures, most of one likely cause (see the end), a line each"),
        (21, false, 20, "1 more failure, a line each"),
        (20, true, 20, ""),
    ] {
        let text = text(&cases[..number], small::hello(), &wrong, Level::Proposal, one_cause);
        assert_eq!(text.matches("  replay    ").count(), shown, "{text}");
        assert!(text.contains(rest), "{text}");
        assert_eq!(text.contains("more failure"), !rest.is_empty(), "{text}");
    }
}

#[test]
fn a_wrong_code_of_a_weaker_level_is_a_line() {
    let refused = json!([{"reject": {"layer": "packet", "reason": "version_unknown", "codes": ["c004"]}}]);
    let cases = [case("onion.peel/version", json!({"packet": "05"}), refused)];
    let answer = Content::Reject(Rejection { code: Some("400f".into()), ..Rejection::default() });
    let weaker = text(&cases, small::hello(), &answer, Level::Should, false);
    for part in [
        "below --fail-on should, so that they fail nothing:\n  onion.peel/version  wrong code at code (may)\n",
        "by level  must 1 of 1, may 0 of 1\n",
        "ok  0 of 1 case as expected, 1 below --fail-on should\n",
    ] {
        assert!(weaker.contains(part), "{part}\n{weaker}");
    }
    let fails = text(&cases, small::hello(), &answer, Level::May, false);
    assert!(fails.contains("  level     code: may  flags: test\n"), "{fails}");
    assert!(fails.contains("FAILED  1 of 1 case not as expected: 1 wrong code or data\n"), "{fails}");
}

#[test]
fn a_failure_names_the_policy_that_decided_it() {
    let expect = json!([
        {"when": {"custom_even_records": "reject"}, "reject": {"layer": "tlv", "reason": "unknown_even_type"}},
        {"when": {"custom_even_records": "accept"}, "accept": {"records": []}},
    ]);
    let cases = [case("onion.peel/even", json!({}), expect)];
    let of = |policies: Value, answer: &Content| {
        let hello = AdapterHello { policies: serde_json::from_value(policies).unwrap(), ..small::hello() };
        text(&cases, hello, answer, Level::Proposal, false)
    };
    let default = of(json!({}), &Content::Accept(json!({"records": []})));
    assert!(default.contains("with      custom_even_records: reject (the default, since"), "{default}");
    let refused = Content::Reject(Rejection::default());
    let declared = of(json!({"custom_even_records": "accept"}), &refused);
    assert!(declared.contains("with      custom_even_records: accept (as declared)"), "{declared}");
}

#[test]
fn the_head_names_policies_that_are_not_the_defaults() {
    let policies = json!({"custom_even_records": "accept", "far_expiry": "fail"});
    let hello = AdapterHello { policies: serde_json::from_value(policies).unwrap(), ..small::hello() };
    assert_eq!(heading(&hello, 1), "1 case against small <&> node 1.0 (c); custom_even_records: accept");
    assert_eq!(heading(&small::hello(), 2), "2 cases against small <&> node 1.0 (c)");
}
