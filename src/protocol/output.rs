//! The output of each operation, as types, and what every reader of an output needs. `docs/protocol.md` says what the
//! fields mean. An adapter's own answer stays JSON until it is judged: it may have any form.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Rejection;
use super::operation::fields;
use super::value::{Decimal, Hex};

fields! {
    /// `bigsize.decode`: the value, and the length of its BigSize in bytes.
    BigSizeDecode { value: Decimal, length: usize }
    /// `bigsize.encode`.
    BigSizeEncode { bytes: Hex }
    /// `tlv.decode`.
    TlvDecode { records: Vec<TlvRecord> }
    /// A record of `tlv.decode`.
    TlvRecord { r#type: Decimal, value: Hex }
    /// `ecdh.shared_secret`.
    Ecdh { shared_secret: Hex, x: Hex }
    /// `onion.construct`.
    Construct { packet: Hex }
    /// `onion.peel`; the final hop has no next packet.
    Peel { r#final: bool, payload: Hex, shared_secret: Hex, next_packet?: Hex }
    /// `keysend.send` and `shared_secret.send`; the first was given its preimage and does not repeat it.
    Send { preimage?: Hex, payment_hash: Hex, final_payload: Hex, packet: Hex }
    /// `failure.create` and `failure.wrap`.
    ReturnPacket { packet: Hex }
    /// `failure.open`: which hop failed, from 0; its message, if one can be read; and the code that this starts with.
    FailureOpen { hop: usize, failure_message?: Hex, code?: Hex }
    /// `attribution.update`.
    AttributionUpdate { attribution_data: Hex }
    /// `attribution.open`: hold times in units of 100 ms, and the first hop whose HMAC is wrong.
    AttributionOpen { hold_times: Vec<u32>, invalid_hop?: usize }
    /// `blinded.create`.
    BlindedCreate { first_path_key: Hex, hops: Vec<BlindedHop> }
    /// A hop of a blinded route.
    BlindedHop { blinded_node_id: Hex, encrypted_recipient_data: Hex }
    /// `blinded.unblind`.
    BlindedUnblind { blinded_secret: Hex, recipient_data: Hex, next_path_key: Hex }
    /// `features.may_pay`: the payment may be sent.
    FeaturesMayPay { keysend: Support }
    /// `features.announce`.
    FeaturesAnnounce { features: Hex }
    /// `amp.split`.
    AmpSplit { children: Vec<AmpChild> }
    /// An HTLC of an AMP: the value of its type 14, its preimage and its payment hash.
    AmpChild { record: Hex, preimage: Hex, payment_hash: Hex }
    /// `amp.claim`.
    AmpClaim { preimages: Vec<Hex> }
    /// `offline.derive`.
    OfflineDerive { preimage: Hex, payment_hash: Hex, short_channel_id: Hex }
}

/// What a node says of one feature.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    #[default]
    Absent,
    Optional,
    Mandatory,
}

/// What became of an HTLC. A failure is a [`Rejection`] in an answer; vectors have the codes that are allowed instead.
#[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome<F = Rejection> {
    Claimed { preimage: Hex },
    Held,
    Forwarded { short_channel_id: Hex },
    Failed(F),
}

/// A decision of `node.sequence`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Decision<F = Rejection> {
    /// Which HTLC of the sequence, from 0.
    pub htlc: usize,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome<F>,
}

/// `node.sequence`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Sequence<F = Rejection> {
    /// For each event the decisions that it led to, in their order.
    pub outcomes: Vec<Vec<Decision<F>>>,
}

/// What an event of `payer.sequence` led to. An attempt that is not sent has a [`Rejection`] with a reason alone.
#[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PayerOutcome<F = Rejection> {
    Sent {
        payment_hash: Hex,
        packet: Hex,
    },
    NotSent(F),
    Returned {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hop: Option<usize>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure_message: Option<Hex>,
    },
    Paid,
    PreimageWrong,
    Noted,
}

/// `payer.sequence`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PayerSequence<F = Rejection> {
    /// One outcome for each event.
    pub outcomes: Vec<PayerOutcome<F>>,
}

/// The output of any operation. It is written as the output alone, without its operation.
#[allow(missing_docs, reason = "one variant an operation, or two of the same form")]
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Output {
    BigSizeDecode(BigSizeDecode),
    BigSizeEncode(BigSizeEncode),
    TlvDecode(TlvDecode),
    Ecdh(Ecdh),
    Construct(Construct),
    Peel(Peel),
    Send(Send),
    Receive(Outcome),
    Sequence(Sequence),
    ReturnPacket(ReturnPacket),
    FailureOpen(FailureOpen),
    AttributionUpdate(AttributionUpdate),
    AttributionOpen(AttributionOpen),
    BlindedCreate(BlindedCreate),
    BlindedUnblind(BlindedUnblind),
    FeaturesMayPay(FeaturesMayPay),
    FeaturesAnnounce(FeaturesAnnounce),
    AmpSplit(AmpSplit),
    AmpClaim(AmpClaim),
    PayerSequence(PayerSequence),
    OfflineDerive(OfflineDerive),
}

/// The decisions in an output, whoever wrote it: all those of a sequence, for which an event has a list of them or one, or the
/// one of `keysend.receive` and `shared_secret.receive`. Other outputs have none, and what has not the form of a decision is
/// passed over.
pub fn decisions(output: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let one = output.as_object().filter(|map| map.contains_key("outcome"));
    let events = output.get("outcomes").and_then(Value::as_array).into_iter().flatten();
    fn of_event(event: &Value) -> &[Value] {
        event.as_array().map_or(std::slice::from_ref(event), Vec::as_slice)
    }
    one.into_iter().chain(events.flat_map(of_event).filter_map(Value::as_object))
}

/// As [`decisions`], to be changed.
pub fn decisions_mut(output: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let (one, events) = match output.as_object_mut() {
        Some(map) if map.contains_key("outcome") => (Some(map), None),
        Some(map) => (None, map.get_mut("outcomes").and_then(Value::as_array_mut)),
        None => (None, None),
    };
    fn of_event(event: &mut Value) -> &mut [Value] {
        match event {
            Value::Array(decisions) => decisions,
            one => std::slice::from_mut(one),
        }
    }
    one.into_iter().chain(events.into_iter().flatten().flat_map(of_event).filter_map(Value::as_object_mut))
}

/// Is the data of this failure code (2 bytes as hex) the node's own choice within a form, and so not compared? Where in the payload
/// `invalid_onion_payload` points to is; and `invalid_onion_blinding` may carry zeros (BOLT 4, "Failure Messages"; BOLT 2,
/// "Removing an HTLC").
pub fn has_free_data(code: Option<&str>) -> bool {
    matches!(code, Some("4016" | "c018"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decisions_are_found_and_nothing_else_is() {
        let claimed = json!({"htlc": 0, "outcome": "claimed", "preimage": "00"});
        let failed =
            json!({"htlc": 1, "outcome": "failed", "reason": "replayed", "code": "400f", "data": "01"});
        for (output, expected) in [
            (json!({"outcomes": [[claimed], [], [failed, claimed]]}), 3),
            (json!({"outcome": "held"}), 1),
            (json!({"outcomes": [claimed, [1, failed], 7, null]}), 2),
            (json!({"outcomes": 7}), 0),
            (json!({"packet": "00"}), 0),
            (json!([[claimed]]), 0),
        ] {
            assert_eq!(decisions(&output).count(), expected, "{output}");
            let mut changed = output.clone();
            decisions_mut(&mut changed).for_each(Map::clear);
            assert_eq!(changed == output, expected == 0, "{changed}");
            assert_eq!(decisions_mut(&mut output.clone()).count(), expected, "{output}");
        }
    }

    #[test]
    fn a_sequence_is_read_and_written_alike() {
        let json = r#"{"outcomes":[[{"htlc":0,"outcome":"claimed","preimage":"00"},{"htlc":1,"outcome":"held"}],[],[{"htlc":2,"outcome":"forwarded","short_channel_id":"01"},{"htlc":3,"outcome":"failed","reason":"replayed","code":"400f","data":""}]]}"#;
        let sequence: Sequence = serde_json::from_str(json).unwrap();
        assert_eq!(sequence.outcomes[0][1], Decision { htlc: 1, outcome: Outcome::Held });
        assert_eq!(serde_json::to_string(&sequence).unwrap(), json);
        for wrong in [
            r#"{"outcomes":[[{"outcome":"held"}]]}"#,
            r#"{"outcomes":[[{"htlc":0,"outcome":"lost"}]]}"#,
            r#"{"outcomes":[[{"htlc":0,"outcome":"failed","reason":"replayed","layer":"packet"}]]}"#,
        ] {
            assert!(serde_json::from_str::<Sequence>(wrong).is_err(), "{wrong}");
        }
    }
}
