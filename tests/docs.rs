//! The documentation's exchanges and tables are those of the code, and its commands exist. `UPDATE_DOCS=1 cargo test
//! --test docs` updates exchanges and tables.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use spontan::node::Policies;
use spontan::protocol::reason::REASONS;
use spontan::quirks::Quirk;
use spontan::vectors::{lint::FLAGS, load, open_text::OPEN_TEXTS, requirement};
use spontan::{protocol::Content, reference};

/// The blocks between `<!-- name argument -->` and `<!-- /name -->`.
fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut skip_to: Option<String> = None;
    for line in text.lines() {
        if let Some(end) = &skip_to {
            if line != end {
                continue;
            }
            skip_to = None;
        }
        out.push_str(&scored(line));
        out.push('\n');
        let marker = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        let mut words = marker.unwrap_or_default().split(' ');
        let content = match (words.next(), words.next()) {
            (Some("exchange"), Some(id)) => Some(("exchange", exchange(id))),
            (Some("reasons"), None) => Some(("reasons", reasons())),
            (Some("documents"), None) => Some(("documents", documents())),
            (Some("open-texts"), None) => Some(("open-texts", open_texts())),
            (Some("flags"), None) => Some(("flags", flags())),
            (Some("policy-operations"), None) => Some(("policy-operations", policy_operations())),
            (Some("case"), Some(id)) => Some(("case", case(id))),
            (Some("file"), Some(path)) => Some(("file", file(path))),
            _ => None,
        };
        if let Some((name, content)) = content {
            out.push_str(&content);
            skip_to = Some(format!("<!-- /{name} -->"));
        }
    }
    assert_eq!(skip_to, None, "a block has no end");
    out
}

/// A line in which the mutation score is the number of seeded bugs; `tests/quirks.rs` proves that the vectors find them all.
fn scored(line: &str) -> String {
    let bugs = Quirk::ALL.iter().filter(|quirk| quirk.equivalent().is_none()).count();
    for before in ["Mutation score: ", "they find "] {
        let Some((start, rest)) = line.split_once(before) else { continue };
        let rest = rest.trim_start_matches(|char: char| char.is_ascii_digit());
        let Some(rest) = rest.strip_prefix(" of ") else { continue };
        let rest = rest.trim_start_matches(|char: char| char.is_ascii_digit());
        return format!("{start}{before}{bugs} of {bugs}{rest}");
    }
    line.to_owned()
}

fn exchange(id: &str) -> String {
    let case = find(id);
    // As an adapter has it that opens packets.
    let mut input = case.input.clone();
    input.as_object_mut().unwrap().shift_remove("peeled");
    for event in input.get_mut("events").and_then(|events| events.as_array_mut()).into_iter().flatten() {
        event.as_object_mut().unwrap().shift_remove("peeled");
    }
    let request = json!({"type": "case", "seq": 1, "operation": case.operation(), "input": input});
    let answer = match reference::answer(case.operation(), &case.input, Policies::default()) {
        Content::Accept(output) => json!({"seq": 1, "accept": output}),
        Content::Reject(rejection) => json!({"seq": 1, "reject": rejection}),
        other => panic!("{id}: {other:?}"),
    };
    let exchange = elided(&format!("-> {request}\n<- {answer}\n"));
    format!("\n`{id}`:\n\n```text\n{exchange}```\n\n")
}

/// Hex digits that are shown in full.
const WHOLE: usize = 80;

/// A text in which long hex is cut to its first 32 and last 16 digits, with its number of bytes.
fn elided(text: &str) -> String {
    let is_digit = |char: char| matches!(char, '0'..='9' | 'a'..='f');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_digit) {
        let (before, from) = rest.split_at(start);
        let (digits, after) = from.split_at(from.find(|char| !is_digit(char)).unwrap_or(from.len()));
        out.push_str(before);
        match digits.len() {
            long if long > WHOLE => {
                let (first, last) = (&digits[..32], &digits[long - 16..]);
                write!(out, "{first}...{last} ({} bytes)", long / 2).unwrap();
            }
            _ => out.push_str(digits),
        }
        rest = after;
    }
    out + rest
}

#[test]
fn long_hex_is_elided() {
    let text = format!("{{\"a\":\"{}\",\"b\":\"{}\"}}", "ab".repeat(40), "cd".repeat(41));
    let short = format!("{}...{} (41 bytes)", "cd".repeat(16), "cd".repeat(8));
    assert_eq!(elided(&text), format!("{{\"a\":\"{}\",\"b\":\"{short}\"}}", "ab".repeat(40)));
    assert_eq!(elided("what has no digits: zzz"), "what has no digits: zzz");
}

/// For each policy the operations of the cases whose answer depends on it.
fn policy_operations() -> String {
    let suites = load::built_in().unwrap();
    let mut table = String::from("\n| policy | decides in cases of |\n|---|---|\n");
    for (policy, _) in Policies::ALL {
        let cases = |suite: &spontan::vectors::Suite| {
            suite.cases.iter().filter(|case| case.policies().contains(policy)).count()
        };
        let operations: Vec<_> = suites
            .iter()
            .filter(|suite| cases(suite) > 0)
            .map(|suite| format!("`{}` ({})", suite.suite, cases(suite)))
            .collect();
        assert!(!operations.is_empty(), "no case depends on {policy}");
        writeln!(table, "| `{policy}` | {} |", operations.join(", ")).unwrap();
    }
    table + "\n"
}

fn find(id: &str) -> spontan::vectors::Case {
    let suites = load::built_in().unwrap();
    suites
        .into_iter()
        .flat_map(|suite| suite.cases)
        .find(|case| case.id == id)
        .unwrap_or_else(|| panic!("no {id}"))
}

fn case(id: &str) -> String {
    let list = serde_json::Value::Array(vec![serde_json::to_value(find(id)).unwrap()]);
    format!("\n```yaml\n{}```\n\n", spontan::vectors::yaml::emit(&list))
}

/// A file of the repository. Its ending is a name of its language that readers of Markdown know.
fn file(path: &str) -> String {
    let language = path.rsplit('.').next().unwrap();
    format!("\n```{language}\n{}```\n\n", page(path))
}

fn reasons() -> String {
    let mut table = String::from("\n| layer | reason | |\n|---|---|---|\n");
    for reason in REASONS {
        writeln!(table, "| {} | `{}` | {} |", reason.layer.name(), reason.name, reason.about).unwrap();
    }
    table + "\n"
}

fn documents() -> String {
    let mut table = String::from("\n| document | | source | commit |\n|---|---|---|---|\n");
    for document in requirement::built_in().unwrap().documents {
        let commit = document.commit.unwrap_or_default();
        writeln!(table, "| `{}` | {} | {} | {commit} |", document.name, document.title, document.source)
            .unwrap();
    }
    table + "\n"
}

/// What each open text would change, and how many cases of each suite.
fn open_texts() -> String {
    let suites = load::built_in().unwrap();
    let mut table =
        String::from("\n| text | what it would change | cases that it would turn |\n|---|---|---|\n");
    for text in &OPEN_TEXTS {
        let cases = |suite: &spontan::vectors::Suite| {
            suite.cases.iter().filter(|case| case.open_texts.iter().any(|name| name == text.name)).count()
        };
        let counts: Vec<_> = suites
            .iter()
            .filter(|suite| cases(suite) > 0)
            .map(|suite| format!("`{}` ({})", suite.suite, cases(suite)))
            .collect();
        let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
        writeln!(table, "| [`{}`]({}) | {} | {counts} |", text.name, text.url, text.effect).unwrap();
    }
    table + "\n"
}

fn flags() -> String {
    let mut table = String::from("\n| flag | a failure means |\n|---|---|\n");
    for (flag, about) in FLAGS {
        writeln!(table, "| `{flag}` | {about} |").unwrap();
    }
    table + "\n"
}

#[test]
fn exchanges_and_tables_are_those_of_the_code() {
    for file in [
        "README.md",
        "docs/mutants.md",
        "docs/packages.md",
        "docs/protocol.md",
        "docs/watch.md",
        "vectors/README.md",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let wanted = filled(&text);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, wanted).unwrap();
        } else {
            assert!(text == wanted, "{file} is not up to date: run `UPDATE_DOCS=1 cargo test --test docs`");
        }
    }
}

/// The pages that show commands.
const PAGES: [&str; 12] = [
    "README.md",
    "docs/ci.md",
    "docs/findings.md",
    "docs/first-adapter.md",
    "docs/fuzzing.md",
    "docs/live-fuzzing.md",
    "docs/packages.md",
    "docs/protocol.md",
    "docs/releasing.md",
    "docs/reports.md",
    "docs/watch.md",
    "vectors/README.md",
];

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn help(command: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_spontan")).args(command).arg("--help").output().unwrap();
    assert!(output.status.success(), "there is no command {command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The `spontan` commands of a page, up to the adapter: those in backquotes, and those that begin a line.
fn commands(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split("`spontan ")
        .skip(1)
        .filter_map(|rest| rest.split_once('`'))
        .map(|(command, _)| command)
        // `spontan = { version = … }` is for a Cargo.toml.
        .filter(|command| !command.starts_with('='))
        .collect();
    for line in text.lines().map(|line| line.trim_start_matches(['$', '-', ' '])) {
        found.extend(line.strip_prefix("spontan ").filter(|rest| !rest.contains('`')));
    }
    found.iter().map(|command| command.split(" -- ").next().unwrap_or_default()).collect()
}

#[test]
fn commands_and_options_of_the_pages_exist() {
    let mut helps = BTreeMap::new();
    let mut checked = 0;
    for name in PAGES {
        let text = page(name);
        for command in commands(&text) {
            let words: Vec<_> =
                command.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
            let name_of = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            let Some(first) = words.first().filter(|word| name_of(word)) else {
                panic!("{name}: {command}");
            };
            let subcommand: &[&str] = if *first == "vectors" { &words[..2] } else { &words[..1] };
            let help = helps.entry(subcommand.join(" ")).or_insert_with(|| help(subcommand));
            for option in words.iter().filter(|word| word.len() > 1 && word.starts_with('-')) {
                let option = option.trim_end_matches([',', '.', ')']);
                assert!(
                    help.split([' ', ',', '\n']).any(|word| word == option),
                    "{name}: `spontan {command}`: there is no option {option}"
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn exit_codes_are_those_of_the_help_text() {
    let (help, readme) = (help(&["check"]), page("README.md"));
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let (codes, _) = codes.split_once("\n\n").unwrap();
    let codes = codes.replace("\n     ", " ");
    assert_eq!(codes.lines().count(), 8);
    for line in codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(readme.contains(&format!("| {code} | {meaning} |")), "{line}");
    }
}
