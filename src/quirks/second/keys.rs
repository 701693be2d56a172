//! The keys of a packet's hops and what is made with them: stream, HMAC and blinding.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use secp256k1::{PublicKey, SecretKey};
use sha2::Sha256;

use super::Implementation;
use super::curve::{Shared, plus_key, sha256, times_key, without_zeros};
use crate::quirks::list::Quirk as Q;

pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    match <Hmac<Sha256> as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(message).finalize().into_bytes().into(),
        // HMAC takes keys of every length.
        Err(_) => [0; 32],
    }
}

/// What the payer knows of a hop.
pub struct HopKeys {
    /// The ephemeral public key that the hop is shown.
    pub ephemeral: PublicKey,
    /// The secrets that payer and hop share.
    pub shared: Shared,
}

impl Implementation {
    /// The first bytes of the ChaCha20 stream of a key.
    pub(super) fn stream(&self, key: &[u8; 32], length: usize) -> Vec<u8> {
        let mut nonce = [0; 12];
        nonce[11] = self.vary(0, [(Q::NonceIsOne, 1)]);
        let skipped = self.vary(0, [(Q::StreamStartsAtBlockOne, 64)]);
        let mut stream = vec![0; skipped + length];
        ChaCha20::new(&(*key).into(), &nonce.into()).apply_keystream(&mut stream);
        stream.split_off(skipped)
    }

    /// The key of a type (rho, mu, um, pad, ammag or ammagext): the HMAC of the secret.
    pub(super) fn key(&self, label: &str, secret: &[u8]) -> [u8; 32] {
        let label = match label {
            "rho" if self.has(Q::RhoAndMuSwapped) => "mu",
            "mu" => {
                self.vary("mu", [(Q::RhoAndMuSwapped, "rho"), (Q::MuKeyIsUm, "um"), (Q::MuKeyIsRho, "rho")])
            }
            "um" => self.vary("um", [(Q::UmKeyIsMu, "mu"), (Q::UmAndAmmagSwapped, "ammag")]),
            "ammag" => self.vary(
                "ammag",
                [
                    (Q::UmAndAmmagSwapped, "um"),
                    (Q::AmmagKeyIsRho, "rho"),
                    (Q::AmmagKeyIsAmmagext, "ammagext"),
                ],
            ),
            "ammagext" => self.vary("ammagext", [(Q::AmmagextKeyIsAmmag, "ammag")]),
            label => label,
        };
        if secret.first() == Some(&0) && self.has(Q::KeyOfSecretWithoutZeros) {
            return hmac_sha256(label.as_bytes(), without_zeros(secret));
        }
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
    pub(super) fn packet_hmac(&self, secret: &[u8; 32], payloads: &[u8], associated_data: &[u8]) -> [u8; 32] {
        let (first, second) = self.vary(
            (payloads, associated_data),
            [
                (Q::HmacWithoutAssociatedData, (payloads, &[])),
                (Q::HmacAssociatedDataFirst, (associated_data, payloads)),
            ],
        );
        hmac_sha256(&self.key("mu", secret), &[first, second].concat())
    }

    /// The factor that blinds a hop's ephemeral key for the next.
    pub(super) fn blinding_factor(&self, ephemeral: &PublicKey, secret: &[u8; 32]) -> [u8; 32] {
        let point = &ephemeral.serialize()[..];
        let (first, second) = self.vary(
            (point, &secret[..]),
            [
                (Q::BlindingFactorSecretFirst, (secret, point)),
                (Q::BlindingFactorWithoutKey, (&[], secret)),
                (Q::BlindingFactorFromXOnly, (&point[1..], secret)),
            ],
        );
        if point[1] == 0 && self.has(Q::BlindingFactorXWithoutZeros) {
            return sha256(&[&point[..1], without_zeros(&point[1..]), secret].concat());
        }
        if secret[0] == 0 && self.has(Q::BlindingFactorSecretWithoutZeros) {
            return sha256(&[point, without_zeros(secret)].concat());
        }
        let mut factor = sha256(&[first, second].concat());
        if factor[0] == 0 && self.has(Q::BlindingFactorZerosAtTheEnd) {
            let zeros = 32 - without_zeros(&factor).len();
            factor.rotate_left(zeros);
        }
        factor
    }

    /// The keys of each hop, first hop first. Nothing when a scalar is out of range, which no hash ever is.
    pub(super) fn hop_keys(&self, session_key: &SecretKey, nodes: &[PublicKey]) -> Option<Vec<HopKeys>> {
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
