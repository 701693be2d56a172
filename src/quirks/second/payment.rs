//! The words of the payee: what arrives, what its payload says, and how it can be explained.

use secp256k1::PublicKey;

use super::curve::Shared;
use super::lenient::Passage;
use crate::protocol::operation::Settings;

/// An HTLC as it arrives.
pub struct Htlc<'a> {
    /// In msat.
    pub amount: u64,
    /// The block height at which it expires.
    pub expiry: u32,
    pub hash: [u8; 32],
    pub packet: &'a [u8],
    pub path_key: Option<PublicKey>,
}

#[derive(Debug, Clone)]
pub struct Invoice {
    pub preimage: Vec<u8>,
    pub payment_secret: Vec<u8>,
    /// In msat; none if the payer chooses.
    pub amount: Option<u64>,
}

/// A payload's fields.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Type 2, `amt_to_forward`.
    pub amount: Option<u64>,
    /// Type 4, `outgoing_cltv_value`.
    pub expiry: Option<u32>,
    /// Type 6, `short_channel_id`.
    pub channel: Option<Vec<u8>>,
    /// Type 8, `payment_data`: payment secret and total_msat.
    pub data: Option<(Vec<u8>, u64)>,
    /// Type 18, `total_amount_msat`, where it counts.
    pub total_amount: Option<u64>,
    /// Whether there is type 18.
    pub has_total_amount: bool,
    /// Type 10, `encrypted_recipient_data`.
    pub encrypted: Option<Vec<u8>>,
    /// Whether there is type 12, `current_path_key`.
    pub path_key: bool,
    /// That key, if it is one.
    pub current_path_key: Option<PublicKey>,
    /// The length of type 16, `payment_metadata`.
    pub metadata: Option<usize>,
    /// The keysend record.
    pub preimage: Option<Vec<u8>>,
}

/// What the recipient of a blinded route says to a node.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub channel: Option<Vec<u8>>,
    pub has_node: bool,
    pub has_relay: bool,
    /// The last block, and the least amount in msat.
    pub constraints: Option<(u32, u64)>,
    pub features: Option<Vec<u8>>,
    /// The path key for the next node, if it is not the one that follows from the route's.
    pub next_path_key: Option<Vec<u8>>,
}

/// How a payment is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Invoice,
    Keysend,
    SharedSecret,
}

/// Everything that the rules look at.
pub struct Payment<'a> {
    pub htlc: &'a Htlc<'a>,
    pub passage: Passage,
    pub fields: Fields,
    /// The types of the payload's records, known or not.
    pub types: Vec<u64>,
    /// What the recipient of a blinded route says, if it can be opened.
    pub told: Option<Told>,
    /// The secrets shared with the payer.
    pub shared: &'a Shared,
    /// The invoice for the payment hash.
    pub invoice: Option<&'a Invoice>,
    /// The payment secret of the parts that are held for the payment hash.
    pub held_secret: Option<&'a Vec<u8>>,
    /// Whether the payment hash was claimed before.
    pub claimed_before: bool,
    /// The block height that failures name.
    pub height: u32,
    pub settings: Settings,
}

impl Payment<'_> {
    /// Type 2.
    pub fn amount(&self) -> u64 {
        self.fields.amount.unwrap_or(0)
    }

    /// `total_msat`, or type 2.
    pub fn total(&self) -> u64 {
        self.fields.data.as_ref().map(|data| data.1).or(self.fields.total_amount).unwrap_or(self.amount())
    }
}
