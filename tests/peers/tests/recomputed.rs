//! Every elliptic-curve result of the vectors, recomputed with `k256`, which shares no code with the curve library of the
//! reference. Prints how many cases were: `cargo test --manifest-path tests/peers/Cargo.toml --test recomputed -- --nocapture`.
//! (The packets' every byte is recomputed by tests/independent, which has its own curve, ChaCha20 and HMAC.)

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use k256::elliptic_curve::sec1::ToSec1Point;
use k256::{ProjectivePoint, PublicKey, Scalar, SecretKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use spontan::bolt4::stream::mac;
use spontan::vectors::{Case, Suite, Verdict, load};

/// The cases of some operations.
fn cases(operations: &[&str]) -> Vec<&'static Case> {
    static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| load::built_in().unwrap());
    let cases = SUITES.iter().flat_map(|suite| &suite.cases);
    cases.filter(|case| operations.contains(&case.operation())).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The output of a case that is accepted with the policies' defaults.
fn accepted(case: &Case) -> Option<Value> {
    match case.verdict(&Default::default()) {
        Some(Verdict::Accept(output)) => Some(output.clone()),
        _ => None,
    }
}

fn compressed(point: ProjectivePoint) -> [u8; 33] {
    point.to_affine().to_sec1_point(true).as_bytes().try_into().unwrap()
}

fn public_key(bytes: &[u8]) -> Option<ProjectivePoint> {
    if bytes.len() != 33 || !matches!(bytes[0], 2 | 3) {
        return None;
    }
    PublicKey::from_sec1_bytes(bytes).ok().map(|key| key.to_projective())
}

fn scalar(bytes: &[u8]) -> Option<Scalar> {
    let key = SecretKey::from_slice(bytes).ok().filter(|_| bytes.len() == 32)?;
    Some(*key.to_nonzero_scalar())
}

/// BOLT 4's secret and x; nothing when one of the keys is not valid.
fn secret(secret_key: &[u8], public: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let point = compressed(public_key(public)? * scalar(secret_key)?);
    Some((sha(&point), point[1..].try_into().unwrap()))
}

/// The secrets of a route's last hop, found as a payer finds them.
fn last_secret(session_key: &[u8], hops: &[Vec<u8>]) -> ([u8; 32], [u8; 32]) {
    let mut ephemeral = scalar(session_key).unwrap();
    let mut last = None;
    for hop in hops {
        let point = compressed(public_key(hop).unwrap() * ephemeral);
        let shared_secret = sha(&point);
        last = Some((shared_secret, point[1..].try_into().unwrap()));
        let own = compressed(ProjectivePoint::GENERATOR * ephemeral);
        ephemeral *= scalar(&sha(&[&own[..], &shared_secret].concat())).unwrap();
    }
    last.unwrap()
}

#[test]
fn every_ecdh_case() {
    let cases = cases(&["ecdh.shared_secret"]);
    for case in &cases {
        let found = secret(&bytes(&case.input["secret_key"]), &bytes(&case.input["public_key"]));
        match (accepted(case), found) {
            (Some(output), Some((shared_secret, x))) => {
                assert_eq!(bytes(&output["shared_secret"]), shared_secret, "{}", case.id);
                assert_eq!(bytes(&output["x"]), x, "{}", case.id);
            }
            (None, None) => {}
            (wanted, found) => panic!("{}: {wanted:?}, k256 {found:?}", case.id),
        }
    }
    assert!(cases.len() >= 120, "{}", cases.len());
    println!("recomputed by k256: {} of {} cases of ecdh.shared_secret", cases.len(), cases.len());
}

/// The secret at the hop, and the public key that it sends on.
#[test]
fn every_packet_that_opens() {
    let mut compared = 0;
    for case in cases(&["onion.peel"]) {
        let Some(output) = accepted(case) else { continue };
        let packet = bytes(&case.input["packet"]);
        let node_secret = bytes(&case.input["node_secret"]);
        // A path key blinds the key that the secret is shared with.
        let shared_with = match case.input.get("path_key").filter(|key| !key.is_null()) {
            Some(path_key) => {
                let tweak = blinded_id_factor(&secret(&node_secret, &bytes(path_key)).unwrap().0);
                compressed(public_key(&packet[1..34]).unwrap() * tweak)
            }
            None => packet[1..34].try_into().unwrap(),
        };
        let (shared_secret, _) = secret(&node_secret, &shared_with).unwrap();
        assert_eq!(bytes(&output["shared_secret"]), shared_secret, "{}", case.id);
        if let Some(next) = output.get("next_packet").filter(|next| !next.is_null()) {
            let factor = scalar(&sha(&[&packet[1..34], &shared_secret].concat())).unwrap();
            let blinded = compressed(public_key(&packet[1..34]).unwrap() * factor);
            assert_eq!(bytes(next)[1..34], blinded, "{}", case.id);
        }
        compared += 1;
    }
    assert!(compared >= 70, "{compared}");
    println!("recomputed by k256: {compared} of {compared} accepted cases of onion.peel");
}

/// What a node's key is multiplied with to give that of its blinded id. BOLT 4, "Route Blinding".
fn blinded_id_factor(shared_secret: &[u8; 32]) -> Scalar {
    scalar(&mac(b"blinded_node_id", &[shared_secret])).unwrap()
}

/// The path keys and blinded ids of a route, and what each node finds of them.
#[test]
fn every_blinded_route() {
    let mut compared = 0;
    for case in cases(&["blinded.create"]) {
        let Some(output) = accepted(case) else { continue };
        let mut path_secret = scalar(&bytes(&case.input["session_key"])).unwrap();
        let own = |path_secret: Scalar| compressed(ProjectivePoint::GENERATOR * path_secret);
        assert_eq!(bytes(&output["first_path_key"]), own(path_secret), "{}", case.id);
        let hops = case.input["hops"].as_array().unwrap();
        for (hop, made) in hops.iter().zip(output["hops"].as_array().unwrap()) {
            let node = public_key(&bytes(&hop["public_key"])).unwrap();
            let shared_secret = sha(&compressed(node * path_secret));
            let id = compressed(node * blinded_id_factor(&shared_secret));
            assert_eq!(bytes(&made["blinded_node_id"]), id, "{}", case.id);
            path_secret *= scalar(&sha(&[&own(path_secret)[..], &shared_secret].concat())).unwrap();
            compared += 1;
        }
    }
    assert!(compared >= 130, "{compared}");
    for case in cases(&["blinded.unblind"]) {
        let Some(output) = accepted(case) else { continue };
        let (node_secret, path_key) = (bytes(&case.input["node_secret"]), bytes(&case.input["path_key"]));
        let (shared_secret, _) = secret(&node_secret, &path_key).unwrap();
        let blinded = scalar(&node_secret).unwrap() * blinded_id_factor(&shared_secret);
        assert_eq!(bytes(&output["blinded_secret"]), blinded.to_bytes().as_slice(), "{}", case.id);
        // Type 8, the next path key, is in the data of these alone.
        if !case.id.contains("override") && !case.id.ends_with("-carol") {
            let factor = scalar(&sha(&[&path_key[..], &shared_secret].concat())).unwrap();
            let next = compressed(public_key(&path_key).unwrap() * factor);
            assert_eq!(bytes(&output["next_path_key"]), next, "{}", case.id);
        }
        compared += 1;
    }
    println!("recomputed by k256: {compared} nodes of blinded routes");
}

/// What a packet of an HTLC decrypts to comes with the secret, at one node and in sequences.
#[test]
fn every_htlc_whose_packet_opens() {
    let (mut compared, mut cases_compared) = (0, 0);
    for case in cases(&["keysend.receive", "shared_secret.receive", "node.sequence"]) {
        let node_secret = bytes(&case.input["node_secret"]);
        let events = case.input.get("events").and_then(Value::as_array).cloned();
        let before = compared;
        for htlc in events.unwrap_or_else(|| vec![case.input.clone()]) {
            let Some(peeled) = htlc.get("peeled").filter(|peeled| !peeled.is_null()) else { continue };
            if htlc["htlc"].get("path_key").is_some_and(|key| !key.is_null()) {
                continue;
            }
            let packet = bytes(&htlc["htlc"]["packet"]);
            let (shared_secret, _) = secret(&node_secret, &packet[1..34]).unwrap();
            assert_eq!(bytes(&peeled["shared_secret"]), shared_secret, "{}", case.id);
            compared += 1;
        }
        cases_compared += usize::from(compared > before);
    }
    assert!(cases_compared > 290 && compared >= 450, "{compared} HTLCs of {cases_compared} cases");
    println!("recomputed by k256: {compared} HTLCs of {cases_compared} receiving cases");
}

#[test]
fn every_shared_secret_payment_that_is_claimed() {
    let mut compared = 0;
    for case in cases(&["shared_secret.receive"]) {
        let Some(output) = accepted(case) else { continue };
        let (Some(preimage), false) = (output.get("preimage"), case.id.contains("keysend-record")) else {
            continue;
        };
        let packet = bytes(&case.input["htlc"]["packet"]);
        let (shared_secret, x) = secret(&bytes(&case.input["node_secret"]), &packet[1..34]).unwrap();
        let s = if case.input["settings"]["shared_secret"] == "x-only" { x } else { shared_secret };
        assert_eq!(bytes(preimage), sha(&s), "{}", case.id);
        assert_eq!(bytes(&case.input["htlc"]["payment_hash"]), sha(&sha(&s)), "{}", case.id);
        compared += 1;
    }
    assert!(compared >= 20, "{compared}");
    println!("recomputed by k256: {compared} claimed preimages of shared_secret.receive");
}

/// A payer's own end: the packet's first key, and the preimage that falls out of the last hop's secret.
#[test]
fn every_payment_that_is_made() {
    let (mut compared, mut all) = (0, 0);
    for case in cases(&["onion.construct", "keysend.send", "shared_secret.send"]) {
        let Some(output) = accepted(case) else { continue };
        all += 1;
        let session_key = bytes(&case.input["session_key"]);
        let first = compressed(ProjectivePoint::GENERATOR * scalar(&session_key).unwrap());
        assert_eq!(bytes(&output["packet"])[1..34], first, "{}", case.id);
        if case.operation() == "shared_secret.send" {
            let hops = case.input["hops"].as_array().unwrap();
            let hops: Vec<_> = hops.iter().map(|hop| bytes(&hop["public_key"])).collect();
            let (shared_secret, x) = last_secret(&session_key, &hops);
            let s = if case.input["profile"] == "x-only" { x } else { shared_secret };
            assert_eq!(bytes(&output["preimage"]), sha(&s), "{}", case.id);
            assert_eq!(bytes(&output["payment_hash"]), sha(&sha(&s)), "{}", case.id);
        }
        compared += 1;
    }
    assert!(compared >= 120, "{compared}");
    println!("recomputed by k256: {compared} of {all} accepted cases of payers");
}
