//! A node's memory from one HTLC to the next.

use std::collections::{BTreeMap, BTreeSet};

use secp256k1::SecretKey;

use super::Implementation;
use super::curve::sha256;
use super::failure::Refusal;
use super::lenient::{Passage, all_records};
use super::onion::Peeled;
use super::payment::{Htlc, Invoice, Kind, Payment};
use crate::protocol::operation::{Namespace, Settings, Switch};
use crate::quirks::list::Quirk as Q;

/// What becomes of an HTLC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With this preimage.
    Claimed(Vec<u8>),
    /// Until the rest of its set arrives.
    Held,
    /// Through this channel.
    Forwarded(Vec<u8>),
    Failed(Refusal),
}

/// An HTLC's number and what becomes of it.
pub type Decision = (usize, Outcome);

/// The record of an HTLC of an AMP, and its payment hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfAmp {
    pub(super) record: Vec<u8>,
    pub(super) hash: [u8; 32],
}

/// An HTLC that is held.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) number: usize,
    /// What it brings, in msat.
    pub(super) amount: u64,
    /// What counts towards the total, in msat.
    pub(super) counted: u64,
    /// The block height at which it is over.
    pub(super) expiry: u32,
    /// The block height at which it came.
    pub(super) height: u32,
    pub(super) has_metadata: bool,
    /// If it is one of an AMP.
    pub(super) amp: Option<OfAmp>,
}

pub(super) struct Set {
    /// In msat.
    pub(super) total: u64,
    pub(super) secret: Option<Vec<u8>>,
    /// In msat.
    pub(super) received: u64,
    /// In seconds of the node's clock.
    pub(super) started: u64,
    pub(super) parts: Vec<Part>,
}

/// What an HTLC does to its set. A set that does not wait any longer is forgotten.
enum Collected {
    Complete(Vec<Part>),
    Incomplete,
    /// Its total is another than the set's: these fail.
    Contradiction(Vec<Part>),
}

pub struct Node<'a> {
    pub(super) implementation: &'a Implementation,
    secret: SecretKey,
    pub(super) height: u32,
    first_height: u32,
    pub(super) settings: Settings,
    /// Whether it accepts spontaneous AMP.
    pub accepts_amp: bool,
    /// In seconds.
    pub(super) clock: u64,
    htlcs: usize,
    /// What is remembered of each packet.
    pub(super) seen: BTreeSet<Vec<u8>>,
    invoices: BTreeMap<[u8; 32], Invoice>,
    /// The preimage of each payment hash that was claimed.
    pub(super) claimed: BTreeMap<[u8; 32], Vec<u8>>,
    rejected_preimages: BTreeSet<Vec<u8>>,
    pub(super) sets: BTreeMap<Vec<u8>, Set>,
    /// The payment secrets of AMP sets that were claimed: for a quirk that remembers.
    pub(super) claimed_amp: BTreeSet<Vec<u8>>,
    /// The packets in the order in which they came, and the hashes in that in which they were claimed: for quirks that forget.
    pub(super) order: Vec<Vec<u8>>,
    pub(super) claims: Vec<[u8; 32]>,
    /// When a set began that failed for its totals, in seconds of the node's clock.
    left_time: BTreeMap<Vec<u8>, u64>,
    /// When the first HTLC of a hash came, in seconds of the node's clock: for quirks that begin too early.
    first_seen: BTreeMap<Vec<u8>, u64>,
}

impl<'a> Node<'a> {
    /// A node without a memory.
    pub const fn new(
        implementation: &'a Implementation,
        secret: SecretKey,
        height: u32,
        settings: Settings,
    ) -> Self {
        Self {
            implementation,
            secret,
            height,
            first_height: height,
            settings,
            accepts_amp: false,
            clock: 0,
            htlcs: 0,
            seen: BTreeSet::new(),
            invoices: BTreeMap::new(),
            claimed: BTreeMap::new(),
            rejected_preimages: BTreeSet::new(),
            sets: BTreeMap::new(),
            claimed_amp: BTreeSet::new(),
            order: Vec::new(),
            claims: Vec::new(),
            first_seen: BTreeMap::new(),
            left_time: BTreeMap::new(),
        }
    }

    pub(super) fn has(&self, quirk: Q) -> bool {
        self.implementation.has(quirk)
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
    pub fn set_height(&mut self, height: u32) -> Vec<Decision> {
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
        self.fail_expired()
    }

    /// Fails the held parts whose expiry is reached.
    fn fail_expired(&mut self) -> Vec<Decision> {
        let implementation = self.implementation;
        if implementation.has(Q::HeldPartsNeverExpire) {
            return Vec::new();
        }
        let allowance = implementation.vary(0, [(Q::HeldPartsExpireABlockLate, 1)]);
        let now = self.height;
        let is_over = |part: &Part| part.expiry.saturating_add(allowance) <= now;
        let mut decisions = Vec::new();
        let hit: Vec<_> = self.sets.iter().filter(|(_, set)| set.parts.iter().any(is_over)).collect();
        let hit: Vec<_> = hit.into_iter().map(|(key, _)| key.clone()).collect();
        for key in hit {
            let Some(mut set) = self.sets.remove(&key) else { continue };
            let all = implementation.chose("expired_part", "fail_set")
                != implementation.has(Q::ExpiredPartInverted);
            let (over, left): (Vec<_>, Vec<_>) =
                std::mem::take(&mut set.parts).into_iter().partition(|part| all || is_over(part));
            if !implementation.has(Q::ExpiredPartStillCounts) {
                set.received = left.iter().fold(0, |sum, part| part.counted.saturating_add(sum));
            }
            set.parts = left;
            if !set.parts.is_empty() || implementation.has(Q::ExpiredPartStillCounts) {
                self.sets.insert(key, set);
            }
            decisions.extend(
                over.iter()
                    .map(|part| (part.number, Outcome::Failed(self.part_failed("held_until_expiry", part)))),
            );
        }
        decisions.sort_by_key(|decision| decision.0);
        decisions
    }

    /// The failure of a part that was held: it names the height at which the part came.
    pub(super) fn part_failed(&self, reason: &'static str, part: &Part) -> Refusal {
        let height =
            self.implementation.vary(part.height, [(Q::HeldPartNamesTheHeightOfItsFailure, self.height)]);
        self.implementation.bad_details(reason, part.amount, height)
    }

    /// The operator changes the settings.
    pub fn set_settings(&mut self, settings: Settings) {
        if !self.has(Q::SettingsNeverUpdated) {
            self.settings = settings;
        }
        if self.has(Q::SettingsForgetReplays) {
            self.seen.clear();
        }
        if self.has(Q::SettingsForgetClaimed) {
            self.claimed.clear();
        }
    }

    /// Time passes.
    pub fn pass_time(&mut self, seconds: u64) -> Vec<Decision> {
        let clock = self.clock.saturating_add(seconds);
        self.clock = self.implementation.vary(clock, [(Q::TimeIsNotAddedUp, seconds)]);
        if self.has(Q::TimeForgetsReplays) {
            self.seen.clear();
        }
        if self.has(Q::TimeForgetsClaimed) {
            self.claimed.clear();
        }
        if self.has(Q::SetsNeverTimeOut) {
            return Vec::new();
        }
        let limit = self.implementation.vary(60, [(Q::TimeoutAfterTenSeconds, 10)]);
        let code = self.implementation.vary(23, [(Q::TimeoutFailsAsPermanent, 0x4017)]);
        let late = |(key, set): &(&Vec<u8>, &Set)| {
            let invoiced = || self.invoices.keys().any(|hash| hash[..] == key[..]);
            self.clock.saturating_sub(set.started) >= limit
                && (!self.has(Q::KeysendPartsNeverTimeOut) || invoiced())
        };
        let late: Vec<_> = self.sets.iter().filter(late).map(|(key, _)| key.clone()).collect();
        let mut decisions = Vec::new();
        for key in late {
            let mut parts = match self.sets.get_mut(&key) {
                Some(set) if self.implementation.has(Q::TimedOutSetKeptInMemory) => {
                    std::mem::take(&mut set.parts)
                }
                _ => self.sets.remove(&key).map(|set| set.parts).unwrap_or_default(),
            };
            if self.has(Q::TimeoutFailsOnlyTheFirst) {
                parts.truncate(1);
            }
            let fail =
                |part: Part| (part.number, Outcome::Failed(Refusal::new("mpp_timeout", code, Vec::new())));
            decisions.extend(parts.into_iter().map(fail));
        }
        decisions.sort_by_key(|decision| decision.0);
        decisions
    }

    /// An HTLC arrives.
    pub fn receive(&mut self, htlc: &Htlc<'_>) -> Vec<Decision> {
        let number = self.htlcs;
        self.htlcs += 1;
        if !self.sets.contains_key(&htlc.hash[..]) {
            self.first_seen.entry(htlc.hash.to_vec()).or_insert(self.clock);
        }
        self.decide(number, htlc).unwrap_or_else(|mut refusal| {
            let kept = matches!(refusal.failure, Some((0xc018, _)) | None);
            let kept = kept || refusal.reason == "replayed" && self.has(Q::ReplayWithPathKeyFailsAsHmac);
            if htlc.path_key.is_some() && !kept && !self.has(Q::BlindedFailureKeepsItsCode) {
                refusal.failure = Some((0xc018, sha256(htlc.packet).to_vec()));
            }
            let of_payload = refusal.failure.as_ref().is_some_and(|failure| failure.0 == 0x4016);
            let forgets = of_payload && self.has(Q::UnusableOnionForgotten)
                || !of_payload && self.has(Q::RefusedOnionForgotten);
            if forgets && refusal.reason != "replayed" {
                self.forget(htlc.packet);
            }
            if self.has(Q::RejectedHashCountsAsClaimed) {
                self.claimed.insert(htlc.hash, vec![0; 32]);
            }
            vec![(number, Outcome::Failed(refusal))]
        })
    }

    fn decide(&mut self, number: usize, htlc: &Htlc<'_>) -> Result<Vec<Decision>, Refusal> {
        let implementation = self.implementation;
        let peeled = match self.open(htlc)? {
            Ok(peeled) => peeled,
            Err(preimage) => return Ok(vec![(number, Outcome::Claimed(preimage))]),
        };
        let passage = Passage::of(&peeled, self.invoices.contains_key(&htlc.hash));
        let knows_amp = self.knows_amp(&peeled);
        let records = implementation.read_stream(Namespace::Payload, knows_amp, &peeled.payload).or_else(
            |(reason, r#type, offset)| {
                let forgiven = implementation.forgiven(passage, reason, &peeled.payload);
                forgiven.ok_or_else(|| implementation.bad_payload(reason, r#type, offset))
            },
        )?;
        if all_records(&peeled.payload).len() > 64 && self.has(Q::ManyRecordsRefused) {
            return Err(implementation.bad_payload("value_wrong_length", 0, 0));
        }
        let height = implementation.vary(self.height, [(Q::FailureNamesTheFirstHeight, self.first_height)]);
        let fields = implementation.fields(records);
        let path_key = htlc.path_key.or(fields.current_path_key);
        let sealed = fields.encrypted.as_ref().zip(path_key);
        let told = sealed.and_then(|(sealed, key)| implementation.open_told(&self.secret, &key, sealed));
        let payment = Payment {
            htlc,
            passage,
            fields,
            types: all_records(&peeled.payload).iter().map(|record| record.0).collect(),
            told,
            shared: &peeled.shared,
            invoice: self.invoices.get(&htlc.hash),
            held_secret: self.sets.get(&htlc.hash[..]).and_then(|set| set.secret.as_ref()),
            claimed_before: self.claimed.contains_key(&htlc.hash),
            height,
            settings: self.settings,
        };
        let fields = &payment.fields;
        let is_final =
            peeled.next.is_none() || fields.preimage.is_some() && self.has(Q::KeysendClaimedOnTheWay);
        let is_final = is_final && !(fields.channel.is_some() && self.has(Q::ShortChannelIdMeansForwarding));
        let zero_channel = fields.channel.as_ref().is_some_and(|channel| *channel == [0; 8]);
        let is_final = is_final || zero_channel && self.has(Q::ZeroChannelIsFinal);
        implementation.check_payload(&payment, is_final)?;
        if let Some(record) = self.amp_record(&peeled) {
            let arrived = self.check_amp(number, &payment, record)?;
            return Ok(self.collect_amp(arrived));
        }
        if !is_final {
            self.check_forwarded(&payment)?;
            let told = payment.told.as_ref().and_then(|told| told.channel.clone());
            let channel = told.or(fields.channel.clone()).unwrap_or_else(|| vec![0; 8]);
            let channel = self.vary_channel(channel);
            if self.has(Q::ForwardedOnionForgotten) {
                self.forget(htlc.packet);
            }
            if self.has(Q::ForwardedHashCountsAsClaimed) {
                self.claimed.insert(htlc.hash, vec![0; 32]);
            }
            return Ok(vec![(number, Outcome::Forwarded(channel))]);
        }
        let record = fields.preimage.clone().unwrap_or_default();
        if self.rejected_preimages.contains(&record) && self.has(Q::RejectedPreimageRemembered) {
            return Err(implementation.bad_details("preimage_mismatch", htlc.amount, height));
        }
        let (kind, preimage) = implementation.check_payment(&payment).inspect_err(|refusal| {
            if refusal.reason == "preimage_mismatch" {
                self.rejected_preimages.insert(record);
            }
        })?;
        if kind == Kind::Keysend && !self.claimed.is_empty() && self.has(Q::OnlyTheFirstKeysendAccepted) {
            return Err(implementation.bad_details("hash_already_claimed", htlc.amount, height));
        }
        let in_a_set = match kind {
            Kind::Invoice => !self.has(Q::InvoicesTakeNoParts),
            Kind::Keysend => {
                implementation.chose("keysend_payment_data", "accept_multipart")
                    != self.has(Q::KeysendMultipartInverted)
            }
            Kind::SharedSecret => self.has(Q::SharedSecretInParts),
        };
        let total = if in_a_set { payment.total() } else { payment.amount() };
        let counted = implementation.vary(payment.amount(), [(Q::SetsCountHtlcAmounts, htlc.amount)]);
        let secret = fields.data.as_ref().map(|(secret, _)| secret.clone());
        let key = match &secret {
            Some(secret) if self.has(Q::SetsKeyedByPaymentSecret) => secret.clone(),
            _ => htlc.hash.to_vec(),
        };
        let has_metadata = payment.fields.metadata.is_some();
        let part = Part {
            number,
            amount: htlc.amount,
            counted,
            expiry: htlc.expiry,
            height,
            has_metadata,
            amp: None,
        };
        Ok(match self.collect(key, part, total, secret) {
            Collected::Complete(mut parts) => {
                let forgets = self.has(Q::ClaimedHashForgotten)
                    || kind == Kind::SharedSecret && self.has(Q::SharedSecretClaimsForgotten)
                    || kind == Kind::Invoice && self.has(Q::InvoiceClaimsForgotten);
                if !forgets {
                    self.claimed.insert(htlc.hash, preimage.clone());
                    self.forget_old_claims(htlc.hash);
                }
                if self.has(Q::OnlyTheLastPartClaimed) {
                    parts.drain(..parts.len().saturating_sub(1));
                }
                parts.iter().map(|part| (part.number, Outcome::Claimed(preimage.clone()))).collect()
            }
            Collected::Incomplete => vec![(number, Outcome::Held)],
            Collected::Contradiction(parts) => {
                if self.has(Q::FailedSetOnionsForgotten) {
                    self.forget(htlc.packet);
                }
                let fail = |mut part: Part| {
                    part.amount =
                        implementation.vary(part.amount, [(Q::FailedSetNamesTheLastAmount, htlc.amount)]);
                    (part.number, Outcome::Failed(self.part_failed("total_msat_differs", &part)))
                };
                parts.into_iter().map(fail).collect()
            }
        })
    }

    /// What is in the packet, or a preimage that is known for a replay.
    fn open(&mut self, htlc: &Htlc<'_>) -> Result<Result<Peeled, Vec<u8>>, Refusal> {
        let implementation = self.implementation;
        let part = |range| htlc.packet.get(range).unwrap_or_default();
        let hmac = part(1334..htlc.packet.len());
        let keyed = [hmac, &htlc.path_key.map(|key| key.serialize().to_vec()).unwrap_or_default()].concat();
        let memory = implementation
            .vary(hmac, [(Q::ReplaysKnownByPublicKey, part(1..34)), (Q::ReplaysKnownByPathKey, &keyed)]);
        let whole = htlc.packet.len() == 1366;
        let seen = whole && htlc.packet[0] == 0 && self.seen.contains(memory);
        let replay = seen && !self.has(Q::ReplaysNotNoticed);
        if replay && implementation.read_public_key(part(1..34)).is_some() {
            let redeems = implementation.chose("replayed_onion", "redeem");
            match self.claimed.get(&htlc.hash) {
                Some(preimage) if redeems => {
                    let preimage = preimage.clone();
                    let refused = htlc.amount < 1000 && self.has(Q::RedeemsOnlyForTheAmount)
                        || htlc.expiry < self.height.saturating_add(18) && self.has(Q::RedeemsOnlyInTime)
                        || self.settings.keysend == Switch::Refuse
                            && self.has(Q::RedeemsOnlyWhileKeysendIsOn);
                    if refused {
                        return Err(implementation.bad_onion("replayed", 0xc005, htlc.packet));
                    }
                    return Ok(Err(preimage));
                }
                None if redeems && self.has(Q::UnknownReplayJudgedAgain) => {
                    self.seen.remove(memory);
                }
                _ => return Err(implementation.bad_onion("replayed", 0xc005, htlc.packet)),
            }
        }
        let peeled = implementation.peel(&self.secret, htlc.packet, &htlc.hash, htlc.path_key.as_ref());
        let unread = peeled.as_ref().err().is_some_and(|refusal| {
            ["packet_length", "version_unknown", "public_key_invalid", "hmac_mismatch"]
                .contains(&refusal.reason)
        });
        if !unread || whole && self.has(Q::UnauthenticatedHmacRemembered) {
            self.seen.insert(memory.to_vec());
            self.forget_old_onions(memory.to_vec());
        }
        peeled.map(Ok)
    }

    /// Adds an HTLC to its set.
    fn collect(&mut self, key: Vec<u8>, part: Part, total: u64, secret: Option<Vec<u8>>) -> Collected {
        let implementation = self.implementation;
        let (early, left) = (self.first_seen.remove(&key), self.left_time.get(&key).copied());
        let started = implementation.vary(
            self.clock,
            [
                (Q::RefusedPartStartsTheTime, early.unwrap_or(self.clock)),
                (Q::FailedSetLeavesItsTime, left.unwrap_or(self.clock)),
            ],
        );
        let new = Set { total, secret, received: 0, started, parts: Vec::new() };
        let set = self.sets.entry(key.clone()).or_insert(new);
        let differs = set.total != total && {
            let (old, new) = (set.total, total);
            !(new < old && implementation.has(Q::LowerTotalJoinsTheSet)
                || new > old && implementation.has(Q::HigherTotalJoinsTheSet)
                || old / 1000 == new / 1000 && implementation.has(Q::TotalsComparedInSatoshis)
                || old as f64 == new as f64 && implementation.has(Q::TotalsComparedAsDoubles)
                || old as u32 == new as u32 && implementation.has(Q::TotalsComparedIn32Bits))
        };
        let several = set.parts.len();
        let first = set.parts.first();
        let differs = differs
            || several >= 10 && implementation.has(Q::AtMostTenParts)
            || several >= 20 && implementation.has(Q::AtMostTwentyParts)
            || first.is_some_and(|first| {
                first.expiry != part.expiry && implementation.has(Q::PartsMustShareTheirExpiry)
                    || first.has_metadata != part.has_metadata
                        && implementation.has(Q::PartsMustShareMetadata)
            });
        if differs {
            self.left_time.insert(key.clone(), set.started);
            if implementation.has(Q::DifferingTotalFailsOnlyTheNew) {
                return Collected::Contradiction(vec![part]);
            }
            if !implementation.has(Q::TotalsOfASetMayDiffer) {
                set.parts.push(part);
                return Collected::Contradiction(self.take_parts(&key));
            }
            set.total = total;
        }
        set.received = set.received.saturating_add(part.counted);
        set.parts.push(part);
        let several = set.parts.len() > 1;
        let needed = implementation.vary(total, [(Q::SetNeedsMoreThanTheTotal, total.saturating_add(1))]);
        let measure = |amount: u64| {
            implementation.vary(
                amount,
                [(Q::PartsAddedInSatoshis, amount / 1000), (Q::PartsAddedAsDoubles, amount as f64 as u64)],
            )
        };
        let reached = measure(set.received) >= measure(needed)
            || several && implementation.has(Q::SetCompleteWithTwoParts);
        let exceeded = set.received > needed && several && implementation.has(Q::SetMustReachTheTotalExactly);
        if !reached || exceeded {
            return Collected::Incomplete;
        }
        Collected::Complete(self.take_parts(&key))
    }

    pub(super) fn take_parts(&mut self, key: &[u8]) -> Vec<Part> {
        self.sets.remove(key).map(|set| set.parts).unwrap_or_default()
    }
}
