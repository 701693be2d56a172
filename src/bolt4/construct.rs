//! Building a packet: BOLT 4, "Packet Construction" and "Filler Generation".

use super::secret::{SharedPoint, blinding_factor};
use super::stream::{KeyType, apply, key, mac};
use super::types::SharedSecret;
use super::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH, Packet};
use crate::bolt1::{PublicKey, SecretKey, bigsize};

/// One hop of a route: whose it is and what it is told.
#[derive(Debug, Clone, Copy)]
pub struct Hop<'a> {
    /// The node's id.
    pub public_key: PublicKey,
    /// Its payload: a TLV stream without its length prefix, 2 bytes or more.
    pub payload: &'a [u8],
}

impl Hop<'_> {
    /// What the hop takes of `hop_payloads`, in bytes: length prefix, payload and HMAC.
    fn shift(&self) -> usize {
        bigsize::encoded_length(self.payload.len() as u64) + self.payload.len() + HMAC_LENGTH
    }
}

/// Why a packet cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstructError {
    /// The route is empty.
    #[error("the route has no hops")]
    NoHops,
    /// A payload of 0 or 1 bytes: these lengths are reserved.
    #[error("the payload of hop {hop} has fewer than 2 bytes")]
    PayloadLengthReserved {
        /// Which hop, counted from 0.
        hop: usize,
    },
    /// The payloads do not fit.
    #[error("the payloads need {needed} bytes with their length prefixes and HMACs; there are 1300")]
    PayloadsTooLong {
        /// What they need, in bytes.
        needed: usize,
    },
}

impl ConstructError {
    /// The stable name in vectors, protocol and reports.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoHops => "no_hops",
            Self::PayloadLengthReserved { .. } => "payload_length_reserved",
            Self::PayloadsTooLong { .. } => "payloads_too_long",
        }
    }
}

/// What the payer has of one hop.
#[derive(Clone, Copy)]
pub struct HopSecret {
    /// The ephemeral public key that the hop is shown.
    pub ephemeral: PublicKey,
    /// The ECDH point of payer and hop.
    pub shared_point: SharedPoint,
    /// Its BOLT 4 secret.
    pub shared_secret: SharedSecret,
}

/// The secrets of all hops, first hop first.
pub fn hop_secrets(
    session_key: &SecretKey,
    public_keys: impl IntoIterator<Item = PublicKey>,
) -> Vec<HopSecret> {
    let mut walk = Walk::new(session_key);
    let hop = |public_key| {
        let (shared_point, shared_secret) = walk.next(&public_key)?;
        Some(HopSecret { ephemeral: walk.ephemeral(), shared_point, shared_secret })
    };
    public_keys.into_iter().map_while(hop).collect()
}

/// The BOLT 4 secrets of all hops, first hop first: all that a payer needs to read what comes back.
pub fn shared_secrets(
    session_key: &SecretKey,
    public_keys: impl IntoIterator<Item = PublicKey>,
) -> Vec<SharedSecret> {
    let mut walk = Walk::new(session_key);
    public_keys.into_iter().map_while(|public_key| Some(walk.next(&public_key)?.1)).collect()
}

/// The payer's way along the hops.
struct Walk {
    /// The ephemeral secret key of the hop that was reached.
    secret_key: SecretKey,
    /// The last ephemeral public key that somebody asked for, with its secret key.
    ephemeral: (SecretKey, PublicKey),
    /// The secret of the hop that was reached.
    shared_secret: Option<SharedSecret>,
}

impl Walk {
    fn new(session_key: &SecretKey) -> Self {
        let ephemeral = (*session_key, session_key.public_key());
        Self { secret_key: *session_key, ephemeral, shared_secret: None }
    }

    /// Goes to the next hop. Nothing if a blinding factor is zero or n and above: a SHA-256 output that nobody has seen.
    fn next(&mut self, public_key: &PublicKey) -> Option<(SharedPoint, SharedSecret)> {
        if let Some(shared_secret) = self.shared_secret {
            let factor = blinding_factor(&self.ephemeral(), &shared_secret);
            self.secret_key = self.secret_key.times(factor)?;
        }
        let shared_point = SharedPoint::new(public_key, &self.secret_key);
        let shared_secret = shared_point.shared_secret();
        self.shared_secret = Some(shared_secret);
        Some((shared_point, shared_secret))
    }

    /// The ephemeral public key of the hop that was reached. It is made from the one before and the difference of their
    /// secret keys. A hop, which has no secret key, multiplies the point; both give the same (see the tests).
    fn ephemeral(&mut self) -> PublicKey {
        let (from, point) = self.ephemeral;
        self.ephemeral = (self.secret_key, point.moved(&from, &self.secret_key));
        self.ephemeral.1
    }
}

/// Builds the packet for the first hop. `associated_data` is the payment hash (32 bytes) for a payment.
///
/// The bytes that no payload covers come from the `pad` key of the session key, so that equal input gives an equal
/// packet and nothing tells the last hop how long the route is.
///
/// # Errors
/// [`ConstructError`].
///
/// The first two hops of BOLT 4's test route; the shared secret is that of `bolt04/onion-error-test.json`:
///
/// ```
/// use spontan::bolt1::SecretKey;
/// use spontan::bolt4::{Hop, construct, peel};
///
/// let session_key = SecretKey::decode(&[0x41; 32])?;
/// let (alice, bob) = (SecretKey::decode(&[0x41; 32])?, SecretKey::decode(&[0x42; 32])?);
/// let hops = [
///     Hop { public_key: alice.public_key(), payload: &hex::decode("02023a98040205dc06080000000000000001")? },
///     Hop { public_key: bob.public_key(), payload: &hex::decode("02022710040203e8")? },
/// ];
/// let payment_hash = [0x42; 32];
/// let packet = construct(&session_key, &hops, &payment_hash)?;
///
/// let for_alice = peel(&alice, &packet, &payment_hash, None)?;
/// assert_eq!(for_alice.payload(), hops[0].payload);
/// assert_eq!(
///     hex::encode(for_alice.shared_secret.0),
///     "53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66"
/// );
/// let for_bob = peel(&bob, &for_alice.next_packet.ok_or("not the final node")?, &payment_hash, None)?;
/// assert_eq!(for_bob.payload(), hops[1].payload);
/// assert!(for_bob.is_final());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn construct(
    session_key: &SecretKey,
    hops: &[Hop<'_>],
    associated_data: &[u8],
) -> Result<Packet, ConstructError> {
    check(hops)?;
    let secrets = hop_secrets(session_key, hops.iter().map(|hop| hop.public_key));
    let rho: Vec<_> = secrets.iter().map(|secret| key(KeyType::Rho, &secret.shared_secret.0)).collect();

    let mut hop_payloads = [0; HOP_PAYLOADS_LENGTH];
    apply(&key(KeyType::Pad, &session_key.encode()), 0, &mut hop_payloads);
    let filler = filler(hops, &rho);
    let mut hmac = [0; HMAC_LENGTH];
    for (index, (hop, secret)) in hops.iter().zip(&secrets).enumerate().rev() {
        hop_payloads.copy_within(..HOP_PAYLOADS_LENGTH - hop.shift(), hop.shift());
        let length = bigsize::encode(hop.payload.len() as u64);
        let (prefix, rest) = hop_payloads.split_at_mut(length.as_ref().len());
        let (payload, rest) = rest.split_at_mut(hop.payload.len());
        prefix.copy_from_slice(length.as_ref());
        payload.copy_from_slice(hop.payload);
        rest[..HMAC_LENGTH].copy_from_slice(&hmac);
        apply(&rho[index], 0, &mut hop_payloads);
        if index == hops.len() - 1 {
            hop_payloads[HOP_PAYLOADS_LENGTH - filler.len()..].copy_from_slice(&filler);
        }
        hmac = mac(&key(KeyType::Mu, &secret.shared_secret.0), &[&hop_payloads, associated_data]);
    }

    let mut packet = [0; PACKET_LENGTH];
    packet[1..34].copy_from_slice(&secrets[0].ephemeral.encode());
    packet[34..34 + HOP_PAYLOADS_LENGTH].copy_from_slice(&hop_payloads);
    packet[34 + HOP_PAYLOADS_LENGTH..].copy_from_slice(&hmac);
    Ok(packet)
}

fn check(hops: &[Hop<'_>]) -> Result<(), ConstructError> {
    if hops.is_empty() {
        return Err(ConstructError::NoHops);
    }
    if let Some(hop) = hops.iter().position(|hop| hop.payload.len() < 2) {
        return Err(ConstructError::PayloadLengthReserved { hop });
    }
    let needed = hops.iter().map(Hop::shift).sum();
    if needed > HOP_PAYLOADS_LENGTH { Err(ConstructError::PayloadsTooLong { needed }) } else { Ok(()) }
}

/// What the hops before the last leave at the end of `hop_payloads` as the packet travels: each shifts zero bytes in at
/// the end and obfuscates them, and the last hop's HMAC must cover the result.
fn filler(hops: &[Hop<'_>], rho: &[[u8; 32]]) -> Vec<u8> {
    let mut filler = Vec::with_capacity(HOP_PAYLOADS_LENGTH);
    for (hop, rho) in hops[..hops.len() - 1].iter().zip(rho) {
        let start = HOP_PAYLOADS_LENGTH - filler.len();
        filler.resize(filler.len() + hop.shift(), 0);
        apply(rho, start, &mut filler);
    }
    filler
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ephemeral_keys_by_difference_by_point_and_by_scalar_agree() {
        let session_key = SecretKey::decode(&[0x41; 32]).unwrap();
        let nodes: Vec<_> =
            (1..=20_u8).map(|seed| SecretKey::decode(&[seed; 32]).unwrap().public_key()).collect();
        let (mut plain, mut point) = (session_key, session_key.public_key());
        for (secret, node) in hop_secrets(&session_key, nodes.iter().copied()).iter().zip(&nodes) {
            assert_eq!((secret.ephemeral, point), (plain.public_key(), plain.public_key()));
            assert!(secret.shared_point == SharedPoint::new(node, &plain));
            assert_eq!(secret.shared_secret, secret.shared_point.shared_secret());
            let factor = blinding_factor(&point, &secret.shared_secret);
            (plain, point) = (plain.times(factor).unwrap(), point.times(factor).unwrap());
        }
        let full = hop_secrets(&session_key, nodes.iter().copied());
        let bare: Vec<_> = full.iter().map(|hop| hop.shared_secret).collect();
        assert_eq!((shared_secrets(&session_key, nodes.iter().copied()), bare.len()), (bare, 20));
    }

    #[test]
    fn what_cannot_be_built() {
        let key = SecretKey::decode(&[0x41; 32]).unwrap();
        let hop = |payload| Hop { public_key: key.public_key(), payload };
        let build = |hops: &[Hop<'_>]| construct(&key, hops, &[0; 32]).map(drop);
        assert_eq!(build(&[]), Err(ConstructError::NoHops));
        assert_eq!(build(&[hop(&[0; 2]), hop(&[0])]), Err(ConstructError::PayloadLengthReserved { hop: 1 }));
        assert_eq!(build(&[hop(&[0; 1265])]), Ok(()));
        assert_eq!(build(&[hop(&[0; 1266])]), Err(ConstructError::PayloadsTooLong { needed: 1301 }));
        assert_eq!(build(&[hop(&[0; 2]); 37]), Ok(()));
        assert_eq!(build(&[hop(&[0; 2]); 38]), Err(ConstructError::PayloadsTooLong { needed: 1330 }));
    }
}
