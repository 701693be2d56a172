//! Reads vectors: those that are built in, or a directory of the same files. A file of a directory that is not exactly what
//! [`super::yaml`] would write of its content is refused with the first line that differs, so that nothing is ever
//! read as something else than it says. Of those that are built in, `tests/vectors.rs` proves it.
//!
//! ```
//! use spontan::protocol::operation::Input;
//! use spontan::vectors::{Level, Verdict, load};
//!
//! let suites = load::built_in()?;
//! let suite = suites.iter().find(|suite| suite.suite == "bigsize.decode").ok_or("no such suite")?;
//! let id = "bigsize.decode/bolt1-two-byte-low";
//! let case = suite.cases.iter().find(|case| case.id == id).ok_or("no such case")?;
//! assert_eq!(case.level, Level::Must);
//! let Input::BigSizeDecode(input) = case.typed_input()? else { return Err("another operation".into()) };
//! assert_eq!(input.bytes.0, [0xfd, 0x00, 0xfd]);
//! let Some(Verdict::Accept(output)) = case.default_verdict() else { return Err("not accepted".into()) };
//! assert_eq!(output["value"], "253");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

use rustix::fs::{Mode, OFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::case::{SCHEMA, Suite};
use super::packed::{self, Packed, packed};
use super::yaml;
use crate::protocol::foreign::is_hidden;

/// The largest vectors file that is read, in bytes.
pub const MAX_FILE: u64 = 64 << 20;

/// The first line of every vectors file.
pub const HEADER: &str =
    "# Made by `spontan vectors generate` from the recipes in src/vectors/recipe. Do not edit. CC0-1.0.\n";

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, packed!(concat!("vectors/", $name, ".yaml")))),*]
    };
}

/// The suites in the order in which they are run: name and file.
const BUILT_IN: &[(&str, Packed)] = built_in![
    "bigsize.decode",
    "bigsize.encode",
    "tlv.decode",
    "ecdh.shared_secret",
    "onion.construct",
    "onion.peel",
    "keysend.send",
    "keysend.receive",
    "shared_secret.send",
    "shared_secret.receive",
    "node.sequence",
    "failure.create",
    "failure.wrap",
    "failure.open",
    "attribution.update",
    "attribution.open",
    "blinded.create",
    "blinded.unblind",
    "features.may_pay",
    "features.announce",
    "amp.split",
    "amp.claim",
    "amp.sequence",
    "payer.sequence",
    "offline.derive",
];

/// Why vectors could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The directory or a file in it could not be read, and the operating system's answer.
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    /// A directory without one `*.yaml`.
    #[error("{}: there is no vectors file (*.yaml) in this directory", .0.display())]
    Empty(PathBuf),
    /// A file of this name is not YAML, or has not the fields of a vectors file. What the YAML reader says has line, column
    /// and the source around it.
    #[error("{0}: {1}")]
    Syntax(String, String),
    /// Another schema.
    #[error("{name}: its schema is {found:?}; this spontan reads {expected:?}. {hint}")]
    Schema {
        /// The file's name.
        name: String,
        /// What it says.
        found: String,
        /// What is read.
        expected: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The content is readable, but not written as the generator writes it.
    #[error(
        "{name}, line {line}: not in canonical form. It says\n    {found}\nbut the canonical form is\n    {expected}\n(strings, hex above all, need double quotes; `spontan vectors generate` writes the form)"
    )]
    NotCanonical {
        /// The file's name.
        name: String,
        /// The first line that differs, counted from 1.
        line: usize,
        /// What is written there.
        found: String,
        /// What the generator would write.
        expected: String,
    },
}

/// The vectors that are built into this program.
///
/// # Errors
/// If one of the files that it was built with is not sound.
pub fn built_in() -> Result<Vec<Suite>, LoadError> {
    in_parallel(BUILT_IN, |(_, (name, compressed))| {
        read_yaml(name, &packed::text(compressed).map_err(|error| LoadError::Syntax((*name).into(), error))?)
    })
}

/// More threads do not read the vectors any faster: the largest file is a fourth of them.
const THREADS: usize = 4;

/// What becomes of each file, in their order, or the first error. Every start of the program waits for this.
fn in_parallel<F: Sync, T: Send>(
    files: &[F],
    read: impl Fn(&F) -> Result<T, LoadError> + Sync,
) -> Result<Vec<T>, LoadError> {
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        files.get(at).map(|file| (at, read(file)))
    };
    let work = || std::iter::from_fn(take).collect::<Vec<_>>();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let mut done = thread::scope(|scope| {
        // Where the system gives no more threads, this one does it all.
        let others: Vec<_> =
            (1..threads).filter_map(|_| Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, read)| read).collect()
}

/// The vectors in the `*.yaml` of a directory, apart from `requirements.yaml` and `lock.yaml`; suites that this
/// program knows come first, in its order.
///
/// # Errors
/// What is wrong with the directory or with the first file that is not sound.
pub fn directory(path: &Path) -> Result<Vec<Suite>, LoadError> {
    let io = |error| LoadError::Io(path.to_owned(), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let is_yaml = file.extension().is_some_and(|extension| extension == "yaml");
        if is_yaml && !["requirements", "lock"].contains(&stem.as_str()) {
            let rank = BUILT_IN.iter().position(|(name, _)| *name == stem).unwrap_or(BUILT_IN.len());
            files.push((rank, file));
        }
    }
    if files.is_empty() {
        return Err(LoadError::Empty(path.to_owned()));
    }
    files.sort();
    in_parallel(&files, |(_, file)| parse(&file.display().to_string(), &text_of(file)?))
}

/// The text of a file that is not too large.
pub(super) fn text_of(path: &Path) -> Result<String, LoadError> {
    let io = |error| LoadError::Io(path.to_owned(), error);
    read_text(path, MAX_FILE).map_err(io)
}

/// Reads a text of at most this many bytes. What counts is what is read: a device or a pipe may have no end.
pub(crate) fn read_text(path: &Path, max: u64) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    // A named pipe to which nobody writes would keep `open` waiting for ever; with this flag it is empty. What somebody writes to
    // is waited for.
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
    rustix::fs::fcntl_setfl(&file, OFlags::empty())?;
    std::fs::File::from(file).take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        let message = format!("it has more than {max} bytes, which is the most that is read");
        return Err(std::io::Error::new(ErrorKind::FileTooLarge, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        std::io::Error::new(ErrorKind::InvalidData, format!("byte {at} is not UTF-8"))
    })
}

/// Reads the text of a vectors file; `name` is for the messages.
///
/// # Errors
/// What is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Suite, LoadError> {
    parse_as(name, text, SCHEMA, HEADER)
}

/// Reads a file of this schema that starts with this line and is otherwise in canonical form.
pub(super) fn parse_as<T: DeserializeOwned + Serialize>(
    name: &str,
    text: &str,
    schema: &'static str,
    header: &str,
) -> Result<T, LoadError> {
    let value: Value = read_yaml(name, text)?;
    if let Some(char) = hidden(&value) {
        let what = format!("a text in it has {}, a character that cannot be seen", char.escape_unicode());
        return Err(LoadError::Syntax(name.to_owned(), what));
    }
    let found = value.get("schema").and_then(Value::as_str);
    if found != Some(schema) {
        let hint = match found {
            Some(_) => "Use the release of spontan that these vectors came with.",
            None => "Is it a vectors file at all? Its first key is `schema`.",
        };
        let (name, found) = (name.to_owned(), found.unwrap_or_default().to_owned());
        return Err(LoadError::Schema { name, found, expected: schema, hint });
    }
    let difference =
        |content: &Value| first_difference(name, text, &format!("{header}{}", yaml::emit(content)));
    let content: T = match read_yaml(name, text) {
        Ok(content) => content,
        // A hex string without quotes is a number: the form says more than the type.
        Err(error) => return Err(difference(&value).unwrap_or(error)),
    };
    // Of what was read, not of the YAML: keys have an order, and what is not there is not written.
    let written = serde_json::to_value(&content).map_err(|error| syntax(name, &error))?;
    difference(&written).map_or(Ok(content), Err)
}

/// What is written in a YAML text, with bounds on its size.
fn read_yaml<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, LoadError> {
    let options = serde_yaml::options! {
        strict_booleans: true,
        budget: serde_yaml::budget! { max_nodes: 4_000_000, max_events: 8_000_000 },
    };
    serde_yaml::from_str_with_options(text, options).map_err(|error| syntax(name, &error))
}

fn syntax(name: &str, error: &dyn std::error::Error) -> LoadError {
    LoadError::Syntax(name.to_owned(), error.to_string())
}

/// A character in one of its texts with which it could not be shown as it is.
fn hidden(value: &Value) -> Option<char> {
    match value {
        Value::String(text) => text.chars().find(|char| is_hidden(*char)),
        Value::Array(list) => list.iter().find_map(hidden),
        Value::Object(map) => map
            .iter()
            .find_map(|(key, value)| key.chars().find(|char| is_hidden(*char)).or_else(|| hidden(value))),
        _ => None,
    }
}

fn first_difference<'a>(name: &str, text: &'a str, canonical: &'a str) -> Option<LoadError> {
    if text == canonical {
        return None;
    }
    let lines = |text: &'a str| text.split('\n').map(Some).chain(std::iter::repeat(None));
    let mut lines = (1..).zip(lines(text).zip(lines(canonical)));
    let (line, (found, expected)) = lines.find(|(_, (found, expected))| found != expected)?;
    let shown = |line: Option<&str>| shorten(line.unwrap_or("(the end of the file)"));
    let (found, expected) = (shown(found), shown(expected));
    Some(LoadError::NotCanonical { name: name.to_owned(), line, found, expected })
}

fn shorten(line: &str) -> String {
    match line.char_indices().nth(100) {
        Some((end, _)) => format!("{}… ({} characters)", &line[..end], line.chars().count()),
        None => line.to_owned(),
    }
}

/// The text of a suite's file, or of the lock.
///
/// # Errors
/// None that they can cause.
pub fn to_text(content: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(format!("{HEADER}{}", yaml::emit(&serde_json::to_value(content)?)))
}
