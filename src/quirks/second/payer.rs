//! A payer over several attempts: which ones it makes, and what it learns from what comes back.

use std::collections::BTreeSet;

use secp256k1::PublicKey;

use super::Implementation;
use super::curve::sha256;
use super::returning::{Failure, is_known};
use super::send::{Order, OutgoingPayment};
use crate::quirks::list::Quirk as Q;

// BOLT 4, "Failure Messages": the flags of a code's top byte.
const BADONION: u16 = 0x8000;
const PERM: u16 = 0x4000;
const NODE: u16 = 0x2000;
const UPDATE: u16 = 0x1000;

/// An attempt that could be made.
pub struct Offer<'a> {
    pub payment: u32,
    pub order: Order<'a>,
    /// A keysend's preimage.
    pub preimage: Option<&'a [u8]>,
}

/// What an event led to.
pub enum Outcome {
    Sent { payment_hash: [u8; 32], packet: Vec<u8> },
    NotSent(&'static str),
    Returned(Option<Failure>),
    Paid,
    PreimageWrong,
    Noted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Refused,
    InFlight,
    Failed,
    Paid,
}

struct Attempt<'a> {
    offer: Offer<'a>,
    state: State,
    preimage: Vec<u8>,
    hash: [u8; 32],
}

impl Attempt<'_> {
    fn was_sent(&self) -> bool {
        self.state != State::Refused
    }

    fn route(&self) -> &[PublicKey] {
        &self.offer.order.nodes
    }
}

/// A node that a payment keeps away from.
struct Removed {
    payment: u32,
    node: PublicKey,
    permanent: bool,
    /// Where the node was, and on which route.
    place: usize,
    route: Vec<PublicKey>,
}

/// The payer's memory.
pub struct Payer<'a> {
    implementation: &'a Implementation,
    attempts: Vec<Attempt<'a>>,
    invoices: Vec<&'a [u8]>,
    complete: BTreeSet<u32>,
    failed: BTreeSet<u32>,
    removed: Vec<Removed>,
    /// The nodes of channel updates, and whether they were removed then.
    updated: Vec<(PublicKey, bool)>,
}

impl<'a> Payer<'a> {
    pub const fn new(implementation: &'a Implementation) -> Self {
        Self {
            implementation,
            attempts: Vec::new(),
            invoices: Vec::new(),
            complete: BTreeSet::new(),
            failed: BTreeSet::new(),
            removed: Vec::new(),
            updated: Vec::new(),
        }
    }

    fn has(&self, quirk: Q) -> bool {
        self.implementation.has(quirk)
    }

    /// The attempts of a payment that were sent.
    fn sent_of(&self, payment: u32) -> impl DoubleEndedIterator<Item = &Attempt<'a>> {
        self.attempts.iter().filter(move |attempt| attempt.was_sent() && attempt.offer.payment == payment)
    }

    /// The last attempt that was sent, or this one.
    fn last_sent(&self, at: usize) -> usize {
        self.attempts.iter().rposition(Attempt::was_sent).unwrap_or(at)
    }

    /// Makes an attempt, unless something speaks against it. The error is the reason why it cannot be made at all.
    pub fn attempt(&mut self, offer: Offer<'a>) -> Result<Outcome, &'static str> {
        let preimage = offer.preimage.unwrap_or_default().to_vec();
        if let Some(reason) = self.objection(&offer) {
            if reason == "payment_failed" && self.has(Q::FailedPaymentRefusedOnce) {
                self.failed.remove(&offer.payment);
            }
            self.attempts.push(Attempt { offer, state: State::Refused, preimage, hash: [0; 32] });
            return Ok(Outcome::NotSent(reason));
        }
        let OutgoingPayment { preimage, payment_hash, packet, .. } = self.send(&offer)?;
        if !self.removed.is_empty() && self.has(Q::RemovedNodesForgottenByTheNextAttempt) {
            self.removed.clear();
        }
        self.attempts.push(Attempt { offer, state: State::InFlight, preimage, hash: payment_hash });
        Ok(Outcome::Sent { payment_hash, packet })
    }

    fn send(&self, offer: &Offer<'a>) -> Result<OutgoingPayment, &'static str> {
        let first = self.sent_of(offer.payment).next();
        let (mut order, mut preimage) = (offer.order.clone(), offer.preimage);
        if let Some(first) = first {
            if self.has(Q::RetryAlongTheFirstRoute) {
                order = Order { session_key: order.session_key, ..first.offer.order.clone() };
            }
            if self.has(Q::RetryWithTheFirstSessionKey) {
                order.session_key = first.offer.order.session_key;
            }
            if preimage.is_some() && self.has(Q::RetryWithTheFirstPreimage) {
                preimage = Some(&first.preimage);
            }
        }
        let mut payment = match (preimage, first) {
            (Some(preimage), _) => self.implementation.send_keysend(&order, preimage)?,
            (None, Some(first)) if self.has(Q::RetryDerivesFromTheFirstKey) => {
                self.implementation.send_derived(&order, first.preimage.clone())?
            }
            (None, _) => self.implementation.send_shared_secret(&order, false)?,
        };
        if let Some(first) = first
            && self.has(Q::RetryHasTheFirstHash)
        {
            payment.payment_hash = first.hash;
        }
        Ok(payment)
    }

    /// The first reason against an attempt.
    fn objection(&self, offer: &Offer<'_>) -> Option<&'static str> {
        let speaks = |found: bool, reason| found.then_some(reason);
        speaks(self.is_complete(offer), "payment_complete")
            .or_else(|| speaks(self.has_failed(offer), "payment_failed"))
            .or_else(|| speaks(self.is_in_flight(offer), "attempt_in_flight"))
            .or_else(|| speaks(self.passes_a_removed_node(offer), "node_removed"))
            .or_else(|| speaks(self.has_used_the_preimage(offer), "preimage_used"))
            .or_else(|| speaks(self.has_used_the_key(offer), "session_key_used"))
    }

    /// Whether the payment was not tried along this route before.
    fn is_new_route(&self, offer: &Offer<'_>) -> bool {
        !self.sent_of(offer.payment).any(|attempt| attempt.route() == offer.order.nodes)
    }

    fn is_complete(&self, offer: &Offer<'_>) -> bool {
        if self.complete.is_empty() {
            return false;
        }
        let complete =
            self.complete.contains(&offer.payment) || self.has(Q::CompletePaymentHindersEveryOther);
        let missed = self.has(Q::CompletePaymentPaidAgain)
            || offer.payment == 0 && self.has(Q::PaymentZeroForgotten)
            || self.is_new_route(offer) && self.has(Q::CompletePaymentPaidAlongANewRoute);
        complete && !missed
    }

    fn has_failed(&self, offer: &Offer<'_>) -> bool {
        if self.failed.is_empty() {
            return false;
        }
        let failed = self.failed.contains(&offer.payment) || self.has(Q::FailedPaymentHindersEveryOther);
        let missed = offer.payment == 0 && self.has(Q::PaymentZeroForgotten)
            || self.is_new_route(offer) && self.has(Q::FailedPaymentTriedAlongANewRoute);
        failed && !missed
    }

    fn is_in_flight(&self, offer: &Offer<'_>) -> bool {
        let waits =
            self.implementation.chose("attempt_in_flight", "wait") != self.has(Q::InFlightPolicyInverted);
        let hinders = |attempt: &Attempt<'_>| {
            let flies = attempt.state == State::InFlight
                || attempt.state == State::Refused && self.has(Q::RefusedAttemptIsInFlight);
            let own = attempt.offer.payment == offer.payment;
            let missed = attempt.route() != offer.order.nodes && self.has(Q::InFlightAlongTheSameRouteOnly);
            flies && (own || self.has(Q::InFlightAcrossPayments)) && !missed
        };
        let last = self.attempts.iter().rfind(|attempt| attempt.offer.payment == offer.payment);
        let refused = last.is_some_and(|last| last.state == State::Refused);
        waits
            && self.attempts.iter().any(hinders)
            && !self.has(Q::InFlightNotAsked)
            && !(refused && self.has(Q::InFlightOfTheLastAttemptOnly))
    }

    fn passes_a_removed_node(&self, offer: &Offer<'_>) -> bool {
        let own: Vec<_> = self.removed.iter().filter(|removed| removed.payment == offer.payment).collect();
        let kept = if own.len() > 1 && self.has(Q::OnlyTheLastRemovedNodeRemembered) { 1 } else { own.len() };
        own.into_iter().rev().take(kept).any(|removed| self.passes(removed, &offer.order.nodes))
    }

    fn passes(&self, removed: &Removed, route: &[PublicKey]) -> bool {
        let missed = |place: usize| {
            place == 0 && self.has(Q::RemovedNodeMayBeTheFirstHop)
                || place > 0 && self.has(Q::RemovedNodeAskedAtTheFirstHopOnly)
                || place != removed.place && self.has(Q::RemovedNodeCountsAtItsPlaceOnly)
                || route != removed.route && self.has(Q::RemovedRouteAloneAvoided)
        };
        route.iter().enumerate().any(|(place, node)| *node == removed.node && !missed(place))
    }

    fn has_used_the_preimage(&self, offer: &Offer<'_>) -> bool {
        let Some(preimage) = offer.preimage else { return false };
        let same = |used: &[u8]| {
            used == preimage
                || used.len() == 32
                    && used[..31] == preimage[..31]
                    && self.has(Q::UsedPreimageLastByteNotCompared)
        };
        let retries =
            self.implementation.chose("keysend_retry_preimage", "same") != self.has(Q::RetryPreimageInverted);
        let last = self.last_sent(0);
        let last_own =
            self.attempts.iter().rposition(|one| one.was_sent() && one.offer.payment == offer.payment);
        let used = |(at, attempt): (usize, &Attempt<'_>)| {
            let counts = attempt.was_sent() || self.has(Q::RefusedAttemptUsesItsPreimage);
            if !counts || !same(&attempt.preimage) {
                return false;
            }
            let own = attempt.offer.payment == offer.payment;
            let may_repeat = if own {
                last_own == Some(at) || !self.has(Q::RetryPreimageOfTheLastAttemptOnly)
            } else {
                self.has(Q::RetryPreimageOfAnyPayment)
            };
            let missed = self.has(Q::PreimageUsedAgain)
                || !own && self.has(Q::PreimageOfAnotherPaymentUsedAgain)
                || at != last && self.has(Q::PreimageComparedWithTheLastAttemptOnly)
                || attempt.state == State::Failed && self.has(Q::PreimageOfAFailedAttemptUsedAgain)
                || attempt.state == State::Paid && self.has(Q::PreimageOfAPaidAttemptUsedAgain);
            !(missed || retries && may_repeat)
        };
        let invoices = self.invoices.len();
        let kept = if invoices > 1 && self.has(Q::OnlyTheLastInvoiceRemembered) { 1 } else { invoices };
        let own = self.sent_of(offer.payment).any(|attempt| attempt.preimage == preimage);
        let invoiced = self.invoices.iter().rev().take(kept).any(|invoice| same(invoice))
            && !self.has(Q::InvoicePreimageUsedAgain)
            && !(own && retries && self.has(Q::InvoicePreimageUsedAgainByARetry));
        invoiced || self.attempts.iter().enumerate().any(used)
    }

    fn has_used_the_key(&self, offer: &Offer<'_>) -> bool {
        let last = self.last_sent(0);
        self.attempts.iter().enumerate().any(|(at, attempt)| {
            let counts = attempt.was_sent() || self.has(Q::RefusedAttemptUsesItsKey);
            if !counts || attempt.offer.order.session_key != offer.order.session_key {
                return false;
            }
            let other = attempt.offer.payment != offer.payment;
            let missed = self.has(Q::SessionKeyUsedAgain)
                || other && self.has(Q::SessionKeyOfAnotherPaymentUsedAgain)
                || at != last && self.has(Q::SessionKeyComparedWithTheLastAttemptOnly)
                || attempt.state == State::Failed && self.has(Q::SessionKeyOfAFailedAttemptUsedAgain)
                || attempt.state == State::Paid && self.has(Q::SessionKeyOfAPaidAttemptUsedAgain)
                || self.failed.contains(&attempt.offer.payment)
                    && self.has(Q::FailedPaymentFreesItsSessionKeys)
                || attempt.route() != offer.order.nodes && self.has(Q::SessionKeyUsedAgainAlongANewRoute)
                || offer.preimage.is_some_and(|preimage| attempt.preimage != preimage)
                    && self.has(Q::SessionKeyUsedAgainForANewPreimage)
                || offer.preimage.is_some_and(|preimage| attempt.preimage == preimage)
                    && self.has(Q::SessionKeyUsedAgainWithItsPreimage);
            !missed
        })
    }

    /// The attempt of a number, if it is in flight.
    fn find(&self, number: usize) -> Option<usize> {
        let mut sent = (0..self.attempts.len()).filter(|at| self.attempts[*at].was_sent());
        let at = if self.has(Q::AttemptsNumberedAsTheyAreSent) { sent.nth(number)? } else { number };
        let at = if self.has(Q::AttemptsNumberedFrom1) { at.checked_sub(1)? } else { at };
        self.attempts.get(at).is_some_and(|attempt| attempt.state == State::InFlight).then_some(at)
    }

    /// What comes back for the HTLC of an attempt. None if there is none in flight.
    pub fn fail(&mut self, number: usize, packet: &[u8]) -> Option<Outcome> {
        let at = self.find(number)?;
        if at == 0 && self.has(Q::AttemptZeroForgotten) {
            return Some(Outcome::Returned(None));
        }
        let opened = self.open(at, packet);
        let unread = opened.as_ref().is_some_and(|failure| failure.message.is_none());
        if !(unread && self.has(Q::UnreadableFailureLeavesItInFlight)) {
            self.attempts[at].state = State::Failed;
        }
        if self.has(Q::FailureEndsEveryAttempt) {
            self.end_all();
        }
        let Some(mut failure) = opened else { return Some(Outcome::Returned(None)) };
        self.learn(at, &failure);
        if let Some(message) = &mut failure.message
            && self.has(Q::PayerKeepsTheCodeAlone)
        {
            message.truncate(2);
        }
        Some(Outcome::Returned(Some(failure)))
    }

    fn end_all(&mut self) {
        let flying = self.attempts.iter_mut().filter(|attempt| attempt.state == State::InFlight);
        flying.for_each(|attempt| attempt.state = State::Failed);
    }

    /// The failure, if a hop of the route made it.
    fn open(&self, at: usize, packet: &[u8]) -> Option<Failure> {
        let (last, payment) = (self.last_sent(at), self.attempts[at].offer.payment);
        let first = self.attempts.iter().position(|one| one.was_sent() && one.offer.payment == payment);
        let whole = self.implementation.vary(
            at,
            [
                (Q::FailureOpenedWithTheLastAttempt, last),
                (Q::FailureOpenedWithTheFirstAttempt, first.unwrap_or(at)),
            ],
        );
        let key = self.implementation.vary(whole, [(Q::FailureOpenedWithTheLastKey, last)]);
        let route = self.implementation.vary(whole, [(Q::FailureOpenedAlongTheLastRoute, last)]);
        let session_key = &self.attempts[key].offer.order.session_key;
        let keys = self.implementation.hop_keys(session_key, self.attempts[route].route())?;
        let secrets: Vec<_> = keys.into_iter().map(|keys| keys.shared.secret).collect();
        self.implementation.open_return(&secrets, packet).ok()
    }

    /// The code of a failure, or 0 if it has none.
    fn code(&self, message: &[u8]) -> u16 {
        let bytes = match message {
            [flags, number, ..] => [*flags, *number],
            [flags] if self.has(Q::FailureOfOneByteHasFlags) => [*flags, 0],
            _ => return 0,
        };
        let code = u16::from_be_bytes(bytes);
        let defined = match code {
            0x400f => 14,
            0x2002 | 0x6002 | 0x6003 | 0x4008..=0x400a => 2,
            _ => usize::MAX,
        };
        let ignored = !is_known(&bytes) && self.has(Q::UnknownFailureHasNoFlags)
            || message.len() == 2 && self.has(Q::FailureOfTwoBytesHasNoFlags)
            || message.len() > defined && self.has(Q::FailureWithExtraBytesHasNoFlags);
        match code {
            _ if ignored => 0,
            code if self.has(Q::FailureFlagsLittleEndian) => code.swap_bytes(),
            code => code,
        }
    }

    /// BOLT 4, "Receiving Failure Codes".
    fn learn(&mut self, at: usize, failure: &Failure) {
        let implementation = self.implementation;
        let code = self.code(failure.message.as_deref().unwrap_or_default());
        let perm = implementation.vary(PERM, [(Q::PermBitIs8000, BADONION), (Q::PermBitIs2000, NODE)]);
        let node = implementation.vary(NODE, [(Q::NodeBitIs1000, UPDATE), (Q::NodeBitIs4000, PERM)]);
        let (perm, node) = (code & perm != 0, code & node != 0);
        let latest = self.attempts.last().map_or(0, |attempt| attempt.offer.payment);
        let payment = self.attempts[at].offer.payment;
        let payment = implementation.vary(payment, [(Q::FailureCountsForTheLatestPayment, latest)]);
        let stops = implementation.chose("final_failure_without_perm", "stop");
        if self.is_final(at, failure.hop) {
            let fails = perm
                && !self.has(Q::PermOfTheFinalNodeIgnored)
                && !(code != 0x400f && self.has(Q::OnlyPaymentDetailsFailThePayment));
            let stops =
                stops != self.has(Q::FinalFailureInverted) || self.has(Q::EveryFinalFailureFailsThePayment);
            if fails || stops {
                self.failed.insert(payment);
            }
            if node && self.has(Q::FinalNodeRemoved) {
                self.remove(at, failure.hop, payment, perm);
            }
            return;
        }
        if perm && self.has(Q::PermOfAHopFailsThePayment) || stops && self.has(Q::StopsAtTheFailureOfAHop) {
            self.failed.insert(payment);
        }
        let ignored = if perm { Q::PermanentNodeFailureIgnored } else { Q::TemporaryNodeFailureIgnored };
        let removes = node && !self.has(Q::NodeFailureIgnored) && !self.has(ignored);
        let removes = removes
            || perm && self.has(Q::PermRemovesTheNode)
            || code & UPDATE != 0 && self.has(Q::UpdateRemovesTheNode)
            || code & BADONION != 0 && self.has(Q::BadOnionRemovesTheNode)
            || self.has(Q::EveryFailureRemovesTheNode);
        if removes {
            self.remove(at, failure.hop, payment, perm);
        }
    }

    /// Whether the hop is the final node.
    fn is_final(&self, at: usize, hop: usize) -> bool {
        let length = |at: usize| self.attempts[at].route().len();
        let first = self.sent_of(self.attempts[at].offer.payment).next();
        let length = self.implementation.vary(
            length(at),
            [
                (Q::FinalHopOfTheLastRoute, length(self.last_sent(at))),
                (Q::FinalHopOfTheFirstRoute, first.map_or(0, |first| first.route().len())),
            ],
        );
        let last = hop + 1 == length;
        let last = self
            .implementation
            .vary(last, [(Q::FinalHopOneTooEarly, hop + 2 == length), (Q::FinalHopBehindTheRoute, false)]);
        last && !(hop == 0 && self.has(Q::FirstHopIsNeverFinal))
    }

    fn remove(&mut self, at: usize, hop: usize, payment: u32, permanent: bool) {
        let route = self.attempts[at].route().to_vec();
        let places = match hop {
            hop if self.has(Q::NodeBehindTheFailingOneRemoved) => hop + 1..hop + 2,
            hop if self.has(Q::NodeBeforeTheFailingOneRemoved) => hop.saturating_sub(1)..hop,
            _ if self.has(Q::EveryNodeOfTheRouteRemoved) => 0..route.len() - 1,
            hop => hop..hop + 1,
        };
        let latest = self.attempts[self.last_sent(at)].route().to_vec();
        let named = self.implementation.vary(&route, [(Q::NodeOfTheLastRouteRemoved, &latest)]);
        for place in places {
            let Some(node) = named.get(place).copied() else { continue };
            let known = |restored: bool| self.updated.contains(&(node, restored));
            let kept = known(true) && self.has(Q::RestoredNodeNotRemovedAgain)
                || known(false) && self.has(Q::EarlierUpdateKeepsTheNode);
            if !kept {
                self.removed.push(Removed { payment, node, permanent, place, route: route.clone() });
            }
        }
    }

    /// A preimage comes for the HTLC of an attempt. None if there is none in flight.
    pub fn fulfill(&mut self, number: usize, preimage: &[u8]) -> Option<Outcome> {
        let at = self.find(number)?;
        let payment = self.attempts[at].offer.payment;
        if !self.fits(at, preimage) {
            if self.has(Q::WrongPreimageCompletesThePayment) {
                self.complete.insert(payment);
            }
            if self.has(Q::WrongPreimageEndsTheAttempt) {
                self.attempts[at].state = State::Failed;
            }
            return Some(Outcome::PreimageWrong);
        }
        let later = self.attempts[at + 1..].iter().any(|one| one.was_sent() && one.offer.payment == payment);
        self.attempts[at].state = State::Paid;
        if !(later && self.has(Q::SuccessOfAnEarlierAttemptForgotten)) {
            let counted = self.implementation.vary(payment, [(Q::AttemptCompletesItsNumber, number as u32)]);
            self.complete.insert(counted);
        }
        if self.has(Q::SuccessEndsEveryAttempt) {
            self.end_all();
        }
        if self.has(Q::SuccessRestoresRemovedNodes) {
            self.removed.clear();
        }
        Some(Outcome::Paid)
    }

    /// Whether the preimage is that of the attempt.
    fn fits(&self, at: usize, preimage: &[u8]) -> bool {
        let attempt = &self.attempts[at];
        let last = self.attempts[self.last_sent(at)].hash;
        let wanted =
            self.implementation.vary(attempt.hash, [(Q::ReceivedPreimageComparedWithTheLastAttempt, last)]);
        let hash = sha256(preimage);
        let hash = self.implementation.vary(hash, [(Q::ReceivedPreimageHashedTwice, sha256(&hash))]);
        let reversed: Vec<_> = preimage.iter().rev().copied().collect();
        let of_others = || self.attempts.iter().filter(|one| one.was_sent() && one.hash == hash);
        hash == wanted
            || self.has(Q::AnyPreimageAccepted)
            || preimage == wanted && self.has(Q::PaymentHashAcceptedAsPreimage)
            || sha256(&reversed) == wanted && self.has(Q::ReversedPreimageAccepted)
            || attempt.offer.preimage.is_none() && self.has(Q::DerivedPreimageNotChecked)
            || of_others().any(|one| one.offer.payment == attempt.offer.payment)
                && self.has(Q::PreimageOfAnotherAttemptAccepted)
            || of_others().any(|one| one.offer.payment != attempt.offer.payment)
                && self.has(Q::PreimageOfAnotherPaymentAccepted)
    }

    /// An invoice with this preimage was paid.
    pub fn invoice_paid(&mut self, preimage: &'a [u8]) {
        self.invoices.push(preimage);
        let same = self.attempts.iter().filter(|attempt| attempt.was_sent() && attempt.preimage == preimage);
        let payments: Vec<_> = same.map(|attempt| attempt.offer.payment).collect();
        if !payments.is_empty() && self.has(Q::PaidInvoiceCompletesThePayment) {
            self.complete.extend(payments);
        }
    }

    /// A channel of the node has a new `channel_update`.
    pub fn channel_update(&mut self, node: PublicKey) {
        let latest = self.attempts.last().map(|attempt| attempt.offer.payment);
        let last = self.removed.last().map(|removed| removed.node);
        let was_removed = self.removed.iter().any(|removed| removed.node == node);
        let mut removed = std::mem::take(&mut self.removed);
        removed.retain(|removed| {
            let missed = self.has(Q::ChannelUpdateIgnored)
                || Some(removed.payment) != latest && self.has(Q::ChannelUpdateForTheLatestPaymentOnly)
                || last != Some(node) && self.has(Q::ChannelUpdateForTheLastRemovedNodeOnly);
            let restored = removed.node == node && !removed.permanent && !missed;
            !restored && !self.has(Q::ChannelUpdateRestoresEveryNode)
        });
        let restored = was_removed && !removed.iter().any(|removed| removed.node == node);
        self.removed = removed;
        self.updated.push((node, restored));
        let ends_here = |attempt: &&Attempt<'_>| attempt.route().last() == Some(&node);
        let payments: Vec<_> =
            self.attempts.iter().filter(ends_here).map(|attempt| attempt.offer.payment).collect();
        if payments.iter().any(|payment| self.failed.contains(payment))
            && self.has(Q::ChannelUpdateRevivesThePayment)
        {
            self.failed.retain(|payment| !payments.contains(payment));
        }
    }
}
