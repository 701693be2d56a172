//! See [`spontan_fuzz::tlv::bytes`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::tlv::bytes(
    input,
    &spontan_fuzz::Second::PLAIN
)));
