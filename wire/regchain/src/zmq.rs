//! Notices over ZeroMQ, as Bitcoin Core publishes them (`doc/zmq.md`): three frames, which are the topic, the body and a
//! counter in four bytes, little-endian. Topics are `hashblock` (32 bytes as people read them) and `rawtx`.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash;
use tokio::sync::mpsc::UnboundedReceiver;
use zeromq::{Endpoint, PubSocket, Socket, SocketSend, ZmqMessage};

use crate::chain::{Chain, Notice};
use crate::http::refuse_outside;

/// Publishes what is new on the chain at a loopback address, until the process ends; port 0 takes any free one. Returns
/// the address. Who subscribes late misses what was.
pub fn publish(chain: &mut Chain, address: SocketAddr) -> io::Result<SocketAddr> {
    refuse_outside(address)?;
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let (bound, ready) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(run(address, receiver, bound)),
            Err(error) => drop(bound.send(Err(error))),
        }
    });
    let address = ready.recv().map_err(io::Error::other)??;
    // Sending fails only when the publisher is gone, and then nobody listens.
    chain.listen(move |notice| drop(sender.send(frames(notice))));
    Ok(address)
}

type Frames = (&'static str, Vec<u8>);

fn frames(notice: Notice) -> Frames {
    match notice {
        Notice::Block(hash) => {
            let mut bytes = hash.to_byte_array();
            bytes.reverse();
            ("hashblock", bytes.to_vec())
        }
        Notice::Transaction(transaction) => ("rawtx", serialize(transaction)),
    }
}

async fn run(
    address: SocketAddr,
    mut notices: UnboundedReceiver<Frames>,
    bound: mpsc::Sender<io::Result<SocketAddr>>,
) {
    let mut socket = PubSocket::new();
    let address = match socket.bind(&format!("tcp://{address}")).await {
        Ok(Endpoint::Tcp(_, port)) => Ok(SocketAddr::new(address.ip(), port)),
        Ok(other) => Err(io::Error::other(format!("bound to {other}"))),
        Err(error) => Err(io::Error::other(error.to_string())),
    };
    let failed = address.is_err();
    if bound.send(address).is_err() || failed {
        return;
    }
    // Core counts for each topic.
    let (mut blocks, mut transactions) = (0_u32, 0_u32);
    while let Some((topic, body)) = notices.recv().await {
        let counter = if topic == "hashblock" { &mut blocks } else { &mut transactions };
        let mut message = ZmqMessage::from(topic);
        message.push_back(body.into());
        message.push_back(counter.to_le_bytes().to_vec().into());
        *counter = counter.wrapping_add(1);
        // A subscriber that has gone concerns nobody.
        let _ = socket.send(message).await;
    }
}
