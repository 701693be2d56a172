//! What is ordinary: the values towards which cases are shrunk, so that what is left out of the ordinary in a shrunk
//! case is what its divergence needs. Keys come from labels, as in the vectors.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::blueprint::stream::{Record, Stream};
use crate::bolt1::SecretKey;
use crate::bolt4::payload::types;
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation::{Settings, SharedSecret, Switch};

/// `amount_msat`, `amt_to_forward` and `total_msat`, in msat.
pub const AMOUNT: u64 = 100_000;
/// `cltv_expiry` and `outgoing_cltv_value`, in blocks.
pub const EXPIRY: u32 = 800_144;
/// The height, in blocks.
pub const HEIGHT: u32 = 800_000;
/// `min_final_cltv_expiry_delta`, in blocks.
pub const DELTA: u32 = 18;
/// The keysend record's preimage.
pub const PREIMAGE: [u8; 32] = [0x42; 32];
/// The associated data of a packet that pays nothing.
pub const ASSOCIATED_DATA: [u8; 32] = [0x24; 32];
/// A short channel id.
pub const CHANNEL: [u8; 8] = [0, 0, 1, 0, 0, 2, 0, 3];

/// How many session keys, nodes and path keys there are.
pub const KEYS: usize = 24;

/// What there is of one number: a node, a path key, and a session key with what it shares with node 0, computed once.
struct Keys {
    node: SecretKey,
    node_public: [u8; 33],
    session: SecretKey,
    session_public: [u8; 33],
    path: SecretKey,
    shared: SharedPoint,
}

fn keys(number: usize) -> &'static Keys {
    static ALL: LazyLock<[Keys; KEYS]> = LazyLock::new(|| {
        let node_0 = secret("node", 0).public_key();
        std::array::from_fn(|number| {
            let [node, session, path] = ["node", "session", "path"].map(|label| secret(label, number));
            let [node_public, session_public] = [node, session].map(|secret| secret.public_key().encode());
            let shared = SharedPoint::new(&node_0, &session);
            Keys { node, node_public, session, session_public, path, shared }
        })
    });
    &ALL[number % KEYS]
}

/// The first secret key that a label gives.
fn secret(label: &str, number: usize) -> SecretKey {
    let mut digest: [u8; 32] = Sha256::digest(format!("spontan/fuzz/{label}/{number}")).into();
    loop {
        match SecretKey::decode(&digest) {
            Ok(key) => return key,
            Err(_) => digest = Sha256::digest(digest).into(),
        }
    }
}

/// A node's key; 0 is the one that receives.
pub fn node(number: usize) -> SecretKey {
    keys(number).node
}

/// The public key of a node.
pub fn node_public(number: usize) -> [u8; 33] {
    keys(number).node_public
}

/// A session key; 0 is the ordinary one.
pub fn session(number: usize) -> SecretKey {
    keys(number).session
}

/// The public key of a session key.
pub fn session_public(number: usize) -> [u8; 33] {
    keys(number).session_public
}

/// The number of the session key with this public key.
pub fn session_number(public: &[u8]) -> Option<usize> {
    (0..KEYS).find(|number| session_public(*number) == public)
}

/// A path key's secret.
pub fn path(number: usize) -> SecretKey {
    keys(number).path
}

/// What session key and receiving node share: most packets are made for node 0.
pub fn shared_with_node_0(number: usize) -> SharedPoint {
    keys(number).shared
}

/// What a node with keysend switched on is set to.
pub const fn settings(shared_secret: SharedSecret) -> Settings {
    Settings { keysend: Switch::Accept, shared_secret, min_final_cltv_expiry_delta: DELTA }
}

/// The ordinary record of a payload type; none for types that a payload does not know.
pub fn record(r#type: u64) -> Option<Record> {
    Some(match r#type {
        types::AMT_TO_FORWARD | types::TOTAL_AMOUNT_MSAT => Record::integer(r#type, AMOUNT),
        types::OUTGOING_CLTV_VALUE => Record::integer(r#type, EXPIRY.into()),
        types::SHORT_CHANNEL_ID => Record::new(r#type, CHANNEL),
        types::PAYMENT_DATA => Record::new(r#type, payment_data([0; 32], AMOUNT)),
        types::ENCRYPTED_RECIPIENT_DATA | types::PAYMENT_METADATA => Record::new(r#type, []),
        types::CURRENT_PATH_KEY => Record::new(r#type, path(0).public_key().encode()),
        types::KEYSEND_PREIMAGE => Record::new(r#type, PREIMAGE),
        _ => return None,
    })
}

/// The payload of a hop that forwards.
pub fn forwarded_payload() -> Vec<u8> {
    let mut payload = payload(false);
    payload.put(types::SHORT_CHANNEL_ID, CHANNEL);
    payload.bytes()
}

/// The value of `payment_data`.
pub fn payment_data(secret: [u8; 32], total_msat: u64) -> Vec<u8> {
    [&secret[..], &crate::blueprint::stream::truncated(total_msat)].concat()
}

/// The payload of an ordinary keysend, or one without the record.
pub fn payload(keysend: bool) -> Stream {
    let wanted = [types::AMT_TO_FORWARD, types::OUTGOING_CLTV_VALUE, types::KEYSEND_PREIMAGE];
    let records = wanted[..if keysend { 3 } else { 2 }].iter().filter_map(|r#type| record(*r#type));
    Stream { records: records.collect(), tail: Vec::new() }
}
