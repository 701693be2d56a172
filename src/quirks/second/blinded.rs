//! Blinded routes: what the recipient says to a node, and what a payload must be then.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use secp256k1::{PublicKey, SecretKey};

use super::Implementation;
use super::failure::Refusal;
use super::lenient::{Passage, all_records};
use super::payment::{Payment, Told};
use super::tlv::{KEYSEND, MAX_MSAT, Record};
use super::wire::big_endian;
use crate::quirks::list::Quirk as Q;

impl Implementation {
    /// Opens the data with a path key.
    pub(super) fn open_told(&self, node: &SecretKey, path_key: &PublicKey, sealed: &[u8]) -> Option<Told> {
        let secret = self.ecdh(path_key, node).secret;
        let key = self.vary(self.key("rho", &secret), [(Q::BlindedDataKeyIsTheSecret, secret)]);
        let (text, tag) = sealed.split_at(sealed.len().checked_sub(16)?);
        let mut stream = vec![0; 64 + text.len()];
        ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut stream);
        let mut message = text.to_vec();
        message.resize(text.len().next_multiple_of(16) + 8, 0);
        message.extend((text.len() as u64).to_le_bytes());
        if poly1305(&stream[..32], &message) != tag && !self.has(Q::BlindedTagNotChecked) {
            return None;
        }
        let start = self.vary(64, [(Q::BlindedDataFromBlockZero, 0)]);
        let plain: Vec<u8> = text.iter().zip(&stream[start..]).map(|(byte, key)| byte ^ key).collect();
        self.read_told(&plain)
    }

    fn read_told(&self, plain: &[u8]) -> Option<Told> {
        let records = all_records(plain);
        let mut written = Vec::new();
        records.iter().for_each(|(r#type, value)| self.write_record(*r#type, value, &mut written));
        if written != plain && !self.has(Q::BlindedDataMayBeCut) {
            return None;
        }
        if !records.is_sorted_by(|one, next| one.0 < next.0) {
            return None;
        }
        let mut told = Told::default();
        for record in records {
            self.take_told(&mut told, record)?;
        }
        Some(told)
    }

    fn take_told(&self, told: &mut Told, (r#type, value): Record) -> Option<()> {
        match r#type {
            2 => told.channel = Some(value).filter(|value| value.len() == 8).map(Some)?,
            4 | 8 => {
                PublicKey::from_byte_array_compressed(value.try_into().ok()?).ok()?;
                told.has_node |= r#type == 4;
            }
            6 => {}
            10 => {
                self.read_truncated(value.get(6..)?, 4).ok()?;
                told.has_relay = true;
            }
            12 => {
                let (expiry, least) = value.split_at_checked(4)?;
                let least = self.read_truncated(least, 8).ok().filter(|least| *least <= MAX_MSAT)?;
                told.constraints = Some((big_endian(expiry) as u32, least));
            }
            14 => told.features = Some(value),
            even if even % 2 == 0 => return self.has(Q::BlindedEvenIgnored).then_some(()),
            _ => return (!self.has(Q::BlindedOddRefused)).then_some(()),
        }
        Some(())
    }

    /// Whether it takes a payload as if types 10 and 12 were not there.
    pub(super) fn ignores_blinded_records(&self, p: &Payment<'_>) -> bool {
        let excused = || {
            self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::BlindedRecordsAllowedForInvoices),
                    (Passage::SharedSecret, Q::BlindedRecordsAllowedForSharedSecrets),
                    (Passage::Forwarded, Q::BlindedRecordsAllowedWhenForwarding),
                ],
            )
        };
        let are_there = p.fields.encrypted.is_some() || p.fields.path_key;
        are_there && (self.has(Q::BlindedRecordsAllowed) || excused())
    }

    /// The rules of a payload in a blinded route.
    pub(super) fn check_blinded(&self, p: &Payment<'_>, is_final: bool) -> Result<(), Refusal> {
        let fields = &p.fields;
        let refuse_if = |broken: bool, reason, r#type| match broken {
            false => Ok(()),
            true if !is_final && fields.path_key && !self.has(Q::PathKeyRecordFailsAsBadPayload) => {
                Err(Refusal::new(reason, 0xc018, vec![0; 32]))
            }
            true => Err(self.bad_payload(reason, r#type, 0)),
        };
        // What a quirk does not ask at the end of a route, where it takes the payment in turn.
        let takes = |passage, quirk| is_final && p.passage == passage && self.has(quirk);
        let blind = takes(Passage::SharedSecret, Q::BlindedFinalDataNotOpened);
        let twice = p.htlc.path_key.is_some() && fields.path_key;
        let takes_two = takes(Passage::SharedSecret, Q::BlindedFinalTakesTwoPathKeys);
        refuse_if(twice && !takes_two && !self.has(Q::TwoPathKeysTaken), "path_key_twice", 12)?;
        refuse_if(p.htlc.path_key.is_none() && !fields.path_key, "path_key_missing", 12)?;
        let told = match &p.told {
            Some(told) if !blind => told,
            None if !blind => return refuse_if(true, "encrypted_data_unreadable", 10),
            _ => &Told::default(),
        };
        self.check_told(p, told, &refuse_if)?;
        let lax = takes(Passage::SharedSecret, Q::BlindedFinalTakesOtherRecords);
        let claims = takes(Passage::Keysend, Q::KeysendClaimedInABlindedRoute);
        let odd_too = !is_final && self.has(Q::BlindedRelayTakesOddRecords);
        let may_be_there = |r#type: &u64| match r#type {
            10 | 12 => true,
            2 | 4 | 18 => is_final,
            &KEYSEND => claims,
            odd => odd % 2 == 1 && odd_too,
        };
        let others = !p.types.iter().all(may_be_there);
        let lax = lax || !is_final && self.has(Q::BlindedRelayTakesOtherRecords);
        refuse_if(others && !lax, "record_not_of_a_blinded_route", 10)?;
        if !is_final {
            let goes_on = told.channel.is_some() || self.has(Q::BlindedNextHopMayBeMissing);
            refuse_if(!goes_on, "next_hop_missing", 10)?;
            let has_relay = told.has_relay || self.has(Q::PaymentRelayMayBeMissing);
            refuse_if(!has_relay, "payment_relay_missing", 10)?;
            let refuses = self.chose("blinded_routes", "refuse") != self.has(Q::BlindedRoutesInverted);
            return refuse_if(refuses, "blinded_route_refused", 10);
        }
        let not_asked = takes(Passage::SharedSecret, Q::BlindedFinalMayLackRecords);
        let missing = |is_there: bool| !is_there && !not_asked;
        refuse_if(missing(fields.amount.is_some()), "amt_to_forward_missing", 2)?;
        refuse_if(missing(fields.expiry.is_some()), "outgoing_cltv_value_missing", 4)?;
        refuse_if(missing(fields.has_total_amount), "total_amount_msat_missing", 18)?;
        let taken = blind || lax || claims || not_asked || takes_two;
        refuse_if(!taken, "blinded_path_not_allowed", 10)
    }

    /// What the data ask of the HTLC, and of themselves.
    fn check_told(
        &self,
        p: &Payment<'_>,
        told: &Told,
        refuse_if: &dyn Fn(bool, &'static str, u64) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        if let Some((last, least)) = told.constraints {
            let late = p.htlc.expiry > last && !self.has(Q::MaxCltvExpiryNotChecked)
                || p.htlc.expiry == last && self.has(Q::MaxCltvExpiryIsTooLate);
            refuse_if(late, "max_cltv_expiry_exceeded", 10)?;
            let little = p.htlc.amount < least && !self.has(Q::HtlcMinimumNotChecked)
                || p.htlc.amount == least && self.has(Q::HtlcMinimumIsTooLittle);
            refuse_if(little, "below_htlc_minimum", 10)?;
        }
        let bits = |mask: u8| told.features.iter().flatten().any(|byte| byte & mask != 0);
        let unknown = bits(0x55) || bits(0xaa) && !self.has(Q::UnknownOddFeatureAllowed);
        let unknown = unknown && !self.has(Q::UnknownFeatureAllowed)
            || told.features.is_none() && self.has(Q::AllowedFeaturesMustBeThere);
        refuse_if(unknown, "feature_unknown", 10)?;
        let twice = told.channel.is_some() && told.has_node && !self.has(Q::TwoNextHopsTaken);
        refuse_if(twice, "next_hop_twice", 10)
    }
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
