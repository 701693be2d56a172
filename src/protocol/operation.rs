//! The input of each operation, as types. `docs/protocol.md` says what the fields mean.

use serde::{Deserialize, Serialize};

use super::value::{Decimal, Hex};

/// Types of messages. A field `name?: Type` may be missing.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident { $($field:ident $(?: $option:ty)? $(: $type:ty)?),* $(,)? })+) => {$(
        $(#[$doc])*
        #[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
        #[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
        pub struct $name {
            $(
                $(pub $field: $type,)?
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$option>,)?
            )*
        }
    )+};
}
pub(super) use fields;

fields! {
    /// `bigsize.decode`.
    BigSizeDecode { bytes: Hex }
    /// `bigsize.encode`.
    BigSizeEncode { value: Decimal }
    /// `tlv.decode`.
    TlvDecode { namespace: Namespace, stream: Hex }
}

/// The namespaces of `tlv.decode`.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    /// BOLT 1, appendix B.
    N1,
    /// BOLT 1, appendix B.
    N2,
    /// BOLT 4's payload with bLIP 3's record.
    #[default]
    Payload,
}

fields! {
    /// `ecdh.shared_secret`.
    Ecdh { secret_key: Hex, public_key: Hex }
    /// `onion.construct`.
    Construct { session_key: Hex, associated_data: Hex, hops: Vec<ConstructHop> }
    /// A hop of `onion.construct`.
    ConstructHop { public_key: Hex, payload: Hex }
    /// `onion.peel`.
    Peel { node_secret: Hex, packet: Hex, associated_data: Hex, path_key?: Hex }
    /// `keysend.send` and `shared_secret.send`: the first has a preimage, the second a profile.
    Send {
        session_key: Hex, preimage?: Hex, profile?: Profile, hops: Vec<SendHop>, custom_records: Vec<CustomRecord>,
    }
    /// A hop of `keysend.send` and `shared_secret.send`.
    SendHop { public_key: Hex, amt_to_forward: Decimal, outgoing_cltv_value: u32, short_channel_id?: Hex }
    /// A custom record.
    CustomRecord { r#type: Decimal, value: Hex }
    /// `keysend.receive` and `shared_secret.receive`.
    Receive { node_secret: Hex, height: u32, settings: Settings, htlc: Htlc, peeled?: Peeled }
    /// What the operator sets.
    #[derive(Copy)]
    Settings { keysend: Switch, shared_secret: SharedSecret, min_final_cltv_expiry_delta: u32 }
}

/// Whether keysend is accepted.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    #[default]
    Accept,
    Refuse,
}

/// Whether the shared-secret scheme is accepted, and in which profile.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SharedSecret {
    #[default]
    Off,
    Bolt4,
    XOnly,
}

/// A profile of the shared-secret scheme.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    Bolt4,
    XOnly,
}

fields! {
    /// An HTLC.
    Htlc { amount_msat: Decimal, cltv_expiry: u32, payment_hash: Hex, packet: Hex, path_key?: Hex }
    /// What an HTLC's packet decrypts to.
    Peeled { payload: Hex, r#final: bool, shared_secret: Hex }
    /// `node.sequence` and `amp.sequence`.
    Sequence { node_secret: Hex, height: u32, settings: Settings, events: Vec<Event> }
}

/// An event of `node.sequence` and `amp.sequence`.
#[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
#[allow(clippy::large_enum_variant, reason = "most events are HTLCs")]
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    Htlc {
        htlc: Htlc,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peeled: Option<Peeled>,
    },
    Invoice {
        preimage: Hex,
        payment_secret: Hex,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_msat: Option<Decimal>,
    },
    Height {
        height: u32,
    },
    Time {
        seconds: u32,
    },
    Settings {
        settings: Settings,
    },
}

fields! {
    /// `failure.create`: at the node that fails.
    FailureCreate { shared_secret: Hex, failure_message: Hex }
    /// `failure.wrap`: at a node on the way back.
    FailureWrap { shared_secret: Hex, packet: Hex }
    /// `failure.open`: at the payer. The public keys are those of the route, the first hop's first.
    FailureOpen { session_key: Hex, public_keys: Vec<Hex>, packet: Hex }
    /// `attribution.update`: at a node on the way back, the first one included. Without a packet the HTLC was fulfilled.
    AttributionUpdate { shared_secret: Hex, hold_time: u32, packet?: Hex, attribution_data?: Hex }
    /// `attribution.open`: at the payer.
    AttributionOpen { session_key: Hex, public_keys: Vec<Hex>, packet?: Hex, attribution_data: Hex }
    /// `blinded.create`: at the recipient.
    BlindedCreate { session_key: Hex, hops: Vec<BlindedNode> }
    /// A hop of `blinded.create`, before it is blinded.
    BlindedNode { public_key: Hex, recipient_data: Hex }
    /// `blinded.unblind`: at a node on the route.
    BlindedUnblind { node_secret: Hex, path_key: Hex, encrypted_recipient_data: Hex }
    /// `features.may_pay`: at the payer. Only a payment of an invoice has the invoice's features.
    FeaturesMayPay { payment: PaymentKind, node_features: Hex, invoice_features?: Hex }
    /// `features.announce`: at the payee.
    FeaturesAnnounce { bits: Vec<u16> }
    /// `amp.split`: at the payer. The last child's share is not among the shares.
    AmpSplit { root: Hex, set_id: Hex, shares: Vec<Hex>, child_indexes: Vec<u32> }
    /// `amp.claim`: at the payee.
    AmpClaim { parts: Vec<AmpPart> }
    /// An HTLC of `amp.claim`: the value of its type 14, and its payment hash.
    AmpPart { record: Hex, payment_hash: Hex }
}

fields! {
    /// `payer.sequence`.
    PayerSequence { scheme: Scheme, events: Vec<PayerEvent> }
    /// `offline.derive`: the device's secret key and the node's public key, or the other way round.
    OfflineDerive {
        secret_key: Hex, public_key: Hex, amount: Decimal, secret: OfflineSecret, hmac_key: HmacKey,
        amount_encoding: AmountEncoding,
    }
}

/// The scheme of a payer's payments.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    #[default]
    Keysend,
    SharedSecret,
}

/// An event of `payer.sequence`.
#[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PayerEvent {
    Attempt {
        payment: u32,
        session_key: Hex,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preimage: Option<Hex>,
        hops: Vec<SendHop>,
    },
    Failed {
        attempt: usize,
        packet: Hex,
    },
    Fulfilled {
        attempt: usize,
        preimage: Hex,
    },
    InvoicePaid {
        preimage: Hex,
    },
    ChannelUpdate {
        public_key: Hex,
    },
}

/// What `offline.derive` takes of the shared point.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OfflineSecret {
    #[default]
    X,
    SharedSecret,
}

/// Which of the two is the key of the HMAC of `offline.derive`; the other one is its message.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HmacKey {
    #[default]
    Secret,
    Amount,
}

/// How `offline.derive` writes the amount.
#[allow(missing_docs, reason = "the fields are those of docs/protocol.md")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AmountEncoding {
    #[default]
    U64,
    U64LittleEndian,
    Tu64,
    Decimal,
}

/// What is paid.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    #[default]
    Keysend,
    SharedSecret,
    Invoice,
}

macro_rules! inputs {
    ($($variant:ident($type:ty) = $name:literal),+ $(,)?) => {
        /// The input of any operation. It is written as the input alone, without its operation.
        #[allow(missing_docs, reason = "one variant an operation")]
        #[derive(Debug, Clone, Serialize, PartialEq, Eq)]
        #[serde(untagged)]
        pub enum Input {
            $($variant($type)),+
        }

        impl Input {
            /// The operation's name.
            pub const fn operation(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name),+
                }
            }

            /// Reads the JSON of an operation's input; none when there is no operation of this name.
            ///
            /// # Errors
            /// Inputs that are not the operation's.
            pub fn parse(operation: &str, json: &str) -> Option<Result<Self, serde_json::Error>> {
                Some(match operation {
                    $($name => serde_json::from_str(json).map(Self::$variant),)+
                    _ => return None,
                })
            }
        }
    };
}

inputs! {
    BigSizeDecode(BigSizeDecode) = "bigsize.decode",
    BigSizeEncode(BigSizeEncode) = "bigsize.encode",
    TlvDecode(TlvDecode) = "tlv.decode",
    Ecdh(Ecdh) = "ecdh.shared_secret",
    Construct(Construct) = "onion.construct",
    Peel(Peel) = "onion.peel",
    KeysendSend(Send) = "keysend.send",
    KeysendReceive(Receive) = "keysend.receive",
    SharedSecretSend(Send) = "shared_secret.send",
    SharedSecretReceive(Receive) = "shared_secret.receive",
    Sequence(Sequence) = "node.sequence",
    FailureCreate(FailureCreate) = "failure.create",
    FailureWrap(FailureWrap) = "failure.wrap",
    FailureOpen(FailureOpen) = "failure.open",
    AttributionUpdate(AttributionUpdate) = "attribution.update",
    AttributionOpen(AttributionOpen) = "attribution.open",
    BlindedCreate(BlindedCreate) = "blinded.create",
    BlindedUnblind(BlindedUnblind) = "blinded.unblind",
    FeaturesMayPay(FeaturesMayPay) = "features.may_pay",
    FeaturesAnnounce(FeaturesAnnounce) = "features.announce",
    AmpSplit(AmpSplit) = "amp.split",
    AmpClaim(AmpClaim) = "amp.claim",
    AmpSequence(Sequence) = "amp.sequence",
    PayerSequence(PayerSequence) = "payer.sequence",
    OfflineDerive(OfflineDerive) = "offline.derive",
}
