//! LDK's `ChannelManager` behind Spontan's adapter protocol: a payee that is LDK's whole node, paid over a channel by another
//! one, the payer (`spontan_ldk_channel`). `sequence` lets a case's events happen, `failure` reads what the payer would of a failure.
//! `payer` asks the payer.

mod failure;
mod payer;
mod sequence;

use lightning::util::ser::Readable;
use serde_json::json;
use spontan::protocol::{AdapterHello, Content, operation::Input};

/// The adapter's half of the handshake.
pub fn hello() -> AdapterHello {
    let policies = [
        ("keysend_payment_data", "accept_multipart"),
        ("keysend_payment_metadata", "ignore"),
        ("final_short_channel_id", "reject"),
        ("claimed_hash_again", "settle"),
        ("replayed_onion", "redeem"),
        ("total_amount_msat", "reject"),
        ("payment_data_before_final", "reject"),
        ("amt_to_forward_0", "reject"),
        ("far_expiry", "accept"),
    ];
    AdapterHello {
        policies: policies.map(|(name, value)| (name.into(), value.into())).into(),
        profiles: Vec::new(),
        // LDK tells nobody.
        omits: vec!["failure.open.failure_message".into()],
        ..AdapterHello::new(
            "ldk-channel-manager",
            env!("CARGO_PKG_VERSION"),
            &["keysend.receive", "node.sequence", "failure.open", "attribution.open"],
        )
    }
}

/// Answers one case.
pub fn answer(input: &Input) -> Content {
    match input {
        Input::KeysendReceive(input) => Content::of(sequence::receive(input)),
        Input::Sequence(input) => {
            Content::of(sequence::run(input).map(|outcomes| json!({ "outcomes": outcomes })))
        }
        Input::FailureOpen(input) => Content::of(payer::failure_open(input)),
        Input::AttributionOpen(input) => Content::of(payer::attribution_open(input)),
        _ => Content::unsupported("ChannelManager does not take part in this operation"),
    }
}

/// A value of one of LDK's types, read by LDK; none if LDK refuses the bytes or leaves some over.
fn read<T: Readable>(mut bytes: &[u8]) -> Option<T> {
    T::read(&mut bytes).ok().filter(|_| bytes.is_empty())
}
