//! What the HTML pages share: the style, for light and dark, wide and narrow screens; tables of numbers; escaping.

use std::fmt::Write;

use crate::harness::text::printable_lines;

// The colour scheme is set on the root, so that the whole canvas follows it.
const STYLE: &str = "\
:root{color-scheme:light dark;background:Canvas;color:CanvasText}body{font:14px/1.4 system-ui,sans-serif;margin:2em auto;padding:0 1em;max-width:1300px}\
table{border-collapse:collapse}th{text-align:left;vertical-align:bottom;position:sticky;top:0;background:Canvas}\
td,th{padding:.2em .6em;border-bottom:1px solid #8884;vertical-align:top}td.n,th.n{text-align:right}\
td.none{opacity:.3}tr.survives td{background:#f003}summary{cursor:pointer}code,pre{font-size:12px;overflow-wrap:anywhere}\
pre{white-space:pre-wrap;margin:.5em 0}.wide{overflow-x:auto}.wide th{position:static}";

/// The start of a page, up to its body's first element. `style` is added to the common one.
pub fn head(title: &str, style: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}{style}</style><main>\n",
        escaped(title)
    )
}

/// The end of a page.
pub const END: &str = "</main>\n";

/// The start of a table that scrolls on its own: a column of names, then columns of numbers.
pub fn table_head(names: &str, numbers: &[&str], out: &mut String) {
    let _ = write!(out, "<div class=\"wide\"><table><thead><tr><th>{names}");
    for heading in numbers {
        let _ = write!(out, "<th class=\"n\">{heading}");
    }
    out.push_str("</thead>\n");
}

/// The numbers of a row, which they end; zeros are pale.
pub fn number_cells(numbers: &[u32], out: &mut String) {
    for number in numbers {
        let _ = write!(out, "<td class=\"n{}\">{number}", if *number == 0 { " none" } else { "" });
    }
    out.push('\n');
}

/// A text for the content or a quoted attribute of an HTML or XML element. Line feeds stay; other invisible characters are
/// written as `\u{…}`, and what XML does not allow as U+FFFD.
pub fn escaped(text: &str) -> String {
    let text = printable_lines(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // The two that XML 1.0 has no place for and that are no control characters.
    text.replace('"', "&quot;").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_leave_its_place() {
        assert_eq!(
            escaped("<script>\"a\" & ]]>\n\0\u{1b}[31m\u{202e}\u{fffe}é"),
            "&lt;script&gt;&quot;a&quot; &amp; ]]&gt;\n\\u{0}\\u{1b}[31m\\u{202e}\u{fffd}é"
        );
    }
}
