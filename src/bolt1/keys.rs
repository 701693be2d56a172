//! Keys as Lightning writes them: a point is 33 bytes, compressed (BOLT 1, "Fundamental Types"), a secret key 32 bytes.
//!
//! Length and prefix are checked here, before the curve library sees the bytes: general libraries accept more
//! (uncompressed and hybrid points of 65 bytes).

use core::fmt;

/// The length of a compressed point, in bytes.
pub const PUBLIC_KEY_LENGTH: usize = 33;
/// The length of a secret key, in bytes.
pub const SECRET_KEY_LENGTH: usize = 32;

/// Some bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 33 bytes, a prefix other than 02 and 03, x not below p, or no point of the curve.
    #[error("not a valid public key")]
    Public,
    /// Not 32 bytes, zero, or n and above.
    #[error("not a valid secret key")]
    Secret,
}

/// A point of secp256k1 other than infinity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub(crate) secp256k1::PublicKey);

impl PublicKey {
    /// Reads a compressed point: 33 bytes, `02` or `03` and x big-endian.
    ///
    /// # Errors
    /// [`KeyError::Public`].
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        let compressed: [u8; PUBLIC_KEY_LENGTH] = bytes.try_into().map_err(|_| KeyError::Public)?;
        if !matches!(compressed[0], 2 | 3) {
            return Err(KeyError::Public);
        }
        secp256k1::PublicKey::from_byte_array_compressed(compressed).map(Self).map_err(|_| KeyError::Public)
    }

    /// The compressed form: 33 bytes.
    pub fn encode(&self) -> [u8; PUBLIC_KEY_LENGTH] {
        self.0.serialize()
    }

    /// This point times a 32-byte big-endian scalar; nothing when the scalar is zero or n and above, which for a hash
    /// happens with probability 2^-128.
    pub(crate) fn times(&self, scalar: [u8; 32]) -> Option<Self> {
        let scalar = secp256k1::Scalar::from_be_bytes(scalar).ok()?;
        self.0.mul_tweak(&scalar).ok().map(Self)
    }

    /// The public key of `to`, when this is the public key of `from`: this point plus the difference times the
    /// generator, which takes three quarters of the time that a multiplication of any other point does. Not in constant time.
    pub(crate) fn moved(&self, from: &SecretKey, to: &SecretKey) -> Self {
        let difference = to.0.add_tweak(&from.0.negate().into());
        // There is no difference when both are the same key, and the sum is no point only for a key of zero, which is none.
        let moved = difference.and_then(|difference| self.0.add_exp_tweak(&difference.into()));
        moved.map_or(*self, Self)
    }
}

/// A scalar from 1 to n - 1. It does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretKey(pub(crate) secp256k1::SecretKey);

impl SecretKey {
    /// Reads 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`KeyError::Secret`].
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: [u8; SECRET_KEY_LENGTH] = bytes.try_into().map_err(|_| KeyError::Secret)?;
        secp256k1::SecretKey::from_secret_bytes(bytes).map(Self).map_err(|_| KeyError::Secret)
    }

    /// The 32 bytes, big-endian.
    pub fn encode(&self) -> [u8; SECRET_KEY_LENGTH] {
        self.0.to_secret_bytes()
    }

    /// The point that belongs to it.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public_key())
    }

    /// This key times a 32-byte big-endian scalar mod n; see [`PublicKey::times`].
    pub(crate) fn times(&self, scalar: [u8; 32]) -> Option<Self> {
        let scalar = secp256k1::Scalar::from_be_bytes(scalar).ok()?;
        self.0.mul_tweak(&scalar).ok().map(Self)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_33_bytes_with_02_or_03() {
        let good = SecretKey::decode(&[0x45; 32]).unwrap().public_key();
        let bytes = good.encode();
        assert_eq!(PublicKey::decode(&bytes), Ok(good));
        assert_eq!(PublicKey::decode(&bytes[..32]), Err(KeyError::Public));
        assert_eq!(PublicKey::decode(&[&bytes[..], &[0]].concat()), Err(KeyError::Public));
        // The same point, uncompressed and hybrid: the curve library would take both.
        let mut long = good.0.serialize_uncompressed();
        assert_eq!(PublicKey::decode(&long), Err(KeyError::Public));
        long[0] = 6 + (long[64] & 1);
        assert_eq!(PublicKey::decode(&long), Err(KeyError::Public));
        for prefix in [0, 1, 4, 5, 6, 7, 0x82, 0xff] {
            let mut other = bytes;
            other[0] = prefix;
            assert_eq!(PublicKey::decode(&other), Err(KeyError::Public));
        }
    }

    #[test]
    fn a_secret_key_is_32_bytes_from_1_to_n_minus_1() {
        let n = secp256k1::constants::CURVE_ORDER;
        let mut below = n;
        below[31] -= 1;
        assert!(SecretKey::decode(&below).is_ok());
        for bytes in [&n[..], &[0; 32], &[0xff; 32], &[1; 31], &[1; 33], &[]] {
            assert_eq!(SecretKey::decode(bytes), Err(KeyError::Secret));
        }
        assert_eq!(format!("{:?}", SecretKey::decode(&below).unwrap()), "SecretKey(..)");
    }
}
