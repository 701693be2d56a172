//! The words of `node.sequence` and `amp.sequence`: what happens to a node, one event after the other, and the HTLCs that reach it.
//!
//! Each preimage has a name. Keysends pay `a` and `b`, invoices are issued for `c`, `d` and `e`. The attempts at one payment
//! are numbered: another number is another onion.

use crate::blueprint::{Blueprint, Event, Hash, Payee, label, ordinary};
use crate::bolt4::Preimage;
use crate::protocol::operation::{self as input, Input, Profile, Settings, SharedSecret, Switch};
use crate::protocol::value::Decimal;
use crate::scheme;
use crate::vectors::Level;
use crate::vectors::recipe::payment::{AMT_TO_FORWARD, OUTGOING_CLTV_VALUE, SHORT_CHANNEL_ID};
use crate::vectors::recipe::suite::{Draft, Subject};

pub use crate::vectors::recipe::payment::{AMOUNT, EXPIRY, HEIGHT, KEYSEND, PAYMENT_DATA, Payment};
pub use crate::vectors::recipe::suite::Suite;

// Places in the specs that several files name.
pub const RECEIVER: &str = "blip-0003.md:29-42";
pub const MPP: &str = "04-onion-routing.md:386-409";
pub const ONE_SET_A_HASH: &str = "04-onion-routing.md:393";
pub const REPLAY: &str = "04-onion-routing.md:916-921";
pub const HASH_PAID: &str = "04-onion-routing.md:1508-1510";
pub const PAYMENT_SECRET: &str = "04-onion-routing.md:1511-1514";
pub const AMOUNT_TOO_LOW: &str = "04-onion-routing.md:339";
pub const HELD_EXPIRY: &str = "02-peer-protocol.md:2573-2574,2697";
pub const EXPIRY_TOO_SOON: &str = "04-onion-routing.md:341";

// What a node is set to.
pub const KEYSEND_ON: Settings = ordinary::settings(SharedSecret::Off);
pub const KEYSEND_OFF: Settings = Settings { keysend: Switch::Refuse, ..KEYSEND_ON };
pub const SHARED_SECRET_ON: Settings = ordinary::settings(SharedSecret::Bolt4);

/// In seconds. The specs say how long a set may take at least; no wait of a day is "some reasonable timeout".
pub const A_DAY: u32 = 24 * 60 * 60;

/// A node and what happens to it.
#[derive(Debug, Clone)]
pub struct Story {
    node: Payee,
    events: Vec<Event>,
}

/// A node that accepts keysend and does not know the shared-secret scheme.
pub fn node() -> Story {
    node_with(KEYSEND_ON)
}

/// A node with these settings, at the ordinary height.
pub fn node_with(settings: Settings) -> Story {
    let node = Payee { secret: label::secret("node"), height: HEIGHT, settings };
    Story { node, events: Vec::new() }
}

/// The ordinary node, which has issued the invoice `c` of 100000 msat.
pub fn invoiced() -> Story {
    node().invoice("c", AMOUNT)
}

impl Story {
    /// An HTLC arrives. The packet of one that changed in transit does not decrypt.
    pub fn htlc(self, payment: Payment) -> Self {
        let event = match payment.in_transit {
            None => Event::Htlc(payment.htlc),
            Some(change) => {
                let (mut htlc, _) = payment.htlc.build(&self.node.secret);
                change(&mut htlc);
                Event::Other(input::Event::Htlc { htlc, peeled: None })
            }
        };
        self.event(event)
    }

    /// HTLCs arrive, one after the other.
    pub fn htlcs(self, payments: impl IntoIterator<Item = Payment>) -> Self {
        payments.into_iter().fold(self, Self::htlc)
    }

    /// The node issues the invoice of this name over this amount, in msat, or over any.
    pub fn invoice(self, name: &str, amount: impl Into<Option<u64>>) -> Self {
        self.invoice_with_secret(name, amount, payment_secret())
    }

    /// The node issues an invoice with a payment secret of its own.
    pub fn invoice_with_secret(self, name: &str, amount: impl Into<Option<u64>>, secret: [u8; 32]) -> Self {
        self.issued(preimage(name), amount.into(), secret)
    }

    /// The node issues an invoice beside that for `c`, with a payment secret of its own.
    pub fn other_invoice(self) -> Self {
        self.invoice_with_secret("d", AMOUNT, other_payment_secret())
    }

    /// The node issues an invoice with this preimage over this amount, in msat.
    pub fn invoice_of(self, preimage: [u8; 32], amount: u64) -> Self {
        self.issued(preimage, Some(amount), payment_secret())
    }

    fn issued(self, preimage: [u8; 32], amount: Option<u64>, secret: [u8; 32]) -> Self {
        self.event(Event::Other(input::Event::Invoice {
            preimage: preimage.into(),
            payment_secret: secret.into(),
            amount_msat: amount.map(Decimal),
        }))
    }

    /// Time passes.
    pub fn wait(self, seconds: u32) -> Self {
        self.event(Event::Other(input::Event::Time { seconds }))
    }

    /// The height becomes this one, in blocks.
    pub fn height(self, height: u32) -> Self {
        self.event(Event::Other(input::Event::Height { height }))
    }

    /// The settings become these.
    pub fn settings(self, settings: Settings) -> Self {
        self.event(Event::Other(input::Event::Settings { settings }))
    }

    fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
}

impl Subject for Story {
    fn build(&self, operation: &str) -> Input {
        let amp = operation == "amp.sequence";
        Blueprint::Sequence { amp, node: self.node.clone(), events: self.events.clone() }.build()
    }
}

/// Begins a case of which a spec says MUST.
pub fn must(suite: &mut Suite, name: impl Into<String>) -> Draft<'_, Story> {
    suite.case(name, "", node()).flag("state")
}

/// Begins a case of which a spec says SHOULD.
pub fn should(suite: &mut Suite, name: impl Into<String>) -> Draft<'_, Story> {
    must(suite, name).level(Level::Should)
}

/// Begins a case of which a spec says MAY, or nothing.
pub fn may(suite: &mut Suite, name: impl Into<String>) -> Draft<'_, Story> {
    must(suite, name).level(Level::May)
}

impl Draft<'_, Story> {
    /// Ends the case with what happens.
    pub fn story(self, story: Story) {
        self.change(|ordinary| *ordinary = story).accepted();
    }
}

fn preimage(name: &str) -> [u8; 32] {
    label::bytes32(&format!("node.sequence/preimage/{name}"))
}

/// The payment hash of this name.
pub fn hash(name: &str) -> [u8; 32] {
    Preimage(preimage(name)).payment_hash().0
}

/// The payment secret of all invoices that have none of their own.
fn payment_secret() -> [u8; 32] {
    label::bytes32("node.sequence/payment_secret")
}

fn other_payment_secret() -> [u8; 32] {
    label::bytes32("node.sequence/other_payment_secret")
}

/// A keysend of 100000 msat.
pub fn keysend(name: &str, attempt: u32) -> Payment {
    Payment::keysend(&format!("node.sequence/{name}/{attempt}"), preimage(name))
}

/// A shared-secret payment of 100000 msat, profile bolt4. Each attempt has a session key and so a hash of its own.
pub fn shared_secret(attempt: u32) -> Payment {
    Payment::shared_secret(&format!("node.sequence/shared-secret/{attempt}"), Profile::Bolt4)
}

/// The preimage of such an attempt.
pub fn shared_secret_preimage(attempt: u32) -> [u8; 32] {
    let payment = shared_secret(attempt);
    let point = payment.onion.shared_point(&payment.node.secret);
    scheme::shared_secret::preimage(&point, scheme::Profile::Bolt4).0
}

/// An HTLC of 100000 msat with neither keysend record nor `payment_data`.
pub fn plain(name: &str, attempt: u32) -> Payment {
    Payment::new(&format!("node.sequence/{name}/{attempt}"), Hash::Given(hash(name)))
}

/// An HTLC of this amount, in msat, for an invoice of 100000 msat.
pub fn part(name: &str, attempt: u32, amount: u64) -> Payment {
    plain(name, attempt).but(amount_of(amount)).but(payment_data(AMOUNT))
}

/// A part for [`Story::other_invoice`].
pub fn other_part(attempt: u32, amount: u64) -> Payment {
    part("d", attempt, amount).but(payment_data_with(other_payment_secret(), AMOUNT))
}

/// All of the invoice `c` in one HTLC.
pub fn whole(attempt: u32) -> Payment {
    part("c", attempt, AMOUNT)
}

/// Half of the invoice `c`.
pub fn half(attempt: u32) -> Payment {
    half_of("c", attempt)
}

/// Half of this invoice.
pub fn half_of(name: &str, attempt: u32) -> Payment {
    part(name, attempt, AMOUNT / 2)
}

// How an HTLC differs, for `but`.

/// Another amount, in msat, in the HTLC and in `amt_to_forward`.
pub fn amount_of(amount: u64) -> impl Fn(&mut Payment) {
    move |htlc| {
        htlc.amount = amount;
        htlc.payload().put_integer(AMT_TO_FORWARD, amount);
    }
}

/// `payment_data` with the payment secret of the invoices and this total, in msat.
pub fn payment_data(total: u64) -> impl Fn(&mut Payment) {
    payment_data_with(payment_secret(), total)
}

/// `payment_data` with this payment secret and this total, in msat.
pub fn payment_data_with(secret: [u8; 32], total: u64) -> impl Fn(&mut Payment) {
    move |htlc| htlc.payload().put(PAYMENT_DATA, ordinary::payment_data(secret, total))
}

/// Another expiry, in blocks, in the HTLC and in `outgoing_cltv_value`.
pub fn expiry(height: u32) -> impl Fn(&mut Payment) {
    move |htlc| {
        htlc.expiry = height;
        htlc.payload().put_integer(OUTGOING_CLTV_VALUE, height.into());
    }
}

/// A flipped bit in this byte of a record. `payment_data` begins with the payment secret.
pub fn flipped(r#type: u64, at: usize) -> impl Fn(&mut Payment) {
    move |htlc| htlc.record(r#type).flip(at, 0x01)
}

/// A keysend record with the preimage of this name.
pub fn keysend_record(name: &str) -> impl Fn(&mut Payment) {
    move |htlc| htlc.payload().put(KEYSEND, preimage(name))
}

/// A next hop: the node is to forward the HTLC.
pub fn forwarded(htlc: &mut Payment) {
    htlc.route().next = Some(label::secret("node.sequence/behind").public_key());
    htlc.payload().put(SHORT_CHANNEL_ID, ordinary::CHANNEL);
}
