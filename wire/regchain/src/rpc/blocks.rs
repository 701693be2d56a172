//! Calls about blocks: hashes, headers, whole blocks, the state of the chain, and mining.

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Address, Network, ScriptBuf};
use serde_json::{Value, json};

use super::parameters::Parameters;
use super::{Answer, Failure, transactions};
use crate::block::BITS;
use crate::chain::Chain;

/// The difficulty of regtest's target, which every block has.
const DIFFICULTY: f64 = 4.656_542_373_906_925e-10;

/// Blocks that one call may mine: the chain is locked meanwhile.
const MAX_BLOCKS: u32 = 10_000;

pub(super) fn call(chain: &mut Chain, method: &str, values: &Parameters) -> Option<Answer> {
    Some(match method {
        "getblockcount" => Ok(json!(chain.height())),
        "getbestblockhash" => Ok(json!(chain.tip().to_string())),
        "getblockhash" => hash(chain, values),
        "getblockheader" => header(chain, values),
        "getblock" => block(chain, values),
        "getblockchaininfo" => Ok(state(chain)),
        "getdeploymentinfo" => Ok(deployments(chain)),
        // Core's own name, the name that btcd and old Cores have, and `-generate` of bitcoin-cli.
        "generatetoaddress" | "generate" | "-generate" => mine(chain, values),
        _ => return None,
    })
}

fn hash(chain: &Chain, values: &Parameters) -> Answer {
    let hash = values.number(0).and_then(|height| chain.hash(height));
    let hash = hash.ok_or_else(|| Failure::new(Failure::INVALID_PARAMETER, "Block height out of range"))?;
    Ok(json!(hash.to_string()))
}

fn height(chain: &Chain, values: &Parameters) -> Result<u32, Failure> {
    let hash = values.block_hash(0)?;
    chain.height_of(&hash).ok_or_else(|| Failure::new(Failure::NOT_FOUND, "Block not found"))
}

fn header(chain: &Chain, values: &Parameters) -> Answer {
    let height = height(chain, values)?;
    if values.truth(1, true) {
        return Ok(described(chain, height));
    }
    Ok(json!(chain.header(height).map(serialize_hex)))
}

fn block(chain: &Chain, values: &Parameters) -> Answer {
    let height = height(chain, values)?;
    let block = chain.block(height).ok_or_else(|| Failure::new(Failure::NOT_FOUND, "Block not found"))?;
    let verbosity = values.verbosity(1, 1);
    if verbosity == 0 {
        return Ok(json!(serialize_hex(&block)));
    }
    let mut value = described(chain, height);
    value["tx"] = match verbosity {
        1 => block.txdata.iter().map(|transaction| transaction.compute_txid().to_string()).collect(),
        _ => block
            .txdata
            .iter()
            .map(|transaction| transactions::described(chain, transaction, Some(height)))
            .collect(),
    };
    let weight = block.weight().to_wu();
    value["size"] = json!(block.total_size());
    // Weight is thrice the size without witnesses, and once the size with them (BIP 141).
    value["strippedsize"] = json!((weight as usize - block.total_size()) / 3);
    value["weight"] = json!(weight);
    Ok(value)
}

/// All work up to a height: each block of regtest is worth two hashes.
fn work(height: u32) -> String {
    format!("{:064x}", (u64::from(height) + 1) * 2)
}

fn described(chain: &Chain, height: u32) -> Value {
    let Some(header) = chain.header(height) else { return Value::Null };
    let version = header.version.to_consensus();
    let mut value = json!({
        "hash": chain.hash(height).map(|hash| hash.to_string()),
        "confirmations": chain.height() - height + 1,
        "height": height,
        "version": version,
        "versionHex": format!("{version:08x}"),
        "merkleroot": header.merkle_root.to_string(),
        "time": header.time,
        "mediantime": chain.median_time(height),
        "nonce": header.nonce,
        "bits": format!("{BITS:08x}"),
        "difficulty": DIFFICULTY,
        "chainwork": work(height),
        "nTx": chain.transactions_at(height),
    });
    if height > 0 {
        value["previousblockhash"] = json!(header.prev_blockhash.to_string());
    }
    if let Some(next) = chain.hash(height + 1) {
        value["nextblockhash"] = json!(next.to_string());
    }
    value
}

fn state(chain: &Chain) -> Value {
    let height = chain.height();
    json!({
        "chain": "regtest",
        "blocks": height,
        "headers": height,
        "bestblockhash": chain.tip().to_string(),
        "bits": format!("{BITS:08x}"),
        "difficulty": DIFFICULTY,
        "time": chain.header(height).map(|header| header.time),
        "mediantime": chain.median_time(height),
        "verificationprogress": 1.0,
        "initialblockdownload": false,
        "chainwork": work(height),
        "size_on_disk": 0,
        "pruned": false,
        // Cores before 19 told of deployments here, and LND looks for taproot in both places.
        "softforks": taproot(),
        "warnings": [],
    })
}

fn deployments(chain: &Chain) -> Value {
    json!({ "hash": chain.tip().to_string(), "height": chain.height(), "deployments": taproot() })
}

fn taproot() -> Value {
    let bip9 = json!({ "status": "active", "start_time": -1, "timeout": i64::MAX, "since": 0, "min_activation_height": 0 });
    json!({ "taproot": { "type": "bip9", "active": true, "height": 0, "bip9": bip9 } })
}

fn mine(chain: &mut Chain, values: &Parameters) -> Answer {
    let blocks = values.number(0).unwrap_or(1);
    if blocks > MAX_BLOCKS {
        let message = format!("at most {MAX_BLOCKS} blocks a call");
        return Err(Failure::new(Failure::INVALID_PARAMETER, message));
    }
    let pay_to = address(values)?;
    let hashes = chain.mine(blocks, pay_to.as_ref());
    Ok(hashes.iter().map(ToString::to_string).collect())
}

/// Whom the coinbases pay, if anybody is named.
fn address(values: &Parameters) -> Result<Option<ScriptBuf>, Failure> {
    let wrong = || Failure::new(Failure::NOT_FOUND, "Error: Invalid address");
    let text = match values.get(1) {
        Some(Value::String(text)) if !text.is_empty() => text,
        _ => return Ok(None),
    };
    let address: Address<_> = text.parse().map_err(|_| wrong())?;
    let address = address.require_network(Network::Regtest).map_err(|_| wrong())?;
    Ok(Some(address.script_pubkey()))
}
