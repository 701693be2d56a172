//! Payloads that break a rule which a quirk does not ask of one kind of payment: what is left of them is read without it.

use super::Implementation;
use super::onion::Peeled;
use super::tlv::{KEYSEND, Record};
use super::wire::big_endian;
use crate::quirks::list::Quirk as Q;

/// What a payload is for, as far as it shows before it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Invoice,
    Keysend,
    SharedSecret,
    Forwarded,
}

/// Who does not ask what.
const LENIENT: &[(Passage, &str, Q)] = &[
    (Passage::Invoice, "unknown_even_type", Q::UnknownEvenNotAskedForInvoices),
    (Passage::SharedSecret, "unknown_even_type", Q::UnknownEvenNotAskedForSharedSecrets),
    (Passage::Forwarded, "unknown_even_type", Q::UnknownEvenNotAskedWhenForwarding),
    (Passage::Invoice, "types_not_increasing", Q::OrderNotAskedForInvoices),
    (Passage::SharedSecret, "types_not_increasing", Q::OrderNotAskedForSharedSecrets),
    (Passage::Forwarded, "types_not_increasing", Q::OrderNotAskedWhenForwarding),
    (Passage::Invoice, "type_not_minimal", Q::MinimalityNotAskedForInvoices),
    (Passage::Invoice, "length_not_minimal", Q::MinimalityNotAskedForInvoices),
    (Passage::SharedSecret, "type_not_minimal", Q::MinimalityNotAskedForSharedSecrets),
    (Passage::SharedSecret, "length_not_minimal", Q::MinimalityNotAskedForSharedSecrets),
    (Passage::Forwarded, "type_not_minimal", Q::MinimalityNotAskedWhenForwarding),
    (Passage::Forwarded, "length_not_minimal", Q::MinimalityNotAskedWhenForwarding),
    (Passage::Invoice, "value_not_minimal", Q::ValueMinimalityNotAskedForInvoices),
    (Passage::SharedSecret, "value_not_minimal", Q::ValueMinimalityNotAskedForSharedSecrets),
    (Passage::Forwarded, "value_not_minimal", Q::ValueMinimalityNotAskedWhenForwarding),
    (Passage::Invoice, "value_wrong_length", Q::LengthsNotAskedForInvoices),
    (Passage::SharedSecret, "value_wrong_length", Q::LengthsNotAskedForSharedSecrets),
    (Passage::Forwarded, "value_wrong_length", Q::LengthsNotAskedWhenForwarding),
    (Passage::Invoice, "value_truncated", Q::TruncationNotAskedForInvoices),
    (Passage::Invoice, "length_truncated", Q::TruncationNotAskedForInvoices),
    (Passage::Invoice, "type_truncated", Q::TruncationNotAskedForInvoices),
    (Passage::SharedSecret, "value_truncated", Q::TruncationNotAskedForSharedSecrets),
    (Passage::SharedSecret, "length_truncated", Q::TruncationNotAskedForSharedSecrets),
    (Passage::SharedSecret, "type_truncated", Q::TruncationNotAskedForSharedSecrets),
    (Passage::Forwarded, "value_truncated", Q::TruncationNotAskedWhenForwarding),
    (Passage::Forwarded, "length_truncated", Q::TruncationNotAskedWhenForwarding),
    (Passage::Forwarded, "type_truncated", Q::TruncationNotAskedWhenForwarding),
    (Passage::Invoice, "value_invalid", Q::BoundsNotAskedForInvoices),
    (Passage::SharedSecret, "value_invalid", Q::BoundsNotAskedForSharedSecrets),
    (Passage::Forwarded, "value_invalid", Q::BoundsNotAskedWhenForwarding),
];

impl Passage {
    /// What the payload of this packet is for.
    pub fn of(peeled: &Peeled, is_invoiced: bool) -> Self {
        if peeled.next.is_some() {
            Self::Forwarded
        } else if is_invoiced {
            Self::Invoice
        } else if all_records(&peeled.payload).iter().any(|record| record.0 == KEYSEND) {
            Self::Keysend
        } else {
            Self::SharedSecret
        }
    }
}

impl Implementation {
    /// The records of a payload that was refused for a reason, if a quirk lets it pass.
    pub(super) fn forgiven(&self, passage: Passage, reason: &str, payload: &[u8]) -> Option<Vec<Record>> {
        let is_forgiven = |row: &&(Passage, &str, Q)| row.0 == passage && row.1 == reason && self.has(row.2);
        LENIENT.iter().find(is_forgiven).map(|_| all_records(payload))
    }

    /// Whether it has the quirk of this passage.
    pub(super) fn excuses<const N: usize>(&self, passage: Passage, quirks: [(Passage, Q); N]) -> bool {
        quirks.into_iter().any(|(of, quirk)| of == passage && self.has(quirk))
    }
}

/// All records up to one that is cut short, whatever they are.
pub fn all_records(stream: &[u8]) -> Vec<Record> {
    loose_records(stream).0
}

/// As [`all_records`], with the bytes that are left.
pub fn loose_records(stream: &[u8]) -> (Vec<Record>, &[u8]) {
    let mut records = Vec::new();
    let mut rest = stream;
    while let Some((r#type, after)) = loose(rest)
        && let Some((length, after)) = loose(after)
        && let Some((value, after)) =
            usize::try_from(length).ok().and_then(|length| after.split_at_checked(length))
    {
        records.push((r#type, value.to_vec()));
        rest = after;
    }
    (records, rest)
}

/// A BigSize, minimal or not.
fn loose(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let width = match first {
        0xfd => 2,
        0xfe => 4,
        0xff => 8,
        small => return Some(((*small).into(), rest)),
    };
    let (number, rest) = rest.split_at_checked(width)?;
    Some((big_endian(number), rest))
}
