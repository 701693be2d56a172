//! See [`spontan_fuzz::ecdh::laws`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::ecdh::laws, input));
