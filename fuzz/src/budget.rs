//! The allocation budget: what the reference may allocate for an input, counted by an allocator that counts. A length
//! that the sender chooses and the receiver allocates for (the "onion bomb") breaks it, deterministically and with no
//! sanitizer. Steps are bounded by libFuzzer's `-timeout`.

use crate::Finding;

/// Bytes in all for each byte of input.
const PER_BYTE: u64 = 16;
/// Bytes in all for an empty input.
const FLAT: u64 = 64 << 10;

/// Runs a decoder over an input of this many bytes.
///
/// # Errors
/// When it allocates more than 64 KiB and 16 bytes for each of the input's, all allocations together.
pub fn within<T>(what: &str, input: usize, decode: impl FnOnce() -> T) -> Result<T, Finding> {
    within_times(what, input, 1, decode)
}

/// As [`within`], for a decoder of text into trees, which may take `times` as much.
///
/// # Errors
/// As [`within`].
pub fn within_times<T>(
    what: &str,
    input: usize,
    times: u64,
    decode: impl FnOnce() -> T,
) -> Result<T, Finding> {
    let mut decoded = None;
    let used = allocation_counter::measure(|| decoded = Some(decode()));
    let limit = times * (FLAT + PER_BYTE * input as u64);
    match decoded {
        Some(decoded) if used.bytes_total <= limit => Ok(decoded),
        _ => Err(Finding(format!(
            "{what} allocates {} bytes for an input of {input}; the budget is {limit}",
            used.bytes_total
        ))),
    }
}

/// Runs what must allocate nothing.
///
/// # Errors
/// When it allocates.
pub fn nothing<T>(what: &str, decode: impl FnOnce() -> T) -> Result<T, Finding> {
    let mut decoded = None;
    let used = allocation_counter::measure(|| decoded = Some(decode()));
    match decoded {
        Some(decoded) if used.count_total == 0 => Ok(decoded),
        _ => Err(Finding(format!("{what} allocates {} times", used.count_total))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allocation_by_a_length_that_the_input_claims_is_found() {
        let input = [0xfe, 0x10, 0, 0, 0];
        let claimed = u32::from_be_bytes([input[1], input[2], input[3], input[4]]) as usize;
        assert!(within("a bomb", input.len(), || vec![0_u8; claimed]).is_err());
        assert!(nothing("a copy", || input.to_vec()).is_err());
        assert_eq!(nothing("a look", || input[0]), Ok(0xfe));
        assert_eq!(within("a decoder", input.len(), || vec![0_u8; input.len()].len()), Ok(5));
    }
}
