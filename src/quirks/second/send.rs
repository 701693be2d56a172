//! The payers of both schemes.

use std::cmp::Reverse;

use secp256k1::{PublicKey, SecretKey};

use super::curve::sha256;
use super::keys::HopKeys;
use super::tlv::{FIRST_CUSTOM, KEYSEND, MAX_MSAT, Record};
use super::{Implementation, refuse_if};
use crate::protocol::operation::{CustomRecord, SendHop};
use crate::quirks::list::Quirk as Q;

/// A payment before its packet is made.
#[derive(Clone)]
pub struct Order<'a> {
    pub session_key: SecretKey,
    /// The keys of the nodes of `hops`.
    pub nodes: Vec<PublicKey>,
    pub hops: &'a [SendHop],
    pub custom_records: &'a [CustomRecord],
}

/// What the payer sends.
pub struct OutgoingPayment {
    pub preimage: Vec<u8>,
    pub payment_hash: [u8; 32],
    /// The last hop's payload.
    pub final_payload: Vec<u8>,
    /// The packet for the first hop.
    pub packet: Vec<u8>,
}

impl Implementation {
    /// The payer's side of keysend. The error is the reason.
    pub(super) fn send_keysend(
        &self,
        order: &Order<'_>,
        preimage: &[u8],
    ) -> Result<OutgoingPayment, &'static str> {
        let mut preimage = preimage.to_vec();
        let resized = preimage.len() > 32 && self.has(Q::LongPreimageSentCut)
            || preimage.len() < 32 && self.has(Q::ShortPreimageSentPadded);
        if resized {
            preimage.resize(32, 0);
        }
        refuse_if(preimage.len() != 32 && !self.has(Q::PreimageOfAnyLengthSent), "preimage_length")?;
        let mut value = preimage.clone();
        if self.has(Q::RecordHasTheHash) {
            value = sha256(&preimage).to_vec();
        }
        if self.has(Q::RecordHasThePreimageReversed) {
            value.reverse();
        }
        if self.has(Q::RecordHasThePreimageInHex) {
            value = hex::encode(&value).into_bytes();
        }
        let r#type = self.cut(KEYSEND, [(Q::KeysendTypeCutTo32Bits, 32)]);
        let r#type = self.vary(r#type, [(Q::KeysendTypeOneMore, KEYSEND + 1)]);
        let record = (!self.has(Q::KeysendRecordMissing)).then_some((r#type, value));
        let payloads = self.payloads(order, record)?;
        self.finish(order, payloads, preimage)
    }

    /// The payer's side of the shared-secret scheme. The error is the reason.
    pub(super) fn send_shared_secret(
        &self,
        order: &Order<'_>,
        x_only: bool,
    ) -> Result<OutgoingPayment, &'static str> {
        let mut payloads = self.payloads(order, None)?;
        let keys = self.hop_keys(&order.session_key, &order.nodes).ok_or("session_key_invalid")?;
        let (Some(first), Some(last), Some(node)) = (keys.first(), keys.last(), order.nodes.last()) else {
            return Err("no_hops");
        };
        let before_last = keys.iter().rev().nth(1).unwrap_or(last);
        let HopKeys { shared, .. } =
            self.vary(last, [(Q::SecretOfTheFirstHop, first), (Q::SecretOfTheHopBeforeTheLast, before_last)]);
        let preimage = if self.has(Q::SecretOfTheUnblindedSessionKey) {
            self.derived_preimage(&self.ecdh(node, &order.session_key), x_only)
        } else {
            self.derived_preimage(shared, x_only)
        };
        if self.has(Q::SharedSecretPaymentHasARecord) {
            payloads = self.payloads(order, Some((KEYSEND, preimage.clone())))?;
        }
        self.finish(order, payloads, preimage)
    }

    /// A shared-secret payment with a preimage that was derived before. The error is the reason.
    pub(super) fn send_derived(
        &self,
        order: &Order<'_>,
        preimage: Vec<u8>,
    ) -> Result<OutgoingPayment, &'static str> {
        self.finish(order, self.payloads(order, None)?, preimage)
    }

    fn finish(
        &self,
        order: &Order<'_>,
        payloads: Vec<Vec<u8>>,
        preimage: Vec<u8>,
    ) -> Result<OutgoingPayment, &'static str> {
        let mut payment_hash = sha256(&preimage);
        if self.has(Q::SentHashIsDouble) {
            payment_hash = sha256(&payment_hash);
        }
        if self.has(Q::SentHashReversed) {
            payment_hash.reverse();
        }
        let slices: Vec<_> = payloads.iter().map(Vec::as_slice).collect();
        let associated_data = self.vary(
            &payment_hash[..],
            [(Q::AssociatedDataEmpty, &[]), (Q::AssociatedDataIsThePreimage, &preimage)],
        );
        let packet = self.construct(&order.session_key, &order.nodes, &slices, associated_data)?;
        let final_payload = payloads.last().cloned().unwrap_or_default();
        Ok(OutgoingPayment { preimage, payment_hash, final_payload, packet })
    }

    /// The payload of each hop; `record` is the keysend record.
    fn payloads(&self, order: &Order<'_>, record: Option<Record>) -> Result<Vec<Vec<u8>>, &'static str> {
        self.check_route(order.hops)?;
        let custom = self.custom_records(order.custom_records)?;
        let mut payloads: Vec<Vec<u8>> = Vec::new();
        for (index, hop) in order.hops.iter().enumerate() {
            let last = index == order.hops.len() - 1;
            let (mut amount, mut expiry) = (hop.amt_to_forward.0, u64::from(hop.outgoing_cltv_value));
            if last {
                let first = &order.hops[0];
                amount = self.vary(amount, [(Q::FinalAmountOfTheFirstHop, first.amt_to_forward.0)]);
                expiry = self.vary(expiry, [(Q::FinalExpiryOfTheFirstHop, first.outgoing_cltv_value.into())]);
            }
            if let (false, Some(end)) = (last, order.hops.last()) {
                amount = self.vary(amount, [(Q::FinalAmountAtEveryHop, end.amt_to_forward.0)]);
                expiry = self.vary(expiry, [(Q::FinalExpiryAtEveryHop, end.outgoing_cltv_value.into())]);
            }
            if amount >> 53 != 0 && self.has(Q::SentAmountThroughDouble) {
                amount = amount as f64 as u64;
            }
            let amount = self.cut(amount, [(Q::AmountSentIn32Bits, 32)]);
            let expiry = self.cut(expiry, [(Q::ExpirySentIn16Bits, 16)]);
            let mut records = Vec::new();
            if amount != 0 || !self.has(Q::ZeroAmountLeftOut) {
                records.push((2, self.write_truncated(amount, 8)));
            }
            if expiry != 0 || !self.has(Q::ZeroExpiryLeftOut) {
                records.push((4, self.write_truncated(expiry, 4)));
            }
            if self.has(Q::ExpiryBeforeAmount) {
                records.reverse();
            }
            let of_first = !last && self.has(Q::ShortChannelIdOfTheFirstHop);
            records.extend(self.channel_record(if of_first { &order.hops[0] } else { hop }, last));
            if last {
                self.add_final_records(&mut records, &custom, record.as_ref(), amount);
            }
            let mut payload = Vec::new();
            records.iter().for_each(|(r#type, value)| self.write_record(*r#type, value, &mut payload));
            payloads.push(payload);
        }
        if let (Some((r#type, value)), [first, _, ..]) = (&record, &mut payloads[..])
            && self.has(Q::KeysendRecordAtEveryHop)
        {
            self.write_record(*r#type, value, first);
        }
        Ok(payloads)
    }

    fn channel_record(&self, hop: &SendHop, last: bool) -> Option<Record> {
        let Some(channel) = &hop.short_channel_id else {
            return (last && self.has(Q::ZeroShortChannelIdAtTheFinalNode)).then(|| (6, vec![0; 8]));
        };
        let mut channel = channel.0.clone();
        if self.has(Q::ShortChannelIdLittleEndian) {
            channel.reverse();
        }
        if self.has(Q::ShortChannelIdAsTruncated) {
            channel = channel.into_iter().skip_while(|byte| *byte == 0).collect();
        }
        (!self.has(Q::ShortChannelIdLeftOut)).then_some((6, channel))
    }

    fn add_final_records(
        &self,
        records: &mut Vec<Record>,
        custom: &[Record],
        record: Option<&Record>,
        amount: u64,
    ) {
        if self.has(Q::PaymentDataAlwaysSent) {
            records.push((8, [&[0; 32], &self.write_truncated(amount, 8)[..]].concat()));
        }
        let mut added: Vec<Record> = custom.to_vec();
        if added.len() < 2 || !self.has(Q::CustomRecordsNotSorted) {
            added.sort();
        }
        let place = added.iter().position(|(r#type, _)| *r#type > KEYSEND).unwrap_or(added.len());
        let place =
            self.vary(place, [(Q::KeysendRecordAlwaysLast, added.len()), (Q::KeysendRecordBeforeCustom, 0)]);
        added.splice(place..place, record.cloned());
        if self.has(Q::RecordsSortedAsText) {
            added.sort_by_key(|(r#type, _)| r#type.to_string());
        }
        if self.has(Q::RecordsSortedAsSigned) {
            added.sort_by_key(|(r#type, _)| *r#type as i64);
        }
        if self.has(Q::RecordsSortedAsDoubles) {
            added = custom.iter().chain(record).cloned().collect();
            added.sort_by(|(one, _), (other, _)| (*one as f64).total_cmp(&(*other as f64)));
        }
        if self.has(Q::OnlyThreeCustomRecordsSent) {
            added.truncate(3 + usize::from(record.is_some()));
        }
        if self.has(Q::RecordsSortedDescending) {
            added.sort_by_key(|(r#type, _)| Reverse(*r#type));
        }
        if added.iter().any(|(r#type, _)| r#type >> 32 != 0) && self.has(Q::RecordsSortedBy32Bits) {
            added.sort_by_key(|(r#type, _)| *r#type as u32);
        }
        if self.has(Q::EmptyCustomRecordsDropped) {
            added.retain(|(_, value)| !value.is_empty());
        }
        records.append(&mut added);
    }

    fn check_route(&self, hops: &[SendHop]) -> Result<(), &'static str> {
        let Some((last, before)) = hops.split_last() else { return Err("no_hops") };
        let missing = before.iter().any(|hop| hop.short_channel_id.is_none());
        let at_the_first = before.first().is_some_and(|hop| hop.short_channel_id.is_none());
        let missed = self.has(Q::MissingShortChannelIdSent)
            || !at_the_first && self.has(Q::ShortChannelIdOfLaterHopsMayBeMissing);
        refuse_if(missing && !missed, "short_channel_id_missing")?;
        let at_final = last.short_channel_id.is_some() && !self.has(Q::ShortChannelIdAtTheFinalNodeSent);
        refuse_if(at_final, "short_channel_id_at_final_node")?;
        let limit = self.vary(MAX_MSAT, [(Q::SentAmountLimitOneTooLow, MAX_MSAT - 1)]);
        let any = |wrong: &dyn Fn(u64) -> bool| hops.iter().any(|hop| wrong(hop.amt_to_forward.0));
        let above =
            |amount: u64| amount > limit && !(amount >> 63 == 1 && self.has(Q::SentAmountComparedAsSigned));
        let missed = self.has(Q::SentAmountLimitMissing)
            || !above(last.amt_to_forward.0) && self.has(Q::SentAmountLimitAtTheLastHopOnly);
        let refused = any(&above) && !missed || any(&|amount| amount == 0) && self.has(Q::ZeroAmountNotSent);
        refuse_if(refused, "amount_too_large")
    }

    /// The custom records that are sent, in the order in which they are given.
    fn custom_records(&self, given: &[CustomRecord]) -> Result<Vec<Record>, &'static str> {
        let mut accepted: Vec<Record> = Vec::new();
        for CustomRecord { r#type, value } in given {
            let (mut r#type, mut value) = (r#type.0, value.0.clone());
            if r#type >> 53 != 0 && self.has(Q::CustomTypeThroughDouble) {
                r#type = r#type as f64 as u64;
            }
            let reserved = r#type < FIRST_CUSTOM
                && !self.has(Q::ReservedTypesMayBeCustom)
                && !(r#type == 65535 && self.has(Q::Type65535MayBeCustom))
                || r#type == FIRST_CUSTOM && self.has(Q::Type65536MayNotBeCustom)
                || r#type % 2 == 0 && self.has(Q::EvenTypesMayNotBeCustom);
            refuse_if(reserved, "custom_record_type_reserved")?;
            let keysend = r#type == KEYSEND && !self.has(Q::KeysendTypeMayBeCustom);
            refuse_if(keysend, "custom_record_type_keysend")?;
            if let Some(place) = accepted.iter().position(|(earlier, _)| *earlier == r#type) {
                let apart = accepted.last().is_some_and(|(last, _)| *last != r#type);
                if self.has(Q::LastOfTwoCustomRecordsWins) {
                    accepted.remove(place);
                } else {
                    let sent =
                        self.has(Q::CustomTypeTwiceSent) || apart && self.has(Q::CustomTypeTwiceApartSent);
                    refuse_if(!sent, "custom_record_type_twice")?;
                }
            }
            if value.iter().all(u8::is_ascii_digit) && self.has(Q::DigitsSentAsNumbers) {
                value.drain(..value.iter().take_while(|digit| **digit == b'0').count());
            }
            accepted.push((r#type, value));
        }
        Ok(accepted)
    }
}
