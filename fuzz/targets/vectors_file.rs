//! See [`spontan_fuzz::text::vectors_file`].
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| spontan_fuzz::run(spontan_fuzz::text::vectors_file, input));
