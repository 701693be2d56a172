//! The reference behind the protocol: a typed input in, an answer out. `spontan adapter` serves it, and recipes ask it what must
//! come out.

use std::io::{self, Read, Write};

use serde_json::{Value, json};

use crate::bolt1::{PublicKey, SecretKey, bigsize, tlv};
use crate::bolt4::construct::{Hop, construct};
use crate::bolt4::payload::PayloadNamespace;
use crate::bolt4::peel::peel;
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::{Blocks, Msat, PaymentHash, PaymentSecret, Preimage, ShortChannelId};
use crate::node::policy::CustomEvenRecords;
use crate::node::{Decision, Htlc, Invoice, Node, Outcome, Policies, Settings};
use crate::protocol::operation::{self as input, Input};
use crate::protocol::value::Hex;
use crate::protocol::{
    AdapterHello, Answered, Content, MAX_WINDOW, OPERATIONS, Rejection, serve as protocol_loop,
};
use crate::scheme::{CustomRecord, Profile, RouteHop, SendError, keysend, shared_secret};

/// What the built-in adapter says of itself.
pub fn hello() -> AdapterHello {
    let operations: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    AdapterHello {
        profiles: vec!["bolt4".into(), "x-only".into()],
        window: MAX_WINDOW as u64,
        ..AdapterHello::new("spontan-reference", env!("CARGO_PKG_VERSION"), &operations)
    }
}

/// Serves the protocol until the input ends, as [`protocol_loop::serve`] does, with the reference behind it.
///
/// # Errors
/// When a pipe breaks or a line is longer than the protocol allows.
pub fn serve(input: impl Read, output: impl Write, policies: Policies) -> io::Result<()> {
    protocol_loop::serve(input, output, &hello(), |input| answer_input(input, policies))
}

/// The reference's answer to one case.
pub fn answer(operation: &str, input: &Value, policies: Policies) -> Content {
    protocol_loop::answer_json(operation, &input.to_string(), |input| answer_input(input, policies))
}

/// The reference's answer to one input.
pub fn answer_input(input: &Input, policies: Policies) -> Content {
    Content::of(match input {
        Input::BigSizeDecode(input) => bigsize_decode(input),
        Input::BigSizeEncode(input) => Ok(bigsize_encode(input)),
        Input::TlvDecode(input) => tlv_decode(input, policies),
        Input::Ecdh(input) => ecdh(input),
        Input::Construct(input) => onion_construct(input),
        Input::Peel(input) => onion_peel(input),
        Input::KeysendSend(input) => keysend_send(input),
        Input::SharedSecretSend(input) => shared_secret_send(input),
        Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => receive(input, policies),
        Input::Sequence(input) => sequence(input, policies),
    })
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

fn bigsize_decode(input: &input::BigSizeDecode) -> Answered {
    match bigsize::decode(&input.bytes.0) {
        Ok((value, length)) => Ok(json!({"value": value.to_string(), "length": length})),
        Err(error) => Err(Content::reject(error.reason())),
    }
}

fn bigsize_encode(input: &input::BigSizeEncode) -> Value {
    json!({"bytes": hex(bigsize::encode(input.value.0))})
}

fn tlv_decode(input: &input::TlvDecode, policies: Policies) -> Answered {
    let stream = &input.stream.0;
    let records = match input.namespace {
        input::Namespace::N1 => tlv::decode(stream, &tlv::N1),
        input::Namespace::N2 => tlv::decode(stream, &tlv::N2),
        input::Namespace::Payload => tlv::decode(
            stream,
            &PayloadNamespace {
                ignore_even_custom_records: policies.custom_even_records == CustomEvenRecords::Accept,
            },
        ),
    }
    .map_err(|error| Content::reject(error.rule.reason()))?;
    let records: Vec<_> = records
        .iter()
        .map(|record| json!({"type": record.r#type.to_string(), "value": hex(record.value)}))
        .collect();
    Ok(json!({"records": records}))
}

fn secret_key(bytes: &Hex, reason: &str) -> Result<SecretKey, Content> {
    SecretKey::decode(&bytes.0).map_err(|_| Content::reject(reason))
}

fn public_key(bytes: &Hex) -> Result<PublicKey, Content> {
    PublicKey::decode(&bytes.0).map_err(|_| Content::reject("public_key_invalid"))
}

/// 32 bytes whose length is no part of any case: another length is a fault of the case itself.
fn bytes<const N: usize>(value: &Hex, what: &str) -> Result<[u8; N], Content> {
    let found = value.0.len();
    value.0.as_slice().try_into().map_err(|_| Content::error(format!("{what} has {found} bytes, not {N}")))
}

fn ecdh(input: &input::Ecdh) -> Answered {
    let secret_key = secret_key(&input.secret_key, "secret_key_invalid")?;
    let point = SharedPoint::new(&public_key(&input.public_key)?, &secret_key);
    Ok(json!({"shared_secret": hex(point.shared_secret().0), "x": hex(point.x())}))
}

fn onion_construct(input: &input::Construct) -> Answered {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    let hops = input
        .hops
        .iter()
        .map(|hop| Ok(Hop { public_key: public_key(&hop.public_key)?, payload: &hop.payload.0 }))
        .collect::<Result<Vec<_>, _>>()?;
    let packet = construct(&session_key, &hops, &input.associated_data.0)
        .map_err(|error| Content::reject(error.reason()))?;
    Ok(json!({"packet": hex(packet)}))
}

fn onion_peel(input: &input::Peel) -> Answered {
    let node_secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    let path_key = input.path_key.as_ref().map(public_key).transpose()?;
    let packet = &input.packet.0;
    let peeled =
        peel(&node_secret, packet, &input.associated_data.0, path_key.as_ref()).map_err(|error| {
            let failure = error.failure(packet).map(|failure| match path_key {
                Some(_) => crate::bolt4::failure::Failure::InvalidOnionBlinding(
                    crate::bolt4::peel::sha256_of_onion(packet),
                ),
                None => failure,
            });
            Content::Reject(rejection(error.reason(), failure))
        })?;
    let mut output = json!({
        "final": peeled.is_final(),
        "payload": hex(peeled.payload()),
        "shared_secret": hex(peeled.shared_secret.0),
    });
    if let Some(next) = peeled.next_packet {
        output["next_packet"] = hex(next).into();
    }
    Ok(output)
}

fn rejection(reason: &str, failure: Option<crate::bolt4::failure::Failure>) -> Rejection {
    Rejection {
        reason: reason.to_owned(),
        code: failure.map(|failure| format!("{:04x}", failure.code())),
        data: failure.map(|failure| hex(failure.data())),
    }
}

fn route(hops: &[input::SendHop]) -> Result<Vec<RouteHop>, Content> {
    hops.iter()
        .map(|hop| {
            Ok(RouteHop {
                public_key: public_key(&hop.public_key)?,
                amt_to_forward: Msat(hop.amt_to_forward.0),
                outgoing_cltv_value: Blocks(hop.outgoing_cltv_value),
                short_channel_id: match &hop.short_channel_id {
                    Some(id) => Some(ShortChannelId(bytes(id, "short_channel_id")?)),
                    None => None,
                },
            })
        })
        .collect()
}

fn custom_records(records: &[input::CustomRecord]) -> Vec<CustomRecord<'_>> {
    records.iter().map(|record| CustomRecord { r#type: record.r#type.0, value: &record.value.0 }).collect()
}

fn send_error(error: SendError) -> Content {
    Content::reject(error.reason())
}

fn keysend_send(input: &input::Send) -> Answered {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    let preimage = input.preimage.as_ref().ok_or_else(|| Content::error("the input has no preimage"))?;
    let preimage =
        Preimage(preimage.0.as_slice().try_into().map_err(|_| Content::reject("preimage_length"))?);
    let sent =
        keysend::send(&session_key, &preimage, &route(&input.hops)?, &custom_records(&input.custom_records))
            .map_err(send_error)?;
    Ok(json!({
        "payment_hash": hex(sent.payment_hash.0),
        "final_payload": hex(sent.final_payload),
        "packet": hex(sent.packet),
    }))
}

fn shared_secret_send(input: &input::Send) -> Answered {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    let profile = match input.profile {
        Some(input::Profile::Bolt4) => Profile::Bolt4,
        Some(input::Profile::XOnly) => Profile::XOnly,
        None => return Err(Content::error("the input has no profile")),
    };
    let sent = shared_secret::send(
        &session_key,
        profile,
        &route(&input.hops)?,
        &custom_records(&input.custom_records),
    )
    .map_err(send_error)?;
    Ok(json!({
        "preimage": hex(sent.preimage.0),
        "payment_hash": hex(sent.payment_hash.0),
        "final_payload": hex(sent.final_payload),
        "packet": hex(sent.packet),
    }))
}

fn settings(input: &input::Settings) -> Settings {
    Settings {
        keysend: input.keysend == input::Switch::Accept,
        shared_secret: match input.shared_secret {
            input::SharedSecret::Off => None,
            input::SharedSecret::Bolt4 => Some(Profile::Bolt4),
            input::SharedSecret::XOnly => Some(Profile::XOnly),
        },
        min_final_cltv_expiry_delta: Blocks(input.min_final_cltv_expiry_delta),
    }
}

fn deliver(node: &mut Node, htlc: &input::Htlc) -> Result<Vec<Decision>, Content> {
    let path_key = htlc.path_key.as_ref().map(public_key).transpose()?;
    Ok(node.receive(&Htlc {
        amount: Msat(htlc.amount_msat.0),
        cltv_expiry: Blocks(htlc.cltv_expiry),
        payment_hash: PaymentHash(bytes(&htlc.payment_hash, "payment_hash")?),
        packet: &htlc.packet.0,
        path_key,
    }))
}

fn receive(input: &input::Receive, policies: Policies) -> Answered {
    let secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    let mut node = Node::new(secret, Blocks(input.height), settings(&input.settings), policies);
    match deliver(&mut node, &input.htlc)?.as_slice() {
        [Decision { outcome: Outcome::Failed(failed), .. }] => {
            Err(Content::Reject(rejection(failed.reason, failed.failure)))
        }
        [decision] => {
            let mut output = outcome(decision);
            if let Some(map) = output.as_object_mut() {
                map.shift_remove("htlc");
            }
            Ok(output)
        }
        _ => Err(Content::error("one HTLC to a new node had not one decision")),
    }
}

fn outcome(decision: &Decision) -> Value {
    let htlc = decision.htlc;
    match decision.outcome {
        Outcome::Claimed(preimage) => {
            json!({"htlc": htlc, "outcome": "claimed", "preimage": hex(preimage.0)})
        }
        Outcome::Held => json!({"htlc": htlc, "outcome": "held"}),
        Outcome::Forwarded(channel) => {
            json!({"htlc": htlc, "outcome": "forwarded", "short_channel_id": hex(channel.0)})
        }
        Outcome::Failed(failed) => {
            let mut output = json!({"htlc": htlc, "outcome": "failed", "reason": failed.reason});
            if let Some(failure) = failed.failure {
                output["code"] = format!("{:04x}", failure.code()).into();
                output["data"] = hex(failure.data()).into();
            }
            output
        }
    }
}

fn sequence(input: &input::Sequence, policies: Policies) -> Answered {
    let secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    let mut node = Node::new(secret, Blocks(input.height), settings(&input.settings), policies);
    let mut outcomes = Vec::with_capacity(input.events.len());
    for event in &input.events {
        let decisions = match event {
            input::Event::Htlc { htlc, .. } => deliver(&mut node, htlc)?,
            input::Event::Invoice { preimage, payment_secret, amount_msat } => {
                node.add_invoice(Invoice {
                    preimage: Preimage(bytes(preimage, "preimage")?),
                    payment_secret: PaymentSecret(bytes(payment_secret, "payment_secret")?),
                    amount: amount_msat.map(|amount| Msat(amount.0)),
                });
                Vec::new()
            }
            input::Event::Height { height } => {
                node.set_height(Blocks(*height));
                Vec::new()
            }
            input::Event::Time { seconds } => node.pass_time((*seconds).into()),
            input::Event::Settings { settings: new } => {
                node.set_settings(settings(new));
                Vec::new()
            }
        };
        outcomes.push(decisions.iter().map(outcome).collect::<Vec<_>>());
    }
    Ok(json!({"outcomes": outcomes}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::policy;

    #[test]
    fn protocol_and_node_name_the_same_policies() {
        let protocol: Vec<_> = policy::POLICIES.iter().map(|policy| (policy.name, policy.values)).collect();
        assert_eq!(protocol, Policies::ALL);
    }
}
