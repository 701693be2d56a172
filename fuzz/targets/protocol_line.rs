//! See [`spontan_fuzz::text::protocol_line`].
#![no_main]

use spontan_fuzz::{report, second, text};

libfuzzer_sys::fuzz_target!(init: text::suites(), |line: &[u8]| {
    report(text::protocol_line(line, &second()))
});
