//! Keys: good ones, and bytes that are nearly keys. SEC 1 has more forms of a point than Lightning takes.

use crate::blueprint::ordinary;
use crate::bolt1::SecretKey;
use crate::differ::dice::Dice;
use crate::protocol::operation::Ecdh;
use crate::protocol::value::Hex;

/// n, the order of the group, big-endian.
const N: [u8; 32] = secp256k1::constants::CURVE_ORDER;
/// p, the size of the field, big-endian.
const P: [u8; 32] = secp256k1::constants::FIELD_SIZE;

/// `ecdh.shared_secret`.
pub fn ecdh(dice: &mut Dice) -> Ecdh {
    let (mut secret_key, mut public_key) = (any_secret(dice).to_vec(), point(dice).to_vec());
    if let (true, Ok(other)) = (dice.once_in(4), SecretKey::decode(&any_secret(dice))) {
        public_key = other.public_key().encode().to_vec();
    }
    match dice.below(5) {
        0 => secret_key = bad_secret(dice),
        1 | 2 => public_key = bad_point(dice),
        _ => {}
    }
    Ecdh { secret_key: Hex(secret_key), public_key: Hex(public_key) }
}

/// A valid secret key: small, large, or any.
pub fn any_secret(dice: &mut Dice) -> [u8; 32] {
    let mut bytes = [0; 32];
    match dice.below(6) {
        0 => bytes[31] = 1 + dice.below(20) as u8,
        1 => bytes = near(N, -1 - dice.below(20) as i8),
        2 => bytes = ordinary::node(dice.below(ordinary::KEYS)).encode(),
        _ => bytes.fill_with(|| dice.any() as u8),
    }
    match SecretKey::decode(&bytes) {
        Ok(_) => bytes,
        Err(_) => ordinary::node(0).encode(),
    }
}

/// A valid point: that of a node, or its negative.
pub fn point(dice: &mut Dice) -> [u8; 33] {
    let mut point = ordinary::node_public(dice.below(ordinary::KEYS));
    // The other point with this x.
    point[0] ^= dice.below(2) as u8;
    point
}

/// Bytes that are no secret key, or only another's.
pub fn bad_secret(dice: &mut Dice) -> Vec<u8> {
    match dice.below(8) {
        0 => vec![0; 32],
        1 => N.to_vec(),
        2 => near(N, 1 + dice.below(20) as i8).to_vec(),
        3 => vec![0xff; 32],
        4 => {
            let short = dice.pick(&[24, 30, 31]);
            any_secret(dice)[32 - short..].to_vec()
        }
        5 => any_secret(dice)[..31].to_vec(),
        6 => [&any_secret(dice)[..], &[dice.any() as u8]].concat(),
        _ => {
            let length = dice.pick(&[0, 1, 16, 33, 64]);
            dice.bytes(length)
        }
    }
}

/// Bytes that are no compressed point.
pub fn bad_point(dice: &mut Dice) -> Vec<u8> {
    let good = point(dice);
    let prefix = dice.pick(&[0, 1, 4, 5, 6, 7, 0x82, 0xff]);
    match dice.below(10) {
        0 | 1 => [&[prefix][..], &good[1..]].concat(),
        2 => uncompressed(&good, 4),
        3 => uncompressed(&good, 6),
        4 => good[1..].to_vec(),
        5 => [&good[..], &[dice.any() as u8]].concat(),
        6 => good[..32].to_vec(),
        7 => {
            // x is not below p; minus p it may be on the curve (1, 2, 3, 4, 6 and 8 are).
            let tag = dice.pick(&[2, 3]);
            [&[tag][..], &near(P, dice.below(12) as i8)].concat()
        }
        8 => {
            // x that is not on the curve, half of the time.
            let mut bytes = good;
            bytes[32] = bytes[32].wrapping_add(1 + dice.below(20) as u8);
            bytes.to_vec()
        }
        _ => {
            let mut small = [0; 33];
            small[0] = dice.pick(&[2, 3]);
            small[32] = dice.below(12) as u8;
            small.to_vec()
        }
    }
}

/// The point in 65 bytes: prefix 4, or 6 and 7 by the parity of y.
fn uncompressed(compressed: &[u8; 33], prefix: u8) -> Vec<u8> {
    let Ok(point) = secp256k1::PublicKey::from_byte_array_compressed(*compressed) else {
        return Vec::new();
    };
    let mut bytes = point.serialize_uncompressed().to_vec();
    let parity = bytes.last().map_or(0, |last| last & 1);
    bytes[0] = if prefix == 6 { 6 + parity } else { prefix };
    bytes
}

/// A number that differs a little from n or p, whose last byte is far from both ends.
const fn near(mut number: [u8; 32], by: i8) -> [u8; 32] {
    number[31] = number[31].wrapping_add_signed(by);
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_at_the_bounds() {
        assert!(SecretKey::decode(&near(N, -1)).is_ok() && SecretKey::decode(&N).is_err());
        assert!((0x1f..0xe0).contains(&N[31]) && (0x1f..0xe0).contains(&P[31]));
    }
}
