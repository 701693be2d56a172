//! In what two blueprints differ: the changes that make one of the other. Each prints as the line of a recipe, and is
//! made by the very call that it prints.

use std::fmt::{self, Debug};

use super::onion::{Onion, Payer};
use super::stream::{Record, Stream, truncated};
use super::{Blueprint, Hash, Htlc, Payee, ordinary};
use crate::bolt4::PACKET_LENGTH;
use crate::bolt4::payload::types;
use crate::protocol::operation::Namespace;

/// A change of a `T`.
pub struct Change<T> {
    line: String,
    make: Box<dyn Fn(&mut T)>,
}

/// The line of a recipe that makes the change, such as `payment.record(KEYSEND).flip(31, 0x01)`.
impl<T> fmt::Display for Change<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl<T: 'static> Change<T> {
    fn new(line: String, make: impl Fn(&mut T) + 'static) -> Self {
        Self { line, make: Box::new(make) }
    }

    /// Makes the change.
    pub fn apply(&self, subject: &mut T) {
        (self.make)(subject);
    }

    /// The same change of a part of a `U`.
    fn within<U: 'static>(self, place: &str, part: impl Fn(&mut U) -> Option<&mut T> + 'static) -> Change<U> {
        Change::new(format!("{place}.{}", self.line), move |whole| {
            part(whole).into_iter().for_each(|part| (self.make)(part));
        })
    }
}

/// Changes in the making, and what they have made so far.
struct Changes<T> {
    now: T,
    list: Vec<Change<T>>,
}

impl<T: Clone + 'static> Changes<T> {
    fn of(from: &T) -> Self {
        Self { now: from.clone(), list: Vec::new() }
    }

    fn push(&mut self, change: Change<T>) {
        change.apply(&mut self.now);
        self.list.push(change);
    }

    fn extend<U: 'static>(
        &mut self,
        changes: Vec<Change<U>>,
        place: &str,
        part: fn(&mut T) -> Option<&mut U>,
    ) {
        changes.into_iter().for_each(|change| self.push(change.within(place, part)));
    }
}

/// An argument of a verb, as it is and as it is written.
trait Argument: 'static {
    type Value;
    fn value(&self) -> Self::Value;
    fn text(&self) -> String;
}

macro_rules! arguments {
    ($($type:ty, |$it:ident| $text:expr;)+) => {
        $(impl Argument for $type {
            type Value = Self;
            fn value(&self) -> Self {
                self.clone()
            }
            fn text(&self) -> String {
                let $it = self;
                $text
            }
        })+
    };
}

arguments! {
    u8, |it| it.to_string();
    u32, |it| it.to_string();
    u64, |it| it.to_string();
    usize, |it| it.to_string();
    bool, |it| it.to_string();
    [u8; 32], |it| bytes(it);
    Vec<u8>, |it| if it.len() > 8 && !is_uniform(it) { format!("unhex(\"{}\")", hex::encode(it)) } else { bytes(it) };
    Option<[u8; 33]>, |it| it.map_or("None".into(), |it| format!("Some({})", bytes(&it)));
}

fn is_uniform(value: &[u8]) -> bool {
    value.len() > 2 && value.iter().all(|byte| *byte == value[0])
}

fn bytes(value: &[u8]) -> String {
    match value {
        [byte, ..] if is_uniform(value) => format!("[{byte:#04x}; {}]", value.len()),
        _ => {
            let list: Vec<_> = value.iter().map(|byte| format!("{byte:#04x}")).collect();
            format!("[{}]", list.join(", "))
        }
    }
}

/// Bits of a byte.
struct Bits(u8);

impl Argument for Bits {
    type Value = u8;
    fn value(&self) -> u8 {
        self.0
    }
    fn text(&self) -> String {
        format!("{:#04x}", self.0)
    }
}

/// A type, and whether it is one of a payload: those have names.
#[derive(Clone, Copy)]
struct Type(u64, bool);

impl Argument for Type {
    type Value = u64;
    fn value(&self) -> u64 {
        self.0
    }
    fn text(&self) -> String {
        let name = match self.0 {
            _ if !self.1 => None,
            types::AMT_TO_FORWARD => Some("AMT_TO_FORWARD"),
            types::OUTGOING_CLTV_VALUE => Some("OUTGOING_CLTV_VALUE"),
            types::SHORT_CHANNEL_ID => Some("SHORT_CHANNEL_ID"),
            types::PAYMENT_DATA => Some("PAYMENT_DATA"),
            types::ENCRYPTED_RECIPIENT_DATA => Some("ENCRYPTED_RECIPIENT_DATA"),
            types::CURRENT_PATH_KEY => Some("CURRENT_PATH_KEY"),
            types::PAYMENT_METADATA => Some("PAYMENT_METADATA"),
            types::TOTAL_AMOUNT_MSAT => Some("TOTAL_AMOUNT_MSAT"),
            types::KEYSEND_PREIMAGE => Some("KEYSEND"),
            _ => None,
        };
        name.map_or_else(|| self.0.to_string(), str::to_owned)
    }
}

/// A value that is written as its type's name before what `Debug` gives.
struct Variant<T>(&'static str, T);

impl<T: Debug + Clone + 'static> Argument for Variant<T> {
    type Value = T;
    fn value(&self) -> T {
        self.1.clone()
    }
    fn text(&self) -> String {
        format!("{}{:?}", self.0, self.1)
    }
}

/// `verb!(Record.flip(31, Bits(1)))`: the change by this verb.
macro_rules! verb {
    ($of:ident.$verb:ident($first:expr)) => {{
        let first = $first;
        Change::new(format!("{}({})", stringify!($verb), first.text()), move |it: &mut $of| {
            it.$verb(first.value());
        })
    }};
    ($of:ident.$verb:ident($first:expr, $second:expr)) => {{
        let (first, second) = ($first, $second);
        let line = format!("{}({}, {})", stringify!($verb), first.text(), second.text());
        Change::new(line, move |it: &mut $of| {
            it.$verb(first.value(), second.value());
        })
    }};
}

/// `assign!(Htlc, amount = 1)`: the change that gives a field another value.
macro_rules! assign {
    ($of:ident, $($field:ident).+ = $value:expr) => {{
        let value = $value;
        Change::new(format!("{} = {}", stringify!($($field).+), value.text()), move |it: &mut $of| {
            it.$($field).+ = value.value();
        })
    }};
}

/// Gives a field the value that another has, if it has another.
macro_rules! same {
    ($of:ident, $changes:ident, $to:ident, $($field:ident).+) => {
        same!($of, $changes, $to, $($field).+, |it| it)
    };
    ($of:ident, $changes:ident, $to:ident, $($field:ident).+, |$it:ident| $argument:expr) => {
        if $changes.now.$($field).+ != $to.$($field).+ {
            let $it = $to.$($field).+.clone();
            $changes.push(assign!($of, $($field).+ = $argument));
        }
    };
}

/// What makes `to` of `from`; none for inputs that are not of the same operation, have no verbs (numbers, keys, routes,
/// sequences), or where the packet's payer is not known.
pub fn difference(from: &Blueprint, to: &Blueprint) -> Option<Vec<Change<Blueprint>>> {
    let mut changes = Changes::of(from);
    match (from, to) {
        (Blueprint::Tlv(namespace, from), Blueprint::Tlv(other, to)) if namespace == other => {
            let records = stream(from, to, *namespace == Namespace::Payload);
            changes.extend(records, "stream", |it| match it {
                Blueprint::Tlv(_, stream) => Some(stream),
                _ => None,
            });
        }
        (Blueprint::Peel { .. }, Blueprint::Peel { node, associated_data, onion: to }) => {
            let Blueprint::Peel { node: before, associated_data: data, onion: from } = from else {
                return None;
            };
            if node != before {
                let node = *node;
                changes.push(Change::new(format!("peel.node = {}", key(&node)), move |it| {
                    if let Blueprint::Peel { node: it, .. } = it {
                        *it = node;
                    }
                }));
            }
            if associated_data != data {
                let data = associated_data.clone();
                changes.push(Change::new(format!("peel.associated_data = {}", data.text()), move |it| {
                    if let Blueprint::Peel { associated_data, .. } = it {
                        associated_data.clone_from(&data);
                    }
                }));
            }
            changes.extend(onion(from, to), "peel.onion", |it| match it {
                Blueprint::Peel { onion, .. } => Some(onion),
                _ => None,
            });
        }
        (
            Blueprint::Receive { shared_secret, node: node_before, htlc: from },
            Blueprint::Receive { shared_secret: other, node, htlc: to },
        ) if shared_secret == other => {
            changes.extend(payee(node_before, node), "payment.node", |it| match it {
                Blueprint::Receive { node, .. } => Some(node),
                _ => None,
            });
            changes.extend(htlc(from, to, node), "payment", |it| match it {
                Blueprint::Receive { htlc, .. } => Some(htlc),
                _ => None,
            });
        }
        _ => return None,
    }
    (changes.now.build() == to.build()).then_some(changes.list)
}

/// How a secret key is written.
fn key(secret: &crate::bolt1::SecretKey) -> String {
    match (0..ordinary::KEYS).find(|number| ordinary::node(*number) == *secret) {
        Some(number) => format!("ordinary::node({number})"),
        None => format!("secret({})", bytes(&secret.encode())),
    }
}

fn payee(from: &Payee, to: &Payee) -> Vec<Change<Payee>> {
    let mut changes = Changes::of(from);
    if from.secret != to.secret {
        let secret = to.secret;
        changes.push(Change::new(format!("secret = {}", key(&secret)), move |it: &mut Payee| {
            it.secret = secret
        }));
    }
    same!(Payee, changes, to, height);
    same!(Payee, changes, to, settings.keysend, |it| Variant("Switch::", it));
    same!(Payee, changes, to, settings.shared_secret, |it| Variant("SharedSecret::", it));
    same!(Payee, changes, to, settings.min_final_cltv_expiry_delta);
    changes.list
}

fn htlc(from: &Htlc, to: &Htlc, node: &Payee) -> Vec<Change<Htlc>> {
    let mut changes = Changes::of(from);
    for change in onion(&from.onion, &to.onion) {
        // A payment has the verbs of its payload at hand.
        let change = change.within("onion", |htlc: &mut Htlc| Some(&mut htlc.onion));
        let line = change.line.replacen("onion.payload.record(", "record(", 1);
        changes.push(Change { line: line.replacen("onion.payload.", "payload().", 1), ..change });
    }
    same!(Htlc, changes, to, amount);
    same!(Htlc, changes, to, expiry);
    let hash = to.payment_hash(&node.secret);
    if changes.now.payment_hash(&node.secret) != hash {
        changes.push(match to.hash {
            Hash::Given(hash) => verb!(Htlc.pays(hash)),
            Hash::Record => assign!(Htlc, hash = Variant("Hash::", to.hash)),
            Hash::Shared(profile) => {
                Change::new(format!("hash = Hash::Shared(Profile::{profile:?})"), move |it: &mut Htlc| {
                    it.hash = Hash::Shared(profile)
                })
            }
        });
    }
    changes.list
}

fn onion(from: &Onion, to: &Onion) -> Vec<Change<Onion>> {
    let mut changes = Changes::of(from);
    changes.extend(stream(&from.payload, &to.payload, true), "payload", |it| Some(&mut it.payload));
    match to.prefix {
        Some((length, width)) if from.prefix != to.prefix => changes.push(verb!(Onion.prefix(length, width))),
        _ => same!(Onion, changes, to, prefix, |it| Variant("", it)),
    }
    if from.next_hmac != to.next_hmac {
        changes.push(verb!(Onion.next_hmac(to.next_hmac)));
    }
    if let Payer::Ordinary(number) = to.payer
        && from.payer != to.payer
    {
        changes.push(assign!(Onion, payer = Variant("Payer::", Payer::Ordinary(number))));
    }
    same!(Onion, changes, to, version);
    same!(Onion, changes, to, key);
    same!(Onion, changes, to, length);
    same!(Onion, changes, to, path_key);
    same!(Onion, changes, to, zero_hmac);
    match to.flip {
        Some((at, bits)) if from.flip != to.flip => changes.push(verb!(Onion.flip(34 + at, Bits(bits)))),
        _ => same!(Onion, changes, to, flip, |it| Variant("", it)),
    }
    let hmac_at = PACKET_LENGTH - to.hmac_xor.len();
    let other: Vec<_> = (0..to.hmac_xor.len()).filter(|at| from.hmac_xor[*at] != to.hmac_xor[*at]).collect();
    if other.len() > 2 {
        same!(Onion, changes, to, hmac_xor);
    }
    for at in other {
        let bits = changes.now.hmac_xor[at] ^ to.hmac_xor[at];
        if bits != 0 {
            changes.push(verb!(Onion.flip(hmac_at + at, Bits(bits))));
        }
    }
    changes.list
}

/// Record by record, unless bytes that are cut off or put at the end say all in one.
fn stream(from: &Stream, to: &Stream, is_payload: bool) -> Vec<Change<Stream>> {
    let bytes = by_bytes(from, to);
    by_record(from, to, is_payload).filter(|records| records.len() < 2 || bytes.len() > 1).unwrap_or(bytes)
}

fn by_bytes(from: &Stream, to: &Stream) -> Vec<Change<Stream>> {
    let mut changes = Changes::of(from);
    let (from, to) = (from.bytes(), to.bytes());
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    if common < from.len() {
        changes.push(verb!(Stream.cut(from.len() - common)));
    }
    if common < to.len() {
        let more = to[common..].to_vec();
        changes
            .push(Change::new(format!("append(&{})", more.text()), move |it: &mut Stream| it.append(&more)));
    }
    changes.list
}

fn by_record(from: &Stream, to: &Stream, is_payload: bool) -> Option<Vec<Change<Stream>>> {
    let mut changes = Changes::of(from);
    for record in &from.records {
        if to.find(record.r#type).is_none() && changes.now.find(record.r#type).is_some() {
            changes.push(verb!(Stream.drop(Type(record.r#type, is_payload))));
        }
    }
    let mut last = None;
    for record in &to.records {
        let name = Type(record.r#type, is_payload);
        match changes.now.records.iter().find(|now| now.r#type == record.r#type).cloned() {
            Some(now) if now == *record && last == Some(record) => changes.push(verb!(Stream.repeat(name))),
            Some(now) if now.value == record.value => {}
            now => {
                let number = is_payload.then(|| integer(record)).flatten();
                match (number, now) {
                    (Some(number), _) => changes.push(verb!(Stream.put_integer(name, number))),
                    (None, None) => changes.push(verb!(Stream.put(name, record.value.clone()))),
                    (None, Some(now)) => changes.push(in_record(name, value(&now, record))),
                }
            }
        }
        let now = changes.now.record(record.r#type);
        let (wide_type, wide_length) =
            (now.type_width != record.type_width, now.length_width != record.length_width);
        if wide_type {
            changes.push(in_record(name, verb!(Record.widen_type(record.type_width))));
        }
        if wide_length {
            changes.push(in_record(name, verb!(Record.widen_length(record.length_width))));
        }
        last = Some(record);
    }
    if let Some(first) = to.records.first().filter(|first| changes.now.records.first() != Some(first)) {
        changes.push(verb!(Stream.move_to_front(Type(first.r#type, is_payload))));
    }
    if let Some(tail) = to.tail.strip_prefix(changes.now.tail.as_slice()).filter(|tail| !tail.is_empty()) {
        let tail = tail.to_vec();
        changes
            .push(Change::new(format!("append(&{})", tail.text()), move |it: &mut Stream| it.append(&tail)));
    }
    (changes.now.bytes() == to.bytes()).then_some(changes.list)
}

/// The number that the record of an amount or a height holds.
fn integer(record: &Record) -> Option<u64> {
    let is_integer = matches!(
        record.r#type,
        types::AMT_TO_FORWARD | types::OUTGOING_CLTV_VALUE | types::TOTAL_AMOUNT_MSAT
    );
    let number = record.value.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    (is_integer && truncated(number) == record.value).then_some(number)
}

fn in_record(r#type: Type, change: Change<Record>) -> Change<Stream> {
    let Type(number, _) = r#type;
    change.within(&format!("record({})", r#type.text()), move |it: &mut Stream| Some(it.record(number)))
}

fn value(from: &Record, to: &Record) -> Change<Record> {
    let mut resized = from.value.clone();
    resized.resize(to.value.len(), 0);
    if resized == to.value {
        return verb!(Record.resize(to.value.len()));
    }
    let other: Vec<_> = (0..resized.len()).filter(|at| resized[*at] != to.value[*at]).collect();
    match other.as_slice() {
        [at] if from.value.len() == to.value.len() => {
            let (at, bits) = (*at, Bits(resized[*at] ^ to.value[*at]));
            verb!(Record.flip(at, bits))
        }
        _ => verb!(Record.set(to.value.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bolt1::SecretKey;
    use crate::protocol::operation::{SharedSecret, Switch};

    /// The lines from a payload with types 2, 4 and 77 to the one that this change gives.
    fn lines(change: impl FnOnce(&mut Stream)) -> Vec<String> {
        let from = Stream::parse(&[2, 1, 7, 4, 1, 9, 77, 4, 1, 2, 3, 4]);
        let mut to = from.clone();
        change(&mut to);
        stream(&from, &to, true).iter().map(Change::to_string).collect()
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
        let node = Payee {
            secret: ordinary::node(0),
            height: ordinary::HEIGHT,
            settings: ordinary::settings(SharedSecret::Off),
        };
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
        let lines: Vec<_> = difference(&from, &to).unwrap().iter().map(Change::to_string).collect();
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
        assert_eq!(lines, expected);
        let tlv = Blueprint::Tlv(Namespace::N1, Stream::default());
        assert!(difference(&from, &tlv).is_none());
    }
}
