//! See [`spontan_fuzz::sequence::amp`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::sequence::amp, input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    spontan_fuzz::mutate::input("amp.sequence", data, size, max, seed, &mut libfuzzer_sys::fuzzer_mutate)
});
