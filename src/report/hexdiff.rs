//! Two hex strings under each other with the bytes marked in which they differ.

/// Bytes before and after the first difference that are shown of long strings.
const AROUND: (usize, usize) = (8, 24);

/// The two strings cut to the same window, with the marks under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexDiff {
    /// The first byte that differs, from 0.
    pub first: usize,
    /// How many bytes differ or are there on one side only.
    pub count: usize,
    /// The wanted bytes.
    pub wanted: String,
    /// The bytes that came.
    pub came: String,
    /// `^^` under each byte that differs.
    pub marks: String,
}

/// Is this bytes in hex, of either case?
pub fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Compares two hex strings as text, so that letters of another case differ. `None` when they are equal or no hex.
pub fn diff(wanted: &str, came: &str, full: bool) -> Option<HexDiff> {
    if !is_hex(wanted) || !is_hex(came) || wanted == came {
        return None;
    }
    let byte = |text: &'_ str, at: usize| text.get(2 * at..2 * at + 2).map(str::to_owned);
    let length = wanted.len().max(came.len()) / 2;
    let differs = |at: usize| byte(wanted, at) != byte(came, at);
    let first = (0..length).find(|at| differs(*at))?;
    let count = (first..length).filter(|at| differs(*at)).count();
    let (mut from, mut to) = (0, length);
    if !full && length > AROUND.0 + AROUND.1 + 8 {
        from = first.saturating_sub(AROUND.0);
        to = length.min(first + AROUND.1);
    }
    let cut = |text: &str| {
        let bytes = text.len() / 2;
        let shown = text.get(2 * from.min(bytes)..2 * to.min(bytes)).unwrap_or_default();
        let dots = |there: bool| if there { "…" } else { "" };
        format!("{}{shown}{}", dots(from > 0), dots(bytes > to))
    };
    let mut marks = if from > 0 { " ".to_owned() } else { String::new() };
    marks.extend((from..to).map(|at| if differs(at) { "^^" } else { "  " }));
    Some(HexDiff { first, count, wanted: cut(wanted), came: cut(came), marks: marks.trim_end().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_stand_under_the_bytes() {
        let diff = diff("00112233", "00ff22", false).unwrap();
        assert_eq!((diff.first, diff.count), (1, 2));
        assert_eq!(diff.came, "00ff22");
        assert_eq!(diff.marks, "  ^^  ^^");
    }

    #[test]
    fn long_strings_are_cut_to_the_same_window() {
        let wanted = "ab".repeat(1366);
        let mut came = wanted.clone();
        came.replace_range(2000..2002, "cd");
        let short = diff(&wanted, &came, false).unwrap();
        assert_eq!(short.first, 1000);
        assert!(short.wanted.starts_with('…') && short.wanted.ends_with('…') && short.wanted.len() < 80);
        assert_eq!(short.marks, format!("{}^^", " ".repeat(17)));
        assert_eq!(short.came.chars().skip(17).take(2).collect::<String>(), "cd");
        assert_eq!(diff(&wanted, &came, true).unwrap().wanted, wanted);
    }

    #[test]
    fn what_is_no_hex_has_no_diff() {
        assert_eq!(diff("0g", "00", false), None);
        assert_eq!(diff("00", "0", false), None);
        assert_eq!(diff("00", "00", false), None);
        assert_eq!(diff("aa", "AA", false).map(|diff| diff.count), Some(1));
    }
}
