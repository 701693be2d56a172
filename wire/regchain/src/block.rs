//! Blocks: a coinbase, the merkle roots, and a header whose proof of work meets regtest's target.

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, Block, CompactTarget, OutPoint, ScriptBuf, Sequence, Target, Transaction, TxIn, TxMerkleNode,
    TxOut, Witness, WitnessCommitment, transaction,
};

/// Regtest's target in compact form: every second hash meets it (Bitcoin Core, `kernel/chainparams.cpp`).
pub const BITS: u32 = 0x207f_ffff;

/// What BIP 9 has in a version when nothing is signalled.
const VERSION: i32 = 0x2000_0000;

/// BIP 141: OP_RETURN, a push of 36 bytes, and the four bytes that mark a commitment.
const COMMITMENT_PREFIX: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];

/// BIP 141's reserved value, which stands in the coinbase's witness.
const RESERVED: [u8; 32] = [0; 32];

/// An output that anybody can spend: OP_TRUE.
pub fn anybody() -> ScriptBuf {
    ScriptBuf::from_bytes(vec![0x51])
}

/// The coinbase of the block at `height`: 50 BTC to `pay_to`, the height in its script (BIP 34). Nothing checks the
/// amount, and nodes do not either, so the subsidy is never halved.
pub fn coinbase(height: u32, pay_to: ScriptBuf) -> Transaction {
    Transaction {
        version: transaction::Version::ONE,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            // Two pushes, as a script of one byte is too short for a coinbase.
            script_sig: Builder::new().push_int(i64::from(height)).push_int(0).into_script(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut { value: Amount::from_int_btc(50), script_pubkey: pay_to }],
    }
}

/// A block of these transactions behind a coinbase, which commits to their witnesses if there are any transactions
/// (BIP 141). `time` is in seconds since 1970.
pub fn assemble(
    previous: &Header,
    height: u32,
    time: u32,
    pay_to: ScriptBuf,
    transactions: Vec<Transaction>,
) -> Block {
    let first = coinbase(height, pay_to);
    let mut block = Block { header: unproven(previous, time), txdata: [vec![first], transactions].concat() };
    if block.txdata.len() > 1
        && let Some(root) = block.witness_root()
    {
        let commitment: WitnessCommitment = Block::compute_witness_commitment(&root, &RESERVED);
        let script = [&COMMITMENT_PREFIX[..], commitment.as_byte_array()].concat();
        let first = &mut block.txdata[0];
        first.output.push(TxOut { value: Amount::ZERO, script_pubkey: ScriptBuf::from_bytes(script) });
        first.input[0].witness.push(RESERVED);
    }
    if let Some(root) = block.compute_merkle_root() {
        block.header.merkle_root = root;
    }
    prove(&mut block.header);
    block
}

/// The header of a block that has only a coinbase to [`anybody`]. It is what [`assemble`] gives for no transactions,
/// without building the block: the root of one leaf is the leaf.
pub fn empty(previous: &Header, height: u32, time: u32) -> Header {
    let root = coinbase(height, anybody()).compute_txid().to_raw_hash();
    let mut header = Header { merkle_root: TxMerkleNode::from_raw_hash(root), ..unproven(previous, time) };
    prove(&mut header);
    header
}

fn unproven(previous: &Header, time: u32) -> Header {
    Header {
        version: Version::from_consensus(VERSION),
        prev_blockhash: previous.block_hash(),
        merkle_root: TxMerkleNode::all_zeros(),
        time,
        bits: CompactTarget::from_consensus(BITS),
        nonce: 0,
    }
}

/// Counts the nonce up until the hash meets the target: two tries in the mean.
fn prove(header: &mut Header) {
    let target = Target::from_compact(header.bits);
    while !target.is_met_by(header.block_hash()) {
        header.nonce += 1;
    }
}
