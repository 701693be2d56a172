//! The oracle of `returning`: the way back. The input says which of the five operations is asked (8 bits), then its fields as
//! [`crate::tape`] writes them.

use fastrand::Rng;
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::attribution::{HOPS, LENGTH};
use spontan::bolt4::construct::shared_secrets;
use spontan::bolt4::return_packet::{self, obfuscate};
use spontan::bolt4::stream::{KeyType, key, mac};
use spontan::bolt4::{HMAC_LENGTH, SharedSecret};
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::protocol::operation::{
    AttributionOpen, AttributionUpdate, FailureCreate, FailureOpen, FailureWrap, Input,
};
use spontan::protocol::value::Hex;
use spontan::quirks::Quirk;

use crate::codec::{POLICIES, Question};
use crate::mutate::Raw;
use crate::tape::Tape;
use crate::{OracleResult, Tally, agree, ensure};

/// BOLT 4's longest route.
const MAX_HOPS: usize = 27;
/// The longest failure message that is asked for, in bytes.
const MAX_MESSAGE: usize = 256;

/// Reads an input; none when fields of fixed length are missing.
pub fn decode(bytes: &[u8]) -> Option<Question> {
    let mut tape = Tape::read(bytes);
    let mut kind = 0;
    tape.u8(&mut kind)?;
    let input = match kind % 5 {
        0 => Input::FailureCreate(FailureCreate::default()),
        1 => Input::FailureWrap(FailureWrap::default()),
        2 => Input::FailureOpen(FailureOpen::default()),
        3 => Input::AttributionUpdate(AttributionUpdate::default()),
        _ => Input::AttributionOpen(AttributionOpen::default()),
    };
    let mut question = Question { input, policies: [0; POLICIES] };
    fields(&mut tape, &mut question)?;
    Some(question)
}

/// Writes an input; none if it is of another operation, or if a field has a length that the format has no place for.
pub fn encode(question: &Question) -> Option<Vec<u8>> {
    let mut kind = match &question.input {
        Input::FailureCreate(_) => 0,
        Input::FailureWrap(_) => 1,
        Input::FailureOpen(_) => 2,
        Input::AttributionUpdate(_) => 3,
        Input::AttributionOpen(_) => 4,
        _ => return None,
    };
    Tape::written(|tape| {
        tape.u8(&mut kind)?;
        fields(tape, &mut question.clone())
    })
}

fn fields(tape: &mut Tape<'_>, question: &mut Question) -> Option<()> {
    match &mut question.input {
        Input::FailureCreate(input) => {
            tape.fixed(&mut input.shared_secret.0, 32)?;
            tape.rest(&mut input.failure_message.0)?;
            input.failure_message.0.truncate(MAX_MESSAGE);
        }
        Input::FailureWrap(input) => {
            tape.fixed(&mut input.shared_secret.0, 32)?;
            tape.rest(&mut input.packet.0)?;
        }
        Input::FailureOpen(input) => {
            tape.array(&mut question.policies)?;
            route(tape, &mut input.session_key, &mut input.public_keys)?;
            tape.rest(&mut input.packet.0)?;
        }
        Input::AttributionUpdate(input) => {
            tape.fixed(&mut input.shared_secret.0, 32)?;
            tape.u32(&mut input.hold_time)?;
            maybe(tape, &mut input.attribution_data, |tape, data| tape.fixed(data, LENGTH))?;
            maybe(tape, &mut input.packet, |tape, packet| tape.rest(packet))?;
        }
        Input::AttributionOpen(input) => {
            route(tape, &mut input.session_key, &mut input.public_keys)?;
            input.public_keys.truncate(HOPS);
            tape.fixed(&mut input.attribution_data.0, LENGTH)?;
            maybe(tape, &mut input.packet, |tape, packet| tape.rest(packet))?;
        }
        _ => return None,
    }
    Some(())
}

/// A field that may be missing: whether it is there, and then its bytes.
fn maybe(
    tape: &mut Tape<'_>,
    field: &mut Option<Hex>,
    bytes: impl FnOnce(&mut Tape<'_>, &mut Vec<u8>) -> Option<()>,
) -> Option<()> {
    let mut is_there = field.is_some();
    tape.one_of(&mut is_there, &[false, true])?;
    let mut value = field.take().unwrap_or_default();
    if is_there {
        bytes(tape, &mut value.0)?;
    }
    *field = is_there.then_some(value);
    Some(())
}

/// The session key, and the public keys with their number before them.
fn route(tape: &mut Tape<'_>, session_key: &mut Hex, public_keys: &mut Vec<Hex>) -> Option<()> {
    tape.fixed(&mut session_key.0, 32)?;
    let mut count = u8::try_from(public_keys.len()).ok().filter(|count| usize::from(*count) <= MAX_HOPS)?;
    tape.u8(&mut count)?;
    public_keys.resize(usize::from(count) % (MAX_HOPS + 1), Hex::default());
    public_keys.iter_mut().try_for_each(|key| tape.fixed(&mut key.0, 33))
}

/// The reference and the second implementation agree; a packet that a node made opens at that node, wrapping twice is wrapping
/// not at all, and the packet of which the payer knows the source is what that node made.
pub fn check(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = decode(bytes) else { return Ok(Tally::skipped("a field is missing")) };
    let answer = agree::ask(&question.input, &question.choices(), quirk)?;
    let Content::Accept(output) = answer else { return Ok(Tally::compared(1)) };
    let packet = output["packet"].as_str().and_then(|packet| hex::decode(packet).ok());
    match (&question.input, packet) {
        (Input::FailureCreate(input), Some(packet)) => {
            let Ok(secret) = input.shared_secret.0.as_slice().try_into() else {
                return Ok(Tally::compared(1));
            };
            let opened = return_packet::open(&[SharedSecret(secret)], &packet);
            let message = opened.as_ref().and_then(return_packet::Opened::failure_message);
            ensure!(message == Some(&input.failure_message.0[..]), "another message comes out: {message:?}");
            ensure!(packet.len() == return_packet::RETURN_PACKET_LENGTH, "{} bytes", packet.len());
        }
        (Input::FailureWrap(input), Some(mut packet)) => {
            let Ok(secret) = input.shared_secret.0.as_slice().try_into() else {
                return Ok(Tally::compared(1));
            };
            obfuscate(&SharedSecret(secret), &mut packet);
            ensure!(packet == input.packet.0, "wrapped twice, the packet is another");
        }
        (Input::FailureOpen(input), None) => {
            let hop = output["hop"].as_u64().unwrap_or(u64::MAX) as usize;
            ensure!(hop < input.public_keys.len(), "there is no hop {hop}");
        }
        (Input::AttributionOpen(input), None) => {
            let read = output["hold_times"].as_array().map_or(0, Vec::len);
            let invalid = output["invalid_hop"].as_u64();
            ensure!(read <= input.public_keys.len(), "{read} hold times");
            ensure!(
                invalid.is_none_or(|hop| hop as usize == read),
                "{read} hold times before hop {invalid:?}"
            );
        }
        _ => {}
    }
    Ok(Tally::compared(2))
}

/// Mutates `data[..size]`; gives the new size, at most `max`. What a hop of the route made is changed in the clear, with a true HMAC.
pub fn mutate(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let changed = (rng.u8(..4) > 0).then(|| {
        let mut question = decode(&data[..size])?;
        let Input::FailureOpen(input) = &mut question.input else { return None };
        change(input, &mut rng, raw)?;
        if rng.u8(..8) == 0 {
            question.policies[rng.usize(..Policies::ALL.len())] = rng.u8(..2);
        }
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

fn change(input: &mut FailureOpen, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    let session_key = SecretKey::decode(&input.session_key.0).ok()?;
    let nodes: Option<Vec<_>> = input.public_keys.iter().map(|key| PublicKey::decode(&key.0).ok()).collect();
    let secrets = shared_secrets(&session_key, nodes?);
    let opened = return_packet::open(&secrets, &input.packet.0)?;
    let mut body = opened.packet[HMAC_LENGTH..].to_vec();
    match rng.u8(..4) {
        // failure_len, or the bytes around the end of the message.
        0 if body.len() > 1 => body[rng.usize(..2)] = rng.u8(..),
        1 => {
            let message = opened.failure_message().map_or(0, <[u8]>::len);
            let at = (2 + message + rng.usize(..2)).min(body.len().saturating_sub(1));
            body.get_mut(at).map(|byte| *byte = rng.u8(..))?;
        }
        2 => body.resize(rng.usize(..400), 0),
        _ => {
            let room = body.len() + 8;
            let filled = body.len();
            body.resize(room, 0);
            let filled = raw(&mut body, filled, room).min(room);
            body.truncate(filled);
        }
    }
    let hop = rng.usize(..secrets.len());
    let mut packet = [&mac(&key(KeyType::Um, &secrets[hop].0), &[&body])[..], &body].concat();
    secrets[..=hop].iter().for_each(|secret| obfuscate(secret, &mut packet));
    input.packet = Hex(packet);
    Some(())
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

    fn mutated(seed: &[u8], number: u32) -> Vec<u8> {
        let mut data = seed.to_vec();
        data.resize(seed.len() + 500, 0);
        let max = data.len();
        let size = mutate(&mut data, seed.len(), max, number, &mut raw);
        data.truncate(size);
        data
    }

    #[test]
    fn inputs_are_written_as_they_are_read() {
        let seeds = seeds::all(|_| true).unwrap();
        assert!(seeds["returning"].len() > 250);
        for (name, seed) in &seeds["returning"] {
            assert_eq!(encode(&decode(seed).unwrap()).as_ref(), Some(seed), "{name}");
        }
    }

    #[test]
    fn what_is_changed_is_as_the_oracle_wants_it_and_mostly_still_opens() {
        let seeds = seeds::all(|case| case.id.starts_with("failure.open/")).unwrap();
        let (mut opened, mut all) = (0, 0);
        for (number, seed) in (0..).zip(seeds["returning"].values().cycle().take(400)) {
            let input = mutated(seed, number);
            assert_eq!(input, mutated(seed, number));
            check(&input, None).unwrap_or_else(|finding| panic!("{number}: {finding}"));
            let Some(question) = decode(&input) else { continue };
            all += 1;
            let answer = spontan::reference::answer_input(&question.input, Default::default());
            opened += usize::from(matches!(answer, Content::Accept(_)));
        }
        assert!(all > 390 && opened * 2 > all, "{opened} of {all} open");
    }
}
