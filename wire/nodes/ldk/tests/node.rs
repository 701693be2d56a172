//! The program on a chain: it comes up, follows the chain, writes invoices, and is the same node after a restart.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use regchain::{Chain, Clock, Server, serve};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_spontan-node-ldk");

struct Running {
    process: Child,
    ready: Value,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start(chain: &Server, folder: &Path) -> Running {
    let mut process = Command::new(PROGRAM)
        .args(["--chain", &chain.url(), "--listen", "127.0.0.1:0", "--folder"])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    Running { process, ready: serde_json::from_str(&line).expect("JSON") }
}

fn tell(folder: &Path, words: &[&str]) -> Result<String, String> {
    let output = Command::new(PROGRAM).arg("--folder").arg(folder).args(words).output().expect("run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

fn chain() -> Server {
    serve(Chain::new(200, Clock::System), "127.0.0.1:0".parse().expect("an address")).expect("a port")
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn is_ready_follows_the_chain_and_comes_back_as_itself() {
    let (chain, folder) = (chain(), folder("restart"));
    let mut first = start(&chain, &folder);
    assert_eq!(first.ready["version"], "0.2.7");
    let address: std::net::SocketAddr =
        first.ready["address"].as_str().and_then(|text| text.parse().ok()).expect("an address");
    std::net::TcpStream::connect(address).expect("it takes connections");

    // A new block is fetched within a moment.
    let asked = || chain.rpc().known().get("getblock").copied().unwrap_or_default();
    let before = asked();
    chain.chain().mine(1, None);
    let begin = Instant::now();
    while asked() == before {
        assert!(begin.elapsed() < Duration::from_secs(10), "the block is not fetched");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(chain.rpc().unknown().is_empty(), "{:?}", chain.rpc().unknown());

    let node = first.ready["node"].clone();
    first.process.kill().expect("ended");
    first.process.wait().expect("ended");
    assert_eq!(start(&chain, &folder).ready["node"], node);
}

#[test]
fn writes_invoices_and_says_why_it_does_not_pay() {
    let (chain, folder) = (chain(), folder("invoice"));
    let running = start(&chain, &folder);
    let preimage = "07".repeat(32);
    let invoice = tell(&folder, &["invoice", "1000", &preimage]).expect("an invoice");
    assert!(invoice.starts_with("lnbcrt10n1"), "{invoice}");
    assert!(tell(&folder, &["invoice", "any", &preimage]).expect("an invoice").starts_with("lnbcrt1"));
    assert!(
        tell(&folder, &["invoice", "any", "07"]).expect_err("no preimage").contains("64 hexadecimal digits")
    );
    let node = running.ready["node"].as_str().expect("an id");
    assert!(
        tell(&folder, &["pay", node, "1000"]).is_err(),
        "it has no channel, and pays itself least of all"
    );
    assert!(tell(&folder, &["dance"]).expect_err("unknown").contains("pay NODE MSAT"));
}
