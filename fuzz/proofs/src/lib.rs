//! What holds of BOLT 1's codecs for every input, as functions from an input to whether it does. The tests try whole ranges of inputs;
//! [Kani](https://model-checking.github.io/kani/) can prove it for all inputs up to a length.

use spontan::bolt1::bigsize::{self, BigSizeError};
use spontan::bolt1::tlv::{self, Encoding, TlvRule};

#[cfg(kani)]
mod harnesses;

/// Bytes decode as BOLT 1 says, and what decodes is the one encoding of its value.
pub fn bigsize_has_one_form(bytes: &[u8]) -> bool {
    let (width, smallest) = match bytes.first() {
        Some(0xfd) => (2, 0xfd),
        Some(0xfe) => (4, 1 << 16),
        Some(0xff) => (8, 1 << 32),
        _ => (0, 0),
    };
    let be = |bytes: &[u8]| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    let digits = if width == 0 { bytes.get(..1) } else { bytes.get(1..=width) };
    let expected = match digits.map(be) {
        None => Err(BigSizeError::Truncated),
        Some(value) if value < smallest => Err(BigSizeError::NotMinimal),
        Some(value) => Ok((value, 1 + width)),
    };
    let one_form = expected.map(|(value, length)| bigsize::encode(value).as_ref() == &bytes[..length]);
    bigsize::decode(bytes) == expected && one_form.unwrap_or(true)
}

/// Every value decodes from its encoding, in as many bytes as was said, whatever follows.
pub fn bigsize_round_trips(value: u64, after: u8) -> bool {
    let encoded = bigsize::encode(value);
    let length = encoded.as_ref().len();
    let mut bytes = [after; bigsize::MAX_LENGTH + 1];
    bytes[..length].copy_from_slice(encoded.as_ref());
    length == bigsize::encoded_length(value) && bigsize::decode(&bytes) == Ok((value, length))
}

/// The records of a stream follow each other in rising order, without gaps, up to the first error.
pub fn records_fill_the_stream(stream: &[u8]) -> bool {
    let mut at = 0;
    let mut lowest = Some(0);
    for record in tlv::records(stream) {
        match record {
            Ok(record) => {
                let header = bigsize::encoded_length(record.r#type)
                    + bigsize::encoded_length(record.value.len() as u64);
                if record.offset != at || lowest.is_none_or(|lowest| record.r#type < lowest) {
                    return false;
                }
                at += header + record.value.len();
                lowest = record.r#type.checked_add(1);
            }
            Err(error) => return error.offset == at && at < stream.len(),
        }
    }
    at == stream.len()
}

/// A truncated integer is its value without leading zero bytes, and no other bytes are.
pub fn truncated_integer_has_one_form(value: &[u8], max: usize) -> bool {
    let expected = match value {
        _ if value.len() > max => Err(TlvRule::ValueWrongLength),
        [0, ..] => Err(TlvRule::ValueNotMinimal),
        _ => Ok(value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))),
    };
    tlv::truncated(value, max) == expected && Encoding::Truncated(max).check(value) == expected.map(drop)
}
