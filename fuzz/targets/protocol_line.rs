//! See [`spontan_fuzz::text::protocol_line`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::text::protocol_line(
    input,
    &spontan_fuzz::second()
)));
