//! BOLT 8 for the side that connects, without any I/O: the handshake's three acts and the ciphers of both directions.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use lightning::bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use lightning::bitcoin::secp256k1::{PublicKey, SECP256K1, SecretKey, ecdh::SharedSecret};

/// Length of a Poly1305 tag, in bytes.
pub const TAG: usize = 16;
/// Length of act two, in bytes: version, ephemeral key, tag.
pub const ACT_TWO: usize = 1 + 33 + TAG;
/// How many messages a key seals before it is replaced: BOLT 8, "Lightning Message Key Rotation".
const ROTATE_AFTER: u64 = 1000;

/// Why the other side is not the node that was named, or does not speak BOLT 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseError {
    /// A version byte other than 0.
    Version(u8),
    /// An ephemeral key that is no point.
    Key,
    /// A tag that does not fit: in act two it means that the other side has another node key.
    Tag,
}

impl std::fmt::Display for NoiseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(version) => write!(f, "BOLT 8: unknown handshake version {version}"),
            Self::Key => write!(f, "BOLT 8: the ephemeral key is no point"),
            Self::Tag => write!(f, "BOLT 8: a tag does not fit its message"),
        }
    }
}

impl std::error::Error for NoiseError {}

fn sha(parts: &[&[u8]]) -> [u8; 32] {
    let mut engine = sha256::Hash::engine();
    parts.iter().for_each(|part| engine.input(part));
    sha256::Hash::from_engine(engine).to_byte_array()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut engine = HmacEngine::<sha256::Hash>::new(key);
    parts.iter().for_each(|part| engine.input(part));
    Hmac::from_engine(engine).to_byte_array()
}

/// RFC 5869 with two outputs and no info.
fn hkdf(salt: &[u8; 32], input: &[u8]) -> ([u8; 32], [u8; 32]) {
    let secret = hmac(salt, &[input]);
    let first = hmac(&secret, &[&[1]]);
    (first, hmac(&secret, &[&first, &[2]]))
}

/// BOLT 8's nonce: 4 zero bytes, then the count in little-endian order.
fn nonce(count: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&count.to_le_bytes());
    nonce.into()
}

fn seal(key: &[u8; 32], count: u64, aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = ChaCha20Poly1305::new(Key::from_slice(key));
    // Fails beyond 256 GiB; a message has at most 65535 bytes.
    cipher.encrypt(&nonce(count), Payload { msg, aad }).unwrap_or_default()
}

fn open(key: &[u8; 32], count: u64, aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, NoiseError> {
    let cipher = ChaCha20Poly1305::new(Key::from_slice(key));
    cipher.decrypt(&nonce(count), Payload { msg, aad }).map_err(|_| NoiseError::Tag)
}

/// The cipher of one direction.
#[derive(Debug, Clone)]
pub struct Cipher {
    chaining: [u8; 32],
    key: [u8; 32],
    count: u64,
}

impl Cipher {
    fn step(&mut self) {
        self.count += 1;
        if self.count == ROTATE_AFTER {
            (self.chaining, self.key) = hkdf(&self.chaining, &self.key);
            self.count = 0;
        }
    }

    fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        let sealed = seal(&self.key, self.count, &[], bytes);
        self.step();
        sealed
    }

    /// Opens the next sealed bytes.
    ///
    /// # Errors
    /// If the tag does not fit.
    pub fn open(&mut self, bytes: &[u8]) -> Result<Vec<u8>, NoiseError> {
        let opened = open(&self.key, self.count, &[], bytes)?;
        self.step();
        Ok(opened)
    }

    /// A message as it goes over the wire: its sealed length, then itself, sealed.
    pub fn message(&mut self, message: &[u8]) -> Vec<u8> {
        // Every message of ours is shorter than 65536 bytes.
        let mut bytes = self.seal(&(message.len() as u16).to_be_bytes());
        bytes.extend(self.seal(message));
        bytes
    }
}

/// A handshake of which act one was sent.
#[derive(Debug)]
pub struct Handshake {
    chaining: [u8; 32],
    hash: [u8; 32],
    ephemeral: SecretKey,
}

impl Handshake {
    /// Begins: the handshake and act one. `ephemeral` must be fresh.
    pub fn begin(theirs: &PublicKey, ephemeral: SecretKey) -> (Self, Vec<u8>) {
        let mut chaining = sha(&[b"Noise_XK_secp256k1_ChaChaPoly_SHA256"]);
        let mut hash = sha(&[&chaining, b"lightning"]);
        hash = sha(&[&hash, &theirs.serialize()]);
        let public = ephemeral.public_key(SECP256K1).serialize();
        hash = sha(&[&hash, &public]);
        let key;
        (chaining, key) = hkdf(&chaining, &SharedSecret::new(theirs, &ephemeral).secret_bytes());
        let tag = seal(&key, 0, &hash, &[]);
        hash = sha(&[&hash, &tag]);
        (Self { chaining, hash, ephemeral }, [&[0][..], &public, &tag].concat())
    }

    /// Takes act two: act three, and the ciphers for what we write and for what we read.
    ///
    /// # Errors
    /// If act two is not that of the node that we wanted.
    pub fn finish(
        self,
        act_two: &[u8; ACT_TWO],
        ours: &SecretKey,
    ) -> Result<(Vec<u8>, Cipher, Cipher), NoiseError> {
        let Self { mut chaining, mut hash, ephemeral } = self;
        if act_two[0] != 0 {
            return Err(NoiseError::Version(act_two[0]));
        }
        let theirs = PublicKey::from_slice(&act_two[1..34]).map_err(|_| NoiseError::Key)?;
        hash = sha(&[&hash, &act_two[1..34]]);
        let mut key;
        (chaining, key) = hkdf(&chaining, &SharedSecret::new(&theirs, &ephemeral).secret_bytes());
        open(&key, 0, &hash, &act_two[34..])?;
        hash = sha(&[&hash, &act_two[34..]]);
        let sealed = seal(&key, 1, &hash, &ours.public_key(SECP256K1).serialize());
        hash = sha(&[&hash, &sealed]);
        (chaining, key) = hkdf(&chaining, &SharedSecret::new(&theirs, ours).secret_bytes());
        let tag = seal(&key, 0, &hash, &[]);
        let (write, read) = hkdf(&chaining, &[]);
        let cipher = |key| Cipher { chaining, key, count: 0 };
        Ok(([&[0][..], &sealed, &tag].concat(), cipher(write), cipher(read)))
    }
}

#[cfg(test)]
mod tests {
    //! BOLT 8, appendix A: "Transport Test Vectors".
    use super::*;

    const ACT_TWO_HEX: &str = "0002466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f276e2470b93aac583c9ef6eafca3f730ae";

    fn act_two(hex: &str) -> [u8; ACT_TWO] {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    fn begin() -> (Handshake, Vec<u8>) {
        let theirs = "028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7".parse().unwrap();
        Handshake::begin(&theirs, SecretKey::from_slice(&[0x12; 32]).unwrap())
    }

    fn finish(act: &str) -> Result<(Vec<u8>, Cipher, Cipher), NoiseError> {
        begin().0.finish(&act_two(act), &SecretKey::from_slice(&[0x11; 32]).unwrap())
    }

    #[test]
    fn the_handshake_succeeds() {
        assert_eq!(
            hex::encode(begin().1),
            "00036360e856310ce5d294e8be33fc807077dc56ac80d95d9cd4ddbd21325eff73f70df6086551151f58b8afe6c195782c6a"
        );
        let (act_three, write, read) = finish(ACT_TWO_HEX).unwrap();
        assert_eq!(
            hex::encode(act_three),
            "00b9e3a702e93e3a9948c2ed6e5fd7590a6e1c3a0344cfc9d5b57357049aa22355361aa02e55a8fc28fef5bd6d71ad0c38228dc68b1c466263b47fdf31e560e139ba"
        );
        assert_eq!(
            [hex::encode(write.key), hex::encode(read.key)],
            [
                "969ab31b4d288cedf6218839b27a3e2140827047f2c0f01bf5c04435d43511a9",
                "bb9020b8965f4df047e07f955f3c4b88418984aadc5cdb35096b9ea8fa5c3442"
            ]
        );
    }

    #[test]
    fn act_two_with_a_bad_version_key_or_tag_is_refused() {
        let changed = |at: usize, byte: &str| {
            let mut act = ACT_TWO_HEX.to_owned();
            act.replace_range(2 * at..2 * at + 2, byte);
            finish(&act).map(|_| ())
        };
        assert_eq!(changed(0, "01"), Err(NoiseError::Version(1)));
        assert_eq!(changed(1, "04"), Err(NoiseError::Key));
        assert_eq!(changed(ACT_TWO - 1, "af"), Err(NoiseError::Tag));
    }

    #[test]
    fn messages_are_sealed_and_keys_rotate() {
        let (_, mut write, _) = finish(ACT_TWO_HEX).unwrap();
        let sealed: Vec<String> = (0..1002).map(|_| hex::encode(write.message(b"hello"))).collect();
        for (number, wanted) in [
            (0, "cf2b30ddf0cf3f80e7c35a6e6730b59fe802473180f396d88a8fb0db8cbcf25d2f214cf9ea1d95"),
            (1, "72887022101f0b6753e0c7de21657d35a4cb2a1f5cde2650528bbc8f837d0f0d7ad833b1a256a1"),
            (500, "178cb9d7387190fa34db9c2d50027d21793c9bc2d40b1e14dcf30ebeeeb220f48364f7a4c68bf8"),
            (501, "1b186c57d44eb6de4c057c49940d79bb838a145cb528d6e8fd26dbe50a60ca2c104b56b60e45bd"),
            (1000, "4a2f3cc3b5e78ddb83dcb426d9863d9d9a723b0337c89dd0b005d89f8d3c05c52b76b29b740f09"),
            (1001, "2ecd8c8a5629d0d02ab457a0fdd0f7b90a192cd46be5ecb6ca570bfc5e268338b1a16cf4ef2d36"),
        ] {
            assert_eq!(sealed[number], wanted, "message {number}");
        }
    }

    #[test]
    fn a_changed_message_does_not_open() {
        let (_, mut write, _) = finish(ACT_TWO_HEX).unwrap();
        let mut read = write.clone();
        let mut bytes = write.message(b"hello");
        assert_eq!(read.open(&bytes[..2 + TAG]).unwrap(), [0, 5]);
        bytes[2 + TAG] ^= 1;
        assert_eq!(read.open(&bytes[2 + TAG..]), Err(NoiseError::Tag));
    }
}
