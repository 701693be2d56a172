//! Writing to stdout and stderr: colours only where they are wanted (`NO_COLOR`, `CLICOLOR_FORCE`), and no error
//! when the reader of a pipe leaves early; and a line of progress.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::exit::Failure;
use super::file;
use crate::report::failure::RED;

/// Writes a text to stdout. That its reader has left is not an error; a full disk is.
pub fn print(text: &str) -> Result<(), Failure> {
    write_all(anstream::stdout().lock(), text.as_bytes())
}

/// Writes bytes to stdout as they are, for a pipe.
pub fn raw(bytes: &[u8]) -> Result<(), Failure> {
    write_all(io::stdout().lock(), bytes)
}

fn write_all(mut stdout: impl Write, bytes: &[u8]) -> Result<(), Failure> {
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::unwritable(Path::new("stdout"), error))
        }
        _ => Ok(()),
    }
}

/// Writes a text to a file, or to stdout where no file is named.
pub fn save(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    match path {
        Some(path) => file::save(path, text).map_err(|error| Failure::unwritable(path, error)),
        None => print(text),
    }
}

/// Writes an error message to stderr.
pub fn error(message: &str) {
    note(&format!("{RED}error{RED:#}: {message}"));
}

/// Writes a line to stderr.
pub fn note(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

/// A line of progress on stderr, if that is a terminal: when it was drawn last.
#[derive(Debug)]
pub struct Progress(Option<Instant>);

impl Progress {
    /// Nothing is drawn yet.
    pub fn new() -> Self {
        Self(io::stderr().is_terminal().then(Instant::now))
    }

    /// Draws the line again, unless that was done a moment ago.
    pub fn draw(&mut self, line: impl FnOnce() -> String) {
        if let Some(drawn) = self.0.as_mut().filter(|drawn| drawn.elapsed() > Duration::from_millis(100)) {
            *drawn = Instant::now();
            let _ = write!(io::stderr(), "\r\x1b[K{}", line());
        }
    }

    /// Removes the line.
    pub fn clear(&self) {
        if self.0.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
