//! BigSize, the variable-length integer of types and lengths. BOLT 1, "Appendix A: BigSize Test Vectors".
//!
//! One byte below 0xfd; else a marker byte (`fd`, `fe`, `ff`) and 2, 4 or 8 bytes, big-endian. Only the shortest form
//! of a value is valid.

/// The longest encoding, in bytes.
pub const MAX_LENGTH: usize = 9;

/// Why some bytes are no BigSize.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BigSizeError {
    /// There are fewer bytes than the first one asks for, or none at all.
    #[error("the BigSize is cut short")]
    Truncated,
    /// The value would fit a shorter form.
    #[error("the BigSize is not minimally encoded")]
    NotMinimal,
}

impl BigSizeError {
    /// The stable name in vectors, protocol and reports.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Truncated => "bigsize_truncated",
            Self::NotMinimal => "bigsize_not_minimal",
        }
    }
}

/// Reads one BigSize from the front of `bytes`: its value, and how many bytes it takes (1, 3, 5 or 9).
///
/// # Errors
/// [`BigSizeError::Truncated`] when bytes are missing, else [`BigSizeError::NotMinimal`].
#[inline]
pub fn decode(bytes: &[u8]) -> Result<(u64, usize), BigSizeError> {
    let (value, rest) = split(bytes)?;
    Ok((value, bytes.len() - rest.len()))
}

/// As [`decode`], but gives the bytes that follow.
///
/// # Errors
/// Those of [`decode`].
#[inline]
pub fn split(bytes: &[u8]) -> Result<(u64, &[u8]), BigSizeError> {
    let (&marker, rest) = bytes.split_first().ok_or(BigSizeError::Truncated)?;
    let (value, rest, smallest) = match marker {
        0..=0xfc => return Ok((u64::from(marker), rest)),
        0xfd => take(rest).map(|(be, rest)| (u64::from(u16::from_be_bytes(*be)), rest, 0xfd))?,
        0xfe => take(rest).map(|(be, rest)| (u64::from(u32::from_be_bytes(*be)), rest, 0x1_0000))?,
        0xff => take(rest).map(|(be, rest)| (u64::from_be_bytes(*be), rest, 0x1_0000_0000))?,
    };
    if value < smallest { Err(BigSizeError::NotMinimal) } else { Ok((value, rest)) }
}

#[inline]
fn take<const N: usize>(bytes: &[u8]) -> Result<(&[u8; N], &[u8]), BigSizeError> {
    bytes.split_first_chunk().ok_or(BigSizeError::Truncated)
}

/// An encoded BigSize: up to [`MAX_LENGTH`] bytes, without allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoded {
    bytes: [u8; MAX_LENGTH],
    length: usize,
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The minimal encoding of `value`.
pub fn encode(value: u64) -> Encoded {
    let mut bytes = [0; MAX_LENGTH];
    let length = encoded_length(value);
    let be = value.to_be_bytes();
    match length {
        1 => bytes[0] = be[7],
        3 => {
            bytes[0] = 0xfd;
            bytes[1..3].copy_from_slice(&be[6..]);
        }
        5 => {
            bytes[0] = 0xfe;
            bytes[1..5].copy_from_slice(&be[4..]);
        }
        _ => {
            bytes[0] = 0xff;
            bytes[1..].copy_from_slice(&be);
        }
    }
    Encoded { bytes, length }
}

/// How many bytes the minimal encoding of `value` takes: 1, 3, 5 or 9.
pub const fn encoded_length(value: u64) -> usize {
    match value {
        0..=0xfc => 1,
        0xfd..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keysend_type_as_bip_tables_give_it() {
        assert_eq!(encode(5_482_373_484).as_ref(), [0xff, 0, 0, 0, 1, 0x46, 0xc6, 0x61, 0x6c]);
    }

    #[test]
    fn every_three_byte_form() {
        for value in 0..=0xffff_u16 {
            let [high, low] = value.to_be_bytes();
            let wanted = if value < 0xfd { Err(BigSizeError::NotMinimal) } else { Ok((value.into(), 3)) };
            assert_eq!(decode(&[0xfd, high, low, 0xaa]), wanted);
        }
    }

    #[test]
    fn what_is_cut_short_is_truncated_whatever_its_value() {
        assert_eq!(decode(&[]), Err(BigSizeError::Truncated));
        for marker in [0xfd, 0xfe, 0xff] {
            let mut bytes = vec![marker];
            while bytes.len()
                < if marker == 0xfd {
                    3
                } else if marker == 0xfe {
                    5
                } else {
                    9
                }
            {
                assert_eq!(decode(&bytes), Err(BigSizeError::Truncated), "{bytes:?}");
                bytes.push(0);
            }
            assert_eq!(decode(&bytes), Err(BigSizeError::NotMinimal));
        }
    }

    #[test]
    fn what_is_encoded_decodes_and_what_decodes_encodes_back() {
        arbtest::arbtest(|source| {
            let value = source.arbitrary::<u64>()? >> source.int_in_range(0..=63_u32)?;
            let mut bytes = encode(value).as_ref().to_vec();
            let length = bytes.len();
            let tail = source.int_in_range(0..=20_usize)?.min(source.len());
            bytes.extend(source.bytes(tail)?);
            assert_eq!(decode(&bytes), Ok((value, length)));
            Ok(())
        });
    }

    #[test]
    fn bytes_that_decode_are_the_encoding() {
        arbtest::arbtest(|source| {
            let length = source.int_in_range(0..=20_usize)?.min(source.len());
            let bytes = source.bytes(length)?;
            if let Ok((value, length)) = decode(bytes) {
                assert_eq!(encode(value).as_ref(), &bytes[..length]);
            }
            Ok(())
        });
    }
}
