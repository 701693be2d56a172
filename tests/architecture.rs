//! The one direction, kept by machine: rooms import only rooms before them, files import each other in no circle, and what
//! is independent on purpose never takes what it is compared with. `docs/architecture.md` says why.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, each of which may import those before it.
const ROOMS: [&str; 15] = [
    "bolt1",
    "bolt4",
    "bolt9",
    "scheme",
    "node",
    "payer",
    "protocol",
    "blueprint",
    "reference",
    "vectors",
    "harness",
    "quirks",
    "report",
    "differ",
    "cli",
];

/// A file by its module path, and the module paths that its `use` lines name, tests left out.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// `src/bolt1/tlv.rs` is `bolt1::tlv`, `src/bolt1/mod.rs` is `bolt1`.
fn module(root: &Path, file: &Path) -> String {
    let path = file.strip_prefix(root).unwrap().with_extension("");
    let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let parts = parts.strip_suffix(&["mod"]).unwrap_or(&parts);
    parts.join("::")
}

/// The text without its tests and without comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The leaves of a `use` tree: `a::{b, c::{d, self}}` names `a::b`, `a::c::d` and `a::c`.
fn leaves(tree: &str, prefix: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let join = |part: &str| if prefix.is_empty() { part.to_owned() } else { format!("{prefix}::{part}") };
    if let Some((path, list)) = tree.split_once('{') {
        let prefix = join(path.trim().trim_end_matches("::"));
        let (mut depth, mut start) = (0_i32, 0);
        let list = list.strip_suffix('}').unwrap_or(list);
        for (at, character) in list.char_indices().chain([(list.len(), ',')]) {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !list[start..at].trim().is_empty() {
                        leaves(&list[start..at], prefix.trim_end_matches("::"), found);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        found.push(if name == "self" { prefix.to_owned() } else { join(name) });
    }
}

/// What the `use` lines of some code name, from the root of the crate.
fn used(code: &str, module: &str, is_folder: bool) -> Vec<String> {
    let mut found = Vec::new();
    for part in code.split("use ").skip(1) {
        if let Some((tree, _)) = part.split_once(';') {
            leaves(&tree.split_whitespace().collect::<Vec<_>>().join(" "), "", &mut found);
        }
    }
    let resolve = |path: String| {
        let mut here: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
        let mut parts: Vec<&str> = path.split("::").collect();
        match parts[0] {
            "crate" => return Some(parts[1..].join("::")),
            "self" => drop(parts.remove(0)),
            "super" => {
                if !is_folder {
                    here.pop();
                    parts.remove(0);
                }
                while parts.first() == Some(&"super") {
                    here.pop();
                    parts.remove(0);
                }
                return Some([here, parts].concat().join("::"));
            }
            _ => return None,
        }
        Some([here, parts].concat().join("::"))
    };
    found.into_iter().filter_map(resolve).collect()
}

/// Which file imports which, under a folder. A name that a folder's `mod.rs` only passes on belongs to the file it is from.
fn imports(root: &Path) -> Imports {
    let mut paths = Vec::new();
    files(root, &mut paths);
    let texts: BTreeMap<String, (String, bool)> = paths
        .iter()
        .map(|path| {
            let text = code(&fs::read_to_string(path).unwrap());
            (module(root, path), (text, path.ends_with("mod.rs") || path.ends_with("lib.rs")))
        })
        .collect();
    let passed_on: BTreeMap<String, String> = texts
        .iter()
        .filter(|(_, (_, is_folder))| *is_folder)
        .flat_map(|(module, (text, _))| {
            let mut found = Vec::new();
            for part in text.split("pub use ").skip(1) {
                let tree = part.split(';').next().unwrap_or_default();
                leaves(&tree.split_whitespace().collect::<Vec<_>>().join(" "), module, &mut found);
            }
            let name = |path: &String| format!("{module}::{}", path.rsplit("::").next().unwrap_or_default());
            found.into_iter().map(|path| (name(&path), path)).collect::<Vec<_>>()
        })
        .collect();
    let file_of = |path: &str| {
        let path = passed_on.get(path).map_or(path, String::as_str);
        let mut parts: Vec<_> = path.split("::").collect();
        while !parts.is_empty() && !texts.contains_key(&parts.join("::")) {
            parts.pop();
        }
        parts.join("::")
    };
    let of_file = |(module, (text, is_folder)): (&String, &(String, bool))| {
        // What a folder passes on does not make it depend on its own files.
        let own = text.replace("pub use ", "pub_use ");
        let named = used(&own, module, *is_folder);
        let found: BTreeSet<_> =
            named.iter().map(|path| file_of(path)).filter(|file| file != module).collect();
        (module.clone(), found)
    };
    texts.iter().map(of_file).collect()
}

/// A circle among files that import each other, if there is one.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    fn visit<'a>(
        file: &'a str,
        imports: &'a Imports,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = path.iter().position(|other| *other == file) {
            return Some(path[start..].iter().map(|file| (*file).to_owned()).collect());
        }
        if !done.insert(file) {
            return None;
        }
        path.push(file);
        let found =
            imports.get(file).into_iter().flatten().find_map(|other| visit(other, imports, path, done));
        path.pop();
        found
    }
    let mut done = BTreeSet::new();
    imports.keys().find_map(|file| visit(file, imports, &mut Vec::new(), &mut done))
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn rooms_import_only_rooms_before_them() {
    let rank = |module: &str| ROOMS.iter().position(|room| module.split("::").next() == Some(room));
    let mut wrong = Vec::new();
    for (file, others) in imports(&repository().join("src")) {
        let Some(here) = rank(&file) else { continue };
        wrong.extend(
            others.iter().filter(|other| rank(other) > Some(here)).map(|other| format!("{file} -> {other}")),
        );
    }
    assert!(wrong.is_empty(), "these reach back: {wrong:#?}");
}

#[test]
fn no_file_imports_another_in_a_circle() {
    for root in ["src", "fuzz/src"] {
        assert_eq!(circle(&imports(&repository().join(root))), None, "in {root}");
    }
}

#[test]
fn what_is_independent_on_purpose_takes_nothing_from_what_it_is_compared_with() {
    let decisions = ["bolt1", "bolt4", "bolt9", "scheme", "blueprint", "reference"];
    for (file, others) in imports(&repository().join("src")) {
        if file.starts_with("quirks::second") {
            let shared: Vec<_> = others
                .iter()
                .filter(|other| decisions.contains(&other.split("::").next().unwrap()))
                .collect();
            assert!(shared.is_empty(), "{file} takes {shared:?}");
        }
    }
    for file in ["fuzz/src/model.rs", "fuzz/src/curve.rs"] {
        let text = fs::read_to_string(repository().join(file)).unwrap();
        assert!(!text.contains("blueprint"), "{file} takes what builds the inputs");
    }
}

#[test]
fn circles_and_trees_are_found() {
    let mut found = Vec::new();
    leaves("a::{b, c::{d as e, self}, f::*}", "", &mut found);
    assert_eq!(found, ["a::b", "a::c::d", "a::c", "a::f::*"]);
    let used = used("use super::x::Y;\nuse crate::{a, b::C};\nuse std::fmt;", "room::file", false);
    assert_eq!(used, ["room::x::Y", "a", "b::C"]);
    let edge = |from: &str, to: &str| (from.to_owned(), BTreeSet::from([to.to_owned()]));
    let imports = Imports::from([edge("a", "b"), edge("b", "c"), edge("c", "b")]);
    assert_eq!(circle(&imports), Some(vec!["b".to_owned(), "c".to_owned()]));
}
