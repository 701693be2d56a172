//! A TLV stream taken apart so that it can be bent and shrunk record by record. Any bytes have such a form, and give
//! just these bytes back: what is no record stands in the tail.

use crate::bolt1::bigsize;

/// One record, each of its two BigSizes in any form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The type.
    pub r#type: u64,
    /// In how many bytes the type is written: 1, 3, 5 or 9.
    pub type_width: usize,
    /// In how many bytes the length is written.
    pub length_width: usize,
    /// The value.
    pub value: Vec<u8>,
}

impl Record {
    /// A record in minimal form.
    pub fn new(r#type: u64, value: impl Into<Vec<u8>>) -> Self {
        let value = value.into();
        Self {
            r#type,
            type_width: bigsize::encoded_length(r#type),
            length_width: bigsize::encoded_length(value.len() as u64),
            value,
        }
    }

    /// A record with a truncated integer.
    pub fn integer(r#type: u64, number: u64) -> Self {
        Self::new(r#type, truncated(number))
    }

    /// Sets the value; the length is written in as few bytes as it needs.
    pub fn set(&mut self, value: impl Into<Vec<u8>>) {
        self.value = value.into();
        self.length_width = bigsize::encoded_length(self.value.len() as u64);
    }
}

/// Records and what stands behind them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream {
    /// The records, in the order of the stream.
    pub records: Vec<Record>,
    /// Bytes that are no whole record.
    pub tail: Vec<u8>,
}

impl Stream {
    /// Takes a stream apart.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut stream = Self::default();
        let mut rest = bytes;
        while let Some((record, behind)) = split(rest) {
            stream.records.push(record);
            rest = behind;
        }
        stream.tail = rest.to_vec();
        stream
    }

    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for record in &self.records {
            write(record.r#type, record.type_width, &mut out);
            write(record.value.len() as u64, record.length_width, &mut out);
            out.extend_from_slice(&record.value);
        }
        out.extend_from_slice(&self.tail);
        out
    }

    /// The value of the first record of a type.
    pub fn find(&self, r#type: u64) -> Option<&[u8]> {
        self.records.iter().find(|record| record.r#type == r#type).map(|record| record.value.as_slice())
    }
}

/// The truncated form of an integer.
pub fn truncated(number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    crate::bolt1::integer::encode_truncated(number, &mut out);
    out
}

/// Writes a BigSize in `width` bytes, or in as many as it needs if that is more.
pub fn write(value: u64, width: usize, out: &mut Vec<u8>) {
    let be = value.to_be_bytes();
    let (marker, digits) = match width.max(bigsize::encoded_length(value)) {
        1 => return out.push(be[7]),
        3 => (0xfd, &be[6..]),
        5 => (0xfe, &be[4..]),
        _ => (0xff, &be[..]),
    };
    out.push(marker);
    out.extend_from_slice(digits);
}

/// Reads a BigSize in any form: its value, its width and what follows.
pub fn read(bytes: &[u8]) -> Option<(u64, usize, &[u8])> {
    let (marker, rest) = bytes.split_first()?;
    let more = match marker {
        0xfd => 2,
        0xfe => 4,
        0xff => 8,
        _ => return Some(((*marker).into(), 1, rest)),
    };
    let (number, rest) = rest.split_at_checked(more)?;
    Some((number.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)), 1 + more, rest))
}

fn split(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (r#type, type_width, rest) = read(bytes)?;
    let (length, length_width, rest) = read(rest)?;
    let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Record { r#type, type_width, length_width, value: value.to_vec() }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back() {
        arbtest::arbtest(|source| {
            let length = source.int_in_range(0..=100_usize)?.min(source.len());
            let bytes = source.bytes(length)?;
            assert_eq!(Stream::parse(bytes).bytes(), bytes);
            Ok(())
        });
    }

    #[test]
    fn wide_forms_and_tails_are_seen() {
        let stream = Stream::parse(&[0xfd, 0, 2, 0xfe, 0, 0, 0, 1, 9, 4, 2, 0]);
        let wide = Record { r#type: 2, type_width: 3, length_width: 5, value: vec![9] };
        assert_eq!(stream, Stream { records: vec![wide], tail: vec![4, 2, 0] });
    }
}
