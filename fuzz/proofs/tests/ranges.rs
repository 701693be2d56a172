//! Whole ranges of inputs, for an optimized build: `cargo test --release --manifest-path fuzz/proofs/Cargo.toml`.

use std::num::NonZero;
use std::thread;

use spontan_proofs::{
    bigsize_has_one_form, bigsize_round_trips, records_fill_the_stream, truncated_integer_has_one_form,
};

#[test]
fn every_bigsize_of_up_to_five_bytes_has_one_form() {
    assert!(bigsize_has_one_form(&[]));
    for first in 0..=0xff {
        assert!(bigsize_has_one_form(&[first]), "{first:02x}");
    }
    for value in 0..=u16::MAX {
        let [a, b] = value.to_be_bytes();
        assert!(bigsize_has_one_form(&[0xfd, a, b]), "fd{value:04x}");
        assert!(
            bigsize_has_one_form(&[0xfe, a, b]) && bigsize_has_one_form(&[0xff, a, b]),
            "{value:04x}, cut"
        );
    }
    // All 2^32 forms of five bytes, a share for each core.
    let cores = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    thread::scope(|scope| {
        for core in 0..cores {
            scope.spawn(move || {
                for value in (core << 32) / cores..((core + 1) << 32) / cores {
                    let [.., a, b, c, d] = value.to_be_bytes();
                    assert!(bigsize_has_one_form(&[0xfe, a, b, c, d]), "fe{value:08x}");
                }
            });
        }
    });
}

/// Nine bytes are too many to try: what is next to each power of two, and next to each bound.
#[test]
fn bigsizes_of_nine_bytes_have_one_form() {
    for exponent in 0..64 {
        for value in (0..=64).flat_map(|near| {
            [(1_u64 << exponent).wrapping_add(near), (1 << exponent) - 1 - near.min((1 << exponent) - 1)]
        }) {
            let mut bytes = [0xff; 9];
            bytes[1..].copy_from_slice(&value.to_be_bytes());
            assert!(bigsize_has_one_form(&bytes) && bigsize_round_trips(value, exponent), "{value:#x}");
        }
    }
}

/// Every stream of three bytes, and every stream of up to nine whose bytes are those that decide something.
#[test]
fn the_records_of_short_streams_fill_them() {
    for stream in 0..1_u32 << 24 {
        let [_, stream @ ..] = stream.to_be_bytes();
        assert!(records_fill_the_stream(&stream), "{stream:02x?}");
    }
    const BYTES: [u8; 6] = [0, 1, 2, 0xfc, 0xfd, 0xff];
    for length in 0..=9 {
        for number in 0..6_u32.pow(length) {
            let stream: [u8; 9] =
                std::array::from_fn(|at| BYTES[(number / 6_u32.pow(at as u32) % 6) as usize]);
            let stream = &stream[..length as usize];
            assert!(records_fill_the_stream(stream), "{stream:02x?}");
        }
    }
}

#[test]
fn every_truncated_integer_of_up_to_three_bytes_has_one_form() {
    for number in 0..1_u32 << 24 {
        let bytes = number.to_be_bytes();
        for (start, max) in [(1, 4), (1, 3), (1, 2), (2, 2), (2, 1), (3, 8)] {
            assert!(truncated_integer_has_one_form(&bytes[start..], max), "{bytes:02x?}");
        }
    }
    assert!(truncated_integer_has_one_form(&[], 0));
}
