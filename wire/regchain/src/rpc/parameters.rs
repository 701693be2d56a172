//! The parameters of a call: by place, and also as text, since a command line has nothing else.

use std::str::FromStr;

use bitcoin::consensus::encode::deserialize_hex;
use bitcoin::{BlockHash, Transaction, Txid};
use serde_json::Value;

use super::Failure;

pub(super) struct Parameters<'a>(pub(super) &'a [Value]);

impl Parameters<'_> {
    pub(super) fn get(&self, at: usize) -> Option<&Value> {
        self.0.get(at).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, at: usize) -> &str {
        self.get(at).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, at: usize) -> Option<u32> {
        let value = self.get(at)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        u32::try_from(number).ok()
    }

    /// How much is wanted: a number, or a switch from before there were numbers.
    pub(super) fn verbosity(&self, at: usize, default: u32) -> u32 {
        let Some(value) = self.get(at) else { return default };
        let truth = value.as_bool().or_else(|| value.as_str()?.parse().ok());
        truth.map(u32::from).or_else(|| self.number(at)).unwrap_or(default)
    }

    pub(super) fn truth(&self, at: usize, default: bool) -> bool {
        self.verbosity(at, default.into()) > 0
    }

    pub(super) fn block_hash(&self, at: usize) -> Result<BlockHash, Failure> {
        self.hash(at, "Block hash")
    }

    pub(super) fn txid(&self, at: usize) -> Result<Txid, Failure> {
        self.hash(at, "Transaction id")
    }

    fn hash<T: FromStr>(&self, at: usize, what: &str) -> Result<T, Failure> {
        let wrong =
            |_| Failure::new(Failure::INVALID_PARAMETER, format!("{what} must be 64 hexadecimal digits"));
        self.text(at).parse().map_err(wrong)
    }

    pub(super) fn transaction(&self, at: usize) -> Result<Transaction, Failure> {
        transaction(self.text(at))
    }
}

pub(super) fn transaction(hex: &str) -> Result<Transaction, Failure> {
    let transaction: Option<Transaction> = deserialize_hex(hex).ok();
    // A transaction without inputs or outputs can be written, but is in no block.
    let whole =
        transaction.filter(|transaction| !transaction.input.is_empty() && !transaction.output.is_empty());
    whole.ok_or_else(|| Failure::new(Failure::DESERIALIZATION, "TX decode failed"))
}
