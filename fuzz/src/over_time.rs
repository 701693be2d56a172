//! The oracle of `payer_over_time`: a payer's attempts one after another, and the offline device. The input says whether a payer of
//! keysends, one of shared secrets, or the device is asked (8 bits), then the fields as [`crate::tape`] writes them.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spontan::bolt1::tlv::MAX_MSAT;
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::construct::shared_secrets;
use spontan::bolt4::return_packet::{RETURN_PACKET_LENGTH, create, obfuscate, pad_length};
use spontan::protocol::Content;
use spontan::protocol::operation::{
    AmountEncoding, HmacKey, Input, OfflineDerive, OfflineSecret, PayerEvent, PayerSequence, Profile, Scheme,
    Send, SendHop,
};
use spontan::protocol::value::Hex;
use spontan::quirks::Quirk;
use spontan::reference;

use crate::codec::{POLICIES, Question};
use crate::mutate::Raw;
use crate::tape::Tape;
use crate::{Finding, OracleResult, Tally, agree, ensure};

/// Each attempt costs an onion in each implementation.
const MAX_EVENTS: usize = 16;
const MAX_HOPS: usize = 6;
/// Codes with each of the flags and without, and a message that has none.
const MESSAGES: [&[u8]; 8] =
    [&[0x20, 2], &[0x60, 2], &[0x40, 0x0f], &[0x40, 8], &[0x10, 7, 0, 0], &[0xc0, 5], &[0, 23], &[0x40]];

/// Reads an input; none when fields of fixed length are missing.
pub fn decode(bytes: &[u8]) -> Option<Question> {
    let mut tape = Tape::read(bytes);
    let mut kind = 0;
    tape.u8(&mut kind)?;
    let input = match kind % 3 {
        0 => Input::PayerSequence(PayerSequence::default()),
        1 => Input::PayerSequence(PayerSequence { scheme: Scheme::SharedSecret, events: Vec::new() }),
        _ => Input::OfflineDerive(OfflineDerive::default()),
    };
    let mut question = Question { input, policies: [0; POLICIES] };
    fields(&mut tape, &mut question)?;
    Some(question)
}

/// Writes an input; none if it is of another operation, or if a field has a length that the format has no place for.
pub fn encode(question: &Question) -> Option<Vec<u8>> {
    let mut kind = match &question.input {
        Input::PayerSequence(input) => u8::from(input.scheme == Scheme::SharedSecret),
        Input::OfflineDerive(_) => 2,
        _ => return None,
    };
    Tape::written(|tape| {
        tape.u8(&mut kind)?;
        fields(tape, &mut question.clone())
    })
}

fn fields(tape: &mut Tape<'_>, question: &mut Question) -> Option<()> {
    match &mut question.input {
        Input::PayerSequence(input) => {
            tape.array(&mut question.policies)?;
            let keysend = input.scheme == Scheme::Keysend;
            tape.list(&mut input.events, MAX_EVENTS, &blank(0), |tape, one| event(tape, keysend, one))
        }
        Input::OfflineDerive(input) => {
            tape.sized(&mut input.secret_key.0)?;
            tape.sized(&mut input.public_key.0)?;
            tape.u64(&mut input.amount.0)?;
            tape.one_of(&mut input.secret, &[OfflineSecret::X, OfflineSecret::SharedSecret])?;
            tape.one_of(&mut input.hmac_key, &[HmacKey::Secret, HmacKey::Amount])?;
            let encodings = [
                AmountEncoding::U64,
                AmountEncoding::U64LittleEndian,
                AmountEncoding::Tu64,
                AmountEncoding::Decimal,
            ];
            tape.one_of(&mut input.amount_encoding, &encodings)
        }
        _ => None,
    }
}

fn blank(kind: u8) -> PayerEvent {
    match kind {
        0 => {
            PayerEvent::Attempt { payment: 0, session_key: Hex::default(), preimage: None, hops: Vec::new() }
        }
        1 => PayerEvent::Failed { attempt: 0, packet: Hex::default() },
        2 => PayerEvent::Fulfilled { attempt: 0, preimage: Hex::default() },
        3 => PayerEvent::InvoicePaid { preimage: Hex::default() },
        _ => PayerEvent::ChannelUpdate { public_key: Hex::default() },
    }
}

fn event(tape: &mut Tape<'_>, keysend: bool, event: &mut PayerEvent) -> Option<()> {
    let mut kind = match event {
        PayerEvent::Attempt { .. } => 0,
        PayerEvent::Failed { .. } => 1,
        PayerEvent::Fulfilled { .. } => 2,
        PayerEvent::InvoicePaid { .. } => 3,
        PayerEvent::ChannelUpdate { .. } => 4,
    };
    tape.one_of(&mut kind, &[0, 1, 2, 3, 4])?;
    if let Tape::Read(_) = tape {
        *event = blank(kind);
    }
    match event {
        PayerEvent::Attempt { payment, session_key, preimage, hops } => {
            let mut short = u8::try_from(*payment).ok()?;
            tape.u8(&mut short)?;
            *payment = short.into();
            tape.fixed(&mut session_key.0, 32)?;
            if keysend {
                tape.fixed(&mut preimage.get_or_insert_default().0, 32)?;
            }
            let mut count = u8::try_from(hops.len()).ok().filter(|count| usize::from(*count) <= MAX_HOPS)?;
            tape.u8(&mut count)?;
            hops.resize(usize::from(count) % (MAX_HOPS + 1), SendHop::default());
            let count = hops.len();
            hops.iter_mut().enumerate().try_for_each(|(at, one)| hop(tape, at + 1 == count, one))
        }
        PayerEvent::Failed { attempt, packet } => {
            number(tape, attempt)?;
            tape.sized(&mut packet.0)
        }
        PayerEvent::Fulfilled { attempt, preimage } => {
            number(tape, attempt)?;
            tape.fixed(&mut preimage.0, 32)
        }
        PayerEvent::InvoicePaid { preimage } => tape.fixed(&mut preimage.0, 32),
        PayerEvent::ChannelUpdate { public_key } => tape.fixed(&mut public_key.0, 33),
    }
}

fn number(tape: &mut Tape<'_>, number: &mut usize) -> Option<()> {
    let mut short = u8::try_from(*number).ok()?;
    tape.u8(&mut short)?;
    *number = short.into();
    Some(())
}

fn hop(tape: &mut Tape<'_>, last: bool, hop: &mut SendHop) -> Option<()> {
    tape.fixed(&mut hop.public_key.0, 33)?;
    tape.u64(&mut hop.amt_to_forward.0)?;
    tape.u32(&mut hop.outgoing_cltv_value)?;
    match &mut hop.short_channel_id {
        Some(_) if last => None,
        None if last => Some(()),
        channel => tape.fixed(&mut channel.get_or_insert_default().0, 8),
    }
}

/// Whether docs/protocol.md says what a payer does: keys are sound, routes can be built and end where those before of the payment
/// ended, and return packets are not too short.
fn is_sound(input: &PayerSequence) -> bool {
    let mut ends = BTreeMap::new();
    input.events.iter().all(|event| match event {
        PayerEvent::Attempt { payment, session_key, hops, .. } => {
            let Some((last, before)) = hops.split_last() else { return false };
            let of_route = |hop: &SendHop, others: &[SendHop]| {
                others.iter().any(|other| other.public_key == hop.public_key)
            };
            SecretKey::decode(&session_key.0).is_ok()
                && hops.iter().all(|hop| PublicKey::decode(&hop.public_key.0).is_ok())
                && hops.iter().all(|hop| hop.amt_to_forward.0 <= MAX_MSAT)
                && (1..hops.len()).all(|at| !of_route(&hops[at], &before[..at]))
                && *ends.entry(*payment).or_insert(&last.public_key) == &last.public_key
        }
        PayerEvent::Failed { packet, .. } => packet.0.len() >= RETURN_PACKET_LENGTH,
        PayerEvent::ChannelUpdate { public_key } => PublicKey::decode(&public_key.0).is_ok(),
        PayerEvent::Fulfilled { .. } | PayerEvent::InvoicePaid { .. } => true,
    })
}

/// The reference and the second implementation agree; what is sent is what the payer's operation for a single payment makes; no session
/// key is sent twice, no preimage of another payment, and nothing after a payment was fulfilled; an attempt that is not sent leaves no
/// trace. Of an offline invoice the hash is that of the preimage, and the short channel id is the amount.
pub fn check(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = decode(bytes) else { return Ok(Tally::skipped("a field is missing")) };
    if matches!(&question.input, Input::PayerSequence(input) if !is_sound(input)) {
        return Ok(Tally::skipped("no text says what a payer does"));
    }
    let answer = agree::ask(&question.input, &question.choices(), quirk)?;
    let Content::Accept(output) = answer else { return Ok(Tally::compared(1)) };
    match &question.input {
        Input::PayerSequence(input) => {
            let outcomes = output["outcomes"].as_array().cloned().unwrap_or_default();
            ensure!(outcomes.len() == input.events.len(), "{} outcomes", outcomes.len());
            sent(&question, input, &outcomes)?;
            no_trace(&question, input, &outcomes)?;
        }
        Input::OfflineDerive(input) => {
            let bytes = |field: &str| output[field].as_str().and_then(|hex| hex::decode(hex).ok());
            let hash = bytes("preimage").map(|preimage| Sha256::digest(&preimage).to_vec());
            ensure!(hash == bytes("payment_hash"), "the hash is not that of the preimage");
            let amount = if input.amount_encoding == AmountEncoding::U64LittleEndian {
                input.amount.0.to_le_bytes()
            } else {
                input.amount.0.to_be_bytes()
            };
            ensure!(bytes("short_channel_id") == Some(amount.to_vec()), "the amount is not in the hint");
        }
        _ => {}
    }
    Ok(Tally::compared(2))
}

fn sent(question: &Question, input: &PayerSequence, outcomes: &[Value]) -> Result<(), Finding> {
    let (mut keys, mut preimages, mut paid, mut payments) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, (event, outcome)) in input.events.iter().zip(outcomes).enumerate() {
        match event {
            PayerEvent::Attempt { payment, session_key, preimage, hops } => {
                payments.push(*payment);
                if outcome["outcome"] != "sent" {
                    continue;
                }
                ensure!(!keys.contains(&session_key), "event {at} has a session key that was sent");
                let elsewhere = |(of, used): &(&u32, &Hex)| {
                    *of != payment && preimage.as_ref().is_some_and(|preimage| *used == preimage)
                };
                ensure!(!preimages.iter().any(elsewhere), "event {at} has a preimage of another payment");
                ensure!(!paid.contains(payment), "event {at} pays a payment again");
                keys.push(session_key);
                preimages.extend(preimage.as_ref().map(|preimage| (payment, preimage)));
                let send = Send {
                    session_key: session_key.clone(),
                    preimage: preimage.clone(),
                    profile: preimage.is_none().then_some(Profile::Bolt4),
                    hops: hops.clone(),
                    custom_records: Vec::new(),
                };
                let send = match input.scheme {
                    Scheme::Keysend => Input::KeysendSend(send),
                    Scheme::SharedSecret => Input::SharedSecretSend(send),
                };
                let Content::Accept(single) = reference::answer_input(&send, question.policies()) else {
                    return Err(Finding(format!("event {at} cannot be sent alone")));
                };
                for field in ["payment_hash", "packet"] {
                    ensure!(single[field] == outcome[field], "event {at} has another {field} alone");
                }
            }
            PayerEvent::Fulfilled { attempt, .. } if outcome["outcome"] == "paid" => {
                paid.extend(payments.get(*attempt));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Without the first attempt that is not sent, all other outcomes are the same.
fn no_trace(question: &Question, input: &PayerSequence, outcomes: &[Value]) -> Result<(), Finding> {
    let Some(at) = outcomes.iter().position(|outcome| outcome["outcome"] == "not_sent") else {
        return Ok(());
    };
    let is_attempt = |event: &&PayerEvent| matches!(event, PayerEvent::Attempt { .. });
    let refused = input.events[..at].iter().filter(is_attempt).count();
    let mut without = input.clone();
    without.events.remove(at);
    for event in &mut without.events {
        if let PayerEvent::Failed { attempt, .. } | PayerEvent::Fulfilled { attempt, .. } = event
            && *attempt > refused
        {
            *attempt -= 1;
        }
    }
    let without = Input::PayerSequence(without);
    let answer = reference::answer_input(&without, question.policies());
    let mut expected = outcomes.to_vec();
    expected.remove(at);
    ensure!(
        matches!(&answer, Content::Accept(output) if output["outcomes"] == json!(expected)),
        "event {at} is not sent, but without it other outcomes differ: {answer:?}\n input: {}",
        agree::show(&question.input)
    );
    Ok(())
}

/// Mutates `data[..size]`; gives the new size, at most `max`. A failure gets another message or comes from another hop, and keys and
/// preimages come again.
pub fn mutate(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let changed = (rng.u8(..4) > 0).then(|| {
        let mut question = decode(&data[..size])?;
        let Input::PayerSequence(input) = &mut question.input else { return None };
        change(input, &mut rng)?;
        encode(&question)
    });
    match changed.flatten().filter(|changed| (1..=max).contains(&changed.len())) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => raw(data, size, max),
    }
}

fn change(input: &mut PayerSequence, rng: &mut Rng) -> Option<()> {
    if input.events.is_empty() {
        return None;
    }
    let at = rng.usize(..input.events.len());
    let attempts: Vec<_> =
        input.events.iter().filter(|event| matches!(event, PayerEvent::Attempt { .. })).cloned().collect();
    let other = attempts.get(rng.usize(..attempts.len().max(1)))?.clone();
    let how = rng.u8(..4);
    if how == 0 && input.events.len() < MAX_EVENTS {
        input.events.insert(at, other);
        return Some(());
    }
    match (how, &mut input.events[at]) {
        (1, PayerEvent::ChannelUpdate { public_key }) => {
            let PayerEvent::Attempt { hops, .. } = &other else { return None };
            *public_key = hops.get(rng.usize(..hops.len().max(1)))?.public_key.clone();
        }
        (1, PayerEvent::Attempt { session_key, .. }) => {
            let PayerEvent::Attempt { session_key: earlier, .. } = other else { return None };
            *session_key = earlier;
        }
        (2, PayerEvent::Attempt { preimage, .. }) => {
            let PayerEvent::Attempt { preimage: earlier, .. } = other else { return None };
            *preimage = earlier;
        }
        (_, PayerEvent::Attempt { session_key, .. }) => session_key.0 = (0..32).map(|_| rng.u8(..)).collect(),
        (_, PayerEvent::Failed { attempt, packet }) => {
            let PayerEvent::Attempt { session_key, hops, .. } = attempts.get(*attempt)? else { return None };
            packet.0 = failure(session_key, hops, rng)?;
        }
        (2 | 3, event @ PayerEvent::Fulfilled { .. }) => {
            let PayerEvent::Fulfilled { attempt, .. } = *event else { return None };
            let PayerEvent::Attempt { session_key, hops, .. } = attempts.get(attempt)? else { return None };
            *event = PayerEvent::Failed { attempt, packet: Hex(failure(session_key, hops, rng)?) };
        }
        _ => drop(input.events.remove(at)),
    }
    Some(())
}

/// A failure of a hop of the route.
fn failure(session_key: &Hex, hops: &[SendHop], rng: &mut Rng) -> Option<Vec<u8>> {
    let session_key = SecretKey::decode(&session_key.0).ok()?;
    let nodes: Option<Vec<_>> = hops.iter().map(|hop| PublicKey::decode(&hop.public_key.0).ok()).collect();
    let secrets = shared_secrets(&session_key, nodes?);
    let hop = rng.usize(..secrets.len().max(1));
    let message = MESSAGES[rng.usize(..MESSAGES.len())];
    let mut packet = create(secrets.get(hop)?, message, pad_length(message.len()))?;
    secrets[..=hop].iter().rev().for_each(|secret| obfuscate(secret, &mut packet));
    Some(packet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeds;

    /// A stand-in for the engine's mutator: another byte in the middle.
    fn raw(data: &mut [u8], size: usize, _: usize) -> usize {
        if let Some(byte) = data[..size].get_mut(size / 2) {
            *byte ^= 0x55;
        }
        size
    }

    #[test]
    fn inputs_are_written_as_they_are_read() {
        let seeds = seeds::all(|_| true).unwrap();
        for (name, seed) in &seeds["payer_over_time"] {
            assert_eq!(encode(&decode(seed).unwrap()).as_ref(), Some(seed), "{name}");
        }
    }

    #[test]
    fn the_shortest_inputs_are_changed_too() {
        for kind in 0..3 {
            for number in 0..50 {
                let mut data = [kind; 64];
                mutate(&mut data, 1, 64, number, &mut raw);
            }
        }
    }

    #[test]
    fn what_is_changed_is_still_agreed_on() {
        let seeds = seeds::all(|_| true).unwrap();
        let seeds = &seeds["payer_over_time"];
        for (number, seed) in (0..).zip(seeds.values().cycle().take(300)) {
            let mut data = seed.clone();
            data.resize(seed.len() + 2000, 0);
            let max = data.len();
            let size = mutate(&mut data, seed.len(), max, number, &mut raw);
            check(&data[..size], None).unwrap_or_else(|finding| panic!("{number}: {finding}"));
        }
    }
}
