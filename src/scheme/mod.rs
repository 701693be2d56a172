//! The two schemes for spontaneous payments, the payer's side and the payee's side of each; AMP; and the offline device.

pub mod amp;
pub mod keysend;
pub mod offline;
pub mod route;
pub mod shared_secret;

pub use route::{CustomRecord, RouteHop, SendError};
pub use shared_secret::Profile;
