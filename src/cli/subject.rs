//! Who is asked by `spontan fuzz` and `spontan shrink`: an adapter, and perhaps a second one that it is compared with.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use super::cases;
use super::check::no_adapter;
use super::exit::{Exit, Failure};
use crate::differ::against::Against;
use crate::differ::subject::{Live, Subject};
use crate::harness::text::shell_word;
use crate::harness::{Adapter, Options};

/// Who is asked.
#[derive(Debug, Clone, Args)]
pub struct SubjectArgs {
    /// Compare with a second adapter in place of the reference: a program and its arguments in one word, split as a
    /// shell would, but run without one
    #[arg(long, value_name = "COMMAND")]
    against: Option<String>,
    /// How long the oldest unanswered case may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = cases::seconds)]
    timeout: Duration,
    /// How long an adapter may take to say hello, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = cases::seconds)]
    hello_timeout: Duration,
    /// The adapter: a program and its arguments
    #[arg(last = true, required = true, value_name = "ADAPTER")]
    adapter: Vec<OsString>,
}

impl SubjectArgs {
    /// Starts the adapter, and the second one if there is one.
    ///
    /// # Errors
    /// If a command line cannot be read, or an adapter does not start or shake hands.
    pub fn start(&self) -> Result<Box<dyn Subject>, Failure> {
        let second = self.against.as_deref().map(split).transpose()?;
        let one = self.live(cases::adapter_or_reference(&self.adapter)?)?;
        let Some(second) = second else { return Ok(Box::new(one)) };
        let both = Against::new(one, self.live(second)?);
        if both.hello().operations.is_empty() {
            let message =
                "the two adapters declare no operation in common, so that there is nothing to compare";
            return Err(Failure::new(Exit::Nothing, message));
        }
        Ok(Box::new(both))
    }

    fn live(&self, adapter: Adapter) -> Result<Live, Failure> {
        let (hello_timeout, timeout) = (self.hello_timeout, self.timeout);
        let options = Options { hello_timeout, timeout, ..Options::new(adapter) };
        Live::start(options).map_err(no_adapter)
    }

    /// Is there a second adapter?
    pub fn compares_two(&self) -> bool {
        self.against.is_some()
    }

    /// The part of a command line that says who is asked, for a shell.
    pub fn words(&self) -> String {
        let against =
            self.against.iter().flat_map(|command| ["--against".into(), shell_word(command.as_ref())]);
        let adapter = self.adapter.iter().map(|word| shell_word(word));
        against.chain(["--".into()]).chain(adapter).collect::<Vec<String>>().join(" ")
    }
}

/// A command line as its words.
fn split(command: &str) -> Result<Adapter, Failure> {
    let wrong = |what| {
        let message = format!(
            "--against {command:?}: {what}. Write the second adapter's program and arguments as for a shell, such as \
             --against './other-adapter --port 1'"
        );
        Failure::new(Exit::Usage, message)
    };
    let words = shlex::split(command).ok_or_else(|| wrong("a quotation mark is not closed"))?;
    let mut words = words.into_iter().map(OsString::from);
    let program = words.next().ok_or_else(|| wrong("there is no program in it"))?;
    Ok(Adapter { program, args: words.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        let adapter = split("./other  --name 'two words' \"a b\" c\\ d '$HOME'").unwrap();
        assert_eq!(adapter.program, "./other");
        assert_eq!(adapter.args, ["--name", "two words", "a b", "c d", "$HOME"]);
        for (command, what) in [("", "no program"), ("  ", "no program"), ("./a 'b", "not closed")] {
            let failure = split(command).unwrap_err();
            assert!(failure.message.contains(what), "{command:?}: {}", failure.message);
        }
    }
}
