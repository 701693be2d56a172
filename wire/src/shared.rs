//! What all channels have in common: the options, the chain, the wallet, fresh randomness, and what was claimed.

use std::collections::HashSet;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use spontan::bolt1::PublicKey;

use crate::Result;
use crate::chain::Chain;
use crate::hook;
use crate::keys::sha256;
use crate::options::Options;
use crate::wallet::Wallet;

/// What all channels share.
#[derive(Debug)]
pub struct Shared {
    /// The command line.
    pub options: Options,
    /// The node's key, as the reference has keys.
    pub node: PublicKey,
    /// The chain.
    pub chain: Chain,
    wallet: Mutex<Wallet>,
    claimed: Mutex<HashSet<[u8; 32]>>,
    hooks: Mutex<()>,
    seed: [u8; 32],
    drawn: AtomicU64,
}

impl Shared {
    /// Asks the chain who it is.
    ///
    /// # Errors
    /// When there is no chain, or one whose coins are worth something.
    pub fn new(options: Options) -> Result<Self> {
        let chain = Chain::open(&options.chain)?;
        let node = PublicKey::decode(&options.node.serialize()).map_err(|error| format!("{error:?}"))?;
        let mut seed = [0; 32];
        std::fs::File::open("/dev/urandom")?.read_exact(&mut seed)?;
        let wallet = Mutex::new(Wallet::new(options.max_funding)?);
        Ok(Self {
            options,
            node,
            chain,
            wallet,
            claimed: Mutex::default(),
            hooks: Mutex::default(),
            seed,
            drawn: AtomicU64::new(0),
        })
    }

    /// 32 bytes that were never given before.
    pub fn fresh(&self) -> [u8; 32] {
        sha256(&[&self.seed, &self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes()])
    }

    /// The wallet.
    pub fn wallet(&self) -> MutexGuard<'_, Wallet> {
        self.wallet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes payment hashes that are not masked; says false if the node was paid one of them before.
    pub fn claim(&self, hashes: &[[u8; 32]]) -> bool {
        let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hashes.iter().any(|hash| claimed.contains(hash));
        claimed.extend(hashes);
        !known
    }

    /// Has the node issue an invoice; the payment secret that it chose. One command at a time: each may be a process that
    /// keeps the machine busy.
    ///
    /// # Errors
    /// As [`hook::invoice`].
    pub fn invoice(&self, preimage: [u8; 32], amount: Option<u64>) -> Result<[u8; 32]> {
        let _one = self.hooks.lock().unwrap_or_else(PoisonError::into_inner);
        let words = self.options.invoice_command.as_deref().unwrap_or_default();
        hook::invoice(words, preimage, amount, self.options.min_final_cltv)
    }

    /// Mines blocks to the wallet.
    ///
    /// # Errors
    /// As any call of the chain.
    pub fn mine(&self, blocks: u32) -> Result<()> {
        let address = self.wallet().address(&self.chain)?;
        self.chain.mine(blocks, &address)
    }
}
