//! Oracles of the packet. The input of `onion_peel` is the node's secret key (32), the path key (33, zero for none), the
//! associated data behind a byte of its length, and the packet, as on the wire. That of `onion_round_trip` is the session key
//! (32), the payment hash (32), where to change the packet (2) and by what (1), and for each hop its secret key (32), its
//! payload's length (2) and its payload. Integers are big-endian.

use serde_json::{Value, json};
use spontan::bolt1::{SecretKey, bigsize};
use spontan::bolt4::peel::Incoming;
use spontan::bolt4::{ConstructError, HOP_PAYLOADS_LENGTH, Hop, PACKET_LENGTH, PeelError, Peeled, construct};
use spontan::protocol::Content;

use crate::sealed::{Delivery, Lock};
use crate::{Checked, Finding, Second, Seen, agree, budget, ensure};

/// Reads the input of `onion_peel`.
pub fn read(input: &[u8]) -> Option<Delivery<'_>> {
    let (node_secret, rest) = input.split_first_chunk()?;
    let (path_key, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first()?;
    let (associated_data, packet) = rest.split_at_checked(usize::from(*length))?;
    Some(Delivery { node_secret, path_key, associated_data, packet })
}

/// Writes the input of `onion_peel`; of the associated data at most 255 bytes.
pub fn write(delivery: &Delivery<'_>) -> Vec<u8> {
    let data = &delivery.associated_data[..delivery.associated_data.len().min(255)];
    [&delivery.node_secret[..], delivery.path_key, &[data.len() as u8], data, delivery.packet].concat()
}

/// The operation's input.
pub fn input(delivery: &Delivery<'_>) -> Value {
    let mut input = json!({
        "node_secret": hex::encode(delivery.node_secret),
        "packet": hex::encode(delivery.packet),
        "associated_data": hex::encode(delivery.associated_data),
    });
    if let Some(path_key) = delivery.path_key() {
        input["path_key"] = hex::encode(path_key).into();
    }
    input
}

/// A packet peels as its bytes in the clear say, byte for byte, or is refused by the first rule that they break. For the
/// program: the ECDH of a pair of keys is done once.
pub fn peel_quickly(bytes: &[u8]) -> Checked {
    let Some(delivery) = read(bytes) else {
        return Ok(Seen::skipped("too short for a packet and its keys"));
    };
    if let (Some(lock), Some((payloads, hmac))) = (delivery.lock(), delivery.parts()) {
        let opened = budget::within("HopKeys::open", bytes.len(), || {
            lock.keys.open(payloads, hmac, delivery.associated_data)
        })?;
        predict(&lock, &delivery, &opened)?;
        return Ok(Seen::compared(1));
    }
    let packet = delivery.packet;
    let Err(found) = Incoming::decode(packet) else {
        return Ok(Seen::skipped("the node's key or the path key is none"));
    };
    let wanted = match packet {
        _ if packet.len() != PACKET_LENGTH => PeelError::PacketLength(packet.len()),
        [version, ..] if *version != 0 => PeelError::Version(*version),
        _ => PeelError::PublicKey,
    };
    ensure!(found == wanted, "{} peels to {found:?}, wanted {wanted:?}", hex::encode(bytes));
    Ok(Seen::compared(1))
}

/// As [`peel_quickly`]; and with the ECDH of its own the reference peels the same, and so does the second implementation.
pub fn peel(bytes: &[u8], second: &Second) -> Checked {
    let seen = peel_quickly(bytes)?;
    let Some(delivery) = read(bytes) else { return Ok(seen) };
    let answer = agree::ask("onion.peel", &input(&delivery), &[], second)?;
    let opened = delivery
        .lock()
        .zip(delivery.parts())
        .map(|(lock, (payloads, hmac))| lock.keys.open(payloads, hmac, delivery.associated_data));
    let same = match (&opened, &answer) {
        (None, _) => !matches!(answer, Content::Accept(_)),
        (Some(Ok(peeled)), Content::Accept(output)) => {
            output["payload"] == hex::encode(peeled.payload()) && output["final"] == peeled.is_final()
        }
        (Some(Err(error)), Content::Reject(rejection)) => rejection.reason == error.reason(),
        _ => false,
    };
    ensure!(same, "with its ECDH {} peels to {answer:?}", hex::encode(bytes));
    Ok(seen.and(Seen::compared(1)))
}

/// What the reference must have made of a packet, from its bytes in the clear.
fn predict(lock: &Lock, delivery: &Delivery<'_>, opened: &Result<Peeled, PeelError>) -> Result<(), Finding> {
    let Some((payloads, hmac)) = delivery.parts() else { return Ok(()) };
    let plain = lock.apply(payloads);
    let said = || hex::encode(&plain[..40]);
    if lock.hmac(payloads, delivery.associated_data) != *hmac {
        let refused = matches!(opened, Err(PeelError::Hmac));
        ensure!(refused, "a wrong HMAC is not refused as such: the packet starts {} in the clear", said());
        return Ok(());
    }
    // Prefix and limits once more, in 128 bits and by the first byte.
    let width = [0, 2, 4, 8][usize::from(plain[0].saturating_sub(0xfc))];
    let length = match width {
        0 => u128::from(plain[0]),
        _ => plain[1..=width].iter().fold(0, |length, byte| length * 256 + u128::from(*byte)),
    };
    let smallest = [0, 0xfd, 0x1_0000, 0, 0x1_0000_0000][width / 2];
    let wanted = match opened {
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
        wanted,
        "a packet that starts {} in the clear peels to {:?}",
        said(),
        opened.as_ref().map(|peeled| hex::encode(peeled.payload()))
    );
    Ok(())
}

/// What `onion_round_trip` builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The session key.
    pub session_key: [u8; 32],
    /// The payment hash.
    pub payment_hash: [u8; 32],
    /// Where the packet is changed, modulo its length.
    pub at: u16,
    /// What is added there, without carry.
    pub with: u8,
    /// Each hop's secret key and payload.
    pub hops: Vec<([u8; 32], Vec<u8>)>,
}

/// More hops than fit into a packet.
const MOST_HOPS: usize = 40;

impl Route {
    /// Reads the input of `onion_round_trip`.
    pub fn read(input: &[u8]) -> Option<Self> {
        let (session_key, rest) = input.split_first_chunk()?;
        let (payment_hash, rest) = rest.split_first_chunk()?;
        let (at, rest) = rest.split_first_chunk()?;
        let (with, mut rest) = rest.split_first()?;
        let mut hops = Vec::new();
        while let Some((key, tail)) = rest.split_first_chunk::<32>().filter(|_| hops.len() < MOST_HOPS) {
            let Some((length, tail)) = tail.split_first_chunk() else { break };
            let length = usize::from(u16::from_be_bytes(*length)).min(tail.len());
            let (payload, tail) = tail.split_at(length);
            hops.push((*key, payload.to_vec()));
            rest = tail;
        }
        let at = u16::from_be_bytes(*at);
        Some(Self { session_key: *session_key, payment_hash: *payment_hash, at, with: *with, hops })
    }

    /// Writes the input of `onion_round_trip`.
    pub fn write(&self) -> Vec<u8> {
        let mut out = [&self.session_key[..], &self.payment_hash].concat();
        out.extend(self.at.to_be_bytes());
        out.push(self.with);
        for (key, payload) in &self.hops {
            out.extend(key);
            out.extend((payload.len() as u16).to_be_bytes());
            out.extend(payload);
        }
        out
    }

    /// The input of `onion.construct`; none when a hop's key is none.
    pub fn input(&self) -> Option<Value> {
        let hops: Option<Vec<_>> = self
            .hops
            .iter()
            .map(|(key, payload)| {
                let key = SecretKey::decode(key).ok()?.public_key().encode();
                Some(json!({"public_key": hex::encode(key), "payload": hex::encode(payload)}))
            })
            .collect();
        Some(json!({
            "session_key": hex::encode(self.session_key),
            "associated_data": hex::encode(self.payment_hash),
            "hops": hops?,
        }))
    }
}

/// What a payer constructs each hop peels, and the second implementation constructs the same; one changed byte fails.
pub fn round_trip(bytes: &[u8], second: &Second) -> Checked {
    let Some(route) = Route::read(bytes) else {
        return Ok(Seen::skipped("too short for a route"));
    };
    let nodes: Result<Vec<_>, _> = route.hops.iter().map(|(key, _)| SecretKey::decode(key)).collect();
    let (Ok(nodes), Some(input)) = (nodes, route.input()) else {
        return Ok(Seen::skipped("a hop's key is out of range"));
    };
    agree::ask("onion.construct", &input, &[], second)?;
    let mut seen = Seen::compared(1);
    let Ok(session_key) = SecretKey::decode(&route.session_key) else { return Ok(seen) };
    let hops: Vec<_> = nodes
        .iter()
        .zip(&route.hops)
        .map(|(node, (_, payload))| Hop { public_key: node.public_key(), payload })
        .collect();
    let mut packet = match construct(&session_key, &hops, &route.payment_hash) {
        Ok(packet) => packet,
        Err(error) => {
            let short = hops.iter().position(|hop| hop.payload.len() < 2);
            let needed: usize = hops
                .iter()
                .map(|hop| bigsize::encoded_length(hop.payload.len() as u64) + hop.payload.len() + 32)
                .sum();
            let wanted = match (hops.len(), short) {
                (0, _) => error == ConstructError::NoHops,
                (_, Some(hop)) => error == ConstructError::PayloadLengthReserved { hop },
                _ => needed > 1300 && error == ConstructError::PayloadsTooLong { needed },
            };
            ensure!(wanted, "{} hops that need {needed} bytes are refused: {error}", hops.len());
            return Ok(seen.and(Seen::compared(1)));
        }
    };
    for (index, (node, hop)) in nodes.iter().zip(&hops).enumerate() {
        let peel = |packet: &[u8]| spontan::bolt4::peel(node, packet, &route.payment_hash, None);
        // One hop's change is enough: the others' would cost an ECDH each.
        if route.with != 0 && index == usize::from(route.at) % nodes.len() {
            let mut changed = packet;
            changed[usize::from(route.at) % packet.len()] ^= route.with;
            ensure!(peel(&changed).is_err(), "hop {index} peels a packet with a changed byte");
        }
        let peeled = match peel(&packet) {
            Ok(peeled) => peeled,
            Err(error) => return Err(Finding(format!("hop {index} cannot peel: {error}"))),
        };
        ensure!(peeled.payload() == hop.payload, "hop {index} peels another payload");
        ensure!(
            peeled.is_final() == (index == hops.len() - 1),
            "hop {index} of {} is final, or is not",
            hops.len()
        );
        seen = seen.and(Seen::compared(1));
        if let Some(next) = peeled.next_packet {
            packet = next;
        }
    }
    Ok(seen)
}
