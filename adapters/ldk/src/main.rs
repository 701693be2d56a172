//! The adapter's process: reads one JSON message a line, answers each, and flushes when no further line is
//! waiting (`docs/protocol.md`, "Lines"). A panic inside LDK is an `error` answer, not the end of the run.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use spontan_adapter_ldk::{answer, error, hello};

fn main() -> io::Result<()> {
    let mut requests = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut answers = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if requests.read_until(b'\n', &mut line)? == 0 {
            return answers.flush();
        }
        serde_json::to_writer(&mut answers, &reply(&line))?;
        answers.write_all(b"\n")?;
        // Half a line in the buffer does not count: the runner may be waiting for us before it writes more.
        if !requests.buffer().contains(&b'\n') {
            answers.flush()?;
        }
    }
}

fn reply(line: &[u8]) -> Value {
    let message: Value = serde_json::from_slice(line).unwrap_or_default();
    if message["type"] == "hello" {
        return hello();
    }
    let operation = message["operation"].as_str().unwrap_or_default();
    // The panic's own message goes to stderr.
    let mut reply = catch_unwind(AssertUnwindSafe(|| answer(operation, &message["input"])))
        .unwrap_or_else(|_| error("LDK panicked"));
    reply["seq"] = json!(message["seq"]);
    reply
}
