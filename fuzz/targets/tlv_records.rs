//! See [`spontan_fuzz::records::check`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::records::check, input));
