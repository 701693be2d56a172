//! A wallet of one key, which owns the coins that are mined on demand. Its key is no secret, and its coins are worth
//! nothing: the chain is regtest or signet.

use lightning::bitcoin::hashes::{Hash, sha256};
use lightning::bitcoin::secp256k1::{Message, SECP256K1, SecretKey};
use lightning::bitcoin::sighash::{EcdsaSighashType, SighashCache};
use lightning::bitcoin::{
    Address, Amount, CompressedPublicKey, OutPoint, PrivateKey, ScriptBuf, Sequence, Transaction, TxIn,
    TxOut, Txid, Witness, absolute::LockTime, ecdsa::Signature, transaction::Version,
};
use serde_json::Value;

use crate::Result;
use crate::chain::Chain;

/// What a funding transaction pays to miners, in sat: some ten sat a byte.
const FEE: Amount = Amount::from_sat(2000);
/// How old a coinbase must be before it can be spent, in blocks.
const MATURITY: u32 = 100;

/// One key, and how much of its coins may be spent.
#[derive(Debug)]
pub struct Wallet {
    key: SecretKey,
    /// What may still be put into channels.
    left: Amount,
    limit: Amount,
}

impl Wallet {
    /// A wallet that funds channels of at most this much together.
    ///
    /// # Errors
    /// None: its one label gives a key.
    pub fn new(limit: Amount) -> Result<Self> {
        let digest = sha256::Hash::hash(b"spontan-wire: coins worth nothing").to_byte_array();
        let key = SecretKey::from_slice(&digest)?;
        Ok(Self { key, left: limit, limit })
    }

    fn public(&self, chain: &Chain) -> Result<CompressedPublicKey> {
        let key = PrivateKey::new(self.key, chain.network);
        CompressedPublicKey::from_private_key(SECP256K1, &key).map_err(|error| error.to_string().into())
    }

    /// The address that blocks are mined to.
    ///
    /// # Errors
    /// None for a compressed key.
    pub fn address(&self, chain: &Chain) -> Result<String> {
        Ok(Address::p2wpkh(&self.public(chain)?, chain.network).to_string())
    }

    /// An output of ours that is worth this much.
    fn coin(
        &self,
        chain: &Chain,
        script: &ScriptBuf,
        value: Amount,
        to: &ScriptBuf,
    ) -> Result<(OutPoint, TxOut)> {
        let address = self.address(chain)?;
        let Some(mut coins) = chain.unspent(&address)? else {
            // A chain that keeps no coins validates no spending either: the funding spends what never was.
            let nothing = Txid::from_byte_array(sha256::Hash::hash(to.as_bytes()).to_byte_array());
            return Ok((OutPoint::new(nothing, 0), TxOut { value, script_pubkey: script.clone() }));
        };
        let mut found = self.mature(chain, &coins, value)?;
        if found.is_none() {
            chain.mine(MATURITY + 1, &address)?;
            coins = chain.unspent(&address)?.unwrap_or_default();
            found = self.mature(chain, &coins, value)?;
        }
        let (outpoint, value) = found.ok_or_else(|| {
            format!(
                "funds missing: no mature coin of {value} at {address}, also after {} more blocks",
                MATURITY + 1
            )
        })?;
        Ok((outpoint, TxOut { value, script_pubkey: script.clone() }))
    }

    fn mature(&self, chain: &Chain, coins: &[Value], value: Amount) -> Result<Option<(OutPoint, Amount)>> {
        let height = chain.height()?;
        for coin in coins {
            let amount = Amount::from_btc(coin["amount"].as_f64().unwrap_or_default())
                .map_err(|error| error.to_string())?;
            let mined = coin["height"].as_u64().unwrap_or(u64::MAX);
            if amount >= value && mined + u64::from(MATURITY) <= u64::from(height) {
                let id: Txid = coin["txid"]
                    .as_str()
                    .unwrap_or_default()
                    .parse()
                    .map_err(|_| "scantxoutset gives no txid")?;
                let output = u32::try_from(coin["vout"].as_u64().unwrap_or_default())?;
                return Ok(Some((OutPoint::new(id, output), amount)));
            }
        }
        Ok(None)
    }

    /// A transaction that pays this much to the script.
    ///
    /// # Errors
    /// When that is more than the wallet may spend, or it has no such coin.
    pub fn fund(&mut self, chain: &Chain, to: ScriptBuf, value: Amount) -> Result<Transaction> {
        self.left = self.left.checked_sub(value).ok_or_else(|| {
            format!(
                "a channel of {value} would put more than {} into channels: see --max-funding",
                self.limit
            )
        })?;
        let public = self.public(chain)?;
        let script = ScriptBuf::new_p2wpkh(&public.wpubkey_hash());
        // Twice the fee, so that the change is no dust.
        let (previous_output, coin) = self.coin(chain, &script, value + FEE + FEE, &to)?;
        let change = coin.value - value - FEE;
        let input = TxIn {
            previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        };
        let output = |script_pubkey, value| TxOut { value, script_pubkey };
        let mut transaction = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![input],
            output: vec![output(to, value), output(script.clone(), change)],
        };
        let sighash = SighashCache::new(&transaction)
            .p2wpkh_signature_hash(0, &script, coin.value, EcdsaSighashType::All)
            .map_err(|error| error.to_string())?;
        let message = Message::from_digest(sighash.to_byte_array());
        let signature = Signature::sighash_all(SECP256K1.sign_ecdsa(&message, &self.key));
        transaction.input[0].witness = Witness::p2wpkh(&signature, &public.0);
        Ok(transaction)
    }
}
