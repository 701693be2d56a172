//! The public API of the rooms that other crates build on, pinned in `tests/snapshots/public-api.snap`: a change of it is seen in
//! review. It is read off the sources, which are formatted, so that no compiler of a certain version is needed. What a macro
//! makes is pinned as the macro's rules and its input.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

const ROOMS: [&str; 6] = ["bolt1", "bolt4", "bolt9", "scheme", "node", "protocol"];

/// What may be public within a block of code.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// Lines that start with `pub`: structs, implementations, modules, the rules of a macro.
    Marked,
    /// All lines: enums, and what a macro is given.
    All,
    /// Functions: traits.
    Functions,
    /// None: implementations of a trait, and all that is private.
    Nothing,
}

/// The public items of a file, one a line, those of a block indented below its head.
fn items(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let mut lines = code.lines().filter(|line| !line.trim_start().starts_with("//") && !line.is_empty());
    let (mut found, mut inside) = (String::new(), Inside::Nothing);
    // What is printed only if an item follows: its attributes, and the head of an implementation or a macro's rules.
    let mut before = Vec::new();
    while let Some(line) = lines.next() {
        let nested = line.starts_with(' ');
        let is_item = match (nested, inside) {
            (true, Inside::Marked) => line.trim_start().starts_with("pub "),
            (true, Inside::All) => !line.trim_start().starts_with('#'),
            (true, Inside::Functions) => line.starts_with("    fn "),
            (true, Inside::Nothing) => false,
            (false, _) if line.starts_with('#') => {
                let counts = line.starts_with("#[derive(") || line == "#[non_exhaustive]";
                before.extend(counts.then_some(line));
                continue;
            }
            (false, _) => {
                inside = inside_of(line, code);
                line.starts_with("pub ") || inside == Inside::All || is_trait_of_public_type(line, code)
            }
        };
        if is_item {
            before.drain(..).for_each(|line| writeln!(found, "{}", line.trim_end_matches(" {")).unwrap());
            let whole = inside == Inside::All && nested;
            let item = if whole { line.to_owned() } else { signature(line, &mut lines) };
            writeln!(found, "{item}").unwrap();
        } else if !nested {
            before.clear();
            before.extend((inside == Inside::Marked).then_some(line));
        }
    }
    found
}

fn inside_of(line: &str, code: &str) -> Inside {
    let is_macro_call = line.split_once("! {").is_some_and(|(name, _)| !name.contains(' '));
    if line.starts_with("pub enum ") || is_macro_call {
        Inside::All
    } else if line.starts_with("pub trait ") {
        Inside::Functions
    } else if ["pub struct ", "pub mod ", "macro_rules! "].iter().any(|start| line.starts_with(start))
        || (line.starts_with("impl") && !line.contains(" for ") && is_of_public_type(line, code))
    {
        Inside::Marked
    } else {
        Inside::Nothing
    }
}

fn is_trait_of_public_type(line: &str, code: &str) -> bool {
    line.starts_with("impl") && line.contains(" for ") && is_of_public_type(line, code)
}

fn is_of_public_type(line: &str, code: &str) -> bool {
    let name = line.trim_end_matches(" {").rsplit(' ').next().unwrap_or_default();
    let name = name.split('<').next().unwrap_or_default();
    !code.lines().any(|line| line.strip_prefix("struct ").is_some_and(|rest| rest.starts_with(name)))
}

/// The whole signature on one line, without body or value.
fn signature<'a>(line: &'a str, rest: &mut impl Iterator<Item = &'a str>) -> String {
    let ends: &[char] = match line {
        line if line.contains("pub use ") => &[';'],
        line if line.contains("fn ") => &['{', ';'],
        _ => &['{', ';', ',', '}', '='],
    };
    let mut text = line.to_owned();
    let is_constant = text.trim_start().starts_with("pub const ") && !text.contains("fn ");
    while !(text.ends_with(ends) || is_constant && text.contains(" = ")) {
        let Some(next) = rest.next() else { break };
        text.push_str(next.trim());
        if next.ends_with(',') {
            text.push(' ');
        }
    }
    if is_constant {
        text = text.split(" = ").next().unwrap_or_default().to_owned();
    }
    let text = text.split("(pub(crate)").next().unwrap_or_default();
    text.trim_end_matches(['{', ';', ',', '=']).trim_end().replace(", )", ")")
}

#[test]
fn the_public_api_changes_only_on_purpose() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut api = String::new();
    for room in ROOMS {
        let root = fs::read_to_string(source.join(room).join("mod.rs")).unwrap();
        writeln!(api, "// {room}\n{}", items(&root)).unwrap();
        let modules = root.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        for module in modules {
            let text = fs::read_to_string(source.join(room).join(format!("{module}.rs"))).unwrap();
            writeln!(api, "// {room}::{module}\n{}", items(&text)).unwrap();
        }
    }
    insta::with_settings!({
        description => "The public API. If it changed on purpose, note it in CHANGELOG.md, and as breaking where code that \
                        used it stops compiling; then INSTA_UPDATE=always cargo test --test public_api",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("public-api", api);
    });
}

#[test]
fn what_is_public_is_found_and_nothing_else() {
    let text = r#"
//! A file.
use core::fmt;

/// A struct.
#[derive(Debug)]
pub struct Open {
    /// A field.
    pub field: u8,
    hidden: u8,
}

#[derive(Clone)]
struct Closed;

impl Open {
    /// A method.
    pub fn method(
        &self,
        a: u8,
    ) -> u8 {
        a
    }

    fn helper() {}
}

impl fmt::Debug for Closed {
    fn fmt(&self) {}
}

impl From<u8> for Open {
    fn from(_: u8) -> Self {}
}

#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    #[error("one")]
    One,
}

pub const LENGTH: usize = 1 + 2;
pub(crate) const INNER: usize = 1;

#[cfg(test)]
mod tests {
    pub fn test() {}
}
"#;
    let expected = "\
#[derive(Debug)]
pub struct Open
    pub field: u8
impl Open
    pub fn method(&self, a: u8) -> u8
impl From<u8> for Open
#[derive(Debug)]
#[non_exhaustive]
pub enum Error
    One,
pub const LENGTH: usize
";
    assert_eq!(items(text), expected);
}
