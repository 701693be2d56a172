//! Keys and digests that remaking needs beside the reference's.

use lightning::bitcoin::hashes::{Hash, HashEngine, sha256 as engine};
use lightning::bitcoin::secp256k1::{self, SECP256K1, Scalar};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::mac;

use crate::Result;

/// SHA-256 of parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = engine::Hash::engine();
    parts.iter().for_each(|part| hash.input(part));
    engine::Hash::from_engine(hash).to_byte_array()
}

/// The secret key that a label gives.
///
/// # Errors
/// For one label in 2^127.
pub fn secret_key(label: &[&[u8]]) -> Result<SecretKey> {
    SecretKey::decode(&sha256(label)).map_err(|error| format!("{error:?}").into())
}

/// A point times the factor that blinds a node's key: BOLT 4, "Route Blinding", `HMAC256("blinded_node_id", ss)`.
///
/// # Errors
/// For one secret in 2^127.
pub fn blinded(point: &PublicKey, shared: &SharedPoint) -> Result<PublicKey> {
    let factor = mac(b"blinded_node_id", &[&shared.shared_secret().0]);
    let point = secp256k1::PublicKey::from_slice(&point.encode())?;
    let factor = Scalar::from_be_bytes(factor).map_err(|error| error.to_string())?;
    let product = point.mul_tweak(SECP256K1, &factor)?;
    PublicKey::decode(&product.serialize()).map_err(|error| format!("{error:?}").into())
}
