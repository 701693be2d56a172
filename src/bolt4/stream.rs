//! Keys of one hop and the pseudo-random byte stream. BOLT 4, "Key Generation" and "Pseudo Random Byte Stream".

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::HMAC_LENGTH;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// Obfuscates the hop payloads.
    Rho,
    /// Authenticates the packet.
    Mu,
    /// Gives the bytes that a packet starts from.
    Pad,
    /// Authenticates a return packet and `attribution_data`.
    Um,
    /// Obfuscates a return packet.
    Ammag,
    /// Obfuscates `attribution_data`. BOLT 4, "Initialization of `attribution_data`".
    Ammagext,
}

impl KeyType {
    /// The ASCII bytes that are the HMAC key, without a terminating zero.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Rho => b"rho",
            Self::Mu => b"mu",
            Self::Pad => b"pad",
            Self::Um => b"um",
            Self::Ammag => b"ammag",
            Self::Ammagext => b"ammagext",
        }
    }
}

/// The 32-byte key of this type: HMAC-SHA256 with the type as key and the 32-byte secret as message.
pub fn key(key_type: KeyType, secret: &[u8; 32]) -> [u8; 32] {
    mac(key_type.label(), &[secret])
}

/// XORs `bytes` with the ChaCha20 stream of `key` (96-bit zero nonce), from byte `start` of the stream on.
pub fn apply(key: &[u8; 32], start: usize, bytes: &mut [u8]) {
    let mut cipher = ChaCha20::new(&(*key).into(), &[0; 12].into());
    cipher.seek(start as u64);
    cipher.apply_keystream(bytes);
}

/// HMAC-SHA256 over the parts, one after the other.
pub fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; HMAC_LENGTH] {
    started(key, parts).finalize().into_bytes().into()
}

/// Whether `tag` is the HMAC-SHA256 over the parts; compared in constant time.
pub fn mac_matches(key: &[u8], parts: &[&[u8]], tag: &[u8; HMAC_LENGTH]) -> bool {
    started(key, parts).verify_slice(tag).is_ok()
}

fn started(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    #[allow(clippy::unwrap_used, reason = "HMAC takes keys of every length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_starts_anywhere() {
        let mut whole = [0; 300];
        apply(&[7; 32], 0, &mut whole);
        for start in [1, 63, 64, 65, 200] {
            let mut tail = vec![0; 300 - start];
            apply(&[7; 32], start, &mut tail);
            assert_eq!(tail, whole[start..]);
        }
    }

    #[test]
    fn chacha20_and_hmac_sha256_are_those_of_their_rfcs() {
        // RFC 8439, A.1, test vector 1: key and nonce zero, counter 0.
        let mut block = [0; 8];
        apply(&[0; 32], 0, &mut block);
        assert_eq!(hex::encode(block), "76b8e0ada0f13d90");
        // RFC 4231, test case 2, in two parts.
        assert_eq!(
            hex::encode(mac(b"Jefe", &[b"what do ya want ", b"for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(!mac_matches(b"Jefe", &[b"what do ya want for nothing?"], &[0; 32]));
    }
}
