//! AMP over time: HTLCs that reach a node one after the other, and their sets.

use super::failure::Refusal;
use super::lenient::all_records;
use super::node::{Decision, Node, OfAmp, Outcome, Part, Set};
use super::onion::Peeled;
use super::payment::Payment;
use super::tlv::KEYSEND;
use crate::protocol::operation::Switch;
use crate::quirks::list::Quirk as Q;

/// The type of the record.
const AMP: u64 = 14;

/// An HTLC of an AMP that is right by itself.
pub struct Arrived {
    key: Vec<u8>,
    part: Part,
    total: u64,
    secret: Vec<u8>,
}

impl Node<'_> {
    /// Whether type 14 is known in this payload.
    pub(super) fn knows_amp(&self, peeled: &Peeled) -> bool {
        self.accepts_amp && (peeled.next.is_none() || self.has(Q::AmpKnownOnTheWay))
    }

    /// The record of an HTLC that counts as one of an AMP.
    pub(super) fn amp_record(&self, peeled: &Peeled) -> Option<Vec<u8>> {
        let records = all_records(&peeled.payload);
        let off = self.settings.keysend == Switch::Refuse && self.has(Q::AmpRefusedWithKeysend);
        let is_keysend =
            records.iter().any(|record| record.0 == KEYSEND) && self.has(Q::KeysendRecordBeforeAmp);
        let applies = self.accepts_amp && peeled.next.is_none() && !off && !is_keysend;
        let record = records.into_iter().find(|record| record.0 == AMP).map(|record| record.1);
        record.filter(|_| applies)
    }

    /// Judges an HTLC of an AMP alone. Its payload is one of a final node.
    pub(super) fn check_amp(
        &self,
        number: usize,
        p: &Payment<'_>,
        record: Vec<u8>,
    ) -> Result<Arrived, Refusal> {
        let implementation = self.implementation;
        let read = implementation.read_part(&record, 0);
        let read = read.map_err(|reason| implementation.bad_payload(reason, AMP, 0))?;
        let (amount, height) = (p.htlc.amount, p.height);
        let refuse = |reason| implementation.bad_details(reason, amount, height);
        let (secret, total) = match &p.fields.data {
            Some(data) => data.clone(),
            None if self.has(Q::AmpWithoutPaymentData) => (Vec::new(), p.amount()),
            None => return Err(refuse("payment_secret_missing")),
        };
        if read.set_id == [0; 32] && !self.has(Q::AmpSetIdZeroAccepted) {
            return Err(refuse("set_id_zero"));
        }
        if !self.has(Q::AmpExpiryNotChecked) {
            implementation.check_expiry(p)?;
        }
        if !self.has(Q::AmpNotComparedWithTheHtlc) {
            implementation.check_htlc(p)?;
        }
        let key = implementation.vary(
            [&secret[..], &read.set_id].concat(),
            [
                (Q::AmpSetsKeyedByPaymentSecret, secret.clone()),
                (Q::AmpSetsKeyedByPaymentHash, [&p.htlc.hash[..], b"amp"].concat()),
            ],
        );
        if self.claimed_amp.contains(&secret) && self.has(Q::AmpPaymentSecretOnce) {
            return Err(refuse("hash_already_claimed"));
        }
        if self.sets.keys().any(|other| other.len() == 64 && *other != key) && self.has(Q::AmpOneSetAtATime) {
            return Err(refuse("set_id_differs"));
        }
        let part = Part {
            number,
            amount,
            counted: p.amount(),
            expiry: p.htlc.expiry,
            height,
            has_metadata: p.fields.metadata.is_some(),
            amp: Some(OfAmp { record, hash: p.htlc.hash }),
        };
        Ok(Arrived { key, part, total, secret })
    }

    /// Adds it to its set.
    pub(super) fn collect_amp(&mut self, arrived: Arrived) -> Vec<Decision> {
        let Arrived { key, part, total, secret } = arrived;
        let implementation = self.implementation;
        let number = part.number;
        let new = Set { total, secret: None, received: 0, started: self.clock, parts: Vec::new() };
        let set = self.sets.entry(key.clone()).or_insert(new);
        if set.total != total && !implementation.has(Q::AmpTotalsMayDiffer) {
            let mut failed = vec![part];
            if implementation.has(Q::AmpDifferingTotalFailsTheSet) {
                failed.extend(self.take_parts(&key));
                failed.sort_by_key(|part| part.number);
            }
            return self.fail_amp("total_msat_differs", &failed);
        }
        let twice = set.parts.iter().any(|other| other.amp == part.amp);
        let most =
            implementation.vary(usize::MAX, [(Q::AmpAtMostTenParts, 10), (Q::AmpAtMostTwentyParts, 20)]);
        if twice && implementation.has(Q::AmpChildTwiceFailsAlone) || set.parts.len() >= most {
            return self.fail_amp("child_hash_mismatch", &[part]);
        }
        set.received = set.received.saturating_add(part.counted);
        set.parts.push(part);
        let needed =
            implementation.vary(set.total, [(Q::AmpSetNeedsMoreThanTheTotal, total.saturating_add(1))]);
        let exceeds = set.received > needed && implementation.has(Q::AmpSetMustReachTheTotalExactly);
        let complete = set.received >= needed && !exceeds;
        let tried = complete || implementation.has(Q::AmpClaimsBeforeTheTotal);
        if !tried {
            return vec![(number, Outcome::Held)];
        }
        let parts = set.parts.clone();
        let given: Vec<_> = parts.iter().filter_map(|part| part.amp.as_ref()).collect();
        let given: Vec<_> = given.iter().map(|amp| (&amp.record[..], &amp.hash[..])).collect();
        match implementation.claim_amp(&given) {
            Ok(mut preimages) => {
                self.take_parts(&key);
                if implementation.has(Q::AmpOnePreimageForAll) {
                    let first = preimages[0];
                    preimages.fill(first);
                }
                for (part, preimage) in parts.iter().zip(&preimages) {
                    if let Some(amp) = &part.amp {
                        self.claimed.insert(amp.hash, preimage.to_vec());
                    }
                }
                self.claimed_amp.insert(secret);
                let claimed = parts.iter().zip(preimages);
                claimed.map(|(part, preimage)| (part.number, Outcome::Claimed(preimage.to_vec()))).collect()
            }
            Err(_) if !complete => vec![(number, Outcome::Held)],
            Err(reason) => {
                if implementation.has(Q::AmpMismatchFailsTheLastAlone) {
                    let last = self.sets.get_mut(&key).and_then(|set| set.parts.pop());
                    return self.fail_amp(reason, last.as_slice());
                }
                let parts = self.take_parts(&key);
                self.fail_amp(reason, &parts)
            }
        }
    }

    fn fail_amp(&self, reason: &'static str, parts: &[Part]) -> Vec<Decision> {
        parts.iter().map(|part| (part.number, Outcome::Failed(self.part_failed(reason, part)))).collect()
    }
}
