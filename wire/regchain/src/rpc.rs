//! Bitcoin Core's JSON-RPC, as far as nodes call it: one call in, a result or a failure with Core's code out. Calls that
//! are not known are answered as Core does, and recorded by name.

mod blocks;
mod network;
mod parameters;
mod transactions;
mod wallet;

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::chain::Chain;
use parameters::Parameters;

/// What is called only to learn that it is not known, so that this is the right answer: LND asks whether this is a Core from
/// after 0.16, `spontan-wire` whether coins have to be found or may come from nowhere.
const PROBES: [&str; 2] = ["getinfo", "scantxoutset"];

/// How many unknown names are kept, since names come from outside.
const MAX_UNKNOWN: usize = 1000;

/// What a failed call is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Bitcoin Core's code (`rpc/protocol.h`).
    pub code: i32,
    /// For people; but nodes compare some of Core's messages, so those are Core's.
    pub message: String,
}

impl Failure {
    const PARSE: i32 = -32700;
    const INVALID_REQUEST: i32 = -32600;
    const METHOD_NOT_FOUND: i32 = -32601;
    /// Core has this for a block or transaction that it does not know, and for an address that is none.
    const NOT_FOUND: i32 = -5;
    const INVALID_PARAMETER: i32 = -8;
    const DESERIALIZATION: i32 = -22;

    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

type Answer = Result<Value, Failure>;

/// A chain behind its calls.
pub struct Rpc {
    chain: Chain,
    known: BTreeMap<String, u64>,
    unknown: BTreeMap<String, u64>,
    addresses: u32,
    stopping: bool,
    started: Instant,
}

impl Rpc {
    /// Answers for this chain.
    pub fn new(chain: Chain) -> Self {
        let (known, unknown) = Default::default();
        Self { chain, known, unknown, addresses: 0, stopping: false, started: Instant::now() }
    }

    /// The chain.
    pub fn chain(&mut self) -> &mut Chain {
        &mut self.chain
    }

    /// How often each known method was called.
    pub fn known(&self) -> &BTreeMap<String, u64> {
        &self.known
    }

    /// How often each unknown method was called: what is to be added here when a node does not come up.
    pub fn unknown(&self) -> &BTreeMap<String, u64> {
        &self.unknown
    }

    /// Whether `stop` was called.
    pub fn stopping(&self) -> bool {
        self.stopping
    }

    /// Answers what came as one body, JSON-RPC 1.0 or 2.0: a request, or an array of requests. The number is the HTTP
    /// status that Bitcoin Core gives with it (`httprpc.cpp`).
    pub fn answer(&mut self, body: &[u8]) -> (u16, Value) {
        match serde_json::from_slice(body) {
            Ok(Value::Array(requests)) => {
                (200, requests.iter().map(|request| response(request, self.request(request))).collect())
            }
            Ok(request) => {
                let answer = self.request(&request);
                (answer.as_ref().map_or_else(status, |_| 200), response(&request, answer))
            }
            Err(_) => (500, response(&Value::Null, Err(Failure::new(Failure::PARSE, "Parse error")))),
        }
    }

    fn request(&mut self, request: &Value) -> Answer {
        let invalid = |message: &str| Failure::new(Failure::INVALID_REQUEST, message);
        let request = request.as_object().ok_or_else(|| invalid("Invalid Request object"))?;
        let method =
            request.get("method").and_then(Value::as_str).ok_or_else(|| invalid("Missing method"))?;
        let values = match request.get("params") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(values)) => values.as_slice(),
            Some(_) => {
                return Err(invalid("Params must be an array: names of parameters are not known here"));
            }
        };
        self.call(method, values)
    }

    /// Answers one call.
    pub fn call(&mut self, method: &str, values: &[Value]) -> Answer {
        let values = Parameters(values);
        let Some(answer) = self.dispatch(method, &values) else {
            self.record_unknown(method);
            return Err(Failure::new(Failure::METHOD_NOT_FOUND, "Method not found"));
        };
        *self.known.entry(method.into()).or_default() += 1;
        answer
    }

    fn record_unknown(&mut self, method: &str) {
        if PROBES.contains(&method) {
            return;
        }
        if let Some(times) = self.unknown.get_mut(method) {
            *times += 1;
        } else if self.unknown.len() < MAX_UNKNOWN {
            self.unknown.insert(method.into(), 1);
        }
    }

    /// `None` if no room of this module knows the method.
    fn dispatch(&mut self, method: &str, values: &Parameters) -> Option<Answer> {
        blocks::call(&mut self.chain, method, values)
            .or_else(|| transactions::call(&mut self.chain, method, values))
            .or_else(|| network::call(&self.chain, method, values))
            .or_else(|| wallet::call(&mut self.addresses, method, values))
            .or_else(|| self.own(method, values))
    }

    /// Calls about the server itself. `calls` is ours, not Core's: what was called, and how often.
    fn own(&mut self, method: &str, values: &Parameters) -> Option<Answer> {
        Some(Ok(match method {
            "calls" => json!({ "known": self.known, "unknown": self.unknown }),
            "uptime" => json!(self.started.elapsed().as_secs()),
            "echo" | "echojson" => json!(values.0),
            "ping" => Value::Null,
            "stop" => {
                self.stopping = true;
                json!("regchain stopping")
            }
            _ => return None,
        }))
    }
}

fn status(failure: &Failure) -> u16 {
    match failure.code {
        Failure::INVALID_REQUEST => 400,
        Failure::METHOD_NOT_FOUND => 404,
        _ => 500,
    }
}

fn response(request: &Value, answer: Answer) -> Value {
    let id = request.get("id").cloned().unwrap_or_default();
    match answer {
        Ok(result) => json!({ "result": result, "error": null, "id": id }),
        Err(Failure { code, message }) => {
            json!({ "result": null, "error": { "code": code, "message": message }, "id": id })
        }
    }
}
