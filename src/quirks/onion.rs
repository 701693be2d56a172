//! The onion packet, written to be bent: filler, construction and peeling.

use secp256k1::{PublicKey, SecretKey};

use super::curve::{Shared, sha256, times_point};
use super::failure::Refused;
use super::keys::{HopKeys, hmac_sha256};
use super::wire::Fault;
use super::{Bent, Quirk as Q};

const PAYLOADS: usize = 1300;
const PACKET: usize = 1 + 33 + PAYLOADS + 32;

fn xor(bytes: &mut [u8], stream: &[u8]) {
    bytes.iter_mut().zip(stream).for_each(|(byte, key)| *byte ^= key);
}

/// What a node finds in a packet.
pub struct Peeled {
    /// Its payload.
    pub payload: Vec<u8>,
    /// The secrets that it shares with the payer.
    pub shared: Shared,
    /// The packet for the next node; none at the final one.
    pub next: Option<Vec<u8>>,
}

impl Bent {
    fn framed(&self, payload: &[u8]) -> Vec<u8> {
        let mut framed = Vec::new();
        if self.has(Q::PayloadLengthAlwaysThreeBytes) {
            framed.push(0xfd);
            framed.extend((payload.len() as u16).to_be_bytes());
        } else if self.has(Q::PayloadLengthInOneByte) {
            framed.push(payload.len() as u8);
        } else {
            let counted =
                if self.has(Q::PayloadLengthCountsHmac) { payload.len() + 32 } else { payload.len() };
            self.write_bigsize(counted as u64, &mut framed);
        }
        framed.extend_from_slice(payload);
        framed
    }

    /// Builds the packet for the first hop. The error is the reason.
    pub fn construct(
        &self,
        session_key: &SecretKey,
        nodes: &[PublicKey],
        payloads: &[&[u8]],
        associated_data: &[u8],
    ) -> Result<Vec<u8>, &'static str> {
        if nodes.is_empty() {
            return Err("no_hops");
        }
        if payloads.iter().any(|payload| payload.len() < 2) {
            let one = payloads.iter().all(|payload| !payload.is_empty());
            if !(self.has(Q::ReservedPayloadLengthBuilt) || one && self.has(Q::PayloadOfOneByteBuilt)) {
                return Err("payload_length_reserved");
            }
        }
        let framed: Vec<_> = payloads.iter().map(|payload| self.framed(payload)).collect();
        let needed: usize = framed.iter().map(|framed| framed.len() + 32).sum();
        if needed == PAYLOADS && self.has(Q::PayloadsMayNotFillThePacket) {
            return Err("payloads_too_long");
        }
        if nodes.len() > 20 && self.has(Q::RouteOfAtMost20Hops) {
            return Err("payloads_too_long");
        }
        let one_too_long = needed == PAYLOADS + 1 && self.has(Q::PayloadsOneByteTooLongBuilt);
        let without_hmacs = needed - 32 * framed.len();
        if needed > PAYLOADS
            && !(one_too_long || without_hmacs <= PAYLOADS && self.has(Q::PayloadSizeCheckForgetsHmacs))
        {
            return Err("payloads_too_long");
        }
        let keys = self.hop_keys(session_key, nodes).ok_or("session_key_invalid")?;
        Ok(self.wrap(session_key, &keys, &framed, associated_data))
    }

    fn filler(&self, keys: &[HopKeys], framed: &[Vec<u8>]) -> Vec<u8> {
        let mut filler = Vec::new();
        let covered = if self.has(Q::FillerCoversTheLastHop) { keys.len() } else { keys.len() - 1 };
        for (hop, framed) in keys.iter().zip(framed).take(covered) {
            let shift = if self.has(Q::FillerShiftsBy65) { 65 } else { framed.len() + 32 };
            let start = PAYLOADS.saturating_sub(filler.len());
            filler.resize(filler.len() + shift, 0);
            let rho = self.key("rho", &hop.shared.secret);
            let start = if self.has(Q::FillerStreamFromTheStart) { 0 } else { start };
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
        let pad = if self.has(Q::PadFromRho) {
            self.key("rho", &session_key.to_secret_bytes())
        } else if self.has(Q::PadFromTheSharedSecret) {
            self.key("pad", &keys[0].shared.secret)
        } else {
            self.key("pad", &session_key.to_secret_bytes())
        };
        let mut body = self.stream(&pad, PAYLOADS);
        if self.has(Q::PadWithZeros) {
            body.fill(0);
        }
        let filler = self.filler(keys, framed);
        let mut hmac = if self.has(Q::LastHmacNotZero) { sha256(b"final").to_vec() } else { vec![0; 32] };
        for (index, (hop, framed)) in keys.iter().zip(framed).enumerate().rev() {
            body.splice(..0, [&framed[..], &hmac].concat());
            body.truncate(PAYLOADS);
            let rho = self.key("rho", &hop.shared.secret);
            let stream = self.stream(&rho, PAYLOADS);
            xor(&mut body, &stream);
            let last = index == keys.len() - 1;
            if last && !filler.is_empty() && !self.has(Q::FillerMissing) {
                let end = PAYLOADS - filler.len();
                body[end..].copy_from_slice(&filler);
            }
            let data =
                if last || !self.has(Q::AssociatedDataOnlyAtTheLastHop) { associated_data } else { &[] };
            hmac = self.packet_hmac(&hop.shared.secret, &body, data).to_vec();
        }
        let shown = if self.has(Q::PacketShowsTheLastKey) { &keys[keys.len() - 1] } else { &keys[0] };
        let version = if self.has(Q::VersionOneWritten) { 1 } else { 0 };
        [&[version], &shown.ephemeral.serialize()[..], &body, &hmac].concat()
    }

    /// Reads, authenticates and decrypts a packet.
    pub fn peel(
        &self,
        node_secret: &SecretKey,
        packet: &[u8],
        associated_data: &[u8],
        path_key: Option<&PublicKey>,
    ) -> Result<Peeled, Refused> {
        let mut packet = packet.to_vec();
        if packet.len() != PACKET {
            let long = packet.len() > PACKET && self.has(Q::LongPacketCut);
            if !(long || packet.len() < PACKET && self.has(Q::ShortPacketPadded)) {
                return Err(Refused::plain("packet_length"));
            }
            packet.resize(PACKET, 0);
        }
        let bad_onion = |reason, code| {
            let whole = self.bad_onion(reason, code, &packet);
            match (path_key, whole.failure) {
                (Some(_), Some((_, data))) if !self.has(Q::BlindedFailureKeepsItsCode) => {
                    Refused::new(reason, 0xc018, data)
                }
                (_, failure) => Refused { reason, failure },
            }
        };
        if packet[0] != 0
            && !self.has(Q::VersionNotChecked)
            && !(packet[0] == 1 && self.has(Q::VersionOneRead))
        {
            return Err(bad_onion("version_unknown", 0xc004));
        }
        let hmac = &packet[34 + PAYLOADS..];
        let key_wrong = || bad_onion("public_key_invalid", 0xc006);
        let public_key = self.read_public_key(&packet[1..34]).ok_or_else(key_wrong)?;
        let seen = match path_key {
            Some(path_key) if !self.has(Q::PathKeyIgnored) => {
                let shared = self.ecdh(path_key, node_secret).secret;
                let label: &[u8] =
                    if self.has(Q::PathKeyTweakIsBlinding) { b"blinding" } else { b"blinded_node_id" };
                times_point(&public_key, hmac_sha256(label, &shared)).ok_or_else(key_wrong)?
            }
            _ => public_key,
        };
        let shared = self.ecdh(&seen, node_secret);
        let mut body = packet[34..34 + PAYLOADS].to_vec();
        let wanted = self.packet_hmac(&shared.secret, &body, associated_data);
        if wanted != hmac {
            let forgiven = self.has(Q::HmacNotChecked)
                || wanted[..4] == hmac[..4] && self.has(Q::HmacComparedByPrefix)
                || wanted[1..] == hmac[1..] && self.has(Q::HmacComparedBySuffix)
                || hmac.iter().all(|byte| *byte == 0) && self.has(Q::ZeroHmacAccepted)
                || wanted.iter().zip(hmac).fold(0, |sum: u8, (a, b)| sum.wrapping_add(a ^ b)) == 0
                    && self.has(Q::HmacDifferencesCancel);
            if !forgiven {
                return Err(bad_onion("hmac_mismatch", 0xc005));
            }
        }
        // Some bytes more than BOLT 4's 2600, for quirks that let a payload be too long.
        body.resize(2 * PAYLOADS + 64, 0);
        let stream = self.stream(&self.key("rho", &shared.secret), 2 * PAYLOADS + 64);
        xor(&mut body, &stream);
        if self.has(Q::PaddingNotDeciphered) {
            body[PAYLOADS..].fill(0);
        }
        let (start, end) = self.payload_range(&body, path_key.is_some())?;
        let payload = body[start..end].to_vec();
        let rest = &body[end + 32..];
        let next_hmac = &body[end..end + 32];
        if self.is_final(next_hmac) {
            return Ok(Peeled { payload, shared, next: None });
        }
        let blinded = if self.has(Q::NextKeyFromTweakedKey) { &seen } else { &public_key };
        let next_key = if self.has(Q::NextKeyNotBlinded) {
            *blinded
        } else {
            let factor = self.blinding_factor(blinded, &shared.secret);
            times_point(blinded, factor).ok_or_else(key_wrong)?
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

    fn payload_range(&self, body: &[u8], blinded: bool) -> Result<(usize, usize), Refused> {
        let refuse = |reason| {
            let refused = self.bad_payload(reason, 0, 0);
            if blinded { Refused::new(reason, 0xc018, vec![0; 32]) } else { refused }
        };
        let (mut length, mut prefix) = match self.read_bigsize(body) {
            Ok(read) => read,
            Err(Fault::NotMinimal) if body[0] == 0xfd && self.has(Q::PayloadLengthNotMinimalAccepted) => {
                (u64::from(body[1]) << 8 | u64::from(body[2]), 3)
            }
            Err(_) => return Err(refuse("payload_length_not_minimal")),
        };
        if length > 0xffff_ffff && self.has(Q::PayloadLengthTruncatedToU32) {
            length &= 0xffff_ffff;
        }
        if length > 0xffff && self.has(Q::PayloadLengthTruncatedToU16) {
            length &= 0xffff;
        }
        if length == 0 && self.has(Q::LengthZeroIsLegacy) {
            (length, prefix) = (32, 1);
        }
        if length < 2 {
            let forgiven = self.has(Q::ReservedPayloadLengthAccepted)
                || length == 1 && self.has(Q::PayloadLengthOneAccepted)
                || length == 0 && self.has(Q::PayloadLengthZeroAccepted);
            if !forgiven {
                return Err(refuse("payload_length_reserved"));
            }
        }
        let limit = (PAYLOADS - 32 - prefix) as u64;
        if length > limit {
            let forgiven = length == limit + 1 && self.has(Q::PayloadLengthOneTooLongAccepted)
                || length <= limit + 32 && self.has(Q::PayloadLengthForgetsHmac)
                || length <= 2 * PAYLOADS as u64 && self.has(Q::PayloadLengthUpToThePadding)
                || length >> 63 == 1 && self.has(Q::NegativePayloadLengthAccepted);
            if !forgiven {
                return Err(refuse("payload_length_too_long"));
            }
            length = length.min((PAYLOADS - 32) as u64);
        }
        if length > 255 && self.has(Q::PayloadAbove255Refused) {
            return Err(refuse("payload_length_too_long"));
        }
        Ok((prefix, prefix + length as usize))
    }
}
