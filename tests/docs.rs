//! The documentation's exchanges and tables are those of the code. `UPDATE_DOCS=1 cargo test --test docs` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use spontan::node::Policies;
use spontan::protocol::reason::REASONS;
use spontan::vectors::{lint::FLAGS, load, requirement};
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
        out.push_str(line);
        out.push('\n');
        let marker = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        let mut words = marker.unwrap_or_default().split(' ');
        let content = match (words.next(), words.next()) {
            (Some("exchange"), Some(id)) => Some(("exchange", exchange(id))),
            (Some("reasons"), None) => Some(("reasons", reasons())),
            (Some("documents"), None) => Some(("documents", documents())),
            (Some("flags"), None) => Some(("flags", flags())),
            (Some("case"), Some(id)) => Some(("case", case(id))),
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

fn exchange(id: &str) -> String {
    let case = find(id);
    let request = json!({"type": "case", "seq": 1, "operation": case.operation(), "input": case.input});
    let answer = match reference::answer(case.operation(), &case.input, Policies::default()) {
        Content::Accept(output) => json!({"seq": 1, "accept": output}),
        Content::Reject(rejection) => json!({"seq": 1, "reject": rejection}),
        other => panic!("{id}: {other:?}"),
    };
    format!("\n`{id}`:\n\n```text\n-> {request}\n<- {answer}\n```\n\n")
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

fn flags() -> String {
    let mut table = String::from("\n| flag | a failure means |\n|---|---|\n");
    for (flag, about) in FLAGS {
        writeln!(table, "| `{flag}` | {about} |").unwrap();
    }
    table + "\n"
}

#[test]
fn exchanges_and_tables_are_those_of_the_code() {
    for file in ["docs/protocol.md", "vectors/README.md"] {
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
