//! Notices over ZeroMQ, read with another kind of socket.
#![cfg(feature = "zmq")]

use std::time::Duration;

use regchain::{Chain, Clock};
use zeromq::{Socket, SocketRecv, SubSocket};

#[test]
fn subscribers_hear_of_blocks_and_transactions() {
    let mut chain = Chain::new(10, Clock::System);
    let address =
        regchain::zmq::publish(&mut chain, "127.0.0.1:0".parse().expect("an address")).expect("bound");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut blocks = SubSocket::new();
        blocks.connect(&format!("tcp://{address}")).await.expect("connected");
        blocks.subscribe("hashblock").await.expect("subscribed");
        let mut transactions = SubSocket::new();
        transactions.connect(&format!("tcp://{address}")).await.expect("connected");
        transactions.subscribe("rawtx").await.expect("subscribed");
        // A subscription travels on its own; blocks are mined until one is heard of.
        let (first, hash) = loop {
            let hash = chain.mine(1, None)[0].to_string();
            if let Ok(message) = tokio::time::timeout(Duration::from_millis(200), blocks.recv()).await {
                break (message.expect("a message"), hash);
            }
        };
        assert_eq!(first.get(0).expect("a topic").as_ref(), b"hashblock");
        let heard: String = first.get(1).expect("a body").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(heard, hash);
        let counter = |frame: &[u8]| u32::from_le_bytes(frame.try_into().expect("four bytes"));
        let before = counter(first.get(2).expect("a counter"));

        chain.mine(1, None);
        let next = tokio::time::timeout(Duration::from_secs(5), blocks.recv())
            .await
            .expect("in time")
            .expect("a message");
        assert_eq!(counter(next.get(2).expect("a counter")), before + 1);
        let message = tokio::time::timeout(Duration::from_secs(5), transactions.recv()).await;
        let message = message.expect("in time").expect("a message");
        let transaction: bitcoin::Transaction =
            bitcoin::consensus::encode::deserialize(message.get(1).expect("a body")).expect("a transaction");
        assert!(transaction.is_coinbase());
    });
}

#[test]
fn only_loopback_is_served() {
    let mut chain = Chain::new(0, Clock::System);
    let outside = "0.0.0.0:0".parse().expect("an address");
    assert!(regchain::zmq::publish(&mut chain, outside).is_err());
}
