//! The adapter on the command line: the program after `--`, its time limits, and what is said when it does not start.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use super::exit::{Exit, Failure};
use crate::harness::{Adapter, Options, StartError, Stop, interrupt, memory};
use crate::report::failure;

/// Which adapter, and how long it may take.
#[derive(Debug, Clone, Args)]
pub struct AdapterArgs {
    /// How long the adapter may take to answer, in seconds, counted for the oldest case that is still open
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub timeout: Duration,
    /// How long the adapter may take to say hello, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub hello_timeout: Duration,
    /// Run the adapter with the environment variables PATH, HOME, LANG and TMPDIR alone
    #[arg(long)]
    pub clean_env: bool,
    /// How many processes the adapter may have at the same time with all that it starts, itself included (Linux). With more
    /// it is ended, and the case fails; it is asked one case at a time then, so that it is known which case it was
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub max_processes: Option<u16>,
    /// The adapter: a program and its arguments
    #[arg(last = true, value_name = "ADAPTER")]
    pub adapter: Vec<OsString>,
}

impl AdapterArgs {
    /// The adapter that is named, or else this program as the adapter of the reference.
    pub fn adapter(&self) -> Result<Adapter, Failure> {
        if let Some((program, args)) = self.adapter.split_first() {
            return Ok(self.bounded(Adapter::new(program, args.to_vec())));
        }
        let program = std::env::current_exe().map_err(|error| {
            let message = format!(
                "the built-in reference could not be started: the path of this program is not known ({error}). \
                 Name an adapter after --"
            );
            Failure::new(Exit::NoAdapter, message)
        })?;
        Ok(self.bounded(Adapter::new(program, vec!["adapter".into()])))
    }

    /// An adapter with the environment and the bound of these options.
    pub fn bounded(&self, adapter: Adapter) -> Adapter {
        let max_processes = self.max_processes.map(usize::from);
        Adapter { clean_env: self.clean_env, max_processes, ..adapter }
    }

    /// How it is run: one process, each case once. From now on a signal ends the run, so that what it found is told.
    pub fn options(&self) -> Result<Options, Failure> {
        interrupt::listen()
            .map_err(|error| Failure::usage(format!("signals could not be waited for: {error}")))?;
        if self.max_processes.is_some() && !memory::is_told() {
            let message =
                "--max-processes needs a system that tells in /proc which processes there are, as Linux does";
            return Err(Failure::usage(message));
        }
        let (hello_timeout, timeout) = (self.hello_timeout, self.timeout);
        Ok(Options { hello_timeout, timeout, ..Options::new(self.adapter()?) })
    }
}

/// The adapter did not start or did not shake hands.
impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::new(Exit::NoAdapter, with_stderr(error.message, &error.stderr))
    }
}

/// The adapter broke the protocol, or died too often.
impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        Self::new(Exit::Broken, with_stderr(stop.message, &stop.stderr))
    }
}

fn with_stderr(mut message: String, stderr: &str) -> String {
    let lines = failure::stderr(stderr);
    if !lines.is_empty() {
        message.push_str(&format!("\nThe end of its stderr:\n  {}", lines.join("\n  ")));
    }
    message
}

/// A time limit in seconds: a number above 0, at most a day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 =
        text.parse().map_err(|_| "it must be a number of seconds, such as 5 or 0.5".to_owned())?;
    if seconds > 0.0 && seconds <= 86_400.0 {
        Ok(Duration::from_secs_f64(seconds).max(Duration::from_millis(1)))
    } else {
        Err("it must be above 0 and at most 86400 seconds".into())
    }
}

/// An amount of memory, such as `512M`: a number with K, M, G or nothing after it, in powers of 1024.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong = || "it must be a size, such as 512M or 2G".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err(wrong()),
    };
    let number = digits.parse::<u64>().ok().filter(|number| *number > 0 && !digits.starts_with('+'));
    number.and_then(|number| number.checked_mul(unit)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(size("512M"), Ok(512 << 20));
        assert_eq!(size("2g"), Ok(2 << 30));
        assert_eq!(size("4096"), Ok(4096));
        for text in ["", "M", "0", "0M", "-1M", "+1M", "1.5G", "1T", "1MB", "1 M", "99999999999G"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_bounded() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "nan", "inf", "1e9", "5s", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
