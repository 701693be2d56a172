//! `--report`: which reports are written where, and the writing. Files are created before the run starts, so that a
//! wrong path is found at once.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::json;

use super::exit::Failure;
use super::output;
use crate::harness::{Finding, Plan};
use crate::report::jsonl::Stream;
use crate::report::{About, RunResult, badge, github, html, junit, markdown, tap};

/// Writes a whole result as text.
type Render = fn(&RunResult) -> String;

/// The formats that are written when the run has ended.
const FORMATS: [(&str, Render); 6] = [
    ("json", |result| format!("{:#}\n", json!(result))),
    ("junit", junit::render),
    ("tap", tap::render),
    ("md", markdown::render),
    ("html", html::render),
    ("badge", badge::render),
];

/// One `--report`.
#[derive(Debug, Clone)]
pub enum ReportArg {
    Stream(PathBuf),
    File(Render, PathBuf),
    GitHub,
}

impl FromStr for ReportArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "github" {
            return Ok(Self::GitHub);
        }
        let wrong = || {
            let names = FORMATS.map(|(name, _)| name).join(", ");
            format!("it must be FORMAT=FILE with FORMAT one of jsonl, {names}; or github, without a file")
        };
        let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(wrong)?;
        if name == "jsonl" {
            return Ok(Self::Stream(file.into()));
        }
        let (_, render) = FORMATS.iter().find(|(known, _)| *known == name).ok_or_else(wrong)?;
        Ok(Self::File(*render, file.into()))
    }
}

/// The reports of a run, their files being open.
#[derive(Debug, Default)]
pub struct Reports {
    streams: Vec<(PathBuf, Stream)>,
    files: Vec<(Render, PathBuf, File)>,
    github: bool,
}

impl Reports {
    /// Creates the files, each of which must be another one.
    pub fn create(args: &[ReportArg]) -> Result<Self, Failure> {
        let mut reports = Self::default();
        let mut paths = Vec::new();
        for arg in args {
            let (ReportArg::Stream(path) | ReportArg::File(_, path)) = arg else {
                reports.github = true;
                continue;
            };
            if paths.contains(&path) {
                let message = format!("two reports go to {}. Give each its own file", path.display());
                return Err(Failure::usage(message));
            }
            paths.push(path);
            let file = File::create(path).map_err(|error| unwritable(path, "cannot be written", &error))?;
            match arg {
                ReportArg::File(render, _) => reports.files.push((*render, path.clone(), file)),
                _ => reports.streams.push((path.clone(), Stream::new(file))),
            }
        }
        Ok(reports)
    }

    /// Starts the results stream: what is run, and the cases that are not.
    pub fn header(&mut self, plan: &Plan<'_>, about: &About) {
        for (_, stream) in &mut self.streams {
            stream.header(about);
            for job in plan.jobs.iter().filter(|job| job.expected.is_err()) {
                stream.not_run(&job.case.id, "the adapter did not declare what it needs");
            }
        }
    }

    /// A case has its outcome.
    pub fn case(&mut self, plan: &Plan<'_>, finding: &Finding, known: bool) {
        self.streams.iter_mut().for_each(|(_, stream)| stream.case(plan, finding, known));
    }

    /// Hands what is written of the results stream to the operating system.
    pub fn flush(&mut self) {
        self.streams.iter_mut().for_each(|(_, stream)| stream.flush());
    }

    /// The run has ended: writes all.
    pub fn finish(self, result: &RunResult) -> Result<(), Failure> {
        let streams = self.streams.into_iter().map(|(path, stream)| (path, stream.finish(result)));
        let files = self.files.into_iter().map(|(render, path, mut file)| {
            let written = file.write_all(render(result).as_bytes());
            (path, written)
        });
        for (path, written) in streams.chain(files) {
            written.map_err(|error| unwritable(&path, "could not be written to its end", &error))?;
        }
        if self.github {
            output::print(&github::render(result))?;
        }
        Ok(())
    }
}

fn unwritable(path: &Path, what: &str, error: &io::Error) -> Failure {
    Failure::usage(format!("{} {what}: {error}", path.display()))
}
