//! Adapters that do not shake hands.

use super::bench::Bench;

#[test]
fn an_adapter_that_is_not_there() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let ran = bench.spontan(&["check", "--vectors", &vectors, "--", "/nonexistent/adapter", "x"]);
    ran.says(
        3,
        &["error: the adapter /nonexistent/adapter could not be started: No such file", "is the path right"],
    );
}

#[test]
fn an_adapter_that_says_nothing() {
    Bench::new()
        .check("says-nothing", &["--hello-timeout", "0.3"])
        .says(3, &["said no hello within 0.3 s (--hello-timeout)", "flush"]);
}

#[test]
fn an_adapter_that_forgets_the_newline() {
    Bench::new()
        .check("hello-without-newline", &["--hello-timeout", "0.3"])
        .says(3, &["said no hello within 0.3 s", "without an LF: «{\"type\":\"hello\",»"]);
}

#[test]
fn an_adapter_with_a_banner() {
    Bench::new().check("banner", &[]).says(
        3,
        &["did not shake hands", "print what is meant for people to stderr", "«example adapter 1.0 ready»"],
    );
}

#[test]
fn an_adapter_that_floods_before_its_hello() {
    Bench::new().check("floods-before-hello", &[]).says(3, &["no LF within 1048576 bytes", "«xxxx"]);
}

#[test]
fn an_adapter_that_dies_before_its_hello() {
    Bench::new().check("dies-before-hello", &[]).says(
        3,
        &[
            "the adapter ended with exit status 7 before it said hello",
            "The last of its stderr:\n  | no configuration file",
        ],
    );
}

#[test]
fn hellos_that_are_wrong() {
    for (fault, part) in [
        ("protocol-2", "its hello says \"protocol\":2; this spontan speaks 1"),
        ("window-0", "a window of 0. Let it be 1 to 1024"),
        ("unknown-operation", "\"bigsize.guess\" in operations. There are bigsize.decode, "),
        ("unknown-policy", "the policy \"keysend\", which does not exist. There are custom_even_records, "),
    ] {
        Bench::new()
            .check(fault, &[])
            .says(3, &["did not shake hands", part, "The line: «{\"type\":\"hello\""]);
    }
}
