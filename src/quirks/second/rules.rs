//! What a node asks of one HTLC whose payload decodes.

use super::Implementation;
use super::failure::Refusal;
use super::lenient::Passage;
use super::payment::{Kind, Payment};
use super::tlv::KEYSEND;
use crate::protocol::operation::Switch;
use crate::quirks::list::Quirk as Q;

impl Implementation {
    /// The rules of every payload.
    pub(super) fn check_payload(&self, p: &Payment<'_>, is_final: bool) -> Result<(), Refusal> {
        let fields = &p.fields;
        let refuse_if = |broken: bool, reason, r#type| match broken {
            false => Ok(()),
            true if !is_final && fields.path_key && !self.has(Q::PathKeyRecordFailsAsBadPayload) => {
                Err(Refusal::new(reason, 0xc018, vec![0; 32]))
            }
            true => Err(self.bad_payload(reason, r#type, 0)),
        };
        let ignored = self.ignores_blinded_records(p);
        let is_blinded = fields.encrypted.is_some() && !ignored;
        if is_blinded {
            self.check_blinded(p, is_final)?;
            if !is_final {
                return Ok(());
            }
        }
        let path_key =
            p.htlc.path_key.is_some() && !self.has(Q::PathKeyAllowed) || fields.path_key && !ignored;
        refuse_if(path_key && !is_blinded, "blinded_path_not_allowed", 12)?;
        let missing = fields.amount.is_none()
            && !is_blinded
            && !self.has(Q::AmountMayBeMissing)
            && !self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::AmountMayBeMissingForInvoices),
                    (Passage::SharedSecret, Q::AmountMayBeMissingForSharedSecrets),
                    (Passage::Forwarded, Q::AmountMayBeMissingWhenForwarding),
                ],
            );
        refuse_if(missing, "amt_to_forward_missing", 2)?;
        let missing = fields.expiry.is_none()
            && !is_blinded
            && !self.has(Q::ExpiryMayBeMissing)
            && !self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::ExpiryMayBeMissingForInvoices),
                    (Passage::SharedSecret, Q::ExpiryMayBeMissingForSharedSecrets),
                    (Passage::Forwarded, Q::ExpiryMayBeMissingWhenForwarding),
                ],
            );
        refuse_if(missing, "outgoing_cltv_value_missing", 4)?;
        let missing = fields.amount == Some(0) && self.has(Q::ZeroAmountIsMissing);
        refuse_if(missing, "amt_to_forward_missing", 2)?;
        let is_long = fields.metadata.is_some_and(|length| length > 512) && self.has(Q::LongMetadataRefused);
        refuse_if(is_long, "value_wrong_length", 16)?;
        if is_final {
            let refuses = self.chose("total_amount_msat", "reject") != self.has(Q::TotalAmountMsatInverted);
            refuse_if(refuses && fields.has_total_amount, "total_amount_msat_not_allowed", 18)?;
            let refuses = self.chose("amt_to_forward_0", "reject");
            refuse_if(refuses && fields.amount == Some(0), "amt_to_forward_zero", 2)?;
        }
        match fields.channel {
            None if !is_final => refuse_if(!self.has(Q::NextHopMayBeMissing), "next_hop_missing", 6),
            Some(_) if is_final => {
                let refuses = self.chose("final_short_channel_id", "reject");
                let refuses = refuses != self.has(Q::FinalShortChannelIdInverted);
                refuse_if(refuses, "short_channel_id_at_final_node", 6)
            }
            _ if !is_final => {
                let refuses = self.chose("payment_data_before_final", "reject");
                let refuses = refuses != self.has(Q::PaymentDataBeforeFinalInverted);
                refuse_if(refuses && fields.data.is_some(), "payment_data_before_final", 8)
            }
            _ => Ok(()),
        }
    }

    /// The rules of a final node: how the payment is explained, with its preimage, or why it is refused.
    pub(super) fn check_payment(&self, p: &Payment<'_>) -> Result<(Kind, Vec<u8>), Refusal> {
        let (kind, preimage) = self.explain(p).map_err(|reason| {
            let known = reason == "preimage_mismatch" && p.invoice.is_some();
            if known && self.has(Q::KnownHashFailsDifferently) {
                return self.bad_payload(reason, KEYSEND, 0);
            }
            self.details(p, reason)
        })?;
        let off = p.settings.keysend == Switch::Refuse;
        let refused = match kind {
            Kind::Keysend => off && !self.has(Q::KeysendSettingIgnored),
            Kind::SharedSecret => off && self.has(Q::KeysendSettingRefusesSharedSecret),
            Kind::Invoice => false,
        };
        self.details_if(refused, p, "keysend_refused")?;
        let again = p.claimed_before && self.chose("claimed_hash_again", "fail");
        self.details_if(again && !self.has(Q::ClaimedHashClaimedAgain), p, "hash_already_claimed")?;
        self.check_secret(p)?;
        match kind {
            Kind::Invoice => {
                let refused = p.fields.metadata.is_some() && self.has(Q::InvoiceMetadataRefused);
                self.details_if(refused, p, "payment_metadata_not_allowed")?;
                self.check_invoice(p)?;
            }
            Kind::Keysend => self.check_payment_data(p, "keysend_payment_data", true)?,
            Kind::SharedSecret => self.check_payment_data(p, "shared_secret_payment_data", false)?,
        }
        self.check_expiry(p)?;
        self.check_htlc(p)?;
        Ok((kind, preimage))
    }

    /// The payment secret: that of the invoice, else that of the parts which are held already.
    fn check_secret(&self, p: &Payment<'_>) -> Result<(), Refusal> {
        let held = p.held_secret.filter(|_| !self.has(Q::HeldPartsNeedNoSecret));
        let Some(expected) = p.invoice.map(|invoice| &invoice.payment_secret).or(held) else { return Ok(()) };
        let by_record =
            p.invoice.is_some() && p.fields.preimage.is_some() && self.has(Q::RecordReplacesThePaymentSecret);
        let is_missing = |secret: &[u8]| secret == [0; 32] && self.has(Q::ZeroPaymentSecretIsMissing);
        match p.fields.data.as_ref().filter(|data| !is_missing(&data.0)) {
            None => {
                let missing = !by_record && !self.has(Q::PaymentSecretMayBeMissing);
                self.details_if(missing, p, "payment_secret_missing")?;
            }
            Some((secret, _)) => {
                let right = by_record
                    || secret == expected
                    || self.has(Q::PaymentSecretNotChecked)
                    || p.invoice.is_none() && self.has(Q::HeldPartsTakeAnySecret)
                    || secret.get(..4) == expected.get(..4) && self.has(Q::PaymentSecretComparedByPrefix);
                self.details_if(!right, p, "payment_secret_mismatch")?;
            }
        }
        Ok(())
    }

    fn check_invoice(&self, p: &Payment<'_>) -> Result<(), Refusal> {
        let Some(asked) = p.invoice.and_then(|invoice| invoice.amount) else { return Ok(()) };
        let paid = self.vary(p.total(), [(Q::InvoiceAmountOfEachPart, p.amount())]);
        let measure = |amount: u64| {
            self.vary(
                amount,
                [
                    (Q::InvoiceAmountAsDouble, amount as f64 as u64),
                    (Q::InvoiceAmountInSatoshis, amount / 1000),
                    (Q::InvoiceAmountIn32Bits, amount & 0xffff_ffff),
                ],
            )
        };
        let (paid, double) = (measure(paid), measure(asked.saturating_mul(2)));
        let asked = measure(asked);
        let too_low = paid < asked && !self.has(Q::InvoiceUnderpaid)
            || paid == asked && self.has(Q::InvoiceMustBeOverpaid);
        self.details_if(too_low, p, "amount_too_low")?;
        let twice = double;
        let too_high = paid > twice
            && !self.has(Q::InvoiceOverpaidWithoutLimit)
            && !(p.amount() != p.total() && self.has(Q::PartsMayOverpay))
            || paid == twice && self.has(Q::InvoiceTwiceIsTooMuch)
            || paid > asked && self.has(Q::InvoiceMustBePaidExactly);
        self.details_if(too_high, p, "amount_too_high")
    }

    /// The rules about payment_data and payment_metadata in a spontaneous payment.
    fn check_payment_data(&self, p: &Payment<'_>, policy: &str, keysend: bool) -> Result<(), Refusal> {
        let refuses = self.chose(policy, "reject") != self.has(Q::PaymentDataAlwaysRefused);
        self.details_if(p.fields.data.is_some() && refuses, p, "payment_data_not_allowed")?;
        if p.fields.metadata.is_some() && keysend {
            let refuses = self.chose("keysend_payment_metadata", "reject");
            let refuses = refuses != self.has(Q::MetadataPolicyInverted);
            self.details_if(refuses, p, "payment_metadata_not_allowed")?;
        }
        let (total, amount) = (p.total(), p.amount());
        let beside = if p.fields.data.is_some() {
            self.vary(amount, [(Q::TotalComparedWithTheHtlc, p.htlc.amount)])
        } else {
            amount
        };
        let measure = |amount: u64| {
            self.vary(
                amount,
                [
                    (Q::TotalComparedInSatoshis, amount / 1000),
                    (Q::TotalComparedAsDouble, amount as f64 as u64),
                ],
            )
        };
        let (total, amount) = (measure(total), measure(beside));
        let allowed = total == amount
            || p.fields.data.is_some() && !self.chose(policy, "accept_single") && keysend
            || self.has(Q::PaymentDataTotalIgnored)
            || total < amount && self.has(Q::PaymentDataTotalMayBeLess)
            || total > amount && self.has(Q::PaymentDataTotalMayBeMore)
            || total == 0 && self.has(Q::PaymentDataTotalZeroIsNone)
            || !keysend && self.has(Q::SharedSecretInParts);
        self.details_if(!allowed, p, "total_msat_not_amount")
    }

    pub(super) fn check_expiry(&self, p: &Payment<'_>) -> Result<(), Refusal> {
        let delta = p.settings.min_final_cltv_expiry_delta;
        let delta = self.vary(
            delta,
            [
                (Q::ExpiryWithoutDelta, 0),
                (Q::ExpiryDeltaFixedAt18, 18),
                (Q::ExpiryDeltaOneLess, delta.saturating_sub(1)),
                (Q::ExpiryDeltaOneMore, delta.saturating_add(1)),
                (Q::ExpiryDeltaInAByte, delta & 0xff),
                (Q::ExpiryDeltaAtMostADay, delta.min(144)),
            ],
        );
        // Even with a delta of 0 an HTLC is over once its expiry is reached.
        let delta = if self.has(Q::ExpiryAtTheHeightAllowed) { delta } else { delta.max(1) };
        let lowest = u64::from(p.height) + u64::from(delta);
        let in_payload = p.fields.expiry.unwrap_or(0);
        let expiry = self.vary(p.htlc.expiry, [(Q::ExpiryOfThePayloadChecked, in_payload)]);
        let too_soon = u64::from(expiry) < lowest
            && !self.has(Q::ExpiryNotChecked)
            && !self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::ExpiryNotCheckedForInvoices),
                    (Passage::SharedSecret, Q::ExpiryNotCheckedForSharedSecrets),
                ],
            );
        self.details_if(too_soon, p, "expiry_too_soon")?;
        let farthest = p.height.saturating_add(2016);
        let fails = self.chose("far_expiry", "fail") != self.has(Q::FarExpiryInverted);
        self.details_if(fails && p.htlc.expiry > farthest, p, "expiry_too_far")
    }

    /// The rules that compare the HTLC with the payload.
    pub(super) fn check_htlc(&self, p: &Payment<'_>) -> Result<(), Refusal> {
        let (actual, outgoing) = (p.htlc.expiry, p.fields.expiry.unwrap_or(0));
        let signed = if outgoing >> 31 == 0 { outgoing } else { 0 };
        let read = self.vary(
            outgoing,
            [(Q::OutgoingExpirySigned, signed), (Q::OutgoingExpiryIn24Bits, outgoing & 0xff_ffff)],
        );
        let excused = || {
            self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::OutgoingExpiryNotComparedForInvoices),
                    (Passage::SharedSecret, Q::OutgoingExpiryNotComparedForSharedSecrets),
                ],
            )
        };
        let wrong = actual < read && !self.has(Q::OutgoingExpiryNotCompared) && !excused()
            || actual > outgoing && self.has(Q::OutgoingExpiryMustBeEqual)
            || actual == outgoing && self.has(Q::OutgoingExpiryMustBeLess);
        if wrong {
            let named = self.vary(actual, [(Q::ExpiryFailureNamesThePayload, outgoing)]);
            let code = self.vary(18, [(Q::ExpiryAndAmountCodesSwapped, 19)]);
            return Err(Refusal::new("final_incorrect_cltv_expiry", code, named.to_be_bytes().to_vec()));
        }
        let (actual, amount) = (p.htlc.amount, p.amount());
        let low_bits_less = actual >> 32 != 0 && (actual as u32) < amount as u32;
        let excused = || {
            self.excuses(
                p.passage,
                [
                    (Passage::Invoice, Q::HtlcAmountNotComparedForInvoices),
                    (Passage::SharedSecret, Q::HtlcAmountNotComparedForSharedSecrets),
                ],
            )
        };
        let most = 0x7fff_ffff_u64;
        let (read, asked) = self.vary(
            (actual, amount),
            [
                (Q::HtlcAmountAsDouble, (actual as f64 as u64, amount as f64 as u64)),
                (Q::HtlcAmountInSatoshis, (actual / 1000, amount / 1000)),
                (Q::HtlcAmountIn31Bits, (actual.min(most), amount.min(most))),
            ],
        );
        let wrong = read < asked && !self.has(Q::HtlcAmountNotCompared) && !excused()
            || actual > amount && self.has(Q::HtlcAmountMustBeEqual)
            || actual > amount.saturating_mul(2) && self.has(Q::HtlcAmountAtMostTwice)
            || low_bits_less && self.has(Q::HtlcAmountComparedIn32Bits);
        if wrong {
            let double = actual as f64 as u64;
            let named = self.vary(
                actual,
                [(Q::AmountFailureNamesThePayload, amount), (Q::AmountFailureThroughDouble, double)],
            );
            let code = self.vary(19, [(Q::ExpiryAndAmountCodesSwapped, 18)]);
            return Err(Refusal::new("final_incorrect_htlc_amount", code, named.to_be_bytes().to_vec()));
        }
        Ok(())
    }

    fn details(&self, p: &Payment<'_>, reason: &'static str) -> Refusal {
        let amount = self.vary(p.htlc.amount, [(Q::FailureNamesAmtToForward, p.amount())]);
        self.bad_details(reason, amount, p.height)
    }

    fn details_if(&self, broken: bool, p: &Payment<'_>, reason: &'static str) -> Result<(), Refusal> {
        if broken { Err(self.details(p, reason)) } else { Ok(()) }
    }
}
