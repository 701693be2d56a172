//! Oracles of the packet.

use spontan::bolt1::{SecretKey, bigsize};
use spontan::bolt4::peel::Incoming;
use spontan::bolt4::{ConstructError, HOP_PAYLOADS_LENGTH, Hop, PACKET_LENGTH, PeelError, Peeled, construct};
use spontan::protocol::Content;
use spontan::protocol::operation::{Input, Peel};
use spontan::quirks::Quirk;

use crate::codec::{self, Question};
use crate::sealed::{Lock, lock, parts};
use crate::{Finding, OracleResult, Tally, agree, budget, ensure};

/// A packet peels as its bytes in the clear say, byte for byte, or is refused by the first rule that they break. For the
/// program: the ECDH of a pair of keys is done once.
pub fn peel_quickly(bytes: &[u8], _: Option<Quirk>) -> OracleResult {
    let Some(Question { input: Input::Peel(input), .. }) = codec::decode("onion.peel", bytes) else {
        return Ok(Tally::skipped("too short for a packet and its keys"));
    };
    let packet = &input.packet.0;
    if let (Some(lock), Some((payloads, hmac))) = (lock(&input), parts(packet)) {
        let opened = budget::within("HopKeys::open", bytes.len(), || {
            lock.keys.open(payloads, hmac, &input.associated_data.0)
        })?;
        predict(&lock, &input, &opened)?;
        return Ok(Tally::compared(1));
    }
    let Err(actual) = Incoming::decode(packet) else {
        return Ok(Tally::skipped("the node's key or the path key is invalid"));
    };
    let expected = match packet.as_slice() {
        _ if packet.len() != PACKET_LENGTH => PeelError::PacketLength(packet.len()),
        [version, ..] if *version != 0 => PeelError::Version(*version),
        _ => PeelError::PublicKey,
    };
    ensure!(actual == expected, "{} peels to {actual:?}, not {expected:?}", hex::encode(bytes));
    Ok(Tally::compared(1))
}

/// As [`peel_quickly`]; and with the ECDH of its own the reference peels the same, and so does the second implementation.
pub fn peel(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let tally = peel_quickly(bytes, quirk)?;
    let Some(question) = codec::decode("onion.peel", bytes) else { return Ok(tally) };
    let answer = agree::ask(&question.input, &[], quirk)?;
    let Input::Peel(input) = &question.input else { return Ok(tally) };
    let opened = lock(input)
        .zip(parts(&input.packet.0))
        .map(|(lock, (payloads, hmac))| lock.keys.open(payloads, hmac, &input.associated_data.0));
    let same = match (&opened, &answer) {
        (None, _) => !matches!(answer, Content::Accept(_)),
        (Some(Ok(peeled)), Content::Accept(output)) => {
            output["payload"] == hex::encode(peeled.payload()) && output["final"] == peeled.is_final()
        }
        (Some(Err(error)), Content::Reject(rejection)) => rejection.reason.raw() == error.reason(),
        _ => false,
    };
    ensure!(same, "with its ECDH {} peels to {answer:?}", hex::encode(bytes));
    Ok(tally.and(Tally::compared(1)))
}

/// What the reference must have made of a packet, from its bytes in the clear.
fn predict(lock: &Lock, input: &Peel, opened: &Result<Peeled, PeelError>) -> Result<(), Finding> {
    let Some((payloads, hmac)) = parts(&input.packet.0) else { return Ok(()) };
    let plain = lock.apply(payloads);
    let start = || hex::encode(&plain[..40]);
    if lock.hmac(payloads, &input.associated_data.0) != *hmac {
        let refused = matches!(opened, Err(PeelError::Hmac));
        ensure!(refused, "a wrong HMAC is not refused as such: the packet starts {} in the clear", start());
        return Ok(());
    }
    // Prefix and limits once more, in 128 bits and by the first byte.
    let width = [0, 2, 4, 8][usize::from(plain[0].saturating_sub(0xfc))];
    let length = match width {
        0 => u128::from(plain[0]),
        _ => plain[1..=width].iter().fold(0, |length, byte| length * 256 + u128::from(*byte)),
    };
    let smallest = [0, 0xfd, 0x1_0000, 0, 0x1_0000_0000][width / 2];
    let expected = match opened {
        Err(PeelError::PayloadLengthNotMinimal) => length < smallest,
        Err(PeelError::PayloadLengthReserved(found)) => {
            length >= smallest && length < 2 && u128::from(*found) == length
        }
        Err(PeelError::PayloadLengthTooLong(found)) => {
            let needed = 1 + width as u128 + length + 32;
            length >= smallest && needed > 1300 && u128::from(*found) == length
        }
        Err(_) => false,
        Ok(peeled) => {
            let (start, end) = (1 + width, 1 + width + length as usize);
            let next = plain.get(end..end + 32).unwrap_or_default();
            length >= smallest.max(2)
                && peeled.payload() == &plain[start..end]
                && peeled.is_final() == next.iter().all(|byte| *byte == 0)
                && peeled.next_packet.is_none_or(|packet| {
                    let rest = [&plain[end + 32..], lock.beyond()].concat();
                    packet[0] == 0
                        && packet[34..34 + HOP_PAYLOADS_LENGTH] == rest[..HOP_PAYLOADS_LENGTH]
                        && packet[34 + HOP_PAYLOADS_LENGTH..] == *next
                })
        }
    };
    ensure!(
        expected,
        "a packet that starts {} in the clear peels to {:?}",
        start(),
        opened.as_ref().map(|peeled| hex::encode(peeled.payload()))
    );
    Ok(())
}

/// What a payer constructs each hop peels, and the second implementation constructs the same; one changed byte fails. The
/// associated data says which byte (16 bits, modulo the packet's length) and what it is XORed with (8 bits).
pub fn round_trip(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = codec::decode("onion.construct", bytes) else {
        return Ok(Tally::skipped("too short for a route"));
    };
    agree::ask(&question.input, &[], quirk)?;
    let mut tally = Tally::compared(1);
    let Input::Construct(input) = &question.input else { return Ok(tally) };
    let associated_data = &input.associated_data.0;
    let nodes: Option<Vec<_>> = input.hops.iter().map(|hop| codec::secret_key(&hop.public_key)).collect();
    let (Some(nodes), Ok(session_key)) = (nodes, SecretKey::decode(&input.session_key.0)) else {
        return Ok(tally);
    };
    let hops: Vec<_> = nodes
        .iter()
        .zip(&input.hops)
        .map(|(node, hop)| Hop { public_key: node.public_key(), payload: &hop.payload.0 })
        .collect();
    let mut packet = match construct(&session_key, &hops, associated_data) {
        Ok(packet) => packet,
        Err(error) => {
            let short = hops.iter().position(|hop| hop.payload.len() < 2);
            let needed: usize = hops
                .iter()
                .map(|hop| bigsize::encoded_length(hop.payload.len() as u64) + hop.payload.len() + 32)
                .sum();
            let expected = match (hops.len(), short) {
                (0, _) => error == ConstructError::NoHops,
                (_, Some(hop)) => error == ConstructError::PayloadLengthReserved { hop },
                _ => needed > 1300 && error == ConstructError::PayloadsTooLong { needed },
            };
            ensure!(expected, "{} hops that need {needed} bytes are refused: {error}", hops.len());
            return Ok(tally.and(Tally::compared(1)));
        }
    };
    let [high, low, bits] = associated_data.first_chunk().copied().unwrap_or_default();
    let changed_byte = usize::from(u16::from_be_bytes([high, low]));
    for (index, (node, hop)) in nodes.iter().zip(&hops).enumerate() {
        let peel = |packet: &[u8]| spontan::bolt4::peel(node, packet, associated_data, None);
        // One hop's change is enough: the others' would cost an ECDH each.
        if bits != 0 && index == changed_byte % nodes.len() {
            let mut changed = packet;
            changed[changed_byte % packet.len()] ^= bits;
            ensure!(peel(&changed).is_err(), "hop {index} peels a packet with a changed byte");
        }
        let peeled = match peel(&packet) {
            Ok(peeled) => peeled,
            Err(error) => return Err(Finding(format!("hop {index} cannot peel: {error}"))),
        };
        ensure!(peeled.payload() == hop.payload, "hop {index} peels another payload");
        let last = index == hops.len() - 1;
        ensure!(peeled.is_final() == last, "hop {index} of {} is final, or is not", hops.len());
        tally = tally.and(Tally::compared(1));
        if let Some(next) = peeled.next_packet {
            packet = next;
        }
    }
    Ok(tally)
}
