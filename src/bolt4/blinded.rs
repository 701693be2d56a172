//! Blinded routes: what the recipient makes, what a node on the route reads, and the keys of both.
//! BOLT 4, "Route Blinding"; ChaCha20-Poly1305 is RFC 8439's.

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit};

use super::construct::shared_secrets;
use super::secret::{SharedPoint, blinding_factor};
use super::stream::{KeyType, key, mac};
use super::types::{Blocks, Msat, SharedSecret, ShortChannelId};
use crate::bolt1::tlv::{self, Encoding, Record, TlvError, TlvRule};
use crate::bolt1::{PublicKey, SecretKey};

/// Each key encrypts one message.
const NONCE: [u8; 12] = [0; 12];

/// The types of `encrypted_data_tlv`.
#[allow(missing_docs, reason = "each is named as in BOLT 4's table")]
pub mod types {
    pub const PADDING: u64 = 1;
    pub const SHORT_CHANNEL_ID: u64 = 2;
    pub const NEXT_NODE_ID: u64 = 4;
    pub const PATH_ID: u64 = 6;
    pub const NEXT_PATH_KEY_OVERRIDE: u64 = 8;
    pub const PAYMENT_RELAY: u64 = 10;
    pub const PAYMENT_CONSTRAINTS: u64 = 12;
    pub const ALLOWED_FEATURES: u64 = 14;
}

/// The decoded `encrypted_data_tlv`, as far as a rule asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecipientData {
    /// Type 2.
    pub short_channel_id: Option<ShortChannelId>,
    /// Whether there is type 4, `next_node_id`.
    pub has_next_node_id: bool,
    /// Type 8.
    pub next_path_key_override: Option<PublicKey>,
    /// Whether there is type 10, `payment_relay`.
    pub has_payment_relay: bool,
    /// Type 12: `max_cltv_expiry` and `htlc_minimum_msat`.
    pub payment_constraints: Option<(Blocks, Msat)>,
    /// Whether type 14, `allowed_features`, has a bit that is set. No feature of BOLT 9 is presented there, so it is an unknown one.
    pub allows_unknown_feature: bool,
}

impl RecipientData {
    /// Opens and decodes `encrypted_recipient_data`. None if it was not encrypted for this node and path key, or breaks a rule of
    /// BOLT 1.
    pub fn open(node: &SecretKey, path_key: &PublicKey, encrypted: &[u8]) -> Option<Self> {
        Self::decode(&decrypt(&SharedPoint::new(path_key, node).shared_secret(), encrypted)?).ok()
    }

    /// Decodes an `encrypted_data_tlv`.
    ///
    /// # Errors
    /// The first rule of BOLT 1 that is broken.
    pub fn decode(stream: &[u8]) -> Result<Self, TlvError> {
        let mut data = Self::default();
        for record in tlv::records(stream) {
            let Record { r#type, value, offset } = record?;
            data.set(r#type, value).map_err(|rule| TlvError { rule, offset, r#type })?;
        }
        Ok(data)
    }

    fn set(&mut self, r#type: u64, value: &[u8]) -> Result<(), TlvRule> {
        let wrong_length = TlvRule::ValueWrongLength;
        match r#type {
            types::SHORT_CHANNEL_ID => {
                self.short_channel_id = Some(ShortChannelId(value.try_into().map_err(|_| wrong_length)?));
            }
            types::NEXT_NODE_ID => {
                Encoding::PointThenFixed(0).check(value)?;
                self.has_next_node_id = true;
            }
            types::NEXT_PATH_KEY_OVERRIDE => {
                Encoding::PointThenFixed(0).check(value)?;
                self.next_path_key_override = PublicKey::decode(value).ok();
            }
            types::PAYMENT_RELAY => {
                let (_, fee_base_msat) = value.split_at_checked(6).ok_or(wrong_length)?;
                tlv::truncated(fee_base_msat, 4)?;
                self.has_payment_relay = true;
            }
            types::PAYMENT_CONSTRAINTS => {
                let (expiry, minimum) = value.split_first_chunk().ok_or(wrong_length)?;
                let minimum = Msat(tlv::amount(minimum)?);
                self.payment_constraints = Some((Blocks(u32::from_be_bytes(*expiry)), minimum));
            }
            types::ALLOWED_FEATURES => self.allows_unknown_feature = value.iter().any(|byte| *byte != 0),
            types::PATH_ID => {}
            _ if r#type % 2 == 1 => {}
            _ => return Err(TlvRule::UnknownEvenType),
        }
        Ok(())
    }
}

/// A hop of a blinded route, as its recipient gives it to payers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindedHop {
    /// The key that the payer encrypts the hop's onion payload for.
    pub blinded_node_id: PublicKey,
    /// What the payload must carry.
    pub encrypted_recipient_data: Vec<u8>,
}

/// The hops of a blinded route, introduction node first. `hops` are the nodes' keys, each with its `encrypted_data_tlv`. The first path
/// key is the public key of `session_key`.
pub fn create(session_key: &SecretKey, hops: &[(PublicKey, &[u8])]) -> Vec<BlindedHop> {
    let secrets = shared_secrets(session_key, hops.iter().map(|(node, _)| *node));
    let hop = |((node, data), secret): (&(PublicKey, &[u8]), SharedSecret)| {
        let encrypted_recipient_data = encrypt(&rho(&secret), data);
        Some(BlindedHop {
            blinded_node_id: node.times(blinded_id_factor(&secret))?,
            encrypted_recipient_data,
        })
    };
    // A factor of zero or of n and above would be an HMAC that nobody has ever seen.
    hops.iter().zip(secrets).filter_map(hop).collect()
}

/// What a node on a blinded route learns.
#[derive(Clone, PartialEq, Eq)]
pub struct Unblinded {
    /// The secret key of the node's blinded id.
    pub blinded_secret: SecretKey,
    /// The `encrypted_data_tlv`.
    pub recipient_data: Vec<u8>,
    /// The path key for the next node.
    pub next_path_key: PublicKey,
}

/// A node reads its `encrypted_recipient_data`. None if they were not encrypted for this node and path key, or break a rule of BOLT 1.
pub fn unblind(node: &SecretKey, path_key: &PublicKey, encrypted: &[u8]) -> Option<Unblinded> {
    let secret = SharedPoint::new(path_key, node).shared_secret();
    let recipient_data = decrypt(&secret, encrypted)?;
    let next_path_key = match RecipientData::decode(&recipient_data).ok()?.next_path_key_override {
        Some(next_path_key) => next_path_key,
        None => path_key.times(blinding_factor(path_key, &secret))?,
    };
    Some(Unblinded { blinded_secret: node.times(blinded_id_factor(&secret))?, recipient_data, next_path_key })
}

/// What a node's id is multiplied with to give its blinded id.
pub(crate) fn blinded_id_factor(secret: &SharedSecret) -> [u8; 32] {
    mac(b"blinded_node_id", &[&secret.0])
}

/// What a recipient does: encrypts an `encrypted_data_tlv` for a node of its route. `path_secret` is the secret key of the path key.
pub fn seal(path_secret: &SecretKey, node: &PublicKey, data: &[u8]) -> Vec<u8> {
    encrypt(&rho(&SharedPoint::new(node, path_secret).shared_secret()), data)
}

fn rho(secret: &SharedSecret) -> [u8; 32] {
    key(KeyType::Rho, &secret.0)
}

/// Encrypts with a key of 32 bytes, which should be a rho key. (The cipher refuses nothing below 2^38 bytes.)
pub(crate) fn encrypt(key: &[u8; 32], data: &[u8]) -> Vec<u8> {
    ChaCha20Poly1305::new(key.into()).encrypt(&NONCE.into(), data).unwrap_or_default()
}

fn decrypt(secret: &SharedSecret, encrypted: &[u8]) -> Option<Vec<u8>> {
    ChaCha20Poly1305::new(&rho(secret).into()).decrypt(&NONCE.into(), encrypted).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_of_bolt_4_s_blinded_payment_open_for_their_node_alone() {
        // bolt04/blinded-payment-onion-test.json: Bob, the introduction node, whose secret key is 42..42.
        let bob = SecretKey::decode(&[0x42; 32]).unwrap();
        let path_key = "024d4b6cd1361032ca9bd2aeb9d900aa4d45d9ead80ac9423374c451a7254d0766";
        let path_key = PublicKey::decode(&hex::decode(path_key).unwrap()).unwrap();
        let mut encrypted = hex::decode(concat!(
            "cd7b00ff9c09ed28102b210ac73aa12d63e90852cebc496c49f57c499a2888b49f2e72b19446f7e60a81",
            "8aa2938d8c625415b992b8928a7321edb8f7cea40de362bed082ad51acc6156dca5532fb68"
        ))
        .unwrap();
        let wanted = RecipientData {
            short_channel_id: Some(ShortChannelId([0, 0, 0, 0, 0, 0, 0, 1])),
            has_payment_relay: true,
            payment_constraints: Some((Blocks(750_150), Msat(50))),
            ..RecipientData::default()
        };
        assert_eq!(RecipientData::open(&bob, &path_key, &encrypted), Some(wanted));
        let alice = SecretKey::decode(&[0x41; 32]).unwrap();
        assert_eq!(RecipientData::open(&alice, &path_key, &encrypted), None);
        for index in 0..encrypted.len() {
            encrypted[index] ^= 1;
            assert_eq!(RecipientData::open(&bob, &path_key, &encrypted), None, "{index}");
            encrypted[index] ^= 1;
        }
        assert_eq!(RecipientData::open(&bob, &path_key, &encrypted[..15]), None);
    }

    #[test]
    fn what_is_sealed_opens() {
        let (path, node) = (SecretKey::decode(&[1; 32]).unwrap(), SecretKey::decode(&[2; 32]).unwrap());
        for length in [0, 1, 15, 16, 17, 63, 64, 65] {
            let padding = [&[1, length][..], &vec![7; length.into()]].concat();
            let sealed = seal(&path, &node.public_key(), &padding);
            let opened = RecipientData::open(&node, &path.public_key(), &sealed);
            assert_eq!(opened, Some(RecipientData::default()), "{length}");
        }
    }

    #[test]
    fn each_record_has_the_form_of_its_type() {
        let decode = |stream: &str| RecipientData::decode(&hex::decode(stream).unwrap());
        for (stream, rule) in [
            ("1000", TlvRule::UnknownEvenType),
            ("020101", TlvRule::ValueWrongLength),
            ("0a0500000000ff", TlvRule::ValueWrongLength),
            ("0a0700000000000000", TlvRule::ValueNotMinimal),
            ("0c03ffffff", TlvRule::ValueWrongLength),
            ("0c050000000000", TlvRule::ValueNotMinimal),
            ("0400", TlvRule::ValueWrongLength),
            ("0800", TlvRule::ValueWrongLength),
        ] {
            assert_eq!(decode(stream).map_err(|error| error.rule), Err(rule), "{stream}");
        }
        let next = decode(&format!("0421{}", hex::encode([2; 33])));
        assert!(next.is_ok_and(|data| data.has_next_node_id));
        let (empty, zero, one) = (decode("0e00"), decode("0e0100"), decode("0e0180"));
        assert_eq!(empty, Ok(RecipientData::default()));
        assert_eq!(zero, empty);
        assert!(one.is_ok_and(|data| data.allows_unknown_feature));
        assert_eq!(decode("0b00"), Ok(RecipientData::default()));
    }
}
