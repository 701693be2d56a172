//! A stream that decodes encodes back to the same bytes, and its payload decodes or names an offset within it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spontan::bolt1::tlv;
use spontan::bolt4::payload::{Payload, PayloadNamespace};

fuzz_target!(|stream: &[u8]| {
    if let Ok(records) = tlv::records(stream).collect::<Result<Vec<_>, _>>() {
        let mut encoded = Vec::with_capacity(stream.len());
        records.iter().for_each(|record| tlv::encode_record(record.r#type, record.value, &mut encoded));
        assert_eq!(encoded, stream);
    }
    for ignore_even_custom_records in [false, true] {
        if let Err(error) = Payload::decode(stream, &PayloadNamespace { ignore_even_custom_records }) {
            assert!(error.offset < stream.len());
        }
    }
});
