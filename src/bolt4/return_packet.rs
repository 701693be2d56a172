//! The packet in which a failure goes back to the payer. BOLT 4, "Returning Errors".
//!
//! In the clear it is the HMAC (32 bytes) of all that follows, the length of the failure message (2 bytes, big-endian), the
//! message, the length of the pad (2 bytes), and the pad.

use super::HMAC_LENGTH;
use super::stream::{KeyType, apply, key, mac, mac_matches};
use super::types::SharedSecret;

/// What message and pad have together, in bytes: at least, and where the message allows it exactly.
pub const MESSAGE_AND_PAD: usize = 256;
/// The length of a packet that hides how long its message is, in bytes.
pub const RETURN_PACKET_LENGTH: usize = HMAC_LENGTH + 2 + MESSAGE_AND_PAD + 2;
/// The most that message and pad can have together, in bytes: `update_fail_htlc` has 65535 bytes at most, of which type, channel
/// id, id and the length of the packet take 44. BOLT 1, "Lightning Message Format"; BOLT 2, "Removing an HTLC".
pub const LONGEST_MESSAGE_AND_PAD: usize = 65_535 - 44 - HMAC_LENGTH - 2 - 2;

/// How long the pad should be behind a message of this length, in bytes: both have 256 bytes together, or there is no pad.
pub const fn pad_length(message_length: usize) -> usize {
    MESSAGE_AND_PAD.saturating_sub(message_length)
}

/// The packet that the failing node makes, before it is obfuscated: what its `attribution_data` covers. The pad has
/// `pad_length` zero bytes, as in BOLT 4's test vectors. None when both are longer than [`LONGEST_MESSAGE_AND_PAD`].
pub fn create(secret: &SharedSecret, failure_message: &[u8], pad_length: usize) -> Option<Vec<u8>> {
    if failure_message.len().checked_add(pad_length)? > LONGEST_MESSAGE_AND_PAD {
        return None;
    }
    let mut packet = vec![0; HMAC_LENGTH];
    packet.extend((failure_message.len() as u16).to_be_bytes());
    packet.extend(failure_message);
    packet.extend((pad_length as u16).to_be_bytes());
    packet.resize(packet.len() + pad_length, 0);
    let (hmac, rest) = packet.split_at_mut(HMAC_LENGTH);
    hmac.copy_from_slice(&mac(&key(KeyType::Um, &secret.0), &[rest]));
    Some(packet)
}

/// XORs the packet with a node's stream: what every node on the way back does, the failing one included, and what the payer
/// undoes.
pub fn obfuscate(secret: &SharedSecret, packet: &mut [u8]) {
    apply(&key(KeyType::Ammag, &secret.0), 0, packet);
}

/// Whether this node made the packet, which is without its obfuscation: whether the HMAC is of its `um` key.
pub fn is_made_by(secret: &SharedSecret, packet: &[u8]) -> bool {
    packet
        .split_first_chunk()
        .is_some_and(|(hmac, rest)| mac_matches(&key(KeyType::Um, &secret.0), &[rest], hmac))
}

/// A return packet that the payer opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Which hop failed, from 0.
    pub hop: usize,
    /// The packet without any obfuscation, HMAC included.
    pub packet: Vec<u8>,
}

impl Opened {
    /// The failure message; none if its length is missing or goes beyond the packet.
    pub fn failure_message(&self) -> Option<&[u8]> {
        let (message, _) = prefixed(self.packet.get(HMAC_LENGTH..)?)?;
        Some(message)
    }

    /// Whether the pad's length is there, the pad fills the packet, and message and pad have 256 bytes or more.
    pub fn is_well_padded(&self) -> bool {
        let parts = self.packet.get(HMAC_LENGTH..).and_then(prefixed);
        parts.and_then(|(message, rest)| Some((message, prefixed(rest)?))).is_some_and(
            |(message, (pad, rest))| rest.is_empty() && message.len() + pad.len() >= MESSAGE_AND_PAD,
        )
    }
}

/// Splits what has a 2-byte length in front from what follows it.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}

/// The payer opens a packet with the shared secrets of the route, the first hop's first. None if no hop made it.
///
/// It stops at the first hop that fits. A payer on a network goes on to 27 rounds, so that the time tells nobody which hop it
/// was (BOLT 4, "Origin Node"); the answer is the same.
pub fn open(secrets: &[SharedSecret], packet: &[u8]) -> Option<Opened> {
    let mut packet = packet.to_vec();
    secrets
        .iter()
        .position(|secret| {
            obfuscate(secret, &mut packet);
            is_made_by(secret, &packet)
        })
        .map(|hop| Opened { hop, packet })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Vec<SharedSecret> {
        (1..=3).map(|byte| SharedSecret([byte; 32])).collect()
    }

    /// The packet as the payer gets it, from hop `hop`.
    fn returned(hop: usize, packet: &[u8]) -> Vec<u8> {
        let mut packet = packet.to_vec();
        secrets()[..=hop].iter().rev().for_each(|secret| obfuscate(secret, &mut packet));
        packet
    }

    #[test]
    fn each_hop_s_failure_is_opened() {
        for hop in 0..3 {
            let packet = create(&secrets()[hop], b"message", pad_length(7)).unwrap();
            assert_eq!(packet.len(), RETURN_PACKET_LENGTH);
            let opened = open(&secrets(), &returned(hop, &packet)).unwrap();
            assert_eq!((opened.hop, opened.failure_message()), (hop, Some(&b"message"[..])));
            assert!(opened.is_well_padded());
            assert_eq!(open(&secrets()[..hop], &returned(hop, &packet)), None);
        }
    }

    #[test]
    fn lengths_of_messages() {
        let secret = SharedSecret([1; 32]);
        for (length, whole) in
            [(0, 292), (255, 292), (256, 292), (257, 293), (LONGEST_MESSAGE_AND_PAD, 65_535 - 44)]
        {
            let packet = create(&secret, &vec![7; length], pad_length(length)).unwrap();
            assert_eq!(packet.len(), whole);
            let opened = Opened { hop: 0, packet };
            assert_eq!(opened.failure_message().unwrap().len(), length);
            assert!(opened.is_well_padded());
        }
        for (length, pad) in [(LONGEST_MESSAGE_AND_PAD, 1), (LONGEST_MESSAGE_AND_PAD + 1, 0), (1, usize::MAX)]
        {
            assert_eq!(create(&secret, &vec![7; length], pad), None);
        }
    }

    #[test]
    fn packets_whose_lengths_do_not_fit() {
        let opened = |rest: &[u8]| Opened { hop: 0, packet: [&[0; HMAC_LENGTH], rest].concat() };
        assert_eq!(opened(&[]).failure_message(), None);
        assert_eq!(opened(&[0]).failure_message(), None);
        assert_eq!(opened(&[0, 2, 9]).failure_message(), None);
        assert_eq!(opened(&[0, 2, 9, 9]).failure_message(), Some(&[9, 9][..]));
        let pad = |length: usize| [&[0, 1, 9, 0, 255][..], &vec![0; length]].concat();
        assert!(opened(&pad(255)).is_well_padded());
        for wrong in [vec![], vec![0, 1, 9], vec![0, 1, 9, 0, 0], pad(254), pad(256)] {
            assert!(!opened(&wrong).is_well_padded(), "{wrong:?}");
        }
    }
}
