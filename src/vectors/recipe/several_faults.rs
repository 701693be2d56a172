//! HTLCs that break more than one rule. BOLT 4, "Failure Messages", asks for the first failure of its list; the others'
//! codes are allowed. What no reader may do is accept, because the last of its checks, or the only one it makes, passes.

use super::suite::Suite as Recipes;
use super::fixture::{AMOUNT, EXPIRY, HEIGHT, Incoming, integer, keysend_record, record, settings};
use super::label;
use crate::protocol::operation::{SharedSecret, Switch};

/// One thing that is wrong, in the order in which a failure is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// An even unknown record in the payload.
    EvenType,
    /// The preimage does not fit the payment hash.
    Preimage,
    /// Keysend is switched off.
    SwitchedOff,
    /// The HTLC expires too soon.
    TooSoon,
    /// The HTLC expires before `outgoing_cltv_value`.
    Expiry,
    /// The HTLC has less than `amt_to_forward`.
    Amount,
}

impl Fault {
    const ALL: [Self; 6] =
        [Self::EvenType, Self::Preimage, Self::SwitchedOff, Self::TooSoon, Self::Expiry, Self::Amount];

    /// Name, sentence, reason, failure code.
    const fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::EvenType => ("even-type", "a record of type 14", "unknown_even_type", "4016"),
            Self::SwitchedOff => ("switched-off", "keysend is switched off", "keysend_refused", "400f"),
            Self::Preimage => ("preimage", "a preimage that does not fit", "preimage_mismatch", "400f"),
            Self::TooSoon => ("too-soon", "an HTLC that expires too soon", "expiry_too_soon", "400f"),
            Self::Expiry => (
                "expiry",
                "an HTLC that expires before outgoing_cltv_value",
                "final_incorrect_cltv_expiry",
                "0012",
            ),
            Self::Amount => {
                ("amount", "an HTLC of less than amt_to_forward", "final_incorrect_htlc_amount", "0013")
            }
        }
    }
}

/// Adds to `keysend.receive`: each pair of faults, and all of them.
pub fn receive(cases: &mut Recipes) {
    for (index, one) in Fault::ALL.iter().enumerate() {
        for other in &Fault::ALL[index + 1..] {
            case(cases, &[*one, *other]);
        }
    }
    case(cases, &[Fault::Preimage, Fault::Expiry, Fault::Amount]);
    case(cases, &Fault::ALL);
}

fn case(cases: &mut Recipes, faults: &[Fault]) {
    let has = |fault| faults.contains(&fault);
    let preimage = label::bytes32("keysend.receive/preimage");
    let mut htlc = Incoming::keysend("keysend.receive", preimage);
    // What expires too soon and before outgoing_cltv_value does so by one block each.
    htlc.expiry = if has(Fault::TooSoon) { HEIGHT + 17 } else { EXPIRY };
    let outgoing = htlc.expiry + u32::from(has(Fault::Expiry));
    let mut sent = preimage;
    sent[31] ^= u8::from(has(Fault::Preimage));
    htlc.payload = [
        integer(2, AMOUNT),
        integer(4, outgoing.into()),
        if has(Fault::EvenType) { record(14, b"x") } else { Vec::new() },
        keysend_record(&sent),
    ]
    .concat();
    htlc.amount = AMOUNT - u64::from(has(Fault::Amount));
    let mut input = htlc.input(settings(SharedSecret::Off));
    if has(Fault::SwitchedOff) {
        input.settings.keysend = Switch::Refuse;
    }
    let names: Vec<_> = faults.iter().map(|fault| fault.facts().0).collect();
    let name = if faults.len() == Fault::ALL.len() { "all".into() } else { names.join("-and-") };
    let sentences: Vec<_> = faults.iter().map(|fault| fault.facts().1).collect();
    let about = format!("Several faults: {}.", sentences.join("; "));
    let mut codes: Vec<_> = faults[1..].iter().map(|fault| fault.facts().3).collect();
    codes.sort_unstable();
    codes.dedup();
    cases
        .old(format!("several-faults-{name}"), about, &input)
        .flag("several-faults")
        .also(&codes)
        .reject(faults[0].facts().2, "minimal");
}
