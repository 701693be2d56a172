//! The recipes that the cases are made from, one file a suite.
//!
//! A recipe states the input and, by hand, the verdict: accepted, or rejected for a reason. The output and the failure are
//! those of the reference, which must agree with that verdict, or nothing is generated. Every byte comes from a
//! label, so that no random number generator can change the vectors.

mod amp;
mod attribution;
mod bigsize;
mod blinded_data;
mod blinded_final;
mod blinded_operations;
mod blinded_relay;
mod blinded_route;
mod ecdh;
mod features;
mod fixture;
mod forwarded;
mod htlc_edges;
mod keysend_receive;
mod offline;
mod onion_construct;
mod onion_peel;
mod payer;
mod payer_sequence;
mod payload_faults;
mod payment;
mod published;
mod returning;
mod sequence;
mod several_faults;
mod shared_secret_receive;
pub mod suite;
mod tlv;
mod tlv_payload;

use std::panic::resume_unwind;
use std::thread;

use suite::Suite as Drafts;

use super::case::{SCHEMA, Suite};
use crate::blueprint::label;

/// A suite's name, what it asks, and the recipes of its cases.
type Entry = (&'static str, &'static str, fn(&mut Drafts));

/// Makes suites anew: from the same recipes with other keys, preimages, session keys and other bytes, which follow from the seed.
/// What a recipe writes by hand, or a spec prints, stays.
///
/// # Errors
/// As [`all`].
pub fn fresh(seed: u64, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Suite>, String> {
    made(Some(seed), is_wanted)
}

/// Makes all suites, in the order in which they are run.
///
/// # Errors
/// Every case whose recipe and reference disagree, a line each.
pub fn all() -> Result<Vec<Suite>, String> {
    made(None, |_| true)
}

fn made(seed: Option<u64>, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Suite>, String> {
    let recipes: [Entry; 25] = [
        ("bigsize.decode", "Reading one BigSize from the front of some bytes.", bigsize::decode),
        ("bigsize.encode", "Writing a BigSize in its shortest form.", bigsize::encode_suite),
        ("tlv.decode", "The grammar of TLV streams and the values of known records.", tlv::decode),
        (
            "ecdh.shared_secret",
            "BOLT 4's shared secret and the bare x coordinate of the same point.",
            ecdh::ecdh,
        ),
        ("onion.construct", "Building a packet, byte for byte.", onion_construct::construct),
        (
            "onion.peel",
            "What one node does with a packet, without looking into the payload.",
            onion_peel::peel,
        ),
        ("keysend.send", "The payer's side of keysend.", payer::keysend),
        (
            "keysend.receive",
            "One HTLC, perhaps with a keysend record, at a node without a memory.",
            keysend_receive::receive,
        ),
        ("shared_secret.send", "The payer's side of the shared-secret scheme.", payer::shared_secret),
        (
            "shared_secret.receive",
            "One HTLC without a record at a node that knows the shared-secret scheme.",
            shared_secret_receive::receive,
        ),
        ("node.sequence", "A node from one event to the next.", sequence::sequence),
        ("failure.create", "The packet in which a node returns a failure.", returning::create),
        ("failure.wrap", "What a node on the way back makes of a return packet.", returning::wrap),
        ("failure.open", "The payer finds out which hop failed, and how.", returning::open),
        ("attribution.update", "What a node adds to attribution_data on the way back.", attribution::update),
        (
            "attribution.open",
            "The payer reads hold times, and finds the hop where something was changed.",
            attribution::open,
        ),
        ("blinded.create", "The recipient of a blinded route makes its hops.", blinded_operations::create),
        ("blinded.unblind", "A node on a blinded route reads what it is told.", blinded_operations::unblind),
        ("features.may_pay", "May the payer pay a node that announced these features?", features::may_pay),
        ("features.announce", "The features that a payee announces.", features::announce),
        ("amp.split", "The payer of a spontaneous AMP derives its HTLCs.", amp::split),
        ("amp.claim", "The payee of a spontaneous AMP has all HTLCs of a set.", amp::claim),
        ("amp.sequence", "A node that accepts spontaneous AMP, from one event to the next.", sequence::amp),
        ("payer.sequence", "A payer from one attempt to the next.", payer_sequence::sequence),
        ("offline.derive", "What an offline device and its node derive.", offline::derive),
    ];
    let make = |(name, about, recipe): &Entry| {
        let mut drafts = Drafts::new(name);
        label::with_seed(seed, || recipe(&mut drafts));
        let (mut cases, found) = drafts.finish();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        (Suite { schema: SCHEMA.into(), suite: (*name).into(), about: (*about).into(), cases }, found)
    };
    let mut suites = Vec::new();
    let mut problems = Vec::new();
    thread::scope(|scope| {
        let wanted = recipes.iter().filter(|(name, ..)| is_wanted(name));
        let threads: Vec<_> = wanted.map(|entry| scope.spawn(|| make(entry))).collect();
        for thread in threads {
            let (suite, found) = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            suites.push(suite);
            problems.extend(found);
        }
    });
    if problems.is_empty() { Ok(suites) } else { Err(problems.join("\n")) }
}
