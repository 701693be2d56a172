//! Transactions: which wait to be mined, which are mined, and which output each of them spends.

use std::collections::{HashMap, HashSet};

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
    /// It spends the same output twice.
    Twice,
    /// It spends what others in the mempool spend, and pays no more than they do together (BIP 125, rule 3).
    Fee,
}

impl Refusal {
    /// Bitcoin Core's error code.
    pub fn code(self) -> i32 {
        match self {
            Self::Mined => -27,
            Self::Spent => -25,
            Self::Coinbase | Self::Twice | Self::Fee => -26,
        }
    }

    /// Bitcoin Core's message for `sendrawtransaction`.
    pub fn message(self) -> &'static str {
        match self {
            Self::Mined => "Transaction outputs already in utxo set",
            Self::Spent => "bad-txns-inputs-missingorspent",
            Self::Coinbase => "coinbase",
            Self::Twice => "bad-txns-inputs-duplicate",
            Self::Fee => "insufficient fee, rejecting replacement",
        }
    }
}

/// All transactions but the coinbases of the blocks that stood at the start.
#[derive(Debug, Default)]
pub struct Ledger {
    mempool: Vec<Transaction>,
    mined: HashMap<Txid, (u32, Transaction)>,
    spent: HashMap<OutPoint, Txid>,
    /// What was refused for what it spends, or replaced. No other transaction may spend its outputs.
    gone: HashSet<Txid>,
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
        let outputs: HashSet<OutPoint> =
            transaction.input.iter().map(|input| input.previous_output).collect();
        if outputs.len() < transaction.input.len() {
            return Err(Refusal::Twice);
        }
        let rivals = self.rivals(transaction);
        let spent = |output: &OutPoint| {
            let taken = self.spent.get(output).is_some_and(|id| self.mined.contains_key(id));
            taken || self.gone.contains(&output.txid) || rivals.contains(&output.txid)
        };
        if outputs.iter().any(spent) {
            return Err(Refusal::Spent);
        }
        let others = rivals.iter().filter_map(|id| self.waiting(*id));
        if !rivals.is_empty() && self.fee(transaction) <= others.map(|other| self.fee(other)).sum() {
            return Err(Refusal::Fee);
        }
        Ok(())
    }

    /// What a transaction pays, in satoshi. An output that never was counts as nothing; what two rivals spend of that kind is
    /// the same for both as long as it is the same output.
    fn fee(&self, transaction: &Transaction) -> i128 {
        let value = |output: &OutPoint| {
            let (parent, _) = self.find(output.txid)?;
            Some(i128::from(parent.output.get(output.vout as usize)?.value.to_sat()))
        };
        let paid: i128 = transaction.input.iter().filter_map(|input| value(&input.previous_output)).sum();
        paid - transaction.output.iter().map(|output| i128::from(output.value.to_sat())).sum::<i128>()
    }

    /// Those of the mempool that cannot be mined if this one is: they spend the same, or what such a one pays.
    fn rivals(&self, transaction: &Transaction) -> HashSet<Txid> {
        let id = transaction.compute_txid();
        let mut rivals = HashSet::new();
        let spenders = transaction.input.iter().filter_map(|input| self.spent.get(&input.previous_output));
        let mut ids: Vec<Txid> = spenders.copied().filter(|spender| *spender != id).collect();
        while let Some(id) = ids.pop() {
            let Some(waiting) = self.waiting(id) else { continue };
            if rivals.insert(id) {
                let outputs = (0..waiting.output.len() as u32).map(|vout| OutPoint::new(id, vout));
                ids.extend(outputs.filter_map(|output| self.spent.get(&output)));
            }
        }
        rivals
    }

    /// Takes a transaction into the mempool, and says whether it is new there. Those that spend the same are thrown out with
    /// all that spend their outputs, if it pays more than they do.
    pub fn accept(&mut self, transaction: Transaction) -> Result<bool, Refusal> {
        let id = transaction.compute_txid();
        if let Err(refusal) = self.check(&transaction) {
            if matches!(refusal, Refusal::Spent | Refusal::Twice | Refusal::Fee) {
                self.gone.insert(id);
            }
            return Err(refusal);
        }
        if self.waiting(id).is_some() {
            return Ok(false);
        }
        let rivals = self.rivals(&transaction);
        for gone in self.mempool.extract_if(.., |waiting| rivals.contains(&waiting.compute_txid())) {
            for input in &gone.input {
                self.spent.remove(&input.previous_output);
            }
        }
        self.gone.extend(rivals);
        self.gone.remove(&id);
        self.spend(&transaction, id);
        self.mempool.push(transaction);
        Ok(true)
    }

    fn spend(&mut self, transaction: &Transaction, id: Txid) {
        self.spent.extend(transaction.input.iter().map(|input| (input.previous_output, id)));
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
