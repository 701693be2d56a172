//! Bytes from labels: SHA-256 of "spontan/1/" and the label; keys by counting up to the first that fits. With a seed, other bytes.

use std::cell::Cell;

use sha2::{Digest, Sha256};

use crate::bolt1::SecretKey;

thread_local! {
    static SEED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Makes something with this seed: in this thread, until it is made, every label gives other bytes. Without a seed labels give the
/// bytes of the published vectors.
pub fn with_seed<T>(seed: Option<u64>, make: impl FnOnce() -> T) -> T {
    let before = SEED.replace(seed);
    let made = make();
    SEED.set(before);
    made
}

/// Whether labels give other bytes than those of the published vectors.
pub fn has_seed() -> bool {
    SEED.get().is_some()
}

/// 32 bytes.
pub fn bytes32(label: &str) -> [u8; 32] {
    let labelled = match SEED.get() {
        None => format!("spontan/1/{label}"),
        Some(seed) => format!("spontan/1/fresh/{seed}/{label}"),
    };
    Sha256::digest(labelled).into()
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

/// The key of a label with this counter, which was found beforehand because the condition takes long to search for. With a seed
/// it is the first that fits.
pub fn secret_found(label: &str, counter: u32, fits: impl Fn(&SecretKey) -> bool) -> SecretKey {
    if has_seed() {
        return secret_where(label, fits);
    }
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
