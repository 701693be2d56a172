//! TLV streams. BOLT 1, "Type-Length-Value Format".
//!
//! Decoding allocates nothing: [`Records`] walks a stream and hands out slices of it, checking the grammar;
//! [`known`] also applies what a namespace knows of its types. The receiver's rules are applied in BOLT 1's order.
//!
//! A stream of BOLT 1's appendix B, and one whose second type is below its first:
//!
//! ```
//! use spontan::bolt1::tlv::{N1, Record, TlvError, TlvRule, decode};
//!
//! let stream = hex::decode("02080000000000000226")?;
//! let scid = Record { r#type: 2, value: &[0, 0, 0, 0, 0, 0, 0x02, 0x26], offset: 0 };
//! assert_eq!(decode(&stream, &N1)?, [scid]);
//!
//! let stream = hex::decode("0208000000000000022601012a")?;
//! let error = TlvError { rule: TlvRule::TypesNotIncreasing, offset: 10, r#type: 1 };
//! assert_eq!(decode(&stream, &N1), Err(error));
//! assert_eq!(error.rule.reason(), "types_not_increasing");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use super::bigsize::{self, BigSizeError};
use super::integer::{self, IntegerError};
use super::keys::PublicKey;

/// The largest amount, in msat: 21 million bitcoin. BOLT 1, "Fundamental Types".
pub const MAX_MSAT: u64 = 0x1d24_b2df_ac52_0000;
/// Types from here on are custom records.
pub const FIRST_CUSTOM_TYPE: u64 = 1 << 16;

/// The rule of BOLT 1 that a stream breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlvRule {
    /// The type is cut short.
    #[error("the type is cut short")]
    TypeTruncated,
    /// The type is not minimally encoded.
    #[error("the type is not minimally encoded")]
    TypeNotMinimal,
    /// The type is not above the one before it.
    #[error("the type is not above the one before it")]
    TypesNotIncreasing,
    /// The length is missing or cut short.
    #[error("the length is missing or cut short")]
    LengthTruncated,
    /// The length is not minimally encoded.
    #[error("the length is not minimally encoded")]
    LengthNotMinimal,
    /// The length is more than the bytes that are left.
    #[error("the length is more than the bytes that are left")]
    ValueTruncated,
    /// The type is even and not known.
    #[error("the type is even and not known")]
    UnknownEvenType,
    /// The value does not have the length that its type asks for.
    #[error("the value does not have the length that its type asks for")]
    ValueWrongLength,
    /// A truncated integer starts with a zero byte.
    #[error("a truncated integer starts with a zero byte")]
    ValueNotMinimal,
    /// The value is no valid point, or an amount above 21 million bitcoin.
    #[error("the value is not a valid point or amount")]
    ValueInvalid,
}

impl TlvRule {
    /// The stable name in vectors, protocol and reports.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TypeTruncated => "type_truncated",
            Self::TypeNotMinimal => "type_not_minimal",
            Self::TypesNotIncreasing => "types_not_increasing",
            Self::LengthTruncated => "length_truncated",
            Self::LengthNotMinimal => "length_not_minimal",
            Self::ValueTruncated => "value_truncated",
            Self::UnknownEvenType => "unknown_even_type",
            Self::ValueWrongLength => "value_wrong_length",
            Self::ValueNotMinimal => "value_not_minimal",
            Self::ValueInvalid => "value_invalid",
        }
    }
}

/// A stream that does not decode: the rule, and the record that breaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("record at offset {offset}: {rule}")]
pub struct TlvError {
    /// The rule that is broken.
    pub rule: TlvRule,
    /// Where in the stream the record starts, in bytes.
    pub offset: usize,
    /// The record's type; 0 when the type itself does not decode.
    pub r#type: u64,
}

/// One record of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// The type.
    pub r#type: u64,
    /// The value, without type and length.
    pub value: &'a [u8],
    /// Where in the stream the record starts, in bytes.
    pub offset: usize,
}

/// The records of a stream, known or not. After an error it ends.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a [u8],
    /// The whole stream's length, from which offsets are counted.
    length: usize,
    /// The lowest type that may come next; `None` after the type 2^64 - 1.
    lowest: Option<u64>,
}

/// Walks the records of `stream`.
#[inline]
pub const fn records(stream: &[u8]) -> Records<'_> {
    Records { rest: stream, length: stream.len(), lowest: Some(0) }
}

impl<'a> Records<'a> {
    // The walk drops bytes from the front instead of counting an offset: each slice is bounds-checked once, and nothing but
    // an error needs the offset.
    #[inline]
    fn read(&mut self) -> Result<Record<'a>, TlvError> {
        let offset = self.length - self.rest.len();
        let (r#type, rest) = match bigsize::split(self.rest) {
            Ok(split) => split,
            Err(BigSizeError::Truncated) => return Err(fail(TlvRule::TypeTruncated, offset, 0)),
            Err(BigSizeError::NotMinimal) => return Err(fail(TlvRule::TypeNotMinimal, offset, 0)),
        };
        if self.lowest.is_none_or(|lowest| r#type < lowest) {
            return Err(fail(TlvRule::TypesNotIncreasing, offset, r#type));
        }
        let (length, rest) = match bigsize::split(rest) {
            Ok(split) => split,
            Err(BigSizeError::Truncated) => return Err(fail(TlvRule::LengthTruncated, offset, r#type)),
            Err(BigSizeError::NotMinimal) => return Err(fail(TlvRule::LengthNotMinimal, offset, r#type)),
        };
        // Compared as u64: a length of 2^32 and above must not be cut to a 32-bit usize.
        if length > rest.len() as u64 {
            return Err(fail(TlvRule::ValueTruncated, offset, r#type));
        }
        let (value, rest) = rest.split_at(length as usize);
        self.rest = rest;
        self.lowest = r#type.checked_add(1);
        Ok(Record { r#type, value, offset })
    }
}

#[cold]
const fn fail(rule: TlvRule, offset: usize, r#type: u64) -> TlvError {
    TlvError { rule, offset, r#type }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, TlvError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.read();
        if record.is_err() {
            self.rest = &[];
        }
        Some(record)
    }
}

/// What the value of a known type must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Any bytes.
    Bytes,
    /// Exactly so many bytes.
    Fixed(usize),
    /// A truncated integer of at most so many bytes.
    Truncated(usize),
    /// A tu64 of at most [`MAX_MSAT`].
    Amount,
    /// So many bytes, then an [`Encoding::Amount`].
    FixedThenAmount(usize),
    /// So many bytes, then a truncated integer of at most so many.
    FixedThenTruncated(usize, usize),
    /// A point, then so many bytes.
    PointThenFixed(usize),
}

impl Encoding {
    /// Checks a value.
    ///
    /// # Errors
    /// [`TlvRule::ValueWrongLength`], [`TlvRule::ValueNotMinimal`] or [`TlvRule::ValueInvalid`].
    #[inline]
    pub fn check(self, value: &[u8]) -> Result<(), TlvRule> {
        match self {
            Self::Bytes => Ok(()),
            Self::Fixed(length) if value.len() == length => Ok(()),
            Self::Fixed(_) => Err(TlvRule::ValueWrongLength),
            Self::Truncated(max) => truncated(value, max).map(drop),
            Self::Amount => amount(value).map(drop),
            Self::FixedThenAmount(length) => match value.split_at_checked(length) {
                Some((_, rest)) => amount(rest).map(drop),
                None => Err(TlvRule::ValueWrongLength),
            },
            Self::FixedThenTruncated(length, max) => match value.split_at_checked(length) {
                Some((_, rest)) => truncated(rest, max).map(drop),
                None => Err(TlvRule::ValueWrongLength),
            },
            Self::PointThenFixed(length) => match value.split_first_chunk::<33>() {
                Some((point, rest)) if rest.len() == length => {
                    PublicKey::decode(point).map(drop).map_err(|_| TlvRule::ValueInvalid)
                }
                _ => Err(TlvRule::ValueWrongLength),
            },
        }
    }
}

/// Reads a truncated integer of at most `max` bytes that is the whole of `value`.
///
/// # Errors
/// [`TlvRule::ValueWrongLength`] when it is too long, [`TlvRule::ValueNotMinimal`] when it starts with a zero byte.
#[inline]
pub fn truncated(value: &[u8], max: usize) -> Result<u64, TlvRule> {
    integer::decode_truncated(value, max).map_err(|error| match error {
        IntegerError::TooLong => TlvRule::ValueWrongLength,
        IntegerError::NotMinimal => TlvRule::ValueNotMinimal,
    })
}

/// Reads a tu64 amount in msat that is the whole of `value`.
///
/// # Errors
/// As [`truncated`], and [`TlvRule::ValueInvalid`] above [`MAX_MSAT`].
#[inline]
pub fn amount(value: &[u8]) -> Result<u64, TlvRule> {
    let msat = truncated(value, 8)?;
    if msat > MAX_MSAT { Err(TlvRule::ValueInvalid) } else { Ok(msat) }
}

/// The types that a reader knows.
pub trait Namespace {
    /// What the value of this type must be, if the type is known.
    fn encoding(&self, r#type: u64) -> Option<Encoding>;

    /// Whether this unknown even type is ignored all the same. BOLT 1 knows no such type.
    fn ignores_even(&self, _type: u64) -> bool {
        false
    }
}

/// The records of `stream` whose types the namespace knows; unknown odd ones are left out. It ends after an error.
#[inline]
pub fn known<'a, N: Namespace>(
    stream: &'a [u8],
    namespace: &N,
) -> impl Iterator<Item = Result<Record<'a>, TlvError>> {
    records(stream).filter_map(|record| {
        let record = match record {
            Ok(record) => record,
            Err(error) => return Some(Err(error)),
        };
        let fail = |rule| Some(Err(TlvError { rule, offset: record.offset, r#type: record.r#type }));
        match namespace.encoding(record.r#type) {
            Some(encoding) => match encoding.check(record.value) {
                Ok(()) => Some(Ok(record)),
                Err(rule) => fail(rule),
            },
            None if record.r#type % 2 == 1 || namespace.ignores_even(record.r#type) => None,
            None => fail(TlvRule::UnknownEvenType),
        }
    })
}

/// Decodes a whole stream in a namespace: its known records.
///
/// # Errors
/// The first rule that is broken.
pub fn decode<'a, N: Namespace>(stream: &'a [u8], namespace: &N) -> Result<Vec<Record<'a>>, TlvError> {
    known(stream, namespace).collect()
}

/// Appends one record: type, length, value.
pub fn encode_record(r#type: u64, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(bigsize::encode(r#type).as_ref());
    out.extend_from_slice(bigsize::encode(value.len() as u64).as_ref());
    out.extend_from_slice(value);
}

/// The namespace n1 of BOLT 1, "Appendix B: Type-Length-Value Test Vectors".
#[derive(Debug, Clone, Copy)]
pub struct N1;

impl Namespace for N1 {
    fn encoding(&self, r#type: u64) -> Option<Encoding> {
        match r#type {
            1 => Some(Encoding::Truncated(8)),
            2 => Some(Encoding::Fixed(8)),
            3 => Some(Encoding::PointThenFixed(16)),
            254 => Some(Encoding::Fixed(2)),
            _ => None,
        }
    }
}

/// The namespace n2 of BOLT 1, "Appendix B: Type-Length-Value Test Vectors".
#[derive(Debug, Clone, Copy)]
pub struct N2;

impl Namespace for N2 {
    fn encoding(&self, r#type: u64) -> Option<Encoding> {
        match r#type {
            0 => Some(Encoding::Truncated(8)),
            11 => Some(Encoding::Truncated(4)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(stream: &[u8]) -> Option<TlvRule> {
        records(stream).find_map(Result::err).map(|error| error.rule)
    }

    #[test]
    fn an_error_names_the_record_and_ends_the_walk() {
        let stream = [1, 0, 3, 2, 7, 7, 3, 0, 9, 0];
        let walked: Vec<_> = records(&stream).collect();
        assert_eq!(walked.len(), 3);
        assert_eq!(walked[1], Ok(Record { r#type: 3, value: &[7, 7], offset: 2 }));
        assert_eq!(walked[2], Err(TlvError { rule: TlvRule::TypesNotIncreasing, offset: 6, r#type: 3 }));
    }

    #[test]
    fn nothing_may_follow_the_highest_type() {
        let highest = [0xff; 9];
        assert_eq!(rule(&[&highest[..], &[0]].concat()), None);
        assert_eq!(rule(&[&highest[..], &[0], &[0, 0]].concat()), Some(TlvRule::TypesNotIncreasing));
        assert_eq!(
            rule(&[&highest[..], &[0], &highest[..], &[0]].concat()),
            Some(TlvRule::TypesNotIncreasing)
        );
    }

    #[test]
    fn lengths_of_2_to_the_32_and_64_are_truncated_values() {
        assert_eq!(rule(&[1, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]), Some(TlvRule::ValueTruncated));
        assert_eq!(rule(&[1, 0xff, 0, 0, 0, 1, 0, 0, 0, 1, 7]), Some(TlvRule::ValueTruncated));
        assert_eq!(rule(&[&[1][..], &[0xff; 9]].concat()), Some(TlvRule::ValueTruncated));
    }

    #[test]
    fn byte_identity() {
        arbtest::arbtest(|source| {
            let length = source.int_in_range(0..=20_usize)?.min(source.len());
            let stream = source.bytes(length)?;
            let walked: Result<Vec<_>, _> = records(stream).collect();
            if let Ok(walked) = walked {
                let mut out = Vec::new();
                walked.iter().for_each(|record| encode_record(record.r#type, record.value, &mut out));
                assert_eq!(out, stream);
            }
            Ok(())
        });
    }

    #[test]
    fn what_is_encoded_in_order_decodes() {
        arbtest::arbtest(|source| {
            let value = vec![source.arbitrary()?; source.int_in_range(0..=300)?];
            let number = source.int_in_range(0..=8)?;
            let mut types = (0..number).map(|_| source.arbitrary()).collect::<Result<Vec<u64>, _>>()?;
            types.sort_unstable();
            types.dedup();
            let mut stream = Vec::new();
            types.iter().for_each(|&r#type| encode_record(r#type, &value, &mut stream));
            let walked: Vec<_> = records(&stream).map(|record| record.unwrap()).collect();
            assert_eq!(walked.iter().map(|record| record.r#type).collect::<Vec<_>>(), types);
            assert!(walked.iter().all(|record| record.value == value));
            Ok(())
        });
    }
}
