//! The payer's side: `onion.construct`, `keysend.send` and `shared_secret.send`.

use super::{keys, tlv};
use crate::blueprint::ordinary;
use crate::blueprint::stream::Stream;
use crate::bolt1::bigsize;
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::payload::types;
use crate::differ::dice::Dice;
use crate::protocol::operation::{Construct, ConstructHop, CustomRecord, Profile, Send, SendHop};
use crate::protocol::value::{Decimal, Hex};

/// How many hops: mostly few, now and then as many as fit or more.
fn hops(dice: &mut Dice) -> usize {
    // Long routes cost most of the time that there is.
    match dice.below(40) {
        0 => dice.pick(&[19, 20, 21, 26, 27]),
        1 => 5 + dice.below(12),
        _ => 1 + dice.below(3),
    }
}

fn session_key(dice: &mut Dice) -> Hex {
    match dice.below(4) {
        0 => keys::any_secret(dice).into(),
        _ => ordinary::session(dice.below(ordinary::KEYS)).encode().into(),
    }
}

fn public_key(dice: &mut Dice) -> Hex {
    ordinary::node_public(dice.below(ordinary::KEYS)).into()
}

/// `onion.construct`.
pub fn construct(dice: &mut Dice) -> Construct {
    let count = hops(dice);
    let mut route: Vec<_> = (0..count)
        .map(|_| {
            let length = match dice.below(6) {
                0 => 253 + dice.below(8),
                1 => 2,
                _ => 2 + dice.below(60),
            };
            ConstructHop { public_key: public_key(dice), payload: Hex(payload(length, dice)) }
        })
        .collect();
    if dice.once_in(4) && !route.is_empty() {
        fill(&mut route, dice.pick(&[0, 0, 1]), dice);
    }
    let at = dice.below(route.len());
    let mut session_key = session_key(dice);
    match dice.below(10) {
        0 => session_key = Hex(keys::bad_secret(dice)),
        1 => route[at].public_key = Hex(keys::bad_point(dice)),
        2 => route[at].payload = Hex(vec![7; dice.below(2)]),
        3 if dice.once_in(4) => route.clear(),
        _ => {}
    }
    Construct { session_key, associated_data: dice.bytes32().into(), hops: route }
}

/// An ordinary payload, or one of this length, in bytes.
fn payload(length: usize, dice: &mut Dice) -> Vec<u8> {
    if dice.once_in(4) { ordinary::payload(dice.once_in(2)).bytes() } else { dice.bytes(length) }
}

/// Makes the last payload so long that all of them together need 1300 bytes, or `more` than that.
fn fill(route: &mut [ConstructHop], more: usize, dice: &mut Dice) {
    let shift =
        |hop: &ConstructHop| bigsize::encoded_length(hop.payload.0.len() as u64) + hop.payload.0.len() + 32;
    let before: usize = route[..route.len() - 1].iter().map(shift).sum();
    if let Some(last) = route.last_mut() {
        for length in 2..1300_usize {
            if before + bigsize::encoded_length(length as u64) + length + 32 == 1300 + more {
                last.payload = Hex(dice.bytes(length));
            }
        }
    }
}

/// `keysend.send`, or with a profile `shared_secret.send`.
pub fn send(profile: Option<Profile>, dice: &mut Dice) -> Send {
    let count = hops(dice);
    let route: Vec<_> = (0..count)
        .map(|hop| SendHop {
            public_key: public_key(dice),
            amt_to_forward: Decimal(match dice.below(4) {
                0 => dice.number() % (MAX_MSAT + 1),
                1 => dice.pick(&[0, 1, 255, 256, 1 << 32, MAX_MSAT]),
                _ => ordinary::AMOUNT + (count - hop) as u64,
            }),
            outgoing_cltv_value: match dice.below(4) {
                0 => dice.number() as u32,
                _ => ordinary::EXPIRY + 40 * (count - hop) as u32,
            },
            short_channel_id: (hop + 1 < count).then(|| match dice.below(3) {
                0 => ordinary::CHANNEL.into(),
                _ => Hex(dice.bytes(8)),
            }),
        })
        .collect();
    let custom_records = custom_records(dice);
    let preimage = profile.is_none().then(|| dice.bytes32().into());
    let mut send = Send { session_key: session_key(dice), preimage, profile, hops: route, custom_records };
    if dice.once_in(3) {
        plant(&mut send, dice);
    }
    send
}

fn custom_records(dice: &mut Dice) -> Vec<CustomRecord> {
    let mut stream = Stream::default();
    tlv::unknown_odd(&mut stream, dice);
    let mut records: Vec<_> = stream
        .records
        .into_iter()
        .filter(|record| record.r#type >= 65536)
        .map(|record| CustomRecord { r#type: Decimal(record.r#type), value: Hex(record.value) })
        .collect();
    for _ in 0..dice.pick(&[0, 0, 1, 2, 3]) {
        let r#type = match dice.below(3) {
            0 => dice.number() | 65536,
            1 => dice.pick(&[
                65536,
                65537,
                65538,
                133_773_310,
                7_629_169,
                5_482_373_483,
                5_482_373_485,
                u64::MAX,
            ]),
            _ => types::KEYSEND_PREIMAGE.wrapping_add(dice.pick(&[1 << 32, 1 << 33, 2, u64::MAX - 1])),
        };
        let length = dice.below(12);
        if records.iter().all(|record| record.r#type.0 != r#type) && r#type != types::KEYSEND_PREIMAGE {
            records.push(CustomRecord { r#type: Decimal(r#type), value: Hex(dice.bytes(length)) });
        }
    }
    // In any order.
    for end in (1..records.len()).rev() {
        records.swap(end, dice.below(end + 1));
    }
    records
}

/// Plants one fault; there is a hop.
pub fn plant(send: &mut Send, dice: &mut Dice) {
    let at = dice.below(send.hops.len());
    let record =
        |r#type: u64, dice: &mut Dice| CustomRecord { r#type: Decimal(r#type), value: Hex(dice.bytes(4)) };
    match dice.below(10) {
        0 => send.session_key = Hex(keys::bad_secret(dice)),
        1 => {
            if let Some(preimage) = &mut send.preimage {
                let length = dice.pick(&[0, 1, 20, 31, 33, 64]);
                *preimage = Hex(dice.bytes(length));
            }
        }
        2 => send.hops[at].public_key = Hex(keys::bad_point(dice)),
        3 => send.hops[at].amt_to_forward = Decimal(MAX_MSAT.saturating_add(dice.number()).saturating_add(1)),
        4 => {
            if at + 1 < send.hops.len() {
                send.hops[at].short_channel_id = None;
            } else if let Some(last) = send.hops.last_mut() {
                last.short_channel_id = Some(ordinary::CHANNEL.into());
            }
        }
        5 => {
            let r#type = dice.pick(&[0, 1, 2, 3, 8, 255, 65535, 65534]);
            let record = record(r#type, dice);
            send.custom_records.push(record);
        }
        6 => {
            let record = record(types::KEYSEND_PREIMAGE, dice);
            send.custom_records.insert(0, record);
        }
        7 | 8 => {
            let r#type = send.custom_records.first().map_or(65537, |record| record.r#type.0);
            if send.custom_records.is_empty() {
                let record = record(r#type, dice);
                send.custom_records.push(record);
            }
            let record = record(r#type, dice);
            let at = dice.pick(&[1, send.custom_records.len()]);
            send.custom_records.insert(at, record);
        }
        _ => {
            if dice.once_in(4) {
                send.hops.clear();
            } else {
                let length = 900 + dice.below(600);
                let value = Hex(vec![1; length]);
                send.custom_records.push(CustomRecord { r#type: Decimal(65539), value });
            }
        }
    }
}
