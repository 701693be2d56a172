//! See [`spontan_fuzz::text::protocol_line`].
#![no_main]

use spontan_fuzz::{run, text};

libfuzzer_sys::fuzz_target!(init: text::suites(), |line: &[u8]| run(text::protocol_line, line));
