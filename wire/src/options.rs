//! The command line.

use std::collections::BTreeMap;
use std::time::Duration;

use lightning::bitcoin::Amount;
use lightning::bitcoin::secp256k1::PublicKey;
use spontan::node::Policies;
use spontan::protocol::MAX_WINDOW;
use spontan::protocol::operation::{SharedSecret, Switch};

use crate::Result;

/// What `--help` says.
pub const HELP: &str = "\
A running Lightning node on Spontan's adapter protocol. Started by `spontan check -- spontan-wire ...`.

  --node KEY@HOST:PORT        the node under test
  --chain http://USER:PASSWORD@HOST:PORT
                              the RPC of its chain: regtest or signet
How the node is set:
  --policy NAME=VALUE         a choice of its that is not the default (docs/protocol.md, \"Policies\"); may be repeated
  --keysend accept|refuse     is keysend switched on [accept]
  --shared-secret off|bolt4|x-only
                              is the shared-secret scheme switched on [off]
  --min-final-cltv BLOCKS     its minimum final expiry delta; cases are moved to it [18]
  --name NAME --release VERSION --language LANGUAGE
                              what reports call it
How it is asked:
  --channels N                channels at once [1]
  --window N                  HTLCs in flight on each channel [200]
  --capacity SAT              of a channel; at most 16777215 if the node has no large channels [100000000]
  --max-funding BTC           what may be put into channels altogether [100]
  --hold SECONDS              an HTLC without an answer for so long is held, if the node answers pings [0.7]
  --stall SECONDS             a node without any sign of life for so long stalls [3.5]
  --longest-wait SECONDS      cases in which so much time passes are asked, and take it [0]
  --most-blocks N             cases in which so many blocks are mined at once are asked [1000]
Hooks, shell words with values in the environment:
  --invoice-command WORDS     issues an invoice: SPONTAN_PREIMAGE, SPONTAN_AMOUNT_MSAT (may be empty),
                              SPONTAN_MIN_FINAL_CLTV; prints it, or its payment secret as hex
  --restart-command WORDS     starts the node again when it is gone

`spontan-wire pay --node ... --chain ... --pay-command WORDS` judges the node as a payer: it is told to pay keysends over a
channel, and their HTLCs are opened. Exit code 1 if one is not as BOLT 4 and bLIP 3 want it.
  --pay-command WORDS         pays without an invoice: SPONTAN_PAYEE (the key), SPONTAN_AMOUNT_MSAT,
                              SPONTAN_CUSTOM_RECORDS (TYPE=HEX,TYPE=HEX or empty). Ends well if it was paid, otherwise if
                              not, and with 77 if the node cannot be told such a payment
";

/// Everything that the command line says.
#[derive(Debug, Clone)]
pub struct Options {
    /// The node's key.
    pub node: PublicKey,
    /// Its `host:port`.
    pub address: String,
    /// The chain's RPC.
    pub chain: String,
    /// Policies of the hello.
    pub policies: BTreeMap<String, String>,
    /// Is keysend switched on?
    pub keysend: Switch,
    /// Is the shared-secret scheme?
    pub shared_secret: SharedSecret,
    /// The node's minimum final expiry delta, in blocks.
    pub min_final_cltv: u32,
    /// Name, version and language, for reports.
    pub implementation: [String; 3],
    /// Channels at once.
    pub channels: usize,
    /// HTLCs in flight on each.
    pub window: usize,
    /// Of a channel, in sat.
    pub capacity: u64,
    /// What may be put into channels.
    pub max_funding: Amount,
    /// From when on an HTLC without an answer is held.
    pub hold: Duration,
    /// From when on a silent node stalls.
    pub stall: Duration,
    /// The longest time of a case that is waited for.
    pub longest_wait: Duration,
    /// The most blocks at once of a case that the node is given.
    pub most_blocks: u32,
    /// Issues invoices.
    pub invoice_command: Option<Vec<String>>,
    /// Starts the node again.
    pub restart_command: Option<Vec<String>>,
    /// Has the node pay.
    pub pay_command: Option<Vec<String>>,
}

impl Options {
    /// Reads the words after the program's name; none if they ask for help.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>> {
        let words: Vec<String> = words.into_iter().collect();
        if words.iter().any(|word| word == "--help" || word == "-h") {
            return Ok(None);
        }
        let node = named(&words, "--node").ok_or("--node is missing: see --help")?;
        let (key, address) = node.split_once('@').ok_or("--node is KEY@HOST:PORT")?;
        let chain = named(&words, "--chain").ok_or("--chain is missing: see --help")?;
        let mut options = Self {
            node: key.parse().map_err(|_| "the key in --node is no public key")?,
            address: address.into(),
            chain: chain.into(),
            policies: BTreeMap::new(),
            keysend: Switch::Accept,
            shared_secret: SharedSecret::Off,
            min_final_cltv: 18,
            implementation: ["node-over-the-wire", "unknown", "unknown"].map(str::to_owned),
            channels: 1,
            window: 200,
            capacity: 100_000_000,
            max_funding: Amount::from_sat(100 * 100_000_000),
            hold: Duration::from_millis(700),
            stall: Duration::from_millis(3500),
            longest_wait: Duration::ZERO,
            most_blocks: 1000,
            invoice_command: None,
            restart_command: None,
            pay_command: None,
        };
        let mut words = words.into_iter();
        while let Some(option) = words.next() {
            let value =
                words.next().ok_or_else(|| format!("{option} needs a value, or is unknown: see --help"))?;
            let bad = |what: &str| format!("{option} {value}: {what}");
            match option.as_str() {
                "--node" | "--chain" => {}
                "--policy" => {
                    let (name, choice) = value.split_once('=').ok_or_else(|| bad("is not NAME=VALUE"))?;
                    if !Policies::default().set(name, choice) {
                        return Err(bad("there is no such policy or value").into());
                    }
                    options.policies.insert(name.into(), choice.into());
                }
                "--keysend" => {
                    options.keysend = match value.as_str() {
                        "accept" => Switch::Accept,
                        "refuse" => Switch::Refuse,
                        _ => return Err(bad("is neither accept nor refuse").into()),
                    }
                }
                "--shared-secret" => {
                    options.shared_secret = match value.as_str() {
                        "off" => SharedSecret::Off,
                        "bolt4" => SharedSecret::Bolt4,
                        "x-only" => SharedSecret::XOnly,
                        _ => return Err(bad("is none of off, bolt4 and x-only").into()),
                    }
                }
                "--name" => options.implementation[0] = value,
                "--release" => options.implementation[1] = value,
                "--language" => options.implementation[2] = value,
                "--min-final-cltv" => {
                    options.min_final_cltv = value.parse().map_err(|_| bad("is no number"))?
                }
                "--channels" => {
                    options.channels = within(&value, 1, 64).ok_or_else(|| bad("is not 1 to 64"))?
                }
                // BOLT 2 allows 483 HTLCs; some room for those that a node holds.
                "--window" => {
                    options.window = within(&value, 1, 400).ok_or_else(|| bad("is not 1 to 400"))?
                }
                "--capacity" => options.capacity = value.parse().map_err(|_| bad("is no number"))?,
                "--max-funding" => {
                    let amount = value.parse().ok().and_then(|amount| Amount::from_btc(amount).ok());
                    options.max_funding = amount.ok_or_else(|| bad("is no amount"))?;
                }
                "--hold" => options.hold = seconds(&value).ok_or_else(|| bad("is no time"))?,
                "--stall" => options.stall = seconds(&value).ok_or_else(|| bad("is no time"))?,
                "--longest-wait" => {
                    options.longest_wait = seconds(&value).ok_or_else(|| bad("is no time"))?
                }
                "--most-blocks" => options.most_blocks = value.parse().map_err(|_| bad("is no number"))?,
                "--invoice-command" => {
                    options.invoice_command = Some(split(&value).ok_or_else(|| bad("is no command"))?)
                }
                "--restart-command" => {
                    options.restart_command = Some(split(&value).ok_or_else(|| bad("is no command"))?)
                }
                "--pay-command" => {
                    options.pay_command = Some(split(&value).ok_or_else(|| bad("is no command"))?)
                }
                _ => return Err(format!("{option} is unknown: see --help").into()),
            }
        }
        Ok(Some(options))
    }

    /// How many cases may wait for their answers.
    pub fn total_window(&self) -> usize {
        (self.channels * self.window).min(MAX_WINDOW)
    }
}

/// The value of the last option of this name.
fn named<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let at = words.iter().rposition(|word| word == name)?;
    words.get(at + 1).map(String::as_str)
}

fn within(text: &str, least: usize, most: usize) -> Option<usize> {
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

fn split(text: &str) -> Option<Vec<String>> {
    shlex::split(text).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: &str = "028d7500dd4c12685d1f568b4c2b5048e8534b873319f3a8daa612b469132ec7f7@127.0.0.1:9735";

    fn parse(more: &[&str]) -> Result<Option<Options>> {
        let words = ["--node", NODE, "--chain", "http://u:p@127.0.0.1:1"];
        Options::parse(words.iter().chain(more).map(|word| (*word).to_owned()))
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, wanted) in [
            (&["--policy", "far_expiry=perhaps"][..], "no such policy"),
            (&["--policy", "far_expiry"], "NAME=VALUE"),
            (&["--channels", "0"], "1 to 64"),
            (&["--hold", "-1"], "no time"),
            (&["--windows", "1"], "unknown"),
            (&["--verbose"], "needs a value"),
            (&["--invoice-command", "'"], "no command"),
            (&["--node", "02@127.0.0.1:1"], "no public key"),
        ] {
            let error = parse(words).unwrap_err().to_string();
            assert!(error.contains(wanted), "{words:?}: {error}");
        }
        assert!(Options::parse([]).unwrap_err().to_string().contains("--node is missing"));
        assert!(parse(&["--help"]).unwrap().is_none());
    }

    #[test]
    fn the_window_is_that_of_all_channels() {
        let options = parse(&["--channels", "4", "--window", "50"]).unwrap().unwrap();
        assert_eq!([options.total_window(), options.channels], [200, 4]);
        assert_eq!(parse(&["--channels", "64"]).unwrap().unwrap().total_window(), MAX_WINDOW);
    }
}
