//! Seeds and dictionaries, made of the vectors each time they are needed, so that they cannot drift from them. The repository
//! keeps only what campaigns found besides (`fuzz/kept`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use spontan::bolt1::bigsize;
use spontan::bolt1::tlv;
use spontan::harness::plan;
use spontan::node::Policies;
use spontan::protocol::operation::{self as op, Input};
use spontan::protocol::{AdapterHello, Answer};
use spontan::vectors::{Case, Suite, load};
use spontan::{reference, vectors::load::LoadError};

use crate::TARGETS;
use crate::codec::{self, POLICIES, Question};
use crate::model::Namespace;
use crate::records::{self, Fault, Records};
use crate::{around, over_time, returning};

/// For each target its seeds by name.
pub type Seeds = BTreeMap<&'static str, BTreeMap<String, Vec<u8>>>;

/// The seeds of every target. `keep` says which cases count.
///
/// # Errors
/// When the vectors cannot be read.
pub fn all(keep: impl Fn(&Case) -> bool) -> Result<Seeds, LoadError> {
    let mut seeds: Seeds = TARGETS.iter().map(|(target, _)| (*target, BTreeMap::new())).collect();
    for suite in load::built_in()? {
        for case in suite.cases.iter().filter(|case| keep(case)) {
            let name = name(case);
            for (target, bytes) in of(&suite, case) {
                if let Some(seeds) = seeds.get_mut(target) {
                    let number = seeds.len();
                    // One case may give a target several.
                    let taken = seeds.contains_key(&name);
                    seeds.insert(if taken { format!("{name}-{number}") } else { name.clone() }, bytes);
                }
            }
        }
    }
    Ok(seeds)
}

/// The name of a case's first seed for a target.
pub fn name(case: &Case) -> String {
    case.id.replace('/', "-")
}

/// The seeds of one case: target and bytes.
fn of(suite: &Suite, case: &Case) -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds = text(suite, case);
    let Ok(input) = case.typed_input() else { return seeds };
    match &input {
        Input::BigSizeDecode(input) => seeds.push(("bigsize", input.bytes.0.clone())),
        Input::BigSizeEncode(input) => {
            seeds.push(("bigsize", bigsize::encode(input.value.0).as_ref().to_vec()))
        }
        Input::TlvDecode(input) => {
            seeds.push(("tlv_bytes", input.stream.0.clone()));
            seeds.push(("tlv_against_ldk", input.stream.0.clone()));
            seeds.extend(tapes(input).into_iter().map(|tape| ("tlv_records", tape)));
        }
        Input::Ecdh(input) => {
            // Two more scalars for the laws: the digits of the public key's x, and those of the secret key turned.
            let (secret, public) = (&input.secret_key.0, &input.public_key.0);
            if let (32, [_, x @ ..]) = (secret.len(), public.as_slice()) {
                let turned: Vec<_> = secret.iter().rev().copied().collect();
                seeds.push(("ecdh_laws", [secret, x, &turned].concat()));
            }
        }
        _ => {}
    }
    type Encode = fn(&Question) -> Option<Vec<u8>>;
    let encoders: [(_, Encode); 3] = [
        ("returning", returning::encode),
        ("around_the_htlc", around::encode),
        ("payer_over_time", over_time::encode),
    ];
    for (target, encode) in encoders {
        if encode(&Question { input: input.clone(), policies: [0; POLICIES] }).is_some() {
            let questions = policies(case, &input).into_iter();
            let questions = questions.map(|policies| Question { input: input.clone(), policies });
            seeds.extend(questions.filter_map(|question| Some((target, encode(&question)?))));
        }
    }
    if let Some((target, _)) = codec::OPERATIONS.iter().find(|(_, name)| *name == input.operation()) {
        let questions = policies(case, &input).into_iter();
        let questions = questions.map(|policies| Question { input: input.clone(), policies });
        seeds.extend(questions.filter_map(|question| Some((*target, codec::encode(&question)?))));
    }
    seeds
}

/// What both sides of the protocol say about a case, and the case as a file.
fn text(suite: &Suite, case: &Case) -> Vec<(&'static str, Vec<u8>)> {
    let mut seeds = Vec::new();
    let request = plan::request(case, 1);
    // Long lines are alike, and slow.
    if request.len() < 4096 {
        let request = request.strip_suffix(b"\n").unwrap_or(&request).to_vec();
        seeds.push(("protocol_line", request));
        let answer = reference::answer(case.operation(), &case.input, Policies::default());
        let answer = serde_json::to_vec(&Answer { seq: 1, content: answer });
        seeds.extend(answer.ok().map(|answer| ("protocol_line", answer)));
        let single = Suite { cases: vec![case.clone()], ..suite.clone() };
        seeds.extend(load::to_text(&single).ok().map(|text| ("vectors_file", text.into_bytes())));
    }
    if suite.cases.first().is_some_and(|first| first.id == case.id) {
        let hello = AdapterHello { operations: vec![suite.suite.clone()], ..reference::hello() };
        seeds.extend(serde_json::to_vec(&hello).ok().map(|hello| ("protocol_line", hello)));
    }
    seeds
}

/// The records of a stream under each fault; of a stream that does not decode, those before the fault.
fn tapes(input: &op::TlvDecode) -> Vec<Vec<u8>> {
    let namespace = match input.namespace {
        op::Namespace::N1 => Namespace::N1,
        op::Namespace::N2 => Namespace::N2,
        op::Namespace::Payload => Namespace::Payload,
    };
    let records: Vec<_> = tlv::records(&input.stream.0)
        .map_while(Result::ok)
        // The engine cuts tapes that are much longer.
        .map(|record| (record.r#type, record.value[..record.value.len().min(1200)].to_vec()))
        .collect();
    if records.is_empty() {
        return Vec::new();
    }
    let last = records.len() as u8 - 1;
    let mut namespaces = vec![namespace];
    if namespace == Namespace::Payload {
        namespaces.push(Namespace::TolerantPayload);
    }
    let mut tapes = Vec::new();
    for namespace in namespaces {
        for (by, fault) in (0..).zip(Fault::ALL) {
            let at = if fault == Fault::Swapped { last.saturating_sub(1) } else { last };
            let bys = match fault {
                // One too many; and as many as there are when only the low 16, 32 or 63 bits are read.
                Fault::LyingLength => vec![0, 19, 35, 2],
                _ => vec![by],
            };
            let tape = |by| Records { namespace, fault, at, by, records: records.clone() }.write();
            tapes.extend(bys.into_iter().filter_map(tape));
        }
    }
    tapes
}

/// The default policies; each other value of the policies that a case turns on; and of those for a packet that comes twice, for
/// return packets, and for features.
fn policies(case: &Case, input: &Input) -> Vec<[u8; POLICIES]> {
    let mut names = case.policies();
    if matches!(input, Input::TlvDecode(_)) {
        // A stream is read under each choice anyway.
        names.clear();
    }
    names.extend(comes_twice(input).then_some("replayed_onion"));
    if matches!(input, Input::FailureOpen(_)) {
        names.extend(["short_return_packet", "return_packet_pad"]);
    }
    if matches!(input, Input::FeaturesMayPay(_)) {
        names = ["feature_dependencies", "keysend_not_announced"].into();
    }
    if matches!(input, Input::PayerSequence(_)) {
        names.extend(["attempt_in_flight", "final_failure_without_perm", "keysend_retry_preimage"]);
    }
    let mut all = vec![[0; POLICIES]];
    for name in names {
        for (at, (_, values)) in Policies::ALL.iter().enumerate().filter(|(_, (policy, _))| *policy == name) {
            for value in 1..values.len() as u8 {
                let mut policies = [0; POLICIES];
                policies[at] = value;
                all.push(policies);
            }
        }
    }
    all
}

fn comes_twice(input: &Input) -> bool {
    let (Input::Sequence(sequence) | Input::AmpSequence(sequence)) = input else { return false };
    let mut seen = BTreeSet::new();
    sequence.events.iter().any(|event| match event {
        op::Event::Htlc { htlc, .. } => !seen.insert(&htlc.packet),
        _ => false,
    })
}

/// The dictionary of a target in libFuzzer's form: the tokens that its seeds, of the cases to be kept, are made of and that
/// no mutation of bytes would find.
///
/// # Errors
/// When the vectors cannot be read.
pub fn dictionary(target: &str, keep: impl Fn(&Case) -> bool) -> Result<String, LoadError> {
    let mut tokens: BTreeSet<Vec<u8>> = BTreeSet::new();
    for suite in load::built_in()? {
        for case in suite.cases.iter().filter(|case| keep(case)) {
            match (target, case.typed_input()) {
                ("tlv_bytes" | "tlv_against_ldk", Ok(Input::TlvDecode(input))) => {
                    for record in tlv::records(&input.stream.0).map_while(Result::ok) {
                        tokens.insert(bigsize::encode(record.r#type).as_ref().to_vec());
                        let mut whole = Vec::new();
                        tlv::encode_record(record.r#type, record.value, &mut whole);
                        tokens.insert(whole);
                    }
                }
                ("tlv_records", Ok(Input::TlvDecode(input))) => {
                    for record in tlv::records(&input.stream.0).map_while(Result::ok) {
                        tokens.extend(records::piece(record.r#type, record.value));
                    }
                }
                ("bigsize", Ok(Input::BigSizeDecode(input))) => {
                    tokens.insert(input.bytes.0);
                }
                ("ecdh_decode" | "ecdh_laws", Ok(Input::Ecdh(input))) => {
                    tokens.extend([input.secret_key.0, input.public_key.0]);
                }
                ("protocol_line" | "vectors_file", _) => keys(&case.input, &mut tokens),
                _ => {}
            }
        }
    }
    let line = |token: &Vec<u8>| {
        let escaped: String = token.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{escaped}\"\n")
    };
    // libFuzzer takes tokens of at most 64 bytes.
    Ok(tokens.iter().filter(|token| (1..=64).contains(&token.len())).map(line).collect())
}

fn keys(value: &Value, tokens: &mut BTreeSet<Vec<u8>>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            tokens.insert(key.clone().into_bytes());
            keys(value, tokens);
        }),
        Value::Array(list) => list.iter().for_each(|value| keys(value, tokens)),
        _ => {}
    }
}

/// Writes the seeds of every target into `directory/TARGET/` and its dictionary, if it has one, to
/// `directory/TARGET.dict`. Gives the number of files for each target.
///
/// # Errors
/// When the vectors cannot be read or a file cannot be written.
pub fn write(directory: &Path, keep: impl Fn(&Case) -> bool) -> Result<Vec<(&'static str, usize)>, String> {
    let io = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| format!("{path}: {error}")
    };
    let mut counts = Vec::new();
    for (target, seeds) in all(&keep).map_err(|error| error.to_string())? {
        let folder = directory.join(target);
        std::fs::create_dir_all(&folder).map_err(io(&folder))?;
        for (name, bytes) in &seeds {
            let file = folder.join(name);
            std::fs::write(&file, bytes).map_err(io(&file))?;
        }
        let dictionary = dictionary(target, &keep).map_err(|error| error.to_string())?;
        if !dictionary.is_empty() {
            let file = directory.join(format!("{target}.dict"));
            std::fs::write(&file, dictionary).map_err(io(&file))?;
        }
        counts.push((target, seeds.len()));
    }
    Ok(counts)
}
