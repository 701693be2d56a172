//! Failure codes and their data.

use super::Implementation;
use super::curve::sha256;
use crate::protocol::Rejection;
use crate::quirks::list::Quirk as Q;

/// Why an HTLC or a packet is refused: the reason, and the code and data that go back, if any do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reason: &'static str,
    pub failure: Option<(u16, Vec<u8>)>,
}

impl Refusal {
    /// A reason without a failure.
    pub const fn plain(reason: &'static str) -> Self {
        Self { reason, failure: None }
    }

    /// A reason with a code and its data.
    pub const fn new(reason: &'static str, code: u16, data: Vec<u8>) -> Self {
        Self { reason, failure: Some((code, data)) }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        let (code, data) = refusal.failure.unzip();
        Self {
            reason: refusal.reason.into(),
            code: code.map(|code| format!("{code:04x}")),
            data: data.map(hex::encode),
        }
    }
}

impl Implementation {
    /// The failure for a packet that could not be read: code and SHA-256 of the packet.
    pub(super) fn bad_onion(&self, reason: &'static str, code: u16, packet: &[u8]) -> Refusal {
        let part = |range| packet.get(range).unwrap_or_default();
        let hashed = self.vary(
            packet,
            [
                (Q::OnionHashOfHopPayloadsOnly, part(34..1334)),
                (Q::OnionHashWithoutHmac, part(0..1334)),
                (Q::OnionHashWithoutVersion, part(1..packet.len())),
            ],
        );
        let hash = sha256(hashed);
        let hash = self.vary(hash, [(Q::OnionHashIsZero, [0; 32]), (Q::OnionHashTwice, sha256(&hash))]);
        let code = self.vary(
            code,
            [(Q::BadOnionFlagMissing, code & 0x7fff), (Q::PermFlagMissingInBadOnion, code & 0xbfff)],
        );
        let code = match code {
            0xc004 => self.vary(code, [(Q::VersionFailsAsHmac, 0xc005)]),
            0xc005 => self.vary(code, [(Q::HmacFailsAsKey, 0xc006)]),
            0xc006 => self.vary(code, [(Q::KeyFailsAsHmac, 0xc005), (Q::KeyFailsAsVersion, 0xc004)]),
            code => code,
        };
        Refusal::new(reason, code, hash.to_vec())
    }

    /// The failure for a payload that cannot be used.
    pub(super) fn bad_payload(&self, reason: &'static str, r#type: u64, offset: usize) -> Refusal {
        let mut data = Vec::new();
        self.write_bigsize(r#type, &mut data);
        data.extend((offset as u16).to_be_bytes());
        let code = self.vary(
            0x4016,
            [
                (Q::BadPayloadFailsAsTemporary, 22),
                (Q::BadPayloadFailsAsRealm, 0x4001),
                (Q::BadPayloadFailsAsHmac, 0xc005),
            ],
        );
        Refusal::new(reason, code, data)
    }

    /// The failure for whatever is wrong with the payment itself.
    pub(super) fn bad_details(&self, reason: &'static str, amount: u64, height: u32) -> Refusal {
        let amount = self.cut(amount, [(Q::FailureAmountIn32Bits, 32)]);
        let amount = self.vary(amount, [(Q::FailureAmountThroughDouble, amount as f64 as u64)]);
        let written = match self.has(Q::FailureAmountTruncated) {
            true => self.write_truncated(amount, 8),
            false => amount.to_be_bytes().to_vec(),
        };
        let (a, h) = (&written[..], &height.to_be_bytes()[..]);
        let data = self.vary(
            [a, h].concat(),
            [
                (Q::FailureWithoutHeight, a.to_vec()),
                (Q::FailureWithoutData, Vec::new()),
                (Q::FailureHeightBeforeAmount, [h, a].concat()),
                (Q::FailureLittleEndian, [&amount.to_le_bytes()[..], &height.to_le_bytes()].concat()),
                (Q::FailureHeightOneMore, [a, &height.wrapping_add(1).to_be_bytes()].concat()),
                (Q::FailureHeightIs64Bits, [a, &u64::from(height).to_be_bytes()].concat()),
            ],
        );
        let code =
            self.vary(0x400f, [(Q::DetailsFailWithoutPerm, 15), (Q::DetailsFailAsUnknownHash16, 0x4010)]);
        let code = match reason {
            "expiry_too_soon" => {
                self.vary(code, [(Q::ExpiryTooSoonFailsAs17, 17), (Q::ExpiryTooSoonFailsAs18, 18)])
            }
            "keysend_refused" => self.vary(code, [(Q::RefusedKeysendFailsAsFeatureMissing, 0x4009)]),
            _ => code,
        };
        Refusal::new(reason, code, data)
    }
}
