//! What keeps the adapter from starting is said in words that name it. The other sides are sockets of the tests.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::io::{Read, Write};
use std::net::TcpListener;

use spontan_wire::options::Options;
use spontan_wire::serve::serve;

const KEY: &str = "028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7";

/// Answers each connection by `answer`, given what came first; the port.
fn server(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap();
            let _ = stream.write_all(&answer(&String::from_utf8_lossy(&bytes[..length])));
        }
    });
    port
}

fn http(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A chain of this name, at height 7.
fn chain(name: &'static str) -> u16 {
    server(move |request| match request {
        request if request.contains("getblockchaininfo") => {
            http("200 OK", &format!(r#"{{"result":{{"chain":"{name}"}},"error":null}}"#))
        }
        request if request.contains("getblockcount") => http("200 OK", r#"{"result":7,"error":null}"#),
        _ => http("404 Not Found", r#"{"result":null,"error":{"code":-32601,"message":"Method not found"}}"#),
    })
}

/// A port at which nobody listens.
fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn error(node: u16, chain: u16) -> String {
    let words = [
        "--node",
        &format!("{KEY}@127.0.0.1:{node}"),
        "--chain",
        &format!("http://user:password@127.0.0.1:{chain}"),
    ];
    serve(Options::parse(words.map(str::to_owned)).unwrap().unwrap()).unwrap_err().to_string()
}

#[test]
fn no_chain() {
    let port = nobody();
    let error = error(nobody(), port);
    assert!(error.starts_with(&format!("the chain at 127.0.0.1:{port}: getblockchaininfo: ")), "{error}");
}

#[test]
fn a_chain_with_another_password() {
    let error = error(nobody(), server(|_| http("401 Unauthorized", "")));
    assert!(error.contains("user and password are not those of the chain"), "{error}");
}

#[test]
fn chains_whose_coins_are_worth_something_are_refused() {
    for name in ["main", "test", "testnet4"] {
        let error = error(nobody(), chain(name));
        assert!(error.contains(&format!("the chain is {name}: only regtest and signet")), "{error}");
    }
}

#[test]
fn no_node() {
    let error = error(nobody(), chain("regtest"));
    assert!(error.starts_with("no connection to 127.0.0.1:"), "{error}");
}

#[test]
fn a_node_with_another_key() {
    // Some end the connection after act one, others send an act two that does not fit.
    let ends = error(server(|_| Vec::new()), chain("signet"));
    assert!(ends.contains("has another key, or it is no Lightning node"), "{ends}");
    let act_two = hex::decode(format!("00{KEY}{}", "00".repeat(16))).unwrap();
    let answers = error(server(move |_| act_two.clone()), chain("regtest"));
    assert!(answers.contains("the node there has another key"), "{answers}");
}

#[test]
fn what_is_no_lightning_node() {
    let error = error(
        server(|_| b"SSH-2.0-OpenSSH_9.9\r\nSSH-2.0-OpenSSH_9.9\r\nSSH-2.0-OpenSSH_9.9".to_vec()),
        chain("regtest"),
    );
    assert!(error.contains("unknown handshake version 83"), "{error}");
}

#[test]
fn a_node_that_does_not_answer_the_handshake() {
    // A listener that accepts by itself, in the kernel.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = error(listener.local_addr().unwrap().port(), chain("regtest"));
    assert!(error.contains("does not answer the handshake: does the node stall?"), "{error}");
}
