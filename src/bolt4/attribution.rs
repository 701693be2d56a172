//! `attribution_data`: how long each hop held an HTLC, and HMACs that show where a return packet was changed. BOLT 4,
//! "Initialization of `attribution_data`" to "Origin Node", and "Hold times for successful payments".
//!
//! 920 bytes: a hold time (4 bytes, big-endian, in units of 100 ms) for each of 20 hops, then 210 HMACs of 4 bytes. The node
//! nearest to the payer has the first 20 HMACs, one for each number of hops that may follow it, 19 first; the next
//! has 19, and so on.

use super::stream::{KeyType, apply, key, mac};
use super::types::SharedSecret;

/// The hops for which there is room.
pub const HOPS: usize = 20;
/// The length of `attribution_data`, in bytes.
pub const LENGTH: usize = HOLD_TIMES + HMACS * HMAC;

const TIME: usize = 4;
const HMAC: usize = 4;
const HOLD_TIMES: usize = HOPS * TIME;
const HMACS: usize = HOPS * (HOPS + 1) / 2;

/// The data: 920 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributionData(pub [u8; LENGTH]);

/// Where the HMAC starts that the node `node` (counted from the payer's side, 0 first) has for `following` hops after it.
const fn start(node: usize, following: usize) -> usize {
    let before = node * HOPS - node * node.saturating_sub(1) / 2;
    HOLD_TIMES + (before + HOPS - 1 - node - following) * HMAC
}

/// For each node but the first: where its HMACs are, where they are when it is one node nearer to the payer, and their length
/// in bytes. There it has one more, the one for the most hops after it, which goes when a hop comes before it.
fn moves() -> impl Iterator<Item = (usize, usize, usize)> {
    (1..HOPS).map(|node| {
        let most = HOPS - 1 - node;
        (start(node, most), start(node - 1, most), (HOPS - node) * HMAC)
    })
}

impl AttributionData {
    /// All zero: where the failing node starts, or a node to which none came from downstream.
    pub const EMPTY: Self = Self([0; LENGTH]);

    /// What a node sends upstream: its hold time (units of 100 ms) and HMACs put before those of the nodes downstream, then
    /// obfuscated. `packet` is the return packet before the node's own obfuscation, empty when the HTLC was fulfilled.
    ///
    /// The failing node, or the one that fulfils, starts from [`Self::EMPTY`].
    #[must_use]
    pub fn updated(&self, secret: &SharedSecret, hold_time: u32, packet: &[u8]) -> Self {
        let mut data = Self::EMPTY;
        data.0[TIME..HOLD_TIMES].copy_from_slice(&self.0[..HOLD_TIMES - TIME]);
        data.0[..TIME].copy_from_slice(&hold_time.to_be_bytes());
        for (back, front, length) in moves() {
            data.0[back..back + length].copy_from_slice(&self.0[front..front + length]);
        }
        let um = key(KeyType::Um, &secret.0);
        for following in 0..HOPS {
            let hmac = data.hmac(&um, following, packet);
            data.0[start(0, following)..][..HMAC].copy_from_slice(&hmac);
        }
        data.obfuscate(secret);
        data
    }

    /// The first node's HMAC, when `following` hops come after it.
    fn hmac(&self, um: &[u8; 32], following: usize, packet: &[u8]) -> [u8; HMAC] {
        let mut downstream = Vec::with_capacity(following * HMAC);
        for node in 1..=following {
            downstream.extend(&self.0[start(node, following - node)..][..HMAC]);
        }
        let times = &self.0[..(following + 1) * TIME];
        let [a, b, c, d, ..] = mac(um, &[packet, times, &downstream]);
        [a, b, c, d]
    }

    fn obfuscate(&mut self, secret: &SharedSecret) {
        apply(&key(KeyType::Ammagext, &secret.0), 0, &mut self.0);
    }

    /// Takes the first node's part off, as the payer does: its hold time, if its HMAC is right. `packet` is the return packet
    /// without the obfuscation of this node and those before it, empty when the HTLC was fulfilled; `following` says how many hops
    /// of the route come after this one: for more than 19 there is no HMAC.
    fn take(&mut self, secret: &SharedSecret, following: usize, packet: &[u8]) -> Option<u32> {
        if following >= HOPS {
            return None;
        }
        self.obfuscate(secret);
        let hmac = self.hmac(&key(KeyType::Um, &secret.0), following, packet);
        if self.0[start(0, following)..][..HMAC] != hmac {
            return None;
        }
        let mut next = Self::EMPTY;
        next.0[..HOLD_TIMES - TIME].copy_from_slice(&self.0[TIME..HOLD_TIMES]);
        for (back, front, length) in moves() {
            next.0[front..front + length].copy_from_slice(&self.0[back..back + length]);
        }
        let [a, b, c, d, ..] = self.0;
        *self = next;
        Some(u32::from_be_bytes([a, b, c, d]))
    }
}

/// What `attribution_data` tells the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributed {
    /// The hold times of the hops whose HMACs are right, in units of 100 ms, the first hop's first.
    pub hold_times: Vec<u32>,
    /// The first hop whose HMAC is wrong, from 0: it, or the hop before it, changed something. None if all are right.
    pub invalid: Option<usize>,
}

/// The payer reads `attribution_data` with the shared secrets of the route, the first hop's first. `packet` is the return packet
/// as it came, none when the HTLC was fulfilled. The hop that made the packet is the last one read.
pub fn read(secrets: &[SharedSecret], packet: Option<&[u8]>, data: &AttributionData) -> Attributed {
    let mut data = data.clone();
    let mut packet = packet.map(<[u8]>::to_vec);
    let mut hold_times = Vec::new();
    for (hop, secret) in secrets.iter().enumerate() {
        if let Some(packet) = &mut packet {
            super::return_packet::obfuscate(secret, packet);
        }
        let covered = packet.as_deref().unwrap_or_default();
        match data.take(secret, secrets.len() - 1 - hop, covered) {
            Some(time) => hold_times.push(time),
            None => return Attributed { hold_times, invalid: Some(hop) },
        }
        if packet.is_some() && super::return_packet::is_made_by(secret, covered) {
            break;
        }
    }
    Attributed { hold_times, invalid: None }
}
