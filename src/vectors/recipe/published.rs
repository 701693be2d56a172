//! The published vectors of BOLT 1, appendices A and B, and of BOLT 4's onion test: the values are facts and carry over,
//! the names are ours.

/// BOLT 1, appendix A, decoding: name, bytes, and the reason why they do not decode.
pub const BIGSIZE_DECODE: &[(&str, &str, Option<&str>)] = &[
    ("zero", "00", None),
    ("one-byte-high", "fc", None),
    ("two-byte-low", "fd00fd", None),
    ("two-byte-high", "fdffff", None),
    ("four-byte-low", "fe00010000", None),
    ("four-byte-high", "feffffffff", None),
    ("eight-byte-low", "ff0000000100000000", None),
    ("eight-byte-high", "ffffffffffffffffff", None),
    ("two-byte-not-canonical", "fd00fc", Some("bigsize_not_minimal")),
    ("four-byte-not-canonical", "fe0000ffff", Some("bigsize_not_minimal")),
    ("eight-byte-not-canonical", "ff00000000ffffffff", Some("bigsize_not_minimal")),
    ("two-byte-short-read", "fd00", Some("bigsize_truncated")),
    ("four-byte-short-read", "feffff", Some("bigsize_truncated")),
    ("eight-byte-short-read", "ffffffffff", Some("bigsize_truncated")),
    ("one-byte-no-read", "", Some("bigsize_truncated")),
    ("two-byte-no-read", "fd", Some("bigsize_truncated")),
    ("four-byte-no-read", "fe", Some("bigsize_truncated")),
    ("eight-byte-no-read", "ff", Some("bigsize_truncated")),
];

/// BOLT 1, appendix A, encoding: name and value.
pub const BIGSIZE_ENCODE: &[(&str, u64)] = &[
    ("zero", 0),
    ("one-byte-high", 252),
    ("two-byte-low", 253),
    ("two-byte-high", 65535),
    ("four-byte-low", 65536),
    ("four-byte-high", 4_294_967_295),
    ("eight-byte-low", 4_294_967_296),
    ("eight-byte-high", u64::MAX),
];

/// The valid point of BOLT 1, appendix B.
pub const POINT: &str = "023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb";

/// BOLT 1, appendix B, streams that fail in any namespace: name, stream, reason.
pub const TLV_FAIL_ANY: &[(&str, &str, &str)] = &[
    ("type-truncated-1", "fd", "type_truncated"),
    ("type-truncated-2", "fd01", "type_truncated"),
    ("type-not-minimal", "fd000100", "type_not_minimal"),
    ("length-missing", "fd0101", "length_truncated"),
    ("length-truncated-1", "0ffd", "length_truncated"),
    ("length-truncated-2", "0ffd26", "length_truncated"),
    ("value-missing", "0ffd2602", "value_truncated"),
    ("length-not-minimal", "0ffd000100", "length_not_minimal"),
];

/// BOLT 1, appendix B: a length of 513 with 258 zero bytes after it.
pub fn tlv_value_truncated() -> String {
    format!("0ffd0201{}", "00".repeat(258))
}

/// BOLT 1, appendix B, unknown even types.
pub const TLV_FAIL_EVEN: &[(&str, &str)] = &[
    ("unknown-even-1-byte", "1200"),
    ("unknown-even-3-bytes", "fd010200"),
    ("unknown-even-5-bytes", "fe0100000200"),
    ("unknown-even-9-bytes", "ff010000000000000200"),
];

/// BOLT 1, appendix B, streams that fail in n1: name, stream, reason, and the accepted stream that it is closest to.
pub const TLV_FAIL_N1: &[(&str, &str, &str, &str)] = &[
    ("amount-9-bytes", "0109ffffffffffffffffff", "value_wrong_length", "amount-8-bytes"),
    ("amount-not-minimal-1", "010100", "value_not_minimal", "amount-0"),
    ("amount-not-minimal-2", "01020001", "value_not_minimal", "amount-1"),
    ("amount-not-minimal-3", "0103000100", "value_not_minimal", "amount-256"),
    ("amount-not-minimal-4", "010400010000", "value_not_minimal", "amount-65536"),
    ("amount-not-minimal-5", "01050001000000", "value_not_minimal", "amount-4-bytes"),
    ("amount-not-minimal-6", "0106000100000000", "value_not_minimal", "amount-5-bytes"),
    ("amount-not-minimal-7", "010700010000000000", "value_not_minimal", "amount-6-bytes"),
    ("amount-not-minimal-8", "01080001000000000000", "value_not_minimal", "amount-7-bytes"),
    ("scid-7-bytes", "020701010101010101", "value_wrong_length", "scid"),
    ("scid-9-bytes", "0209010101010101010101", "value_wrong_length", "scid"),
    (
        "point-only",
        "0321023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb",
        "value_wrong_length",
        "point-and-amounts",
    ),
    (
        "point-and-one-amount",
        "0329023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb0000000000000001",
        "value_wrong_length",
        "point-and-amounts",
    ),
    (
        "point-and-amounts-48-bytes",
        "0330023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb000000000000000100000000000001",
        "value_wrong_length",
        "point-and-amounts",
    ),
    (
        "point-prefix-04",
        "0331043da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb00000000000000010000000000000002",
        "value_invalid",
        "point-and-amounts",
    ),
    (
        "point-and-amounts-50-bytes",
        "0332023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb0000000000000001000000000000000001",
        "value_wrong_length",
        "point-and-amounts",
    ),
    ("u16-0-bytes", "fd00fe00", "value_wrong_length", "u16"),
    ("u16-1-byte", "fd00fe0101", "value_wrong_length", "u16"),
    ("u16-3-bytes", "fd00fe03010101", "value_wrong_length", "u16"),
    ("unknown-even-0", "0000", "unknown_even_type", "empty"),
];

/// BOLT 1, appendix B, streams that decode in either namespace and hold nothing known.
pub const TLV_OK_IGNORED: &[(&str, &str)] = &[
    ("empty", ""),
    ("unknown-odd-1-byte", "2100"),
    ("unknown-odd-3-bytes", "fd020100"),
    ("unknown-odd-253", "fd00fd00"),
    ("unknown-odd-255", "fd00ff00"),
    ("unknown-odd-5-bytes", "fe0200000100"),
    ("unknown-odd-9-bytes", "ff020000000000000100"),
];

/// BOLT 1, appendix B, streams that decode in n1.
pub const TLV_OK_N1: &[(&str, &str)] = &[
    ("amount-0", "0100"),
    ("amount-1", "010101"),
    ("amount-256", "01020100"),
    ("amount-65536", "0103010000"),
    ("amount-4-bytes", "010401000000"),
    ("amount-5-bytes", "01050100000000"),
    ("amount-6-bytes", "0106010000000000"),
    ("amount-7-bytes", "010701000000000000"),
    ("amount-8-bytes", "01080100000000000000"),
    ("scid", "02080000000000000226"),
    (
        "point-and-amounts",
        "0331023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb00000000000000010000000000000002",
    ),
    ("u16", "fd00fe020226"),
];

/// BOLT 1, appendix B, streams in n1 whose records are valid and whose order is not.
pub const TLV_ORDER_N1: &[(&str, &str, &str)] = &[
    ("order-known", "0208000000000000022601012a", "scid"),
    ("twice-known", "0208000000000000023102080000000000000451", "scid"),
    ("order-ignored", "1f000f012a", "ignored-31"),
    ("twice-ignored", "1f001f012a", "ignored-31"),
];

/// BOLT 1, appendix B: the same in n2.
pub const TLV_ORDER_N2: (&str, &str) = ("order-after-the-highest-type", "ffffffffffffffffff000000");

/// BOLT 4, `bolt04/onion-test.json`: the payload of each hop, without its length prefix. The node keys are 41..41 to
/// 45..45, the session key is 41..41 and the associated data 42..42.
pub fn onion_payloads() -> [String; 5] {
    let bytes_1_to_15 = "0102030405060708090a0b0c0d0e0f";
    let payment_secret = "24a33562c54507a9334e79f0dc4f17d407e6d7c61f0e2f3d0d38599502f61704";
    [
        "02023a98040205dc06080000000000000001".into(),
        format!("020236b00402057806080000000000000002fd02013c{}", bytes_1_to_15.repeat(4)),
        "020230d4040204e206080000000000000003".into(),
        "02022710040203e806080000000000000004".into(),
        format!("02022710040203e80822{payment_secret}2710fd012de0{}", "2a".repeat(224)),
    ]
}
