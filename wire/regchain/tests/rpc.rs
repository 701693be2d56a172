//! The chain as nodes see it: over HTTP, with good calls and bad ones.

use std::io::{Read, Write};
use std::net::TcpStream;

use bitcoin::consensus::encode::serialize_hex;
use regchain::{Chain, Clock, Server, serve};
use serde_json::{Value, json};

fn start() -> Server {
    serve(Chain::new(200, Clock::System), "127.0.0.1:0".parse().expect("an address")).expect("a port")
}

/// Writes bytes and reads all that comes back, as text.
fn exchange(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.write_all(request.as_bytes()).expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Posts a body; returns the status and what came.
fn post(server: &Server, body: &str) -> (u16, String) {
    let head =
        format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = exchange(server, &(head + body));
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").expect("a body").1.to_owned())
}

fn call(server: &Server, method: &str, params: Value) -> Value {
    let (_, body) = post(server, &json!({ "id": 7, "method": method, "params": params }).to_string());
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(answer["id"], 7);
    answer
}

fn ok(server: &Server, method: &str, params: Value) -> Value {
    let answer = call(server, method, params);
    assert_eq!(answer["error"], Value::Null, "{method}");
    answer["result"].clone()
}

fn code(server: &Server, method: &str, params: Value) -> i64 {
    call(server, method, params)["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method} was answered"))
}

/// A transaction of one input from nowhere and one output of 0.00001234 BTC.
const RAW: &str = "0200000001070707070707070707070707070707070707070707070707070707070707070700000000\
                   00ffffffff01d204000000000000015100000000";

#[test]
fn nodes_find_blocks_by_height_and_by_hash() {
    let server = start();
    assert_eq!(ok(&server, "getblockcount", json!([])), 200);
    let hash = ok(&server, "getblockhash", json!([200]));
    assert_eq!(hash, ok(&server, "getbestblockhash", json!([])));
    // As text, since a command line has nothing else.
    assert_eq!(hash, ok(&server, "getblockhash", json!(["200"])));
    let header = ok(&server, "getblockheader", json!([hash]));
    assert_eq!(header["height"], 200);
    assert_eq!(header["previousblockhash"], ok(&server, "getblockhash", json!([199])));
    // 201 blocks of two hashes each.
    assert_eq!(header["chainwork"], format!("{:0>64}", "192"));
    assert_eq!(ok(&server, "getblockheader", json!([hash, false])).as_str().expect("hex").len(), 160);
    let block = ok(&server, "getblock", json!([hash, 1]));
    let id = &block["tx"][0];
    assert_eq!(block["merkleroot"], *id);
    assert_eq!(ok(&server, "getblock", json!([hash, 2]))["tx"][0]["txid"], *id);
    let block = server.rpc().chain().block(200).expect("a block");
    assert_eq!(ok(&server, "getblock", json!([hash, 0])), serialize_hex(&block));
    assert_eq!(code(&server, "getblockhash", json!([201])), -8);
    assert_eq!(code(&server, "getblock", json!(["00".repeat(32)])), -5);
    assert_eq!(code(&server, "getblock", json!(["xyz"])), -8);
}

#[test]
fn what_is_broadcast_gets_mined_and_is_found() {
    let server = start();
    let id = ok(&server, "sendrawtransaction", json!([RAW]));
    assert_eq!(ok(&server, "getrawmempool", json!([])), json!([id]));
    assert_eq!(ok(&server, "getrawtransaction", json!([id])), RAW);
    assert_eq!(ok(&server, "gettxout", json!([id, 0]))["confirmations"], 0);
    assert_eq!(ok(&server, "gettxout", json!([id, 0, false])), Value::Null);
    assert_eq!(ok(&server, "getmempoolentry", json!([id]))["height"], 200);
    let spent = json!([[{ "txid": "07".repeat(32), "vout": 0 }]]);
    assert_eq!(ok(&server, "gettxspendingprevout", spent.clone())[0]["spendingtxid"], id);

    let hashes = ok(&server, "generatetoaddress", json!([3, "bcrt1q6rhpng9evdsfnn833a4f4vej0asu6dk5srld6x"]));
    assert_eq!(ok(&server, "getrawmempool", json!([])), json!([]));
    let found = ok(&server, "getrawtransaction", json!([id, true]));
    assert_eq!((&found["blockhash"], &found["confirmations"]), (&hashes[0], &json!(3)));
    assert_eq!(ok(&server, "gettxout", json!([id, 0]))["confirmations"], 3);
    assert_eq!(ok(&server, "gettxout", json!([id, 1])), Value::Null);
    assert_eq!(ok(&server, "gettxspendingprevout", spent)[0]["spendingtxid"], Value::Null);
    assert_eq!(ok(&server, "getblock", json!([hashes[0]]))["tx"][1], id);
    let coinbase = &ok(&server, "getblock", json!([hashes[2], 2]))["tx"][0];
    let address = &coinbase["vout"][0]["scriptPubKey"]["address"];
    assert_eq!(address, "bcrt1q6rhpng9evdsfnn833a4f4vej0asu6dk5srld6x");
    assert_eq!(code(&server, "sendrawtransaction", json!([RAW])), -27);
    assert_eq!(code(&server, "getmempoolentry", json!([id])), -5);
    let judged = ok(&server, "testmempoolaccept", json!([[RAW]]));
    assert_eq!(judged[0]["allowed"], false);
}

#[test]
fn amounts_have_eight_decimals() {
    let server = start();
    let id = ok(&server, "sendrawtransaction", json!([RAW]));
    let (_, body) = post(&server, &json!({ "method": "gettxout", "params": [id, 0] }).to_string());
    assert!(body.contains("\"value\":0.00001234}"), "{body}");
    let (_, body) = post(&server, &json!({ "method": "estimatesmartfee", "params": [6] }).to_string());
    assert!(body.contains("\"feerate\":0.00002000"), "{body}");
}

#[test]
fn unknown_calls_are_recorded_by_name() {
    let server = start();
    let (status, _) = post(&server, r#"{"method":"importdescriptors","params":[[]]}"#);
    assert_eq!(status, 404);
    assert_eq!(code(&server, "importdescriptors", json!([])), -32601);
    // Asked only to learn that it is gone.
    assert_eq!(code(&server, "getinfo", json!([])), -32601);
    let calls = ok(&server, "calls", json!([]));
    assert_eq!(calls["unknown"], json!({ "importdescriptors": 2 }));
    assert_eq!(server.rpc().unknown().get("importdescriptors"), Some(&2));
}

#[test]
fn bad_requests_are_answered_and_harm_nothing() {
    let server = start();
    let error = |body: &str| {
        let (status, body) = post(&server, body);
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        (status, answer["error"]["code"].as_i64())
    };
    assert_eq!(error("not JSON"), (500, Some(-32700)));
    assert_eq!(error("\u{0}"), (500, Some(-32700)));
    assert_eq!(error(""), (500, Some(-32700)));
    assert_eq!(error("7"), (400, Some(-32600)));
    assert_eq!(error("{}"), (400, Some(-32600)));
    assert_eq!(error(r#"{"method":7}"#), (400, Some(-32600)));
    assert_eq!(error(r#"{"method":"ping","params":{"a":1}}"#), (400, Some(-32600)));
    assert_eq!(error(r#"{"method":"sendrawtransaction","params":["zz"]}"#), (500, Some(-22)));
    assert_eq!(error(r#"{"method":"generate","params":[4000000000]}"#), (500, Some(-8)));
    assert_eq!(
        error(r#"{"method":"generate","params":[1,"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"]}"#),
        (500, Some(-5))
    );
    let nested = "[".repeat(100_000);
    assert_eq!(error(&nested), (500, Some(-32700)));
    for wrong in [
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "\r\n\r\n",
    ] {
        let _ = exchange(&server, wrong);
    }
    // A body that ends early.
    let _ =
        exchange(&server, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 50\r\n\r\n{}");
    assert_eq!(ok(&server, "getblockcount", json!([])), 200);
}

#[test]
fn several_calls_may_come_in_one_body() {
    let server = start();
    let (status, body) = post(&server, r#"[{"id":1,"method":"getblockcount"},{"id":2,"method":"nothing"}]"#);
    let answers: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(status, 200);
    assert_eq!((&answers[0]["result"], &answers[0]["id"]), (&json!(200), &json!(1)));
    assert_eq!((&answers[1]["error"]["code"], &answers[1]["id"]), (&json!(-32601), &json!(2)));
}

#[test]
fn the_wallet_gives_addresses_that_it_knows_again() {
    let server = start();
    let address = ok(&server, "getnewaddress", json!([]));
    assert_ne!(address, ok(&server, "getnewaddress", json!([])));
    let about = ok(&server, "getaddressinfo", json!([address]));
    assert_eq!(about["ismine"], true);
    assert_eq!(about["pubkey"].as_str().expect("a key").len(), 66);
    let other = "bcrt1q6rhpng9evdsfnn833a4f4vej0asu6dk5srld6x";
    assert_eq!(ok(&server, "getaddressinfo", json!([other]))["ismine"], false);
    assert_eq!(ok(&server, "listunspent", json!([])), json!([]));
}

#[test]
fn only_loopback_is_served() {
    let outside = "0.0.0.0:0".parse().expect("an address");
    let error = serve(Chain::new(0, Clock::System), outside).err().expect("refused");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn dropping_the_server_frees_its_address() {
    let server = start();
    let address = server.address();
    drop(server);
    // The listener is closed by a thread of its own.
    let free = || serve(Chain::new(0, Clock::System), address).is_ok();
    let wait = || std::thread::sleep(std::time::Duration::from_millis(10));
    assert!(
        free()
            || (0..200).any(|_| {
                wait();
                free()
            }),
        "the port is still taken"
    );
}
