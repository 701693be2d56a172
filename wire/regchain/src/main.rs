//! The program: serves a chain until SIGINT, SIGTERM or the call `stop`, or is `bitcoin-cli` when called as `regchain cli`
//! or by a link of that name.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lexopt::prelude::*;
use regchain::{Chain, Clock, cli, serve};

const USAGE: &str = "\
A regtest chain without bitcoind. One line of JSON on stdout says where, once it is ready.

regchain [--listen 127.0.0.1:18443] [--height 799994] [--time SECONDS] [--zmq ADDRESS]
regchain cli [OPTIONS OF bitcoin-cli] METHOD [PARAMETER...]

  --listen ADDRESS   loopback address of the JSON-RPC; port 0 takes any
  --height BLOCKS    empty blocks at the start
  --time SECONDS     time of the last of them, since 1970: the same chain at every start. Else the clock's
  --zmq ADDRESS      publishes hashblock and rawtx there, over ZeroMQ";

/// The first channel of one confirmation that is opened at the start is ready at 800,000, the height of the vectors.
const HEIGHT: u32 = 799_994;

struct Settings {
    listen: SocketAddr,
    height: u32,
    clock: Clock,
    zmq: Option<SocketAddr>,
}

fn settings() -> Result<Option<Settings>, lexopt::Error> {
    let listen = SocketAddr::from(([127, 0, 0, 1], 18443));
    let mut settings = Settings { listen, height: HEIGHT, clock: Clock::System, zmq: None };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("listen") => settings.listen = arguments.value()?.parse()?,
            Long("height") => settings.height = arguments.value()?.parse()?,
            Long("time") => settings.clock = Clock::Fixed(arguments.value()?.parse()?),
            Long("zmq") => settings.zmq = Some(arguments.value()?.parse()?),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(settings))
}

fn run(settings: &Settings) -> Result<(), Box<dyn std::error::Error>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))?;
    let server = serve(Chain::new(settings.height, settings.clock), settings.listen)?;
    let zmq = publish(&server, settings.zmq)?;
    println!("{}", serde_json::json!({ "rpc": server.url(), "height": settings.height, "zmq": zmq }));
    server.wait(|| stop.load(Ordering::Relaxed));
    for (method, times) in server.rpc().unknown() {
        eprintln!("regchain: {method:?} is not known and was called {times} times");
    }
    Ok(())
}

#[cfg(feature = "zmq")]
fn publish(server: &regchain::Server, address: Option<SocketAddr>) -> std::io::Result<Option<String>> {
    let Some(address) = address else { return Ok(None) };
    let address = regchain::zmq::publish(server.rpc().chain(), address)?;
    Ok(Some(format!("tcp://{address}")))
}

#[cfg(not(feature = "zmq"))]
fn publish(_: &regchain::Server, address: Option<SocketAddr>) -> std::io::Result<Option<String>> {
    address.map_or(Ok(None), |_| Err(std::io::Error::other("this build has no ZeroMQ (feature zmq)")))
}

fn main() -> ExitCode {
    let mut arguments = std::env::args();
    let name = arguments.next().unwrap_or_default();
    let is_link = Path::new(&name).file_stem().is_some_and(|stem| stem == "bitcoin-cli");
    if is_link {
        return cli::run(arguments).into();
    }
    if std::env::args().nth(1).is_some_and(|word| word == "cli") {
        return cli::run(arguments.skip(1)).into();
    }
    match settings() {
        Ok(Some(settings)) => match run(&settings) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("regchain: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("regchain: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
