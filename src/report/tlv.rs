//! Where a byte is, for people: a tolerant TLV splitter, and the fields of a packet. It judges nothing: lengths that are not minimal
//! and types out of order are split all the same, and what cannot be split is shown as it is.

use crate::blueprint::stream::read;
use crate::bolt4::PACKET_LENGTH;
use crate::bolt4::payload::types;

/// One record of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// Where it starts.
    pub offset: usize,
    /// Its type.
    pub kind: u64,
    /// The length it claims.
    pub length: u64,
    /// Where its value starts.
    pub value_at: usize,
    /// Its value: fewer bytes than `length` when the stream ends before.
    pub value: &'a [u8],
}

impl Record<'_> {
    /// Type and length, and the name of the type where it has one in a hop payload.
    pub fn describe(&self, payload: bool) -> String {
        let name = types::name(self.kind).filter(|_| payload).map(|name| format!(" ({name})"));
        format!("type {}{}, length {}", self.kind, name.unwrap_or_default(), self.length)
    }
}

/// The records of a stream, and where the rest starts that is no record.
pub fn split(stream: &[u8]) -> (Vec<Record<'_>>, usize) {
    let mut records = Vec::new();
    let mut offset = 0;
    while let Some((kind, _, rest)) = read(&stream[offset..]) {
        let Some((length, _, rest)) = read(rest) else { break };
        let value_at = stream.len() - rest.len();
        let value = &rest[..usize::try_from(length).map_or(rest.len(), |length| length.min(rest.len()))];
        records.push(Record { offset, kind, length, value_at, value });
        offset = value_at + value.len();
    }
    (records, offset)
}

/// Does a field of this name hold a TLV stream? If so, is it a hop payload?
pub fn stream_field(name: &str) -> Option<bool> {
    match name {
        "payload" | "final_payload" => Some(true),
        "stream" => Some(false),
        _ => None,
    }
}

/// Says in which record, and where in it, the byte at `at` is.
pub fn locate(stream: &[u8], at: usize, payload: bool) -> Option<String> {
    let (records, _) = split(stream);
    let ends_behind = |record: &Record<'_>| at < record.value_at + record.value.len();
    let (index, record) = records.iter().enumerate().find(|(_, record)| ends_behind(record))?;
    let part = match at.checked_sub(record.value_at) {
        Some(within) => format!("byte {within} of its value"),
        None => "its type or length".into(),
    };
    Some(format!("record {index} at byte {}, {}: {part}", record.offset, record.describe(payload)))
}

/// Says which field of an onion packet the byte at `at` is in, when the packet has its 1366 bytes.
pub fn locate_in_packet(packet: &[u8], at: usize) -> Option<String> {
    let fields = [
        ("the version", 0..1),
        ("the public key", 1..34),
        ("hop_payloads", 34..1334),
        ("the hmac", 1334..PACKET_LENGTH),
    ];
    let is_whole = packet.len() == PACKET_LENGTH;
    let (name, range) = fields.into_iter().find(|(_, range)| is_whole && range.contains(&at))?;
    Some(format!("{name}, byte {} of {}", at - range.start, range.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_is_split() {
        let stream = [0x02, 0x01, 0xaa, 0xfd, 0x00, 0x04, 0x00, 0x06, 0x05, 0x01];
        let (records, rest) = split(&stream);
        assert_eq!(
            records.iter().map(|r| (r.offset, r.kind, r.length, r.value.len())).collect::<Vec<_>>(),
            [(0, 2, 1, 1), (3, 4, 0, 0), (7, 6, 5, 1)]
        );
        assert_eq!(rest, stream.len());
        assert_eq!(split(&[2, 0, 0xfd, 1]).1, 2);
        assert_eq!(split(&[2]).1, 0);
        let (records, _) = split(&[1, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 7]);
        assert_eq!((records[0].length, records[0].value), (u64::MAX, &[7][..]));
    }

    #[test]
    fn a_byte_of_a_packet_is_located() {
        let at = |at| locate_in_packet(&[0; 1366], at).unwrap_or_default();
        assert_eq!(at(0), "the version, byte 0 of 1");
        assert_eq!(at(1), "the public key, byte 0 of 33");
        assert_eq!(at(33), "the public key, byte 32 of 33");
        assert_eq!(at(34), "hop_payloads, byte 0 of 1300");
        assert_eq!(at(1334), "the hmac, byte 0 of 32");
        assert_eq!(at(1366), "");
        assert_eq!(locate_in_packet(&[0; 1365], 0), None);
    }

    #[test]
    fn a_byte_is_located() {
        let stream = [0x02, 0x01, 0xaa, 0x04, 0x02, 0xbb, 0xcc];
        assert_eq!(
            locate(&stream, 6, true).unwrap(),
            "record 1 at byte 3, type 4 (outgoing_cltv_value), length 2: byte 1 of its value"
        );
        assert_eq!(
            locate(&stream, 4, false).unwrap(),
            "record 1 at byte 3, type 4, length 2: its type or length"
        );
        assert_eq!(locate(&stream, 7, true), None);
    }
}
