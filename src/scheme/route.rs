//! What both schemes' payers share: the route, the payloads of its hops, and custom records.
//! BOLT 4, "`payload` format": which fields a writer includes for which hop.

use crate::bolt1::tlv::{FIRST_CUSTOM_TYPE, MAX_MSAT, encode_record};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::{ConstructError, Hop, construct};
use crate::bolt4::payload::{encode_amount, encode_blocks, types};
use crate::bolt4::{Blocks, Msat, Packet, PaymentHash, ShortChannelId};

/// One hop of a payment's route, with what its payload says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteHop {
    /// The node's id.
    pub public_key: PublicKey,
    /// What it is to forward, or, at the last hop, to receive.
    pub amt_to_forward: Msat,
    /// The expiry of the HTLC that it is to forward, or, at the last hop, to receive.
    pub outgoing_cltv_value: Blocks,
    /// The channel to forward through: on every hop but the last.
    pub short_channel_id: Option<ShortChannelId>,
}

/// A record that the application adds to the final payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomRecord<'a> {
    /// The type: 65536 or above.
    pub r#type: u64,
    /// The value.
    pub value: &'a [u8],
}

/// Why a payment cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The packet cannot be built.
    #[error(transparent)]
    Construct(#[from] ConstructError),
    /// A hop before the last has no short channel id.
    #[error("hop {hop} has no short channel id and is not the last")]
    ShortChannelIdMissing {
        /// Which hop, counted from 0.
        hop: usize,
    },
    /// The last hop has a short channel id.
    #[error("the last hop has a short channel id")]
    ShortChannelIdAtFinalNode,
    /// An amount above 21 million bitcoin.
    #[error("the amount of hop {hop} is above 21 million bitcoin")]
    AmountTooLarge {
        /// Which hop, counted from 0.
        hop: usize,
    },
    /// A custom record below 65536.
    #[error("the custom record type {0} is below 65536")]
    CustomRecordTypeReserved(u64),
    /// A custom record with the keysend type.
    #[error("a custom record has the keysend type 5482373484")]
    CustomRecordTypeKeysend,
    /// Two custom records of one type.
    #[error("there are two custom records of type {0}")]
    CustomRecordTypeTwice(u64),
}

impl SendError {
    /// The stable name in vectors, protocol and reports.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Construct(error) => error.reason(),
            Self::ShortChannelIdMissing { .. } => "short_channel_id_missing",
            Self::ShortChannelIdAtFinalNode => "short_channel_id_at_final_node",
            Self::AmountTooLarge { .. } => "amount_too_large",
            Self::CustomRecordTypeReserved(_) => "custom_record_type_reserved",
            Self::CustomRecordTypeKeysend => "custom_record_type_keysend",
            Self::CustomRecordTypeTwice(_) => "custom_record_type_twice",
        }
    }
}

/// The payloads of all hops. The final one has, after types 2 and 4, the records of `last` and of `custom`, sorted by
/// type.
pub(super) fn payloads(
    hops: &[RouteHop],
    custom: &[CustomRecord<'_>],
    last: Option<CustomRecord<'_>>,
) -> Result<Vec<Vec<u8>>, SendError> {
    check(hops, custom)?;
    let mut payloads = Vec::with_capacity(hops.len());
    for hop in hops {
        let mut payload = Vec::new();
        encode_amount(types::AMT_TO_FORWARD, hop.amt_to_forward, &mut payload);
        encode_blocks(types::OUTGOING_CLTV_VALUE, hop.outgoing_cltv_value, &mut payload);
        if let Some(channel) = hop.short_channel_id {
            encode_record(types::SHORT_CHANNEL_ID, &channel.0, &mut payload);
        }
        payloads.push(payload);
    }
    if let Some(payload) = payloads.last_mut() {
        let mut records: Vec<_> = custom.iter().copied().chain(last).collect();
        records.sort_unstable_by_key(|record| record.r#type);
        records.iter().for_each(|record| encode_record(record.r#type, record.value, payload));
    }
    Ok(payloads)
}

fn check(hops: &[RouteHop], custom: &[CustomRecord<'_>]) -> Result<(), SendError> {
    let Some((last, before)) = hops.split_last() else {
        return Err(ConstructError::NoHops.into());
    };
    if let Some(hop) = before.iter().position(|hop| hop.short_channel_id.is_none()) {
        return Err(SendError::ShortChannelIdMissing { hop });
    }
    if last.short_channel_id.is_some() {
        return Err(SendError::ShortChannelIdAtFinalNode);
    }
    if let Some(hop) = hops.iter().position(|hop| hop.amt_to_forward.0 > MAX_MSAT) {
        return Err(SendError::AmountTooLarge { hop });
    }
    for (index, record) in custom.iter().enumerate() {
        if record.r#type < FIRST_CUSTOM_TYPE {
            return Err(SendError::CustomRecordTypeReserved(record.r#type));
        }
        if record.r#type == types::KEYSEND_PREIMAGE {
            return Err(SendError::CustomRecordTypeKeysend);
        }
        if custom[..index].iter().any(|earlier| earlier.r#type == record.r#type) {
            return Err(SendError::CustomRecordTypeTwice(record.r#type));
        }
    }
    Ok(())
}

/// The packet for these hops and payloads, bound to the payment hash.
pub(super) fn packet(
    session_key: &SecretKey,
    hops: &[RouteHop],
    payloads: &[Vec<u8>],
    payment_hash: &PaymentHash,
) -> Result<Packet, SendError> {
    let hops: Vec<_> =
        hops.iter().zip(payloads).map(|(hop, payload)| Hop { public_key: hop.public_key, payload }).collect();
    Ok(construct(session_key, &hops, &payment_hash.0)?)
}
