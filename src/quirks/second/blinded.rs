//! Blinded routes: what a payload must be that comes with what the recipient says.

use secp256k1::{PublicKey, SecretKey};

use super::Implementation;
use super::failure::Refusal;
use super::lenient::Passage;
use super::payment::{Payment, Told};
use super::tlv::KEYSEND;
use crate::quirks::list::Quirk as Q;

impl Implementation {
    /// Opens the data with a path key.
    pub(super) fn open_told(&self, node: &SecretKey, path_key: &PublicKey, sealed: &[u8]) -> Option<Told> {
        let secret = self.ecdh(path_key, node).secret;
        self.read_told(&self.open_sealed(&secret, path_key, sealed)?)
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
            let same = p.htlc.amount as f64 == least as f64 && self.has(Q::HtlcMinimumThroughADouble);
            let little = p.htlc.amount < least && !same && !self.has(Q::HtlcMinimumNotChecked)
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
