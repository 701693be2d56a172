//! LDK's answers beside the reference's. Where LDK is known to differ, a row of [`KNOWN`] says when and why; such an
//! input is skipped and counted, not passed.

use serde_json::Value;
use spontan::bolt1::tlv::MAX_MSAT;
use spontan::protocol::{Content, serve};

use crate::model::Namespace;
use crate::{Checked, Finding, Record, Seen, ensure, model};

/// Asks LDK to decode a stream that the reference answered with `ours`.
///
/// # Errors
/// When they differ in verdict or records.
pub fn tlv_decode(namespace: Namespace, stream: &[u8], input: &Value, ours: &Content) -> Checked {
    if namespace == Namespace::TolerantPayload && has_large_amount(stream) {
        return Ok(Seen::skipped("LDK checks the bound of amounts in a reader that is not public"));
    }
    compare("tlv.decode", input, ours)
}

fn has_large_amount(stream: &[u8]) -> bool {
    let mut found = false;
    let large =
        |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, b| sum << 8 | u128::from(*b)) > MAX_MSAT.into();
    // Where the stream breaks off does not matter here.
    let _ = model::walk(stream, |_, kind, value| {
        found |= match kind {
            2 | 18 => value.len() <= 8 && large(value),
            8 => value.len() > 32 && value.len() <= 40 && large(&value[32..]),
            _ => false,
        };
    });
    found
}

/// What is known to differ between LDK and the reference when an HTLC is received.
pub struct Known {
    /// Whether it bears on this HTLC.
    pub bears: fn(&Value, &[Record]) -> bool,
    /// Why LDK answers otherwise.
    pub why: &'static str,
}

/// The known differences, with the reason of each.
pub const KNOWN: &[Known] = &[
    Known {
        bears: |input, _| input["htlc"]["path_key"].is_string(),
        why: "LDK reads the payload of a path key's packet as one of a blinded route",
    },
    Known {
        bears: |_, records| records.iter().any(|(kind, _)| matches!(kind, 10 | 12)),
        why: "LDK reads types 10 and 12 as a blinded route's",
    },
    Known {
        bears: |_, records| records.iter().any(|(kind, _)| *kind == 18),
        why: "LDK refuses type 18 outside of a blinded route; BOLT 4 has no rule for the reader",
    },
    Known {
        bears: |_, records| {
            let has = |wanted: &[u64]| records.iter().any(|(kind, _)| wanted.contains(kind));
            has(&[6]) && has(&[8, 16])
        },
        why: "LDK refuses payment_data and payment_metadata beside a short_channel_id; BOLT 4 has no rule for the reader",
    },
    Known {
        bears: |_, records| {
            let expiry = |value: &[u8]| value.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            let ends = |value: &[u8]| value.len() <= 4 && !(4..0xffff_ffd0).contains(&expiry(value));
            let is_forward = records.iter().any(|(kind, _)| *kind == 6);
            is_forward && records.iter().any(|(kind, value)| *kind == 4 && ends(value))
        },
        why: "LDK forwards no HTLC with an outgoing_cltv_value in the first 3 or the last 48 blocks, at whatever height",
    },
    Known {
        bears: |_, records| records.iter().any(|(kind, _)| *kind == 20),
        why: "LDK reads type 20 as a trampoline packet",
    },
    Known {
        bears: |input, _| input["height"].as_u64().is_some_and(|height| height > 0x7fff_ffff),
        why: "LDK adds to the height in 32 bits",
    },
];

/// Asks LDK about an HTLC whose payload has these records.
///
/// # Errors
/// When the verdicts differ, or the preimage of a claim, or the channel of a forward.
pub fn receive(input: &Value, records: &[Record], ours: &Content) -> Checked {
    match KNOWN.iter().find(|known| (known.bears)(input, records)) {
        Some(known) => Ok(Seen::skipped(known.why)),
        None => compare("keysend.receive", input, ours),
    }
}

/// Asks LDK to peel the packet of a payment.
///
/// # Errors
/// When it accepts what the reference refuses, or finds another secret, another next packet or another end.
pub fn peel(input: &Value, records: &[Record], ours: &Content) -> Checked {
    if input["path_key"].is_string() || records.iter().any(|(kind, _)| matches!(kind, 10 | 12)) {
        return Ok(Seen::skipped("LDK reads types 10 and 12 and path keys as a blinded route's"));
    }
    match (ours, answer("onion.peel", input)) {
        (Content::Accept(output), Content::Accept(theirs)) => {
            for field in ["final", "shared_secret", "next_packet"] {
                let same = output.get(field) == theirs.get(field);
                ensure!(same, "onion.peel: LDK has another {field}\n input: {input}\n LDK: {theirs}");
            }
            Ok(Seen::compared(1))
        }
        (Content::Accept(_), _) => Ok(Seen::skipped("LDK reads the payload as well when it peels")),
        (_, Content::Accept(_)) => {
            Err(Finding(format!("onion.peel: LDK peels what the reference refuses: {input}")))
        }
        _ => Ok(Seen::compared(1)),
    }
}

/// LDK's answer to a case.
pub fn answer(operation: &str, input: &Value) -> Content {
    serve::answer_json(operation, &input.to_string(), spontan_adapter_ldk::answer)
}

fn compare(operation: &str, input: &Value, ours: &Content) -> Checked {
    let theirs = answer(operation, input);
    let same = match (ours, &theirs) {
        (_, Content::Unsupported(_)) => {
            return Ok(Seen::skipped("LDK's public interface has nothing that could answer"));
        }
        (Content::Accept(ours), Content::Accept(theirs)) => ours == theirs,
        (Content::Reject(_), Content::Reject(_)) => true,
        (Content::Accept(_) | Content::Reject(_), _) => false,
        (Content::Error(_) | Content::Unsupported(_), _) => {
            return Err(Finding(format!("{operation}: the reference has no answer to {input}: {ours:?}")));
        }
    };
    ensure!(same, "{operation}: LDK differs\n input: {input}\n reference: {ours:?}\n LDK: {theirs:?}");
    Ok(Seen::compared(1))
}
