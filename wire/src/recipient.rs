//! `encrypted_recipient_data` anew: what was encrypted for the case's node and path key is encrypted for the node under test
//! and a fresh path key. What does not open stays as it is, and does not open there either. BOLT 4, "Route Blinding".

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::{KeyType, key};

use crate::payload::move_constraints;

/// Path keys as they were and as they are to be.
pub struct Recipient<'a> {
    /// The case's node.
    pub old: &'a SecretKey,
    /// The path key beside the case's HTLC.
    pub given: Option<PublicKey>,
    /// The node under test.
    pub new: &'a PublicKey,
    /// The fresh path key's secret.
    pub path: &'a SecretKey,
}

impl Recipient<'_> {
    /// `current_path_key` of a payload, fresh if it is a point and the only path key.
    pub fn path_key(&self, value: &[u8]) -> Vec<u8> {
        let point = self.given.is_none().then(|| PublicKey::decode(value).ok()).flatten();
        point.map_or_else(|| value.to_vec(), |_| self.path.public_key().encode().to_vec())
    }

    /// The data anew, with what is in it about expiries moved; `in_payload` is the payload's `current_path_key`.
    pub fn data(&self, value: &[u8], in_payload: Option<&[u8]>, moved: &dyn Fn(u32) -> u32) -> Vec<u8> {
        let in_payload = in_payload.and_then(|bytes| PublicKey::decode(bytes).ok());
        let Some(point) = self.given.or(in_payload) else { return value.to_vec() };
        let old = cipher(&SharedPoint::new(&point, self.old));
        let Ok(plain) = old.decrypt(&Nonce::default(), value) else { return value.to_vec() };
        let new = cipher(&SharedPoint::new(self.new, self.path));
        new.encrypt(&Nonce::default(), &move_constraints(&plain, moved)[..]).unwrap_or_default()
    }
}

/// Each key encrypts one message, so the nonce is zero.
fn cipher(point: &SharedPoint) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&key(KeyType::Rho, &point.shared_secret().0).into())
}
