//! The payload's records one dimension after the other: a keysend cut at every byte, numbers of every length, and each
//! known record out of its place, twice, and in a longer form than it needs. BOLT 1, "Type-Length-Value Format"; BOLT 4,
//! "`payload` format".

use super::fixture::{
    amount_and_expiry, hex_of, integer, keysend_record, payment_data, record, smallest, unhex,
};
use super::suite::{Draft, Suite};
use crate::blueprint::label;
use crate::bolt4::payload::types::KEYSEND_PREIMAGE;
use crate::protocol::operation::{Namespace, TlvDecode};

const UNKNOWN_ODD: [&str; 1] = ["bolt1.tlv.unknown-odd"];
const INTEGERS: &str = "01-messaging.md:237-248";

/// Adds to `tlv.decode`.
pub fn payload(suite: &mut Suite) {
    cuts(suite);
    lengths_of_integers(suite);
    every_record(suite);
    unknown(suite);
}

fn case<'a>(
    suite: &'a mut Suite,
    name: impl Into<String>,
    about: impl Into<String>,
    stream: &[u8],
) -> Draft<'a, TlvDecode> {
    suite.case(name, about, TlvDecode { namespace: Namespace::Payload, stream: hex_of(stream) })
}

/// The smallest keysend, of 52 bytes, cut after each of them: a reader of a stream has to find every end.
fn cuts(suite: &mut Suite) {
    let whole = [amount_and_expiry(), keysend_record(&label::bytes32("tlv.decode/preimage"))].concat();
    // Where each record's type, length and value end.
    let ends = [[1_usize, 2, 5], [6, 7, 10], [19, 20, 52]];
    for cut in 1..whole.len() {
        let about = format!("The first {cut} of the 52 bytes of a keysend payload");
        let Some(within) = ends.iter().find(|record| cut < record[2]) else { continue };
        let start = within[0] - if within[0] == 19 { 9 } else { 1 };
        let name = format!("payload-keysend-first-{cut}-bytes");
        let (reason, missing) = match cut {
            _ if cut == start => {
                let about = format!("{about}: it ends between two records.");
                case(suite, name, about, &whole[..cut]).flag("bounds").shows(UNKNOWN_ODD).accepted();
                continue;
            }
            _ if cut < within[0] => ("type_truncated", "within a type"),
            _ if cut < within[1] => ("length_truncated", "before a length"),
            _ => ("value_truncated", "before or within a value"),
        };
        case(suite, name, format!("{about}: it ends {missing}."), &whole[..cut])
            .beside("payload-keysend")
            .rejected(reason);
    }
}

/// A field's name, the most bytes that its integer has, and the stream with these.
type Field<'a> = (&'a str, usize, &'a dyn Fn(&[u8]) -> Vec<u8>);

/// Truncated integers of every length, and of each length once with a leading zero byte.
fn lengths_of_integers(suite: &mut Suite) {
    let secret = label::bytes32("tlv.decode/payment_secret");
    let fields: [Field; 4] = [
        ("amt-to-forward", 8, &|value| record(2, value)),
        ("outgoing-cltv-value", 4, &|value| record(4, value)),
        ("payment-data-total", 8, &|value| record(8, &[&secret[..], value].concat())),
        ("total-amount-msat", 8, &|value| record(18, value)),
    ];
    for (name, longest, stream) in fields {
        for length in 0..=longest {
            let value = smallest(length);
            let about = format!("The smallest {} of {length} bytes.", name.replace('-', "_"));
            case(suite, format!("payload-{name}-of-{length}-bytes"), about, &stream(&value))
                .flag("bounds")
                .spec(INTEGERS)
                .shows(["bolt1.integer.truncated", "bolt1.integer.msat-bound"])
                .accepted();
            if length == longest {
                break;
            }
            let about = format!(
                "The smallest {} of {length} bytes, with a zero byte in front: {} bytes.",
                name.replace('-', "_"),
                length + 1
            );
            let longer = [&[0][..], &value].concat();
            case(suite, format!("payload-{name}-of-{length}-bytes-after-zero"), about, &stream(&longer))
                .beside(&format!("payload-{name}-of-{length}-bytes"))
                .rejected("value_not_minimal");
        }
    }
}

/// One record of each known type.
fn known() -> Vec<(u64, Vec<u8>)> {
    let point = label::secret("tlv.decode/path_key").public_key().encode();
    let preimage = label::bytes32("tlv.decode/preimage");
    let secret = label::bytes32("tlv.decode/payment_secret");
    vec![
        (2, unhex("0186a0")),
        (4, unhex("0c3590")),
        (6, unhex("0c35000000010002")),
        (8, payment_data(secret, 100_000)[2..].to_vec()),
        (10, vec![7; 3]),
        (12, point.to_vec()),
        (16, vec![9; 2]),
        (18, unhex("0186a0")),
        (KEYSEND_PREIMAGE, preimage.to_vec()),
    ]
}

fn stream(records: &[(u64, Vec<u8>)]) -> Vec<u8> {
    records.iter().flat_map(|(r#type, value)| record(*r#type, value)).collect()
}

/// All known records in one stream, and each of them bent in turn.
fn every_record(suite: &mut Suite) {
    let twin = "payload-all-records";
    let about = "All nine known records: which of them may stand together is no matter of the TLV stream.";
    case(suite, twin, about, &stream(&known()))
        .flag("basic")
        .spec("04-onion-routing.md:186-216")
        .shows(["bolt4.payload.records"])
        .accepted();
    for index in 0..known().len() {
        let mut records = known();
        let r#type = records[index].0;
        records.insert(index, records[index].clone());
        let about = format!("All nine known records, and that of type {type} twice.");
        case(suite, format!("payload-all-records-{type}-twice"), about, &stream(&records))
            .beside(twin)
            .rejected("types_not_increasing");
        if index > 0 {
            let mut records = known();
            records.swap(index - 1, index);
            let before = records[index].0;
            let about =
                format!("All nine known records, those of types {before} and {type} in falling order.");
            case(suite, format!("payload-all-records-{type}-before-{before}"), about, &stream(&records))
                .beside(twin)
                .rejected("types_not_increasing");
        }
        let (before, after) = (stream(&known()[..index]), stream(&known()[index + 1..]));
        let value = &known()[index].1;
        let own = record(r#type, value);
        let type_length = own.len() - value.len() - 1;
        if r#type < 0xfd {
            let long = [&[0xfd, 0, own[0]][..], &own[1..]].concat();
            let about = format!("All nine known records; the type {type} takes three bytes.");
            let bent = [&before[..], &long, &after].concat();
            case(suite, format!("payload-all-records-{type}-type-not-minimal"), about, &bent)
                .beside(twin)
                .rejected("type_not_minimal");
        }
        let long = [&own[..type_length], &[0xfd, 0, own[type_length]], value].concat();
        let about = format!("All nine known records; the length of that of type {type} takes three bytes.");
        let bent = [&before[..], &long, &after].concat();
        case(suite, format!("payload-all-records-{type}-length-not-minimal"), about, &bent)
            .beside(twin)
            .rejected("length_not_minimal");
    }
    for r#type in [3_u64, 5, 7, 9, 11, 13, 15, 17, 23, 101, KEYSEND_PREIMAGE + 1] {
        let mut records = known();
        let at = records.iter().position(|(other, _)| *other > r#type).unwrap_or(records.len());
        records.insert(at, (r#type, b"odd".to_vec()));
        let about = format!("All nine known records and, in its place, an odd unknown one of type {type}.");
        case(suite, format!("payload-all-records-and-{type}"), about, &stream(&records))
            .flag("unknown-type")
            .shows(UNKNOWN_ODD)
            .accepted();
    }
}

/// Unknown even types beside a keysend's own records, and the last of the reserved types.
fn unknown(suite: &mut Suite) {
    let keysend = keysend_record(&label::bytes32("tlv.decode/preimage"));
    let beside = |r#type: u64| [amount_and_expiry(), record(r#type, b"x"), keysend.clone()].concat();
    for odd in [23_u64, 101, 65_533, 65_535] {
        let about = format!("A keysend with an odd unknown record of type {odd}.");
        case(suite, format!("payload-keysend-and-{odd}"), about, &beside(odd))
            .flag("unknown-type")
            .shows(UNKNOWN_ODD)
            .accepted();
    }
    for (even, twin) in [(24_u64, 23), (100, 101), (102, 101), (65_532, 65_533), (65_534, 65_535)] {
        let about =
            format!("A keysend with an even unknown record of type {even}, which no application may use.");
        case(suite, format!("payload-keysend-and-{even}"), about, &beside(even))
            .beside(&format!("payload-keysend-and-{twin}"))
            .rejected("unknown_even_type");
    }
    let about = "Type 1, which n1 knows and a payload does not, and an amount.";
    case(suite, "payload-after-type-1", about, &unhex("010105020203e8"))
        .flag("unknown-type")
        .shows(UNKNOWN_ODD)
        .accepted();
    let about = "Type 0 in front of a keysend's records: unknown, and even.";
    let zero = [record(0, &[]), amount_and_expiry(), keysend.clone()].concat();
    case(suite, "payload-keysend-after-0", about, &zero)
        .beside("payload-keysend")
        .rejected("unknown_even_type");
    let about = "An amount of three bytes and an expiry of none: 100000 msat, block 0.";
    case(suite, "payload-expiry-without-bytes", about, &[integer(2, 100_000), record(4, &[])].concat())
        .flag("bounds")
        .spec(INTEGERS)
        .shows(["bolt1.integer.truncated", "bolt1.integer.msat-bound"])
        .accepted();
}
