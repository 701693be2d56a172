//! The keys of a packet's hops and what is made with them, written to be bent: stream, HMAC and blinding.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use secp256k1::{PublicKey, SecretKey};
use sha2::Sha256;

use super::curve::{Shared, plus_key, sha256, times_key};
use super::{Bent, Quirk as Q};

/// HMAC-SHA256.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(message).finalize().into_bytes().into(),
        // HMAC takes keys of every length.
        Err(_) => [0; 32],
    }
}

/// What the payer has of a hop.
pub struct HopKeys {
    /// The ephemeral public key that the hop is shown.
    pub ephemeral: PublicKey,
    /// The secrets that payer and hop share.
    pub shared: Shared,
}

impl Bent {
    /// So many bytes of the ChaCha20 stream of a key.
    pub fn stream(&self, key: &[u8; 32], length: usize) -> Vec<u8> {
        let mut nonce = [0; 12];
        if self.has(Q::NonceIsOne) {
            nonce[11] = 1;
        }
        let skipped = if self.has(Q::StreamStartsAtBlockOne) { 64 } else { 0 };
        let mut stream = vec![0; skipped + length];
        ChaCha20::new(&(*key).into(), &nonce.into()).apply_keystream(&mut stream);
        stream.split_off(skipped)
    }

    /// The key of a type: HMAC of the secret.
    pub fn key(&self, label: &str, secret: &[u8]) -> [u8; 32] {
        let label = match label {
            "rho" if self.has(Q::RhoAndMuSwapped) => "mu",
            "mu" if self.has(Q::RhoAndMuSwapped) => "rho",
            "mu" if self.has(Q::MuKeyIsUm) => "um",
            "mu" if self.has(Q::MuKeyIsRho) => "rho",
            label => label,
        };
        if self.has(Q::KeyLabelWithNul) {
            return hmac_sha256(&[label.as_bytes(), &[0]].concat(), secret);
        }
        if self.has(Q::KeyHmacSwapped) {
            return hmac_sha256(secret, label.as_bytes());
        }
        if self.has(Q::KeyIsPlainHash) {
            return sha256(&[label.as_bytes(), secret].concat());
        }
        hmac_sha256(label.as_bytes(), secret)
    }

    /// The HMAC of a packet under the mu key of a secret.
    pub fn packet_hmac(&self, secret: &[u8; 32], payloads: &[u8], associated_data: &[u8]) -> [u8; 32] {
        let mut message = [payloads, associated_data].concat();
        if self.has(Q::HmacWithoutAssociatedData) {
            message = payloads.to_vec();
        }
        if self.has(Q::HmacAssociatedDataFirst) {
            message = [associated_data, payloads].concat();
        }
        hmac_sha256(&self.key("mu", secret), &message)
    }

    /// The factor that blinds a hop's ephemeral key for the next.
    pub fn blinding_factor(&self, ephemeral: &PublicKey, secret: &[u8; 32]) -> [u8; 32] {
        let point = ephemeral.serialize();
        if self.has(Q::BlindingFactorSecretFirst) {
            return sha256(&[&secret[..], &point].concat());
        }
        if self.has(Q::BlindingFactorWithoutKey) {
            return sha256(secret);
        }
        if self.has(Q::BlindingFactorFromXOnly) {
            return sha256(&[&point[1..], secret].concat());
        }
        sha256(&[&point[..], secret].concat())
    }

    /// The keys of each hop, first hop first. Nothing when a scalar is out of range, which no hash ever is.
    pub fn hop_keys(&self, session_key: &SecretKey, nodes: &[PublicKey]) -> Option<Vec<HopKeys>> {
        let mut secret_key = *session_key;
        let mut keys: Vec<HopKeys> = Vec::new();
        for node in nodes {
            if let Some(last) = keys.last() {
                let factor = self.blinding_factor(&last.ephemeral, &last.shared.secret);
                secret_key = if self.has(Q::SessionKeyNotBlinded) {
                    secret_key
                } else if self.has(Q::SessionKeyBlindedByAddition) {
                    plus_key(&secret_key, factor)?
                } else if self.has(Q::SessionKeyBlindedOnlyOnce) {
                    times_key(session_key, factor)?
                } else {
                    times_key(&secret_key, factor)?
                };
            }
            keys.push(HopKeys { ephemeral: secret_key.public_key(), shared: self.ecdh(node, &secret_key) });
        }
        Some(keys)
    }
}
