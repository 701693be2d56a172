//! Keys and ECDH. The curve's arithmetic is the library's.

use secp256k1::constants::{CURVE_ORDER, FIELD_SIZE};
use secp256k1::{PublicKey, Scalar, SecretKey};
use sha2::{Digest, Sha256};

use super::Implementation;
use super::wire::big_endian;
use crate::quirks::list::Quirk as Q;

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What ECDH gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// BOLT 4's secret.
    pub secret: [u8; 32],
    /// The bare x coordinate: 32 bytes, or fewer with a quirk.
    pub x: Vec<u8>,
}

fn key_of(scalar: [u8; 32]) -> Option<SecretKey> {
    SecretKey::from_secret_bytes(scalar).ok()
}

impl Implementation {
    /// Reads a compressed point.
    pub(super) fn read_public_key(&self, bytes: &[u8]) -> Option<PublicKey> {
        let mut bytes = bytes.to_vec();
        if bytes.len() == 65 && matches!(bytes[0], 4 | 6 | 7) {
            let hybrid = std::mem::replace(&mut bytes[0], 4) != 4;
            let accepted = !hybrid && self.has(Q::UncompressedPublicKeyAccepted)
                || hybrid && self.has(Q::HybridPublicKeyAccepted);
            let bytes = bytes.try_into().ok().filter(|_| accepted)?;
            return PublicKey::from_byte_array_uncompressed(bytes).ok();
        }
        if bytes.len() == 32 && self.has(Q::XOnlyPublicKeyAccepted) {
            bytes.insert(0, 2);
        }
        if bytes.len() == 34 && bytes[1] == 0 && self.has(Q::ZeroBeforeXIgnored) {
            bytes.remove(1);
        }
        if bytes.len() == 32 && matches!(bytes[0], 2 | 3) && self.has(Q::ShortXPadded) {
            bytes.insert(1, 0);
        }
        if bytes.len() > 33 && self.has(Q::LongPublicKeyCut) {
            bytes.truncate(33);
        }
        let mut compressed: [u8; 33] = bytes.try_into().ok()?;
        let prefix = compressed[0];
        if !matches!(prefix, 2 | 3) {
            let accepted = self.has(Q::PublicKeyPrefixNotChecked)
                || matches!(prefix, 4..=7) && self.has(Q::PublicKeyPrefix04Accepted)
                || prefix < 2 && self.has(Q::PublicKeyPrefix00Accepted);
            compressed[0] = accepted.then_some(2 | prefix & 1)?;
        }
        if compressed[0] == 3 && self.has(Q::PublicKeyParityLost) {
            compressed[0] = 2;
        }
        if compressed[1..] >= FIELD_SIZE[..] && self.has(Q::PublicKeyXReduced) {
            // 2^256 - p is below 2^33, so that x - p fits the last 8 bytes.
            let x = big_endian(&compressed[25..]).wrapping_sub(big_endian(&FIELD_SIZE[24..]));
            compressed[1..].fill(0);
            compressed[25..].copy_from_slice(&x.to_be_bytes());
        }
        let point = PublicKey::from_byte_array_compressed(compressed).ok();
        if point.is_none() && self.has(Q::PublicKeyNotOnCurveAccepted) {
            // What a library computes with such a point has no meaning: any point will do here.
            return Some(key_of([1; 32])?.public_key());
        }
        point
    }

    pub(super) fn read_secret_key(&self, bytes: &[u8]) -> Option<SecretKey> {
        let mut bytes = bytes.to_vec();
        if bytes.len() < 32 && self.has(Q::ShortSecretKeyPadded) {
            bytes.splice(..0, vec![0; 32 - bytes.len()]);
        }
        if bytes.len() == 33 && bytes[0] == 0 && self.has(Q::ZeroBeforeSecretKeyIgnored) {
            bytes.remove(0);
        }
        if bytes.len() > 32 && self.has(Q::LongSecretKeyCut) {
            bytes.truncate(32);
        }
        let scalar: [u8; 32] = bytes.try_into().ok()?;
        key_of(match scalar {
            scalar if scalar == [0; 32] && self.has(Q::SecretKeyZeroAccepted) => [1; 32],
            CURVE_ORDER if self.has(Q::SecretKeyNAccepted) => [1; 32],
            scalar if scalar > CURVE_ORDER && self.has(Q::SecretKeyAboveNReduced) => [2; 32],
            scalar => scalar,
        })
    }

    pub(super) fn ecdh(&self, public_key: &PublicKey, secret_key: &SecretKey) -> Shared {
        let point = secp256k1::ecdh::shared_secret_point(public_key, secret_key);
        let (x, y) = point.split_at(32);
        let without_zeros = without_zeros(x).to_vec();
        let odd = point[63] % 2 == 1;
        let mut prefix = if odd { 3 } else { 2 };
        if odd && self.has(Q::SharedPointAlwaysEven) {
            prefix = 2;
        }
        if self.has(Q::SharedPointParityInverted) {
            prefix ^= 1;
        }
        let mut hashed = self.vary(
            [&[prefix], x].concat(),
            [
                (Q::SharedSecretHashesXOnly, x.to_vec()),
                (Q::SharedSecretHashesUncompressed, [&[4], x, y].concat()),
                (Q::SharedSecretHashesXAndY, point.to_vec()),
                (Q::SharedSecretPrefixBehindX, [x, &[prefix]].concat()),
            ],
        );
        let mut bare = self.vary(x.to_vec(), [(Q::BareXIsY, y.to_vec())]);
        if without_zeros.len() < 32 {
            hashed = self.vary(
                hashed,
                [(Q::SharedSecretHashesXWithoutZeros, [&[prefix], &without_zeros[..]].concat())],
            );
            bare = self.vary(bare, [(Q::BareXWithoutZeros, without_zeros)]);
        }
        if self.has(Q::BareXLittleEndian) {
            bare.reverse();
        }
        let mut secret = sha256(&hashed);
        if self.has(Q::SharedSecretNotHashed) {
            secret.copy_from_slice(x);
        }
        if self.has(Q::SharedSecretHashedTwice) {
            secret = sha256(&secret);
        }
        if self.has(Q::SharedSecretReversed) {
            secret.reverse();
        }
        Shared { secret, x: bare }
    }
}

/// Bytes without the zeros that they start with.
pub fn without_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..]
}

/// A point times a scalar.
pub fn times_point(point: &PublicKey, scalar: [u8; 32]) -> Option<PublicKey> {
    point.mul_tweak(&Scalar::from_be_bytes(scalar).ok()?).ok()
}

/// A secret key times a scalar.
pub fn times_key(key: &SecretKey, scalar: [u8; 32]) -> Option<SecretKey> {
    key.mul_tweak(&Scalar::from_be_bytes(scalar).ok()?).ok()
}

/// A secret key plus a scalar: how keys are derived elsewhere.
pub fn plus_key(key: &SecretKey, scalar: [u8; 32]) -> Option<SecretKey> {
    key.add_tweak(&Scalar::from_be_bytes(scalar).ok()?).ok()
}
