//! Custom mutators: they know the structure of an input, bend one thing and make the rest fit again, so that a change of
//! a payload is not lost behind a wrong HMAC. They are pure functions of the input and a seed. About one call in eight
//! leaves structure alone and mutates raw bytes, so that malformed inputs stay within reach.

use fastrand::Rng;
use spontan::bolt1::tlv::{self, MAX_MSAT};
use spontan::bolt1::{PublicKey, bigsize};
use spontan::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, Preimage};

use crate::Record;
use crate::onion;
use crate::payment::Payment;
use crate::sealed::{Delivery, Payloads};
use crate::sequence::{Event, Sequence};

/// The engine's own mutator of bytes: a buffer, how much of it is filled, how much may be; how much is filled now.
pub type Raw<'a> = &'a mut dyn FnMut(&mut [u8], usize, usize) -> usize;

/// The types that a payload may have, with some that it may not.
const TYPES: [u64; 16] =
    [2, 4, 6, 8, 10, 12, 16, 18, 0, 1, 3, 65_535, 65_536, 65_537, u64::MAX, 5_482_373_484];
/// Lengths around those that a type may ask for.
const LENGTHS: [usize; 16] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 40, 41, 49, 64];

/// Mutates a TLV stream; the result has at most `room` bytes.
pub fn stream(stream: &mut Vec<u8>, room: usize, rng: &mut Rng, raw: Raw<'_>) {
    let mut records: Vec<Record> = Vec::new();
    let mut read = 0;
    for record in tlv::records(stream).map_while(Result::ok) {
        records.push((record.r#type, record.value.to_vec()));
        read = record.offset + bigsize::encoded_length(record.r#type);
        read += bigsize::encoded_length(record.value.len() as u64) + record.value.len();
    }
    let tail = stream.split_off(read.min(stream.len()));
    if records.is_empty() || rng.u8(..) < 24 {
        stream.extend(tail);
        mutate_bytes(stream, room, raw);
        return;
    }
    let at = rng.usize(..records.len());
    let mut sorted = rng.u8(..) < 200;
    match rng.u8(..10) {
        0 | 1 => mutate_bytes(&mut records[at].1, 64.min(room), raw),
        2 => records[at].1 = value(records[at].0, rng),
        3 => {
            let kind = TYPES[rng.usize(..TYPES.len())];
            records.push((kind, value(kind, rng)));
        }
        4 => drop(records.remove(at)),
        5 => {
            let twice = records[at].clone();
            records.insert(at, twice);
        }
        6 => {
            let other = rng.usize(..records.len());
            records.swap(at, other);
            sorted = false;
        }
        7 => records[at].0 = records[at].0.wrapping_add_signed(rng.i64(-2..=2)),
        8 => records[at].1.resize(LENGTHS[rng.usize(..LENGTHS.len())], 0x11),
        _ => records[at].0 ^= 1 << rng.u8(..64),
    }
    if sorted {
        records.sort_by_key(|record| record.0);
    }
    // At most one record is written in a way that is not the shortest, or lies about its length.
    let odd = if rng.u8(..) < 40 { rng.usize(..records.len().max(1)) } else { usize::MAX };
    stream.clear();
    for (index, (kind, value)) in records.iter().enumerate() {
        if index == odd {
            odd_record(*kind, value, rng, stream);
        } else {
            tlv::encode_record(*kind, value, stream);
        }
    }
    stream.extend(tail);
    stream.truncate(room);
}

fn odd_record(kind: u64, value: &[u8], rng: &mut Rng, out: &mut Vec<u8>) {
    let length = value.len() as u64;
    let wide = |number: u64, out: &mut Vec<u8>, rng: &mut Rng| {
        let (marker, width) = [(0xfd, 2), (0xfe, 4), (0xff, 8)][rng.usize(..3)];
        out.push(marker);
        out.extend(&number.to_be_bytes()[8 - width..]);
    };
    match rng.u8(..3) {
        0 => {
            wide(kind, out, rng);
            out.extend(bigsize::encode(length).as_ref());
        }
        1 => {
            out.extend(bigsize::encode(kind).as_ref());
            wide(length, out, rng);
        }
        _ => {
            out.extend(bigsize::encode(kind).as_ref());
            let lie =
                [length.wrapping_sub(1), length + 1, 1 << 32 | length, u64::MAX, 1 << 63][rng.usize(..5)];
            out.extend(bigsize::encode(lie).as_ref());
        }
    }
    out.extend(value);
}

/// A value of the kind that this type has, at or next to an edge.
fn value(kind: u64, rng: &mut Rng) -> Vec<u8> {
    let number = |rng: &mut Rng| {
        let edges = [0, 1, 0xff, 100_000, 800_144, u64::from(u32::MAX), MAX_MSAT, u64::MAX];
        let number = edges[rng.usize(..edges.len())].wrapping_add_signed(rng.i64(-1..=1));
        let bytes = number.to_be_bytes();
        bytes[number.leading_zeros() as usize / 8..].to_vec()
    };
    match kind {
        2 | 4 | 18 => number(rng),
        6 => vec![rng.u8(..); 8],
        8 => [vec![rng.u8(..); 32], number(rng)].concat(),
        12 => {
            let mut point = [rng.u8(..); 33];
            point[0] = 2;
            point.to_vec()
        }
        5_482_373_484 => vec![rng.u8(..); 32],
        _ => vec![rng.u8(..); LENGTHS[rng.usize(..LENGTHS.len())]],
    }
}

fn mutate_bytes(bytes: &mut Vec<u8>, room: usize, raw: Raw<'_>) {
    bytes.truncate(room);
    let filled = bytes.len();
    bytes.resize(room.max(1), 0);
    let filled = raw(bytes, filled, room.max(1)).min(room);
    bytes.truncate(filled);
}

/// What is planted in a packet besides the change of its payload.
fn fault(plain: &mut Payloads, rng: &mut Rng) {
    let prefix: &[u8] = match rng.u8(..12) {
        0 => &[0],
        1 => &[1],
        2 => &[0xfd, 0, 0xfc],
        3 => &[0xfd, 0x04, 0xf1],
        4 => &[0xfd, 0x04, 0xf2],
        5 => &[0xfd, 0x05, 0x14],
        6 => &[0xfd, 0x0a, 0x28],
        7 => &[0xfe, 0, 1, 0, 0],
        8 => &[0xfe, 0, 0, 0, 0x20],
        9 => &[0xff; 9],
        10 => &[0xff, 0, 0, 0, 1, 0, 0, 0, 0x20],
        _ => {
            plain[0] = plain[0].wrapping_add_signed(rng.i8(-2..=2));
            return;
        }
    };
    plain[..prefix.len()].copy_from_slice(prefix);
}

/// Opens a packet, lets `bend` change its payload, plants a fault now and then, and seals it. Nothing when it does not open.
fn reseal(
    delivery: &Delivery<'_>,
    rng: &mut Rng,
    bend: impl FnOnce(&mut Vec<u8>, &mut Rng) -> Option<[u8; 32]>,
) -> Option<(Vec<u8>, Option<[u8; 32]>)> {
    let lock = delivery.lock()?;
    let mut plain = lock.apply(delivery.parts()?.0);
    // A length that lies is taken as far as it goes.
    let (length, start) = bigsize::decode(&plain).unwrap_or((32, 1));
    let end = start.saturating_add(length as usize).min(HOP_PAYLOADS_LENGTH - HMAC_LENGTH);
    let mut payload = plain[start.min(end)..end].to_vec();
    let hash = bend(&mut payload, rng);
    payload.truncate(HOP_PAYLOADS_LENGTH - HMAC_LENGTH - 3);
    let mut next_hmac = [0; HMAC_LENGTH];
    next_hmac.copy_from_slice(&plain[end..end + HMAC_LENGTH]);
    match rng.u8(..) {
        // The final node: the next one's key would cost a multiplication of a point.
        0..=191 => next_hmac = [0; HMAC_LENGTH],
        192..=199 => {
            next_hmac = [0; HMAC_LENGTH];
            next_hmac[rng.usize(..HMAC_LENGTH)] = rng.u8(..);
        }
        _ => {}
    }
    let whole = [bigsize::encode(payload.len() as u64).as_ref(), &payload, &next_hmac].concat();
    plain[..whole.len()].copy_from_slice(&whole);
    if rng.u8(..) < 24 {
        fault(&mut plain, rng);
    }
    let sealed = lock.apply(&plain);
    let data = hash.as_ref().map_or(delivery.associated_data, |hash| hash);
    let mut packet = [&delivery.packet[..34], &sealed, &lock.hmac(&sealed, data)].concat();
    if rng.u8(..) < 8 {
        // After the seal: version, key, payloads or HMAC.
        let at = [0, 1, 33, 34 + rng.usize(..HOP_PAYLOADS_LENGTH), 1334 + rng.usize(..32)][rng.usize(..5)];
        packet[at] ^= 1 << rng.u8(..8);
    }
    Some((packet, hash))
}

/// Runs a structural mutation of `data[..size]`, or the engine's own.
fn with(
    data: &mut [u8],
    size: usize,
    max: usize,
    seed: u32,
    raw: Raw<'_>,
    bend: impl FnOnce(&[u8], &mut Rng, Raw<'_>) -> Option<Vec<u8>>,
) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let bent = (rng.u8(..) >= 32).then(|| bend(&data[..size], &mut rng, raw)).flatten();
    match bent.filter(|bent| bent.len() <= max && !bent.is_empty()) {
        Some(bent) => {
            data[..bent.len()].copy_from_slice(&bent);
            bent.len()
        }
        None => raw(data, size, max),
    }
}

/// The mutator of streams.
pub fn tlv(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    with(data, size, max, seed, raw, |input, rng, raw| {
        let mut bytes = input.to_vec();
        stream(&mut bytes, max.min(2048), rng, raw);
        Some(bytes)
    })
}

/// The mutator of `onion_peel`.
pub fn packet(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    with(data, size, max, seed, raw, |input, rng, raw| {
        let delivery = onion::read(input)?;
        let (packet, _) = reseal(&delivery, rng, |payload, rng| {
            stream(payload, 1265, rng, raw);
            None
        })?;
        Some(onion::write(&Delivery { packet: &packet, ..delivery }))
    })
}

/// The mutator of `keysend_receive` and `shared_secret_receive`.
pub fn payment(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    with(data, size, max, seed, raw, |input, rng, raw| {
        let mut payment = Payment::read(input)?;
        bend_payment(&mut payment, rng, raw)?;
        Some(payment.write())
    })
}

fn bend_payment(payment: &mut Payment, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    match rng.u8(..12) {
        0 => payment.amount = edge(payment.amount, rng),
        1 => payment.expiry = edge(payment.expiry.into(), rng) as u32,
        2 => payment.height = edge(payment.height.into(), rng) as u32,
        3 => payment.settings.delta = edge(payment.settings.delta.into(), rng) as u32,
        4 => payment.settings.keysend ^= 1,
        5 => payment.settings.shared_secret = rng.u8(..3),
        6 => {
            let at = rng.usize(..payment.policies.len());
            payment.policies[at] = rng.u8(..4);
        }
        7 if rng.u8(..) < 64 => {
            payment.path_key = [0; 33];
            if rng.bool() {
                // Any point will do; the packet was not made for it.
                payment.path_key[0] = 2;
                payment.path_key[32] = rng.u8(..);
                PublicKey::decode(&payment.path_key).ok()?;
            }
        }
        _ => {}
    }
    // Half of the time the hash is made to fit: that of the record, or that of the shared secret.
    let bind = rng.bool();
    let (before, settings) = (payment.hash, payment.settings);
    let point = payment.delivery().lock().map(|lock| lock.point);
    let (packet, hash) = reseal(&payment.delivery(), rng, |payload, rng| {
        if rng.u8(..) < 160 {
            stream(payload, 1265, rng, raw);
        }
        let record =
            tlv::records(payload).map_while(Result::ok).find(|record| record.r#type == 5_482_373_484);
        let preimage = match record.map(|record| record.value.try_into()) {
            Some(Ok(value)) => Some(Preimage(value)),
            Some(Err(_)) => None,
            None => {
                let profile = match settings.shared_secret % 3 {
                    2 => spontan::scheme::Profile::XOnly,
                    _ => spontan::scheme::Profile::Bolt4,
                };
                point.map(|point| spontan::scheme::shared_secret::preimage(&point, profile))
            }
        };
        Some(preimage.filter(|_| bind).map_or(before, |preimage| preimage.payment_hash().0))
    })?;
    payment.packet = packet;
    payment.hash = hash.unwrap_or(before);
    Some(())
}

/// A number next to this one, to half or twice of it, or to an edge.
fn edge(number: u64, rng: &mut Rng) -> u64 {
    let edges =
        [0, number, number, number / 2, number.saturating_mul(2), 100_000, 1 << 32, MAX_MSAT, u64::MAX];
    edges[rng.usize(..edges.len())].wrapping_add_signed(rng.i64(-1..=1))
}

/// The mutator of `node_sequence`.
pub fn sequence(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    with(data, size, max, seed, raw, |input, rng, raw| {
        let mut sequence = Sequence::read(input)?;
        if sequence.events.is_empty() {
            return None;
        }
        let at = rng.usize(..sequence.events.len());
        match rng.u8(..10) {
            0 => drop(sequence.events.remove(at)),
            1 => {
                let again = sequence.events[at].clone();
                sequence.events.push(again);
            }
            2 => {
                let other = rng.usize(..sequence.events.len());
                sequence.events.swap(at, other);
            }
            3 => sequence.events.insert(at, Event::Time([1, 59, 60, 61, u32::MAX][rng.usize(..5)])),
            4 => sequence.events.insert(at, Event::Height(edge(sequence.height.into(), rng) as u32)),
            5 => {
                let policy = rng.usize(..sequence.policies.len());
                sequence.policies[policy] = rng.u8(..4);
            }
            6 => sequence.settings.shared_secret = rng.u8(..3),
            _ => match &mut sequence.events[at] {
                Event::Htlc(htlc) => bend_payment(htlc, rng, raw)?,
                Event::Invoice(_, _, amount) => *amount = Some(edge(amount.unwrap_or(100_000), rng)),
                Event::Height(height) => *height = edge((*height).into(), rng) as u32,
                Event::Time(seconds) => *seconds = edge((*seconds).into(), rng) as u32,
                Event::Settings(settings) => settings.keysend ^= 1,
            },
        }
        Some(sequence.write())
    })
}
