//! `node.sequence`: few payment hashes, so that events meet; parts of sets, replays, invoices, time and settings.

use sha2::{Digest, Sha256};

use super::payment;
use super::scope::Scope;
use crate::blueprint::onion::Payer;
use crate::blueprint::ordinary::{self, AMOUNT, HEIGHT};
use crate::blueprint::{Blueprint, Event, Htlc, Payee};
use crate::bolt4::HOP_PAYLOADS_LENGTH;
use crate::bolt4::payload::types;
use crate::differ::dice::Dice;
use crate::protocol::operation::{self as input, Switch};
use crate::protocol::value::Decimal;

/// One more event after those that there are.
pub fn more(node: &Payee, events: &mut Vec<Event>, scope: Scope, dice: &mut Dice) {
    if events.is_empty() {
        if let Blueprint::Sequence { events: new, .. } = sequence(scope, dice) {
            events.extend(new);
        }
        return;
    }
    let invoices = events.iter().filter_map(|event| match event {
        Event::Other(input::Event::Invoice { preimage, amount_msat, .. }) => {
            Some((*preimage.0.first()?, amount_msat.map(|amount| amount.0)))
        }
        _ => None,
    });
    let invoices = invoices.collect();
    let mut story = Story { node: node.clone(), events: std::mem::take(events), invoices, total: 2 * AMOUNT };
    story.next(dice);
    *events = story.events;
}

/// What a sequence is about.
struct Story {
    node: Payee,
    events: Vec<Event>,
    /// Invoices: the preimage's byte and the amount.
    invoices: Vec<(u8, Option<u64>)>,
    /// The last `total_msat`, which parts of a set share.
    total: u64,
}

/// `node.sequence`.
pub fn sequence(scope: Scope, dice: &mut Dice) -> Blueprint {
    let node = if dice.once_in(4) {
        payment::payee(false, scope, dice)
    } else {
        let settings = payment::settings(dice.once_in(3), scope, dice);
        Payee { secret: ordinary::node(0), height: HEIGHT, settings }
    };
    let total = dice.pick(&[2 * AMOUNT, 2 * AMOUNT, 3 * AMOUNT, AMOUNT]);
    let mut story = Story { node, events: Vec::new(), invoices: Vec::new(), total };
    if dice.once_in(2) {
        story.invoice(dice);
    }
    for _ in 0..1 + dice.below(6) {
        story.next(dice);
    }
    Blueprint::Sequence { amp: false, node: story.node, events: story.events }
}

const SECRET: [u8; 32] = [0x5e; 32];

impl Story {
    fn next(&mut self, dice: &mut Dice) {
        match dice.below(16) {
            0 => self.invoice(dice),
            1 => {
                // How near its expiry a node still holds an HTLC is its own choice: far from it, or beyond.
                let height = HEIGHT + dice.pick(&[1, 50, 144, 145, 1000]);
                self.events.push(Event::Other(input::Event::Height { height }));
            }
            2 | 3 => {
                // A set may take 60 seconds, and after a day it has failed. In between, nodes differ.
                let seconds = dice.pick(&[1, 5, 24 * 60 * 60]);
                self.events.push(Event::Other(input::Event::Time { seconds }));
            }
            4 => {
                let mut settings = self.node.settings;
                match dice.below(3) {
                    0 => settings.min_final_cltv_expiry_delta = dice.pick(&[18, 144, 145, 200]),
                    _ => settings.keysend = dice.pick(&[Switch::Accept, Switch::Refuse]),
                }
                self.events.push(Event::Other(input::Event::Settings { settings }));
            }
            5 | 6 => self.again(dice),
            _ => {
                let htlc = self.htlc(dice);
                self.events.push(Event::Htlc(htlc));
            }
        }
    }

    fn invoice(&mut self, dice: &mut Dice) {
        let mut byte = 1 + self.invoices.len() as u8;
        let [keysend, ..] = ordinary::PREIMAGE;
        if dice.once_in(4) && self.invoices.iter().all(|invoice| invoice.0 != keysend) {
            // An invoice for the hash that keysends pay, perhaps after one was paid.
            byte = keysend;
            if dice.once_in(2) {
                self.events.push(Event::Htlc(Htlc::default()));
            }
        }
        let amount =
            dice.pick(&[None, Some(AMOUNT), Some(2 * AMOUNT), Some(AMOUNT + 1), Some(AMOUNT / 2 - 1)]);
        self.invoices.push((byte, amount));
        self.events.push(Event::Other(input::Event::Invoice {
            preimage: [byte; 32].into(),
            payment_secret: SECRET.into(),
            amount_msat: amount.map(Decimal),
        }));
    }

    /// An HTLC that was there: the same packet, or one that differs in what should not or should matter.
    fn again(&mut self, dice: &mut Dice) {
        let htlcs = self.events.iter().enumerate().filter_map(|(at, event)| match event {
            Event::Htlc(htlc) => Some((at, htlc.clone())),
            Event::Other(_) => None,
        });
        let htlcs: Vec<_> = htlcs.collect();
        if htlcs.is_empty() {
            return;
        }
        let (at, mut htlc) = dice.pick(&htlcs);
        match dice.below(6) {
            0 | 1 => {}
            2 => {
                let other = htlc.onion.session().map_or(0, |number| (number + 1) % ordinary::KEYS);
                htlc.onion.payer = Payer::Ordinary(other);
            }
            3 => {
                // The same public key, another packet.
                htlc.onion.payload.put(77_777, [1]);
            }
            4 => htlc.onion.flip(34 + HOP_PAYLOADS_LENGTH, 1),
            _ => {
                // Somebody was faster with a packet of the same HMAC.
                htlc.onion.flip(34 + HOP_PAYLOADS_LENGTH - 1, 1);
                return self.events.insert(at, Event::Htlc(htlc));
            }
        }
        self.events.push(Event::Htlc(htlc));
    }

    fn htlc(&mut self, dice: &mut Dice) -> Htlc {
        let shared = self.node.settings.shared_secret != input::SharedSecret::Off && dice.once_in(3);
        let mut htlc = payment::htlc_like(shared, self.node.settings, dice);
        let invoice = (!self.invoices.is_empty() && dice.once_in(2)).then(|| dice.pick(&self.invoices));
        if let Some((byte, _)) = invoice {
            htlc.pays(Sha256::digest([byte; 32]).into());
            htlc.onion.payload = ordinary::payload(false);
            if dice.once_in(5) {
                // A keysend record that fits the invoice's hash, or does not.
                let record = [dice.pick(&[byte, byte, 9]); 32];
                htlc.onion.payload.put(types::KEYSEND_PREIMAGE, record);
            }
        }
        if invoice.is_some() || dice.once_in(3) {
            self.set_data(&mut htlc, dice);
        }
        if dice.once_in(6) {
            payment::plant(&mut htlc, &self.node, dice);
        }
        payment::keep_possible(&mut htlc);
        htlc
    }

    /// `payment_data`: mostly a part of the set that the others are parts of.
    fn set_data(&mut self, htlc: &mut Htlc, dice: &mut Dice) {
        let mut secret = SECRET;
        if dice.once_in(8) {
            secret[dice.pick(&[0, 31])] ^= 1;
        }
        if dice.once_in(6) {
            let amounts = [AMOUNT, 2 * AMOUNT, 2 * AMOUNT + 1, 2 * AMOUNT + 2, 4 * AMOUNT, 4 * AMOUNT + 1];
            self.total = dice.pick(&amounts);
        }
        let total = if dice.once_in(8) { self.total + 1 } else { self.total };
        let amount = dice.pick(&[AMOUNT, AMOUNT, AMOUNT, total, AMOUNT + 1, AMOUNT - 1, AMOUNT / 2]);
        htlc.payload().put_integer(types::AMT_TO_FORWARD, amount);
        htlc.amount = amount + dice.pick(&[0, 0, 0, 1, AMOUNT]);
        if !dice.once_in(10) {
            let data = ordinary::payment_data(secret, total);
            htlc.onion.payload.put(types::PAYMENT_DATA, data);
        }
    }
}
