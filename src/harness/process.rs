//! The adapter's process: its own process group, three pipes and a thread for each. Whatever it does (floods, reads
//! nothing, forks and dies), memory stays bounded, nothing here waits forever, and the group is killed and reaped.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::guard::Guard;
use super::interrupt;
use super::memory::{Look, Meter};
use super::tail::Tail;
use crate::protocol::MAX_LINE;

/// How many bytes are read from a pipe at once.
const CHUNK_SIZE: usize = 64 << 10;
/// How many pieces of output may wait to be judged before the reader stops reading.
const MAX_WAITING_PIECES: usize = 8;
/// How often a wait for output looks whether the process is still there: a grandchild may keep its stdout open.
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// How often the group is looked at while output is waited for.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// How long output may still come after the whole group was killed. Only a process that left the group can need it.
const OUTPUT_AFTER_KILL: Duration = Duration::from_secs(1);

/// Program and arguments of an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Does it get `PATH`, `HOME`, `LANG` and `TMPDIR` alone, rather than the whole environment of this process?
    pub clean_env: bool,
    /// How many processes its group may have at the same time, itself among them; more are killed.
    pub max_processes: Option<usize>,
}

/// The variables that an adapter has in a clean environment, as far as they are set.
pub const CLEAN_ENV: [&str; 4] = ["PATH", "HOME", "LANG", "TMPDIR"];

impl Adapter {
    /// The adapter with the environment of this process and as many processes as it likes.
    pub fn new(program: impl Into<OsString>, args: Vec<OsString>) -> Self {
        Self { program: program.into(), args, clean_env: false, max_processes: None }
    }
}

/// What the adapter wrote to stdout.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// One or more whole lines, each with its LF.
    Lines(Vec<u8>),
    /// The start of a line that has no LF within [`MAX_LINE`] bytes. Nothing is read after it.
    TooLong(Vec<u8>),
    /// What came after the last LF when stdout was closed. It is the last output.
    Unfinished(Vec<u8>),
    /// Stdout was closed, or the process is gone.
    End,
    /// Nothing came in time.
    Nothing,
}

/// A running adapter. Dropping it kills its process group.
#[derive(Debug)]
pub struct Process {
    child: Child,
    id: Pid,
    group: Pid,
    stdin: Option<Sender<Vec<u8>>>,
    output: Receiver<Output>,
    stderr: Tail,
    memory: Meter,
    guard: Guard,
    max_processes: Option<usize>,
    /// How many processes the group had when they were too many.
    crowd: Option<usize>,
    reaped: Option<ExitStatus>,
    /// Set once the group was killed while output was still waited for.
    killed: Option<Instant>,
}

impl Process {
    /// Starts the adapter.
    pub fn spawn(adapter: &Adapter) -> io::Result<Self> {
        if let Some(signal) = interrupt::received() {
            return Err(io::Error::other(format!("{signal} came before")));
        }
        let guard = Guard::start();
        let mut command = Command::new(&adapter.program);
        if adapter.clean_env {
            let kept = CLEAN_ENV.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
            command.env_clear().envs(kept);
        }
        let mut child = command
            .args(&adapter.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(guard.group().map_or(0, Pid::as_raw_pid))
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::other("the pipes to the adapter were not made"));
        };
        let (to_writer, requests) = mpsc::channel();
        let (to_runner, output) = mpsc::sync_channel(MAX_WAITING_PIECES);
        let id = Pid::from_child(&child);
        let group = guard.group().unwrap_or(id);
        let process = Self {
            id,
            group,
            memory: Meter::new(id, group),
            guard,
            max_processes: adapter.max_processes,
            crowd: None,
            child,
            stdin: Some(to_writer),
            output,
            stderr: Tail::new(stderr),
            reaped: None,
            killed: None,
        };
        // From here on an error drops `process`, which ends the child.
        let tail = process.stderr.clone();
        thread::Builder::new().name("adapter stdin".into()).spawn(move || write(stdin, &requests))?;
        thread::Builder::new().name("adapter stdout".into()).spawn(move || read(stdout, &to_runner))?;
        thread::Builder::new().name("adapter stderr".into()).spawn(move || tail.fill())?;
        Ok(process)
    }

    /// Hands bytes to the thread that writes them; it never waits for the adapter to read. What can pile up is what
    /// the window lets the runner send.
    pub fn send(&self, bytes: Vec<u8>) {
        if let Some(stdin) = &self.stdin {
            // An error means that the adapter closed its stdin or is dead; its missing answers will tell.
            let _ = stdin.send(bytes);
        }
    }

    /// Closes the adapter's stdin once everything sent is written.
    pub fn close_stdin(&mut self) {
        self.memory.search();
        self.look();
        self.stdin = None;
    }

    /// Output that is there already.
    pub fn ready(&self) -> Option<Output> {
        self.output.try_recv().ok()
    }

    /// Waits for output until `until`, or until a signal ends the run or the group has too many processes: then it is killed.
    pub fn receive(&mut self, until: Instant) -> Output {
        loop {
            if self.memory.is_due(LOOK_INTERVAL) {
                self.look();
            }
            let now = Instant::now();
            let limit = self.killed.map_or(until, |killed| killed + OUTPUT_AFTER_KILL);
            match self.output.recv_timeout(limit.saturating_duration_since(now).min(EXIT_POLL_INTERVAL)) {
                Ok(output) => return output,
                Err(RecvTimeoutError::Disconnected) => return Output::End,
                Err(RecvTimeoutError::Timeout) if self.killed.is_some() => {
                    if now >= limit {
                        return Output::End;
                    }
                }
                Err(RecvTimeoutError::Timeout) if self.exited() || interrupt::received().is_some() => {
                    self.kill()
                }
                Err(RecvTimeoutError::Timeout) if now >= until => return Output::Nothing,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The end of what the adapter wrote to stderr.
    pub fn stderr(&self) -> &Tail {
        &self.stderr
    }

    /// Looks at the group now, and kills it if it has more processes than it may.
    pub fn look(&mut self) -> Option<Look> {
        let Some(most) = self.max_processes else { return self.memory.look() };
        self.memory.search();
        let look = self.memory.look()?;
        if look.processes > most {
            self.crowd.get_or_insert(look.processes);
            self.kill();
        }
        Some(look)
    }

    /// How many processes it had, if it was killed for that: the rest of a sentence that starts with its name.
    pub fn crowd(&self) -> Option<String> {
        let (had, most) = self.crowd.zip(self.max_processes)?;
        Some(format!("had {had} processes at the same time, more than --max-processes allows ({most})"))
    }

    /// Looks at the memory of the group now, and what its processes grow by is counted from now on.
    pub fn mark_memory(&mut self) -> Option<Look> {
        self.memory.mark()
    }

    /// The most memory that the group was seen to have, in bytes.
    pub fn peak_memory(&self) -> Option<u64> {
        self.memory.peak()
    }

    /// Has the process ended? This does not reap it, so that its number is not given to another one yet.
    fn exited(&self) -> bool {
        self.reaped.is_some()
            || !matches!(
                waitid(
                    WaitId::Pid(self.id),
                    WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT
                ),
                Ok(None)
            )
    }

    /// Kills the whole group. Output that is in the pipe can still be received.
    pub fn kill(&mut self) {
        if self.reaped.is_none() {
            let _ = kill_process_group(self.group, Signal::KILL);
            self.killed.get_or_insert_with(Instant::now);
        }
    }

    /// Waits up to `patience` for the process to end, then kills what is left of its group and reaps it. Says how it
    /// ended: its own way, or `None` when it had to be killed.
    pub fn end(&mut self, patience: Duration) -> Option<String> {
        let until = Instant::now() + patience;
        let mut pause = Duration::from_micros(200);
        let mut own_way = self.exited();
        while !own_way && self.killed.is_none() && Instant::now() < until && interrupt::received().is_none() {
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
            own_way = self.exited();
        }
        self.kill();
        let status = self.reap();
        self.stderr.settle(Duration::from_secs(2));
        if own_way { Some(status.map_or_else(|| "ended".into(), in_words)) } else { None }
    }

    fn reap(&mut self) -> Option<ExitStatus> {
        if self.reaped.is_none() {
            self.guard.dismiss();
            self.reaped = self.child.wait().ok();
        }
        self.reaped
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        self.reap();
    }
}

fn write(mut stdin: ChildStdin, requests: &Receiver<Vec<u8>>) {
    for bytes in requests {
        if stdin.write_all(&bytes).is_err() {
            return;
        }
    }
}

fn read(mut stdout: ChildStdout, output: &SyncSender<Output>) {
    let mut chunk = vec![0; CHUNK_SIZE];
    let mut line = Vec::new();
    loop {
        let read = match stdout.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => &chunk[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let piece = match read.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => {
                line.extend_from_slice(&read[..=last]);
                let lines = std::mem::replace(&mut line, read[last + 1..].to_vec());
                Output::Lines(lines)
            }
            None => {
                line.extend_from_slice(read);
                if line.len() < MAX_LINE {
                    continue;
                }
                line.truncate(1000);
                Output::TooLong(std::mem::take(&mut line))
            }
        };
        let last = matches!(piece, Output::TooLong(_));
        if output.send(piece).is_err() || last {
            return;
        }
    }
    if !line.is_empty() {
        let _ = output.send(Output::Unfinished(line));
    }
}

/// How a process ended, as the rest of a sentence that starts with its name.
fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(signal)) => match signal_name(signal) {
            Some(name) => format!("was ended by {name} (signal {signal})"),
            None => format!("was ended by signal {signal}"),
        },
        (None, None) => "ended".into(),
    }
}

fn signal_name(number: i32) -> Option<&'static str> {
    let named = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL, an illegal instruction"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT, an abort"),
        (Signal::BUS, "SIGBUS, a bad memory access"),
        (Signal::FPE, "SIGFPE, an arithmetic error"),
        (Signal::KILL, "SIGKILL (out of memory?)"),
        (Signal::SEGV, "SIGSEGV, a bad memory access"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
        (Signal::SYS, "SIGSYS, a forbidden system call"),
    ];
    named.iter().find(|(signal, _)| signal.as_raw() == number).map(|(_, name)| *name)
}
