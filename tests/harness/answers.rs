//! What counts of an answer that is wrong.

use super::bench::Bench;

#[test]
fn codes_and_data_are_told_apart_from_verdicts() {
    let bench = Bench::new();
    bench.check("wrong-code", &["--codes", "ignore"]).says(
        0,
        &["which --codes ignore does not count:\n  onion.peel/version  wrong code at code", "8 of 8"],
    );
}
