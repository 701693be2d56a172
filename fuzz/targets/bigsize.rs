//! See [`spontan_fuzz::tlv::bigsize`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::tlv::bigsize, input));
