//! Transactions: which wait to be mined, which are mined, and which output each of them spends.

use std::collections::HashMap;

use bitcoin::{OutPoint, Transaction, Txid};

/// Why a transaction is not taken. Codes and words are Bitcoin Core's (`rpc/protocol.h`, `node/transaction.cpp`), as nodes
/// tell cases apart by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is in a block already.
    Mined,
    /// One of its inputs spends what a mined transaction has spent.
    Spent,
    /// A coinbase is made by miners only.
    Coinbase,
}

impl Refusal {
    /// Bitcoin Core's error code.
    pub fn code(self) -> i32 {
        match self {
            Self::Mined => -27,
            Self::Spent => -25,
            Self::Coinbase => -26,
        }
    }

    /// Bitcoin Core's message for `sendrawtransaction`.
    pub fn message(self) -> &'static str {
        match self {
            Self::Mined => "Transaction outputs already in utxo set",
            Self::Spent => "bad-txns-inputs-missingorspent",
            Self::Coinbase => "coinbase",
        }
    }
}

/// All transactions but the coinbases of the blocks that stood at the start.
#[derive(Debug, Default)]
pub struct Ledger {
    mempool: Vec<Transaction>,
    mined: HashMap<Txid, (u32, Transaction)>,
    spent: HashMap<OutPoint, Txid>,
}

impl Ledger {
    /// Whether [`accept`](Self::accept) would take the transaction.
    pub fn check(&self, transaction: &Transaction) -> Result<(), Refusal> {
        if transaction.is_coinbase() {
            return Err(Refusal::Coinbase);
        }
        if self.mined.contains_key(&transaction.compute_txid()) {
            return Err(Refusal::Mined);
        }
        let spent = |output| self.spent.get(output).is_some_and(|id| self.mined.contains_key(id));
        if transaction.input.iter().any(|input| spent(&input.previous_output)) {
            return Err(Refusal::Spent);
        }
        Ok(())
    }

    /// Takes a transaction into the mempool, and says whether it is new there. One that spends the same output is thrown
    /// out with all that spend its outputs, whatever the fees: the last word counts.
    pub fn accept(&mut self, transaction: Transaction) -> Result<bool, Refusal> {
        self.check(&transaction)?;
        let id = transaction.compute_txid();
        if self.waiting(id).is_some() {
            return Ok(false);
        }
        for input in &transaction.input {
            if let Some(rival) = self.spent.get(&input.previous_output).copied() {
                self.evict(rival);
            }
        }
        self.spend(&transaction, id);
        self.mempool.push(transaction);
        Ok(true)
    }

    fn spend(&mut self, transaction: &Transaction, id: Txid) {
        self.spent.extend(transaction.input.iter().map(|input| (input.previous_output, id)));
    }

    fn evict(&mut self, first: Txid) {
        let mut ids = vec![first];
        while let Some(id) = ids.pop() {
            let Some(at) = self.mempool.iter().position(|waiting| waiting.compute_txid() == id) else {
                continue;
            };
            let gone = self.mempool.remove(at);
            for input in &gone.input {
                self.spent.remove(&input.previous_output);
            }
            ids.extend(
                (0..gone.output.len() as u32).filter_map(|vout| self.spent.get(&OutPoint::new(id, vout))),
            );
        }
    }

    /// Empties the mempool for the next block, oldest first.
    pub fn take(&mut self) -> Vec<Transaction> {
        std::mem::take(&mut self.mempool)
    }

    /// Notes the transactions of a block, coinbase included.
    pub fn confirm(&mut self, height: u32, transactions: &[Transaction]) {
        for transaction in transactions {
            let id = transaction.compute_txid();
            self.spend(transaction, id);
            self.mined.insert(id, (height, transaction.clone()));
        }
    }

    /// The mempool, oldest first.
    pub fn mempool(&self) -> &[Transaction] {
        &self.mempool
    }

    /// A transaction of the mempool.
    pub fn waiting(&self, id: Txid) -> Option<&Transaction> {
        self.mempool.iter().find(|transaction| transaction.compute_txid() == id)
    }

    /// A transaction, and the height of its block if it is mined.
    pub fn find(&self, id: Txid) -> Option<(&Transaction, Option<u32>)> {
        let mined = self.mined.get(&id).map(|(height, transaction)| (transaction, Some(*height)));
        mined.or_else(|| Some((self.waiting(id)?, None)))
    }

    /// The transaction that spends an output, and whether it is mined.
    pub fn spender(&self, output: OutPoint) -> Option<(Txid, bool)> {
        let id = *self.spent.get(&output)?;
        Some((id, self.mined.contains_key(&id)))
    }
}
