//! `--report`: which reports are written where, and the writing. A path that cannot be
//! written is found before the run starts; what is there stays until the run has ended, or the stream begins.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::json;

use super::exit::Failure;
use super::file;
use super::output;
use crate::harness::{Finding, Plan};
use crate::report::jsonl::Stream;
use crate::report::{About, RunResult, badge, github, html, junit, markdown, tap};

/// A format that is written when the run has ended.
#[derive(Debug)]
pub struct Format {
    name: &'static str,
    /// Writes a whole result as text.
    render: fn(&RunResult) -> String,
    /// Writes why there is no result, for what CI shows; nothing in formats that only hold results.
    not_started: Option<fn(&str) -> String>,
}

const FORMATS: [Format; 6] = [
    Format { name: "json", render: |result| format!("{:#}\n", json!(result)), not_started: None },
    Format { name: "junit", render: junit::render, not_started: Some(junit::not_started) },
    Format { name: "tap", render: tap::render, not_started: Some(tap::not_started) },
    Format { name: "md", render: markdown::render, not_started: Some(markdown::not_started) },
    Format { name: "html", render: html::render, not_started: None },
    Format { name: "badge", render: badge::render, not_started: Some(badge::not_started) },
];

/// One `--report`.
#[derive(Debug, Clone)]
pub enum ReportArg {
    Stream(PathBuf),
    File(&'static Format, PathBuf),
    GitHub,
}

impl FromStr for ReportArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "github" {
            return Ok(Self::GitHub);
        }
        let wrong = || {
            let names = FORMATS.each_ref().map(|format| format.name).join(", ");
            format!("it must be FORMAT=FILE with FORMAT one of jsonl, {names}; or github, without a file")
        };
        let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(wrong)?;
        if name == "jsonl" {
            return Ok(Self::Stream(file.into()));
        }
        let format = FORMATS.iter().find(|format| format.name == name).ok_or_else(wrong)?;
        Ok(Self::File(format, file.into()))
    }
}

/// The reports of a run.
#[derive(Debug, Default)]
pub struct Reports {
    streams: Vec<(PathBuf, io::Result<Stream>)>,
    /// Streams that are not begun yet.
    waiting: Vec<PathBuf>,
    files: Vec<(&'static Format, PathBuf)>,
    github: bool,
}

/// What a run reads or starts, so that no report may take its place: what it is, and where.
pub type Taken<'a> = [(&'static str, &'a Path)];

impl Reports {
    /// Finds out whether the files can be written, each of which must be another one. Nothing is written yet.
    pub fn create(args: &[ReportArg], taken: &Taken<'_>) -> Result<Self, Failure> {
        let mut reports = Self::default();
        let mut paths = Vec::new();
        for arg in args {
            let (ReportArg::Stream(path) | ReportArg::File(_, path)) = arg else {
                reports.github = true;
                continue;
            };
            let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            if paths.contains(&absolute) {
                let message = format!("two reports go to {}. Give each its own file", path.display());
                return Err(Failure::usage(message));
            }
            if let Some((what, _)) = taken.iter().find(|(_, other)| file::is_same(path, other)) {
                let message = format!(
                    "the report would replace {}, which is {what}. Give it its own file",
                    path.display()
                );
                return Err(Failure::usage(message));
            }
            paths.push(absolute);
            file::probe(path).map_err(|error| unwritable(path, "cannot be written", &error))?;
            match arg {
                ReportArg::File(format, _) => reports.files.push((format, path.clone())),
                _ => reports.waiting.push(path.clone()),
            }
        }
        Ok(reports)
    }

    /// Starts the results stream: what is run, and the cases that are not.
    pub fn header(&mut self, plan: &Plan<'_>, about: &About) {
        for path in self.waiting.drain(..) {
            let header = |file: &mut File| file.write_all(Stream::header(about)?.as_bytes());
            let mut stream = file::stream(&path, header).map(Stream::new);
            if let Ok(stream) = &mut stream {
                for job in plan.jobs.iter().filter(|job| job.expected.is_err()) {
                    stream.not_run(&job.case.id, "the adapter did not declare what it needs");
                }
            }
            self.streams.push((path, stream));
        }
    }

    /// There is no run: says why in the reports that people see first.
    pub fn not_started(self, why: &str) -> Result<(), Failure> {
        for (format, path) in self.files {
            if let Some(not_started) = format.not_started {
                file::save(&path, not_started(why))
                    .map_err(|error| unwritable(&path, "could not be written", &error))?;
            }
        }
        if self.github {
            output::print(&github::not_started(why))?;
        }
        Ok(())
    }

    fn begun(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.streams.iter_mut().filter_map(|(_, stream)| stream.as_mut().ok())
    }

    /// A case has its outcome.
    pub fn case(&mut self, plan: &Plan<'_>, finding: &Finding, known: bool) {
        self.begun().for_each(|stream| stream.case(plan, finding, known));
    }

    /// Hands what is written of the results stream to the operating system.
    pub fn flush(&mut self) {
        self.begun().for_each(Stream::flush);
    }

    /// The run has ended: writes all. A report that cannot be written keeps no other from it.
    pub fn finish(self, result: &RunResult) -> Result<(), Failure> {
        let streams = self.streams.into_iter();
        let streams = streams.map(|(path, stream)| (path, stream.and_then(|stream| stream.finish(result))));
        let files = self.files.into_iter().map(|(format, path)| {
            let written = file::save(&path, (format.render)(result));
            (path, written)
        });
        // All are written before the first error is told.
        let written: Vec<_> = streams.chain(files).collect();
        for (path, written) in written {
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
