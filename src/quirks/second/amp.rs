//! AMP: how a payer splits a root into children, and how the payee finds it again.

use super::curve::sha256;
use super::keys::hmac_sha256;
use super::onion::xor;
use super::returning::{at_most, behind};
use super::wire::big_endian;
use super::{Implementation, refuse_if};
use crate::quirks::list::Quirk as Q;

/// A child's share, the set that it belongs to, and its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub share: [u8; 32],
    pub set_id: [u8; 32],
    pub index: u32,
}

/// What the payer makes of one.
pub struct Child {
    pub record: Vec<u8>,
    pub preimage: [u8; 32],
    pub payment_hash: [u8; 32],
}

/// Up to 32 bytes, with zeros behind them.
fn padded(bytes: &[u8]) -> [u8; 32] {
    let mut padded = [0; 32];
    padded[..bytes.len()].copy_from_slice(bytes);
    padded
}

fn xor_all<'a>(shares: impl IntoIterator<Item = &'a [u8; 32]>) -> [u8; 32] {
    let mut sum = [0; 32];
    shares.into_iter().for_each(|share| xor(&mut sum, share));
    sum
}

impl Implementation {
    /// A child's preimage and payment hash.
    fn derive(&self, root: &[u8; 32], part: &Part, position: usize) -> ([u8; 32], [u8; 32]) {
        let root = &self.vary(*root, [(Q::AmpRootHashed, sha256(root)), (Q::AmpRootLeftOut, [0; 32])]);
        let index = self.vary(part.index, [(Q::AmpIndexIsThePosition, position as u32)]);
        let be = index.to_be_bytes();
        let truncated = be.iter().copied().skip_while(|byte| *byte == 0).collect();
        let index = self.vary(
            be.to_vec(),
            [
                (Q::AmpIndexLittleEndian, index.to_le_bytes().to_vec()),
                (Q::AmpIndexHashedTruncated, truncated),
                (Q::AmpIndexAsU64, u64::from(index).to_be_bytes().to_vec()),
                (Q::AmpIndexAsU16, be[2..].to_vec()),
                (Q::AmpIndexAsByte, be[3..].to_vec()),
                (Q::AmpIndexAsDecimal, index.to_string().into_bytes()),
                (Q::AmpIndexCutTo16Bits, vec![0, 0, be[2], be[3]]),
                (Q::AmpIndexLeftOut, Vec::new()),
            ],
        );
        let (root, share, index) = (&root[..], &part.share[..], &index[..]);
        let parts = self.vary(
            [root, share, index],
            [
                (Q::AmpShareBeforeRoot, [share, root, index]),
                (Q::AmpIndexBeforeShare, [root, index, share]),
                (Q::AmpIndexBeforeRoot, [index, root, share]),
                (Q::AmpPreimageWithoutRoot, [share, index, &[]]),
                (Q::AmpPreimageWithoutShare, [root, index, &[]]),
                (Q::AmpPreimageOfTheSetId, [root, &part.set_id, index]),
            ],
        );
        let mut hashed = parts.concat();
        if self.has(Q::AmpPreimageCoversTheSetId) {
            hashed.extend(part.set_id);
        }
        let preimage = self.vary(
            sha256(&hashed),
            [
                (Q::AmpPreimageHashedTwice, sha256(&sha256(&hashed))),
                (Q::AmpPreimageIsHmac, hmac_sha256(root, &[share, index].concat())),
            ],
        );
        let payment_hash = self.vary(
            sha256(&preimage),
            [
                (Q::AmpPaymentHashIsThePreimage, preimage),
                (Q::AmpPaymentHashHashedTwice, sha256(&sha256(&preimage))),
                (Q::AmpPaymentHashOfTheShare, sha256(share)),
            ],
        );
        (preimage, payment_hash)
    }

    /// The value of type 14.
    fn write_part(&self, root: &[u8; 32], part: &Part) -> Vec<u8> {
        let full = part.index.to_be_bytes();
        let mut index = self.write_truncated(part.index.into(), 4);
        if part.index == 0 && self.has(Q::AmpIndexZeroWrittenAsByte) {
            index = vec![0];
        }
        if self.has(Q::AmpIndexWrittenInFull) {
            index = full.to_vec();
        }
        if self.has(Q::AmpIndexWrittenIn16Bits) {
            index = self.write_truncated((part.index & 0xffff).into(), 4);
        }
        if self.has(Q::AmpIndexWrittenAsBigSize) {
            index.clear();
            self.write_bigsize(part.index.into(), &mut index);
        }
        if self.has(Q::AmpIndexWrittenLittleEndian) {
            index.reverse();
        }
        let (share, set_id, index) = (&part.share[..], &part.set_id[..], &index[..]);
        self.vary(
            [share, set_id, index],
            [
                (Q::AmpRecordSetIdFirst, [set_id, share, index]),
                (Q::AmpRecordIndexFirst, [index, share, set_id]),
                (Q::AmpRecordWithoutSetId, [share, index, &[]]),
                (Q::AmpRecordWithoutIndex, [share, set_id, &[]]),
                (Q::AmpRecordHasTheRoot, [&root[..], set_id, index]),
            ],
        )
        .concat()
    }

    /// The share of the last child.
    fn last_share(&self, root: &[u8; 32], shares: &[[u8; 32]]) -> [u8; 32] {
        let with_root = |share: Option<&[u8; 32]>| xor_all(share.into_iter().chain([root]));
        let distinct = shares.iter().enumerate().filter(|(index, share)| !shares[..*index].contains(share));
        let right = xor_all(shares.iter().chain([root]));
        let last = self.vary(
            right,
            [
                (Q::AmpLastShareIsTheRoot, *root),
                (Q::AmpLastShareWithoutTheRoot, xor_all(shares)),
                (Q::AmpLastShareOfTheOneBefore, with_root(shares.last())),
                (Q::AmpLastShareOfTheFirst, with_root(shares.first())),
                (Q::AmpLastShareOfDistinctShares, xor_all(distinct.map(|(_, share)| share).chain([root]))),
                (Q::AmpLastShareIsASum, minus(root, shares)),
            ],
        );
        if shares.is_empty() && self.has(Q::AmpOnlyShareIsZero) { [0; 32] } else { last }
    }

    /// The children of a root; none if there is not one index for each.
    pub(super) fn split_amp(
        &self,
        root: &[u8; 32],
        set_id: &[u8; 32],
        shares: &[[u8; 32]],
        indexes: &[u32],
    ) -> Option<Vec<Child>> {
        if indexes.len() != shares.len() + 1 {
            return None;
        }
        let mut shares = shares.to_vec();
        let last = self.last_share(root, &shares);
        shares.insert(if self.has(Q::AmpLastShareInFront) { 0 } else { shares.len() }, last);
        let children = shares.into_iter().zip(indexes).enumerate().map(|(position, (share, index))| {
            let part = Part { share, set_id: *set_id, index: *index };
            let (preimage, payment_hash) = self.derive(root, &part, position);
            Child { record: self.write_part(root, &part), preimage, payment_hash }
        });
        Some(children.collect())
    }

    /// Reads the value of type 14. The error is the reason.
    pub(super) fn read_part(&self, record: &[u8], position: usize) -> Result<Part, &'static str> {
        let length = record.len();
        let least = self.vary(64, [(Q::AmpRecordOf64BytesRefused, 65), (Q::AmpRecordOf63BytesAccepted, 63)]);
        let most = self.vary(
            68,
            [
                (Q::AmpRecordOf68BytesRefused, 67),
                (Q::AmpRecordOf67BytesRefused, 66),
                (Q::AmpRecordOf69BytesAccepted, 69),
            ],
        );
        let unchecked = position > 0 && self.has(Q::AmpFirstRecordAloneMeasured);
        let wrong = length < least && !self.has(Q::AmpShortRecordPadded) && !unchecked
            || length > most && !self.has(Q::AmpLongRecordCut) && !unchecked
            || length != 68 && self.has(Q::AmpRecordMustHave68Bytes);
        refuse_if(wrong, "value_wrong_length")?;
        let tail = at_most(behind(record, 64), 4);
        let minimal = tail.first() != Some(&0)
            || self.has(Q::AmpIndexNotMinimalAccepted)
            || tail.len() == 4 && self.has(Q::AmpIndexInFullAccepted)
            || tail.len() == 1 && self.has(Q::AmpIndexZeroAsByteAccepted)
            || unchecked;
        refuse_if(!minimal, "value_not_minimal")?;
        let mut part = Part {
            share: padded(at_most(record, 32)),
            set_id: padded(at_most(behind(record, 32), 32)),
            index: big_endian(tail) as u32,
        };
        if self.has(Q::AmpIndexReadLittleEndian) {
            part.index = tail.iter().rev().fold(0, |index, byte| index << 8 | u32::from(*byte));
        }
        if self.has(Q::AmpIndexReadIn16Bits) {
            part.index &= 0xffff;
        }
        if self.has(Q::AmpIndexReadAsSigned) && part.index >> 31 == 1 {
            return Err("value_invalid");
        }
        if self.has(Q::AmpRecordReadSetIdFirst) {
            std::mem::swap(&mut part.share, &mut part.set_id);
        }
        Ok(part)
    }

    /// Whether the parts are of one set.
    fn one_set(&self, parts: &[Part]) -> bool {
        let same = |one: &Part, other: &Part| {
            let (one, other) = (&one.set_id, &other.set_id);
            one == other
                || one[..16] == other[..16] && self.has(Q::AmpSetIdComparedIn16Bytes)
                || one[..31] == other[..31] && self.has(Q::AmpSetIdLastByteNotCompared)
                || one[1..] == other[1..] && self.has(Q::AmpSetIdFirstByteNotCompared)
        };
        let (first, last) = (&parts[0], &parts[parts.len() - 1]);
        parts.iter().all(|part| same(first, part))
            || self.has(Q::AmpSetIdNotCompared)
            || parts.get(1).is_none_or(|second| same(first, second)) && self.has(Q::AmpSetIdOfTheSecondOnly)
            || same(first, last) && self.has(Q::AmpSetIdOfTheLastOnly)
    }

    /// The root of a set.
    fn root_of(&self, parts: &[Part]) -> [u8; 32] {
        let shares: Vec<_> = parts.iter().map(|part| part.share).collect();
        let all = shares.len();
        let distinct = shares.iter().enumerate().filter(|(index, share)| !shares[..*index].contains(share));
        let root = self.vary(
            xor_all(&shares),
            [
                (Q::AmpRootIsTheFirstShare, shares[0]),
                (Q::AmpRootIsTheLastShare, shares[all - 1]),
                (Q::AmpRootWithoutTheLastShare, xor_all(&shares[..all - 1])),
                (Q::AmpRootWithoutTheFirstShare, xor_all(&shares[1..])),
                (Q::AmpRootOfTheFirstTwoShares, xor_all(shares.iter().take(2))),
                (Q::AmpRootOfDistinctShares, xor_all(distinct.map(|(_, share)| share))),
                (Q::AmpRootCoversTheSetId, xor_all(shares.iter().chain([&parts[0].set_id]))),
                (Q::AmpRootIsASum, minus(&[0; 32], &shares).map(u8::wrapping_neg)),
                (Q::AmpRootIsTheirHash, sha256(&shares.concat())),
            ],
        );
        if all > 8 && self.has(Q::AmpRootOfAtMost8Shares) { xor_all(&shares[..8]) } else { root }
    }

    /// The preimages of a set, part by part. The error is the reason.
    pub(super) fn claim_amp(&self, given: &[(&[u8], &[u8])]) -> Result<Vec<[u8; 32]>, &'static str> {
        let mut parts = Vec::new();
        for (position, (record, _)) in given.iter().enumerate() {
            parts.push(self.read_part(record, position)?);
        }
        let zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        let again = |same: &dyn Fn(&Part, &Part) -> bool| {
            parts.iter().enumerate().any(|(at, part)| parts[..at].iter().any(|before| same(before, part)))
        };
        refuse_if(!self.one_set(&parts), "set_id_differs")?;
        let zero_set = zero(&parts[0].set_id) && !self.has(Q::AmpSetIdZeroAccepted);
        refuse_if(zero_set, "set_id_zero")?;
        let refused = parts.len() == 1 && self.has(Q::AmpSinglePartRefused)
            || parts.iter().any(|part| zero(&part.share)) && self.has(Q::AmpShareZeroRefused)
            || again(&|one, other| one.share == other.share) && self.has(Q::AmpShareTwiceRefused)
            || again(&|one, other| one.index == other.index) && self.has(Q::AmpIndexTwiceRefused)
            || parts.iter().zip(0..).any(|(part, count)| part.index != count)
                && self.has(Q::AmpIndexesMustCount);
        refuse_if(refused, "child_hash_mismatch")?;
        let root = self.root_of(&parts);
        refuse_if(zero(&root) && self.has(Q::AmpRootZeroRefused), "child_hash_mismatch")?;
        let derived: Vec<_> = parts.iter().zip(0..).map(|(part, at)| self.derive(&root, part, at)).collect();
        let fits: Vec<_> = derived
            .iter()
            .zip(given)
            .map(|((_, hash), (_, wanted))| {
                hash == wanted
                    || hash[..4] == wanted[..4] && self.has(Q::AmpHashComparedIn4Bytes)
                    || hash[..31] == wanted[..31] && self.has(Q::AmpHashLastByteNotCompared)
                    || hash[1..] == wanted[1..] && self.has(Q::AmpHashFirstByteNotCompared)
            })
            .collect();
        let partly = self.has(Q::AmpClaimsTheFittingParts) && fits.contains(&true);
        let (first, last) = (fits[0], fits[fits.len() - 1]);
        let claimed = fits.iter().all(|fits| *fits)
            || partly
            || self.has(Q::AmpHashesNotCompared)
            || first && self.has(Q::AmpFirstHashAloneCompared)
            || last && self.has(Q::AmpLastHashAloneCompared)
            || fits[..fits.len() - 1].iter().all(|fits| *fits) && self.has(Q::AmpLastHashNotCompared)
            || fits[1..].iter().all(|fits| *fits) && self.has(Q::AmpFirstHashNotCompared)
            || fits.contains(&true) && self.has(Q::AmpOneHashSuffices);
        refuse_if(!claimed, "child_hash_mismatch")?;
        let mut order: Vec<_> = (0..parts.len()).filter(|at| !partly || fits[*at]).collect();
        if self.has(Q::AmpPreimagesByIndex) {
            order.sort_by_key(|at| parts[*at].index);
        }
        if self.has(Q::AmpPreimagesByShare) {
            order.sort_by_key(|at| parts[*at].share);
        }
        if self.has(Q::AmpPreimagesReversed) {
            order.reverse();
        }
        let mut preimages: Vec<_> = order.into_iter().map(|at| derived[at].0).collect();
        if self.has(Q::AmpEqualPreimagesOnce) {
            let all = preimages.clone();
            let mut at = 0;
            preimages.retain(|preimage| {
                at += 1;
                !all[..at - 1].contains(preimage)
            });
        }
        if self.has(Q::AmpClaimsWithTheRoot) {
            preimages.fill(root);
        }
        Ok(preimages)
    }
}

/// A root minus shares, byte by byte.
fn minus(root: &[u8; 32], shares: &[[u8; 32]]) -> [u8; 32] {
    let mut left = *root;
    for share in shares {
        left.iter_mut().zip(share).for_each(|(left, byte)| *left = left.wrapping_sub(*byte));
    }
    left
}
