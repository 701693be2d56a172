//! Failure codes and their data. BOLT 4, "Failure Messages".

use crate::bolt1::bigsize;

use super::types::{Blocks, Msat};

/// Set in a code when the onion could not be parsed; such a failure goes back in `update_fail_malformed_htlc`.
pub const BADONION: u16 = 0x8000;
/// Set in a code when trying again is of no use.
pub const PERM: u16 = 0x4000;

/// Set in a code when the node as a whole is to blame, not one of its channels.
pub const NODE: u16 = 0x2000;

/// A failure with what its data is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// BADONION|PERM|4. SHA-256 of the 1366-byte packet.
    InvalidOnionVersion([u8; 32]),
    /// BADONION|PERM|5. SHA-256 of the packet.
    InvalidOnionHmac([u8; 32]),
    /// BADONION|PERM|6. SHA-256 of the packet.
    InvalidOnionKey([u8; 32]),
    /// BADONION|PERM|24. SHA-256 of the packet.
    InvalidOnionBlinding([u8; 32]),
    /// PERM|15.
    IncorrectOrUnknownPaymentDetails {
        /// `amount_msat` of the HTLC.
        amount: Msat,
        /// The current block height.
        height: Blocks,
    },
    /// 18: `cltv_expiry` of the HTLC.
    FinalIncorrectCltvExpiry(Blocks),
    /// 19: `amount_msat` of the HTLC.
    FinalIncorrectHtlcAmount(Msat),
    /// PERM|22.
    InvalidOnionPayload {
        /// The TLV type that is to blame; 0 when it cannot be told.
        r#type: u64,
        /// Where in the payload its record starts, in bytes; 0 when it cannot be told.
        offset: u16,
    },
    /// 23.
    MppTimeout,
}

impl Failure {
    /// The failure code.
    pub const fn code(&self) -> u16 {
        match self {
            Self::InvalidOnionVersion(_) => BADONION | PERM | 4,
            Self::InvalidOnionHmac(_) => BADONION | PERM | 5,
            Self::InvalidOnionKey(_) => BADONION | PERM | 6,
            Self::InvalidOnionBlinding(_) => BADONION | PERM | 24,
            Self::IncorrectOrUnknownPaymentDetails { .. } => PERM | 15,
            Self::FinalIncorrectCltvExpiry(_) => 18,
            Self::FinalIncorrectHtlcAmount(_) => 19,
            Self::InvalidOnionPayload { .. } => PERM | 22,
            Self::MppTimeout => 23,
        }
    }

    /// The code's data, integers big-endian, without the code itself.
    pub fn data(&self) -> Vec<u8> {
        match self {
            Self::InvalidOnionVersion(hash)
            | Self::InvalidOnionHmac(hash)
            | Self::InvalidOnionKey(hash)
            | Self::InvalidOnionBlinding(hash) => hash.to_vec(),
            Self::IncorrectOrUnknownPaymentDetails { amount, height } => {
                [&amount.0.to_be_bytes()[..], &height.0.to_be_bytes()].concat()
            }
            Self::FinalIncorrectCltvExpiry(expiry) => expiry.0.to_be_bytes().to_vec(),
            Self::FinalIncorrectHtlcAmount(amount) => amount.0.to_be_bytes().to_vec(),
            Self::InvalidOnionPayload { r#type, offset } => {
                [bigsize::encode(*r#type).as_ref(), &offset.to_be_bytes()].concat()
            }
            Self::MppTimeout => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_data_as_in_the_spec() {
        let details =
            Failure::IncorrectOrUnknownPaymentDetails { amount: Msat(100_000), height: Blocks(800_000) };
        for (failure, code, data) in [
            (Failure::InvalidOnionVersion([1; 32]), 0xc004, hex::encode([1; 32])),
            (Failure::InvalidOnionHmac([2; 32]), 0xc005, hex::encode([2; 32])),
            (Failure::InvalidOnionKey([3; 32]), 0xc006, hex::encode([3; 32])),
            (Failure::InvalidOnionBlinding([4; 32]), 0xc018, hex::encode([4; 32])),
            (details, 0x400f, "00000000000186a0000c3500".into()),
            (Failure::FinalIncorrectCltvExpiry(Blocks(800_144)), 0x0012, "000c3590".into()),
            (Failure::FinalIncorrectHtlcAmount(Msat(99_999)), 0x0013, "000000000001869f".into()),
            (
                Failure::InvalidOnionPayload { r#type: 5_482_373_484, offset: 10 },
                0x4016,
                "ff0000000146c6616c000a".into(),
            ),
            (Failure::MppTimeout, 0x0017, String::new()),
        ] {
            assert_eq!((failure.code(), hex::encode(failure.data())), (code, data));
        }
    }
}
