//! The chain behind bitcoind's RPC: where blocks come from, where transactions go, and fees, which are always the same.

use std::str::FromStr;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use lightning::bitcoin::Transaction;
use lightning::bitcoin::consensus::encode::serialize_hex;
use lightning::chain::chaininterface::{
    BroadcasterInterface, ConfirmationTarget, FEERATE_FLOOR_SATS_PER_KW, FeeEstimator,
};
use lightning_block_sync::http::HttpEndpoint;
use lightning_block_sync::rpc::RpcClient;

/// `http://user:password@host:port`, taken apart.
pub struct Url {
    credentials: String,
    host: String,
    port: u16,
}

impl FromStr for Url {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix("http://").ok_or("a chain's URL begins with http://")?;
        let (credentials, address) =
            text.trim_end_matches('/').rsplit_once('@').ok_or("the URL has no user:password@")?;
        let (host, port) = address.rsplit_once(':').ok_or("the URL has no port")?;
        let port = port.parse().map_err(|_| "the URL's port is not a number")?;
        Ok(Self { credentials: credentials.into(), host: host.into(), port })
    }
}

impl Url {
    /// A client, which keeps one connection.
    pub fn client(&self) -> RpcClient {
        let endpoint = HttpEndpoint::for_host(self.host.clone()).with_port(self.port);
        RpcClient::new(&BASE64_STANDARD.encode(&self.credentials), endpoint)
    }
}

/// Sends LDK's transactions to the chain, without waiting for it.
pub struct Broadcaster {
    client: Arc<RpcClient>,
    runtime: tokio::runtime::Handle,
}

impl Broadcaster {
    /// Must be called inside of a runtime.
    pub fn new(client: RpcClient) -> Self {
        Self { client: Arc::new(client), runtime: tokio::runtime::Handle::current() }
    }
}

impl BroadcasterInterface for Broadcaster {
    fn broadcast_transactions(&self, transactions: &[&Transaction]) {
        let transactions: Vec<_> = transactions.iter().map(serialize_hex).collect();
        let client = self.client.clone();
        self.runtime.spawn(async move {
            for hex in transactions {
                let id = client.call_method::<serde_json::Value>("sendrawtransaction", &[hex.into()]).await;
                // LDK broadcasts again with every block, so most are there already.
                if let Err(error) = id {
                    eprintln!("a transaction was not taken: {error}");
                }
            }
        });
    }
}

/// The least that LDK works with, since blocks are never full.
pub struct LowestFee;

impl FeeEstimator for LowestFee {
    fn get_est_sat_per_1000_weight(&self, target: ConfirmationTarget) -> u32 {
        match target {
            // Peers set the fee of commitments; what they want is never too high here.
            ConfirmationTarget::MaximumFeeEstimate => 100_000,
            _ => FEERATE_FLOOR_SATS_PER_KW,
        }
    }
}
