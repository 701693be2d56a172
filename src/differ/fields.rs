//! A walk over all that a blueprint is made of, each field with what is ordinary there. What a blueprint costs and what
//! is simpler than it both follow from this walk.

use crate::blueprint::onion::{Onion, Payer};
use crate::blueprint::ordinary::{self, AMOUNT, DELTA, EXPIRY, HEIGHT, KEYS};
use crate::blueprint::stream::{Record, Stream};
use crate::blueprint::{Blueprint, Event, Hash, Htlc, Payee};
use crate::bolt1::bigsize::encoded_length;
use crate::bolt4::PACKET_LENGTH;
use crate::protocol::operation::{
    self as input, AmountEncoding, HmacKey, Input, Namespace, OfflineSecret, Profile, Settings, SharedSecret,
    Switch,
};
use crate::protocol::value::Hex;

/// What is done with each field of a blueprint.
pub trait Visitor {
    /// Things of which any can be left out: records, hops, events.
    fn list<T: Clone>(&mut self, list: &mut Vec<T>);

    /// A field that has one of these values, the first the ordinary one, or another.
    fn choice<T: Clone + PartialEq>(&mut self, field: &mut T, values: &[T]);

    /// A number, and the one that it should be near to.
    fn number(&mut self, number: &mut u64, near: u64);

    /// Bytes of any length.
    fn bytes(&mut self, bytes: &mut Vec<u8>);

    /// Bytes whose length is given.
    fn array(&mut self, bytes: &mut [u8]);
}

/// Visits every field.
pub fn visit<V: Visitor>(visitor: &mut V, blueprint: &mut Blueprint) {
    match blueprint {
        Blueprint::Plain(input) => plain(visitor, input),
        Blueprint::Tlv(namespace, stream) => records(visitor, stream, *namespace == Namespace::Payload),
        Blueprint::Peel { node, associated_data, onion } => {
            visitor.choice(node, &[ordinary::node(0)]);
            visitor.choice(associated_data, &[ordinary::ASSOCIATED_DATA.to_vec()]);
            packet(visitor, onion);
        }
        Blueprint::Receive { node, htlc, .. } => {
            payee(visitor, node);
            payment(visitor, htlc);
        }
        Blueprint::Sequence { node, events, .. } => {
            visitor.list(events);
            payee(visitor, node);
            events.iter_mut().for_each(|it| event(visitor, it));
        }
    }
}

fn number<V: Visitor, T: Copy + TryInto<u64> + TryFrom<u64>>(visitor: &mut V, number: &mut T, near: u64) {
    let Ok(mut wide) = (*number).try_into() else { return };
    visitor.number(&mut wide, near);
    if let Ok(narrow) = wide.try_into() {
        *number = narrow;
    }
}

/// A number that has an ordinary value.
fn quantity<V: Visitor, T: Copy + PartialEq + TryInto<u64> + TryFrom<u64>>(
    visitor: &mut V,
    field: &mut T,
    ordinary: u64,
) {
    if let Ok(value) = ordinary.try_into() {
        visitor.choice(field, &[value]);
    }
    number(visitor, field, ordinary);
}

/// Bytes that have an ordinary value: nearer to zero as long as they are others.
fn array<V: Visitor, const N: usize>(visitor: &mut V, bytes: &mut [u8; N]) {
    visitor.choice(bytes, &[[0; N]]);
    visitor.array(bytes);
}

fn records<V: Visitor>(visitor: &mut V, stream: &mut Stream, is_payload: bool) {
    visitor.list(&mut stream.records);
    visitor.choice(&mut stream.tail, &[Vec::new()]);
    visitor.bytes(&mut stream.tail);
    stream.records.iter_mut().for_each(|it| record(visitor, it, is_payload));
}

fn record<V: Visitor>(visitor: &mut V, record: &mut Record, is_payload: bool) {
    let known = ordinary::record(record.r#type).filter(|_| is_payload);
    visitor.choice(record, known.as_slice());
    if known.as_ref() == Some(record) {
        return;
    }
    let minimal =
        |record: &Record| (encoded_length(record.r#type), encoded_length(record.value.len() as u64));
    let widths =
        |minimal| [1, 3, 5, 9].into_iter().filter(move |width| *width >= minimal).collect::<Vec<_>>();
    let (type_width, length_width) = minimal(record);
    visitor.choice(&mut record.type_width, &widths(type_width));
    visitor.choice(&mut record.length_width, &widths(length_width));
    let is_minimal = (record.type_width == type_width, record.length_width == length_width);
    if known.is_none() {
        visitor.number(&mut record.r#type, 0);
    }
    visitor.bytes(&mut record.value);
    let (type_width, length_width) = minimal(record);
    if is_minimal.0 {
        record.type_width = type_width;
    }
    if is_minimal.1 {
        record.length_width = length_width;
    }
}

fn packet<V: Visitor>(visitor: &mut V, onion: &mut Onion) {
    records(visitor, &mut onion.payload, true);
    visitor.choice(&mut onion.payer, &(0..KEYS).map(Payer::Ordinary).collect::<Vec<_>>());
    if let Payer::Unknown(unknown) = &mut onion.payer {
        visitor.array(&mut unknown.1);
    }
    quantity(visitor, &mut onion.version, 0);
    visitor.choice(&mut onion.key, &[None]);
    if let Some(key) = &mut onion.key {
        visitor.array(key);
    }
    visitor.choice(&mut onion.prefix, &[None]);
    if let Some((length, width)) = &mut onion.prefix {
        visitor.choice(width, &[1, 3, 5, 9]);
        visitor.number(length, 0);
    }
    array(visitor, &mut onion.next_hmac);
    array(visitor, &mut onion.hmac_xor);
    visitor.choice(&mut onion.zero_hmac, &[false]);
    visitor.choice(&mut onion.flip, &[None]);
    if let Some((_, bits)) = &mut onion.flip {
        number(visitor, bits, 1);
    }
    quantity(visitor, &mut onion.length, PACKET_LENGTH as u64);
    visitor.choice(&mut onion.path_key, &[None]);
}

fn payment<V: Visitor>(visitor: &mut V, htlc: &mut Htlc) {
    packet(visitor, &mut htlc.onion);
    let shared = [Profile::Bolt4, Profile::XOnly].map(Hash::Shared);
    visitor.choice(&mut htlc.hash, &[Hash::Record, shared[0], shared[1]]);
    if let Hash::Given(hash) = &mut htlc.hash {
        array(visitor, hash);
    }
    quantity(visitor, &mut htlc.amount, AMOUNT);
    quantity(visitor, &mut htlc.expiry, EXPIRY.into());
}

fn settings<V: Visitor>(visitor: &mut V, settings: &mut Settings) {
    visitor.choice(&mut settings.keysend, &[Switch::Accept]);
    let ordinary = [SharedSecret::Off, SharedSecret::Bolt4];
    visitor.choice(&mut settings.shared_secret, &ordinary);
    quantity(visitor, &mut settings.min_final_cltv_expiry_delta, DELTA.into());
}

fn payee<V: Visitor>(visitor: &mut V, node: &mut Payee) {
    visitor.choice(&mut node.secret, &[ordinary::node(0)]);
    quantity(visitor, &mut node.height, HEIGHT.into());
    settings(visitor, &mut node.settings);
}

fn event<V: Visitor>(visitor: &mut V, event: &mut Event) {
    let other = match event {
        Event::Htlc(htlc) => return payment(visitor, htlc),
        Event::Other(other) => other,
    };
    match other {
        input::Event::Htlc { .. } => {}
        input::Event::Invoice { preimage, payment_secret, amount_msat } => {
            visitor.choice(amount_msat, &[None]);
            if let Some(amount) = amount_msat {
                visitor.number(&mut amount.0, AMOUNT);
            }
            visitor.array(&mut payment_secret.0);
            visitor.array(&mut preimage.0);
        }
        input::Event::Height { height } => number(visitor, height, HEIGHT.into()),
        // When a set fails is the node's choice within bounds, so that times stay well away from 60 seconds.
        input::Event::Time { seconds } => visitor.choice(seconds, &[if *seconds < 60 { 1 } else { 120 }]),
        input::Event::Settings { settings: new } => settings(visitor, new),
    }
}

fn plain<V: Visitor>(visitor: &mut V, plain: &mut Input) {
    match plain {
        Input::BigSizeDecode(input) => visitor.bytes(&mut input.bytes.0),
        Input::BigSizeEncode(input) => visitor.number(&mut input.value.0, 0),
        Input::Ecdh(input) => {
            key(visitor, &mut input.secret_key, &ordinary::session(0).encode());
            key(visitor, &mut input.public_key, &ordinary::node_public(0));
        }
        Input::Construct(input) => {
            visitor.list(&mut input.hops);
            key(visitor, &mut input.session_key, &ordinary::session(0).encode());
            visitor.array(&mut input.associated_data.0);
            for hop in &mut input.hops {
                key(visitor, &mut hop.public_key, &ordinary::node_public(0));
                let mut payload = Stream::parse(&hop.payload.0);
                records(visitor, &mut payload, true);
                hop.payload = Hex(payload.bytes());
            }
        }
        Input::KeysendSend(input) | Input::SharedSecretSend(input) => send(visitor, input),
        Input::FailureCreate(input) => {
            visitor.array(&mut input.shared_secret.0);
            visitor.bytes(&mut input.failure_message.0);
        }
        Input::FailureWrap(input) => {
            visitor.array(&mut input.shared_secret.0);
            visitor.bytes(&mut input.packet.0);
        }
        Input::FailureOpen(input) => {
            keys_of_route(visitor, &mut input.session_key, &mut input.public_keys);
            visitor.bytes(&mut input.packet.0);
        }
        Input::AttributionUpdate(input) => {
            visitor.choice(&mut input.packet, &[None]);
            visitor.choice(&mut input.attribution_data, &[None]);
            visitor.array(&mut input.shared_secret.0);
            number(visitor, &mut input.hold_time, 0);
            input.packet.iter_mut().for_each(|packet| visitor.bytes(&mut packet.0));
            input.attribution_data.iter_mut().for_each(|data| visitor.array(&mut data.0));
        }
        Input::AttributionOpen(input) => {
            visitor.choice(&mut input.packet, &[None]);
            keys_of_route(visitor, &mut input.session_key, &mut input.public_keys);
            input.packet.iter_mut().for_each(|packet| visitor.bytes(&mut packet.0));
            visitor.array(&mut input.attribution_data.0);
        }
        Input::BlindedCreate(input) => {
            visitor.list(&mut input.hops);
            key(visitor, &mut input.session_key, &ordinary::session(0).encode());
            for hop in &mut input.hops {
                key(visitor, &mut hop.public_key, &ordinary::node_public(0));
                visitor.bytes(&mut hop.recipient_data.0);
            }
        }
        Input::BlindedUnblind(input) => {
            key(visitor, &mut input.node_secret, &ordinary::session(0).encode());
            key(visitor, &mut input.path_key, &ordinary::node_public(0));
            visitor.bytes(&mut input.encrypted_recipient_data.0);
        }
        Input::FeaturesMayPay(input) => {
            visitor.bytes(&mut input.node_features.0);
            input.invoice_features.iter_mut().for_each(|features| visitor.bytes(&mut features.0));
        }
        Input::FeaturesAnnounce(input) => visitor.list(&mut input.bits),
        Input::AmpSplit(input) => {
            visitor.array(&mut input.root.0);
            visitor.array(&mut input.set_id.0);
            input.shares.iter_mut().for_each(|share| visitor.array(&mut share.0));
            input.child_indexes.iter_mut().for_each(|index| number(visitor, index, 0));
        }
        Input::AmpClaim(input) => {
            visitor.list(&mut input.parts);
            for part in &mut input.parts {
                visitor.bytes(&mut part.record.0);
                visitor.array(&mut part.payment_hash.0);
            }
        }
        Input::PayerSequence(input) => {
            // What comes back fits the attempts before it, and these are counted: only the end can be left out.
            let shorter: Vec<_> = (0..input.events.len()).map(|end| input.events[..end].to_vec()).collect();
            visitor.choice(&mut input.events, &shorter);
        }
        Input::OfflineDerive(input) => {
            key(visitor, &mut input.secret_key, &ordinary::session(0).encode());
            key(visitor, &mut input.public_key, &ordinary::node_public(0));
            number(visitor, &mut input.amount.0, AMOUNT);
            visitor.choice(&mut input.secret, &[OfflineSecret::X]);
            visitor.choice(&mut input.hmac_key, &[HmacKey::Secret]);
            visitor.choice(&mut input.amount_encoding, &[AmountEncoding::U64]);
        }
        // These could not be taken apart.
        _ => {}
    }
}

fn keys_of_route<V: Visitor>(visitor: &mut V, session_key: &mut Hex, public_keys: &mut Vec<Hex>) {
    visitor.list(public_keys);
    key(visitor, session_key, &ordinary::session(0).encode());
    public_keys.iter_mut().for_each(|public_key| key(visitor, public_key, &ordinary::node_public(0)));
}

/// A key, or any bytes in the place of one.
fn key<V: Visitor>(visitor: &mut V, field: &mut Hex, ordinary: &[u8]) {
    visitor.choice(&mut field.0, &[ordinary.to_vec()]);
    if field.0 != ordinary {
        visitor.bytes(&mut field.0);
    }
}

fn send<V: Visitor>(visitor: &mut V, send: &mut input::Send) {
    // The last hop has no channel after it; whether it had one stays as it was.
    let last_channel = send.hops.last().map(|hop| hop.short_channel_id.clone());
    visitor.list(&mut send.hops);
    if let (Some(last), Some(channel)) = (send.hops.last_mut(), last_channel) {
        last.short_channel_id = channel;
    }
    visitor.list(&mut send.custom_records);
    key(visitor, &mut send.session_key, &ordinary::session(0).encode());
    if let Some(preimage) = &mut send.preimage {
        key(visitor, preimage, &ordinary::PREIMAGE);
    }
    if let Some(profile) = &mut send.profile {
        visitor.choice(profile, &[Profile::Bolt4]);
    }
    let count = send.hops.len();
    for (index, hop) in send.hops.iter_mut().enumerate() {
        let channel = (index + 1 < count).then(|| ordinary::CHANNEL.into());
        visitor.choice(&mut hop.short_channel_id, &[channel]);
        key(visitor, &mut hop.public_key, &ordinary::node_public(0));
        quantity(visitor, &mut hop.amt_to_forward.0, AMOUNT);
        quantity(visitor, &mut hop.outgoing_cltv_value, EXPIRY.into());
    }
    for record in &mut send.custom_records {
        visitor.number(&mut record.r#type.0, 0);
        visitor.bytes(&mut record.value.0);
    }
}
