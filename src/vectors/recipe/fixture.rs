//! Bytes that recipes share: hex, records of payloads, keys of nodes, packets.

use crate::bolt1::integer::encode_truncated;
use crate::bolt1::tlv::encode_record;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::Packet;
use crate::bolt4::construct::{Hop, construct};
use crate::bolt4::payload::types;
use crate::protocol::value::Hex;

pub use crate::blueprint::ordinary::{AMOUNT, EXPIRY};

/// Hex that a recipe writes by hand.
pub fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap_or_else(|error| unreachable!("a recipe's own hex {text:?}: {error}"))
}

/// The secret key of BOLT 4's test route: one byte 32 times (41 to 45).
pub fn repeated(byte: u8) -> SecretKey {
    SecretKey::decode(&[byte; 32]).unwrap_or_else(|error| unreachable!("{byte:02x} repeated: {error}"))
}

/// A record with these value bytes.
pub fn record(r#type: u64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode_record(r#type, value, &mut out);
    out
}

/// A record with a truncated integer.
pub fn integer(r#type: u64, value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_truncated(value, &mut bytes);
    record(r#type, &bytes)
}

/// The smallest truncated integer of so many bytes: 1 and zeros.
pub fn smallest(length: usize) -> Vec<u8> {
    let mut value = vec![0; length];
    if let Some(first) = value.first_mut() {
        *first = 1;
    }
    value
}

/// `amt_to_forward` and `outgoing_cltv_value`.
pub fn amount_and_expiry() -> Vec<u8> {
    [integer(types::AMT_TO_FORWARD, AMOUNT), integer(types::OUTGOING_CLTV_VALUE, EXPIRY.into())].concat()
}

/// A keysend record.
pub fn keysend_record(preimage: &[u8]) -> Vec<u8> {
    record(types::KEYSEND_PREIMAGE, preimage)
}

/// `payment_data` with this secret and total.
pub fn payment_data(secret: [u8; 32], total_msat: u64) -> Vec<u8> {
    let mut value = secret.to_vec();
    encode_truncated(total_msat, &mut value);
    record(types::PAYMENT_DATA, &value)
}

/// A packet, for recipes whose hops fit.
pub fn onion(session_key: &SecretKey, hops: &[(PublicKey, &[u8])], associated_data: &[u8]) -> Packet {
    let hops: Vec<_> =
        hops.iter().map(|(public_key, payload)| Hop { public_key: *public_key, payload }).collect();
    construct(session_key, &hops, associated_data)
        .unwrap_or_else(|error| unreachable!("a recipe's onion: {error}"))
}

/// Bytes as a value of the protocol.
pub fn hex_of(bytes: impl AsRef<[u8]>) -> Hex {
    Hex(bytes.as_ref().to_vec())
}
