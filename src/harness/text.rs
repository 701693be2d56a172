//! Small things that every message needs: quoting what an adapter wrote, durations, shell words, dates.

use std::ffi::OsStr;
use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use crate::protocol::foreign::{printable, printable_lines};

/// How many bytes of a line are quoted.
const QUOTED_BYTES: usize = 200;

/// Quotes bytes that an adapter wrote: escaped, shortened, on one line.
pub fn quote(bytes: &[u8]) -> String {
    let mut out = quote_start(bytes);
    if bytes.len() > QUOTED_BYTES {
        let _ = write!(out, " ({} bytes)", bytes.len());
    }
    out
}

/// As [`quote`], of bytes that are themselves only the start of something.
pub fn quote_start(bytes: &[u8]) -> String {
    let mut out = String::from("«");
    for chunk in bytes[..bytes.len().min(QUOTED_BYTES)].utf8_chunks() {
        out.push_str(&printable(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    // An escape takes several characters.
    if let Some((end, _)) = out.char_indices().nth(2 * QUOTED_BYTES) {
        out.truncate(end);
        out.push('…');
    } else if bytes.len() > QUOTED_BYTES {
        out.push('…');
    }
    out.push('»');
    out
}

/// A sentence that quotes an adapter: as [`printable`], and not much longer than a sentence is.
pub fn sentence(text: &str) -> String {
    shorten(&printable(text), 1000)
}

/// A duration in seconds, without zeros at the end.
pub fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

/// An amount of memory, to three digits.
pub fn memory(bytes: u64) -> String {
    let mut size = bytes as f64 / 1024.0;
    for unit in ["KiB", "MiB", "GiB"] {
        if size < 1000.0 {
            let decimals = usize::from(size < 10.0 && unit != "KiB");
            return format!("{size:.decimals$} {unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.1} TiB")
}

/// A number of things: `1 case`, `2 cases`.
pub fn count(number: impl Into<u64>, thing: &str) -> String {
    match number.into() {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

/// A word as a POSIX shell takes it.
pub fn shell_word(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Shortens a text in the middle to about `width` characters.
pub fn shorten(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width + 12 {
        return text.to_owned();
    }
    let half = width / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    format!("{start}…{end}")
}

/// The start of a text, of at most this many bytes, without half a character.
pub fn start_of(text: &str, bytes: usize) -> &str {
    let at = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..at]
}

/// The end of a text, in the same way.
pub fn end_of(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    let at = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[at..]
}

/// Today's date in UTC, as `YYYY-MM-DD`.
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The date a number of days after 1970-01-01, in the Gregorian calendar.
fn date(mut days: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut month) = (1970, 1);
    loop {
        let length = match month {
            2 => 28 + u64::from(is_leap(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if days < length {
            return format!("{year:04}-{month:02}-{:02}", days + 1);
        }
        days -= length;
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// The words that are nearest to what was typed, the nearest first.
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let mut near: Vec<_> = words.map(|word| (distance(typed, word), word)).collect();
    near.sort_unstable();
    near.into_iter().take(most).map(|(_, word)| word).collect()
}

/// How far an id is from what was typed. Insertions are cheap, because people type parts of ids.
fn distance(typed: &str, id: &str) -> usize {
    let (typed, id): (Vec<_>, Vec<_>) = (typed.chars().take(200).collect(), id.chars().collect());
    let mut row: Vec<usize> = (0..=id.len()).collect();
    for (i, a) in typed.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 4;
        for (j, b) in id.iter().enumerate() {
            let kept = diagonal + if a == b { 0 } else { 4 };
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(diagonal + 4);
        }
    }
    row[id.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_stays_on_one_line_and_short() {
        assert_eq!(quote(b"ready\n\x1b[1m\xff\"e\"\xc3\xa9"), "«ready\\n\\u{1b}[1m\\xff\"e\"é»");
        let long = quote(&vec![b'a'; 1 << 20]);
        assert!(long.len() < 300 && long.ends_with("a…» (1048576 bytes)"), "{long}");
    }

    #[test]
    fn what_is_quoted_stays_short_though_it_is_escaped() {
        assert!(quote(&[0; 5000]).chars().count() < 450);
    }

    #[test]
    fn shell_words_survive_a_shell() {
        for (word, quoted) in [
            ("./adapter", "./adapter"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("a*", "'a*'"),
            ("x\ny", "'x\ny'"),
        ] {
            assert_eq!(shell_word(OsStr::new(word)), quoted);
        }
    }

    #[test]
    fn dates_of_days() {
        for (days, text) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (364, "1970-12-31"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_779, "2026-11-22"),
        ] {
            assert_eq!(date(days), text);
        }
    }

    #[test]
    fn memory_has_a_unit() {
        for (bytes, text) in [
            (0, "0 KiB"),
            (999 << 10, "999 KiB"),
            (1 << 20, "1.0 MiB"),
            (512 << 20, "512 MiB"),
            (1000 << 20, "1.0 GiB"),
            (3 << 40, "3.0 TiB"),
        ] {
            assert_eq!(memory(bytes), text);
        }
    }

    #[test]
    fn seconds_are_short() {
        assert_eq!(seconds(Duration::from_secs(5)), "5 s");
        assert_eq!(seconds(Duration::from_millis(250)), "0.25 s");
    }

    #[test]
    fn a_part_of_an_id_is_nearer_than_another_id() {
        let typed = "keysend.receive/preimage-last-bit";
        let right = distance(typed, "keysend.receive/preimage-last-bit-flipped");
        assert!(right < distance(typed, "keysend.receive/minimal"));
        assert!(
            distance("bigsize.decode/zer", "bigsize.decode/zero")
                < distance("bigsize.decode/zer", "bigsize.decode/one")
        );
    }
}
