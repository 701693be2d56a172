//! A node of LDK's own parts in a process of its own, to be judged over TCP: `ChannelManager`, `ChainMonitor`,
//! `PeerManager`, files on disk. It takes every channel, claims spontaneous payments as LDK's documentation of
//! `Event::PaymentClaimable` says, and is told to pay or to write an invoice over a socket in its folder.
//!
//! What lives where: [`settings`] the command line, [`chain`] bitcoind's RPC, [`node`] LDK's parts put together,
//! [`restore`] what was on disk, [`events`] what the node decides, [`run`] the loop, [`control`] the socket,
//! [`preimages`] those that others chose.

mod chain;
mod control;
mod events;
mod node;
mod preimages;
mod restore;
mod run;
mod settings;

use std::process::ExitCode;

use settings::Command;

/// All that goes wrong at the start is told to a person.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    match settings::parse().and_then(act) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spontan-node-ldk: {error}");
            ExitCode::FAILURE
        }
    }
}

fn act(command: Command) -> Result<()> {
    match command {
        Command::Help => println!("{}", settings::USAGE),
        Command::Run(settings) => {
            // LDK's sockets want a task to go on while another waits, so two threads.
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(run::run(&settings))?;
        }
        Command::Tell { folder, words } => println!("{}", control::tell(&folder, &words)?),
    }
    Ok(())
}
