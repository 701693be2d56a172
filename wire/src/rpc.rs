//! JSON-RPC over HTTP, as much of it as bitcoind and what stands in for it speak.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;

/// How long a call may take: mining blocks on a real chain takes some time.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer, in bytes: a block as hex, and room.
const LONGEST: u64 = 16 << 20;

/// Where the chain's RPC is, and who asks.
#[derive(Debug, Clone)]
pub struct Rpc {
    address: String,
    user: String,
}

impl Rpc {
    /// From `http://user:password@host:port`.
    ///
    /// # Errors
    /// If it is not such an address.
    pub fn parse(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("http://").ok_or("the chain's address starts with http://")?;
        let rest = rest.trim_end_matches('/');
        let (user, address) = rest.rsplit_once('@').unwrap_or(("", rest));
        if !address.contains(':') {
            return Err(format!("{address:?} has no port").into());
        }
        Ok(Self { address: address.into(), user: user.into() })
    }

    /// Calls a method.
    ///
    /// # Errors
    /// When nobody answers, or the answer is an error: with the method's name.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.exchange(method, &params)
            .map_err(|error| format!("the chain at {}: {method}: {error}", self.address).into())
    }

    fn exchange(&self, method: &str, params: &Value) -> Result<Value> {
        let body =
            json!({ "jsonrpc": "1.0", "id": "spontan", "method": method, "params": params }).to_string();
        let address = self.address.to_socket_addrs()?.next().ok_or("it has no address")?;
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            base64(self.user.as_bytes()),
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let (status, text) = response(BufReader::new(stream.take(LONGEST)))?;
        let answer: Value = serde_json::from_slice(&text).map_err(|_| match status.split(' ').nth(1) {
            Some("401" | "403") => "user and password are not those of the chain".to_owned(),
            _ => format!("no JSON, but {status:?}"),
        })?;
        match &answer["error"] {
            Value::Null => Ok(answer["result"].clone()),
            error => Err(error["message"].as_str().map_or_else(|| error.to_string(), str::to_owned).into()),
        }
    }
}

/// The status line and the body of an HTTP response.
fn response(mut reader: impl BufRead) -> Result<(String, Vec<u8>)> {
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let (mut length, mut chunked, mut line) = (None, false, String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = Some(value.trim().parse::<u64>()?);
        }
        chunked |= lower.starts_with("transfer-encoding:") && lower.contains("chunked");
    }
    let mut text = Vec::new();
    if chunked {
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let size = u64::from_str_radix(line.trim(), 16)?;
            reader.by_ref().take(size).read_to_end(&mut text)?;
            line.clear();
            reader.read_line(&mut line)?;
            if size == 0 {
                break;
            }
        }
    } else {
        reader.take(length.unwrap_or(LONGEST)).read_to_end(&mut text)?;
    }
    Ok((status.trim().to_owned(), text))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = char::from(LETTERS[(group >> (18 - 6 * at) & 63) as usize]);
            text.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_its_rfc() {
        for (text, wanted) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        let rpc = Rpc::parse("http://user:pass@word@127.0.0.1:18443/").unwrap();
        assert_eq!([rpc.user, rpc.address], ["user:pass@word", "127.0.0.1:18443"]);
        assert!(Rpc::parse("127.0.0.1:18443").is_err());
        assert!(Rpc::parse("http://127.0.0.1").is_err());
    }

    #[test]
    fn bodies_come_whole_or_in_chunks() {
        let whole = response(&b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}xx"[..]).unwrap();
        assert_eq!(whole, ("HTTP/1.1 200 OK".into(), b"{}".to_vec()));
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";
        assert_eq!(response(&chunks[..]).unwrap().1, b"{}");
    }
}
