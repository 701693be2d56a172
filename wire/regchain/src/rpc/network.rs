//! Calls about the network, fees and indexes: there is no network, fees are always the same, every index is there.

use bitcoin::Amount;
use serde_json::{Value, json};

use super::Answer;
use super::parameters::Parameters;
use crate::chain::Chain;
use crate::json::btc;

/// The release that is claimed: Eclair wants at least 28.1 (as Core writes it, 280100).
const VERSION: u32 = 290_000;

/// A satoshi for a virtual byte, per kilobyte: Core's default minimum before 30.
const MIN_FEE: Amount = Amount::from_sat(1000);

/// What a transaction should pay, per kilobyte: 253 satoshi per 1000 weight units, the least that LDK and LND work with,
/// rounded up.
const FEE: Amount = Amount::from_sat(2000);

pub(super) fn call(chain: &Chain, method: &str, values: &Parameters) -> Option<Answer> {
    Some(Ok(match method {
        "getnetworkinfo" => network(),
        "getmempoolinfo" => mempool(chain),
        "estimatesmartfee" => json!({ "feerate": btc(FEE), "blocks": values.number(0).unwrap_or(6) }),
        "getindexinfo" => json!({ "txindex": { "synced": true, "best_block_height": chain.height() } }),
        "getconnectioncount" => json!(0),
        "getpeerinfo" | "getzmqnotifications" => json!([]),
        _ => return None,
    }))
}

fn network() -> Value {
    json!({
        "version": VERSION,
        "subversion": "/Satoshi:29.0.0/",
        "protocolversion": 70016,
        "localservices": "0000000000000409",
        "localservicesnames": ["NETWORK", "WITNESS", "NETWORK_LIMITED"],
        "localrelay": true,
        "timeoffset": 0,
        "networkactive": true,
        "connections": 0,
        "connections_in": 0,
        "connections_out": 0,
        "networks": [],
        "relayfee": btc(MIN_FEE),
        "incrementalfee": btc(MIN_FEE),
        "localaddresses": [],
        "warnings": [],
    })
}

fn mempool(chain: &Chain) -> Value {
    let waiting = chain.ledger().mempool();
    json!({
        "loaded": true,
        "size": waiting.len(),
        "bytes": waiting.iter().map(|transaction| transaction.vsize()).sum::<usize>(),
        "usage": waiting.iter().map(|transaction| transaction.total_size()).sum::<usize>(),
        "total_fee": btc(Amount::ZERO),
        "maxmempool": 300_000_000,
        "mempoolminfee": btc(MIN_FEE),
        "minrelaytxfee": btc(MIN_FEE),
        "incrementalrelayfee": btc(MIN_FEE),
        "unbroadcastcount": 0,
        "fullrbf": true,
    })
}
