//! Failure codes and their data, written to be bent.

use super::curve::sha256;
use super::{Bent, Quirk as Q};

/// Why an HTLC or a packet is refused: the reason, and the code and data that go back, if any do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The reason.
    pub reason: &'static str,
    /// Code and data.
    pub failure: Option<(u16, Vec<u8>)>,
}

impl Refused {
    /// A reason without a failure.
    pub const fn plain(reason: &'static str) -> Self {
        Self { reason, failure: None }
    }

    /// A reason with a code and its data.
    pub const fn new(reason: &'static str, code: u16, data: Vec<u8>) -> Self {
        Self { reason, failure: Some((code, data)) }
    }
}

impl Bent {
    /// A failure about a packet that could not be read: code and SHA-256 of the packet.
    pub fn bad_onion(&self, reason: &'static str, code: u16, packet: &[u8]) -> Refused {
        let hash = if self.has(Q::OnionHashOfHopPayloadsOnly) {
            sha256(packet.get(34..1334).unwrap_or_default())
        } else if self.has(Q::OnionHashWithoutHmac) {
            sha256(packet.get(..1334).unwrap_or_default())
        } else if self.has(Q::OnionHashWithoutVersion) {
            sha256(packet.get(1..).unwrap_or_default())
        } else if self.has(Q::OnionHashIsZero) {
            [0; 32]
        } else if self.has(Q::OnionHashTwice) {
            sha256(&sha256(packet))
        } else {
            sha256(packet)
        };
        let code = match code {
            _ if self.has(Q::BadOnionFlagMissing) => code & 0x7fff,
            _ if self.has(Q::PermFlagMissingInBadOnion) => code & 0xbfff,
            0xc004 if self.has(Q::VersionFailsAsHmac) => 0xc005,
            0xc005 if self.has(Q::HmacFailsAsKey) => 0xc006,
            0xc006 if self.has(Q::KeyFailsAsHmac) => 0xc005,
            0xc006 if self.has(Q::KeyFailsAsVersion) => 0xc004,
            code => code,
        };
        Refused::new(reason, code, hash.to_vec())
    }

    /// A payload that cannot be used.
    pub fn bad_payload(&self, reason: &'static str, r#type: u64, offset: usize) -> Refused {
        let mut data = Vec::new();
        self.write_bigsize(r#type, &mut data);
        data.extend((offset as u16).to_be_bytes());
        let code = if self.has(Q::BadPayloadFailsAsTemporary) {
            22
        } else if self.has(Q::BadPayloadFailsAsRealm) {
            0x4001
        } else if self.has(Q::BadPayloadFailsAsHmac) {
            0xc005
        } else {
            0x4016
        };
        Refused::new(reason, code, data)
    }

    /// The failure for whatever is wrong with the payment itself.
    pub fn bad_details(&self, reason: &'static str, amount: u64, height: u32) -> Refused {
        let amount_bytes = if amount > 0xffff_ffff && self.has(Q::FailureAmountIn32Bits) {
            u64::from(amount as u32).to_be_bytes()
        } else {
            amount.to_be_bytes()
        };
        let mut data = [&amount_bytes[..], &height.to_be_bytes()].concat();
        if self.has(Q::FailureWithoutHeight) {
            data.truncate(8);
        }
        if self.has(Q::FailureWithoutData) {
            data.clear();
        }
        if self.has(Q::FailureHeightBeforeAmount) {
            data = [&height.to_be_bytes()[..], &amount_bytes].concat();
        }
        if self.has(Q::FailureLittleEndian) {
            data = [&amount.to_le_bytes()[..], &height.to_le_bytes()].concat();
        }
        if self.has(Q::FailureAmountTruncated) {
            data = [&self.write_truncated(amount, 8)[..], &height.to_be_bytes()].concat();
        }
        if self.has(Q::FailureHeightOneMore) {
            data = [&amount_bytes[..], &height.wrapping_add(1).to_be_bytes()].concat();
        }
        if self.has(Q::FailureHeightIs64Bits) {
            data = [&amount_bytes[..], &u64::from(height).to_be_bytes()].concat();
        }
        let code = if self.has(Q::DetailsFailWithoutPerm) {
            15
        } else if self.has(Q::DetailsFailAsUnknownHash16) {
            0x4010
        } else if reason == "preimage_mismatch" && self.has(Q::MismatchFailsAsBadPayload) {
            0x4016
        } else if reason == "expiry_too_soon" && self.has(Q::ExpiryTooSoonFailsAs17) {
            17
        } else if reason == "expiry_too_soon" && self.has(Q::ExpiryTooSoonFailsAs18) {
            18
        } else if reason == "keysend_refused" && self.has(Q::RefusedKeysendFailsAsFeatureMissing) {
            0x4009
        } else {
            0x400f
        };
        Refused::new(reason, code, data)
    }
}
