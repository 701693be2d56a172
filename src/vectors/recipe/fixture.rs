//! What recipes share: hex, payload records, keys of nodes, routes, and an HTLC with its packet.

use crate::bolt1::integer::encode_truncated;
use crate::bolt1::tlv::encode_record;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::Packet;
use crate::bolt4::construct::{Hop, construct};
use crate::bolt4::payload::types;
use crate::bolt4::peel::peel;
use crate::protocol::operation as input;
use crate::protocol::value::{Decimal, Hex};

use super::label;

/// The height of every receiving case that is not about heights.
pub const HEIGHT: u32 = 800_000;
/// The expiry of its HTLCs.
pub const EXPIRY: u32 = 800_144;
/// Their amount, in msat.
pub const AMOUNT: u64 = 100_000;

/// Hex that a recipe writes by hand.
pub fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap_or_else(|error| unreachable!("a recipe's own hex {text:?}: {error}"))
}

/// The secret key of BOLT 4's test route: one byte 32 times (41 to 45).
pub fn repeated(byte: u8) -> SecretKey {
    SecretKey::decode(&[byte; 32]).unwrap_or_else(|error| unreachable!("{byte:02x} repeated: {error}"))
}

/// A record with these value bytes.
pub fn record(r#type: u64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode_record(r#type, value, &mut out);
    out
}

/// A record with a truncated integer.
pub fn integer(r#type: u64, value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_truncated(value, &mut bytes);
    record(r#type, &bytes)
}

/// The smallest truncated integer of so many bytes: 1 and zeros.
pub fn smallest(length: usize) -> Vec<u8> {
    let mut value = vec![0; length];
    if let Some(first) = value.first_mut() {
        *first = 1;
    }
    value
}

/// `amt_to_forward` and `outgoing_cltv_value`.
pub fn amount_and_expiry() -> Vec<u8> {
    [integer(types::AMT_TO_FORWARD, AMOUNT), integer(types::OUTGOING_CLTV_VALUE, EXPIRY.into())].concat()
}

/// A keysend record.
pub fn keysend_record(preimage: &[u8]) -> Vec<u8> {
    record(types::KEYSEND_PREIMAGE, preimage)
}

/// `payment_data` with this secret and total.
pub fn payment_data(secret: [u8; 32], total_msat: u64) -> Vec<u8> {
    let mut value = secret.to_vec();
    encode_truncated(total_msat, &mut value);
    record(types::PAYMENT_DATA, &value)
}

/// A packet, for recipes whose hops fit.
pub fn onion(session_key: &SecretKey, hops: &[(PublicKey, &[u8])], associated_data: &[u8]) -> Packet {
    let hops: Vec<_> =
        hops.iter().map(|(public_key, payload)| Hop { public_key: *public_key, payload }).collect();
    construct(session_key, &hops, associated_data)
        .unwrap_or_else(|error| unreachable!("a recipe's onion: {error}"))
}

/// What a node with keysend switched on and the shared-secret scheme as given is set to.
pub fn settings(shared_secret: input::SharedSecret) -> input::Settings {
    input::Settings { keysend: input::Switch::Accept, shared_secret, min_final_cltv_expiry_delta: 18 }
}

/// An HTLC that a recipe bends in one place, with everything that follows from it made anew.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The node that it reaches.
    pub node: SecretKey,
    /// The payer's session key.
    pub session_key: SecretKey,
    /// The hops before the node: their packets are peeled away.
    pub before: Vec<SecretKey>,
    /// The node's payload.
    pub payload: Vec<u8>,
    /// A hop behind the node, whose payload nobody looks at.
    pub behind: Option<PublicKey>,
    /// The payment hash, which is also what the packet is bound to.
    pub payment_hash: [u8; 32],
    /// The amount, in msat.
    pub amount: u64,
    /// The expiry.
    pub expiry: u32,
}

impl Incoming {
    /// One hop, the ordinary amount and expiry, for a payment hash.
    pub fn new(label: &str, payload: Vec<u8>, payment_hash: [u8; 32]) -> Self {
        Self {
            node: label::secret("node"),
            session_key: label::secret(&format!("{label}/session_key")),
            before: Vec::new(),
            payload,
            behind: None,
            payment_hash,
            amount: AMOUNT,
            expiry: EXPIRY,
        }
    }

    /// The packet as it reaches the node.
    pub fn packet(&self) -> Packet {
        let filler =
            [amount_and_expiry(), record(types::SHORT_CHANNEL_ID, &[0, 0, 1, 0, 0, 2, 0, 3])].concat();
        let mut hops: Vec<(PublicKey, &[u8])> =
            self.before.iter().map(|node| (node.public_key(), filler.as_slice())).collect();
        hops.push((self.node.public_key(), &self.payload));
        hops.extend(self.behind.map(|node| (node, filler.as_slice())));
        let mut packet = onion(&self.session_key, &hops, &self.payment_hash);
        for node in &self.before {
            packet = peel(node, &packet, &self.payment_hash, None)
                .ok()
                .and_then(|peeled| peeled.next_packet)
                .unwrap_or_else(|| unreachable!("a recipe's route is peeled hop by hop"));
        }
        packet
    }

    /// The HTLC as it is sent to an adapter.
    pub fn htlc(&self) -> input::Htlc {
        input::Htlc {
            amount_msat: Decimal(self.amount),
            cltv_expiry: self.expiry,
            payment_hash: self.payment_hash.into(),
            packet: self.packet().into(),
            path_key: None,
        }
    }

    /// The input of a receiving operation.
    pub fn input(&self, settings: input::Settings) -> input::Receive {
        input(&self.node, self.htlc(), settings)
    }
}

/// The input of a receiving operation for any HTLC: what the packet decrypts to is added if it decrypts.
pub fn input(node: &SecretKey, htlc: input::Htlc, settings: input::Settings) -> input::Receive {
    let peeled = peeled(node, &htlc);
    input::Receive { node_secret: node.encode().into(), height: HEIGHT, settings, htlc, peeled }
}

/// What an HTLC's packet decrypts to.
pub fn peeled(node: &SecretKey, htlc: &input::Htlc) -> Option<input::Peeled> {
    let path_key = htlc.path_key.as_ref().and_then(|key| PublicKey::decode(&key.0).ok());
    let peeled = peel(node, &htlc.packet.0, &htlc.payment_hash.0, path_key.as_ref()).ok()?;
    Some(input::Peeled {
        payload: peeled.payload().into(),
        r#final: peeled.is_final(),
        shared_secret: peeled.shared_secret.0.into(),
    })
}

/// A list of hex strings as bytes, for `Hex`.
pub fn hex_of(bytes: impl AsRef<[u8]>) -> Hex {
    Hex(bytes.as_ref().to_vec())
}
