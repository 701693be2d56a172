//! See [`spontan_fuzz::ecdh::decode_quickly`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::ecdh::decode_quickly, input));
