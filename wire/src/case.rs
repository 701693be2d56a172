//! A case as a running node can be asked it, or why it cannot. A case of `keysend.receive` is a sequence of one event.

use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::secret::SharedPoint;
use spontan::protocol::Content;
use spontan::protocol::operation::{Event, Input, Settings};

use crate::keys::sha256;
use crate::options::Options;

/// What is to happen to the node.
#[derive(Debug, Clone)]
pub struct Case {
    /// The key of the case's node.
    pub node: SecretKey,
    /// The height at which it starts, in blocks.
    pub height: u32,
    /// The minimum final expiry delta, in blocks.
    pub delta: u32,
    /// The events.
    pub events: Vec<Event>,
    /// Is the answer a list of outcomes, as of `node.sequence`?
    pub sequence: bool,
}

/// An answer that says why the node is not asked.
pub fn unsupported(why: impl Into<String>) -> Content {
    Content::unsupported(why.into())
}

impl Case {
    /// Takes an input.
    ///
    /// # Errors
    /// The answer, if the node cannot be asked.
    pub fn of(input: &Input, options: &Options) -> Result<Self, Content> {
        let (secret, height, settings, events, sequence) = match input {
            Input::KeysendReceive(one) | Input::SharedSecretReceive(one) => {
                let event = Event::Htlc { htlc: one.htlc.clone(), peeled: None };
                (&one.node_secret, one.height, one.settings, vec![event], false)
            }
            Input::Sequence(many) => {
                (&many.node_secret, many.height, many.settings, many.events.clone(), true)
            }
            other => return Err(unsupported(format!("no wire can ask a node for {}", other.operation()))),
        };
        let node =
            SecretKey::decode(&secret.0).map_err(|_| Content::error("the case's node_secret is no key"))?;
        as_set(&settings, options)?;
        let mut now = height;
        for event in &events {
            match event {
                Event::Settings { .. } => {
                    return Err(unsupported("the settings of a running node stay as they are"));
                }
                Event::Time { seconds } if u64::from(*seconds) > options.longest_wait.as_secs() => {
                    return Err(unsupported(format!(
                        "for a running node {seconds} s pass in no shorter time: see --longest-wait"
                    )));
                }
                Event::Invoice { .. } if options.invoice_command.is_none() => {
                    return Err(unsupported(
                        "an invoice is issued by the node's own command: see --invoice-command",
                    ));
                }
                Event::Invoice { preimage, .. } if is_of_a_packet(&preimage.0, &events, &node) => {
                    return Err(unsupported(
                        "an invoice's preimage follows from a packet, which is made anew",
                    ));
                }
                Event::Height { height } if *height < now => {
                    return Err(unsupported("blocks do not go back"));
                }
                // A node takes a minute for ten thousand, and would be called one that stalls.
                Event::Height { height } if height - now > options.most_blocks => {
                    return Err(unsupported(format!(
                        "{} blocks at once take a node too long: see --most-blocks",
                        height - now
                    )));
                }
                Event::Height { height } => now = *height,
                _ => {}
            }
        }
        Ok(Self { node, height, delta: settings.min_final_cltv_expiry_delta, events, sequence })
    }

    /// Whether blocks are mined in it, so that no other case may be under way.
    pub fn mines(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Height { .. }))
    }
}

/// Whether this is the preimage of a shared-secret payment in one of the packets, in either profile.
fn is_of_a_packet(preimage: &[u8], events: &[Event], node: &SecretKey) -> bool {
    events.iter().any(|event| {
        let Event::Htlc { htlc, .. } = event else { return false };
        let key = htlc.packet.0.get(1..34).and_then(|key| PublicKey::decode(key).ok());
        key.is_some_and(|key| {
            let point = SharedPoint::new(&key, node);
            [point.shared_secret().0, point.x()].iter().any(|secret| sha256(&[secret]) == *preimage)
        })
    })
}

fn as_set(settings: &Settings, options: &Options) -> Result<(), Content> {
    if settings.keysend != options.keysend {
        return Err(unsupported(
            format!(
                "keysend is {:?} in the case and {:?} in the node: see --keysend",
                settings.keysend, options.keysend
            )
            .to_lowercase(),
        ));
    }
    if settings.shared_secret != options.shared_secret {
        return Err(unsupported(
            format!(
                "the shared-secret scheme is {:?} in the case and {:?} in the node: see --shared-secret",
                settings.shared_secret, options.shared_secret
            )
            .to_lowercase(),
        ));
    }
    Ok(())
}
