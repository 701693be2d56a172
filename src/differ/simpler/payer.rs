//! Simpler inputs without packets: numbers, keys, routes to build a packet for, and payments to send.

use super::nearer::{bytes, bytes_as_long, each, numbers, numbers32, without};
use super::record::streams;
use crate::blueprint::ordinary;
use crate::blueprint::stream::Stream;
use crate::differ::cost::channel;
use crate::protocol::operation::{self as input, Input, Namespace};
use crate::protocol::value::{Decimal, Hex};

pub(super) fn plain(plain: &Input) -> Vec<Input> {
    match plain {
        Input::BigSizeDecode(given) => bytes(&given.bytes.0)
            .into_iter()
            .map(|bytes| Input::BigSizeDecode(input::BigSizeDecode { bytes: Hex(bytes) }))
            .collect(),
        Input::BigSizeEncode(given) => numbers(given.value.0, 0)
            .into_iter()
            .map(|value| Input::BigSizeEncode(input::BigSizeEncode { value: Decimal(value) }))
            .collect(),
        Input::Ecdh(given) => {
            let mut out = Vec::new();
            for secret_key in keys(&given.secret_key, &ordinary::session(0).encode()) {
                out.push(Input::Ecdh(input::Ecdh { secret_key, ..given.clone() }));
            }
            for public_key in keys(&given.public_key, &ordinary::node_public(0)) {
                out.push(Input::Ecdh(input::Ecdh { public_key, ..given.clone() }));
            }
            out
        }
        Input::Construct(given) => constructs(given).into_iter().map(Input::Construct).collect(),
        Input::KeysendSend(given) => sends(given).into_iter().map(Input::KeysendSend).collect(),
        Input::SharedSecretSend(given) => sends(given).into_iter().map(Input::SharedSecretSend).collect(),
        _ => Vec::new(),
    }
}

fn keys(key: &Hex, ordinary: &[u8]) -> Vec<Hex> {
    std::iter::once(ordinary.to_vec()).chain(bytes(&key.0)).map(Hex).collect()
}

fn constructs(given: &input::Construct) -> Vec<input::Construct> {
    let mut out = Vec::new();
    for hops in without(&given.hops) {
        out.push(input::Construct { hops, ..given.clone() });
    }
    for session_key in keys(&given.session_key, &ordinary::session(0).encode()) {
        out.push(input::Construct { session_key, ..given.clone() });
    }
    for data in bytes_as_long(&given.associated_data.0) {
        out.push(input::Construct { associated_data: Hex(data), ..given.clone() });
    }
    let hops = each(&given.hops, |hop| {
        let mut out = Vec::new();
        for public_key in keys(&hop.public_key, &ordinary::node_public(0)) {
            out.push(input::ConstructHop { public_key, ..hop.clone() });
        }
        for payload in streams(&Stream::parse(&hop.payload.0), Namespace::Payload) {
            out.push(input::ConstructHop { payload: Hex(payload.bytes()), ..hop.clone() });
        }
        out
    });
    out.extend(hops.into_iter().map(|hops| input::Construct { hops, ..given.clone() }));
    out
}

fn sends(given: &input::Send) -> Vec<input::Send> {
    let mut out = Vec::new();
    for mut hops in without(&given.hops) {
        // The last hop has no channel behind it; whether it had one stays as it was.
        if let (Some(now), Some(before)) = (hops.last_mut(), given.hops.last()) {
            now.short_channel_id = before.short_channel_id.clone();
        }
        out.push(input::Send { hops, ..given.clone() });
    }
    for custom_records in without(&given.custom_records) {
        out.push(input::Send { custom_records, ..given.clone() });
    }
    for session_key in keys(&given.session_key, &ordinary::session(0).encode()) {
        out.push(input::Send { session_key, ..given.clone() });
    }
    if let Some(preimage) = &given.preimage {
        let simpler = std::iter::once(ordinary::PREIMAGE.to_vec()).chain(bytes(&preimage.0));
        out.extend(simpler.map(|preimage| input::Send { preimage: Some(Hex(preimage)), ..given.clone() }));
    }
    if given.profile.is_some() {
        out.push(input::Send { profile: Some(input::Profile::Bolt4), ..given.clone() });
    }
    let count = given.hops.len();
    for (index, hop) in given.hops.iter().enumerate() {
        for hop in send_hops(hop, channel(index, count)) {
            let mut hops = given.hops.clone();
            hops[index] = hop;
            out.push(input::Send { hops, ..given.clone() });
        }
    }
    let records = each(&given.custom_records, |record| {
        let types = numbers(record.r#type.0, 0).into_iter();
        let types = types.map(|r#type| input::CustomRecord { r#type: Decimal(r#type), ..record.clone() });
        let values = bytes(&record.value.0).into_iter();
        types.chain(values.map(|value| input::CustomRecord { value: Hex(value), ..record.clone() })).collect()
    });
    out.extend(records.into_iter().map(|custom_records| input::Send { custom_records, ..given.clone() }));
    out
}

fn send_hops(hop: &input::SendHop, channel: Option<Hex>) -> Vec<input::SendHop> {
    let mut out = vec![input::SendHop { short_channel_id: channel, ..hop.clone() }];
    for public_key in keys(&hop.public_key, &ordinary::node_public(0)) {
        out.push(input::SendHop { public_key, ..hop.clone() });
    }
    for amount in numbers(hop.amt_to_forward.0, ordinary::AMOUNT) {
        out.push(input::SendHop { amt_to_forward: Decimal(amount), ..hop.clone() });
    }
    for outgoing_cltv_value in numbers32(hop.outgoing_cltv_value, ordinary::EXPIRY) {
        out.push(input::SendHop { outgoing_cltv_value, ..hop.clone() });
    }
    out
}
