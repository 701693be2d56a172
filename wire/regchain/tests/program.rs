//! The program: its line when it is ready, `bitcoin-cli`, and its end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

use regchain::cli::parameter;
use serde_json::{Value, json};

struct Running {
    process: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start() -> Running {
    let mut process = Command::new(env!("CARGO_BIN_EXE_regchain"))
        .args(["--listen", "127.0.0.1:0", "--height", "150", "--time", "1700000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(ready["height"], 150);
    let (_, port) = ready["rpc"].as_str().and_then(|url| url.rsplit_once(':')).expect("a URL");
    Running { process, port: port.parse().expect("a port") }
}

fn cli(running: &Running, words: &[&str]) -> Output {
    let port = format!("-rpcport={}", running.port);
    // As Core Lightning calls it.
    let options =
        ["cli", "-regtest", "-rpcclienttimeout=60", "-rpcconnect=127.0.0.1", &port, "-rpcuser=user"];
    Command::new(env!("CARGO_BIN_EXE_regchain")).args(options).args(words).output().expect("run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

#[test]
fn answers_as_bitcoin_cli() {
    let running = start();
    assert_eq!(text(&cli(&running, &["getblockcount"]).stdout), "150");
    let hash = text(&cli(&running, &["getblockhash", "150"]).stdout);
    assert_eq!(hash.len(), 64);
    let block = text(&cli(&running, &["getblock", &hash, "0"]).stdout);
    assert!(block.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let none = cli(&running, &["gettxout", &hash, "0"]);
    assert_eq!((none.status.code(), text(&none.stdout)), (Some(0), String::new()));
    let failed = cli(&running, &["getblockhash", "151"]);
    assert_eq!(failed.status.code(), Some(8));
    assert_eq!(text(&failed.stderr), "error code: -8\nerror message:\nBlock height out of range");
}

#[test]
fn reads_passwords_and_parameters_from_stdin() {
    let running = start();
    let mut process = Command::new(env!("CARGO_BIN_EXE_regchain"))
        .args(["cli", &format!("-rpcport={}", running.port), "-stdinrpcpass", "-stdin", "getblockhash"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    process.stdin.take().expect("stdin").write_all(b"secret\n0\n").expect("written");
    let output = process.wait_with_output().expect("ended");
    assert!(text(&output.stdout).starts_with("0f9188f1"), "{output:?}");
}

#[test]
fn ends_when_told_and_names_what_it_did_not_know() {
    let mut running = start();
    assert_eq!(cli(&running, &["importprivkey", "x"]).status.code(), Some(89));
    assert_eq!(cli(&running, &["stop"]).status.code(), Some(0));
    assert!(running.process.wait().expect("ended").success());
    let lines = BufReader::new(running.process.stderr.take().expect("stderr")).lines();
    let lines: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(lines, [r#"regchain: "importprivkey" is not known and was called 1 times"#]);
    assert_eq!(cli(&running, &["getblockcount"]).status.code(), Some(1), "nobody is there");
}

#[test]
fn words_are_numbers_only_where_they_must_be() {
    assert_eq!(parameter("800000"), json!(800_000));
    assert_eq!(parameter("0.5"), json!(0.5));
    assert_eq!(parameter("true"), json!(true));
    assert_eq!(parameter("[1]"), json!([1]));
    assert_eq!(parameter("[1"), json!("[1"));
    let digits = "1".repeat(64);
    assert_eq!(parameter(&digits), json!(digits));
    assert_eq!(parameter("12e4"), json!("12e4"));
}
