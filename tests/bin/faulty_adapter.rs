//! An adapter that misbehaves on demand: `faulty-adapter [--fault NAME] [--pids FILE]`. Without a fault it answers
//! `bigsize.decode` properly and three packets of `onion.peel` from a table. Each fault says how it is wrong; those
//! that strike at one case strike at the bytes `02`, so that they do so again after a restart.

#![allow(clippy::unwrap_used, clippy::zombie_processes, missing_docs)]

use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio, exit};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

mod lines;

/// The case at which faults strike.
const FAULTY_BYTES: &str = "02";
/// How many processes are started at most, so that a test that fails takes no more of the machine.
const MOST_HELPERS: u32 = 200;

fn main() {
    let mut args = std::env::args().skip(1);
    let mut fault = String::from("none");
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--fault" => fault = args.next().unwrap(),
            "--pids" => note_pid(&args.next().unwrap()),
            other => panic!("{other}?"),
        }
    }
    let adapter = Adapter {
        fault,
        out: Box::new(io::stdout().lock()),
        held: Vec::new(),
        ballast: Vec::new(),
        answers: 0,
    };
    let done = adapter.serve();
    // That the runner ended the run early is not an error here.
    let _ = done;
}

/// Tells the test which process groups there were.
fn note_pid(file: &str) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    writeln!(file, "{} {}", std::process::id(), rustix::process::getpgrp().as_raw_nonzero()).unwrap();
}

struct Adapter {
    fault: String,
    out: Box<dyn Write>,
    /// Answers that wait, for faults that answer late.
    held: Vec<Value>,
    /// What is never freed.
    ballast: Vec<Vec<u8>>,
    answers: u32,
}

impl Adapter {
    fn say(&mut self, line: &Value) -> io::Result<()> {
        let mut text = line.to_string();
        text.push('\n');
        self.raw(text.as_bytes())
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    fn serve(mut self) -> io::Result<()> {
        let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
        let mut line = String::new();
        match self.fault.as_str() {
            "has-three-helpers" => {
                for _ in 0..3 {
                    helper()?;
                }
            }
            "dies-before-hello" => {
                eprintln!("no configuration file");
                exit(7);
            }
            "says-nothing" => forever(),
            "fills-and-leaves" => {
                let ballast = black_box(vec![1_u8; 200 << 20]);
                sleep(Duration::from_millis(600));
                drop(ballast);
                return Ok(());
            }
            "starts-in-a-second" => sleep(Duration::from_secs(1)),
            "starts-in-20-seconds" => sleep(Duration::from_secs(20)),
            "banner" => self.raw(b"example adapter 1.0 ready\n")?,
            "hello-without-newline" => {
                self.raw(b"{\"type\":\"hello\",")?;
                forever();
            }
            "floods-before-hello" => self.flood()?,
            _ => {}
        }
        input.read_line(&mut line)?;
        if self.fault == "knows-all-keys" {
            known_keys(&serde_json::from_str(&line)?);
        }
        self.hello()?;
        match self.fault.as_str() {
            "reads-nothing" => forever(),
            "second-hello" => self.hello()?,
            "answer-before-question" => self.say(&json!({"seq": 900, "accept": {}}))?,
            "floods-stderr-100-mb" => eprint!("{}", "all is well, or so it seems\n".repeat(3_700_000)),
            "daemon-holds-stdout" => {
                Command::new("setsid").args(["sleep", "5"]).spawn().unwrap();
            }
            "grandchild-holds-stdout" => {
                Command::new("sleep").arg("60").spawn().unwrap();
            }
            _ => {}
        }
        loop {
            line.clear();
            if input.read_line(&mut line)? == 0 {
                return self.end();
            }
            if self.fault == "buffer-of-64-kib" && line.len() > 1 << 16 {
                panic!("the line is too long");
            }
            let request: Value = serde_json::from_str(&line)?;
            if self.fault == "knows-all-keys" {
                known_keys(&request);
            }
            self.request(&request)?;
        }
    }

    fn hello(&mut self) -> io::Result<()> {
        if let Some(text) = lines::find(lines::HELLOS, &self.fault) {
            return self.raw(format!("{text}\n").as_bytes());
        }
        let mut hello = json!({
            "type": "hello", "protocol": 1,
            "implementation": {"name": "faulty", "version": "0.1.0", "language": "rust"},
            "operations": ["bigsize.decode", "onion.peel", "shared_secret.send"],
            "window": 64,
        });
        match self.fault.as_str() {
            "protocol-2" => hello["protocol"] = 2.into(),
            "window-0" => hello["window"] = 0.into(),
            "window-billion" => hello["window"] = 1_000_000_000.into(),
            "unknown-operation" => hello["operations"] = json!(["bigsize.decode", "bigsize.guess"]),
            "unknown-policy" => hello["policies"] = json!({"keysend": "accept"}),
            "policy-accepts" => hello["policies"] = json!({"custom_even_records": "accept"}),
            "another-hello" | "version-is-its-pid" => {
                hello["implementation"]["version"] = std::process::id().to_string().into()
            }
            "window-1" | "window-1-dies" | "out-of-order-in-window-1" => hello["window"] = 1.into(),
            "tells-its-environment" => {
                let mut names: Vec<_> = std::env::vars().map(|(name, _)| name).collect();
                names.sort();
                hello["implementation"]["version"] = names.join(" ").into();
            }
            "no-codes" => hello["failure_detail"] = "none".into(),
            "bigsize-only" => hello["operations"] = json!(["bigsize.decode"]),
            "omits-length" => hello["omits"] = json!(["bigsize.decode.length"]),
            _ => {}
        }
        for (_, key, value) in lines::HELLO_KEYS.iter().filter(|(name, ..)| *name == self.fault) {
            match serde_json::from_str(value) {
                Ok(value) => hello[key] = value,
                Err(_) => drop(hello.as_object_mut().unwrap().remove(*key)),
            }
        }
        self.say(&hello)
    }

    fn request(&mut self, request: &Value) -> io::Result<()> {
        let seq = &request["seq"];
        let mut answer = json!({ "seq": seq });
        let (key, said) = content(request["operation"].as_str().unwrap(), &request["input"]);
        answer[key] = said;
        let struck = request["input"]["bytes"] == FAULTY_BYTES;
        if let Some(text) = lines::find(lines::ANSWERS, &self.fault).filter(|_| struck) {
            self.answers += 1;
            return self.raw(format!("{}\n", text.replace("SEQ", &seq.to_string())).as_bytes());
        }
        match self.fault.as_str() {
            "floods-stderr" => eprint!("{}", "0123456789abcdef0123456789abcdef0123456\n".repeat(1000)),
            "dies-always" => {
                eprintln!("nothing works");
                exit(101);
            }
            "aborts-always" => std::process::abort(),
            "a-helper-for-each-case" if self.answers < MOST_HELPERS => helper()?,
            "memory-grows" => self.ballast.push(vec![1; 32 << 20]),
            "exits-midway" if self.answers == 3 => exit(0),
            "out-of-order" | "out-of-order-in-window-1" => {
                self.held.push(answer);
                if self.held.len() == 4 {
                    return self.release();
                }
                return Ok(());
            }
            "waits-for-the-end" => {
                self.held.push(answer);
                return Ok(());
            }
            "forgets-the-last" => {
                self.held.push(answer);
                return if self.held.len() == 2 {
                    let first = self.held.remove(0);
                    self.say(&first)
                } else {
                    Ok(())
                };
            }
            "flips-every-third" if self.answers % 3 == 2 => {
                answer = match answer.get("accept") {
                    Some(_) => json!({"seq": seq, "reject": {"reason": "no"}}),
                    None => json!({"seq": seq, "accept": {}}),
                }
            }
            "counts-itself" => answer["seq"] = (self.answers + 1).into(),
            "answers-by-its-pid" => {
                answer = json!({"seq": seq, "reject": {"reason": std::process::id().to_string()}})
            }
            "number-as-string" => {
                if let Some(length) = answer.pointer_mut("/accept/length") {
                    *length = length.to_string().into();
                }
            }
            // A line of the protocol's length, which takes a hundred times as much when it is read.
            "answers-with-small-values" => {
                answer = json!({"seq": seq, "accept": {"value": vec![json!({}); 340_000]}})
            }
            "writes-long-texts" => {
                eprintln!("{}", "a".repeat(100_000));
                answer = json!({"seq": seq, "error": "é".repeat(500_000)});
            }
            "unsupported" => answer = json!({"seq": seq, "unsupported": "not built with it"}),
            "errors-always" => answer = json!({"seq": seq, "error": "nothing works"}),
            "accepts-nonsense" if answer.get("reject").is_some() => {
                answer = json!({"seq": seq, "accept": {"value": 7}})
            }
            "error" if struck => answer = json!({"seq": seq, "error": "assertion failed: \u{1b}[31mx"}),
            "accepts-everything" => answer = json!({"seq": seq, "accept": {}}),
            "rejects-everything" => answer = json!({"seq": seq, "reject": {"reason": "no"}}),
            "wrong-verdict" if struck => {
                answer = json!({"seq": seq, "reject": {"reason": "bigsize_truncated"}})
            }
            "wrong-code" => set(&mut answer, "code", "4016"),
            "wrong-hash" => {
                if let Some(hash) = answer.pointer_mut("/accept/payment_hash") {
                    *hash = "ab".repeat(32).into();
                }
            }
            "wrong-data" => set(&mut answer, "data", "00"),
            "wrong-reason" => set(&mut answer, "reason", "hmac_mismatch"),
            "no-codes" | "no-code-though-declared" => {
                if let Some(reject) = answer.get_mut("reject").and_then(Value::as_object_mut) {
                    reject.remove("code");
                    reject.remove("data");
                }
            }
            "omits-length" => {
                if let Some(accept) = answer.get_mut("accept").and_then(Value::as_object_mut) {
                    accept.remove("length");
                }
            }
            "extra-key" if struck => answer["accept"]["note"] = "hi".into(),
            "last-bit" => {
                if let Some(payload) = answer.pointer_mut("/accept/payload") {
                    *payload = "0202abcd0401ee".into();
                }
            }
            "upper-case-hex" => {
                if let Some(payload) = answer.pointer_mut("/accept/payload") {
                    *payload = "0202ABCD0401EF".into();
                }
            }
            "logs" if struck => {
                eprintln!("a line \u{1b}[31mof log");
                answer["accept"]["value"] = "9".into();
            }
            // As if a thread hung while the others go on.
            "takes-a-second" if struck => sleep(Duration::from_secs(1)),
            "never-answers-one" if struck => return Ok(()),
            "never-answers-one" => sleep(Duration::from_millis(20)),
            "spaces-around" => return self.raw(format!(" \t{answer} \n").as_bytes()),
            "keys-in-another-order" => {
                let (key, said) = content(request["operation"].as_str().unwrap(), &request["input"]);
                return self.raw(format!("{{\"{key}\":{said},\"seq\":{seq}}}\n").as_bytes());
            }
            "escapes-every-letter" => {
                let text = answer.to_string().replace("value", "\\u0076\\u0061\\u006c\\u0075\\u0065");
                return self.raw(format!("{text}\n").as_bytes());
            }
            "a-byte-at-a-time" => {
                for byte in format!("{answer}\n").bytes() {
                    self.raw(&[byte])?;
                }
                return Ok(());
            }
            "crlf" => return self.raw(format!("{answer}\r\n").as_bytes()),
            "exits-badly-at-the-end" => {}
            _ if struck => self.strike(seq, &answer)?,
            _ => {}
        }
        self.answers += 1;
        self.say(&answer)
    }

    /// What goes wrong at the one case, before its answer.
    fn strike(&mut self, seq: &Value, answer: &Value) -> io::Result<()> {
        match self.fault.as_str() {
            "starts-more-and-more" => {
                for _ in 0..MOST_HELPERS {
                    helper()?;
                    sleep(Duration::from_millis(20));
                }
            }
            "dies-on-3" | "window-1-dies" => {
                eprintln!("thread 'main' saw the case and died");
                exit(101);
            }
            "aborts-on-3" | "another-hello" => std::process::abort(),
            "leaves-quietly-on-3" => exit(0),
            "ends-itself-with-a-signal" => {
                Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status()?;
                forever();
            }
            "illegal-instruction" => {
                Command::new("kill").args(["-ILL", &std::process::id().to_string()]).status()?;
                forever();
            }
            "stops-itself" => {
                Command::new("kill").args(["-STOP", &std::process::id().to_string()]).status()?;
            }
            "goes-on-as-a-child" => {
                // The child has the pipes; whoever waits for this process sees it end.
                Command::new("sleep").arg("0.2").spawn()?;
                exit(0);
            }
            "closes-stdin" => return Err(Command::new("sh").args(["-c", "exec <&-; sleep 60"]).exec()),
            "hangs-on-3" => forever(),
            "no-newline-at-the-end" => {
                self.raw(answer.to_string().as_bytes())?;
                exit(0);
            }
            "half-a-line" => {
                self.raw(b"{\"seq\":")?;
                forever();
            }
            // The same process goes on as a shell without stdout.
            "closes-stdout" => return Err(Command::new("sh").args(["-c", "exec >&-; sleep 60"]).exec()),
            "grandchild-holds-stdout" | "daemon-holds-stdout" => exit(3),
            "floods-stdout" => self.flood()?,
            "line-too-long" => {
                let mut line = answer.clone();
                line["accept"]["note"] = "x".repeat(2 << 20).into();
                self.say(&line)?;
            }
            // Buffers of a length that the input states: one that is filled, and one that is only asked for.
            "fills-a-buffer" => drop(black_box(vec![1_u8; 256 << 20])),
            "asks-for-a-buffer" => drop(black_box(vec![0_u8; 1 << 30])),
            "fills-buffers-without-end" => loop {
                self.ballast.push(black_box(vec![1; 16 << 20]));
                sleep(Duration::from_millis(5));
            },
            "child-fills-a-buffer" => {
                Command::new(std::env::current_exe()?).args(["--fault", "fills-and-leaves"]).status()?;
            }
            "prints-on-stdout" => self.raw(b"debug: got \x1b[1mcase\n")?,
            "answers-twice" => self.say(answer)?,
            "unknown-seq" => self.say(&json!({"seq": 4_000_000, "accept": {}}))?,
            "seq-as-string" => self.say(&json!({"seq": seq.to_string(), "accept": {}}))?,
            "duplicate-keys" => {
                self.raw(format!("{{\"seq\":{seq},\"seq\":{seq},\"accept\":{{}}}}\n").as_bytes())?
            }
            "invalid-utf8" => self.raw(b"{\"seq\":3,\"error\":\"\xff\xfe\"}\n")?,
            "nul-byte" => self.raw(b"\0\n")?,
            "empty-line" => self.raw(b"\n")?,
            _ => {}
        }
        Ok(())
    }

    fn release(&mut self) -> io::Result<()> {
        while let Some(answer) = self.held.pop() {
            self.say(&answer)?;
        }
        Ok(())
    }

    fn flood(&mut self) -> io::Result<()> {
        loop {
            self.out.write_all(&[b'x'; 1 << 16])?;
        }
    }

    /// Stdin was closed.
    fn end(mut self) -> io::Result<()> {
        if self.fault != "forgets-the-last" {
            self.release()?;
        }
        match self.fault.as_str() {
            "ignores-eof" => forever(),
            "exits-badly-at-the-end" => exit(9),
            "talks-at-the-end" => self.raw(b"bye\n"),
            "helper-outlives-it" => {
                Command::new("sleep").arg("60").spawn()?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn set(answer: &mut Value, key: &str, value: &str) {
    if let Some(place) = answer.pointer_mut("/reject").and_then(|reject| reject.get_mut(key)) {
        *place = value.into();
    }
}

/// Dies of a key that no message of today has.
fn known_keys(message: &Value) {
    let known = ["type", "protocol", "runner", "seq", "operation", "input"];
    for key in message.as_object().unwrap().keys() {
        assert!(known.contains(&key.as_str()), "the key {key:?} is not known");
    }
}

/// A process that only waits. It is in the group of this one.
fn helper() -> io::Result<()> {
    let mut command = Command::new("sleep");
    command.arg("60").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}

fn forever() -> ! {
    loop {
        sleep(Duration::from_secs(60));
    }
}

/// The right answer: its key and its value.
fn content(operation: &str, input: &Value) -> (&'static str, Value) {
    match operation {
        "shared_secret.send" => {
            let hash = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
            (
                "accept",
                json!({"preimage": "00".repeat(32), "payment_hash": hash, "final_payload": "", "packet": ""}),
            )
        }
        "bigsize.decode" => bigsize(&hex::decode(input["bytes"].as_str().unwrap()).unwrap()),
        _ => match input["packet"].as_str().unwrap() {
            "aa" => (
                "accept",
                json!({"final": true, "payload": "0202abcd0401ef", "shared_secret": "11".repeat(32)}),
            ),
            "05" => ("reject", json!({"reason": "version_unknown", "code": "c004", "data": "0abc"})),
            _ => ("reject", json!({"reason": "packet_length"})),
        },
    }
}

fn bigsize(mut bytes: &[u8]) -> (&'static str, Value) {
    let mut take = |count: usize| {
        let mut number = [0; 8];
        bytes.read_exact(&mut number[8 - count..]).ok().map(|()| u64::from_be_bytes(number))
    };
    let (value, length, least) = match take(1) {
        Some(0xfd) => (take(2), 3, 0xfd),
        Some(0xfe) => (take(4), 5, 1 << 16),
        Some(0xff) => (take(8), 9, 1 << 32),
        short => (short, 1, 0),
    };
    match value {
        None => ("reject", json!({"reason": "bigsize_truncated"})),
        Some(value) if value < least => ("reject", json!({"reason": "bigsize_not_minimal"})),
        Some(value) => ("accept", json!({"value": value.to_string(), "length": length})),
    }
}
