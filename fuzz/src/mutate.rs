//! Custom mutators: an input is taken apart, changed in one place by the verbs of [`spontan::blueprint::change`] and built
//! again, so that the change of a payload is not lost to a wrong HMAC. They are pure functions of input and seed. One call
//! in eight leaves structure alone and mutates raw bytes, so that malformed inputs stay within reach.

use fastrand::Rng;
use spontan::blueprint::{Blueprint, Hash, Onion, Record, Stream};
use spontan::bolt1::bigsize;
use spontan::bolt1::tlv::MAX_MSAT;
use spontan::bolt4::HMAC_LENGTH;
use spontan::bolt4::payload::types;
use spontan::node::Policies;
use spontan::protocol::operation::{Event, Input, Peel, Profile, Receive, Sequence, SharedSecret, Switch};
use spontan::protocol::value::Decimal;

use crate::codec::{self, POLICIES, Question};
use crate::sealed;

/// The engine's own mutator of bytes: a buffer, how much of it is filled, how much may be; how much is filled now.
pub type Raw<'a> = &'a mut dyn FnMut(&mut [u8], usize, usize) -> usize;

/// The types that a payload may have, with some that it may not.
const TYPES: [u64; 16] =
    [2, 4, 6, 8, 10, 12, 16, 18, 0, 1, 3, 65_535, 65_536, 65_537, u64::MAX, types::KEYSEND_PREIMAGE];
/// Lengths around those that a type may ask for.
const LENGTHS: [usize; 16] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 40, 41, 49, 64];
/// Length prefixes of a payload, each with its width in bytes: reserved, too long, and in more bytes than needed.
const PREFIXES: [(u64, usize); 11] = [
    (0, 1),
    (1, 1),
    (0xfc, 3),
    (1265, 3),
    (1266, 3),
    (1300, 3),
    (2600, 3),
    (0x1_0000, 5),
    (0x20, 5),
    (u64::MAX, 9),
    (0x1_0000_0020, 9),
];
/// The longest value that is mutated as bytes.
const MAX_VALUE: usize = 64;

/// Mutates `data[..size]`, the input of an operation as [`codec`] has it; gives the new size, at most `max`.
pub fn input(operation: &str, data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let changed = (rng.u8(..8) > 0).then(|| {
        let mut question = codec::decode(operation, &data[..size])?;
        change(&mut question, &mut rng, raw)?;
        codec::encode(&question)
    });
    match changed.flatten().filter(|changed| (1..=max).contains(&changed.len())) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => raw(data, size, max),
    }
}

fn change(question: &mut Question, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    let Question { input, policies } = question;
    match input {
        Input::TlvDecode(_) => {
            let Blueprint::Tlv(namespace, mut records) = Blueprint::of(input) else { return None };
            stream(&mut records, rng, raw);
            *input = Blueprint::Tlv(namespace, records).build();
        }
        Input::Peel(input) => packet(input, rng, raw)?,
        Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => {
            receive(input, policies, rng, raw)?;
        }
        Input::Sequence(input) | Input::AmpSequence(input) => sequence(input, policies, rng, raw)?,
        _ => return None,
    }
    Some(())
}

/// Changes a TLV stream in one place.
fn stream(stream: &mut Stream, rng: &mut Rng, raw: Raw<'_>) {
    if stream.records.is_empty() || rng.u8(..) < 24 {
        let mut bytes = stream.bytes();
        let room = bytes.len() + MAX_VALUE;
        mutate_bytes(&mut bytes, room, raw);
        *stream = Stream::parse(&bytes);
        return;
    }
    let at = rng.usize(..stream.records.len());
    let record = &mut stream.records[at];
    let r#type = record.r#type;
    match rng.u8(..12) {
        0 | 1 => {
            let mut value = record.value.clone();
            mutate_bytes(&mut value, MAX_VALUE, raw);
            record.set(value);
        }
        2 => record.set(value(r#type, rng)),
        3 => {
            let r#type = TYPES[rng.usize(..TYPES.len())];
            stream.put(r#type, value(r#type, rng));
        }
        4 => stream.drop(r#type),
        5 => stream.repeat(r#type),
        6 => stream.move_to_front(r#type),
        7 => record.resize(LENGTHS[rng.usize(..LENGTHS.len())]),
        8 => record.widen_type([3, 5, 9][rng.usize(..3)]),
        9 => record.widen_length([3, 5, 9][rng.usize(..3)]),
        10 => lie(stream, at, rng),
        _ => {
            let changed = match rng.u8(..2) {
                0 => r#type.wrapping_add_signed(rng.i64(-2..=2)),
                _ => r#type ^ 1 << rng.u8(..64),
            };
            let record = Record::new(changed, stream.records.remove(at).value);
            stream.put_record(record);
        }
    }
}

/// Writes another length before the value of a record than it has.
fn lie(stream: &mut Stream, at: usize, rng: &mut Rng) {
    let after = Stream { records: stream.records.split_off(at), tail: std::mem::take(&mut stream.tail) };
    let Some(record) = after.records.first() else { return };
    let length = record.value.len() as u64;
    let lies = [length.wrapping_sub(1), length + 1, 1 << 32 | length, u64::MAX, 1 << 63];
    let lie = bigsize::encode(lies[rng.usize(..lies.len())]);
    let bytes = after.bytes();
    let header = record.type_width + record.length_width;
    stream.append(&[&bytes[..record.type_width], lie.as_ref(), &bytes[header..]].concat());
}

/// A value of the kind that this type has, at or next to an edge.
fn value(r#type: u64, rng: &mut Rng) -> Vec<u8> {
    let number = |rng: &mut Rng| {
        let edges = [0, 1, 0xff, 100_000, 800_144, u64::from(u32::MAX), MAX_MSAT, u64::MAX];
        let number = edges[rng.usize(..edges.len())].wrapping_add_signed(rng.i64(-1..=1));
        spontan::blueprint::stream::truncated(number)
    };
    match r#type {
        types::AMT_TO_FORWARD | types::OUTGOING_CLTV_VALUE | types::TOTAL_AMOUNT_MSAT => number(rng),
        types::SHORT_CHANNEL_ID => vec![rng.u8(..); 8],
        types::PAYMENT_DATA => [vec![rng.u8(..); 32], number(rng)].concat(),
        types::CURRENT_PATH_KEY => [vec![2], vec![rng.u8(..); 32]].concat(),
        types::KEYSEND_PREIMAGE => vec![rng.u8(..); 32],
        _ => vec![rng.u8(..); LENGTHS[rng.usize(..LENGTHS.len())]],
    }
}

fn mutate_bytes(bytes: &mut Vec<u8>, room: usize, raw: Raw<'_>) {
    bytes.truncate(room);
    let filled = bytes.len();
    bytes.resize(room, 0);
    let filled = raw(bytes, filled, room).min(room);
    bytes.truncate(filled);
}

/// Changes what an onion is made of. It is whole but for the change: an earlier fault that hides all others is mended.
fn onion(onion: &mut Onion, rng: &mut Rng, raw: Raw<'_>) {
    if rng.u8(..) < 200 {
        stream(&mut onion.payload, rng, raw);
    }
    *onion = Onion {
        payer: onion.payer.clone(),
        next_hmac: onion.next_hmac,
        path_key: onion.path_key,
        ..Onion::new(std::mem::take(&mut onion.payload))
    };
    match rng.u8(..) {
        // The final node: the next one's key would cost a multiplication of a point.
        0..=191 => onion.next_hmac = [0; HMAC_LENGTH],
        192..=199 => {
            let mut next_hmac = [0; HMAC_LENGTH];
            next_hmac[rng.usize(..HMAC_LENGTH)] = rng.u8(..);
            onion.next_hmac(next_hmac);
        }
        _ => {}
    }
    if rng.u8(..) < 24 {
        let length = onion.payload.bytes().len() as u64;
        let near = (length.saturating_add_signed(rng.i64(-2..=2)), 1);
        let (length, width) = PREFIXES.get(rng.usize(..=PREFIXES.len())).copied().unwrap_or(near);
        onion.prefix(length, width);
    }
}

/// Changes a packet by kept keys: an ECDH would take ten times as long as the oracle.
fn packet(input: &mut Peel, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    let lock = sealed::lock(input)?;
    let mut opened = lock.open(sealed::parts(&input.packet.0)?.0);
    onion(&mut opened, rng, raw);
    input.packet.0 = lock.seal(&opened, &input.associated_data.0);
    Some(())
}

fn receive(input: &mut Receive, policies: &mut [u8; POLICIES], rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    match rng.u8(..8) {
        0 => input.height = edge(input.height.into(), rng) as u32,
        1 => {
            let delta = &mut input.settings.min_final_cltv_expiry_delta;
            *delta = edge((*delta).into(), rng) as u32;
        }
        2 => input.settings.keysend = opposite(input.settings.keysend),
        3 => input.settings.shared_secret = profile(rng),
        4 => policies[rng.usize(..Policies::ALL.len())] = rng.u8(..4),
        _ => {}
    }
    htlc(input, rng, raw)
}

/// Changes an HTLC. Half of the time the hash is made to fit: that of the record, or that of the shared secret.
fn htlc(input: &mut Receive, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    match rng.u8(..8) {
        0 => input.htlc.amount_msat = Decimal(edge(input.htlc.amount_msat.0, rng)),
        1 => input.htlc.cltv_expiry = edge(input.htlc.cltv_expiry.into(), rng) as u32,
        _ => {}
    }
    let Blueprint::Receive { node, mut htlc, .. } = Blueprint::of(&Input::KeysendReceive(input.clone()))
    else {
        return None;
    };
    if rng.u8(..) < 8 {
        // Most of these are a point.
        htlc.onion.path_key =
            rng.bool().then(|| std::array::from_fn(|at| if at == 0 { 2 } else { rng.u8(..) }));
    }
    htlc.pays(htlc.payment_hash(&node.secret));
    onion(&mut htlc.onion, rng, raw);
    if rng.bool() {
        htlc.hash = match (htlc.onion.payload.find(types::KEYSEND_PREIMAGE), node.settings.shared_secret) {
            (Some(_), _) => Hash::Record,
            (None, SharedSecret::XOnly) => Hash::Shared(Profile::XOnly),
            (None, _) => Hash::Shared(Profile::Bolt4),
        };
    }
    input.htlc = htlc.build(&node.secret).0;
    Some(())
}

fn sequence(input: &mut Sequence, policies: &mut [u8; POLICIES], rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    let events = &mut input.events;
    let at = rng.usize(..events.len().max(1));
    let event = events.get(at)?.clone();
    match rng.u8(..10) {
        0 => drop(events.remove(at)),
        1 => events.push(event),
        2 => {
            let other = rng.usize(..events.len());
            events.swap(at, other);
        }
        3 => events.insert(at, Event::Time { seconds: [1, 59, 60, 61, u32::MAX][rng.usize(..5)] }),
        4 => events.insert(at, Event::Height { height: edge(input.height.into(), rng) as u32 }),
        5 => policies[rng.usize(..Policies::ALL.len())] = rng.u8(..4),
        6 => input.settings.shared_secret = profile(rng),
        _ => match &mut events[at] {
            Event::Htlc { htlc: one, .. } => {
                let (node_secret, settings) = (input.node_secret.clone(), input.settings);
                let mut alone =
                    Receive { node_secret, height: input.height, settings, htlc: one.clone(), peeled: None };
                htlc(&mut alone, rng, raw)?;
                *one = alone.htlc;
            }
            Event::Invoice { amount_msat, .. } => {
                *amount_msat = Some(Decimal(edge(amount_msat.map_or(100_000, |amount| amount.0), rng)));
            }
            Event::Height { height: number } | Event::Time { seconds: number } => {
                *number = edge((*number).into(), rng) as u32;
            }
            Event::Settings { settings } => settings.keysend = opposite(settings.keysend),
        },
    }
    Some(())
}

const fn opposite(switch: Switch) -> Switch {
    match switch {
        Switch::Accept => Switch::Refuse,
        Switch::Refuse => Switch::Accept,
    }
}

fn profile(rng: &mut Rng) -> SharedSecret {
    [SharedSecret::Off, SharedSecret::Bolt4, SharedSecret::XOnly][rng.usize(..3)]
}

/// A number next to this one, to half or twice of it, or to an edge.
fn edge(number: u64, rng: &mut Rng) -> u64 {
    let edges =
        [0, number, number, number / 2, number.saturating_mul(2), 100_000, 1 << 32, MAX_MSAT, u64::MAX];
    edges[rng.usize(..edges.len())].wrapping_add_signed(rng.i64(-1..=1))
}
