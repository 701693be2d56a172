//! Two hex strings one below the other, with marks below the bytes that differ.

/// Bytes before and after the first difference that are shown of long strings.
const AROUND: (usize, usize) = (8, 24);

/// The two strings cut to the same window, with the marks below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexDiff {
    /// The first byte that differs, from 0.
    pub first: usize,
    /// How many bytes differ or are on one side only.
    pub count: usize,
    /// The expected bytes, cut.
    pub expected: String,
    /// The actual bytes, cut.
    pub actual: String,
    /// `^^` below each byte that differs.
    pub marks: String,
}

/// Is this hex, in either case?
pub fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Compares two hex strings as text, so that `aa` and `AA` differ. `None` when they are equal or one is not hex.
pub fn diff(expected: &str, actual: &str, full: bool) -> Option<HexDiff> {
    if !is_hex(expected) || !is_hex(actual) || expected == actual {
        return None;
    }
    let byte = |text: &'_ str, at: usize| text.get(2 * at..2 * at + 2).map(str::to_owned);
    let length = expected.len().max(actual.len()) / 2;
    let differs = |at: usize| byte(expected, at) != byte(actual, at);
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
    Some(HexDiff {
        first,
        count,
        expected: cut(expected),
        actual: cut(actual),
        marks: marks.trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_are_below_the_bytes() {
        let diff = diff("00112233", "00ff22", false).unwrap();
        assert_eq!((diff.first, diff.count), (1, 2));
        assert_eq!(diff.actual, "00ff22");
        assert_eq!(diff.marks, "  ^^  ^^");
    }

    #[test]
    fn long_strings_are_cut_to_the_same_window() {
        let expected = "ab".repeat(1366);
        let mut actual = expected.clone();
        actual.replace_range(2000..2002, "cd");
        let short = diff(&expected, &actual, false).unwrap();
        assert_eq!(short.first, 1000);
        assert!(
            short.expected.starts_with('…') && short.expected.ends_with('…') && short.expected.len() < 80
        );
        assert_eq!(short.marks, format!("{}^^", " ".repeat(17)));
        assert_eq!(short.actual.chars().skip(17).take(2).collect::<String>(), "cd");
        assert_eq!(diff(&expected, &actual, true).unwrap().expected, expected);
    }

    #[test]
    fn only_hex_that_differs_has_a_diff() {
        assert_eq!(diff("0g", "00", false), None);
        assert_eq!(diff("00", "0", false), None);
        assert_eq!(diff("00", "00", false), None);
        assert_eq!(diff("aa", "AA", false).map(|diff| diff.count), Some(1));
    }
}
