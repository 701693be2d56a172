//! Bytes from labels: SHA-256 of "spontan/1/" and the label; keys by counting up to the first that fits.

use sha2::{Digest, Sha256};

use crate::bolt1::SecretKey;

/// 32 bytes.
pub fn bytes32(label: &str) -> [u8; 32] {
    Sha256::digest(format!("spontan/1/{label}")).into()
}

/// So many bytes: SHA-256 of the label with a counter behind it, one block after the other.
pub fn bytes(label: &str, length: usize) -> Vec<u8> {
    (0..).flat_map(|block| bytes32(&format!("{label}/{block}"))).take(length).collect()
}

/// The first secret key of a label that fits a condition: the label with a counter from 0 behind it.
pub fn secret_where(label: &str, fits: impl Fn(&SecretKey) -> bool) -> SecretKey {
    let mut counter = 0_u32;
    loop {
        if let Some(key) = SecretKey::decode(&bytes32(&format!("{label}/{counter}"))).ok().filter(&fits) {
            return key;
        }
        counter += 1;
    }
}

/// The key of a label with this counter, found beforehand: for conditions that take long to search for.
pub fn secret_at(label: &str, counter: u32) -> SecretKey {
    SecretKey::decode(&bytes32(&format!("{label}/{counter}")))
        .unwrap_or_else(|error| unreachable!("{label}/{counter}: {error}"))
}

/// A secret key.
pub fn secret(label: &str) -> SecretKey {
    secret_where(label, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_give_what_sha256sum_gives() {
        // printf 'spontan/1/a' | sha256sum
        assert_eq!(
            hex::encode(bytes32("a")),
            "37ad70e6f3c83dfd2ca8d830a868e7f89a594a470b37406b42fe38dfd623b2e4"
        );
    }
}
