//! `attribution_data` as a payer of LDK's reads it: BOLT 4, "Origin Node", and "Hold times for successful payments". The functions
//! that do it are private to LDK. So a `ChannelManager` pays over the route of the case with its session key, its peer answers with
//! the bytes of the case, and what comes of it is what LDK tells the application and its log.

use std::cell::Cell;

use lightning::bitcoin::secp256k1::{PublicKey, SecretKey};
use lightning::events::Event;
use lightning::ln::msgs::{CommitmentUpdate, UpdateFailHTLC};
use lightning::ln::onion_utils::AttributionData;
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::ser::{BigSize, LengthReadable, Writeable};
use serde_json::{Value, json};
use spontan::protocol::operation::AttributionOpen;
use spontan::protocol::{Content, value::Hex};
use spontan_ldk_channel::Channel;

use crate::read;

/// The peer's height, which is the payer's.
const HEIGHT: u32 = 1;
/// The end of what the payer logs of the first hop whose HMAC is wrong, of a failure or a fulfilment. No event has that hop.
const WRONG_HMAC: &str = "HMAC in attribution data for node at pos ";
/// The type of `attribution_data` in `update_fail_htlc`: BOLT 2, "Removing an HTLC".
const ATTRIBUTION_DATA: u64 = 1;

thread_local! {
    /// The channel of the cases before, with no HTLC in it, and how many there were. None after an error.
    static CHANNEL: Cell<Option<(Channel, u64)>> = const { Cell::new(None) };
}

/// `attribution.open`: the hold times and the first hop whose HMAC is wrong.
pub fn open(input: &AttributionOpen) -> Result<Value, Content> {
    let session_key = read(&input.session_key.0).ok_or_else(|| Content::reject("session_key_invalid"))?;
    let nodes = input.public_keys.iter();
    let nodes = nodes.map(|key| read(&key.0).ok_or_else(|| Content::reject("public_key_invalid")));
    let route = nodes.collect::<Result<Vec<PublicKey>, _>>()?;
    let (mut channel, payments) = CHANNEL.take().map_or_else(new_channel, Ok)?;
    let mut preimage = [0; 32];
    preimage[..8].copy_from_slice(&payments.to_be_bytes());
    let read = pay(&mut channel, session_key, &route, PaymentPreimage(preimage), input)?;
    CHANNEL.set(Some((channel, payments + 1)));
    Ok(read)
}

fn new_channel() -> Result<(Channel, u64), Content> {
    let peer = SecretKey::from_slice(&[2; 32]).map_err(|error| Content::error(error.to_string()))?;
    Ok((Channel::open(peer, HEIGHT)?, 0))
}

fn pay(
    channel: &mut Channel,
    session_key: SecretKey,
    route: &[PublicKey],
    preimage: PaymentPreimage,
    input: &AttributionOpen,
) -> Result<Value, Content> {
    channel.pay(session_key, route, preimage)?;
    channel.settle()?;
    let peer = &channel.payee.manager;
    match input.packet {
        Some(_) => peer.fail_htlc_backwards(&PaymentHash::from(preimage)),
        None => peer.claim_funds(preimage),
    }
    let told = channel.return_to_payer(|updates| put(updates, input))?;
    let hold_times = told.into_iter().find_map(|event| match event {
        Event::PaymentPathFailed { hold_times, .. } if input.packet.is_some() => Some(hold_times),
        Event::PaymentPathSuccessful { hold_times, .. } if input.packet.is_none() => Some(hold_times),
        _ => None,
    });
    let hold_times = hold_times.ok_or_else(|| Content::error("LDK's payer tells nothing of its payment"))?;
    let logged = channel.payer.log.take();
    let wrong = logged.iter().find_map(|line| line.split_once(WRONG_HMAC)?.1.parse::<usize>().ok());
    match wrong {
        // Every hop of a payment that succeeded has a hold time, or the first one that has none is logged.
        None if input.packet.is_none() && hold_times.len() < route.len() => {
            Err(Content::error("LDK logs no hop whose HMAC is wrong, and leaves out hold times"))
        }
        None => Ok(json!({ "hold_times": hold_times })),
        Some(hop) if hop == hold_times.len() => Ok(json!({ "hold_times": hold_times, "invalid_hop": hop })),
        Some(hop) => Err(Content::error(format!("LDK logs hop {hop}, but tells {} times", hold_times.len()))),
    }
}

/// Puts the bytes of the case in the message with which the peer removes the HTLC.
fn put(updates: &mut CommitmentUpdate, input: &AttributionOpen) -> Result<(), Content> {
    let broken = || Content::error("LDK reads no update_fail_htlc or attribution_data of these bytes");
    for fulfill in &mut updates.update_fulfill_htlcs {
        let data: AttributionData = read(&input.attribution_data.0).ok_or_else(broken)?;
        fulfill.attribution_data = Some(data);
    }
    for fail in &mut updates.update_fail_htlcs {
        let packet = input.packet.as_ref().ok_or_else(broken)?;
        *fail = failure(fail, packet, &input.attribution_data).ok_or_else(broken)?;
    }
    Ok(())
}

/// `update_fail_htlc` for the same HTLC, as it would come over the wire: its packet can be set in no other way.
fn failure(of: &UpdateFailHTLC, packet: &Hex, attribution_data: &Hex) -> Option<UpdateFailHTLC> {
    let mut message = (of.channel_id, of.htlc_id).encode();
    message.extend(u16::try_from(packet.0.len()).ok()?.to_be_bytes());
    message.extend(&packet.0);
    message.extend(BigSize(ATTRIBUTION_DATA).encode());
    message.extend(BigSize(attribution_data.0.len() as u64).encode());
    message.extend(&attribution_data.0);
    UpdateFailHTLC::read_from_fixed_length_buffer(&mut message.as_slice()).ok()
}
