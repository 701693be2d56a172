//! A third reading of BOLT 1's TLV rules, written as differently as possible: by index instead of by slices, in 128-bit
//! integers instead of checked 64-bit ones, value rules as one table. It predicts a rule and an offset; it hands out
//! nothing. The point check is that of `k256`.

use k256::elliptic_curve::sec1::ToSec1Point;
use spontan::bolt1::tlv::TlvRule;
use spontan::protocol::operation::{self, Input, TlvDecode};

/// A namespace by its name in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// BOLT 1's n1.
    N1,
    /// BOLT 1's n2.
    N2,
    /// A hop's payload, with unknown even types from 65536 on refused.
    Payload,
    /// The same with them ignored.
    TolerantPayload,
}

impl Namespace {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::N1, Self::N2, Self::Payload, Self::TolerantPayload];

    /// What `tlv.decode` is asked about a stream.
    pub fn input(self, stream: &[u8]) -> Input {
        let namespace = match self {
            Self::N1 => operation::Namespace::N1,
            Self::N2 => operation::Namespace::N2,
            Self::Payload | Self::TolerantPayload => operation::Namespace::Payload,
        };
        Input::TlvDecode(TlvDecode { namespace, stream: stream.into() })
    }

    /// The choices that make the protocol's namespace this one.
    pub const fn choices(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Payload => &[],
            // Of n1 and n2 the choice must change nothing.
            _ => &[("custom_even_records", "accept")],
        }
    }
}

/// A rule, and where the record starts that breaks it.
pub type Broken = (TlvRule, usize);

/// One varint from `at` on: value and end, or none when it is cut short, or whether its form was too long.
fn varint(bytes: &[u8], at: usize) -> Option<(u128, usize, bool)> {
    let first = u128::from(*bytes.get(at)?);
    let width = [0, 2, 4, 8][first.saturating_sub(0xfc) as usize];
    let mut value = if width == 0 { first } else { 0 };
    for index in 1..=width {
        value = value * 256 + u128::from(*bytes.get(at + index)?);
    }
    let fits = [0, 0xfc, 0xffff, 0xffff_ffff][first.saturating_sub(0xfc) as usize];
    Some((value, at + 1 + width, width > 0 && value <= fits))
}

/// Walks a stream; `each` gets offset, type and value of every record that the grammar allows.
///
/// # Errors
/// The first rule of the grammar that is broken.
pub fn walk(bytes: &[u8], mut each: impl FnMut(usize, u64, &[u8])) -> Result<(), Broken> {
    let mut at = 0;
    let mut before: i128 = -1;
    while at < bytes.len() {
        let start = at;
        let fail = |rule| Err((rule, start));
        let (kind, end) = match varint(bytes, at) {
            None => return fail(TlvRule::TypeTruncated),
            Some((_, _, true)) => return fail(TlvRule::TypeNotMinimal),
            Some((kind, end, false)) => (kind, end),
        };
        if (kind as i128) <= before {
            return fail(TlvRule::TypesNotIncreasing);
        }
        before = kind as i128;
        let (length, end) = match varint(bytes, end) {
            None => return fail(TlvRule::LengthTruncated),
            Some((_, _, true)) => return fail(TlvRule::LengthNotMinimal),
            Some((length, end, false)) => (length, end),
        };
        if end as u128 + length > bytes.len() as u128 {
            return fail(TlvRule::ValueTruncated);
        }
        at = end + length as usize;
        each(start, kind as u64, &bytes[end..at]);
    }
    Ok(())
}

/// What a namespace says of one record: whether it is one that the reader keeps.
///
/// # Errors
/// The rule that it breaks.
pub fn value(namespace: Namespace, kind: u64, value: &[u8]) -> Result<bool, TlvRule> {
    use Namespace::{N1, N2, Payload, TolerantPayload};
    let length = value.len();
    match (namespace, kind) {
        (N1, 1) | (N2, 0) => shortest(value, 8)?,
        (N2, 11) | (Payload | TolerantPayload, 4) => shortest(value, 4)?,
        (N1, 2) | (Payload | TolerantPayload, 6) => exactly(length, 8)?,
        (N1, 254) => exactly(length, 2)?,
        (N1, 3) => {
            exactly(length, 49)?;
            point(&value[..33])?;
        }
        (Payload | TolerantPayload, 2 | 18) => amount(value)?,
        (Payload | TolerantPayload, 8) => {
            if length < 32 {
                return Err(TlvRule::ValueWrongLength);
            }
            amount(&value[32..])?;
        }
        (Payload | TolerantPayload, 10 | 16) => {}
        (Payload | TolerantPayload, 12) => {
            exactly(length, 33)?;
            point(value)?;
        }
        (Payload | TolerantPayload, 5_482_373_484) => exactly(length, 32)?,
        (TolerantPayload, 65_536..) => return Ok(false),
        _ if kind & 1 == 1 => return Ok(false),
        _ => return Err(TlvRule::UnknownEvenType),
    }
    Ok(true)
}

fn exactly(length: usize, expected: usize) -> Result<(), TlvRule> {
    if length == expected { Ok(()) } else { Err(TlvRule::ValueWrongLength) }
}

fn shortest(value: &[u8], max: usize) -> Result<(), TlvRule> {
    match value {
        _ if value.len() > max => Err(TlvRule::ValueWrongLength),
        [0, ..] => Err(TlvRule::ValueNotMinimal),
        _ => Ok(()),
    }
}

fn amount(value: &[u8]) -> Result<(), TlvRule> {
    shortest(value, 8)?;
    let mut msat = 0_u128;
    for byte in value {
        msat = msat * 256 + u128::from(*byte);
    }
    if msat > 21_000_000 * 100_000_000 * 1000 { Err(TlvRule::ValueInvalid) } else { Ok(()) }
}

fn point(bytes: &[u8]) -> Result<(), TlvRule> {
    // `k256` reads a point of tag 05 as well, so that the tag is looked at here.
    let read = matches!(bytes.first(), Some(2 | 3)).then(|| k256::PublicKey::from_sec1_bytes(bytes));
    match read {
        Some(Ok(key)) if key.to_sec1_point(true).as_bytes() == bytes => Ok(()),
        _ => Err(TlvRule::ValueInvalid),
    }
}
