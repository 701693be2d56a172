//! What is simpler than a blueprint: every blueprint that differs from it in one thing and costs less.

mod nearer;
mod node;
mod payer;
mod record;

use super::cost::cost;
use crate::blueprint::ordinary;
use crate::blueprint::{Blueprint, Hash, Htlc, Payee};
use nearer::{each, without};
use node::{htlcs, onions, other_events, payees};
use payer::plain;
use record::streams;

/// An HTLC with one of the records that it lacks, its payment hash that of its keysend record.
pub fn completed(blueprint: &Blueprint) -> Vec<Blueprint> {
    let Blueprint::Receive { shared_secret, node, htlc } = blueprint else { return Vec::new() };
    let ordinary = ordinary::payload(true).records.into_iter();
    let missing = ordinary.filter(|record| htlc.onion.payload.find(record.r#type).is_none());
    missing
        .map(|record| {
            let mut htlc = htlc.clone();
            htlc.onion.payload.put_record(record);
            htlc.hash = Hash::Record;
            Blueprint::Receive { shared_secret: *shared_secret, node: node.clone(), htlc }
        })
        .collect()
}

/// Every blueprint that differs from this one in one thing and costs less, the boldest first.
pub fn simpler(blueprint: &Blueprint) -> Vec<Blueprint> {
    let limit = cost(blueprint);
    let mut out = Vec::new();
    match blueprint {
        Blueprint::Plain(input) => out.extend(plain(input).into_iter().map(Blueprint::Plain)),
        Blueprint::Tlv(namespace, stream) => {
            let streams = streams(stream, *namespace);
            out.extend(streams.into_iter().map(|stream| Blueprint::Tlv(*namespace, stream)));
        }
        Blueprint::Peel { node, associated_data, onion } => {
            let peel = |node, associated_data: &[u8], onion| Blueprint::Peel {
                node,
                associated_data: associated_data.to_vec(),
                onion,
            };
            out.push(peel(ordinary::node(0), associated_data, onion.clone()));
            out.push(peel(*node, &ordinary::ASSOCIATED_DATA, onion.clone()));
            out.extend(onions(onion).into_iter().map(|onion| peel(*node, associated_data, onion)));
        }
        Blueprint::Receive { shared_secret, node, htlc } => {
            let with =
                |node: Payee, htlc: Htlc| Blueprint::Receive { shared_secret: *shared_secret, node, htlc };
            out.extend(payees(node).into_iter().map(|node| with(node, htlc.clone())));
            out.extend(htlcs(htlc).into_iter().map(|htlc| with(node.clone(), htlc)));
        }
        Blueprint::Sequence { node, events } => {
            let with = |node: &Payee, events| Blueprint::Sequence { node: node.clone(), events };
            out.extend(without(events).into_iter().map(|events| with(node, events)));
            out.extend(payees(node).into_iter().map(|node| with(&node, events.clone())));
            out.extend(each(events, other_events).into_iter().map(|events| with(node, events)));
        }
    }
    out.retain(|simpler| cost(simpler) < limit);
    out
}
