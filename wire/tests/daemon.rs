//! Faults of a real node, one after the other. They need one that runs: `SPONTAN_WIRE_NODE` (key@host:port),
//! `SPONTAN_WIRE_CHAIN` (its chain's address), and for those that stop it `SPONTAN_WIRE_PID`; then
//! `cargo test --test daemon -- --ignored --test-threads 1`.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use spontan::vectors::load;

fn from_environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// The adapter's process.
struct Adapter {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    seq: u64,
}

impl Adapter {
    fn start(node: &str, chain: &str, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_spontan-wire"))
            .args(["--node", node, "--chain", chain, "--min-final-cltv", "19"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, to, from, seq: 0 }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("it says {line:?}"))
    }

    fn hello(mut self) -> Self {
        writeln!(self.to, "{}", json!({"type": "hello", "protocol": 1, "runner": "test"})).unwrap();
        assert_eq!(self.line()["type"], "hello");
        self
    }

    /// Sends this many ordinary keysends.
    fn send(&mut self, count: usize) {
        let suites = load::built_in().unwrap();
        let case = suites
            .iter()
            .flat_map(|suite| &suite.cases)
            .find(|case| case.id == "keysend.receive/minimal")
            .unwrap();
        for _ in 0..count {
            self.seq += 1;
            let request = json!({
                "type": "case", "seq": self.seq, "operation": "keysend.receive", "input": case.input
            });
            writeln!(self.to, "{request}").unwrap();
        }
    }

    fn answers(&mut self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.line()).collect()
    }

    /// What it says when it does not start.
    fn last_words(mut self) -> String {
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!self.child.wait().unwrap().success());
        said
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn claimed(answer: &Value) -> bool {
    answer["accept"]["outcome"] == "claimed"
}

const PASS: u8 = 0;
const SWALLOW: u8 = 1;
const CUT: u8 = 2;
const DELAY: u8 = 3;

/// A proxy in front of the node, whose mode holds for the connections that are open; new ones pass.
fn proxy(node: &str) -> (String, Arc<AtomicU8>) {
    let (key, address) = node.split_once('@').unwrap();
    let (address, mode) = (address.to_owned(), Arc::new(AtomicU8::new(PASS)));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = format!("{key}@{}", listener.local_addr().unwrap());
    let shared = mode.clone();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            shared.store(PASS, Ordering::SeqCst);
            let (client, server) = (client.unwrap(), TcpStream::connect(&address).unwrap());
            let pairs = [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)];
            for (from, to) in pairs {
                let mode = shared.clone();
                std::thread::spawn(move || pump(from, to, &mode));
            }
        }
    });
    (ours, mode)
}

fn pump(mut from: TcpStream, mut to: TcpStream, mode: &AtomicU8) {
    let mut bytes = [0; 4096];
    while let Ok(length) = from.read(&mut bytes) {
        match mode.load(Ordering::SeqCst) {
            _ if length == 0 => break,
            CUT => break,
            SWALLOW => continue,
            DELAY => std::thread::sleep(Duration::from_millis(100)),
            _ => {}
        }
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
    let _ = from.shutdown(std::net::Shutdown::Both);
}

fn behind_a_proxy(mode: u8, more: &[&str]) -> (Adapter, Arc<AtomicU8>) {
    let (node, switch) = proxy(&from_environment("SPONTAN_WIRE_NODE"));
    let mut adapter = Adapter::start(&node, &from_environment("SPONTAN_WIRE_CHAIN"), more).hello();
    adapter.send(1);
    assert!(claimed(&adapter.answers(1)[0]));
    switch.store(mode, Ordering::SeqCst);
    (adapter, switch)
}

#[test]
#[ignore = "needs a node"]
fn a_connection_that_is_cut_costs_no_case_when_several_were_under_way() {
    let (mut adapter, switch) = behind_a_proxy(DELAY, &[]);
    adapter.send(5);
    // By now all five are on their way, and none has come through.
    std::thread::sleep(Duration::from_millis(60));
    switch.store(CUT, Ordering::SeqCst);
    let answers = adapter.answers(5);
    assert!(answers.iter().all(claimed), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_connection_that_is_cut_while_one_case_is_under_way_costs_that_one() {
    let (mut adapter, _) = behind_a_proxy(CUT, &["--window", "1"]);
    adapter.send(3);
    let answers = adapter.answers(3);
    assert!(answers[0]["error"].as_str().unwrap().contains("the node ended the connection"), "{answers:?}");
    assert!(answers[1..].iter().all(claimed), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_says_nothing_any_more_stalls() {
    let (mut adapter, _) = behind_a_proxy(SWALLOW, &["--window", "1", "--stall", "1"]);
    adapter.send(2);
    let answers = adapter.answers(2);
    assert!(
        answers[0]["error"].as_str().unwrap().contains("the node stalls: no answer to a ping for 1 s"),
        "{answers:?}"
    );
    assert!(claimed(&answers[1]), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_answers_late_is_waited_for() {
    let (mut adapter, _) = behind_a_proxy(DELAY, &[]);
    adapter.send(3);
    let answers = adapter.answers(3);
    assert!(answers.iter().all(claimed), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_is_stopped_stalls_and_is_asked_again_when_it_goes_on() {
    let signal = |name: &str| {
        let done = Command::new("kill").args([name, &from_environment("SPONTAN_WIRE_PID")]).status().unwrap();
        assert!(done.success());
    };
    let (mut adapter, _) = behind_a_proxy(PASS, &["--window", "1", "--stall", "1"]);
    signal("-STOP");
    adapter.send(2);
    let first = adapter.line();
    signal("-CONT");
    let second = adapter.line();
    assert!(first["error"].as_str().unwrap().contains("the node stalls"), "{first}");
    assert!(claimed(&second), "{second}");
}

#[test]
#[ignore = "needs a node"]
fn more_than_the_limit_is_not_put_into_channels() {
    let (node, chain) = (from_environment("SPONTAN_WIRE_NODE"), from_environment("SPONTAN_WIRE_CHAIN"));
    let said = Adapter::start(&node, &chain, &["--max-funding", "0.1"]).last_words();
    assert!(said.contains("more than 0.1") && said.contains("--max-funding"), "{said}");
}
