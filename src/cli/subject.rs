//! Who is asked by `spontan fuzz` and `spontan shrink`: an adapter, and perhaps a second one to compare it with.

use std::ffi::OsString;

use clap::Args;

use super::adapter::AdapterArgs;
use super::exit::{Exit, Failure};
use crate::differ::against::Against;
use crate::differ::subject::{Live, Subject};
use crate::harness::text::shell_word;
use crate::harness::{Adapter, Options};

/// Who is asked.
#[derive(Debug, Clone, Args)]
#[command(mut_arg("adapter", |adapter| adapter.required(true)))]
pub struct SubjectArgs {
    /// Compare with a second adapter instead of the reference. Write its program and arguments as one quoted word; it is
    /// split as a shell would split it, but run without a shell
    #[arg(long, value_name = "COMMAND")]
    against: Option<String>,
    #[command(flatten)]
    adapter: AdapterArgs,
}

impl SubjectArgs {
    /// Starts the adapter, and the second one if there is one.
    pub fn start(&self) -> Result<Box<dyn Subject>, Failure> {
        let second = self.against.as_deref().map(split).transpose()?;
        let options = self.adapter.options()?;
        let one = Live::start(options.clone())?;
        let Some(adapter) = second else { return Ok(Box::new(one)) };
        let adapter = self.adapter.bounded(adapter);
        let both = Against::new(one, Live::start(Options { adapter, ..options })?);
        if both.hello().operations.is_empty() {
            let message = "the two adapters have no operation in common, so there is nothing to compare";
            return Err(Failure::new(Exit::Nothing, message));
        }
        Ok(Box::new(both))
    }

    /// Is there a second adapter?
    pub fn compares_two(&self) -> bool {
        self.against.is_some()
    }

    /// The part of a command line that says who is asked, quoted for a shell.
    pub fn words(&self) -> String {
        let against =
            self.against.iter().flat_map(|command| ["--against".into(), shell_word(command.as_ref())]);
        let adapter = self.adapter.adapter.iter().map(|word| shell_word(word));
        let clean = self.adapter.clean_env.then(|| "--clean-env".into());
        let most = self.adapter.max_processes.map(|most| format!("--max-processes {most}"));
        clean
            .into_iter()
            .chain(most)
            .chain(against)
            .chain(["--".into()])
            .chain(adapter)
            .collect::<Vec<String>>()
            .join(" ")
    }
}

/// Splits a command line into its words.
fn split(command: &str) -> Result<Adapter, Failure> {
    let wrong = |what| {
        Failure::usage(format!(
            "--against {command:?}: {what}. Write the second adapter's program and arguments as for a shell, such as \
             --against './other-adapter --port 1'"
        ))
    };
    let words = shlex::split(command).ok_or_else(|| wrong("a quotation mark is not closed"))?;
    let mut words = words.into_iter().map(OsString::from);
    let program = words.next().ok_or_else(|| wrong("there is no program in it"))?;
    Ok(Adapter::new(program, words.collect()))
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
