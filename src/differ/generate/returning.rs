//! The way back: return packets as nodes make them, wrap them and spoil them, and `attribution_data` beside them.

use super::keys;
use crate::blueprint::ordinary;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::SharedSecret;
use crate::bolt4::attribution::{AttributionData, HOPS, LENGTH};
use crate::bolt4::construct::shared_secrets;
use crate::bolt4::return_packet::{MESSAGE_AND_PAD, obfuscate};
use crate::bolt4::stream::{KeyType, key, mac};
use crate::differ::dice::Dice;
use crate::protocol::operation::{
    AttributionOpen, AttributionUpdate, FailureCreate, FailureOpen, FailureWrap,
};
use crate::protocol::value::Hex;

/// `failure.create`.
pub fn create(dice: &mut Dice) -> FailureCreate {
    FailureCreate { shared_secret: dice.bytes32().into(), failure_message: Hex(message(dice)) }
}

/// A failure message, of 256 bytes at most.
fn message(dice: &mut Dice) -> Vec<u8> {
    let length = match dice.below(4) {
        0 => dice.pick(&[0, 1, 2, 3, 254, 255, 256]),
        _ => 2 + dice.below(60),
    };
    let mut message = dice.bytes(length);
    if let (true, Some(code)) = (dice.once_in(2), message.first_chunk_mut()) {
        *code = dice.pick(&[[0x20, 0x02], [0x40, 0x0f], [0x40, 0x16], [0x10, 0x07], [0xc0, 0x05], [0, 23]]);
    }
    message
}

/// The length of a return packet.
fn packet_length(dice: &mut Dice) -> usize {
    match dice.below(4) {
        0 => dice.pick(&[0, 1, 31, 32, 33, 63, 64, 65, 256, 260, 291, 293, 1060, 1366]),
        1 => dice.below(1200),
        _ => 292,
    }
}

/// `failure.wrap`.
pub fn wrap(dice: &mut Dice) -> FailureWrap {
    let length = packet_length(dice);
    FailureWrap { shared_secret: dice.bytes32().into(), packet: Hex(dice.bytes(length)) }
}

/// A route and what the payer shares with each of its hops.
struct Route {
    session_key: SecretKey,
    nodes: Vec<PublicKey>,
    secrets: Vec<SharedSecret>,
}

impl Route {
    fn new(most: usize, dice: &mut Dice) -> Self {
        let count = match dice.below(20) {
            0 => dice.pick(&[19, 20, 21, 26, 27]).min(most),
            1 => 4 + dice.below(12),
            _ => 1 + dice.below(4),
        };
        let any = keys::any_secret(dice);
        let session_key = SecretKey::decode(&any).unwrap_or_else(|_| ordinary::session(0));
        let nodes: Vec<_> =
            (0..count).map(|_| ordinary::node(dice.below(ordinary::KEYS)).public_key()).collect();
        let secrets = shared_secrets(&session_key, nodes.iter().copied());
        Self { session_key, nodes, secrets }
    }

    fn session_key(&self, dice: &mut Dice) -> Hex {
        match dice.below(40) {
            0 => Hex(keys::bad_secret(dice)),
            _ => self.session_key.encode().into(),
        }
    }

    fn public_keys(&self, dice: &mut Dice) -> Vec<Hex> {
        let mut keys: Vec<Hex> = self.nodes.iter().map(|node| node.encode().into()).collect();
        if dice.once_in(40) {
            let at = dice.below(keys.len());
            keys[at] = Hex(keys::bad_point(dice));
        }
        keys
    }

    /// A packet in the clear that this hop made: mostly with true lengths.
    fn clear(&self, hop: usize, dice: &mut Dice) -> Vec<u8> {
        let message = message(dice);
        let mut pad_length = MESSAGE_AND_PAD - message.len();
        let (mut failure_len, mut pad_len) = (message.len() as u16, pad_length as u16);
        match dice.below(8) {
            0 => failure_len = dice.pick(&[0, 1, 255, 256, 257, 258, 65_535]),
            1 => pad_len = pad_len.wrapping_add(dice.pick(&[1, u16::MAX, 1 << 8, 1 << 15])),
            2 => {
                pad_length = dice.below(700);
                pad_len = pad_length as u16;
            }
            _ => {}
        }
        let pad = if dice.once_in(4) { dice.bytes(pad_length) } else { vec![0; pad_length] };
        let mut body = [&failure_len.to_be_bytes()[..], &message, &pad_len.to_be_bytes(), &pad].concat();
        if dice.once_in(20) {
            body.truncate(dice.below(6));
        }
        let key_type = match dice.below(20) {
            0 => dice.pick(&[KeyType::Mu, KeyType::Ammag, KeyType::Rho]),
            _ => KeyType::Um,
        };
        [&mac(&key(key_type, &self.secrets[hop].0), &[&body])[..], &body].concat()
    }
}

/// `failure.open`.
pub fn open(dice: &mut Dice) -> FailureOpen {
    let route = Route::new(27, dice);
    let hop = dice.below(route.secrets.len());
    let mut packet = route.clear(hop, dice);
    let mut wrapped_by: Vec<_> = (0..=hop).collect();
    match dice.below(20) {
        0 => drop(wrapped_by.pop()),
        1 => wrapped_by.push(dice.below(route.secrets.len())),
        2 => one_bit(&mut packet, dice),
        3 => packet.truncate(dice.below(packet.len())),
        4 => packet.push(0),
        _ => {}
    }
    wrapped_by.iter().for_each(|hop| obfuscate(&route.secrets[*hop], &mut packet));
    FailureOpen {
        session_key: route.session_key(dice),
        public_keys: route.public_keys(dice),
        packet: Hex(packet),
    }
}

fn one_bit(bytes: &mut [u8], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

fn hold_time(dice: &mut Dice) -> u32 {
    match dice.below(3) {
        0 => dice.any() as u32,
        1 => dice.pick(&[0, 1, 255, 256, 1 << 16, 1 << 31, u32::MAX]),
        _ => dice.below(600) as u32,
    }
}

/// `attribution.update`.
pub fn update(dice: &mut Dice) -> AttributionUpdate {
    let length = packet_length(dice);
    let packet = (!dice.once_in(3)).then(|| Hex(dice.bytes(length)));
    let received = (!dice.once_in(3)).then(|| Hex(dice.bytes(LENGTH)));
    AttributionUpdate {
        shared_secret: dice.bytes32().into(),
        hold_time: hold_time(dice),
        packet,
        attribution_data: received,
    }
}

/// `attribution.open`.
pub fn read(dice: &mut Dice) -> AttributionOpen {
    let route = Route::new(HOPS, dice);
    let failed = (!dice.once_in(3)).then(|| dice.below(route.secrets.len()));
    let mut packet = failed.map(|hop| route.clear(hop, dice)).unwrap_or_default();
    let mut data = AttributionData::EMPTY;
    let meddler = dice.once_in(2).then(|| dice.below(route.secrets.len()));
    for hop in (0..=failed.unwrap_or(route.secrets.len() - 1)).rev() {
        data = data.updated(&route.secrets[hop], hold_time(dice), &packet);
        obfuscate(&route.secrets[hop], &mut packet);
        if meddler == Some(hop) {
            match dice.below(4) {
                0 => one_bit(&mut packet, dice),
                1 => data = AttributionData::EMPTY,
                // A hold time, or any byte.
                2 => one_bit(&mut data.0[..80], dice),
                _ => one_bit(&mut data.0, dice),
            }
        }
    }
    AttributionOpen {
        session_key: route.session_key(dice),
        public_keys: route.public_keys(dice),
        packet: failed.map(|_| Hex(packet)),
        attribution_data: data.0.into(),
    }
}
