//! The closed list of reasons for a rejection, each with its layer and a sentence.

/// Where in the processing of a payment a rejection happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The operation's own input: a key, a value that the caller gave.
    Input,
    /// The onion packet as a whole: length, version, public key, HMAC.
    Packet,
    /// The length prefix of the hop payload.
    Framing,
    /// BigSize and TLV grammar.
    Tlv,
    /// Which records a payload has.
    Payload,
    /// Whether this payment is accepted.
    Payment,
}

impl Layer {
    /// The name in vectors and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Packet => "packet",
            Self::Framing => "framing",
            Self::Tlv => "tlv",
            Self::Payload => "payload",
            Self::Payment => "payment",
        }
    }
}

/// One reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The stable string.
    pub name: &'static str,
    /// Its layer.
    pub layer: Layer,
    /// What it means, in a sentence.
    pub about: &'static str,
}

macro_rules! reasons {
    ($($layer:ident { $($name:literal: $about:literal)+ })+) => {
        &[$($(Reason { name: $name, layer: Layer::$layer, about: $about }),+),+]
    };
}

/// Every reason, in the order of the layers.
pub const REASONS: &[Reason] = reasons! {
    Input {
        "secret_key_invalid": "A secret key is not 32 bytes, is zero, or is n or above."
        "session_key_invalid": "The session key is not 32 bytes, is zero, or is n or above."
        "preimage_length": "The preimage that the payer was given is not 32 bytes."
        "no_hops": "The route is empty."
        "short_channel_id_missing": "A hop before the last has no short channel id."
        "amount_too_large": "An amount is above 21 million bitcoin."
        "custom_record_type_reserved": "A custom record's type is below 65536."
        "custom_record_type_keysend": "A custom record has the keysend type 5482373484."
        "custom_record_type_twice": "Two custom records have the same type."
        "feature_set_twice": "Both bits of a feature are to be announced."
        "feature_dependency_missing": "A feature is set without one that it depends on."
        "node_feature_unknown": "The node's features have an even bit that is not known."
        "invoice_feature_unknown": "The invoice's features have an even bit that is not known."
        "keysend_not_announced": "The node does not announce keysend and the policy refuses to pay it."
        "payloads_too_long": "With length prefixes and HMACs the payloads need more than 1300 bytes."
    }
    Packet {
        "packet_length": "The packet is not 1366 bytes."
        "version_unknown": "The version byte is not 0."
        "public_key_invalid": "A public key is not 33 bytes, has a prefix other than 02 and 03, or is not on the curve."
        "replayed": "A packet with this HMAC was received before."
        "hmac_mismatch": "The HMAC is not that of hop_payloads and associated data."
        "return_packet_too_short": "The return packet has fewer than 292 bytes and the policy refuses it."
        "failure_source_unknown": "The return packet has the HMAC of none of the route's hops."
    }
    Framing {
        "payload_length_not_minimal": "The payload's length prefix is not minimally encoded."
        "payload_length_reserved": "The payload's length is 0 or 1."
        "payload_length_too_long": "The payload, or the 32 bytes of next_hmac after it, would not fit in hop_payloads."
    }
    Tlv {
        "bigsize_truncated": "A BigSize is cut short."
        "bigsize_not_minimal": "A BigSize could be encoded in fewer bytes."
        "type_truncated": "A record's type is cut short."
        "type_not_minimal": "A record's type is not minimally encoded."
        "types_not_increasing": "A record's type is not above the one before it."
        "length_truncated": "A record's length is missing or cut short."
        "length_not_minimal": "A record's length is not minimally encoded."
        "value_truncated": "A record's length is more than the bytes that are left."
        "unknown_even_type": "A record of an even type is not known."
        "value_wrong_length": "A known record's value does not have the length that its type asks for."
        "value_not_minimal": "A truncated integer starts with a zero byte."
        "value_invalid": "A known record's value is not allowed: no valid point, or an amount above 21 million bitcoin."
    }
    Payload {
        "amt_to_forward_missing": "The payload has no amt_to_forward (type 2)."
        "outgoing_cltv_value_missing": "The payload has no outgoing_cltv_value (type 4)."
        "next_hop_missing": "The node is not the final one and is not told a short_channel_id (type 6, or type 2 in a blinded route)."
        "short_channel_id_at_final_node": "The final node's payload has a short_channel_id (type 6)."
        "total_amount_msat_not_allowed":
            "The final payload has a total_amount_msat (type 18) outside of a blinded route and the policy refuses it."
        "amt_to_forward_zero": "amt_to_forward is 0 and the policy refuses it."
        "payment_data_before_final":
            "The node is not the final one, the payload has payment_data (type 8) and the policy refuses it."
        "blinded_path_not_allowed":
            "A path key, or a record of blinded paths (types 10 and 12), where a spontaneous payment cannot have one."
        "path_key_twice": "A payload with encrypted_recipient_data (type 10) has a current_path_key (type 12) beside the HTLC's path key."
        "path_key_missing": "A payload has encrypted_recipient_data (type 10), and neither it nor the HTLC has a path key."
        "encrypted_data_unreadable": "encrypted_recipient_data (type 10) does not decrypt to a stream of known records."
        "max_cltv_expiry_exceeded": "The HTLC's cltv_expiry is above the blinded route's max_cltv_expiry."
        "below_htlc_minimum": "The HTLC's amount is below the blinded route's htlc_minimum_msat."
        "feature_unknown": "The blinded route's allowed_features have a bit that is not known."
        "next_hop_twice": "The blinded route names both a short channel id and a node to forward to."
        "record_not_of_a_blinded_route": "A payload with encrypted_recipient_data (type 10) has a record that blinded routes do not have there."
        "payment_relay_missing": "The node is not the final one and the blinded route has no payment_relay for it."
        "blinded_route_refused": "The node is not the final one of a blinded route and the policy refuses to forward there."
        "total_amount_msat_missing": "The final payload of a blinded route has no total_amount_msat (type 18)."
    }
    Payment {
        "keysend_refused": "The node does not accept keysend."
        "preimage_mismatch": "The keysend record does not hash to the payment hash."
        "payment_hash_unknown": "Neither an invoice, a keysend record nor the shared secret explains the payment hash."
        "payment_secret_missing": "The invoice, or the set of HTLCs that it joins, asks for a payment secret and there is no payment_data."
        "payment_secret_mismatch": "The payment secret is not the invoice's, or not that of the set."
        "payment_data_not_allowed": "A spontaneous payment has payment_data (type 8) and the policy refuses it."
        "payment_metadata_not_allowed": "A spontaneous payment has payment_metadata (type 16) and the policy refuses it."
        "total_msat_not_amount": "A single payment's total_msat is not its amt_to_forward."
        "set_id_differs": "Two HTLCs are not of the same AMP set."
        "set_id_zero": "The set id is all zero."
        "child_hash_mismatch": "A preimage that is derived from the root of an AMP set does not hash to its HTLC's payment hash."
        "total_msat_differs": "Two HTLCs of a set have different totals."
        "amount_too_low": "The total is less than the invoice's amount."
        "amount_too_high": "The total is more than twice the invoice's amount."
        "hash_already_claimed": "The payment hash was claimed before."
        "expiry_too_soon": "The HTLC's cltv_expiry is below the height plus min_final_cltv_expiry_delta, or not above the height."
        "expiry_too_far": "The HTLC's cltv_expiry is unreasonably far above the height and the policy refuses it."
        "final_incorrect_cltv_expiry": "The HTLC's cltv_expiry is below outgoing_cltv_value."
        "final_incorrect_htlc_amount": "The HTLC's amount is below amt_to_forward."
        "mpp_timeout": "The set was not complete in time."
        "held_until_expiry": "The set was not complete when the HTLC's cltv_expiry was reached."
        "payment_complete": "An attempt of this payment was fulfilled."
        "payment_failed": "The final node failed an attempt of this payment for good, or the policy gives up after any failure of the final node."
        "attempt_in_flight": "Another attempt of this payment is in flight and the policy waits for it."
        "node_removed": "The route has a node that failed an attempt of this payment with the NODE bit."
        "preimage_used": "The preimage was used by another attempt or is that of an invoice that was paid."
        "session_key_used": "Another attempt was sent with this session key."
    }
};

/// The reason of this name, if it is on the list.
pub fn find(name: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.name == name)
}
