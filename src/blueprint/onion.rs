//! A packet as what it is made from, so that its payload can be changed and sealed again with a true HMAC, and so that a
//! packet can be shrunk at all. Everything that a receiving node can tell of a packet has a field here.
//! BOLT 4, "Packet Structure", "Packet Construction" and "Onion Decryption".

use super::ordinary;
use super::stream::{self, Stream};
use crate::bolt1::{PublicKey, SecretKey, bigsize};
use crate::bolt4::construct::{Hop, construct, hop_secrets};
use crate::bolt4::peel::{peel, tweak};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::stream::{KeyType, apply, key, mac};
use crate::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH};
use crate::protocol::operation::Peeled;

/// Where the HMAC starts, in bytes.
const HMAC_OFFSET: usize = PACKET_LENGTH - HMAC_LENGTH;

/// What one node is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onion {
    /// Who made the packet, and what stands after `next_hmac`.
    pub payer: Payer,
    /// The version byte.
    pub version: u8,
    /// 33 bytes in place of the public key, if they are not the payer's.
    pub key: Option<[u8; 33]>,
    /// Value and width, in bytes, of the payload's length prefix, if it is not that of the payload.
    pub prefix: Option<(u64, usize)>,
    /// The payload.
    pub payload: Stream,
    /// `next_hmac`; all zero for the final node. A [`Route`] that goes on has its own.
    pub next_hmac: [u8; HMAC_LENGTH],
    /// What the right HMAC is XORed with.
    pub hmac_xor: [u8; HMAC_LENGTH],
    /// Is the HMAC all zero instead?
    pub zero_hmac: bool,
    /// A byte of `hop_payloads` and what it is XORed with after the HMAC is made.
    pub flip: Option<(usize, u8)>,
    /// The length of the packet, in bytes: 1366, or it is cut or filled up with zeros.
    pub length: usize,
    /// The path key that comes beside the packet, which is made for the key that it blinds.
    pub path_key: Option<[u8; 33]>,
}

/// Who made a packet: which keys are known of it, and what stands after `next_hmac`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// The ordinary session key of this number ([`ordinary::session`]); zeros.
    Ordinary(usize),
    /// A payer who builds the packet as BOLT 4 has it.
    Route(Box<Route>),
    /// This session key; what its `pad` key gives. For a frame that no payer builds.
    ByHand(SecretKey),
    /// This public key of an unknown session key; these bytes.
    Unknown(Box<(PublicKey, Vec<u8>)>),
}

/// A payer's route to the node and beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The session key.
    pub session_key: SecretKey,
    /// The hops before the node, who peel their layers.
    pub before: Vec<SecretKey>,
    /// The hop after the node, whose payload nobody looks at.
    pub next: Option<PublicKey>,
}

impl Onion {
    /// A packet for the final node, from the ordinary payer, without anything special.
    pub fn new(payload: Stream) -> Self {
        Self {
            payer: Payer::Ordinary(0),
            version: 0,
            key: None,
            prefix: None,
            payload,
            next_hmac: [0; HMAC_LENGTH],
            hmac_xor: [0; HMAC_LENGTH],
            zero_hmac: false,
            flip: None,
            length: PACKET_LENGTH,
            path_key: None,
        }
    }

    /// A packet that a payer builds.
    pub fn routed(payload: Stream, route: Route) -> Self {
        Self { payer: Payer::Route(Box::new(route)), ..Self::new(payload) }
    }

    /// The number of the ordinary session key; none if it was made with another.
    pub const fn session(&self) -> Option<usize> {
        match self.payer {
            Payer::Ordinary(number) => Some(number),
            _ => None,
        }
    }

    /// The public key for which the packet is made: the node's, or what the path key makes of it.
    pub fn recipient(&self, node: &SecretKey) -> PublicKey {
        self.blinded(node.public_key(), node)
    }

    /// A public key, blinded if there is a path key. BOLT 4, "Onion Decryption".
    fn blinded(&self, public: PublicKey, node: &SecretKey) -> PublicKey {
        let path_key = self.path_key.and_then(|key| PublicKey::decode(&key).ok());
        path_key.and_then(|path_key| tweak(&public, node, &path_key)).unwrap_or(public)
    }

    /// The point that payer and node share.
    pub fn shared_point(&self, node: &SecretKey) -> SharedPoint {
        match &self.payer {
            Payer::Ordinary(number) if self.path_key.is_none() && *node == ordinary::node(0) => {
                ordinary::shared_with_node_0(*number)
            }
            Payer::Ordinary(number) => SharedPoint::new(&self.recipient(node), &ordinary::session(*number)),
            Payer::ByHand(session_key) => SharedPoint::new(&self.recipient(node), session_key),
            Payer::Route(route) => route.shared_point(self.recipient(node)),
            Payer::Unknown(unknown) => self.point_of(&unknown.0, node),
        }
    }

    /// The point of a packet's own public key, whichever session key was used.
    fn point_of(&self, public: &PublicKey, node: &SecretKey) -> SharedPoint {
        SharedPoint::new(&self.blinded(*public, node), node)
    }

    /// The payer's public key, as the first hop sees it.
    pub(super) fn public_key(&self) -> [u8; 33] {
        match &self.payer {
            Payer::Ordinary(number) => ordinary::session_public(*number),
            Payer::Unknown(unknown) => unknown.0.encode(),
            Payer::ByHand(session_key) => session_key.public_key().encode(),
            Payer::Route(route) => route.session_key.public_key().encode(),
        }
    }

    /// The packet, made for a node and bound to associated data.
    pub fn seal(&self, node: &SecretKey, associated_data: &[u8]) -> Vec<u8> {
        let routed = match &self.payer {
            Payer::Route(route) => {
                let payload = self.payload.bytes();
                route.packet(self.recipient(node), &payload, associated_data)
            }
            _ => None,
        };
        let mut packet = routed.unwrap_or_else(|| self.sealed_by_hand(node, associated_data));
        packet[0] = self.version;
        if let Some(key) = &self.key {
            packet[1..34].copy_from_slice(key);
        }
        packet[HMAC_OFFSET..].iter_mut().zip(self.hmac_xor).for_each(|(byte, xor)| *byte ^= xor);
        if self.zero_hmac {
            packet[HMAC_OFFSET..].fill(0);
        }
        if let Some(byte) = self.flip.and_then(|(at, _)| packet[34..HMAC_OFFSET].get_mut(at)) {
            *byte ^= self.flip.map_or(0, |(_, bits)| bits);
        }
        packet.resize(self.length, 0);
        packet
    }

    fn sealed_by_hand(&self, node: &SecretKey, associated_data: &[u8]) -> Vec<u8> {
        let secret = self.shared_point(node).shared_secret().0;
        let payload = self.payload.bytes();
        let mut plain = Vec::with_capacity(HOP_PAYLOADS_LENGTH);
        let (length, width) = self.prefix.unwrap_or((payload.len() as u64, 1));
        stream::write(length, width, &mut plain);
        plain.extend_from_slice(&payload);
        plain.extend_from_slice(&self.next_hmac);
        let covered = plain.len();
        match &self.payer {
            Payer::Unknown(unknown) => plain.extend_from_slice(&unknown.1),
            Payer::ByHand(session_key) => {
                let mut pad = [0; HOP_PAYLOADS_LENGTH];
                apply(&key(KeyType::Pad, &session_key.encode()), 0, &mut pad);
                plain.extend_from_slice(&pad[covered.min(HOP_PAYLOADS_LENGTH)..]);
            }
            Payer::Ordinary(_) | Payer::Route(_) => {}
        }
        plain.resize(HOP_PAYLOADS_LENGTH, 0);
        apply(&key(KeyType::Rho, &secret), 0, &mut plain);
        let hmac = mac(&key(KeyType::Mu, &secret), &[&plain, associated_data]);
        [&[0][..], &self.public_key(), &plain, &hmac].concat()
    }

    /// What the packet decrypts to; none if it does not decrypt.
    pub fn peeled(&self, node: &SecretKey) -> Option<Peeled> {
        let payload = self.payload.bytes();
        let sound = self.version == 0
            && self.key.is_none()
            && self.prefix.is_none()
            && self.hmac_xor == [0; HMAC_LENGTH]
            && !self.zero_hmac
            && self.flip.is_none()
            && self.length == PACKET_LENGTH
            && (2..=room(payload.len())).contains(&payload.len());
        let goes_on = matches!(&self.payer, Payer::Route(route) if route.next.is_some());
        sound.then(|| Peeled {
            payload: payload.into(),
            r#final: self.next_hmac == [0; HMAC_LENGTH] && !goes_on,
            shared_secret: self.shared_point(node).shared_secret().0.into(),
        })
    }

    /// Takes any packet apart. If its public key is invalid, nothing is known but version, key and length.
    pub fn open(node: &SecretKey, packet: &[u8], associated_data: &[u8], path_key: Option<[u8; 33]>) -> Self {
        let mut onion = Self { length: packet.len(), path_key, ..Self::new(ordinary::payload(true)) };
        let mut whole = packet.to_vec();
        whole.resize(PACKET_LENGTH, 0);
        onion.version = whole[0];
        let Ok(public) = PublicKey::decode(&whole[1..34]) else {
            onion.key = whole[1..34].try_into().ok();
            return onion;
        };
        let secret = onion.point_of(&public, node).shared_secret().0;
        let (plain, hmac) = whole[34..].split_at_mut(HOP_PAYLOADS_LENGTH);
        onion.zero_hmac = packet.len() >= PACKET_LENGTH && hmac.iter().all(|byte| *byte == 0);
        let mu = key(KeyType::Mu, &secret);
        let mut right = mac(&mu, &[plain, associated_data]);
        let mut clear = plain.to_vec();
        apply(&key(KeyType::Rho, &secret), 0, &mut clear);
        if let (Some(last), Some(sealed), true) = (clear.last_mut(), plain.last_mut(), right != *hmac) {
            // Is it the HMAC of the packet that has a zero there?
            *sealed ^= *last;
            if mac(&mu, &[plain, associated_data]) == *hmac {
                onion.flip = Some((HOP_PAYLOADS_LENGTH - 1, std::mem::take(last)));
                right.copy_from_slice(hmac);
            }
        }
        for (xor, (right, actual)) in onion.hmac_xor.iter_mut().zip(right.iter().zip(hmac.iter())) {
            *xor = right ^ actual;
        }
        // What was cut off says nothing.
        let kept = packet.len().saturating_sub(HMAC_OFFSET).min(HMAC_LENGTH);
        onion.hmac_xor[if onion.zero_hmac { 0 } else { kept }..].fill(0);
        let padding = onion.frame(&clear);
        onion.payer = match ordinary::session_number(&public.encode()) {
            Some(number) if padding.iter().all(|byte| *byte == 0) => Payer::Ordinary(number),
            _ => Payer::Unknown(Box::new((public, padding))),
        };
        onion
    }

    /// Reads prefix, payload and next HMAC from the decrypted bytes; gives what stands after them.
    fn frame(&mut self, plain: &[u8]) -> Vec<u8> {
        let Some((length, width, rest)) = stream::read(plain) else { return Vec::new() };
        let fits = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
        match fits.and_then(|(payload, rest)| Some((payload, rest.split_first_chunk::<HMAC_LENGTH>()?))) {
            Some((payload, (next_hmac, padding))) => {
                self.payload = Stream::parse(payload);
                self.next_hmac = *next_hmac;
                let minimal = bigsize::encoded_length(length) == width;
                self.prefix = (!minimal).then_some((length, width));
                padding.to_vec()
            }
            None => {
                let end = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                self.payload = Stream::parse(&rest[..end]);
                self.prefix = Some((length, width));
                Vec::new()
            }
        }
    }
}

impl Route {
    /// The point that payer and node share.
    fn shared_point(&self, recipient: PublicKey) -> SharedPoint {
        let keys = self.before.iter().map(SecretKey::public_key).chain([recipient]);
        let last = hop_secrets(&self.session_key, keys).pop();
        last.map_or_else(|| SharedPoint::new(&recipient, &self.session_key), |secret| secret.shared_point)
    }

    /// The packet as it reaches the node; none where the payload is one that no payer can build.
    fn packet(&self, recipient: PublicKey, payload: &[u8], associated_data: &[u8]) -> Option<Vec<u8>> {
        let forwarded = ordinary::forwarded_payload();
        let forwards = |public_key| Hop { public_key, payload: &forwarded };
        let mut hops: Vec<_> = self.before.iter().map(|hop| forwards(hop.public_key())).collect();
        hops.push(Hop { public_key: recipient, payload });
        hops.extend(self.next.map(forwards));
        let mut packet = construct(&self.session_key, &hops, associated_data).ok()?;
        for hop in &self.before {
            packet = peel(hop, &packet, associated_data, None).ok()?.next_packet?;
        }
        Some(packet.to_vec())
    }
}

/// The longest payload that fits beside a prefix as long as that of `length`, in bytes.
fn room(length: usize) -> usize {
    HOP_PAYLOADS_LENGTH - HMAC_LENGTH - bigsize::encoded_length(length as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An onion with each of its fields out of the ordinary, one after the other.
    fn onions() -> Vec<Onion> {
        let good = Onion::new(ordinary::payload(true));
        let path_key = Some(ordinary::path(1).public_key().encode());
        let session_key = ordinary::session(5);
        let (before, next) = (vec![ordinary::node(7)], Some(ordinary::node(8).public_key()));
        vec![
            good.clone(),
            Onion { payer: Payer::Ordinary(3), ..good.clone() },
            Onion { payer: Payer::ByHand(session_key), ..good.clone() },
            Onion::routed(good.payload.clone(), Route { session_key, before: vec![], next: None }),
            Onion::routed(good.payload.clone(), Route { session_key, before, next }),
            Onion { version: 1, ..good.clone() },
            Onion { key: Some([5; 33]), ..good.clone() },
            Onion { prefix: Some((2, 3)), payload: Stream::parse(&[2, 0]), ..good.clone() },
            Onion { prefix: Some((u64::MAX, 9)), ..good.clone() },
            Onion { payload: Stream::parse(&[0; 1265]), ..good.clone() },
            Onion { payload: Stream::parse(&[7]), ..good.clone() },
            Onion { next_hmac: [9; 32], ..good.clone() },
            Onion { hmac_xor: [1; 32], ..good.clone() },
            Onion { zero_hmac: true, ..good.clone() },
            Onion { flip: Some((1299, 1)), ..good.clone() },
            Onion { length: 1367, ..good.clone() },
            Onion { path_key, ..good },
        ]
    }

    #[test]
    fn what_it_decrypts_to_is_what_the_reference_peels() {
        for number in [0, 2] {
            let node = ordinary::node(number);
            for onion in onions() {
                let path_key = onion.path_key.map(|key| PublicKey::decode(&key).unwrap());
                let peeled = peel(&node, &onion.seal(&node, &[1; 32]), &[1; 32], path_key.as_ref()).ok();
                let peeled = peeled.map(|peeled| Peeled {
                    payload: peeled.payload().into(),
                    r#final: peeled.is_final(),
                    shared_secret: peeled.shared_secret.0.into(),
                });
                assert_eq!(onion.peeled(&node), peeled, "{onion:?}");
            }
        }
    }

    #[test]
    fn a_sealed_onion_opens_to_itself() {
        let node = ordinary::node(2);
        for onion in onions() {
            let packet = onion.seal(&node, &[1; 32]);
            let opened = Onion::open(&node, &packet, &[1; 32], onion.path_key);
            assert_eq!(opened.seal(&node, &[1; 32]), packet);
            if onion.key.is_none() && onion.session().is_some() {
                assert_eq!(opened, onion);
            }
        }
    }
}
