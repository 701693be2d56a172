//! TLV streams and payloads, written to be bent.

use super::wire::{Fault, big_endian};
use super::{Bent, Quirk as Q};

/// The keysend record's type.
pub const KEYSEND: u64 = 5_482_373_484;
/// 21 million bitcoin in msat.
pub const MAX_MSAT: u64 = 21_000_000 * 100_000_000 * 1000;
/// Types from here on are custom records.
pub const FIRST_CUSTOM: u64 = 65536;

/// One record: type and value.
pub type Record = (u64, Vec<u8>);

/// What is known of a type's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bytes,
    Fixed(usize),
    Truncated(usize),
    Amount,
    PaymentData,
    Point(usize),
}

/// The types that a reader knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// BOLT 1's n1.
    N1,
    /// BOLT 1's n2.
    N2,
    /// BOLT 4's payload.
    Payload,
}

impl Known {
    const fn kind(self, r#type: u64) -> Option<Kind> {
        Some(match (self, r#type) {
            (Self::N1, 1) | (Self::N2, 0) => Kind::Truncated(8),
            (Self::N1, 2) | (Self::Payload, 6) => Kind::Fixed(8),
            (Self::N1, 3) => Kind::Point(49),
            (Self::N1, 254) => Kind::Fixed(2),
            (Self::N2, 11) | (Self::Payload, 4) => Kind::Truncated(4),
            (Self::Payload, 2 | 18) => Kind::Amount,
            (Self::Payload, 8) => Kind::PaymentData,
            (Self::Payload, 10 | 16) => Kind::Bytes,
            (Self::Payload, 12) => Kind::Point(33),
            (Self::Payload, KEYSEND) => Kind::Fixed(32),
            _ => return None,
        })
    }
}

impl Bent {
    /// Splits one record off the front: type, value, and how many bytes it takes. The error is the reason.
    fn read_record(&self, bytes: &[u8], types: &[u64]) -> Result<(Record, usize), &'static str> {
        let (mut r#type, type_length) = self.read_bigsize(bytes).map_err(|fault| match fault {
            Fault::Truncated => "type_truncated",
            Fault::NotMinimal => "type_not_minimal",
        })?;
        if r#type > 0xffff_ffff && self.has(Q::TypeTruncatedToU32) {
            r#type &= 0xffff_ffff;
        }
        if r#type > 0xffff && self.has(Q::TypeTruncatedToU16) {
            r#type &= 0xffff;
        }
        if let Some(last) = types.last().copied() {
            let mut wrong = r#type <= last;
            if r#type == last && self.has(Q::TypeTwiceAccepted) {
                wrong = false;
            }
            if r#type < last && self.has(Q::TypesOutOfOrderAccepted) {
                wrong = types.contains(&r#type);
            }
            if (r#type ^ last) >> 63 == 1 && self.has(Q::TypesComparedAsSigned) {
                wrong = (r#type as i64) < (last as i64);
            }
            if (r#type ^ last) >> 32 != 0 && self.has(Q::TypesComparedIn32Bits) {
                wrong = r#type as u32 <= last as u32;
            }
            if wrong && self.has(Q::TypesComparedWithTheFirst) {
                wrong = types.first().is_some_and(|first| r#type <= *first);
            }
            if wrong && last % 2 == 1 && self.has(Q::OddTypesForgottenInOrder) {
                wrong = types.iter().rev().find(|t| **t % 2 == 0).is_some_and(|t| r#type <= *t);
            }
            if !wrong && last >> 8 == 0 && r#type >> 8 != 0 && self.has(Q::TypesMustBeNeighboursInWidth) {
                wrong = true;
            }
            if wrong {
                return Err("types_not_increasing");
            }
        } else if r#type == 0 && self.has(Q::FirstTypeZeroIsNotIncreasing) {
            return Err("types_not_increasing");
        }
        let rest = bytes.get(type_length..).unwrap_or_default();
        if rest.is_empty() && self.has(Q::LengthMissingIsZero) {
            return Ok(((r#type, Vec::new()), type_length));
        }
        let (mut length, length_length) = match self.read_bigsize(rest) {
            Ok(read) => read,
            Err(Fault::Truncated) => return Err("length_truncated"),
            Err(Fault::NotMinimal) if self.has(Q::LengthNotMinimalAccepted) => {
                let width = match rest.first() {
                    Some(0xfd) => 2,
                    Some(0xfe) => 4,
                    _ => 8,
                };
                (big_endian(rest.get(1..1 + width).unwrap_or_default()), 1 + width)
            }
            Err(Fault::NotMinimal) => return Err("length_not_minimal"),
        };
        if length > 0xff && self.has(Q::LengthTruncatedToU8) {
            length &= 0xff;
        }
        if length > 0xffff && self.has(Q::LengthTruncatedToU16) {
            length &= 0xffff;
        }
        if length > 0xffff_ffff && self.has(Q::LengthTruncatedToU32) {
            length &= 0xffff_ffff;
        }
        if length >> 63 == 1 && self.has(Q::NegativeLengthIsZero) {
            length = 0;
        }
        let value = rest.get(length_length..).unwrap_or_default();
        if length > value.len() as u64 {
            let forgiven = self.has(Q::ValueCutShortAccepted)
                || length == value.len() as u64 + 1 && self.has(Q::ValueMayMissOneByte)
                || value.is_empty() && self.has(Q::ValueMissingAccepted)
                || length.wrapping_add((type_length + length_length) as u64) < length
                    && self.has(Q::LengthSumWraps);
            if !forgiven {
                return Err("value_truncated");
            }
            length = value.len() as u64;
        }
        let value = value.iter().take(length as usize).copied().collect::<Vec<_>>();
        Ok(((r#type, value.clone()), type_length + length_length + value.len()))
    }

    /// The known records of a stream. The error is the reason, the record's type and its offset.
    pub fn read_stream(
        &self,
        known: Known,
        stream: &[u8],
    ) -> Result<Vec<Record>, (&'static str, u64, usize)> {
        let mut records = Vec::new();
        let mut types = Vec::new();
        let mut offset = 0;
        if stream.is_empty() && self.has(Q::EmptyStreamRejected) {
            return Err(("type_truncated", 0, 0));
        }
        while let Some(rest) = stream.get(offset..).filter(|rest| !rest.is_empty()) {
            if rest.len() == 1 && self.has(Q::LastLoneByteIgnored) {
                break;
            }
            if rest.iter().all(|byte| *byte == 0) && self.has(Q::TrailingZerosIgnored) {
                break;
            }
            let ((r#type, value), length) = match self.read_record(rest, &types) {
                Err("type_truncated") if self.has(Q::TruncatedTypeEndsTheStream) => break,
                other => other.map_err(|reason| (reason, 0, offset))?,
            };
            types.push(r#type);
            match known.kind(r#type) {
                Some(kind) => {
                    if let Some(value) =
                        self.check_value(kind, r#type, value).map_err(|reason| (reason, r#type, offset))?
                    {
                        records.push((r#type, value));
                    }
                }
                None if value.len() > 640 && self.has(Q::CustomRecordsOfAtMost640Bytes) => {
                    return Err(("value_wrong_length", r#type, offset));
                }
                None if self.may_skip(known, r#type, rest) => {
                    if self.has(Q::UnknownOddKept) {
                        records.push((r#type, value));
                    }
                }
                None => return Err(("unknown_even_type", r#type, offset)),
            }
            offset += length.max(1);
            if r#type == KEYSEND && self.has(Q::StreamEndsAtTheKeysendRecord) {
                break;
            }
        }
        Ok(records)
    }

    /// Whether a type that is not known may be there.
    fn may_skip(&self, known: Known, r#type: u64, encoded: &[u8]) -> bool {
        if r#type % 2 == 1 {
            return !(self.has(Q::UnknownOddRejected)
                || r#type < FIRST_CUSTOM && self.has(Q::UnknownOddBelow65536Rejected)
                || r#type >> 63 == 1 && self.has(Q::UnknownOddAbove63BitsRejected));
        }
        if r#type > 0xfc && self.has(Q::ParityOfTheFirstByte) && encoded.first().is_some_and(|b| b % 2 == 1) {
            return true;
        }
        if self.has(Q::UnknownEvenAccepted) {
            return true;
        }
        if r#type < FIRST_CUSTOM {
            return r#type >= 256 && self.has(Q::CustomTypesFrom256)
                || r#type == FIRST_CUSTOM - 2 && self.has(Q::UnknownEvenBelow65536Off);
        }
        if known != Known::Payload && !self.has(Q::CustomEvenPolicyInEveryNamespace) {
            return false;
        }
        let accepts = self.chose("custom_even_records", "accept");
        if r#type == FIRST_CUSTOM && self.has(Q::CustomTypesFrom65537) {
            return false;
        }
        if self.has(Q::CustomEvenPolicyInverted) { !accepts } else { accepts }
    }

    /// Checks a known record's value; nothing when a quirk drops the record.
    fn check_value(
        &self,
        kind: Kind,
        r#type: u64,
        mut value: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, &'static str> {
        match kind {
            Kind::Bytes => {
                if value.is_empty() && self.has(Q::EmptyBytesRejected) {
                    return Err("value_wrong_length");
                }
            }
            Kind::Fixed(length) if value.len() != length => {
                let longer = value.len() > length;
                let keysend = r#type == KEYSEND;
                if self.has(Q::FixedLengthNotChecked) {
                    return Ok(Some(value));
                }
                if longer && self.has(Q::FixedLengthIsAMinimum)
                    || keysend && longer && self.has(Q::LongPreimageCut)
                {
                    value.truncate(length);
                } else if keysend && !longer && self.has(Q::ShortPreimagePadded) {
                    value.resize(length, 0);
                } else if keysend && !longer && self.has(Q::ShortPreimagePaddedInFront) {
                    let mut padded = vec![0; length - value.len()];
                    padded.append(&mut value);
                    value = padded;
                } else if keysend && self.has(Q::WrongPreimageLengthIgnored) {
                    return Ok(None);
                } else if keysend && self.has(Q::PreimageOfAnyLength) {
                    return Ok(Some(value));
                } else if r#type == 6 && longer && self.has(Q::LongShortChannelIdAccepted) {
                    value.truncate(length);
                } else {
                    return Err("value_wrong_length");
                }
            }
            Kind::Fixed(_) => {}
            Kind::Truncated(max) => {
                self.read_truncated(&value, max)?;
            }
            Kind::Amount => self.check_amount(&value)?,
            Kind::PaymentData => {
                if value.len() < 32 {
                    return if self.has(Q::ShortPaymentDataIgnored) {
                        Ok(None)
                    } else {
                        Err("value_wrong_length")
                    };
                }
                if value.len() == 32 && self.has(Q::PaymentDataNeedsATotal) {
                    return Err("value_wrong_length");
                }
                if self.has(Q::PaymentDataTotalInFull) && value.len() != 40 {
                    return Err("value_wrong_length");
                }
                if !self.has(Q::PaymentDataTotalNotChecked) {
                    self.check_amount(&value[32..])?;
                }
            }
            Kind::Point(length) => {
                let right = value.len() == length
                    || value.len() > length && self.has(Q::LongPointAccepted)
                    || length > 33 && value.len() == 33 && self.has(Q::FieldsBehindPointOptional);
                if !right {
                    return Err("value_wrong_length");
                }
                let point = value.get(..33).unwrap_or_default();
                let unchecked = self.has(Q::PointInRecordNotChecked)
                    || matches!(point, [2 | 3, ..]) && self.has(Q::PointInRecordPrefixOnly);
                if !unchecked && self.read_public_key(point).is_none() {
                    return Err("value_invalid");
                }
            }
        }
        Ok(Some(value))
    }

    fn check_amount(&self, value: &[u8]) -> Result<(), &'static str> {
        let amount = self.read_truncated(value, 8)?;
        let limit = if self.has(Q::AmountLimitOneTooLow) { MAX_MSAT - 1 } else { MAX_MSAT };
        if amount > limit {
            let forgiven = self.has(Q::AmountLimitMissing)
                || amount == MAX_MSAT + 1 && self.has(Q::AmountLimitOneTooHigh)
                || amount < 1 << 63 && self.has(Q::AmountLimitIs63Bits)
                || amount >> 63 == 1 && self.has(Q::AmountComparedAsSigned);
            if !forgiven {
                return Err("value_invalid");
            }
        }
        if amount > 0xffff_ffff && self.has(Q::AmountAbove32BitsRejected) {
            return Err("value_invalid");
        }
        Ok(())
    }

    /// Appends a record.
    pub fn write_record(&self, r#type: u64, value: &[u8], out: &mut Vec<u8>) {
        self.write_bigsize(r#type, out);
        if value.len() > 0xfc && self.has(Q::RecordLengthInOneByte) {
            out.push(value.len() as u8);
        } else {
            self.write_bigsize(value.len() as u64, out);
        }
        out.extend_from_slice(value);
    }
}
