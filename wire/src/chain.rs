//! The chain that the node follows: its height, its blocks, mining. Refuses every chain whose coins are worth something.

use lightning::bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use lightning::bitcoin::{Block, Network, OutPoint, Transaction, Txid};
use serde_json::{Value, json};

use crate::Result;
use crate::rpc::Rpc;

/// A chain, asked over JSON-RPC.
#[derive(Debug, Clone)]
pub struct Chain {
    rpc: Rpc,
    /// Regtest or signet.
    pub network: Network,
}

impl Chain {
    /// The chain at this address.
    ///
    /// # Errors
    /// When nobody answers there, or it is neither regtest nor signet.
    pub fn open(url: &str) -> Result<Self> {
        let rpc = Rpc::parse(url)?;
        let info = rpc.call("getblockchaininfo", json!([]))?;
        let network = match info["chain"].as_str() {
            Some("regtest") => Network::Regtest,
            Some("signet") => Network::Signet,
            other => {
                let name = other.unwrap_or("without a name");
                return Err(format!(
                    "the chain is {name}: only regtest and signet are used, whose coins are worth nothing"
                )
                .into());
            }
        };
        Ok(Self { rpc, network })
    }

    /// Its height, in blocks.
    ///
    /// # Errors
    /// As any call.
    pub fn height(&self) -> Result<u32> {
        let height = self.rpc.call("getblockcount", json!([]))?;
        height.as_u64().and_then(|height| u32::try_from(height).ok()).ok_or_else(|| "no height".into())
    }

    /// A block.
    ///
    /// # Errors
    /// As any call.
    pub fn block(&self, height: u32) -> Result<Block> {
        let hash = self.rpc.call("getblockhash", json!([height]))?;
        let block = self.rpc.call("getblock", json!([hash, 0]))?;
        let hex = block.as_str().ok_or("getblock gives no hex")?;
        deserialize_hex(hex).map_err(|error| format!("block {height} cannot be read: {error}").into())
    }

    /// Mines this many blocks, the coins of which go to `address`.
    ///
    /// # Errors
    /// As any call; a signet cannot be told to mine.
    pub fn mine(&self, blocks: u32, address: &str) -> Result<()> {
        self.rpc.call("generatetoaddress", json!([blocks, address])).map(drop)
    }

    /// Hands in a transaction.
    ///
    /// # Errors
    /// As any call.
    pub fn broadcast(&self, transaction: &Transaction) -> Result<()> {
        self.rpc.call("sendrawtransaction", json!([serialize_hex(transaction)])).map(drop)
    }

    /// The unspent outputs of an address, as bitcoind's `scantxoutset` lists them; none if the chain has no such call.
    ///
    /// # Errors
    /// If bitcoind's answer has another form.
    pub fn unspent(&self, address: &str) -> Result<Option<Vec<Value>>> {
        match self.rpc.call("scantxoutset", json!(["start", [format!("addr({address})")]])) {
            Ok(found) => Ok(Some(found["unspents"].as_array().cloned().ok_or("scantxoutset lists nothing")?)),
            Err(_) => Ok(None),
        }
    }

    /// Whether an output of a mined transaction is spent; also what waits to be mined counts. False if the chain does not
    /// say.
    pub fn is_spent(&self, output: OutPoint) -> bool {
        let params = json!([output.txid.to_string(), output.vout, true]);
        self.rpc.call("gettxout", params).is_ok_and(|found| found.is_null())
    }

    /// Where a transaction was mined, from this height on: height, place in the block, block.
    ///
    /// # Errors
    /// As any call.
    pub fn find(&self, id: Txid, from: u32) -> Result<Option<(u32, usize, Block)>> {
        for height in from..=self.height()? {
            let block = self.block(height)?;
            if let Some(at) = block.txdata.iter().position(|transaction| transaction.compute_txid() == id) {
                return Ok(Some((height, at, block)));
            }
        }
        Ok(None)
    }
}
