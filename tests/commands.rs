//! Every command in a block of the pages runs as it is written, in a folder of the page's own and in the order of the page; or it
//! stands in [`ELSEWHERE`], with the file that runs it. `docs/first-adapter.md` is run, output and all, by `tests/templates.rs`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Commands that are not run here, by how they begin: the file that runs them and what it says there. Without a file, why nothing runs them.
const ELSEWHERE: [(&str, &str, &str); 37] = [
    ("cargo run -- check", ".ci/run", "cargo run --locked -- check"),
    ("cargo run -- vectors generate --check", ".ci/run", "cargo run --locked -- vectors generate --check"),
    ("cargo run -- vectors lint vectors", ".ci/run", "cargo run --locked -- vectors lint vectors"),
    ("cargo run -- vectors generate", "", "it changes the files of the repository"),
    ("cargo run -- show ", "", "README.md has it as a command of spontan"),
    ("cargo run -- quirks", "", "tests/quirks.rs has the seeded bugs, and takes as long"),
    (
        "cargo test --manifest-path tests/peers/Cargo.toml",
        ".ci/run",
        "--manifest-path tests/peers/Cargo.toml",
    ),
    ("cargo test --manifest-path fuzz/Cargo.toml", ".ci/run", "--manifest-path fuzz/Cargo.toml"),
    (
        "cargo test --release --manifest-path fuzz/proofs/Cargo.toml",
        ".ci/run",
        "--manifest-path fuzz/proofs/Cargo.toml",
    ),
    ("cargo run --manifest-path fuzz/Cargo.toml --example candidate", "", "it needs an input that fails"),
    ("cargo build --release --manifest-path wire", "scripts/wire.sh", "--manifest-path"),
    ("cargo test", ".ci/run", "cargo test --locked"),
    ("cargo install --path .", "action.yml", "cargo install --locked"),
    ("cargo install cargo-fuzz", ".github/workflows/nightly-fuzz.yml", "cargo-fuzz"),
    ("scripts/fuzz.sh", "scripts/fuzz-nightly.sh", "fuzz.sh"),
    ("scripts/fuzz-nightly.sh", ".github/workflows/nightly-fuzz.yml", "scripts/fuzz-nightly.sh"),
    ("scripts/wire.sh", ".ci/run", "scripts/wire.sh"),
    ("scripts/independent_mutants.py", "", "it takes an hour"),
    ("scripts/packages.sh", ".ci/run", "scripts/packages.sh"),
    ("target/wire/release/regchain", "scripts/wire.sh", "regchain"),
    ("spontan check -k 'keysend.receive/*' -- target/wire/", "scripts/wire.sh", "spontan-wire"),
    ("spontan check -k 'keysend.receive/*' -- spontan-wire", "scripts/wire.sh", "spontan-wire"),
    ("spontan check --clean-env -- bwrap", "", "bubblewrap is not on every machine"),
    ("spontan doctor -- adapters/", "", "adapters/NAME stands for a folder"),
    ("spontan check --known-failures adapters/", "scripts/adapters.sh", "--known-failures"),
    ("spontan known-failures --update adapters/", "", "it changes the files of the repository"),
    ("pip install target/packages/", "scripts/packages.sh", "pip"),
    ("npm install --save-dev", "scripts/packages.sh", "npm"),
    ("go mod edit", "scripts/packages.sh", "go mod edit"),
    ("cc -I target/packages/c", "scripts/packages.sh", "cc"),
    ("gh ", "", "it needs a release on GitHub"),
    ("sha256sum ", "", "it needs a release on GitHub"),
    ("tar ", "", "it needs a release on GitHub"),
    ("twine ", "", "it publishes"),
    ("npm publish", "", "it publishes"),
    ("cargo publish --locked --manifest-path", "", "it publishes"),
    ("gpg ", "", "it needs the releaser's key"),
];

/// Commands that do not end with 0: a part of each, and its exit code.
const EXITS: [(&str, i32); 1] = [("\"name\": \"zero\"", 1)];

/// What begins a command in a block that is not of the kind with a prompt.
const PROGRAMS: [&str; 12] =
    ["cargo", "cc", "gh", "go", "gpg", "npm", "pip", "spontan", "twine", "PROFILE=dist", "tar", "sha256sum"];

/// What stands in for the reader's own program.
const ADAPTERS: [&str; 4] = ["adapter", "my-adapter", "other-adapter", "your-adapter"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages, by their paths from the root.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = ["", "docs", "vectors", "wire", "fuzz", "packages/program"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .filter(|page| !["docs/first-adapter.md", "CHANGELOG.md"].contains(&page.as_str()))
        .collect();
    pages.sort();
    pages
}

/// The lines of the page's blocks, without their indentation, and whether a command has a prompt there.
fn blocks(text: &str) -> Vec<(&str, bool)> {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        match (fence, line.trim_start().strip_prefix("```")) {
            (None, Some(kind)) => fence = Some(kind),
            (Some(_), Some(_)) => fence = None,
            (Some("console"), None) => lines.push((line.trim_start(), true)),
            (Some("sh"), None) => lines.push((line.trim_start(), false)),
            (Some(_), None) => {}
            (None, None) => lines
                .extend(line.strip_prefix("    ").map(|line| (line, line.trim_start().starts_with("$ ")))),
        }
    }
    lines
}

/// The commands of a page, with lines that go on joined, and without comments.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = blocks(text).into_iter();
    while let Some((line, prompt)) = lines.next() {
        let line = line.trim_start();
        let command = line.strip_prefix("$ ");
        let word = line.split(' ').next().unwrap_or_default();
        let begins = PROGRAMS.contains(&word) || word.starts_with("scripts/") || word.starts_with("target/");
        let Some(command) = command.or((begins && !prompt).then_some(line)) else { continue };
        let mut command = command.split("  # ").next().unwrap_or_default().trim_end().to_owned();
        loop {
            let quoted = command.matches('\'').count() % 2 == 1;
            let Some(more) = (quoted || command.ends_with('\\')).then(|| lines.next()).flatten() else {
                break;
            };
            let joined =
                command.strip_suffix('\\').map(|start| format!("{} {}", start.trim_end(), more.0.trim()));
            command = joined.unwrap_or_else(|| format!("{command}\n{}", more.0));
        }
        found.push(command);
    }
    found
}

/// A folder with what the commands of the pages name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for adapter in ADAPTERS {
        std::fs::write(path(adapter), "#!/bin/sh\nexec spontan adapter\n").unwrap();
        std::fs::set_permissions(path(adapter), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::write(path("known-failures.toml"), "").unwrap();
    std::fs::create_dir_all(path("path/to/older")).unwrap();
    symlink(root().join("vectors"), path("path/to/older/vectors")).unwrap();
    folder
}

/// Runs a command as it is written, but a search for a short time; the error says what was wrong.
fn run(command: &str, folder: &Path) -> Result<(), String> {
    if command.starts_with("spontan init ") {
        // A folder of this name is what the command makes; until then it is the adapter of other commands.
        std::fs::remove_file(folder.join("my-adapter")).unwrap();
    }
    let wanted = EXITS.iter().find(|(part, _)| command.contains(part)).map_or(0, |(_, exit)| *exit);
    let program = Path::new(env!("CARGO_BIN_EXE_spontan")).parent().unwrap();
    let mut path = program.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &command.replace("spontan fuzz ", "spontan fuzz --cases 300 ")])
        .current_dir(folder)
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let code = output.status.code();
    if code == Some(wanted) {
        Ok(())
    } else {
        Err(format!("{command}\nexit {code:?}, not {wanted}:\n{text}"))
    }
}

/// The entry of [`ELSEWHERE`] for a command.
fn elsewhere(command: &str) -> Option<usize> {
    ELSEWHERE.iter().position(|(start, ..)| command.starts_with(start))
}

fn has_python() -> bool {
    Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[test]
fn every_command_of_the_pages_runs() {
    let (mut ran, mut used, mut wrong) = (0, [false; ELSEWHERE.len()], Vec::new());
    for page in pages() {
        let folder = folder();
        for command in commands(&std::fs::read_to_string(root().join(&page)).unwrap()) {
            match elsewhere(command.trim_start_matches("PROFILE=dist ")) {
                Some(at) => used[at] = true,
                // Rust is all that these tests ask for.
                None if command.contains("python3") && !has_python() => {
                    println!("left out, as there is no python3: {command}")
                }
                None if command.starts_with("spontan ") => {
                    ran += 1;
                    wrong.extend(run(&command, folder.path()).err().map(|error| format!("{page}: {error}")));
                }
                None => wrong.push(format!("{page}: nothing runs `{command}`")),
            }
        }
    }
    let unused = ELSEWHERE.iter().zip(used).filter(|(_, used)| !used);
    wrong.extend(unused.map(|((start, ..), _)| format!("no page has a command that begins with `{start}`")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran > 15, "{ran}");
}

#[test]
fn what_is_run_elsewhere_is_run_there() {
    for (start, file, says) in ELSEWHERE.iter().filter(|(_, file, _)| !file.is_empty()) {
        let file: PathBuf = root().join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(says), "{}, which runs `{start}`, does not say `{says}`", file.display());
    }
}
