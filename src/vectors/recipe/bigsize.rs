//! BigSize: the published cases, every boundary with its neighbours, every cut, and the types that spontaneous payments
//! need. BOLT 1, appendix A.

use super::fixture::{hex_of, unhex};
use super::published;
use super::suite::Suite;
use crate::bolt1::bigsize::encode;
use crate::protocol::operation::{BigSizeDecode, BigSizeEncode};
use crate::protocol::value::Decimal;

const APPENDIX_A: &str = "01-messaging.md:605-801";
const ENCODING: [&str; 1] = ["bolt1.bigsize.encoding"];

/// Values next to each boundary, and types that payloads use.
const VALUES: &[(&str, u64)] = &[
    ("value-1", 1),
    ("value-251", 251),
    ("value-254", 254),
    ("value-255", 255),
    ("value-256", 256),
    ("value-65534", 65534),
    ("value-65537", 65537),
    ("value-2-to-24", 1 << 24),
    ("value-2-to-31", 1 << 31),
    ("value-2-to-32-minus-2", 4_294_967_294),
    ("value-2-to-32-plus-1", 4_294_967_297),
    ("value-2-to-53-plus-1", 9_007_199_254_740_993),
    ("value-2-to-63-minus-1", 9_223_372_036_854_775_807),
    ("value-2-to-63", 9_223_372_036_854_775_808),
    ("value-2-to-64-minus-2", u64::MAX - 1),
    ("type-keysend", 5_482_373_484),
    ("type-keysend-minus-1", 5_482_373_483),
    ("type-keysend-plus-1", 5_482_373_485),
    ("type-keysend-cut-to-32-bits", 5_482_373_484 & 0xffff_ffff),
    ("type-podcast", 7_629_169),
    ("type-chat", 34_349_334),
    ("type-payment-request", 8_470_534_167_946_609_795),
];

/// The powers of two at which readers of fewer bits, signed readers and floating-point readers go wrong.
const POWERS: [u32; 11] = [7, 8, 15, 16, 24, 31, 32, 40, 53, 56, 63];

/// The values just below, at and above each of those powers that no other case has.
fn around_powers() -> impl Iterator<Item = (String, u64)> {
    let named =
        VALUES.iter().map(|(_, value)| value).chain(published::BIGSIZE_ENCODE.iter().map(|(_, value)| value));
    let taken: Vec<u64> = named.copied().collect();
    POWERS
        .iter()
        .flat_map(|power| {
            let value = 1_u64 << power;
            [
                (format!("{power}-minus-1"), value - 1),
                (power.to_string(), value),
                (format!("{power}-plus-1"), value + 1),
            ]
        })
        .filter(move |(_, value)| !taken.contains(value))
        .map(|(name, value)| (format!("value-2-to-{name}"), value))
}

/// `bigsize.decode`.
pub fn decode(suite: &mut Suite) {
    suite.section(APPENDIX_A);
    for (name, bytes, reason) in published::BIGSIZE_DECODE {
        let about = format!("BOLT 1, appendix A, decoding: {}.", name.replace('-', " "));
        let draft = suite.case(format!("bolt1-{name}"), about, input(&unhex(bytes)));
        let draft = draft.flag("published");
        match reason {
            None => drop(draft.shows(ENCODING).accepted()),
            Some(reason) => draft.spec(APPENDIX_A).beside(twin_of(bytes)).rejected(reason),
        }
    }
    for (name, value) in VALUES {
        let draft = suite.case(
            *name,
            format!("The value {value} in its shortest form."),
            input(encode(*value).as_ref()),
        );
        draft.flag("integer-width").shows(ENCODING).accepted();
    }
    for (name, value) in around_powers() {
        let about = format!("The value {value} in its shortest form.");
        suite
            .case(name, about, input(encode(value).as_ref()))
            .flag("integer-width")
            .shows(ENCODING)
            .accepted();
    }
    for (name, bytes, value, length) in [
        ("bytes-after-1", "fc00", 252, 1),
        ("bytes-after-3", "fd00fdfd", 253, 3),
        ("bytes-after-5", "fe0001000000", 65536, 5),
        ("bytes-after-9", "ff000000010000000001020304", 4_294_967_296_u64, 9),
    ] {
        let about = format!("The value {value} takes {length} bytes; those after it stay unread.");
        suite.case(name, about, input(&unhex(bytes))).flag("bounds").shows(ENCODING).accepted();
    }
    for (marker, full, twin) in [
        ("fd", 3, "bolt1-two-byte-high"),
        ("fe", 5, "bolt1-four-byte-high"),
        ("ff", 9, "bolt1-eight-byte-high"),
    ] {
        for have in 1..full {
            let mut bytes = unhex(marker);
            bytes.resize(have, 0xff);
            if is_published(&bytes) {
                continue;
            }
            let about = format!("{have} of the {full} bytes that {marker} asks for.");
            suite
                .case(format!("{marker}-{have}-of-{full}-bytes"), about, input(&bytes))
                .beside(twin)
                .rejected("bigsize_truncated");
        }
        let about = format!(
            "{marker} with zero bytes only, the last of them missing: cut short before it is not minimal."
        );
        let mut bytes = unhex(marker);
        bytes.resize(full - 1, 0);
        if is_published(&bytes) {
            continue;
        }
        suite
            .case(format!("{marker}-zeros-cut"), about, input(&bytes))
            .beside(twin)
            .rejected("bigsize_truncated");
    }
    for (name, bytes, twin) in [
        ("not-minimal-0-in-3-bytes", "fd0000", "bolt1-zero"),
        ("not-minimal-1-in-3-bytes", "fd0001", "value-1"),
        ("not-minimal-0-in-5-bytes", "fe00000000", "bolt1-zero"),
        ("not-minimal-253-in-5-bytes", "fe000000fd", "bolt1-two-byte-low"),
        ("not-minimal-252-in-5-bytes", "fe000000fc", "bolt1-one-byte-high"),
        ("not-minimal-65534-in-5-bytes", "fe0000fffe", "value-65534"),
        ("not-minimal-252-in-9-bytes", "ff00000000000000fc", "bolt1-one-byte-high"),
        ("not-minimal-253-in-9-bytes", "ff00000000000000fd", "bolt1-two-byte-low"),
        ("not-minimal-65535-in-9-bytes", "ff000000000000ffff", "bolt1-two-byte-high"),
        ("not-minimal-0-in-9-bytes", "ff0000000000000000", "bolt1-zero"),
        ("not-minimal-65536-in-9-bytes", "ff0000000000010000", "bolt1-four-byte-low"),
        ("not-minimal-chat-type-in-9-bytes", "ff00000000020c2116", "type-chat"),
        ("not-minimal-with-bytes-after", "fd00fcfc", "bytes-after-3"),
    ] {
        let about = "A value in a longer form than it needs.";
        suite.case(name, about, input(&unhex(bytes))).beside(twin).rejected("bigsize_not_minimal");
    }
}

/// `bigsize.encode`.
pub fn encode_suite(suite: &mut Suite) {
    suite.section(APPENDIX_A);
    for (name, value) in published::BIGSIZE_ENCODE {
        let about = format!("BOLT 1, appendix A, encoding: {}.", name.replace('-', " "));
        let draft = suite.case(format!("bolt1-{name}"), about, BigSizeEncode { value: Decimal(*value) });
        draft.flag("published").shows(ENCODING).accepted();
    }
    for (name, value) in around_powers() {
        let draft = suite.case(name, format!("The value {value}."), BigSizeEncode { value: Decimal(value) });
        draft.flag("integer-width").shows(ENCODING).accepted();
    }
    for (name, value) in VALUES {
        let draft =
            suite.case(*name, format!("The value {value}."), BigSizeEncode { value: Decimal(*value) });
        draft.flag("integer-width").shows(ENCODING).accepted();
    }
}

fn input(bytes: &[u8]) -> BigSizeDecode {
    BigSizeDecode { bytes: hex_of(bytes) }
}

/// Whether BOLT 1 has a case of just these bytes.
fn is_published(bytes: &[u8]) -> bool {
    published::BIGSIZE_DECODE.iter().any(|(_, text, _)| unhex(text) == bytes)
}

/// The accepted case with the same first byte.
fn twin_of(bytes: &str) -> &'static str {
    match bytes.get(..2) {
        Some("fd") => "bolt1-two-byte-low",
        Some("fe") => "bolt1-four-byte-low",
        Some("ff") => "bolt1-eight-byte-low",
        _ => "bolt1-zero",
    }
}
