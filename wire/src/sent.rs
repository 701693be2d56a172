//! What a node sent as a keysend, judged by its properties. The preimage and the session key are the node's own, so that
//! no case knows its bytes; what follows from them is what `keysend.send` answers.

use std::collections::HashSet;

use spontan::bolt1::SecretKey;
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::bolt4::{Blocks, Msat, PaymentHash, peel};
use spontan::scheme::keysend::{self, Record};
use spontan::scheme::{CustomRecord, RouteHop};

use crate::channel::Offer;

/// `min_final_cltv_expiry_delta`, in blocks, where no invoice says another one: BOLT 11.
const MIN_FINAL_CLTV: u32 = 18;

/// What the node was told to pay.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The payee's key.
    pub payee: &'a SecretKey,
    /// In msat.
    pub amount: u64,
    /// Custom records of the final payload.
    pub records: &'a [CustomRecord<'a>],
    /// The chain's height when it was told, in blocks.
    pub height: u32,
}

/// Judges one payment after the other.
#[derive(Debug, Default)]
pub struct Judge {
    hashes: HashSet<[u8; 32]>,
    preimages: HashSet<[u8; 32]>,
    keys: HashSet<[u8; 33]>,
}

impl Judge {
    /// The properties that the HTLC lacks, in words; none if all is as it should be.
    pub fn lacks(&mut self, offer: &Offer, told: &Told<'_>) -> Vec<String> {
        let mut lacks = Vec::new();
        if offer.amount != told.amount {
            lacks.push(format!("amount_msat is {}, and {} were to be paid", offer.amount, told.amount));
        }
        if offer.path_key {
            lacks.push("it has a path_key, without a blinded route".into());
        }
        if !self.hashes.insert(offer.hash) {
            lacks.push("its payment hash is that of an earlier payment".into());
        }
        if let Some(key) = offer.packet.get(1..34).and_then(|key| key.try_into().ok())
            && !self.keys.insert(key)
        {
            lacks.push("its packet has the ephemeral key of an earlier payment".into());
        }
        match peel(told.payee, &offer.packet, &offer.hash, None) {
            Ok(peeled) => {
                if !peeled.is_final() {
                    lacks.push("its packet goes on to another node: next_hmac is not zero".into());
                }
                self.payload(peeled.payload(), offer, told, &mut lacks);
            }
            Err(error) => lacks.push(format!("its packet does not open with the payee's key: {error}")),
        }
        lacks
    }

    fn payload(&mut self, stream: &[u8], offer: &Offer, told: &Told<'_>, lacks: &mut Vec<String>) {
        let payload =
            match Payload::decode(stream, &PayloadNamespace { ignore_even_custom_records: true, amp: false })
            {
                Ok(payload) => payload,
                Err(error) => {
                    return lacks.push(format!("its payload is not of BOLT 1's form: {}", error.rule));
                }
            };
        match payload.amt_to_forward {
            None => lacks.push("its payload has no amt_to_forward (type 2)".into()),
            Some(Msat(amount)) if amount != told.amount => {
                lacks.push(format!("amt_to_forward is {amount}, and {} were to be paid", told.amount));
            }
            Some(_) => {}
        }
        match payload.outgoing_cltv_value {
            None => lacks.push("its payload has no outgoing_cltv_value (type 4)".into()),
            Some(Blocks(value)) if value > offer.expiry => {
                lacks.push(format!("outgoing_cltv_value is {value}, above cltv_expiry, {}", offer.expiry));
            }
            Some(Blocks(value)) if value < told.height + MIN_FINAL_CLTV => lacks.push(format!(
                "outgoing_cltv_value is {value}, less than {MIN_FINAL_CLTV} blocks above the height, {}",
                told.height
            )),
            Some(_) => {}
        }
        match keysend::receive(&payload, &PaymentHash(offer.hash)) {
            Record::Absent => lacks.push("its payload has no keysend preimage (type 5482373484)".into()),
            Record::Differs => {
                lacks.push("SHA-256 of the keysend preimage is not the payment hash".into());
            }
            Record::Matches(_) => {}
        }
        let (Some(preimage), Some(Blocks(expiry))) = (payload.keysend_preimage, payload.outgoing_cltv_value)
        else {
            return;
        };
        if !self.preimages.insert(preimage.0) {
            lacks.push("its preimage is that of an earlier payment".into());
        }
        // The bytes that `keysend.send` answers, given what the node chose: each record once, minimal, sorted, no other.
        let hop = RouteHop {
            public_key: told.payee.public_key(),
            amt_to_forward: Msat(told.amount),
            outgoing_cltv_value: Blocks(expiry),
            short_channel_id: None,
        };
        match keysend::send(told.payee, &preimage, &[hop], told.records) {
            Ok(wanted) if wanted.final_payload != stream => lacks.push(format!(
                "its payload is {}, and should be {}",
                hex::encode(stream),
                hex::encode(&wanted.final_payload)
            )),
            Ok(_) => {}
            Err(error) => lacks.push(format!("no keysend can carry these records: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spontan::bolt1::tlv::encode_record;
    use spontan::bolt4::payload::{encode_amount, encode_blocks, types};
    use spontan::bolt4::{Hop, Preimage, construct};

    const HEIGHT: u32 = 800_000;
    const AMOUNT: u64 = 1000;
    const PREIMAGE: [u8; 32] = [7; 32];

    fn key(byte: u8) -> SecretKey {
        SecretKey::decode(&[byte; 32]).unwrap()
    }

    fn payload(amount: u64, expiry: u32, more: &[(u64, &[u8])]) -> Vec<u8> {
        let mut stream = Vec::new();
        encode_amount(types::AMT_TO_FORWARD, Msat(amount), &mut stream);
        encode_blocks(types::OUTGOING_CLTV_VALUE, Blocks(expiry), &mut stream);
        more.iter().for_each(|(kind, value)| encode_record(*kind, value, &mut stream));
        stream
    }

    fn good() -> Vec<u8> {
        payload(AMOUNT, HEIGHT + 40, &[(types::KEYSEND_PREIMAGE, &PREIMAGE)])
    }

    /// An HTLC with this payload for the payee, whose key is that of the byte 1.
    fn offer(payload: &[u8], session: u8) -> Offer {
        let hash = Preimage(PREIMAGE).payment_hash().0;
        let hop = Hop { public_key: key(1).public_key(), payload };
        let packet = construct(&key(session), &[hop], &hash).unwrap().to_vec();
        Offer { amount: AMOUNT, hash, expiry: HEIGHT + 40, packet, path_key: false }
    }

    fn lacks(judge: &mut Judge, offer: &Offer, records: &[CustomRecord<'_>]) -> String {
        judge.lacks(offer, &Told { payee: &key(1), amount: AMOUNT, records, height: HEIGHT }).join("; ")
    }

    #[test]
    fn what_is_as_it_should_be_lacks_nothing() {
        assert_eq!(lacks(&mut Judge::default(), &offer(&good(), 2), &[]), "");
        let record = (65537, &[1_u8, 2][..]);
        let stream = payload(AMOUNT, HEIGHT + 40, &[record, (types::KEYSEND_PREIMAGE, &PREIMAGE)]);
        let custom = [CustomRecord { r#type: record.0, value: record.1 }];
        assert_eq!(lacks(&mut Judge::default(), &offer(&stream, 2), &custom), "");
    }

    #[test]
    fn each_property_of_the_payload_is_judged() {
        let keysend = (types::KEYSEND_PREIMAGE, &PREIMAGE[..]);
        let not_minimal = [&[2, 3, 0][..], &good()[2..]].concat();
        let length = |length| payload(AMOUNT, HEIGHT + 40, &[(types::KEYSEND_PREIMAGE, &[7; 33][..length])]);
        for (stream, wanted) in [
            (payload(AMOUNT + 1, HEIGHT + 40, &[keysend]), "amt_to_forward is 1001"),
            (payload(AMOUNT, HEIGHT + 41, &[keysend]), "above cltv_expiry"),
            (payload(AMOUNT, HEIGHT + 17, &[keysend]), "less than 18 blocks above the height"),
            (payload(AMOUNT, HEIGHT + 40, &[]), "no keysend preimage"),
            (payload(AMOUNT, HEIGHT + 40, &[(keysend.0, &[8; 32])]), "is not the payment hash"),
            (length(31), "the length that its type asks for"),
            (length(33), "the length that its type asks for"),
            (good()[4..].to_vec(), "no amt_to_forward"),
            ([&good()[..4], &good()[9..]].concat(), "no outgoing_cltv_value"),
            (payload(AMOUNT, HEIGHT + 40, &[(65537, &[1]), keysend]), "and should be"),
            (payload(AMOUNT, HEIGHT + 40, &[keysend, (65537, &[1])]), "not above the one before it"),
            (not_minimal, "a truncated integer starts with a zero byte"),
        ] {
            let said = lacks(&mut Judge::default(), &offer(&stream, 2), &[]);
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        let custom = [CustomRecord { r#type: 65537, value: &[1] }];
        assert!(lacks(&mut Judge::default(), &offer(&good(), 2), &custom).contains("and should be"));
    }

    #[test]
    fn each_property_of_the_htlc_is_judged() {
        let judged = |change: &dyn Fn(&mut Offer)| {
            let mut offer = offer(&good(), 2);
            change(&mut offer);
            lacks(&mut Judge::default(), &offer, &[])
        };
        assert!(judged(&|offer| offer.amount += 1).contains("amount_msat is 1001"));
        assert!(judged(&|offer| offer.path_key = true).contains("path_key"));
        assert!(judged(&|offer| offer.hash[0] ^= 1).contains("does not open with the payee's key"));
        assert!(judged(&|offer| offer.packet[40] ^= 1).contains("does not open with the payee's key"));
        let hash = Preimage(PREIMAGE).payment_hash().0;
        let hops = [1, 3].map(|byte| Hop { public_key: key(byte).public_key(), payload: &[2, 1, 1] });
        let packet = construct(&key(2), &hops, &hash).unwrap().to_vec();
        assert!(judged(&|offer| offer.packet.clone_from(&packet)).contains("goes on to another node"));
    }

    #[test]
    fn what_comes_twice_is_noticed() {
        let mut judge = Judge::default();
        assert_eq!(lacks(&mut judge, &offer(&good(), 2), &[]), "");
        let again = lacks(&mut judge, &offer(&good(), 3), &[]);
        assert!(
            again.contains("payment hash is that of") && again.contains("preimage is that of"),
            "{again}"
        );
        assert!(!again.contains("ephemeral key"), "{again}");
        assert!(lacks(&mut judge, &offer(&good(), 2), &[]).contains("ephemeral key of an earlier payment"));
    }
}
