//! Calls about Core's wallet, which Eclair uses as its own. Here it is empty: it gives addresses out and has no coins. That
//! is enough for a node that others open channels to. Not yet tried with Eclair itself.

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Secp256k1, SecretKey};
use bitcoin::{Address, Amount, CompressedPublicKey, Network, PrivateKey};
use serde_json::{Value, json};

use super::parameters::Parameters;
use super::{Answer, Failure};
use crate::json::btc;

/// How many addresses `getaddressinfo` looks through, latest first.
const MAX_LOOK: u32 = 1000;

pub(super) fn call(addresses: &mut u32, method: &str, values: &Parameters) -> Option<Answer> {
    Some(match method {
        "listwallets" => Ok(json!([""])),
        "loadwallet" | "createwallet" => Ok(json!({ "name": values.text(0), "warnings": [] })),
        "getwalletinfo" => Ok(state()),
        "getbalance" => Ok(btc(Amount::ZERO)),
        "getbalances" => Ok(balances()),
        "getnewaddress" | "getrawchangeaddress" => {
            *addresses += 1;
            address(*addresses).map(|(address, _)| json!(address.to_string()))
        }
        "getaddressinfo" => about(*addresses, values),
        "getreceivedbyaddress" => Ok(btc(Amount::ZERO)),
        "listunspent" | "listlockunspent" | "listtransactions" => Ok(json!([])),
        "lockunspent" => Ok(json!(true)),
        _ => return None,
    })
}

fn state() -> Value {
    let nothing = btc(Amount::ZERO);
    json!({
        "walletname": "",
        "walletversion": 169_900,
        "format": "sqlite",
        "balance": nothing,
        "unconfirmed_balance": nothing,
        "immature_balance": nothing,
        "txcount": 0,
        "private_keys_enabled": true,
        "avoid_reuse": false,
        "scanning": false,
        "descriptors": true,
        "external_signer": false,
    })
}

fn balances() -> Value {
    let nothing = btc(Amount::ZERO);
    json!({ "mine": { "trusted": nothing, "untrusted_pending": nothing, "immature": nothing } })
}

/// The wallet's address of this number, and its public key. Keys follow from the number, so that a restart has the same.
fn address(number: u32) -> Result<(Address, CompressedPublicKey), Failure> {
    let secret = sha256::Hash::hash(format!("regchain wallet {number}").as_bytes());
    let wrong = |_| Failure::new(Failure::INVALID_PARAMETER, "no address of this number");
    let key = SecretKey::from_slice(secret.as_byte_array()).map_err(wrong)?;
    let key = PrivateKey::new(key, Network::Regtest);
    let public = CompressedPublicKey::from_private_key(&Secp256k1::signing_only(), &key);
    let public = public.map_err(|_| Failure::new(Failure::INVALID_PARAMETER, "no address of this number"))?;
    Ok((Address::p2wpkh(&public, Network::Regtest), public))
}

fn about(addresses: u32, values: &Parameters) -> Answer {
    let text = values.text(0);
    let wrong = || Failure::new(Failure::NOT_FOUND, "Invalid address");
    let asked: Address<_> = text.parse().map_err(|_| wrong())?;
    let script = asked.require_network(Network::Regtest).map_err(|_| wrong())?.script_pubkey();
    let mut value = json!({ "address": text, "scriptPubKey": script.to_hex_string(), "ismine": false, "solvable": false });
    for number in (1..=addresses).rev().take(MAX_LOOK as usize) {
        let (address, public) = address(number)?;
        if address.script_pubkey() == script {
            value["ismine"] = json!(true);
            value["solvable"] = json!(true);
            value["pubkey"] = json!(public.to_string());
        }
    }
    Ok(value)
}
