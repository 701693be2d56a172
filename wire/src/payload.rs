//! A payload's records bent as little as a live node needs: preimages under a mask, expiries moved with the chain.
//! What is no record stays as it is, and every BigSize keeps its form.

use spontan::bolt1::bigsize;

use crate::recipient::Recipient;

/// `outgoing_cltv_value`: BOLT 4, "payload format".
const OUTGOING_CLTV_VALUE: u64 = 4;
/// `short_channel_id`.
const SHORT_CHANNEL_ID: u64 = 6;
/// `payment_data`.
const PAYMENT_DATA: u64 = 8;
/// `encrypted_recipient_data`.
const RECIPIENT_DATA: u64 = 10;
/// `current_path_key`.
const PATH_KEY: u64 = 12;
/// `payment_constraints` within `encrypted_recipient_data`; its first four bytes are `max_cltv_expiry`.
const PAYMENT_CONSTRAINTS: u64 = 12;
/// bLIP 3's record.
pub const KEYSEND: u64 = 5_482_373_484;

/// One record: where its length, its value and what follows start, in bytes.
struct Record<'a> {
    kind: u64,
    /// Type and length, as they are written.
    head: &'a [u8],
    /// How much of the head is the type, in bytes.
    type_width: usize,
    value: &'a [u8],
}

/// The records from the front of a stream, as long as they can be told apart, and the rest.
fn records(stream: &[u8]) -> (Vec<Record<'_>>, &[u8]) {
    let (mut found, mut rest) = (Vec::new(), stream);
    let next = |rest: &'_ [u8]| {
        let (kind, type_width) = bigsize::decode(rest).ok()?;
        let (length, length_width) = bigsize::decode(rest.get(type_width..)?).ok()?;
        let start = type_width + length_width;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        (end <= rest.len()).then_some((kind, type_width, start, end))
    };
    while let Some((kind, type_width, start, end)) = next(rest) {
        found.push(Record { kind, head: &rest[..start], type_width, value: &rest[start..end] });
        rest = &rest[end..];
    }
    (found, rest)
}

/// The values of the keysend records.
pub fn preimages(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    records(stream).0.into_iter().filter(|record| record.kind == KEYSEND).map(|record| record.value)
}

/// The value of the first `short_channel_id`.
pub fn short_channel_id(stream: &[u8]) -> Option<Vec<u8>> {
    records(stream)
        .0
        .into_iter()
        .find(|record| record.kind == SHORT_CHANNEL_ID)
        .map(|record| record.value.to_vec())
}

/// How a payload is bent.
pub struct Bend<'a> {
    /// The value of a keysend record, anew.
    pub preimage: &'a dyn Fn(&[u8]) -> Vec<u8>,
    /// `outgoing_cltv_value`, anew.
    pub expiry: &'a dyn Fn(u32) -> u32,
    /// A payment secret, anew.
    pub secret: &'a dyn Fn([u8; 32]) -> [u8; 32],
    /// What belongs to a blinded route, anew.
    pub recipient: Option<&'a Recipient<'a>>,
}

/// The records of `encrypted_recipient_data` with the highest expiry moved.
pub fn move_constraints(stream: &[u8], moved: &dyn Fn(u32) -> u32) -> Vec<u8> {
    let (records, rest) = records(stream);
    let mut out = Vec::with_capacity(stream.len());
    for record in records {
        out.extend_from_slice(record.head);
        match record.value.split_first_chunk() {
            Some((expiry, after)) if record.kind == PAYMENT_CONSTRAINTS => {
                out.extend_from_slice(&moved(u32::from_be_bytes(*expiry)).to_be_bytes());
                out.extend_from_slice(after);
            }
            _ => out.extend_from_slice(record.value),
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Bends the records of a stream.
pub fn bend(stream: &[u8], bend: &Bend) -> Vec<u8> {
    let (records, rest) = records(stream);
    let mut out = Vec::with_capacity(stream.len() + 4);
    let path_key = records.iter().find(|record| record.kind == PATH_KEY).map(|record| record.value);
    for record in &records {
        match (record.kind, bend.recipient) {
            (KEYSEND, _) => {
                out.extend_from_slice(record.head);
                out.extend((bend.preimage)(record.value));
            }
            (PAYMENT_DATA, _) if record.value.len() >= 32 => {
                let (secret, total) = record.value.split_at(32);
                out.extend_from_slice(record.head);
                out.extend((bend.secret)(secret.try_into().unwrap_or_default()));
                out.extend_from_slice(total);
            }
            (OUTGOING_CLTV_VALUE, _) if (1..=4).contains(&record.value.len()) => {
                expiry(record, bend.expiry, &mut out)
            }
            (RECIPIENT_DATA, Some(recipient)) => {
                out.extend_from_slice(record.head);
                out.extend(recipient.data(record.value, path_key, bend.expiry));
            }
            (PATH_KEY, Some(recipient)) => {
                out.extend_from_slice(record.head);
                out.extend(recipient.path_key(record.value));
            }
            _ => {
                out.extend_from_slice(record.head);
                out.extend_from_slice(record.value);
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// At least as many bytes as before, so that what is not minimal stays so.
fn expiry(record: &Record, moved: &dyn Fn(u32) -> u32, out: &mut Vec<u8>) {
    let old = record.value.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    let new = moved(old).to_be_bytes();
    let zeros = new.iter().take_while(|byte| **byte == 0).count().min(4 - record.value.len());
    let value = &new[zeros..];
    if value.len() == record.value.len() {
        out.extend_from_slice(record.head);
    } else {
        out.extend_from_slice(&record.head[..record.type_width]);
        out.push(value.len() as u8);
    }
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bent(hex: &str, by: u32) -> String {
        let masked = |value: &[u8]| value.iter().map(|byte| byte ^ 0xff).collect();
        let all = Bend { preimage: &masked, expiry: &|old| old + by, secret: &|_| [7; 32], recipient: None };
        hex::encode(bend(&hex::decode(hex).unwrap(), &all))
    }

    #[test]
    fn expiries_keep_their_form() {
        assert_eq!(bent("04020010", 1), "04020011");
        assert_eq!(bent("0401ff", 1), "04020100");
        assert_eq!(bent("0400", 1), "0400");
        assert_eq!(bent("04050000000010", 1), "04050000000010");
        assert_eq!(bent("0403000010", 1), "0403000011");
    }

    #[test]
    fn preimages_and_secrets_are_renamed_and_nothing_else() {
        assert_eq!(bent("ff0000000146c6616c0200ff", 0), "ff0000000146c6616c02ff00");
        let secret = format!("0821{}05", "00".repeat(32));
        assert_eq!(bent(&secret, 0), format!("0821{}05", "07".repeat(32)));
        assert_eq!(bent("0203010203fd01", 9), "0203010203fd01");
        assert_eq!(bent("080100", 9), "080100");
    }

    #[test]
    fn what_is_cut_short_stays() {
        assert_eq!(bent("040200100405", 1), "040200110405");
        assert_eq!(preimages(&hex::decode("ff0000000146c6616c0301").unwrap()).count(), 0);
    }
}
