//! Blinded routes: what a recipient makes, and what a node on the route is told, sound and spoilt.

use super::bytes::bytes as change_bytes;
use super::keys;
use crate::blueprint::{Stream, ordinary};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::blinded::{seal, types};
use crate::differ::dice::Dice;
use crate::protocol::operation::{BlindedCreate, BlindedNode, BlindedUnblind};
use crate::protocol::value::Hex;

/// `blinded.create`.
pub fn create(dice: &mut Dice) -> BlindedCreate {
    let count = match dice.below(20) {
        0 => 0,
        1 => 5 + dice.below(16),
        _ => 1 + dice.below(4),
    };
    let hops = (0..count).map(|_| BlindedNode {
        public_key: public_key(dice),
        recipient_data: match dice.below(4) {
            0 => {
                let length = dice.pick(&[0, 1, 15, 16, 17, 63, 64, 65, 300]);
                Hex(dice.bytes(length))
            }
            _ => Hex(data(dice)),
        },
    });
    let hops = hops.collect();
    BlindedCreate { session_key: secret_key(dice), hops }
}

fn public_key(dice: &mut Dice) -> Hex {
    match dice.below(40) {
        0 => Hex(keys::bad_point(dice)),
        _ => keys::point(dice).into(),
    }
}

fn secret_key(dice: &mut Dice) -> Hex {
    match dice.below(40) {
        0 => Hex(keys::bad_secret(dice)),
        _ => keys::any_secret(dice).into(),
    }
}

/// An `encrypted_data_tlv`, mostly a sound one.
fn data(dice: &mut Dice) -> Vec<u8> {
    let mut data = Stream::default();
    let point = keys::point(dice);
    let sound: [(u64, Vec<u8>); 8] = [
        (types::PADDING, vec![0; dice.below(70)]),
        (types::SHORT_CHANNEL_ID, dice.bytes(8)),
        (types::NEXT_NODE_ID, keys::point(dice).to_vec()),
        (types::PATH_ID, vec![7; dice.below(40)]),
        (types::NEXT_PATH_KEY_OVERRIDE, point.to_vec()),
        (types::PAYMENT_RELAY, [&[0, 80, 0, 0, 0, 100][..], &[1, 2, 3, 4][..dice.below(5)]].concat()),
        (types::PAYMENT_CONSTRAINTS, [&[0, 12, 53, 0][..], &[1, 2, 3, 4, 5, 6][..dice.below(7)]].concat()),
        (types::ALLOWED_FEATURES, vec![0x10; dice.below(3)]),
    ];
    for (r#type, value) in sound {
        if dice.once_in(3) {
            data.put(r#type, value);
        }
    }
    if dice.once_in(4) {
        let r#type = dice.pick(&[0, 3, 9, 16, 21, 252, 253, 255, 65535, 65536, 65537]);
        data.put(r#type, dice.bytes(3));
    }
    if dice.once_in(4) {
        spoil(&mut data, dice);
    }
    data.bytes()
}

/// Gives a record another length or value, or the stream another order or end.
fn spoil(data: &mut Stream, dice: &mut Dice) {
    let count = data.records.len();
    match dice.below(4) {
        0 => data.tail = dice.pick(&[vec![15], vec![15, 1], vec![0xfd, 0, 15, 0], vec![1, 0], vec![0xff]]),
        1 if count > 1 => data.records.swap(0, count - 1),
        2 => {
            let r#type = dice.pick(&[2, 4, 8, 10, 12]);
            let length = dice.pick(&[0, 1, 3, 5, 7, 9, 11, 13, 32, 34]);
            data.put(r#type, dice.bytes(length));
        }
        _ => {
            let r#type = dice.pick(&[4, 8]);
            data.put(r#type, keys::bad_point(dice));
        }
    }
}

/// `blinded.unblind`.
pub fn unblind(dice: &mut Dice) -> BlindedUnblind {
    let node = ordinary::node(dice.below(ordinary::KEYS));
    let path_secret = SecretKey::decode(&keys::any_secret(dice)).unwrap_or_else(|_| ordinary::session(0));
    let told = data(dice);
    let mut encrypted = seal(&path_secret, &node.public_key(), &told);
    if dice.once_in(6) {
        change_bytes(&mut encrypted, dice);
    }
    let sound = |key: PublicKey| Hex(key.encode().to_vec());
    BlindedUnblind {
        node_secret: if dice.once_in(40) { Hex(keys::bad_secret(dice)) } else { node.encode().into() },
        path_key: match dice.below(40) {
            0 => Hex(keys::bad_point(dice)),
            1 => sound(node.public_key()),
            _ => sound(path_secret.public_key()),
        },
        encrypted_recipient_data: Hex(encrypted),
    }
}
