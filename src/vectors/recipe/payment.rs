//! The words of the receiving suites: an HTLC at a node, of which a recipe changes one thing.

use std::ops::{Deref, DerefMut};

use super::suite::Subject;
use crate::blueprint::onion::Route;
use crate::blueprint::{Blueprint, Hash, Htlc, Onion, Payee, label, ordinary};
use crate::bolt1::SecretKey;
use crate::bolt4::Preimage;
use crate::bolt4::payload::types;
use crate::protocol::operation::{self as input, Input, Profile, SharedSecret};

pub use crate::blueprint::ordinary::{AMOUNT, EXPIRY, HEIGHT};
pub use crate::bolt4::payload::types::{
    AMP, AMT_TO_FORWARD, CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, KEYSEND_PREIMAGE as KEYSEND,
    OUTGOING_CLTV_VALUE, PAYMENT_DATA, PAYMENT_METADATA, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};

/// An HTLC and the node that it reaches. What is not said is ordinary: [`AMOUNT`], [`EXPIRY`], [`HEIGHT`], one hop.
#[derive(Debug, Clone)]
pub struct Payment {
    /// The node.
    pub node: Payee,
    /// The HTLC.
    pub htlc: Htlc,
    /// What becomes of the HTLC after the packet was made.
    pub in_transit: Option<fn(&mut input::Htlc)>,
}

impl Deref for Payment {
    type Target = Htlc;

    fn deref(&self) -> &Htlc {
        &self.htlc
    }
}

impl DerefMut for Payment {
    fn deref_mut(&mut self) -> &mut Htlc {
        &mut self.htlc
    }
}

impl Subject for Payment {
    fn build(&self, operation: &str) -> Input {
        let shared_secret = operation == "shared_secret.receive";
        let built =
            Blueprint::Receive { shared_secret, node: self.node.clone(), htlc: self.htlc.clone() }.build();
        match (self.in_transit, built) {
            (Some(change), Input::KeysendReceive(mut receive) | Input::SharedSecretReceive(mut receive)) => {
                change(&mut receive.htlc);
                // Taken apart and built again, the input has what its packet now decrypts to.
                let changed: fn(_) -> _ =
                    if shared_secret { Input::SharedSecretReceive } else { Input::KeysendReceive };
                Blueprint::of(&changed(receive)).build()
            }
            (_, built) => built,
        }
    }
}

impl Payment {
    /// A payload without a keysend record, for a payment hash. The session key comes from the label.
    pub fn new(label: &str, hash: Hash) -> Self {
        let settings = ordinary::settings(SharedSecret::Off);
        let route = Route {
            session_key: label::secret(&format!("{label}/session_key")),
            before: Vec::new(),
            next: None,
        };
        Self {
            node: Payee { secret: label::secret("node"), height: HEIGHT, settings },
            htlc: Htlc {
                onion: Onion::routed(ordinary::payload(false), route),
                hash,
                amount: AMOUNT,
                expiry: EXPIRY,
            },
            in_transit: None,
        }
    }

    /// A keysend of this preimage. The payment hash stays when the record changes.
    pub fn keysend(label: &str, preimage: [u8; 32]) -> Self {
        let mut payment = Self::new(label, Hash::Given(Preimage(preimage).payment_hash().0));
        payment.payload().put(types::KEYSEND_PREIMAGE, preimage);
        payment
    }

    /// A shared-secret payment of this profile, which its node knows.
    pub fn shared_secret(label: &str, profile: Profile) -> Self {
        let mut payment = Self::new(label, Hash::Shared(profile));
        payment.node.settings.shared_secret = match profile {
            Profile::Bolt4 => SharedSecret::Bolt4,
            Profile::XOnly => SharedSecret::XOnly,
        };
        payment
    }

    /// The payer's route, for changes of the session key and of the hops before and after the node.
    ///
    /// # Panics
    /// When a recipe has made the packet by hand before.
    pub fn route(&mut self) -> &mut Route {
        match &mut self.htlc.onion.payer {
            crate::blueprint::onion::Payer::Route(route) => route,
            other => unreachable!("a recipe changes the route of a packet made by {other:?}"),
        }
    }

    /// The payment hash as bytes, whatever it was the hash of.
    pub fn hash_bytes(&self) -> [u8; 32] {
        self.htlc.payment_hash(&self.node.secret)
    }

    /// The same payment but for one change.
    pub fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Another secret key of the node; the packet is made for it.
    pub fn at(mut self, node: SecretKey) -> Self {
        self.node.secret = node;
        self
    }
}
