//! Keys and ECDH, written to be bent. The curve's arithmetic is the library's.

use secp256k1::{PublicKey, Scalar, SecretKey};
use sha2::{Digest, Sha256};

use super::{Bent, Quirk as Q};

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Both hashes that ECDH gives, as bytes: a bent one may be short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// BOLT 4's secret.
    pub secret: [u8; 32],
    /// The bare x coordinate.
    pub x: Vec<u8>,
}

fn key_of(scalar: [u8; 32]) -> Option<SecretKey> {
    SecretKey::from_secret_bytes(scalar).ok()
}

impl Bent {
    /// Reads a compressed point.
    pub fn read_public_key(&self, bytes: &[u8]) -> Option<PublicKey> {
        let mut bytes = bytes.to_vec();
        if bytes.len() == 65 && matches!(bytes[0], 4 | 6 | 7) {
            let taken = bytes[0] == 4 && self.has(Q::UncompressedPublicKeyAccepted)
                || bytes[0] != 4 && self.has(Q::HybridPublicKeyAccepted);
            if !taken {
                return None;
            }
            let uncompressed: [u8; 65] =
                [&[4][..], bytes.get(1..).unwrap_or_default()].concat().try_into().ok()?;
            return PublicKey::from_byte_array_uncompressed(uncompressed).ok();
        }
        if bytes.len() == 32 && self.has(Q::XOnlyPublicKeyAccepted) {
            bytes.insert(0, 2);
        }
        if bytes.len() > 33 && self.has(Q::LongPublicKeyCut) {
            bytes.truncate(33);
        }
        let mut compressed: [u8; 33] = bytes.try_into().ok()?;
        if !matches!(compressed[0], 2 | 3) {
            if self.has(Q::PublicKeyPrefixNotChecked)
                || matches!(compressed[0], 4..=7) && self.has(Q::PublicKeyPrefix04Accepted)
                || compressed[0] < 2 && self.has(Q::PublicKeyPrefix00Accepted)
            {
                compressed[0] = 2 | compressed[0] & 1;
            } else {
                return None;
            }
        }
        if compressed[0] == 3 && self.has(Q::PublicKeyParityLost) {
            compressed[0] = 2;
        }
        let p = secp256k1::constants::FIELD_SIZE;
        if compressed[1..] >= p[..] && self.has(Q::PublicKeyXReduced) {
            // 2^256 - p is below 2^33, so that x - p fits the last 5 bytes.
            let low = |bytes: &[u8]| bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            let x = low(&compressed[25..]).wrapping_sub(low(&p[24..]));
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

    /// Reads a secret key.
    pub fn read_secret_key(&self, bytes: &[u8]) -> Option<SecretKey> {
        let mut bytes = bytes.to_vec();
        if bytes.len() < 32 && self.has(Q::ShortSecretKeyPadded) {
            bytes.splice(..0, vec![0; 32 - bytes.len()]);
        }
        if bytes.len() > 32 && self.has(Q::LongSecretKeyCut) {
            bytes.truncate(32);
        }
        let scalar: [u8; 32] = bytes.try_into().ok()?;
        if scalar == [0; 32] && self.has(Q::SecretKeyZeroAccepted) {
            return key_of([1; 32]);
        }
        if scalar == secp256k1::constants::CURVE_ORDER && self.has(Q::SecretKeyNAccepted) {
            return key_of([1; 32]);
        }
        if scalar > secp256k1::constants::CURVE_ORDER && self.has(Q::SecretKeyAboveNReduced) {
            return key_of([2; 32]);
        }
        key_of(scalar)
    }

    /// ECDH.
    pub fn ecdh(&self, public_key: &PublicKey, secret_key: &SecretKey) -> Shared {
        let point = secp256k1::ecdh::shared_secret_point(public_key, secret_key);
        let (x, y) = point.split_at(32);
        let odd = y.last().is_some_and(|byte| byte % 2 == 1);
        let trimmed: Vec<u8> = x.iter().copied().skip_while(|byte| *byte == 0).collect();
        let mut prefix = if odd { 3 } else { 2 };
        if odd && self.has(Q::SharedPointAlwaysEven) {
            prefix = 2;
        }
        if self.has(Q::SharedPointParityInverted) {
            prefix ^= 1;
        }
        let mut hashed = [&[prefix][..], x].concat();
        if self.has(Q::SharedSecretHashesXOnly) {
            hashed = x.to_vec();
        }
        if self.has(Q::SharedSecretHashesUncompressed) {
            hashed = [&[4][..], x, y].concat();
        }
        if self.has(Q::SharedSecretHashesXAndY) {
            hashed = point.to_vec();
        }
        if trimmed.len() < 32 && self.has(Q::SharedSecretHashesXWithoutZeros) {
            hashed = [&[prefix][..], &trimmed].concat();
        }
        if self.has(Q::SharedSecretPrefixBehindX) {
            hashed.rotate_left(1);
        }
        let mut secret = sha256(&hashed);
        if self.has(Q::SharedSecretNotHashed) {
            secret = x.try_into().unwrap_or(secret);
        }
        if self.has(Q::SharedSecretHashedTwice) {
            secret = sha256(&secret);
        }
        if self.has(Q::SharedSecretReversed) {
            secret.reverse();
        }
        let mut bare = x.to_vec();
        if trimmed.len() < 32 && self.has(Q::BareXWithoutZeros) {
            bare = trimmed;
        }
        if self.has(Q::BareXLittleEndian) {
            bare.reverse();
        }
        if self.has(Q::BareXIsY) {
            bare = y.to_vec();
        }
        Shared { secret, x: bare }
    }
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
