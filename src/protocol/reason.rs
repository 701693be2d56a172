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

const fn reason(layer: Layer, name: &'static str, about: &'static str) -> Reason {
    Reason { name, layer, about }
}

/// Every reason, in the order of the layers.
pub const REASONS: &[Reason] = &[
    reason(Layer::Input, "secret_key_invalid", "A secret key is not 32 bytes, is zero, or is n or above."),
    reason(
        Layer::Input,
        "session_key_invalid",
        "The session key is not 32 bytes, is zero, or is n or above.",
    ),
    reason(Layer::Input, "preimage_length", "The preimage that the payer was given is not 32 bytes."),
    reason(Layer::Input, "no_hops", "The route is empty."),
    reason(Layer::Input, "short_channel_id_missing", "A hop before the last has no short channel id."),
    reason(Layer::Input, "amount_too_large", "An amount is above 21 million bitcoin."),
    reason(Layer::Input, "custom_record_type_reserved", "A custom record's type is below 65536."),
    reason(Layer::Input, "custom_record_type_keysend", "A custom record has the keysend type 5482373484."),
    reason(Layer::Input, "custom_record_type_twice", "Two custom records have the same type."),
    reason(
        Layer::Input,
        "payloads_too_long",
        "With length prefixes and HMACs the payloads need more than 1300 bytes.",
    ),
    reason(Layer::Packet, "packet_length", "The packet is not 1366 bytes."),
    reason(Layer::Packet, "version_unknown", "The version byte is not 0."),
    reason(
        Layer::Packet,
        "public_key_invalid",
        "A public key is not 33 bytes, has a prefix other than 02 and 03, or is no point of the curve.",
    ),
    reason(Layer::Packet, "replayed", "A packet with this HMAC was received before."),
    reason(Layer::Packet, "hmac_mismatch", "The HMAC is not that of hop_payloads and associated data."),
    reason(
        Layer::Framing,
        "payload_length_not_minimal",
        "The payload's length prefix is not minimally encoded.",
    ),
    reason(Layer::Framing, "payload_length_reserved", "The payload's length is 0 or 1."),
    reason(
        Layer::Framing,
        "payload_length_too_long",
        "The payload, or the 32 bytes of next_hmac behind it, would not fit in hop_payloads.",
    ),
    reason(Layer::Tlv, "bigsize_truncated", "A BigSize is cut short."),
    reason(Layer::Tlv, "bigsize_not_minimal", "A BigSize could be encoded in fewer bytes."),
    reason(Layer::Tlv, "type_truncated", "A record's type is cut short."),
    reason(Layer::Tlv, "type_not_minimal", "A record's type is not minimally encoded."),
    reason(Layer::Tlv, "types_not_increasing", "A record's type is not above the one before it."),
    reason(Layer::Tlv, "length_truncated", "A record's length is missing or cut short."),
    reason(Layer::Tlv, "length_not_minimal", "A record's length is not minimally encoded."),
    reason(Layer::Tlv, "value_truncated", "A record's length is more than the bytes that are left."),
    reason(Layer::Tlv, "unknown_even_type", "A record of an even type is not known."),
    reason(
        Layer::Tlv,
        "value_wrong_length",
        "A known record's value does not have the length that its type asks for.",
    ),
    reason(Layer::Tlv, "value_not_minimal", "A truncated integer starts with a zero byte."),
    reason(
        Layer::Tlv,
        "value_invalid",
        "A known record's value is not allowed: no valid point, or an amount above 21 million bitcoin.",
    ),
    reason(Layer::Payload, "amt_to_forward_missing", "The payload has no amt_to_forward (type 2)."),
    reason(Layer::Payload, "outgoing_cltv_value_missing", "The payload has no outgoing_cltv_value (type 4)."),
    reason(
        Layer::Payload,
        "next_hop_missing",
        "The node is not the final one and the payload has no short_channel_id (type 6).",
    ),
    reason(
        Layer::Payload,
        "short_channel_id_at_final_node",
        "The final node's payload has a short_channel_id (type 6).",
    ),
    reason(
        Layer::Payload,
        "blinded_path_not_allowed",
        "A path key, or a record of blinded paths (types 10 and 12), where a spontaneous payment cannot have one.",
    ),
    reason(Layer::Payment, "keysend_refused", "The node does not accept keysend."),
    reason(Layer::Payment, "preimage_mismatch", "The keysend record does not hash to the payment hash."),
    reason(
        Layer::Payment,
        "payment_hash_unknown",
        "Neither an invoice, a keysend record nor the shared secret explains the payment hash.",
    ),
    reason(
        Layer::Payment,
        "payment_secret_missing",
        "The invoice asks for a payment secret and there is no payment_data.",
    ),
    reason(Layer::Payment, "payment_secret_mismatch", "The payment secret is not the invoice's."),
    reason(
        Layer::Payment,
        "payment_data_not_allowed",
        "A spontaneous payment has payment_data (type 8) and the policy refuses it.",
    ),
    reason(
        Layer::Payment,
        "payment_metadata_not_allowed",
        "A spontaneous payment has payment_metadata (type 16) and the policy refuses it.",
    ),
    reason(
        Layer::Payment,
        "total_msat_not_amount",
        "A single payment's total_msat is not its amt_to_forward.",
    ),
    reason(Layer::Payment, "total_msat_differs", "Two HTLCs of a set have different totals."),
    reason(Layer::Payment, "amount_too_low", "The total is less than the invoice's amount."),
    reason(Layer::Payment, "amount_too_high", "The total is more than twice the invoice's amount."),
    reason(Layer::Payment, "hash_already_claimed", "The payment hash was claimed before."),
    reason(
        Layer::Payment,
        "expiry_too_soon",
        "The HTLC's cltv_expiry is below the height plus min_final_cltv_expiry_delta.",
    ),
    reason(
        Layer::Payment,
        "final_incorrect_cltv_expiry",
        "The HTLC's cltv_expiry is below outgoing_cltv_value.",
    ),
    reason(Layer::Payment, "final_incorrect_htlc_amount", "The HTLC's amount is below amt_to_forward."),
    reason(Layer::Payment, "mpp_timeout", "The set was not complete in time."),
];

/// The reason of this name, if it is on the list.
pub fn find(name: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.name == name)
}
