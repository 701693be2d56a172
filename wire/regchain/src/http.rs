//! The server: HTTP/1.1 on a loopback address, JSON-RPC in the bodies of POST requests.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bitcoin::{BlockHash, ScriptBuf};
use tiny_http::{Header, Method, Request, Response};

use crate::chain::Chain;
use crate::json;
use crate::rpc::Rpc;

/// Bytes of a request: a block's worth of transactions in hex.
const MAX_BODY: u64 = 8 * 1024 * 1024;

/// Requests that are answered at the same time.
const WORKERS: usize = 4;

/// A chain that is being served, until this is dropped; its port is free a moment later.
pub struct Server {
    address: SocketAddr,
    rpc: Arc<Mutex<Rpc>>,
    http: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
}

/// Serves a chain at a loopback address; port 0 takes any free one. Fails with [`io::ErrorKind::InvalidInput`] if the
/// address is not loopback, since whoever may call owns the chain.
pub fn serve(chain: Chain, address: SocketAddr) -> io::Result<Server> {
    refuse_outside(address)?;
    let listener = TcpListener::bind(address)?;
    // Accepted sockets have this from their listener. Without it an answer in two segments takes 40 ms.
    socket2::SockRef::from(&listener).set_tcp_nodelay(true)?;
    let address = listener.local_addr()?;
    let http = Arc::new(tiny_http::Server::from_listener(listener, None).map_err(io::Error::other)?);
    let rpc = Arc::new(Mutex::new(Rpc::new(chain)));
    let worker = |_| {
        let (http, rpc) = (http.clone(), rpc.clone());
        std::thread::spawn(move || {
            while let Ok(request) = http.recv() {
                answer(request, &rpc);
            }
        })
    };
    let workers = (0..WORKERS).map(worker).collect();
    Ok(Server { address, rpc, http, workers })
}

pub(crate) fn refuse_outside(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{address} is not a loopback address")))
}

/// Answers one request. A client that has gone is no concern of the others.
fn answer(mut request: Request, rpc: &Mutex<Rpc>) {
    if *request.method() != Method::Post {
        let _ = request.respond(
            Response::from_string("JSONRPC server handles only POST requests").with_status_code(405),
        );
        return;
    }
    let mut body = Vec::new();
    let read = request.as_reader().take(MAX_BODY + 1).read_to_end(&mut body);
    if read.is_err() || body.len() as u64 > MAX_BODY {
        let _ = request
            .respond(Response::from_string("the body is too large or ends early").with_status_code(413));
        return;
    }
    let (status, value) = lock(rpc).answer(&body);
    let response = Response::from_string(json::text(&value)).with_status_code(status);
    // Else a long answer comes in chunks, which small clients cannot read.
    let mut response = response.with_chunked_threshold(usize::MAX);
    if let Ok(kind) = Header::from_bytes("Content-Type", "application/json") {
        response.add_header(kind);
    }
    let _ = request.respond(response);
}

/// A panic while the lock was held leaves the chain as it was before the call, or a call further: nothing is half done that
/// others rely on.
fn lock(rpc: &Mutex<Rpc>) -> MutexGuard<'_, Rpc> {
    rpc.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that nodes take. Any user and password will do.
    pub fn url(&self) -> String {
        format!("http://user:password@{}", self.address)
    }

    /// The chain's calls, locked: let go of it soon, as nodes wait meanwhile.
    pub fn rpc(&self) -> MutexGuard<'_, Rpc> {
        lock(&self.rpc)
    }

    /// The chain, for a test that mines and looks by itself. Each call locks anew.
    pub fn chain(&self) -> Handle<'_> {
        Handle(self)
    }

    /// Waits until the call `stop`, or until `also` says so.
    pub fn wait(&self, also: impl Fn() -> bool) {
        while !self.rpc().stopping() && !also() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.workers {
            self.http.unblock();
        }
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

/// What a test in the same process does most.
pub struct Handle<'a>(&'a Server);

impl Handle<'_> {
    /// [`Chain::mine`].
    pub fn mine(&self, blocks: u32, pay_to: Option<&ScriptBuf>) -> Vec<BlockHash> {
        self.0.rpc().chain().mine(blocks, pay_to)
    }

    /// [`Chain::height`].
    pub fn height(&self) -> u32 {
        self.0.rpc().chain().height()
    }
}
