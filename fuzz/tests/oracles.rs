//! The oracles and mutators themselves: seeded bugs are found, mutators are deterministic and hit what they aim at.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests as well")]

use std::path::Path;

use spontan::blueprint::{Blueprint, Onion};
use spontan::bolt1::SecretKey;
use spontan::bolt4::PeelError;
use spontan::bolt4::payload::types;
use spontan::protocol::operation::{Input, Peel};
use spontan::vectors::VerdictKind;
use spontan_fuzz::found;
use spontan_fuzz::model::Namespace;
use spontan_fuzz::records::{Fault, Records};
use spontan_fuzz::{TARGETS, codec, mutate, oracle, sealed, seeds};

/// Bugs of a layer that no seed of the target can have: its hops have secret keys of one byte 32 times, so that no shared
/// secret with a leading zero byte can be chosen; a sequence has at most 16 events, and the one case of AMP with
/// more than three parts has 21; the sums of its amounts above 32 bits stay below their totals when both are cut; and a payer over time gets no return packet
/// that a policy could call short, and checks no pad.
const OUT_OF_REACH: [(&str, &str); 8] = [
    ("onion_round_trip", "shared-secret-hashes-x-without-zeros"),
    ("onion_round_trip", "blinding-factor-secret-without-zeros"),
    ("node_sequence", "at-most-twenty-parts"),
    ("amp_sequence", "truncated-integer-cut-to-32-bits"),
    ("amp_sequence", "amp-at-most-twenty-parts"),
    ("amp_sequence", "amp-root-of-at-most-8-shares"),
    ("payer_over_time", "short-return-packet-below-293"),
    ("payer_over_time", "long-pad-not-accepted"),
];

#[test]
fn every_target_finds_every_seeded_bug_of_its_layer_from_its_seeds_as_soon_as_it_did() {
    let found = found::all().unwrap();
    let missed = found.iter().filter(|found| found.after.is_none());
    let missed: Vec<_> = missed.map(|found| (found.target, found.quirk.name())).collect();
    assert_eq!(missed, OUT_OF_REACH);
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
        let records = vec![(1, vec![7; length]), (u64::MAX, vec![8])];
        let built = Records { namespace: Namespace::ALL[0], fault: Fault::None, at: 3, by: 0x0102, records };
        assert_eq!(Records::read(&built.write().unwrap()), Some(built), "a value of {length} bytes");
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

fn mutated(operation: &str, seed: &[u8], number: u32) -> Vec<u8> {
    let mut data = seed.to_vec();
    data.resize(seed.len() + 200, 0);
    let max = data.len();
    let size = mutate::input(operation, &mut data, seed.len(), max, number, &mut raw);
    assert!(size <= max);
    data.truncate(size);
    data
}

#[test]
fn mutators_are_deterministic_and_their_results_are_as_the_oracles_want_them() {
    let seeds = seeds::all(|_| true).unwrap();
    for (target, operation) in [
        ("tlv_against_ldk", "tlv.decode"),
        ("onion_peel", "onion.peel"),
        ("keysend_receive", "keysend.receive"),
        ("shared_secret_receive", "shared_secret.receive"),
        ("node_sequence", "node.sequence"),
        ("amp_sequence", "amp.sequence"),
    ] {
        let oracle = oracle(target).unwrap();
        for (number, (name, seed)) in (0..).zip(&seeds[target]) {
            let input = mutated(operation, seed, number);
            assert_eq!(input, mutated(operation, seed, number), "{target}, {name}");
            oracle(&input, None).unwrap_or_else(|finding| panic!("{target}, {name}: {finding}"));
        }
    }
}

#[test]
fn most_changed_packets_pass_their_hmac_and_half_of_the_payments_are_bound() {
    let seeds = seeds::all(|case| case.verdict_kind() == VerdictKind::Accept).unwrap();
    let (mut passed, mut all) = (0, 0);
    for (number, seed) in (0..).zip(seeds["onion_peel"].values().cycle().take(300)) {
        let input = codec::decode("onion.peel", &mutated("onion.peel", seed, number));
        let Some(Input::Peel(peel)) = input.map(|question| question.input) else { continue };
        let (Some(lock), Some((payloads, hmac))) = (sealed::lock(&peel), sealed::parts(&peel.packet.0))
        else {
            continue;
        };
        all += 1;
        let opened = lock.keys.open(payloads, hmac, &peel.associated_data.0);
        passed += u32::from(!matches!(opened, Err(PeelError::Hmac)));
    }
    assert!(all > 200 && passed * 10 > all * 7, "{passed} of {all}");

    let (mut bound, mut all) = (0, 0);
    for (number, seed) in (0..).zip(seeds["keysend_receive"].values().cycle().take(300)) {
        let input = codec::decode("keysend.receive", &mutated("keysend.receive", seed, number));
        let Some(Input::KeysendReceive(receive)) = input.map(|question| question.input) else { continue };
        let payload = sealed::payload(&sealed::peel_input(&receive.node_secret, &receive.htlc));
        let payload = spontan::blueprint::Stream::parse(&payload);
        let Some(preimage) = payload.find(types::KEYSEND_PREIMAGE) else { continue };
        all += 1;
        let hash = <sha2::Sha256 as sha2::Digest>::digest(preimage);
        bound += u32::from(hash[..] == receive.htlc.payment_hash.0);
    }
    assert!(all > 100 && bound * 4 > all && bound < all, "{bound} of {all}");
}

/// Every seed that is an input of an operation: target, operation, name, bytes.
fn inputs() -> Vec<(&'static str, &'static str, String, Vec<u8>)> {
    let seeds = seeds::all(|_| true).unwrap();
    let of = |(target, operation): (&'static str, &'static str)| {
        let seeds: Vec<_> = seeds[target].clone().into_iter().collect();
        seeds.into_iter().map(move |(name, bytes)| (target, operation, name, bytes))
    };
    codec::OPERATIONS.into_iter().flat_map(of).collect()
}

#[test]
fn an_input_that_is_read_is_written_again_byte_for_byte() {
    let inputs = inputs();
    assert!(inputs.len() > 600, "{}", inputs.len());
    for (target, operation, name, bytes) in inputs {
        let question = codec::decode(operation, &bytes).unwrap();
        assert_eq!(codec::encode(&question).unwrap(), bytes, "{target}, {name}");
    }
}

#[test]
fn kept_keys_open_and_seal_a_packet_as_a_blueprint_does() {
    let (mut sound, mut all) = (0, 0);
    for (_, _, name, bytes) in inputs().into_iter().filter(|(target, ..)| *target == "onion_peel") {
        let input = codec::decode("onion.peel", &bytes).unwrap().input;
        let Blueprint::Peel { onion, .. } = Blueprint::of(&input) else { continue };
        let Input::Peel(peel) = &input else { continue };
        let Peel { node_secret, packet, associated_data, .. } = peel;
        let Some(lock) = sealed::lock(peel) else { continue };
        let opened = lock.open(sealed::parts(&packet.0).unwrap().0);
        let node = SecretKey::decode(&node_secret.0).unwrap();
        let by_blueprint = Onion { path_key: onion.path_key, ..opened.clone() };
        let expected = by_blueprint.seal(&node, &associated_data.0);
        assert_eq!(lock.seal(&opened, &associated_data.0), expected, "{name}");
        all += 1;
        sound += u32::from(expected == packet.0);
    }
    assert!(all > 60 && sound > 30, "{sound} of {all}");
}

#[test]
fn an_input_of_any_length_does_not_panic() {
    for (target, oracle) in TARGETS {
        for length in 0..200 {
            let input: Vec<_> = (0..length).map(|at| (at * 7) as u8).collect();
            oracle(&input, None).unwrap_or_else(|finding| panic!("{target}, {length}: {finding}"));
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
