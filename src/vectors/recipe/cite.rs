//! Which requirements of `vectors/requirements.yaml` a case cites. A rejected case cites those of its reason, an accepted
//! one those of its place in a spec; where that is too coarse, the case's own name decides. What a rejection answers, and
//! what the events of a sequence answer, follows from the answer itself.

use serde_json::Value;

use crate::vectors::case::{Case, Verdict};
use crate::vectors::rulebook;

type Table = &'static [(&'static str, &'static [&'static str])];

/// By the case's id, `*` standing for anything; the first pattern that fits decides.
const BY_ID: Table = &[
    // A node over time
    ("node.sequence/accept/one-keysend", &["blip3.receiver.claim", "bolt2.remove.soon"]),
    ("node.sequence/accept/two-parts", SET),
    ("node.sequence/accept/three-parts", SET),
    ("node.sequence/accept/more-than-the-total", SET),
    ("node.sequence/accept/one-part-of-two", &["bolt4.mpp.incomplete"]),
    ("node.sequence/accept/one-msat-missing", &["bolt4.mpp.incomplete", "bolt4.mpp.complete"]),
    ("node.sequence/accept/amount-is-not-amt-to-forward", &["bolt4.mpp.complete", "bolt4.mpp.incomplete"]),
    ("node.sequence/accept/keysend-between-parts", &["bolt4.mpp.set", "blip3.receiver.claim"]),
    (
        "node.sequence/accept/keysend-part-that-stays-alone",
        &["bolt4.mpp.single", "bolt4.reader.payment-data"],
    ),
    ("node.sequence/accept/two-keysends-one-payment-secret", &["bolt4.mpp.set", "bolt4.reader.payment-data"]),
    ("node.sequence/accept/part-within-the-time", &["bolt4.mpp.wait"]),
    ("node.sequence/accept/part-with-wrong-secret", &["bolt4.mpp.secret-required"]),
    ("node.sequence/accept/invoice-secret-*", &["bolt4.failure.payment-secret", "bolt4.mpp.secret-required"]),
    (
        "node.sequence/accept/invoice-total-above-twice-*",
        &["bolt4.failure.amount-far-above", "bolt4.mpp.amount-paid"],
    ),
    (
        "node.sequence/accept/invoice-total-twice",
        &["bolt4.failure.amount-far-above", "bolt4.mpp.amount-paid"],
    ),
    ("node.sequence/accept/invoice-total-*", &["bolt4.mpp.amount-paid", "bolt4.failure.amount-too-low"]),
    ("node.sequence/accept/invoice-any-amount", &["bolt4.mpp.amount-paid"]),
    (
        "node.sequence/accept/set-of-twice-the-amount",
        &["bolt4.mpp.complete", "bolt4.failure.amount-far-above"],
    ),
    ("node.sequence/accept/probe-*", &["blip3.receiver.mismatch"]),
    ("node.sequence/accept/invoice-paid-with-wrong-keysend-record", &["blip3.receiver.mismatch"]),
    ("node.sequence/accept/keysend-o*", &["blip3.receiver.refused", "blip3.receiver.claim"]),
    ("node.sequence/accept/short-preimage-then-valid", &["bolt1.tlv.known-length", "blip3.receiver.claim"]),
    ("node.sequence/accept/*-then-valid", &["blip3.receiver.claim", "bolt2.add.same-hash"]),
    ("node.sequence/accept/bent-packet-behind", &["bolt4.peel.replay", "bolt4.peel.replay-redeem"]),
    ("node.sequence/accept/replay-after-claim", &["bolt4.peel.replay", "bolt4.peel.replay-redeem"]),
    ("node.sequence/accept/shared-secret-replay", &["bolt4.peel.replay", "bolt4.peel.replay-redeem"]),
    ("node.sequence/accept/bent-packet-first", &["bolt4.peel.hmac"]),
    ("node.sequence/accept/other-hash-first", &["bolt2.add.associated-data", "bolt4.peel.hmac"]),
    ("node.sequence/accept/replay-with-another-hash", &["bolt4.peel.replay", "bolt2.add.associated-data"]),
];

/// Parts that reach their total.
const SET: &[&str] =
    &["bolt4.mpp.complete", "bolt4.mpp.all-or-nothing", "bolt2.add.same-hash", "bolt2.remove.soon"];

/// By an accepted case's place in a spec.
const BY_SPEC: Table = &[
    ("04-onion-routing.md:339", &["bolt4.final.amount"]),
    ("04-onion-routing.md:341", &["bolt4.final.expiry-soon"]),
    ("04-onion-routing.md:386-409", &["bolt4.mpp.complete"]),
    ("04-onion-routing.md:393", &["bolt4.mpp.set"]),
    ("04-onion-routing.md:394-395", &["bolt4.mpp.same-total"]),
    ("04-onion-routing.md:396-397", &["bolt4.mpp.complete"]),
    ("04-onion-routing.md:401-404", &["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"]),
    ("04-onion-routing.md:916-921", &["bolt4.peel.replay"]),
    ("04-onion-routing.md:949-957", &["bolt4.peel.forward"]),
    ("04-onion-routing.md:1508-1510", &["bolt4.failure.hash-paid"]),
    ("04-onion-routing.md:1511-1514", &["bolt4.failure.payment-secret"]),
    ("04-onion-routing.md:1518-1520", &["bolt4.failure.hash-unknown"]),
    ("blip-0003.md:29-42", &["blip3.receiver.claim"]),
    ("lightning-dev 2019-06-09", &["post2019.secret", "post2019.hashes"]),
];

/// What a finished case cites, what it turns on first.
pub fn requirements(case: &Case, named: &[&'static str]) -> Vec<String> {
    let verdict = match (&case.expect, &case.expect_by_policy) {
        (Some(verdict), _) => Some(verdict),
        (None, by_policy) => {
            by_policy.as_ref().and_then(|by| by.answers.first()).map(|answer| &answer.verdict)
        }
    };
    let mut ids: Vec<&str> = named.to_vec();
    match BY_ID.iter().find(|(pattern, _)| fits(pattern, &case.id)) {
        _ if !named.is_empty() => {}
        Some((_, cited)) => ids.extend(*cited),
        None => match verdict {
            Some(Verdict::Reject(refusal)) => ids.extend(of_reason(&refusal.reason)),
            _ => {
                for spec in &case.spec {
                    let cited = BY_SPEC.iter().filter(|(place, _)| place == spec);
                    ids.extend(cited.flat_map(|(_, ids)| *ids));
                }
            }
        },
    }
    match verdict {
        Some(Verdict::Reject(refusal)) => ids.extend(rulebook::shown_by_failure(case, refusal)),
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

/// Whether a pattern in which `*` stands for anything fits the whole text.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| fits(rest, &text[at..]))
        }),
    }
}
