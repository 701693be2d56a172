//! The way back: return packets and `attribution_data`.

use super::{bytes, public_key, secret_key};
use crate::bolt4::SharedSecret;
use crate::bolt4::attribution::{self, AttributionData};
use crate::bolt4::construct;
use crate::bolt4::return_packet::{self, RETURN_PACKET_LENGTH};
use crate::node::Policies;
use crate::node::policy::{ReturnPacketPad, ShortReturnPacket};
use crate::protocol::operation as input;
use crate::protocol::value::Hex;
use crate::protocol::{Content, OperationResult, output};

fn shared_secret(value: &Hex) -> Result<SharedSecret, Content> {
    bytes(value, "shared_secret").map(SharedSecret)
}

fn shared_secrets(session_key: &Hex, public_keys: &[Hex]) -> Result<Vec<SharedSecret>, Content> {
    let session_key = secret_key(session_key, "session_key_invalid")?;
    let nodes = public_keys.iter().map(public_key).collect::<Result<Vec<_>, _>>()?;
    Ok(construct::shared_secrets(&session_key, nodes))
}

pub fn create(input: &input::FailureCreate) -> OperationResult<output::ReturnPacket> {
    let secret = shared_secret(&input.shared_secret)?;
    let message = &input.failure_message.0;
    let mut packet = return_packet::create(&secret, message, return_packet::pad_length(message.len()))
        .ok_or_else(|| Content::error("failure_message does not fit into update_fail_htlc"))?;
    return_packet::obfuscate(&secret, &mut packet);
    Ok(output::ReturnPacket { packet: packet.into() })
}

pub fn wrap(input: &input::FailureWrap) -> OperationResult<output::ReturnPacket> {
    let mut packet = input.packet.clone();
    return_packet::obfuscate(&shared_secret(&input.shared_secret)?, &mut packet.0);
    Ok(output::ReturnPacket { packet })
}

pub fn open(input: &input::FailureOpen, policies: Policies) -> OperationResult<output::FailureOpen> {
    let secrets = shared_secrets(&input.session_key, &input.public_keys)?;
    let packet = &input.packet.0;
    if packet.len() < RETURN_PACKET_LENGTH && policies.short_return_packet == ShortReturnPacket::Refuse {
        return Err(Content::reject("return_packet_too_short"));
    }
    let opened =
        return_packet::open(&secrets, packet).ok_or_else(|| Content::reject("failure_source_unknown"))?;
    let is_read = opened.is_well_padded() || policies.return_packet_pad == ReturnPacketPad::Ignore;
    let message = opened.failure_message().filter(|_| is_read);
    Ok(output::FailureOpen {
        hop: opened.hop,
        failure_message: message.map(Hex::from),
        code: message.and_then(|message| message.get(..2)).map(Hex::from),
    })
}

fn attribution_data(value: &Hex) -> Result<AttributionData, Content> {
    bytes(value, "attribution_data").map(AttributionData)
}

pub fn update(input: &input::AttributionUpdate) -> OperationResult<output::AttributionUpdate> {
    let received = match &input.attribution_data {
        Some(data) => attribution_data(data)?,
        None => AttributionData::EMPTY,
    };
    let packet = input.packet.as_ref().map_or(&[][..], |packet| &packet.0);
    let updated = received.updated(&shared_secret(&input.shared_secret)?, input.hold_time, packet);
    Ok(output::AttributionUpdate { attribution_data: updated.0.into() })
}

pub fn read(input: &input::AttributionOpen) -> OperationResult<output::AttributionOpen> {
    let secrets = shared_secrets(&input.session_key, &input.public_keys)?;
    if secrets.len() > attribution::HOPS {
        return Err(Content::error("attribution_data has no room for more than 20 hops"));
    }
    let packet = input.packet.as_ref().map(|packet| packet.0.as_slice());
    let read = attribution::read(&secrets, packet, &attribution_data(&input.attribution_data)?);
    Ok(output::AttributionOpen { hold_times: read.hold_times, invalid_hop: read.invalid })
}
