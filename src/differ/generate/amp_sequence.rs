//! `amp.sequence`: one set or two, whole or not, with other events between their HTLCs.

use super::bytes::one_byte;
use crate::blueprint::onion::Payer;
use crate::blueprint::ordinary::{self, AMOUNT, EXPIRY, HEIGHT};
use crate::blueprint::{Blueprint, Event, Hash, Htlc, Payee};
use crate::bolt4::payload::types;
use crate::differ::dice::Dice;
use crate::protocol::operation::{self as input, Settings, SharedSecret, Switch};
use crate::scheme::amp::{Child, split};

/// `amp.sequence`.
pub fn sequence(dice: &mut Dice) -> Blueprint {
    let keysend = dice.pick(&[Switch::Accept, Switch::Accept, Switch::Refuse]);
    let node = Payee::ordinary(Settings { keysend, ..ordinary::settings(SharedSecret::Off) });
    let mut htlcs = Vec::new();
    for number in 0..1 + dice.below(2) {
        htlcs.extend(set(number, dice));
    }
    if dice.once_in(2) {
        let (at, to) = (dice.below(htlcs.len()), dice.below(htlcs.len()));
        htlcs.swap(at, to);
    }
    let mut events = Vec::new();
    for (number, mut htlc) in htlcs.into_iter().enumerate() {
        if dice.once_in(5) {
            events.push(between(node.settings, dice));
        }
        htlc.onion.payer = Payer::Ordinary(number % ordinary::KEYS);
        events.push(Event::Htlc(htlc));
    }
    if dice.once_in(6) {
        let again = events.last().cloned();
        events.extend(again);
    }
    if dice.once_in(4) {
        events.push(between(node.settings, dice));
    }
    Blueprint::Sequence { amp: true, node, events }
}

/// The HTLCs of a set, perhaps with a fault. Each set has a payment secret of its own.
fn set(number: usize, dice: &mut Dice) -> Vec<Htlc> {
    let count = 1 + dice.below(4);
    let shares: Vec<_> = (1..count).map(|_| dice.bytes32()).collect();
    let indexes: Vec<_> = (0..count as u32).collect();
    let set_id = if dice.once_in(12) { [0; 32] } else { dice.bytes32() };
    let children = split(dice.bytes32(), set_id, &shares, &indexes);
    let total = AMOUNT * count as u64;
    let mut htlcs: Vec<_> = children.iter().map(|child| htlc(child, number, total)).collect();
    let at = dice.below(count);
    match dice.below(6) {
        0 if count > 1 => drop(htlcs.remove(at)),
        1 => htlcs.insert(at, htlcs[at].clone()),
        2 | 3 => spoil(&mut htlcs[at], number, total, dice),
        _ => {}
    }
    htlcs
}

fn htlc(child: &Child, number: usize, total: u64) -> Htlc {
    let mut htlc = Htlc { hash: Hash::Given(child.payment_hash.0), ..Htlc::default() };
    htlc.onion.payload = ordinary::payload(false);
    htlc.payload().put(types::PAYMENT_DATA, ordinary::payment_data(secret(number), total));
    htlc.payload().put(types::AMP, child.record.encode());
    htlc
}

fn secret(number: usize) -> [u8; 32] {
    [0x5e + number as u8; 32]
}

fn spoil(htlc: &mut Htlc, number: usize, total: u64, dice: &mut Dice) {
    let record = htlc.onion.payload.find(types::AMP).unwrap_or_default().to_vec();
    match dice.below(8) {
        0 => htlc.payload().records.retain(|record| record.r#type != types::PAYMENT_DATA),
        1 => {
            let other = total + dice.pick(&[1, AMOUNT]);
            htlc.payload().put(types::PAYMENT_DATA, ordinary::payment_data(secret(number), other));
        }
        2 => htlc.expiry = dice.pick(&[EXPIRY - 1, HEIGHT + 17, HEIGHT]),
        3 => htlc.amount = AMOUNT - 1,
        4 => {
            let length = dice.pick(&[32, 63, 64, 65]);
            let mut record = record;
            record.resize(length, 0);
            htlc.payload().put(types::AMP, record);
        }
        5 => htlc.payload().put(types::KEYSEND_PREIMAGE, ordinary::PREIMAGE),
        _ => {
            let mut record = record;
            one_byte(&mut record, dice);
            htlc.payload().put(types::AMP, record);
        }
    }
}

fn between(settings: Settings, dice: &mut Dice) -> Event {
    Event::Other(match dice.below(4) {
        0 => return Event::Htlc(Htlc::default()),
        1 => input::Event::Height { height: HEIGHT + dice.pick(&[1, 100, 1000]) },
        // A set may take 60 seconds, and after a day it has failed.
        2 => input::Event::Time { seconds: dice.pick(&[5, 24 * 60 * 60]) },
        _ => input::Event::Settings { settings: Settings { keysend: Switch::Refuse, ..settings } },
    })
}
