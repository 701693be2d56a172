//! BigSize and truncated integers.

use super::{Implementation, refuse_if};
use crate::quirks::list::Quirk as Q;

/// Why some bytes do not start with a BigSize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Truncated,
    NotMinimal,
}

/// The big-endian integer that the bytes spell.
pub fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

impl Implementation {
    /// Reads a BigSize: value, and how many bytes it takes.
    pub(super) fn read_bigsize(&self, bytes: &[u8]) -> Result<(u64, usize), Fault> {
        let Some(marker) = bytes.first() else {
            return if self.has(Q::BigSizeEmptyIsZero) { Ok((0, 0)) } else { Err(Fault::Truncated) };
        };
        let (width, smallest) = match marker {
            0xfd if self.has(Q::BigSizeMarkerFdIsAValue) => return Ok((0xfd, 1)),
            0xfd => (2, 0xfd),
            0xfe => (4, 0x1_0000),
            0xff => (8, 0x1_0000_0000),
            value => return Ok((u64::from(*value), 1)),
        };
        let mut body: Vec<u8> = bytes.iter().skip(1).take(width).copied().collect();
        refuse_if(body.len() < width && !self.has(Q::BigSizeTruncatedReadAsZeros), Fault::Truncated)?;
        body.resize(width, 0);
        if self.has(Q::BigSizeLittleEndian) {
            body.reverse();
        }
        let mut value = self.cut(big_endian(&body), [(Q::BigSizeCutTo32Bits, 32)]);
        if width == 8 && self.has(Q::BigSizeThroughDouble) {
            value = value as f64 as u64;
        }
        let minimal = value >= smallest
            || self.has(Q::BigSizeNotMinimalAccepted)
            || width == 4 && self.has(Q::BigSizeNotMinimalFeAccepted)
            || width == 8 && self.has(Q::BigSizeNotMinimalFfAccepted)
            || width == 2 && value > 0 && self.has(Q::BigSizeNotMinimalOnlyZeroChecked);
        let refused = !minimal
            || value == smallest && self.has(Q::BigSizeSmallestRejected)
            || value >> 63 == 1 && self.has(Q::BigSizeSigned);
        refuse_if(refused, Fault::NotMinimal)?;
        Ok((value, 1 + width))
    }

    /// Appends the shortest BigSize of a value.
    pub(super) fn write_bigsize(&self, value: u64, out: &mut Vec<u8>) {
        let two_from = self.vary(0xfd, [(Q::BigSizeWritesFdInOneByte, 0xfe)]);
        let four_from = self.vary(0x1_0000, [(Q::BigSizeWritesFfffInFiveBytes, 0xffff)]);
        let eight_from = self.vary(1 << 32, [(Q::BigSizeWritesFfffffffInNineBytes, 0xffff_ffff)]);
        let (marker, width) = match value {
            v if v < two_from => (None, 1),
            v if v < four_from => (Some(0xfd), 2),
            v if v < eight_from => (Some(0xfe), 4),
            _ if self.has(Q::BigSizeWritesOnly32Bits) => (Some(0xfe), 4),
            _ => (Some(0xff), 8),
        };
        out.extend(marker);
        let mut bytes = value.to_be_bytes()[8 - width..].to_vec();
        if width > 1 && self.has(Q::BigSizeWritesLittleEndian) {
            bytes.reverse();
        }
        out.extend(bytes);
    }

    /// Reads a truncated integer of at most `max` bytes. The error is the reason.
    pub(super) fn read_truncated(&self, bytes: &[u8], max: usize) -> Result<u64, &'static str> {
        let length = bytes.len();
        let max = if max == 4 && self.has(Q::Tu32TakesEightBytes) { 8 } else { max };
        let wrong_length = length > max && !self.has(Q::TruncatedIntegerTooLongAccepted)
            || length == 0 && self.has(Q::TruncatedIntegerEmptyRejected)
            || length == 8 && max == 8 && self.has(Q::TruncatedIntegerOfEightBytesRejected);
        let minimal = length > max
            || bytes.first() != Some(&0)
            || self.has(Q::TruncatedIntegerLeadingZeroAccepted)
            || length == 1 && self.has(Q::TruncatedIntegerZeroAsByteAccepted)
            || length == max && self.has(Q::TruncatedIntegerFullWidthAccepted);
        refuse_if(!minimal, "value_not_minimal")?;
        refuse_if(wrong_length, "value_wrong_length")?;
        if length > 1 && self.has(Q::TruncatedIntegerLittleEndian) {
            return Ok(big_endian(&bytes.iter().rev().copied().collect::<Vec<_>>()));
        }
        Ok(self.cut(big_endian(bytes), [(Q::TruncatedIntegerCutTo32Bits, 32)]))
    }

    /// The truncated form of a value.
    pub(super) fn write_truncated(&self, value: u64, width: usize) -> Vec<u8> {
        let mut bytes = &value.to_be_bytes()[8 - width..];
        if self.has(Q::TruncatedIntegerWrittenInFull) {
            return bytes.to_vec();
        }
        if value == 0 && self.has(Q::TruncatedIntegerZeroWrittenAsByte) {
            return vec![0];
        }
        if self.has(Q::TruncatedIntegerTrailingZerosDropped) {
            bytes = &bytes[..width - value.trailing_zeros().min(8 * width as u32 - 1) as usize / 8];
        }
        bytes.iter().skip_while(|byte| **byte == 0).copied().collect()
    }
}
