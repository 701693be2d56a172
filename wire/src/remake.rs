//! An HTLC of a case made anew for another node. Its packet is decrypted with the case's node key, which the input
//! names, and encrypted for the node under test. What is wrong with the packet stays wrong in the same way. BOLT 4,
//! "Packet Structure" and "Onion Decryption".

use spontan::bolt1::{PublicKey, SecretKey, bigsize};
use spontan::bolt4::secret::SharedPoint;
use spontan::bolt4::stream::{KeyType, apply, key, mac};
use spontan::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH, PACKET_LENGTH};
use spontan::protocol::operation as input;

use crate::Result;
use crate::channel::Htlc;
use crate::keys::{blinded, secret_key, sha256};
use crate::moves::Moves;
use crate::names::{Names, SharedHash};
use crate::payload::{Bend, bend};
use crate::recipient::Recipient;

/// The ephemeral key in a packet.
const KEY: std::ops::Range<usize> = 1..34;
/// The encrypted payloads in a packet.
const PAYLOADS: std::ops::Range<usize> = KEY.end..KEY.end + HOP_PAYLOADS_LENGTH;

/// An HTLC for the node under test, and what is needed to understand its answer.
#[derive(Debug, Clone)]
pub struct Remade {
    /// What is sent.
    pub htlc: Htlc,
    /// The secrets that may open a failure onion: the packet's own first, then, with a path key, that of the blinded
    /// or unblinded key, which the packet is not for. None if the packet's key is no point.
    pub secrets: Vec<[u8; 32]>,
    /// The preimage that the hash is the hash of, anew and as the case has it, where the case's is known.
    pub preimage: Option<([u8; 32], [u8; 32])>,
    /// SHA-256 of the packet as the case has it.
    pub old_packet_hash: [u8; 32],
    /// How far it was moved.
    pub moves: Moves,
}

/// For which key a packet is, and what node and payer share by it.
struct Side {
    shared: SharedPoint,
    /// With the path key: what the other of the node's two keys shares.
    other: Option<SharedPoint>,
}

/// Remakes an HTLC of a case. `old` is the case's node, `new` the node under test; `salt` is fresh for each try and
/// the same for all HTLCs of a sequence, so that a replay stays one.
///
/// # Errors
/// Inputs that no `update_add_htlc` can carry.
pub fn remake(
    htlc: &input::Htlc,
    old: &SecretKey,
    new: &PublicKey,
    salt: &[u8; 32],
    moves: Moves,
    names: &Names,
) -> Result<Remade> {
    let old_hash: [u8; 32] = array(&htlc.payment_hash.0, "payment hash")?;
    let old_packet = &htlc.packet.0;
    if old_packet.len() != PACKET_LENGTH {
        return Err(format!(
            "update_add_htlc has room for 1366 bytes of packet, not for {}",
            old_packet.len()
        )
        .into());
    }
    let given: Option<[u8; 33]> = htlc.path_key.as_ref().map(|key| array(&key.0, "path key")).transpose()?;
    let mut made = Remade {
        htlc: Htlc {
            amount: htlc.amount_msat.0,
            hash: names.hash(old_hash),
            expiry: moves.expiry(htlc.cltv_expiry),
            packet: old_packet.clone(),
            path_key: given,
        },
        secrets: Vec::new(),
        preimage: names.preimage(old_hash),
        old_packet_hash: sha256(&[old_packet]),
        moves,
    };
    let path = secret_key(&[salt, b"path"])?;
    if given.is_some() {
        made.htlc.path_key = Some(path.public_key().encode());
    }
    let Ok(ephemeral) = PublicKey::decode(&old_packet[KEY]) else {
        // Nobody can decrypt that, and no node looks further.
        return Ok(made);
    };
    // By the case's ephemeral key, so that what shares it in the case shares it on the wire.
    let session = secret_key(&[salt, b"session", &old_packet[KEY]])?;
    let old_side = Side {
        shared: SharedPoint::new(&ephemeral, old),
        other: match &given {
            Some(given) => {
                let given = PublicKey::decode(given).map_err(|_| "the path key is no point")?;
                // e * (t * n) is n * (t * e).
                Some(SharedPoint::new(&blinded(&ephemeral, &SharedPoint::new(&given, old))?, old))
            }
            None => None,
        },
    };
    let new_side = Side {
        shared: SharedPoint::new(new, &session),
        other: match &given {
            Some(_) => Some(SharedPoint::new(&blinded(new, &SharedPoint::new(new, &path))?, &session)),
            None => None,
        },
    };
    let (from, to, beside) = pair(old_packet, &old_hash, old_side, new_side);
    let shared = names.shared(old_hash, &from, &to);
    if let Some(shared) = shared {
        (made.htlc.hash, made.preimage) = (shared.hash, Some(shared.preimages));
    }
    let record = |value: &[u8]| match shared {
        Some(SharedHash { preimages: (new, old), .. }) if *value == old => new.to_vec(),
        _ => names.record(value),
    };
    let recipient =
        Recipient { old, given: given.and_then(|key| PublicKey::decode(&key).ok()), new, path: &path };
    let all = Bend {
        preimage: &record,
        expiry: &|old| moves.expiry(old),
        secret: &|secret| names.secret(old_hash, secret),
        recipient: Some(&recipient),
    };
    made.htlc.packet = packet(old_packet, (&old_hash, &from), (&made.htlc.hash, &to), &session, &all, names);
    made.secrets = [Some(to), beside].into_iter().flatten().map(|point| point.shared_secret().0).collect();
    Ok(made)
}

/// For which of the node's two keys the packet is: the shared points of the case's node and of ours, and that of our
/// other key. With a path key and an HMAC that fits neither, it is taken to be for the blinded one, as BOLT 4 has it.
fn pair(
    packet: &[u8],
    hash: &[u8; 32],
    old: Side,
    new: Side,
) -> (SharedPoint, SharedPoint, Option<SharedPoint>) {
    let fits = |point: &SharedPoint| hmac(point, &packet[PAYLOADS], hash)[..] == packet[PAYLOADS.end..];
    match (old.other, new.other) {
        (Some(_), Some(other)) if fits(&old.shared) => (old.shared, new.shared, Some(other)),
        (Some(from), Some(to)) => (from, to, Some(new.shared)),
        _ => (old.shared, new.shared, None),
    }
}

fn hmac(point: &SharedPoint, payloads: &[u8], hash: &[u8; 32]) -> [u8; HMAC_LENGTH] {
    mac(&key(KeyType::Mu, &point.shared_secret().0), &[payloads, hash])
}

/// The packet, from one hash and shared point to another.
fn packet(
    old: &[u8],
    (old_hash, from): (&[u8; 32], &SharedPoint),
    (new_hash, to): (&[u8; 32], &SharedPoint),
    session: &SecretKey,
    all: &Bend,
    names: &Names,
) -> Vec<u8> {
    let old_hmac = &old[PAYLOADS.end..];
    let fault = xor(&hmac(from, &old[PAYLOADS], old_hash), old_hmac);
    let sound = fault.iter().all(|byte| *byte == 0);
    let mut plain = old[PAYLOADS].to_vec();
    apply(&key(KeyType::Rho, &from.shared_secret().0), 0, &mut plain);
    if sound {
        plain = reframed(plain, all);
    }
    apply(&key(KeyType::Rho, &to.shared_secret().0), 0, &mut plain);
    let mut packet = old.to_vec();
    packet[KEY].copy_from_slice(&session.public_key().encode());
    packet[PAYLOADS].copy_from_slice(&plain);
    let right = hmac(to, &plain, new_hash);
    let hmac = match names.known_hmac(old_hmac) {
        // The HMAC of another packet of the sequence: that one's, anew.
        Some(known) if !sound => known.to_vec(),
        _ if old_hmac.iter().all(|byte| *byte == 0) => old_hmac.to_vec(),
        _ => xor(&right, &fault),
    };
    names.note_hmac(old_hmac, &hmac);
    packet[PAYLOADS.end..].copy_from_slice(&hmac);
    packet
}

/// The decrypted payloads with the first one bent; as they are where its frame is not sound.
fn reframed(plain: Vec<u8>, all: &Bend) -> Vec<u8> {
    let Some((stream, after)) = frame(&plain) else { return plain };
    let bent = bend(stream, all);
    let mut out = bigsize::encode(bent.len() as u64).as_ref().to_vec();
    out.extend_from_slice(&bent);
    out.extend_from_slice(after);
    // A payload that grew pushes out some of the filling, which nobody reads.
    out.resize(HOP_PAYLOADS_LENGTH, 0);
    out
}

/// The payload in decrypted bytes, and what comes after it.
fn frame(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, used) = bigsize::decode(plain).ok()?;
    let rest = &plain[used..];
    (length > 1).then(|| rest.split_at_checked(usize::try_from(length).ok()?))?
}

/// The payload of a packet that the case's node can read.
pub fn open(htlc: &input::Htlc, old: &SecretKey) -> Option<Vec<u8>> {
    let packet = &htlc.packet.0;
    if packet.len() != PACKET_LENGTH {
        return None;
    }
    let ephemeral = PublicKey::decode(&packet[KEY]).ok()?;
    let mut points = vec![SharedPoint::new(&ephemeral, old)];
    if let Some(given) = &htlc.path_key {
        let given = PublicKey::decode(&given.0).ok()?;
        points.push(SharedPoint::new(&blinded(&ephemeral, &SharedPoint::new(&given, old)).ok()?, old));
    }
    let hash: [u8; 32] = htlc.payment_hash.0.as_slice().try_into().ok()?;
    let point = points
        .into_iter()
        .find(|point| hmac(point, &packet[PAYLOADS], &hash)[..] == packet[PAYLOADS.end..])?;
    let mut plain = packet[PAYLOADS].to_vec();
    apply(&key(KeyType::Rho, &point.shared_secret().0), 0, &mut plain);
    frame(&plain).map(|(stream, _)| stream.to_vec())
}

fn xor(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other).map(|(one, other)| one ^ other).collect()
}

fn array<const N: usize>(bytes: &[u8], what: &str) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| format!("a {what} of {} bytes cannot be sent", bytes.len()).into())
}
