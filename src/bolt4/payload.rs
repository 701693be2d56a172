//! The payload of one hop: BOLT 4, "`payload` format", with the keysend record of bLIP 3.

use super::types::{Blocks, Msat, PaymentSecret, Preimage, ShortChannelId};
use crate::bolt1::integer::encode_truncated;
use crate::bolt1::tlv::{
    self, Encoding, FIRST_CUSTOM_TYPE, Namespace, Record, TlvError, TlvRule, encode_record,
};

/// The types that a payload may have.
#[allow(missing_docs, reason = "each is named as in BOLT 4's table")]
pub mod types {
    pub const AMT_TO_FORWARD: u64 = 2;
    pub const OUTGOING_CLTV_VALUE: u64 = 4;
    pub const SHORT_CHANNEL_ID: u64 = 6;
    pub const PAYMENT_DATA: u64 = 8;
    pub const ENCRYPTED_RECIPIENT_DATA: u64 = 10;
    pub const CURRENT_PATH_KEY: u64 = 12;
    pub const PAYMENT_METADATA: u64 = 16;
    pub const TOTAL_AMOUNT_MSAT: u64 = 18;
    /// LND's; no BOLT has it.
    pub const AMP: u64 = 14;
    /// bLIP 3.
    pub const KEYSEND_PREIMAGE: u64 = 5_482_373_484;

    /// The name of a type.
    pub const fn name(r#type: u64) -> Option<&'static str> {
        Some(match r#type {
            AMT_TO_FORWARD => "amt_to_forward",
            OUTGOING_CLTV_VALUE => "outgoing_cltv_value",
            SHORT_CHANNEL_ID => "short_channel_id",
            PAYMENT_DATA => "payment_data",
            ENCRYPTED_RECIPIENT_DATA => "encrypted_recipient_data",
            CURRENT_PATH_KEY => "current_path_key",
            PAYMENT_METADATA => "payment_metadata",
            TOTAL_AMOUNT_MSAT => "total_amount_msat",
            AMP => "amp",
            KEYSEND_PREIMAGE => "keysend preimage",
            _ => return None,
        })
    }
}

/// The namespace of payloads.
#[derive(Debug, Clone, Copy, Default)]
pub struct PayloadNamespace {
    /// Whether unknown even types of 65536 and above are ignored. BOLT 1 has no such exception.
    pub ignore_even_custom_records: bool,
    /// Whether type 14, the record of spontaneous AMP, is known.
    pub amp: bool,
}

impl Namespace for PayloadNamespace {
    #[inline]
    fn encoding(&self, r#type: u64) -> Option<Encoding> {
        match r#type {
            types::AMT_TO_FORWARD | types::TOTAL_AMOUNT_MSAT => Some(Encoding::Amount),
            types::OUTGOING_CLTV_VALUE => Some(Encoding::Truncated(4)),
            types::SHORT_CHANNEL_ID => Some(Encoding::Fixed(8)),
            types::PAYMENT_DATA => Some(Encoding::FixedThenAmount(32)),
            types::ENCRYPTED_RECIPIENT_DATA | types::PAYMENT_METADATA => Some(Encoding::Bytes),
            types::CURRENT_PATH_KEY => Some(Encoding::PointThenFixed(0)),
            types::KEYSEND_PREIMAGE => Some(Encoding::Fixed(32)),
            // Root share and set id, 32 bytes each, and the child index.
            types::AMP if self.amp => Some(Encoding::FixedThenTruncated(64, 4)),
            _ => None,
        }
    }

    fn ignores_even(&self, r#type: u64) -> bool {
        self.ignore_even_custom_records && r#type >= FIRST_CUSTOM_TYPE
    }
}

/// `payment_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentData {
    /// The secret from the payee's invoice.
    pub payment_secret: PaymentSecret,
    /// What the payer will send in all.
    pub total_msat: Msat,
}

/// A decoded payload; what is borrowed is borrowed from the stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payload<'a> {
    /// Type 2.
    pub amt_to_forward: Option<Msat>,
    /// Type 4.
    pub outgoing_cltv_value: Option<Blocks>,
    /// Type 6.
    pub short_channel_id: Option<ShortChannelId>,
    /// Type 8.
    pub payment_data: Option<PaymentData>,
    /// Type 10, still encrypted.
    pub encrypted_recipient_data: Option<&'a [u8]>,
    /// Type 12: a compressed point that was found valid.
    pub current_path_key: Option<&'a [u8]>,
    /// Type 14, if it is known: 64 bytes and a tu32 that was found minimal.
    pub amp: Option<&'a [u8]>,
    /// Type 16.
    pub payment_metadata: Option<&'a [u8]>,
    /// Type 18.
    pub total_amount_msat: Option<Msat>,
    /// Type 5482373484.
    pub keysend_preimage: Option<Preimage>,
}

impl<'a> Payload<'a> {
    /// Decodes a payload (a TLV stream, without its length prefix).
    ///
    /// # Errors
    /// The first rule of BOLT 1 that is broken.
    #[inline]
    pub fn decode(stream: &'a [u8], namespace: &PayloadNamespace) -> Result<Self, TlvError> {
        let mut payload = Self::default();
        for record in tlv::records(stream) {
            let Record { r#type, value, offset } = record?;
            payload.set(r#type, value, namespace).map_err(|rule| TlvError { rule, offset, r#type })?;
        }
        Ok(payload)
    }

    // Each value is read once: this says of each type what [`PayloadNamespace`] says of it (see the tests).
    #[inline]
    fn set(&mut self, r#type: u64, value: &'a [u8], namespace: &PayloadNamespace) -> Result<(), TlvRule> {
        let wrong_length = TlvRule::ValueWrongLength;
        match r#type {
            types::AMT_TO_FORWARD => self.amt_to_forward = Some(Msat(tlv::amount(value)?)),
            types::OUTGOING_CLTV_VALUE => {
                let blocks = u32::try_from(tlv::truncated(value, 4)?).map_err(|_| wrong_length)?;
                self.outgoing_cltv_value = Some(Blocks(blocks));
            }
            types::SHORT_CHANNEL_ID => {
                self.short_channel_id = Some(ShortChannelId(value.try_into().map_err(|_| wrong_length)?));
            }
            types::PAYMENT_DATA => {
                let (secret, total) = value.split_first_chunk().ok_or(wrong_length)?;
                self.payment_data = Some(PaymentData {
                    payment_secret: PaymentSecret(*secret),
                    total_msat: Msat(tlv::amount(total)?),
                });
            }
            types::ENCRYPTED_RECIPIENT_DATA => self.encrypted_recipient_data = Some(value),
            types::CURRENT_PATH_KEY => {
                Encoding::PointThenFixed(0).check(value)?;
                self.current_path_key = Some(value);
            }
            types::AMP if namespace.amp => {
                Encoding::FixedThenTruncated(64, 4).check(value)?;
                self.amp = Some(value);
            }
            types::PAYMENT_METADATA => self.payment_metadata = Some(value),
            types::TOTAL_AMOUNT_MSAT => self.total_amount_msat = Some(Msat(tlv::amount(value)?)),
            types::KEYSEND_PREIMAGE => {
                self.keysend_preimage = Some(Preimage(value.try_into().map_err(|_| wrong_length)?));
            }
            _ if r#type % 2 == 1 || namespace.ignores_even(r#type) => {}
            _ => return Err(TlvRule::UnknownEvenType),
        }
        Ok(())
    }
}

/// Appends the record of an amount (tu64).
pub fn encode_amount(r#type: u64, amount: Msat, out: &mut Vec<u8>) {
    encode_integer(r#type, amount.0, out);
}

/// Appends the record of a number of blocks (tu32).
pub fn encode_blocks(r#type: u64, blocks: Blocks, out: &mut Vec<u8>) {
    encode_integer(r#type, blocks.0.into(), out);
}

fn encode_integer(r#type: u64, value: u64, out: &mut Vec<u8>) {
    let mut bytes = Vec::with_capacity(8);
    encode_truncated(value, &mut bytes);
    encode_record(r#type, &bytes, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_keysend_payload() {
        let stream =
            hex::decode(format!("02030186a004030c3590ff0000000146c6616c20{}", "11".repeat(32))).unwrap();
        let payload = Payload::decode(&stream, &PayloadNamespace::default()).unwrap();
        let wanted = Payload {
            amt_to_forward: Some(Msat(100_000)),
            outgoing_cltv_value: Some(Blocks(800_144)),
            keysend_preimage: Some(Preimage([0x11; 32])),
            ..Payload::default()
        };
        assert_eq!(payload, wanted);
    }

    #[test]
    fn even_custom_records_are_refused_unless_ignored() {
        let stream = hex::decode("020101040101fe0001000000").unwrap();
        let strict = Payload::decode(&stream, &PayloadNamespace::default());
        assert_eq!(strict, Err(TlvError { rule: TlvRule::UnknownEvenType, offset: 6, r#type: 65536 }));
        let tolerant = PayloadNamespace { ignore_even_custom_records: true, amp: false };
        assert!(Payload::decode(&stream, &tolerant).is_ok());
        // 65534 is the specification's own, whatever the policy.
        assert!(Payload::decode(&hex::decode("fdfffe00").unwrap(), &tolerant).is_err());
    }

    #[test]
    fn a_payload_decodes_as_its_namespace_says() {
        let known =
            [2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 65534, 65536, 65537, types::KEYSEND_PREIMAGE, u64::MAX];
        arbtest::arbtest(|source| {
            let ignore_even_custom_records = source.arbitrary()?;
            let amp = source.arbitrary()?;
            let cut = source.int_in_range(0..=39_usize)?;
            let mut records = Vec::new();
            for _ in 0..source.int_in_range(0..=3_u8)? {
                let choice = source.choose_index(known.len())?;
                records.push((choice, source.choose_index(5)?, source.int_in_range(0..=69_usize)?));
            }
            records.sort_unstable();
            records.dedup_by_key(|record| record.0);
            let mut stream = Vec::new();
            for (choice, shape, other) in records {
                // 32 bytes, a point, no point, 8 bytes that are too high an amount, or any length.
                let (first, length) = [(2, 32), (2, 33), (0x1e, 33), (0x1e, 8), (2, other)][shape];
                let value: Vec<_> = [first].into_iter().chain([0x11; 69]).take(length).collect();
                encode_record(known[choice], &value, &mut stream);
            }
            stream.truncate(stream.len().saturating_sub(cut.saturating_sub(30)));
            let namespace = PayloadNamespace { ignore_even_custom_records, amp };
            assert_eq!(
                Payload::decode(&stream, &namespace).map(drop),
                tlv::decode(&stream, &namespace).map(drop)
            );
            Ok(())
        });
    }
}
