//! Harnesses for Kani: `cargo kani --manifest-path fuzz/proofs/Cargo.toml`. Kani has a toolchain of its own; these were never run by
//! this project's CI, and what it runs instead are the tests over whole ranges.

use crate::*;

/// Up to `N` bytes of any value.
fn any<const N: usize>(bytes: &[u8; N]) -> &[u8] {
    let length: usize = kani::any();
    kani::assume(length <= N);
    &bytes[..length]
}

#[kani::proof]
#[kani::unwind(11)]
fn every_bigsize_has_one_form() {
    assert!(bigsize_has_one_form(any(&kani::any::<[u8; 10]>())));
}

#[kani::proof]
#[kani::unwind(11)]
fn every_bigsize_round_trips() {
    assert!(bigsize_round_trips(kani::any(), kani::any()));
}

#[kani::proof]
#[kani::unwind(14)]
fn the_records_of_every_stream_fill_it() {
    assert!(records_fill_the_stream(any(&kani::any::<[u8; 12]>())));
}

#[kani::proof]
#[kani::unwind(11)]
fn every_truncated_integer_has_one_form() {
    let max: usize = kani::any();
    kani::assume(max <= 8);
    assert!(truncated_integer_has_one_form(any(&kani::any::<[u8; 9]>()), max));
}
