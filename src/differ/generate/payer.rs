//! `payer.sequence`: few payments, nodes and preimages, so that attempts meet. What is in flight, and what must not be asked any
//! more, depends on what the payer did: the story keeps count of that by docs/protocol.md, without the reference.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::bytes::one_byte;
use super::scope::Scope;
use crate::blueprint::ordinary::{self, AMOUNT, EXPIRY};
use crate::bolt1::SecretKey;
use crate::bolt4::construct::shared_secrets;
use crate::bolt4::return_packet::{create, obfuscate, pad_length};
use crate::bolt4::stream::{KeyType, key, mac};
use crate::bolt4::{HMAC_LENGTH, SharedSecret};
use crate::differ::dice::Dice;
use crate::node::Policies;
use crate::node::policy::{AttemptInFlight, FinalFailureWithoutPerm, KeysendRetryPreimage};
use crate::protocol::operation::{PayerEvent, PayerSequence, Scheme, SendHop};
use crate::protocol::value::{Decimal, Hex};

/// Nodes of this number and above are on the way; a payment ends at one of those below.
const FIRST_ON_THE_WAY: usize = 4;
const ON_THE_WAY: usize = 4;
const PAYMENTS: usize = 3;
const PERM: u16 = 0x4000;
const NODE: u16 = 0x2000;

/// Codes of BOLT 4, and codes that it does not have.
const CODES: [u16; 24] = [
    0x2002, 0x6002, 0x6003, 0xc004, 0xc005, 0xc018, 0x1007, 0x4008, 0x400a, 0x100c, 0x400f, 0x400f, 0x0012,
    0x0013, 0x1014, 0x0015, 0x4016, 0x0017, 0x2063, 0x4063, 0x8001, 0x0220, 0x0240, 0xffff,
];

struct Attempt {
    payment: usize,
    in_flight: bool,
    sent: bool,
    session_key: Hex,
    nodes: Vec<usize>,
    secrets: Vec<SharedSecret>,
    preimage: [u8; 32],
}

#[derive(Default)]
struct Payment {
    complete: bool,
    failed: bool,
    /// Whether each of the removed nodes had set PERM.
    removed: BTreeMap<usize, bool>,
    /// No text says what a payer does after a failure whose source is unknown.
    unknown: bool,
}

struct Story {
    policies: Policies,
    keysend: bool,
    payments: [Payment; PAYMENTS],
    attempts: Vec<Attempt>,
    invoices: Vec<[u8; 32]>,
    /// Nodes that failed for good: none has a `channel_update`.
    gone: Vec<usize>,
    events: Vec<PayerEvent>,
    /// How many session keys and preimages there were.
    fresh: u8,
    over: bool,
}

/// `payer.sequence`.
pub fn sequence(scope: Scope, dice: &mut Dice) -> PayerSequence {
    let keysend = !scope.bolt4 || !dice.once_in(3);
    let mut story = Story {
        policies: scope.policies,
        keysend,
        payments: Default::default(),
        attempts: Vec::new(),
        invoices: Vec::new(),
        gone: Vec::new(),
        events: Vec::new(),
        fresh: 0,
        over: false,
    };
    for _ in 0..2 + dice.below(12) {
        story.next(dice);
    }
    let scheme = if keysend { Scheme::Keysend } else { Scheme::SharedSecret };
    PayerSequence { scheme, events: story.events }
}

/// The bytes of a number that is not used otherwise, so that those of two numbers differ in the last byte alone now and then.
fn preimage(number: u8) -> [u8; 32] {
    let mut preimage = [number / 2 + 1; 32];
    preimage[31] = number;
    preimage
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Story {
    fn next(&mut self, dice: &mut Dice) {
        if self.over {
            return;
        }
        let in_flight: Vec<_> = (0..self.attempts.len()).filter(|at| self.attempts[*at].in_flight).collect();
        match dice.below(16) {
            0 => self.invoice(dice),
            1 | 2 => self.channel_update(dice),
            3..=8 if !in_flight.is_empty() => self.fail(dice.pick(&in_flight), dice),
            9 | 10 if !in_flight.is_empty() => self.fulfill(dice.pick(&in_flight), dice),
            _ => self.attempt(dice),
        }
    }

    fn invoice(&mut self, dice: &mut Dice) {
        let preimage = match self.attempts.last() {
            Some(last) if dice.once_in(2) => last.preimage,
            _ => self.fresh_preimage(),
        };
        self.invoices.push(preimage);
        self.events.push(PayerEvent::InvoicePaid { preimage: preimage.into() });
    }

    fn fresh_preimage(&mut self) -> [u8; 32] {
        self.fresh += 1;
        preimage(self.fresh)
    }

    fn channel_update(&mut self, dice: &mut Dice) {
        let removed = self.payments.iter().flat_map(|payment| payment.removed.keys());
        let mut nodes: Vec<_> = removed.copied().collect();
        if nodes.is_empty() || dice.once_in(4) {
            nodes.push(dice.below(FIRST_ON_THE_WAY + ON_THE_WAY));
        }
        let node = dice.pick(&nodes);
        if self.gone.contains(&node) {
            return;
        }
        self.payments.iter_mut().for_each(|payment| payment.removed.retain(|removed, _| *removed != node));
        self.events.push(PayerEvent::ChannelUpdate { public_key: ordinary::node_public(node).into() });
    }

    /// A route whose nodes are removed for no other payment alone.
    fn route(&self, payment: usize, dice: &mut Dice) -> Vec<usize> {
        let last = self.attempts.iter().rfind(|attempt| attempt.payment == payment);
        let mut nodes: Vec<usize> = match last {
            Some(last) if dice.once_in(3) => last.nodes.clone(),
            _ => {
                let mut nodes: Vec<_> = (FIRST_ON_THE_WAY..FIRST_ON_THE_WAY + ON_THE_WAY).collect();
                for at in (1..nodes.len()).rev() {
                    nodes.swap(at, dice.below(at + 1));
                }
                nodes.truncate(dice.pick(&[0, 1, 1, 2, 2, 3]));
                nodes.push(payment);
                nodes
            }
        };
        let own = &self.payments[payment].removed;
        let elsewhere = |node: &usize| self.payments.iter().any(|other| other.removed.contains_key(node));
        nodes.retain(|node| own.contains_key(node) || !elsewhere(node));
        nodes
    }

    fn attempt(&mut self, dice: &mut Dice) {
        let payment = dice.pick(&[0, 0, 0, 1, 1, 2]);
        if self.payments[payment].unknown {
            return;
        }
        let nodes = self.route(payment, dice);
        let fresh_key = ordinary::session(self.attempts.len()).encode().into();
        let session_key = match &self.attempts[..] {
            attempts if !attempts.is_empty() && dice.once_in(6) => {
                attempts[dice.below(attempts.len())].session_key.clone()
            }
            _ => fresh_key,
        };
        let used: Vec<_> =
            self.attempts.iter().map(|one| one.preimage).chain(self.invoices.clone()).collect();
        let mut preimage = match &used[..] {
            used if !used.is_empty() && dice.once_in(4) => dice.pick(used),
            _ => self.fresh_preimage(),
        };
        let hops = hops(&nodes, dice);
        let sent = self.is_sent(payment, &nodes, &session_key, &preimage);
        let secrets: Vec<_> = match SecretKey::decode(&session_key.0) {
            Ok(session_key) if sent => {
                let nodes = nodes.iter().map(|node| ordinary::node(*node).public_key());
                shared_secrets(&session_key, nodes)
            }
            _ => Vec::new(),
        };
        self.events.push(PayerEvent::Attempt {
            payment: payment as u32,
            session_key: session_key.clone(),
            preimage: self.keysend.then(|| preimage.into()),
            hops,
        });
        if let (false, Some(last)) = (self.keysend, secrets.last()) {
            preimage = digest(&last.0);
        }
        self.attempts.push(Attempt { payment, in_flight: sent, sent, session_key, nodes, secrets, preimage });
    }

    /// Whether the payer makes this attempt: none of the reasons of docs/protocol.md.
    fn is_sent(&self, payment: usize, nodes: &[usize], session_key: &Hex, preimage: &[u8; 32]) -> bool {
        let Payment { complete, failed, removed, .. } = &self.payments[payment];
        let sent = || self.attempts.iter().filter(|attempt| attempt.sent);
        let waits = self.policies.attempt_in_flight == AttemptInFlight::Wait;
        let may_repeat = self.policies.keysend_retry_preimage == KeysendRetryPreimage::Same;
        let repeats =
            |attempt: &Attempt| attempt.preimage == *preimage && !(may_repeat && attempt.payment == payment);
        let refused = *complete
            || *failed
            || waits && sent().any(|attempt| attempt.in_flight && attempt.payment == payment)
            || nodes.iter().any(|node| removed.contains_key(node))
            || self.keysend && (self.invoices.contains(preimage) || sent().any(repeats))
            || sent().any(|attempt| attempt.session_key == *session_key);
        !refused
    }

    fn fail(&mut self, at: usize, dice: &mut Dice) {
        let attempt = &mut self.attempts[at];
        attempt.in_flight = false;
        let hop = if dice.once_in(4) { attempt.nodes.len() - 1 } else { dice.below(attempt.nodes.len()) };
        let mut message = message(hop + 1 < attempt.nodes.len(), dice);
        let Some(mut packet) = create(&attempt.secrets[hop], &message, pad_length(message.len())) else {
            return;
        };
        match dice.below(24) {
            // A message that ends beyond the packet has no flags.
            0 => {
                packet[HMAC_LENGTH..HMAC_LENGTH + 2].fill(0xff);
                message.clear();
            }
            // Another end of the message, or bytes behind the pad: how it is read is the payer's policy, and the story is over.
            1 => {
                let length = &mut packet[HMAC_LENGTH + 1];
                *length = length.wrapping_add(dice.pick(&[0, 1, 255]));
                packet.extend([0; 4]);
                self.over = true;
            }
            _ => {}
        }
        let (hmac, body) = packet.split_at_mut(HMAC_LENGTH);
        hmac.copy_from_slice(&mac(&key(KeyType::Um, &attempt.secrets[hop].0), &[body]));
        attempt.secrets[..=hop].iter().rev().for_each(|secret| obfuscate(secret, &mut packet));
        let payment = &mut self.payments[attempt.payment];
        if dice.once_in(10) {
            let byte = dice.below(packet.len());
            packet[byte] ^= 1 << dice.below(8);
            payment.unknown = true;
        } else {
            let code = message.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
            let (perm, node) = (code & PERM != 0, attempt.nodes[hop]);
            if node == attempt.payment {
                let stops = self.policies.final_failure_without_perm == FinalFailureWithoutPerm::Stop;
                payment.failed |= perm || stops;
            } else if code & NODE != 0 {
                *payment.removed.entry(node).or_default() |= perm;
            }
            if perm && code & NODE != 0 {
                self.gone.push(node);
            }
        }
        self.events.push(PayerEvent::Failed { attempt: at, packet: Hex(packet) });
    }

    fn fulfill(&mut self, at: usize, dice: &mut Dice) {
        let right = self.attempts[at].preimage;
        let other = dice.below(self.attempts.len());
        let mut preimage = match dice.below(8) {
            0 => self.attempts[other].preimage,
            1 => digest(&right),
            2 => digest(&digest(&right)),
            _ => right,
        };
        match dice.below(12) {
            0 => one_byte(&mut preimage, dice),
            1 => preimage.reverse(),
            _ => {}
        }
        if preimage == right {
            let attempt = &mut self.attempts[at];
            attempt.in_flight = false;
            self.payments[attempt.payment].complete = true;
        }
        self.events.push(PayerEvent::Fulfilled { attempt: at, preimage: preimage.into() });
    }
}

/// A route of a payment: all of them deliver the same.
fn hops(nodes: &[usize], dice: &mut Dice) -> Vec<SendHop> {
    let count = nodes.len();
    let fee = dice.below(1000) as u64;
    let hop = |(place, node): (usize, &usize)| SendHop {
        public_key: ordinary::node_public(*node).into(),
        amt_to_forward: Decimal(AMOUNT + fee * (count - 1 - place) as u64),
        outgoing_cltv_value: EXPIRY + 40 * (count - 1 - place) as u32,
        short_channel_id: (place + 1 < count).then(|| ordinary::CHANNEL.into()),
    };
    nodes.iter().enumerate().map(hop).collect()
}

/// A failure message: a code, or less, or what follows it.
fn message(on_the_way: bool, dice: &mut Dice) -> Vec<u8> {
    let code = if on_the_way && dice.once_in(2) { NODE | 2 } else { dice.pick(&CODES) };
    let mut message = code.to_be_bytes().to_vec();
    match dice.below(6) {
        0 => {
            let length = dice.below(80);
            message.extend(dice.bytes(length));
        }
        1 => message.extend([0; 12]),
        2 if dice.once_in(3) => message.truncate(dice.below(2)),
        _ => {}
    }
    message
}
