//! Bytes that decode as a BigSize are the one encoding of their value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spontan::bolt1::bigsize;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((value, length)) = bigsize::decode(bytes) {
        assert_eq!(bigsize::encode(value).as_ref(), &bytes[..length]);
    }
});
