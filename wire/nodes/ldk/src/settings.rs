//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::Result;
use crate::chain::Url;

/// What `--help` prints.
pub const USAGE: &str = "\
A Lightning node of LDK on regtest. One line of JSON on stdout says its id and address, once it takes connections.

spontan-node-ldk --folder FOLDER --chain URL [--listen 127.0.0.1:9735] [--keysend accept|refuse]
spontan-node-ldk pay --folder FOLDER NODE MSAT [TYPE=HEX,…]
                                                    pays a peer without an invoice, with custom records, and prints the
                                                    payment hash
spontan-node-ldk invoice --folder FOLDER MSAT|any PREIMAGE
                                                    prints an invoice that this preimage pays
spontan-node-ldk close|force-close --folder FOLDER  closes the channels in use, with the peer or on the chain

  --folder FOLDER    keys and channels; a node that is started again there goes on
  --chain URL        http://user:password@host:port of a bitcoind, or of regchain
  --listen ADDRESS   where peers connect; port 0 takes any
  --keysend CHOICE   LDK has no setting that switches spontaneous payments off. It hands each to the program, which
                     claims it or fails it back. `refuse` fails it back";

/// What is to be done.
pub enum Command {
    /// Prints the usage.
    Help,
    /// Is a node.
    Run(Settings),
    /// Tells the node that runs in a folder.
    Tell {
        /// The node's folder.
        folder: PathBuf,
        /// The command and what it needs.
        words: Vec<String>,
    },
}

/// How the node runs.
pub struct Settings {
    /// Keys and channels.
    pub folder: PathBuf,
    /// The chain's RPC.
    pub chain: Url,
    /// Where peers connect.
    pub listen: SocketAddr,
    /// Whether spontaneous payments are claimed.
    pub keysend: bool,
}

/// Reads the command line.
pub fn parse() -> Result<Command> {
    let (mut folder, mut chain, mut keysend, mut words) = (None, None, true, Vec::new());
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 9735));
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("folder") => folder = Some(PathBuf::from(arguments.value()?)),
            Long("chain") => chain = Some(arguments.value()?.parse()?),
            Long("listen") => listen = arguments.value()?.parse()?,
            Long("keysend") => {
                keysend = match arguments.value()?.string()?.as_str() {
                    "accept" => true,
                    "refuse" => false,
                    other => return Err(format!("--keysend is accept or refuse, not {other}").into()),
                }
            }
            Long("help") | Short('h') => return Ok(Command::Help),
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = folder.ok_or("--folder is missing")?;
    if !words.is_empty() {
        return Ok(Command::Tell { folder, words });
    }
    let chain = chain.ok_or("--chain is missing")?;
    Ok(Command::Run(Settings { folder, chain, listen, keysend }))
}
