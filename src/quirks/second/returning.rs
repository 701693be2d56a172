//! The way back: what the node that fails sends, what the nodes before it make of that, and what the payer reads.

use super::keys::hmac_sha256;
use super::onion::xor;
use super::wire::big_endian;
use super::{Implementation, refuse_if};
use crate::quirks::list::Quirk as Q;

/// What message and pad have together.
const PADDED: usize = 256;
/// The bytes of a return packet that is padded as it should be: HMAC, two lengths, message and pad.
const RETURN_PACKET: usize = 32 + 2 + 2 + PADDED;

/// What the payer learns.
pub struct Failure {
    pub hop: usize,
    pub message: Option<Vec<u8>>,
    pub code: Option<Vec<u8>>,
}

/// The bytes up to an offset, or all of them.
pub fn at_most(bytes: &[u8], end: usize) -> &[u8] {
    &bytes[..bytes.len().min(end)]
}

/// The bytes from an offset on, or none.
pub fn behind(bytes: &[u8], start: usize) -> &[u8] {
    &bytes[bytes.len().min(start)..]
}

impl Implementation {
    /// XORs a return packet with the stream of a node.
    pub(super) fn obfuscate_return(&self, secret: &[u8], packet: &mut [u8]) {
        let whole = packet.len();
        let mut stream = self.stream(&self.key("ammag", secret), whole);
        let end = self.vary(
            whole,
            [
                (Q::ReturnStreamOf256Bytes, 256),
                (Q::ReturnStreamOf292Bytes, 292),
                (Q::ReturnStreamOf1300Bytes, 1300),
            ],
        );
        stream.truncate(end);
        if whole > RETURN_PACKET && self.has(Q::ReturnStreamRestarts) {
            stream = stream.iter().copied().take(RETURN_PACKET).cycle().take(whole).collect();
        }
        let start = self.vary(0, [(Q::ReturnHmacNotObfuscated, 32)]).min(stream.len());
        xor(&mut packet[start..], &stream[start..]);
    }

    /// The HMAC over what follows it in a return packet.
    fn return_hmac(&self, secret: &[u8], body: &[u8]) -> [u8; 32] {
        let message_end = 2 + big_endian(at_most(body, 2)) as usize;
        let covered = self.vary(
            body.to_vec(),
            [
                (Q::ReturnHmacCoversItself, [&[0; 32], body].concat()),
                (Q::ReturnHmacWithoutLength, behind(body, 2).to_vec()),
                (Q::ReturnHmacOfMessageAlone, behind(at_most(body, message_end), 2).to_vec()),
                (Q::ReturnHmacWithoutPad, at_most(body, message_end).to_vec()),
                (Q::ReturnHmacWithoutPadBytes, at_most(body, message_end + 2).to_vec()),
                (Q::ReturnHmacOfAtMost260Bytes, at_most(body, RETURN_PACKET - 32).to_vec()),
            ],
        );
        hmac_sha256(&self.key("um", secret), &covered)
    }

    /// The packet of the node that fails.
    pub(super) fn create_return(&self, secret: &[u8], message: &[u8]) -> Vec<u8> {
        let length = message.len();
        let pad = self.vary(
            PADDED.saturating_sub(length),
            [
                (Q::PadMakes255, 255_usize.saturating_sub(length)),
                (Q::PadMakes260, 260_usize.saturating_sub(length)),
                (Q::PadCountsTheLengths, 252_usize.saturating_sub(length)),
                (Q::PadHas256Bytes, 256),
                (Q::PadIsNeverEmpty, PADDED.saturating_sub(length).max(1)),
                (Q::NoPad, 0),
            ],
        );
        let counted = self.vary(
            length,
            [
                (Q::FailureLengthInOneByte, length & 0xff),
                (Q::FailureLengthCountsItself, length + 2),
                (Q::FailureLengthCountsThePad, length + pad),
            ],
        );
        let mut counted = (counted as u16).to_be_bytes();
        let mut pad_length = (pad as u16).to_be_bytes();
        if self.has(Q::FailureLengthLittleEndian) {
            counted.reverse();
        }
        if self.has(Q::PadLengthLittleEndian) {
            pad_length.reverse();
        }
        let pad_length = if self.has(Q::PadLengthLeftOut) { &[][..] } else { &pad_length };
        let pad = vec![self.vary(0, [(Q::PadOfFf, 0xff)]); pad];
        let body = [&counted, message, pad_length, &pad].concat();
        let mut packet = [&self.return_hmac(secret, &body)[..], &body].concat();
        if self.has(Q::FailingNodeDoesNotObfuscate) {
            return packet;
        }
        self.obfuscate_return(secret, &mut packet);
        if self.has(Q::ReturnHmacOfWhatIsSent) {
            let hmac = self.return_hmac(secret, &packet[32..]);
            packet[..32].copy_from_slice(&hmac);
        }
        packet
    }

    /// The packet of a node on the way back. The error is the reason.
    pub(super) fn wrap_return(&self, secret: &[u8], packet: &[u8]) -> Result<Vec<u8>, &'static str> {
        let (mut packet, length) = (packet.to_vec(), packet.len());
        let refused = length < RETURN_PACKET && self.has(Q::ShortReturnPacketNotWrapped)
            || length > RETURN_PACKET && self.has(Q::LongReturnPacketNotWrapped);
        refuse_if(refused, "return_packet_too_short")?;
        if length < RETURN_PACKET && self.has(Q::ShortReturnPacketPadded) {
            packet.resize(RETURN_PACKET, 0);
        }
        if length > RETURN_PACKET && self.has(Q::LongReturnPacketCut) {
            packet.truncate(RETURN_PACKET);
        }
        if self.has(Q::OnlyTheFailingNodeObfuscates) {
            return Ok(packet);
        }
        self.obfuscate_return(secret, &mut packet);
        Ok(packet)
    }

    /// Whether a packet without streams has the HMAC of this hop.
    pub(super) fn made_by(&self, secret: &[u8], packet: &[u8]) -> bool {
        let Some((given, body)) = packet.split_at_checked(32) else { return false };
        if body.len() < 2 && self.has(Q::ReturnPacketWithoutLengthNotOpened) {
            return false;
        }
        let hmac = self.return_hmac(secret, body);
        given == hmac
            || given[..4] == hmac[..4] && self.has(Q::ReturnHmacComparedByPrefix)
            || given[..31] == hmac[..31] && self.has(Q::ReturnHmacLastByteNotCompared)
            || given[1..] == hmac[1..] && self.has(Q::ReturnHmacFirstByteNotCompared)
            || self.has(Q::ReturnHmacNotChecked)
    }

    /// The hop that made the packet, and the packet without streams.
    fn source(&self, secrets: &[[u8; 32]], packet: &[u8]) -> Option<(usize, Vec<u8>)> {
        let mut secrets: Vec<_> = secrets.iter().enumerate().collect();
        if self.has(Q::StreamsTakenOffBackwards) {
            secrets.reverse();
        }
        let all = secrets.len();
        secrets.truncate(self.vary(
            all,
            [
                (Q::PayerTries20Hops, 20),
                (Q::PayerLeavesOutTheLastHop, all.saturating_sub(1)),
                (Q::PayerTriesOneHop, 1),
            ],
        ));
        let (mut clear, mut found) = (packet.to_vec(), None);
        for (hop, secret) in secrets {
            if self.has(Q::OneStreamTakenOff) {
                clear = packet.to_vec();
            }
            self.obfuscate_return(secret, &mut clear);
            if (found.is_none() || self.has(Q::LastHopThatFitsCounts)) && self.made_by(secret, &clear) {
                found = Some((hop, clear.clone()));
            }
        }
        found
    }

    /// Whether the part behind the message is a pad as it should be: its length, the pad, and nothing else.
    fn pad_is_sound(&self, message: &[u8], rest: &[u8]) -> bool {
        let Some((length, pad)) = rest.split_at_checked(2) else {
            return self.has(Q::MissingPadAccepted);
        };
        let length = big_endian(length) as usize;
        let sum = message.len() + length;
        let sound = (length <= pad.len() || self.has(Q::PadBeyondThePacketAccepted))
            && (length >= pad.len() || self.has(Q::BytesBehindThePadAccepted))
            && (sum >= PADDED || self.has(Q::ShortPadAccepted));
        let refused = sum > PADDED && self.has(Q::LongPadNotAccepted)
            || pad.iter().any(|byte| *byte != 0) && self.has(Q::PadMustBeZero);
        sound && !refused
    }

    /// The message in a packet without streams, if one can be read.
    fn message_of(&self, packet: &[u8]) -> Option<Vec<u8>> {
        let (length, rest) = behind(packet, 32).split_at_checked(2)?;
        let mut length = big_endian(length) as usize;
        if self.has(Q::FailureLengthReadLittleEndian) {
            length = usize::from((length as u16).swap_bytes());
        }
        if length > rest.len() && self.has(Q::FailureMessageCutShortAccepted) {
            length = rest.len();
        }
        let (message, pad) = rest.split_at_checked(length)?;
        let checks = self.chose("return_packet_pad", "check") != self.has(Q::PadPolicyInverted);
        if checks && !self.pad_is_sound(message, pad) {
            return None;
        }
        let missing = message.is_empty() && self.has(Q::EmptyFailureMessageMissing)
            || message.len() == 1 && self.has(Q::FailureMessageNeedsACode)
            || message.len() > PADDED && self.has(Q::LongFailureMessageMissing)
            || !is_known(at_most(message, 2)) && self.has(Q::UnknownFailureCodeMissing);
        if missing {
            return None;
        }
        let without_zeros = message.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let defined = if message.starts_with(&[0x40, 15]) { 14 } else { message.len() };
        let read = self.vary(
            message,
            [
                (Q::FailureMessageWithPad, rest),
                (Q::FailureMessageWithLength, &packet[32..34 + length]),
                (Q::FailureMessageCutAt256, at_most(message, PADDED)),
                (Q::FailureMessageZerosDropped, at_most(message, without_zeros)),
                (Q::FailureMessageExtraDropped, at_most(message, defined)),
            ],
        );
        Some(read.to_vec())
    }

    /// What the payer reads. The error is the reason.
    pub(super) fn open_return(&self, secrets: &[[u8; 32]], packet: &[u8]) -> Result<Failure, &'static str> {
        let shortest = self.vary(
            RETURN_PACKET,
            [(Q::ShortReturnPacketBelow256, PADDED), (Q::ShortReturnPacketBelow293, RETURN_PACKET + 1)],
        );
        let refuses = self.chose("short_return_packet", "refuse") != self.has(Q::ShortPacketPolicyInverted);
        let refused = refuses && packet.len() < shortest
            || packet.len() > RETURN_PACKET && self.has(Q::LongReturnPacketNotOpened);
        refuse_if(refused, "return_packet_too_short")?;
        let Some((hop, clear)) = self.source(secrets, packet) else {
            let last = secrets.len().saturating_sub(1);
            let blamed = self
                .vary(None, [(Q::UnknownSourceIsFirstHop, Some(0)), (Q::UnknownSourceIsLastHop, Some(last))]);
            let hop = blamed.ok_or("failure_source_unknown")?;
            return Ok(Failure { hop, message: None, code: None });
        };
        let message = self.message_of(&clear);
        refuse_if(message.is_none() && self.has(Q::UnreadableMessageHidesTheHop), "failure_source_unknown")?;
        let mut code = message.as_ref().and_then(|message| message.get(..2)).map(<[u8]>::to_vec);
        if let Some([flags, number]) = code.as_deref_mut() {
            if self.has(Q::FailureCodeWithoutFlags) {
                *flags &= 0x0f;
            }
            if self.has(Q::FailureCodeLittleEndian) {
                std::mem::swap(flags, number);
            }
        }
        let hop = self.vary(
            hop,
            [
                (Q::FailingHopCountedFrom1, hop + 1),
                (Q::FailingHopCountedFromThePayee, secrets.len() - 1 - hop),
            ],
        );
        Ok(Failure { hop, message, code })
    }
}

/// Whether BOLT 4 has this failure code.
pub fn is_known(code: &[u8]) -> bool {
    const KNOWN: [u16; 21] = [
        0x2002, 0x6002, 0x6003, 0xc004, 0xc005, 0xc006, 0x1007, 0x4008, 0x4009, 0x400a, 0x100b, 0x100c,
        0x100d, 0x100e, 0x400f, 0x0012, 0x0013, 0x1014, 0x0015, 0x4016, 0x0017,
    ];
    code == [0xc0, 24] || KNOWN.iter().any(|known| code == known.to_be_bytes())
}
