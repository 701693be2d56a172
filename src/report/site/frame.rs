//! What every page of the site begins with, and how one links to another.

use std::fmt::Write;

use crate::report::page::{escaped, head};

const STYLE: &str = include_str!("site.css");

/// A page: its path in the site, and its text.
pub type Page = (String, String);

/// A link from a page that is so many folders deep.
pub fn link(depth: usize, path: &str, text: &str) -> String {
    format!("<a href=\"{}{}\">{}</a>", "../".repeat(depth), escaped(path), escaped(text))
}

/// The start of a page: where it is, its name.
pub fn start(title: &str, above: &[String], heading: &str) -> String {
    let mut out = bare_start(title, above);
    let _ = writeln!(out, "<h1>{}</h1>", escaped(heading));
    out
}

/// The start of a page that brings its heading along.
pub fn bare_start(title: &str, above: &[String]) -> String {
    let mut out = head(&format!("{title} - Spontan"), STYLE);
    let _ = writeln!(out, "<nav aria-label=\"Where this is\">{}</nav>", above.join(" / "));
    out
}
