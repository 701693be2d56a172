//! Streams built from records: sorted ones decode to just these records, and one fault gives just its rule.
#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use spontan::bolt1::tlv::{self, TlvRule};

#[derive(Debug, Arbitrary)]
struct Input {
    records: BTreeMap<u64, Vec<u8>>,
    fault: Fault,
}

#[derive(Debug, Arbitrary)]
enum Fault {
    None,
    LastRecordTwice,
    LastByteMissing,
}

fuzz_target!(|input: Input| {
    let mut stream = Vec::new();
    let mut last = Vec::new();
    for (r#type, value) in &input.records {
        last.clear();
        tlv::encode_record(*r#type, value, &mut last);
        stream.extend_from_slice(&last);
    }
    let wanted = match input.fault {
        _ if input.records.is_empty() => None,
        Fault::None => None,
        Fault::LastRecordTwice => {
            stream.extend_from_slice(&last);
            Some(vec![TlvRule::TypesNotIncreasing])
        }
        Fault::LastByteMissing => {
            stream.pop();
            let value_is_empty = input.records.values().next_back().is_some_and(Vec::is_empty);
            Some(vec![if value_is_empty { TlvRule::LengthTruncated } else { TlvRule::ValueTruncated }])
        }
    };
    let decoded: Result<Vec<_>, _> = tlv::records(&stream).collect();
    match (decoded, wanted) {
        (Ok(records), None) => {
            let found: BTreeMap<_, _> =
                records.iter().map(|record| (record.r#type, record.value.to_vec())).collect();
            assert_eq!(found, input.records);
        }
        (Err(error), Some(rules)) => assert!(rules.contains(&error.rule), "{error}"),
        (decoded, wanted) => panic!("{decoded:?}, wanted {wanted:?}"),
    }
});
