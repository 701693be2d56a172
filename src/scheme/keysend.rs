//! Keysend: the payer picks the preimage and puts it in the final hop's payload. bLIP 3.
//!
//! ```
//! use spontan::bolt1::SecretKey;
//! use spontan::bolt4::payload::{Payload, PayloadNamespace};
//! use spontan::bolt4::{Blocks, Msat, Preimage, peel};
//! use spontan::scheme::{RouteHop, keysend};
//!
//! let payee = SecretKey::decode(&[0x45; 32])?;
//! let hop = RouteHop {
//!     public_key: payee.public_key(),
//!     amt_to_forward: Msat(100_000),
//!     outgoing_cltv_value: Blocks(800_144),
//!     short_channel_id: None,
//! };
//! let preimage = Preimage([0x11; 32]);
//! let sent = keysend::send(&SecretKey::decode(&[0x41; 32])?, &preimage, &[hop], &[])?;
//! let payment_hash = "02d449a31fbb267c8f352e9968a79e3e5fc95c1bbeaa502fd6454ebde5a4bedc";
//! assert_eq!(hex::encode(sent.payment_hash.0), payment_hash);
//!
//! let peeled = peel(&payee, &sent.packet, &sent.payment_hash.0, None)?;
//! let payload = Payload::decode(peeled.payload(), &PayloadNamespace::default())?;
//! assert_eq!(keysend::receive(&payload, &sent.payment_hash), keysend::Record::Matches(preimage));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use super::route::{self, CustomRecord, RouteHop, SendError};
use crate::bolt1::SecretKey;
use crate::bolt4::payload::{Payload, types};
use crate::bolt4::{Packet, PaymentHash, Preimage};

/// A keysend that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The payment hash for `update_add_htlc`.
    pub payment_hash: PaymentHash,
    /// The payload of the last hop.
    pub final_payload: Vec<u8>,
    /// The packet for the first hop.
    pub packet: Packet,
}

/// The payer's side. The preimage must be fresh and random, and the session key as well: both are arguments only so
/// that vectors can be made.
///
/// # Errors
/// [`SendError`].
pub fn send(
    session_key: &SecretKey,
    preimage: &Preimage,
    hops: &[RouteHop],
    custom: &[CustomRecord<'_>],
) -> Result<Sent, SendError> {
    let record = CustomRecord { r#type: types::KEYSEND_PREIMAGE, value: &preimage.0 };
    let mut payloads = route::payloads(hops, custom, Some(record))?;
    let payment_hash = preimage.payment_hash();
    let packet = route::packet(session_key, hops, &payloads, &payment_hash)?;
    Ok(Sent { payment_hash, final_payload: payloads.pop().unwrap_or_default(), packet })
}

/// What a payload's keysend record says of a payment hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// There is none.
    Absent,
    /// Its SHA-256 is the payment hash.
    Matches(Preimage),
    /// Its SHA-256 is another.
    Differs,
}

/// The payee's side: the preimage, if the record's SHA-256 is the payment hash.
pub fn receive(payload: &Payload<'_>, payment_hash: &PaymentHash) -> Record {
    match payload.keysend_preimage {
        None => Record::Absent,
        Some(preimage) if preimage.payment_hash() == *payment_hash => Record::Matches(preimage),
        Some(_) => Record::Differs,
    }
}
