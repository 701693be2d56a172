//! A running Lightning node on Spontan's adapter protocol: over TCP, with nothing in the node changed. A channel to it
//! is opened on a regtest chain, and the cases come as HTLCs, remade for the node's own key.

pub mod case;
pub mod chain;
pub mod channel;
pub mod connection;
pub mod failure;
pub mod hook;
pub mod keys;
pub mod lane;
pub mod moves;
pub mod names;
pub mod noise;
pub mod options;
pub mod pay;
pub mod payload;

pub mod recipient;
pub mod remake;
pub mod rpc;
pub mod sent;
pub mod serve;
pub mod shared;
pub mod story;
pub mod verdict;
pub mod wallet;
pub mod world;

/// What goes wrong here is said in words; nobody tells the cases apart by code.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
