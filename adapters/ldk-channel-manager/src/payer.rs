//! What comes back, as a payer of LDK's reads it: return packets and `attribution_data`. BOLT 4, "Origin Node", and "Hold times for
//! successful payments". The functions that do it are private to LDK. So a `ChannelManager` pays over the route of the case with its
//! session key, its peer answers with the bytes of the case, and what comes of it is what LDK tells the application and its log.

use std::cell::Cell;

use lightning::bitcoin::secp256k1::constants::PUBLIC_KEY_SIZE;
use lightning::bitcoin::secp256k1::{PublicKey, SecretKey};
use lightning::events::Event;
use lightning::ln::msgs::{CommitmentUpdate, UpdateFailHTLC};
use lightning::ln::onion_utils::AttributionData;
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::ser::{BigSize, LengthReadable, Writeable};
use serde_json::{Value, json};
use spontan::protocol::operation::{AttributionOpen, FailureOpen};
use spontan::protocol::{Content, value::Hex};
use spontan_ldk_channel::Channel;

use crate::read;

/// The peer's height, which is the payer's.
const HEIGHT: u32 = 1;
/// The end of what the payer logs of the first hop whose HMAC is wrong, of a failure or a fulfilment. No event has that hop.
const WRONG_HMAC: &str = "HMAC in attribution data for node at pos ";
/// What the payer logs of the hop that failed, before that hop's public key: it can read the message, or not. No event has the hop.
const READ: &str = "Onion Error[from ";
const NOT_READ: [&str; 2] = ["Unreadable failure from ", "Missing error code in failure from "];
/// What it logs when no hop's HMAC fits.
const NOBODY: &str = "Non-attributable failure encountered on route ";
/// The type of `attribution_data` in `update_fail_htlc`: BOLT 2, "Removing an HTLC".
const ATTRIBUTION_DATA: u64 = 1;

thread_local! {
    /// The channel of the cases before, with no HTLC in it, and how many there were. None after an error.
    static CHANNEL: Cell<Option<(Channel, u64)>> = const { Cell::new(None) };
}

/// What LDK's payer learns of a payment.
struct Learnt {
    /// What it tells the application.
    told: Vec<Event>,
    /// What it logs of the way back.
    logged: Vec<String>,
    route: Vec<PublicKey>,
}

/// `attribution.open`: the hold times and the first hop whose HMAC is wrong.
pub fn attribution_open(input: &AttributionOpen) -> Result<Value, Content> {
    let data = Some(&input.attribution_data);
    let learnt = learn(&input.session_key, &input.public_keys, input.packet.as_ref(), data)?;
    let is_failure = input.packet.is_some();
    let hold_times = learnt.told.into_iter().find_map(|event| match event {
        Event::PaymentPathFailed { hold_times, .. } if is_failure => Some(hold_times),
        Event::PaymentPathSuccessful { hold_times, .. } if !is_failure => Some(hold_times),
        _ => None,
    });
    let hold_times = hold_times.ok_or_else(|| Content::error("LDK's payer tells nothing of its payment"))?;
    let wrong = learnt.logged.iter().find_map(|line| line.split_once(WRONG_HMAC)?.1.parse::<usize>().ok());
    match wrong {
        // Every hop of a payment that succeeded has a hold time, or the first one that has none is logged.
        None if !is_failure && hold_times.len() < learnt.route.len() => {
            Err(Content::error("LDK logs no hop whose HMAC is wrong, and leaves out hold times"))
        }
        None => Ok(json!({ "hold_times": hold_times })),
        Some(hop) if hop == hold_times.len() => Ok(json!({ "hold_times": hold_times, "invalid_hop": hop })),
        Some(hop) => Err(Content::error(format!("LDK logs hop {hop}, but tells {} times", hold_times.len()))),
    }
}

/// `failure.open` without the message: the hop, and the code if LDK can read it.
pub fn failure_open(input: &FailureOpen) -> Result<Value, Content> {
    let learnt = learn(&input.session_key, &input.public_keys, Some(&input.packet), None)?;
    let hop = |line: &str| {
        let key = line.get(..2 * PUBLIC_KEY_SIZE).unwrap_or_default();
        let hop = learnt.route.iter().position(|node| node.to_string() == key);
        hop.ok_or_else(|| Content::error(format!("LDK logs a node that is not on the route: {line}")))
    };
    for line in &learnt.logged {
        if line.starts_with(NOBODY) {
            return Err(Content::reject("failure_source_unknown"));
        }
        if let Some(rest) = NOT_READ.iter().find_map(|start| line.strip_prefix(start)) {
            return Ok(json!({ "hop": hop(rest)? }));
        }
        if let Some(rest) = line.strip_prefix(READ) {
            // The name of a code that LDK does not know has a number in brackets as well, which is decimal.
            let code = rest.split_once("(0x").and_then(|(_, rest)| Some(rest.split_once(')')?.0));
            let code = code.ok_or_else(|| Content::error(format!("LDK logs no code: {line}")))?;
            return Ok(json!({ "hop": hop(rest)?, "code": format!("{code:0>4}") }));
        }
    }
    Err(Content::error(format!("LDK logs nothing of the failure: {:?}", learnt.logged)))
}

/// Pays over the route, and has the peer remove the HTLC with this packet, or fulfil it.
fn learn(
    session_key: &Hex,
    public_keys: &[Hex],
    packet: Option<&Hex>,
    attribution_data: Option<&Hex>,
) -> Result<Learnt, Content> {
    let session_key = read(&session_key.0).ok_or_else(|| Content::reject("session_key_invalid"))?;
    let nodes = public_keys.iter();
    let nodes = nodes.map(|key| read(&key.0).ok_or_else(|| Content::reject("public_key_invalid")));
    let route = nodes.collect::<Result<Vec<PublicKey>, _>>()?;
    let (mut channel, payments) = CHANNEL.take().map_or_else(new_channel, Ok)?;
    let mut preimage = [0; 32];
    preimage[..8].copy_from_slice(&payments.to_be_bytes());
    let preimage = PaymentPreimage(preimage);
    channel.pay(session_key, &route, preimage)?;
    channel.settle()?;
    let peer = &channel.payee.manager;
    match packet {
        Some(_) => peer.fail_htlc_backwards(&PaymentHash::from(preimage)),
        None => peer.claim_funds(preimage),
    }
    let told = channel.return_to_payer(|updates| put(updates, packet, attribution_data))?;
    let logged = channel.payer.log.take();
    CHANNEL.set(Some((channel, payments + 1)));
    Ok(Learnt { told, logged, route })
}

fn new_channel() -> Result<(Channel, u64), Content> {
    let peer = SecretKey::from_slice(&[2; 32]).map_err(|error| Content::error(error.to_string()))?;
    Ok((Channel::open(peer, HEIGHT)?, 0))
}

/// Puts the bytes of the case in the message with which the peer removes the HTLC.
fn put(
    updates: &mut CommitmentUpdate,
    packet: Option<&Hex>,
    attribution_data: Option<&Hex>,
) -> Result<(), Content> {
    let broken = || Content::error("LDK reads no update_fail_htlc or attribution_data of these bytes");
    for fulfill in &mut updates.update_fulfill_htlcs {
        let data: Option<AttributionData> = attribution_data.and_then(|data| read(&data.0));
        fulfill.attribution_data = Some(data.ok_or_else(broken)?);
    }
    for fail in &mut updates.update_fail_htlcs {
        *fail = packet.and_then(|packet| failure(fail, packet, attribution_data)).ok_or_else(broken)?;
    }
    Ok(())
}

/// `update_fail_htlc` for the same HTLC, as it would come over the wire: its packet can be set in no other way.
fn failure(of: &UpdateFailHTLC, packet: &Hex, attribution_data: Option<&Hex>) -> Option<UpdateFailHTLC> {
    let mut message = (of.channel_id, of.htlc_id).encode();
    message.extend(u16::try_from(packet.0.len()).ok()?.to_be_bytes());
    message.extend(&packet.0);
    if let Some(data) = attribution_data {
        message.extend(BigSize(ATTRIBUTION_DATA).encode());
        message.extend(BigSize(data.0.len() as u64).encode());
        message.extend(&data.0);
    }
    UpdateFailHTLC::read_from_fixed_length_buffer(&mut message.as_slice()).ok()
}
