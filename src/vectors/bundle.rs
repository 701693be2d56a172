//! The vectors as data for those who do not use this program: JSON, JSON Schemas and digests. The same vectors always give
//! the same bytes.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::case::Suite;
use super::{export, keysend_test, schema};

/// All suites in one file.
const ALL: &str = "spontan-vectors.json";
/// The cases for those who read bLIP 3.
const KEYSEND: &str = "keysend-test.json";
/// The digests of all other files, as `sha256sum` writes them.
const DIGESTS: &str = "SHA256SUMS";

/// The files with their paths within the bundle, sorted; the digests last.
pub(crate) fn files(suites: &[Suite]) -> Result<Vec<(String, String)>, String> {
    let wrong = |error: serde_json::Error| error.to_string();
    let mut files = vec![(ALL.to_owned(), export::text(suites, export::Format::Json).map_err(wrong)?)];
    for suite in suites {
        let text = export::suite(suite).map_err(wrong)?.to_string();
        files.push((format!("suites/{}.json", suite.suite), format!("{text}\n")));
    }
    for (name, schema) in schema::all()? {
        files.push((format!("schemas/{name}"), pretty(&schema)?));
    }
    files.push((KEYSEND.to_owned(), pretty(&keysend_test::document(suites)?)?));
    files.sort();
    let digest = |(name, text): &(String, String)| format!("{}  {name}\n", hex::encode(Sha256::digest(text)));
    let digests = files.iter().map(digest).collect();
    files.push((DIGESTS.to_owned(), digests));
    Ok(files)
}

fn pretty(value: &Value) -> Result<String, String> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::load;
    use std::collections::BTreeSet;

    fn bundle() -> (Vec<Suite>, Vec<(String, String)>) {
        let suites = load::built_in().unwrap();
        let files = files(&suites).unwrap();
        (suites, files)
    }

    fn json(files: &[(String, String)], name: &str) -> Value {
        let (_, text) = files.iter().find(|(file, _)| file == name).unwrap();
        serde_json::from_str(text).unwrap()
    }

    fn assert_plain(case: &Value) {
        assert!(case["level"].is_string(), "{}", case["id"]);
        let expect = case["expect"].as_array().unwrap();
        assert!(!expect.is_empty());
        for expectation in expect {
            assert!(expectation["when"].is_object(), "{}", case["id"]);
            let is = |verdict| expectation.get(verdict).is_some();
            assert!(is("accept") != is("reject"), "{}", case["id"]);
        }
    }

    #[test]
    fn every_case_is_in_once_and_the_bytes_are_the_same_every_time() {
        let (suites, files) = bundle();
        assert!(files == bundle().1);
        assert_eq!(files.len(), 1 + suites.len() + 4 + 1 + 1);
        let all = json(&files, ALL);
        for (suite, of_all) in suites.iter().zip(all["suites"].as_array().unwrap()) {
            let alone = json(&files, &format!("suites/{}.json", suite.suite));
            assert!(alone == *of_all, "{}", suite.suite);
            let cases = alone["cases"].as_array().unwrap();
            cases.iter().for_each(assert_plain);
            let ids: Vec<_> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
            let wanted: Vec<_> = suite.cases.iter().map(|case| case.id.as_str()).collect();
            assert_eq!(ids, wanted);
            assert!(serde_json::from_value::<Suite>(alone).unwrap() == *suite);
        }
        assert_eq!(all["suites"].as_array().unwrap().len(), suites.len());
    }

    #[test]
    fn the_digests_are_those_of_all_other_files() {
        let (_, mut files) = bundle();
        let (name, digests) = files.pop().unwrap();
        assert_eq!(name, DIGESTS);
        let lines: Vec<_> = digests.lines().collect();
        assert_eq!(lines.len(), files.len());
        for ((name, text), line) in files.iter().zip(lines) {
            assert_eq!(line.split_once("  "), Some((&*hex::encode(Sha256::digest(text)), name.as_str())));
        }
    }

    #[test]
    fn the_cases_of_keysend_are_few_and_stand_alone() {
        let (suites, files) = bundle();
        let (_, text) = files.iter().find(|(name, _)| name == KEYSEND).unwrap();
        assert!(text.len() < 150_000, "{} bytes", text.len());
        let document = json(&files, KEYSEND);
        let cases: Vec<_> = ["construct", "decode", "receive"]
            .iter()
            .flat_map(|list| document[list].as_array().unwrap())
            .collect();
        assert!((30..=40).contains(&cases.len()), "{} cases", cases.len());
        let mut codes = BTreeSet::new();
        let ids: BTreeSet<_> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), cases.len());
        for case in cases {
            assert_plain(case);
            for field in case.as_object().unwrap().keys() {
                assert!(document["fields"].get(field).is_some(), "{field} is not explained");
            }
            assert!(
                case.get("twin").is_none_or(|twin| ids.contains(twin.as_str().unwrap())),
                "{}",
                case["id"]
            );
            let places = case["spec"].as_array().unwrap().iter().map(|place| place.as_str().unwrap());
            for place in places.filter(|place| *place != "silent") {
                let (document_name, _) = place.split_once(':').unwrap();
                assert!(document["specs"].get(document_name).is_some(), "{place}");
            }
            for expectation in case["expect"].as_array().unwrap() {
                let allowed = expectation["reject"]["codes"].as_array().into_iter().flatten();
                codes.extend(allowed.map(|code| code.as_str().unwrap()));
                for policy in expectation["when"].as_object().unwrap().keys() {
                    assert!(document["policies"].get(policy).is_some(), "{policy}");
                }
            }
            // Its parts are those of the case, nothing is lost.
            let of_suite = suites.iter().flat_map(|suite| &suite.cases).find(|other| other.id == case["id"]);
            let input = &of_suite.unwrap().input;
            let (part, of_input) = match of_suite.unwrap().operation() {
                "keysend.send" => ("/generate", ""),
                "tlv.decode" => ("/payload", "/stream"),
                _ => ("/packet", "/htlc/packet"),
            };
            assert_eq!(case.pointer(part), input.pointer(of_input), "{}", case["id"]);
            for part in ["node_secret", "height", "settings"] {
                assert_eq!(case["receive"].get(part), input.get(part), "{}", case["id"]);
            }
            assert_eq!(case.get("payload").is_some(), input.get("peeled").or(input.get("stream")).is_some());
        }
        let named = document["codes"].as_object().unwrap().keys().map(String::as_str);
        assert_eq!(codes, named.collect());
    }
}
