//! What a node asks of one HTLC whose payload decodes, written to be bent.

use super::curve::Shared;
use super::explain::{Fields, Kind};
use super::failure::Refused;
use super::node::Invoice;
use super::{Bent, Quirk as Q};
use crate::protocol::operation::{Settings, Switch};

/// Everything that the rules look at.
pub struct Payment<'a> {
    /// `amount_msat` of the HTLC.
    pub htlc_amount: u64,
    /// `cltv_expiry` of the HTLC.
    pub htlc_expiry: u32,
    /// The payment hash.
    pub hash: [u8; 32],
    /// Whether the HTLC has a path key.
    pub path_key: bool,
    /// The payload.
    pub fields: Fields,
    /// The secrets shared with the payer.
    pub shared: &'a Shared,
    /// The invoice of this hash.
    pub invoice: Option<&'a Invoice>,
    /// Whether the hash was claimed before.
    pub claimed_before: bool,
    /// The height that failures name.
    pub height: u32,
    /// The settings.
    pub settings: Settings,
}

impl Payment<'_> {
    /// Type 2.
    pub fn amount(&self) -> u64 {
        self.fields.amount.unwrap_or(0)
    }

    /// `total_msat`, or type 2.
    pub fn total(&self) -> u64 {
        self.fields.data.as_ref().map_or(self.amount(), |data| data.1)
    }
}

impl Bent {
    /// The rules of every payload.
    pub fn check_payload(&self, p: &Payment<'_>, is_final: bool) -> Result<(), Refused> {
        let refuse = |reason, r#type| {
            let refused = self.bad_payload(reason, r#type, 0);
            let on_the_way = !is_final && p.fields.path_key;
            if on_the_way && !self.has(Q::PathKeyRecordFailsAsBadPayload) {
                return Err(Refused::new(reason, 0xc018, vec![0; 32]));
            }
            Err(refused)
        };
        if p.path_key && !self.has(Q::PathKeyAllowed)
            || p.fields.blinded && !self.has(Q::BlindedRecordsAllowed)
        {
            return refuse("blinded_path_not_allowed", 10);
        }
        if p.fields.amount.is_none() && !self.has(Q::AmountMayBeMissing) {
            return refuse("amt_to_forward_missing", 2);
        }
        if p.fields.expiry.is_none() && !self.has(Q::ExpiryMayBeMissing) {
            return refuse("outgoing_cltv_value_missing", 4);
        }
        if p.fields.amount == Some(0) && self.has(Q::ZeroAmountIsMissing) {
            return refuse("amt_to_forward_missing", 2);
        }
        let channel = p.fields.channel.is_some();
        if !is_final && !channel && !self.has(Q::NextHopMayBeMissing) {
            return refuse("next_hop_missing", 6);
        }
        if is_final
            && channel
            && self.chose("final_short_channel_id", "reject") != self.has(Q::FinalShortChannelIdInverted)
        {
            return refuse("short_channel_id_at_final_node", 6);
        }
        Ok(())
    }

    /// The rules of a final node about a payment that is explained, or about why it is not.
    pub fn check_payment(&self, p: &Payment<'_>) -> Result<(Kind, Vec<u8>), Refused> {
        let details = |reason| Err(self.bad_details(reason, self.named_amount(p), p.height));
        let explained = self.explain(p);

        let (kind, preimage) = match explained {
            Ok(explained) => explained,
            Err(reason @ "preimage_mismatch")
                if p.invoice.is_some() && self.has(Q::KnownHashFailsDifferently) =>
            {
                return Err(self.bad_payload(reason, super::tlv::KEYSEND, 0));
            }
            Err(reason) => return details(reason),
        };
        let off = p.settings.keysend == Switch::Refuse;
        let refused = match kind {
            Kind::Keysend => off && !self.has(Q::KeysendSettingIgnored),
            Kind::SharedSecret => off && self.has(Q::KeysendSettingRefusesSharedSecret),
            Kind::Invoice => false,
        };
        if refused {
            return details("keysend_refused");
        }
        if p.claimed_before
            && self.chose("claimed_hash_again", "fail")
            && !self.has(Q::ClaimedHashClaimedAgain)
        {
            return details("hash_already_claimed");
        }
        if let (Kind::Invoice, Some(invoice)) = (kind, p.invoice) {
            let by_record = p.fields.preimage.is_some() && self.has(Q::RecordReplacesThePaymentSecret);
            match &p.fields.data {
                None if !by_record && !self.has(Q::PaymentSecretMayBeMissing) => {
                    return details("payment_secret_missing");
                }
                Some((secret, _)) if *secret != invoice.payment_secret && !by_record => {
                    let prefix = secret[..4] == invoice.payment_secret[..4];
                    if !(self.has(Q::PaymentSecretNotChecked)
                        || prefix && self.has(Q::PaymentSecretComparedByPrefix))
                    {
                        return details("payment_secret_mismatch");
                    }
                }
                _ => {}
            }
        }
        self.check_payment_data(p, kind)?;
        if let (Kind::Invoice, Some(wanted)) = (kind, p.invoice.and_then(|invoice| invoice.amount)) {
            let mut paid = p.total();
            if paid != p.amount() && self.has(Q::InvoiceAmountOfEachPart) {
                paid = p.amount();
            }
            if paid < wanted && !self.has(Q::InvoiceUnderpaid)
                || paid == wanted && self.has(Q::InvoiceMustBeOverpaid)
            {
                return details("amount_too_low");
            }
            let most = wanted.saturating_mul(2);
            let twice = paid == most && self.has(Q::InvoiceTwiceIsTooMuch);
            if paid > most && !self.has(Q::InvoiceOverpaidWithoutLimit) || twice {
                return details("amount_too_high");
            }
            if paid > wanted && self.has(Q::InvoiceMustBePaidExactly) {
                return details("amount_too_high");
            }
        }
        if !self.has(Q::ExpiryNotChecked) {
            self.check_expiry(p)?;
        }
        self.check_final_fields(p)?;
        Ok((kind, preimage))
    }

    fn check_payment_data(&self, p: &Payment<'_>, kind: Kind) -> Result<(), Refused> {
        let details = |reason| Err(self.bad_details(reason, self.named_amount(p), p.height));
        let policy = match kind {
            Kind::Invoice => return Ok(()),
            Kind::Keysend => "keysend_payment_data",
            Kind::SharedSecret => "shared_secret_payment_data",
        };
        let refused = self.chose(policy, "reject") != self.has(Q::PaymentDataAlwaysRefused);
        if p.fields.data.is_some() && refused {
            return details("payment_data_not_allowed");
        }
        if p.fields.metadata
            && kind == Kind::Keysend
            && self.chose("keysend_payment_metadata", "reject") != self.has(Q::MetadataPolicyInverted)
        {
            return details("payment_metadata_not_allowed");
        }
        let Some((_, total)) = p.fields.data else { return Ok(()) };
        if self.chose(policy, "accept_single") && total != p.amount() {
            let forgiven = self.has(Q::PaymentDataTotalIgnored)
                || total < p.amount() && self.has(Q::PaymentDataTotalMayBeLess)
                || total > p.amount() && self.has(Q::PaymentDataTotalMayBeMore)
                || total == 0 && self.has(Q::PaymentDataTotalZeroIsNone)
                || kind == Kind::SharedSecret && self.has(Q::SharedSecretInParts);
            if !forgiven {
                return details("total_msat_not_amount");
            }
        }
        Ok(())
    }

    fn check_expiry(&self, p: &Payment<'_>) -> Result<(), Refused> {
        let delta = if self.has(Q::ExpiryWithoutDelta) {
            0
        } else if self.has(Q::ExpiryDeltaFixedAt18) {
            18
        } else if self.has(Q::ExpiryDeltaOneLess) {
            p.settings.min_final_cltv_expiry_delta.saturating_sub(1)
        } else if self.has(Q::ExpiryDeltaOneMore) {
            p.settings.min_final_cltv_expiry_delta.saturating_add(1)
        } else {
            p.settings.min_final_cltv_expiry_delta
        };
        let mut lowest = u64::from(p.height) + u64::from(delta);
        if lowest > 0xffff_ffff && self.has(Q::ExpirySumWraps) {
            lowest &= 0xffff_ffff;
        }
        let expiry =
            if self.has(Q::ExpiryOfThePayloadChecked) { p.fields.expiry.unwrap_or(0) } else { p.htlc_expiry };
        if u64::from(expiry) < lowest {
            return Err(self.bad_details("expiry_too_soon", self.named_amount(p), p.height));
        }
        Ok(())
    }

    fn check_final_fields(&self, p: &Payment<'_>) -> Result<(), Refused> {
        let outgoing = p.fields.expiry.unwrap_or(0);
        let wrong = p.htlc_expiry < outgoing && !self.has(Q::OutgoingExpiryNotCompared)
            || p.htlc_expiry > outgoing && self.has(Q::OutgoingExpiryMustBeEqual)
            || p.htlc_expiry == outgoing && self.has(Q::OutgoingExpiryMustBeLess);
        if wrong {
            let named = if self.has(Q::ExpiryFailureNamesThePayload) { outgoing } else { p.htlc_expiry };
            let code = if self.has(Q::ExpiryAndAmountCodesSwapped) { 19 } else { 18 };
            return Err(Refused::new("final_incorrect_cltv_expiry", code, named.to_be_bytes().to_vec()));
        }
        let amount = p.amount();
        let low_bits = (p.htlc_amount as u32) < amount as u32;
        let wrong = p.htlc_amount < amount && !self.has(Q::HtlcAmountNotCompared)
            || p.htlc_amount > amount && self.has(Q::HtlcAmountMustBeEqual)
            || p.htlc_amount > amount.saturating_mul(2) && self.has(Q::HtlcAmountAtMostTwice)
            || low_bits && p.htlc_amount > 0xffff_ffff && self.has(Q::HtlcAmountComparedIn32Bits)
            || p.htlc_amount >> 63 == 1 && self.has(Q::HtlcAmountComparedAsSigned);
        if wrong {
            let named = if self.has(Q::AmountFailureNamesThePayload) { amount } else { p.htlc_amount };
            let code = if self.has(Q::ExpiryAndAmountCodesSwapped) { 18 } else { 19 };
            return Err(Refused::new("final_incorrect_htlc_amount", code, named.to_be_bytes().to_vec()));
        }
        Ok(())
    }

    fn named_amount(&self, p: &Payment<'_>) -> u64 {
        if self.has(Q::FailureNamesAmtToForward) { p.amount() } else { p.htlc_amount }
    }
}
