//! Spontan's reference.

use spontan::bolt1::{SecretKey, tlv};
use spontan::bolt4::construct::shared_secrets;
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::bolt4::{Blocks, Msat, Packet, Preimage, SharedSecret, ShortChannelId, peel, return_packet};
use spontan::scheme::keysend;
use spontan::scheme::route::RouteHop;

use crate::{AMOUNT_MSAT, EXPIRY, PREIMAGE, SESSION_KEY, channel};

/// The payer's and every hop's keys.
pub struct Route {
    session_key: SecretKey,
    nodes: Vec<SecretKey>,
    hops: Vec<RouteHop>,
}

impl Route {
    /// The route through the nodes that have these secret keys.
    #[allow(clippy::missing_panics_doc, reason = "the keys are fixed")]
    pub fn new(nodes: &[[u8; 32]]) -> Self {
        let key = |bytes: &[u8; 32]| SecretKey::decode(bytes).expect("a valid key");
        let nodes: Vec<_> = nodes.iter().map(key).collect();
        let hop = |(index, node): (usize, &SecretKey)| RouteHop {
            public_key: node.public_key(),
            amt_to_forward: Msat(AMOUNT_MSAT),
            outgoing_cltv_value: Blocks(EXPIRY),
            short_channel_id: (index + 1 < nodes.len())
                .then(|| ShortChannelId(channel(index + 1).to_be_bytes())),
        };
        let hops = nodes.iter().enumerate().map(hop).collect();
        Self { session_key: key(&SESSION_KEY), nodes, hops }
    }

    /// Makes the packet for the first hop.
    #[allow(clippy::missing_panics_doc, reason = "the route is fixed")]
    pub fn construct(&self) -> Packet {
        keysend::send(&self.session_key, &Preimage(PREIMAGE), &self.hops, &[]).expect("a valid route").packet
    }

    /// What the last hop makes when it fails, before anybody has obfuscated it.
    #[allow(clippy::missing_panics_doc, reason = "the message fits")]
    pub fn bare_failure(&self) -> Vec<u8> {
        let message = [0x20, 0x02];
        let secrets = self.shared_secrets();
        let last = secrets.last().expect("a route has a hop");
        return_packet::create(last, &message, return_packet::pad_length(message.len()))
            .expect("a short message fits")
    }

    /// What the payer gets when the last hop fails and all others wrap its failure.
    pub fn failure(&self) -> Vec<u8> {
        let mut packet = self.bare_failure();
        self.shared_secrets().iter().rev().for_each(|secret| return_packet::obfuscate(secret, &mut packet));
        packet
    }

    /// Finds the hop that failed, from 0.
    pub fn open_failure(&self, packet: &[u8]) -> Option<usize> {
        return_packet::open(&self.shared_secrets(), packet).map(|opened| opened.hop)
    }

    fn shared_secrets(&self) -> Vec<SharedSecret> {
        let nodes = self.hops.iter().map(|hop| hop.public_key);
        shared_secrets(&self.session_key, nodes)
    }

    /// Peels at every hop, until the final one; gives how many there were.
    #[allow(clippy::missing_panics_doc, reason = "the packet is ours")]
    pub fn peel(&self, packet: &Packet) -> usize {
        let hash = Preimage(PREIMAGE).payment_hash();
        let mut packet = *packet;
        for (index, node) in self.nodes.iter().enumerate() {
            let peeled = peel(node, &packet, &hash.0, None).expect("a valid packet");
            match peeled.next_packet {
                Some(next) => packet = next,
                None => return index + 1,
            }
        }
        0
    }
}

/// Decodes a payload; gives what it says.
pub fn decode(stream: &[u8]) -> Option<(u64, u32, [u8; 32])> {
    let payload = Payload::decode(stream, &PayloadNamespace::default()).ok()?;
    Some((payload.amt_to_forward?.0, payload.outgoing_cltv_value?.0, payload.keysend_preimage?.0))
}

/// Walks a payload's records, checking the grammar alone; gives the bytes of all values.
pub fn walk(stream: &[u8]) -> Option<usize> {
    tlv::records(stream).try_fold(0, |sum, record| Some(sum + record.ok()?.value.len()))
}
