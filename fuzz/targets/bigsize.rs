//! See [`spontan_fuzz::tlv::bigsize`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::tlv::bigsize(
    input,
    &spontan_fuzz::second()
)));
