//! What the recipient of a blinded route says to a node: how it is sealed, and what it is made of.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use secp256k1::PublicKey;

use super::Implementation;
use super::lenient::loose_records;
use super::onion::xor;
use super::payment::Told;
use super::tlv::{FIRST_CUSTOM, MAX_MSAT, Record};
use super::wire::big_endian;
use crate::quirks::list::Quirk as Q;

/// The bytes of a tag.
pub const TAG: usize = 16;

impl Implementation {
    /// The stream of ChaCha20-Poly1305: the first block is for the tag.
    fn sealing_stream(&self, secret: &[u8; 32], length: usize) -> Vec<u8> {
        let key = self.vary(
            self.key("rho", secret),
            [
                (Q::BlindedDataKeyIsTheSecret, *secret),
                (Q::BlindedDataKeyIsMu, self.key("mu", secret)),
                (Q::BlindedDataKeyIsTheNodeBlinding, self.key("blinded_node_id", secret)),
            ],
        );
        let mut nonce = [0; 12];
        nonce[4] = self.vary(0, [(Q::BlindedDataNonceIsOne, 1)]);
        let mut stream = vec![0; 128 + length];
        ChaCha20::new(&key.into(), &nonce.into()).apply_keystream(&mut stream);
        stream
    }

    /// Enciphers or deciphers.
    fn cipher(&self, stream: &[u8], text: &[u8]) -> Vec<u8> {
        let start = self.vary(64, [(Q::BlindedDataFromBlockZero, 0), (Q::BlindedDataFromBlockTwo, 128)]);
        let mut text = text.to_vec();
        xor(&mut text, &stream[start..]);
        text
    }

    /// The tag of a text that is enciphered.
    fn tag(&self, stream: &[u8], path_key: &PublicKey, text: &[u8]) -> [u8; TAG] {
        let path_key = path_key.serialize();
        let (beside, text) = self.vary(
            (&[][..], text.to_vec()),
            [
                (Q::BlindedTagCoversPathKey, (&path_key[..], text.to_vec())),
                (Q::BlindedTagOfTheData, (&[], self.cipher(stream, text))),
            ],
        );
        let padded = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let whole = bytes.len().next_multiple_of(TAG);
            bytes.resize(self.vary(whole, [(Q::BlindedTagWithoutPadding, bytes.len())]), 0);
            bytes
        };
        let mut lengths = [beside.len() as u64, text.len() as u64];
        if self.has(Q::BlindedTagLengthsSwapped) {
            lengths.reverse();
        }
        let mut lengths = lengths.map(u64::to_le_bytes);
        if self.has(Q::BlindedTagLengthsBigEndian) {
            lengths.iter_mut().for_each(|length| length.reverse());
        }
        let lengths = if self.has(Q::BlindedTagWithoutLengths) { Vec::new() } else { lengths.concat() };
        poly1305(&stream[..32], &[padded(beside), padded(&text), lengths].concat())
    }

    /// Seals a hop's data.
    pub(super) fn seal(&self, secret: &[u8; 32], path_key: &PublicKey, plain: &[u8]) -> Vec<u8> {
        let stream = self.sealing_stream(secret, plain.len());
        let text = self.cipher(&stream, plain);
        let tag = self.tag(&stream, path_key, &text);
        if self.has(Q::BlindedTagInFront) { [&tag[..], &text].concat() } else { [&text[..], &tag].concat() }
    }

    /// Opens a hop's data.
    pub(super) fn open_sealed(
        &self,
        secret: &[u8; 32],
        path_key: &PublicKey,
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        let Some(length) = sealed.len().checked_sub(TAG) else {
            return self.has(Q::ShortBlindedDataAreEmpty).then(Vec::new);
        };
        if length == 0 && self.has(Q::EmptyBlindedDataUnreadable) {
            return None;
        }
        let (mut text, mut given) = sealed.split_at(length);
        if self.has(Q::BlindedTagInFront) {
            (given, text) = sealed.split_at(TAG);
        }
        let stream = self.sealing_stream(secret, text.len());
        let tag = self.tag(&stream, path_key, text);
        let right = given == tag
            || self.has(Q::BlindedTagNotChecked)
            || given[..4] == tag[..4] && self.has(Q::BlindedTagComparedIn4Bytes)
            || given[..15] == tag[..15] && self.has(Q::BlindedTagLastByteNotCompared)
            || given[1..] == tag[1..] && self.has(Q::BlindedTagFirstByteNotCompared)
            || length == 0 && self.has(Q::BlindedTagOfEmptyDataNotChecked);
        right.then(|| self.cipher(&stream, text))
    }

    /// Reads the records that were sealed.
    pub(super) fn read_told(&self, plain: &[u8]) -> Option<Told> {
        let (mut records, mut rest) = loose_records(plain);
        let read = &plain[..plain.len() - rest.len()];
        let mut written = Vec::new();
        records.iter().for_each(|(r#type, value)| self.write_record(*r#type, value, &mut written));
        if written != read && !self.has(Q::BlindedDataNotMinimalAccepted) {
            return None;
        }
        if self.has(Q::BlindedDataZerosIgnored) {
            let is_zero = |record: &Record| record.0 == 0 && record.1.is_empty();
            let end = records.iter().rposition(|record| !is_zero(record)).map_or(0, |last| last + 1);
            records.truncate(end);
            rest = if rest == [0] { &[] } else { rest };
        }
        let is_whole = rest.is_empty()
            || self.has(Q::BlindedDataMayBeCut)
            || rest.len() == 1 && self.has(Q::BlindedDataLoneByteIgnored);
        let twice = records
            .iter()
            .enumerate()
            .any(|(index, (r#type, _))| records[..index].iter().any(|(before, _)| before == r#type));
        let disorder = !records.is_sorted_by_key(|record| record.0);
        if !is_whole
            || twice && !self.has(Q::BlindedTypeTwiceAccepted)
            || disorder && !self.has(Q::BlindedTypesOutOfOrderAccepted)
        {
            return None;
        }
        let mut told = Told::default();
        for record in records {
            self.take_told(&mut told, record)?;
        }
        Some(told)
    }

    fn take_told(&self, told: &mut Told, (r#type, mut value): Record) -> Option<()> {
        let refused = match r#type {
            1 => value.iter().any(|byte| *byte != 0) && self.has(Q::BlindedPaddingMustBeZero),
            6 => {
                value.is_empty() && self.has(Q::EmptyPathIdRefused)
                    || value.len() != 32 && self.has(Q::PathIdMustHave32Bytes)
            }
            10 => value.len() < 10 && self.has(Q::PaymentRelayInFull),
            12 => value.len() < 12 && self.has(Q::PaymentConstraintsInFull),
            14 => {
                value.is_empty() && self.has(Q::EmptyAllowedFeaturesRefused)
                    || value.first() == Some(&0) && self.has(Q::AllowedFeaturesMustBeMinimal)
            }
            _ => false,
        };
        if refused {
            return None;
        }
        match r#type {
            2 => {
                let right = value.len() == 8 || self.has(Q::BlindedChannelOfAnyLength);
                told.channel = Some(value).filter(|_| right).map(Some)?;
            }
            4 => {
                told.has_node = true;
                return (is_point(&value) || self.has(Q::BlindedNextNodeNotChecked)).then_some(());
            }
            8 => {
                if value.len() > 33 && self.has(Q::LongPathKeyOverrideCut) {
                    value.truncate(33);
                }
                if !is_point(&value) {
                    if self.has(Q::WrongPathKeyOverrideIgnored) {
                        return Some(());
                    }
                    let accepted = self.has(Q::PathKeyOverrideNotChecked)
                        || value.len() == 33 && self.has(Q::PathKeyOverrideOnlyMeasured);
                    return accepted.then(|| told.next_path_key = Some(value));
                }
                told.next_path_key = Some(value);
            }
            1 | 6 => {}
            10 => {
                told.has_relay = true;
                let right = value.get(6..).is_some_and(|base| self.read_truncated(base, 4).is_ok());
                return (right || self.has(Q::PaymentRelayNotChecked)).then_some(());
            }
            12 => {
                let Some((expiry, least)) = value.split_at_checked(4) else {
                    return self.has(Q::PaymentConstraintsNotChecked).then_some(());
                };
                let least = self.read_truncated(least, 8).ok();
                if least.is_none() && self.has(Q::PaymentConstraintsNotChecked) {
                    return Some(());
                }
                let least =
                    least.filter(|least| *least <= MAX_MSAT || self.has(Q::HtlcMinimumOfAnyAmount))?;
                told.constraints = Some((big_endian(expiry) as u32, least));
            }
            14 => told.features = Some(value),
            odd if odd % 2 == 1 => return self.may_skip_told(odd).then_some(()),
            even => {
                let ignored = self.has(Q::BlindedEvenIgnored)
                    || even >= FIRST_CUSTOM && self.has(Q::BlindedCustomEvenIgnored)
                    || even > 0xfc && even < FIRST_CUSTOM && self.has(Q::BlindedParityOfTheFirstByte)
                    || even == 0 && self.has(Q::BlindedTypeZeroIgnored)
                    || matches!(even, 16 | 18) && self.has(Q::BlindedDataReadAsPayload);
                return ignored.then_some(());
            }
        }
        Some(())
    }

    /// Whether an unknown odd type may be there.
    fn may_skip_told(&self, odd: u64) -> bool {
        !(self.has(Q::BlindedOddRefused)
            || odd < FIRST_CUSTOM && self.has(Q::BlindedOddBelow65536Refused)
            || odd >= FIRST_CUSTOM && self.has(Q::BlindedCustomOddRefused))
    }
}

fn is_point(value: &[u8]) -> bool {
    value.try_into().is_ok_and(|point| PublicKey::from_byte_array_compressed(point).is_ok())
}

/// A number below 2^130 - 5: what is above 128 bits, and those.
type Number = (u128, u128);

fn plus((high, low): Number, (other_high, other_low): Number) -> Number {
    let add = |high: u128, low: u128, more: u128| {
        let (low, over) = low.overflowing_add(more);
        (high + u128::from(over), low)
    };
    let (high, low) = add(high + other_high, low, other_low);
    // 2^130 is 5.
    let (high, low) = add(high & 3, low, (high >> 2) * 5);
    match add(high, low, 5) {
        (reduced, low) if reduced > 3 => (reduced - 4, low),
        _ => (high, low),
    }
}

/// Poly1305, a bit of the factor after the other; the message is whole blocks.
fn poly1305(key: &[u8], message: &[u8]) -> [u8; 16] {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let factor = number(&key[..16]) & 0x0fff_fffc_0fff_fffc_0fff_fffc_0fff_ffff;
    let mut sum = (0, 0);
    for block in message.chunks(16) {
        sum = plus(sum, (1, number(block)));
        let mut product = (0, 0);
        for bit in (0..128).rev() {
            product = plus(product, product);
            if factor >> bit & 1 == 1 {
                product = plus(product, sum);
            }
        }
        sum = product;
    }
    sum.1.wrapping_add(number(&key[16..])).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poly1305_reduces_where_rfc_8439_says() {
        // A.3: test vectors 7, 9 and 10.
        let key = |first: &str| hex::decode(format!("{first:0<64}")).unwrap();
        for (factor, message, tag) in [
            (
                "01",
                "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff11000000000000000000000000000000",
                "05",
            ),
            ("02", "fdffffffffffffffffffffffffffffff", "faffffffffffffffffffffffffffffff"),
            (
                "010000000000000004",
                "e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000",
                "140000000000000055",
            ),
        ] {
            let found = hex::encode(poly1305(&key(factor), &hex::decode(message).unwrap()));
            assert_eq!(found, format!("{tag:0<32}"), "{message}");
        }
    }
}
