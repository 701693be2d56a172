//! `spontan adapter`: the reference itself, as an adapter.

use std::io::{self, ErrorKind};

use clap::Args;

use super::cases::nearest;
use super::exit::{Exit, Failure};
use crate::node::Policies;
use crate::reference;

/// Run the built-in reference as an adapter, on stdin and stdout
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLE)]
pub struct ServeArgs {
    /// Let the reference choose this value of a policy, and declare it; may be given several times, once for each policy
    #[arg(long = "policy", value_name = "NAME=VALUE", value_parser = choice)]
    policies: Vec<(String, String)>,
}

const EXAMPLE: &str = "\
Example:
  spontan check -- spontan adapter --policy keysend_payment_data=reject --policy final_short_channel_id=reject";

/// Serves until stdin ends.
pub fn run(args: &ServeArgs) -> Result<Exit, Failure> {
    let mut policies = Policies::default();
    for (index, (policy, value)) in args.policies.iter().enumerate() {
        if args.policies[..index].iter().any(|(earlier, _)| earlier == policy) {
            let message = format!("--policy {policy} is given twice. Give each policy one value");
            return Err(Failure::usage(message));
        }
        // The values were checked when they were read.
        policies.set(policy, value);
    }
    match reference::serve(io::stdin().lock(), io::stdout().lock(), policies) {
        // A closed stdout means that the runner has left: there is nobody to tell.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Failed, format!("the reference stopped: {error}")))
        }
        _ => Ok(Exit::Ok),
    }
}

/// Reads `NAME=VALUE`.
fn choice(text: &str) -> Result<(String, String), String> {
    let (policy, value) =
        text.split_once('=').ok_or("it must be NAME=VALUE, such as keysend_payment_data=reject")?;
    let Some((_, values)) = Policies::ALL.iter().find(|(name, _)| *name == policy) else {
        let near = nearest(policy, Policies::ALL.iter().map(|(name, _)| *name));
        return Err(format!("there is no policy {policy:?}. Did you mean one of these?{near}"));
    };
    if !values.contains(&value) {
        return Err(format!("{value:?} is no value of {policy}. Its values are {}", values.join(", ")));
    }
    Ok((policy.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_named_with_a_value_that_it_has() {
        assert!(choice("keysend_payment_data=reject").is_ok());
        for (text, part) in [
            ("keysend_payment_data", "NAME=VALUE"),
            ("keysend_data=reject", "\n  keysend_payment_data"),
            ("keysend_payment_data=deny", "accept_single, accept_multipart, reject, ignore"),
            ("=", "there is no policy \"\""),
        ] {
            let message = choice(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
