//! The reference as an implementation of the protocol: a typed input in, a typed output or a rejection out. `spontan adapter` serves it, and recipes ask it what must
//! come out.

mod amp;
mod blinded;
mod features;
mod offline;
mod payer;
mod returning;

use std::io::{self, Read, Write};

use serde_json::Value;

use crate::bolt1::{PublicKey, SecretKey, bigsize, tlv};
use crate::bolt4::construct::{Hop, construct};
use crate::bolt4::failure::Failure;
use crate::bolt4::payload::PayloadNamespace;
use crate::bolt4::peel::{peel, sha256_of_onion};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::{Blocks, Msat, PaymentHash, PaymentSecret, Preimage, ShortChannelId};
use crate::node::policy::CustomEvenRecords;
use crate::node::{Decision, Htlc, Invoice, Node, Outcome, Policies, Settings};
use crate::protocol::operation::{self as input, Input};
use crate::protocol::output::{self, Output};
use crate::protocol::value::{Decimal, Hex};
use crate::protocol::{
    AdapterHello, Content, MAX_WINDOW, OPERATIONS, OperationResult, Rejection, serve as protocol_loop,
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

/// Serves the protocol with the reference until the input ends, as [`protocol_loop::serve`] does. The hello declares the
/// policies that are not the defaults.
///
/// # Errors
/// When a pipe breaks or a line is longer than the protocol allows.
pub fn serve(input: impl Read, output: impl Write, policies: Policies) -> io::Result<()> {
    let default: Vec<_> = Policies::default().chosen().collect();
    let chosen = policies.chosen().filter(|chosen| !default.contains(chosen));
    let policies_of_hello = chosen.map(|(policy, value)| (policy.to_owned(), value.to_owned())).collect();
    let hello = AdapterHello { policies: policies_of_hello, ..hello() };
    protocol_loop::serve(input, output, &hello, |input| answer_input(input, policies))
}

/// The reference's answer to one case.
pub fn answer(operation: &str, input: &Value, policies: Policies) -> Content {
    protocol_loop::answer_json(operation, &input.to_string(), |input| answer_input(input, policies))
}

/// The reference's answer to one input, as it is sent.
pub fn answer_input(input: &Input, policies: Policies) -> Content {
    Content::of(output(input, policies))
}

/// The reference's output for one input, or its rejection.
///
/// # Errors
/// A rejection; or an error, if a field of the input is missing or has a length that no case has.
pub fn output(input: &Input, policies: Policies) -> OperationResult<Output> {
    Ok(match input {
        Input::BigSizeDecode(input) => Output::BigSizeDecode(bigsize_decode(input)?),
        Input::BigSizeEncode(input) => {
            Output::BigSizeEncode(output::BigSizeEncode { bytes: bigsize::encode(input.value.0).into() })
        }
        Input::TlvDecode(input) => Output::TlvDecode(tlv_decode(input, policies)?),
        Input::Ecdh(input) => Output::Ecdh(ecdh(input)?),
        Input::Construct(input) => Output::Construct(onion_construct(input)?),
        Input::Peel(input) => Output::Peel(onion_peel(input)?),
        Input::KeysendSend(input) => Output::Send(keysend_send(input)?),
        Input::SharedSecretSend(input) => Output::Send(shared_secret_send(input)?),
        Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => {
            Output::Receive(receive(input, policies)?)
        }
        Input::Sequence(input) => Output::Sequence(sequence(node(input, policies)?, input)?),
        Input::FailureCreate(input) => Output::ReturnPacket(returning::create(input)?),
        Input::FailureWrap(input) => Output::ReturnPacket(returning::wrap(input)?),
        Input::FailureOpen(input) => Output::FailureOpen(returning::open(input, policies)?),
        Input::AttributionUpdate(input) => Output::AttributionUpdate(returning::update(input)?),
        Input::AttributionOpen(input) => Output::AttributionOpen(returning::read(input)?),
        Input::BlindedCreate(input) => Output::BlindedCreate(blinded::create(input)?),
        Input::BlindedUnblind(input) => Output::BlindedUnblind(blinded::unblind(input)?),
        Input::FeaturesMayPay(input) => Output::FeaturesMayPay(features::may_pay(input, policies)?),
        Input::FeaturesAnnounce(input) => Output::FeaturesAnnounce(features::announce(input)?),
        Input::AmpSplit(input) => Output::AmpSplit(amp::split(input)?),
        Input::AmpClaim(input) => Output::AmpClaim(amp::claim(input)?),
        Input::AmpSequence(input) => {
            Output::Sequence(sequence(node(input, policies)?.accepting_amp(), input)?)
        }
        Input::PayerSequence(input) => Output::PayerSequence(payer::sequence(input, policies)?),
        Input::OfflineDerive(input) => Output::OfflineDerive(offline::derive(input)?),
    })
}

fn bigsize_decode(input: &input::BigSizeDecode) -> OperationResult<output::BigSizeDecode> {
    let (value, length) = bigsize::decode(&input.bytes.0).map_err(|error| Content::reject(error.reason()))?;
    Ok(output::BigSizeDecode { value: Decimal(value), length })
}

fn tlv_decode(input: &input::TlvDecode, policies: Policies) -> OperationResult<output::TlvDecode> {
    let stream = &input.stream.0;
    let records = match input.namespace {
        input::Namespace::N1 => tlv::decode(stream, &tlv::N1),
        input::Namespace::N2 => tlv::decode(stream, &tlv::N2),
        input::Namespace::Payload => tlv::decode(
            stream,
            &PayloadNamespace {
                ignore_even_custom_records: policies.custom_even_records == CustomEvenRecords::Accept,
                amp: false,
            },
        ),
    }
    .map_err(|error| Content::reject(error.rule.reason()))?;
    let records = records
        .iter()
        .map(|record| output::TlvRecord { r#type: Decimal(record.r#type), value: record.value.into() });
    Ok(output::TlvDecode { records: records.collect() })
}

fn secret_key(bytes: &Hex, reason: &str) -> Result<SecretKey, Content> {
    SecretKey::decode(&bytes.0).map_err(|_| Content::reject(reason))
}

fn public_key(bytes: &Hex) -> Result<PublicKey, Content> {
    PublicKey::decode(&bytes.0).map_err(|_| Content::reject("public_key_invalid"))
}

/// Bytes whose length no case turns on: another length is a fault of the case itself.
fn bytes<const N: usize>(value: &Hex, what: &str) -> Result<[u8; N], Content> {
    let found = value.0.len();
    value.0.as_slice().try_into().map_err(|_| Content::error(format!("{what} has {found} bytes, not {N}")))
}

fn ecdh(input: &input::Ecdh) -> OperationResult<output::Ecdh> {
    let secret_key = secret_key(&input.secret_key, "secret_key_invalid")?;
    let point = SharedPoint::new(&public_key(&input.public_key)?, &secret_key);
    Ok(output::Ecdh { shared_secret: point.shared_secret().0.into(), x: point.x().into() })
}

fn onion_construct(input: &input::Construct) -> OperationResult<output::Construct> {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    let hops = input
        .hops
        .iter()
        .map(|hop| Ok(Hop { public_key: public_key(&hop.public_key)?, payload: &hop.payload.0 }))
        .collect::<Result<Vec<_>, _>>()?;
    let packet = construct(&session_key, &hops, &input.associated_data.0)
        .map_err(|error| Content::reject(error.reason()))?;
    Ok(output::Construct { packet: packet.into() })
}

fn onion_peel(input: &input::Peel) -> OperationResult<output::Peel> {
    let node_secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    let path_key = input.path_key.as_ref().map(public_key).transpose()?;
    let packet = &input.packet.0;
    let peeled =
        peel(&node_secret, packet, &input.associated_data.0, path_key.as_ref()).map_err(|error| {
            let failure = error.failure(packet).map(|failure| match path_key {
                Some(_) => Failure::InvalidOnionBlinding(sha256_of_onion(packet)),
                None => failure,
            });
            Content::Reject(rejection(error.reason(), failure))
        })?;
    Ok(output::Peel {
        r#final: peeled.is_final(),
        payload: peeled.payload().into(),
        shared_secret: peeled.shared_secret.0.into(),
        next_packet: peeled.next_packet.map(Hex::from),
    })
}

fn rejection(reason: &str, failure: Option<Failure>) -> Rejection {
    Rejection {
        reason: reason.into(),
        code: failure.map(|failure| format!("{:04x}", failure.code())),
        data: failure.map(|failure| hex::encode(failure.data())),
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

fn keysend_send(input: &input::Send) -> OperationResult<output::Send> {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    let preimage = input.preimage.as_ref().ok_or_else(|| Content::error("the input has no preimage"))?;
    let preimage =
        Preimage(preimage.0.as_slice().try_into().map_err(|_| Content::reject("preimage_length"))?);
    let sent =
        keysend::send(&session_key, &preimage, &route(&input.hops)?, &custom_records(&input.custom_records))
            .map_err(send_error)?;
    Ok(output::Send {
        preimage: None,
        payment_hash: sent.payment_hash.0.into(),
        final_payload: sent.final_payload.into(),
        packet: sent.packet.into(),
    })
}

fn shared_secret_send(input: &input::Send) -> OperationResult<output::Send> {
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
    Ok(output::Send {
        preimage: Some(sent.preimage.0.into()),
        payment_hash: sent.payment_hash.0.into(),
        final_payload: sent.final_payload.into(),
        packet: sent.packet.into(),
    })
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

fn receive(input: &input::Receive, policies: Policies) -> OperationResult<output::Outcome> {
    let secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    let mut node = Node::new(secret, Blocks(input.height), settings(&input.settings), policies);
    match deliver(&mut node, &input.htlc)?.as_slice() {
        [decision] => match outcome(decision) {
            output::Outcome::Failed(rejection) => Err(Content::Reject(rejection)),
            outcome => Ok(outcome),
        },
        _ => Err(Content::error("one HTLC to a new node had not one decision")),
    }
}

fn outcome(decision: &Decision) -> output::Outcome {
    match decision.outcome {
        Outcome::Claimed(preimage) => output::Outcome::Claimed { preimage: preimage.0.into() },
        Outcome::Held => output::Outcome::Held,
        Outcome::Forwarded(channel) => output::Outcome::Forwarded { short_channel_id: channel.0.into() },
        Outcome::Failed(failed) => output::Outcome::Failed(rejection(failed.reason, failed.failure)),
    }
}

fn node(input: &input::Sequence, policies: Policies) -> OperationResult<Node> {
    let secret = secret_key(&input.node_secret, "secret_key_invalid")?;
    Ok(Node::new(secret, Blocks(input.height), settings(&input.settings), policies))
}

fn sequence(mut node: Node, input: &input::Sequence) -> OperationResult<output::Sequence> {
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
            input::Event::Height { height } => node.set_height(Blocks(*height)),
            input::Event::Time { seconds } => node.pass_time((*seconds).into()),
            input::Event::Settings { settings: new } => {
                node.set_settings(settings(new));
                Vec::new()
            }
        };
        let decisions = decisions
            .iter()
            .map(|decision| output::Decision { htlc: decision.htlc, outcome: outcome(decision) });
        outcomes.push(decisions.collect());
    }
    Ok(output::Sequence { outcomes })
}
