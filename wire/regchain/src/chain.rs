//! The chain: blocks that stand at the start, blocks mined on demand, and word to whoever listens.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bitcoin::block::Header;
use bitcoin::constants::genesis_block;
use bitcoin::{Block, BlockHash, Network, ScriptBuf, Transaction, Txid};

use crate::block;
use crate::ledger::{Ledger, Refusal};

/// Where block times come from, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock: every start is another chain. LND opens no channel if the last block is older than two hours.
    System,
    /// The last block of the start has this time, and each block mined later comes a second after the one before. The same
    /// height, time and calls give the same chain, byte for byte.
    Fixed(u32),
}

/// What is new, in the order in which it came about.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// A block was mined.
    Block(BlockHash),
    /// A transaction came into the mempool or into a block.
    Transaction(&'a Transaction),
}

type Listener = Box<dyn Fn(Notice) + Send>;

/// A chain of regtest.
pub struct Chain {
    /// A block's hash is in the header that follows it; the tip's stands beside.
    headers: Vec<Header>,
    tip: BlockHash,
    heights: HashMap<BlockHash, u32>,
    /// The blocks mined on demand. Those before have a coinbase only, which is built when asked for.
    bodies: HashMap<u32, Vec<Transaction>>,
    ledger: Ledger,
    clock: Clock,
    listeners: Vec<Listener>,
}

impl Chain {
    /// A chain of regtest's genesis block and `height` empty ones, with times spread evenly from genesis to the clock's.
    /// 800,000 blocks take about 1.5 s with optimisation, and 150 MB.
    pub fn new(height: u32, clock: Clock) -> Self {
        let genesis = genesis_block(Network::Regtest).header;
        let tip = genesis.block_hash();
        let mut chain = Self {
            headers: Vec::with_capacity(height as usize + 1),
            tip,
            heights: HashMap::with_capacity(height as usize + 1),
            bodies: HashMap::new(),
            ledger: Ledger::default(),
            clock,
            listeners: Vec::new(),
        };
        chain.headers.push(genesis);
        chain.heights.insert(tip, 0);
        let end = match clock {
            Clock::System => now(),
            Clock::Fixed(time) => time,
        };
        let span = u64::from(end.saturating_sub(genesis.time));
        for at in 1..=height {
            let since = span * u64::from(at) / u64::from(height);
            let previous = &chain.headers[at as usize - 1];
            let time = (genesis.time + since as u32).max(previous.time + 1);
            let header = block::empty(previous, at, time);
            chain.push(header);
        }
        chain
    }

    fn push(&mut self, header: Header) {
        self.tip = header.block_hash();
        self.heights.insert(self.tip, self.headers.len() as u32);
        self.headers.push(header);
    }

    /// Calls this with all that is new from now on, while the chain is locked: it must not wait.
    pub fn listen(&mut self, listener: impl Fn(Notice) + Send + 'static) {
        self.listeners.push(Box::new(listener));
    }

    fn tell(&self, notice: Notice) {
        self.listeners.iter().for_each(|listener| listener(notice));
    }

    /// Mines this many blocks: the first has the whole mempool, each coinbase pays `pay_to`, or anybody. Returns their hashes.
    pub fn mine(&mut self, blocks: u32, pay_to: Option<&ScriptBuf>) -> Vec<BlockHash> {
        (0..blocks).map(|_| self.mine_one(pay_to.cloned().unwrap_or_else(block::anybody))).collect()
    }

    fn mine_one(&mut self, pay_to: ScriptBuf) -> BlockHash {
        let height = self.height() + 1;
        let previous = self.headers[self.headers.len() - 1];
        let after = previous.time + 1;
        let time = match self.clock {
            Clock::System => now().max(after),
            Clock::Fixed(_) => after,
        };
        let waiting = self.ledger.take();
        let block = block::assemble(&previous, height, time, pay_to, waiting);
        self.push(block.header);
        self.ledger.confirm(height, &block.txdata);
        for transaction in &block.txdata {
            self.tell(Notice::Transaction(transaction));
        }
        self.bodies.insert(height, block.txdata);
        self.tell(Notice::Block(self.tip));
        self.tip
    }

    /// Takes a transaction into the mempool and returns its id. One that waits already is taken again.
    pub fn broadcast(&mut self, transaction: Transaction) -> Result<Txid, Refusal> {
        let id = transaction.compute_txid();
        if self.ledger.accept(transaction)?
            && let Some(transaction) = self.ledger.waiting(id)
        {
            self.tell(Notice::Transaction(transaction));
        }
        Ok(id)
    }

    /// The transactions.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The height of the last block; genesis has 0.
    pub fn height(&self) -> u32 {
        self.headers.len() as u32 - 1
    }

    /// The last block's hash.
    pub fn tip(&self) -> BlockHash {
        self.tip
    }

    /// The hash of the block at a height.
    pub fn hash(&self, height: u32) -> Option<BlockHash> {
        if height == self.height() {
            return Some(self.tip);
        }
        Some(self.headers.get(height as usize + 1)?.prev_blockhash)
    }

    /// The height of a block.
    pub fn height_of(&self, hash: &BlockHash) -> Option<u32> {
        self.heights.get(hash).copied()
    }

    /// The header at a height.
    pub fn header(&self, height: u32) -> Option<&Header> {
        self.headers.get(height as usize)
    }

    /// The block at a height.
    pub fn block(&self, height: u32) -> Option<Block> {
        if height == 0 {
            return Some(genesis_block(Network::Regtest));
        }
        let header = *self.header(height)?;
        let body = self.bodies.get(&height).cloned();
        Some(Block {
            header,
            txdata: body.unwrap_or_else(|| vec![block::coinbase(height, block::anybody())]),
        })
    }

    /// How many transactions the block at a height has, its coinbase included.
    pub fn transactions_at(&self, height: u32) -> usize {
        self.bodies.get(&height).map_or(1, Vec::len)
    }

    /// The median time of a block and the ten before it, in seconds since 1970 (BIP 113).
    pub fn median_time(&self, height: u32) -> Option<u32> {
        let end = height as usize + 1;
        let times = self.headers.get(end.saturating_sub(11)..end)?;
        // Times rise with every block, so they are in order already.
        Some(times[times.len() / 2].time)
    }
}

fn now() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as u32)
}
