//! HTLCs that break more than one rule. BOLT 4, "Failure Messages", asks for the first failure of its list that a node
//! encounters. A payload that cannot be read is encountered first, though its code stands last; so all codes are allowed. What no reader may do is accept, because the last of its checks, or the only one it makes, passes.

use super::payment::{HEIGHT, KEYSEND, OUTGOING_CLTV_VALUE, Payment};
use super::suite::{Suite, Twin};
use crate::protocol::operation::Switch;

/// One thing that is wrong.
struct Fault {
    name: &'static str,
    about: &'static str,
    reason: &'static str,
    /// The failure code that it has when it comes alone.
    code: &'static str,
    change: fn(&mut Payment),
}

/// The faults, in the order in which a failure is chosen.
const FAULTS: [Fault; 6] = [
    Fault {
        name: "even-type",
        about: "a record of type 24",
        reason: "unknown_even_type",
        code: "4016",
        change: |payment| payment.payload().put(24, *b"x"),
    },
    Fault {
        name: "preimage",
        about: "a preimage that does not fit",
        reason: "preimage_mismatch",
        code: "400f",
        change: |payment| payment.record(KEYSEND).flip(31, 0x01),
    },
    Fault {
        name: "switched-off",
        about: "keysend is switched off",
        reason: "keysend_refused",
        code: "400f",
        change: |payment| payment.node.settings.keysend = Switch::Refuse,
    },
    Fault {
        name: "too-soon",
        about: "an HTLC that expires too soon",
        reason: "expiry_too_soon",
        code: "400f",
        change: |payment| {
            payment.expiry = HEIGHT + 17;
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, (HEIGHT + 17).into());
        },
    },
    Fault {
        name: "expiry",
        about: "an HTLC that expires before outgoing_cltv_value",
        reason: "final_incorrect_cltv_expiry",
        code: "0012",
        change: |payment| {
            let outgoing = payment.expiry + 1;
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, outgoing.into());
        },
    },
    Fault {
        name: "amount",
        about: "an HTLC of less than amt_to_forward",
        reason: "final_incorrect_htlc_amount",
        code: "0013",
        change: |payment| payment.amount -= 1,
    },
];

/// Adds to `keysend.receive`: each pair of faults, three of them, and all.
pub fn receive(suite: &mut Suite, minimal: &Twin<Payment>) {
    let [even_type, preimage, switched_off, too_soon, expiry, amount] = &FAULTS;
    for (index, one) in FAULTS.iter().enumerate() {
        for other in &FAULTS[index + 1..] {
            case(suite, minimal, &[one, other]);
        }
    }
    case(suite, minimal, &[preimage, expiry, amount]);
    case(suite, minimal, &[even_type, preimage, switched_off, too_soon, expiry, amount]);
}

fn case(suite: &mut Suite, minimal: &Twin<Payment>, faults: &[&Fault]) {
    let list = |of: fn(&Fault) -> &'static str, separator: &str| {
        faults.iter().map(|fault| of(fault)).collect::<Vec<_>>().join(separator)
    };
    let name = if faults.len() == FAULTS.len() { "all".into() } else { list(|fault| fault.name, "-and-") };
    let codes: Vec<_> = faults.iter().map(|fault| fault.code).collect();
    suite
        .from(
            minimal,
            format!("several-faults-{name}"),
            format!("Several faults: {}.", list(|fault| fault.about, "; ")),
        )
        .change(|payment| faults.iter().for_each(|fault| (fault.change)(payment)))
        .flag("several-faults")
        .also(&codes)
        .rejected(faults[0].reason);
}
