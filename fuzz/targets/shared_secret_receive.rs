//! See [`spontan_fuzz::payment::shared_secret`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::payment::shared_secret, input));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    spontan_fuzz::mutate::input(
        "shared_secret.receive",
        data,
        size,
        max,
        seed,
        &mut libfuzzer_sys::fuzzer_mutate,
    )
});
