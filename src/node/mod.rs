//! The final node: its rules in the order in which it applies them ([`rules`], [`blinded`]), the choices that the specs leave to it
//! ([`policy`]), and its memory from one HTLC to the next ([`state`]).
//!
//! A node claims a keysend, and fails the same packet when it comes again:
//!
//! ```
//! use spontan::bolt1::SecretKey;
//! use spontan::bolt4::{Blocks, Msat, Preimage};
//! use spontan::node::{Decision, Htlc, Node, Outcome, Policies, Settings};
//! use spontan::scheme::{RouteHop, keysend};
//!
//! let secret = SecretKey::decode(&[0x45; 32])?;
//! let (amount, cltv_expiry) = (Msat(100_000), Blocks(800_144));
//! let hop = RouteHop {
//!     public_key: secret.public_key(),
//!     amt_to_forward: amount,
//!     outgoing_cltv_value: cltv_expiry,
//!     short_channel_id: None,
//! };
//! let preimage = Preimage([0x11; 32]);
//! let sent = keysend::send(&SecretKey::decode(&[0x41; 32])?, &preimage, &[hop], &[])?;
//!
//! let settings =
//!     Settings { keysend: true, shared_secret: None, min_final_cltv_expiry_delta: Blocks(18) };
//! let mut node = Node::new(secret, Blocks(800_000), settings, Policies::default());
//! let htlc =
//!     Htlc { amount, cltv_expiry, payment_hash: sent.payment_hash, packet: &sent.packet, path_key: None };
//! let claimed = Decision { htlc: 0, outcome: Outcome::Claimed(preimage) };
//! assert_eq!(node.receive(&htlc), [claimed]);
//!
//! let again = node.receive(&htlc);
//! assert!(matches!(again[0].outcome, Outcome::Failed(rejection) if rejection.reason == "replayed"));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

pub mod blinded;
pub mod policy;
pub mod rules;
pub mod state;

pub use policy::{Policies, Settings};
pub use rules::Invoice;
pub use state::{Decision, Htlc, Node, Outcome, Rejection};
