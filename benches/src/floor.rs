//! The bare cryptography, with the reference's own crates and nothing around it: keys parsed before, no bytes moved,
//! nothing compared. Whoever makes or peels a packet does at least this.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use secp256k1::ecdh::SharedSecret;
use secp256k1::{PublicKey, Scalar, SecretKey};
use sha2::{Digest, Sha256};

use crate::SESSION_KEY;

const HOP_PAYLOADS: usize = 1300;
const RETURN_PACKET: usize = 292;

/// Types 2, 4 and 6 of these routes with their length prefix and HMAC.
const FORWARDING_SHIFT: usize = 1 + 5 + 5 + 10 + 32;

/// Keys for as many hops.
pub struct Route {
    nodes: Vec<(SecretKey, PublicKey)>,
    session_key: SecretKey,
    scalar: Scalar,
}

impl Route {
    /// The route through the nodes that have these secret keys.
    #[allow(clippy::missing_panics_doc, reason = "the keys are fixed")]
    pub fn new(nodes: &[[u8; 32]]) -> Self {
        let key = |bytes: &[u8; 32]| SecretKey::from_secret_bytes(*bytes).expect("a valid key");
        let pair = |bytes: &[u8; 32]| (key(bytes), key(bytes).public_key());
        // As good as random: a multiplication by a number with a pattern takes less time.
        let scalar = Scalar::from_be_bytes(Sha256::digest(SESSION_KEY).into()).expect("a valid scalar");
        Self { nodes: nodes.iter().map(pair).collect(), session_key: key(&SESSION_KEY), scalar }
    }

    /// Peeling at every hop: ECDH, ChaCha20 of 2600 bytes, HMAC of 1332, and for the next hop's key a point tweak.
    #[allow(clippy::missing_panics_doc, reason = "the scalar is no hash's inverse")]
    pub fn peel(&self) -> u8 {
        let mut ephemeral = self.nodes[0].1;
        let mut sink = 0;
        for (index, (secret, _)) in self.nodes.iter().enumerate() {
            sink ^= SharedSecret::new(&ephemeral, secret).to_secret_bytes()[0];
            sink ^= stream(&mut [0; 2 * HOP_PAYLOADS]) ^ mac(&[7; HOP_PAYLOADS + 32]);
            if index + 1 < self.nodes.len() {
                ephemeral = ephemeral.mul_tweak(&self.scalar).expect("a point");
            }
        }
        sink
    }

    /// Making a packet: the session's public key and the starting bytes, then for each hop an ECDH, ChaCha20 of 1300
    /// bytes and HMAC of 1332, and for each hop after the first adding a multiple of the
    /// generator and its part of the filler.
    #[allow(clippy::missing_panics_doc, reason = "the scalar is no hash's inverse")]
    pub fn construct(&self) -> u8 {
        let mut ephemeral = self.session_key.public_key();
        let mut sink = stream(&mut [0; HOP_PAYLOADS]);
        for (index, (_, node)) in self.nodes.iter().enumerate() {
            if index > 0 {
                ephemeral = ephemeral.add_exp_tweak(&self.scalar).expect("a point");
                sink ^= stream(&mut [0; HOP_PAYLOADS][..(index * FORWARDING_SHIFT).min(HOP_PAYLOADS)]);
            }
            sink ^= SharedSecret::new(node, &self.session_key).to_secret_bytes()[0];
            sink ^= stream(&mut [0; HOP_PAYLOADS]) ^ mac(&[7; HOP_PAYLOADS + 32]);
        }
        sink ^ ephemeral.serialize()[1]
    }

    /// Opening what the last hop returned: the session's public key, for each hop an ECDH, ChaCha20 of 292 bytes and HMAC
    /// of 260, and for each between the first and the last adding a multiple of the generator.
    #[allow(clippy::missing_panics_doc, reason = "the scalar is no hash's inverse")]
    pub fn open_failure(&self) -> u8 {
        let mut ephemeral = self.session_key.public_key();
        let mut sink = 0;
        for (index, (_, node)) in self.nodes.iter().enumerate() {
            if index > 0 && index + 1 < self.nodes.len() {
                ephemeral = ephemeral.add_exp_tweak(&self.scalar).expect("a point");
            }
            sink ^= SharedSecret::new(node, &self.session_key).to_secret_bytes()[0];
            sink ^= stream(&mut [0; RETURN_PACKET]) ^ mac(&[7; RETURN_PACKET - 32]);
        }
        sink ^ ephemeral.serialize()[1]
    }
}

fn stream(bytes: &mut [u8]) -> u8 {
    ChaCha20::new(&[7; 32].into(), &[0; 12].into()).apply_keystream(bytes);
    bytes[0]
}

#[allow(clippy::missing_panics_doc, clippy::unwrap_used, reason = "HMAC takes keys of every length")]
fn mac(message: &[u8]) -> u8 {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&[7; 32]).unwrap();
    mac.update(message);
    mac.finalize().into_bytes()[0]
}
