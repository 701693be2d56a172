//! A packet as what it is made from, so that its payload can be bent and sealed again with a true HMAC, and so that a
//! packet can be shrunk at all. Everything that a receiving node can tell of a packet has a field here.

use super::ordinary;
use super::stream::{self, Stream};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::stream::{KeyType, apply, key, mac};
use crate::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH};
use crate::protocol::operation::Peeled;

/// What one node is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onion {
    /// Which session key; see [`ordinary::session`].
    pub session: usize,
    /// The version byte.
    pub version: u8,
    /// 33 bytes in place of the public key, if they are not that of the session key.
    pub key: Option<[u8; 33]>,
    /// Value and width of the payload's length prefix, if it is not that of the payload.
    pub prefix: Option<(u64, usize)>,
    /// The payload.
    pub payload: Stream,
    /// `next_hmac`; all zero for the final node.
    pub next_hmac: [u8; HMAC_LENGTH],
    /// What the right HMAC is XORed with.
    pub hmac_xor: [u8; HMAC_LENGTH],
    /// Is the HMAC all zero instead?
    pub zero_hmac: bool,
    /// What the last byte of hop_payloads is XORed with once the packet is made, so that it has the HMAC of another one.
    pub bent: u8,
    /// The length of the packet: 1366, or it is cut or filled up with zeros.
    pub length: usize,
    /// The path key that comes beside the packet, which is made for the key that it blinds.
    pub path_key: Option<[u8; 33]>,
}

impl Onion {
    /// A packet for the final node without anything special.
    pub fn new(payload: Stream) -> Self {
        Self {
            session: 0,
            version: 0,
            key: None,
            prefix: None,
            payload,
            next_hmac: [0; HMAC_LENGTH],
            hmac_xor: [0; HMAC_LENGTH],
            zero_hmac: false,
            bent: 0,
            length: PACKET_LENGTH,
            path_key: None,
        }
    }

    /// The point that payer and node share.
    pub fn shared_point(&self, node: &SecretKey) -> SharedPoint {
        match self.path_key.and_then(|path_key| blinded(node, &path_key)) {
            Some(blinded) => SharedPoint::new(&blinded, &ordinary::session(self.session)),
            None if *node == ordinary::node(0) => ordinary::shared_with_node_0(self.session),
            None => SharedPoint::new(&node.public_key(), &ordinary::session(self.session)),
        }
    }

    /// The packet, made for a node and bound to associated data.
    pub fn seal(&self, node: &SecretKey, associated_data: &[u8]) -> Vec<u8> {
        let secret = self.shared_point(node).shared_secret().0;
        let payload = self.payload.bytes();
        let mut plain = Vec::with_capacity(HOP_PAYLOADS_LENGTH);
        let (length, width) = self.prefix.unwrap_or((payload.len() as u64, 1));
        stream::write(length, width, &mut plain);
        plain.extend_from_slice(&payload);
        plain.extend_from_slice(&self.next_hmac);
        plain.resize(HOP_PAYLOADS_LENGTH, 0);
        apply(&key(KeyType::Rho, &secret), 0, &mut plain);
        let mut hmac = mac(&key(KeyType::Mu, &secret), &[&plain, associated_data]);
        hmac.iter_mut().zip(self.hmac_xor).for_each(|(byte, xor)| *byte ^= xor);
        if self.zero_hmac {
            hmac.fill(0);
        }
        if let Some(last) = plain.last_mut() {
            *last ^= self.bent;
        }
        let public = self.key.unwrap_or_else(|| ordinary::session_public(self.session));
        let mut packet = [&[self.version][..], &public, &plain, &hmac].concat();
        packet.resize(self.length, 0);
        packet
    }

    /// What the packet decrypts to; none if it does not decrypt.
    pub fn peeled(&self, node: &SecretKey) -> Option<Peeled> {
        let payload = self.payload.bytes();
        let sound = self.version == 0
            && self.key.is_none()
            && self.prefix.is_none()
            && self.hmac_xor == [0; HMAC_LENGTH]
            && !self.zero_hmac
            && self.bent == 0
            && self.length == PACKET_LENGTH
            && (2..=room(payload.len())).contains(&payload.len());
        sound.then(|| Peeled {
            payload: payload.into(),
            r#final: self.next_hmac == [0; HMAC_LENGTH],
            shared_secret: self.shared_point(node).shared_secret().0.into(),
        })
    }

    /// Opens any packet: what has to be sealed for this node to get it, but for the session key.
    pub fn open(node: &SecretKey, packet: &[u8], associated_data: &[u8], path_key: Option<[u8; 33]>) -> Self {
        let mut onion = Self { length: packet.len(), path_key, ..Self::new(ordinary::payload(true)) };
        let mut whole = packet.to_vec();
        whole.resize(PACKET_LENGTH, 0);
        onion.version = whole[0];
        onion.session = ordinary::session_number(&whole[1..34]).unwrap_or(0);
        let Some(point) = onion.peeled_secret(node, &whole) else {
            onion.key = whole[1..34].try_into().ok();
            return onion;
        };
        let secret = point.shared_secret().0;
        let (plain, hmac) = whole[34..].split_at_mut(HOP_PAYLOADS_LENGTH);
        onion.zero_hmac = packet.len() >= PACKET_LENGTH && hmac.iter().all(|byte| *byte == 0);
        let mu = key(KeyType::Mu, &secret);
        let mut right = mac(&mu, &[plain, associated_data]);
        let mut clear = plain.to_vec();
        apply(&key(KeyType::Rho, &secret), 0, &mut clear);
        if let (Some(last), Some(bent), true) = (clear.last_mut(), plain.last_mut(), right != *hmac) {
            // Is it the HMAC of the packet that has a zero there?
            *bent ^= *last;
            if mac(&mu, &[plain, associated_data]) == *hmac {
                onion.bent = std::mem::take(last);
                right.copy_from_slice(hmac);
            }
        }
        for (xor, (right, came)) in onion.hmac_xor.iter_mut().zip(right.iter().zip(hmac.iter())) {
            *xor = right ^ came;
        }
        // What was cut off says nothing.
        let kept = packet.len().saturating_sub(PACKET_LENGTH - HMAC_LENGTH).min(HMAC_LENGTH);
        onion.hmac_xor[if onion.zero_hmac { 0 } else { kept }..].fill(0);
        onion.frame(&clear);
        onion
    }

    /// The point that a packet's own public key and the node share, whichever session key was used.
    pub fn peeled_secret(&self, node: &SecretKey, packet: &[u8]) -> Option<SharedPoint> {
        let public = PublicKey::decode(packet.get(1..34)?).ok()?;
        let tweak = self.path_key.and_then(|path_key| tweak(node, &path_key));
        let public = tweak.and_then(|tweak| public.times(tweak)).unwrap_or(public);
        Some(SharedPoint::new(&public, node))
    }

    /// Reads prefix, payload and next HMAC from the decrypted bytes.
    fn frame(&mut self, plain: &[u8]) {
        let Some((length, width, rest)) = stream::read(plain) else { return };
        let fits = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
        match fits.and_then(|(payload, rest)| Some((payload, rest.first_chunk::<HMAC_LENGTH>()?))) {
            Some((payload, next_hmac)) => {
                self.payload = Stream::parse(payload);
                self.next_hmac = *next_hmac;
                let minimal = crate::bolt1::bigsize::encoded_length(length) == width;
                self.prefix = (!minimal).then_some((length, width));
            }
            None => {
                let end = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                self.payload = Stream::parse(&rest[..end]);
                self.prefix = Some((length, width));
            }
        }
    }
}

/// The longest payload that fits beside a prefix as long as that of `length`.
fn room(length: usize) -> usize {
    HOP_PAYLOADS_LENGTH - HMAC_LENGTH - crate::bolt1::bigsize::encoded_length(length as u64)
}

fn tweak(node: &SecretKey, path_key: &[u8; 33]) -> Option<[u8; 32]> {
    let blinding = SharedPoint::new(&PublicKey::decode(path_key).ok()?, node).shared_secret();
    Some(mac(b"blinded_node_id", &[&blinding.0]))
}

/// The key that a path key makes of a node's. BOLT 4, "Onion Decryption".
fn blinded(node: &SecretKey, path_key: &[u8; 33]) -> Option<PublicKey> {
    node.public_key().times(tweak(node, path_key)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bolt4::peel::peel;

    /// An onion with each of its fields out of the ordinary, one after the other.
    fn onions() -> Vec<Onion> {
        let good = Onion::new(ordinary::payload(true));
        let path_key = Some(ordinary::path(1).public_key().encode());
        vec![
            good.clone(),
            Onion { session: 3, ..good.clone() },
            Onion { version: 1, ..good.clone() },
            Onion { key: Some([5; 33]), ..good.clone() },
            Onion { prefix: Some((2, 3)), payload: Stream::parse(&[2, 0]), ..good.clone() },
            Onion { prefix: Some((u64::MAX, 9)), ..good.clone() },
            Onion { payload: Stream::parse(&[0; 1265]), ..good.clone() },
            Onion { payload: Stream::parse(&[7]), ..good.clone() },
            Onion { next_hmac: [9; 32], ..good.clone() },
            Onion { hmac_xor: [1; 32], ..good.clone() },
            Onion { zero_hmac: true, ..good.clone() },
            Onion { bent: 1, ..good.clone() },
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
            assert_eq!(Onion::open(&node, &packet, &[1; 32], onion.path_key).seal(&node, &[1; 32]), packet);
            if onion.key.is_none() {
                assert_eq!(Onion::open(&node, &packet, &[1; 32], onion.path_key), onion);
            }
        }
    }
}
