//! A TCP connection to the node: a half that writes, and a thread that reads and hands each message on.

use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use lightning::bitcoin::secp256k1::{PublicKey, SecretKey};

use crate::Result;
use crate::noise::{ACT_TWO, Cipher, Handshake, NoiseError, TAG};

/// How long the node may take to accept a connection, and to answer act one.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a write may wait for a node that does not read.
const WRITE: Duration = Duration::from_secs(4);

/// What the reading thread hands on.
#[derive(Debug)]
pub enum Incoming {
    /// A message, with its type.
    Message(Vec<u8>),
    /// The connection is over, and why.
    Lost(String),
}

/// The half that writes.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    cipher: Cipher,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects, shakes hands, and starts the thread that reads. It ends with the connection, or when `hand_on` says
    /// false.
    ///
    /// # Errors
    /// When nobody listens, or who listens is not this node.
    pub fn open(
        address: &str,
        ours: &SecretKey,
        theirs: &PublicKey,
        ephemeral: SecretKey,
        hand_on: impl FnMut(Incoming) -> bool + Send + 'static,
    ) -> Result<Self> {
        let resolved = address.to_socket_addrs().map_err(|error| format!("{address}: {error}"))?.next();
        let resolved = resolved.ok_or_else(|| format!("{address} has no address"))?;
        let mut stream = TcpStream::connect_timeout(&resolved, HANDSHAKE)
            .map_err(|error| format!("no connection to {address}: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(HANDSHAKE))?;
        stream.set_write_timeout(Some(WRITE))?;
        let (handshake, act_one) = Handshake::begin(theirs, ephemeral);
        stream.write_all(&act_one)?;
        let mut act_two = [0; ACT_TWO];
        stream.read_exact(&mut act_two).map_err(|error| no_act_two(address, &error))?;
        let (act_three, write, read) =
            handshake.finish(&act_two, ours).map_err(|error| wrong_node(address, error))?;
        stream.write_all(&act_three)?;
        stream.set_read_timeout(None)?;
        let reading = stream.try_clone()?;
        std::thread::spawn(move || read_all(reading, read, hand_on));
        Ok(Self { stream, cipher: write, buffer: Vec::new() })
    }

    /// Seals a message; it leaves with the next [`Connection::flush`].
    pub fn put(&mut self, message: &[u8]) {
        let sealed = self.cipher.message(message);
        self.buffer.extend_from_slice(&sealed);
    }

    /// Writes what was put.
    ///
    /// # Errors
    /// When the connection is broken, or the node takes nothing.
    pub fn flush(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.stream.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|error| match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => "the node stalls: it reads nothing".into(),
            _ => format!("the connection broke: {error}").into(),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The reading thread has a handle of its own; this wakes and ends it.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// BOLT 8 lets a node end the connection when act one is not for its key, and some do so without a word.
fn no_act_two(address: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => {
            format!(
                "{address} ended the handshake after act one: the node there has another key, or it is no Lightning node"
            )
        }
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            format!("{address} accepts connections, but does not answer the handshake: does the node stall?")
        }
        _ => format!("{address}: {error}"),
    }
}

fn wrong_node(address: &str, error: NoiseError) -> String {
    format!("{address} answers the handshake wrongly: the node there has another key ({error})")
}

fn read_all(stream: TcpStream, mut cipher: Cipher, mut hand_on: impl FnMut(Incoming) -> bool) {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    loop {
        let incoming = match read_one(&mut stream, &mut cipher) {
            Ok(message) => Incoming::Message(message),
            Err(error) => Incoming::Lost(match error.kind() {
                ErrorKind::UnexpectedEof => "the node ended the connection".to_owned(),
                _ => format!("the connection broke: {error}"),
            }),
        };
        let over = matches!(incoming, Incoming::Lost(_));
        if !hand_on(incoming) || over {
            return;
        }
    }
}

fn read_one(stream: &mut impl Read, cipher: &mut Cipher) -> io::Result<Vec<u8>> {
    let noise = |error| io::Error::new(ErrorKind::InvalidData, error);
    let mut head = [0; 2 + TAG];
    stream.read_exact(&mut head)?;
    let length = cipher.open(&head).map_err(noise)?;
    let mut body = vec![0; usize::from(u16::from_be_bytes([length[0], length[1]])) + TAG];
    stream.read_exact(&mut body)?;
    cipher.open(&body).map_err(noise)
}
