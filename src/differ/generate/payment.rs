//! The payee's side: packets sealed with a true HMAC around payloads with a fault, and HTLCs.

use std::sync::OnceLock;

use super::scope::Scope;
use super::{keys, tlv};
use crate::blueprint::onion::{Onion, Payer};
use crate::blueprint::ordinary::{self, AMOUNT, EXPIRY, HEIGHT};
use crate::blueprint::stream::Stream;
use crate::blueprint::{Blueprint, Hash, Htlc, Payee};
use crate::bolt1::SecretKey;
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::PACKET_LENGTH;
use crate::bolt4::payload::types;
use crate::differ::dice::Dice;
use crate::protocol::operation::{Namespace, Profile, Settings, SharedSecret, Switch};

/// `onion.peel`.
pub fn peel(dice: &mut Dice) -> Blueprint {
    if dice.once_in(50) {
        let associated_data = ordinary::ASSOCIATED_DATA.to_vec();
        return Blueprint::Peel { node: ordinary::node(0), associated_data, onion: short().clone() };
    }
    let payload = match dice.below(4) {
        0 => {
            let length = dice.pick(&[2, 3, 252, 253, 255, 256, 257, 1000, 1264, 1265]);
            Stream::parse(&dice.bytes(length))
        }
        1 => {
            let length = 2 + dice.below(200);
            Stream::parse(&dice.bytes(length))
        }
        _ => ordinary::payload(dice.once_in(2)),
    };
    let mut onion = Onion { payer: session(dice), ..Onion::new(payload) };
    if dice.once_in(3) {
        onion.next_hmac(next_hmac(dice));
        if dice.once_in(2) {
            onion.payload.put(types::SHORT_CHANNEL_ID, ordinary::CHANNEL);
        }
    }
    if dice.once_in(6) {
        onion.path_key = Some(path_key(dice));
    }
    if dice.once_in(2) {
        plant_in_packet(&mut onion, dice);
    }
    let associated_data = if dice.once_in(2) { ordinary::ASSOCIATED_DATA.to_vec() } else { dice.bytes(32) };
    Blueprint::Peel { node: node(dice), associated_data, onion }
}

/// A packet without its last byte, which is zero: who fills it up has a packet that is right.
fn short() -> &'static Onion {
    static SHORT: OnceLock<Onion> = OnceLock::new();
    SHORT.get_or_init(|| {
        let mut onion = Onion::new(ordinary::payload(true));
        for value in 0..=u16::MAX {
            onion.payload.put(65_537, value.to_be_bytes());
            if onion.seal(&ordinary::node(0), &ordinary::ASSOCIATED_DATA).last() == Some(&0) {
                break;
            }
        }
        Onion { length: PACKET_LENGTH - 1, ..onion }
    })
}

fn session(dice: &mut Dice) -> Payer {
    Payer::Ordinary(dice.below(ordinary::KEYS))
}

fn node(dice: &mut Dice) -> SecretKey {
    ordinary::node(if dice.once_in(4) { dice.below(ordinary::KEYS) } else { 0 })
}

fn path_key(dice: &mut Dice) -> [u8; 33] {
    ordinary::path(dice.below(ordinary::KEYS)).public_key().encode()
}

/// The HMAC of another hop: any bytes, or zeros in all places but one.
fn next_hmac(dice: &mut Dice) -> [u8; 32] {
    let mut hmac = [0; 32];
    match dice.below(3) {
        0 => hmac[dice.pick(&[0, 1, 30, 31])] = 1 + dice.below(255) as u8,
        1 => {
            hmac = [0x77; 32];
            hmac[dice.pick(&[0, 31])] = 0;
        }
        _ => hmac = [0x99; 32],
    }
    hmac
}

/// Plants a fault in the packet or in the frame of its payload.
pub fn plant_in_packet(onion: &mut Onion, dice: &mut Dice) {
    let length = onion.payload.bytes().len() as u64;
    match dice.below(12) {
        0 => onion.version = dice.pick(&[1, 2, 0x80, 0xff]),
        1 => {
            let bad = keys::bad_point(dice);
            onion.key = bad.try_into().ok().or(Some([4; 33]));
        }
        2 => onion.hmac_xor[dice.pick(&[0, 1, 15, 16, 30, 31])] = 1 << dice.below(8),
        3 => {
            // Differences that cancel out when they are added up or XORed.
            let (one, other) = (dice.below(32), dice.below(32));
            onion.hmac_xor[one] = 0x55;
            onion.hmac_xor[other] = 0x55;
        }
        4 if dice.once_in(2) => onion.zero_hmac = true,
        4 => onion.hmac_xor = dice.bytes32(),
        5 => onion.length = dice.pick(&[0, 1, 34, 1334, 1365, 1367, 1366 + 32, 1300]),
        6 => {
            // A length that needs fewer bytes.
            onion.prefix(length, dice.pick(&[3, 5, 9]));
            if length > 252 {
                onion.prefix(length, dice.pick(&[5, 9]));
            }
        }
        7 => {
            onion.payload = Stream::parse(&dice.bytes(1)[..dice.below(2)]);
        }
        8 | 9 => {
            let lie = dice.pick(&[
                0, 1, 1266, 1267, 1268, 1269, 1290, 1297, 1298, 1299, 1300, 2534, 2560, 2565, 2597, 2598,
                65535,
            ]);
            onion.prefix(lie, 1);
        }
        10 => {
            let lie = dice.number();
            let lie = if dice.once_in(2) { lie } else { dice.pick(&[1 << 16, 1 << 32, 1 << 63]) + length };
            onion.prefix(lie, 1);
        }
        _ => onion.prefix(length.wrapping_sub(1 + dice.below(3) as u64), 1),
    }
}

/// A node, its height and settings around the ordinary.
pub fn payee(shared_secret: bool, scope: Scope, dice: &mut Dice) -> Payee {
    let mut height = HEIGHT;
    let mut settings = settings(shared_secret, scope, dice);
    match dice.below(12) {
        // Heights that a chain can have: an expiry is below 500000000.
        0 => height = dice.number() as u32 % 499_000_000,
        1 => height = dice.pick(&[0, 1, 1 << 24, 498_999_999]),
        2 => settings.min_final_cltv_expiry_delta = dice.pick(&[0, 1, 9, 17, 19, 42, 144]),
        3 => settings.min_final_cltv_expiry_delta = dice.number() as u32,
        4 => settings.keysend = Switch::Refuse,
        _ => {}
    }
    Payee { secret: node(dice), height, settings }
}

/// Settings with keysend on, and the other scheme as the operation wants it.
pub fn settings(shared_secret: bool, scope: Scope, dice: &mut Dice) -> Settings {
    let mut choices: Vec<_> = scope
        .profiles()
        .into_iter()
        .map(|profile| match profile {
            Profile::Bolt4 => SharedSecret::Bolt4,
            Profile::XOnly => SharedSecret::XOnly,
        })
        .collect();
    if !shared_secret || choices.is_empty() {
        choices.extend([SharedSecret::Off; 3]);
    }
    ordinary::settings(dice.pick(&choices))
}

/// `keysend.receive` and `shared_secret.receive`.
pub fn receive(shared_secret: bool, scope: Scope, dice: &mut Dice) -> Blueprint {
    let node = payee(shared_secret, scope, dice);
    let mut htlc = htlc_like(shared_secret, node.settings, dice);
    extras(&mut htlc.onion.payload, dice);
    for _ in 0..dice.pick(&[0, 0, 1, 1, 1, 1, 2]) {
        plant(&mut htlc, &node, dice);
    }
    keep_possible(&mut htlc);
    Blueprint::Receive { shared_secret, node, htlc }
}

/// A sound HTLC of either scheme.
pub fn htlc_like(shared_secret: bool, settings: Settings, dice: &mut Dice) -> Htlc {
    let profile = match settings.shared_secret {
        // A payment by the secret to a node that takes none.
        SharedSecret::Off => dice.once_in(16).then_some(Profile::Bolt4),
        SharedSecret::Bolt4 => Some(Profile::Bolt4),
        SharedSecret::XOnly => Some(Profile::XOnly),
    };
    let by_secret = profile.filter(|_| shared_secret != dice.once_in(6));
    let mut onion = Onion::new(ordinary::payload(by_secret.is_none()));
    onion.payer = session(dice);
    if by_secret.is_none() && dice.once_in(3) {
        let preimage = dice.pick(&[[0; 32], [0xff; 32], [0x11; 32]]);
        onion.payload.put(types::KEYSEND_PREIMAGE, preimage);
    }
    Htlc { onion, hash: by_secret.map_or(Hash::Record, Hash::Shared), amount: AMOUNT, expiry: EXPIRY }
}

/// Records that a payload may have besides.
fn extras(payload: &mut Stream, dice: &mut Dice) {
    if dice.once_in(4) {
        tlv::unknown_odd(payload, dice);
    }
    if dice.once_in(5) {
        let total = match dice.below(4) {
            0 => dice.pick(&[0, AMOUNT - 1, AMOUNT + 1, 2 * AMOUNT]),
            _ => AMOUNT,
        };
        payload.put(types::PAYMENT_DATA, ordinary::payment_data(dice.bytes32(), total));
    }
    if dice.once_in(8) {
        let r#type = dice.pick(&[types::PAYMENT_METADATA, types::TOTAL_AMOUNT_MSAT, types::SHORT_CHANNEL_ID]);
        payload.put_record(tlv::known(Namespace::Payload, r#type, dice));
    }
}

/// Keeps the HTLC's own amount and expiry to what a channel lets through: BOLT 2, "Adding an HTLC", and BOLT 1's bound.
pub fn keep_possible(htlc: &mut Htlc) {
    htlc.amount = htlc.amount.clamp(1, MAX_MSAT);
    htlc.expiry = htlc.expiry.min(499_999_999);
}

/// Plants a fault in the HTLC, its payload or its packet, or what is none but looks like one.
pub fn plant(htlc: &mut Htlc, node: &Payee, dice: &mut Dice) {
    let payload = &mut htlc.onion.payload;
    match dice.below(22) {
        0 => htlc.amount = dice.pick(&[1, AMOUNT - 1, AMOUNT + 1, 2 * AMOUNT, 3 * AMOUNT, MAX_MSAT]),
        1 => htlc.amount = dice.number(),
        2 => {
            // The whole amount above 32 or 63 bits, at the HTLC, in the payload or in both.
            let more = dice.pick(&[1 << 32, 1 << 40, 1 << 60]);
            if dice.below(3) > 0 {
                payload.put_integer(types::AMT_TO_FORWARD, AMOUNT + more);
            }
            htlc.amount = AMOUNT + dice.pick(&[0, more, more, more - 1]);
        }
        3 => {
            let amount = dice.pick(&[0, 0, 1, 255, 256, 2_100_000_000_000_000_000, 1 << 62, u64::MAX]);
            payload.put_integer(types::AMT_TO_FORWARD, amount);
            htlc.amount = dice.pick(&[amount, amount, AMOUNT, u64::MAX]);
        }
        4 | 5 => {
            // The bound of the expiry, from both sides.
            let bound = u64::from(node.height) + u64::from(node.settings.min_final_cltv_expiry_delta);
            let by = dice.pick(&[-2, -1, -1, 0, 0, 1, -18, -19]);
            let expiry = u32::try_from(bound.saturating_add_signed(by)).unwrap_or(u32::MAX);
            htlc.expiry = expiry;
            let outgoing = dice.pick(&[expiry, expiry, 0, HEIGHT]);
            payload.put_integer(types::OUTGOING_CLTV_VALUE, outgoing.into());
        }
        6 => htlc.expiry = dice.pick(&[EXPIRY - 1, EXPIRY + 1, EXPIRY + 10, EXPIRY + 65_536, 0]),
        7 => {
            let outgoing = dice.pick(&[EXPIRY + 1, EXPIRY - 1, HEIGHT - 1, 0, 1, u32::MAX]);
            payload.put_integer(types::OUTGOING_CLTV_VALUE, outgoing.into());
        }
        8 => {
            let r#type =
                dice.pick(&[types::AMT_TO_FORWARD, types::OUTGOING_CLTV_VALUE, types::KEYSEND_PREIMAGE]);
            payload.drop(r#type);
        }
        9 => {
            // A record of another length whose bytes do hash to the payment hash.
            let value = tlv::other_length(&ordinary::PREIMAGE, dice);
            payload.put(types::KEYSEND_PREIMAGE, value);
        }
        10 | 11 => plant_in_hash(htlc, node, dice),
        12 => {
            let r#type = dice.pick(&[
                types::ENCRYPTED_RECIPIENT_DATA,
                types::CURRENT_PATH_KEY,
                types::TOTAL_AMOUNT_MSAT,
                types::PAYMENT_METADATA,
                types::SHORT_CHANNEL_ID,
            ]);
            payload.put_record(tlv::known(Namespace::Payload, r#type, dice));
        }
        13 => {
            let total = match dice.below(3) {
                0 => dice.number(),
                _ => dice.pick(&[0, 1, AMOUNT - 1, AMOUNT, AMOUNT + 1, 2 * AMOUNT]),
            };
            payload.put(types::PAYMENT_DATA, ordinary::payment_data(dice.bytes32(), total));
        }
        14 => htlc.onion.path_key = Some(path_key(dice)),
        15 | 16 => {
            // Not the final node.
            htlc.onion.next_hmac = next_hmac(dice);
            if dice.below(4) > 0 {
                payload.put(types::SHORT_CHANNEL_ID, ordinary::CHANNEL);
            }
            if dice.once_in(5) {
                let r#type = dice.pick(&[types::CURRENT_PATH_KEY, types::PAYMENT_DATA]);
                payload.put_record(tlv::known(Namespace::Payload, r#type, dice));
            }
        }
        17 | 18 => plant_in_packet(&mut htlc.onion, dice),
        _ => tlv::plant(payload, Namespace::Payload, dice),
    }
}

/// A payment hash that is not that of the record.
fn plant_in_hash(htlc: &mut Htlc, node: &Payee, dice: &mut Dice) {
    let right = htlc.payment_hash(&node.secret);
    let mut hash = right;
    match dice.below(8) {
        0 => hash = [0; 32],
        1 => hash[31] ^= 1,
        2 => hash[0] ^= 0x80,
        3 => hash.reverse(),
        4 => hash = crate::bolt4::peel::sha256_of_onion(&right),
        5 => {
            let preimage = htlc.onion.payload.find(types::KEYSEND_PREIMAGE);
            hash = preimage.and_then(|preimage| preimage.try_into().ok()).unwrap_or([1; 32]);
        }
        6 => {
            let secret = htlc.onion.shared_point(&node.secret);
            hash = dice.pick(&[
                crate::bolt4::peel::sha256_of_onion(&secret.shared_secret().0),
                crate::bolt4::peel::sha256_of_onion(&secret.x()),
                secret.shared_secret().0,
            ]);
        }
        _ => {
            htlc.hash = Hash::Shared(dice.pick(&[Profile::Bolt4, Profile::XOnly]));
            return;
        }
    }
    // Half of the time it is the record that is another, with the hash as it was.
    if dice.once_in(3) && htlc.onion.payload.find(types::KEYSEND_PREIMAGE).is_some() {
        htlc.pays(right);
        htlc.payload().put(types::KEYSEND_PREIMAGE, ordinary::PREIMAGE);
        htlc.record(types::KEYSEND_PREIMAGE).flip(dice.pick(&[0, 31]), 1);
    } else {
        htlc.pays(hash);
    }
}
