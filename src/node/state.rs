//! The node from one event to the next: which packets it has seen, what it has issued and claimed, and the sets of HTLCs
//! that are not complete. BOLT 4, "Basic Multi-Part Payments" and "Onion Decryption".

use std::collections::{BTreeMap, BTreeSet};

use super::blinded;
use super::policy::{ExpiredPart, Policies, ReplayedOnion, Settings};
use super::rules::{Invoice, Payment, first_broken};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::failure::Failure;
use crate::bolt4::payload::{Payload, PayloadNamespace};
use crate::bolt4::peel::{Incoming, Peeled, sha256_of_onion};
use crate::bolt4::{Blocks, Msat, PaymentHash, PaymentSecret, PeelError, Preimage, ShortChannelId};
use crate::node::policy::CustomEvenRecords;
use crate::scheme::amp::{self, AmpRecord};
use crate::scheme::{keysend, shared_secret};

/// After so many seconds an incomplete set is failed. BOLT 4, "Basic Multi-Part Payments": at least 60.
pub const MPP_TIMEOUT_SECONDS: u64 = 60;

/// An HTLC as `update_add_htlc` brings it.
#[derive(Debug, Clone, Copy)]
pub struct Htlc<'a> {
    /// `amount_msat`.
    pub amount: Msat,
    /// `cltv_expiry`.
    pub cltv_expiry: Blocks,
    /// `payment_hash`.
    pub payment_hash: PaymentHash,
    /// `onion_routing_packet`: 1366 bytes, or it is refused.
    pub packet: &'a [u8],
    /// `path_key`, if there is one.
    pub path_key: Option<PublicKey>,
}

/// Why an HTLC fails, and what goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejection {
    /// The stable name of the rule.
    pub reason: &'static str,
    /// The failure; none where none can be sent (a packet that is not 1366 bytes).
    pub failure: Option<Failure>,
}

/// What becomes of an HTLC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is claimed with this preimage.
    Claimed(Preimage),
    /// It waits for the rest of its set.
    Held,
    /// This node is not its final one.
    Forwarded(ShortChannelId),
    /// It fails.
    Failed(Rejection),
}

/// An outcome and the HTLC that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The HTLC's number: HTLCs count from 0 in the order of their arrival.
    pub htlc: usize,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What the HTLCs of a set have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SetKey {
    Hash(PaymentHash),
    Amp { payment_secret: [u8; 32], set_id: [u8; 32] },
}

/// HTLCs that do not reach their total yet.
#[derive(Debug, Clone)]
struct Set {
    total: Msat,
    payment_secret: Option<PaymentSecret>,
    started: u64,
    parts: Vec<Part>,
}

impl Set {
    fn received(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.amt_to_forward.0))
    }
}

#[derive(Debug, Clone, Copy)]
struct Part {
    htlc: usize,
    payment_hash: PaymentHash,
    amp: Option<AmpRecord>,
    amount: Msat,
    amt_to_forward: Msat,
    cltv_expiry: Blocks,
    /// The height at which it arrived, which its failure names.
    height: Blocks,
}

impl Part {
    /// Fails with PERM|15, which names the height at which the HTLC was received. BOLT 4, "Failure Messages".
    fn failed(self, reason: &'static str) -> Decision {
        let failure = Failure::IncorrectOrUnknownPaymentDetails { amount: self.amount, height: self.height };
        Decision { htlc: self.htlc, outcome: Outcome::Failed(Rejection { reason, failure: Some(failure) }) }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    secret: SecretKey,
    height: Blocks,
    settings: Settings,
    policies: Policies,
    amp: bool,
    clock: u64,
    htlcs: usize,
    received_hmacs: BTreeSet<[u8; 32]>,
    invoices: BTreeMap<PaymentHash, Invoice>,
    claimed: BTreeMap<PaymentHash, Preimage>,
    sets: BTreeMap<SetKey, Set>,
}

impl Node {
    /// A node without a memory.
    pub fn new(secret: SecretKey, height: Blocks, settings: Settings, policies: Policies) -> Self {
        Self {
            secret,
            height,
            settings,
            policies,
            amp: false,
            clock: 0,
            htlcs: 0,
            received_hmacs: BTreeSet::new(),
            invoices: BTreeMap::new(),
            claimed: BTreeMap::new(),
            sets: BTreeMap::new(),
        }
    }

    /// The same node, which accepts spontaneous AMP as well, whatever its settings.
    #[must_use]
    pub fn accepting_amp(self) -> Self {
        Self { amp: true, ..self }
    }

    /// The node issues an invoice.
    pub fn add_invoice(&mut self, invoice: Invoice) {
        self.invoices.insert(invoice.preimage.payment_hash(), invoice);
    }

    /// Blocks were found: HTLCs that are held fail once their expiry is reached, since whoever offered them may take them
    /// back from then on. BOLT 2, "Forwarding HTLCs" and "cltv_expiry_delta Selection".
    pub fn set_height(&mut self, height: Blocks) -> Vec<Decision> {
        self.height = height;
        let whole_set = self.policies.expired_part == ExpiredPart::FailSet;
        let expired = |part: &Part| part.cltv_expiry <= height;
        let mut failed = Vec::new();
        for set in self.sets.values_mut() {
            let all = whole_set && set.parts.iter().any(expired);
            failed.extend(set.parts.extract_if(.., |part| all || expired(part)));
        }
        self.sets.retain(|_, set| !set.parts.is_empty());
        failed.sort_unstable_by_key(|part| part.htlc);
        failed.into_iter().map(|part| part.failed("held_until_expiry")).collect()
    }

    /// The operator changes the settings.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Time passes: sets that have waited too long fail.
    pub fn pass_time(&mut self, seconds: u64) -> Vec<Decision> {
        self.clock = self.clock.saturating_add(seconds);
        let late = |set: &Set| self.clock - set.started >= MPP_TIMEOUT_SECONDS;
        let keys: Vec<_> = self.sets.iter().filter(|(_, set)| late(set)).map(|(key, _)| *key).collect();
        let rejection = Rejection { reason: "mpp_timeout", failure: Some(Failure::MppTimeout) };
        let mut decisions: Vec<_> = keys
            .iter()
            .filter_map(|key| self.sets.remove(key))
            .flat_map(|set| set.parts)
            .map(|part| Decision { htlc: part.htlc, outcome: Outcome::Failed(rejection) })
            .collect();
        decisions.sort_unstable_by_key(|decision| decision.htlc);
        decisions
    }

    /// An HTLC arrives. The decisions are those on it and on the HTLCs of its set, in order of their numbers.
    pub fn receive(&mut self, htlc: &Htlc<'_>) -> Vec<Decision> {
        let number = self.htlcs;
        self.htlcs += 1;
        let decided = |outcome| vec![Decision { htlc: number, outcome }];
        let peeled = match self.open(htlc) {
            Ok(peeled) => peeled,
            Err(outcome) => return decided(outcome),
        };
        let payment = match self.read(htlc, &peeled) {
            Ok(payment) => payment,
            Err(rejection) => return decided(Outcome::Failed(rejection)),
        };
        if let Some(rule) = first_broken(blinded::rules_for(&payment, peeled.is_final()), &payment) {
            let failure = rule.answer.failure(&payment);
            // BOLT 4, "Failure Messages": a path key in the payload of a node that is not the final one counts as well.
            let failure = if !peeled.is_final() && payment.payload.current_path_key.is_some() {
                Failure::InvalidOnionBlinding(sha256_of_onion(htlc.packet))
            } else {
                with_path_key(htlc, failure)
            };
            return decided(Outcome::Failed(Rejection { reason: rule.reason, failure: Some(failure) }));
        }
        let part = Part {
            htlc: number,
            payment_hash: payment.payment_hash,
            amp: payment.amp,
            amount: payment.amount,
            amt_to_forward: payment.amt_to_forward(),
            cltv_expiry: payment.cltv_expiry,
            height: payment.height,
        };
        if let (Some(amp), Some(data)) = (payment.amp, payment.payload.payment_data) {
            let key = SetKey::Amp { payment_secret: data.payment_secret.0, set_id: amp.set_id };
            return self.collect_amp(key, part, data.total_msat);
        }
        match (peeled.is_final(), payment.next_channel(), payment.kind()) {
            (false, Some(channel), _) => decided(Outcome::Forwarded(channel)),
            (true, _, Some(kind)) => {
                let total =
                    if payment.may_be_part_of_a_set() { payment.total() } else { part.amt_to_forward };
                let payment_secret = payment.payload.payment_data.map(|data| data.payment_secret);
                self.collect(kind.preimage(), part, total, payment_secret)
            }
            // The rules above have seen to it that these values are there.
            _ => decided(Outcome::Failed(Rejection { reason: "payment_hash_unknown", failure: None })),
        }
    }

    /// The packet rules, and the memory of packets that were seen.
    fn open(&mut self, htlc: &Htlc<'_>) -> Result<Peeled, Outcome> {
        let failed = |error: PeelError| {
            let failure = error.failure(htlc.packet).map(|failure| with_path_key(htlc, failure));
            Outcome::Failed(Rejection { reason: error.reason(), failure })
        };
        let incoming = Incoming::decode(htlc.packet).map_err(failed)?;
        if self.received_hmacs.contains(incoming.hmac()) {
            return Err(match (self.policies.replayed_onion, self.claimed.get(&htlc.payment_hash)) {
                (ReplayedOnion::Redeem, Some(preimage)) => Outcome::Claimed(*preimage),
                _ => {
                    let failure = Failure::InvalidOnionHmac(sha256_of_onion(htlc.packet));
                    Outcome::Failed(Rejection {
                        reason: "replayed",
                        failure: Some(with_path_key(htlc, failure)),
                    })
                }
            });
        }
        let peeled = incoming.peel(&self.secret, &htlc.payment_hash.0, htlc.path_key.as_ref());
        // An HMAC counts as received only once it was found right: else anyone could spend a payer's HMAC in advance.
        if !matches!(peeled, Err(PeelError::Hmac)) {
            self.received_hmacs.insert(*incoming.hmac());
        }
        peeled.map_err(failed)
    }

    /// Decodes the payload and looks up what the node knows of the payment.
    fn read<'a>(&'a self, htlc: &Htlc<'_>, peeled: &'a Peeled) -> Result<Payment<'a>, Rejection> {
        let namespace = PayloadNamespace {
            ignore_even_custom_records: self.policies.custom_even_records == CustomEvenRecords::Accept,
            // To a node before the last it is an unknown even type.
            amp: self.amp && peeled.is_final(),
        };
        let payload = Payload::decode(peeled.payload(), &namespace).map_err(|error| {
            // A payload has at most 1265 bytes, so that the offset fits.
            let failure = Failure::InvalidOnionPayload { r#type: error.r#type, offset: error.offset as u16 };
            Rejection { reason: error.rule.reason(), failure: Some(with_path_key(htlc, failure)) }
        })?;
        // What is there has the form: the payload was decoded.
        let amp = payload.amp.and_then(|value| AmpRecord::decode(value).ok());
        let payment_hash = htlc.payment_hash;
        Ok(Payment {
            amount: htlc.amount,
            cltv_expiry: htlc.cltv_expiry,
            payment_hash,
            has_path_key: htlc.path_key.is_some(),
            payload,
            stream: peeled.payload(),
            recipient_data: blinded::recipient_data(&self.secret, htlc.path_key, &payload),
            keysend: keysend::receive(&payload, &payment_hash),
            amp,
            shared_secret: self
                .settings
                .shared_secret
                .and_then(|profile| shared_secret::receive(&peeled.shared_point, profile, &payment_hash)),
            invoice: self.invoices.get(&payment_hash),
            claimed_before: self.claimed.contains_key(&payment_hash),
            held_secret: self.sets.get(&SetKey::Hash(payment_hash)).and_then(|set| set.payment_secret),
            height: self.height,
            settings: self.settings,
            policies: self.policies,
        })
    }

    /// Adds an HTLC that broke no rule to its set; claims the set when it is complete.
    fn collect(
        &mut self,
        preimage: Preimage,
        part: Part,
        total: Msat,
        payment_secret: Option<PaymentSecret>,
    ) -> Vec<Decision> {
        let new = Set { total, payment_secret, started: self.clock, parts: Vec::new() };
        let key = SetKey::Hash(part.payment_hash);
        let set = self.sets.entry(key).or_insert(new);
        set.parts.push(part);
        let differs = set.total != total;
        if !differs && set.received() < set.total.0 {
            return vec![Decision { htlc: part.htlc, outcome: Outcome::Held }];
        }
        let parts = self.sets.remove(&key).map(|set| set.parts).unwrap_or_default();
        if differs {
            return parts.into_iter().map(|part| part.failed("total_msat_differs")).collect();
        }
        self.claimed.insert(part.payment_hash, preimage);
        let claimed = |part: &Part| Decision { htlc: part.htlc, outcome: Outcome::Claimed(preimage) };
        parts.iter().map(claimed).collect()
    }

    /// Adds an HTLC to its AMP set; claims the set when it is complete, if the shares give the preimages. One with another total
    /// fails alone.
    fn collect_amp(&mut self, key: SetKey, part: Part, total: Msat) -> Vec<Decision> {
        let new = Set { total, payment_secret: None, started: self.clock, parts: Vec::new() };
        let set = self.sets.entry(key).or_insert(new);
        if set.total != total {
            return vec![part.failed("total_msat_differs")];
        }
        set.parts.push(part);
        if set.received() < total.0 {
            return vec![Decision { htlc: part.htlc, outcome: Outcome::Held }];
        }
        let parts = self.sets.remove(&key).map(|set| set.parts).unwrap_or_default();
        let children = parts.iter().filter_map(|part| Some((part.amp?, part.payment_hash)));
        match amp::reconstruct(&children.collect::<Vec<_>>()) {
            Some(preimages) => {
                let claimed = |(part, preimage): (&Part, Preimage)| {
                    self.claimed.insert(part.payment_hash, preimage);
                    Decision { htlc: part.htlc, outcome: Outcome::Claimed(preimage) }
                };
                parts.iter().zip(preimages).map(claimed).collect()
            }
            None => parts.into_iter().map(|part| part.failed("child_hash_mismatch")).collect(),
        }
    }
}

/// With a path key in `update_add_htlc` every failure is `invalid_onion_blinding`. BOLT 4, "Failure Messages".
fn with_path_key(htlc: &Htlc<'_>, failure: Failure) -> Failure {
    if htlc.path_key.is_some() {
        Failure::InvalidOnionBlinding(sha256_of_onion(htlc.packet))
    } else {
        failure
    }
}
