//! Packets that are opened and sealed fast enough for `onion_peel`: the ECDH of a node with a packet's ephemeral key is done
//! once and kept, with the stream it gives. HMAC and ChaCha20 of each input are left to the reference. Other targets change
//! packets by [`spontan::blueprint`], which keeps nothing.
//!
//! Keys are found by another way than the reference's: a path key is applied to the node's secret key (with `k256`), not
//! to the packet's point.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use spontan::blueprint::onion::Payer;
use spontan::blueprint::{Onion, Stream, stream};
use spontan::bolt1::{PublicKey, SecretKey, bigsize};
use spontan::bolt4::peel::HopKeys;
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::{KeyType, apply, key, mac};
use spontan::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH};
use spontan::protocol::operation::{Htlc, Peel};
use spontan::protocol::value::Hex;

use crate::ecdh::product;

/// Keys that are kept before all are forgotten.
const KEPT: usize = 4096;

/// `hop_payloads`, in the clear or not.
pub type Payloads = [u8; HOP_PAYLOADS_LENGTH];

/// What `onion.peel` would be asked about the packet of an HTLC.
pub fn peel_input(node_secret: &Hex, htlc: &Htlc) -> Peel {
    Peel {
        node_secret: node_secret.clone(),
        packet: htlc.packet.clone(),
        associated_data: htlc.payment_hash.clone(),
        path_key: htlc.path_key.clone(),
    }
}

/// What opens a packet; none if a key is invalid, or if length or version are not those of a packet.
pub fn lock(input: &Peel) -> Option<Rc<Lock>> {
    let ephemeral = input.packet.0.get(1..34).filter(|_| input.packet.0.len() == PACKET_LENGTH)?;
    let path_key = input.path_key.as_ref().map_or(Some(&[0; 33]), |key| key.0.as_slice().try_into().ok())?;
    let node_secret = input.node_secret.0.as_slice().try_into().ok()?;
    kept(node_secret, path_key, ephemeral.try_into().ok().filter(|_| input.packet.0[0] == 0)?)
}

/// The packet's `hop_payloads` and HMAC.
pub fn parts(packet: &[u8]) -> Option<(&Payloads, &[u8; HMAC_LENGTH])> {
    let (payloads, hmac) = packet.get(34..)?.split_first_chunk()?;
    Some((payloads, hmac.first_chunk()?))
}

/// The payload of a packet, whatever its HMAC; empty if the packet does not open or its length prefix is wrong.
pub fn payload(input: &Peel) -> Vec<u8> {
    let payload = || {
        let plain = lock(input)?.apply(parts(&input.packet.0)?.0);
        let (length, prefix) = bigsize::decode(&plain).ok()?;
        Some(plain.get(prefix..)?.get(..usize::try_from(length).ok()?)?.to_vec())
    };
    payload().unwrap_or_default()
}

/// What a node needs to open packets with one ephemeral key.
pub struct Lock {
    /// What the reference derives of the key and its point with the node.
    pub keys: HopKeys,
    public_key: PublicKey,
    mu: [u8; 32],
    stream: Box<[u8; 2 * HOP_PAYLOADS_LENGTH]>,
    /// The last payloads and associated data with their HMAC: a mutator seals what the oracle judges next.
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
        Some(Self { keys: HopKeys::new(public_key, point), public_key, mu, stream, sealed })
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

    /// Takes a packet apart, as [`Onion::open`] does, whatever its HMAC: that of the onion is right.
    pub fn open(&self, payloads: &Payloads) -> Onion {
        let plain = self.apply(payloads);
        let (length, _, rest) = stream::read(&plain).unwrap_or((0, 0, &plain));
        let end = rest.len() - HMAC_LENGTH;
        let (payload, rest) = rest.split_at(usize::try_from(length).map_or(end, |length| length.min(end)));
        let (next_hmac, padding) = rest.split_at(HMAC_LENGTH);
        let mut onion = Onion::new(Stream::parse(payload));
        onion.next_hmac.copy_from_slice(next_hmac);
        onion.payer = Payer::Unknown(Box::new((self.public_key, padding.to_vec())));
        onion
    }

    /// The packet of an onion that was opened, as [`Onion::seal`] makes it.
    pub fn seal(&self, onion: &Onion, associated_data: &[u8]) -> Vec<u8> {
        let payload = onion.payload.bytes();
        let (length, width) = onion.prefix.unwrap_or((payload.len() as u64, 1));
        let mut plain = Vec::with_capacity(2 * HOP_PAYLOADS_LENGTH);
        stream::write(length, width, &mut plain);
        plain.extend_from_slice(&payload);
        plain.extend_from_slice(&onion.next_hmac);
        if let Payer::Unknown(unknown) = &onion.payer {
            plain.extend_from_slice(&unknown.1);
        }
        plain.resize(HOP_PAYLOADS_LENGTH, 0);
        let mut sealed = [0; HOP_PAYLOADS_LENGTH];
        sealed.copy_from_slice(&plain);
        let sealed = self.apply(&sealed);
        [&[0][..], &self.public_key.encode(), &sealed, &self.hmac(&sealed, associated_data)].concat()
    }
}

fn kept(node_secret: &[u8; 32], path_key: &[u8; 33], ephemeral: &[u8; 33]) -> Option<Rc<Lock>> {
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
