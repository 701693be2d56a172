//! A case under way: which event it is at, what became of each HTLC, and the answer in the end.

use std::time::Instant;

use spontan::bolt1::PublicKey;
use spontan::bolt4::peel;
use spontan::protocol::operation::Event;
use spontan::protocol::output::{Decision, Outcome, Output, Sequence};
use spontan::protocol::{Content, Rejection};

use crate::Result;
use crate::case::Case;
use crate::channel::Htlc;
use crate::keys::sha256;
use crate::moves::Moves;
use crate::names::Names;
use crate::payload::preimages;
use crate::remake::{self, Remade, remake};

/// What a case waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Nothing: the next event can come.
    Nothing,
    /// What becomes of this HTLC.
    Htlc(usize),
    /// An invoice.
    Invoice,
    /// That held HTLCs of it may be decided too.
    Until(Instant),
}

/// An HTLC of a story.
#[derive(Debug)]
struct Sent {
    remade: Remade,
    /// `cltv_expiry` as the case has it.
    old_expiry: u32,
    /// The short channel id in its payload.
    next: Option<Vec<u8>>,
    /// Has the node answered?
    decided: bool,
}

/// A case under way.
#[derive(Debug)]
pub struct Story {
    case: Case,
    names: Names,
    salt: [u8; 32],
    fixed_delta: u32,
    /// The height as the case has it now, and the chain's.
    heights: (u32, u32),
    at: usize,
    sent: Vec<Sent>,
    outcomes: Vec<Vec<Decision>>,
    /// What it waits for.
    pub wait: Wait,
}

impl Story {
    /// Begins at this height of the chain. `salt` must be fresh.
    pub fn new(case: Case, salt: [u8; 32], fixed_delta: u32, start: u32) -> Self {
        let names = names(&case, sha256(&[&salt, b"mask"]));
        let outcomes = vec![Vec::new(); case.events.len()];
        let heights = (case.height, start);
        Self {
            case,
            names,
            salt,
            fixed_delta,
            heights,
            at: 0,
            sent: Vec::new(),
            outcomes,
            wait: Wait::Nothing,
        }
    }

    /// The payment hashes whose preimages are the case's own.
    pub fn fixed(&self) -> &[[u8; 32]] {
        self.names.fixed()
    }

    /// The event that comes next.
    pub fn event(&self) -> Option<&Event> {
        self.case.events.get(self.at)
    }

    /// The event is over.
    pub fn step(&mut self) {
        self.at += 1;
        self.wait = Wait::Nothing;
    }

    /// Back to the first event, with what was sent: for tests, which let the events happen before they are decided.
    pub fn rewind(&mut self) {
        self.at = 0;
    }

    /// The chain goes to a height of the case: the chain's own height for it, in blocks. What has expired there in the
    /// case has then expired on the chain too, whose expiries may be moved by more than its heights.
    pub fn go_to(&mut self, height: u32) -> u32 {
        let (case, chain) = self.heights;
        let target = chain.saturating_add(height.saturating_sub(case));
        let reached = self.sent.iter().filter(|sent| sent.old_expiry <= height);
        let target = reached.map(|sent| sent.remade.htlc.expiry).fold(target, u32::max);
        self.heights = (height, target);
        target
    }

    /// What an HTLC will pay and when it expires, to see beforehand whether a payer can add it.
    pub fn outlines(&self) -> Vec<Htlc> {
        let htlcs = self.case.events.iter().filter_map(|event| match event {
            Event::Htlc { htlc, .. } => Some(htlc),
            _ => None,
        });
        htlcs
            .map(|htlc| Htlc {
                amount: htlc.amount_msat.0,
                hash: [0; 32],
                expiry: self.moves_of(htlc.cltv_expiry).expiry(htlc.cltv_expiry),
                packet: Vec::new(),
                path_key: None,
            })
            .collect()
    }

    fn moves_of(&self, expiry: u32) -> Moves {
        let (case, chain) = self.heights;
        Moves::of(case, self.case.delta, expiry, self.fixed_delta, chain)
    }

    /// Remakes the HTLC of the event that it is at: its number and what is sent.
    ///
    /// # Errors
    /// If no `update_add_htlc` can carry it.
    pub fn remake(&mut self, node: &PublicKey) -> Result<(usize, Htlc)> {
        let Some(Event::Htlc { htlc, .. }) = self.case.events.get(self.at) else {
            return Err("the event is no HTLC".into());
        };
        let moves = self.moves_of(htlc.cltv_expiry);
        let mut remade = remake(htlc, &self.case.node, node, &self.salt, moves, &self.names)?;
        // A replay is the packet that was sent, also where an invoice has renamed a secret in it since.
        let same = |sent: &&Sent| {
            (sent.remade.old_packet_hash, sent.remade.htlc.hash) == (remade.old_packet_hash, remade.htlc.hash)
        };
        if let Some(earlier) = self.sent.iter().find(same) {
            remade.htlc.packet = earlier.remade.htlc.packet.clone();
        }
        let path_key = htlc.path_key.as_ref().and_then(|key| PublicKey::decode(&key.0).ok());
        let peeled = peel(&self.case.node, &htlc.packet.0, &htlc.payment_hash.0, path_key.as_ref()).ok();
        let next = peeled.and_then(|peeled| crate::payload::short_channel_id(peeled.payload()));
        let (sent, old_expiry) = (remade.htlc.clone(), htlc.cltv_expiry);
        self.sent.push(Sent { remade, old_expiry, next, decided: false });
        let number = self.sent.len() - 1;
        self.wait = Wait::Htlc(number);
        Ok((number, sent))
    }

    /// The node chose the payment secret of the invoice of this preimage.
    pub fn rename_secret(&mut self, preimage: &[u8; 32], old: [u8; 32], new: [u8; 32]) {
        self.names.rename_secret(preimage, old, new);
    }

    /// A preimage of an invoice as it is on the node.
    pub fn invoice(&self, preimage: &[u8; 32]) -> [u8; 32] {
        self.names.invoice(preimage)
    }

    /// The node answered an HTLC.
    pub fn said(&mut self, number: usize, said: &crate::channel::Said) {
        let Some(sent) = self.sent.get_mut(number) else { return };
        sent.decided = true;
        let outcome = crate::verdict::outcome(&sent.remade, said, sent.next.as_deref());
        self.decide(number, outcome);
    }

    /// The node holds an HTLC.
    pub fn held(&mut self, number: usize) {
        self.decide(number, Outcome::Held);
    }

    fn decide(&mut self, htlc: usize, outcome: Outcome) {
        if let Some(list) = self.outcomes.get_mut(self.at) {
            list.push(Decision { htlc, outcome });
            list.sort_by_key(|decision| decision.htlc);
        }
    }

    /// Whether the node holds some HTLC of it.
    pub fn holds(&self) -> bool {
        self.sent.iter().any(|sent| !sent.decided)
    }

    /// The answer, when all events are over.
    pub fn answer(&mut self) -> Content {
        let mut outcomes = std::mem::take(&mut self.outcomes);
        if self.case.sequence {
            return Content::of(Ok(Output::Sequence(Sequence { outcomes })));
        }
        match outcomes.pop().and_then(|mut list| list.pop()).map(|decision| decision.outcome) {
            Some(Outcome::Failed(rejection)) => Content::Reject(rejection),
            Some(outcome) => Content::of(Ok(Output::Receive(outcome))),
            None => {
                Content::Reject(Rejection { reason: "nothing was decided".into(), ..Rejection::default() })
            }
        }
    }
}

/// The names for a case: its hashes, and all preimages that its records and invoices hold.
fn names(case: &Case, mask: [u8; 32]) -> Names {
    let (mut hashes, mut found) = (Vec::new(), Vec::new());
    for event in &case.events {
        match event {
            Event::Htlc { htlc, .. } => {
                hashes.extend(<[u8; 32]>::try_from(htlc.payment_hash.0.as_slice()));
                let payload = remake::open(htlc, &case.node).unwrap_or_default();
                found.extend(preimages(&payload).map(<[u8]>::to_vec));
            }
            Event::Invoice { preimage, .. } => found.push(preimage.0.clone()),
            _ => {}
        }
    }
    Names::new(mask, hashes, found.iter().map(Vec::as_slice))
}
