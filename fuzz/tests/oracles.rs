//! The oracles and mutators themselves: seeded bugs are found, mutators are deterministic and hit what they aim at.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests as well")]

use std::path::Path;

use spontan::bolt4::PeelError;
use spontan_fuzz::found::{self, Found};
use spontan_fuzz::model::Namespace;
use spontan_fuzz::records::{Fault, Records};
use spontan_fuzz::{Second, TARGETS, bend, onion, oracle, payment::Payment, seeds};

#[test]
fn every_target_finds_every_seeded_bug_of_its_layer_from_its_seeds_as_soon_as_it_did() {
    let found = found::all().unwrap();
    let missed: Vec<_> = found.iter().filter(|found| found.after.is_none()).collect();
    assert_eq!(missed, Vec::<&Found>::new());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("found.tsv");
    let kept = std::fs::read_to_string(kept).unwrap().replace("\r\n", "\n");
    let table = found::table(&found);
    for (now, then) in table.lines().zip(kept.lines()) {
        assert_eq!(now, then, "write found.tsv again: cargo run --release --example quirks > found.tsv");
    }
    assert_eq!(table.lines().count(), kept.lines().count());
}

#[test]
fn a_tape_holds_values_of_every_length_that_fits() {
    for length in [0, 1, 253, 254, 255, 256, 1200, 65_535] {
        let records = [(1, vec![7; length]), (u64::MAX, vec![8])].into();
        let built = Records { namespace: Namespace::ALL[0], fault: Fault::None, at: 3, by: 0x0102, records };
        assert_eq!(Records::read(&built.write()), built, "a value of {length} bytes");
    }
}

/// A stand-in for the engine's mutator of bytes.
fn raw(data: &mut [u8], size: usize, max: usize) -> usize {
    if size > 0 {
        data[size / 2] ^= 0x15;
    } else if max > 0 {
        data[0] = 7;
        return 1;
    }
    size
}

type Mutator = fn(&mut [u8], usize, usize, u32, bend::Raw<'_>) -> usize;

fn mutated(mutator: Mutator, seed: &[u8], number: u32) -> Vec<u8> {
    let mut data = seed.to_vec();
    data.resize(seed.len() + 200, 0);
    let max = data.len();
    let size = mutator(&mut data, seed.len(), max, number, &mut raw);
    assert!(size <= max);
    data.truncate(size);
    data
}

#[test]
fn mutators_are_deterministic_and_their_results_are_as_the_oracles_want_them() {
    let seeds = seeds::all(|_| true).unwrap();
    for (target, mutator) in [
        ("tlv_against_ldk", bend::tlv as Mutator),
        ("onion_peel", bend::packet),
        ("keysend_receive", bend::payment),
        ("shared_secret_receive", bend::payment),
        ("node_sequence", bend::sequence),
    ] {
        let oracle = oracle(target).unwrap();
        for (number, (name, seed)) in (0..).zip(&seeds[target]) {
            let input = mutated(mutator, seed, number);
            assert_eq!(input, mutated(mutator, seed, number), "{target}, {name}");
            oracle(&input, &Second::PLAIN).unwrap_or_else(|finding| panic!("{target}, {name}: {finding}"));
        }
    }
}

#[test]
fn most_bent_packets_pass_their_hmac_and_half_of_the_payments_are_bound() {
    let seeds = seeds::all(|case| case.id.contains("/accept/")).unwrap();
    let (mut passed, mut all) = (0, 0);
    for (number, seed) in (0..).zip(seeds["onion_peel"].values().cycle().take(300)) {
        let input = mutated(bend::packet, seed, number);
        let Some(delivery) = onion::read(&input) else { continue };
        let (Some(lock), Some((payloads, hmac))) = (delivery.lock(), delivery.parts()) else { continue };
        let opened = lock.keys.open(payloads, hmac, delivery.associated_data);
        all += 1;
        passed += u32::from(!matches!(opened, Err(PeelError::Hmac)));
    }
    assert!(all > 200 && passed * 10 > all * 7, "{passed} of {all}");

    let (mut bound, mut all) = (0, 0);
    for (number, seed) in (0..).zip(seeds["keysend_receive"].values().cycle().take(300)) {
        let Some(payment) = Payment::read(&mutated(bend::payment, seed, number)) else { continue };
        let records = payment.records();
        let Some((_, preimage)) = records.iter().find(|(kind, _)| *kind == 5_482_373_484) else { continue };
        all += 1;
        bound +=
            u32::from(<[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(preimage)) == payment.hash);
    }
    assert!(all > 100 && bound * 4 > all && bound < all, "{bound} of {all}");
}

#[test]
fn an_input_of_any_length_is_no_panic() {
    for (target, oracle) in TARGETS {
        for length in 0..200 {
            let input: Vec<_> = (0..length).map(|at| (at * 7) as u8).collect();
            oracle(&input, &Second::PLAIN).unwrap_or_else(|finding| panic!("{target}, {length}: {finding}"));
        }
    }
}

#[test]
fn a_crash_becomes_a_candidate() {
    let seeds = seeds::all(|_| true).unwrap();
    for (target, _) in TARGETS
        .iter()
        .filter(|(target, _)| !matches!(*target, "ecdh_laws" | "protocol_line" | "vectors_file"))
    {
        let seed = seeds[target].values().next().unwrap();
        let yaml = spontan_fuzz::candidate::yaml_of(target, seed).unwrap();
        assert!(yaml.contains("/undecided/") && yaml.contains("finding: \"none"), "{target}: {yaml}");
    }
    assert!(spontan_fuzz::candidate::yaml_of("protocol_line", b"{}").is_err());
}
