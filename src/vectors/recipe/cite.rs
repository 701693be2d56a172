//! Which requirements of `vectors/requirements.yaml` a case cites. A rejected case cites those of its reason, an accepted
//! one those of its place in a spec; where that is too coarse, the case's own name decides. What a rejection answers, and
//! what the events of a sequence answer, follows from the answer itself.

use serde_json::Value;

use crate::vectors::case::{Case, Verdict};
use crate::vectors::rulebook;

type Table = &'static [(&'static str, &'static [&'static str])];

/// By the case's id, `*` standing for anything; the first pattern that fits decides.
const BY_ID: Table = &[
    // BOLT 1
    ("tlv.decode/accept/*-empty", &["bolt1.tlv.stop"]),
    (
        "tlv.decode/accept/n1-all-records",
        &["bolt1.tlv.known-decoded", "bolt1.tlv.record", "bolt1.tlv.unknown-odd"],
    ),
    ("tlv.decode/accept/n2-all-records", &["bolt1.tlv.known-decoded", "bolt1.tlv.record"]),
    ("tlv.decode/accept/bolt1-n1-amount-*", &["bolt1.tlv.known-decoded", "bolt1.integer.truncated"]),
    ("tlv.decode/accept/bolt1-n1-point-*", &["bolt1.tlv.known-decoded", "bolt1.point"]),
    ("tlv.decode/accept/bolt1-*-unknown-odd-*", &["bolt1.tlv.unknown-odd"]),
    ("tlv.decode/accept/n1-order-*", &["bolt1.tlv.types-increasing"]),
    ("tlv.decode/accept/n2-tu32-4-bytes", &["bolt1.tlv.known-length", "bolt1.integer.truncated"]),
    ("tlv.decode/accept/payload-current-path-key", &["bolt4.payload.records", "bolt1.point"]),
    ("tlv.decode/reject/*-point-prefix-04", &["bolt1.point", "bolt1.tlv.known-decoded"]),
    ("tlv.decode/reject/payload-current-path-key-not-on-curve", &["bolt1.point", "bolt1.tlv.known-decoded"]),
    ("tlv.decode/reject/payload-current-path-key-prefix-04", &["bolt1.point", "bolt1.tlv.known-decoded"]),
    // Keys
    ("ecdh.shared_secret/reject/public-key-*", &["bolt1.point", "bolt4.secret.derivation"]),
    ("onion.construct/reject/public-key-*", &["bolt1.point", "bolt4.secret.derivation"]),
    ("*.send/reject/final-node-prefix-04", &["bolt1.point", "bolt4.secret.derivation"]),
    // Building a packet
    ("onion.construct/accept/bolt4-five-hops", EVERY_BYTE),
    ("onion.construct/accept/one-hop", EVERY_BYTE_OF_ONE_HOP),
    (
        "onion.construct/accept/associated-data-*",
        &["bolt4.construct.associated-data", "bolt4.construct.hmac"],
    ),
    ("onion.construct/accept/same-node-twice", &["bolt4.construct.ephemeral-keys", "bolt4.secret.blinding"]),
    (
        "onion.construct/accept/session-key-*",
        &["bolt4.construct.session-key", "bolt4.construct.ephemeral-keys"],
    ),
    ("onion.construct/accept/payload-of-*", &["bolt4.construct.layers", "bolt4.packet.hop-payloads"]),
    ("onion.construct/accept/two-hops-filling-*", &["bolt4.packet.hop-payloads", "bolt4.construct.filler"]),
    ("onion.construct/accept/37-hops-*", &["bolt4.packet.hop-payloads", "bolt4.packet.reserved-lengths"]),
    ("onion.construct/reject/payload-of-0-bytes", &["bolt4.packet.reserved-lengths"]),
    ("onion.construct/reject/*-of-1-byte", &["bolt4.packet.reserved-lengths"]),
    // Peeling a packet
    (
        "onion.peel/accept/bolt4-hop-4",
        &["bolt4.peel.final", "bolt4.peel.stream", "bolt4.keys.derivation", "bolt4.keys.stream"],
    ),
    (
        "onion.peel/accept/bolt4-hop-*",
        &["bolt4.peel.forward", "bolt4.peel.stream", "bolt4.keys.derivation", "bolt4.keys.stream"],
    ),
    ("onion.peel/accept/one-hop", &["bolt4.peel.final", "bolt4.peel.secret", "bolt4.keys.derivation"]),
    ("onion.peel/accept/next-hmac-*", &["bolt4.peel.final"]),
    ("onion.peel/accept/hop-1-of-2", &["bolt4.peel.final"]),
    ("onion.peel/accept/hop-19-of-20", &["bolt4.peel.final"]),
    ("onion.peel/accept/hop-*", &["bolt4.peel.forward", "bolt4.peel.stream", "bolt4.secret.blinding"]),
    ("onion.peel/accept/payload-of-*", &["bolt4.peel.length-form"]),
    ("onion.peel/accept/payload-length-1265*", &["bolt4.peel.remainder"]),
    ("onion.peel/accept/path-key-*", &["bolt4.peel.path-key", "bolt2.add.path-key", "bolt4.peel.forward"]),
    ("onion.peel/reject/path-key-and-version", &["bolt4.failure.path-key", "bolt4.peel.version"]),
    ("onion.peel/reject/path-key-*", &["bolt4.peel.path-key", "bolt4.peel.hmac"]),
    ("onion.peel/reject/other-node", &["bolt4.peel.secret", "bolt4.peel.hmac"]),
    ("onion.peel/reject/public-key-negated", &["bolt4.peel.secret", "bolt4.peel.hmac"]),
    ("onion.peel/reject/payload-length-2597", &["bolt4.peel.next-hmac-missing"]),
    ("onion.peel/reject/payload-length-65535", &["bolt4.peel.length-overrun"]),
    ("onion.peel/reject/payload-length-2-to-*", &["bolt4.peel.length-overrun"]),
    ("*.receive/reject/payload-length-2-to-*", &["bolt4.peel.length-overrun"]),
    ("*.receive/reject/other-payment-hash", &["bolt2.add.associated-data", "bolt4.peel.hmac"]),
    ("*.receive/reject/*packet-public-key-negated", &["bolt4.peel.secret", "bolt4.peel.hmac"]),
    ("keysend.receive/reject/path-key", &["bolt2.add.path-key", "bolt4.peel.hmac"]),
    // Paying
    (
        "keysend.send/accept/one-hop",
        &[
            "blip3.sender.record",
            "blip3.sender.payment-hash",
            "bolt1.tlv.write-no-inner-length",
            "bolt4.writer.amount-and-expiry",
            "bolt4.writer.final-values",
        ],
    ),
    (
        "keysend.send/accept/*-hops*",
        &[
            "blip3.sender.record",
            "bolt4.writer.short-channel-id",
            "bolt4.writer.no-payment-data-before-final",
            "bolt4.writer.amount-and-expiry",
        ],
    ),
    ("keysend.send/accept/preimage-*", &["blip3.sender.record", "blip3.sender.payment-hash"]),
    ("keysend.send/reject/custom-keysend-type", &["blip3.sender.record", "bolt1.tlv.write-order"]),
    ("shared_secret.send/accept/x-only-*", &["post2019.secret-x-only", "post2019.hashes"]),
    ("shared_secret.send/accept/bolt4-route-x-only", &["post2019.secret-x-only", "post2019.hashes"]),
    (
        "shared_secret.send/accept/*-hops*",
        &[
            "post2019.secret",
            "post2019.hashes",
            "bolt4.writer.short-channel-id",
            "bolt4.writer.amount-and-expiry",
        ],
    ),
    ("shared_secret.send/accept/bolt4-route", &["post2019.secret", "post2019.hashes"]),
    ("*.send/accept/amount-0", &["bolt4.writer.final-values", "bolt1.integer.truncated"]),
    ("*.send/accept/amount-21-*", &["bolt1.integer.msat-bound", "bolt4.writer.final-values"]),
    ("*.send/accept/amount-*", &["bolt4.writer.final-values", "bolt1.integer.truncated"]),
    ("*.send/accept/expiry-499999999", &["bolt2.add.expiry-in-blocks", "bolt4.writer.final-values"]),
    ("*.send/accept/expiry-*", &["bolt4.writer.final-values", "bolt1.integer.truncated"]),
    ("*.send/accept/custom-65536", &["bolt1.tlv.custom-range"]),
    ("*.send/accept/custom-25*", &["bolt1.tlv.write-minimal"]),
    ("*.send/accept/custom-cut-to-32-bits", &["bolt1.tlv.write-order", "bolt1.tlv.write-minimal"]),
    ("*.send/accept/custom-unsorted", &["bolt1.tlv.write-order"]),
    ("*.send/accept/custom-around-keysend", &["bolt1.tlv.write-order"]),
    ("*.send/accept/custom-longest", &["bolt4.packet.hop-payloads"]),
    ("*.send/accept/custom-*", &["bolt1.tlv.custom-range", "bolt1.tlv.write-no-inner-length"]),
    ("*.send/reject/short-channel-id-at-final-node", &["bolt4.writer.no-short-channel-id-at-final"]),
    // Being paid
    (
        "keysend.receive/accept/minimal*",
        &["blip3.receiver.claim", "bolt2.add.decrypt", "bolt4.final.total-default"],
    ),
    (
        "shared_secret.receive/accept/keysend-record-that-matches",
        &["blip3.receiver.claim", "post2019.hashes"],
    ),
    ("*.receive/accept/amount-*", &["bolt4.final.amount"]),
    ("*.receive/accept/amt-to-forward-*", &["bolt4.final.amount"]),
    ("*.receive/accept/expiry-above-outgoing", &["bolt4.final.expiry"]),
    ("*.receive/accept/expiry-height-*", &["bolt4.final.expiry-soon"]),
    ("*.receive/accept/delta-*", &["bolt4.final.expiry-soon"]),
    ("*.receive/accept/odd-custom", &["bolt1.tlv.unknown-odd"]),
    ("*.receive/accept/total-amount-msat*", &["bolt4.reader.total-amount-msat"]),
    (
        "*.receive/accept/not-final-payment-data",
        &["bolt4.reader.payment-data-before-final", "bolt4.peel.forward"],
    ),
    (
        "*.receive/reject/not-final-current-path-key",
        &["bolt4.reader.path-key", "bolt4.failure.current-path-key", "bolt2.remove.blinded-introduction"],
    ),
    (
        "*.receive/reject/path-key-outside-of-a-blinded-route",
        &["bolt4.reader.path-key", "bolt4.peel.path-key", "bolt2.add.path-key"],
    ),
    ("*.receive/reject/current-path-key", &["bolt4.reader.path-key"]),
    ("shared_secret.receive/reject/switched-off", &["bolt4.failure.hash-unknown"]),
    ("*.receive/accept/x-only-*", &["post2019.secret-x-only", "post2019.hashes"]),
    ("shared_secret.receive/reject/three-hashes", &["post2019.hashes"]),
    ("shared_secret.receive/reject/x-only-three-hashes", &["post2019.hashes"]),
    ("shared_secret.receive/reject/*secret-is-the-preimage", &["post2019.hashes"]),
    ("shared_secret.receive/reject/hash-*", &["bolt4.failure.hash-unknown", "post2019.hashes"]),
    ("shared_secret.receive/reject/x-only-hash-*", &["bolt4.failure.hash-unknown", "post2019.hashes"]),
    ("shared_secret.receive/reject/x-only-*", &["post2019.secret-x-only"]),
    ("shared_secret.receive/reject/compressed-*", &["post2019.secret"]),
    ("shared_secret.receive/reject/first-hops-secret", &["post2019.secret"]),
    ("shared_secret.receive/reject/other-profile", &["post2019.secret"]),
    ("shared_secret.receive/reject/secret-*", &["post2019.secret"]),
    ("shared_secret.receive/reject/session-key", &["post2019.secret"]),
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

/// A packet of several hops, byte for byte.
const EVERY_BYTE: &[&str] = &[
    "bolt4.construct.layers",
    "bolt4.construct.ephemeral-keys",
    "bolt4.construct.filler",
    "bolt4.construct.hmac",
    "bolt4.construct.padding",
    "bolt4.construct.result",
    "bolt4.keys.derivation",
    "bolt4.keys.stream",
    "bolt4.packet.layout",
    "bolt4.packet.version",
    "bolt4.secret.blinding",
    "bolt4.secret.derivation",
];

/// A packet of one hop, byte for byte: no filler, and no key is blinded.
const EVERY_BYTE_OF_ONE_HOP: &[&str] = &[
    "bolt4.construct.layers",
    "bolt4.construct.padding",
    "bolt4.construct.hmac",
    "bolt4.construct.result",
    "bolt4.keys.derivation",
    "bolt4.keys.stream",
    "bolt4.packet.layout",
    "bolt4.packet.version",
];

/// Parts that reach their total.
const SET: &[&str] =
    &["bolt4.mpp.complete", "bolt4.mpp.all-or-nothing", "bolt2.add.same-hash", "bolt2.remove.soon"];

/// By an accepted case's place in a spec.
const BY_SPEC: Table = &[
    ("01-messaging.md:605-801", &["bolt1.bigsize.encoding"]),
    ("01-messaging.md:803-1038", &["bolt1.tlv.known-decoded"]),
    ("01-messaging.md:159-179", &["bolt1.tlv.unknown-odd"]),
    ("01-messaging.md:178-179", &["bolt1.tlv.unknown-odd"]),
    ("01-messaging.md:237-241", &["bolt1.integer.truncated"]),
    ("01-messaging.md:237-248", &["bolt1.integer.truncated", "bolt1.integer.msat-bound"]),
    ("04-onion-routing.md:186-216", &["bolt4.payload.records"]),
    ("04-onion-routing.md:282-283", &["bolt4.reader.final-short-channel-id"]),
    ("04-onion-routing.md:288-290", &["bolt4.reader.payment-metadata"]),
    ("04-onion-routing.md:327-341", &["bolt4.final.amount", "bolt4.final.expiry", "bolt4.final.expiry-soon"]),
    ("04-onion-routing.md:339", &["bolt4.final.amount"]),
    ("04-onion-routing.md:341", &["bolt4.final.expiry-soon"]),
    ("04-onion-routing.md:386-409", &["bolt4.mpp.complete"]),
    ("04-onion-routing.md:390-391", &["bolt4.mpp.single", "bolt4.reader.payment-data"]),
    ("04-onion-routing.md:393", &["bolt4.mpp.set"]),
    ("04-onion-routing.md:394-395", &["bolt4.mpp.same-total"]),
    ("04-onion-routing.md:396-397", &["bolt4.mpp.complete"]),
    ("04-onion-routing.md:401-404", &["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"]),
    ("04-onion-routing.md:711-726", &["bolt4.secret.derivation"]),
    ("04-onion-routing.md:728-744", &["bolt4.secret.blinding", "bolt4.secret.derivation"]),
    (
        "04-onion-routing.md:746-900",
        &["bolt4.construct.layers", "bolt4.construct.ephemeral-keys", "bolt4.construct.filler"],
    ),
    ("04-onion-routing.md:909-957", &["bolt4.peel.stream", "bolt4.peel.secret"]),
    ("04-onion-routing.md:916-921", &["bolt4.peel.replay"]),
    ("04-onion-routing.md:937-948", &["bolt4.peel.remainder"]),
    ("04-onion-routing.md:949-957", &["bolt4.peel.forward"]),
    ("04-onion-routing.md:1508-1510", &["bolt4.failure.hash-paid"]),
    ("04-onion-routing.md:1511-1514", &["bolt4.failure.payment-secret"]),
    ("04-onion-routing.md:1518-1520", &["bolt4.failure.hash-unknown"]),
    ("blip-0003.md:29-31", &["blip3.sender.record", "bolt1.tlv.known-decoded"]),
    ("blip-0003.md:29-35", &["blip3.sender.record", "blip3.sender.payment-hash"]),
    ("blip-0003.md:29-42", &["blip3.receiver.claim"]),
    ("bolt04/onion-error-test.json", &["bolt4.secret.derivation"]),
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
