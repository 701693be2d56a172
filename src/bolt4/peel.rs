//! What a node does with a packet: BOLT 4, "Onion Decryption", rule by rule in its order.

use core::cell::OnceCell;
use core::ops::Range;

use sha2::{Digest, Sha256};

use super::blinded::blinded_id_factor;
use super::failure::Failure;
use super::secret::{SharedPoint, blinding_factor};
use super::stream::{KeyType, apply, key, mac_matches};
use super::types::SharedSecret;
use super::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH, Packet};
use crate::bolt1::bigsize::{self, BigSizeError};
use crate::bolt1::{PublicKey, SecretKey};

/// The rule that a packet breaks, in the order in which they are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeelError {
    /// The packet is not 1366 bytes.
    #[error("the packet has {0} bytes and should have 1366")]
    PacketLength(usize),
    /// The version byte is not 0.
    #[error("the version byte is {0} and should be 0")]
    Version(u8),
    /// The public key is no point.
    #[error("the packet's public key is not valid")]
    PublicKey,
    /// The HMAC differs.
    #[error("the HMAC is not that of hop_payloads and associated data")]
    Hmac,
    /// The payload's length prefix is not minimally encoded.
    #[error("the payload's length prefix is not minimally encoded")]
    PayloadLengthNotMinimal,
    /// The payload's length is 0 or 1.
    #[error("the payload's length is {0}, which is reserved")]
    PayloadLengthReserved(u64),
    /// Payload and next HMAC do not fit in 1300 bytes.
    #[error("a payload of {0} bytes and its HMAC do not fit in 1300 bytes")]
    PayloadLengthTooLong(u64),
}

impl PeelError {
    /// The stable name in vectors, protocol and reports.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::PacketLength(_) => "packet_length",
            Self::Version(_) => "version_unknown",
            Self::PublicKey => "public_key_invalid",
            Self::Hmac => "hmac_mismatch",
            Self::PayloadLengthNotMinimal => "payload_length_not_minimal",
            Self::PayloadLengthReserved(_) => "payload_length_reserved",
            Self::PayloadLengthTooLong(_) => "payload_length_too_long",
        }
    }

    /// The failure that goes back. None for a packet of another length: no `update_add_htlc` can carry one.
    pub fn failure(self, packet: &[u8]) -> Option<Failure> {
        match self {
            Self::PacketLength(_) => None,
            Self::Version(_) => Some(Failure::InvalidOnionVersion(sha256_of_onion(packet))),
            Self::PublicKey => Some(Failure::InvalidOnionKey(sha256_of_onion(packet))),
            Self::Hmac => Some(Failure::InvalidOnionHmac(sha256_of_onion(packet))),
            Self::PayloadLengthNotMinimal
            | Self::PayloadLengthReserved(_)
            | Self::PayloadLengthTooLong(_) => Some(Failure::InvalidOnionPayload { r#type: 0, offset: 0 }),
        }
    }
}

/// SHA-256 of the whole packet, for the data of BADONION failures.
pub fn sha256_of_onion(packet: &[u8]) -> [u8; 32] {
    Sha256::digest(packet).into()
}

/// A packet whose length, version and public key are right, not authenticated yet.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    public_key: PublicKey,
    hop_payloads: &'a [u8; HOP_PAYLOADS_LENGTH],
    hmac: &'a [u8; HMAC_LENGTH],
}

impl<'a> Incoming<'a> {
    /// Reads a packet.
    ///
    /// # Errors
    /// [`PeelError::PacketLength`], [`PeelError::Version`] or [`PeelError::PublicKey`].
    pub fn decode(packet: &'a [u8]) -> Result<Self, PeelError> {
        let wrong_length = PeelError::PacketLength(packet.len());
        if packet.len() != PACKET_LENGTH {
            return Err(wrong_length);
        }
        let (version, rest) = packet.split_first().ok_or(wrong_length)?;
        let (public_key, rest) = rest.split_first_chunk::<33>().ok_or(wrong_length)?;
        let (hop_payloads, rest) = rest.split_first_chunk().ok_or(wrong_length)?;
        let hmac = rest.first_chunk().ok_or(wrong_length)?;
        if *version != 0 {
            return Err(PeelError::Version(*version));
        }
        let public_key = PublicKey::decode(public_key).map_err(|_| PeelError::PublicKey)?;
        Ok(Self { public_key, hop_payloads, hmac })
    }

    /// The packet's HMAC, by which a node knows a replay.
    pub const fn hmac(&self) -> &'a [u8; HMAC_LENGTH] {
        self.hmac
    }

    /// Authenticates and decrypts. `path_key` is that of `update_add_htlc`, if it has one.
    ///
    /// # Errors
    /// [`PeelError::Hmac`] and the rules of the payload's length.
    pub fn peel(
        &self,
        node_secret: &SecretKey,
        associated_data: &[u8],
        path_key: Option<&PublicKey>,
    ) -> Result<Peeled, PeelError> {
        self.keys(node_secret, path_key)?.open(self.hop_payloads, self.hmac, associated_data)
    }

    /// hop_payloads, authenticated and decrypted; nothing in them is judged.
    ///
    /// # Errors
    /// [`PeelError::Hmac`], or [`PeelError::PublicKey`] for a path key with which there is no shared point.
    pub fn decrypted(
        &self,
        node_secret: &SecretKey,
        associated_data: &[u8],
        path_key: Option<&PublicKey>,
    ) -> Result<[u8; HOP_PAYLOADS_LENGTH], PeelError> {
        self.keys(node_secret, path_key)?.decrypt(self.hop_payloads, self.hmac, associated_data)
    }

    fn keys(&self, node_secret: &SecretKey, path_key: Option<&PublicKey>) -> Result<HopKeys, PeelError> {
        let public_key = match path_key {
            Some(path_key) => tweak(&self.public_key, node_secret, path_key).ok_or(PeelError::PublicKey)?,
            None => self.public_key,
        };
        Ok(HopKeys::new(self.public_key, SharedPoint::new(&public_key, node_secret)))
    }
}

/// All that a node derives of a packet's public key: the same for each packet with that key, whatever is in it.
#[derive(Clone)]
pub struct HopKeys {
    public_key: PublicKey,
    shared_point: SharedPoint,
    shared_secret: SharedSecret,
    rho: [u8; 32],
    mu: [u8; 32],
    /// Derived for the first packet that is not for this node alone: that costs a multiplication of a point.
    next_public_key: OnceCell<Option<PublicKey>>,
}

impl HopKeys {
    /// The keys for a packet's public key and its ECDH point with the node.
    pub fn new(public_key: PublicKey, shared_point: SharedPoint) -> Self {
        let shared_secret = shared_point.shared_secret();
        let [rho, mu] = [KeyType::Rho, KeyType::Mu].map(|key_type| key(key_type, &shared_secret.0));
        Self { public_key, shared_point, shared_secret, rho, mu, next_public_key: OnceCell::new() }
    }

    /// Authenticates and decrypts what follows the public key in a packet.
    ///
    /// # Errors
    /// [`PeelError::Hmac`] and the rules of the payload's length.
    pub fn open(
        &self,
        hop_payloads: &[u8; HOP_PAYLOADS_LENGTH],
        hmac: &[u8; HMAC_LENGTH],
        associated_data: &[u8],
    ) -> Result<Peeled, PeelError> {
        let decrypted = self.decrypt(hop_payloads, hmac, associated_data)?;
        let payload = payload_range(&decrypted)?;
        let end = payload.end + HMAC_LENGTH;
        let next_hmac = &decrypted[payload.end..end];
        let next_packet = if next_hmac.iter().all(|byte| *byte == 0) {
            None
        } else {
            let mut next = [0; PACKET_LENGTH];
            next[1..34].copy_from_slice(&self.next_public_key()?.encode());
            let (rest, beyond) = next[34..34 + HOP_PAYLOADS_LENGTH].split_at_mut(HOP_PAYLOADS_LENGTH - end);
            rest.copy_from_slice(&decrypted[end..]);
            // As many zero bytes as were taken, deciphered as if they stood behind hop_payloads.
            apply(&self.rho, HOP_PAYLOADS_LENGTH, beyond);
            next[34 + HOP_PAYLOADS_LENGTH..].copy_from_slice(next_hmac);
            Some(next)
        };
        let Self { shared_point, shared_secret, .. } = *self;
        Ok(Peeled { decrypted, payload, shared_point, shared_secret, next_packet })
    }

    fn next_public_key(&self) -> Result<PublicKey, PeelError> {
        let times = || self.public_key.times(blinding_factor(&self.public_key, &self.shared_secret));
        self.next_public_key.get_or_init(times).ok_or(PeelError::PublicKey)
    }

    fn decrypt(
        &self,
        hop_payloads: &[u8; HOP_PAYLOADS_LENGTH],
        hmac: &[u8; HMAC_LENGTH],
        associated_data: &[u8],
    ) -> Result<[u8; HOP_PAYLOADS_LENGTH], PeelError> {
        if !mac_matches(&self.mu, &[hop_payloads, associated_data], hmac) {
            return Err(PeelError::Hmac);
        }
        let mut decrypted = *hop_payloads;
        apply(&self.rho, 0, &mut decrypted);
        Ok(decrypted)
    }
}

/// The packet's public key as it was blinded for this node: multiplied by a tweak that the path key gives.
pub(crate) fn tweak(
    public_key: &PublicKey,
    node_secret: &SecretKey,
    path_key: &PublicKey,
) -> Option<PublicKey> {
    let blinding_secret = SharedPoint::new(path_key, node_secret).shared_secret();
    public_key.times(blinded_id_factor(&blinding_secret))
}

/// Where the payload stands in the decrypted bytes. It and the next HMAC must stand within them; else the bytes that are
/// left for the next packet would be fewer than 1300.
fn payload_range(decrypted: &[u8; HOP_PAYLOADS_LENGTH]) -> Result<Range<usize>, PeelError> {
    let (length, prefix) = bigsize::decode(decrypted).map_err(|error| match error {
        // 1300 bytes are never too few for a BigSize.
        BigSizeError::Truncated | BigSizeError::NotMinimal => PeelError::PayloadLengthNotMinimal,
    })?;
    if length < 2 {
        return Err(PeelError::PayloadLengthReserved(length));
    }
    // Compared as u64 before any arithmetic: the sender chooses this number.
    if length > (HOP_PAYLOADS_LENGTH - prefix - HMAC_LENGTH) as u64 {
        return Err(PeelError::PayloadLengthTooLong(length));
    }
    Ok(prefix..prefix + length as usize)
}

/// A packet that was authenticated and decrypted.
#[derive(Clone)]
pub struct Peeled {
    decrypted: [u8; HOP_PAYLOADS_LENGTH],
    payload: Range<usize>,
    /// The ECDH point of payer and this node.
    pub shared_point: SharedPoint,
    /// Its BOLT 4 secret.
    pub shared_secret: SharedSecret,
    /// The packet for the next node; none when this node is the final one.
    pub next_packet: Option<Packet>,
}

impl Peeled {
    /// This node's payload: a TLV stream without its length prefix.
    pub fn payload(&self) -> &[u8] {
        &self.decrypted[self.payload.clone()]
    }

    /// Whether this node is the final one: `next_hmac` is all zero.
    pub const fn is_final(&self) -> bool {
        self.next_packet.is_none()
    }
}

/// Reads, authenticates and decrypts a packet of 1366 bytes. `associated_data` is the payment hash for a payment.
///
/// # Errors
/// The first rule of BOLT 4, "Onion Decryption", that it breaks.
///
/// A packet that is bound to another payment hash, and the failure that goes back:
///
/// ```
/// use spontan::bolt1::SecretKey;
/// use spontan::bolt4::{Hop, PeelError, construct, peel};
///
/// let node = SecretKey::decode(&[0x45; 32])?;
/// let hop = Hop { public_key: node.public_key(), payload: &hex::decode("02022710040203e8")? };
/// let packet = construct(&SecretKey::decode(&[0x41; 32])?, &[hop], &[0x42; 32])?;
///
/// let peeled = peel(&node, &packet, &[0x42; 32], None)?;
/// assert_eq!(peeled.payload(), hop.payload);
/// assert!(peeled.is_final());
///
/// let error = peel(&node, &packet, &[0x43; 32], None).err();
/// assert_eq!(error, Some(PeelError::Hmac));
/// let failure = PeelError::Hmac.failure(&packet).ok_or("a packet of 1366 bytes has one")?;
/// assert_eq!(failure.code(), 0xc005); // invalid_onion_hmac: BADONION|PERM|5
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn peel(
    node_secret: &SecretKey,
    packet: &[u8],
    associated_data: &[u8],
    path_key: Option<&PublicKey>,
) -> Result<Peeled, PeelError> {
    Incoming::decode(packet)?.peel(node_secret, associated_data, path_key)
}

#[cfg(test)]
mod tests {
    use super::super::construct::{Hop, construct};
    use super::*;

    #[test]
    fn a_packet_is_peeled_by_each_hop_in_turn() {
        let nodes: Vec<_> = (1..=26_u8).map(|seed| SecretKey::decode(&[seed; 32]).unwrap()).collect();
        let payloads: Vec<_> = (1..=26_u8).map(|seed| [seed; 17]).collect();
        let hops: Vec<_> = nodes
            .iter()
            .zip(&payloads)
            .map(|(node, payload)| Hop { public_key: node.public_key(), payload })
            .collect();
        let mut packet = construct(&SecretKey::decode(&[0x41; 32]).unwrap(), &hops, b"data").unwrap();
        for (index, (node, payload)) in nodes.iter().zip(&payloads).enumerate() {
            let peeled = peel(node, &packet, b"data", None).unwrap();
            assert_eq!(peeled.payload(), payload);
            match peeled.next_packet {
                Some(next) => packet = next,
                None => assert_eq!(index, 25),
            }
        }
    }

    #[test]
    fn the_length_prefix_is_checked_before_it_is_used() {
        let range = |prefix: &[u8]| {
            let mut decrypted = [0; 1300];
            decrypted[..prefix.len()].copy_from_slice(prefix);
            payload_range(&decrypted)
        };
        assert_eq!(range(&[2]), Ok(1..3));
        assert_eq!(range(&[0]), Err(PeelError::PayloadLengthReserved(0)));
        assert_eq!(range(&[1]), Err(PeelError::PayloadLengthReserved(1)));
        assert_eq!(range(&[0xfd, 0, 0xfc]), Err(PeelError::PayloadLengthNotMinimal));
        assert_eq!(range(&[0xfd, 4, 0xf1]), Ok(3..1268));
        for length in [1266_u64, 1297, 1298, 2560, 0xffff] {
            let [.., high, low] = length.to_be_bytes();
            assert_eq!(range(&[0xfd, high, low]), Err(PeelError::PayloadLengthTooLong(length)));
        }
        assert_eq!(range(&[0xfe, 0xff, 0xff, 0xff, 0xff]), Err(PeelError::PayloadLengthTooLong(0xffff_ffff)));
        assert_eq!(range(&[0xff; 9]), Err(PeelError::PayloadLengthTooLong(u64::MAX)));
    }
}
