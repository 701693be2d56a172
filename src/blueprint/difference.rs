//! In what two blueprints differ: the changes that make one of the other, each as the line of a recipe, such as
//! `payment.record(KEYSEND).flip(31, 0x01)`. A change is made by the very call that it prints.

use super::argument::{Argument, array, bits, bytes, key, named, optional, plain, type_of};
use super::onion::Onion;
use super::stream::{Record, Stream};
use super::{Blueprint, Hash, Htlc, Payee};
use crate::bolt1::integer::decode_truncated;
use crate::bolt4::PACKET_LENGTH;
use crate::bolt4::payload::types;
use crate::protocol::operation::Namespace;

/// `verb!(lines, record.flip(plain(31), bits(1)))` makes the change and adds its line.
macro_rules! verb {
    ($lines:ident, $now:ident.$verb:ident($($argument:expr),+)) => {{
        let arguments = [$($argument.text),+].join(", ");
        $lines.push(format!("{}({arguments})", stringify!($verb)));
        $now.$verb($($argument.value),+);
    }};
}

/// `assign!(lines, htlc.amount = plain(1))` gives a field this value, and adds the line, unless it has it.
macro_rules! assign {
    ($lines:ident, $now:ident.$($field:ident).+ = $to:expr) => {
        assign(&mut $lines, stringify!($($field).+), &mut $now.$($field).+, $to)
    };
}

fn assign<T: PartialEq>(lines: &mut Vec<String>, name: &str, now: &mut T, to: Argument<T>) {
    if *now != to.value {
        lines.push(format!("{name} = {}", to.text));
        *now = to.value;
    }
}

fn within(place: &str, lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("{place}.{line}")).collect()
}

/// The lines that make `to` of `from`; none for inputs that are not of the same operation, have no verbs (numbers, keys,
/// routes, sequences), or where the packet's payer is not known.
pub fn difference(from: &Blueprint, to: &Blueprint) -> Option<Vec<String>> {
    let mut now = from.clone();
    let lines = match (&mut now, to) {
        (Blueprint::Tlv(namespace, now), Blueprint::Tlv(other, to)) if namespace == other => {
            within("stream", stream(now, to, *namespace == Namespace::Payload))
        }
        (
            Blueprint::Peel { node: node_now, associated_data: data_now, onion: now },
            Blueprint::Peel { node, associated_data, onion: to },
        ) => {
            let mut lines = Vec::new();
            assign(&mut lines, "node", node_now, key(*node));
            assign(&mut lines, "associated_data", data_now, bytes(associated_data));
            lines.extend(within("onion", onion(now, to)));
            within("peel", lines)
        }
        (
            Blueprint::Receive { shared_secret, node: node_now, htlc: now },
            Blueprint::Receive { shared_secret: other, node, htlc: to },
        ) if shared_secret == other => {
            let mut lines = within("node", payee(node_now, node));
            lines.extend(htlc(now, to, node));
            within("payment", lines)
        }
        _ => return None,
    };
    (now.build() == to.build()).then_some(lines)
}

fn payee(now: &mut Payee, to: &Payee) -> Vec<String> {
    let mut lines = Vec::new();
    let settings = to.settings;
    assign!(lines, now.secret = key(to.secret));
    assign!(lines, now.height = plain(to.height));
    assign!(lines, now.settings.keysend = named("Switch::", settings.keysend));
    assign!(lines, now.settings.shared_secret = named("SharedSecret::", settings.shared_secret));
    assign!(lines, now.settings.min_final_cltv_expiry_delta = plain(settings.min_final_cltv_expiry_delta));
    lines
}

fn htlc(now: &mut Htlc, to: &Htlc, node: &Payee) -> Vec<String> {
    let mut lines = within("onion", onion(&mut now.onion, &to.onion));
    for line in &mut lines {
        // A payment has the verbs of its payload at hand.
        *line = line.replacen("onion.payload.record(", "record(", 1);
        *line = line.replacen("onion.payload.", "payload().", 1);
    }
    assign!(lines, now.amount = plain(to.amount));
    assign!(lines, now.expiry = plain(to.expiry));
    if now.payment_hash(&node.secret) != to.payment_hash(&node.secret) {
        match to.hash {
            Hash::Given(hash) => verb!(lines, now.pays(array(hash))),
            Hash::Record => assign!(lines, now.hash = named("Hash::", to.hash)),
            Hash::Shared(profile) => {
                let text = format!("Hash::Shared(Profile::{profile:?})");
                assign!(lines, now.hash = Argument { value: to.hash, text });
            }
        }
    }
    lines
}

fn onion(now: &mut Onion, to: &Onion) -> Vec<String> {
    let mut lines = within("payload", stream(&mut now.payload, &to.payload, true));
    match to.prefix {
        Some((length, width)) if now.prefix != to.prefix => {
            verb!(lines, now.prefix(plain(length), plain(width)));
        }
        _ => assign!(lines, now.prefix = plain(to.prefix)),
    }
    if now.next_hmac != to.next_hmac {
        verb!(lines, now.next_hmac(array(to.next_hmac)));
    }
    if to.session().is_some() {
        assign!(lines, now.payer = named("Payer::", to.payer.clone()));
    }
    assign!(lines, now.version = plain(to.version));
    assign!(lines, now.key = optional(to.key));
    assign!(lines, now.length = plain(to.length));
    assign!(lines, now.path_key = optional(to.path_key));
    assign!(lines, now.zero_hmac = plain(to.zero_hmac));
    match to.flip {
        Some((at, xor)) if now.flip != to.flip => verb!(lines, now.flip(plain(34 + at), bits(xor))),
        _ => assign!(lines, now.flip = plain(to.flip)),
    }
    let hmac_at = PACKET_LENGTH - to.hmac_xor.len();
    let other: Vec<_> = (0..to.hmac_xor.len()).filter(|at| now.hmac_xor[*at] != to.hmac_xor[*at]).collect();
    if other.len() > 2 {
        assign!(lines, now.hmac_xor = array(to.hmac_xor));
    } else {
        for at in other {
            verb!(lines, now.flip(plain(hmac_at + at), bits(now.hmac_xor[at] ^ to.hmac_xor[at])));
        }
    }
    lines
}

/// Record by record, unless bytes that are cut off or put at the end say all in one.
fn stream(now: &mut Stream, to: &Stream, is_payload: bool) -> Vec<String> {
    let (mut by_record, mut by_bytes) = (now.clone(), now.clone());
    let records = records(&mut by_record, to, is_payload);
    let bytes = end(&mut by_bytes, &to.bytes());
    let is_whole = by_record.bytes() == to.bytes();
    let is_better = is_whole && (records.len() < 2 || bytes.len() > 1);
    let (made, lines) = if is_better { (by_record, records) } else { (by_bytes, bytes) };
    *now = made;
    lines
}

/// What is cut off and put at the end.
fn end(now: &mut Stream, to: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let from = now.bytes();
    let common = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    if common < from.len() {
        verb!(lines, now.cut(plain(from.len() - common)));
    }
    append(now, &to[common..], &mut lines);
    lines
}

fn append(now: &mut Stream, more: &[u8], lines: &mut Vec<String>) {
    if !more.is_empty() {
        verb!(lines, now.append(Argument { value: more, text: format!("&{}", bytes(more).text) }));
    }
}

fn records(now: &mut Stream, to: &Stream, is_payload: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for record in now.records.clone() {
        if to.find(record.r#type).is_none() && now.find(record.r#type).is_some() {
            verb!(lines, now.drop(type_of(&record, is_payload)));
        }
    }
    let mut last = None;
    for record in &to.records {
        let name = || type_of(record, is_payload);
        let mut in_record = Vec::new();
        match now.records.iter().find(|now| now.r#type == record.r#type) {
            Some(now_first) if now_first == record && last == Some(record) => {
                verb!(lines, now.repeat(name()));
            }
            Some(first) if first.value == record.value => {}
            first => match integer(record).filter(|_| is_payload) {
                Some(number) => verb!(lines, now.put_integer(name(), plain(number))),
                None if first.is_none() => verb!(lines, now.put(name(), bytes(&record.value))),
                None => in_record = value(now.record(record.r#type), record),
            },
        }
        let first = now.record(record.r#type);
        if first.type_width != record.type_width {
            verb!(in_record, first.widen_type(plain(record.type_width)));
        }
        if first.length_width != record.length_width {
            verb!(in_record, first.widen_length(plain(record.length_width)));
        }
        lines.extend(within(&format!("record({})", name().text), in_record));
        last = Some(record);
    }
    if let Some(first) = to.records.first().filter(|first| now.records.first() != Some(first)) {
        verb!(lines, now.move_to_front(type_of(first, is_payload)));
    }
    if let Some(tail) = to.tail.strip_prefix(now.tail.as_slice()) {
        append(now, tail, &mut lines);
    }
    lines
}

/// The number that the record of an amount or a height holds.
fn integer(record: &Record) -> Option<u64> {
    let is_integer = matches!(
        record.r#type,
        types::AMT_TO_FORWARD | types::OUTGOING_CLTV_VALUE | types::TOTAL_AMOUNT_MSAT
    );
    decode_truncated(&record.value, 8).ok().filter(|_| is_integer)
}

fn value(now: &mut Record, to: &Record) -> Vec<String> {
    let mut lines = Vec::new();
    let length = to.value.len();
    let mut resized = now.value.clone();
    resized.resize(length, 0);
    let other: Vec<_> = (0..length).filter(|at| resized[*at] != to.value[*at]).collect();
    match other.as_slice() {
        [] => verb!(lines, now.resize(plain(length))),
        [at] if now.value.len() == length => {
            verb!(lines, now.flip(plain(*at), bits(resized[*at] ^ to.value[*at])));
        }
        _ => verb!(lines, now.set(bytes(&to.value))),
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::onion::Payer;
    use crate::blueprint::ordinary;
    use crate::bolt1::SecretKey;
    use crate::protocol::operation::{SharedSecret, Switch};

    /// The lines from a payload with types 2, 4 and 77 to the one that this change gives.
    fn lines(change: impl FnOnce(&mut Stream)) -> Vec<String> {
        let mut from = Stream::parse(&[2, 1, 7, 4, 1, 9, 77, 4, 1, 2, 3, 4]);
        let mut to = from.clone();
        change(&mut to);
        stream(&mut from, &to, true)
    }

    #[test]
    fn a_verb_prints_as_it_was_made() {
        assert_eq!(lines(|it| it.record(77).flip(3, 0x10)), ["record(77).flip(3, 0x10)"]);
        assert_eq!(lines(|it| it.record(77).resize(6)), ["record(77).resize(6)"]);
        assert_eq!(lines(|it| it.record(77).set([9; 32])), ["record(77).set([0x09; 32])"]);
        assert_eq!(lines(|it| it.record(77).widen_type(3)), ["record(77).widen_type(3)"]);
        assert_eq!(lines(|it| it.record(2).widen_length(5)), ["record(AMT_TO_FORWARD).widen_length(5)"]);
        assert_eq!(lines(|it| it.put(6, [1, 2])), ["put(SHORT_CHANNEL_ID, [0x01, 0x02])"]);
        assert_eq!(lines(|it| it.put_integer(4, 256)), ["put_integer(OUTGOING_CLTV_VALUE, 256)"]);
        assert_eq!(lines(|it| it.drop(2)), ["drop(AMT_TO_FORWARD)"]);
        assert_eq!(lines(|it| it.repeat(4)), ["repeat(OUTGOING_CLTV_VALUE)"]);
        assert_eq!(lines(|it| it.move_to_front(77)), ["move_to_front(77)"]);
        assert_eq!(lines(|it| it.cut(2)), ["cut(2)"]);
        assert_eq!(lines(|it| it.append(&[0xfd])), ["append(&[0xfd])"]);
        assert_eq!(lines(|_| {}), [""; 0]);
    }

    #[test]
    fn a_payment_has_a_line_for_each_field_that_differs() {
        let node = Payee::ordinary(ordinary::settings(SharedSecret::Off));
        let mut htlc = Htlc::default();
        let from = Blueprint::Receive { shared_secret: false, node: node.clone(), htlc: htlc.clone() };
        let mut other = node;
        other.height = 5;
        other.settings.keysend = Switch::Refuse;
        other.secret = SecretKey::decode(&[1; 32]).unwrap();
        htlc.amount = 1;
        htlc.onion.prefix(1266, 3);
        htlc.onion.payer = Payer::Ordinary(7);
        htlc.onion.flip(1365, 0x80);
        htlc.onion.flip(34, 2);
        htlc.pays([0; 32]);
        let to = Blueprint::Receive { shared_secret: false, node: other, htlc };
        let expected = [
            "payment.node.secret = secret([0x01; 32])",
            "payment.node.height = 5",
            "payment.node.settings.keysend = Switch::Refuse",
            "payment.onion.prefix(1266, 3)",
            "payment.onion.payer = Payer::Ordinary(7)",
            "payment.onion.flip(34, 0x02)",
            "payment.onion.flip(1365, 0x80)",
            "payment.amount = 1",
            "payment.pays([0x00; 32])",
        ];
        assert_eq!(difference(&from, &to).unwrap(), expected);
        let tlv = Blueprint::Tlv(Namespace::N1, Stream::default());
        assert!(difference(&from, &tlv).is_none());
    }
}
