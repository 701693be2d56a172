//! The chain by itself: what a node would check of it.

use bitcoin::absolute::LockTime;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness, transaction};
use regchain::{Chain, Clock, Notice};
use std::sync::mpsc;

/// Bitcoin Core, `kernel/chainparams.cpp`, class CRegTestParams.
const GENESIS: &str = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206";

/// Regtest's target as a number: 0x7fffff, then 29 bytes of zero.
fn target() -> [u8; 32] {
    let mut target = [0; 32];
    target[..3].copy_from_slice(&[0x7f, 0xff, 0xff]);
    target
}

/// A transaction that spends outputs which never were.
fn spends(outputs: &[OutPoint], satoshi: u64) -> Transaction {
    let input = |previous_output: &OutPoint| TxIn {
        previous_output: *previous_output,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::from_slice(&[[7; 64]]),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: outputs.iter().map(input).collect(),
        output: vec![TxOut {
            value: Amount::from_sat(satoshi),
            script_pubkey: ScriptBuf::from_bytes(vec![0x51]),
        }],
    }
}

fn coin(byte: u8) -> OutPoint {
    OutPoint::new(Txid::from_byte_array([byte; 32]), 0)
}

#[test]
fn begins_with_regtests_genesis() {
    let chain = Chain::new(0, Clock::System);
    assert_eq!(chain.height(), 0);
    assert_eq!(chain.tip().to_string(), GENESIS);
    assert_eq!(chain.hash(0), Some(chain.tip()));
    assert_eq!(chain.hash(1), None);
}

#[test]
fn every_header_has_work_and_follows_the_one_before() {
    let mut chain = Chain::new(3000, Clock::Fixed(1_700_000_000));
    chain.mine(5, None);
    assert_eq!(chain.height(), 3005);
    for height in 1..=3005 {
        let header = chain.header(height).expect("a header");
        let mut hash = header.block_hash().to_byte_array();
        hash.reverse();
        assert!(hash <= target(), "block {height} has no proof of work");
        assert_eq!(header.prev_blockhash, chain.hash(height - 1).expect("a hash"), "at {height}");
        assert!(
            header.time > chain.header(height - 1).expect("a header").time,
            "time stands still at {height}"
        );
        assert_eq!(chain.height_of(&header.block_hash()), Some(height));
        assert!(chain.block(height).expect("a block").check_merkle_root(), "the root of {height}");
    }
    assert_eq!(chain.header(3000).expect("a header").time, 1_700_000_000);
}

#[test]
fn the_same_time_gives_the_same_chain() {
    let chain = |time| {
        let mut chain = Chain::new(50, Clock::Fixed(time));
        chain.broadcast(spends(&[coin(1)], 500)).expect("taken");
        chain.mine(2, None);
        chain.tip()
    };
    assert_eq!(chain(1_700_000_000), chain(1_700_000_000));
    assert_ne!(chain(1_700_000_000), chain(1_700_000_001));
}

#[test]
fn a_block_commits_to_its_transactions_and_their_witnesses() {
    let mut chain = Chain::new(300, Clock::System);
    let id = chain.broadcast(spends(&[coin(1)], 500)).expect("taken");
    assert_eq!(chain.ledger().find(id).expect("waiting").1, None);
    chain.mine(1, None);
    assert_eq!(chain.ledger().find(id).expect("mined").1, Some(301));
    assert!(chain.ledger().mempool().is_empty());

    let block = chain.block(301).expect("a block");
    assert_eq!(block.txdata.len(), 2);
    assert_eq!(block.bip34_block_height(), Ok(301));
    assert!(block.check_witness_commitment());
    // The root of two leaves, by hand.
    let leaves = [block.txdata[0].compute_txid().to_byte_array(), id.to_byte_array()].concat();
    assert_eq!(block.header.merkle_root.to_byte_array(), sha256d::Hash::hash(&leaves).to_byte_array());
}

#[test]
fn an_output_is_spent_once() {
    let mut chain = Chain::new(10, Clock::System);
    let first = chain.broadcast(spends(&[coin(1)], 500)).expect("taken");
    let child = chain.broadcast(spends(&[OutPoint::new(first, 0)], 400)).expect("taken");
    // What is refused leaves all as it was. A coin that never was counts as nothing.
    let refusal = |chain: &mut Chain, transaction| chain.broadcast(transaction).expect_err("refused").code();
    let poor = spends(&[coin(1)], 400);
    let orphan = spends(&[OutPoint::new(poor.compute_txid(), 0)], 300);
    assert_eq!(refusal(&mut chain, poor), -26, "it pays no more than the one that waits and its child");
    assert_eq!(refusal(&mut chain, orphan), -25, "it spends what was refused");
    assert_eq!(
        refusal(&mut chain, spends(&[coin(1), OutPoint::new(first, 0)], 1)),
        -25,
        "it throws out its own parent"
    );
    assert_eq!(refusal(&mut chain, spends(&[coin(3), coin(3)], 1)), -26);
    assert_eq!(chain.ledger().mempool().len(), 2);
    // One that pays more throws out the earlier one, and what hangs on it.
    let second = chain.broadcast(spends(&[coin(1), coin(2)], 300)).expect("taken");
    let waiting: Vec<_> = chain.ledger().mempool().iter().map(Transaction::compute_txid).collect();
    assert_eq!(waiting, [second]);
    assert_eq!(chain.ledger().spender(OutPoint::new(first, 0)), None, "{child} is gone");

    chain.mine(1, None);
    assert_eq!(chain.ledger().spender(coin(2)), Some((second, true)));
    assert_eq!(refusal(&mut chain, spends(&[coin(2)], 1)), -25);
    assert_eq!(refusal(&mut chain, spends(&[coin(1)], 500)), -25, "the first one again");
    assert_eq!(refusal(&mut chain, spends(&[OutPoint::new(first, 0)], 400)), -25, "its child again");
    assert_eq!(refusal(&mut chain, spends(&[coin(1), coin(2)], 300)), -27);
    let coinbase = chain.block(5).expect("a block").txdata.remove(0);
    assert_eq!(refusal(&mut chain, coinbase), -26);
}

#[test]
fn no_two_mined_transactions_spend_the_same() {
    let mut chain = Chain::new(10, Clock::System);
    // All pairs of six coins, several rounds with ever higher fees, some of them mined in between.
    for round in 0..4_u8 {
        for (one, two) in (0..6).flat_map(|one| (one..6).map(move |two| (one, two))) {
            let coins = if one == two { vec![coin(one)] } else { vec![coin(one), coin(two)] };
            let _ = chain.broadcast(spends(&coins, 1000 - u64::from(round) * 200 - u64::from(one ^ two)));
        }
        chain.mine(u32::from(round) % 2, None);
    }
    let mut spent = std::collections::HashSet::new();
    for height in 11..=chain.height() {
        for transaction in chain.block(height).expect("a block").txdata.iter().skip(1) {
            assert!(transaction.input.iter().all(|input| spent.insert(input.previous_output)));
        }
    }
    assert!(spent.len() >= 4, "{spent:?}");
}

#[test]
fn listeners_hear_of_what_is_new() {
    let mut chain = Chain::new(10, Clock::System);
    let (sender, receiver) = mpsc::channel();
    chain.listen(move |notice| {
        let word = match notice {
            Notice::Block(hash) => format!("block {hash}"),
            Notice::Transaction(transaction) => format!("transaction {}", transaction.compute_txid()),
        };
        sender.send(word).expect("a listener");
    });
    let transaction = spends(&[coin(1)], 500);
    let id = chain.broadcast(transaction.clone()).expect("taken");
    chain.broadcast(transaction).expect("taken again, and nothing new");
    let hash = chain.mine(1, None)[0];
    let coinbase = chain.block(11).expect("a block").txdata[0].compute_txid();
    let heard: Vec<String> = receiver.try_iter().collect();
    let transaction = |id| format!("transaction {id}");
    assert_eq!(heard, [transaction(id), transaction(coinbase), transaction(id), format!("block {hash}")]);
}
