//! TLV streams: the published cases of BOLT 1, appendix B, its two rules for streams put together, and what they leave out:
//! types and lengths of 2^32 and above, every field of a payload at its limits, custom records.

use super::fixture::{self, hex_of, integer, record, unhex};
use super::suite::{Draft, Suite};
use super::{published, tlv_payload};
use crate::blueprint::label;
use crate::bolt1::tlv::MAX_MSAT;
use crate::protocol::operation::{Namespace, TlvDecode};

const APPENDIX_B: &str = "01-messaging.md:803-1038";
const RULES: &str = "01-messaging.md:159-179";
const PAYLOAD: &str = "04-onion-routing.md:186-216";

const UNKNOWN_ODD: [&str; 1] = ["bolt1.tlv.unknown-odd"];
/// A key that is none.
const POINT: [&str; 2] = ["bolt1.point", "bolt1.tlv.known-decoded"];
const RECORDS: [&str; 1] = ["bolt4.payload.records"];

/// `tlv.decode`.
pub fn decode(suite: &mut Suite) {
    suite.section(RULES);
    appendix_b(suite);
    put_together(suite);
    grammar(suite);
    payload(suite);
    custom(suite);
    tlv_payload::payload(suite);
}

fn case<'a>(
    suite: &'a mut Suite,
    name: impl Into<String>,
    about: impl Into<String>,
    namespace: Namespace,
    stream: &[u8],
) -> Draft<'a, TlvDecode> {
    suite.case(name, about, TlvDecode { namespace, stream: hex_of(stream) })
}

fn published(
    suite: &mut Suite,
    namespace: Namespace,
    name: &str,
    stream: &str,
    expected: Result<&[&'static str], (&'static str, &str)>,
) {
    let space = if namespace == Namespace::N1 { "n1" } else { "n2" };
    let about = format!("BOLT 1, appendix B, in {space}: {}.", name.replace('-', " "));
    let draft = case(suite, format!("bolt1-{space}-{name}"), about, namespace, &unhex(stream));
    let draft = draft.flag("published").spec(APPENDIX_B);
    match expected {
        Ok(shown) => drop(draft.shows(shown).accepted()),
        Err((reason, twin)) => {
            let shown = if reason == "value_invalid" { &POINT[..] } else { &[] };
            draft.beside(&format!("bolt1-{space}-{twin}")).shows(shown).rejected(reason);
        }
    }
}

/// What a published stream shows that holds nothing known.
fn ignored(name: &str) -> &'static [&'static str] {
    if name == "empty" { &["bolt1.tlv.stop"] } else { &UNKNOWN_ODD }
}

/// What a published stream of known records shows, by the record that its name begins with.
fn decoded(name: &str) -> &'static [&'static str] {
    match name.split('-').next() {
        Some("amount") => &["bolt1.tlv.known-decoded", "bolt1.integer.truncated"],
        Some("point") => &["bolt1.tlv.known-decoded", "bolt1.point"],
        _ => &["bolt1.tlv.known-decoded"],
    }
}

fn appendix_b(suite: &mut Suite) {
    for namespace in [Namespace::N1, Namespace::N2] {
        for (name, stream) in published::TLV_OK_IGNORED {
            published(suite, namespace, name, stream, Ok(ignored(name)));
        }
        for (name, stream, reason) in published::TLV_FAIL_ANY {
            published(suite, namespace, name, stream, Err((reason, "unknown-odd-1-byte")));
        }
        let cut = published::tlv_value_truncated();
        published(suite, namespace, "value-truncated", &cut, Err(("value_truncated", "unknown-odd-1-byte")));
        for (name, stream) in published::TLV_FAIL_EVEN {
            let twin = name.replace("even", "odd");
            published(suite, namespace, name, stream, Err(("unknown_even_type", &twin)));
        }
    }
    for (name, stream) in published::TLV_OK_N1 {
        published(suite, Namespace::N1, name, stream, Ok(decoded(name)));
    }
    for (name, stream, reason, twin) in published::TLV_FAIL_N1 {
        published(suite, Namespace::N1, name, stream, Err((reason, twin)));
    }
    let about = "An unknown odd record with a value of one byte, which is discarded.";
    case(suite, "bolt1-n1-ignored-31", about, Namespace::N1, &unhex("1f012a"))
        .flag("unknown-type")
        .shows(UNKNOWN_ODD)
        .accepted();
    for (name, stream, twin) in published::TLV_ORDER_N1 {
        published(suite, Namespace::N1, name, stream, Err(("types_not_increasing", twin)));
    }
    let (name, stream) = published::TLV_ORDER_N2;
    published(suite, Namespace::N2, name, stream, Err(("types_not_increasing", "empty")));
}

/// Appendix B's two rules: an invalid stream after a valid one fails; a higher-numbered valid stream after a
/// lower-numbered valid one decodes.
fn put_together(suite: &mut Suite) {
    let about = "All four known records of n1 with unknown odd ones between them.";
    let point = published::POINT;
    let amounts = "00000000000000010000000000000002";
    let all =
        format!("010101020800000000000002260331{point}{amounts}2100fd00fe020226fd020100ff020000000000000100");
    case(suite, "n1-all-records", about, Namespace::N1, &unhex(&all))
        .flag("published")
        .spec(APPENDIX_B)
        .shows(["bolt1.tlv.known-decoded", "bolt1.tlv.record", "bolt1.tlv.unknown-odd"])
        .accepted();
    for (name, tail, reason) in [
        ("type-truncated", "fe", "type_truncated"),
        ("type-not-minimal", "fe0000ffff00", "type_not_minimal"),
        ("length-missing", "ff0300000000000001", "length_truncated"),
        ("value-missing", "ff030000000000000101", "value_truncated"),
        ("unknown-even", "ff030000000000000200", "unknown_even_type"),
        ("lower-type", "2300", "types_not_increasing"),
    ] {
        let about =
            format!("The same records, and after them an invalid stream: {}.", reason.replace('_', " "));
        let draft = case(
            suite,
            format!("n1-all-records-then-{name}"),
            about,
            Namespace::N1,
            &unhex(&format!("{all}{tail}")),
        );
        draft.spec(APPENDIX_B).beside("n1-all-records").rejected(reason);
    }
    let about = "Both known records of n2.";
    case(suite, "n2-all-records", about, Namespace::N2, &unhex("000213880b030c3590"))
        .flag("published")
        .spec(APPENDIX_B)
        .shows(["bolt1.tlv.known-decoded", "bolt1.tlv.record"])
        .accepted();
    let about = "The record of type 0 occurs twice: a decoder that starts its comparison at 0 misses it.";
    case(suite, "n2-type-0-twice", about, Namespace::N2, &unhex("000213880000"))
        .beside("n2-all-records")
        .rejected("types_not_increasing");
    let about = "A record of type 2^64 - 1 and after it the same again: adding 1 to the type must not wrap.";
    case(
        suite,
        "n2-highest-type-twice",
        about,
        Namespace::N2,
        &unhex("ffffffffffffffffff00ffffffffffffffffff00"),
    )
    .beside("n2-highest-type")
    .rejected("types_not_increasing");
    case(
        suite,
        "n2-highest-type",
        "A record of type 2^64 - 1, odd and unknown.",
        Namespace::N2,
        &unhex("ffffffffffffffffff00"),
    )
    .flag("integer-width")
    .shows(UNKNOWN_ODD)
    .accepted();
    let about = "tu32 with 5 bytes.";
    case(suite, "n2-tu32-5-bytes", about, Namespace::N2, &unhex("0b050100000000"))
        .beside("n2-tu32-4-bytes")
        .rejected("value_wrong_length");
    case(suite, "n2-tu32-4-bytes", "tu32 with its largest value.", Namespace::N2, &unhex("0b04ffffffff"))
        .flag("bounds")
        .shows(["bolt1.tlv.known-length", "bolt1.integer.truncated"])
        .accepted();
    for length in [7, 8] {
        case(
            suite,
            format!("n2-tu64-{length}-bytes"),
            format!("tu64 with the smallest value of {length} bytes."),
            Namespace::N2,
            &record(0, &fixture::smallest(length)),
        )
        .flag("bounds")
        .shows(["bolt1.tlv.known-length", "bolt1.integer.truncated"])
        .accepted();
    }
    case(suite, "n2-tu64-0-bytes", "tu64 of 0: it has no bytes.", Namespace::N2, &unhex("0000"))
        .flag("bounds")
        .shows(["bolt1.tlv.known-decoded", "bolt1.integer.truncated"])
        .accepted();
    // What one namespace knows, another does not.
    let about = "Type 11, which n2 knows and n1 does not, with a value that n2 would not take.";
    case(suite, "n1-type-of-n2", about, Namespace::N1, &unhex("0b020005"))
        .flag("unknown-type")
        .shows(UNKNOWN_ODD)
        .accepted();
    let about = "Type 254, which n1 knows and n2 does not.";
    case(suite, "n2-type-of-n1", about, Namespace::N2, &unhex("fd00fe020226"))
        .beside("n2-highest-type")
        .rejected("unknown_even_type");
    case(suite, "n2-tu64-9-bytes", "tu64 with 9 bytes.", Namespace::N2, &record(0, &fixture::smallest(9)))
        .beside("n2-tu64-8-bytes")
        .rejected("value_wrong_length");
    let about = "tu64 of 8 bytes, of which the first is zero.";
    case(suite, "n2-tu64-not-minimal", about, Namespace::N2, &record(0, &[0, 1, 0, 0, 0, 0, 0, 0]))
        .beside("n2-tu64-7-bytes")
        .rejected("value_not_minimal");
    let about = "tu32 with a leading zero byte.";
    case(suite, "n2-tu32-not-minimal", about, Namespace::N2, &unhex("0b0400ffffff"))
        .beside("n2-tu32-4-bytes")
        .rejected("value_not_minimal");
}

fn grammar(suite: &mut Suite) {
    // An odd unknown type in front of a known one: the length must be read in full, whatever its form.
    for (name, length) in
        [("0", 0), ("252", 252), ("253", 253), ("255", 255), ("256", 256), ("257", 257), ("512", 512)]
    {
        let about = format!("An unknown odd record of {length} bytes, then a known one.");
        let stream = [record(33, &vec![0xaa; length]), unhex("fd00fe020226")].concat();
        case(suite, format!("n1-unknown-odd-of-{name}-bytes"), about, Namespace::N1, &stream)
            .flag("bounds")
            .shows(UNKNOWN_ODD)
            .accepted();
    }
    let about = "An unknown odd record of 65535 bytes.";
    case(suite, "n1-unknown-odd-of-65535-bytes", about, Namespace::N1, &record(33, &vec![0; 65535]))
        .flag("bounds")
        .shows(UNKNOWN_ODD)
        .accepted();
    let about = "An unknown odd record of 65536 bytes: its length takes five bytes.";
    case(suite, "n1-unknown-odd-of-65536-bytes", about, Namespace::N1, &record(33, &vec![0; 65536]))
        .flag("bounds")
        .shows(UNKNOWN_ODD)
        .accepted();
    for (name, stream, reason, about) in [
        (
            "length-2-to-32",
            "21ff0000000100000000",
            "value_truncated",
            "A length of 2^32 with no byte after it: cut to 32 bits it is 0.",
        ),
        (
            "length-2-to-32-plus-1",
            "21ff00000001000000012a",
            "value_truncated",
            "A length of 2^32 + 1 with one byte after it: cut to 32 bits it fits.",
        ),
        (
            "length-2-to-64-minus-1",
            "21ffffffffffffffffff2a",
            "value_truncated",
            "A length of 2^64 - 1: added to an offset it wraps.",
        ),
        (
            "length-2-to-63",
            "21ff80000000000000002a",
            "value_truncated",
            "A length of 2^63: negative to a signed reader.",
        ),
        (
            "length-2-to-63-and-nothing",
            "21ff8000000000000000",
            "value_truncated",
            "A length of 2^63 with no byte after it: negative to a signed reader, who may take it for none.",
        ),
        (
            "length-one-too-long",
            "21022a",
            "value_truncated",
            "A length of one more than the bytes that are left.",
        ),
        (
            "length-5-bytes-not-minimal",
            "21fe000000012a",
            "length_not_minimal",
            "A length of 1 in five bytes.",
        ),
        (
            "length-9-bytes-not-minimal",
            "21ff00000000000000012a",
            "length_not_minimal",
            "A length of 1 in nine bytes.",
        ),
        (
            "length-9-bytes-cut",
            "21ff000000010000",
            "length_truncated",
            "A length of which the last two bytes are missing.",
        ),
        ("type-5-bytes-not-minimal", "fe00000021012a", "type_not_minimal", "A type of 33 in five bytes."),
        (
            "type-9-bytes-not-minimal",
            "ff0000000000000021012a",
            "type_not_minimal",
            "A type of 33 in nine bytes.",
        ),
        (
            "type-9-bytes-cut",
            "ff00000001000000",
            "type_truncated",
            "A type of which the last byte is missing.",
        ),
        (
            "zero-byte-after",
            "21012a00",
            "types_not_increasing",
            "A zero byte after the last record: type 0, out of order.",
        ),
        (
            "two-zero-bytes-after",
            "21012a0000",
            "types_not_increasing",
            "Two zero bytes after the last record: a record of type 0, out of order.",
        ),
        (
            "ff-after",
            "21012aff",
            "type_truncated",
            "A byte ff after the last record: a type that is cut short.",
        ),
    ] {
        case(suite, format!("n1-{name}"), about, Namespace::N1, &unhex(stream))
            .beside("n1-unknown-odd-1-byte-value")
            .rejected(reason);
    }
    case(
        suite,
        "n1-unknown-odd-1-byte-value",
        "An unknown odd record of one byte.",
        Namespace::N1,
        &unhex("21012a"),
    )
    .flag("unknown-type")
    .shows(UNKNOWN_ODD)
    .accepted();
    // Order over the boundaries of the encoding: compared as numbers, not as bytes and not as 32-bit numbers.
    for (name, types, about) in [
        ("order-fb-fd", [0xfb_u64, 0xfd], "Types 251 and 253: one byte, then three."),
        ("order-ffff-10001", [0xffff, 0x1_0001], "Types 65535 and 65537: three bytes, then five."),
        (
            "order-2-to-32",
            [0xffff_ffff, 0x1_0000_0001],
            "Types 2^32 - 1 and 2^32 + 1: cut to 32 bits they stand in the wrong order.",
        ),
        (
            "order-2-to-53",
            [0x20_0000_0000_0001, 0x20_0000_0000_0003],
            "Types 2^53 + 1 and 2^53 + 3: both are odd, and in a double neither is.",
        ),
        (
            "order-2-to-55",
            [0x80_0000_0000_0001, 0x80_0000_0000_0003],
            "Types 2^55 + 1 and 2^55 + 3: in a double they are one.",
        ),
        (
            "order-2-to-63",
            [0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0001],
            "Types 2^63 - 1 and 2^63 + 1: as signed numbers they stand in the wrong order.",
        ),
    ] {
        let up: Vec<_> = types.iter().flat_map(|r#type| record(*r#type, &[1])).collect();
        let down: Vec<_> = types.iter().rev().flat_map(|r#type| record(*r#type, &[1])).collect();
        case(suite, format!("n1-{name}"), about, Namespace::N1, &up)
            .flag("integer-width")
            .shows(["bolt1.tlv.types-increasing"])
            .accepted();
        case(
            suite,
            format!("n1-{name}-reversed"),
            format!("{about} Here they are reversed."),
            Namespace::N1,
            &down,
        )
        .flag("integer-width")
        .beside(&format!("n1-{name}"))
        .rejected("types_not_increasing");
    }
    let about = "Type 2^32 + 1: cut to 32 bits it would be n1's type 1, an amount with a leading zero byte.";
    case(suite, "n1-type-2-to-32-plus-1", about, Namespace::N1, &record(0x1_0000_0001, &[0]))
        .flag("integer-width")
        .shows(UNKNOWN_ODD)
        .accepted();
    let about = "Type 2^32 + 2: cut to 32 bits it would be n1's type 2; it is unknown and even.";
    case(suite, "n1-type-2-to-32-plus-2", about, Namespace::N1, &record(0x1_0000_0002, &[0; 8]))
        .flag("integer-width")
        .beside("n1-type-2-to-32-plus-1")
        .rejected("unknown_even_type");
}

fn payload(suite: &mut Suite) {
    let p = Namespace::Payload;
    let preimage = label::bytes32("tlv.decode/preimage");
    let keysend = [fixture::amount_and_expiry(), fixture::keysend_record(&preimage)].concat();
    case(suite, "payload-keysend", "The smallest keysend payload: types 2, 4 and 5482373484.", p, &keysend)
        .flag("basic")
        .spec("blip-0003.md:29-31")
        .shows(["blip3.sender.record", "bolt1.tlv.known-decoded"])
        .accepted();
    for length in [0_usize, 1, 31, 33, 64] {
        let mut value = preimage.repeat(2);
        value.truncate(length);
        let stream = [fixture::amount_and_expiry(), fixture::keysend_record(&value)].concat();
        case(
            suite,
            format!("payload-keysend-{length}-bytes"),
            format!("A keysend record of {length} bytes."),
            p,
            &stream,
        )
        .beside("payload-keysend")
        .rejected("value_wrong_length");
    }
    let about = "The keysend type in nine bytes, its length of 32 in nine bytes as 2^32 + 32: cut to 32 bits it fits.";
    let stream =
        [fixture::amount_and_expiry(), unhex("ff0000000146c6616cff0000000100000020"), preimage.to_vec()]
            .concat();
    case(suite, "payload-keysend-length-2-to-32-plus-32", about, p, &stream)
        .flag("integer-width")
        .beside("payload-keysend")
        .rejected("value_truncated");
    let about = "The type 5482373484 - 2^32 = 1187406188, even and unknown: a reader that cuts types to 32 bits takes it for keysend.";
    let stream = [fixture::amount_and_expiry(), record(1_187_406_188, &preimage)].concat();
    case(suite, "payload-keysend-type-cut-to-32-bits", about, p, &stream)
        .flag("integer-width")
        .policy("custom_even_records")
        .beside("payload-keysend")
        .rejected("unknown_even_type");
    for (name, stream, about) in [
        (
            "twice",
            [keysend.clone(), fixture::keysend_record(&preimage)].concat(),
            "The keysend record occurs twice.",
        ),
        (
            "first",
            [fixture::keysend_record(&preimage), fixture::amount_and_expiry()].concat(),
            "The keysend record stands first.",
        ),
    ] {
        case(suite, format!("payload-keysend-{name}"), about, p, &stream)
            .beside("payload-keysend")
            .rejected("types_not_increasing");
    }
    for (r#type, name) in [(2, "amt_to_forward"), (18, "total_amount_msat")] {
        let name = name.replace('_', "-");
        let all = [0xff, 0xffff_ffff, MAX_MSAT];
        for amount in all {
            let about = format!("Type {type} with {amount} msat.");
            case(suite, format!("payload-{name}-{amount}"), about, p, &integer(r#type, amount))
                .flag("bounds")
                .spec("01-messaging.md:237-248")
                .shows(["bolt1.integer.truncated", "bolt1.integer.msat-bound"])
                .accepted();
        }
        for (amount, about) in [
            (MAX_MSAT + 1, "one msat above 21 million bitcoin"),
            (u64::MAX, "2^64 - 1 msat"),
            (1 << 63, "2^63 msat"),
        ] {
            case(
                suite,
                format!("payload-{name}-{amount}"),
                format!("Type {type}: {about}."),
                p,
                &integer(r#type, amount),
            )
            .beside(&format!("payload-{name}-{MAX_MSAT}"))
            .rejected("value_invalid");
        }
        case(
            suite,
            format!("payload-{name}-9-bytes"),
            "An amount of nine bytes.",
            p,
            &record(r#type, &[1; 9]),
        )
        .beside(&format!("payload-{name}-{MAX_MSAT}"))
        .rejected("value_wrong_length");
    }
    for blocks in [800_144, u32::MAX] {
        let about = format!("Type 4 with {blocks} blocks.");
        case(suite, format!("payload-outgoing-cltv-value-{blocks}"), about, p, &integer(4, blocks.into()))
            .flag("bounds")
            .spec("01-messaging.md:237-241")
            .shows(["bolt1.integer.truncated"])
            .accepted();
    }
    case(
        suite,
        "payload-outgoing-cltv-value-5-bytes",
        "2^32 blocks: five bytes in a tu32.",
        p,
        &integer(4, 1 << 32),
    )
    .flag("integer-width")
    .beside("payload-outgoing-cltv-value-4294967295")
    .rejected("value_wrong_length");
    case(
        suite,
        "payload-outgoing-cltv-value-leading-zero",
        "An expiry with a leading zero byte.",
        p,
        &record(4, &unhex("000c3590")),
    )
    .beside("payload-outgoing-cltv-value-800144")
    .rejected("value_not_minimal");
    let scid = unhex("0c35000000010002");
    case(suite, "payload-short-channel-id", "Type 6.", p, &record(6, &scid))
        .flag("basic")
        .spec(PAYLOAD)
        .shows(RECORDS)
        .accepted();
    case(suite, "payload-short-channel-id-7-bytes", "Type 6 with seven bytes.", p, &record(6, &scid[..7]))
        .beside("payload-short-channel-id")
        .rejected("value_wrong_length");
    case(
        suite,
        "payload-short-channel-id-9-bytes",
        "Type 6 with nine bytes.",
        p,
        &record(6, &[&scid[..], &[0]].concat()),
    )
    .beside("payload-short-channel-id")
    .rejected("value_wrong_length");
    let secret = label::bytes32("tlv.decode/payment_secret");
    for (total, about) in [(100_000, "100000 msat"), (MAX_MSAT, "21 million bitcoin")] {
        case(
            suite,
            format!("payload-payment-data-{total}"),
            format!("Type 8 with a total of {about}."),
            p,
            &fixture::payment_data(secret, total),
        )
        .flag("bounds")
        .spec(PAYLOAD)
        .shows(RECORDS)
        .accepted();
    }
    for (name, value, reason, about) in [
        ("0-bytes", vec![], "value_wrong_length", "Type 8 without a value."),
        (
            "31-bytes",
            secret[..31].to_vec(),
            "value_wrong_length",
            "Type 8 with 31 bytes: no whole payment secret.",
        ),
        (
            "total-9-bytes",
            [&secret[..], &[1; 9]].concat(),
            "value_wrong_length",
            "Type 8 with a total of nine bytes.",
        ),
        (
            "total-too-large",
            fixture::payment_data(secret, MAX_MSAT + 1)[2..].to_vec(),
            "value_invalid",
            "Type 8 with a total above 21 million bitcoin.",
        ),
    ] {
        case(suite, format!("payload-payment-data-{name}"), about, p, &record(8, &value))
            .beside("payload-payment-data-100000")
            .rejected(reason);
    }
    let point = label::secret("tlv.decode/path_key").public_key().encode();
    case(suite, "payload-current-path-key", "Type 12.", p, &record(12, &point))
        .flag("basic")
        .spec(PAYLOAD)
        .shows(["bolt4.payload.records", "bolt1.point"])
        .accepted();
    for (name, value, reason, about) in [
        ("32-bytes", point[..32].to_vec(), "value_wrong_length", "Type 12 with 32 bytes."),
        ("34-bytes", [&point[..], &[0]].concat(), "value_wrong_length", "Type 12 with 34 bytes."),
        ("prefix-04", [&[4][..], &point[1..]].concat(), "value_invalid", "Type 12 with the prefix 04."),
        (
            "not-on-curve",
            [&[2][..], &[0; 31], &[5]].concat(),
            "value_invalid",
            "Type 12 with x = 5, which is on no point of the curve.",
        ),
    ] {
        let shown = if reason == "value_invalid" { &POINT[..] } else { &[] };
        case(suite, format!("payload-current-path-key-{name}"), about, p, &record(12, &value))
            .beside("payload-current-path-key")
            .shows(shown)
            .rejected(reason);
    }
    for (r#type, name) in [(10, "encrypted-recipient-data"), (16, "payment-metadata")] {
        for length in [0, 1, 300] {
            case(
                suite,
                format!("payload-{name}-{length}-bytes"),
                format!("Type {type} with {length} bytes."),
                p,
                &record(r#type, &vec![7; length]),
            )
            .flag("basic")
            .spec(PAYLOAD)
            .shows(RECORDS)
            .accepted();
        }
    }
    case(suite, "payload-odd-23", "Type 23: odd and unknown in a payload.", p, &record(23, &[0]))
        .flag("unknown-type")
        .shows(UNKNOWN_ODD)
        .accepted();
    for r#type in [0_u64, 24, 100, 102, 254, 65534] {
        case(
            suite,
            format!("payload-even-{type}"),
            format!("Type {type}: even and unknown."),
            p,
            &record(r#type, &[]),
        )
        .beside("payload-odd-23")
        .rejected("unknown_even_type");
    }
    case(
        suite,
        "payload-empty",
        "No record at all: which ones a payload needs is no matter of the TLV stream.",
        p,
        &[],
    )
    .flag("bounds")
    .shows(["bolt1.tlv.stop"])
    .accepted();
}

fn custom(suite: &mut Suite) {
    let p = Namespace::Payload;
    for (r#type, about) in [
        (65537, "the lowest odd custom type"),
        (7_629_169, "podcast (bLIP 10)"),
        (7_629_171, "a tip note"),
        (34_349_337, "a chat signature"),
        (5_482_373_483, "one below the keysend type"),
        (5_482_373_485, "one above the keysend type"),
        (8_470_534_167_946_609_795, "a payment request"),
        (9_007_199_254_740_993, "2^53 + 1, which is even in a double"),
        (9_223_372_036_854_775_807, "2^63 - 1, which is even in a double"),
        (9_223_372_036_854_775_809, "2^63 + 1"),
        (u64::MAX, "2^64 - 1"),
    ] {
        let draft = case(
            suite,
            format!("payload-custom-{type}"),
            format!("Custom type {type}: {about}."),
            p,
            &record(r#type, b"31"),
        );
        draft.flag("unknown-type").shows(UNKNOWN_ODD).accepted();
    }
    for (r#type, about) in [
        (65536, "the lowest custom type"),
        (818_818, "a Hive account"),
        (7_629_168, "an old tip note"),
        (34_349_334, "a chat message"),
        (133_773_310, "podcast JSON"),
        (5_482_373_486, "two above the keysend type"),
        (9_007_199_254_740_992, "2^53"),
        (9_223_372_036_854_775_808, "2^63"),
        (u64::MAX - 1, "2^64 - 2"),
    ] {
        let twin = if r#type == 65536 { "payload-custom-65537" } else { "payload-custom-7629169" };
        case(
            suite,
            format!("payload-custom-{type}"),
            format!("Custom type {type}: {about}. Even, and unknown."),
            p,
            &record(r#type, b"31"),
        )
        .flag("interoperability")
        .policy("custom_even_records")
        .beside(twin)
        .rejected("unknown_even_type");
    }
}
