//! See [`spontan_fuzz::payment::keysend`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::payment::keysend, input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    spontan_fuzz::mutate::input("keysend.receive", data, size, max, seed, &mut libfuzzer_sys::fuzzer_mutate)
});
