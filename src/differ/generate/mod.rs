//! The generator: a blueprint for an operation, from the dice. Most inputs are sound but for one planted fault, since a
//! case with several says little about each.

mod amp;
mod amp_sequence;
mod blinded;
mod bytes;
mod change;
mod features;
mod keys;
mod offline;
mod payer;
mod payment;
mod returning;
mod route;
mod scope;
mod sequence;
mod tlv;

pub use change::change;
pub use scope::Scope;

use super::dice::Dice;
use crate::blueprint::Blueprint;
use crate::blueprint::stream;
use crate::bolt1::bigsize;
use crate::protocol::operation::{self as input, Input};
use crate::protocol::value::{Decimal, Hex};

/// An input for an operation; none where nothing can be asked of it, such as a shared-secret payment in no profile.
pub fn blueprint(operation: &str, scope: Scope, dice: &mut Dice) -> Option<Blueprint> {
    Some(match operation {
        "bigsize.decode" => {
            Blueprint::Plain(Input::BigSizeDecode(input::BigSizeDecode { bytes: a_bigsize(dice) }))
        }
        "bigsize.encode" => {
            Blueprint::Plain(Input::BigSizeEncode(input::BigSizeEncode { value: Decimal(dice.number()) }))
        }
        "tlv.decode" => tlv::decode(dice),
        "ecdh.shared_secret" => Blueprint::Plain(Input::Ecdh(keys::ecdh(dice))),
        "onion.construct" => Blueprint::Plain(Input::Construct(route::construct(dice))),
        "onion.peel" => payment::peel(dice),
        "keysend.send" => Blueprint::Plain(Input::KeysendSend(route::send(None, dice))),
        "shared_secret.send" if !scope.profiles().is_empty() => {
            let profile = dice.pick(&scope.profiles());
            Blueprint::Plain(Input::SharedSecretSend(route::send(Some(profile), dice)))
        }
        "keysend.receive" => payment::receive(false, scope, dice),
        "shared_secret.receive" if !scope.profiles().is_empty() => payment::receive(true, scope, dice),
        "node.sequence" => sequence::sequence(scope, dice),
        "failure.create" => Blueprint::Plain(Input::FailureCreate(returning::create(dice))),
        "failure.wrap" => Blueprint::Plain(Input::FailureWrap(returning::wrap(dice))),
        "failure.open" => Blueprint::Plain(Input::FailureOpen(returning::open(dice))),
        "attribution.update" => Blueprint::Plain(Input::AttributionUpdate(returning::update(dice))),
        "attribution.open" => Blueprint::Plain(Input::AttributionOpen(returning::read(dice))),
        "blinded.create" => Blueprint::Plain(Input::BlindedCreate(blinded::create(dice))),
        "blinded.unblind" => Blueprint::Plain(Input::BlindedUnblind(blinded::unblind(dice))),
        "features.may_pay" => Blueprint::Plain(Input::FeaturesMayPay(features::may_pay(dice))),
        "features.announce" => Blueprint::Plain(Input::FeaturesAnnounce(features::announce(dice))),
        "amp.split" => Blueprint::Plain(Input::AmpSplit(amp::split(dice))),
        "amp.claim" => Blueprint::Plain(Input::AmpClaim(amp::claim(dice))),
        "amp.sequence" => amp_sequence::sequence(dice),
        "payer.sequence" => Blueprint::Plain(Input::PayerSequence(payer::sequence(scope, dice))),
        "offline.derive" => Blueprint::Plain(Input::OfflineDerive(offline::derive(dice))),
        _ => return None,
    })
}

/// A BigSize in some form, perhaps cut short or with bytes after it.
fn a_bigsize(dice: &mut Dice) -> Hex {
    let value = dice.number();
    let mut bytes = Vec::new();
    let width = match dice.below(4) {
        0 => dice.pick(&[3, 5, 9]),
        _ => bigsize::encoded_length(value),
    };
    // A wide form of a value near the bound of the next smaller form.
    let value = match width {
        3 if dice.once_in(2) => dice.pick(&[0, 1, 0xfc, 0xfd, 0xfe, 0xff]),
        5 if dice.once_in(2) => dice.pick(&[0, 0xfd, 0xfffe, 0xffff, 0x1_0000]),
        9 if dice.once_in(2) => dice.pick(&[0, 0xffff, 0xffff_fffe, 0xffff_ffff, 1 << 32]),
        _ => value,
    };
    stream::write(value, width, &mut bytes);
    match dice.below(6) {
        0 => bytes.truncate(dice.below(bytes.len() + 1)),
        1 => bytes.extend(vec![dice.any() as u8; dice.below(4)]),
        _ => {}
    }
    Hex(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::node::Policies;
    use crate::protocol::{Content, OPERATIONS, reason::REASONS};
    use crate::reference;

    fn all(policies: Policies) -> Scope {
        Scope { bolt4: true, x_only: true, policies }
    }

    #[test]
    fn the_same_dice_give_the_same_input() {
        let scope = all(Policies::default());
        for (operation, _) in OPERATIONS {
            for case in 0..20 {
                let once = blueprint(operation, scope, &mut Dice::new(1, case)).unwrap();
                assert_eq!(blueprint(operation, scope, &mut Dice::new(1, case)).unwrap(), once);
                assert_eq!(once.build().operation(), *operation);
            }
        }
    }

    #[test]
    fn every_reason_is_reached_and_no_input_is_a_fault_of_the_case_itself() {
        let mut reached = BTreeSet::new();
        let mut accepted = BTreeSet::new();
        let mut asked = 0_u32;
        // Policies that open every rule of the table.
        for (metadata, scid, data) in
            [("ignore", "ignore", "accept_multipart"), ("reject", "reject", "reject")]
        {
            let mut policies = Policies::default();
            assert!(policies.set("keysend_payment_metadata", metadata));
            assert!(policies.set("final_short_channel_id", scid));
            assert!(policies.set("keysend_payment_data", data));
            if metadata == "reject" {
                for policy in ["total_amount_msat", "payment_data_before_final", "amt_to_forward_0"] {
                    assert!(policies.set(policy, "reject"));
                }
                assert!(policies.set("short_return_packet", "refuse"));
            }
            for (operation, _) in OPERATIONS {
                for case in 0..1000 {
                    let input = blueprint(operation, all(policies), &mut Dice::new(0, case)).unwrap().build();
                    asked += 1;
                    match reference::answer_input(&input, policies) {
                        Content::Accept(output) => {
                            accepted.insert(*operation);
                            let text = output["outcomes"].to_string();
                            let reasons = REASONS.iter().map(|reason| reason.name);
                            reached.extend(reasons.filter(|name| text.contains(&format!("\"{name}\""))));
                        }
                        Content::Reject(rejection) => {
                            let reason = crate::protocol::reason::find(rejection.reason.raw()).unwrap();
                            reached.insert(reason.name);
                        }
                        other => panic!("{operation} {case}: {other:?}"),
                    }
                }
            }
        }
        assert_eq!(accepted.len(), OPERATIONS.len());
        // Nothing is sealed for a node, so that no rule about what a recipient says comes up.
        let sealed = [
            "path_key_twice",
            "encrypted_data_unreadable",
            "max_cltv_expiry_exceeded",
            "below_htlc_minimum",
            "feature_unknown",
            "next_hop_twice",
            "record_not_of_a_blinded_route",
            "payment_relay_missing",
            "blinded_route_refused",
            "total_amount_msat_missing",
        ];
        let reasons = REASONS.iter().map(|reason| reason.name).filter(|name| !sealed.contains(name));
        let missed: Vec<_> = reasons.filter(|name| !reached.contains(name)).collect();
        assert!(missed.is_empty(), "{asked} inputs never reach {missed:?}");
    }
}
