//! BigSize and truncated integers, written to be bent.

use super::{Bent, Quirk as Q};

/// Why some bytes are no BigSize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Too few bytes.
    Truncated,
    /// Not the shortest form.
    NotMinimal,
}

/// The big-endian integer that the bytes spell.
pub fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

impl Bent {
    /// Reads a BigSize: value, and how many bytes it takes.
    pub fn read_bigsize(&self, bytes: &[u8]) -> Result<(u64, usize), Fault> {
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
        if body.len() < width {
            if !self.has(Q::BigSizeTruncatedReadAsZeros) {
                return Err(Fault::Truncated);
            }
            body.resize(width, 0);
        }
        if self.has(Q::BigSizeLittleEndian) {
            body.reverse();
        }
        let mut value = big_endian(&body);
        if width == 8 && self.has(Q::BigSizeCutTo32Bits) {
            value &= 0xffff_ffff;
        }
        if width == 8 && self.has(Q::BigSizeThroughDouble) {
            value = value as f64 as u64;
        }
        if value < smallest {
            let forgiven = self.has(Q::BigSizeNotMinimalAccepted)
                || width == 4 && self.has(Q::BigSizeNotMinimalFeAccepted)
                || width == 8 && self.has(Q::BigSizeNotMinimalFfAccepted)
                || (width == 2 && value > 0 && self.has(Q::BigSizeNotMinimalOnlyZeroChecked));
            if !forgiven {
                return Err(Fault::NotMinimal);
            }
        }
        if value == smallest && self.has(Q::BigSizeSmallestRejected) {
            return Err(Fault::NotMinimal);
        }
        if value >= 1 << 63 && self.has(Q::BigSizeSigned) {
            return Err(Fault::NotMinimal);
        }
        Ok((value, 1 + width))
    }

    /// Appends the shortest BigSize of a value.
    pub fn write_bigsize(&self, value: u64, out: &mut Vec<u8>) {
        let two_from = if self.has(Q::BigSizeWritesFdInOneByte) { 0xfe } else { 0xfd };
        let four_from = if self.has(Q::BigSizeWritesFfffInFiveBytes) { 0xffff } else { 0x1_0000 };
        let eight_from = if self.has(Q::BigSizeWritesFfffffffInNineBytes) { 0xffff_ffff } else { 1 << 32 };
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
    pub fn read_truncated(&self, bytes: &[u8], max: usize) -> Result<u64, &'static str> {
        let max = if max == 4 && self.has(Q::Tu32TakesEightBytes) { 8 } else { max };
        if bytes.len() > max {
            if !self.has(Q::TruncatedIntegerTooLongAccepted) {
                return Err("value_wrong_length");
            }
        } else if bytes.first() == Some(&0) {
            let forgiven = self.has(Q::TruncatedIntegerLeadingZeroAccepted)
                || bytes.len() == 1 && self.has(Q::TruncatedIntegerZeroAsByteAccepted)
                || bytes.len() == max && self.has(Q::TruncatedIntegerFullWidthAccepted);
            if !forgiven {
                return Err("value_not_minimal");
            }
        }
        if bytes.is_empty() && self.has(Q::TruncatedIntegerEmptyRejected) {
            return Err("value_wrong_length");
        }
        if bytes.len() == 8 && max == 8 && self.has(Q::TruncatedIntegerOfEightBytesRejected) {
            return Err("value_wrong_length");
        }
        if bytes.len() > 1 && self.has(Q::TruncatedIntegerLittleEndian) {
            return Ok(big_endian(&bytes.iter().rev().copied().collect::<Vec<_>>()));
        }
        if bytes.len() > 4 && self.has(Q::TruncatedIntegerCutTo32Bits) {
            return Ok(big_endian(bytes) & 0xffff_ffff);
        }
        Ok(big_endian(bytes))
    }

    /// The truncated form of a value.
    pub fn write_truncated(&self, value: u64, width: usize) -> Vec<u8> {
        let bytes = &value.to_be_bytes()[8 - width..];
        if self.has(Q::TruncatedIntegerWrittenInFull) {
            return bytes.to_vec();
        }
        if value == 0 && self.has(Q::TruncatedIntegerZeroWrittenAsByte) {
            return vec![0];
        }
        if self.has(Q::TruncatedIntegerTrailingZerosDropped) {
            return bytes
                .iter()
                .take(width - value.trailing_zeros().min(8 * width as u32 - 1) as usize / 8)
                .copied()
                .skip_while(|byte| *byte == 0)
                .collect();
        }
        bytes.iter().skip_while(|byte| **byte == 0).copied().collect()
    }
}
