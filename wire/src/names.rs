//! The other names that things have on a live node: preimages, payment hashes and payment secrets. A node remembers what
//! it has claimed, so every try of a case pays with preimages of its own: each is XORed with the try's mask. What a
//! preimage is to its hash stays what it was.

use std::cell::RefCell;
use std::collections::HashMap;

use spontan::bolt4::secret::SharedPoint;

use crate::keys::sha256;

/// Old and new preimages by the case's payment hash, and so on.
#[derive(Debug, Default, Clone)]
pub struct Names {
    mask: [u8; 32],
    /// By payment hash of the case.
    hashes: HashMap<[u8; 32], Masked>,
    /// Payment hash and secret of each invoice as the case has them, and the node's secret.
    secrets: Vec<([u8; 32], [u8; 32], [u8; 32])>,
    /// HMACs of packets that were remade, by the old ones.
    hmacs: RefCell<HashMap<Vec<u8>, Vec<u8>>>,
    fixed: Vec<[u8; 32]>,
}

/// What stands for a payment hash of the case.
#[derive(Debug, Clone)]
struct Masked {
    hash: [u8; 32],
    new: Vec<u8>,
    old: Vec<u8>,
}

/// What a shared secret gives: a payment hash for the node under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedHash {
    /// The payment hash.
    pub hash: [u8; 32],
    /// Its preimage, and that of the case.
    pub preimages: ([u8; 32], [u8; 32]),
}

/// A preimage of zeros or ones alone says something by that.
fn is_fixed(preimage: &[u8]) -> bool {
    [0, 0xff].iter().any(|all| preimage.iter().all(|byte| byte == all))
}

impl Names {
    /// For a try with this mask, whose HTLCs pay to `hashes`; `preimages` are all that its records and invoices hold.
    pub fn new<'a>(
        mask: [u8; 32],
        hashes: impl IntoIterator<Item = [u8; 32]>,
        preimages: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        let mut names = Self { mask, ..Self::default() };
        let paid: Vec<_> = hashes.into_iter().collect();
        for old in preimages {
            let hash = sha256(&[old]);
            if !paid.contains(&hash) {
                continue;
            }
            if is_fixed(old) {
                names.fixed.push(hash);
            } else {
                let new = names.masked(old);
                names.hashes.insert(hash, Masked { hash: sha256(&[&new]), new, old: old.to_vec() });
            }
        }
        names
    }

    fn masked(&self, old: &[u8]) -> Vec<u8> {
        old.iter().zip(self.mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
    }

    /// The payment hashes whose preimages are not masked, because the mask would take their meaning.
    pub fn fixed(&self) -> &[[u8; 32]] {
        &self.fixed
    }

    /// A payment hash, anew.
    pub fn hash(&self, old: [u8; 32]) -> [u8; 32] {
        self.hashes.get(&old).map_or(old, |masked| masked.hash)
    }

    /// The preimage of a hash of the case, anew and as the case has it; none if both are the same or nobody knows it.
    pub fn preimage(&self, old: [u8; 32]) -> Option<([u8; 32], [u8; 32])> {
        let Masked { new, old, .. } = self.hashes.get(&old)?;
        Some((new.as_slice().try_into().ok()?, old.as_slice().try_into().ok()?))
    }

    /// The value of a keysend record, anew: masked where an HTLC of the case pays to its hash. A record that fits
    /// nothing stays as it is.
    pub fn record(&self, old: &[u8]) -> Vec<u8> {
        self.hashes.get(&sha256(&[old])).map_or_else(|| old.to_vec(), |masked| masked.new.clone())
    }

    /// The preimage that an invoice has, anew.
    pub fn invoice(&self, old: &[u8; 32]) -> [u8; 32] {
        let new = if is_fixed(old) { old.to_vec() } else { self.masked(old) };
        new.try_into().unwrap_or(*old)
    }

    /// The node chose another payment secret for the invoice of this preimage than the case has.
    pub fn rename_secret(&mut self, preimage: &[u8; 32], old: [u8; 32], new: [u8; 32]) {
        self.secrets.push((sha256(&[preimage]), old, new));
    }

    /// A payment secret in an HTLC that pays to this hash of the case, anew: that of the hash's own invoice, or of
    /// another one. Two invoices may have one secret in a case, and have two on the node.
    pub fn secret(&self, hash: [u8; 32], old: [u8; 32]) -> [u8; 32] {
        let mut of_old = self.secrets.iter().filter(|(_, secret, _)| *secret == old);
        let own = of_old.clone().find(|(of, ..)| *of == hash);
        own.or_else(|| of_old.next()).map_or(old, |(.., new)| *new)
    }

    /// Where the hash is one that the shared secret gives: the hash anew, and the preimage anew and as it was.
    pub fn shared(&self, old_hash: [u8; 32], from: &SharedPoint, to: &SharedPoint) -> Option<SharedHash> {
        // In profile `bolt4` s is BOLT 4's shared secret, in `x-only` the point's x.
        let secrets = [(from.shared_secret().0, to.shared_secret().0), (from.x(), to.x())];
        let once = |secret: [u8; 32]| sha256(&[&secret]);
        let pairs = secrets.into_iter().flat_map(|(from, to)| {
            // The scheme's preimage is SHA256(s); s itself is a near miss that must stay one.
            [(once(from), once(to)), (from, to)]
        });
        pairs
            .into_iter()
            .find(|(from, _)| once(*from) == old_hash)
            .map(|(from, to)| SharedHash { hash: once(to), preimages: (to, from) })
    }

    /// The HMAC that stands for this one of the case.
    pub fn known_hmac(&self, old: &[u8]) -> Option<Vec<u8>> {
        self.hmacs.borrow().get(old).cloned()
    }

    /// Notes how an HMAC was remade.
    pub fn note_hmac(&self, old: &[u8], new: &[u8]) {
        self.hmacs.borrow_mut().entry(old.to_vec()).or_insert_with(|| new.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preimages_that_fit_are_masked_and_others_stay() {
        let (paid, other) = (*b"a preimage of thirty-two bytes!!", *b"another one of thirty-two bytes!");
        let names = Names::new([1; 32], [sha256(&[&paid])], [&paid[..], &other[..]]);
        let new = names.record(&paid);
        assert_ne!(new, paid);
        assert_eq!(names.hash(sha256(&[&paid])), sha256(&[&new]));
        assert_eq!(names.preimage(sha256(&[&paid])), Some((new.try_into().unwrap(), paid)));
        assert_eq!(names.record(&other), other);
        assert_eq!(names.hash([9; 32]), [9; 32]);
    }

    #[test]
    fn one_secret_of_two_invoices_becomes_two() {
        let mut names = Names::default();
        names.rename_secret(&[1; 32], [9; 32], [11; 32]);
        names.rename_secret(&[2; 32], [9; 32], [12; 32]);
        assert_eq!(names.secret(sha256(&[&[1; 32]]), [9; 32]), [11; 32]);
        assert_eq!(names.secret(sha256(&[&[2; 32]]), [9; 32]), [12; 32]);
        assert_eq!(names.secret([0; 32], [9; 32]), [11; 32]);
        assert_eq!(names.secret([0; 32], [8; 32]), [8; 32]);
    }

    #[test]
    fn a_preimage_of_zeros_stays_and_is_named() {
        let hash = sha256(&[&[0; 32]]);
        let names = Names::new([1; 32], [hash], [&[0; 32][..]]);
        assert_eq!(names.record(&[0; 32]), [0; 32]);
        assert_eq!(names.fixed(), [hash]);
    }
}
