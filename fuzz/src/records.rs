//! The oracle of `tlv_records`: streams that are built from records and one fault, with the rule, the offset and the
//! records predicted by construction. The input is namespace, fault, record (8 bits), a number (16 bits), then for each
//! record how far its type is shifted down (8 bits), the type (64 bits) and the value, written as [`crate::tape`] says.

use std::collections::BTreeMap;

use serde_json::json;
use spontan::blueprint::{self, Stream};
use spontan::bolt1::bigsize;
use spontan::bolt1::tlv::{self, TlvRule};
use spontan::protocol::Content;
use spontan::quirks::Quirk;

use crate::model::{self, Namespace};
use crate::tape::Tape;
use crate::{OracleResult, Record, Tally, agree, ensure, tlv::decode};

/// What may be wrong with one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is there twice.
    Twice,
    /// It changes places with the next.
    Swapped,
    /// Its type is in a longer form.
    LongType,
    /// Its length is in a longer form.
    LongLength,
    /// Its length is more than what is left.
    LyingLength,
    /// The stream ends within it.
    Cut,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Twice,
        Self::Swapped,
        Self::LongType,
        Self::LongLength,
        Self::LyingLength,
        Self::Cut,
    ];
}

/// What a stream must decode to.
type Prediction = Result<Vec<Record>, model::Broken>;

/// What is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// What the reader knows.
    pub namespace: Namespace,
    /// The fault.
    pub fault: Fault,
    /// The record that has it, modulo their number.
    pub at: u8,
    /// By how much, where there is a choice.
    pub by: u16,
    /// The records; of two of a type the second counts.
    pub records: Vec<Record>,
}

/// One record on a tape.
fn record(tape: &mut Tape<'_>, (kind, value): &mut Record) -> Option<()> {
    let mut shift = 0;
    tape.u8(&mut shift)?;
    tape.u64(kind)?;
    *kind >>= shift % 64;
    tape.sized(value)
}

/// A record's piece of a tape; none if the value has more than 65535 bytes.
pub fn piece(kind: u64, value: &[u8]) -> Option<Vec<u8>> {
    Tape::written(|tape| record(tape, &mut (kind, value.to_vec())))
}

impl Records {
    fn tape(&mut self, tape: &mut Tape<'_>) -> Option<()> {
        tape.one_of(&mut self.namespace, &Namespace::ALL)?;
        tape.one_of(&mut self.fault, &Fault::ALL)?;
        tape.u8(&mut self.at)?;
        tape.u16(&mut self.by)?;
        tape.list(&mut self.records, usize::MAX, &Record::default(), record)
    }

    /// Reads a tape; none if it is too short for the fault.
    pub fn read(tape: &[u8]) -> Option<Self> {
        let mut built =
            Self { namespace: Namespace::N1, fault: Fault::None, at: 0, by: 0, records: Vec::new() };
        built.tape(&mut Tape::read(tape))?;
        Some(built)
    }

    /// The tape of these records; none if a value has more than 65535 bytes.
    pub fn write(&self) -> Option<Vec<u8>> {
        Tape::written(|tape| self.clone().tape(tape))
    }

    /// The stream, and what it must decode to.
    pub fn build(&self) -> (Vec<u8>, Prediction) {
        let records: BTreeMap<u64, _> = self.records.iter().cloned().collect();
        let mut records: Vec<_> =
            records.into_iter().map(|(kind, value)| blueprint::Record::new(kind, value)).collect();
        let Some(at) = usize::from(self.at).checked_rem(records.len()) else {
            return (Vec::new(), Ok(Vec::new()));
        };
        // The record that breaks a rule of the grammar, and the rule.
        let mut broken = None;
        match self.fault {
            Fault::None | Fault::LyingLength | Fault::Cut => {}
            Fault::Twice => {
                records.insert(at + 1, records[at].clone());
                broken = Some((at + 1, TlvRule::TypesNotIncreasing));
            }
            Fault::Swapped if at + 1 < records.len() => {
                records.swap(at, at + 1);
                broken = Some((at + 1, TlvRule::TypesNotIncreasing));
            }
            Fault::Swapped => {}
            Fault::LongType => {
                let width = self.longer(records[at].type_width);
                width.into_iter().for_each(|width| records[at].widen_type(width));
                broken = width.map(|_| (at, TlvRule::TypeNotMinimal));
            }
            Fault::LongLength => {
                let width = self.longer(records[at].length_width);
                width.into_iter().for_each(|width| records[at].widen_length(width));
                broken = width.map(|_| (at, TlvRule::LengthNotMinimal));
            }
        }
        let bytes =
            |records: &[blueprint::Record]| Stream { records: records.to_vec(), tail: Vec::new() }.bytes();
        let offset = bytes(&records[..at]).len();
        let mut stream = bytes(&records);
        let (head, whole) =
            (records[at].type_width + records[at].length_width, bytes(&records[at..=at]).len());
        match self.fault {
            Fault::LyingLength => {
                let value = offset + head;
                let lie = bigsize::encode(self.lie(stream.len() - value));
                stream.splice(offset + records[at].type_width..value, lie.as_ref().iter().copied());
                broken = Some((at, TlvRule::ValueTruncated));
            }
            Fault::Cut => {
                let kept = usize::from(self.by) % whole;
                stream.truncate(offset + kept);
                records.truncate(if kept == 0 { at } else { at + 1 });
                let rule = match kept {
                    _ if kept < records.last().map_or(0, |last| last.type_width) => TlvRule::TypeTruncated,
                    _ if kept < head => TlvRule::LengthTruncated,
                    _ => TlvRule::ValueTruncated,
                };
                broken = (kept > 0).then_some((at, rule));
            }
            _ => {}
        }
        let judge = |(index, record): (usize, &blueprint::Record)| {
            let judged = match broken {
                Some((at, rule)) if at == index => Err(rule),
                _ => model::value(self.namespace, record.r#type, &record.value),
            };
            match judged {
                Ok(known) => Ok(known.then(|| (record.r#type, record.value.clone()))),
                Err(rule) => Err((rule, bytes(&records[..index]).len())),
            }
        };
        let predicted: Result<Vec<_>, _> = records.iter().enumerate().map(judge).collect();
        (stream, predicted.map(|records| records.into_iter().flatten().collect()))
    }

    /// A width of a BigSize, in bytes, that is more than this one, if there is one.
    fn longer(&self, width: usize) -> Option<usize> {
        let widths: Vec<_> = [3, 5, 9].into_iter().filter(|longer| *longer > width).collect();
        widths.get(usize::from(self.by).checked_rem(widths.len())?).copied()
    }

    /// More than this many bytes: one too many, all ones, the highest bit, or anything between.
    fn lie(&self, left: usize) -> u64 {
        let left = left as u64;
        match self.by % 4 {
            0 => left + 1,
            1 => u64::MAX,
            2 => 1 << 63 | left,
            _ => left.saturating_add((u64::from(self.by) + 1) << (self.by % 48)),
        }
    }
}

/// What was built decodes to just its records, or fails by just the rule and at the offset of its fault; in the
/// reference and in the second implementation.
pub fn check(tape: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(built) = Records::read(tape) else {
        return Ok(Tally::skipped("too short for a fault"));
    };
    let (stream, predicted) = built.build();
    let decoded = decode(built.namespace, &stream)
        .map(|records| {
            records.iter().map(|record| (record.r#type, record.value.to_vec())).collect::<Vec<_>>()
        })
        .map_err(|error| (error.rule, error.offset));
    ensure!(
        decoded == predicted,
        "{built:?}: {} decodes to {decoded:?}, predicted {predicted:?}",
        hex::encode(&stream)
    );
    if let Ok(records) = tlv::records(&stream).collect::<Result<Vec<_>, _>>() {
        let mut encoded = Vec::new();
        records.iter().for_each(|record| tlv::encode_record(record.r#type, record.value, &mut encoded));
        ensure!(encoded == stream, "{} encodes back to {}", hex::encode(&stream), hex::encode(&encoded));
    }
    let answer = agree::second(&built.namespace.input(&stream), built.namespace.choices(), quirk);
    let same = match &predicted {
        Ok(records) => {
            let list: Vec<_> = records
                .iter()
                .map(|(kind, value)| json!({"type": kind.to_string(), "value": hex::encode(value)}))
                .collect();
            answer == Content::Accept(json!({ "records": list }))
        }
        Err((rule, _)) => {
            matches!(&answer, Content::Reject(rejection) if rejection.reason.raw() == rule.reason())
        }
    };
    ensure!(same, "{built:?}: the second implementation says {answer:?}, predicted {predicted:?}");
    Ok(Tally::compared(2))
}
