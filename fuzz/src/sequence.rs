//! The oracle of a node from one event to the next.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spontan::bolt4::PACKET_LENGTH;
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::protocol::Content;
use spontan::protocol::operation::{Event, Htlc, Input, Sequence};
use spontan::quirks::Quirk;
use spontan::reference;

use crate::payment::claims;
use crate::sealed::{self, peel_input};
use crate::{Finding, OracleResult, Tally, agree, codec, ensure};

fn htlcs(sequence: &Sequence) -> Vec<&Htlc> {
    let htlcs = sequence.events.iter().filter_map(|event| match event {
        Event::Htlc { htlc, .. } => Some(htlc),
        _ => None,
    });
    htlcs.collect()
}

/// A node's decisions are those of the second implementation; every HTLC is decided once; a claim has its hash's preimage, and
/// an invoice's is not given away before the whole total is there; a hash is claimed once unless the policies say
/// otherwise; and an HTLC that fails by itself leaves no trace.
pub fn check(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    of("node.sequence", bytes, quirk)
}

/// The same of a node that accepts spontaneous AMP.
pub fn amp(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    of("amp.sequence", bytes, quirk)
}

fn of(operation: &str, bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = codec::decode(operation, bytes) else {
        return Ok(Tally::skipped("too short for a node"));
    };
    let choices = question.choices();
    let answer = agree::ask(&question.input, &choices, quirk)?;
    let (Input::Sequence(sequence) | Input::AmpSequence(sequence), Content::Accept(output)) =
        (&question.input, answer)
    else {
        return Ok(Tally::compared(1));
    };
    let outcomes = output["outcomes"].as_array().cloned().unwrap_or_default();
    let may_repeat = choices.contains(&("claimed_hash_again", "settle"))
        || choices.contains(&("replayed_onion", "redeem"))
        // HTLCs of an AMP are known by payment secret and set id, not by their hashes.
        || operation == "amp.sequence";
    invariants(sequence, &outcomes, may_repeat)?;
    let mut tally = Tally::compared(2);
    if let Some(without) = first_that_failed_by_itself(sequence, &outcomes) {
        no_trace(operation, sequence, &outcomes, without, &choices)?;
        tally = tally.and(Tally::compared(1));
    }
    Ok(tally)
}

fn number(decision: &Value) -> usize {
    decision["htlc"].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
}

fn invariants(sequence: &Sequence, outcomes: &[Value], may_repeat: bool) -> Result<(), Finding> {
    let htlcs = htlcs(sequence);
    let mut last: BTreeMap<usize, String> = BTreeMap::new();
    let mut claimed_hashes = BTreeSet::new();
    let mut invoices = BTreeSet::new();
    for (event, decisions) in sequence.events.iter().zip(outcomes) {
        if let Event::Invoice { preimage, .. } = event {
            invoices.insert(Sha256::digest(&preimage.0).to_vec());
        }
        let mut claimed: BTreeMap<&[u8], Vec<&Htlc>> = BTreeMap::new();
        for decision in decisions.as_array().into_iter().flatten() {
            let at = number(decision);
            let outcome = decision["outcome"].as_str().unwrap_or_default();
            let Some(htlc) = htlcs.get(at) else {
                return Err(Finding(format!("a decision on HTLC {at}, which never came")));
            };
            let before = last.insert(at, outcome.to_owned());
            let allowed = match before.as_deref() {
                None => true,
                Some("held") => matches!(outcome, "claimed" | "failed"),
                Some(_) => false,
            };
            ensure!(allowed, "HTLC {at} is {outcome} and was {before:?}");
            if outcome == "claimed" {
                claims(htlc, &decision["preimage"])?;
                claimed.entry(&htlc.payment_hash.0).or_default().push(htlc);
            }
        }
        for (hash, parts) in claimed {
            let first = claimed_hashes.insert(hash);
            ensure!(first || may_repeat, "{} is claimed twice", hex::encode(hash));
            if first && invoices.contains(hash) {
                whole(sequence, &parts)?;
            }
        }
    }
    Ok(())
}

/// The parts of an invoice's set reach its total.
fn whole(sequence: &Sequence, parts: &[&Htlc]) -> Result<(), Finding> {
    let received: u128 = parts.iter().map(|part| u128::from(part.amount_msat.0)).sum();
    for part in parts {
        let payload = sealed::payload(&peel_input(&sequence.node_secret, part));
        let namespace = PayloadNamespace { ignore_even_custom_records: true, amp: false };
        let total = Payload::decode(&payload, &namespace).ok().and_then(|payload| payload.payment_data);
        let total = total.map_or(0, |data| data.total_msat.0);
        ensure!(received >= u128::from(total), "claimed with {received} msat of {total}");
    }
    Ok(())
}

/// The event and the number of the first HTLC whose failure concerns nothing else and whose packet does not come again.
fn first_that_failed_by_itself(sequence: &Sequence, outcomes: &[Value]) -> Option<(usize, usize)> {
    let mut count = 0;
    for (at, (event, decisions)) in sequence.events.iter().zip(outcomes).enumerate() {
        let Event::Htlc { htlc, .. } = event else { continue };
        let mine = count;
        count += 1;
        let alone = decisions.as_array().is_some_and(|decisions| {
            matches!(decisions.as_slice(), [one] if one["outcome"] == "failed" && number(one) == mine)
        });
        // A packet's HMAC is its name: the same one again would be a replay, and the node may answer it in another way.
        let hmac = |htlc: &Htlc| htlc.packet.0.get(PACKET_LENGTH - 32..).map(<[u8]>::to_vec);
        let same = htlcs(sequence).into_iter().filter(|other| hmac(other) == hmac(htlc)).count();
        if alone && same == 1 {
            return Some((at, mine));
        }
    }
    None
}

fn no_trace(
    operation: &str,
    sequence: &Sequence,
    outcomes: &[Value],
    (event, htlc): (usize, usize),
    choices: &[(&str, &str)],
) -> Result<(), Finding> {
    let mut without = sequence.clone();
    without.events.remove(event);
    let without = match operation {
        "amp.sequence" => Input::AmpSequence(without),
        _ => Input::Sequence(without),
    };
    let Content::Accept(output) = reference::answer_input(&without, agree::policies(choices)) else {
        return Err(Finding(format!("without event {event} there is no answer: {}", agree::show(&without))));
    };
    let mut expected = outcomes.to_vec();
    expected.remove(event);
    for decision in expected.iter_mut().filter_map(Value::as_array_mut).flatten() {
        let at = number(decision);
        if at > htlc {
            decision["htlc"] = json!(at - 1);
        }
    }
    ensure!(
        output["outcomes"] == json!(expected),
        "HTLC {htlc} fails by itself, but without it other decisions differ: {} without, {} with it\n input: {}",
        output["outcomes"],
        json!(expected),
        json!(sequence)
    );
    Ok(())
}
