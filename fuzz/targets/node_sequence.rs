//! See [`spontan_fuzz::sequence::check`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::sequence::check(
    input,
    &spontan_fuzz::second()
)));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    spontan_fuzz::bend::sequence(data, size, max_size, seed, &mut libfuzzer_sys::fuzzer_mutate)
});
