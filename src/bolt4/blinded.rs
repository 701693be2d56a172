//! What the recipient of a blinded route says to a node on it: `encrypted_recipient_data`, opened and decoded.
//! BOLT 4, "Route Blinding"; ChaCha20-Poly1305 is RFC 8439's.

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit};

use super::secret::SharedPoint;
use super::stream::{KeyType, key};
use super::types::{Blocks, Msat, ShortChannelId};
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
        let rho = key(KeyType::Rho, &SharedPoint::new(path_key, node).shared_secret().0);
        Self::decode(&decrypt(&rho, encrypted)?).ok()
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
            types::NEXT_PATH_KEY_OVERRIDE => Encoding::PointThenFixed(0).check(value)?,
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

/// What a recipient does: encrypts an `encrypted_data_tlv` for a node of its route. `path_secret` is the secret key of the path key.
/// (The cipher refuses nothing below 2^38 bytes.)
pub fn seal(path_secret: &SecretKey, node: &PublicKey, data: &[u8]) -> Vec<u8> {
    let rho = key(KeyType::Rho, &SharedPoint::new(node, path_secret).shared_secret().0);
    ChaCha20Poly1305::new(&rho.into()).encrypt(&NONCE.into(), data).unwrap_or_default()
}

fn decrypt(rho: &[u8; 32], encrypted: &[u8]) -> Option<Vec<u8>> {
    ChaCha20Poly1305::new(rho.into()).decrypt(&NONCE.into(), encrypted).ok()
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
