//! What the verbs of a recipe are given: values, and how a recipe writes them.

use std::fmt::Debug;

use super::ordinary;
use super::stream::Record;
use crate::bolt1::SecretKey;
use crate::bolt4::payload::types;

/// An argument of a verb, or what is assigned: as it is and as it is written.
pub(super) struct Argument<T> {
    pub value: T,
    pub text: String,
}

/// A number, or another value that is written as `Debug` gives it.
pub(super) fn plain<T: Debug>(value: T) -> Argument<T> {
    named("", value)
}

/// A value that is written as its type's name before what `Debug` gives.
pub(super) fn named<T: Debug>(name: &str, value: T) -> Argument<T> {
    Argument { text: format!("{name}{value:?}"), value }
}

pub(super) fn bits(value: u8) -> Argument<u8> {
    Argument { value, text: format!("{value:#04x}") }
}

pub(super) fn array<const N: usize>(value: [u8; N]) -> Argument<[u8; N]> {
    Argument { value, text: list(&value) }
}

pub(super) fn optional<const N: usize>(value: Option<[u8; N]>) -> Argument<Option<[u8; N]>> {
    Argument { value, text: value.map_or("None".into(), |value| format!("Some({})", list(&value))) }
}

/// The value of a record.
pub(super) fn bytes(value: &[u8]) -> Argument<Vec<u8>> {
    let is_long = value.len() > 8 && !is_uniform(value);
    let text = if is_long { format!("unhex(\"{}\")", hex::encode(value)) } else { list(value) };
    Argument { value: value.to_vec(), text }
}

pub(super) fn key(value: SecretKey) -> Argument<SecretKey> {
    let number = (0..ordinary::KEYS).find(|number| ordinary::node(*number) == value);
    let text = number.map(|number| format!("ordinary::node({number})"));
    Argument { value, text: text.unwrap_or_else(|| format!("secret({})", list(&value.encode()))) }
}

/// A type; those of a payload have names.
pub(super) fn type_of(record: &Record, is_payload: bool) -> Argument<u64> {
    let name = types::name(record.r#type).filter(|_| is_payload);
    let text = match record.r#type {
        types::KEYSEND_PREIMAGE if is_payload => "KEYSEND".into(),
        value => name.map_or_else(|| value.to_string(), str::to_uppercase),
    };
    Argument { value: record.r#type, text }
}

fn is_uniform(value: &[u8]) -> bool {
    value.len() > 2 && value.iter().all(|byte| *byte == value[0])
}

fn list(value: &[u8]) -> String {
    if is_uniform(value) {
        return format!("[{:#04x}; {}]", value[0], value.len());
    }
    let list: Vec<_> = value.iter().map(|byte| format!("{byte:#04x}")).collect();
    format!("[{}]", list.join(", "))
}
