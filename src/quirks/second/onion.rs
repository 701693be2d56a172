//! The onion packet: filler, construction and peeling.

use std::ops::Range;

use secp256k1::{PublicKey, SecretKey};

use super::curve::{Shared, sha256, times_point};
use super::failure::Refusal;
use super::keys::{HopKeys, hmac_sha256};
use super::wire::Fault;
use super::{Implementation, refuse_if};
use crate::quirks::list::Quirk as Q;

/// The bytes of hop_payloads.
const PAYLOADS: usize = 1300;
/// The bytes of a packet: version, public key, hop_payloads and HMAC.
const PACKET: usize = 1 + 33 + PAYLOADS + 32;
/// The bytes that are deciphered: BOLT 4's 2600, and some more for quirks that let a payload be too long.
const DECIPHERED: usize = 2 * PAYLOADS + 64;

/// XORs bytes with as much of a stream as they have.
pub fn xor(bytes: &mut [u8], stream: &[u8]) {
    bytes.iter_mut().zip(stream).for_each(|(byte, key)| *byte ^= key);
}

/// What a node finds in a packet.
pub struct Peeled {
    pub payload: Vec<u8>,
    pub shared: Shared,
    /// The packet for the next node; none at the final one.
    pub next: Option<Vec<u8>>,
}

impl Implementation {
    fn framed(&self, payload: &[u8]) -> Vec<u8> {
        let length = payload.len();
        let mut framed = Vec::new();
        if self.has(Q::PayloadLengthAlwaysThreeBytes) {
            framed.push(0xfd);
            framed.extend((length as u16).to_be_bytes());
        } else if self.has(Q::PayloadLengthInOneByte) {
            framed.push(length as u8);
        } else {
            let counted = self.vary(length, [(Q::PayloadLengthCountsHmac, length + 32)]);
            self.write_bigsize(counted as u64, &mut framed);
        }
        framed.extend_from_slice(payload);
        framed
    }

    /// Builds the packet for the first hop. The error is the reason.
    pub(super) fn construct(
        &self,
        session_key: &SecretKey,
        nodes: &[PublicKey],
        payloads: &[&[u8]],
        associated_data: &[u8],
    ) -> Result<Vec<u8>, &'static str> {
        refuse_if(nodes.is_empty(), "no_hops")?;
        let shortest = payloads.iter().map(|payload| payload.len()).min().unwrap_or(0);
        let reserved = shortest < 2
            && !self.has(Q::ReservedPayloadLengthBuilt)
            && !(shortest == 1 && self.has(Q::PayloadOfOneByteBuilt));
        refuse_if(reserved, "payload_length_reserved")?;
        let framed: Vec<_> = payloads.iter().map(|payload| self.framed(payload)).collect();
        let without_hmacs: usize = framed.iter().map(Vec::len).sum();
        let needed = without_hmacs + 32 * framed.len();
        let fits = needed <= PAYLOADS
            || needed == PAYLOADS + 1 && self.has(Q::PayloadsOneByteTooLongBuilt)
            || without_hmacs <= PAYLOADS && self.has(Q::PayloadSizeCheckForgetsHmacs);
        let refused = !fits
            || needed == PAYLOADS && self.has(Q::PayloadsMayNotFillThePacket)
            || nodes.len() > 20 && self.has(Q::RouteOfAtMost20Hops)
            || nodes.len() > 26 && self.has(Q::RouteOfAtMost26Hops);
        refuse_if(refused, "payloads_too_long")?;
        let keys = self.hop_keys(session_key, nodes).ok_or("session_key_invalid")?;
        Ok(self.wrap(session_key, &keys, &framed, associated_data))
    }

    fn filler(&self, keys: &[HopKeys], framed: &[Vec<u8>]) -> Vec<u8> {
        let mut filler = Vec::new();
        let covered = self.vary(keys.len() - 1, [(Q::FillerCoversTheLastHop, keys.len())]);
        for (hop, framed) in keys.iter().zip(framed).take(covered) {
            let start = PAYLOADS.saturating_sub(filler.len());
            let start = self.vary(start, [(Q::FillerStreamFromTheStart, 0)]);
            let shift = self.vary(framed.len() + 32, [(Q::FillerShiftsBy65, 65)]);
            let forgets = framed[0] >= 0xfd && self.has(Q::FillerForgetsLongPrefixes);
            let shift = if forgets { shift - 2 } else { shift };
            filler.resize(filler.len() + shift, 0);
            let rho = self.key("rho", &hop.shared.secret);
            let stream = self.stream(&rho, start + filler.len());
            xor(&mut filler, &stream[start..]);
        }
        filler.truncate(PAYLOADS);
        filler
    }

    fn wrap(
        &self,
        session_key: &SecretKey,
        keys: &[HopKeys],
        framed: &[Vec<u8>],
        associated_data: &[u8],
    ) -> Vec<u8> {
        let session_secret = session_key.to_secret_bytes();
        let pad = if self.has(Q::PadFromRho) {
            self.key("rho", &session_secret)
        } else if self.has(Q::PadFromTheSharedSecret) {
            self.key("pad", &keys[0].shared.secret)
        } else {
            self.key("pad", &session_secret)
        };
        let mut body = self.stream(&pad, PAYLOADS);
        if self.has(Q::PadWithZeros) {
            body.fill(0);
        }
        let filler = self.filler(keys, framed);
        let mut hmac = self.vary([0; 32], [(Q::LastHmacNotZero, sha256(b"final"))]);
        for (index, (hop, framed)) in keys.iter().zip(framed).enumerate().rev() {
            body.splice(..0, [framed, &hmac[..]].concat());
            body.truncate(PAYLOADS);
            let rho = self.key("rho", &hop.shared.secret);
            xor(&mut body, &self.stream(&rho, PAYLOADS));
            let last = index == keys.len() - 1;
            if last && !filler.is_empty() && !self.has(Q::FillerMissing) {
                body[PAYLOADS - filler.len()..].copy_from_slice(&filler);
            }
            let bound = last || !self.has(Q::AssociatedDataOnlyAtTheLastHop);
            hmac = self.packet_hmac(&hop.shared.secret, &body, if bound { associated_data } else { &[] });
        }
        let shown = self.vary(&keys[0], [(Q::PacketShowsTheLastKey, &keys[keys.len() - 1])]);
        let version = self.vary(0, [(Q::VersionOneWritten, 1)]);
        [&[version], &shown.ephemeral.serialize()[..], &body, &hmac].concat()
    }

    /// Whether a wrong HMAC passes, given the right one.
    fn forgives_hmac(&self, right: &[u8], hmac: &[u8]) -> bool {
        self.has(Q::HmacNotChecked)
            || right[..4] == hmac[..4] && self.has(Q::HmacComparedByPrefix)
            || right[1..] == hmac[1..] && self.has(Q::HmacComparedBySuffix)
            || hmac.iter().all(|byte| *byte == 0) && self.has(Q::ZeroHmacAccepted)
            || right.iter().zip(hmac).fold(0, |sum: u8, (a, b)| sum.wrapping_add(a ^ b)) == 0
                && self.has(Q::HmacDifferencesCancel)
    }

    /// Reads, authenticates and decrypts a packet.
    pub(super) fn peel(
        &self,
        node_secret: &SecretKey,
        packet: &[u8],
        associated_data: &[u8],
        path_key: Option<&PublicKey>,
    ) -> Result<Peeled, Refusal> {
        let resized = packet.len() > PACKET && self.has(Q::LongPacketCut)
            || packet.len() < PACKET && self.has(Q::ShortPacketPadded);
        refuse_if(packet.len() != PACKET && !resized, Refusal::plain("packet_length"))?;
        let mut packet = packet.to_vec();
        packet.resize(PACKET, 0);
        let bad_onion = |reason, code| {
            let mut refusal = self.bad_onion(reason, code, &packet);
            if let (Some(_), Some((code, _))) = (path_key, &mut refusal.failure)
                && !self.has(Q::BlindedFailureKeepsItsCode)
            {
                *code = 0xc018;
            }
            refusal
        };
        let readable =
            packet[0] == 0 || self.has(Q::VersionNotChecked) || packet[0] == 1 && self.has(Q::VersionOneRead);
        if !readable {
            return Err(bad_onion("version_unknown", 0xc004));
        }
        let hmac = &packet[34 + PAYLOADS..];
        let key_wrong = || bad_onion("public_key_invalid", 0xc006);
        let public_key = self.read_public_key(&packet[1..34]).ok_or_else(key_wrong)?;
        let tweaked = match path_key {
            Some(path_key) if !self.has(Q::PathKeyIgnored) => {
                let shared = self.ecdh(path_key, node_secret).secret;
                let label = self.vary("blinded_node_id", [(Q::PathKeyTweakIsBlinding, "blinding")]);
                times_point(&public_key, hmac_sha256(label.as_bytes(), &shared)).ok_or_else(key_wrong)?
            }
            _ => public_key,
        };
        let shared = self.ecdh(&tweaked, node_secret);
        let mut body = packet[34..34 + PAYLOADS].to_vec();
        let right = self.packet_hmac(&shared.secret, &body, associated_data);
        let forgives = || {
            self.forgives_hmac(&right, hmac)
                || self.packet_hmac(&shared.secret, &body, &[]) == hmac
                    && self.has(Q::HmacWithoutAssociatedDataAccepted)
        };
        if right != hmac && !forgives() {
            return Err(bad_onion("hmac_mismatch", 0xc005));
        }
        body.resize(DECIPHERED, 0);
        xor(&mut body, &self.stream(&self.key("rho", &shared.secret), DECIPHERED));
        if self.has(Q::PaddingNotDeciphered) {
            body[PAYLOADS..].fill(0);
        }
        if self.has(Q::StreamOf1365Bytes) {
            body[PAYLOADS + 65..].fill(0);
        }
        let range = self.payload_range(&body).map_err(|reason| match path_key {
            Some(_) => Refusal::new(reason, 0xc018, vec![0; 32]),
            None => self.bad_payload(reason, 0, 0),
        })?;
        let payload = body[range.clone()].to_vec();
        let (next_hmac, rest) = body[range.end..].split_at(32);
        if self.is_final(next_hmac) {
            return Ok(Peeled { payload, shared, next: None });
        }
        let blinded = self.vary(public_key, [(Q::NextKeyFromTweakedKey, tweaked)]);
        let next_key = if self.has(Q::NextKeyNotBlinded) {
            blinded
        } else {
            let factor = self.blinding_factor(&blinded, &shared.secret);
            times_point(&blinded, factor).ok_or_else(key_wrong)?
        };
        let next = [&[0], &next_key.serialize()[..], &rest[..PAYLOADS], next_hmac].concat();
        Ok(Peeled { payload, shared, next: Some(next) })
    }

    /// Whether this `next_hmac` is that of the final node.
    fn is_final(&self, next_hmac: &[u8]) -> bool {
        let zeros = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
        zeros(next_hmac)
            || zeros(&next_hmac[..1]) && self.has(Q::FinalByTheFirstByte)
            || zeros(&next_hmac[31..]) && self.has(Q::FinalByTheLastByte)
            || zeros(&next_hmac[..31]) && self.has(Q::FinalBy31Bytes)
            || zeros(&next_hmac[1..]) && self.has(Q::FinalWithoutTheFirstByte)
    }

    /// Where the payload is in the deciphered bytes. The error is the reason.
    fn payload_range(&self, body: &[u8]) -> Result<Range<usize>, &'static str> {
        let (length, mut prefix) = match self.read_bigsize(body) {
            Ok(read) => read,
            Err(Fault::NotMinimal) if body[0] == 0xfd && self.has(Q::PayloadLengthNotMinimalAccepted) => {
                (u64::from(body[1]) << 8 | u64::from(body[2]), 3)
            }
            Err(_) => return Err("payload_length_not_minimal"),
        };
        let mut length =
            self.cut(length, [(Q::PayloadLengthTruncatedToU32, 32), (Q::PayloadLengthTruncatedToU16, 16)]);
        if length == 0 && self.has(Q::LengthZeroIsLegacy) {
            (length, prefix) = (32, 1);
        }
        let allowed = length >= 2
            || self.has(Q::ReservedPayloadLengthAccepted)
            || length == 1 && self.has(Q::PayloadLengthOneAccepted)
            || length == 0 && self.has(Q::PayloadLengthZeroAccepted);
        refuse_if(!allowed, "payload_length_reserved")?;
        let limit = (PAYLOADS - 32 - prefix) as u64;
        let fits = length <= limit
            || length == limit + 1 && self.has(Q::PayloadLengthOneTooLongAccepted)
            || length <= limit + 32 && self.has(Q::PayloadLengthForgetsHmac)
            || length <= 2 * PAYLOADS as u64 && self.has(Q::PayloadLengthUpToThePadding)
            || length >> 63 == 1 && self.has(Q::NegativePayloadLengthAccepted);
        refuse_if(!fits || length > 255 && self.has(Q::PayloadAbove255Refused), "payload_length_too_long")?;
        Ok(prefix..prefix + length.min((PAYLOADS - 32) as u64) as usize)
    }
}
