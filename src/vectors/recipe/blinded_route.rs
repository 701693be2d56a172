//! The words of the recipes with blinded routes: a route, what its recipient says to a node, and how a payment is told.
//! BOLT 4, "Route Blinding".

use super::payment::{CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, EXPIRY, Payment};
use crate::blueprint::{Stream, label, stream};
use crate::bolt1::SecretKey;
use crate::bolt4::blinded::{seal, types};

/// A change of a payload or of what the recipient says.
pub type Change<'a> = &'a dyn Fn(&mut Stream);
/// The last block at which the route may be used.
pub const MAX_CLTV_EXPIRY: u32 = EXPIRY + 356;
/// The least that may come over the route, in msat.
pub const HTLC_MINIMUM: u64 = 1000;
/// Where the route goes on.
pub const CHANNEL: [u8; 8] = [0x0c, 0x35, 0, 0, 0, 1, 0, 3];

/// The secret key of the path key for the node.
pub fn path_secret() -> SecretKey {
    label::secret("blinded_route/path_secret")
}

/// The value of payment_constraints.
pub fn constraints(max_cltv_expiry: u32, htlc_minimum: u64) -> Vec<u8> {
    [&max_cltv_expiry.to_be_bytes()[..], &stream::truncated(htlc_minimum)].concat()
}

/// What the recipient says to the last node: how long the route holds, and for what amounts.
pub fn final_data() -> Stream {
    let mut data = Stream::default();
    data.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, HTLC_MINIMUM));
    data
}

/// What it says to a node before: where to forward as well, for 100 millionths and one msat, 80 blocks before.
pub fn relay_data() -> Stream {
    let mut data = final_data();
    data.put(types::SHORT_CHANNEL_ID, CHANNEL);
    data.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100, 1]);
    data
}

/// Encrypts data for the node of a payment.
pub fn sealed(payment: &Payment, data: &Stream) -> Vec<u8> {
    seal(&path_secret(), &payment.node.secret.public_key(), &data.bytes())
}

/// Puts data, encrypted, into the payload.
pub fn tell(payment: &mut Payment, data: &Stream) {
    let encrypted = sealed(payment, data);
    payment.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
}

/// Where the node finds the path key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PathKey {
    InThePayload,
    InTheHtlc,
}

/// Gives the payment the path key.
pub fn blind(payment: &mut Payment, path_key: PathKey) {
    let key = path_secret().public_key().encode();
    match path_key {
        PathKey::InThePayload => payment.payload().put(CURRENT_PATH_KEY, key),
        PathKey::InTheHtlc => payment.onion.path_key = Some(key),
    }
}
