//! Checks an implementation in Rust against the built-in vectors, without a process between them. `answer` is also what
//! `spontan::protocol::serve` takes to make an adapter of it.
//!
//!     cargo run --example check_in_process

use std::error::Error;
use std::process::ExitCode;

use spontan::harness::{Codes, judge};
use spontan::protocol::operation::Input;
use spontan::protocol::output::BigSizeDecode;
use spontan::protocol::value::Decimal;
use spontan::protocol::{AdapterHello, Content};
use spontan::vectors::load;

/// What is to be checked.
fn read_big_size(bytes: &[u8]) -> Result<(u64, usize), &'static str> {
    let (width, smallest) = match bytes.first() {
        None => return Err("bigsize_truncated"),
        Some(0xfd) => (2, 0xfd),
        Some(0xfe) => (4, 0x1_0000),
        Some(0xff) => (8, 0x1_0000_0000),
        Some(value) => return Ok((u64::from(*value), 1)),
    };
    let digits = bytes.get(1..=width).ok_or("bigsize_truncated")?;
    let value = digits.iter().fold(0, |value, digit| value << 8 | u64::from(*digit));
    if value < smallest { Err("bigsize_not_minimal") } else { Ok((value, 1 + width)) }
}

fn answer(input: &Input) -> Content {
    match input {
        Input::BigSizeDecode(input) => Content::of(match read_big_size(&input.bytes.0) {
            Ok((value, length)) => Ok(BigSizeDecode { value: Decimal(value), length }),
            Err(reason) => Err(Content::reject(reason)),
        }),
        _ => Content::unsupported("not written yet"),
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let hello = AdapterHello::new("my-node", "0.1.0", &["bigsize.decode"]);
    let (mut asked, mut failed) = (0, 0);
    for case in load::built_in()?.iter().flat_map(|suite| &suite.cases) {
        let operation = case.operation();
        let Some(expected) = case.verdict(&hello.policies) else { continue };
        if !hello.operations.iter().any(|declared| declared == operation) {
            continue;
        }
        let judgement = judge(case, expected, &hello, Codes::Allowed, &answer(&case.typed_input()?));
        asked += 1;
        if judgement.fails {
            failed += 1;
            println!("{}: {}", case.id, judgement.line());
        }
    }
    println!("{asked} cases, {failed} failed");
    Ok(if asked > 0 && failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
