//! Live fuzzing in this process: the second implementation of `src/quirks` is the adapter. Everything here goes by seed
//! and by number of cases, nothing by time.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::blueprint::{Event, Stream};
use crate::differ::dice::Dice;
use crate::differ::generate::blueprint;
use crate::differ::subject::InProcess;
use crate::harness::{Codes, judge};
use crate::protocol::operation::Input;
use crate::protocol::{AdapterHello, Content, OPERATIONS, Rejection};
use crate::quirks::{Implementation, Quirk, score};
use crate::reference;
use crate::vectors::load;

struct Nobody;

impl Watch for Nobody {
    fn cluster(&mut self, _: &Cluster, _: &dyn Subject) {}
    fn progress(&mut self, _: &Report) {}
}

/// The second implementation, with the quirk of this name.
fn second(name: Option<&str>) -> InProcess<impl FnMut(&Case) -> Content> {
    let find = |name| *Quirk::ALL.iter().find(|quirk| quirk.name() == name).unwrap();
    second_with(name.map(find), BTreeMap::new())
}

fn second_with(
    quirk: Option<Quirk>,
    policies: BTreeMap<String, String>,
) -> InProcess<impl FnMut(&Case) -> Content> {
    let hello = AdapterHello { policies: policies.clone(), ..reference::hello() };
    let implementation = match quirk {
        Some(quirk) => Implementation::with_quirk(quirk, policies),
        None => Implementation::without_quirk(policies),
    };
    InProcess::new(hello, move |case: &Case| implementation.answer(case.operation(), &case.input))
}

fn fuzz(quirk: Option<&str>, operations: &[&str], seed: u64, cases: u64) -> Report {
    fuzz_subject(&mut second(quirk), operations, seed, cases)
}

fn fuzz_subject(subject: &mut dyn Subject, operations: &[&str], seed: u64, cases: u64) -> Report {
    let operations = operations.iter().map(|name| (*name).to_owned()).collect();
    let settings = Settings { operations, seed, cases: Some(cases), time: None, guided: true };
    static SUITES: OnceLock<Vec<Suite>> = OnceLock::new();
    let suites = SUITES.get_or_init(|| load::built_in().unwrap());
    run(&settings, subject, suites, &mut Nobody)
}

/// Does this input show the divergence?
fn shows(key: &Key, quirk: &str, input: &Input) -> bool {
    let case = expected::case(input, Policies::default()).unwrap();
    let round = second(Some(quirk)).ask(std::slice::from_ref(&case)).unwrap();
    round.failures.iter().any(|divergence| divergence.key == *key)
}

/// The TLV streams of a blueprint.
fn streams(blueprint: &mut Blueprint) -> Vec<&mut Stream> {
    match blueprint {
        Blueprint::Tlv(_, stream) => vec![stream],
        Blueprint::Peel { onion, .. } => vec![&mut onion.payload],
        Blueprint::Receive { htlc, .. } => vec![htlc.payload()],
        Blueprint::Sequence { events, .. } => events
            .iter_mut()
            .filter_map(|event| match event {
                Event::Htlc(htlc) => Some(htlc.payload()),
                Event::Other(_) => None,
            })
            .collect(),
        Blueprint::Plain(_) => Vec::new(),
    }
}

/// Takes something out of a list, if there is something at this place.
fn take_out<T>(list: &mut Vec<T>, at: usize) -> bool {
    at < list.len() && list.splice(at..=at, []).count() > 0
}

/// Everything that a blueprint is without one of its records, hops or events.
fn left_out(blueprint: &Blueprint) -> Vec<Blueprint> {
    let mut all = Vec::new();
    // As often as a change finds something to leave out.
    let mut all_of = |change: &dyn Fn(&mut Blueprint, usize) -> bool| {
        let changed = |at| {
            let mut changed = blueprint.clone();
            change(&mut changed, at).then_some(changed)
        };
        all.extend((0..).map_while(changed));
    };
    for number in 0..streams(&mut blueprint.clone()).len() {
        all_of(&|changed, at| take_out(&mut streams(changed)[number].records, at));
        all_of(&|changed, at| at == 0 && !std::mem::take(&mut streams(changed)[number].tail).is_empty());
    }
    all_of(&|changed, at| match changed {
        Blueprint::Sequence { events, .. } => take_out(events, at),
        Blueprint::Plain(Input::Construct(construct)) => take_out(&mut construct.hops, at),
        Blueprint::Plain(Input::KeysendSend(send)) => {
            let found = take_out(&mut send.hops, at);
            send.hops.last_mut().into_iter().for_each(|last| last.short_channel_id = None);
            found
        }
        _ => false,
    });
    all_of(&|changed, at| match changed {
        Blueprint::Plain(Input::KeysendSend(send)) => take_out(&mut send.custom_records, at),
        _ => false,
    });
    all
}

#[test]
fn no_record_hop_or_event_of_a_shrunk_case_can_be_left_out() {
    let mut tried = 0;
    for (quirk, operation, cases) in [
        ("types-out-of-order-accepted", "tlv.decode", 400),
        ("unknown-even-accepted", "tlv.decode", 400),
        ("length-truncated-to-u8", "tlv.decode", 2000),
        ("hash-not-checked", "keysend.receive", 400),
        ("unknown-even-accepted", "keysend.receive", 400),
        ("records-sorted-as-text", "keysend.send", 400),
        ("hmac-not-checked", "onion.peel", 200),
        ("replays-not-noticed", "node.sequence", 300),
    ] {
        let report = fuzz(Some(quirk), &[operation], 1, cases);
        assert!(!report.clusters.is_empty(), "{quirk} is not found in {cases} cases of {operation}");
        for cluster in &report.clusters {
            let Cluster { key, shrunk, .. } = cluster;
            assert!(shrunk.minimal, "{quirk}: {key:?}");
            let input = shrunk.case.typed_input().unwrap();
            assert!(shows(key, quirk, &input), "{quirk}: {key:?} shows nothing");
            for other in left_out(&Blueprint::of(&input)) {
                tried += 1;
                assert!(!shows(key, quirk, &other.build()), "{quirk}: {key:?} is also shown by {other:?}");
            }
        }
    }
    assert!(tried > 20, "only {tried} were tried");
}

#[test]
fn shrunk_cases_are_the_ones_that_a_person_would_write() {
    let smallest = |quirk: &str, operation: &str, cases| {
        let report = fuzz(Some(quirk), &[operation], 3, cases);
        let inputs: Vec<_> =
            report.clusters.iter().map(|cluster| cluster.shrunk.case.input.clone()).collect();
        inputs
    };
    // The smallest value that is not minimal in 3 bytes, and two bits that are too far apart for a double.
    let bigsize = smallest("bigsize-not-minimal-accepted", "bigsize.decode", 300);
    assert_eq!(bigsize[0]["bytes"], "fd0000");
    let double = smallest("bigsize-through-double", "bigsize.decode", 3000);
    assert_eq!(double[0]["bytes"], "ff0100000000000001");
    let order = smallest("types-out-of-order-accepted", "tlv.decode", 400);
    assert_eq!(order[0]["stream"].as_str().unwrap().len(), 8, "{order:?}");
    // An ordinary keysend of which only the hash is another.
    let hash = smallest("hash-not-checked", "keysend.receive", 400);
    assert_eq!(
        hash[0]["peeled"]["payload"],
        format!("02030186a004030c3590ff0000000146c6616c20{}", "42".repeat(32))
    );
    assert_eq!(hash[0]["height"], 800_000);
}

#[test]
fn seed_and_number_of_cases_say_what_is_found() {
    let found = |seed, cases| {
        let report =
            fuzz(Some("length-not-minimal-accepted"), &["tlv.decode", "keysend.receive"], seed, cases);
        let found = report.clusters.into_iter();
        found
            .map(|cluster| (cluster.key, cluster.case, cluster.count, cluster.shrunk.case))
            .collect::<Vec<_>>()
    };
    let once = found(5, 500);
    assert!(!once.is_empty());
    assert_eq!(found(5, 500), once);
    let other: Vec<_> = found(6, 500).iter().map(|found| found.1).collect();
    assert_ne!(other, once.iter().map(|found| found.1).collect::<Vec<_>>());
}

#[test]
fn the_vectors_that_show_a_divergence_are_named() {
    let report = fuzz(Some("bigsize-not-minimal-accepted"), &["bigsize.decode"], 1, 300);
    let [cluster] = report.clusters.as_slice() else { panic!("{:?}", report.clusters) };
    assert!(!cluster.vectors.is_empty());
    assert!(cluster.vectors.iter().all(|id| id.starts_with("bigsize.decode/")), "{:?}", cluster.vectors);
}

/// Every value of every policy comes up, alone and beside others.
#[test]
fn the_second_implementation_does_not_diverge_whatever_is_chosen() {
    let operations = ["keysend.receive", "shared_secret.receive", "node.sequence"];
    let alone = score::choices().into_iter().map(score::declared);
    let all = (0..40).map(|number| {
        let mut dice = Dice::new(17, number);
        let any = |(policy, values): &(&str, &[&str])| ((*policy).to_owned(), dice.pick(values).to_owned());
        Policies::ALL.iter().map(any).collect()
    });
    let mut seen = BTreeSet::new();
    for (seed, policies) in (0..).zip(alone.chain(all)) {
        seen.extend(policies.clone());
        let mut second = second_with(None, policies.clone());
        let report = fuzz_subject(&mut second, &operations, seed, 100);
        let found: Vec<_> =
            report.clusters.iter().map(|it| (&it.key, it.case, &it.shrunk.case.input)).collect();
        assert!(found.is_empty(), "{policies:?}: {found:?}");
    }
    let values: usize = Policies::ALL.iter().map(|(_, values)| values.len()).sum();
    assert_eq!(seen.len(), values);
}

#[test]
fn the_second_implementation_does_not_diverge() {
    let operations: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    let report = fuzz(None, &operations, 11, 8800);
    let found: Vec<_> = report.clusters.iter().map(|it| (&it.key, it.case, &it.shrunk.case.input)).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!((report.compared, report.lost, report.only_order), (8800, 0, 0));
}

/// Which quirks are found, and after how many cases each, until it is enough.
fn hunt(mut enough: impl FnMut(u64) -> bool) -> Vec<(Quirk, u64)> {
    let scope = Scope { bolt4: true, x_only: true, policies: Policies::default() };
    let choices = score::choices();
    let mut left: BTreeSet<_> =
        Quirk::ALL.iter().copied().filter(|quirk| quirk.equivalent().is_none()).collect();
    let mut found = Vec::new();
    for number in (0..).take_while(|number| !enough(*number)) {
        let (operation, _) = OPERATIONS[(number % OPERATIONS.len() as u64) as usize];
        // Every fourth round with another policy than the defaults.
        let round = (number / OPERATIONS.len() as u64) as usize;
        let choice = if round % 4 == 3 { choices[round / 4 % choices.len()] } else { None };
        let hello = score::hello(choice);
        let policies = expected::policies(&hello);
        let input = blueprint(operation, scope, &mut Dice::new(0, number)).unwrap().build();
        let case = expected::case(&input, policies).unwrap();
        let sound = Implementation::without_quirk(hello.policies.clone());
        sound.answer(operation, &case.input);
        let reached = sound.take_reached();
        left.retain(|quirk| {
            let unsound = Implementation::with_quirk(*quirk, hello.policies.clone());
            let answer = || unsound.answer(operation, &case.input);
            let expected = case.default_verdict().unwrap();
            let fails =
                reached.contains(*quirk) && judge(&case, expected, &hello, Codes::Allowed, &answer()).fails;
            if fails {
                found.push((*quirk, number + 1));
            }
            !fails
        });
    }
    found
}

#[test]
fn most_seeded_bugs_are_found_in_few_cases() {
    let found = hunt(|cases| cases == 5000).len();
    assert!(found >= 300, "only {found} of {} seeded bugs", Quirk::ALL.len());
}

/// The table of docs/live-fuzzing.md: `cargo test --release --lib differ::campaign -- --ignored --nocapture`.
#[test]
#[ignore = "it prints a table and takes a minute"]
fn how_many_seeded_bugs_are_found_in_a_minute() {
    let started = std::time::Instant::now();
    let mut cases = 0;
    let found = hunt(|number| {
        cases = number;
        started.elapsed().as_secs() >= 60
    });
    println!("{cases} cases in {:.1} s", started.elapsed().as_secs_f64());
    for step in [100, 300, 1000, 3000, 10_000, 30_000, 100_000, cases] {
        println!("| {step} | {} |", found.iter().filter(|(_, after)| *after <= step).count());
    }
    let missed = Quirk::ALL
        .iter()
        .filter(|quirk| quirk.equivalent().is_none() && found.iter().all(|(other, _)| other != *quirk));
    println!("not found: {}", missed.map(|quirk| quirk.name()).collect::<Vec<_>>().join(", "));
}

/// A decoder of BigSizes that accepts one thing wrongly: a number that is cut short after three certain bytes. Each
/// of them is looked at only if the one before is right, and has its own words.
fn hidden(case: &Case) -> Content {
    let right = reference::answer_input(&case.typed_input().unwrap(), Policies::default());
    let bytes = hex::decode(case.input["bytes"].as_str().unwrap()).unwrap();
    let reject = |reason: &str| Content::Reject(Rejection { reason: reason.into(), ..Rejection::default() });
    match (&right, bytes.as_slice()) {
        (Content::Reject(_), [0xff, 0x5a, 0xc3, 0x17, ..]) => {
            Content::Accept(json!({ "value": "0", "length": 9 }))
        }
        (Content::Reject(_), [0xff, 0x5a, 0xc3, ..]) => reject("a number of this range is cut short"),
        (Content::Reject(_), [0xff, 0x5a, ..]) => reject("a large number is cut short"),
        _ => right,
    }
}

fn fuzz_hidden(guided: bool) -> Report {
    let operations = vec!["bigsize.decode".to_owned()];
    let settings = Settings { operations, seed: 1, cases: Some(150_000), time: None, guided };
    run(&settings, &mut InProcess::new(score::hello(None), hidden), &[], &mut Nobody)
}

#[test]
fn a_branch_after_other_branches_is_found_by_guidance_and_only_by_it() {
    let [guided, unguided] = [true, false].map(fuzz_hidden);
    assert_eq!((guided.compared, unguided.compared), (150_000, 150_000));
    let [cluster] = guided.clusters.as_slice() else { panic!("{:?}", guided.clusters) };
    assert!(cluster.shrunk.case.input["bytes"].as_str().unwrap().starts_with("ff5ac317"));
    assert!(unguided.clusters.is_empty(), "{:?}", unguided.clusters);
    let again = fuzz_hidden(true);
    assert_eq!((again.clusters[0].case, again.kept), (cluster.case, guided.kept));
}

#[test]
fn when_the_time_is_over_nothing_more_is_shrunk() {
    let time = Duration::from_millis(200);
    let (asked, implementation) = (Cell::new(0), Implementation::without_quirk(BTreeMap::new()));
    let answer = |case: &Case| {
        // The time is over with the first batch.
        if asked.replace(asked.get() + 1) == 0 {
            std::thread::sleep(time);
        }
        match implementation.answer(case.operation(), &case.input) {
            Content::Accept(_) => Content::reject("x"),
            Content::Reject(_) => Content::Accept(json!({})),
            other => other,
        }
    };
    let mut subject = InProcess::new(reference::hello(), answer);
    let operations = vec!["tlv.decode".to_owned()];
    let settings = Settings { operations, seed: 1, cases: None, time: Some(time), guided: true };
    let report = run(&settings, &mut subject, &[], &mut Nobody);
    assert!(report.clusters.len() > 3, "{}", report.clusters.len());
    assert!(report.clusters.iter().all(|cluster| !cluster.shrunk.minimal));
    let batch: u64 = report.asked.values().sum();
    assert_eq!(asked.get(), batch);
}
