//! Texts that are open or newer than the specs' commits, and which cases each of them would turn. A case names them in
//! `open_texts`; `docs/watch.md` has the table.

use serde_json::Value;

use super::case::{Case, Verdict};
use crate::bolt1::tlv;
use crate::bolt4::payload::types;

/// An open text.
pub struct OpenText {
    /// The repository and the number of its pull request.
    pub name: &'static str,
    /// The pull request.
    pub url: &'static str,
    /// What it would change.
    pub effect: &'static str,
    /// Whether it would turn what must come out of a case, or may.
    turns: fn(&Case) -> bool,
}

/// All of them, by number.
pub const OPEN_TEXTS: [OpenText; 4] = [
    OpenText {
        name: "bolts-836",
        url: "https://github.com/lightning/bolts/pull/836",
        effect: "Trampoline routing gives the payload types 14, 20 and 21 a meaning.",
        turns: |case| {
            payloads(&case.input).iter().any(|types| types.iter().any(|r#type| TRAMPOLINE.contains(r#type)))
        },
    },
    OpenText {
        name: "bolts-1149",
        url: "https://github.com/lightning/bolts/pull/1149",
        effect: "Static invoices bring keysend within a blinded route.",
        turns: |case| {
            payloads(&case.input).iter().any(|types| has(types, types::KEYSEND_PREIMAGE) && is_blinded(types))
        },
    },
    OpenText {
        name: "bolts-1326",
        url: "https://github.com/lightning/bolts/pull/1326",
        effect: "A final node may answer with the codes of BADONION as all nodes do. The requirement \
                 `bolt4.failure.final-not-badonion`, which is waived, goes.",
        turns: |_| false,
    },
    OpenText {
        name: "bolts-1355",
        url: "https://github.com/lightning/bolts/pull/1355",
        effect: "`total_msat` becomes mandatory: a spontaneous payment without `payment_data` would not conform.",
        turns: is_paid_without_payment_data,
    },
];

const TRAMPOLINE: [u64; 3] = [14, 20, 21];

/// The names of the texts that would turn the case.
pub fn of(case: &Case) -> Vec<String> {
    OPEN_TEXTS.iter().filter(|text| (text.turns)(case)).map(|text| text.name.to_owned()).collect()
}

/// The types of the records of each payload that the input gives, as far as it can be read.
fn payloads(input: &Value) -> Vec<Vec<u64>> {
    let events = input.get("events").and_then(Value::as_array).into_iter().flatten();
    events.chain([input]).filter_map(payload).collect()
}

fn payload(of: &Value) -> Option<Vec<u64>> {
    let payload = hex::decode(of.get("peeled")?.get("payload")?.as_str()?).ok()?;
    Some(tlv::records(&payload).map_while(Result::ok).map(|record| record.r#type).collect())
}

fn has(types: &[u64], r#type: u64) -> bool {
    types.contains(&r#type)
}

fn is_blinded(types: &[u64]) -> bool {
    has(types, types::ENCRYPTED_RECIPIENT_DATA) || has(types, types::CURRENT_PATH_KEY)
}

/// A payment that is claimed, or made, with no `payment_data` in its final payload.
fn is_paid_without_payment_data(case: &Case) -> bool {
    let Some(Verdict::Accept(output)) = case.default_verdict() else { return false };
    if matches!(case.operation(), "keysend.send" | "shared_secret.send") {
        return true;
    }
    let is_plain = |of: &Value| payload(of).is_some_and(|types| !has(&types, types::PAYMENT_DATA));
    if case.input.get("peeled").is_some() {
        return output.get("outcome").is_some_and(|outcome| outcome == "claimed") && is_plain(&case.input);
    }
    let events = case.input.get("events").and_then(Value::as_array).into_iter().flatten();
    let htlcs: Vec<_> = events.filter(|event| event.get("htlc").is_some()).collect();
    let outcomes = output.get("outcomes").and_then(Value::as_array).into_iter().flatten();
    let mut claimed = outcomes
        .filter_map(Value::as_array)
        .flatten()
        .filter(|outcome| outcome.get("outcome").is_some_and(|outcome| outcome == "claimed"))
        .filter_map(|outcome| outcome.get("htlc")?.as_u64());
    claimed.any(|index| htlcs.get(index as usize).is_some_and(|event| is_plain(event)))
}
