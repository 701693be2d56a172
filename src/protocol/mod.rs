//! The messages between the runner and an adapter, protocol version 1, and their limits.
//!
//! The page for people is `docs/protocol.md`; `docs/schemas/protocol.schema.json` says the same to a validator.
//! Nothing here knows any cryptography.

pub mod foreign;
pub mod operation;
pub mod output;
pub mod reason;
pub mod serve;
pub mod strict;
pub mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use foreign::Foreign;

/// The protocol version that both sides say in their hello.
pub const VERSION: u32 = 1;
/// The longest line either side may send, in bytes, with its LF.
pub const MAX_LINE: usize = 1 << 20;
/// The largest window an adapter may ask for, in cases.
pub const MAX_WINDOW: usize = 1024;

/// The profiles of the shared-secret scheme.
pub const PROFILES: &[&str] = &["bolt4", "x-only"];

/// Every operation and the fields of its output, which are those that an adapter may say it omits.
pub const OPERATIONS: &[(&str, &[&str])] = &[
    ("bigsize.decode", &["value", "length"]),
    ("bigsize.encode", &["bytes"]),
    ("tlv.decode", &["records"]),
    ("ecdh.shared_secret", &["shared_secret", "x"]),
    ("onion.construct", &["packet"]),
    ("onion.peel", &["final", "payload", "shared_secret", "next_packet"]),
    ("keysend.send", &["payment_hash", "final_payload", "packet"]),
    ("keysend.receive", &["outcome", "preimage", "short_channel_id"]),
    ("shared_secret.send", &["preimage", "payment_hash", "final_payload", "packet"]),
    ("shared_secret.receive", &["outcome", "preimage", "short_channel_id"]),
    ("node.sequence", &["outcomes"]),
    ("failure.create", &["packet"]),
    ("failure.wrap", &["packet"]),
    ("failure.open", &["hop", "failure_message", "code"]),
    ("attribution.update", &["attribution_data"]),
    ("attribution.open", &["hold_times", "invalid_hop"]),
    ("blinded.create", &["first_path_key", "hops"]),
    ("blinded.unblind", &["blinded_secret", "recipient_data", "next_path_key"]),
    ("features.may_pay", &["keysend"]),
    ("features.announce", &["features"]),
    ("amp.split", &["children"]),
    ("amp.claim", &["preimages"]),
    ("amp.sequence", &["outcomes"]),
    ("payer.sequence", &["outcomes"]),
    ("offline.derive", &["preimage", "payment_hash", "short_channel_id"]),
];

/// The first line, from the runner.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct RunnerHello {
    /// Always `hello`.
    pub r#type: String,
    /// Always [`VERSION`].
    pub protocol: u32,
    /// Name and version of the runner, for the adapter's log.
    pub runner: String,
}

impl Default for RunnerHello {
    fn default() -> Self {
        Self {
            r#type: "hello".into(),
            protocol: VERSION,
            runner: concat!("spontan ", env!("CARGO_PKG_VERSION")).into(),
        }
    }
}

/// The first line from the adapter: who it is and what it can be asked.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AdapterHello {
    /// Always `hello`.
    pub r#type: String,
    /// Must be [`VERSION`].
    pub protocol: u32,
    /// The implementation that the adapter speaks for.
    pub implementation: Implementation,
    /// The operations that it answers; the cases of all others are not run.
    pub operations: Vec<String>,
    /// The choices it made where the specs leave one; what is missing has its default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<String, String>,
    /// The profiles of the shared-secret scheme that it has.
    #[serde(default = "default_profiles")]
    pub profiles: Vec<String>,
    /// Output fields that its library does not give, as `operation.field`. They are not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omits: Vec<String>,
    /// What its rejections carry besides the reason.
    #[serde(default)]
    pub failure_detail: FailureDetail,
    /// From what it knows the payload of an HTLC.
    #[serde(default, skip_serializing_if = "Reads::is_packet")]
    pub reads: Reads,
    /// How many cases it may be sent before it answers the first.
    #[serde(default = "default_window")]
    pub window: u64,
}

impl AdapterHello {
    /// The hello of an adapter for an implementation in Rust: what the protocol takes for granted, but 64 cases may wait
    /// in the pipe.
    pub fn new(name: &str, version: &str, operations: &[&str]) -> Self {
        Self {
            r#type: "hello".into(),
            protocol: VERSION,
            implementation: Implementation {
                name: name.into(),
                version: version.into(),
                language: "rust".into(),
            },
            operations: operations.iter().map(|&name| name.into()).collect(),
            policies: BTreeMap::new(),
            profiles: default_profiles(),
            omits: Vec::new(),
            failure_detail: FailureDetail::default(),
            reads: Reads::default(),
            window: 64,
        }
    }

    /// Does the adapter omit this field of the operation's output?
    pub fn omits_field(&self, operation: &str, field: &str) -> bool {
        self.omits.iter().any(|omitted| omitted.rsplit_once('.') == Some((operation, field)))
    }
}

fn default_profiles() -> Vec<String> {
    vec!["bolt4".into()]
}

fn default_window() -> u64 {
    1
}

/// Name, version and language of an implementation, for reports.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// Its name, such as `lightning`.
    pub name: Foreign,
    /// Its version.
    pub version: Foreign,
    /// The language it is written in.
    pub language: Foreign,
}

impl Implementation {
    /// Name and version, to be shown.
    pub fn name_and_version(&self) -> String {
        format!("{} {}", self.name.printable(), self.version.printable())
    }

    /// All three, to be shown.
    pub fn in_words(&self) -> String {
        format!("{} ({})", self.name_and_version(), self.language.printable())
    }
}

/// What an implementation's rejections of a packet or an HTLC carry.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FailureDetail {
    /// A verdict only.
    None,
    /// A failure code without its data.
    Code,
    /// A failure code with its data.
    #[default]
    Data,
}

/// From what an adapter knows the payload of an HTLC.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Reads {
    /// Its implementation opens the packet. It is not sent what the packet decrypts to.
    #[default]
    Packet,
    /// From `peeled`, which is sent beside the packet. That packets are opened is not checked.
    Payload,
}

impl Reads {
    /// Is this the default?
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    fn is_packet(&self) -> bool {
        *self == Self::Packet
    }
}

/// A case as it is sent: neither its name nor what it expects.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct Request {
    /// Always `case`.
    pub r#type: String,
    /// Counts from 1 in each process; the answer echoes it.
    pub seq: u64,
    /// The operation's name, such as `keysend.receive`.
    pub operation: String,
    /// The operation's input.
    pub input: Value,
}

/// An answer line: `seq` and one of the four keys of [`Content`].
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Answer {
    /// The `seq` of the request that it answers.
    pub seq: u64,
    /// The answer itself.
    #[serde(flatten)]
    pub content: Content,
}

/// What an adapter may say of a case; in JSON an object with one key.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// The operation succeeded, with this output.
    Accept(Value),
    /// The implementation refused the input.
    Reject(Rejection),
    /// The implementation has nothing that could answer.
    Unsupported(Foreign),
    /// The adapter itself broke.
    Error(Foreign),
}

impl Content {
    /// The answer that an operation's result is.
    pub fn of(result: OperationResult<impl Serialize>) -> Self {
        match result.map(serde_json::to_value) {
            Ok(Ok(output)) => Self::Accept(output),
            Ok(Err(error)) => Self::error(format!("the output cannot be written as JSON: {error}")),
            Err(early) => early,
        }
    }

    /// The implementation refused the input, and there is no failure code.
    pub fn reject(reason: impl Into<Foreign>) -> Self {
        Self::Reject(Rejection { reason: reason.into(), ..Rejection::default() })
    }

    /// The implementation has nothing that could answer.
    pub fn unsupported(why: impl Into<Foreign>) -> Self {
        Self::Unsupported(why.into())
    }

    /// The adapter itself broke, or the input is not what the protocol says.
    pub fn error(what: impl Into<Foreign>) -> Self {
        Self::Error(what.into())
    }
}

/// An output, as JSON or as one of the types of [`output`], or what is said of a case that has none: with it `?` can leave
/// early.
pub type OperationResult<T = Value> = Result<T, Content>;

/// A refusal: why, and the failure that would go back to the payer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// One of [`reason::REASONS`], or the implementation's own words.
    pub reason: Foreign,
    /// The failure code, 2 bytes big-endian as hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The failure code's data, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

#[cfg(test)]
mod tests {
    use crate::node::Policies;

    #[test]
    fn the_policies_are_those_of_the_protocol_page() {
        let page = include_str!("../../docs/protocol.md");
        for (policy, values) in Policies::ALL {
            let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
            let row = format!("| `{policy}` | {} |", values.join(", "));
            assert!(page.contains(&row), "docs/protocol.md has no row {row}");
        }
    }
}
