//! The templates of `spontan init`, as a new user meets them: `init`, then the commands that it printed, in a shell. A
//! language whose toolchain is not on this machine is listed as ignored, with what is missing.

#![allow(clippy::unwrap_used, reason = "a test file, its helpers included")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

/// Each language with the tool that it needs.
const LANGUAGES: [(&str, &str); 7] = [
    ("python", "python3 --version"),
    ("go", "go version"),
    ("typescript", "node --version"),
    ("java", "javac -version"),
    ("kotlin", "kotlinc -version"),
    ("c", "cc --version"),
    ("rust", "cargo --version"),
];

fn main() {
    let mut trials = vec![
        Trial::test("no_file_is_overwritten", no_file_is_overwritten),
        Trial::test("the_workflow_runs_the_same_commands", the_workflow_runs_the_same_commands),
        Trial::test("an_unknown_language_is_refused", an_unknown_language_is_refused),
    ];
    let page = "the_page_about_a_first_adapter_is_a_real_run";
    trials.push(match missing("python3 --version").or_else(|| missing("git --version")) {
        None => Trial::test(page, the_page_is_a_real_run),
        Some(missing) => Trial::test(page, || Ok(())).with_kind(missing).with_ignored_flag(true),
    });
    for (language, tool) in LANGUAGES {
        let name = format!("a_new_user_of_{language}_gets_a_green_suite");
        trials.push(match missing(tool) {
            None => Trial::test(name, move || a_new_user_gets_a_green_suite(language)),
            Some(missing) => Trial::test(name, || Ok(())).with_kind(missing).with_ignored_flag(true),
        });
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What is missing for a language, if something is.
fn missing(tool: &str) -> Option<String> {
    let name = tool.split(' ').next().unwrap();
    match shell(Path::new("."), tool) {
        Ok(output) if !output.status.success() => Some(format!("{name} is not here")),
        Ok(output) if name == "node" && !strips_types(&output.stdout) => {
            let fetched = shell(Path::new("."), &format!("{TSX} --version"));
            (!fetched.unwrap().status.success())
                .then(|| "node is older than 22.18 and npx cannot fetch tsx".into())
        }
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// What stands in for `node` where that does not take TypeScript.
const TSX: &str = "npx --yes tsx@4";

/// Does the Node of this version (`v22.18.0`) take TypeScript?
fn strips_types(version: &[u8]) -> bool {
    let version = String::from_utf8_lossy(version);
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok());
    let version = (numbers.next().flatten(), numbers.next().flatten());
    version >= (Some(23), Some(6)) || (version >= (Some(22), Some(18)) && version < (Some(23), Some(0)))
}

/// A command in a directory, with `spontan` on the path.
fn shell(directory: &Path, command: &str) -> std::io::Result<Output> {
    let spontan = Path::new(env!("CARGO_BIN_EXE_spontan")).parent().unwrap();
    let mut path = spontan.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    Command::new("sh")
        .args(["-c", command])
        .current_dir(directory)
        .env("PATH", path)
        // The commands name target/, and what this package is built from is on the disk.
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_NET_OFFLINE", "true")
        .stdin(Stdio::null())
        .output()
}

/// What a command wrote; it must end with this exit code.
fn done(directory: &Path, command: &str, exit: i32) -> Result<String, Failed> {
    let output = shell(directory, command)?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.code() == Some(exit) {
        Ok(text)
    } else {
        Err(format!("{command}: {}\n{text}", output.status).into())
    }
}

fn must(holds: bool, what: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(what.into()) }
}

/// The commands that `init` printed.
fn commands(text: &str) -> Vec<&str> {
    let behind = text.split_once("Next:\n").map(|(_, behind)| behind);
    behind.unwrap_or_default().lines().take_while(|line| !line.is_empty()).map(str::trim).collect()
}

fn a_new_user_gets_a_green_suite(language: &str) -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let text = done(directory.path(), &format!("spontan init --lang {language}"), 0)?;
    let commands = commands(&text);
    must(commands.len() == 3, &text)?;
    let old_node =
        language == "typescript" && !strips_types(&shell(directory.path(), "node --version")?.stdout);
    let mut green = 0;
    for command in commands {
        let command = if old_node {
            command.replace("node adapter", &format!("{TSX} adapter"))
        } else {
            command.into()
        };
        // A machine that builds something else beside it may need minutes for a Java virtual machine to say hello.
        let command = command.replace(" -- ", " --hello-timeout 600 --timeout 120 -- ");
        let text = done(directory.path(), &command, 0)?;
        if command.contains(" check ") {
            let asked = done(directory.path(), "spontan list -k 'bigsize.decode/**'", 0)?.lines().count();
            must(text.contains(&format!("{asked} cases against my-node 0.1.0 ({language})\n")), &text)?;
            must(text.contains(&format!("ok  {asked} of {asked} cases as expected\n")), &text)?;
            green += 1;
        }
        if command.contains(" doctor ") {
            must(text.contains("the adapter is sound"), &text)?;
            green += 1;
        }
    }
    must(green == 2, "doctor and check are among the commands")
}

fn no_file_is_overwritten() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let mine = directory.path().join("adapter/adapter.py");
    std::fs::create_dir(directory.path().join("adapter"))?;
    std::fs::write(&mine, "mine")?;
    let text = done(directory.path(), "spontan init --lang python --output adapter", 2)?;
    must(text.contains("adapter/adapter.py already exists") && text.contains("Nothing was written"), &text)?;
    must(std::fs::read_to_string(&mine)? == "mine", "the file was overwritten")?;
    must(!directory.path().join("adapter/.github").exists(), "something was written")?;
    let text = done(directory.path(), "spontan init --lang c --output adapter", 0)?;
    must(text.contains("wrote adapter/adapter.c\n") && text.contains("Next, in adapter:\n"), &text)?;
    done(directory.path(), "spontan init --lang c --output adapter", 2).map(|_| ())
}

fn the_workflow_runs_the_same_commands() -> Result<(), Failed> {
    for (language, _) in LANGUAGES {
        let directory = tempfile::tempdir()?;
        let text = done(directory.path(), &format!("spontan init --lang {language}"), 0)?;
        let workflow = std::fs::read_to_string(directory.path().join(".github/workflows/spontan.yml"))?;
        let parsed: serde_json::Value = serde_yaml::from_str(&workflow)?;
        let steps = parsed["jobs"]["check"]["steps"].as_array().ok_or("no steps")?;
        let runs: Vec<_> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
        for command in commands(&text) {
            // Only what fills the time until the first case of one's own is no step.
            let step = command.replace(" -k 'bigsize.decode/**'", " --report md=\"$GITHUB_STEP_SUMMARY\"");
            must(
                command.contains(" explain ") || runs.contains(&step.as_str()),
                &format!("{step}\n{workflow}"),
            )?;
        }
        let filled =
            ["@steps@", "@adapter@", "@version@", "@repository@"].iter().all(|gap| !workflow.contains(gap));
        must(filled, &workflow)?;
        // Nothing comes from a registry, where the name may be anybody's.
        must(
            workflow.contains(" --git \"${SPONTAN_REPOSITORY:?") && !workflow.contains("spontan@"),
            &workflow,
        )?;
    }
    Ok(())
}

fn an_unknown_language_is_refused() -> Result<(), Failed> {
    let text = done(Path::new("."), "spontan init --lang cobol", 2)?;
    must(text.contains("possible values: python, go, typescript, java, kotlin, c, rust"), &text)
}

/// Runs the commands of `docs/first-adapter.md` and applies its patches, one after the other. `UPDATE_DOCS=1 cargo test
/// --test templates` takes over what the commands say.
fn the_page_is_a_real_run() -> Result<(), Failed> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/first-adapter.md");
    let text = std::fs::read_to_string(&page)?;
    let directory = tempfile::tempdir()?;
    let mut place = directory.path().to_owned();
    let mut real = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        real.push_str(line);
        real.push('\n');
        if line != "```console" && line != "```diff" {
            continue;
        }
        let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        if line == "```diff" {
            let patch = block.join("\n") + "\n";
            std::fs::write(directory.path().join("patch"), &patch)?;
            done(&place, "git apply --recount ../patch", 0)?;
            real.push_str(&patch);
        }
        for command in
            block.iter().filter_map(|line| line.strip_prefix("$ ")).filter(|_| line == "```console")
        {
            real.push_str(&format!("$ {command}\n"));
            match command.strip_prefix("cd ") {
                Some(there) => place.push(there),
                None => {
                    let output = shell(&place, command)?;
                    real.push_str(&String::from_utf8(output.stdout)?);
                    real.push_str(&String::from_utf8(output.stderr)?);
                }
            }
        }
        real.push_str("```\n");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, real)?;
        return Ok(());
    }
    must(
        without_measurements(&text) == without_measurements(&real),
        &format!("the page is not up to date: run `UPDATE_DOCS=1 cargo test --test templates`\n{real}"),
    )
}

/// The text with every number of milliseconds as one, and every amount of memory.
fn without_measurements(text: &str) -> String {
    let with_memory = |line: &str| if line.starts_with("memory ") { "memory" } else { line }.to_owned();
    let text = text.lines().map(with_memory).collect::<Vec<_>>().join("\n");
    let mut parts = text.split(" ms").peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        match parts.peek() {
            Some(_) => out.push_str(&format!(
                "{} N ms",
                part.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end()
            )),
            None => out.push_str(part),
        }
    }
    out
}
