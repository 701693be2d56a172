//! An HTLC taken apart: its onion, what its payment hash is the hash of, its amount and its expiry.

use sha2::{Digest, Sha256};

use super::onion::Onion;
use super::ordinary;
use crate::bolt1::SecretKey;
use crate::bolt4::payload::types;
use crate::protocol::operation::{self as input, Profile, Settings};
use crate::protocol::value::{Decimal, Hex};
use crate::scheme::{self, shared_secret};

/// A node that receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Its secret key.
    pub secret: SecretKey,
    /// The height, in blocks.
    pub height: u32,
    /// Its settings.
    pub settings: Settings,
}

impl Payee {
    /// The ordinary node, set to this.
    pub fn ordinary(settings: Settings) -> Self {
        Self { secret: ordinary::node(0), height: ordinary::HEIGHT, settings }
    }
}

/// An HTLC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Htlc {
    /// The packet and its path key.
    pub onion: Onion,
    /// The payment hash, which the packet is bound to.
    pub hash: Hash,
    /// `amount_msat`.
    pub amount: u64,
    /// `cltv_expiry`, in blocks.
    pub expiry: u32,
}

/// What a payment hash is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// The payload's keysend record; 32 zero bytes where it has none.
    Record,
    /// The secret that the onion gives.
    Shared(Profile),
    /// Nobody knows.
    Given([u8; 32]),
}

/// The ordinary keysend HTLC.
impl Default for Htlc {
    fn default() -> Self {
        Self {
            onion: Onion::new(ordinary::payload(true)),
            hash: Hash::Record,
            amount: ordinary::AMOUNT,
            expiry: ordinary::EXPIRY,
        }
    }
}

impl Htlc {
    /// The payment hash.
    pub fn payment_hash(&self, node: &SecretKey) -> [u8; 32] {
        match self.hash {
            Hash::Given(hash) => hash,
            Hash::Record => self
                .onion
                .payload
                .find(types::KEYSEND_PREIMAGE)
                .map_or([0; 32], |preimage| Sha256::digest(preimage).into()),
            Hash::Shared(profile) => {
                let profile = match profile {
                    Profile::Bolt4 => scheme::Profile::Bolt4,
                    Profile::XOnly => scheme::Profile::XOnly,
                };
                shared_secret::preimage(&self.onion.shared_point(node), profile).payment_hash().0
            }
        }
    }

    /// The HTLC as an adapter gets it, with what its packet decrypts to.
    pub fn build(&self, node: &SecretKey) -> (input::Htlc, Option<input::Peeled>) {
        let payment_hash = self.payment_hash(node);
        let htlc = input::Htlc {
            amount_msat: Decimal(self.amount),
            cltv_expiry: self.expiry,
            payment_hash: payment_hash.into(),
            packet: Hex(self.onion.seal(node, &payment_hash)),
            path_key: self.onion.path_key.map(Into::into),
        };
        (htlc, self.onion.peeled(node))
    }

    /// Takes an HTLC apart; none if its payment hash or its path key has another length than it should.
    pub(super) fn open(node: &SecretKey, htlc: &input::Htlc) -> Option<Self> {
        let hash: [u8; 32] = htlc.payment_hash.0.as_slice().try_into().ok()?;
        let path_key = path_key(htlc.path_key.as_ref())?;
        let mut opened = Self {
            onion: Onion::open(node, &htlc.packet.0, &hash, path_key),
            hash: Hash::Given(hash),
            amount: htlc.amount_msat.0,
            expiry: htlc.cltv_expiry,
        };
        let candidates = [Hash::Record, Hash::Shared(Profile::Bolt4), Hash::Shared(Profile::XOnly)];
        let fits = |candidate: &Hash| Self { hash: *candidate, ..opened.clone() }.payment_hash(node) == hash;
        if let Some(found) = candidates.into_iter().find(fits) {
            opened.hash = found;
        }
        Some(opened)
    }
}

/// A path key that may be missing; none at all if it has not 33 bytes.
pub(super) fn path_key(bytes: Option<&Hex>) -> Option<Option<[u8; 33]>> {
    bytes.map(|bytes| bytes.0.as_slice().try_into().ok()).map_or(Some(None), |key| key.map(Some))
}
