//! See [`spontan_fuzz::onion::round_trip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::onion::round_trip, input));
