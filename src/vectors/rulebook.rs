//! One row for each reason of a rejection: what is true of every case that turns on it. A recipe that rejects names the
//! reason, and level, flag, place in a spec, codes and requirements follow.

use serde_json::{Map, Value};

use super::case::Level::{self, May, Must, Proposal, Should};
use super::case::{Case, Refusal, Verdict};
use crate::protocol::output::decisions;

/// What is true of every case that turns on a reason.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The reason; one of [`crate::protocol::reason::REASONS`], which has its layer and its sentence.
    pub reason: &'static str,
    /// How strong the text is that asks for a rejection.
    pub level: Level,
    /// How strong the text is that asks for the failure codes.
    pub code_level: Level,
    /// What kind of bug a failure means.
    pub flag: &'static str,
    /// Where the rule is written.
    pub spec: &'static str,
    /// Failure codes that the specs' wording allows beside the reference's.
    pub also: &'static [&'static str],
    /// The requirements that a case shows which turns on it, the one it turns on first.
    pub requirements: &'static [&'static str],
}

/// Writes a row: reason, level of the verdict and of the codes, flag and place in a spec; the further codes; the requirements.
macro_rules! rules {
    ($($reason:ident $level:ident $code_level:ident $flag:literal $spec:literal [$($also:literal)*] $($requirement:literal)+;)+) => {
        &[$(Rule {
            reason: stringify!($reason),
            level: $level,
            code_level: $code_level,
            flag: $flag,
            spec: $spec,
            also: &[$($also),*],
            requirements: &[$($requirement),+],
        }),+]
    };
}

/// A row for each reason, in the order of the layers.
pub const RULES: &[Rule] = rules! {
    secret_key_invalid Must May "curve" "04-onion-routing.md:711-726" [] "bolt4.secret.derivation";
    session_key_invalid Must May "curve" "04-onion-routing.md:752-754" [] "bolt4.construct.session-key";
    preimage_length Must May "bounds" "blip-0003.md:29-31" [] "blip3.sender.record";
    no_hops Must May "bounds" "04-onion-routing.md:748-756" [] "bolt4.construct.route";
    short_channel_id_missing Must May "missing-record" "04-onion-routing.md:279-281" []
        "bolt4.writer.short-channel-id";
    amount_too_large Must May "bounds" "01-messaging.md:244-248" [] "bolt1.integer.msat-bound";
    custom_record_type_reserved Must May "order" "01-messaging.md:132-134" [] "bolt1.tlv.custom-range";
    custom_record_type_keysend Must May "theft" "01-messaging.md:147-148" [] "bolt1.tlv.write-order";
    custom_record_type_twice Must May "order" "01-messaging.md:147-148" [] "bolt1.tlv.write-order";
    feature_set_twice Must May "bounds" "09-features.md:71" [] "bolt9.features.both-bits";
    feature_dependency_missing Must May "bounds" "09-features.md:72" [] "bolt9.features.dependencies";
    node_feature_unknown Must May "unknown-type" "07-routing-gossip.md:365-368" [] "bolt7.features.unknown-even";
    invoice_feature_unknown Must May "unknown-type" "11-payment-encoding.md:217-218" []
        "bolt11.features.unknown-even";
    keysend_not_announced Should May "policy" "blip-0003.md:36" [] "blip3.sender.feature";
    payloads_too_long Must May "bounds" "04-onion-routing.md:162-171" [] "bolt4.packet.hop-payloads";
    packet_length Must May "bounds" "04-onion-routing.md:138-141" [] "bolt4.packet.layout";
    version_unknown Must May "packet" "04-onion-routing.md:912-913" []
        "bolt4.peel.version" "bolt4.version.higher";
    public_key_invalid Must May "curve" "04-onion-routing.md:914-915" [] "bolt4.peel.public-key" "bolt1.point";
    replayed Must May "state" "04-onion-routing.md:916-921" ["c004" "c006" "400f"] "bolt4.peel.replay";
    hmac_mismatch Must May "authenticity" "04-onion-routing.md:928-933" [] "bolt4.peel.hmac";
    return_packet_too_short May May "policy" "04-onion-routing.md:1119-1122" [] "bolt4.error.short-packet";
    failure_source_unknown Must May "authenticity" "04-onion-routing.md:1211-1213" [] "bolt4.error.source";
    payload_length_not_minimal Must May "framing" "04-onion-routing.md:937-938" ["400f" "c004" "c005" "c006"]
        "bolt4.peel.length-form" "bolt1.bigsize.minimal";
    payload_length_reserved Must May "framing" "04-onion-routing.md:939-940" ["400f" "c004" "c005" "c006"]
        "bolt4.peel.length-reserved";
    payload_length_too_long Must May "framing" "04-onion-routing.md:941-948" ["400f" "c004" "c005" "c006"]
        "bolt4.peel.remainder";
    bigsize_truncated Must May "bounds" "01-messaging.md:605-801" [] "bolt1.bigsize.whole";
    bigsize_not_minimal Must May "canonical-form" "01-messaging.md:600-603" [] "bolt1.bigsize.minimal";
    type_truncated Must May "bounds" "01-messaging.md:160-163" [] "bolt1.tlv.record" "bolt1.bigsize.whole";
    type_not_minimal Must May "canonical-form" "01-messaging.md:162-163" [] "bolt1.tlv.minimal";
    types_not_increasing Must May "order" "01-messaging.md:164-166" [] "bolt1.tlv.types-increasing";
    length_truncated Must May "bounds" "01-messaging.md:162-168" [] "bolt1.tlv.record" "bolt1.bigsize.whole";
    length_not_minimal Must May "canonical-form" "01-messaging.md:162-163" [] "bolt1.tlv.minimal";
    value_truncated Must May "bounds" "01-messaging.md:167-168" [] "bolt1.tlv.length-in-bounds";
    unknown_even_type Must May "unknown-type" "01-messaging.md:175-177" [] "bolt1.tlv.unknown-even";
    value_wrong_length Must May "bounds" "01-messaging.md:171-172" [] "bolt1.tlv.known-length";
    value_not_minimal Must May "canonical-form" "01-messaging.md:173-174" []
        "bolt1.tlv.known-minimal" "bolt1.integer.truncated";
    value_invalid Must May "bounds" "01-messaging.md:169-172,244-248" []
        "bolt1.integer.msat-bound" "bolt1.tlv.known-decoded";
    amt_to_forward_missing Must May "missing-record" "04-onion-routing.md:329" [] "bolt4.reader.required";
    outgoing_cltv_value_missing Must May "missing-record" "04-onion-routing.md:329" [] "bolt4.reader.required";
    next_hop_missing Must May "missing-record" "04-onion-routing.md:330-332" ["400a"] "bolt4.reader.next-hop";
    short_channel_id_at_final_node May May "policy" "04-onion-routing.md:282-283" ["400f"]
        "bolt4.reader.final-short-channel-id";
    total_amount_msat_not_allowed May May "policy" "04-onion-routing.md:358-360" ["400f"]
        "bolt4.reader.total-amount-msat";
    amt_to_forward_zero May May "policy" "silent" ["400f"] "bolt4.reader.amt-to-forward-0";
    payment_data_before_final May May "policy" "04-onion-routing.md:279-281" ["400f"]
        "bolt4.reader.payment-data-before-final";
    blinded_path_not_allowed Must May "blinded-path" "04-onion-routing.md:327-328" ["c018"] "bolt4.reader.path-key";
    path_key_twice Must May "blinded-path" "04-onion-routing.md:294-296" ["c018"] "bolt4.blinded.one-path-key";
    path_key_missing Must May "blinded-path" "04-onion-routing.md:294,298-299" ["c018"] "bolt4.blinded.path-key";
    encrypted_data_unreadable Must May "blinded-path" "04-onion-routing.md:302-303,532-534" ["c018"]
        "bolt4.blinded.decrypts" "bolt4.blinded.unreadable-data";
    max_cltv_expiry_exceeded Must May "blinded-path" "04-onion-routing.md:304-306" ["c018" "400f"]
        "bolt4.blinded.max-cltv-expiry";
    below_htlc_minimum Must May "blinded-path" "04-onion-routing.md:304-305,307" ["c018" "400f"]
        "bolt4.blinded.htlc-minimum";
    feature_unknown Must May "blinded-path" "04-onion-routing.md:310-311" ["c018"] "bolt4.blinded.unknown-feature";
    next_hop_twice Must May "blinded-path" "04-onion-routing.md:310,312" ["c018"] "bolt4.blinded.one-next-hop";
    record_not_of_a_blinded_route Must May "blinded-path" "04-onion-routing.md:314-315,321-322" ["c018"]
        "bolt4.reader.blinded-final";
    payment_relay_missing Must May "blinded-path" "04-onion-routing.md:314,317" ["c018"]
        "bolt4.blinded.payment-relay";
    blinded_route_refused May May "policy" "09-features.md:46" ["c018"] "bolt9.features.route-blinding";
    total_amount_msat_missing Must May "missing-record" "04-onion-routing.md:321,323" ["c018"]
        "bolt4.blinded.final-required";
    keysend_refused Should Should "policy" "blip-0003.md:40-42" [] "blip3.receiver.refused";
    preimage_mismatch Should Should "theft" "blip-0003.md:40-42" [] "blip3.receiver.mismatch";
    payment_hash_unknown Must Must "theft" "04-onion-routing.md:1518-1520" [] "bolt4.failure.hash-unknown";
    payment_secret_missing Must Must "theft" "04-onion-routing.md:1511-1514" []
        "bolt4.failure.payment-secret" "bolt4.mpp.secret-required";
    payment_secret_mismatch Must Must "theft" "04-onion-routing.md:1511-1514" []
        "bolt4.failure.payment-secret" "bolt4.mpp.secret-required";
    payment_data_not_allowed May May "policy" "silent" ["4016"] "bolt4.reader.payment-data";
    payment_metadata_not_allowed May May "policy" "silent" ["4016"] "bolt4.reader.payment-metadata";
    total_msat_not_amount Must May "theft" "04-onion-routing.md:390-391" ["4016"]
        "bolt4.mpp.single" "bolt4.reader.payment-data";
    set_id_differs Proposal May "state" "lnd-0.21.3-beta" [] "amp.set-id";
    set_id_zero Proposal May "bounds" "lnd-0.21.3-beta" [] "amp.set-id";
    child_hash_mismatch Proposal May "theft" "lnd-0.21.3-beta" [] "amp.claim" "amp.child";
    total_msat_differs Should May "state" "04-onion-routing.md:394-395" ["0017"] "bolt4.mpp.same-total";
    amount_too_low Must Must "theft" "04-onion-routing.md:1515-1517" []
        "bolt4.failure.amount-too-low" "bolt4.mpp.amount-paid";
    amount_too_high Should Should "state" "04-onion-routing.md:1521-1525" []
        "bolt4.failure.amount-far-above" "bolt4.mpp.amount-paid";
    hash_already_claimed May May "policy" "04-onion-routing.md:1508-1510" [] "bolt4.failure.hash-paid";
    expiry_too_soon Must Must "theft" "04-onion-routing.md:341,1526-1528" []
        "bolt4.final.expiry-soon" "bolt4.failure.expiry-too-soon" "bolt4.failure.final-not-forwarding";
    expiry_too_far Should May "policy" "02-peer-protocol.md:2575-2576" ["2002" "6002"]
        "bolt2.forward.expiry-far";
    final_incorrect_cltv_expiry Must Must "htlc" "04-onion-routing.md:340,1529-1530" []
        "bolt4.final.expiry" "bolt4.failure.expiry-below-onion" "bolt4.failure.final-not-forwarding";
    final_incorrect_htlc_amount Must Must "theft" "04-onion-routing.md:339,1531-1532" []
        "bolt4.final.amount" "bolt4.failure.amount-below-onion" "bolt4.failure.final-not-forwarding";
    mpp_timeout Should Should "state" "04-onion-routing.md:401-404" ["400f"]
        "bolt4.mpp.timeout" "bolt4.mpp.timeout-code";
    held_until_expiry Must May "theft" "02-peer-protocol.md:2573-2574,2697" ["0017"]
        "bolt2.held.expiry" "bolt2.fulfill.deadline" "bolt2.remove.timed-out";
    payment_complete May May "theft" "silent" [] "payer.paid-once";
    payment_failed Should May "state" "04-onion-routing.md:1559-1561" [] "bolt4.origin.permanent";
    attempt_in_flight May May "theft" "silent" [] "payer.one-in-flight";
    node_removed Should May "state" "04-onion-routing.md:1568-1571" [] "bolt4.origin.node";
    preimage_used Must May "theft" "blip-0003.md:32-33" [] "blip3.sender.fresh-preimage";
    session_key_used Must May "theft" "04-onion-routing.md:752-754" [] "bolt4.construct.session-key-random";
};

/// The row of a reason.
pub fn find(reason: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.reason == reason)
}

/// The requirements that a finished case shows, what it turns on first: those that its recipe names; else, if it is rejected,
/// those of its reason; and those that its failure, or the failures of a sequence's HTLCs, show.
pub fn shown(case: &Case, named: &[&'static str]) -> Vec<String> {
    let verdict = case.default_verdict();
    let mut ids: Vec<&str> = named.to_vec();
    match verdict {
        Some(Verdict::Reject(refusal)) => {
            if named.is_empty() {
                ids.extend(of_reason(&refusal.reason));
            }
            ids.extend(shown_by_failure(case, refusal));
        }
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
    find(reason).map_or(&[], |rule| rule.requirements)
}

/// Those of the reasons for which HTLCs of a sequence fail.
fn of_outcomes(output: &Value) -> impl Iterator<Item = &'static str> {
    let reasons = decisions(output).filter_map(|decision| decision.get("reason")?.as_str());
    reasons.flat_map(|reason| of_reason(reason).iter().copied())
}

/// What the failure itself shows: that there is one, its code, its data.
fn shown_by_failure(case: &Case, refusal: &Refusal) -> Vec<&'static str> {
    let mut ids = Vec::new();
    if case.operation().ends_with(".receive") {
        match refusal.layer.as_str() {
            "packet" | "framing" | "tlv" => ids.push("bolt2.add.decryption-fails"),
            "payload" => ids.push("bolt2.add.payload-rules"),
            _ => {}
        }
    }
    let Some(code) = refusal.codes.first() else { return ids };
    match code.as_str() {
        "c018" if has_path_key(case) => ids.extend(["bolt4.failure.path-key", "bolt2.remove.path-key"]),
        "c018" => ids.extend(["bolt4.failure.current-path-key", "bolt2.remove.blinded-introduction"]),
        "4016" => ids.push("bolt4.failure.payload"),
        "400f" if refusal.data.contains_key("400f") => ids.push("bolt4.failure.details-data"),
        _ => {}
    }
    if refusal.codes.iter().any(|code| code == "6003") {
        ids.push("bolt4.failure.feature-missing");
    }
    ids.push("bolt4.failure.listed-code");
    if !refusal.data.is_empty() {
        ids.push("bolt4.failure.data");
    }
    // The other code with this bit, that of a path key in the payload, goes back in an ordinary failure.
    if code.starts_with('c') && refusal.layer == "packet" {
        ids.push("bolt2.remove.badonion-bit");
    }
    if case.flags.iter().any(|flag| flag == "several-faults") {
        ids.push("bolt4.failure.first-of-list");
    }
    ids
}

/// How strong the texts are that ask for the codes and the data of a case's failures; the weakest where there are several.
pub fn levels_of_failures(case: &Case) -> (Option<Level>, Option<Level>) {
    let verdicts = case.expect.iter().map(|expectation| &expectation.verdict);
    let refusals: Vec<Refusal> =
        verdicts.flat_map(refusals).filter(|refusal| !refusal.codes.is_empty()).collect();
    let code_level = |refusal: &Refusal| match refusal.codes[0].as_str() {
        // BOLT 4, "Failure Messages": MUST, whatever is wrong.
        "c018" => Must,
        _ => find(&refusal.reason).map_or(May, |rule| rule.code_level),
    };
    // BOLT 4, "Failure Messages", asks for the data of each code with MUST.
    let has_data = |refusal: &&Refusal| !refusal.data.is_empty();
    let levels = (refusals.iter().map(code_level).max(), refusals.iter().find(has_data).map(|_| Must));
    // BOLT 4's codes and data bind no node that reads a record of which it does not know.
    match case.operation() {
        "amp.sequence" => (levels.0.map(|level| level.max(May)), levels.1.map(|level| level.max(May))),
        _ => levels,
    }
}

/// The refusals of a verdict: its own, or those of a sequence's HTLCs.
pub(super) fn refusals(verdict: &Verdict) -> Vec<Refusal> {
    match verdict {
        Verdict::Reject(refusal) => vec![refusal.clone()],
        Verdict::Accept(output) => {
            let failed = |decision: &Map<String, Value>| {
                let mut decision = decision.clone();
                decision.retain(|key, _| ["layer", "reason", "codes", "data"].contains(&key.as_str()));
                serde_json::from_value(Value::Object(decision)).ok()
            };
            decisions(output).filter_map(failed).collect()
        }
    }
}

/// Whether the packet comes with a path key.
fn has_path_key(case: &Case) -> bool {
    let htlc = case.input.get("htlc").unwrap_or(&case.input);
    htlc.get("path_key").is_some_and(|key| !key.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::blinded::{BLINDED_FINAL_NODE, BLINDED_FORWARDING_NODE};
    use crate::node::rules::{FINAL_NODE, FORWARDING_NODE};
    use crate::protocol::reason::REASONS;
    use crate::vectors::requirement;

    #[test]
    fn every_reason_has_a_row_and_every_requirement_exists() {
        assert!(REASONS.iter().map(|reason| reason.name).eq(RULES.iter().map(|rule| rule.reason)));
        let requirements = requirement::built_in().unwrap().requirements;
        for rule in RULES {
            let known = |id: &&str| requirements.iter().any(|requirement| requirement.id == *id);
            assert!(!rule.requirements.is_empty() && rule.requirements.iter().all(known), "{}", rule.reason);
        }
    }

    #[test]
    fn the_reference_s_rules_name_the_first_requirement_of_their_reason() {
        for rule in FINAL_NODE.iter().chain(FORWARDING_NODE) {
            let row = find(rule.reason).unwrap();
            assert_eq!(rule.requirement, row.requirements[0], "{}", rule.reason);
        }
        // A reason may be one of a blinded route as well, where another sentence asks for it.
        let requirements = requirement::built_in().unwrap().requirements;
        for rule in BLINDED_FINAL_NODE.iter().chain(BLINDED_FORWARDING_NODE) {
            let known = requirements.iter().any(|requirement| requirement.id == rule.requirement);
            assert!(find(rule.reason).is_some() && known, "{}", rule.reason);
        }
    }
}
