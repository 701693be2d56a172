//! See [`spontan_fuzz::over_time::check`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::over_time::check, input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    spontan_fuzz::over_time::mutate(data, size, max, seed, &mut libfuzzer_sys::fuzzer_mutate)
});
