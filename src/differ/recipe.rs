//! A candidate as the recipe of a case: the changes that make it of its accepted neighbour, or of what is ordinary.

use crate::blueprint::difference::difference;
use crate::blueprint::{Blueprint, Hash, Htlc, Onion, Payee, Stream, ordinary};
use crate::protocol::operation::{Input, Profile, SharedSecret};

/// The lines that a person can paste into `src/vectors/recipe`. `reason` is that of the rejection; `twin` an accepted
/// input that differs in one thing.
pub fn recipe(input: &Input, reason: Option<&str>, twin: Option<&Input>) -> String {
    let input = Blueprint::of(input);
    let end = reason.map_or_else(|| ".accepted();".into(), |reason| format!(".rejected({reason:?});"));
    let whole = || format!("suite\n    .case(\"NAME\", \"WHAT IS SPECIAL.\", input)\n    {end}\n");
    let Some(base) = base(&input) else { return whole() };
    let from_base = |to: &Blueprint| difference(&base, to).filter(|changes| !changes.is_empty());
    let draft = |twin: &str, name: &str, changes: &[String], end: &str| {
        let lines = change(&input, changes);
        format!("suite\n    .from(&{twin}, \"{name}\", \"WHAT IS SPECIAL.\")\n{lines}    {end}\n")
    };
    let twin = twin
        .map(|twin| with_given_hash(Blueprint::of(twin)))
        .and_then(|twin| Some((from_base(&twin)?, difference(&twin, &input)?)));
    match (twin, difference(&base, &input)) {
        (Some((to_twin, changes)), _) => {
            let twin = draft("minimal", "NAME-TWIN", &to_twin, ".accepted();");
            format!("let twin = {twin}{}", draft("twin", "NAME", &changes, &end))
        }
        (None, Some(changes)) => draft("minimal", "NAME", &changes, &end),
        (None, None) => whole(),
    }
}

/// What a suite's ordinary case is built from.
fn base(blueprint: &Blueprint) -> Option<Blueprint> {
    Some(match blueprint {
        Blueprint::Tlv(namespace, _) => Blueprint::Tlv(*namespace, Stream::default()),
        Blueprint::Peel { .. } => Blueprint::Peel {
            node: ordinary::node(0),
            associated_data: ordinary::ASSOCIATED_DATA.to_vec(),
            onion: Onion::new(ordinary::payload(true)),
        },
        Blueprint::Receive { shared_secret, .. } => ordinary_payment(*shared_secret),
        Blueprint::Plain(_) | Blueprint::Sequence { .. } => return None,
    })
}

fn ordinary_payment(shared_secret: bool) -> Blueprint {
    let mut htlc = Htlc::default();
    let mut settings = ordinary::settings(SharedSecret::Off);
    if shared_secret {
        settings.shared_secret = SharedSecret::Bolt4;
        htlc.onion.payload = ordinary::payload(false);
        htlc.hash = Hash::Shared(Profile::Bolt4);
    }
    with_given_hash(Blueprint::Receive { shared_secret, node: Payee::ordinary(settings), htlc })
}

/// As in the recipes, the payment hash stays when the keysend record changes.
fn with_given_hash(mut blueprint: Blueprint) -> Blueprint {
    if let Blueprint::Receive { node, htlc: htlc @ Htlc { hash: Hash::Record, .. }, .. } = &mut blueprint {
        htlc.pays(htlc.payment_hash(&node.secret));
    }
    blueprint
}

fn change(blueprint: &Blueprint, changes: &[String]) -> String {
    let subject = match blueprint {
        Blueprint::Tlv(..) => "stream",
        Blueprint::Peel { .. } => "peel",
        _ => "payment",
    };
    match changes {
        [] => String::new(),
        [only] => format!("    .change(|{subject}| {only})\n"),
        _ => {
            let lines: String = changes.iter().map(|change| format!("        {change};\n")).collect();
            format!("    .change(|{subject}| {{\n{lines}    }})\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differ::dice::Dice;
    use crate::differ::generate::{self, Scope};
    use crate::node::Policies;

    #[test]
    fn the_changes_that_are_printed_make_the_input_again() {
        let scope = Scope { bolt4: true, x_only: true, policies: Policies::default() };
        for operation in ["tlv.decode", "onion.peel", "keysend.receive", "shared_secret.receive"] {
            let made = |number| generate::blueprint(operation, scope, &mut Dice::new(3, number)).unwrap();
            let (mut compared, mut lines) = (0, 0);
            for number in 0..400 {
                let input = made(number).build();
                // As a candidate: all that is known is the input.
                let to = Blueprint::of(&input);
                // A packet with an invalid key has no blueprint of its own, and neighbours come from the same namespace.
                let froms = [base(&to), Some(Blueprint::of(&made(number + 1).build()))];
                for from in froms.into_iter().flatten() {
                    let Some(changes) = difference(&from, &to) else { continue };
                    compared += 1;
                    lines += changes.len();
                }
            }
            assert!(compared > 400 && lines > compared, "{operation}: {compared} compared, {lines} lines");
        }
    }

    #[test]
    fn a_recipe_reads_as_those_of_the_vectors() {
        let minimal = ordinary_payment(false);
        let changed = |from: &Blueprint, change: fn(&mut Htlc)| {
            let mut blueprint = from.clone();
            let Blueprint::Receive { htlc, .. } = &mut blueprint else { unreachable!() };
            change(htlc);
            blueprint
        };
        let twin = changed(&minimal, |htlc| htlc.amount = 99_999);
        let case = changed(&twin, |htlc| htlc.record(5_482_373_484).flip(31, 1));
        let lines = recipe(&case.build(), Some("preimage_mismatch"), Some(&twin.build()));
        assert_eq!(
            lines,
            r#"let twin = suite
    .from(&minimal, "NAME-TWIN", "WHAT IS SPECIAL.")
    .change(|payment| payment.amount = 99999)
    .accepted();
suite
    .from(&twin, "NAME", "WHAT IS SPECIAL.")
    .change(|payment| payment.record(KEYSEND).flip(31, 0x01))
    .rejected("preimage_mismatch");
"#
        );
        // From a twin that is ordinary itself.
        let case = changed(&minimal, |htlc| htlc.record(5_482_373_484).flip(31, 1));
        let lines = recipe(&case.build(), Some("preimage_mismatch"), Some(&minimal.build()));
        assert!(lines.starts_with("suite\n    .from(&minimal, \"NAME\""), "{lines}");
    }
}
