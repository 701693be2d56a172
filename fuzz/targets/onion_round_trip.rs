//! See [`spontan_fuzz::onion::round_trip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::report(spontan_fuzz::onion::round_trip(
    input,
    &spontan_fuzz::second()
)));
