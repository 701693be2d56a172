//! The two schemes for spontaneous payments, the payer's side and the payee's side of each.

pub mod keysend;
pub mod route;
pub mod shared_secret;

pub use route::{CustomRecord, RouteHop, SendError};
pub use shared_secret::Profile;
