//! The oracle of a node from one event to the next. The input is the node's secret key (32), the height (4), the settings (6)
//! and a byte for each policy as in `keysend_receive`, then the events: a byte for its kind, modulo 5, and
//! 0. an HTLC: path key (33), `amount_msat` (8), `cltv_expiry` (4), payment hash (32), the packet's length (2), the packet;
//! 1. an invoice: preimage (32), payment secret (32), whether it has an amount (1), the amount (8);
//! 2. a height (4); 3. seconds (4); 4. settings (6).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use spontan::reference;
use spontan::bolt4::PACKET_LENGTH;
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::protocol::Content;

use crate::payment::{POLICIES, Payment, Settings, choices};
use crate::{Checked, Finding, Second, Seen, agree, ensure};

/// More events are cut off: each HTLC costs an ECDH in each implementation.
const MOST_EVENTS: usize = 16;

/// What happens to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An HTLC arrives; of the payment, only what an HTLC has counts.
    Htlc(Box<Payment>),
    /// The node issues an invoice: preimage, payment secret, amount.
    Invoice([u8; 32], [u8; 32], Option<u64>),
    /// Blocks are found.
    Height(u32),
    /// Seconds pass.
    Time(u32),
    /// The operator changes the settings.
    Settings(Settings),
}

/// A node and its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The node's secret key.
    pub node_secret: [u8; 32],
    /// The height at the start.
    pub height: u32,
    /// The settings at the start.
    pub settings: Settings,
    /// What the implementation chose.
    pub policies: [u8; POLICIES],
    /// What happens.
    pub events: Vec<Event>,
}

impl Sequence {
    /// Reads an input; a cut event and what follows [`MOST_EVENTS`] are left out.
    pub fn read(input: &[u8]) -> Option<Self> {
        let (node_secret, rest) = input.split_first_chunk()?;
        let (height, rest) = rest.split_first_chunk()?;
        let (settings, rest) = rest.split_first_chunk()?;
        let (policies, mut rest) = rest.split_first_chunk()?;
        let mut sequence = Self {
            node_secret: *node_secret,
            height: u32::from_be_bytes(*height),
            settings: Settings::read(*settings),
            policies: *policies,
            events: Vec::new(),
        };
        while sequence.events.len() < MOST_EVENTS {
            let Some((event, tail)) = sequence.event(rest) else { break };
            sequence.events.push(event);
            rest = tail;
        }
        Some(sequence)
    }

    fn event<'a>(&self, bytes: &'a [u8]) -> Option<(Event, &'a [u8])> {
        let (kind, rest) = bytes.split_first()?;
        Some(match kind % 5 {
            0 => {
                let (path_key, rest) = rest.split_first_chunk()?;
                let (amount, rest) = rest.split_first_chunk()?;
                let (expiry, rest) = rest.split_first_chunk()?;
                let (hash, rest) = rest.split_first_chunk()?;
                let (length, rest) = rest.split_first_chunk()?;
                let (packet, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
                let payment = Payment {
                    node_secret: self.node_secret,
                    path_key: *path_key,
                    height: self.height,
                    settings: self.settings,
                    policies: self.policies,
                    amount: u64::from_be_bytes(*amount),
                    expiry: u32::from_be_bytes(*expiry),
                    hash: *hash,
                    packet: packet.to_vec(),
                };
                (Event::Htlc(Box::new(payment)), rest)
            }
            1 => {
                let (preimage, rest) = rest.split_first_chunk()?;
                let (secret, rest) = rest.split_first_chunk()?;
                let (has_amount, rest) = rest.split_first()?;
                let (amount, rest) = rest.split_first_chunk()?;
                let amount = (*has_amount != 0).then(|| u64::from_be_bytes(*amount));
                (Event::Invoice(*preimage, *secret, amount), rest)
            }
            2 => rest.split_first_chunk().map(|(n, rest)| (Event::Height(u32::from_be_bytes(*n)), rest))?,
            3 => rest.split_first_chunk().map(|(n, rest)| (Event::Time(u32::from_be_bytes(*n)), rest))?,
            _ => rest.split_first_chunk().map(|(s, rest)| (Event::Settings(Settings::read(*s)), rest))?,
        })
    }

    /// Writes an input.
    pub fn write(&self) -> Vec<u8> {
        let settings = self.settings.write();
        let mut out = [&self.node_secret[..], &self.height.to_be_bytes(), &settings, &self.policies].concat();
        for event in &self.events {
            match event {
                Event::Htlc(htlc) => {
                    out.push(0);
                    out.extend(htlc.path_key);
                    out.extend(htlc.amount.to_be_bytes());
                    out.extend(htlc.expiry.to_be_bytes());
                    out.extend(htlc.hash);
                    out.extend((htlc.packet.len() as u16).to_be_bytes());
                    out.extend(&htlc.packet);
                }
                Event::Invoice(preimage, secret, amount) => {
                    out.push(1);
                    out.extend([&preimage[..], secret, &[u8::from(amount.is_some())]].concat());
                    out.extend(amount.unwrap_or_default().to_be_bytes());
                }
                Event::Height(height) => out.extend([&[2], &height.to_be_bytes()[..]].concat()),
                Event::Time(seconds) => out.extend([&[3], &seconds.to_be_bytes()[..]].concat()),
                Event::Settings(settings) => out.extend([&[4], &settings.write()[..]].concat()),
            }
        }
        out
    }

    /// The operation's input.
    pub fn input(&self) -> Value {
        let event = |event: &Event| match event {
            Event::Htlc(htlc) => json!({"event": "htlc", "htlc": htlc.htlc()}),
            Event::Invoice(preimage, secret, amount) => {
                let mut invoice = json!({
                    "event": "invoice", "preimage": hex::encode(preimage), "payment_secret": hex::encode(secret),
                });
                if let Some(amount) = amount {
                    invoice["amount_msat"] = amount.to_string().into();
                }
                invoice
            }
            Event::Height(height) => json!({"event": "height", "height": height}),
            Event::Time(seconds) => json!({"event": "time", "seconds": seconds}),
            Event::Settings(settings) => json!({"event": "settings", "settings": settings.json()}),
        };
        json!({
            "node_secret": hex::encode(self.node_secret),
            "height": self.height,
            "settings": self.settings.json(),
            "events": self.events.iter().map(event).collect::<Vec<_>>(),
        })
    }

    fn htlcs(&self) -> Vec<&Payment> {
        let htlcs = self.events.iter().filter_map(|event| match event {
            Event::Htlc(htlc) => Some(&**htlc),
            _ => None,
        });
        htlcs.collect()
    }
}

/// A node's decisions are those of the second implementation; every HTLC is decided once; a claim has its hash's preimage, and
/// an invoice's is not given away before the whole total is there; a hash is claimed once unless the policies say
/// otherwise; and an HTLC that fails by itself leaves no trace.
pub fn check(bytes: &[u8], second: &Second) -> Checked {
    let Some(sequence) = Sequence::read(bytes) else {
        return Ok(Seen::skipped("too short for a node"));
    };
    let choices = choices(&sequence.policies);
    let answer = agree::ask("node.sequence", &sequence.input(), &choices, second)?;
    let Content::Accept(output) = answer else { return Ok(Seen::compared(1)) };
    let outcomes = output["outcomes"].as_array().cloned().unwrap_or_default();
    let may_repeat = choices.contains(&("claimed_hash_again", "settle"))
        || choices.contains(&("replayed_onion", "redeem"));
    invariants(&sequence, &outcomes, may_repeat)?;
    let mut seen = Seen::compared(2);
    if let Some(without) = first_that_failed_by_itself(&sequence, &outcomes) {
        no_trace(&sequence, &outcomes, without, &choices)?;
        seen = seen.and(Seen::compared(1));
    }
    Ok(seen)
}

fn number(decision: &Value) -> usize {
    decision["htlc"].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
}

fn invariants(sequence: &Sequence, outcomes: &[Value], may_repeat: bool) -> Result<(), Finding> {
    let htlcs = sequence.htlcs();
    let mut last: BTreeMap<usize, String> = BTreeMap::new();
    let mut claimed_hashes = BTreeSet::new();
    let mut invoices = BTreeSet::new();
    for (event, decisions) in sequence.events.iter().zip(outcomes) {
        if let Event::Invoice(preimage, ..) = event {
            invoices.insert(<[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(preimage)));
        }
        let mut claimed: BTreeMap<[u8; 32], Vec<&Payment>> = BTreeMap::new();
        for decision in decisions.as_array().into_iter().flatten() {
            let at = number(decision);
            let outcome = decision["outcome"].as_str().unwrap_or_default();
            let Some(htlc) = htlcs.get(at) else {
                return Err(Finding(format!("a decision on HTLC {at}, which never came")));
            };
            let before = last.insert(at, outcome.to_owned());
            let allowed = match before.as_deref() {
                None => true,
                Some("held") => matches!(outcome, "claimed" | "failed"),
                Some(_) => false,
            };
            ensure!(allowed, "HTLC {at} is {outcome} and was {before:?}");
            if outcome == "claimed" {
                htlc.claims(&decision["preimage"])?;
                claimed.entry(htlc.hash).or_default().push(htlc);
            }
        }
        for (hash, parts) in claimed {
            let first = claimed_hashes.insert(hash);
            ensure!(first || may_repeat, "{} is claimed twice", hex::encode(hash));
            if first && invoices.contains(&hash) {
                whole(&parts)?;
            }
        }
    }
    Ok(())
}

/// The parts of an invoice's set reach its total.
fn whole(parts: &[&Payment]) -> Result<(), Finding> {
    let received: u128 = parts.iter().map(|part| u128::from(part.amount)).sum();
    for part in parts {
        let payload = part.delivery().payload().unwrap_or_default();
        let namespace = PayloadNamespace { ignore_even_custom_records: true };
        let total = Payload::decode(&payload, &namespace).ok().and_then(|payload| payload.payment_data);
        let total = total.map_or(0, |data| data.total_msat.0);
        ensure!(received >= u128::from(total), "claimed with {received} msat of {total}");
    }
    Ok(())
}

/// The event and the number of the first HTLC whose failure concerns nothing else and whose packet does not come again.
fn first_that_failed_by_itself(sequence: &Sequence, outcomes: &[Value]) -> Option<(usize, usize)> {
    let mut count = 0;
    for (at, (event, decisions)) in sequence.events.iter().zip(outcomes).enumerate() {
        let Event::Htlc(htlc) = event else { continue };
        let mine = count;
        count += 1;
        let alone = decisions.as_array().is_some_and(|decisions| {
            matches!(decisions.as_slice(), [one] if one["outcome"] == "failed" && number(one) == mine)
        });
        // A packet's HMAC is its name: the same one again would be a replay, and rightly judged otherwise.
        let tail = |packet: &[u8]| packet.get(PACKET_LENGTH - 32..).map(<[u8]>::to_vec);
        let again = sequence.htlcs().iter().filter(|other| tail(&other.packet) == tail(&htlc.packet)).count();
        if alone && again == 1 {
            return Some((at, mine));
        }
    }
    None
}

fn no_trace(
    sequence: &Sequence,
    outcomes: &[Value],
    (event, htlc): (usize, usize),
    choices: &[(&str, &str)],
) -> Result<(), Finding> {
    let mut without = sequence.clone();
    without.events.remove(event);
    let (policies, _) = agree::declared(choices);
    let Content::Accept(output) = reference::answer("node.sequence", &without.input(), policies) else {
        return Err(Finding(format!("without event {event} there is no answer: {}", without.input())));
    };
    let mut wanted = outcomes.to_vec();
    wanted.remove(event);
    for decision in wanted.iter_mut().filter_map(Value::as_array_mut).flatten() {
        let at = number(decision);
        if at > htlc {
            decision["htlc"] = json!(at - 1);
        }
    }
    ensure!(
        output["outcomes"] == json!(wanted),
        "HTLC {htlc} fails by itself, but without it other decisions differ: {} without, {} with it\n input: {}",
        output["outcomes"],
        json!(wanted),
        sequence.input()
    );
    Ok(())
}
