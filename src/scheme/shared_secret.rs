//! The shared-secret scheme: the preimage is a hash of the secret that payer and payee have from the onion's ECDH, and no
//! record is needed. lightning-dev, 2019-06-09, "ECDH for spontaneous payments and offline vending machines".
//!
//! The payment hash below is one that two other programs computed:
//!
//! ```
//! use spontan::bolt1::SecretKey;
//! use spontan::bolt4::{Blocks, Msat, peel};
//! use spontan::scheme::{Profile, RouteHop, shared_secret};
//!
//! let payee = SecretKey::decode(&[0x45; 32])?;
//! let hop = RouteHop {
//!     public_key: payee.public_key(),
//!     amt_to_forward: Msat(100_000),
//!     outgoing_cltv_value: Blocks(800_144),
//!     short_channel_id: None,
//! };
//! let sent = shared_secret::send(&SecretKey::decode(&[0x41; 32])?, Profile::Bolt4, &[hop], &[])?;
//! let payment_hash = "b751b7f6c3f221ad4827893f74ab9a9e69480afd6fc197858c8eabae7723c9b5";
//! assert_eq!(hex::encode(sent.payment_hash.0), payment_hash);
//! assert_eq!(hex::encode(&sent.final_payload), "02030186a004030c3590"); // types 2 and 4, and no record of the scheme
//!
//! let peeled = peel(&payee, &sent.packet, &sent.payment_hash.0, None)?;
//! let preimage = shared_secret::receive(&peeled.shared_point, Profile::Bolt4, &sent.payment_hash);
//! assert_eq!(preimage, Some(sent.preimage));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use sha2::{Digest, Sha256};

use super::route::{self, CustomRecord, RouteHop, SendError};
use crate::bolt1::SecretKey;
use crate::bolt4::construct::{ConstructError, hop_secrets};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::{Packet, PaymentHash, Preimage};

/// Which secret is hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// BOLT 4's shared secret of the final hop, as the proof of concept of 2019 had it.
    Bolt4,
    /// The x coordinate of the shared point, as the post says.
    XOnly,
}

/// The preimage that both sides derive: SHA-256 of the 32-byte secret.
pub fn preimage(shared_point: &SharedPoint, profile: Profile) -> Preimage {
    let secret = match profile {
        Profile::Bolt4 => shared_point.shared_secret().0,
        Profile::XOnly => shared_point.x(),
    };
    Preimage(Sha256::digest(secret).into())
}

/// A shared-secret payment that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What the payee will derive.
    pub preimage: Preimage,
    /// The payment hash for `update_add_htlc`.
    pub payment_hash: PaymentHash,
    /// The payload of the last hop.
    pub final_payload: Vec<u8>,
    /// The packet for the first hop.
    pub packet: Packet,
}

/// The payer's side. The session key must be fresh: with another payment's session key and route comes its preimage, and
/// every hop that saw that one settled could take this one.
///
/// # Errors
/// [`SendError`].
pub fn send(
    session_key: &SecretKey,
    profile: Profile,
    hops: &[RouteHop],
    custom: &[CustomRecord<'_>],
) -> Result<Sent, SendError> {
    let mut payloads = route::payloads(hops, custom, None)?;
    let secrets = hop_secrets(session_key, hops.iter().map(|hop| hop.public_key));
    let last = secrets.last().ok_or(ConstructError::NoHops)?;
    let preimage = preimage(&last.shared_point, profile);
    let payment_hash = preimage.payment_hash();
    let packet = route::packet(session_key, hops, &payloads, &payment_hash)?;
    Ok(Sent { preimage, payment_hash, final_payload: payloads.pop().unwrap_or_default(), packet })
}

/// The payee's side: the preimage, if the secret of this onion gives the payment hash.
pub fn receive(shared_point: &SharedPoint, profile: Profile, payment_hash: &PaymentHash) -> Option<Preimage> {
    Some(preimage(shared_point, profile)).filter(|preimage| preimage.payment_hash() == *payment_hash)
}
