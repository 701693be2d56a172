//! Simpler TLV streams: fewer records, ordinary ones, minimal forms, lower types, shorter values.

use super::nearer::{bytes, each, numbers, without};
use crate::blueprint::ordinary;
use crate::blueprint::stream::{Record, Stream};
use crate::bolt1::bigsize;
use crate::protocol::operation::Namespace;

pub(super) fn streams(stream: &Stream, namespace: Namespace) -> Vec<Stream> {
    let with = |records, tail: &[u8]| Stream { records, tail: tail.to_vec() };
    let mut out: Vec<_> =
        without(&stream.records).into_iter().map(|records| with(records, &stream.tail)).collect();
    out.extend(bytes(&stream.tail).into_iter().map(|tail| with(stream.records.clone(), &tail)));
    let records = each(&stream.records, |record| records(record, namespace));
    out.extend(records.into_iter().map(|records| with(records, &stream.tail)));
    out
}

fn records(record: &Record, namespace: Namespace) -> Vec<Record> {
    let mut out = Vec::new();
    let known = match namespace {
        Namespace::Payload => ordinary::record(record.r#type),
        _ => None,
    };
    if *record != Record::new(record.r#type, record.value.clone()) {
        out.push(Record { type_width: bigsize::encoded_length(record.r#type), ..record.clone() });
        out.push(Record {
            length_width: bigsize::encoded_length(record.value.len() as u64),
            ..record.clone()
        });
        for width in [3, 5] {
            out.push(Record { type_width: record.type_width.min(width), ..record.clone() });
            out.push(Record { length_width: record.length_width.min(width), ..record.clone() });
        }
    }
    if known.is_none() {
        for r#type in numbers(record.r#type, 0) {
            let minimal = record.type_width == bigsize::encoded_length(record.r#type);
            let width = if minimal { bigsize::encoded_length(r#type) } else { record.type_width };
            out.push(Record { r#type, type_width: width, ..record.clone() });
        }
    }
    out.extend(known);
    for value in bytes(&record.value) {
        let mut other = record.clone();
        let minimal = record.length_width == bigsize::encoded_length(record.value.len() as u64);
        other.set(value);
        if !minimal {
            other.length_width = record.length_width;
        }
        out.push(other);
    }
    out
}
