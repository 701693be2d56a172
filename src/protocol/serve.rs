//! The loop of an adapter in Rust: reads a message a line, answers it, and flushes when no further line is waiting
//! (`docs/protocol.md`, "Lines"). The implementation is one function from an input to an answer.
//!
//! ```no_run
//! use serde_json::json;
//! use spontan::protocol::operation::Input;
//! use spontan::protocol::serve::serve;
//! use spontan::protocol::{AdapterHello, Content};
//! # fn my_bigsize(value: u64) -> Vec<u8> { value.to_be_bytes().to_vec() }
//!
//! let hello = AdapterHello::new("my-node", "0.1.0", &["bigsize.encode"]);
//! serve(std::io::stdin().lock(), std::io::stdout().lock(), &hello, |input| match input {
//!     Input::BigSizeEncode(input) => {
//!         Content::Accept(json!({ "bytes": hex::encode(my_bigsize(input.value.0)) }))
//!     }
//!     _ => Content::unsupported("not written yet"),
//! })?;
//! # std::io::Result::Ok(())
//! ```

use std::io::{self, BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::operation::Input;
use super::{AdapterHello, Answer, Content, MAX_LINE};

/// Serves the protocol until the input ends: `hello` to a hello, then one answer for each case, in their order.
///
/// A panic of `answer` is an `error` answer, not the end of the run; its message goes to stderr.
///
/// # Errors
/// When a pipe breaks or a line is longer than the protocol allows.
pub fn serve(
    input: impl Read,
    output: impl Write,
    hello: &AdapterHello,
    answer: impl Fn(&Input) -> Content,
) -> io::Result<()> {
    let mut input = io::BufReader::with_capacity(MAX_LINE, input);
    let mut output = io::BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    loop {
        // Half a line in the buffer does not count: the runner may be waiting for us before it writes more.
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
        line.clear();
        if input.by_ref().take(MAX_LINE as u64).read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        if !line.ends_with(b"\n") && line.len() == MAX_LINE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line of more than 1 MiB"));
        }
        match serde_json::from_slice(&line) {
            Ok(Message { r#type: "hello", .. }) => serde_json::to_writer(&mut output, hello)?,
            message => serde_json::to_writer(&mut output, &reply(message, &answer))?,
        }
        output.write_all(b"\n")?;
    }
}

/// A message to an adapter, its input not parsed yet.
#[derive(Deserialize)]
struct Message<'a> {
    r#type: &'a str,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    operation: &'a str,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

fn reply(message: serde_json::Result<Message>, answer: impl Fn(&Input) -> Content) -> Answer {
    let (seq, content) = match message {
        Ok(Message { r#type: "case", seq, operation, input: Some(input) }) => {
            let content = catch_unwind(AssertUnwindSafe(|| answer_json(operation, input.get(), answer)));
            (seq, content.unwrap_or_else(|_| Content::error("the adapter panicked: see its stderr")))
        }
        Ok(Message { seq, .. }) => (seq, Content::error("the line is neither a hello nor a case")),
        Err(error) => (0, Content::error(format!("the line is no message of the protocol: {error}"))),
    };
    Answer { seq, content }
}

/// The answer to an input that is still JSON. An operation that the protocol does not have is unsupported, an
/// input that is not the operation's an error.
pub fn answer_json(operation: &str, input: &str, answer: impl FnOnce(&Input) -> Content) -> Content {
    match Input::parse(operation, input) {
        Some(Ok(input)) => answer(&input),
        Some(Err(error)) => Content::error(format!("the input is not the operation's: {error}")),
        None => Content::unsupported(format!("there is no operation {operation:?}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An adapter that doubles, and panics at 13.
    fn served(input: &str) -> Vec<String> {
        let hello = AdapterHello::new("doubles", "1", &["bigsize.encode"]);
        let mut output = Vec::new();
        serve(input.as_bytes(), &mut output, &hello, |input| match input {
            Input::BigSizeEncode(input) if input.value.0 == 13 => panic!("thirteen"),
            Input::BigSizeEncode(input) => {
                Content::Accept(json!({ "bytes": (2 * input.value.0).to_string() }))
            }
            _ => Content::unsupported("it only doubles"),
        })
        .unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_gets_one_answer_and_a_panic_ends_nothing() {
        let input = r#"{"type":"hello","protocol":1,"runner":"test"}
{"type":"case","seq":1,"operation":"bigsize.encode","input":{"value":"13"}}
{"type":"case","seq":2,"operation":"bigsize.encode","input":{"value":"21"}}
{"type":"case","seq":3,"operation":"bigsize.decode","input":{"bytes":"00"}}
{"type":"case","seq":4,"operation":"bigsize.guess","input":{}}
{"type":"case","seq":5,"operation":"bigsize.encode","input":{"value":21}}
{"type":"case","seq":6,"operation":"bigsize.encode"}
ready
{"type":"case","seq":7,"operation":"bigsize.encode","input":{"value":"1"}}"#;
        let lines = served(input);
        assert_eq!(
            lines[0],
            r#"{"type":"hello","protocol":1,"implementation":{"name":"doubles","version":"1","language":"rust"},"operations":["bigsize.encode"],"profiles":["bolt4"],"failure_detail":"data","window":64}"#
        );
        for (line, start) in lines[1..].iter().zip([
            r#"{"seq":1,"error":"the adapter panicked"#,
            r#"{"seq":2,"accept":{"bytes":"42"}}"#,
            r#"{"seq":3,"unsupported":"it only doubles"}"#,
            r#"{"seq":4,"unsupported":"there is no operation \"bigsize.guess\""}"#,
            r#"{"seq":5,"error":"the input is not the operation's: "#,
            r#"{"seq":6,"error":"the line is neither a hello nor a case"}"#,
            r#"{"seq":0,"error":"the line is no message of the protocol: "#,
            r#"{"seq":7,"accept":{"bytes":"2"}}"#,
        ]) {
            assert!(line.starts_with(start), "{line}");
        }
        assert_eq!(lines.len(), 9);
    }

    #[test]
    fn a_line_of_more_than_a_mebibyte_is_refused() {
        let hello = AdapterHello::new("nothing", "1", &[]);
        let nothing = |_: &Input| Content::unsupported("anything");
        let serve = |length| serve(vec![b'x'; length].as_slice(), io::sink(), &hello, nothing);
        assert!(serve(MAX_LINE - 1).is_ok());
        assert_eq!(serve(MAX_LINE).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
