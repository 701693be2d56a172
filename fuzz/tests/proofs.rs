//! What is not sampled but tried in full. `cargo test --manifest-path fuzz/Cargo.toml --test proofs -- --ignored`

use spontan::bolt1::bigsize::{BigSizeError, decode, encode};

/// Every form of five bytes: half a minute unoptimized, seconds optimized.
#[test]
#[ignore = "2^32 values; scripts/fuzz-nightly.sh runs it"]
fn every_five_byte_form_decodes_to_its_value_or_is_not_minimal() {
    for value in 0..=u32::MAX {
        let [a, b, c, d] = value.to_be_bytes();
        let bytes = [0xfe, a, b, c, d];
        let wanted = if value < 0x1_0000 { Err(BigSizeError::NotMinimal) } else { Ok((u64::from(value), 5)) };
        assert!(
            decode(&bytes) == wanted && (wanted.is_err() || encode(value.into()).as_ref() == bytes),
            "{value:#x}"
        );
    }
}

#[test]
fn every_shorter_form_too() {
    for byte in 0..=0xfc_u8 {
        assert_eq!((decode(&[byte]), encode(byte.into()).as_ref()), (Ok((byte.into(), 1)), &[byte][..]));
    }
    for value in 0..=u16::MAX {
        let [a, b] = value.to_be_bytes();
        let wanted = if value < 0xfd { Err(BigSizeError::NotMinimal) } else { Ok((u64::from(value), 3)) };
        assert_eq!(decode(&[0xfd, a, b]), wanted);
    }
}
