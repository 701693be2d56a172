//! The payer over time: which attempts of a payment it makes, and what it learns from what comes back. bLIP 3, "Specification";
//! BOLT 4, "Receiving Failure Codes".
//!
//! Randomness and routes are arguments. The payer says whether an attempt may be made with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::bolt1::keys::PUBLIC_KEY_LENGTH;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::shared_secrets;
use crate::bolt4::failure::{NODE, PERM};
use crate::bolt4::{Packet, PaymentHash, Preimage, SharedSecret, return_packet};
use crate::node::Policies;
use crate::node::policy::{AttemptInFlight, FinalFailureWithoutPerm, KeysendRetryPreimage, ReturnPacketPad};
use crate::scheme::{Profile, RouteHop, SendError, keysend, shared_secret};

/// An attempt that the payer would make.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Which payment it is of.
    pub payment: u32,
    /// What the random source gave as the session key.
    pub session_key: SecretKey,
    /// What it gave as the preimage, for keysend. Without one it is a shared-secret payment.
    pub preimage: Option<Preimage>,
    /// The route, first hop first.
    pub hops: Vec<RouteHop>,
}

/// An attempt that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The payment hash for `update_add_htlc`.
    pub payment_hash: PaymentHash,
    /// The packet for the first hop.
    pub packet: Packet,
}

/// Why an attempt is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// The payment was made.
    #[error("an attempt of this payment was fulfilled")]
    PaymentComplete,
    /// The final node has failed it.
    #[error("the final node failed an attempt of this payment")]
    PaymentFailed,
    /// Another attempt may still be fulfilled.
    #[error("another attempt of this payment is in flight")]
    AttemptInFlight,
    /// A node on the route is out of consideration.
    #[error("a node of the route failed an attempt with the NODE bit")]
    NodeRemoved,
    /// The preimage is not fresh.
    #[error("the preimage was used before")]
    PreimageUsed,
    /// The session key is not fresh.
    #[error("the session key was used before")]
    SessionKeyUsed,
    /// The route cannot be paid along.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl NotSent {
    /// The reason in vectors and protocol.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::PaymentComplete => "payment_complete",
            Self::PaymentFailed => "payment_failed",
            Self::AttemptInFlight => "attempt_in_flight",
            Self::NodeRemoved => "node_removed",
            Self::PreimageUsed => "preimage_used",
            Self::SessionKeyUsed => "session_key_used",
            Self::Send(error) => error.reason(),
        }
    }
}

/// What a failure says: the hop that failed, from 0, and its message, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which hop failed.
    pub hop: usize,
    /// Its message, if one can be read.
    pub message: Option<Vec<u8>>,
}

/// What the payer knows of an attempt that was sent.
#[derive(Debug)]
struct Made {
    payment: u32,
    payment_hash: PaymentHash,
    nodes: Vec<[u8; PUBLIC_KEY_LENGTH]>,
    secrets: Vec<SharedSecret>,
    is_in_flight: bool,
}

/// What the payer knows of a payment.
#[derive(Debug, Default)]
struct Payment {
    is_complete: bool,
    has_failed: bool,
    /// The nodes that are out of consideration, and whether a `channel_update` brings them back.
    removed: BTreeMap<[u8; PUBLIC_KEY_LENGTH], bool>,
    preimages: BTreeSet<[u8; 32]>,
}

/// A payer.
#[derive(Debug, Default)]
pub struct Payer {
    policies: Policies,
    attempts: BTreeMap<usize, Made>,
    payments: BTreeMap<u32, Payment>,
    /// The preimages of invoices that were paid.
    invoices: BTreeSet<[u8; 32]>,
    session_keys: BTreeSet<[u8; 32]>,
}

impl Payer {
    /// A payer that has made no payment.
    pub fn new(policies: Policies) -> Self {
        Self { policies, ..Self::default() }
    }

    /// Makes an attempt, under a number that no other attempt has. One that is not sent leaves no trace.
    ///
    /// # Errors
    /// [`NotSent`], in the order of its variants.
    pub fn attempt(&mut self, number: usize, attempt: &Attempt) -> Result<Sent, NotSent> {
        self.may_send(attempt)?;
        let Attempt { payment, session_key, preimage, hops } = attempt;
        let (payment_hash, packet) = match preimage {
            Some(preimage) => {
                let sent = keysend::send(session_key, preimage, hops, &[])?;
                (sent.payment_hash, sent.packet)
            }
            None => {
                let sent = shared_secret::send(session_key, Profile::Bolt4, hops, &[])?;
                (sent.payment_hash, sent.packet)
            }
        };
        let nodes = hops.iter().map(|hop| hop.public_key.encode()).collect();
        let secrets = shared_secrets(session_key, hops.iter().map(|hop| hop.public_key));
        let made = Made { payment: *payment, payment_hash, nodes, secrets, is_in_flight: true };
        self.attempts.insert(number, made);
        let preimages = &mut self.payments.entry(*payment).or_default().preimages;
        preimages.extend(preimage.map(|preimage| preimage.0));
        self.session_keys.insert(session_key.encode());
        Ok(Sent { payment_hash, packet })
    }

    fn may_send(&self, attempt: &Attempt) -> Result<(), NotSent> {
        let of_payment = |made: &Made| made.payment == attempt.payment && made.is_in_flight;
        let waits = self.policies.attempt_in_flight == AttemptInFlight::Wait;
        let payment = self.payments.get(&attempt.payment);
        let is_removed = |hop: &RouteHop| {
            payment.is_some_and(|known| known.removed.contains_key(&hop.public_key.encode()))
        };
        if payment.is_some_and(|payment| payment.is_complete) {
            Err(NotSent::PaymentComplete)
        } else if payment.is_some_and(|payment| payment.has_failed) {
            Err(NotSent::PaymentFailed)
        } else if waits && self.attempts.values().any(of_payment) {
            Err(NotSent::AttemptInFlight)
        } else if attempt.hops.iter().any(is_removed) {
            Err(NotSent::NodeRemoved)
        } else if attempt.preimage.is_some_and(|preimage| self.has_used(&preimage, attempt.payment)) {
            Err(NotSent::PreimageUsed)
        } else if self.session_keys.contains(&attempt.session_key.encode()) {
            Err(NotSent::SessionKeyUsed)
        } else {
            Ok(())
        }
    }

    /// Whether a payment must not have this preimage. bLIP 3: MUST NOT, twice.
    fn has_used(&self, preimage: &Preimage, payment: u32) -> bool {
        let may_repeat = self.policies.keysend_retry_preimage == KeysendRetryPreimage::Same;
        let counts = |other: u32| other != payment || !may_repeat;
        self.invoices.contains(&preimage.0)
            || self
                .payments
                .iter()
                .any(|(other, known)| counts(*other) && known.preimages.contains(&preimage.0))
    }

    /// The HTLC of an attempt that is in flight fails with this return packet. None if there is no such attempt; no failure if its
    /// source is unknown.
    pub fn failed(&mut self, number: usize, packet: &[u8]) -> Option<Option<Failure>> {
        let made = self.attempts.get_mut(&number).filter(|made| made.is_in_flight)?;
        made.is_in_flight = false;
        let Some(opened) = return_packet::open(&made.secrets, packet) else { return Some(None) };
        let is_read = opened.is_well_padded() || self.policies.return_packet_pad == ReturnPacketPad::Ignore;
        let message = opened.failure_message().filter(|_| is_read).map(<[u8]>::to_vec);
        let code = message
            .as_ref()
            .and_then(|message| message.first_chunk())
            .map_or(0, |code| u16::from_be_bytes(*code));
        let payment = self.payments.entry(made.payment).or_default();
        let is_permanent = code & PERM != 0;
        if opened.hop + 1 == made.nodes.len() {
            let stops = self.policies.final_failure_without_perm == FinalFailureWithoutPerm::Stop;
            payment.has_failed |= is_permanent || stops;
        } else if code & NODE != 0 {
            let comes_back = payment.removed.entry(made.nodes[opened.hop]).or_insert(true);
            *comes_back &= !is_permanent;
        }
        Some(Some(Failure { hop: opened.hop, message }))
    }

    /// The HTLC of an attempt that is in flight is fulfilled with this preimage. None if there is no such attempt; false if the
    /// preimage is wrong. Then the attempt stays in flight, and the channel is to be failed (BOLT 2, "Removing an HTLC").
    pub fn fulfilled(&mut self, number: usize, preimage: &Preimage) -> Option<bool> {
        let made = self.attempts.get_mut(&number).filter(|made| made.is_in_flight)?;
        if preimage.payment_hash() != made.payment_hash {
            return Some(false);
        }
        made.is_in_flight = false;
        self.payments.entry(made.payment).or_default().is_complete = true;
        Some(true)
    }

    /// The payer has paid an invoice with this preimage.
    pub fn invoice_paid(&mut self, preimage: &Preimage) {
        self.invoices.insert(preimage.0);
    }

    /// A new `channel_update` has come for a channel of this node.
    pub fn channel_update(&mut self, node: &PublicKey) {
        for payment in self.payments.values_mut() {
            payment.removed.retain(|removed, comes_back| *removed != node.encode() || !*comes_back);
        }
    }
}
