//! Commands of the user that do to a node what no wire can: issue an invoice, start it again. Shell words, with the
//! values in the environment.

use std::process::{Command, Stdio};

use lightning::bolt11_invoice::Bolt11Invoice;

use crate::Result;

/// Runs a command to its end; what it printed.
///
/// # Errors
/// When it cannot be started, or ends otherwise than well: with the end of what it said.
fn run(words: &[String], values: &[(&str, String)]) -> Result<String> {
    let (program, arguments) = words.split_first().ok_or("the command is empty")?;
    let output = Command::new(program)
        .args(arguments)
        .envs(values.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program} cannot be started: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().last().unwrap_or("it says nothing");
        return Err(format!("{program} ends with {}: {last}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
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
