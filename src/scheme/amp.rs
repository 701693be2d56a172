//! Spontaneous AMP: the payer splits a root seed into shares, one for each HTLC, and derives the preimages from it; the payee has them when
//! it has all shares. No BOLT has it: LND does, and the proposal bolts #658. Where they say nothing, LND's code decides here.
//!
//! ```
//! use spontan::scheme::amp;
//!
//! let children = amp::split([1; 32], [2; 32], &[[3; 32]], &[0, 1]);
//! let parts: Vec<_> = children.iter().map(|child| (child.record.encode(), child.payment_hash)).collect();
//! let parts: Vec<_> = parts.iter().map(|(record, payment_hash)| (&record[..], *payment_hash)).collect();
//! assert_eq!(amp::claim(&parts)?, [children[0].preimage, children[1].preimage]);
//! # Ok::<_, amp::ClaimError>(())
//! ```

use sha2::{Digest, Sha256};

use crate::bolt1::integer::encode_truncated;
use crate::bolt1::tlv::{self, TlvRule};
use crate::bolt4::{PaymentHash, Preimage};

/// Share and set id.
const FIXED_LENGTH: usize = 64;

/// The record of type 14, `amp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmpRecord {
    /// The XOR of all shares of a set is its root seed.
    pub root_share: [u8; 32],
    /// The same in all HTLCs of a set.
    pub set_id: [u8; 32],
    /// Distinguishes HTLCs that use the same share one after another.
    pub child_index: u32,
}

impl AmpRecord {
    /// The value of the record: 64 to 68 bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut value = [self.root_share, self.set_id].concat();
        encode_truncated(self.child_index.into(), &mut value);
        value
    }

    /// Reads the value of the record.
    ///
    /// # Errors
    /// [`TlvRule::ValueWrongLength`] and [`TlvRule::ValueNotMinimal`].
    pub fn decode(value: &[u8]) -> Result<Self, TlvRule> {
        let (fixed, child_index) = value.split_at_checked(FIXED_LENGTH).ok_or(TlvRule::ValueWrongLength)?;
        let mut record = Self { root_share: [0; 32], set_id: [0; 32], child_index: 0 };
        record.root_share.copy_from_slice(&fixed[..32]);
        record.set_id.copy_from_slice(&fixed[32..]);
        // At most four bytes, so that nothing is cut off.
        record.child_index = tlv::truncated(child_index, 4)? as u32;
        Ok(record)
    }

    /// The preimage of the HTLC that carries this record.
    pub fn preimage(&self, root: &[u8; 32]) -> Preimage {
        let hash = Sha256::new().chain_update(root).chain_update(self.root_share);
        Preimage(hash.chain_update(self.child_index.to_be_bytes()).finalize().into())
    }
}

/// An HTLC of an AMP, as its payer derives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its record of type 14.
    pub record: AmpRecord,
    /// Known to the payee once it has all shares.
    pub preimage: Preimage,
    /// The hash of the preimage.
    pub payment_hash: PaymentHash,
}

fn xor(mut left: [u8; 32], right: &[u8; 32]) -> [u8; 32] {
    left.iter_mut().zip(right).for_each(|(left, right)| *left ^= right);
    left
}

/// The payer's side: one child for each index. `shares` are those of all children but the last, which gets what is left of the root.
pub fn split(root: [u8; 32], set_id: [u8; 32], shares: &[[u8; 32]], child_indexes: &[u32]) -> Vec<Child> {
    let last = shares.iter().fold(root, xor);
    let shares = shares.iter().chain([&last]);
    let child = |(root_share, child_index): (&[u8; 32], &u32)| {
        let record = AmpRecord { root_share: *root_share, set_id, child_index: *child_index };
        let preimage = record.preimage(&root);
        Child { record, payment_hash: preimage.payment_hash(), preimage }
    };
    shares.zip(child_indexes).map(child).collect()
}

/// Why a set is not claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// A record is not well-formed.
    #[error("a record of type 14 is not well-formed")]
    Record(TlvRule),
    /// The records do not have the same set id.
    #[error("the HTLCs are not of one set")]
    SetIdDiffers,
    /// The set id is all zero, which LND refuses.
    #[error("the set id is all zero")]
    SetIdZero,
    /// A preimage does not fit its HTLC.
    #[error("a derived preimage does not hash to its HTLC's payment hash")]
    ChildHashMismatch,
}

impl ClaimError {
    /// The reason in vectors and protocol.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Record(rule) => rule.reason(),
            Self::SetIdDiffers => "set_id_differs",
            Self::SetIdZero => "set_id_zero",
            Self::ChildHashMismatch => "child_hash_mismatch",
        }
    }
}

/// The payee's side: the preimages of all HTLCs of a set, each given by the value of its record and its payment hash.
///
/// # Errors
/// [`ClaimError`], in the order of its variants. Then no preimage may be released.
pub fn claim(parts: &[(&[u8], PaymentHash)]) -> Result<Vec<Preimage>, ClaimError> {
    let records = parts.iter().map(|(value, _)| AmpRecord::decode(value));
    let records = records.collect::<Result<Vec<_>, _>>().map_err(ClaimError::Record)?;
    if records.windows(2).any(|pair| pair[0].set_id != pair[1].set_id) {
        return Err(ClaimError::SetIdDiffers);
    }
    if records.iter().any(|record| record.set_id == [0; 32]) {
        return Err(ClaimError::SetIdZero);
    }
    let children: Vec<_> = records.into_iter().zip(parts.iter().map(|(_, hash)| *hash)).collect();
    reconstruct(&children).ok_or(ClaimError::ChildHashMismatch)
}

/// The preimages of the HTLCs of one set, each given by its record and its payment hash; none if one of them does not fit.
pub fn reconstruct(children: &[(AmpRecord, PaymentHash)]) -> Option<Vec<Preimage>> {
    let root = children.iter().fold([0; 32], |root, (record, _)| xor(root, &record.root_share));
    let preimage = |(record, hash): &(AmpRecord, PaymentHash)| {
        Some(record.preimage(&root)).filter(|preimage| preimage.payment_hash() == *hash)
    };
    children.iter().map(preimage).collect()
}
