//! Where the generator's choices come from: SplitMix64, started for each case by SHA-256 of seed and number, so that
//! case 12,345 of seed 7 is the same whatever was asked before it.

use sha2::{Digest, Sha256};

/// A source of choices, not of secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The choices of one case.
    pub fn new(seed: u64, case: u64) -> Self {
        let digest = Sha256::new()
            .chain_update(b"spontan/fuzz/1")
            .chain_update(seed.to_be_bytes())
            .chain_update(case.to_be_bytes())
            .finalize();
        Self(digest.iter().take(8).fold(0, |state, byte| state << 8 | u64::from(*byte)))
    }

    /// Any 64 bits.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is at least 1. (The bias of the remainder does no harm here.)
    pub fn below(&mut self, end: usize) -> usize {
        (self.any() % end.max(1) as u64) as usize
    }

    /// True one time in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some values; there is at least one.
    pub fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// Bytes: mostly one byte repeated, which is easy to read, else any.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        if self.below(3) > 0 {
            return vec![self.any() as u8; length];
        }
        (0..length).map(|_| self.any() as u8).collect()
    }

    /// 32 bytes.
    pub fn bytes32(&mut self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(&self.bytes(32));
        out
    }

    /// A number of any size: near a bound where something changes, or of any number of bits.
    pub fn number(&mut self) -> u64 {
        const BOUNDS: &[u64] = &[
            0,
            0xfd,
            0x100,
            0x1_0000,
            1 << 24,
            1 << 31,
            1 << 32,
            1 << 40,
            1 << 53,
            1 << 63,
            2_100_000_000_000_000_000,
            u64::MAX,
        ];
        if self.once_in(2) {
            let by = self.pick(&[0_u64, 1, 2]);
            let bound = self.pick(BOUNDS);
            return if self.once_in(2) { bound.wrapping_add(by) } else { bound.wrapping_sub(by) };
        }
        let bits = self.below(64);
        self.any() >> bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_its_own_choices() {
        let first = |seed, case| Dice::new(seed, case).any();
        assert_eq!(first(7, 3), first(7, 3));
        assert_ne!(first(7, 3), first(7, 4));
        assert_ne!(first(7, 3), first(8, 3));
    }

    #[test]
    fn splitmix64_as_published() {
        // The first three outputs from the state 1234567, as the reference program in C prints them.
        let mut dice = Dice(1_234_567);
        let values = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.any(), dice.any(), dice.any()], values);
    }
}
