//! An adapter for `spontan check`: it puts an implementation on stdin and stdout, one JSON object per line.
//!
//! It needs serde_json and nothing else. `bigsize_decode` below already works, so your first suite is green. Let it
//! call your own code, then add one operation after another. Spontan's docs/protocol.md describes the protocol. Stdout
//! belongs to the protocol: use `eprintln!`, never `println!`.

use std::error::Error;
use std::io::{self, BufRead, Write};

use serde_json::{json, Value};

/// Why there is no output.
enum Failure {
    /// The implementation refuses the input, for this reason.
    Reject(&'static str),
    /// The adapter itself broke.
    Error(String),
}

/// Reads one BigSize (BOLT 1) from the front of some bytes; bytes that follow it stay unread.
fn bigsize_decode(input: &Value) -> Result<Value, Failure> {
    let data = bytes(&input["bytes"])?;
    let first = *data.first().ok_or(Failure::Reject("bigsize_truncated"))?;
    let (width, least) = match first {
        0xfd => (2, 0xfd),
        0xfe => (4, 1 << 16),
        0xff => (8, 1 << 32),
        _ => return Ok(json!({ "value": first.to_string(), "length": 1 })),
    };
    let number = data
        .get(1..1 + width)
        .ok_or(Failure::Reject("bigsize_truncated"))?;
    let value = number
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if value < least {
        return Err(Failure::Reject("bigsize_not_minimal"));
    }
    Ok(json!({ "value": value.to_string(), "length": 1 + width }))
}

/// The bytes of a string of hex digits.
fn bytes(hex: &Value) -> Result<Vec<u8>, Failure> {
    let digits = hex
        .as_str()
        .ok_or_else(|| Failure::Error(format!("{hex} is not a string of hex digits")))?;
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = digits.as_bytes().chunks(2).map(byte).collect::<Option<_>>();
    bytes.ok_or_else(|| Failure::Error(format!("{digits} is not hex")))
}

type Operation = fn(&Value) -> Result<Value, Failure>;

/// What this adapter can answer. Only these operations are asked.
const OPERATIONS: &[(&str, Operation)] = &[("bigsize.decode", bigsize_decode)];

fn hello() -> Value {
    let operations: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    json!({
        "type": "hello",
        "protocol": 1,
        "implementation": { "name": "my-node", "version": "0.1.0", "language": "rust" },
        "operations": operations,
        // This many cases may wait in the pipe; they are still answered one after another.
        "window": 64,
    })
}

/// The answer to one case: `seq` and exactly one of accept, reject, unsupported and error.
fn answer(case: &Value) -> Value {
    let seq = &case["seq"];
    let Some((_, operation)) = OPERATIONS
        .iter()
        .find(|(name, _)| case["operation"] == *name)
    else {
        return json!({ "seq": seq, "unsupported": "not written yet" });
    };
    match operation(&case["input"]) {
        Ok(output) => json!({ "seq": seq, "accept": output }),
        Err(Failure::Reject(reason)) => json!({ "seq": seq, "reject": { "reason": reason } }),
        Err(Failure::Error(what)) => json!({ "seq": seq, "error": what }),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let message: Value = serde_json::from_str(&line?)?;
        let reply = if message["type"] == "hello" {
            hello()
        } else {
            answer(&message)
        };
        // Stdout is flushed at the end of each line.
        writeln!(output, "{reply}")?;
    }
    Ok(())
}
