//! Spontaneous AMP: the payer splits a root seed, the payee claims a set. As LND does it.

use super::fixture::hex_of;
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt4::Preimage;
use crate::protocol::operation::{AmpClaim, AmpPart, AmpSplit};
use crate::scheme::amp::{AmpRecord, Child, split as children};

const SPLIT: [&str; 3] = ["amp.child", "amp.root", "amp.record"];
const CLAIM: [&str; 3] = ["amp.claim", "amp.child", "amp.root"];
const SECTION: &str = "lnd-0.21.3-beta";

fn root() -> [u8; 32] {
    label::bytes32("amp/root")
}

fn set_id() -> [u8; 32] {
    label::bytes32("amp/set_id")
}

fn shares(count: usize) -> Vec<[u8; 32]> {
    (0..count).map(|index| label::bytes32(&format!("amp/share-{index}"))).collect()
}

fn splits(shares: &[[u8; 32]], child_indexes: &[u32]) -> AmpSplit {
    AmpSplit {
        root: hex_of(root()),
        set_id: hex_of(set_id()),
        shares: shares.iter().map(hex_of).collect(),
        child_indexes: child_indexes.to_vec(),
    }
}

/// `amp.split`.
pub fn split(suite: &mut Suite) {
    suite.section(SECTION);
    let one = suite
        .case("1-child", "One HTLC: its share is the root.", splits(&[], &[0]))
        .flag("basic")
        .shows(SPLIT)
        .accepted();
    let two = suite
        .case("2-children", "Two HTLCs.", splits(&shares(1), &[0, 1]))
        .flag("basic")
        .shows(SPLIT)
        .accepted();
    for count in [3, 4, 10, 16, 21] {
        let indexes: Vec<_> = (0..count as u32).collect();
        suite
            .case(
                format!("{count}-children"),
                format!("{count} HTLCs."),
                splits(&shares(count - 1), &indexes),
            )
            .flag("scheme")
            .shows(SPLIT)
            .accepted();
    }
    for index in
        [1, 127, 128, 255, 256, 65535, 65536, 0x00ff_ffff, 0x0100_0000, 0x7fff_ffff, 0x8000_0000, u32::MAX]
    {
        suite
            .from(
                &one,
                format!("child-index-{index}"),
                format!(
                    "The child index is {index}: {} bytes in the record, always four in the hash.",
                    truncated(index)
                ),
            )
            .change(|input| input.child_indexes = vec![index])
            .flag("integer-width")
            .shows(SPLIT)
            .accepted();
    }
    type Change = fn(&mut AmpSplit);
    let changes: [(&str, &str, Change); 9] = [
        ("same-index-twice", "Both children have the same index: their shares tell them apart.", |it| {
            it.child_indexes = vec![5, 5]
        }),
        ("indexes-falling", "The first child has the higher index.", |it| it.child_indexes = vec![9, 2]),
        ("share-of-zeros", "The first share is zero: the last is the root.", |it| {
            it.shares[0] = hex_of([0; 32])
        }),
        ("share-is-the-root", "The first share is the root: the last is zero.", |it| {
            it.shares[0] = hex_of(root())
        }),
        ("share-of-ones", "The first share is ones alone: the last is the root's complement.", |it| {
            it.shares[0] = hex_of([0xff; 32])
        }),
        ("root-of-zeros", "The root is zero: both shares are equal.", |it| it.root = hex_of([0; 32])),
        ("root-starts-with-00", "The root starts with a zero byte.", |it| it.root.0[0] = 0),
        ("share-starts-with-00", "The first share starts with a zero byte.", |it| it.shares[0].0[0] = 0),
        ("set-id-is-the-root", "The set id is the root.", |it| it.set_id = hex_of(root())),
    ];
    for (name, about, change) in changes {
        suite.from(&two, name, about).change(change).flag("scheme").shows(SPLIT).accepted();
    }
    let equal = shares(1)[0];
    suite
        .case(
            "equal-shares",
            "The first two of three shares are equal: they cancel out, and the last is the root.",
            splits(&[equal, equal], &[0, 1, 2]),
        )
        .flag("scheme")
        .shows(SPLIT)
        .accepted();
    type Fits = fn(&Child) -> bool;
    let odd: [(&str, &str, Fits); 2] = [
        (
            "preimage-starts-with-00",
            "The preimage starts with a zero byte, which counts in its hash.",
            |child| child.preimage.0[0] == 0,
        ),
        ("payment-hash-starts-with-00", "The payment hash starts with a zero byte.", |child| {
            child.payment_hash.0[0] == 0
        }),
    ];
    for (name, about, fits) in odd {
        let index = (0..)
            .find(|index| children(root(), set_id(), &[], &[*index]).iter().all(fits))
            .unwrap_or_else(|| unreachable!("one child in 256 fits"));
        suite
            .from(&one, name, about)
            .change(|input| input.child_indexes = vec![index])
            .flag("coordinate")
            .shows(SPLIT)
            .accepted();
    }
}

/// How many bytes an index has in the record.
fn truncated(index: u32) -> usize {
    4 - index.leading_zeros() as usize / 8
}

fn part(child: &Child) -> AmpPart {
    AmpPart { record: hex_of(child.record.encode()), payment_hash: hex_of(child.payment_hash.0) }
}

fn set(shares: &[[u8; 32]], child_indexes: &[u32]) -> AmpClaim {
    AmpClaim { parts: children(root(), set_id(), shares, child_indexes).iter().map(part).collect() }
}

/// `amp.claim`.
pub fn claim(suite: &mut Suite) {
    suite.section(SECTION);
    let one = suite
        .case("1-part", "One HTLC: its share is the root.", set(&[], &[0]))
        .flag("basic")
        .shows(CLAIM)
        .accepted();
    let three = suite
        .case("3-parts", "Three HTLCs.", set(&shares(2), &[0, 1, 2]))
        .flag("basic")
        .shows(CLAIM)
        .accepted();
    for count in [2, 4, 10, 16, 21] {
        let indexes: Vec<_> = (0..count as u32).collect();
        suite
            .case(format!("{count}-parts"), format!("{count} HTLCs."), set(&shares(count - 1), &indexes))
            .flag("scheme")
            .shows(CLAIM)
            .accepted();
    }
    for index in [1, 255, 256, 65535, 65536, 0x0100_0000, 0x8000_0000, u32::MAX] {
        suite
            .case(format!("child-index-{index}"), format!("The child index is {index}."), set(&[], &[index]))
            .flag("integer-width")
            .shows(CLAIM)
            .accepted();
    }
    suite
        .from(&three, "other-order", "The HTLCs came in another order than they were sent.")
        .change(|input| input.parts.rotate_left(1))
        .flag("state")
        .shows(CLAIM)
        .accepted();
    for (name, about, set) in [
        (
            "same-index-twice",
            "Two HTLCs have the same child index, and different shares.",
            set(&shares(1), &[5, 5]),
        ),
        ("share-of-zeros", "The first share is zero.", set(&[[0; 32]], &[0, 1])),
        ("last-share-of-zeros", "The last share is zero.", set(&[root()], &[0, 1])),
        (
            "same-share-with-other-index",
            "Two HTLCs have the same share and different indexes, and a third one the root.",
            set(&[shares(1)[0], shares(1)[0]], &[0, 1, 2]),
        ),
    ] {
        suite.case(name, about, set).flag("scheme").shows(CLAIM).accepted();
    }
    let with = |root: [u8; 32], set_id: [u8; 32], shares: &[[u8; 32]], indexes: &[u32]| AmpClaim {
        parts: children(root, set_id, shares, indexes).iter().map(part).collect(),
    };
    let same = shares(1)[0];
    for (name, about, set) in [
        (
            "root-of-zeros",
            "The root is zero: the two shares are equal.",
            with([0; 32], set_id(), &shares(1), &[0, 1]),
        ),
        (
            "same-child-twice",
            "Two HTLCs have the same share and index, and so the same payment hash; a third has the root. Each has its preimage.",
            with(root(), set_id(), &[same, same], &[4, 4, 5]),
        ),
    ] {
        suite.case(name, about, set).flag("scheme").shows(CLAIM).accepted();
    }
    records(suite, &one, &three);
    sets(suite, &one, &three);
    derivations(suite, &one);
}

fn records(suite: &mut Suite, one: &Twin<AmpClaim>, three: &Twin<AmpClaim>) {
    type Change = fn(&mut Vec<u8>);
    let lengths: [(&str, &str, Change); 5] = [
        ("empty", "has no bytes", Vec::clear),
        ("32-bytes", "has 32 bytes: the share alone", |record| record.truncate(32)),
        ("63-bytes", "has 63 bytes: the last of the set id is missing", |record| record.truncate(63)),
        ("69-bytes", "has 69 bytes: an index of five", |record| {
            record.truncate(64);
            record.extend([1; 5]);
        }),
        ("72-bytes", "has 72 bytes: an index of eight", |record| {
            record.truncate(64);
            record.extend([0, 0, 0, 0, 0, 0, 0, 1]);
        }),
    ];
    for (name, about, change) in lengths {
        suite
            .from(one, format!("record-{name}"), format!("The record {about}."))
            .change(|input| change(&mut input.parts[0].record.0))
            .spec(SECTION)
            .shows(["amp.record"])
            .rejected("value_wrong_length");
    }
    let fits = &children(root(), set_id(), &[], &[0x0100_0007])[0];
    let twin = suite
        .case(
            "child-index-16777223",
            "The child index is 16777223, in four bytes.",
            AmpClaim { parts: vec![part(fits)] },
        )
        .flag("integer-width")
        .shows(CLAIM)
        .accepted();
    suite
        .from(
            &twin,
            "record-69-bytes-of-which-68-fit",
            "A zero byte follows the child index. Without it the set could be claimed.",
        )
        .change(|input| input.parts[0].record.0.push(0))
        .spec(SECTION)
        .shows(["amp.record"])
        .rejected("value_wrong_length");
    suite
        .from(three, "last-index-with-leading-zero", "The last HTLC's child index has a zero byte before it.")
        .change(|input| input.parts[2].record.0.insert(64, 0))
        .spec(SECTION)
        .shows(["amp.record"])
        .rejected("value_not_minimal");
    suite
        .from(three, "last-record-63-bytes", "The last HTLC's record has 63 bytes.")
        .change(|input| input.parts[2].record.0.truncate(63))
        .spec(SECTION)
        .shows(["amp.record"])
        .rejected("value_wrong_length");
    for (name, about, index) in [
        ("index-0-as-a-byte", "The child index 0 is written as a zero byte.", &[0][..]),
        ("index-with-leading-zero", "The child index starts with a zero byte.", &[0, 1]),
        ("index-4-bytes-of-zeros", "The child index 0 is written in four bytes.", &[0; 4]),
    ] {
        suite
            .from(one, name, about)
            .change(|input| {
                input.parts[0].record.0.truncate(64);
                input.parts[0].record.0.extend(index);
            })
            .spec(SECTION)
            .shows(["amp.record"])
            .rejected("value_not_minimal");
    }
}

fn sets(suite: &mut Suite, one: &Twin<AmpClaim>, three: &Twin<AmpClaim>) {
    for index in 0..3 {
        suite
            .from(three, format!("part-{index}-of-another-set"), format!("HTLC {index} has another set id."))
            .change(|input| input.parts[index].record.0[32] ^= 1)
            .rejected("set_id_differs");
        suite
            .from(
                three,
                format!("part-{index}-share-flipped"),
                format!("A bit of HTLC {index}'s share is flipped: with another root no preimage fits."),
            )
            .change(|input| input.parts[index].record.0[31] ^= 1)
            .rejected("child_hash_mismatch");
        suite
            .from(three, format!("part-{index}-hash-flipped"), format!("A bit of HTLC {index}'s payment hash is flipped: the other preimages fit, and are not released."))
            .change(|input| input.parts[index].payment_hash.0[31] ^= 1)
            .rejected("child_hash_mismatch");
        suite
            .from(
                three,
                format!("part-{index}-missing"),
                format!("HTLC {index} is missing: the root is another one."),
            )
            .change(|input| drop(input.parts.remove(index)))
            .rejected("child_hash_mismatch");
        suite
            .from(
                three,
                format!("part-{index}-twice"),
                format!("HTLC {index} is there twice: its share cancels out."),
            )
            .change(|input| input.parts.insert(index, input.parts[index].clone()))
            .rejected("child_hash_mismatch");
    }
    suite
        .from(three, "first-byte-of-a-hash-changed", "The first byte of HTLC 1's payment hash is another.")
        .change(|input| input.parts[1].payment_hash.0[0] ^= 0x80)
        .rejected("child_hash_mismatch");
    suite
        .from(three, "last-set-id-bit-flipped", "The last HTLC's set id differs in its last bit.")
        .change(|input| input.parts[2].record.0[63] ^= 1)
        .rejected("set_id_differs");
    suite
        .from(three, "index-of-another-child", "HTLC 1 has the child index 7, and a payment hash for 1.")
        .change(|input| {
            input.parts[1].record.0.truncate(64);
            input.parts[1].record.0.push(7);
        })
        .rejected("child_hash_mismatch");
    suite
        .from(one, "set-id-of-zeros", "The set id is zero. The preimage does not depend on it.")
        .change(|input| input.parts[0].record.0[32..64].fill(0))
        .rejected("set_id_zero");
}

/// Payment hashes that another reading of the derivation gives.
fn derivations(suite: &mut Suite, one: &Twin<AmpClaim>) {
    let set = children(root(), set_id(), &shares(1), &[258, 3]);
    let twin = suite
        .case(
            "first-index-258",
            "The first child index is 258: two bytes that differ.",
            AmpClaim { parts: set.iter().map(part).collect() },
        )
        .flag("integer-width")
        .shows(CLAIM)
        .accepted();
    let AmpRecord { root_share: share, set_id, child_index } = set[0].record;
    let hash_of = |parts: &[&[u8]]| Preimage(sha256(parts)).payment_hash().0;
    let root = root();
    let wrong: Vec<(&str, &str, [u8; 32])> = vec![
        (
            "index-little-endian",
            "the index in little-endian order",
            hash_of(&[&root, &share, &child_index.to_le_bytes()]),
        ),
        (
            "index-truncated",
            "the index without leading zero bytes, as in the record",
            hash_of(&[&root, &share, &[1, 2]]),
        ),
        (
            "index-of-8-bytes",
            "the index in eight bytes",
            hash_of(&[&root, &share, &u64::from(child_index).to_be_bytes()]),
        ),
        ("index-left-out", "no index", hash_of(&[&root, &share])),
        ("share-left-out", "no share", hash_of(&[&root, &child_index.to_be_bytes()])),
        ("root-left-out", "no root", hash_of(&[&share, &child_index.to_be_bytes()])),
        ("with-set-id", "the set id too", hash_of(&[&root, &share, &set_id, &child_index.to_be_bytes()])),
        (
            "set-id-for-share",
            "the set id in place of the share",
            hash_of(&[&root, &set_id, &child_index.to_be_bytes()]),
        ),
        ("hashed-once", "one hash in place of two", sha256(&[&root, &share, &child_index.to_be_bytes()])),
        (
            "hashed-three-times",
            "three hashes in place of two",
            sha256(&[&hash_of(&[&root, &share, &child_index.to_be_bytes()])]),
        ),
        ("hash-of-the-share", "the share as the preimage, as in a keysend", sha256(&[&share])),
    ];
    for (name, about, payment_hash) in wrong {
        suite
            .from(
                &twin,
                format!("derived-{name}"),
                format!("The first HTLC's payment hash is derived with {about}."),
            )
            .change(|input| input.parts[0].payment_hash = hex_of(payment_hash))
            .flag("near-miss")
            .rejected("child_hash_mismatch");
    }
    let other = &children(root, set_id, &[], &[1])[0];
    suite
        .from(one, "hash-of-the-next-child", "The payment hash is that of the child with index 1.")
        .change(|input| input.parts[0].payment_hash = hex_of(other.payment_hash.0))
        .rejected("child_hash_mismatch");
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into()
}
