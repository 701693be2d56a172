//! LDK's answers beside the reference's. Where LDK is known to differ, a row of [`KNOWN`] says when and why; such an
//! input is skipped and counted, not passed.

use spontan::bolt1::tlv::MAX_MSAT;
use spontan::protocol::Content;
use spontan::protocol::operation::{Input, Receive};

use crate::agree::show;
use crate::model::Namespace;
use crate::{Finding, OracleResult, Record, Tally, ensure, model};

/// Asks LDK to decode a stream, which the reference answered with `ours`.
///
/// # Errors
/// When they differ in verdict or records.
pub fn tlv_decode(namespace: Namespace, stream: &[u8], input: &Input, ours: &Content) -> OracleResult {
    if namespace == Namespace::TolerantPayload && has_large_amount(stream) {
        return Ok(Tally::skipped("LDK checks the bound of amounts in a reader that is not public"));
    }
    compare(input, ours)
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
    pub bears: fn(&Receive, &[Record]) -> bool,
    /// Why LDK answers otherwise.
    pub why: &'static str,
}

/// The known differences, with the reason of each.
pub const KNOWN: &[Known] = &[
    Known {
        bears: |input, _| input.htlc.path_key.is_some(),
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
            let has = |types: &[u64]| records.iter().any(|(kind, _)| types.contains(kind));
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
    Known { bears: |input, _| input.height > 0x7fff_ffff, why: "LDK adds to the height in 32 bits" },
    Known {
        bears: |input, _| input.htlc.cltv_expiry <= input.height,
        why: "peel_payment_onion leaves it to the channel that an expiry is reached",
    },
    Known {
        bears: |input, _| input.htlc.cltv_expiry.saturating_sub(input.height) > 2016,
        why: "LDK has no bound for far expiries; BOLT 2 gives no number",
    },
];

/// Asks LDK about an HTLC whose payload has these records.
///
/// # Errors
/// When the verdicts differ, or the preimage of a claim, or the channel of a forward.
pub fn receive(input: &Input, records: &[Record], ours: &Content) -> OracleResult {
    let Input::KeysendReceive(receive) = input else { return compare(input, ours) };
    match KNOWN.iter().find(|known| (known.bears)(receive, records)) {
        Some(known) => Ok(Tally::skipped(known.why)),
        None => compare(input, ours),
    }
}

/// Asks LDK to peel the packet of a payment.
///
/// # Errors
/// When it accepts what the reference refuses, or finds another secret, another next packet or another end.
pub fn peel(input: &Input, records: &[Record], ours: &Content) -> OracleResult {
    let blinded = matches!(input, Input::Peel(input) if input.path_key.is_some());
    if blinded || records.iter().any(|(kind, _)| matches!(kind, 10 | 12)) {
        return Ok(Tally::skipped("LDK reads types 10 and 12 and path keys as a blinded route's"));
    }
    match (ours, spontan_adapter_ldk::answer(input)) {
        (Content::Accept(output), Content::Accept(theirs)) => {
            for field in ["final", "shared_secret", "next_packet"] {
                let same = output.get(field) == theirs.get(field);
                ensure!(same, "onion.peel: LDK has another {field}\n input: {}\n LDK: {theirs}", show(input));
            }
            Ok(Tally::compared(1))
        }
        (Content::Accept(_), _) => Ok(Tally::skipped("LDK reads the payload as well when it peels")),
        (_, Content::Accept(_)) => {
            Err(Finding(format!("onion.peel: LDK peels what the reference refuses: {}", show(input))))
        }
        _ => Ok(Tally::compared(1)),
    }
}

fn compare(input: &Input, ours: &Content) -> OracleResult {
    let (operation, theirs) = (input.operation(), spontan_adapter_ldk::answer(input));
    let same = match (ours, &theirs) {
        (_, Content::Unsupported(_)) => {
            return Ok(Tally::skipped("LDK's public interface has nothing that could answer"));
        }
        (Content::Accept(ours), Content::Accept(theirs)) => ours == theirs,
        (Content::Reject(_), Content::Reject(_)) => true,
        (Content::Accept(_) | Content::Reject(_), _) => false,
        (Content::Error(_) | Content::Unsupported(_), _) => {
            return Err(Finding(format!(
                "{operation}: the reference has no answer to {}: {ours:?}",
                show(input)
            )));
        }
    };
    ensure!(
        same,
        "{operation}: LDK differs\n input: {}\n reference: {ours:?}\n LDK: {theirs:?}",
        show(input)
    );
    Ok(Tally::compared(1))
}
