//! An input taken apart: TLV streams as records, packets as what they are made from, the payment hash as what it is the
//! hash of. Any input has a blueprint, a blueprint can be changed in one place, and what is built from it is a whole
//! input again: a packet with a changed payload has a true HMAC.
//!
//! The recipes of the vectors, the live fuzzer and the mutators of the fuzz targets all change blueprints, by the verbs
//! of [`change`]. This room knows inputs, not answers.

mod argument;
pub mod change;
pub mod difference;
pub mod htlc;
pub mod label;
pub mod onion;
pub mod ordinary;
pub mod stream;

pub use htlc::{Hash, Htlc, Payee};
pub use onion::Onion;
pub use stream::{Record, Stream};

use crate::bolt1::SecretKey;
use crate::protocol::operation::{self as input, Input, Namespace, Settings};
use crate::protocol::value::Hex;

/// An input taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blueprint {
    /// Inputs without streams and packets, and those that cannot be taken apart.
    Plain(Input),
    /// `tlv.decode`.
    Tlv(Namespace, Stream),
    /// `onion.peel`.
    Peel {
        /// The node.
        node: SecretKey,
        /// What the packet is bound to.
        associated_data: Vec<u8>,
        /// The packet and its path key.
        onion: Onion,
    },
    /// `keysend.receive` and `shared_secret.receive`.
    Receive {
        /// Is it `shared_secret.receive`?
        shared_secret: bool,
        /// The node.
        node: Payee,
        /// The HTLC.
        htlc: Htlc,
    },
    /// `node.sequence` and `amp.sequence`.
    Sequence {
        /// Is it `amp.sequence`?
        amp: bool,
        /// The node as it starts.
        node: Payee,
        /// What happens to it.
        events: Vec<Event>,
    },
}

/// An event of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "most events are HTLCs")]
pub enum Event {
    /// An HTLC.
    Htlc(Htlc),
    /// Any other.
    Other(input::Event),
}

impl Blueprint {
    /// Takes an input apart. What is built from the blueprint is the same input, unless it holds a packet whose public key
    /// is invalid: of that only length, version and key are kept. A byte too many counts as one behind the packet.
    pub fn of(input: &Input) -> Self {
        Self::open(input).unwrap_or_else(|| Self::Plain(input.clone()))
    }

    fn open(input: &Input) -> Option<Self> {
        let payee = |secret: &Hex, height: u32, settings: Settings| {
            Some(Payee { secret: SecretKey::decode(&secret.0).ok()?, height, settings })
        };
        Some(match input {
            Input::TlvDecode(input) => Self::Tlv(input.namespace, Stream::parse(&input.stream.0)),
            Input::Peel(input) => {
                let node = SecretKey::decode(&input.node_secret.0).ok()?;
                let data = &input.associated_data.0;
                let path_key = htlc::path_key(input.path_key.as_ref())?;
                let onion = Onion::open(&node, &input.packet.0, data, path_key);
                Self::Peel { node, associated_data: data.clone(), onion }
            }
            Input::KeysendReceive(receive) | Input::SharedSecretReceive(receive) => {
                let node = payee(&receive.node_secret, receive.height, receive.settings)?;
                let htlc = Htlc::open(&node.secret, &receive.htlc)?;
                let shared_secret = matches!(input, Input::SharedSecretReceive(_));
                Self::Receive { shared_secret, node, htlc }
            }
            Input::Sequence(sequence) | Input::AmpSequence(sequence) => {
                let node = payee(&sequence.node_secret, sequence.height, sequence.settings)?;
                let events: Option<_> = sequence
                    .events
                    .iter()
                    .map(|event| match event {
                        input::Event::Htlc { htlc, .. } => Htlc::open(&node.secret, htlc).map(Event::Htlc),
                        other => Some(Event::Other(other.clone())),
                    })
                    .collect();
                Self::Sequence { amp: matches!(input, Input::AmpSequence(_)), node, events: events? }
            }
            _ => return None,
        })
    }

    /// The operation that it is an input of.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Plain(input) => input.operation(),
            Self::Tlv(..) => "tlv.decode",
            Self::Peel { .. } => "onion.peel",
            Self::Receive { shared_secret: false, .. } => "keysend.receive",
            Self::Receive { shared_secret: true, .. } => "shared_secret.receive",
            Self::Sequence { amp: false, .. } => "node.sequence",
            Self::Sequence { amp: true, .. } => "amp.sequence",
        }
    }

    /// Builds the input.
    pub fn build(&self) -> Input {
        match self {
            Self::Plain(input) => input.clone(),
            Self::Tlv(namespace, stream) => {
                Input::TlvDecode(input::TlvDecode { namespace: *namespace, stream: Hex(stream.bytes()) })
            }
            Self::Peel { node, associated_data, onion } => Input::Peel(input::Peel {
                node_secret: node.encode().into(),
                packet: Hex(onion.seal(node, associated_data)),
                associated_data: Hex(associated_data.clone()),
                path_key: onion.path_key.map(Into::into),
            }),
            Self::Receive { shared_secret, node, htlc } => {
                let (htlc, peeled) = htlc.build(&node.secret);
                let receive = input::Receive {
                    node_secret: node.secret.encode().into(),
                    height: node.height,
                    settings: node.settings,
                    htlc,
                    peeled,
                };
                if *shared_secret {
                    Input::SharedSecretReceive(receive)
                } else {
                    Input::KeysendReceive(receive)
                }
            }
            Self::Sequence { amp, node, events } => {
                let event = |event: &Event| match event {
                    Event::Htlc(htlc) => {
                        let (htlc, peeled) = htlc.build(&node.secret);
                        input::Event::Htlc { htlc, peeled }
                    }
                    Event::Other(event) => event.clone(),
                };
                let sequence = input::Sequence {
                    node_secret: node.secret.encode().into(),
                    height: node.height,
                    settings: node.settings,
                    events: events.iter().map(event).collect(),
                };
                if *amp { Input::AmpSequence(sequence) } else { Input::Sequence(sequence) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::load;

    #[test]
    fn every_input_of_the_vectors_is_built_again_from_its_blueprint() {
        let suites = load::built_in().unwrap();
        let (mut opened, mut different) = (0, Vec::new());
        for case in suites.iter().flat_map(|suite| &suite.cases) {
            let input = case.typed_input().unwrap();
            let blueprint = Blueprint::of(&input);
            opened += usize::from(!matches!(blueprint, Blueprint::Plain(_)));
            if blueprint.build() != input {
                different.push(case.id.as_str());
            }
        }
        assert!(opened > 500, "only {opened} were taken apart");
        // Without a valid public key nobody can tell what the packet was made from, nor where a byte too many was put.
        let is_known = |id: &&str| id.contains("public-key") || id.ends_with("/length-1367-before-the-hmac");
        assert!(different.iter().all(is_known), "{different:?}");
        assert!(different.len() < 20, "{different:?}");
    }
}
