//! Writing to stdout and stderr: colours only where they are wanted (`NO_COLOR`, `CLICOLOR_FORCE`), and no error
//! when the reader of a pipe leaves early; and a line of progress.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::exit::Failure;
use super::file;
use crate::harness::text::printable_lines;
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

/// Writes an error message to stderr, which may quote anything.
pub fn error(message: &str) {
    note(&format!("{RED}error{RED:#}: {}", printable_lines(message)));
}

/// Writes a line to stderr.
pub fn note(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{message}");
}

/// A line of progress on stderr: drawn over itself on a terminal, and elsewhere, as in the log of CI, one a minute.
#[derive(Debug)]
pub struct Progress {
    drawn: Instant,
    is_terminal: bool,
}

impl Progress {
    /// Nothing is drawn yet.
    pub fn new() -> Self {
        Self { drawn: Instant::now(), is_terminal: io::stderr().is_terminal() }
    }

    /// Draws the line again, unless that was done a moment ago.
    pub fn draw(&mut self, line: impl FnOnce() -> String) {
        if let Some([start, end]) = self.due(Instant::now()) {
            let _ = write!(io::stderr(), "{start}{}{end}", line());
        }
    }

    /// What stands before and after the line, if it is time for one.
    fn due(&mut self, now: Instant) -> Option<[&'static str; 2]> {
        let (pause, around) = match self.is_terminal {
            true => (Duration::from_millis(100), [ERASED, ""]),
            false => (Duration::from_secs(60), ["", "\n"]),
        };
        let is_due = now.duration_since(self.drawn) > pause;
        is_due.then(|| {
            self.drawn = now;
            around
        })
    }

    /// Removes the line.
    pub fn clear(&self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "{ERASED}");
        }
    }
}

/// The start of a line that is empty again.
const ERASED: &str = "\r\x1b[K";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_line_a_minute_where_there_is_no_terminal() {
        let drawn = Instant::now();
        let after = |seconds: f64| drawn + Duration::from_secs_f64(seconds);
        let mut log = Progress { drawn, is_terminal: false };
        assert_eq!(log.due(after(59.0)), None);
        assert_eq!(log.due(after(61.0)), Some(["", "\n"]));
        assert_eq!(log.due(after(120.0)), None);
        let mut terminal = Progress { drawn, is_terminal: true };
        assert_eq!([0.05, 0.15, 0.2].map(|at| terminal.due(after(at)).is_some()), [false, true, false]);
    }
}
