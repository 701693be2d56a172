//! `harness SPONTAN`: what the harness costs. The answers of the built-in reference are recorded once and then given by this
//! program as an adapter that does nothing else, so that `check` is measured beside a bare pipe over which the same lines go,
//! with as many of them on their way, and beside one process a case. Then the memory of a run of 100,000 cases.
//!
//! The contestants take turns and the best round of each counts. Needs Linux (`/proc`) and `sh`.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
/// Answers of a round, about.
const ANSWERS: usize = 200_000;
/// Processes of a round of one process a case.
const PROCESSES: usize = 100;
/// Unanswered requests, as the reference declares.
const WINDOW: usize = 64;

/// At least so much of the bare pipe's throughput.
const PIPE_GOAL: f64 = 0.7;
/// At least so many times that of one process a case.
const PROCESS_GOAL: f64 = 100.0;
/// A run of 100,000 cases holds less than so many kilobytes.
const MEMORY_GOAL: u64 = 100_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--answer", file] => answer(Path::new(file)).map(|()| true),
        [spontan] => compare(spontan),
        _ => Err("usage: harness path/to/spontan".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// The adapter: the first line of the file is the hello, the others are the answers, in turn, without their `seq`.
fn answer(file: &Path) -> Outcome<()> {
    let recorded: Vec<Vec<u8>> = BufReader::new(File::open(file)?).split(b'\n').collect::<Result<_, _>>()?;
    let (hello, answers) = recorded.split_first().ok_or("nothing was recorded")?;
    let mut input = BufReader::with_capacity(1 << 18, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let mut line = Vec::new();
    for seq in 0_usize.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match seq.checked_sub(1) {
            None => output.write_all(hello)?,
            Some(index) => {
                write!(output, "{{\"seq\":{seq},")?;
                output.write_all(&answers[index % answers.len()])?;
            }
        }
        output.write_all(b"\n")?;
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
    Ok(output.flush()?)
}

fn compare(spontan: &str) -> Outcome<bool> {
    let directory = std::env::temp_dir().join(format!("spontan-bench-{}", std::process::id()));
    std::fs::create_dir(&directory)?;
    let compared = Bench::record(spontan, &directory).and_then(|bench| bench.print());
    std::fs::remove_dir_all(&directory)?;
    compared
}

/// What was recorded.
struct Bench<'a> {
    spontan: &'a str,
    answers: String,
    /// The runner's hello and its requests, the latter without their `seq`.
    hello: Vec<u8>,
    requests: Vec<Vec<u8>>,
}

impl<'a> Bench<'a> {
    fn record(spontan: &'a str, directory: &Path) -> Outcome<Self> {
        let path = |name: &str| directory.join(name).display().to_string();
        let (asked, said) = (path("asked"), path("said"));
        let script = "tee \"$1\" | \"$0\" adapter | tee \"$2\"";
        let check = Command::new(spontan)
            .args(["check", "--", "sh", "-c", script, spontan, &asked, &said])
            .stdout(Stdio::null())
            .status()?;
        if !check.success() {
            return Err("the reference does not pass".into());
        }
        let without_seq = |line: &str| line.split_once(',').map(|(_, rest)| rest.to_owned());
        let asked = std::fs::read_to_string(asked)?;
        let (hello, requests) = asked.split_once('\n').ok_or("nothing was asked")?;
        // `{"type":"case","seq":N,` has two commas.
        let requests = requests.lines().map(|line| Some(without_seq(&without_seq(line)?)?.into_bytes()));
        let requests: Vec<_> = requests.collect::<Option<_>>().ok_or("a request of another form")?;
        let said = std::fs::read_to_string(said)?;
        let (adapter, answers) = said.split_once('\n').ok_or("nothing was answered")?;
        let mut lines = vec![adapter.to_owned()];
        for (index, line) in answers.lines().enumerate() {
            if !line.starts_with(&format!("{{\"seq\":{},", index + 1)) {
                return Err("the reference does not answer in turn".into());
            }
            lines.push(without_seq(line).ok_or("an answer of another form")?);
        }
        std::fs::write(path("answers"), lines.join("\n"))?;
        Ok(Self { spontan, answers: path("answers"), hello: format!("{hello}\n").into_bytes(), requests })
    }

    fn print(&self) -> Outcome<bool> {
        let repeat = ANSWERS.div_ceil(self.requests.len());
        let mut best = [0.0_f64; 3];
        for _ in 0..ROUNDS {
            let rates = [self.check(repeat)?, self.pipe(repeat)?, self.processes()?];
            best.iter_mut().zip(rates).for_each(|(best, rate)| *best = best.max(rate));
        }
        let [check, pipe, processes] = best;
        println!("{:32}{:>12} a second", "", "answers");
        println!("{:32}{pipe:>12.0}", format!("bare pipe, window {WINDOW}"));
        println!("{:32}{check:>12.0}", "check");
        println!("{:32}{processes:>12.0}", "one process a case");
        let memory = self.memory(100_000_usize.div_ceil(self.requests.len()))?;
        println!("{:32}{memory:>12} kB at most", "check, 100,000 cases");
        let reached = [check / pipe >= PIPE_GOAL, check / processes >= PROCESS_GOAL, memory < MEMORY_GOAL];
        let mark = |index: usize| if reached[index] { "" } else { "   missed" };
        println!("check / bare pipe {:>8.2}, at least {PIPE_GOAL}{}", check / pipe, mark(0));
        println!("check / processes {:>8.0}, at least {PROCESS_GOAL}{}", check / processes, mark(1));
        println!("memory {:>16} MB, less than {}{}", memory / 1000, MEMORY_GOAL / 1000, mark(2));
        Ok(reached.iter().all(|reached| *reached))
    }

    /// `check` over this adapter, its output being piped.
    fn start(&self, repeat: usize) -> Outcome<Child> {
        let this = std::env::current_exe()?;
        let mut check = Command::new(self.spontan);
        check
            .args(["check", "--repeat", &repeat.to_string(), "--"])
            .arg(this)
            .args(["--answer", &self.answers]);
        Ok(check.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?)
    }

    /// Answers a second, as `check` itself says: without reading vectors and starting processes.
    fn check(&self, repeat: usize) -> Outcome<f64> {
        let output = self.start(repeat)?.wait_with_output()?;
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().find(|line| line.ends_with(" per second")).ok_or("check says no rate")?;
        let (answers, rest) = line.split_once(" answers in ").ok_or("check says no rate")?;
        let seconds = rest.split(' ').next().ok_or("check says no time")?;
        if !output.status.success() || answers.parse::<usize>()? != repeat * self.requests.len() {
            return Err(format!("check did not pass: {text}").into());
        }
        Ok(answers.parse::<f64>()? / seconds.parse::<f64>()?)
    }

    fn adapter(&self) -> Outcome<Adapter> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--answer", &self.answers])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(mut stdin), Some(stdout)) = pipes else { return Err("no pipes".into()) };
        let (input, batches) = mpsc::channel::<Vec<u8>>();
        // A window can hold more than both pipes: who writes must not keep from reading.
        thread::spawn(move || batches.iter().try_for_each(|batch| stdin.write_all(&batch)));
        let output = BufReader::with_capacity(1 << 18, stdout);
        let mut adapter = Adapter { process, input, output, line: Vec::new() };
        adapter.send(self.hello.clone())?;
        adapter.read()?;
        Ok(adapter)
    }

    /// A request with its line feed, behind what is in the batch.
    fn ask(&self, index: usize, seq: usize, batch: &mut Vec<u8>) -> io::Result<()> {
        write!(batch, "{{\"type\":\"case\",\"seq\":{seq},")?;
        batch.extend_from_slice(&self.requests[index % self.requests.len()]);
        batch.push(b'\n');
        Ok(())
    }

    /// Answers a second over the pipes alone: no answer is looked at.
    fn pipe(&self, repeat: usize) -> Outcome<f64> {
        let mut adapter = self.adapter()?;
        let total = repeat * self.requests.len();
        let (mut asked, mut answered) = (0, 0);
        let start = Instant::now();
        while answered < total {
            // As the runner does: when half of the window is free, it is filled.
            if asked - answered <= WINDOW / 2 && asked < total {
                let mut batch = Vec::new();
                while asked - answered < WINDOW && asked < total {
                    self.ask(asked, asked + 1, &mut batch)?;
                    asked += 1;
                }
                adapter.send(batch)?;
            }
            adapter.read()?;
            answered += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        adapter.end()?;
        Ok(total as f64 / seconds)
    }

    /// Answers a second when each case has a process of its own.
    fn processes(&self) -> Outcome<f64> {
        let start = Instant::now();
        for index in 0..PROCESSES {
            let mut adapter = self.adapter()?;
            let mut batch = Vec::new();
            self.ask(index, 1, &mut batch)?;
            adapter.send(batch)?;
            adapter.read()?;
            adapter.end()?;
        }
        Ok(PROCESSES as f64 / start.elapsed().as_secs_f64())
    }

    /// The most memory that a run holds, in kilobytes.
    fn memory(&self, repeat: usize) -> Outcome<u64> {
        let mut check = self.start(repeat)?;
        let file = format!("/proc/{}/status", check.id());
        let mut most = 0;
        while check.try_wait()?.is_none() {
            let status = std::fs::read_to_string(&file).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            most = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(most);
            sleep(Duration::from_millis(2));
        }
        let mut text = String::new();
        if let Some(mut output) = check.stdout.take() {
            output.read_to_string(&mut text)?;
        }
        if text.contains(" answers in ") { Ok(most) } else { Err("check did not run to its end".into()) }
    }
}

/// This program as an adapter that said hello.
struct Adapter {
    process: Child,
    input: Sender<Vec<u8>>,
    output: BufReader<ChildStdout>,
    line: Vec<u8>,
}

impl Adapter {
    fn send(&self, batch: Vec<u8>) -> Outcome<()> {
        self.input.send(batch).map_err(|_| "the adapter closed its stdin".into())
    }

    fn read(&mut self) -> Outcome<()> {
        self.line.clear();
        match self.output.read_until(b'\n', &mut self.line)? {
            0 => Err("the adapter left".into()),
            _ => Ok(()),
        }
    }

    fn end(self) -> Outcome<()> {
        let Self { mut process, input, .. } = self;
        drop(input);
        process.wait()?;
        Ok(())
    }
}
