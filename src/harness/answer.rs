//! An answer line: reading it, and what is said of one that breaks the protocol.

use std::time::{Duration, Instant};

use super::finding::Stop;
use super::session::Session;
use super::text::{quote_start, sentence};
use super::window::Window;
use crate::protocol::{Content, MAX_LINE, strict};

/// Reads an answer (without its LF) and finds its question. The error is to be shown with the line itself.
pub fn read<T>(window: &mut Window<T>, line: &[u8], now: Instant) -> Result<(T, Content), String> {
    if line.len() >= MAX_LINE {
        return Err(format!("it has {} bytes; a line has at most {MAX_LINE} with its LF", line.len() + 1));
    }
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("it is not UTF-8: see byte {} (JSON is UTF-8)", error.valid_up_to()))?;
    let answer = strict::answer(text).map_err(|wrong| sentence(&wrong))?;
    Ok((window.answer(answer.seq, now)?, answer.content))
}

/// The end of a run whose adapter broke the protocol with this line, which is quoted already.
pub fn breach(session: &mut Session, wrong: &str, line: &str) -> Stop {
    let message = format!(
        "the adapter broke the protocol: {wrong}.\nThe line: {line}\n\
         Stdout is for answers alone; print what is meant for people to stderr. See docs/protocol.md, Lines"
    );
    stop(session, message)
}

/// As [`breach`], for a line that starts like this and is too long.
pub fn too_long(session: &mut Session, start: &[u8]) -> Stop {
    breach(session, &format!("a line has no LF within {MAX_LINE} bytes"), &quote_start(start))
}

/// Ends the process, and the run with it.
pub fn stop(session: &mut Session, message: String) -> Stop {
    session.process().end(Duration::ZERO);
    Stop { message, stderr: session.process().stderr().since(0), breach: true }
}
