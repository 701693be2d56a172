//! The corpus format: an input of the protocol as bytes, and back. The fields of each operation are listed once, for both
//! directions; how each is written, byte order and lengths, is in [`crate::tape`].

use std::sync::OnceLock;

use spontan::bolt1::{PublicKey, SecretKey};
use spontan::node::Policies;
use spontan::protocol::operation::{ConstructHop, Event, Htlc, Input, Settings, SharedSecret, Switch};
use spontan::protocol::value::Hex;

use crate::tape::Tape;

/// How many bytes choose policies: one for each, and room for more, so that inputs that are kept stay what they are.
pub const POLICIES: usize = 32;
const _: () = assert!(Policies::ALL.len() <= POLICIES);

/// The targets whose inputs are those of one operation, as this codec has them.
pub const OPERATIONS: [(&str, &str); 7] = [
    ("ecdh_decode", "ecdh.shared_secret"),
    ("onion_peel", "onion.peel"),
    ("onion_round_trip", "onion.construct"),
    ("keysend_receive", "keysend.receive"),
    ("shared_secret_receive", "shared_secret.receive"),
    ("node_sequence", "node.sequence"),
    ("amp_sequence", "amp.sequence"),
];

/// More hops do not fit into a packet, even with empty payloads.
const MAX_HOPS: usize = 40;
/// Each HTLC costs an ECDH in each implementation.
const MAX_EVENTS: usize = 16;

/// What an implementation is asked, and what it chose where the specs leave a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The input.
    pub input: Input,
    /// For each policy of [`Policies::ALL`] a value, by its place modulo their number.
    pub policies: [u8; POLICIES],
}

impl Question {
    /// The policies.
    pub fn policies(&self) -> Policies {
        let mut policies = Policies::default();
        self.choices().iter().for_each(|(policy, value)| assert!(policies.set(policy, value)));
        policies
    }

    /// The names of policies and values.
    pub fn choices(&self) -> Vec<(&'static str, &'static str)> {
        let chosen = |((policy, values), byte): (&(&'static str, &'static [&'static str]), &u8)| {
            (*policy, values[usize::from(*byte) % values.len()])
        };
        Policies::ALL.iter().zip(&self.policies).map(chosen).collect()
    }
}

/// An input of an operation, its fields empty.
fn blank(operation: &str) -> Option<Input> {
    Some(match operation {
        "tlv.decode" => Input::TlvDecode(Default::default()),
        "ecdh.shared_secret" => Input::Ecdh(Default::default()),
        "onion.construct" => Input::Construct(Default::default()),
        "onion.peel" => Input::Peel(Default::default()),
        "keysend.receive" => Input::KeysendReceive(Default::default()),
        "shared_secret.receive" => Input::SharedSecretReceive(Default::default()),
        "node.sequence" => Input::Sequence(Default::default()),
        "amp.sequence" => Input::AmpSequence(Default::default()),
        _ => return None,
    })
}

/// Reads an input of an operation; none when fields of fixed length are missing, or if the operation has no format.
pub fn decode(operation: &str, bytes: &[u8]) -> Option<Question> {
    let mut question = Question { input: blank(operation)?, policies: [0; POLICIES] };
    Tape::read(bytes).question(&mut question)?;
    Some(question)
}

/// Writes an input; none if a field has a length that the format has no place for. What a packet decrypts to is left out,
/// and hops get keys of [`secret_key`].
pub fn encode(question: &Question) -> Option<Vec<u8>> {
    Tape::written(|tape| tape.question(&mut question.clone()))
}

/// The secret key of a hop that was decoded. So that packets can be peeled, hops are among the 254 nodes whose secret key is
/// one byte 32 times; the format has this byte.
pub fn secret_key(public_key: &Hex) -> Option<SecretKey> {
    node_number(public_key).and_then(|number| SecretKey::decode(&[number; 32]).ok())
}

fn node_number(public_key: &Hex) -> Option<u8> {
    nodes().iter().position(|node| node[..] == public_key.0).map(|place| place as u8)
}

/// Public keys by the byte of their secret key; zeros where there is none.
fn nodes() -> &'static [[u8; 33]] {
    static NODES: OnceLock<Vec<[u8; 33]>> = OnceLock::new();
    NODES.get_or_init(|| {
        let secret_keys = (0..=u8::MAX).map(|byte| SecretKey::decode(&[byte; 32]));
        secret_keys.map(|key| key.map_or([0; 33], |key| key.public_key().encode())).collect()
    })
}

impl Tape<'_> {
    /// A path key; 33 zero bytes when there is none.
    fn path_key(&mut self, path_key: &mut Option<Hex>) -> Option<()> {
        let mut bytes = path_key.as_ref().map_or(Some([0; 33]), |key| key.0.as_slice().try_into().ok())?;
        self.array(&mut bytes)?;
        *path_key = (bytes != [0; 33]).then(|| bytes.into());
        Some(())
    }

    fn question(&mut self, question: &mut Question) -> Option<()> {
        match &mut question.input {
            Input::TlvDecode(input) => self.rest(&mut input.stream.0),
            Input::Ecdh(input) => {
                self.sized(&mut input.secret_key.0)?;
                self.rest(&mut input.public_key.0)
            }
            Input::Construct(input) => {
                self.fixed(&mut input.session_key.0, 32)?;
                self.sized(&mut input.associated_data.0)?;
                // Of other nodes only the public key is known: the hop's number takes its place.
                for (hop, number) in input.hops.iter_mut().zip(1..MAX_HOPS) {
                    if node_number(&hop.public_key).is_none() {
                        PublicKey::decode(&hop.public_key.0).ok()?;
                        hop.public_key = nodes()[number].into();
                    }
                }
                self.list(&mut input.hops, MAX_HOPS, &ConstructHop::default(), Self::hop)
            }
            Input::Peel(input) => {
                self.fixed(&mut input.node_secret.0, 32)?;
                self.path_key(&mut input.path_key)?;
                self.sized(&mut input.associated_data.0)?;
                self.rest(&mut input.packet.0)
            }
            Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => {
                self.array(&mut question.policies)?;
                self.node(&mut input.node_secret, &mut input.height, &mut input.settings)?;
                self.htlc(&mut input.htlc)
            }
            Input::Sequence(input) | Input::AmpSequence(input) => {
                self.array(&mut question.policies)?;
                self.node(&mut input.node_secret, &mut input.height, &mut input.settings)?;
                self.list(&mut input.events, MAX_EVENTS, &Event::Height { height: 0 }, Self::event)
            }
            _ => None,
        }
    }

    fn hop(&mut self, hop: &mut ConstructHop) -> Option<()> {
        let mut number = node_number(&hop.public_key).unwrap_or_default();
        self.u8(&mut number)?;
        hop.public_key = nodes()[usize::from(number)].into();
        self.sized(&mut hop.payload.0)
    }

    fn node(&mut self, secret: &mut Hex, height: &mut u32, settings: &mut Settings) -> Option<()> {
        self.fixed(&mut secret.0, 32)?;
        self.u32(height)?;
        self.settings(settings)
    }

    fn settings(&mut self, settings: &mut Settings) -> Option<()> {
        self.one_of(&mut settings.keysend, &[Switch::Accept, Switch::Refuse])?;
        let all = [SharedSecret::Off, SharedSecret::Bolt4, SharedSecret::XOnly];
        self.one_of(&mut settings.shared_secret, &all)?;
        self.u32(&mut settings.min_final_cltv_expiry_delta)
    }

    fn htlc(&mut self, htlc: &mut Htlc) -> Option<()> {
        self.path_key(&mut htlc.path_key)?;
        self.u64(&mut htlc.amount_msat.0)?;
        self.u32(&mut htlc.cltv_expiry)?;
        self.fixed(&mut htlc.payment_hash.0, 32)?;
        self.sized(&mut htlc.packet.0)
    }

    fn event(&mut self, event: &mut Event) -> Option<()> {
        let hex = Hex::default;
        let kinds = [
            Event::Htlc { htlc: Htlc::default(), peeled: None },
            Event::Invoice { preimage: hex(), payment_secret: hex(), amount_msat: None },
            Event::Height { height: 0 },
            Event::Time { seconds: 0 },
            Event::Settings { settings: Settings::default() },
        ];
        let same = |kind: &Event| std::mem::discriminant(kind) == std::mem::discriminant(event);
        let mut kind = kinds.iter().position(same)? as u8;
        self.u8(&mut kind)?;
        if let Self::Read(_) = self {
            let kind = usize::from(kind) % kinds.len();
            *event = kinds.into_iter().nth(kind)?;
        }
        match event {
            Event::Htlc { htlc, .. } => self.htlc(htlc),
            Event::Invoice { preimage, payment_secret, amount_msat } => {
                self.fixed(&mut preimage.0, 32)?;
                self.fixed(&mut payment_secret.0, 32)?;
                let mut has_amount = amount_msat.is_some();
                self.one_of(&mut has_amount, &[false, true])?;
                let mut amount = amount_msat.unwrap_or_default();
                self.u64(&mut amount.0)?;
                *amount_msat = has_amount.then_some(amount);
                Some(())
            }
            Event::Height { height } => self.u32(height),
            Event::Time { seconds } => self.u32(seconds),
            Event::Settings { settings } => self.settings(settings),
        }
    }
}
