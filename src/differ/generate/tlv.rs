//! TLV streams: sound ones, and what can be wrong with one.

use super::keys;
use crate::blueprint::Blueprint;
use crate::blueprint::ordinary;
use crate::blueprint::stream::{self, Record, Stream, truncated};
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::payload::types;
use crate::differ::dice::Dice;
use crate::protocol::operation::Namespace;

const N1: &[u64] = &[1, 2, 3, 254];
const N2: &[u64] = &[0, 11];
const PAYLOAD: &[u64] = &[
    types::AMT_TO_FORWARD,
    types::OUTGOING_CLTV_VALUE,
    types::SHORT_CHANNEL_ID,
    types::PAYMENT_DATA,
    types::ENCRYPTED_RECIPIENT_DATA,
    types::CURRENT_PATH_KEY,
    types::PAYMENT_METADATA,
    types::TOTAL_AMOUNT_MSAT,
    types::KEYSEND_PREIMAGE,
];
/// Types that no namespace has, around every bound that a reader could trip over.
const UNKNOWN: &[u64] = &[
    5,
    7,
    9,
    19,
    33,
    251,
    253,
    255,
    257,
    0x101,
    0xffff,
    0x1_0001,
    0x1_0003,
    0x7fff_ffff,
    0x8000_0001,
    0xffff_ffff,
    0x1_0000_0001,
    0x1_0000_0003,
    5_482_373_483,
    5_482_373_485,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0001,
    u64::MAX,
];
const UNKNOWN_EVEN: &[u64] = &[
    14,
    20,
    100,
    252,
    256,
    0x100,
    0xfffe,
    0x1_0000,
    0x1_0002,
    1 << 32,
    (1 << 32) + 2,
    1 << 63,
    u64::MAX - 1,
];

/// `tlv.decode`.
pub fn decode(dice: &mut Dice) -> Blueprint {
    let namespace = dice.pick(&[Namespace::N1, Namespace::N2, Namespace::Payload, Namespace::Payload]);
    let types = match namespace {
        Namespace::N1 => N1,
        Namespace::N2 => N2,
        Namespace::Payload => PAYLOAD,
    };
    let mut stream = Stream::default();
    for _ in 0..dice.below(5) {
        let r#type = dice.pick(types);
        stream.put_record(known(namespace, r#type, dice));
    }
    unknown_odd(&mut stream, dice);
    for _ in 0..dice.pick(&[0, 1, 1, 1, 1, 2]) {
        plant(&mut stream, namespace, dice);
    }
    Blueprint::Tlv(namespace, stream)
}

/// Adds unknown odd records, which change nothing.
pub fn unknown_odd(stream: &mut Stream, dice: &mut Dice) {
    for _ in 0..dice.pick(&[0, 0, 0, 1, 1, 2]) {
        let length = length(dice);
        let r#type = match dice.below(4) {
            0 => dice.number() | 1,
            _ => dice.pick(UNKNOWN),
        };
        // Odd types that a namespace knows keep their own values.
        if !N1.contains(&r#type) && !N2.contains(&r#type) {
            stream.put(r#type, dice.bytes(length));
        }
    }
}

/// A length around the bounds of BigSize and of what nodes store, mostly short.
fn length(dice: &mut Dice) -> usize {
    match dice.below(32) {
        0 => dice.pick(&[252, 253, 254, 255, 256, 257, 640, 641]),
        1 => dice.below(300),
        _ => dice.below(24),
    }
}

/// A sound record of a known type, its value near a bound or any.
pub fn known(namespace: Namespace, r#type: u64, dice: &mut Dice) -> Record {
    let value = match (namespace, r#type) {
        (Namespace::N1, 2) => dice.bytes(8),
        (Namespace::N1, 3) => {
            let amounts = [bounded(dice), bounded(dice)].map(u64::to_be_bytes);
            [&keys::point(dice)[..], &amounts.concat()].concat()
        }
        (Namespace::N1, 254) => dice.bytes(2),
        (Namespace::N2, 11) => truncated(u64::from(dice.number() as u32)),
        (Namespace::N1 | Namespace::N2, _) => truncated(bounded(dice)),
        (Namespace::Payload, types::OUTGOING_CLTV_VALUE) => truncated(u64::from(dice.number() as u32)),
        (Namespace::Payload, types::SHORT_CHANNEL_ID) => dice.bytes(8),
        (Namespace::Payload, types::PAYMENT_DATA) => ordinary::payment_data(dice.bytes32(), amount(dice)),
        (Namespace::Payload, types::CURRENT_PATH_KEY) => keys::point(dice).to_vec(),
        (Namespace::Payload, types::ENCRYPTED_RECIPIENT_DATA | types::PAYMENT_METADATA) => {
            let length = length(dice);
            dice.bytes(length)
        }
        (Namespace::Payload, types::KEYSEND_PREIMAGE) => dice.bytes(32),
        (Namespace::Payload, _) => truncated(amount(dice)),
    };
    Record::new(r#type, value)
}

/// An amount, now and then at or above 21 million bitcoin.
fn amount(dice: &mut Dice) -> u64 {
    if dice.once_in(4) { dice.number() } else { bounded(dice) }
}

/// An amount of at most 21 million bitcoin. In n1 and n2 there are no others, as BOLT 1 does not say whether its bound is
/// for the amounts of its examples too.
fn bounded(dice: &mut Dice) -> u64 {
    dice.number() % (MAX_MSAT + 1)
}

/// Plants one fault, or what is none but looks like one.
pub fn plant(stream: &mut Stream, namespace: Namespace, dice: &mut Dice) {
    let count = stream.records.len();
    let at = dice.below(count);
    if count == 0 {
        return plant_anywhere(stream, dice);
    }
    match dice.below(13) {
        0 => {
            let mut again = stream.records[at].clone();
            if dice.once_in(3) {
                again.set(dice.bytes(again.value.len()));
            }
            stream.records.insert(dice.pick(&[at + 1, at, count]), again);
        }
        1 => stream.records.swap(at, (at + 1) % count),
        2 => {
            let record = &mut stream.records[at];
            record.widen_type(dice.pick(&[3, 5, 9]).max(record.type_width));
        }
        3 => {
            let record = &mut stream.records[at];
            record.widen_length(dice.pick(&[3, 5, 9]).max(record.length_width));
        }
        4 | 5 => {
            let record = &mut stream.records[at];
            let value = other_length(&record.value, dice);
            record.set(value);
        }
        6 => {
            // A leading zero in an integer, or in the integer at the end of payment_data.
            let record = &mut stream.records[at];
            let zero_at = if record.r#type == types::PAYMENT_DATA { 32.min(record.value.len()) } else { 0 };
            let mut value = record.value.clone();
            match dice.below(3) {
                0 => value.truncate(zero_at),
                1 if value.len() > zero_at => value[zero_at] = 0,
                _ => {}
            }
            let zeros = dice.pick(&[1, 1, 2, 4]);
            value.splice(zero_at..zero_at, vec![0; zeros]);
            record.set(value);
        }
        7 => {
            let mut value = keys::bad_point(dice);
            let more = dice.pick(&[0, 16]);
            value.extend(vec![1; more]);
            let r#type = if namespace == Namespace::N1 { 3 } else { types::CURRENT_PATH_KEY };
            stream.put(r#type, value);
        }
        8 => {
            let (r#type, number) = (dice.pick(&[2, 18, 1, 0, 4, 11]), dice.number());
            stream.put_integer(r#type, number);
        }
        9 => {
            // The type of one record, seen through fewer bits.
            let wide =
                stream.records[at].r#type.wrapping_add(dice.pick(&[1 << 16, 1 << 32, 1 << 33, 1 << 63]));
            let record = Record::new(wide, stream.records[at].value.clone());
            if dice.once_in(2) {
                stream.records.remove(at);
            }
            stream.put_record(record);
        }
        _ => plant_anywhere(stream, dice),
    }
}

/// Faults that need no record.
fn plant_anywhere(stream: &mut Stream, dice: &mut Dice) {
    match dice.below(6) {
        0 | 1 => {
            let r#type = match dice.below(5) {
                0 => dice.number() & !1,
                _ => dice.pick(UNKNOWN_EVEN),
            };
            if stream.find(r#type).is_none() {
                let length = dice.below(5);
                stream.put(r#type, dice.bytes(length));
            }
        }
        2 => {
            let length = stream.bytes().len();
            stream.cut(dice.below(length.min(40) + 1));
        }
        3 => {
            // A record whose length is a lie, in any form.
            let last = stream.records.last().map_or(0, |record| record.r#type);
            let mut lie = Vec::new();
            let r#type = match dice.below(3) {
                0 => dice.pick(&[1, 2, 3, 4, 8]),
                _ => last.saturating_add(1) | 1,
            };
            stream::write(r#type, 1, &mut lie);
            let there = dice.pick(&[0, 1, 2, 32, 33, 60]);
            let length = match dice.below(4) {
                0 => 1 + dice.below(64) as u64,
                1 => u64::MAX - dice.below(64) as u64,
                // The right length, seen through fewer bits.
                2 => dice.pick(&[1 << 8, 1 << 16, 1 << 32, 1 << 63]) + there as u64,
                _ => dice.number(),
            };
            stream::write(length, dice.pick(&[1, 1, 3, 5, 9]), &mut lie);
            lie.extend(dice.bytes(there));
            stream.append(&lie);
        }
        4 => {
            let zeros = vec![dice.pick(&[0, 0, 1]); 1 + dice.below(3)];
            stream.append(&zeros);
        }
        _ => {
            // A type or length that is cut short, or not minimal with nothing after it.
            let fragments: [&[u8]; 8] = [
                &[0xfd],
                &[0xfd, 1],
                &[0xfe, 0, 1],
                &[0xff, 0, 0, 0, 1],
                &[0xfd, 0, 0xfb],
                &[0xfd, 1, 1],
                &[0xfd, 1, 1, 0xfd],
                &[0xff, 0, 0, 0, 1, 0, 0, 0, 1],
            ];
            stream.append(dice.pick(&fragments));
        }
    }
}

/// A value as it is but longer or shorter.
pub fn other_length(value: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut value = value.to_vec();
    let length = match dice.below(4) {
        0 => value.len() + 1,
        1 => value.len().saturating_sub(1),
        2 => dice.pick(&[0, 1, 4, 5, 8, 9, 31, 32, 33, 40, 41, 48, 49, 50, 64, 65]),
        _ => dice.below(value.len() + 20),
    };
    let fill = dice.any() as u8;
    value.resize(length, fill);
    value
}
