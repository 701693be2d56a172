//! The reference's answer as the expectation of a case: codes that the specs also allow are added, and the data of each
//! code, unless the specs leave it free.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::case::{Refusal, Verdict};
use super::rulebook;
use crate::bolt1::bigsize;
use crate::bolt1::tlv::records;
use crate::bolt4::payload::types;
use crate::node::Policies;
use crate::protocol::operation::{Event, Htlc, Input, Peel, Peeled};
use crate::protocol::output::{
    Decision, Outcome, Output, PayerOutcome, PayerSequence, Sequence, has_free_data,
};
use crate::protocol::{Content, Rejection, reason};
use crate::reference;

/// What must come out of an input under these policies. `also` are failure codes that are allowed beside those of the
/// reason.
///
/// # Errors
/// If the reference gives no verdict: then the input is none of its operation.
pub fn verdict(input: &Input, policies: Policies, also: &[&str]) -> Result<Verdict, String> {
    let arrivals = arrivals(input);
    let output = match reference::output(input, policies) {
        Ok(Output::Sequence(sequence)) => serde_json::to_value(expected_sequence(sequence, &arrivals, also)?),
        Ok(Output::PayerSequence(sequence)) => serde_json::to_value(expected_attempts(sequence)?),
        Ok(output) => serde_json::to_value(output),
        Err(Content::Reject(rejection)) => {
            return Ok(Verdict::Reject(refusal(&rejection, arrivals.first(), also)?));
        }
        Err(other) => return Err(format!("the reference gives no verdict: {other:?}")),
    };
    output.map(Verdict::Accept).map_err(|error| error.to_string())
}

/// What failure codes and their data may depend on beside the reason.
#[derive(Clone, Copy)]
struct Arrival<'a> {
    packet: &'a [u8],
    htlc: Option<&'a Htlc>,
    /// The height at which it arrives, in blocks.
    height: u32,
    /// What the HTLC's packet decrypts to, if it does.
    payload: Option<&'a [u8]>,
    /// Whether there is an invoice for its payment hash.
    is_invoiced: bool,
}

/// The HTLCs of an input, in the order of their arrival, or the packet alone that is to be peeled.
fn arrivals(input: &Input) -> Vec<Arrival<'_>> {
    let sequence = match input {
        Input::Peel(Peel { packet, .. }) => {
            return vec![Arrival {
                packet: &packet.0,
                htlc: None,
                height: 0,
                payload: None,
                is_invoiced: false,
            }];
        }
        Input::KeysendReceive(receive) | Input::SharedSecretReceive(receive) => {
            return vec![arrival(&receive.htlc, receive.peeled.as_ref(), receive.height)];
        }
        Input::Sequence(sequence) | Input::AmpSequence(sequence) => sequence,
        _ => return Vec::new(),
    };
    let mut height = sequence.height;
    let mut invoiced = BTreeSet::new();
    let mut arrivals = Vec::new();
    for event in &sequence.events {
        match event {
            Event::Htlc { htlc, peeled } => arrivals.push(Arrival {
                is_invoiced: invoiced.contains(&htlc.payment_hash.0),
                ..arrival(htlc, peeled.as_ref(), height)
            }),
            Event::Invoice { preimage, .. } => {
                invoiced.insert(Sha256::digest(&preimage.0).to_vec());
            }
            Event::Height { height: risen } => height = *risen,
            Event::Time { .. } | Event::Settings { .. } => {}
        }
    }
    arrivals
}

fn arrival<'a>(htlc: &'a Htlc, peeled: Option<&'a Peeled>, height: u32) -> Arrival<'a> {
    let payload = peeled.map(|peeled| peeled.payload.0.as_slice());
    Arrival { packet: &htlc.packet.0, htlc: Some(htlc), height, payload, is_invoiced: false }
}

/// The outcomes with each attempt that is not sent as a refusal.
fn expected_attempts(sequence: PayerSequence) -> Result<PayerSequence<Refusal>, String> {
    let outcome = |outcome| {
        Ok(match outcome {
            PayerOutcome::NotSent(rejection) => PayerOutcome::NotSent(refusal(&rejection, None, &[])?),
            PayerOutcome::Sent { payment_hash, packet } => PayerOutcome::Sent { payment_hash, packet },
            PayerOutcome::Returned { hop, failure_message } => {
                PayerOutcome::Returned { hop, failure_message }
            }
            PayerOutcome::Paid => PayerOutcome::Paid,
            PayerOutcome::PreimageWrong => PayerOutcome::PreimageWrong,
            PayerOutcome::Noted => PayerOutcome::Noted,
        })
    };
    let outcomes: Result<_, String> = sequence.outcomes.into_iter().map(outcome).collect();
    Ok(PayerSequence { outcomes: outcomes? })
}

/// The outcomes with each failure as a refusal.
fn expected_sequence(
    sequence: Sequence,
    arrivals: &[Arrival<'_>],
    also: &[&str],
) -> Result<Sequence<Refusal>, String> {
    let decision = |Decision { htlc, outcome }| {
        let outcome = match outcome {
            Outcome::Failed(rejection) => Outcome::Failed(refusal(&rejection, arrivals.get(htlc), also)?),
            Outcome::Claimed { preimage } => Outcome::Claimed { preimage },
            Outcome::Held => Outcome::Held,
            Outcome::Forwarded { short_channel_id } => Outcome::Forwarded { short_channel_id },
        };
        Ok(Decision { htlc, outcome })
    };
    let event = |decisions: Vec<Decision>| decisions.into_iter().map(decision).collect();
    let outcomes: Result<_, String> = sequence.outcomes.into_iter().map(event).collect();
    Ok(Sequence { outcomes: outcomes? })
}

fn refusal(rejection: &Rejection, arrival: Option<&Arrival<'_>>, also: &[&str]) -> Result<Refusal, String> {
    let name = rejection.reason.raw();
    let reason = reason::find(name).ok_or_else(|| format!("{name} is not a reason of the list"))?;
    let rule = rulebook::find(name).ok_or_else(|| format!("the rulebook has no row for {name}"))?;
    let refusal =
        |codes, data| Refusal { layer: reason.layer.name().into(), reason: name.to_owned(), codes, data };
    let Some((first, arrival)) = rejection.code.as_ref().zip(arrival) else {
        return Ok(refusal(Vec::new(), BTreeMap::new()));
    };
    let mut codes = vec![first.clone()];
    // With a path key there is only one code.
    if first != "c018" {
        for code in rule.also.iter().chain(further_codes(rejection, arrival)).chain(also) {
            if !codes.iter().any(|known| known == code) {
                codes.push((*code).to_owned());
            }
        }
    }
    let with_data = |code: &String| data(code, arrival).map(|data| (code.clone(), hex::encode(data)));
    let all: BTreeMap<_, _> = codes.iter().filter_map(with_data).collect();
    // The reference knows what it answers with; both must say the same.
    if all.get(first) != rejection.data.as_ref().filter(|_| !has_free_data(Some(first))) {
        return Err(format!("the data of {first} is {:?}, and not {:?}", rejection.data, all.get(first)));
    }
    Ok(refusal(codes, all))
}

/// The data that a failure of this arrival has with a code; none where the node may choose it. BOLT 4, "Failure Messages".
fn data(code: &str, arrival: &Arrival<'_>) -> Option<Vec<u8>> {
    let of_htlc = |htlc: &Htlc| match code {
        "400f" => [&htlc.amount_msat.0.to_be_bytes()[..], &arrival.height.to_be_bytes()].concat(),
        "0012" => htlc.cltv_expiry.to_be_bytes().into(),
        "0013" => htlc.amount_msat.0.to_be_bytes().into(),
        _ => Vec::new(),
    };
    match code {
        "c004" | "c005" | "c006" => Some(Sha256::digest(arrival.packet).to_vec()),
        _ if has_free_data(Some(code)) => None,
        _ => arrival.htlc.map(of_htlc),
    }
}

/// Codes that follow from more than the reason. BOLT 4, "Failure Messages".
fn further_codes(rejection: &Rejection, arrival: &Arrival<'_>) -> &'static [&'static str] {
    let has = |wanted| {
        let records = arrival.payload.into_iter().flat_map(records);
        records.flatten().any(|record| record.r#type == wanted)
    };
    // In failure data, the type comes first.
    let names_keysend_record = || {
        let of_keysend = bigsize::encode(types::KEYSEND_PREIMAGE);
        rejection.data.as_ref().is_some_and(|data| data.starts_with(&hex::encode(of_keysend.as_ref())))
    };
    match rejection.reason.raw() {
        // To a node that has no keysend, the record is an unknown even type. Where there is an invoice, the payment secret decides.
        "preimage_mismatch" | "keysend_refused" if !arrival.is_invoiced => &["4016"],
        // Neither a record nor a payment secret: the payload lacks something, or the node requires a feature.
        "payment_hash_unknown" if !has(types::PAYMENT_DATA) => &["4016", "6003"],
        // A record of another length may be taken for a preimage that does not fit.
        "value_wrong_length" if names_keysend_record() => &["400f"],
        _ => &[],
    }
}
