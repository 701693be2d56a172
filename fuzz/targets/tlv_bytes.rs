//! See [`spontan_fuzz::tlv::bytes`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::tlv::bytes, input));
