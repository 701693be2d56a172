//! The oracle of `tlv_records`: streams that are built from records and one fault, with the rule, the offset and the
//! records predicted by construction. The input is a tape: namespace, fault, record, a number of 16 bits, then for
//! each record how far its type is shifted down, the type (8 bytes), the length of its value and the value.
//! A length of 255 and more is the byte 255 and two bytes. Integers are little-endian.

use std::collections::BTreeMap;

use arbitrary::Unstructured;
use serde_json::{Value, json};
use spontan::bolt1::bigsize;
use spontan::bolt1::tlv::{self, TlvRule};
use spontan::protocol::Content;

use crate::model::{self, Namespace};
use crate::{Checked, Record, Second, Seen, agree, ensure, tlv::decode};

/// What may be wrong with one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It stands there twice.
    Twice,
    /// It changes places with the next.
    Swapped,
    /// Its type is in a longer form.
    LongType,
    /// Its length is in a longer form.
    LongLength,
    /// Its length says more than there is left.
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
type Wanted = Result<Vec<Record>, model::Broken>;

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
    /// The records, sorted.
    pub records: BTreeMap<u64, Vec<u8>>,
}

/// A record's piece of a tape; a value above 65535 bytes is cut.
pub fn piece(kind: u64, value: &[u8]) -> Vec<u8> {
    let length = value.len().min(u16::MAX.into()) as u16;
    let mut piece = [&[0], &kind.to_le_bytes()[..]].concat();
    match u8::try_from(length) {
        Ok(length) if length < u8::MAX => piece.push(length),
        _ => {
            piece.push(u8::MAX);
            piece.extend(length.to_le_bytes());
        }
    }
    piece.extend(&value[..length.into()]);
    piece
}

impl Records {
    /// Reads a tape. Whatever it holds is something.
    pub fn read(tape: &[u8]) -> Self {
        let mut tape = Unstructured::new(tape);
        let mut byte = || tape.arbitrary::<u8>().unwrap_or_default();
        let namespace = Namespace::ALL[usize::from(byte()) % Namespace::ALL.len()];
        let fault = Fault::ALL[usize::from(byte()) % Fault::ALL.len()];
        let at = byte();
        let by = u16::from_le_bytes([byte(), byte()]);
        let mut records = BTreeMap::new();
        while !tape.is_empty() {
            let shift = tape.arbitrary::<u8>().unwrap_or_default() % 64;
            let kind = tape.arbitrary::<u64>().unwrap_or_default() >> shift;
            let length = match tape.arbitrary::<u8>().unwrap_or_default() {
                u8::MAX => usize::from(tape.arbitrary::<u16>().unwrap_or_default()),
                length => length.into(),
            };
            let length = length.min(tape.len());
            records.insert(kind, tape.bytes(length).unwrap_or_default().to_vec());
        }
        Self { namespace, fault, at, by, records }
    }

    /// The tape of these records.
    pub fn write(&self) -> Vec<u8> {
        let place = |wanted| Namespace::ALL.iter().position(|namespace| *namespace == wanted);
        let fault = Fault::ALL.iter().position(|fault| *fault == self.fault);
        let [low, high] = self.by.to_le_bytes();
        let first = [place(self.namespace), fault].map(|place| place.unwrap_or_default() as u8);
        let mut tape = [&first[..], &[self.at, low, high]].concat();
        self.records.iter().for_each(|(kind, value)| tape.extend(piece(*kind, value)));
        tape
    }

    /// The stream, and what it must decode to.
    fn build(&self) -> (Vec<u8>, Wanted) {
        let mut pieces: Vec<Piece> =
            self.records.iter().map(|(kind, value)| Piece::new(*kind, value.clone())).collect();
        let at = usize::from(self.at).checked_rem(pieces.len()).unwrap_or_default();
        let mut cut = None;
        match self.fault {
            _ if pieces.is_empty() => {}
            Fault::None => {}
            Fault::Twice => {
                let again = Piece { broken: Some(TlvRule::TypesNotIncreasing), ..pieces[at].clone() };
                pieces.insert(at + 1, again);
            }
            Fault::Swapped => {
                if at + 1 < pieces.len() {
                    pieces[at].broken = Some(TlvRule::TypesNotIncreasing);
                    pieces.swap(at, at + 1);
                }
            }
            Fault::LongType => pieces[at].lengthen_type(self.by),
            Fault::LongLength => pieces[at].lengthen_length(self.by),
            Fault::LyingLength => {
                let left: usize =
                    pieces[at + 1..].iter().map(Piece::length).sum::<usize>() + pieces[at].value.len();
                let left = left as u64;
                // One byte too many, all ones, the highest bit, or anything between.
                let length = match self.by % 4 {
                    0 => left + 1,
                    1 => u64::MAX,
                    2 => 1 << 63 | left,
                    _ => left.saturating_add((u64::from(self.by) + 1) << (self.by % 48)),
                };
                pieces[at].length = bigsize::encode(length).as_ref().to_vec();
                pieces[at].broken = Some(TlvRule::ValueTruncated);
            }
            Fault::Cut => {
                let kept = usize::from(self.by) % pieces[at].length();
                pieces.truncate(at + 1);
                pieces[at].broken = pieces[at].cut_at(kept);
                cut = Some(kept);
            }
        }
        let mut stream = Vec::new();
        let mut wanted = Ok(Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            if let Ok(known) = &mut wanted
                && !(cut == Some(0) && index == at)
            {
                match piece.judge(self.namespace) {
                    Ok(true) => known.push((piece.kind, piece.value.clone())),
                    Ok(false) => {}
                    Err(rule) => wanted = Err((rule, stream.len())),
                }
            }
            let start = stream.len();
            stream.extend([&piece.r#type[..], &piece.length, &piece.value].concat());
            if let Some(kept) = cut.filter(|_| index == at) {
                stream.truncate(start + kept);
            }
        }
        (stream, wanted)
    }

    /// The stream and the namespace as the protocol has them.
    pub fn input(&self) -> Value {
        json!({"namespace": self.namespace.name(), "stream": hex::encode(self.build().0)})
    }
}

/// One record as it is written, and the rule of the grammar that it breaks.
#[derive(Debug, Clone)]
struct Piece {
    kind: u64,
    r#type: Vec<u8>,
    length: Vec<u8>,
    value: Vec<u8>,
    broken: Option<TlvRule>,
}

impl Piece {
    fn new(kind: u64, value: Vec<u8>) -> Self {
        let [r#type, length] =
            [kind, value.len() as u64].map(|number| bigsize::encode(number).as_ref().to_vec());
        Self { kind, r#type, length, value, broken: None }
    }

    fn length(&self) -> usize {
        self.r#type.len() + self.length.len() + self.value.len()
    }

    fn lengthen_type(&mut self, by: u16) {
        if let Some(longer) = longer(self.kind, self.r#type.len(), by) {
            (self.r#type, self.broken) = (longer, Some(TlvRule::TypeNotMinimal));
        }
    }

    fn lengthen_length(&mut self, by: u16) {
        if let Some(longer) = longer(self.value.len() as u64, self.length.len(), by) {
            (self.length, self.broken) = (longer, Some(TlvRule::LengthNotMinimal));
        }
    }

    /// The rule that is broken when only so many bytes of the record are left; none when it is nothing at all.
    fn cut_at(&self, kept: usize) -> Option<TlvRule> {
        let head = self.r#type.len() + self.length.len();
        match kept {
            0 => None,
            _ if kept < self.r#type.len() => Some(TlvRule::TypeTruncated),
            _ if kept < head => Some(TlvRule::LengthTruncated),
            _ => Some(TlvRule::ValueTruncated),
        }
    }

    fn judge(&self, namespace: Namespace) -> Result<bool, TlvRule> {
        match self.broken {
            Some(rule) => Err(rule),
            None => model::value(namespace, self.kind, &self.value),
        }
    }
}

/// A form of a number that is longer than that of so many bytes, if there is one.
fn longer(number: u64, length: usize, by: u16) -> Option<Vec<u8>> {
    let forms: Vec<_> =
        [(0xfd, 2), (0xfe, 4), (0xff, 8)].into_iter().filter(|(_, width)| 1 + width > length).collect();
    let (marker, width) = forms.get(usize::from(by).checked_rem(forms.len())?)?;
    Some([&[*marker], &number.to_be_bytes()[8 - width..]].concat())
}

/// What was built decodes to just its records, or fails by just the rule and at the offset of its fault; in the
/// reference and in the second implementation.
pub fn check(tape: &[u8], second: &Second) -> Checked {
    let built = Records::read(tape);
    let (stream, wanted) = built.build();
    let decoded = decode(built.namespace, &stream)
        .map(|records| {
            records.iter().map(|record| (record.r#type, record.value.to_vec())).collect::<Vec<_>>()
        })
        .map_err(|error| (error.rule, error.offset));
    ensure!(
        decoded == wanted,
        "{built:?}: {} decodes to {decoded:?}, wanted {wanted:?}",
        hex::encode(&stream)
    );
    if let Ok(records) = tlv::records(&stream).collect::<Result<Vec<_>, _>>() {
        let mut encoded = Vec::new();
        records.iter().for_each(|record| tlv::encode_record(record.r#type, record.value, &mut encoded));
        ensure!(encoded == stream, "{} encodes back to {}", hex::encode(&stream), hex::encode(&encoded));
    }
    let (_, names) = agree::declared(built.namespace.choices());
    let answer = second.implementation(names).answer("tlv.decode", &built.input());
    let expected = match &wanted {
        Ok(records) => {
            let list: Vec<_> = records
                .iter()
                .map(|(kind, value)| json!({"type": kind.to_string(), "value": hex::encode(value)}))
                .collect();
            answer == Content::Accept(json!({ "records": list }))
        }
        Err((rule, _)) => matches!(&answer, Content::Reject(rejection) if rejection.reason == rule.reason()),
    };
    ensure!(expected, "{built:?}: the second implementation says {answer:?}, wanted {wanted:?}");
    Ok(Seen::compared(2))
}
