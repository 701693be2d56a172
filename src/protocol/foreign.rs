//! Text that someone else wrote, such as an adapter. It may hold what moves a terminal's cursor, colours it or turns the
//! direction of writing. So it is a type of its own that nothing can print by accident.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// A text that someone else wrote. In JSON it is a string. It has no `Display`:
///
/// ```compile_fail,E0277
/// println!("{}", spontan::protocol::Foreign::from("\u{1b}[2J"));
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct Foreign(String);

impl Foreign {
    /// As it may be shown: see [`printable`].
    pub fn printable(&self) -> String {
        printable(&self.0)
    }

    /// As it may be shown where a text has several lines.
    pub fn printable_lines(&self) -> String {
        printable_lines(&self.0)
    }

    /// As it came: to compare it or to keep it, not to show it.
    pub fn raw(&self) -> &str {
        &self.0
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A text with everything escaped that could move a terminal's cursor, change its colours or hide something.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if is_hidden(char) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out
}

/// As [`printable`], but line feeds stay.
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Is it a control character, or one that takes no width, ends a line or turns the direction of writing?
pub const fn is_hidden(char: char) -> bool {
    matches!(
        char,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        assert_eq!(printable("\u{feff}a\u{202e}b\u{7f}\0"), "\\u{feff}a\\u{202e}b\\u{7f}\\u{0}");
        // C0 and C1, a soft hyphen, marks of direction, separators, joiners, annotations, tags.
        for char in
            "\n\u{1b}\u{9b}\u{ad}\u{61c}\u{200d}\u{2028}\u{2029}\u{2066}\u{2060}\u{fff9}\u{e0041}".chars()
        {
            assert!(printable(&char.to_string()).starts_with('\\'), "{char:?}");
        }
        let seen = "aé→ «\u{a0}\u{3000}😀»";
        assert_eq!(printable(seen), seen);
    }

    #[test]
    fn in_json_it_is_a_string() {
        let text: Foreign = serde_json::from_str(r#""\u001ba""#).unwrap();
        assert_eq!((text.raw(), text.printable().as_str()), ("\u{1b}a", "\\u{1b}a"));
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""\u001ba""#);
    }
}
