//! The cases as seeds for fuzzers of other projects: for each case the bytes that such a fuzzer takes. An operation whose input
//! no fuzzer has as bytes is left out, rather than given a form that nobody reads.

use std::collections::BTreeMap;

use super::case::Suite;
use crate::blueprint::onion::Onion;
use crate::bolt1::SecretKey;
use crate::protocol::operation::Input;
use crate::protocol::value::Hex;

/// Seeds, and what has none.
#[derive(Debug, Default)]
pub struct Corpus {
    /// Paths, a folder for each operation, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// For each operation of which cases are left out, how many.
    pub left_out: BTreeMap<String, usize>,
}

/// The seeds of these cases.
///
/// # Errors
/// None that vectors which were read can cause.
pub fn of(suites: &[Suite]) -> Result<Corpus, String> {
    let mut corpus = Corpus::default();
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        match seed(&case.typed_input()?) {
            Some(bytes) => {
                corpus.files.push((format!("{}/{}", case.operation(), case.id.replace('/', "-")), bytes));
            }
            None => *corpus.left_out.entry(case.operation().to_owned()).or_default() += 1,
        }
    }
    Ok(corpus)
}

/// The forms that have several fields are those of bitcoinfuzz's targets.
fn seed(input: &Input) -> Option<Vec<u8>> {
    match input {
        Input::BigSizeDecode(input) => Some(input.bytes.0.clone()),
        Input::TlvDecode(input) => Some(input.stream.0.clone()),
        Input::Ecdh(input) => {
            let fits = input.secret_key.0.len() == 32 && input.public_key.0.len() == 33;
            fits.then(|| [&input.secret_key.0[..], &input.public_key.0].concat())
        }
        Input::Peel(peel) => {
            decode_onion(&peel.node_secret, &peel.packet, &peel.associated_data, peel.path_key.as_ref())
        }
        Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => {
            let htlc = &input.htlc;
            decode_onion(&input.node_secret, &htlc.packet, &htlc.payment_hash, htlc.path_key.as_ref())
        }
        _ => None,
    }
}

/// `decode_onion`: the node's secret key, 32 bytes, and the packet. It knows no path key and no associated data, so the packet is sealed
/// again without. What is wrong with it, an HMAC included, stays.
fn decode_onion(
    secret: &Hex,
    packet: &Hex,
    associated_data: &Hex,
    path_key: Option<&Hex>,
) -> Option<Vec<u8>> {
    if secret.0.len() != 32 || path_key.is_some() {
        return None;
    }
    let sealed = SecretKey::decode(&secret.0).ok().and_then(|node| {
        let onion = Onion::open(&node, &packet.0, &associated_data.0, None);
        // With a public key that is none, no HMAC is right or wrong.
        onion.key.is_none().then(|| onion.seal(&node, &[]))
    });
    Some([&secret.0[..], sealed.as_ref().unwrap_or(&packet.0)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Policies;
    use crate::protocol::Content;
    use crate::reference;
    use crate::vectors::{Case, Verdict, load};
    use serde_json::json;
    use std::collections::BTreeSet;

    /// What `decode_onion` takes: 32 bytes and a packet.
    const LENGTH: usize = 32 + 1366;

    fn cases(operation: &str) -> Vec<(Case, Option<Vec<u8>>)> {
        let suites = load::built_in().unwrap();
        let cases = suites.into_iter().find(|suite| suite.suite == operation).unwrap().cases;
        let seed = |case: Case| (seed(&case.typed_input().unwrap()), case);
        cases.into_iter().map(seed).map(|(seed, case)| (case, seed)).collect()
    }

    fn peel(seed: &[u8]) -> Content {
        let (secret, packet) = (hex::encode(&seed[..32]), hex::encode(&seed[32..]));
        let input = json!({"node_secret": secret, "packet": packet, "associated_data": ""});
        reference::answer("onion.peel", &input, Policies::default())
    }

    #[test]
    fn each_case_has_a_seed_or_is_counted() {
        let suites = load::built_in().unwrap();
        let corpus = of(&suites).unwrap();
        let names: BTreeSet<_> = corpus.files.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), corpus.files.len());
        assert!(names.contains(&"bigsize.decode/bigsize.decode-value-251".to_owned()));
        assert!(names.iter().all(|name| name.matches('/').count() == 1));
        let all: usize = suites.iter().map(|suite| suite.cases.len()).sum();
        assert_eq!(names.len() + corpus.left_out.values().sum::<usize>(), all);
        assert!(
            !corpus.left_out.contains_key("tlv.decode") && !corpus.left_out.contains_key("bigsize.decode")
        );
    }

    #[test]
    fn an_input_of_bytes_is_its_own_seed() {
        for (operation, field) in [("bigsize.decode", "bytes"), ("tlv.decode", "stream")] {
            for (case, seed) in cases(operation) {
                assert_eq!(case.input[field], hex::encode(seed.unwrap()), "{}", case.id);
            }
        }
        for (case, seed) in cases("ecdh.shared_secret") {
            let digits = ["secret_key", "public_key"].map(|field| case.input[field].as_str().unwrap());
            let fits = digits.map(str::len) == [64, 66];
            assert_eq!(seed.map(hex::encode), fits.then(|| digits.concat()), "{}", case.id);
        }
    }

    #[test]
    fn a_sealed_packet_peels_as_its_case_says() {
        let mut compared = [0, 0];
        for (case, seed) in cases("onion.peel") {
            let Some(seed) = seed else { continue };
            match (peel(&seed), &case.expect[0].verdict) {
                (Content::Accept(output), Verdict::Accept(wanted)) => {
                    assert_eq!(output, *wanted, "{}", case.id);
                    compared[0] += 1;
                }
                (Content::Reject(rejection), Verdict::Reject(wanted)) => {
                    assert_eq!(rejection.reason.raw(), wanted.reason, "{}", case.id);
                    compared[1] += 1;
                }
                (answer, _) => panic!("{}: {answer:?}", case.id),
            }
        }
        assert!(compared.iter().all(|count| *count > 20), "{compared:?}");
        for (case, seed) in [cases("keysend.receive"), cases("shared_secret.receive")].concat() {
            let Some(seed) = seed else { continue };
            if let Some(payload) = case.input.pointer("/peeled/payload") {
                let Content::Accept(output) = peel(&seed) else { panic!("{}", case.id) };
                assert_eq!((&output["payload"], seed.len()), (payload, LENGTH), "{}", case.id);
            }
        }
    }

    #[test]
    fn a_packet_beside_a_path_key_has_no_seed() {
        for (case, seed) in [cases("onion.peel"), cases("keysend.receive")].concat() {
            let has = |pointer: &str| case.input.pointer(pointer).is_some();
            let secret = case.input["node_secret"].as_str().map(str::len);
            let left_out = has("/path_key") || has("/htlc/path_key") || secret != Some(64);
            assert_eq!(seed.is_none(), left_out, "{}", case.id);
        }
        let plain = json!({"node_secret": "00", "packet": "", "associated_data": ""}).to_string();
        assert!(seed(&Input::parse("onion.peel", &plain).unwrap().unwrap()).is_none());
    }
}
