//! What the recipient of a blinded route says to a node on it: `encrypted_recipient_data`, opened and decoded.
//! BOLT 4, "Route Blinding"; ChaCha20-Poly1305 is RFC 8439's.

use super::secret::SharedPoint;
use super::stream::{KeyType, apply, key};
use super::types::{Blocks, Msat, ShortChannelId};
use crate::bolt1::tlv::{self, Encoding, Record, TlvError, TlvRule};
use crate::bolt1::{PublicKey, SecretKey};

const TAG_LENGTH: usize = 16;

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
pub fn seal(path_secret: &SecretKey, node: &PublicKey, data: &[u8]) -> Vec<u8> {
    let rho = key(KeyType::Rho, &SharedPoint::new(node, path_secret).shared_secret().0);
    let mut encrypted = data.to_vec();
    apply(&rho, 64, &mut encrypted);
    let tag = tag(&rho, &encrypted);
    encrypted.extend(tag);
    encrypted
}

fn decrypt(rho: &[u8; 32], encrypted: &[u8]) -> Option<Vec<u8>> {
    let (data, found) = encrypted.split_last_chunk::<TAG_LENGTH>()?;
    let wrong_bits = tag(rho, data).iter().zip(found).fold(0, |bits, (one, other)| bits | (one ^ other));
    if wrong_bits != 0 {
        return None;
    }
    let mut data = data.to_vec();
    apply(rho, 64, &mut data);
    Some(data)
}

/// The tag of some encrypted bytes: RFC 8439, 2.8, with a nonce of zeros and no additional data.
fn tag(key: &[u8; 32], encrypted: &[u8]) -> [u8; TAG_LENGTH] {
    let mut one_time_key = [0; 32];
    apply(key, 0, &mut one_time_key);
    let lengths = (encrypted.len() as u128) << 64;
    let blocks = encrypted.chunks(TAG_LENGTH).map(|chunk| {
        let mut block = [0; TAG_LENGTH];
        block[..chunk.len()].copy_from_slice(chunk);
        u128::from_le_bytes(block)
    });
    poly1305(&one_time_key, blocks.chain([lengths]))
}

/// Poly1305 of a message of whole blocks: RFC 8439, 2.5. Numbers below 2^130 - 5 in five limbs of 26 bits.
fn poly1305(key: &[u8; 32], blocks: impl Iterator<Item = u128>) -> [u8; TAG_LENGTH] {
    const BITS: u128 = (1 << 26) - 1;
    let limbs =
        |number: u128| [0, 26, 52, 78, 104].map(|shift| u64::try_from(number >> shift & BITS).unwrap_or(0));
    let half = |from: usize| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&key[from..from + 16]);
        u128::from_le_bytes(bytes)
    };
    let factor = limbs(half(0) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff);
    let carried = |mut sum: [u64; 5]| {
        for index in 0..5 {
            let carry = sum[index] >> 26;
            sum[index] &= BITS as u64;
            // 2^130 is 5.
            if index == 4 { sum[0] += 5 * carry } else { sum[index + 1] += carry }
        }
        sum
    };
    let mut sum = [0_u64; 5];
    for block in blocks {
        let block = limbs(block);
        for index in 0..5 {
            sum[index] += block[index];
        }
        sum[4] += 1 << 24;
        let mut product = [0; 5];
        for (one, number) in sum.iter().enumerate() {
            for (other, factor) in factor.iter().enumerate() {
                let wraps = if one + other > 4 { 5 } else { 1 };
                product[(one + other) % 5] += wraps * number * factor;
            }
        }
        sum = carried(carried(product));
    }
    // Below 2^130; less 2^130 - 5 if it is not below that.
    sum = carried(carried(sum));
    let mut more = sum;
    more[0] += 5;
    let mut carry = 0;
    for limb in &mut more {
        *limb += carry;
        carry = *limb >> 26;
        *limb &= BITS as u64;
    }
    let reduced = if carry == 1 { more } else { sum };
    let number = reduced.iter().rev().fold(0_u128, |number, limb| number << 26 | u128::from(*limb));
    number.wrapping_add(half(16)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poly1305_is_that_of_rfc_8439() {
        let blocks = |hex: &str| {
            let bytes = hex::decode(hex).unwrap();
            bytes.chunks(16).map(|block| u128::from_le_bytes(block.try_into().unwrap())).collect::<Vec<_>>()
        };
        // A.3: test vectors 7, 8, 9 and 11, where reductions and carries go wrong; none: the pad alone.
        let one = "0100000000000000000000000000000000000000000000000000000000000000";
        let two = "0200000000000000000000000000000000000000000000000000000000000000";
        let four = "0100000000000000040000000000000000000000000000000000000000000000";
        let cases = [
            (
                one,
                "ffffffffffffffffffffffffffffffff f0ffffffffffffffffffffffffffffff 11000000000000000000000000000000",
                "05000000000000000000000000000000",
            ),
            (
                one,
                "ffffffffffffffffffffffffffffffff fbfefefefefefefefefefefefefefefe 01010101010101010101010101010101",
                "00000000000000000000000000000000",
            ),
            (two, "fdffffffffffffffffffffffffffffff", "faffffffffffffffffffffffffffffff"),
            (
                four,
                "e33594d7505e43b90000000000000000 3394d7505e4379cd0100000000000000 00000000000000000000000000000000",
                "13000000000000000000000000000000",
            ),
        ];
        for (key, message, tag) in cases {
            let key = hex::decode(key).unwrap().try_into().unwrap();
            let found = poly1305(&key, blocks(&message.replace(' ', "")).into_iter());
            assert_eq!(hex::encode(found), tag, "{message}");
        }
        assert_eq!(poly1305(&[7; 32], [].into_iter()), [7; 16]);
    }

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
