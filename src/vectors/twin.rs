//! In what a rejected case differs from its twin. Values that follow from others are not counted: a packet that opens is
//! compared by what it decrypts to, and what it decrypts to by records.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::blueprint::stream::read;
use crate::bolt1::tlv::{encode_record, records};
use crate::bolt1::{PublicKey, SecretKey, bigsize};
use crate::bolt4::payload::types::KEYSEND_PREIMAGE;
use crate::bolt4::peel::Incoming;
use crate::bolt4::{HMAC_LENGTH, HOP_PAYLOADS_LENGTH};

/// The things in which the input `case` differs from the input `twin`, by name; one for a good twin.
pub fn differences(case: &Value, twin: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", case, twin, &mut found);
    // A return packet is one thing: what it says cannot be changed without its HMAC.
    if case.get("public_keys").is_some() && case["packet"] != twin["packet"] {
        found.push("packet".into());
    }
    if let (Some(case), Some(twin)) = (Sealed::of(case), Sealed::of(twin)) {
        found.extend(packets(&case, &twin));
        if case.has_hash_of_keysend_record() && twin.has_hash_of_keysend_record() {
            found.retain(|name| name != "htlc.payment_hash");
        }
    }
    found
}

/// Walks two values side by side. Streams go record by record; packets, and what they decrypt to, are left out.
fn compare(path: &str, case: &Value, twin: &Value, found: &mut Vec<String>) {
    match (case, twin) {
        _ if case == twin || matches!(path, "packet" | "htlc.packet" | "peeled") => {}
        // A custom record is one thing, its type and its value.
        _ if path.starts_with("custom_records[") => found.push(path.into()),
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, &case[key], &twin[key], found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{path}[{index}]"), one, other, found);
            }
        }
        // The entries that are there once too often, or missing.
        (Value::Array(one), Value::Array(other)) => {
            let same_front = one.iter().zip(other).take_while(|(one, other)| one == other).count();
            let (one, other) = (&one[same_front..], &other[same_front..]);
            let same_back =
                one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
            let count = one.len().max(other.len()) - same_back;
            found.extend((0..count).map(|index| format!("{path}[{}]", same_front + index)));
        }
        (Value::String(one), Value::String(other)) if path == "stream" => {
            let both = hex::decode(one).ok().zip(hex::decode(other).ok());
            found.extend(both.map_or_else(|| vec![path.into()], |(one, other)| streams(&one, &other)));
        }
        _ => found.push(path.into()),
    }
}

/// The differences of two streams, of which the second is one that decodes.
fn streams(case: &[u8], twin: &[u8]) -> Vec<String> {
    let mut chunks = Vec::new();
    for record in records(twin) {
        let Ok(record) = record else {
            return vec!["the stream".into(), "its twin, which does not decode".into()];
        };
        let mut chunk = Vec::new();
        encode_record(record.r#type, record.value, &mut chunk);
        chunks.push((record.r#type, chunk));
    }
    if case == twin {
        return Vec::new();
    }
    if twin.starts_with(case) {
        return vec![format!("cut after {} bytes", case.len())];
    }
    if is_reordered(case, &chunks) {
        return vec!["the order of the records".into()];
    }
    // One stretch of bytes within a record of the twin, or between two.
    let mut front = 0;
    for (r#type, chunk) in &chunks {
        let back = &twin[front + chunk.len()..];
        if let Some(between) = case.strip_prefix(&twin[..front]).and_then(|rest| rest.strip_suffix(back)) {
            return match between.strip_prefix(&chunk[..]).or(between.strip_suffix(&chunk[..])) {
                Some(more) => vec![format!("something beside record {type}"); records_in(more)],
                None if between.is_empty() => vec![format!("no record {type}")],
                None => vec![format!("record {type}"); records_in(between)],
            };
        }
        front += chunk.len();
    }
    if chunks.is_empty() {
        return vec!["something in an empty stream".into(); records_in(case)];
    }
    vec!["the stream, in several places".into(), "or in more than one record".into()]
}

/// How many records some bytes are; bytes that are none count as one thing.
fn records_in(bytes: &[u8]) -> usize {
    let found: Result<Vec<_>, _> = records(bytes).collect();
    found.map_or(1, |found| found.len())
}

/// Whether some bytes are the given chunks in another order.
fn is_reordered(mut bytes: &[u8], chunks: &[(u64, Vec<u8>)]) -> bool {
    let mut left: Vec<_> = chunks.iter().map(|(_, chunk)| chunk).collect();
    while let Some(at) = left.iter().position(|chunk| bytes.starts_with(chunk)) {
        bytes = &bytes[left.remove(at).len()..];
    }
    left.is_empty() && bytes.is_empty()
}

/// A packet with all that it takes to open it.
struct Sealed {
    packet: Vec<u8>,
    /// The payment hash, or other associated data.
    bound_to: Vec<u8>,
    /// hop_payloads in the clear, if the HMAC is right.
    opened: Option<[u8; HOP_PAYLOADS_LENGTH]>,
}

impl Sealed {
    /// The packet of an input that has one.
    fn of(input: &Value) -> Option<Self> {
        let bytes = |value: &Value, key: &str| hex::decode(value.get(key)?.as_str()?).ok();
        let htlc = input.get("htlc").unwrap_or(input);
        let packet = bytes(htlc, "packet")?;
        let bound_to = bytes(htlc, "payment_hash").or_else(|| bytes(htlc, "associated_data"))?;
        let secret = SecretKey::decode(&bytes(input, "node_secret")?).ok();
        let path_key = bytes(htlc, "path_key").and_then(|key| PublicKey::decode(&key).ok());
        let opened = secret.and_then(|secret| {
            // The version is not authenticated: a packet of another version opens all the same.
            let mut packet = packet.clone();
            *packet.first_mut()? = 0;
            Incoming::decode(&packet).ok()?.decrypted(&secret, &bound_to, path_key.as_ref()).ok()
        });
        Some(Self { packet, bound_to, opened })
    }

    /// Whether the payment hash is that of the keysend record, whatever its length: then it follows from it.
    fn has_hash_of_keysend_record(&self) -> bool {
        let payload = self.opened.as_ref().and_then(|opened| payload(opened));
        let mut records = payload.into_iter().flat_map(|(payload, _)| records(payload)).flatten();
        let keysend = records.find(|record| record.r#type == KEYSEND_PREIMAGE);
        keysend.is_some_and(|record| Sha256::digest(record.value)[..] == self.bound_to)
    }
}

/// The differences of two packets, of which the second opens.
fn packets(case: &Sealed, twin: &Sealed) -> Vec<String> {
    if case.packet.len() != twin.packet.len() {
        return vec!["the packet's length".into()];
    }
    let opened = case.opened.as_ref().zip(twin.opened.as_ref());
    let fields = [("version", 0..1), ("public key", 1..34), ("hop_payloads", 34..1334), ("HMAC", 1334..1366)];
    let fields = fields.into_iter().take(if opened.is_some() { 2 } else { 4 });
    let mut found: Vec<_> = fields
        .filter(|(_, range)| case.packet.get(range.clone()) != twin.packet.get(range.clone()))
        .map(|(name, _)| format!("the packet's {name}"))
        .collect();
    if let Some((case, twin)) = opened.filter(|(case, twin)| case != twin) {
        found.extend(contents(case, twin));
    }
    found
}

/// The differences of two decrypted hop_payloads: the length, the payload, whether the node is the final one. What stands after
/// the next HMAC is padding, or another hop's.
fn contents(case: &[u8], twin: &[u8]) -> Vec<String> {
    let Some((wanted, wanted_is_final)) = payload(twin) else {
        return vec!["a twin without a payload".into()];
    };
    // A length that leads nowhere: behind it stands what stands there in the twin.
    let width = |bytes| read(bytes).map_or(1, |(_, width, _)| width);
    let [(length, behind), (wanted_length, wanted_behind)] =
        [case, twin].map(|bytes| bytes.split_at(width(bytes)));
    let wanted_frame = wanted_behind.get(..wanted.len() + HMAC_LENGTH);
    if wanted_frame.is_some_and(|frame| behind.starts_with(frame)) {
        return if length == wanted_length { Vec::new() } else { vec!["the payload's length".into()] };
    }
    let Some((found, is_final)) = payload(case) else {
        return vec!["the payload's length".into(), "the payload".into()];
    };
    let mut differences = streams(found, wanted);
    if is_final.is_some() && is_final != wanted_is_final {
        differences.push("the next HMAC".into());
    }
    differences
}

/// The payload in front of decrypted hop_payloads, and whether the next HMAC is all zero; none when it does not fit.
fn payload(opened: &[u8]) -> Option<(&[u8], Option<bool>)> {
    let (length, rest) = bigsize::split(opened).ok().filter(|(length, _)| *length >= 2)?;
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let next_hmac = rest.first_chunk::<HMAC_LENGTH>();
    Some((payload, next_hmac.map(|hmac| *hmac == [0; HMAC_LENGTH])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{Case, Suite, load};

    fn input(suites: &[Suite], id: &str) -> Value {
        let mut cases = suites.iter().flat_map(|suite| &suite.cases);
        cases.find(|case: &&Case| case.id == id).unwrap().input.clone()
    }

    #[test]
    fn what_follows_from_another_value_is_not_counted() {
        let suites = load::built_in().unwrap();
        let found = |case: &str, twin: &str| differences(&input(&suites, case), &input(&suites, twin));
        let minimal = "keysend.receive/minimal";
        for (case, wanted) in [
            ("keysend.receive/preimage-last-bit-flipped", "record 5482373484"),
            ("keysend.receive/preimage-31-bytes-that-do-hash", "record 5482373484"),
            ("keysend.receive/hash-all-zero", "htlc.payment_hash"),
            ("keysend.receive/other-payment-hash", "htlc.payment_hash"),
            ("keysend.receive/switched-off", "settings.keysend"),
            ("keysend.receive/packet-version-1", "the packet's version"),
            ("keysend.receive/packet-hmac-flipped", "the packet's HMAC"),
            ("keysend.receive/payload-length-1266", "the payload's length"),
            ("keysend.receive/amt-to-forward-missing", "no record 2"),
            ("keysend.receive/order-keysend-first", "the order of the records"),
            ("keysend.receive/payload-cut", "cut after 51 bytes"),
        ] {
            assert_eq!(found(case, minimal), [wanted], "{case}");
        }
        let peel = "onion.peel/path-key-forwarding";
        assert_eq!(found("onion.peel/path-key-missing", peel), ["path_key"]);
        assert_eq!(found(minimal, minimal), Vec::<String>::new());
    }

    #[test]
    fn two_things_are_two() {
        let suites = load::built_in().unwrap();
        let twin = input(&suites, "keysend.receive/minimal");
        let mut case = input(&suites, "keysend.receive/preimage-last-bit-flipped");
        case["height"] = 800_001.into();
        assert_eq!(differences(&case, &twin), ["height", "record 5482373484"]);
        let mut next = input(&suites, "onion.peel/next-hmac-31-zero-bytes");
        next["node_secret"] = input(&suites, "onion.peel/one-hop")["node_secret"].clone();
        let found = differences(&next, &input(&suites, "onion.peel/one-hop"));
        assert!(found.contains(&"the next HMAC".to_owned()) && found.len() > 1, "{found:?}");
        for (case, twin, wanted) in [
            ("0100030007000900", "01000900", 2),
            ("030101050101", "030100050100", 2),
            ("0100", "", 1),
            ("01000300", "", 2),
            ("0300fd000100", "01000300", 2),
            ("03000100", "01000300", 1),
            ("010103", "0101030500", 1),
            ("01000300", "010003000500", 1),
            ("0100030003000500", "010003000500", 1),
        ] {
            let found = streams(&hex::decode(case).unwrap(), &hex::decode(twin).unwrap());
            assert_eq!(found.len(), wanted, "{case} and {twin}: {found:?}");
        }
    }
}
