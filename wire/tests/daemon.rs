//! Faults of a real node, one after the other. They need one that runs, and `scripts/wire.sh --faults NODE` starts it and
//! says where it is: `SPONTAN_WIRE_NODE` (key@host:port), `SPONTAN_WIRE_CHAIN` (its chain's address), `SPONTAN_WIRE_OPTIONS`
//! (what it chose), `SPONTAN_WIRE_FOLDER` (its process and how to start it), `SPONTAN_WIRE_HOOK` (its `node.sh`).

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Value, json};
use spontan::vectors::{Case, Suite, load};

/// A published case. The vectors are read once: that takes a moment, which would lie between two cases that are sent.
fn case(id: &str) -> &'static Case {
    static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| load::built_in().unwrap());
    SUITES.iter().flat_map(|suite| &suite.cases).find(|case| case.id == id).unwrap()
}

fn from_environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// The adapter's process.
struct Adapter {
    child: Child,
    from: BufReader<ChildStdout>,
    seq: u64,
}

impl Adapter {
    fn start(node: &str, chain: &str, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_spontan-wire"))
            .args(["--node", node, "--chain", chain])
            .args(from_environment("SPONTAN_WIRE_OPTIONS").split_whitespace())
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Self { child, from, seq: 0 }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("it says {line:?}"))
    }

    fn tell(&mut self, line: &Value) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    fn hello(mut self) -> Self {
        self.tell(&json!({"type": "hello", "protocol": 1, "runner": "test"}));
        assert_eq!(self.line()["type"], "hello");
        self
    }

    /// Sends this many ordinary keysends.
    fn send(&mut self, count: usize) {
        for _ in 0..count {
            self.send_case("keysend.receive/minimal");
        }
    }

    fn send_case(&mut self, id: &str) {
        let case = case(id);
        self.seq += 1;
        let operation = id.split_once('/').unwrap().0;
        let request = json!({
            "type": "case", "seq": self.seq, "operation": operation, "input": case.input
        });
        self.tell(&request);
    }

    fn answers(&mut self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.line()).collect()
    }

    /// What it says when it does not start.
    fn last_words(mut self) -> String {
        // If it does start, it ends with its stdin.
        drop(self.child.stdin.take());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!self.child.wait().unwrap().success());
        said
    }

    /// What the adapter and the node said before a test failed.
    fn explain(&mut self) {
        let mut said = Vec::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_end(&mut said);
        }
        let log = std::fs::read(from_environment("SPONTAN_WIRE_FOLDER") + "/node.out").unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let last = log.lines().count().saturating_sub(60);
        let last: Vec<&str> = log.lines().skip(last).collect();
        eprintln!("the adapter said:\n{}", String::from_utf8_lossy(&said));
        eprintln!("the last that the node said:\n{}", last.join("\n"));
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            self.explain();
        }
    }
}

fn claimed(answer: &Value) -> bool {
    answer["accept"]["outcome"] == "claimed"
}

const PASS: u8 = 0;
const SWALLOW: u8 = 1;
const CUT: u8 = 2;
const DELAY: u8 = 3;
/// What the node says passes, and it hears nothing.
const DEAF: u8 = 4;

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
            let pairs =
                [(client.try_clone().unwrap(), server.try_clone().unwrap(), true), (server, client, false)];
            for (from, to, to_node) in pairs {
                let mode = shared.clone();
                std::thread::spawn(move || pump(from, to, to_node, &mode));
            }
        }
    });
    (ours, mode)
}

fn pump(mut from: TcpStream, mut to: TcpStream, to_node: bool, mode: &AtomicU8) {
    let mut bytes = [0; 4096];
    while let Ok(length) = from.read(&mut bytes) {
        match mode.load(Ordering::SeqCst) {
            _ if length == 0 => break,
            CUT => break,
            SWALLOW => continue,
            DEAF if to_node => continue,
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
    // What the node says after its answer is through by then.
    std::thread::sleep(Duration::from_millis(300));
    switch.store(mode, Ordering::SeqCst);
    (adapter, switch)
}

#[test]
#[ignore = "needs a node"]
fn a_connection_that_is_cut_costs_no_case_when_several_were_under_way() {
    let (mut adapter, switch) = behind_a_proxy(SWALLOW, &[]);
    adapter.send(5);
    // By now all five are on their way, and none comes through.
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

/// Sends the node's process a signal.
fn signal(name: &str) {
    let process = std::fs::read_to_string(from_environment("SPONTAN_WIRE_FOLDER") + "/node.pid").unwrap();
    assert!(Command::new("kill").args([name, process.trim()]).status().unwrap().success());
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_is_killed_costs_one_case_and_is_started_again() {
    let restart = from_environment("SPONTAN_WIRE_FOLDER") + "/start";
    let (node, chain) = (from_environment("SPONTAN_WIRE_NODE"), from_environment("SPONTAN_WIRE_CHAIN"));
    let mut adapter =
        Adapter::start(&node, &chain, &["--window", "1", "--restart-command", &restart]).hello();
    // Stopped, so that the first case is under way for sure.
    signal("-STOP");
    adapter.send(2);
    std::thread::sleep(Duration::from_millis(300));
    signal("-KILL");
    let answers = adapter.answers(2);
    let error = answers[0]["error"].as_str().unwrap();
    assert!(error.contains("the node ended the connection") || error.contains("broke"), "{answers:?}");
    assert!(claimed(&answers[1]), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_is_stopped_stalls_and_is_asked_again_when_it_goes_on() {
    let (mut adapter, _) = behind_a_proxy(PASS, &["--window", "1", "--stall", "1"]);
    signal("-STOP");
    adapter.send(2);
    let first = adapter.line();
    signal("-CONT");
    let second = adapter.line();
    assert!(first["error"].as_str().unwrap().contains("the node stalls"), "{first}");
    assert!(claimed(&second), "{second}");
}

/// The node is told to close the channels in use, by itself if with `--force`; ends when it has.
struct Close(Child);

impl Close {
    fn tell(more: &[&str]) -> Self {
        let hook = from_environment("SPONTAN_WIRE_HOOK");
        Self(Command::new(hook).arg("close").args(more).stdout(Stdio::null()).spawn().unwrap())
    }

    fn wait(mut self) {
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Close {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "needs a node"]
fn a_channel_that_the_node_closes_costs_the_case_that_is_under_way() {
    let (mut adapter, _) = behind_a_proxy(DEAF, &["--window", "1", "--stall", "20"]);
    adapter.send(2);
    // The node waits for an answer to its `shutdown`, which does not come.
    let _close = Close::tell(&[]);
    let answers = adapter.answers(2);
    assert!(
        answers[0]["error"].as_str().unwrap().contains("the node closes the channel (shutdown)"),
        "{answers:?}"
    );
    assert!(claimed(&answers[1]), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_channel_that_the_node_closes_on_the_chain_costs_the_case_whose_htlc_it_holds() {
    let invoice = from_environment("SPONTAN_WIRE_HOOK") + " invoice";
    let more = ["--window", "1", "--hold", "12", "--stall", "40", "--invoice-command", &invoice];
    let (mut adapter, _) = behind_a_proxy(PASS, &more);
    adapter.send_case("node.sequence/one-part-of-two");
    adapter.send(1);
    // The invoice is written and the node has the part; it would be held after twelve seconds.
    std::thread::sleep(Duration::from_secs(3));
    Close::tell(&["--force"]).wait();
    let answers = adapter.answers(2);
    let error = answers[0]["error"].as_str().unwrap_or_else(|| panic!("{answers:?}"));
    assert!(error.contains("the node closed it on the chain"), "{answers:?}");
    assert!(claimed(&answers[1]), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn a_node_that_answers_pings_alone_does_not_commit() {
    // A chain that knows of no closing, so that what the node says must do.
    let blind = chain_with(|request, _| request.contains("gettxout").then(|| r#"{"value":1}"#.to_owned()));
    let node = from_environment("SPONTAN_WIRE_NODE");
    let mut adapter = Adapter::start(&node, &blind, &["--window", "1", "--stall", "1"]).hello();
    adapter.send(1);
    assert!(claimed(&adapter.answers(1)[0]));
    Close::tell(&["--force"]).wait();
    adapter.send(2);
    let answers = adapter.answers(2);
    // Some nodes say so in an `error` when they force-close, and some nothing.
    let silent = answers[0]["error"]
        .as_str()
        .is_some_and(|error| error.contains("does not commit to an HTLC for 4 s"));
    assert!(silent || claimed(&answers[0]), "{answers:?}");
    assert!(claimed(&answers[1]), "{answers:?}");
}

#[test]
#[ignore = "needs a node"]
fn more_than_the_limit_is_not_put_into_channels() {
    let (node, chain) = (from_environment("SPONTAN_WIRE_NODE"), from_environment("SPONTAN_WIRE_CHAIN"));
    let said = Adapter::start(&node, &chain, &["--max-funding", "0.1"]).last_words();
    assert!(said.contains("more than 0.1") && said.contains("--max-funding"), "{said}");
}

/// The node's chain, but for requests that `instead` answers, given a way to ask the real one; its address.
fn chain_with(instead: impl Fn(&str, &dyn Fn() -> String) -> Option<String> + Send + 'static) -> String {
    let real = from_environment("SPONTAN_WIRE_CHAIN");
    let address = real.rsplit_once('@').unwrap().1.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = format!("http://user:password@{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            let mut bytes = [0; 4096];
            let length = client.read(&mut bytes).unwrap();
            let request = String::from_utf8_lossy(&bytes[..length]).into_owned();
            let ask = || {
                let mut server = TcpStream::connect(&address).unwrap();
                server.write_all(&bytes[..length]).unwrap();
                let mut answer = String::new();
                server.read_to_string(&mut answer).unwrap();
                answer
            };
            let answer = instead(&request, &ask).map_or_else(ask, |result| {
                let body = format!(r#"{{"result":{result},"error":null}}"#);
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            });
            client.write_all(answer.as_bytes()).unwrap();
        }
    });
    ours
}

#[test]
#[ignore = "needs a node"]
fn a_chain_at_another_height_than_the_node_is_named() {
    let behind = chain_with(|request, ask| {
        let answer = request.contains("getblockcount").then(ask)?;
        let body = answer.split_once("\r\n\r\n")?.1;
        let height = serde_json::from_str::<Value>(body).ok()?["result"].as_u64()?;
        Some((height - 3).to_string())
    });
    let said = Adapter::start(&from_environment("SPONTAN_WIRE_NODE"), &behind, &[]).last_words();
    assert!(said.contains("is --chain the chain that it follows?"), "{said}");
}

#[test]
#[ignore = "needs a node"]
fn funds_that_are_missing_are_named() {
    // Nothing is mined either: the node would be busy with it when the next test begins.
    let poor = chain_with(|request, _| match request {
        _ if request.contains("scantxoutset") => Some(r#"{"unspents":[]}"#.to_owned()),
        _ if request.contains("generatetoaddress") => Some("[]".to_owned()),
        _ => None,
    });
    let said = Adapter::start(&from_environment("SPONTAN_WIRE_NODE"), &poor, &[]).last_words();
    assert!(said.contains("funds missing: no mature coin of 1"), "{said}");
}
