//! Truncated integers: big-endian, leading zero bytes left out, zero as no bytes at all. BOLT 1, "Fundamental Types".

/// Why some bytes are no truncated integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntegerError {
    /// More bytes than the type has.
    #[error("the truncated integer has too many bytes")]
    TooLong,
    /// The first byte is zero.
    #[error("the truncated integer starts with a zero byte")]
    NotMinimal,
}

/// Reads a truncated integer of at most `max` bytes (2, 4 or 8 for tu16, tu32, tu64) that takes the whole of `bytes`.
///
/// # Errors
/// [`IntegerError::TooLong`] before [`IntegerError::NotMinimal`].
#[inline]
pub fn decode_truncated(bytes: &[u8], max: usize) -> Result<u64, IntegerError> {
    if bytes.len() > max.min(8) {
        return Err(IntegerError::TooLong);
    }
    if bytes.first() == Some(&0) {
        return Err(IntegerError::NotMinimal);
    }
    Ok(bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

/// Appends the truncated form of `value`: 0 to 8 bytes.
pub fn encode_truncated(value: u64, out: &mut Vec<u8>) {
    let zeros = value.leading_zeros() as usize / 8;
    out.extend_from_slice(&value.to_be_bytes()[zeros..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_and_largest_of_each_length() {
        for (bytes, value) in [
            (&[][..], 0),
            (&[1], 1),
            (&[0xff], 0xff),
            (&[1, 0], 0x100),
            (&[0xff; 4], 0xffff_ffff),
            (&[1, 0, 0, 0, 0], 0x1_0000_0000),
            (&[0xff; 8], u64::MAX),
        ] {
            assert_eq!(decode_truncated(bytes, 8), Ok(value));
            let mut out = Vec::new();
            encode_truncated(value, &mut out);
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn leading_zeros_and_excess_length() {
        assert_eq!(decode_truncated(&[0], 8), Err(IntegerError::NotMinimal));
        assert_eq!(decode_truncated(&[0, 1], 2), Err(IntegerError::NotMinimal));
        assert_eq!(decode_truncated(&[1, 0, 0], 2), Err(IntegerError::TooLong));
        assert_eq!(decode_truncated(&[0; 5], 4), Err(IntegerError::TooLong));
        assert_eq!(decode_truncated(&[1; 9], 8), Err(IntegerError::TooLong));
    }
}
