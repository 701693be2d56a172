//! Seeds and dictionaries, made of the vectors each time they are wanted, so that they cannot drift from them: nothing of
//! this is kept in the repository. Kept is what campaigns found besides (`fuzz/kept`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use spontan::bolt1::PublicKey;
use spontan::bolt1::bigsize;
use spontan::bolt1::tlv;
use spontan::harness::plan;
use spontan::node::Policies;
use spontan::protocol::operation::{self as op, Input};
use spontan::protocol::{AdapterHello, Content};
use spontan::vectors::{Case, Expectation, Suite, load};
use spontan::{reference, vectors::load::LoadError};

use crate::TARGETS;
use crate::model::Namespace;
use crate::onion::{self, Route};
use crate::payment::{POLICIES, Payment, Settings};
use crate::records::{self, Fault, Records};
use crate::sealed::Delivery;
use crate::sequence::{Event, Sequence};

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
            let (secret, public) = (&input.secret_key.0, &input.public_key.0);
            seeds.push(("ecdh_decode", [&[secret.len() as u8][..], secret, public].concat()));
            // Two more scalars for the laws: the digits of the public key's x, and those of the secret key turned.
            if let (32, [_, x @ ..]) = (secret.len(), public.as_slice()) {
                let turned: Vec<_> = secret.iter().rev().copied().collect();
                seeds.push(("ecdh_laws", [secret, x, &turned].concat()));
            }
        }
        Input::Construct(input) => {
            seeds.extend(route(input).map(|route| ("onion_round_trip", route.write())))
        }
        Input::Peel(input) => seeds.extend(peel(input).map(|bytes| ("onion_peel", bytes))),
        Input::KeysendReceive(input) => seeds.extend(payment("keysend_receive", input, case)),
        Input::SharedSecretReceive(input) => seeds.extend(payment("shared_secret_receive", input, case)),
        Input::Sequence(input) => {
            let mut policies = policy_bytes(case);
            policies.extend(replayed(input));
            let sequences = policies.into_iter().filter_map(|policies| sequence(input, policies));
            seeds.extend(sequences.map(|sequence| ("node_sequence", sequence.write())));
        }
        Input::KeysendSend(_) | Input::SharedSecretSend(_) => {}
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
        let answer = match reference::answer(case.operation(), &case.input, Policies::default()) {
            Content::Accept(output) => serde_json::json!({"seq": 1, "accept": output}),
            Content::Reject(rejection) => serde_json::json!({"seq": 1, "reject": rejection}),
            Content::Unsupported(why) => serde_json::json!({"seq": 1, "unsupported": why}),
            Content::Error(why) => serde_json::json!({"seq": 1, "error": why}),
        };
        seeds.push(("protocol_line", answer.to_string().into_bytes()));
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
    let records: BTreeMap<_, _> = tlv::records(&input.stream.0)
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
            tapes.extend(bys.into_iter().map(tape));
        }
    }
    tapes
}

fn route(input: &op::Construct) -> Option<Route> {
    // A case names public keys; a route that is to be peeled needs secret ones, and any will do in place of sound ones.
    input.hops.iter().try_for_each(|hop| PublicKey::decode(&hop.public_key.0).map(drop)).ok()?;
    let hops = input.hops.iter().zip(1_u8..).map(|(hop, seed)| ([seed; 32], hop.payload.0.clone())).collect();
    Some(Route {
        session_key: input.session_key.0.as_slice().try_into().ok()?,
        payment_hash: input.associated_data.0.as_slice().try_into().unwrap_or([0x42; 32]),
        at: input.session_key.0.iter().map(|byte| u16::from(*byte)).sum(),
        with: 1,
        hops,
    })
}

fn path_key(key: Option<&spontan::protocol::value::Hex>) -> Option<[u8; 33]> {
    match key {
        Some(key) => key.0.as_slice().try_into().ok(),
        None => Some([0; 33]),
    }
}

fn peel(input: &op::Peel) -> Option<Vec<u8>> {
    Some(onion::write(&Delivery {
        node_secret: input.node_secret.0.as_slice().try_into().ok()?,
        path_key: &path_key(input.path_key.as_ref())?,
        associated_data: &input.associated_data.0,
        packet: &input.packet.0,
    }))
}

fn settings(settings: &op::Settings) -> Settings {
    Settings {
        keysend: u8::from(settings.keysend == op::Switch::Refuse),
        shared_secret: match settings.shared_secret {
            op::SharedSecret::Off => 0,
            op::SharedSecret::Bolt4 => 1,
            op::SharedSecret::XOnly => 2,
        },
        delta: settings.min_final_cltv_expiry_delta,
    }
}

/// The default choices, and those of the policy that a case turns on.
fn policy_bytes(case: &Case) -> Vec<[u8; POLICIES]> {
    let mut all = vec![[0; POLICIES]];
    if let Expectation::ByPolicy(by_policy) = case.expectation() {
        let found = Policies::ALL.iter().position(|(name, _)| *name == by_policy.policy);
        if let Some((at, (_, values))) = found.and_then(|at| Some((at, Policies::ALL.get(at)?))) {
            for value in 1..values.len() as u8 {
                let mut bytes = [0; POLICIES];
                bytes[at] = value;
                all.push(bytes);
            }
        }
    }
    all
}

/// For events among which a packet comes twice: each choice of what a node does with a replay but the default.
fn replayed(input: &op::Sequence) -> Vec<[u8; POLICIES]> {
    let packets = input.events.iter().filter_map(|event| match event {
        op::Event::Htlc { htlc, .. } => Some(&htlc.packet.0),
        _ => None,
    });
    let mut seen = BTreeSet::new();
    let twice = packets.into_iter().any(|packet| !seen.insert(packet));
    let policy = Policies::ALL.iter().position(|(name, _)| *name == "replayed_onion").filter(|_| twice);
    let values = policy.map_or(0, |at| Policies::ALL[at].1.len() as u8);
    let choice = |value| {
        let mut bytes = [0; POLICIES];
        bytes[policy?] = value;
        Some(bytes)
    };
    (1..values).filter_map(choice).collect()
}

fn htlc(htlc: &op::Htlc, base: &Sequence) -> Option<Payment> {
    Some(Payment {
        node_secret: base.node_secret,
        path_key: path_key(htlc.path_key.as_ref())?,
        height: base.height,
        settings: base.settings,
        policies: base.policies,
        amount: htlc.amount_msat.0,
        expiry: htlc.cltv_expiry,
        hash: htlc.payment_hash.0.as_slice().try_into().ok()?,
        packet: htlc.packet.0.clone(),
    })
}

fn payment(target: &'static str, input: &op::Receive, case: &Case) -> Vec<(&'static str, Vec<u8>)> {
    let one = |policies| {
        let base = Sequence {
            node_secret: input.node_secret.0.as_slice().try_into().ok()?,
            height: input.height,
            settings: settings(&input.settings),
            policies,
            events: Vec::new(),
        };
        Some((target, htlc(&input.htlc, &base)?.write()))
    };
    policy_bytes(case).into_iter().filter_map(one).collect()
}

fn sequence(input: &op::Sequence, policies: [u8; POLICIES]) -> Option<Sequence> {
    let mut sequence = Sequence {
        node_secret: input.node_secret.0.as_slice().try_into().ok()?,
        height: input.height,
        settings: settings(&input.settings),
        policies,
        events: Vec::new(),
    };
    for event in &input.events {
        let event = match event {
            op::Event::Htlc { htlc: given, .. } => Event::Htlc(Box::new(htlc(given, &sequence)?)),
            op::Event::Invoice { preimage, payment_secret, amount_msat } => Event::Invoice(
                preimage.0.as_slice().try_into().ok()?,
                payment_secret.0.as_slice().try_into().ok()?,
                amount_msat.map(|amount| amount.0),
            ),
            op::Event::Height { height } => Event::Height(*height),
            op::Event::Time { seconds } => Event::Time(*seconds),
            op::Event::Settings { settings: new } => Event::Settings(settings(new)),
        };
        sequence.events.push(event);
    }
    Some(sequence)
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
                        tokens.insert(records::piece(record.r#type, record.value));
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
