//! TLV streams and payloads.

use super::wire::{Fault, big_endian};
use super::{Implementation, refuse_if};
use crate::protocol::operation::Namespace;
use crate::quirks::list::Quirk as Q;

/// The keysend record's type.
pub const KEYSEND: u64 = 5_482_373_484;
/// 21 million bitcoin in msat.
pub const MAX_MSAT: u64 = 21_000_000 * 100_000_000 * 1000;
/// The lowest type of a custom record.
pub const FIRST_CUSTOM: u64 = 65536;

/// One record: type and value.
pub type Record = (u64, Vec<u8>);

/// Why a stream is refused: the reason, the type of the record and its offset in the stream.
pub type StreamError = (&'static str, u64, usize);

/// The form of a known record's value, lengths in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bytes,
    Fixed(usize),
    Truncated(usize),
    Amount,
    PaymentData,
    Point(usize),
}

const fn form(namespace: Namespace, r#type: u64) -> Option<Form> {
    use Namespace::{N1, N2, Payload};
    Some(match (namespace, r#type) {
        (N1, 1) | (N2, 0) => Form::Truncated(8),
        (N1, 2) | (Payload, 6) => Form::Fixed(8),
        (N1, 3) => Form::Point(49),
        (N1, 254) => Form::Fixed(2),
        (N2, 11) | (Payload, 4) => Form::Truncated(4),
        (Payload, 2 | 18) => Form::Amount,
        (Payload, 8) => Form::PaymentData,
        (Payload, 10 | 16) => Form::Bytes,
        (Payload, 12) => Form::Point(33),
        (Payload, KEYSEND) => Form::Fixed(32),
        _ => return None,
    })
}

impl Implementation {
    /// Whether a type may not follow those before it.
    fn out_of_order(&self, r#type: u64, types: &[u64]) -> bool {
        let Some(last) = types.last().copied() else {
            return r#type == 0 && self.has(Q::FirstTypeZeroIsNotIncreasing);
        };
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
        if r#type >> 53 != 0 && self.has(Q::TypesComparedAsDoubles) {
            wrong = r#type as f64 <= last as f64;
        }
        if wrong && self.has(Q::TypesComparedWithTheFirst) {
            wrong = types.first().is_some_and(|first| r#type <= *first);
        }
        if wrong && last % 2 == 1 && self.has(Q::OddTypesForgottenInOrder) {
            wrong = types.iter().rev().find(|t| **t % 2 == 0).is_some_and(|t| r#type <= *t);
        }
        wrong || last >> 8 == 0 && r#type >> 8 != 0 && self.has(Q::TypesMustBeNeighboursInWidth)
    }

    /// Splits one record off the front: type, value, and how many bytes it takes. The error is the reason.
    fn read_record(&self, bytes: &[u8], types: &[u64]) -> Result<(Record, usize), &'static str> {
        let (r#type, type_length) = self.read_bigsize(bytes).map_err(|fault| match fault {
            Fault::Truncated => "type_truncated",
            Fault::NotMinimal => "type_not_minimal",
        })?;
        let r#type = self.cut(r#type, [(Q::TypeTruncatedToU32, 32), (Q::TypeTruncatedToU16, 16)]);
        refuse_if(self.out_of_order(r#type, types), "types_not_increasing")?;
        let rest = bytes.get(type_length..).unwrap_or_default();
        if rest.is_empty() && self.has(Q::LengthMissingIsZero) {
            return Ok(((r#type, Vec::new()), type_length));
        }
        let (length, length_length) = match self.read_bigsize(rest) {
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
        let mut length = self.cut(
            length,
            [(Q::LengthTruncatedToU8, 8), (Q::LengthTruncatedToU16, 16), (Q::LengthTruncatedToU32, 32)],
        );
        if length >> 63 == 1 && self.has(Q::NegativeLengthIsZero) {
            length = 0;
        }
        let value = rest.get(length_length..).unwrap_or_default();
        let left = value.len() as u64;
        let fits = length <= left
            || self.has(Q::ValueCutShortAccepted)
            || length == left + 1 && self.has(Q::ValueMayMissOneByte)
            || left == 0 && self.has(Q::ValueMissingAccepted)
            || length.checked_add((type_length + length_length) as u64).is_none()
                && self.has(Q::LengthSumWraps);
        refuse_if(!fits, "value_truncated")?;
        let value = value[..length.min(left) as usize].to_vec();
        let taken = type_length + length_length + value.len();
        Ok(((r#type, value), taken))
    }

    /// The known records of a stream. Those of type 14, if it is known, are read apart.
    pub(super) fn read_stream(
        &self,
        namespace: Namespace,
        knows_amp: bool,
        stream: &[u8],
    ) -> Result<Vec<Record>, StreamError> {
        let mut records = Vec::new();
        let mut types = Vec::new();
        let mut offset = 0;
        refuse_if(stream.is_empty() && self.has(Q::EmptyStreamRejected), ("type_truncated", 0, 0))?;
        while let Some(rest) = stream.get(offset..).filter(|rest| !rest.is_empty()) {
            let ignored = rest.len() == 1 && self.has(Q::LastLoneByteIgnored)
                || rest.iter().all(|byte| *byte == 0) && self.has(Q::TrailingZerosIgnored);
            if ignored {
                break;
            }
            let ((r#type, value), length) = match self.read_record(rest, &types) {
                Err("type_truncated") if self.has(Q::TruncatedTypeEndsTheStream) => break,
                other => other.map_err(|reason| (reason, 0, offset))?,
            };
            types.push(r#type);
            let refuse = |reason| (reason, r#type, offset);
            let kept = match form(namespace, r#type) {
                None if knows_amp && r#type == 14 => {
                    // Measured like any known record, before what is asked of all of them.
                    self.read_part(&value, 0).map_err(refuse)?;
                    None
                }
                Some(form) => self.check_value(form, r#type, value).map_err(refuse)?,
                None => {
                    let long = value.len() > 640 && self.has(Q::CustomRecordsOfAtMost640Bytes);
                    refuse_if(long, refuse("value_wrong_length"))?;
                    refuse_if(!self.may_skip(namespace, r#type, rest), refuse("unknown_even_type"))?;
                    self.has(Q::UnknownOddKept).then_some(value)
                }
            };
            records.extend(kept.map(|value| (r#type, value)));
            offset += length.max(1);
            if r#type == KEYSEND && self.has(Q::StreamEndsAtTheKeysendRecord) {
                break;
            }
        }
        Ok(records)
    }

    /// Whether an unknown type may be ignored.
    fn may_skip(&self, namespace: Namespace, r#type: u64, encoded: &[u8]) -> bool {
        if r#type % 2 == 1 {
            return !(self.has(Q::UnknownOddRejected)
                || r#type < FIRST_CUSTOM && self.has(Q::UnknownOddBelow65536Rejected)
                || r#type >> 53 != 0 && self.has(Q::ParityOfADouble)
                || r#type >> 63 == 1 && self.has(Q::UnknownOddAbove63BitsRejected));
        }
        let odd_first_byte = r#type > 0xfc && encoded.first().is_some_and(|byte| byte % 2 == 1);
        if odd_first_byte && self.has(Q::ParityOfTheFirstByte) || self.has(Q::UnknownEvenAccepted) {
            return true;
        }
        if r#type < FIRST_CUSTOM {
            return r#type >= 256 && self.has(Q::CustomTypesFrom256)
                || r#type == FIRST_CUSTOM - 2 && self.has(Q::UnknownEvenBelow65536Off);
        }
        (namespace == Namespace::Payload || self.has(Q::CustomEvenPolicyInEveryNamespace))
            && !(r#type == FIRST_CUSTOM && self.has(Q::CustomTypesFrom65537))
            && self.chose("custom_even_records", "accept") != self.has(Q::CustomEvenPolicyInverted)
    }

    /// Checks a known record's value; nothing when a quirk drops the record.
    fn check_value(&self, form: Form, r#type: u64, value: Vec<u8>) -> Result<Option<Vec<u8>>, &'static str> {
        let length = value.len();
        let (wrong, reason) = match form {
            Form::Bytes => (length == 0 && self.has(Q::EmptyBytesRejected), "value_wrong_length"),
            Form::Fixed(fixed) if length != fixed => return self.fit(fixed, r#type, value),
            Form::Fixed(_) => (false, ""),
            Form::Truncated(max) => return self.read_truncated(&value, max).map(|_| Some(value)),
            Form::Amount => return self.check_amount(&value).map(|()| Some(value)),
            Form::PaymentData => {
                if length < 32 && self.has(Q::ShortPaymentDataIgnored) {
                    return Ok(None);
                }
                let wrong = length < 32
                    || length == 32 && self.has(Q::PaymentDataNeedsATotal)
                    || length != 40 && self.has(Q::PaymentDataTotalInFull);
                if !wrong && !self.has(Q::PaymentDataTotalNotChecked) {
                    self.check_amount(&value[32..])?;
                }
                (wrong, "value_wrong_length")
            }
            Form::Point(fixed) => {
                let right = length == fixed
                    || length > fixed && self.has(Q::LongPointAccepted)
                    || fixed > 33 && length == 33 && self.has(Q::FieldsBehindPointOptional);
                refuse_if(!right, "value_wrong_length")?;
                let point = value.get(..33).unwrap_or_default();
                let unchecked = self.has(Q::PointInRecordNotChecked)
                    || matches!(point, [2 | 3, ..]) && self.has(Q::PointInRecordPrefixOnly);
                (!unchecked && self.read_public_key(point).is_none(), "value_invalid")
            }
        };
        refuse_if(wrong, reason)?;
        Ok(Some(value))
    }

    /// What becomes of a value that has not its fixed length.
    fn fit(&self, fixed: usize, r#type: u64, mut value: Vec<u8>) -> Result<Option<Vec<u8>>, &'static str> {
        let longer = value.len() > fixed;
        let keysend = r#type == KEYSEND;
        if self.has(Q::FixedLengthNotChecked) || keysend && self.has(Q::PreimageOfAnyLength) {
            return Ok(Some(value));
        }
        if keysend && self.has(Q::WrongPreimageLengthIgnored) {
            return Ok(None);
        }
        let cut = longer
            && (self.has(Q::FixedLengthIsAMinimum)
                || keysend && self.has(Q::LongPreimageCut)
                || r#type == 6 && self.has(Q::LongShortChannelIdAccepted));
        if cut || keysend && !longer && self.has(Q::ShortPreimagePadded) {
            value.resize(fixed, 0);
        } else if keysend && !longer && self.has(Q::ShortPreimagePaddedInFront) {
            value.splice(..0, vec![0; fixed - value.len()]);
        } else {
            return Err("value_wrong_length");
        }
        Ok(Some(value))
    }

    fn check_amount(&self, value: &[u8]) -> Result<(), &'static str> {
        let amount = self.read_truncated(value, 8)?;
        let allowed = amount <= self.vary(MAX_MSAT, [(Q::AmountLimitOneTooLow, MAX_MSAT - 1)])
            || self.has(Q::AmountLimitMissing)
            || amount == MAX_MSAT + 1 && self.has(Q::AmountLimitOneTooHigh)
            || amount < 1 << 63 && self.has(Q::AmountLimitIs63Bits)
            || amount >> 63 == 1 && self.has(Q::AmountComparedAsSigned);
        refuse_if(!allowed || amount >> 32 != 0 && self.has(Q::AmountAbove32BitsRejected), "value_invalid")
    }

    /// Appends a record.
    pub(super) fn write_record(&self, r#type: u64, value: &[u8], out: &mut Vec<u8>) {
        self.write_bigsize(r#type, out);
        if value.len() > 0xfc && self.has(Q::RecordLengthInOneByte) {
            out.push(value.len() as u8);
        } else {
            self.write_bigsize(value.len() as u64, out);
        }
        out.extend_from_slice(value);
    }
}
