//! The rules for a payload with `encrypted_recipient_data`, in the order in which BOLT 4 has its reader apply them: "`payload`
//! format", lines 294 to 326, and "Route Blinding". Neither scheme is paid over a blinded route: the final node made none.

use super::policy::BlindedRoutes;
use super::rules::{AMP_FINAL_NODE, Answer, FINAL_NODE, FORWARDING_NODE, Payment, Rule};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::blinded::RecipientData;
use crate::bolt4::payload::{Payload, types};

/// The table for a payload: those of blinded routes and of AMP have their own.
pub const fn rules_for(payment: &Payment<'_>, is_final: bool) -> &'static [Rule] {
    match (payment.payload.encrypted_recipient_data, is_final) {
        (None, true) if payment.amp.is_some() => AMP_FINAL_NODE,
        (None, true) => FINAL_NODE,
        (None, false) => FORWARDING_NODE,
        (Some(_), true) => BLINDED_FINAL_NODE,
        (Some(_), false) => BLINDED_FORWARDING_NODE,
    }
}

/// What the recipient says to the node, opened with the path key of the HTLC, or else with that of the payload.
pub fn recipient_data(
    node: &SecretKey,
    path_key: Option<PublicKey>,
    payload: &Payload<'_>,
) -> Option<RecipientData> {
    let path_key = path_key.or_else(|| PublicKey::decode(payload.current_path_key?).ok());
    RecipientData::open(node, &path_key?, payload.encrypted_recipient_data?)
}

const fn rule(
    reason: &'static str,
    requirement: &'static str,
    r#type: u64,
    broken: fn(&Payment<'_>) -> bool,
) -> Rule {
    Rule { reason, requirement, answer: Answer::InvalidOnionPayload(r#type), broken }
}

/// Whether what the recipient says breaks a rule; what cannot be opened has broken one before.
fn data(p: &Payment<'_>, broken: fn(&RecipientData, &Payment<'_>) -> bool) -> bool {
    p.recipient_data.is_some_and(|data| broken(&data, p))
}

const ONE_PATH_KEY: Rule =
    rule("path_key_twice", "bolt4.blinded.one-path-key", types::CURRENT_PATH_KEY, |p| {
        p.has_path_key && p.payload.current_path_key.is_some()
    });
const HAS_PATH_KEY: Rule = rule("path_key_missing", "bolt4.blinded.path-key", types::CURRENT_PATH_KEY, |p| {
    !p.has_path_key && p.payload.current_path_key.is_none()
});
const DATA_OPEN: Rule =
    rule("encrypted_data_unreadable", "bolt4.blinded.decrypts", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        p.recipient_data.is_none()
    });
const IN_TIME: Rule =
    rule("max_cltv_expiry_exceeded", "bolt4.blinded.max-cltv-expiry", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, p| data.payment_constraints.is_some_and(|(expiry, _)| p.cltv_expiry > expiry))
    });
const ENOUGH: Rule =
    rule("below_htlc_minimum", "bolt4.blinded.htlc-minimum", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, p| data.payment_constraints.is_some_and(|(_, minimum)| p.amount < minimum))
    });
const NO_UNKNOWN_FEATURE: Rule =
    rule("feature_unknown", "bolt4.blinded.unknown-feature", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, _| data.allows_unknown_feature)
    });
const ONE_NEXT_HOP: Rule =
    rule("next_hop_twice", "bolt4.blinded.one-next-hop", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, _| data.short_channel_id.is_some() && data.has_next_node_id)
    });

/// A node before the last, in a blinded route.
pub const BLINDED_FORWARDING_NODE: &[Rule] = &[
    ONE_PATH_KEY,
    HAS_PATH_KEY,
    DATA_OPEN,
    IN_TIME,
    ENOUGH,
    NO_UNKNOWN_FEATURE,
    ONE_NEXT_HOP,
    rule(
        "record_not_of_a_blinded_route",
        "bolt4.blinded.records-before-final",
        types::ENCRYPTED_RECIPIENT_DATA,
        |p| p.has_other_record(&[types::ENCRYPTED_RECIPIENT_DATA, types::CURRENT_PATH_KEY]),
    ),
    // The node has channels and no list of its peers: it cannot forward to a next_node_id.
    rule("next_hop_missing", "bolt4.blinded.next-hop", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, _| data.short_channel_id.is_none())
    }),
    rule("payment_relay_missing", "bolt4.blinded.payment-relay", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        data(p, |data, _| !data.has_payment_relay)
    }),
    rule("blinded_route_refused", "bolt9.features.route-blinding", types::ENCRYPTED_RECIPIENT_DATA, |p| {
        p.policies.blinded_routes == BlindedRoutes::Refuse
    }),
];

/// The final node of a blinded route.
pub const BLINDED_FINAL_NODE: &[Rule] = &[
    ONE_PATH_KEY,
    HAS_PATH_KEY,
    DATA_OPEN,
    IN_TIME,
    ENOUGH,
    NO_UNKNOWN_FEATURE,
    ONE_NEXT_HOP,
    rule(
        "record_not_of_a_blinded_route",
        "bolt4.reader.blinded-final",
        types::ENCRYPTED_RECIPIENT_DATA,
        |p| {
            p.has_other_record(&[
                types::ENCRYPTED_RECIPIENT_DATA,
                types::CURRENT_PATH_KEY,
                types::AMT_TO_FORWARD,
                types::OUTGOING_CLTV_VALUE,
                types::TOTAL_AMOUNT_MSAT,
            ])
        },
    ),
    rule("amt_to_forward_missing", "bolt4.blinded.final-required", types::AMT_TO_FORWARD, |p| {
        p.payload.amt_to_forward.is_none()
    }),
    rule("outgoing_cltv_value_missing", "bolt4.blinded.final-required", types::OUTGOING_CLTV_VALUE, |p| {
        p.payload.outgoing_cltv_value.is_none()
    }),
    rule("total_amount_msat_missing", "bolt4.blinded.final-required", types::TOTAL_AMOUNT_MSAT, |p| {
        p.payload.total_amount_msat.is_none()
    }),
    // Whatever path_id says, no route of this node has it.
    rule("blinded_path_not_allowed", "bolt4.blinded.path-id", types::ENCRYPTED_RECIPIENT_DATA, |_| true),
];
