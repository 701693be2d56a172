//! Every case remade for another node, on another chain and with another minimum: the reference as that node answers as
//! it answers the case itself.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::collections::BTreeSet;

use serde_json::Value;
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::failure::BADONION;
use spontan::bolt4::secret::SharedPoint;
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::protocol::operation::{self as input, Event, Input};
use spontan::protocol::output::{Outcome, Sequence};
use spontan::protocol::value::{Decimal, Hex};
use spontan::reference;
use spontan::vectors::load;
use spontan_wire::case::Case;
use spontan_wire::channel::{Htlc, Said};
use spontan_wire::failure::seal;
use spontan_wire::keys::{secret_key, sha256};
use spontan_wire::options::Options;
use spontan_wire::story::Story;

/// The chain of the test is so many blocks above the cases'.
const ABOVE: u32 = 6;
/// Minimums that nodes have, above and below those of most cases: LND's, and Core Lightning's on regtest.
const DELTAS: [u32; 2] = [19, 10];

/// Options with which a case with these settings is asked, whatever it needs.
fn options(settings: input::Settings) -> Options {
    let node = "028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7@127.0.0.1:9735";
    let words = "--chain http://127.0.0.1:1 --longest-wait 1000000 --most-blocks 100000 --invoice-command true --node";
    let words = words.split(' ').chain([node]).map(str::to_owned);
    let options = Options::parse(words).unwrap().unwrap();
    Options { keysend: settings.keysend, shared_secret: settings.shared_secret, ..options }
}

/// What the node puts on the wire, whose answer to the HTLC this is.
fn on_the_wire(outcome: &Outcome, htlc: &input::Htlc, node: &SecretKey) -> Said {
    let secret = || {
        let ephemeral = PublicKey::decode(&htlc.packet.0[1..34]).unwrap();
        SharedPoint::new(&ephemeral, node).shared_secret().0
    };
    match outcome {
        Outcome::Claimed { preimage } => Said::Fulfill(preimage.0.clone().try_into().unwrap()),
        Outcome::Forwarded { .. } => Said::Fail(seal(0x400a, &[], &secret())),
        Outcome::Held => panic!("a held HTLC is not on the wire"),
        Outcome::Failed(rejection) => {
            let code = u16::from_str_radix(rejection.code.as_deref().unwrap(), 16).unwrap();
            let data = hex::decode(rejection.data.as_deref().unwrap()).unwrap();
            let in_clear = code & BADONION != 0 && (code != 0xc018 || htlc.path_key.is_some());
            if in_clear {
                Said::Malformed(code, data.try_into().unwrap())
            } else {
                Said::Fail(seal(code, &data, &secret()))
            }
        }
    }
}

/// The reference as the other node, with the case as it reaches that over the wire; its answer as the adapter gives it.
struct Other {
    node: SecretKey,
    delta: u32,
    /// What the adapter takes the node's minimum for.
    assumed: u32,
}

impl Other {
    fn answer(&self, input: &Input) -> Result<Content, Content> {
        let (settings, events) = match input {
            Input::KeysendReceive(one) | Input::SharedSecretReceive(one) => (one.settings, None),
            Input::Sequence(many) => (many.settings, Some(&many.events)),
            other => panic!("{other:?}"),
        };
        let case = Case::of(input, &options(settings))?;
        let start = case.height + ABOVE;
        let mut story = Story::new(case, [3; 32], self.assumed, start);
        let settings = input::Settings { min_final_cltv_expiry_delta: self.delta, ..settings };
        let (mut arrived, mut happened) = (Vec::new(), Vec::new());
        // All events at once: the reference has no clock but theirs.
        while let Some(event) = story.event().cloned() {
            happened.push(match event {
                Event::Htlc { .. } => {
                    let (_, htlc) = story
                        .remake(&self.node.public_key())
                        .map_err(|why| Content::error(why.to_string()))?;
                    let htlc = as_input(htlc);
                    arrived.push(htlc.clone());
                    Event::Htlc { htlc, peeled: None }
                }
                Event::Height { height } => Event::Height { height: story.go_to(height) },
                Event::Invoice { preimage, payment_secret, amount_msat } => {
                    let old = preimage.0.try_into().unwrap();
                    let preimage = story.invoice(&old);
                    story.rename_secret(&old, payment_secret.0.try_into().unwrap(), sha256(&[&preimage]));
                    let other = sha256(&[&preimage]);
                    Event::Invoice { preimage: preimage.into(), payment_secret: other.into(), amount_msat }
                }
                other => other,
            });
            story.step();
        }
        let sequence = Input::Sequence(input::Sequence {
            node_secret: self.node.encode().into(),
            height: start,
            settings,
            events: happened,
        });
        let Content::Accept(output) = reference::answer_input(&sequence, Policies::default()) else {
            panic!("a sequence is always answered")
        };
        let decided: Sequence = serde_json::from_value(output).unwrap();
        story.rewind();
        for list in decided.outcomes {
            for decision in list {
                match &decision.outcome {
                    Outcome::Held => story.held(decision.htlc),
                    outcome => {
                        story.said(decision.htlc, &on_the_wire(outcome, &arrived[decision.htlc], &self.node))
                    }
                }
            }
            story.step();
        }
        assert_eq!(events.is_some(), matches!(input, Input::Sequence(_)));
        Ok(story.answer())
    }
}

fn as_input(htlc: Htlc) -> input::Htlc {
    input::Htlc {
        amount_msat: Decimal(htlc.amount),
        cltv_expiry: htlc.expiry,
        payment_hash: htlc.hash.into(),
        packet: Hex(htlc.packet),
        path_key: htlc.path_key.map(Into::into),
    }
}

/// An answer without the words of its reasons, and without what only forms are judged of.
fn judged(content: &Content) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("reason");
                if matches!(map.get("code").and_then(Value::as_str), Some("4016")) {
                    map.remove("data");
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(content).unwrap();
    strip(&mut value);
    value
}

/// The ids of the cases of a suite that the reference answers otherwise when they are remade, how many were asked, and
/// why others were not.
fn differing(suite: &str, delta: u32, assumed: u32) -> (Vec<String>, usize, BTreeSet<String>) {
    let other = Other { node: secret_key(&[b"another node"]).unwrap(), delta, assumed };
    let suites = load::built_in().unwrap();
    let cases = suites.iter().filter(|of| of.suite == suite).flat_map(|of| &of.cases);
    let (mut different, mut asked, mut left_out) = (Vec::new(), 0, BTreeSet::new());
    for case in cases {
        let input = case.typed_input().unwrap();
        match other.answer(&input) {
            Ok(answer) => {
                asked += 1;
                let wanted = reference::answer_input(&input, Policies::default());
                // Within a blinded route an unknown next channel is c018, as all is: forwarding cannot be told from it.
                let untold = ["/not-final-blinded-", "-blinded-route", "-blinded-relay"]
                    .iter()
                    .any(|it| case.id.contains(it))
                    && matches!(wanted, Content::Accept(_));
                if judged(&answer) != judged(&wanted) && !untold {
                    different.push(case.id.clone());
                }
            }
            Err(Content::Unsupported(why) | Content::Error(why)) => {
                left_out.insert(why.raw().to_owned());
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    (different, asked, left_out)
}

#[test]
fn every_case_of_keysend_is_answered_alike() {
    for delta in DELTAS {
        let (different, asked, left_out) = differing("keysend.receive", delta, delta);
        assert_eq!(different, [""; 0]);
        assert!(left_out.is_empty(), "{left_out:?}");
        assert!(asked > 250, "only {asked} were asked");
    }
}

#[test]
fn every_case_of_the_shared_secret_is_answered_alike() {
    for delta in DELTAS {
        let (different, asked, left_out) = differing("shared_secret.receive", delta, delta);
        assert_eq!(different, [""; 0]);
        assert!(left_out.is_empty(), "{left_out:?}");
        assert!(asked > 130, "only {asked} were asked");
    }
}

#[test]
fn every_sequence_is_answered_alike() {
    for delta in DELTAS {
        let (different, asked, left_out) = differing("node.sequence", delta, delta);
        assert_eq!(different, [""; 0]);
        let reasons = [
            "the settings of a running node stay as they are",
            "blocks do not go back",
            "an invoice's preimage follows from a packet, which is made anew",
        ];
        assert_eq!(left_out, reasons.map(str::to_owned).into());
        assert!(asked > 300, "only {asked} were asked");
    }
}

#[test]
fn a_node_with_another_minimum_than_was_said_answers_otherwise() {
    let (different, ..) = differing("keysend.receive", 19, 18);
    assert!(different.iter().any(|id| id.contains("delta")), "{different:?}");
}

#[test]
fn thousands_of_blocks_at_once_are_mined_on_demand() {
    let suites = load::built_in().unwrap();
    let mut cases = suites.iter().flat_map(|suite| &suite.cases);
    let case = cases.find(|case| case.id == "node.sequence/claimed-again-after-10000-blocks").unwrap();
    let input = case.typed_input().unwrap();
    let Input::Sequence(sequence) = &input else { panic!("a sequence") };
    let asked = |most_blocks| Case::of(&input, &Options { most_blocks, ..options(sequence.settings) });
    assert!(asked(10_000).is_ok());
    let Err(Content::Unsupported(why)) = asked(9_999) else { panic!("it is asked") };
    let why = why.raw();
    assert!(why.contains("10000 blocks at once") && why.contains("--most-blocks"), "{why}");
}
