//! The payers of both schemes, written to be bent.

use secp256k1::{PublicKey, SecretKey};

use super::curve::sha256;
use super::tlv::{FIRST_CUSTOM, KEYSEND, MAX_MSAT, Record};
use super::{Bent, Quirk as Q};

/// A hop of a route.
pub struct RouteHop {
    /// The node.
    pub node: PublicKey,
    /// `amt_to_forward`.
    pub amount: u64,
    /// `outgoing_cltv_value`.
    pub expiry: u32,
    /// `short_channel_id`.
    pub channel: Option<Vec<u8>>,
}

/// What the payer sends.
pub struct Sent {
    /// The preimage.
    pub preimage: Vec<u8>,
    /// The payment hash.
    pub payment_hash: [u8; 32],
    /// The last hop's payload.
    pub final_payload: Vec<u8>,
    /// The packet for the first hop.
    pub packet: Vec<u8>,
}

impl Bent {
    /// The payer's side of keysend. The error is the reason.
    pub fn send_keysend(
        &self,
        session_key: &SecretKey,
        preimage: &[u8],
        hops: &[RouteHop],
        custom: &[Record],
    ) -> Result<Sent, &'static str> {
        let mut preimage = preimage.to_vec();
        if preimage.len() != 32 {
            if preimage.len() > 32 && self.has(Q::LongPreimageSentCut)
                || preimage.len() < 32 && self.has(Q::ShortPreimageSentPadded)
            {
                preimage.resize(32, 0);
            } else if !self.has(Q::PreimageOfAnyLengthSent) {
                return Err("preimage_length");
            }
        }
        let payment_hash = self.sent_hash(&preimage);
        let mut value = preimage.clone();
        if self.has(Q::RecordHasTheHash) {
            value = payment_hash.to_vec();
        }
        if self.has(Q::RecordHasThePreimageReversed) {
            value.reverse();
        }
        if self.has(Q::RecordHasThePreimageInHex) {
            value = hex::encode(&value).into_bytes();
        }
        let r#type = if self.has(Q::KeysendTypeCutTo32Bits) {
            KEYSEND & 0xffff_ffff
        } else if self.has(Q::KeysendTypeOneMore) {
            KEYSEND + 1
        } else {
            KEYSEND
        };
        let record = (!self.has(Q::KeysendRecordMissing)).then_some((r#type, value));
        let payloads = self.payloads(hops, custom, record)?;
        self.finish(session_key, hops, payloads, preimage, payment_hash)
    }

    /// The payer's side of the shared-secret scheme. The error is the reason.
    pub fn send_shared_secret(
        &self,
        session_key: &SecretKey,
        x_only: bool,
        hops: &[RouteHop],
        custom: &[Record],
    ) -> Result<Sent, &'static str> {
        let mut payloads = self.payloads(hops, custom, None)?;
        let nodes: Vec<_> = hops.iter().map(|hop| hop.node).collect();
        let keys = self.hop_keys(session_key, &nodes).ok_or("session_key_invalid")?;
        let wanted = if self.has(Q::SecretOfTheFirstHop) { keys.first() } else { keys.last() };
        let mut shared = wanted.ok_or("no_hops")?.shared.clone();
        if self.has(Q::SecretOfTheUnblindedSessionKey) {
            shared = self.ecdh(nodes.last().ok_or("no_hops")?, session_key);
        }
        if nodes.len() > 1 && self.has(Q::SecretOfTheHopBeforeTheLast) {
            shared = keys[keys.len() - 2].shared.clone();
        }
        let preimage = self.derived_preimage(&shared, x_only);
        let payment_hash = self.sent_hash(&preimage);
        if self.has(Q::SharedSecretPaymentHasARecord) {
            payloads = self.payloads(hops, custom, Some((KEYSEND, preimage.clone())))?;
        }
        self.finish(session_key, hops, payloads, preimage, payment_hash)
    }

    fn sent_hash(&self, preimage: &[u8]) -> [u8; 32] {
        let mut hash = sha256(preimage);
        if self.has(Q::SentHashIsDouble) {
            hash = sha256(&hash);
        }
        if self.has(Q::SentHashReversed) {
            hash.reverse();
        }
        hash
    }

    fn finish(
        &self,
        session_key: &SecretKey,
        hops: &[RouteHop],
        payloads: Vec<Vec<u8>>,
        preimage: Vec<u8>,
        payment_hash: [u8; 32],
    ) -> Result<Sent, &'static str> {
        let nodes: Vec<_> = hops.iter().map(|hop| hop.node).collect();
        let slices: Vec<_> = payloads.iter().map(Vec::as_slice).collect();
        let data: &[u8] = if self.has(Q::AssociatedDataEmpty) {
            &[]
        } else if self.has(Q::AssociatedDataIsThePreimage) {
            &preimage
        } else {
            &payment_hash
        };
        let packet = self.construct(session_key, &nodes, &slices, data)?;
        let final_payload = payloads.last().cloned().unwrap_or_default();
        Ok(Sent { preimage, payment_hash, final_payload, packet })
    }

    fn payloads(
        &self,
        hops: &[RouteHop],
        custom: &[Record],
        record: Option<Record>,
    ) -> Result<Vec<Vec<u8>>, &'static str> {
        self.check_route(hops)?;
        let custom = self.check_custom(custom)?;
        let mut payloads: Vec<Vec<u8>> = Vec::new();
        for (index, hop) in hops.iter().enumerate() {
            let last = index == hops.len() - 1;
            let mut amount = hop.amount;
            let mut expiry = hop.expiry;
            if last && self.has(Q::FinalAmountOfTheFirstHop) {
                amount = hops[0].amount;
            }
            if last && self.has(Q::FinalExpiryOfTheFirstHop) {
                expiry = hops[0].expiry;
            }
            if expiry > 0xffff && self.has(Q::ExpirySentIn16Bits) {
                expiry &= 0xffff;
            }
            if amount > 0xffff_ffff && self.has(Q::AmountSentIn32Bits) {
                amount &= 0xffff_ffff;
            }
            let amount_record = (2, self.write_truncated(amount, 8));
            let expiry_record = (4, self.write_truncated(expiry.into(), 4));
            let mut records = vec![amount_record, expiry_record];
            if amount == 0 && self.has(Q::ZeroAmountLeftOut) {
                records.remove(0);
            }
            if expiry == 0 && self.has(Q::ZeroExpiryLeftOut) {
                records.retain(|record| record.0 != 4);
            }
            if self.has(Q::ExpiryBeforeAmount) {
                records.reverse();
            }
            if let Some(channel) = &hop.channel {
                let mut channel = channel.clone();
                if self.has(Q::ShortChannelIdLittleEndian) {
                    channel.reverse();
                }
                if self.has(Q::ShortChannelIdAsTruncated) {
                    channel = channel.iter().copied().skip_while(|byte| *byte == 0).collect();
                }
                if !self.has(Q::ShortChannelIdLeftOut) {
                    records.push((6, channel));
                }
            } else if last && self.has(Q::ZeroShortChannelIdAtTheFinalNode) {
                records.push((6, vec![0; 8]));
            }
            if last {
                self.add_final_records(&mut records, &custom, record.as_ref(), amount);
            }
            let mut payload = Vec::new();
            records.iter().for_each(|(r#type, value)| self.write_record(*r#type, value, &mut payload));
            payloads.push(payload);
        }
        if let (Some((r#type, value)), Some(first)) = (&record, payloads.first_mut())
            && hops.len() > 1
            && self.has(Q::KeysendRecordAtEveryHop)
        {
            self.write_record(*r#type, value, first);
        }
        Ok(payloads)
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
        let sorted = !(added.len() > 1 && self.has(Q::CustomRecordsNotSorted));
        if sorted {
            added.sort();
        }
        let place = added.iter().position(|(r#type, _)| *r#type > KEYSEND).unwrap_or(added.len());
        let place = if self.has(Q::KeysendRecordAlwaysLast) {
            added.len()
        } else if self.has(Q::KeysendRecordBeforeCustom) {
            0
        } else {
            place
        };
        added.splice(place..place, record.cloned());
        if self.has(Q::RecordsSortedAsText) {
            added.sort_by_key(|(r#type, _)| r#type.to_string());
        }
        if self.has(Q::RecordsSortedDescending) {
            added.sort_by_key(|(r#type, _)| std::cmp::Reverse(*r#type));
        }
        if added.iter().any(|(r#type, _)| r#type >> 32 != 0) && self.has(Q::RecordsSortedBy32Bits) {
            added.sort_by_key(|(r#type, _)| *r#type as u32);
        }
        if self.has(Q::EmptyCustomRecordsDropped) {
            added.retain(|(_, value)| !value.is_empty());
        }
        records.append(&mut added);
    }

    fn check_route(&self, hops: &[RouteHop]) -> Result<(), &'static str> {
        let Some((last, before)) = hops.split_last() else { return Err("no_hops") };
        if before.iter().any(|hop| hop.channel.is_none()) && !self.has(Q::MissingShortChannelIdSent) {
            return Err("short_channel_id_missing");
        }
        if last.channel.is_some() && !self.has(Q::ShortChannelIdAtTheFinalNodeSent) {
            return Err("short_channel_id_at_final_node");
        }
        let limit = if self.has(Q::SentAmountLimitOneTooLow) { MAX_MSAT } else { MAX_MSAT + 1 };
        if hops.iter().any(|hop| hop.amount >= limit) && !self.has(Q::SentAmountLimitMissing) {
            return Err("amount_too_large");
        }
        if hops.iter().any(|hop| hop.amount == 0) && self.has(Q::ZeroAmountNotSent) {
            return Err("amount_too_large");
        }
        Ok(())
    }

    fn check_custom(&self, custom: &[Record]) -> Result<Vec<Record>, &'static str> {
        let mut accepted: Vec<Record> = Vec::new();
        for (r#type, value) in custom {
            let reserved = *r#type < FIRST_CUSTOM && !(*r#type == 65535 && self.has(Q::Type65535MayBeCustom));
            if reserved && !self.has(Q::ReservedTypesMayBeCustom) {
                return Err("custom_record_type_reserved");
            }
            if *r#type == FIRST_CUSTOM && self.has(Q::Type65536MayNotBeCustom) {
                return Err("custom_record_type_reserved");
            }
            if r#type % 2 == 0 && self.has(Q::EvenTypesMayNotBeCustom) {
                return Err("custom_record_type_reserved");
            }
            if *r#type == KEYSEND && !self.has(Q::KeysendTypeMayBeCustom) {
                return Err("custom_record_type_keysend");
            }
            let neighbour = accepted.last().is_some_and(|(last, _)| last == r#type);
            if let Some(place) = accepted.iter().position(|(earlier, _)| earlier == r#type) {
                if self.has(Q::LastOfTwoCustomRecordsWins) {
                    accepted.remove(place);
                } else if !(self.has(Q::CustomTypeTwiceSent)
                    || !neighbour && self.has(Q::CustomTypeTwiceApartSent))
                {
                    return Err("custom_record_type_twice");
                }
            }
            let mut value = value.clone();
            if value.iter().all(u8::is_ascii_digit) && self.has(Q::DigitsSentAsNumbers) {
                value = value.into_iter().skip_while(|digit| *digit == b'0').collect();
            }
            accepted.push((*r#type, value));
        }
        Ok(accepted)
    }
}
