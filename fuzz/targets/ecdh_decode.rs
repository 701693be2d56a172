//! See [`spontan_fuzz::ecdh::decode`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::ecdh::decode(
    input,
    &spontan_fuzz::second()
)));
