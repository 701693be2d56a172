//! See [`spontan_fuzz::onion::peel_quickly`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::onion::peel_quickly(input)));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    spontan_fuzz::bend::packet(data, size, max_size, seed, &mut libfuzzer_sys::fuzzer_mutate)
});
