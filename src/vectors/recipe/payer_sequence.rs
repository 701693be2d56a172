//! The payer over time: attempts, what comes back, and whether another attempt follows. bLIP 3, "Specification"; BOLT 4,
//! "Receiving Failure Codes".

use super::fixture::{AMOUNT, EXPIRY, hex_of, unhex};
use super::onion_construct::hop_key;
use super::suite::{Subject, Suite};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::HMAC_LENGTH;
use crate::bolt4::construct::shared_secrets;
use crate::bolt4::return_packet::{self, RETURN_PACKET_LENGTH, obfuscate};
use crate::bolt4::stream::{KeyType, key, mac};
use crate::bolt4::{Blocks, Msat, Preimage, SharedSecret, ShortChannelId};
use crate::protocol::operation::{Input, PayerEvent, PayerSequence, Scheme, SendHop};
use crate::protocol::value::Decimal;
use crate::scheme::RouteHop;
use crate::scheme::shared_secret::{self, Profile};
use crate::vectors::Level;

const RECEIVING: &str = "04-onion-routing.md:1557-1582";
const PERMANENT: &str = "bolt4.origin.permanent";
const MAY_RETRY: &str = "bolt4.origin.may-retry";
const RETRY: &str = "bolt4.origin.retry";
const NODE_OUT: &str = "bolt4.origin.node";
const NODE_BACK: &str = "bolt4.origin.restored";
const FRESH_PREIMAGE: &str = "blip3.sender.fresh-preimage";
const RETRY_PREIMAGE: &str = "blip3.sender.retry";
const INVOICE_PREIMAGE: &str = "blip3.sender.no-invoice-preimage";
const FRESH_KEY: &str = "bolt4.construct.session-key-random";
const IN_FLIGHT: &str = "payer.one-in-flight";
const PAID_ONCE: &str = "payer.paid-once";
const CHECKED: &str = "bolt2.remove.preimage-checked";
const SOURCE: &str = "bolt4.error.source";
const EXTRA_BYTES: &str = "bolt4.error.extra-bytes";

// Failure messages.
const DETAILS: &str = "400f00000000000186a0000c3500";
const CHANNEL_FAILED: &str = "10070000";
const NODE_FAILED: &str = "2002";
const NODE_FAILED_FOR_GOOD: &str = "6002";

/// The node that is paid.
const PAYEE: usize = 9;

/// An attempt as a recipe says it: which random numbers, and the nodes before the payee.
#[derive(Debug, Clone)]
struct Attempt {
    key: usize,
    preimage: usize,
    nodes: Vec<usize>,
}

/// A payer and what happens to it. What is drawn has a number; by default that of the attempt.
#[derive(Debug, Clone)]
struct Story {
    input: PayerSequence,
    attempts: Vec<Attempt>,
}

impl Subject for Story {
    fn build(&self, _operation: &str) -> Input {
        Input::PayerSequence(self.input.clone())
    }
}

fn payer(scheme: Scheme) -> Story {
    Story { input: PayerSequence { scheme, events: Vec::new() }, attempts: Vec::new() }
}

fn keysend() -> Story {
    payer(Scheme::Keysend)
}

fn session_key(number: usize) -> SecretKey {
    label::secret(&format!("payer/session-key-{number}"))
}

fn preimage(number: usize) -> [u8; 32] {
    label::bytes32(&format!("payer/preimage-{number}"))
}

fn node(number: usize) -> PublicKey {
    hop_key(number).public_key()
}

/// A route over these nodes to the payee. Each takes 1000 msat and 40 blocks.
fn route(nodes: &[usize]) -> Vec<RouteHop> {
    let to_payee = nodes.iter().chain([&PAYEE]).enumerate();
    let hop = |(index, number): (usize, &usize)| {
        let left = (nodes.len() - index) as u32;
        let paid = left.saturating_sub(1);
        let id = [0x0c, 0x35, 0, 0, 0, *number as u8, 0, index as u8];
        RouteHop {
            public_key: node(*number),
            amt_to_forward: Msat(AMOUNT + 1000 * u64::from(paid)),
            outgoing_cltv_value: Blocks(EXPIRY + 40 * paid),
            short_channel_id: (left > 0).then_some(ShortChannelId(id)),
        }
    };
    to_payee.map(hop).collect()
}

impl Story {
    fn event(mut self, event: PayerEvent) -> Self {
        self.input.events.push(event);
        self
    }

    /// An attempt of payment 0 over these nodes to the payee, with numbers that no other attempt has.
    fn attempt(self, nodes: &[usize]) -> Self {
        self.attempt_of(0, nodes)
    }

    fn attempt_of(self, payment: u32, nodes: &[usize]) -> Self {
        let fresh = self.attempts.len();
        self.attempt_with(payment, nodes, fresh, fresh)
    }

    fn attempt_with(mut self, payment: u32, nodes: &[usize], key: usize, preimage_number: usize) -> Self {
        self.attempts.push(Attempt { key, preimage: preimage_number, nodes: nodes.to_vec() });
        let hops = route(nodes).into_iter().map(|hop| SendHop {
            public_key: hex_of(hop.public_key.encode()),
            amt_to_forward: Decimal(hop.amt_to_forward.0),
            outgoing_cltv_value: hop.outgoing_cltv_value.0,
            short_channel_id: hop.short_channel_id.map(|id| hex_of(id.0)),
        });
        let event = PayerEvent::Attempt {
            payment,
            session_key: hex_of(session_key(key).encode()),
            preimage: (self.input.scheme == Scheme::Keysend).then(|| hex_of(preimage(preimage_number))),
            hops: hops.collect(),
        };
        self.event(event)
    }

    fn secrets(&self, attempt: usize) -> Vec<SharedSecret> {
        let Attempt { key, nodes, .. } = &self.attempts[attempt];
        let keys = nodes.iter().chain([&PAYEE]).map(|number| node(*number));
        shared_secrets(&session_key(*key), keys)
    }

    /// Hop `hop` of an attempt fails it with a message whose length goes beyond the packet.
    fn fails_unreadably(self, attempt: usize, hop: usize) -> Self {
        let secrets = self.secrets(attempt);
        let mut packet = vec![0xff; RETURN_PACKET_LENGTH];
        let (hmac, rest) = packet.split_at_mut(HMAC_LENGTH);
        hmac.copy_from_slice(&mac(&key(KeyType::Um, &secrets[hop].0), &[rest]));
        secrets[..=hop].iter().rev().for_each(|secret| obfuscate(secret, &mut packet));
        self.event(PayerEvent::Failed { attempt, packet: hex_of(packet) })
    }

    /// The return packet of a hop of this attempt, as the payer gets it.
    fn returned(&self, attempt: usize, hop: usize, message: &str) -> Vec<u8> {
        let (secrets, message) = (self.secrets(attempt), unhex(message));
        let mut packet =
            return_packet::create(&secrets[hop], &message, return_packet::pad_length(message.len()))
                .unwrap_or_default();
        secrets[..=hop].iter().rev().for_each(|secret| obfuscate(secret, &mut packet));
        packet
    }

    /// Hop `hop` of an attempt fails it with this message.
    fn fails(self, attempt: usize, hop: usize, message: &str) -> Self {
        let packet = self.returned(attempt, hop, message);
        self.event(PayerEvent::Failed { attempt, packet: hex_of(packet) })
    }

    /// The payee fails an attempt with this message.
    fn payee_fails(self, attempt: usize, message: &str) -> Self {
        let last = self.attempts[attempt].nodes.len();
        self.fails(attempt, last, message)
    }

    /// What the payee has of an attempt.
    fn preimage_of(&self, attempt: usize) -> [u8; 32] {
        let Attempt { key, preimage: number, nodes, .. } = &self.attempts[attempt];
        match self.input.scheme {
            Scheme::Keysend => preimage(*number),
            Scheme::SharedSecret => {
                shared_secret::send(&session_key(*key), Profile::Bolt4, &route(nodes), &[])
                    .map_or([0; 32], |sent| sent.preimage.0)
            }
        }
    }

    fn fulfilled(self, attempt: usize) -> Self {
        let preimage = self.preimage_of(attempt);
        self.fulfilled_with(attempt, preimage)
    }

    fn fulfilled_with(self, attempt: usize, preimage: [u8; 32]) -> Self {
        self.event(PayerEvent::Fulfilled { attempt, preimage: hex_of(preimage) })
    }

    fn invoice_paid(self, preimage: [u8; 32]) -> Self {
        self.event(PayerEvent::InvoicePaid { preimage: hex_of(preimage) })
    }

    fn channel_update(self, number: usize) -> Self {
        self.event(PayerEvent::ChannelUpdate { public_key: hex_of(node(number).encode()) })
    }
}

/// What a case shows, and the policies that its answer depends on.
struct Shown<'a> {
    flag: &'a str,
    requirements: &'a [&'static str],
    policies: &'a [&'static str],
}

/// What the payer remembers, where the texts decide.
const fn state<'a>(requirements: &'a [&'static str]) -> Shown<'a> {
    Shown { flag: "state", requirements, policies: &[] }
}

/// Where the payer could lose money.
const fn theft<'a>(requirements: &'a [&'static str]) -> Shown<'a> {
    Shown { flag: "theft", requirements, policies: &[] }
}

impl<'a> Shown<'a> {
    const fn policies(self, policies: &'a [&'static str]) -> Self {
        Self { policies, ..self }
    }
}

fn case(suite: &mut Suite, name: &str, about: &str, story: Story, shown: &Shown<'_>) {
    let is_keysend = story.input.scheme == Scheme::Keysend;
    let mut draft = suite.case(name, about, story).flag(shown.flag).shows(shown.requirements);
    for policy in shown.policies {
        draft = draft.policy(policy);
    }
    // The packet and the hash of the other scheme rest on the post of 2019.
    if is_keysend { draft } else { draft.level(Level::Proposal) }.accepted();
}

/// A case of each scheme.
fn both(suite: &mut Suite, name: &str, about: &str, story: impl Fn(Story) -> Story, shown: &Shown<'_>) {
    for (of_scheme, scheme) in [("keysend", Scheme::Keysend), ("shared-secret", Scheme::SharedSecret)] {
        case(suite, &format!("{of_scheme}-{name}"), about, story(payer(scheme)), shown);
    }
}

/// `payer.sequence`.
pub fn sequence(suite: &mut Suite) {
    suite.section(RECEIVING);
    one_attempt(suite);
    final_failures(suite);
    failed_for_good(suite);
    failures_on_the_way(suite);
    removed_nodes(suite);
    nodes_that_come_back(suite);
    in_flight(suite);
    settled(suite);
    session_keys(suite);
    claims(suite);
    sources(suite);
    suite.section("blip-0003.md:32-33");
    preimages(suite);
    preimages_of_invoices(suite);
}

fn one_attempt(suite: &mut Suite) {
    for (name, about, nodes) in [
        ("direct", "A direct payment is made and fulfilled.", &[][..]),
        ("2-hops", "A payment over one node is made and fulfilled.", &[0]),
        ("4-hops", "A payment over three nodes is made and fulfilled.", &[0, 1, 2]),
    ] {
        let story = |payer: Story| payer.attempt(nodes).fulfilled(0);
        let shown = Shown { flag: "basic", ..state(&["blip3.sender.record", "blip3.sender.payment-hash"]) };
        case(suite, &format!("keysend-{name}"), about, story(keysend()), &shown);
        let shown = Shown { flag: "basic", ..state(&["post2019.secret", "post2019.hashes"]) };
        case(suite, &format!("shared-secret-{name}"), about, story(payer(Scheme::SharedSecret)), &shown);
    }
}

/// The payee fails an attempt, and another one would follow.
fn final_failures(suite: &mut Suite) {
    for (name, what, message) in [
        ("400f", "incorrect_or_unknown_payment_details", DETAILS),
        ("400f-without-data", "incorrect_or_unknown_payment_details without its data", "400f"),
        ("4016", "invalid_onion_payload", "4016020000"),
        ("6002", "permanent_node_failure", NODE_FAILED_FOR_GOOD),
        ("6003", "required_node_feature_missing", "6003"),
        ("4fff", "a code that no text has, with the PERM bit", "4fff"),
    ] {
        let name = format!("final-{name}");
        let about = format!("The final node fails the payment with {what}: there is no second attempt.");
        let story = |payer: Story| payer.attempt(&[0]).payee_fails(0, message).attempt(&[1]);
        both(suite, &name, &about, story, &state(&[PERMANENT]));
    }
    both(
        suite,
        "final-400f-extra-bytes",
        "The final node fails the payment for good, and behind the failure stand bytes that would be another code.",
        |payer| payer.attempt(&[0]).payee_fails(0, &format!("{DETAILS}2002")).attempt(&[1]),
        &state(&[PERMANENT, EXTRA_BYTES]),
    );
    both(
        suite,
        "final-400f-long-packet",
        "The final node fails the payment for good in a return packet that 300 bytes more make longer than others.",
        |payer| payer.attempt(&[0]).payee_fails(0, &format!("{DETAILS}{}", "00".repeat(300))).attempt(&[1]),
        &state(&[PERMANENT, EXTRA_BYTES]),
    );
    both(
        suite,
        "final-direct-400f",
        "The final node of a direct payment fails it for good: the only hop is the final one.",
        |payer| payer.attempt(&[]).payee_fails(0, DETAILS).attempt(&[0]),
        &state(&[PERMANENT]),
    );
    for (name, what, message) in [
        ("0017", "mpp_timeout", "0017"),
        ("0012", "final_incorrect_cltv_expiry", "0012000c3590"),
        ("0013", "final_incorrect_htlc_amount", "001300000000000186a0"),
        ("2002", "temporary_node_failure", NODE_FAILED),
        (
            "2002-extra-bytes",
            "temporary_node_failure and bytes behind it that would be another code",
            "2002400f",
        ),
    ] {
        let name = format!("final-{name}");
        let about = format!(
            "The final node fails an attempt with {what}, without the PERM bit: the payer may try again."
        );
        let story = |payer: Story| payer.attempt(&[0]).payee_fails(0, message).attempt(&[0]);
        both(suite, &name, &about, story, &state(&[MAY_RETRY]).policies(&["final_failure_without_perm"]));
    }
    both(
        suite,
        "final-400f-another-payment",
        "The final node fails one payment for good, and another payment to it is made.",
        |payer| payer.attempt(&[0]).payee_fails(0, DETAILS).attempt_of(1, &[0]),
        &state(&[PERMANENT]),
    );
    both(
        suite,
        "second-attempt-final-400f",
        "The second attempt fails for good after the first did not: there is no third.",
        |payer| {
            payer
                .attempt(&[0])
                .fails(0, 0, CHANNEL_FAILED)
                .attempt(&[1])
                .payee_fails(1, DETAILS)
                .attempt(&[2])
        },
        &state(&[PERMANENT]),
    );
}

/// What does not end, or does not revive, a payment that failed for good.
fn failed_for_good(suite: &mut Suite) {
    let payment_fails = |payer: Story| payer.attempt(&[0]).payee_fails(0, DETAILS);
    both(
        suite,
        "final-400f-two-more-attempts",
        "The final node fails the payment for good: there is no second attempt, and no third.",
        |payer| payment_fails(payer).attempt(&[1]).attempt(&[2]),
        &state(&[PERMANENT]),
    );
    both(
        suite,
        "final-400f-update-of-the-payee",
        "The final node fails the payment for good, and a channel_update of it comes.",
        |payer| payment_fails(payer).channel_update(PAYEE).attempt(&[1]),
        &state(&[PERMANENT]),
    );
    both(
        suite,
        "final-400f-of-the-payment-before",
        "Of two payments the second fails on the way, and then the first for good: the second is tried again, the first is not.",
        |payer| {
            let payer = payer.attempt(&[0]).attempt_of(1, &[1]).fails(1, 0, CHANNEL_FAILED);
            payer.payee_fails(0, DETAILS).attempt_of(1, &[2]).attempt(&[3])
        },
        &state(&[PERMANENT]),
    );
}

/// A node before the payee fails an attempt; the next one goes another way.
fn failures_on_the_way(suite: &mut Suite) {
    let of_the_next = format!("c005{}", "42".repeat(32));
    for (name, what, message) in [
        ("1007", "temporary_channel_failure", CHANNEL_FAILED),
        ("4008", "permanent_channel_failure", "4008"),
        ("4009", "required_channel_feature_missing", "4009"),
        ("400a", "unknown_next_peer", "400a"),
        ("400f", "a code of final nodes", DETAILS),
        ("4016", "invalid_onion_payload", "4016020000"),
        ("100c", "fee_insufficient", "100c00000000000186a00000"),
        ("100d", "incorrect_cltv_expiry", "100d000c35900000"),
        ("100e", "expiry_too_soon", "100e0000"),
        ("1014", "channel_disabled", "101400000000"),
        ("0015", "expiry_too_far", "0015"),
        ("2002", "temporary_node_failure", NODE_FAILED),
        ("6002", "permanent_node_failure", NODE_FAILED_FOR_GOOD),
        ("6003", "required_node_feature_missing", "6003"),
        ("c005", "invalid_onion_hmac, on behalf of the node after it", &of_the_next),
    ] {
        let name = format!("on-the-way-{name}");
        let about =
            format!("The last node before the final one fails with {what}: the payer tries another route.");
        let story = |payer: Story| payer.attempt(&[0, 1]).fails(0, 1, message).attempt(&[2, 3]);
        both(suite, &name, &about, story, &state(&[RETRY]));
    }
    for hop in [0, 1, 2] {
        let about =
            format!("Hop {hop} of four fails with permanent_channel_failure: the payer tries another route.");
        let story = keysend().attempt(&[0, 1, 2]).fails(0, hop, "4008").attempt(&[3, 4, 5]);
        case(suite, &format!("hop-{hop}-of-4-fails"), &about, story, &state(&[RETRY]));
    }
    for (name, message) in [("1007", CHANNEL_FAILED), ("4008", "4008"), ("c005", &of_the_next)] {
        let about = "One channel of a node fails, and the next attempt goes through another channel of it: only the NODE bit takes the node out.";
        let story = keysend().attempt(&[0, 1]).fails(0, 0, message).attempt(&[2, 0]);
        case(suite, &format!("another-channel-after-{name}"), about, story, &state(&[RETRY, NODE_OUT]));
    }
    let about = "A node fails with a message of one byte, which is no code, and the next attempt goes through another channel of it.";
    let story = keysend().attempt(&[0, 1]).fails(0, 0, "20").attempt(&[2, 0]);
    case(suite, "another-channel-after-one-byte", about, story, &state(&[RETRY, NODE_OUT]));
    both(
        suite,
        "on-the-way-unreadable",
        "A node before the final one fails with a message whose length goes beyond the packet: the payer tries another route.",
        |payer| payer.attempt(&[0, 1]).fails_unreadably(0, 1).attempt(&[2, 3]),
        &state(&[RETRY]),
    );
    both(
        suite,
        "paid-at-the-fourth-attempt",
        "Three attempts fail on the way, and the fourth is paid.",
        |payer| {
            let payer = payer.attempt(&[0]).fails(0, 0, CHANNEL_FAILED).attempt(&[1, 2]).fails(1, 1, "400a");
            payer.attempt(&[3, 4, 5]).fails(2, 2, "100e0000").attempt(&[]).fulfilled(3)
        },
        &state(&[RETRY]),
    );
}

/// A node fails an attempt with the NODE bit.
fn removed_nodes(suite: &mut Suite) {
    let mut out =
        |name: &str, about: &str, story: Story| case(suite, name, about, story, &state(&[NODE_OUT]));
    for (code, message) in
        [("2002", NODE_FAILED), ("6002", NODE_FAILED_FOR_GOOD), ("6003", "6003"), ("2fff", "2fff")]
    {
        for (place, where_it_is, nodes) in [
            ("same-route", "the next route is the same.", &[0, 1, 2][..]),
            ("first-of-the-next-route", "it is the first of the next route.", &[1, 3]),
            ("last-before-the-payee", "it is the last before the payee on the next route.", &[3, 1]),
            ("its-neighbours-stay", "the next route has the nodes beside it.", &[0, 2]),
        ] {
            let about = format!("A node fails an attempt with {code}, which has the NODE bit; {where_it_is}");
            let story = keysend().attempt(&[0, 1, 2]).fails(0, 1, message).attempt(nodes);
            out(&format!("node-{code}-{place}"), &about, story);
        }
    }
    out(
        "node-a002",
        "A node fails an attempt with a002, a code that no text has, whose NODE bit is set beside BADONION.",
        keysend().attempt(&[0, 1]).fails(0, 1, "a002").attempt(&[2, 1]),
    );
    out(
        "node-2002-at-the-third-attempt",
        "Two attempts fail with temporary_channel_failure, the third with the NODE bit; the next route has that node.",
        keysend()
            .attempt(&[0])
            .fails(0, 0, CHANNEL_FAILED)
            .attempt(&[1])
            .fails(1, 0, CHANNEL_FAILED)
            .attempt(&[2])
            .fails(2, 0, NODE_FAILED)
            .attempt(&[2]),
    );
    out(
        "node-2002-at-hop-0",
        "The first node of a route fails with the NODE bit, and the next route has it at another place.",
        keysend().attempt(&[0, 1]).fails(0, 0, NODE_FAILED).attempt(&[2, 0]),
    );
    for (name, of, nodes) in [("first", "first", [1]), ("second", "second", [2])] {
        out(
            &format!("two-nodes-out-{name}"),
            &format!(
                "Two nodes fail with the NODE bit, one after the other; a third route has the {of} of them."
            ),
            two_nodes_fail().attempt(&nodes),
        );
    }
    out(
        "update-of-another-node",
        "A node fails with temporary_node_failure, and channel_updates of other nodes come.",
        node_fails().channel_update(0).channel_update(2).attempt(&[3, 1]),
    );
    out(
        "update-before-the-failure",
        "channel_updates of a node come, and then that node fails with temporary_node_failure.",
        keysend().channel_update(1).attempt(&[0, 1]).channel_update(1).fails(0, 1, NODE_FAILED).attempt(&[1]),
    );
    out(
        "one-of-two-nodes-back",
        "Two nodes fail with temporary_node_failure, and a channel_update of the first one comes; the next route has both.",
        two_nodes_fail().channel_update(1).attempt(&[2, 1]),
    );
    out(
        "node-out-while-another-payment-is-in-flight",
        "A node fails an attempt with the NODE bit after another payment went another way; the next route has that node.",
        keysend().attempt(&[0, 1]).attempt_of(1, &[2, 3]).fails(0, 1, NODE_FAILED).attempt(&[1]),
    );
    out(
        "node-out-after-another-payment",
        "A node fails an attempt with the NODE bit, another payment is made, and the next route has that node.",
        node_fails().attempt_of(1, &[3]).fulfilled(1).attempt(&[1]),
    );
    out(
        "attempt-after-one-that-was-not-sent",
        "An attempt through a node that is left out is not sent, and the next one goes another way.",
        node_fails().attempt(&[1]).attempt(&[3]),
    );
    out(
        "node-out-again",
        "A node fails with temporary_node_failure, comes back with a channel_update, and fails again.",
        node_fails().channel_update(1).attempt(&[1]).fails(1, 0, NODE_FAILED).attempt(&[3, 1]),
    );
}

fn node_fails() -> Story {
    keysend().attempt(&[0, 1, 2]).fails(0, 1, NODE_FAILED)
}

fn two_nodes_fail() -> Story {
    keysend().attempt(&[0, 1]).fails(0, 1, NODE_FAILED).attempt(&[2, 3]).fails(1, 0, NODE_FAILED)
}

fn nodes_that_come_back(suite: &mut Suite) {
    for (name, about, story) in [
        (
            "node-back-after-an-update",
            "A node fails with temporary_node_failure; after a channel_update of it the next attempt may use it.",
            node_fails().channel_update(1).attempt(&[0, 1, 2]),
        ),
        (
            "node-back-after-another-payment",
            "A node fails with temporary_node_failure, another payment is tried, and a channel_update of the node comes.",
            node_fails().attempt_of(1, &[3]).channel_update(1).attempt(&[1]),
        ),
        (
            "node-back-for-two-payments",
            "A node fails attempts of two payments with temporary_node_failure; after one channel_update of it both may use it.",
            keysend()
                .attempt(&[0])
                .attempt_of(1, &[0])
                .fails(0, 0, NODE_FAILED)
                .fails(1, 0, NODE_FAILED)
                .channel_update(0)
                .attempt(&[0])
                .attempt_of(1, &[0]),
        ),
        (
            "two-nodes-back",
            "Two nodes fail with temporary_node_failure, and a channel_update of each comes; the next route has both.",
            two_nodes_fail().channel_update(1).channel_update(2).attempt(&[2, 1]),
        ),
    ] {
        case(suite, name, about, story, &state(&[NODE_BACK]));
    }
}

/// A second attempt while the first is in flight.
fn in_flight(suite: &mut Suite) {
    let waits = || theft(&[IN_FLIGHT]).policies(&["attempt_in_flight"]);
    both(
        suite,
        "second-in-flight",
        "A second attempt while the first is in flight.",
        |payer| payer.attempt(&[0]).attempt(&[1]),
        &waits(),
    );
    both(
        suite,
        "two-more-in-flight",
        "A second and a third attempt while the first is in flight.",
        |payer| payer.attempt(&[0]).attempt(&[1]).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "first-of-two-attempts-paid",
        "A second attempt while the first is in flight; the first is fulfilled, and there would be a third.",
        |payer| payer.attempt(&[0]).attempt(&[1]).fulfilled(0).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "third-while-the-second-is-in-flight",
        "The first attempt has failed, the second is in flight, and there would be a third.",
        |payer| payer.attempt(&[0]).fails(0, 0, CHANNEL_FAILED).attempt(&[1]).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "second-of-two-payments-fails",
        "Of two payments in flight the second fails on the way; the first would have another attempt.",
        |payer| payer.attempt(&[0]).attempt_of(1, &[1]).fails(1, 0, CHANNEL_FAILED).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "first-of-two-attempts-fails",
        "A second attempt, over two nodes, while the first is in flight; the first fails on the way.",
        |payer| payer.attempt(&[0]).attempt(&[1, 2]).fails(0, 0, CHANNEL_FAILED),
        &waits(),
    );
    both(
        suite,
        "first-of-two-attempts-fails-for-good",
        "A second attempt while the first is in flight; the final node fails the first for good, and there would be a third.",
        |payer| payer.attempt(&[0]).attempt(&[1]).payee_fails(0, DETAILS).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "two-attempts-after-a-node-failed",
        "A node fails; a second attempt goes another way, and there would be a third while it is in flight.",
        |payer| payer.attempt(&[0]).fails(0, 0, NODE_FAILED).attempt(&[1]).attempt(&[2]),
        &waits(),
    );
    both(
        suite,
        "node-failed-while-another-attempt-is-in-flight",
        "A second attempt while the first is in flight; the first one's node fails it, and there would be a third over that node.",
        |payer| payer.attempt(&[0]).attempt(&[1]).fails(0, 0, NODE_FAILED).attempt(&[0]),
        &waits(),
    );
    both(
        suite,
        "two-payments-in-flight",
        "A second payment while the first is in flight: each has one attempt.",
        |payer| payer.attempt(&[0]).attempt_of(1, &[0]).fulfilled(1).fulfilled(0),
        &state(&[IN_FLIGHT]),
    );
    both(
        suite,
        "first-of-two-payments-tried-again",
        "Of two payments in flight the first fails on the way; it is tried again while the second is still in flight.",
        |payer| payer.attempt(&[0]).attempt_of(1, &[1]).fails(0, 0, CHANNEL_FAILED).attempt(&[2]),
        &state(&[RETRY]),
    );
}

/// A payment that was made.
fn settled(suite: &mut Suite) {
    both(
        suite,
        "attempt-after-the-payment",
        "A payment was made, and there would be another attempt of it.",
        |payer| payer.attempt(&[0]).fulfilled(0).attempt(&[1]),
        &theft(&[PAID_ONCE]),
    );
    both(
        suite,
        "attempt-after-the-second-was-paid",
        "A payment was made at the second attempt, and there would be a third.",
        |payer| payer.attempt(&[0]).fails(0, 0, "4008").attempt(&[1]).fulfilled(1).attempt(&[2]),
        &theft(&[PAID_ONCE]),
    );
    both(
        suite,
        "another-payment-after-the-first",
        "A payment was made, and other payments to the same node follow.",
        |payer| payer.attempt(&[0]).fulfilled(0).attempt_of(1, &[0]).fulfilled(1).attempt_of(2, &[]),
        &state(&[PAID_ONCE]),
    );
    both(
        suite,
        "first-tried-again-after-the-second-was-paid",
        "Of two payments in flight the second is made; the first fails on the way and is tried again.",
        |payer| {
            let payer = payer.attempt(&[0]).attempt_of(1, &[1]).fulfilled(1);
            payer.fails(0, 0, CHANNEL_FAILED).attempt(&[2]).fulfilled(2)
        },
        &state(&[RETRY]),
    );
    both(
        suite,
        "payments-of-any-number",
        "The numbers of payments are names: 4294967295 and 7, in this order.",
        |payer| {
            let payer = payer.attempt_of(u32::MAX, &[0]).attempt_of(7, &[1]).fulfilled(0);
            payer.attempt_of(u32::MAX, &[2]).fails(1, 0, CHANNEL_FAILED).attempt_of(7, &[2])
        },
        &theft(&[PAID_ONCE, RETRY]),
    );
}

/// Session keys of earlier attempts.
fn session_keys(suite: &mut Suite) {
    let fresh = || state(&[FRESH_KEY]);
    both(
        suite,
        "retry-with-the-same-session-key",
        "An attempt failed on the way, and the next one, over another route, has its session key.",
        |payer| payer.attempt(&[0]).fails(0, 0, CHANNEL_FAILED).attempt_with(0, &[1], 0, 1),
        &fresh(),
    );
    both(
        suite,
        "session-key-of-another-payment",
        "A payment was made, and another one has its session key.",
        |payer| payer.attempt(&[0]).fulfilled(0).attempt_with(1, &[1], 0, 1),
        &fresh(),
    );
    both(
        suite,
        "session-key-of-a-payment-that-failed",
        "The final node fails a payment for good, and another payment has its session key.",
        |payer| payer.attempt(&[0]).payee_fails(0, DETAILS).attempt_with(1, &[1], 0, 1),
        &fresh(),
    );
    both(
        suite,
        "session-key-of-the-attempt-before-the-last",
        "The third attempt has the session key of the first.",
        |payer| {
            let payer =
                payer.attempt(&[0]).fails(0, 0, CHANNEL_FAILED).attempt(&[1]).fails(1, 0, CHANNEL_FAILED);
            payer.attempt_with(0, &[2], 0, 2)
        },
        &fresh(),
    );
    both(
        suite,
        "session-key-of-an-attempt-that-was-not-sent",
        "An attempt of a payment that has failed is not sent; another payment has its session key, which nobody has seen.",
        |payer| payer.attempt(&[0]).payee_fails(0, DETAILS).attempt(&[1]).attempt_with(1, &[1], 1, 2),
        &fresh(),
    );
}

/// The last bit of 32 bytes the other way.
const fn last_bit_flipped(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[31] ^= 1;
    bytes
}

/// The first bit of 32 bytes the other way.
const fn first_bit_flipped(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[0] ^= 0x80;
    bytes
}

/// What the peer claims with.
fn claims(suite: &mut Suite) {
    let payment_hash = |payer: &Story| Preimage(payer.preimage_of(0)).payment_hash().0;
    let of = |payer: &Story, name: &str| match name {
        "last-bit-flipped" => last_bit_flipped(payer.preimage_of(0)),
        "first-bit-flipped" => first_bit_flipped(payer.preimage_of(0)),
        "payment-hash" => payment_hash(payer),
        "preimage-reversed" => {
            let mut preimage = payer.preimage_of(0);
            preimage.reverse();
            preimage
        }
        "all-zero" => [0; 32],
        _ => preimage(0x50),
    };
    for (name, what) in [
        ("last-bit-flipped", "the preimage with its last bit the other way"),
        ("first-bit-flipped", "the preimage with its first bit the other way"),
        ("payment-hash", "the payment hash"),
        ("preimage-reversed", "the bytes of the preimage in reversed order"),
        ("all-zero", "zeros"),
        ("another-preimage", "some other preimage"),
    ] {
        both(
            suite,
            &format!("claimed-with-{name}"),
            &format!("The peer claims with {what}, which pays nothing; then with the preimage."),
            |payer| {
                let payer = payer.attempt(&[0]);
                let wrong = of(&payer, name);
                payer.fulfilled_with(0, wrong).fulfilled(0)
            },
            &theft(&[CHECKED]),
        );
    }
    both(
        suite,
        "claimed-with-the-preimage-of-another-payment",
        "Of two payments in flight, the first is claimed with the preimage of the second.",
        |payer| {
            let payer = payer.attempt(&[0]).attempt_of(1, &[1]);
            let other = payer.preimage_of(1);
            payer.fulfilled_with(0, other).fulfilled(1).fulfilled(0)
        },
        &theft(&[CHECKED]),
    );
    both(
        suite,
        "claimed-with-the-preimage-of-an-earlier-attempt",
        "The first attempt failed on the way, and the second is claimed with the preimage of the first.",
        |payer| {
            let payer = payer.attempt(&[0]).fails(0, 0, CHANNEL_FAILED).attempt(&[1]);
            let other = payer.preimage_of(0);
            payer.fulfilled_with(1, other).fulfilled(1)
        },
        &theft(&[CHECKED]),
    );
    both(
        suite,
        "attempt-after-a-wrong-claim",
        "The peer claims with a wrong preimage; the attempt is still in flight, and there would be a second.",
        |payer| payer.attempt(&[0]).fulfilled_with(0, [0; 32]).attempt(&[1]),
        &theft(&[CHECKED, IN_FLIGHT]).policies(&["attempt_in_flight"]),
    );
}

/// Which attempt a failure is of, and which hop.
fn sources(suite: &mut Suite) {
    let shown = || state(&[SOURCE]);
    both(
        suite,
        "failures-in-the-other-order",
        "Two payments over routes of different lengths are in flight, and the second one fails first.",
        |payer| {
            let payer = payer.attempt(&[0, 1]).attempt_of(1, &[2]);
            let payer = payer.payee_fails(1, DETAILS).fails(0, 1, "400a");
            payer.attempt_of(1, &[3]).attempt(&[4, 5])
        },
        &shown(),
    );
    both(
        suite,
        "same-hop-final-and-not",
        "Hop 1 fails two payments with 400f: in the first it is the node before the payee, in the second the payee.",
        |payer| {
            let payer = payer.attempt(&[0, 1]).attempt_of(1, &[2]);
            let payer = payer.fails(0, 1, DETAILS).fails(1, 1, DETAILS);
            payer.attempt(&[3]).attempt_of(1, &[4])
        },
        &shown(),
    );
    both(
        suite,
        "attempts-that-were-not-sent-count",
        "An attempt of a payment that was made is not sent, but has a number; the failure that follows is of the attempt after it.",
        |payer| {
            let payer = payer.attempt(&[0]).fulfilled(0).attempt(&[1]).attempt_of(1, &[2, 3]);
            payer.fails(2, 1, "400a").attempt_of(1, &[4])
        },
        &shown(),
    );
    both(
        suite,
        "shorter-route-at-the-second-attempt",
        "The first attempt fails at hop 1 of four; the second, over a shorter route, at the same hop, which is the payee.",
        |payer| {
            let payer = payer.attempt(&[0, 1, 2]).fails(0, 1, "4008");
            payer.attempt(&[3]).fails(1, 1, DETAILS).attempt(&[4])
        },
        &shown(),
    );
    both(
        suite,
        "longer-route-at-the-second-attempt",
        "The first attempt fails at hop 0 of two; the second, over a longer route, at hop 1, before the payee.",
        |payer| {
            let payer = payer.attempt(&[0]).fails(0, 0, "4008");
            payer.attempt(&[1, 2, 3]).fails(1, 1, DETAILS).attempt(&[4])
        },
        &shown(),
    );
    // Nothing follows: what a payer does then, no text says.
    for (name, about, message) in [
        ("empty", "The final node's failure message has no byte.", ""),
        ("of-1-byte", "The final node's failure message has one byte, which is no code.", "40"),
    ] {
        let story = |payer: Story| payer.attempt(&[0]).payee_fails(0, message);
        both(suite, &format!("message-{name}"), about, story, &shown());
    }
    for (name, about, attempt) in [
        ("no-hop-made", "A return packet that no hop of the route made.", 0),
        ("of-another-attempt", "The return packet of an attempt of another payment.", 1),
    ] {
        let story = |payer: Story| {
            let payer = payer.attempt(&[0]).attempt_of(1, &[1]);
            let mut packet = payer.returned(attempt, 1, DETAILS);
            if attempt == 0 {
                packet[40] ^= 1;
            }
            payer.event(PayerEvent::Failed { attempt: 0, packet: hex_of(packet) })
        };
        both(suite, &format!("packet-{name}"), about, story, &shown());
    }
}

fn preimages(suite: &mut Suite) {
    let fresh = || theft(&[FRESH_PREIMAGE]);
    let first = || keysend().attempt(&[0]);
    for (name, about, story) in [
        (
            "preimage-of-a-failed-payment",
            "A payment has the preimage of another payment, which failed.",
            first().payee_fails(0, DETAILS).attempt_with(1, &[1], 1, 0),
        ),
        (
            "preimage-of-a-payment-that-was-made",
            "A payment has the preimage of another payment, which was made: every node on its route knows it.",
            first().fulfilled(0).attempt_with(1, &[1], 1, 0),
        ),
        (
            "preimage-of-a-payment-in-flight",
            "A payment has the preimage of another payment, which is in flight.",
            first().attempt_with(1, &[1], 1, 0),
        ),
        (
            "preimage-of-a-payment-with-a-larger-number",
            "A payment has the preimage of another payment, whose number is larger: the numbers are names.",
            keysend().attempt_of(7, &[0]).attempt_with(3, &[1], 1, 0),
        ),
        (
            "preimage-of-the-payment-before-the-last",
            "A payment has the preimage of the payment before the last.",
            first().fulfilled(0).attempt_of(1, &[1]).fulfilled(1).attempt_with(2, &[2], 2, 0),
        ),
        (
            "preimage-of-an-attempt-that-was-not-sent",
            "An attempt of a payment that has failed is not sent; another payment has its preimage, which nobody has seen.",
            first().payee_fails(0, DETAILS).attempt(&[1]).attempt_with(1, &[1], 2, 1),
        ),
        (
            "retry-with-a-fresh-preimage",
            "An attempt failed on the way, and the next one has a preimage of its own.",
            first().fails(0, 0, CHANNEL_FAILED).attempt(&[1]).fulfilled(1),
        ),
    ] {
        case(suite, name, about, story, &fresh());
    }
    let retry = || theft(&[RETRY_PREIMAGE]).policies(&["keysend_retry_preimage"]);
    case(
        suite,
        "retry-with-the-same-preimage",
        "An attempt failed on the way, and the next one has its preimage.",
        first().fails(0, 0, CHANNEL_FAILED).attempt_with(0, &[1], 1, 0),
        &retry(),
    );
    case(
        suite,
        "retry-with-the-same-preimage-and-key",
        "An attempt failed on the way, and the next one has its preimage and its session key.",
        first().fails(0, 0, CHANNEL_FAILED).attempt_with(0, &[1], 0, 0),
        &retry(),
    );
    case(
        suite,
        "third-attempt-with-the-first-preimage",
        "Two attempts failed on the way, and the third has the preimage of the first.",
        first().fails(0, 0, CHANNEL_FAILED).attempt(&[1]).fails(1, 0, "4008").attempt_with(0, &[2], 2, 0),
        &retry(),
    );
}

fn preimages_of_invoices(suite: &mut Suite) {
    let invoice_first = payer(Scheme::SharedSecret).invoice_paid(preimage(0)).attempt(&[0]);
    let about = "The payer has paid an invoice, and then pays by shared secret.";
    case(suite, "shared-secret-after-an-invoice", about, invoice_first, &state(&["post2019.hashes"]));
    let hash = |bytes: [u8; 32]| Preimage(bytes).payment_hash().0;
    let mut of_invoice = |name: &str, about: &str, story: Story| {
        case(suite, name, about, story, &theft(&[INVOICE_PREIMAGE]));
    };
    of_invoice(
        "preimage-of-an-invoice",
        "A keysend has the preimage of an invoice that the payer has paid.",
        keysend().invoice_paid(preimage(0)).attempt(&[0]),
    );
    of_invoice(
        "preimage-of-the-invoice-before-the-last",
        "A keysend has the preimage of the first of two invoices that the payer has paid.",
        keysend().invoice_paid(preimage(0)).invoice_paid(preimage(0x50)).attempt(&[0]),
    );
    of_invoice(
        "retry-with-the-preimage-of-an-invoice",
        "An attempt failed on the way; the payer pays an invoice, and the next attempt has its preimage.",
        keysend().attempt(&[0]).fails(0, 0, CHANNEL_FAILED).invoice_paid(preimage(1)).attempt(&[1]),
    );
    of_invoice(
        "retry-after-an-invoice-with-the-first-preimage",
        "An attempt failed on the way; the payer pays an invoice with its preimage, and the next attempt has a preimage of its own.",
        keysend().attempt(&[0]).fails(0, 0, CHANNEL_FAILED).invoice_paid(preimage(0)).attempt(&[1]),
    );
    of_invoice(
        "retry-with-a-preimage-that-an-invoice-had-too",
        "An attempt failed on the way; the payer pays an invoice with the same preimage, and the next attempt has it again.",
        keysend().attempt(&[0]).fails(0, 0, CHANNEL_FAILED).invoice_paid(preimage(0)).attempt_with(
            0,
            &[1],
            1,
            0,
        ),
    );
    for (name, about, other) in [
        ("another-invoice", "The payer has paid an invoice with another preimage.", preimage(0x50)),
        (
            "invoice-whose-preimage-is-the-payment-hash",
            "The payer has paid an invoice whose preimage is the payment hash of the keysend.",
            hash(preimage(0)),
        ),
        (
            "invoice-with-another-last-bit",
            "The payer has paid an invoice whose preimage differs in the last bit.",
            last_bit_flipped(preimage(0)),
        ),
        (
            "invoice-with-another-first-bit",
            "The payer has paid an invoice whose preimage differs in the first bit.",
            first_bit_flipped(preimage(0)),
        ),
    ] {
        of_invoice(name, about, keysend().invoice_paid(other).attempt(&[0]));
    }
}
