//! Changes to a blueprint that is worth keeping: small ones that leave most of it as it is, and the generator's own faults.

use super::bytes::{bytes, number, one_byte};
use super::scope::Scope;
use super::{amp, blinded, features, payer, payment, route, sequence, tlv};
use crate::blueprint::onion::Onion;
use crate::blueprint::stream::{Record, Stream};
use crate::blueprint::{Blueprint, Event, Hash, Htlc, Payee};
use crate::bolt4::attribution::{HOPS, LENGTH};
use crate::bolt4::return_packet::{MESSAGE_AND_PAD, RETURN_PACKET_LENGTH};
use crate::differ::dice::Dice;
use crate::protocol::operation::{BlindedCreate, Construct, Input, Namespace, Send};
use crate::protocol::value::Hex;

/// Beyond this number of records a stream does not grow, nor a sequence beyond this number of events.
const MAX_ITEMS: usize = 12;

/// Changes one thing of a blueprint.
pub fn change(blueprint: &mut Blueprint, scope: Scope, dice: &mut Dice) {
    match blueprint {
        // What comes back to a payer fits what it sent: a sequence is made anew.
        Blueprint::Plain(Input::PayerSequence(input)) => *input = payer::sequence(scope, dice),
        Blueprint::Plain(input) => plain(input, dice),
        Blueprint::Tlv(namespace, stream) => records(stream, *namespace, dice),
        Blueprint::Peel { associated_data, onion, .. } => match dice.below(8) {
            0 => one_byte(associated_data, dice),
            _ => packet(onion, dice),
        },
        Blueprint::Receive { node, htlc, .. } => htlc_like(htlc, node, dice),
        Blueprint::Sequence { node, events, .. } => story(node, events, scope, dice),
    }
}

fn plain(input: &mut Input, dice: &mut Dice) {
    match input {
        Input::BigSizeDecode(input) => bytes(&mut input.bytes.0, dice),
        Input::BigSizeEncode(input) => input.value.0 = number(input.value.0, dice),
        Input::Ecdh(input) => {
            let key = if dice.once_in(2) { &mut input.secret_key } else { &mut input.public_key };
            bytes(&mut key.0, dice);
        }
        Input::Construct(input) => construct(input, dice),
        Input::KeysendSend(input) | Input::SharedSecretSend(input) => send(input, dice),
        Input::FailureCreate(input) => match dice.below(4) {
            0 => one_byte(&mut input.shared_secret.0, dice),
            _ if input.failure_message.0.len() < MESSAGE_AND_PAD => bytes(&mut input.failure_message.0, dice),
            _ => one_byte(&mut input.failure_message.0, dice),
        },
        Input::FailureWrap(input) => match dice.below(4) {
            0 => one_byte(&mut input.shared_secret.0, dice),
            _ => bytes(&mut input.packet.0, dice),
        },
        Input::FailureOpen(input) => match dice.below(8) {
            0 => bytes(&mut input.session_key.0, dice),
            1 => route_of_keys(&mut input.public_keys, 27, dice),
            _ => bytes(&mut input.packet.0, dice),
        },
        Input::AttributionUpdate(input) => {
            match (dice.below(8), &mut input.packet, &mut input.attribution_data) {
                (0, ..) => one_byte(&mut input.shared_secret.0, dice),
                (1, packet, _) => there_or_not(packet, RETURN_PACKET_LENGTH),
                (2, _, data) => there_or_not(data, LENGTH),
                (3, Some(packet), _) => bytes(&mut packet.0, dice),
                (4 | 5, _, Some(data)) => one_byte(&mut data.0, dice),
                _ => input.hold_time = number(input.hold_time.into(), dice) as u32,
            }
        }
        Input::AttributionOpen(input) => match (dice.below(8), &mut input.packet) {
            (0, _) => bytes(&mut input.session_key.0, dice),
            (1, _) => route_of_keys(&mut input.public_keys, HOPS, dice),
            (2, packet) => there_or_not(packet, RETURN_PACKET_LENGTH),
            (3, Some(packet)) => bytes(&mut packet.0, dice),
            _ => one_byte(&mut input.attribution_data.0, dice),
        },
        Input::BlindedCreate(input) => blinded_create(input, dice),
        Input::BlindedUnblind(input) => match dice.below(8) {
            0 => bytes(&mut input.node_secret.0, dice),
            1 => bytes(&mut input.path_key.0, dice),
            2 => bytes(&mut input.encrypted_recipient_data.0, dice),
            _ => *input = blinded::unblind(dice),
        },
        Input::FeaturesMayPay(input) => match (&mut input.invoice_features, dice.below(4)) {
            (Some(invoice), 0 | 1) => features::toggle(&mut invoice.0, dice),
            (_, 2) => input.node_features.0.insert(0, 0),
            _ => features::toggle(&mut input.node_features.0, dice),
        },
        Input::FeaturesAnnounce(input) => match dice.below(3) {
            0 if !input.bits.is_empty() => drop(input.bits.remove(dice.below(input.bits.len()))),
            _ => features::more(&mut input.bits, dice),
        },
        Input::AmpSplit(input) => {
            match (dice.below(4), input.shares.last_mut(), input.child_indexes.last_mut()) {
                (0, ..) => one_byte(&mut input.root.0, dice),
                (1, ..) => one_byte(&mut input.set_id.0, dice),
                (2, Some(share), _) => one_byte(&mut share.0, dice),
                (_, _, Some(index)) => *index = number((*index).into(), dice) as u32,
                _ => {}
            }
        }
        Input::AmpClaim(input) => amp::spoil(input, dice),
        Input::OfflineDerive(input) => match dice.below(4) {
            0 => bytes(&mut input.secret_key.0, dice),
            1 => bytes(&mut input.public_key.0, dice),
            _ => input.amount.0 = number(input.amount.0, dice),
        },
        // The others have blueprints of their own, unless they could not be taken apart.
        _ => {}
    }
}

/// Takes bytes away, or puts so many zeros where there are none.
fn there_or_not(bytes: &mut Option<Hex>, length: usize) {
    *bytes = bytes.is_none().then(|| Hex(vec![0; length]));
}

/// A hop more or less, or another byte of a key.
fn route_of_keys(keys: &mut Vec<Hex>, most: usize, dice: &mut Dice) {
    let at = dice.below(keys.len());
    match dice.below(3) {
        0 if keys.len() > 1 => drop(keys.remove(at)),
        1 if !keys.is_empty() && keys.len() < most => keys.insert(at, keys[at].clone()),
        _ => keys.iter_mut().skip(at).take(1).for_each(|key| bytes(&mut key.0, dice)),
    }
}

fn records(stream: &mut Stream, namespace: Namespace, dice: &mut Dice) {
    let count = stream.records.len();
    if count == 0 && stream.tail.is_empty() || count < MAX_ITEMS && dice.once_in(4) {
        return tlv::plant(stream, namespace, dice);
    }
    let at = dice.below(count + usize::from(!stream.tail.is_empty()));
    let Some(record) = stream.records.get_mut(at) else { return bytes(&mut stream.tail, dice) };
    match dice.below(8) {
        0 => drop(stream.records.remove(at)),
        1 => *record = Record { r#type: number(record.r#type, dice), ..record.clone() },
        2 => {
            let mut value = record.value.clone();
            bytes(&mut value, dice);
            record.set(value);
        }
        _ => one_byte(&mut record.value, dice),
    }
}

fn packet(onion: &mut Onion, dice: &mut Dice) {
    match dice.below(8) {
        0 => payment::plant_in_packet(onion, dice),
        1 => one_byte(&mut onion.next_hmac, dice),
        2 => {
            // A payload of any bytes, since what is peeled is not read.
            let mut payload = onion.payload.bytes();
            bytes(&mut payload, dice);
            onion.payload = Stream::parse(&payload);
        }
        _ => records(&mut onion.payload, Namespace::Payload, dice),
    }
}

fn htlc_like(htlc: &mut Htlc, node: &Payee, dice: &mut Dice) {
    match (dice.below(8), &mut htlc.hash) {
        (0 | 1, _) => payment::plant(htlc, node, dice),
        (2, _) => htlc.amount = number(htlc.amount, dice),
        (3, _) => htlc.expiry = number(htlc.expiry.into(), dice) as u32,
        (4, Hash::Given(hash)) => one_byte(hash, dice),
        _ => packet(&mut htlc.onion, dice),
    }
}

fn story(node: &Payee, events: &mut Vec<Event>, scope: Scope, dice: &mut Dice) {
    let at = dice.below(events.len());
    match (dice.below(6), events.get_mut(at)) {
        (0, Some(_)) => drop(events.remove(at)),
        (1, Some(event)) if dice.once_in(2) => {
            let event = event.clone();
            let to = dice.below(events.len() + 1);
            events.insert(to, event);
        }
        (1, Some(_)) => {
            let other = dice.below(events.len());
            events.swap(at, other);
        }
        (2 | 3, Some(Event::Htlc(htlc))) => htlc_like(htlc, node, dice),
        _ => sequence::more(node, events, scope, dice),
    }
    events.truncate(MAX_ITEMS);
}

fn construct(input: &mut Construct, dice: &mut Dice) {
    let at = dice.below(input.hops.len());
    match (dice.below(6), input.hops.get_mut(at)) {
        (0, _) => one_byte(&mut input.associated_data.0, dice),
        (1, _) => one_byte(&mut input.session_key.0, dice),
        (2, Some(hop)) => one_byte(&mut hop.public_key.0, dice),
        (3, Some(_)) => drop(input.hops.remove(at)),
        (_, Some(hop)) => bytes(&mut hop.payload.0, dice),
        (_, None) => {}
    }
}

fn blinded_create(input: &mut BlindedCreate, dice: &mut Dice) {
    let at = dice.below(input.hops.len());
    match (dice.below(6), input.hops.get_mut(at)) {
        (0, Some(_)) => drop(input.hops.remove(at)),
        (1, Some(hop)) => bytes(&mut hop.public_key.0, dice),
        (2 | 3, Some(hop)) => bytes(&mut hop.recipient_data.0, dice),
        _ => one_byte(&mut input.session_key.0, dice),
    }
}

fn send(send: &mut Send, dice: &mut Dice) {
    let at = dice.below(send.hops.len());
    let custom = dice.below(send.custom_records.len());
    match (dice.below(8), send.hops.get_mut(at), &mut send.preimage) {
        (0 | 1, Some(_), _) => route::plant(send, dice),
        (2, _, Some(preimage)) => one_byte(&mut preimage.0, dice),
        (3, Some(hop), _) => hop.amt_to_forward.0 = number(hop.amt_to_forward.0, dice),
        (4, Some(hop), _) => hop.outgoing_cltv_value = number(hop.outgoing_cltv_value.into(), dice) as u32,
        (5, Some(hop), _) => {
            if let Some(Hex(channel)) = &mut hop.short_channel_id {
                one_byte(channel, dice);
            }
        }
        _ => {
            if let Some(record) = send.custom_records.get_mut(custom) {
                bytes(&mut record.value.0, dice);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differ::generate::blueprint;
    use crate::node::Policies;
    use crate::protocol::{Content, OPERATIONS};
    use crate::reference;

    #[test]
    fn what_is_changed_is_another_input_of_its_operation_that_has_a_verdict() {
        let scope = Scope { bolt4: true, x_only: true, policies: Policies::default() };
        for (operation, _) in OPERATIONS {
            let (mut other, mut verdicts) = (0, 0);
            for case in 0..30 {
                let dice = &mut Dice::new(2, case);
                let mut blueprint = blueprint(operation, scope, dice).unwrap();
                for _ in 0..10 {
                    let before = blueprint.clone();
                    change(&mut blueprint, scope, dice);
                    assert_eq!(blueprint.operation(), *operation);
                    other += u32::from(blueprint != before);
                    let answer = reference::answer_input(&blueprint.build(), Policies::default());
                    verdicts += u32::from(matches!(answer, Content::Accept(_) | Content::Reject(_)));
                }
            }
            assert!(other > 200, "{operation}: {other} of 300 changes change something");
            assert_eq!(verdicts, 300, "{operation}");
        }
    }
}
