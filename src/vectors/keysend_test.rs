//! `keysend-test.json`: a few cases of keysend in the spirit of BOLT 4's `bolt04/*.json`, in one file that explains itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::case::{Case, Suite};
use super::{export, requirement, schema};

/// The suites that the cases are from, with the name of their list in the file.
const LISTS: [(&str, &str); 3] =
    [("keysend.send", "construct"), ("tlv.decode", "decode"), ("keysend.receive", "receive")];

/// The cases. The twin of each rejected one is among them.
const CASES: [&str; 39] = [
    "keysend.send/one-hop",
    "keysend.send/2-hops",
    "keysend.send/amount-2-to-53-plus-1",
    "keysend.send/custom-tip",
    "keysend.send/custom-unsorted",
    "keysend.send/preimage-of-31-bytes",
    "keysend.send/short-channel-id-missing",
    "keysend.send/custom-keysend-type",
    "keysend.send/custom-twice",
    "tlv.decode/payload-keysend",
    "tlv.decode/payload-keysend-and-101",
    "tlv.decode/payload-keysend-and-102",
    "tlv.decode/payload-keysend-31-bytes",
    "tlv.decode/payload-keysend-33-bytes",
    "tlv.decode/payload-keysend-first",
    "tlv.decode/payload-keysend-first-51-bytes",
    "tlv.decode/payload-keysend-length-2-to-32-plus-32",
    "tlv.decode/payload-keysend-twice",
    "tlv.decode/payload-keysend-type-cut-to-32-bits",
    "keysend.receive/minimal",
    "keysend.receive/minimal-after-4-hops",
    "keysend.receive/odd-7629169",
    "keysend.receive/delta-42",
    "keysend.receive/payment-data-equal",
    "keysend.receive/not-final",
    "keysend.receive/preimage-last-bit-flipped",
    "keysend.receive/preimage-31-bytes-that-do-hash",
    "keysend.receive/preimage-33-bytes-that-do-hash",
    "keysend.receive/hash-is-double-sha256",
    "keysend.receive/keysend-twice",
    "keysend.receive/no-record",
    "keysend.receive/switched-off",
    "keysend.receive/even-24",
    "keysend.receive/even-custom-65536",
    "keysend.receive/amt-to-forward-missing",
    "keysend.receive/amount-one-less",
    "keysend.receive/expiry-one-below-outgoing",
    "keysend.receive/delta-42-one-less",
    "keysend.receive/packet-hmac-flipped",
];

const COMMENT: &str = "Test vectors for keysend (bLIP 3): the payer constructs a payment (`construct`), the final hop's payload \
    is decoded (`decode`), and a node receives an HTLC (`receive`). Bytes are hex. Amounts in msat and TLV types are strings \
    of decimal digits, since some JSON readers lose them above 2^53. The keysend record is that of type 5482373484; its value \
    is the preimage, 32 bytes, whose SHA-256 is the payment hash. The cases are chosen from Spontan's vectors, made by \
    `spontan vectors bundle`.";

/// What the fields of a case are, in their order in the file.
const FIELDS: [(&str, &str); 14] = [
    ("id", "A name that lasts, and names no verdict."),
    ("comment", "What is special about the case."),
    (
        "level",
        "How strong the text is that the verdict rests on: must, should, or may, where a policy has the answer.",
    ),
    ("code_level", "The same for the failure codes; missing where there are none."),
    ("data_level", "The same for the failure data."),
    ("spec", "Where the rule is written: file and lines, at the commits in `specs`."),
    ("twin", "On a rejected case: the accepted case from which it differs in one thing."),
    (
        "generate",
        "construct: the session key, the preimage, for each hop what it is told, and the records of applications.",
    ),
    (
        "packet",
        "receive: the onion packet that arrives, 1366 bytes. The HTLC's payment hash is its associated data.",
    ),
    (
        "payload",
        "decode and receive: the TLV stream for this hop, without its length prefix; in receive it is what the packet \
         decrypts to, missing where the packet cannot be decrypted.",
    ),
    ("shared_secret", "receive: that of this hop, missing where the packet cannot be decrypted."),
    ("final", "receive: whether this hop is the final one."),
    (
        "receive",
        "receive: the node's secret key, its height, what it is set to, and the rest of the HTLC. `shared_secret` is another \
         scheme without an invoice, off here.",
    ),
    (
        "expect",
        "A list of which exactly one applies: the one whose `when` has the policies of the implementation; an empty `when` \
         applies to all, and the first is for the defaults. `accept` is the output. `reject` has the layer and the reason, \
         and the failure codes that the specs allow, the spec's own first, with the data of each where the specs fix it. \
         `codes` names them.",
    ),
];

/// BOLT 4's names for the failure codes.
const CODES: [(&str, &str); 6] = [
    ("0012", "final_incorrect_cltv_expiry"),
    ("0013", "final_incorrect_htlc_amount"),
    ("400f", "incorrect_or_unknown_payment_details"),
    ("4016", "invalid_onion_payload"),
    ("6003", "required_node_feature_missing"),
    ("c005", "invalid_onion_hmac"),
];

/// The file's content.
pub(crate) fn document(suites: &[Suite]) -> Result<Value, String> {
    let mut lists = LISTS.map(|(_, list)| (list, Vec::new()));
    let (mut cited, mut used) = (BTreeSet::new(), BTreeSet::new());
    for id in CASES {
        let mut cases = suites.iter().flat_map(|suite| &suite.cases);
        let case =
            cases.find(|case| case.id == id).ok_or_else(|| format!("keysend-test.json: no case {id}"))?;
        let list = LISTS.iter().position(|(suite, _)| *suite == case.operation());
        let list = list.ok_or_else(|| format!("keysend-test.json: {id} is in none of its suites"))?;
        lists[list].1.push(entry(case)?);
        cited.extend(case.spec.iter().map(|place| place.split(':').next().unwrap_or_default()));
        used.extend(case.policies());
    }
    let documents = requirement::built_in().map_err(|error| error.to_string())?.documents;
    let documents = documents.into_iter().filter(|document| cited.contains(document.name.as_str()));
    let specs: BTreeMap<_, _> = documents
        .map(|document| {
            (document.name, format!("{} {}", document.source, document.commit.unwrap_or_default()))
        })
        .collect();
    let mut policies = schema::policies()?;
    policies.retain(|name, _| used.contains(name.as_str()));
    let table = |rows: &[(&str, &str)]| -> Map<_, _> {
        rows.iter().map(|(name, about)| ((*name).to_owned(), json!(about))).collect()
    };
    let mut document = json!({
        "comment": COMMENT,
        "license": "CC0-1.0",
        "fields": table(&FIELDS),
        "codes": table(&CODES),
        "policies": policies,
        "specs": specs,
    });
    for (list, cases) in lists {
        document[list] = cases.into();
    }
    Ok(document)
}

/// A case, its input in the parts that [`FIELDS`] describes.
fn entry(case: &Case) -> Result<Value, String> {
    let mut fields = export::case(case).map_err(|error| error.to_string())?;
    let mut entry = json!({"id": case.id, "comment": case.about});
    for name in ["level", "code_level", "data_level", "spec", "twin"] {
        if let Some(value) = fields.get_mut(name) {
            entry[name] = value.take();
        }
    }
    let input = &mut fields["input"];
    match case.operation() {
        "keysend.send" => entry["generate"] = input.take(),
        "tlv.decode" => entry["payload"] = input["stream"].take(),
        _ => {
            entry["packet"] = input["htlc"]["packet"].take();
            if let Some(peeled) = input.get_mut("peeled") {
                for name in ["payload", "shared_secret", "final"] {
                    entry[name] = peeled[name].take();
                }
            }
            for (of, name) in [("/htlc", "packet"), ("", "peeled")] {
                input.pointer_mut(of).and_then(Value::as_object_mut).and_then(|of| of.shift_remove(name));
            }
            entry["receive"] = input.take();
        }
    }
    entry["expect"] = fields["expect"].take();
    Ok(entry)
}
