//! A regtest chain without bitcoind, for tests of Lightning nodes: blocks are mined on demand, and nodes reach them by
//! as much of Bitcoin Core's JSON-RPC as they call. What lives where: [`block`] builds blocks, [`ledger`] keeps
//! transactions, [`chain`] strings both together, [`rpc`] answers calls, [`http`] carries them, `zmq` tells of what is
//! new, [`cli`] is what Core Lightning calls as `bitcoin-cli`, [`json`] writes amounts as Bitcoin Core does.
//!
//! Nothing is validated but the proof of work that it makes itself and that no output is spent twice: a transaction may
//! spend outputs that never were, so anybody has coins. No password is asked for. That is why [`serve`] refuses every
//! address that is not loopback.
//!
//! ```
//! use regchain::{Chain, Clock, serve};
//!
//! let server = serve(Chain::new(100, Clock::System), "127.0.0.1:0".parse().expect("an address"))?;
//! server.chain().mine(6, None);
//! assert_eq!(server.chain().height(), 106);
//! println!("give the node {}", server.url());
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod block;
pub mod chain;
pub mod cli;
pub mod http;
pub mod json;
pub mod ledger;
pub mod rpc;
#[cfg(feature = "zmq")]
pub mod zmq;

pub use chain::{Chain, Clock, Notice};
pub use http::{Server, serve};
