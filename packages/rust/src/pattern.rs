//! Patterns of ids, with the meaning that Python's `fnmatchcase` gives them.

/// Whether the pattern stands for the whole text.
pub fn matches(pattern: &str, text: &str) -> bool {
    matches_bytes(pattern.as_bytes(), text.as_bytes())
}

/// Whether the pattern can match a text that starts like this.
pub fn may_match(pattern: &str, start: &str) -> bool {
    let literal = pattern.split(['*', '?', '[']).next().unwrap_or_default();
    literal.starts_with(start) || literal.len() < pattern.len() && start.starts_with(literal)
}

fn matches_bytes(pattern: &[u8], text: &[u8]) -> bool {
    let (Some((first, rest)), split) = (pattern.split_first(), text.split_first()) else {
        return text.is_empty();
    };
    if *first == b'*' {
        return (0..=text.len()).any(|skipped| matches_bytes(rest, &text[skipped..]));
    }
    let Some((byte, text)) = split else { return false };
    match (first, class(rest)) {
        (b'?', _) => matches_bytes(rest, text),
        (b'[', Some(([b'!', members @ ..], rest))) => !has(members, *byte) && matches_bytes(rest, text),
        (b'[', Some((members, rest))) => has(members, *byte) && matches_bytes(rest, text),
        _ => first == byte && matches_bytes(rest, text),
    }
}

/// What stands between the brackets, an exclamation mark included, and what follows them. A bracket that comes first is a member.
fn class(pattern: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = 1 + usize::from(pattern.starts_with(b"!"));
    let end = first + pattern.get(first..)?.iter().position(|byte| *byte == b']')?;
    Some((&pattern[..end], &pattern[end + 1..]))
}

fn has(members: &[u8], byte: u8) -> bool {
    match members {
        [] => false,
        [first, b'-', last, rest @ ..] => (*first..=*last).contains(&byte) || has(rest, byte),
        [first, rest @ ..] => *first == byte || has(rest, byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers are those of Python 3.
    #[test]
    fn patterns_mean_what_they_mean_in_python() {
        for (pattern, text, wanted) in [
            ("", "", true),
            ("*", "", true),
            ("*", "a/b", true),
            ("a*b*c", "axxbc", true),
            ("a*b*c", "axxbcd", false),
            ("**/x", "a/x", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[ab]c", "bc", true),
            ("[ab]c", "cc", false),
            ("[!ab]c", "cc", true),
            ("[!ab]c", "ac", false),
            ("[a-c-]x", "bx", true),
            ("[a-c-]x", "-x", true),
            ("[a-c-]x", "dx", false),
            ("[]a]", "]", true),
            ("[!]a]", "b", true),
            ("[!]a]", "]", false),
            ("[a", "[a", true),
            ("[", "[", true),
            ("[]", "[]", true),
            ("[!]", "[!]", true),
            ("A", "a", false),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn a_start_that_cannot_match_is_known() {
        for (pattern, wanted) in [
            ("a.b/*", true),
            ("*", true),
            ("a.*", true),
            ("a.[b]*", true),
            ("a.b/c", true),
            ("a.b", false),
            ("b*", false),
        ] {
            assert_eq!(may_match(pattern, "a.b/"), wanted, "{pattern}");
        }
    }
}
