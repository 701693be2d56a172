//! Commands of the user that do to a node what no wire can: issue an invoice, pay, start it again. Shell words, with the
//! values in the environment.

use std::process::{Command, Output, Stdio};

use lightning::bolt11_invoice::Bolt11Invoice;

use crate::Result;

/// Runs a command to its end; what it printed.
///
/// # Errors
/// When it cannot be started, or ends otherwise than well: with the end of what it said.
fn run(words: &[String], values: &[(&str, String)]) -> Result<String> {
    let output = output(words, values)?;
    if !output.status.success() {
        return Err(format!("{} ends with {}: {}", words[0], output.status, last_words(&output)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn output(words: &[String], values: &[(&str, String)]) -> Result<Output> {
    let (program, arguments) = words.split_first().ok_or("the command is empty")?;
    Command::new(program)
        .args(arguments)
        .envs(values.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program} cannot be started: {error}").into())
}

/// The last line of what it said to people.
fn last_words(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.trim().lines().last().unwrap_or("it says nothing").to_owned()
}

/// Has the node issue an invoice; the payment secret that it chose.
///
/// # Errors
/// When the command fails or prints neither an invoice nor 32 bytes as hex.
pub fn invoice(words: &[String], preimage: [u8; 32], amount: Option<u64>, delta: u32) -> Result<[u8; 32]> {
    let values = [
        ("SPONTAN_PREIMAGE", hex::encode(preimage)),
        ("SPONTAN_MIN_FINAL_CLTV", delta.to_string()),
        ("SPONTAN_AMOUNT_MSAT", amount.map(|amount| amount.to_string()).unwrap_or_default()),
    ];
    let printed = run(words, &values).map_err(|error| format!("--invoice-command: {error}"))?;
    secret_in(&printed).ok_or_else(|| "--invoice-command prints no invoice and no payment secret".into())
}

/// The secret of the first word that is an invoice, whatever stands around it: JSON will do. Without any invoice, the
/// first word that is 32 bytes.
fn secret_in(printed: &str) -> Option<[u8; 32]> {
    let words = || printed.split(|letter: char| !letter.is_ascii_alphanumeric());
    let invoice = words().find_map(|word| word.parse::<Bolt11Invoice>().ok());
    let secret = || words().find_map(|word| hex::decode(word).ok()?.try_into().ok());
    invoice.map(|invoice| invoice.payment_secret().0).or_else(secret)
}

/// What the node says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    /// It was paid.
    Yes,
    /// It was not, with the command's last words.
    No(String),
    /// The node cannot be told such a payment, and why.
    LeftOut(String),
}

/// The exit code of a command that cannot do what it is asked for.
const LEFT_OUT: i32 = 77;

/// Has the node pay a payee an amount in msat, with custom records; waits for what comes of it.
///
/// # Errors
/// When the command cannot be started.
pub fn pay(words: &[String], payee: &str, amount: u64, records: &str) -> Result<Paid> {
    let values = [
        ("SPONTAN_PAYEE", payee.to_owned()),
        ("SPONTAN_AMOUNT_MSAT", amount.to_string()),
        ("SPONTAN_CUSTOM_RECORDS", records.to_owned()),
    ];
    let output = output(words, &values).map_err(|error| format!("--pay-command: {error}"))?;
    Ok(match output.status.code() {
        Some(0) => Paid::Yes,
        Some(LEFT_OUT) => Paid::LeftOut(last_words(&output)),
        _ => Paid::No(last_words(&output)),
    })
}

/// Starts the node again.
///
/// # Errors
/// When the command fails.
pub fn restart(words: &[String]) -> Result<()> {
    run(words, &[]).map(drop).map_err(|error| format!("--restart-command: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        ["sh", "-c", text].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_values_are_in_the_environment_and_the_secret_is_found() {
        let command = words(
            r#"test "$SPONTAN_AMOUNT_MSAT $SPONTAN_MIN_FINAL_CLTV" = "1000 19" && echo "{\"secret\": \"$SPONTAN_PREIMAGE\"}""#,
        );
        assert_eq!(invoice(&command, [7; 32], Some(1000), 19).unwrap(), [7; 32]);
        let error = invoice(&command, [7; 32], None, 19).unwrap_err().to_string();
        assert!(error.contains("--invoice-command") && error.contains("exit status: 1"), "{error}");
    }

    #[test]
    fn what_came_of_a_payment_is_the_commands_end() {
        let command = words(
            r#"echo "$SPONTAN_PAYEE $SPONTAN_CUSTOM_RECORDS" >&2; test "$SPONTAN_AMOUNT_MSAT" != 1 || exit 77; exit $SPONTAN_AMOUNT_MSAT"#,
        );
        let pay = |amount| pay(&command, "02ab", amount, "65537=01").unwrap();
        assert_eq!(pay(0), Paid::Yes);
        assert_eq!(pay(1), Paid::LeftOut("02ab 65537=01".into()));
        assert_eq!(pay(2), Paid::No("02ab 65537=01".into()));
    }

    #[test]
    fn a_failing_command_is_said_with_its_last_words() {
        let error = restart(&words("echo no such node >&2; exit 3")).unwrap_err().to_string();
        assert!(error.contains("no such node"), "{error}");
        assert!(
            invoice(&words("echo done"), [7; 32], None, 19)
                .unwrap_err()
                .to_string()
                .contains("prints no invoice")
        );
        assert!(restart(&["/no/such/program".into()]).is_err());
    }
}
