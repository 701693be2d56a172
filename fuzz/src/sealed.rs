//! Packets that can be opened and sealed again: the ECDH of a node with a packet's ephemeral key is done once and
//! kept, with the stream it gives, so that what is left for the reference is real HMAC and real ChaCha20 of each input.
//!
//! Keys are found by another way than the reference's: a path key is applied to the node's secret key (with `k256`), not
//! to the packet's point.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::peel::HopKeys;
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::{KeyType, apply, key, mac};
use spontan::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH};

use crate::ecdh::product;

/// Keys that are kept before all are forgotten.
const KEPT: usize = 4096;

/// `hop_payloads`, in the clear or not.
pub type Payloads = [u8; HOP_PAYLOADS_LENGTH];

/// A packet with whom it is for. `path_key` and `associated_data` as `update_add_htlc` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// The node's secret key, 32 bytes.
    pub node_secret: &'a [u8; 32],
    /// The path key; 33 zero bytes when there is none.
    pub path_key: &'a [u8; 33],
    /// What the HMAC covers besides: for a payment its hash.
    pub associated_data: &'a [u8],
    /// The packet: 1366 bytes, or what is in their place.
    pub packet: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// The path key, if there is one.
    pub fn path_key(&self) -> Option<&'a [u8; 33]> {
        Some(self.path_key).filter(|key| **key != [0; 33])
    }

    /// What opens the packet; none if a key is no key, or if it is no packet at all.
    pub fn lock(&self) -> Option<Rc<Lock>> {
        let packet: &[u8; PACKET_LENGTH] = self.packet.try_into().ok()?;
        let ephemeral = packet[1..].first_chunk().filter(|_| packet[0] == 0)?;
        lock(self.node_secret, self.path_key, ephemeral)
    }

    /// The packet's `hop_payloads` and HMAC.
    pub fn parts(&self) -> Option<(&'a Payloads, &'a [u8; HMAC_LENGTH])> {
        let (payloads, hmac) = self.packet.get(34..)?.split_first_chunk()?;
        Some((payloads, hmac.first_chunk()?))
    }

    /// The payload of a packet whose length prefix is sound, whatever its HMAC.
    pub fn payload(&self) -> Option<Vec<u8>> {
        let plain = self.lock()?.apply(self.parts()?.0);
        let (length, prefix) = spontan::bolt1::bigsize::decode(&plain).ok()?;
        Some(plain.get(prefix..)?.get(..usize::try_from(length).ok()?)?.to_vec())
    }
}

/// What a node needs to open packets with one ephemeral key.
pub struct Lock {
    /// The key's point with the node.
    pub point: SharedPoint,
    /// What the reference derives of the key and that point.
    pub keys: HopKeys,
    mu: [u8; 32],
    stream: Box<[u8; 2 * HOP_PAYLOADS_LENGTH]>,
    /// What was last asked for an HMAC, and that: a mutator seals what the oracle judges next.
    sealed: RefCell<(Box<Payloads>, Vec<u8>, [u8; HMAC_LENGTH])>,
}

impl Lock {
    fn new(node_secret: &[u8; 32], path_key: &[u8; 33], ephemeral: &[u8; 33]) -> Option<Self> {
        let mut node = SecretKey::decode(node_secret).ok()?;
        if *path_key != [0; 33] {
            let shared = SharedPoint::new(&PublicKey::decode(path_key).ok()?, &node).shared_secret();
            let tweak = SecretKey::decode(&mac(b"blinded_node_id", &[&shared.0])).ok()?;
            node = product(&node, &tweak);
        }
        let public_key = PublicKey::decode(ephemeral).ok()?;
        let point = SharedPoint::new(&public_key, &node);
        let secret = point.shared_secret().0;
        let mut stream = Box::new([0; 2 * HOP_PAYLOADS_LENGTH]);
        apply(&key(KeyType::Rho, &secret), 0, &mut *stream);
        let mu = key(KeyType::Mu, &secret);
        let nothing = Box::new([0; HOP_PAYLOADS_LENGTH]);
        let sealed = RefCell::new((nothing.clone(), Vec::new(), mac(&mu, &[&*nothing])));
        Some(Self { point, keys: HopKeys::new(public_key, point), mu, stream, sealed })
    }

    /// Deciphers or enciphers.
    pub fn apply(&self, payloads: &Payloads) -> Payloads {
        let mut out = *payloads;
        out.iter_mut().zip(&*self.stream).for_each(|(byte, key)| *byte ^= key);
        out
    }

    /// What follows the deciphered `hop_payloads` when zeros are deciphered as well: 1300 bytes.
    pub fn beyond(&self) -> &[u8] {
        &self.stream[HOP_PAYLOADS_LENGTH..]
    }

    /// The HMAC of enciphered `hop_payloads`.
    pub fn hmac(&self, payloads: &Payloads, associated_data: &[u8]) -> [u8; HMAC_LENGTH] {
        let mut sealed = self.sealed.borrow_mut();
        let (last_payloads, last_data, hmac) = &mut *sealed;
        if **last_payloads != *payloads || last_data != associated_data {
            **last_payloads = *payloads;
            last_data.clear();
            last_data.extend(associated_data);
            *hmac = mac(&self.mu, &[payloads, associated_data]);
        }
        *hmac
    }
}

fn lock(node_secret: &[u8; 32], path_key: &[u8; 33], ephemeral: &[u8; 33]) -> Option<Rc<Lock>> {
    type Locks = HashMap<([u8; 32], [u8; 33], [u8; 33]), Option<Rc<Lock>>>;
    thread_local! {
        static LOCKS: RefCell<Locks> = RefCell::default();
    }
    LOCKS.with_borrow_mut(|locks| {
        if locks.len() > KEPT {
            locks.clear();
        }
        locks
            .entry((*node_secret, *path_key, *ephemeral))
            .or_insert_with(|| Lock::new(node_secret, path_key, ephemeral).map(Rc::new))
            .clone()
    })
}
