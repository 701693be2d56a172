//! Two implementations with quirks against each other.

use serde_json::json;

use super::*;
use crate::differ::campaign::{self, Cluster, Report, Settings, Watch};
use crate::differ::candidate::Candidate;
use crate::differ::expected;
use crate::differ::subject::InProcess;
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::quirks::{Implementation, Quirk, score};

struct Candidates(Vec<Candidate>);

impl Watch for Candidates {
    fn cluster(&mut self, cluster: &Cluster, subject: &dyn Subject) {
        self.0.extend(Candidate::new(&cluster.shrunk, subject, "a test".into(), &cluster.vectors));
    }
    fn progress(&mut self, _: &Report) {}
}

/// An implementation with a bug, and with another policy than the default.
fn implementation(
    quirk: Option<&str>,
    policy: Option<(&'static str, &'static str)>,
) -> InProcess<impl FnMut(&Case) -> Content + Send> {
    let quirk = quirk.map(|name| *Quirk::ALL.iter().find(|quirk| quirk.name() == name).unwrap());
    let mut hello = score::hello(policy);
    hello.implementation.name = quirk.map_or("sound", |quirk| quirk.name()).into();
    let policies = hello.policies.clone();
    let implementation = match quirk {
        Some(quirk) => Implementation::with_quirk(quirk, policies),
        None => Implementation::without_quirk(policies),
    };
    InProcess::new(hello, move |case: &Case| implementation.answer(case.operation(), &case.input))
}

fn fuzz<A: Subject, B: Subject + Send>(one: A, second: B, operation: &str) -> (Report, Vec<Candidate>) {
    let operations = vec![operation.to_owned()];
    let settings = Settings { operations, seed: 3, cases: Some(1500), time: None, guided: true };
    let mut candidates = Candidates(Vec::new());
    let report = campaign::run(&settings, &mut Against::new(one, second), &[], &mut candidates);
    assert_eq!((report.lost, report.compared), (0, 1500));
    (report, candidates.0)
}

const BUG: &str = "types-out-of-order-accepted";

#[test]
fn a_bug_that_both_have_is_no_divergence_between_them() {
    let (report, _) = fuzz(implementation(Some(BUG), None), implementation(Some(BUG), None), "tlv.decode");
    assert!(report.clusters.is_empty(), "{:?}", report.clusters);
}

#[test]
fn a_bug_of_one_is_a_candidate_with_both_answers_and_the_references() {
    for of_second in [false, true] {
        let (one, second) = if of_second { (None, Some(BUG)) } else { (Some(BUG), None) };
        let (report, candidates) =
            fuzz(implementation(one, None), implementation(second, None), "tlv.decode");
        let bug = candidates
            .iter()
            .find(|it| it.about.contains("(the reference says reject types_not_increasing)"));
        let bug = bug.unwrap_or_else(|| panic!("{:?}", report.clusters));
        assert!(bug.minimal);
        // Two records of two bytes each.
        assert_eq!(bug.input["stream"].as_str().unwrap().len(), 8);
        let other = bug.second.as_ref().unwrap();
        let answers = [&bug.adapter, &other.answer];
        let [wrong, right] = if of_second { [answers[1], answers[0]] } else { answers };
        assert!(wrong.get("accept").is_some(), "{wrong}");
        assert_eq!(right["reject"]["reason"], "types_not_increasing");
        assert_eq!(other.implementation.name.raw(), second.unwrap_or("sound"));
        assert_eq!(bug.implementation.name.raw(), one.unwrap_or("sound"));
        let says = if of_second {
            "the second adapter says accept; the adapter rejects: types_not_increasing"
        } else {
            "the second adapter says reject types_not_increasing; the adapter accepts"
        };
        assert!(bug.about.contains(says), "{}", bug.about);
    }
}

#[test]
fn what_two_declared_policies_say_is_no_divergence() {
    let accepts = Some(("custom_even_records", "accept"));
    let (report, _) = fuzz(implementation(None, accepts), implementation(None, None), "tlv.decode");
    assert!(report.clusters.is_empty(), "{:?}", report.clusters);
    assert!(report.by_policy > 0);
}

#[test]
fn sequences_are_compared_entry_by_entry() {
    let (report, _) = fuzz(
        implementation(Some("claimed-hash-forgotten"), None),
        implementation(None, None),
        "node.sequence",
    );
    let first = report.clusters.first().unwrap();
    assert!(first.key.expected.contains("hash_already_claimed"), "{:?}", first.key);
    let (report, _) = fuzz(implementation(None, None), implementation(None, None), "node.sequence");
    assert!(report.clusters.is_empty(), "{:?}", report.clusters);
}

#[test]
fn an_answer_is_what_its_own_verdict_expects() {
    let failed = |more: Value| {
        let mut entry = json!({"htlc": 0, "outcome": "failed", "reason": "odd"});
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Content::Accept(json!({"outcomes": [[entry, {"htlc": 1, "outcome": "claimed", "preimage": "00"}]]}))
    };
    let hello = score::hello(None);
    let input = json!({"node_secret": "01", "height": 0, "events": [], "settings":
        {"keysend": "refuse", "shared_secret": "off", "min_final_cltv_expiry_delta": 18}});
    let input = Input::parse("node.sequence", &input.to_string()).unwrap().unwrap();
    let case = expected::case(&input, Policies::default()).unwrap();
    for answer in [
        failed(json!({"code": "400f", "data": "00"})),
        failed(json!({"code": "4016", "data": "000000"})),
        Content::Reject(Rejection {
            reason: "odd".into(),
            code: Some("0012".into()),
            data: Some("00".into()),
        }),
    ] {
        let expected = verdict(&answer);
        let judged = |answer: &Content| judge(&case, &expected, &hello, Codes::Exact, answer);
        assert!(!judged(&answer).fails, "{answer:?}");
        assert!(!judged(&content(&expected)).fails, "{answer:?}");
        assert!(judged(&failed(json!({"code": "0011"}))).fails, "{answer:?}");
    }
}

#[test]
fn a_code_that_only_one_has_is_a_difference() {
    let reject = |code: Option<&str>| {
        let code = code.map(str::to_owned);
        move |_: &Case| Content::Reject(Rejection { reason: "odd".into(), code: code.clone(), data: None })
    };
    for (one, second, actual) in [(None, Some("0012"), "nothing"), (Some("0012"), None, "0012")] {
        let mut hello = score::hello(None);
        hello.failure_detail = FailureDetail::Code;
        let (one, second) =
            (InProcess::new(hello.clone(), reject(one)), InProcess::new(hello, reject(second)));
        let (report, _) = fuzz(one, second, "keysend.receive");
        assert!(!report.clusters.is_empty());
        let has = format!("has {actual} at code");
        assert!(
            report.clusters.iter().all(|it| it.key.actual.starts_with(&has)),
            "{:?}",
            report.clusters[0].key
        );
    }
}

#[test]
fn no_more_is_compared_than_both_declare() {
    let mut hello = score::hello(None);
    hello.operations = vec!["onion.peel".into(), "tlv.decode".into()];
    hello.omits = vec!["onion.peel.payload".into()];
    hello.failure_detail = FailureDetail::Code;
    let nothing = |_: &Case| Content::Error("not asked".into());
    let both = Against::new(implementation(None, None), InProcess::new(hello.clone(), nothing));
    assert_eq!(both.hello().operations, ["tlv.decode", "onion.peel"]);
    assert_eq!((&both.hello().omits, both.hello().failure_detail), (&hello.omits, FailureDetail::Code));
    assert_eq!(both.second(), Some(&hello));
}
