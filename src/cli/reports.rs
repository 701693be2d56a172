//! `--report`: which reports are written where, and the writing. Files are created before the run starts, so that a
//! wrong path is found at once.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::json;

use super::exit::{Exit, Failure};
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
pub struct ReportArg(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Stream(PathBuf),
    File(Render, PathBuf),
    GitHub,
}

impl FromStr for ReportArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "github" {
            return Ok(Self(Kind::GitHub));
        }
        let wrong = || {
            let names = FORMATS.map(|(name, _)| name).join(", ");
            format!("it must be FORMAT=FILE with FORMAT one of jsonl, {names}; or github, without a file")
        };
        let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(wrong)?;
        if name == "jsonl" {
            return Ok(Self(Kind::Stream(file.into())));
        }
        let (_, render) = FORMATS.iter().find(|(known, _)| *known == name).ok_or_else(wrong)?;
        Ok(Self(Kind::File(*render, file.into())))
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
    /// Creates the files.
    ///
    /// # Errors
    /// If one cannot be written, or two reports are to go to the same.
    pub fn create(args: &[ReportArg]) -> Result<Self, Failure> {
        let mut reports = Self::default();
        let mut paths = Vec::new();
        for ReportArg(kind) in args {
            let (Kind::Stream(path) | Kind::File(_, path)) = kind else {
                reports.github = true;
                continue;
            };
            if paths.contains(&path) {
                let message = format!("two reports go to {}. Give each its own file", path.display());
                return Err(Failure::new(Exit::Usage, message));
            }
            paths.push(path);
            let wrong = |error| unwritable(path, "cannot be written", &error);
            match kind {
                Kind::File(render, _) => {
                    reports.files.push((*render, path.clone(), File::create(path).map_err(wrong)?));
                }
                _ => reports.streams.push((path.clone(), Stream::create(path).map_err(wrong)?)),
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
    ///
    /// # Errors
    /// If a file cannot be written to its end.
    pub fn finish(self, result: &RunResult) -> Result<(), Failure> {
        let to_its_end = "could not be written to its end";
        for (path, stream) in self.streams {
            stream.finish(result).map_err(|error| unwritable(&path, to_its_end, &error))?;
        }
        for (render, path, mut file) in self.files {
            file.write_all(render(result).as_bytes())
                .map_err(|error| unwritable(&path, to_its_end, &error))?;
        }
        if self.github {
            output::print(&github::render(result))?;
        }
        Ok(())
    }
}

fn unwritable(path: &std::path::Path, what: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} {what}: {error}", path.display()))
}
