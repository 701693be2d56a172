//! What Core Lightning calls as `bitcoin-cli`: one call from the command line, its result on stdout, its failure on stderr
//! and in the exit code.

use std::io::{self, BufRead, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::json;

/// Digits that are surely a number. More may be a hash, which by chance has no letter or one `e`.
const MAX_DIGITS: usize = 12;

/// A command line, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Call {
    /// Host of `-rpcconnect`; if empty, 127.0.0.1.
    pub host: String,
    /// Port of `-rpcport`; if 0, regtest's 18443.
    pub port: u16,
    /// Whether the first line of stdin is a password (`-stdinrpcpass`). It is read and thrown away.
    pub password_on_stdin: bool,
    /// Whether further parameters are on stdin, a line each (`-stdin`).
    pub parameters_on_stdin: bool,
    /// The method and its parameters.
    pub words: Vec<String>,
}

impl Call {
    /// Reads what `bitcoin-cli` takes. Options that make no difference here are passed over: chain, folder, user, time-out.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut call = Self::default();
        for word in arguments {
            // After the method a dash is a parameter's own.
            if !call.words.is_empty() || !word.starts_with('-') || word == "-generate" {
                call.words.push(word);
                continue;
            }
            let option = word.trim_start_matches('-');
            match option.split_once('=').unwrap_or((option, "")) {
                ("rpcconnect", host) => call.host = host.into(),
                ("rpcport", port) => call.port = port.parse().map_err(|_| format!("{port} is not a port"))?,
                ("stdinrpcpass", _) => call.password_on_stdin = true,
                ("stdin", _) => call.parameters_on_stdin = true,
                _ => {}
            }
        }
        Ok(call)
    }

    /// Adds what stands on stdin.
    pub fn read(&mut self, mut stdin: impl BufRead) -> io::Result<()> {
        if self.password_on_stdin {
            stdin.read_line(&mut String::new())?;
        }
        if self.parameters_on_stdin {
            self.words.extend(stdin.lines().collect::<io::Result<Vec<_>>>()?);
        }
        Ok(())
    }

    /// Makes the call and returns the whole answer of JSON-RPC 1.0.
    pub fn send(&self) -> io::Result<Value> {
        let Some((method, words)) = self.words.split_first() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no method is given"));
        };
        let values: Vec<Value> = words.iter().map(|word| parameter(word)).collect();
        let body = json!({ "id": 1, "method": method, "params": values }).to_string();
        let host = if self.host.is_empty() { "127.0.0.1" } else { &self.host };
        let port = if self.port == 0 { 18443 } else { self.port };
        let mut stream = TcpStream::connect((host, port))?;
        let length = body.len();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all((head + &body).as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = end.map(|end| &answer[end + 4..]).unwrap_or_default();
        serde_json::from_slice(body).map_err(io::Error::other)
    }
}

/// A word as JSON where it is a number, a truth value, an array or an object; else as text. `bitcoin-cli` knows each
/// method's types instead.
pub fn parameter(word: &str) -> Value {
    let number =
        word.len() <= MAX_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let other = ["true", "false", "null"].contains(&word) || word.starts_with(['[', '{']);
    let value = if number || other { serde_json::from_str(word).ok() } else { None };
    value.unwrap_or_else(|| Value::from(word))
}

/// Runs a command line and returns the exit code, as `bitcoin-cli` has it: 0, the error's code without its sign, or 1 if the
/// server is not there, which Core Lightning takes as "not yet".
pub fn run(arguments: impl IntoIterator<Item = String>) -> u8 {
    let answer = Call::parse(arguments).map_err(io::Error::other).and_then(|mut call| {
        call.read(io::stdin().lock())?;
        call.send()
    });
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            eprintln!("error: Could not connect to the server: {error}");
            return 1;
        }
    };
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let code = error["code"].as_i64().unwrap_or(1);
        eprintln!("error code: {code}\nerror message:\n{}", error["message"].as_str().unwrap_or_default());
        // A code such as -32601 does not fit; the shell sees its low byte, as with Core.
        return code.unsigned_abs() as u8;
    }
    match &answer["result"] {
        Value::Null => {}
        Value::String(text) => println!("{text}"),
        value => println!("{}", json::text(value)),
    }
    0
}
