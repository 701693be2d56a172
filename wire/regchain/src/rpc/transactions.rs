//! Calls about transactions: what is broadcast, the mempool, what is mined, and which outputs are unspent.

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::hex::DisplayHex;
use bitcoin::{Amount, OutPoint, Transaction, TxOut, Txid};
use serde_json::{Value, json};

use super::parameters::{Parameters, transaction as decode};
use super::{Answer, Failure};
use crate::chain::Chain;
use crate::json::btc;

/// What every transaction is said to pay, in satoshi: what it spends may never have been, so nothing can be subtracted.
const FEE: Amount = Amount::from_sat(10_000);

pub(super) fn call(chain: &mut Chain, method: &str, values: &Parameters) -> Option<Answer> {
    Some(match method {
        "sendrawtransaction" => send(chain, values),
        "testmempoolaccept" => test(chain, values),
        "getrawtransaction" => raw(chain, values),
        "decoderawtransaction" => {
            values.transaction(0).map(|transaction| described(chain, &transaction, None))
        }
        "gettxout" => unspent(chain, values),
        "gettxspendingprevout" => spending(chain, values),
        "getrawmempool" => Ok(mempool(chain, values)),
        "getmempoolentry" => entry(chain, values),
        _ => return None,
    })
}

fn send(chain: &mut Chain, values: &Parameters) -> Answer {
    let transaction = values.transaction(0)?;
    let id =
        chain.broadcast(transaction).map_err(|refusal| Failure::new(refusal.code(), refusal.message()))?;
    Ok(json!(id.to_string()))
}

fn test(chain: &Chain, values: &Parameters) -> Answer {
    let array = values.get(0).and_then(Value::as_array);
    let array = array
        .ok_or_else(|| Failure::new(Failure::INVALID_PARAMETER, "an array of transactions is wanted"))?;
    array.iter().map(|hex| judged(chain, hex.as_str().unwrap_or_default())).collect()
}

fn judged(chain: &Chain, hex: &str) -> Answer {
    let transaction = decode(hex)?;
    let mut value = json!({
        "txid": transaction.compute_txid().to_string(),
        "wtxid": transaction.compute_wtxid().to_string(),
        "allowed": true,
    });
    match chain.ledger().check(&transaction) {
        Ok(()) => {
            value["vsize"] = json!(transaction.vsize());
            value["fees"] = json!({ "base": btc(FEE) });
        }
        Err(refusal) => {
            value["allowed"] = json!(false);
            value["reject-reason"] = json!(refusal.message());
        }
    }
    Ok(value)
}

fn not_found() -> Failure {
    let message = "No such mempool or blockchain transaction. Use gettransaction for wallet transactions.";
    Failure::new(Failure::NOT_FOUND, message)
}

fn raw(chain: &Chain, values: &Parameters) -> Answer {
    let id = values.txid(0)?;
    let (transaction, height) = chain.ledger().find(id).ok_or_else(not_found)?;
    if values.get(2).is_some() && chain.height_of(&values.block_hash(2)?) != height {
        return Err(Failure::new(Failure::NOT_FOUND, "No such transaction found in the provided block."));
    }
    if values.truth(1, false) {
        Ok(described(chain, transaction, height))
    } else {
        Ok(json!(serialize_hex(transaction)))
    }
}

/// A transaction as `getrawtransaction` and `getblock` tell it. What only wallets for people read is left out.
pub(super) fn described(chain: &Chain, transaction: &Transaction, height: Option<u32>) -> Value {
    let mut value = json!({
        "txid": transaction.compute_txid().to_string(),
        "hash": transaction.compute_wtxid().to_string(),
        "version": transaction.version.0,
        "size": transaction.total_size(),
        "vsize": transaction.vsize(),
        "weight": transaction.weight().to_wu(),
        "locktime": transaction.lock_time.to_consensus_u32(),
        "vin": transaction.input.iter().map(input).collect::<Value>(),
        "vout": transaction.output.iter().enumerate().map(|(n, output)| {
            json!({ "n": n, "value": btc(output.value), "scriptPubKey": script(output) })
        }).collect::<Value>(),
        "hex": serialize_hex(transaction),
    });
    if let Some(height) = height {
        let time = chain.header(height).map(|header| header.time);
        value["blockhash"] = json!(chain.hash(height).map(|hash| hash.to_string()));
        value["confirmations"] = json!(chain.height() - height + 1);
        value["time"] = json!(time);
        value["blocktime"] = json!(time);
    }
    value
}

fn input(input: &bitcoin::TxIn) -> Value {
    let script = input.script_sig.to_hex_string();
    let witness: Vec<String> = input.witness.iter().map(DisplayHex::to_lower_hex_string).collect();
    if input.previous_output.is_null() {
        return json!({ "coinbase": script, "txinwitness": witness, "sequence": input.sequence.0 });
    }
    json!({
        "txid": input.previous_output.txid.to_string(),
        "vout": input.previous_output.vout,
        "scriptSig": { "asm": input.script_sig.to_asm_string(), "hex": script },
        "txinwitness": witness,
        "sequence": input.sequence.0,
    })
}

fn script(output: &TxOut) -> Value {
    let script = &output.script_pubkey;
    let kind = match script {
        script if script.is_p2wpkh() => "witness_v0_keyhash",
        script if script.is_p2wsh() => "witness_v0_scripthash",
        script if script.is_p2tr() => "witness_v1_taproot",
        script if script.is_op_return() => "nulldata",
        _ => "nonstandard",
    };
    let mut value = json!({ "asm": script.to_asm_string(), "hex": script.to_hex_string(), "type": kind });
    if let Ok(address) = bitcoin::Address::from_script(script, bitcoin::Network::Regtest) {
        value["address"] = json!(address.to_string());
    }
    value
}

/// `null` for an output that is spent or never was, as Core has it.
fn unspent(chain: &Chain, values: &Parameters) -> Answer {
    let id = values.txid(0)?;
    let vout = values.number(1).ok_or_else(|| Failure::new(Failure::INVALID_PARAMETER, "vout is missing"))?;
    let with_mempool = values.truth(2, true);
    let Some((transaction, height)) = chain.ledger().find(id) else { return Ok(Value::Null) };
    let Some(output) = transaction.output.get(vout as usize) else { return Ok(Value::Null) };
    let spender = chain.ledger().spender(OutPoint::new(id, vout));
    if spender.is_some_and(|(_, mined)| mined || with_mempool) || (height.is_none() && !with_mempool) {
        return Ok(Value::Null);
    }
    Ok(json!({
        "bestblock": chain.tip().to_string(),
        "confirmations": height.map_or(0, |height| chain.height() - height + 1),
        "value": btc(output.value),
        "scriptPubKey": script(output),
        "coinbase": transaction.is_coinbase(),
    }))
}

/// Which transactions of the mempool spend these outputs.
fn spending(chain: &Chain, values: &Parameters) -> Answer {
    let outputs = values.get(0).and_then(Value::as_array);
    let outputs =
        outputs.ok_or_else(|| Failure::new(Failure::INVALID_PARAMETER, "an array of outputs is wanted"))?;
    let answer = |output: &Value| {
        let id: Option<Txid> = output.get("txid").and_then(|id| id.as_str()?.parse().ok());
        let vout = output.get("vout").and_then(|vout| u32::try_from(vout.as_u64()?).ok());
        let Some((txid, vout)) = id.zip(vout) else {
            return Err(Failure::new(Failure::INVALID_PARAMETER, "an output is a txid and a vout"));
        };
        let mut value = json!({ "txid": txid.to_string(), "vout": vout });
        if let Some((spender, false)) = chain.ledger().spender(OutPoint { txid, vout }) {
            value["spendingtxid"] = json!(spender.to_string());
        }
        Ok(value)
    };
    outputs.iter().map(answer).collect()
}

fn mempool(chain: &Chain, values: &Parameters) -> Value {
    let waiting = chain.ledger().mempool().iter();
    let ids = waiting.map(|transaction| (transaction.compute_txid().to_string(), transaction));
    if !values.truth(0, false) {
        return ids.map(|(id, _)| id).collect();
    }
    Value::Object(ids.map(|(id, transaction)| (id, weighed(chain, transaction))).collect())
}

fn entry(chain: &Chain, values: &Parameters) -> Answer {
    let transaction = chain.ledger().waiting(values.txid(0)?);
    let transaction =
        transaction.ok_or_else(|| Failure::new(Failure::NOT_FOUND, "Transaction not in mempool"))?;
    Ok(weighed(chain, transaction))
}

fn weighed(chain: &Chain, transaction: &Transaction) -> Value {
    let waiting = |id: &Txid| chain.ledger().waiting(*id).is_some();
    let parents = transaction.input.iter().map(|input| input.previous_output.txid).filter(waiting);
    json!({
        "vsize": transaction.vsize(),
        "weight": transaction.weight().to_wu(),
        "time": chain.header(chain.height()).map(|header| header.time),
        "height": chain.height(),
        "descendantcount": 1,
        "descendantsize": transaction.vsize(),
        "ancestorcount": 1,
        "ancestorsize": transaction.vsize(),
        "wtxid": transaction.compute_wtxid().to_string(),
        "fees": { "base": btc(FEE), "modified": btc(FEE), "ancestor": btc(FEE), "descendant": btc(FEE) },
        "depends": parents.map(|id| id.to_string()).collect::<Vec<_>>(),
        "spentby": [],
        "bip125-replaceable": true,
        "unbroadcast": false,
    })
}
