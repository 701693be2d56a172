//! Writing to stdout and stderr: colours only where they are wanted (`NO_COLOR`, `CLICOLOR_FORCE`), and no trouble
//! when the reader of a pipe leaves early.

use std::io::{self, ErrorKind, Write};

use super::exit::{Exit, Failure};
use crate::report::failure::RED;

/// Writes a text to stdout. A reader that left is no error.
///
/// # Errors
/// If stdout cannot be written for another reason, such as a full disk.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Usage, format!("stdout could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes bytes to stdout as they are, for a pipe.
///
/// # Errors
/// As [`print()`].
pub fn raw(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Usage, format!("stdout could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes an error message to stderr.
pub fn error(message: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "{RED}error{RED:#}: {message}");
}

/// Writes a line that is no error to stderr.
pub fn note(message: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "{message}");
}
