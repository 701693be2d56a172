//! BOLT 4: the onion packet, the hop payload, the failure codes and the way back.

pub mod attribution;
pub mod blinded;
pub mod construct;
pub mod failure;
pub mod payload;
pub mod peel;
pub mod return_packet;
pub mod secret;
pub mod stream;
pub mod types;

pub use construct::{ConstructError, Hop, construct};
pub use peel::{PeelError, Peeled, peel};
pub use types::{Blocks, Msat, PaymentHash, PaymentSecret, Preimage, SharedSecret, ShortChannelId};

/// The length of a packet, in bytes: version (1), public key (33), hop_payloads (1300), hmac (32).
pub const PACKET_LENGTH: usize = 1 + 33 + HOP_PAYLOADS_LENGTH + HMAC_LENGTH;
/// The length of `hop_payloads`, in bytes.
pub const HOP_PAYLOADS_LENGTH: usize = 1300;
/// The length of an HMAC, in bytes.
pub const HMAC_LENGTH: usize = 32;

/// A packet: 1366 bytes.
pub type Packet = [u8; PACKET_LENGTH];
