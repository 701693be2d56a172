//! An input in the form in which it is bent and shrunk: TLV streams as records, packets as what they are made from, the
//! payment hash as what it is the hash of. Any input has a shape, and a shape gives its input.

use sha2::{Digest, Sha256};

use super::onion::Onion;
use super::ordinary;
use super::stream::Stream;
use crate::bolt1::SecretKey;
use crate::bolt4::payload::types;
use crate::protocol::operation::{self as input, Input, Namespace, Profile, Settings};
use crate::protocol::value::{Decimal, Hex};
use crate::scheme::{self, shared_secret};

/// An input's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
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
        htlc: Arrival,
    },
    /// `node.sequence`.
    Sequence {
        /// The node as it starts.
        node: Payee,
        /// What happens to it.
        events: Vec<Event>,
    },
}

/// A node that receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Its secret key.
    pub secret: SecretKey,
    /// The height, in blocks.
    pub height: u32,
    /// Its settings.
    pub settings: Settings,
}

/// An HTLC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The packet and its path key.
    pub onion: Onion,
    /// The payment hash, which the packet is bound to.
    pub hash: Hash,
    /// `amount_msat`.
    pub amount: u64,
    /// `cltv_expiry`, in blocks.
    pub expiry: u32,
}

/// What a payment hash is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// The payload's keysend record; 32 zero bytes where it has none.
    Record,
    /// The secret that the onion gives.
    Shared(Profile),
    /// Nobody knows.
    Given([u8; 32]),
}

/// An event of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "most events are HTLCs")]
pub enum Event {
    /// An HTLC.
    Htlc(Arrival),
    /// Any other.
    Other(input::Event),
}

impl Arrival {
    /// The payment hash.
    pub fn payment_hash(&self, node: &SecretKey) -> [u8; 32] {
        match self.hash {
            Hash::Given(hash) => hash,
            Hash::Record => self
                .onion
                .payload
                .find(types::KEYSEND_PREIMAGE)
                .map_or([0; 32], |preimage| Sha256::digest(preimage).into()),
            Hash::Shared(profile) => {
                let profile = scheme_profile(profile);
                shared_secret::preimage(&self.onion.shared_point(node), profile).payment_hash().0
            }
        }
    }

    fn render(&self, node: &SecretKey) -> (input::Htlc, Option<input::Peeled>) {
        let payment_hash = self.payment_hash(node);
        let htlc = input::Htlc {
            amount_msat: Decimal(self.amount),
            cltv_expiry: self.expiry,
            payment_hash: payment_hash.into(),
            packet: Hex(self.onion.seal(node, &payment_hash)),
            path_key: self.onion.path_key.map(Into::into),
        };
        (htlc, self.onion.peeled(node))
    }

    fn open(node: &SecretKey, htlc: &input::Htlc) -> Option<Self> {
        let hash: [u8; 32] = htlc.payment_hash.0.as_slice().try_into().ok()?;
        let path_key = path_key(htlc.path_key.as_ref())?;
        let mut arrival = Self {
            onion: Onion::open(node, &htlc.packet.0, &hash, path_key),
            hash: Hash::Given(hash),
            amount: htlc.amount_msat.0,
            expiry: htlc.cltv_expiry,
        };
        let given = arrival.clone();
        // The session key may become another, so that a hash of the shared secret must be found with the packet's own.
        let secret = arrival.onion.peeled_secret(node, &htlc.packet.0);
        let is_it = |candidate: &Hash| match candidate {
            Hash::Shared(profile) => secret.is_some_and(|point| {
                shared_secret::preimage(&point, scheme_profile(*profile)).payment_hash().0 == hash
            }),
            _ => Self { hash: *candidate, ..given.clone() }.payment_hash(node) == hash,
        };
        let candidates = [Hash::Record, Hash::Shared(Profile::Bolt4), Hash::Shared(Profile::XOnly)];
        arrival.hash = candidates.into_iter().find(is_it).unwrap_or(given.hash);
        Some(arrival)
    }
}

fn scheme_profile(profile: Profile) -> scheme::Profile {
    match profile {
        Profile::Bolt4 => scheme::Profile::Bolt4,
        Profile::XOnly => scheme::Profile::XOnly,
    }
}

/// A path key that may be missing; none at all if it has not 33 bytes.
fn path_key(bytes: Option<&Hex>) -> Option<Option<[u8; 33]>> {
    bytes.map(|bytes| bytes.0.as_slice().try_into().ok()).map_or(Some(None), |key| key.map(Some))
}

/// A session key's number for each public key of a sequence's packets: its own, or the next that is free, so that two
/// packets stay two.
fn sessions(events: &[input::Event]) -> Vec<(usize, Option<&[u8]>)> {
    let mut sessions: Vec<(usize, Option<&[u8]>)> = Vec::new();
    let keys = events.iter().filter_map(|event| match event {
        input::Event::Htlc { htlc, .. } => htlc.packet.0.get(1..34),
        _ => None,
    });
    let (ours, others): (Vec<_>, Vec<_>) = keys.partition(|key| ordinary::session_number(key).is_some());
    for key in ours.into_iter().chain(others) {
        if sessions.iter().all(|session| session.1 != Some(key)) {
            let free = (0..).find(|number| sessions.iter().all(|session| session.0 != *number));
            sessions.push((ordinary::session_number(key).or(free).unwrap_or(0), Some(key)));
        }
    }
    sessions
}

impl Shape {
    /// The shape of an input.
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
                let onion = Onion::open(&node, &input.packet.0, data, path_key(input.path_key.as_ref())?);
                Self::Peel { node, associated_data: data.clone(), onion }
            }
            Input::KeysendReceive(receive) | Input::SharedSecretReceive(receive) => {
                let node = payee(&receive.node_secret, receive.height, receive.settings)?;
                let htlc = Arrival::open(&node.secret, &receive.htlc)?;
                let shared_secret = matches!(input, Input::SharedSecretReceive(_));
                Self::Receive { shared_secret, node, htlc }
            }
            Input::Sequence(sequence) => {
                let node = payee(&sequence.node_secret, sequence.height, sequence.settings)?;
                let mut events = Vec::with_capacity(sequence.events.len());
                let sessions = sessions(&sequence.events);
                for event in &sequence.events {
                    events.push(match event {
                        input::Event::Htlc { htlc, .. } => {
                            let mut arrival = Arrival::open(&node.secret, htlc)?;
                            if let Some(at) =
                                sessions.iter().position(|key| key.1 == htlc.packet.0.get(1..34))
                            {
                                arrival.onion.session = sessions[at].0;
                            }
                            Event::Htlc(arrival)
                        }
                        other => Event::Other(other.clone()),
                    });
                }
                Self::Sequence { node, events }
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
            Self::Sequence { .. } => "node.sequence",
        }
    }

    /// The input.
    pub fn input(&self) -> Input {
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
                let (htlc, peeled) = htlc.render(&node.secret);
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
            Self::Sequence { node, events } => Input::Sequence(input::Sequence {
                node_secret: node.secret.encode().into(),
                height: node.height,
                settings: node.settings,
                events: events
                    .iter()
                    .map(|event| match event {
                        Event::Htlc(htlc) => {
                            let (htlc, peeled) = htlc.render(&node.secret);
                            input::Event::Htlc { htlc, peeled }
                        }
                        Event::Other(event) => event.clone(),
                    })
                    .collect(),
            }),
        }
    }
}

/// The ordinary keysend HTLC.
impl Default for Arrival {
    fn default() -> Self {
        Self {
            onion: Onion::new(ordinary::payload(true)),
            hash: Hash::Record,
            amount: ordinary::AMOUNT,
            expiry: ordinary::EXPIRY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Policies;
    use crate::protocol::Content;
    use crate::reference;
    use crate::vectors::load;

    /// What an answer says of an input, without the bytes that go with the session key.
    fn gist(content: &Content) -> String {
        match content {
            Content::Accept(output) => {
                let outcomes = output["outcomes"].to_string();
                let reasons = outcomes.split('"').filter(|word| word.contains('_') || *word == "claimed");
                format!("accept {} {}", output["outcome"], reasons.collect::<Vec<_>>().join(" "))
            }
            Content::Reject(rejection) => rejection.reason.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_shape_of_every_vector_gives_an_input_that_is_answered_alike() {
        let suites = load::built_in().unwrap();
        let (mut opened, mut other) = (0, Vec::new());
        for case in suites.iter().flat_map(|suite| &suite.cases) {
            let input = case.typed_input().unwrap();
            let shape = Shape::of(&input);
            opened += usize::from(!matches!(shape, Shape::Plain(_)));
            let again = shape.input();
            let answer = |input| gist(&reference::answer_input(input, Policies::default()));
            if answer(&input) != answer(&again) {
                other.push(&case.id);
            }
            assert_eq!(Shape::of(&again), shape, "{}", case.id);
        }
        assert!(opened > 500, "only {opened} have a shape");
        // Their second packet has the first one's HMAC, which no other session key would give it.
        assert_eq!(
            other,
            ["node.sequence/accept/bent-packet-behind", "node.sequence/accept/replay-with-another-hash"]
        );
    }
}
