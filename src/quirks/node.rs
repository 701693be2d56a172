//! A node's memory from one HTLC to the next, written to be bent.

use std::collections::{BTreeMap, BTreeSet};

use secp256k1::{PublicKey, SecretKey};

use super::curve::sha256;
use super::explain::Kind;
use super::failure::Refused;
use super::onion::Peeled;
use super::rules::Payment;
use super::tlv::Known;
use super::{Bent, Quirk as Q};
use crate::protocol::operation::Settings;

/// An HTLC.
pub struct Htlc {
    /// `amount_msat`.
    pub amount: u64,
    /// `cltv_expiry`.
    pub expiry: u32,
    /// `payment_hash`.
    pub hash: [u8; 32],
    /// The packet.
    pub packet: Vec<u8>,
    /// `path_key`.
    pub path_key: Option<PublicKey>,
}

/// An invoice.
#[derive(Debug, Clone)]
pub struct Invoice {
    /// The preimage.
    pub preimage: Vec<u8>,
    /// The payment secret.
    pub payment_secret: Vec<u8>,
    /// The amount, if it names one.
    pub amount: Option<u64>,
}

/// What becomes of an HTLC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Claimed with this preimage.
    Claimed(Vec<u8>),
    /// Waits for the rest of its set.
    Held,
    /// For another node, through this channel.
    Forwarded(Vec<u8>),
    /// Fails.
    Failed(Refused),
}

/// An HTLC's number and what becomes of it.
pub type Decision = (usize, Outcome);

struct Set {
    total: u64,
    received: u64,
    started: u64,
    parts: Vec<(usize, u64)>,
}

/// A node.
pub struct Node<'a> {
    bent: &'a Bent,
    secret: SecretKey,
    height: u32,
    first_height: u32,
    settings: Settings,
    clock: u64,
    htlcs: usize,
    seen: BTreeSet<Vec<u8>>,
    invoices: BTreeMap<[u8; 32], Invoice>,
    claimed: BTreeMap<[u8; 32], Vec<u8>>,
    rejected_preimages: BTreeSet<Vec<u8>>,
    sets: BTreeMap<Vec<u8>, Set>,
}

impl<'a> Node<'a> {
    /// A node without a memory.
    pub fn new(bent: &'a Bent, secret: SecretKey, height: u32, settings: Settings) -> Self {
        Self {
            bent,
            secret,
            height,
            first_height: height,
            settings,
            clock: 0,
            htlcs: 0,
            seen: BTreeSet::new(),
            invoices: BTreeMap::new(),
            claimed: BTreeMap::new(),
            rejected_preimages: BTreeSet::new(),
            sets: BTreeMap::new(),
        }
    }

    fn has(&self, quirk: Q) -> bool {
        self.bent.has(quirk)
    }

    /// The node issues an invoice.
    pub fn add_invoice(&mut self, invoice: Invoice) {
        let hash = sha256(&invoice.preimage);
        if !(self.claimed.contains_key(&hash) && self.has(Q::InvoiceAfterPaymentForgotten)) {
            self.invoices.insert(hash, invoice);
        }
        if self.claimed.contains_key(&hash) && self.has(Q::InvoiceResetsClaimed) {
            self.claimed.remove(&hash);
        }
    }

    /// Blocks were found.
    pub fn set_height(&mut self, height: u32) {
        if !self.has(Q::HeightNeverUpdated) {
            self.height = height;
        }
        if self.has(Q::BlocksForgetReplays) {
            self.seen.clear();
        }
        if self.has(Q::BlocksForgetSets) {
            self.sets.clear();
        }
        if self.has(Q::BlocksForgetClaimed) {
            self.claimed.clear();
        }
    }

    /// The operator changes the settings.
    pub fn set_settings(&mut self, settings: Settings) {
        if !self.has(Q::SettingsNeverUpdated) {
            self.settings = settings;
        }
    }

    /// Time passes.
    pub fn pass_time(&mut self, seconds: u64) -> Vec<Decision> {
        self.clock = if self.has(Q::TimeIsNotAddedUp) { seconds } else { self.clock + seconds };
        let limit = if self.has(Q::TimeoutAfterTenSeconds) { 10 } else { 60 };
        if self.has(Q::SetsNeverTimeOut) {
            return Vec::new();
        }
        let late: Vec<_> = self
            .sets
            .iter()
            .filter(|(_, set)| self.clock.saturating_sub(set.started) >= limit)
            .filter(|(key, _)| {
                let invoiced = self.invoices.keys().any(|hash| hash[..] == key[..]);
                invoiced || !self.has(Q::KeysendPartsNeverTimeOut)
            })
            .map(|(key, _)| key.clone())
            .collect();
        let mut decisions = Vec::new();
        for key in late {
            let parts = match self.sets.get_mut(&key) {
                Some(set) if self.bent.has(Q::TimedOutSetKeptInMemory) => std::mem::take(&mut set.parts),
                _ => self.sets.remove(&key).map(|set| set.parts).unwrap_or_default(),
            };
            for (number, _) in parts {
                let refused = if self.has(Q::TimeoutFailsAsPermanent) {
                    Refused::new("mpp_timeout", 0x4017, Vec::new())
                } else {
                    Refused::new("mpp_timeout", 23, Vec::new())
                };
                decisions.push((number, Outcome::Failed(refused)));
                if self.has(Q::TimeoutFailsOnlyTheFirst) {
                    break;
                }
            }
        }
        decisions.sort_by_key(|decision| decision.0);
        decisions
    }

    /// An HTLC arrives.
    pub fn receive(&mut self, htlc: &Htlc) -> Vec<Decision> {
        let number = self.htlcs;
        self.htlcs += 1;
        self.decide(number, htlc).unwrap_or_else(|mut refused| {
            let kept = matches!(refused.failure, Some((0xc018, _)) | None);
            if htlc.path_key.is_some() && !kept && !self.has(Q::BlindedFailureKeepsItsCode) {
                refused.failure = Some((0xc018, sha256(&htlc.packet).to_vec()));
            }
            if self.has(Q::RejectedHashCountsAsClaimed) {
                self.claimed.insert(htlc.hash, vec![0; 32]);
            }
            vec![(number, Outcome::Failed(refused))]
        })
    }

    fn decide(&mut self, number: usize, htlc: &Htlc) -> Result<Vec<Decision>, Refused> {
        let bent = self.bent;
        let peeled = match self.open(htlc)? {
            Ok(peeled) => peeled,
            Err(preimage) => return Ok(vec![(number, Outcome::Claimed(preimage))]),
        };
        let records = bent
            .read_stream(Known::Payload, &peeled.payload)
            .map_err(|(reason, r#type, offset)| bent.bad_payload(reason, r#type, offset))?;
        let is_final = peeled.next.is_none();
        let height = if self.has(Q::FailureNamesTheFirstHeight) { self.first_height } else { self.height };
        let payment = Payment {
            htlc_amount: htlc.amount,
            htlc_expiry: htlc.expiry,
            hash: htlc.hash,
            path_key: htlc.path_key.is_some(),
            fields: bent.fields(&records),
            shared: &peeled.shared,
            invoice: self.invoices.get(&htlc.hash),
            claimed_before: self.claimed.contains_key(&htlc.hash),
            height,
            settings: self.settings,
        };
        let keysend_at_forwarder = !is_final && payment.fields.preimage.is_some();
        let is_final = is_final || keysend_at_forwarder && self.has(Q::KeysendClaimedOnTheWay);
        let is_final =
            is_final && !(payment.fields.channel.is_some() && self.has(Q::ShortChannelIdMeansForwarding));
        bent.check_payload(&payment, is_final)?;
        if !is_final {
            let channel = payment.fields.channel.clone().unwrap_or_else(|| vec![0; 8]);
            if self.has(Q::ForwardedHashCountsAsClaimed) {
                self.claimed.insert(htlc.hash, vec![0; 32]);
            }
            return Ok(vec![(number, Outcome::Forwarded(channel))]);
        }
        let record = payment.fields.preimage.clone().unwrap_or_default();
        if self.rejected_preimages.contains(&record) && self.has(Q::RejectedPreimageRemembered) {
            return Err(bent.bad_details("preimage_mismatch", htlc.amount, height));
        }
        let (kind, preimage) = match bent.check_payment(&payment) {
            Ok(explained) => explained,
            Err(refused) => {
                if refused.reason == "preimage_mismatch" {
                    self.rejected_preimages.insert(record);
                }
                return Err(refused);
            }
        };
        if kind == Kind::Keysend && !self.claimed.is_empty() && self.has(Q::OnlyTheFirstKeysendAccepted) {
            return Err(bent.bad_details("hash_already_claimed", htlc.amount, height));
        }
        let in_a_set = match kind {
            Kind::Invoice => !self.has(Q::InvoicesTakeNoParts),
            Kind::Keysend => {
                bent.chose("keysend_payment_data", "accept_multipart")
                    != self.has(Q::KeysendMultipartInverted)
            }
            Kind::SharedSecret => self.has(Q::SharedSecretInParts),
        };
        let total = if in_a_set { payment.total() } else { payment.amount() };
        let counted = if self.has(Q::SetsCountHtlcAmounts) { payment.htlc_amount } else { payment.amount() };
        let key = match &payment.fields.data {
            Some((secret, _)) if self.has(Q::SetsKeyedByPaymentSecret) => secret.clone(),
            _ => htlc.hash.to_vec(),
        };
        let part = (number, htlc.amount);
        Ok(self.collect(key, htlc.hash, preimage, part, counted, total))
    }

    /// The packet, or a preimage that is known for a replay.
    fn open(&mut self, htlc: &Htlc) -> Result<Result<Peeled, Vec<u8>>, Refused> {
        let mut memory = htlc.packet.get(1334..).unwrap_or_default().to_vec();

        if self.has(Q::ReplaysKnownByPublicKey) {
            memory = htlc.packet.get(1..34).unwrap_or_default().to_vec();
        }
        let whole = htlc.packet.len() == 1366;
        if whole && htlc.packet[0] == 0 && self.seen.contains(&memory) && !self.has(Q::ReplaysNotNoticed) {
            let readable = self.bent.read_public_key(&htlc.packet[1..34]).is_some();
            if readable && self.bent.chose("replayed_onion", "redeem") {
                if let Some(preimage) = self.claimed.get(&htlc.hash) {
                    return Ok(Err(preimage.clone()));
                }
                if self.has(Q::UnknownReplayJudgedAgain) {
                    self.seen.remove(&memory);
                    return self.open(htlc);
                }
            }
            if readable {
                return Err(self.bent.bad_onion("replayed", 0xc005, &htlc.packet));
            }
        }
        let peeled = self.bent.peel(&self.secret, &htlc.packet, &htlc.hash, htlc.path_key.as_ref());
        let unread = peeled.as_ref().err().is_some_and(|refused| {
            ["packet_length", "version_unknown", "public_key_invalid", "hmac_mismatch"]
                .contains(&refused.reason)
        });
        if !unread || whole && self.has(Q::UnauthenticatedHmacRemembered) {
            self.seen.insert(memory);
        }
        peeled.map(Ok)
    }

    /// Adds an HTLC to its set.
    fn collect(
        &mut self,
        key: Vec<u8>,
        hash: [u8; 32],
        preimage: Vec<u8>,
        part: (usize, u64),
        counted: u64,
        total: u64,
    ) -> Vec<Decision> {
        let clock = self.clock;
        let bent = self.bent;
        let new = Set { total, received: 0, started: clock, parts: Vec::new() };
        let set = self.sets.entry(key.clone()).or_insert(new);
        if !set.parts.is_empty() && bent.has(Q::TimeoutRestartsWithEachPart) {
            set.started = clock;
        }
        let differs = set.total != total;
        if differs && bent.has(Q::TotalsOfASetMayDiffer) {
            set.total = total;
        } else if differs && bent.has(Q::DifferingTotalFailsOnlyTheNew) {
            let refused = bent.bad_details("total_msat_differs", part.1, self.height);
            return vec![(part.0, Outcome::Failed(refused))];
        }
        set.received = set.received.saturating_add(counted);
        set.parts.push(part);
        if set.total != total {
            let parts = self.sets.remove(&key).map(|set| set.parts).unwrap_or_default();
            let fail = |(number, amount): (usize, u64)| {
                let amount = if bent.has(Q::FailedSetNamesTheLastAmount) { part.1 } else { amount };
                (number, Outcome::Failed(bent.bad_details("total_msat_differs", amount, self.height)))
            };
            return parts.into_iter().map(fail).collect();
        }
        let wanted = if bent.has(Q::SetNeedsMoreThanTheTotal) { total + 1 } else { total };
        let exact = set.received > wanted && set.parts.len() > 1 && bent.has(Q::SetMustReachTheTotalExactly);
        if set.received < wanted && !(set.parts.len() > 1 && bent.has(Q::SetCompleteWithTwoParts)) || exact {
            return vec![(part.0, Outcome::Held)];
        }
        let mut parts = set.parts.clone();
        self.sets.remove(&key);
        self.claimed.insert(hash, preimage.clone());
        if bent.has(Q::ClaimedHashForgotten) {
            self.claimed.remove(&hash);
        }
        if parts.len() > 1 && bent.has(Q::OnlyTheLastPartClaimed) {
            parts.drain(..parts.len() - 1);
        }
        parts.into_iter().map(|(number, _)| (number, Outcome::Claimed(preimage.clone()))).collect()
    }
}
