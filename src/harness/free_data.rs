//! Failure data that a node chooses within a form, so that the vectors leave it out: `invalid_onion_payload` may say where in
//! the payload it found the fault, and `invalid_onion_blinding` may hide which onion it was.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::bolt1::bigsize;
use crate::vectors::Level;

/// What is wrong with the data of a failure code.
pub struct Wrong {
    /// How strong the text is.
    pub level: Level,
    /// What it should have been.
    pub expected: String,
    /// The rule.
    pub rule: &'static str,
}

/// Judges the data beside one of these codes; `packet` is the HTLC's, hex, if it is known. Other codes have no such data.
pub fn wrong(code: &str, data: &str, packet: Option<&str>) -> Option<Wrong> {
    let bytes = hex::decode(data).ok().filter(|_| !data.bytes().any(|byte| byte.is_ascii_uppercase()));
    match code {
        "4016" if !bytes.as_ref().is_some_and(|bytes| is_place(bytes)) => Some(Wrong {
            level: Level::May,
            expected: "empty, or a minimal BigSize type and a u16 offset".into(),
            rule: "BOLT 4, \"Failure Messages\": invalid_onion_payload may say where in the payload the fault is",
        }),
        "c018" => {
            let digest = packet.and_then(|packet| hex::decode(packet).ok()).map(Sha256::digest);
            let is_right = |bytes: &Vec<u8>| {
                bytes.len() == 32
                    && (bytes.iter().all(|byte| *byte == 0) || digest.is_none_or(|it| **bytes == *it))
            };
            let expected = digest.map_or("32 bytes".into(), hex::encode);
            let rule = "BOLT 2, \"Removing an HTLC\": the SHA-256 of the onion, or 32 zero bytes";
            (!bytes.as_ref().is_some_and(is_right)).then_some(Wrong { level: Level::Should, expected, rule })
        }
        _ => None,
    }
}

/// Is this empty, or a type and an offset?
fn is_place(data: &[u8]) -> bool {
    data.is_empty() || bigsize::split(data).is_ok_and(|(_, rest)| rest.len() == 2)
}

/// The packet that an input asks about: that of its HTLC of this number, if it is a sequence.
pub fn packet(input: &Value, htlc: Option<u64>) -> Option<&str> {
    let holder = match htlc {
        Some(number) => {
            let events = input.get("events")?.as_array()?.iter();
            let mut htlcs = events.filter(|event| event.get("event").is_some_and(|name| name == "htlc"));
            htlcs.nth(usize::try_from(number).ok()?)?.get("htlc")?
        }
        None => input.get("htlc").unwrap_or(input),
    };
    holder.get("packet")?.as_str()
}

/// The number of the HTLC that a decision is about.
pub fn htlc(decision: &Map<String, Value>) -> Option<u64> {
    decision.get("htlc")?.as_u64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_data_of_4016_is_judged_by_its_form() {
        for data in ["", "000000", "fc0000", "fd00fdffff", "ff00000001000000000001"] {
            assert!(wrong("4016", data, None).is_none(), "{data}");
        }
        // Cut short, too long, a type that is not minimal, no hex.
        for data in ["00", "0000", "00000000", "fd00fc0000", "fd00fd", "0x0000", "AA0000", "zz", "0"] {
            assert!(wrong("4016", data, None).is_some_and(|wrong| wrong.level == Level::May), "{data}");
        }
        assert!(wrong("400f", "zz", None).is_none());
    }

    #[test]
    fn the_data_of_c018_is_the_onions_digest_or_zeros() {
        let packet = "00".repeat(1366);
        let digest = hex::encode(Sha256::digest([0; 1366]));
        let (zeros, other) = ("00".repeat(32), "11".repeat(32));
        for (data, known, unknown) in [
            (digest.as_str(), true, true),
            (&zeros, true, true),
            (&other, false, true),
            (&digest[2..], false, false),
            ("", false, false),
            (&digest.to_uppercase(), false, false),
        ] {
            assert_eq!(wrong("c018", data, Some(&packet)).is_none(), known, "{data}");
            assert_eq!(wrong("c018", data, None).is_none(), unknown, "{data}");
        }
        assert!(wrong("c018", &other, Some(&packet)).is_some_and(|wrong| wrong.level == Level::Should));
    }

    #[test]
    fn the_packet_is_found_in_each_kind_of_input() {
        assert_eq!(packet(&json!({"packet": "01"}), None), Some("01"));
        assert_eq!(packet(&json!({"htlc": {"packet": "02"}}), None), Some("02"));
        let htlc = |packet: &str| json!({"event": "htlc", "htlc": {"packet": packet}});
        let events = json!({"events": [htlc("03"), {"event": "time", "seconds": 1}, htlc("04")]});
        assert_eq!(packet(&events, Some(1)), Some("04"));
        assert_eq!((packet(&events, Some(2)), packet(&events, None)), (None, None));
    }
}
