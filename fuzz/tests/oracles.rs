//! The oracles and mutators themselves: seeded bugs are found, mutators are deterministic and hit what they aim at.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests as well")]

use spontan::bolt4::PeelError;
use spontan::quirks::{Quirk, score};
use spontan::vectors::load;
use spontan_fuzz::{Second, TARGETS, bend, onion, oracle, payment::Payment, seeds};

#[test]
fn the_tlv_targets_find_every_seeded_bug_of_their_layer_from_their_seeds() {
    // The layer's bugs are those that a case of its operations finds.
    let mut suites = load::built_in().unwrap();
    suites.retain(|suite| suite.suite.starts_with("bigsize.") || suite.suite == "tlv.decode");
    let trials = score::run(&suites, Quirk::ALL);
    let layer: Vec<_> =
        trials.iter().filter(|trial| !trial.killed_by.is_empty()).map(|trial| trial.quirk).collect();
    assert!(layer.len() > 80, "{}", layer.len());

    let seeds = seeds::all(|_| true).unwrap();
    let found = |quirk: Quirk| {
        let second = Second::bent(quirk);
        ["bigsize", "tlv_records", "tlv_against_ldk"].iter().any(|target| {
            let oracle = oracle(target).unwrap();
            seeds[target].values().any(|seed| oracle(seed, &second).is_err())
        })
    };
    let missed: Vec<_> = layer.into_iter().filter(|quirk| !found(*quirk)).collect();
    assert_eq!(missed, []);
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
        let incoming = spontan::bolt4::peel::Incoming::from_parts(lock.public_key, payloads, hmac);
        all += 1;
        passed +=
            u32::from(!matches!(incoming.open(lock.point, delivery.associated_data), Err(PeelError::Hmac)));
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
