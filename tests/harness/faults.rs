//! One test for each way of misbehaving: the exit code and, in `snapshots/`, the whole report. (`cargo insta review`, or
//! `INSTA_UPDATE=always cargo test --test harness`, takes over a report that was changed on purpose.)

use spontan::vectors::{load, lock};

use super::bench::{Bench, suites};

/// Checks the adapter with this fault and compares all that `spontan` says.
fn exact(fault: &str, exit: i32, options: &[&str]) {
    let bench = Bench::new();
    exact_on(&bench, fault, exit, options);
}

fn exact_on(bench: &Bench, fault: &str, exit: i32, options: &[&str]) {
    let ran = bench.check(fault, options);
    ran.says(exit, &[]);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("fault-{fault}"), bench.without_paths(&ran.text));
    });
}

macro_rules! faults {
    ($($name:ident: $fault:literal => $exit:literal $(, $option:literal)*;)*) => {
        $(
            #[test]
            fn $name() {
                exact($fault, $exit, &[$($option),*]);
            }
        )*
    };
}

// Right, each in a way of its own.
faults! {
    nothing_wrong: "none" => 0;
    answers_in_any_order: "out-of-order" => 0;
    carriage_returns: "crlf" => 0;
    a_window_of_one: "window-1" => 0;
    noise_on_stderr: "floods-stderr" => 0;
    a_flood_on_stderr: "floods-stderr-100-mb" => 0;
    a_slow_start: "starts-in-a-second" => 0;
    memory_that_grows: "memory-grows" => 0;
    a_bad_exit_status: "exits-badly-at-the-end" => 0;
    a_helper_that_outlives_it: "helper-outlives-it" => 0;
    ignoring_the_end_of_stdin: "ignores-eof" => 0;
    another_reason: "wrong-reason" => 0;
    no_codes: "no-codes" => 0;
    a_field_less: "omits-length" => 0;
    an_operation_less: "bigsize-only" => 0;
}

// No handshake.
faults! {
    a_banner: "banner" => 3;
    silence: "says-nothing" => 3, "--hello-timeout", "0.3";
    a_start_that_is_too_slow: "starts-in-20-seconds" => 3, "--hello-timeout", "0.5";
    a_hello_without_a_newline: "hello-without-newline" => 3, "--hello-timeout", "0.3";
    a_flood_before_the_hello: "floods-before-hello" => 3;
    death_before_the_hello: "dies-before-hello" => 3;
    another_protocol: "protocol-2" => 3;
    a_window_of_none: "window-0" => 3;
    a_window_of_a_billion: "window-billion" => 3;
    an_unknown_operation: "unknown-operation" => 3;
    an_unknown_policy: "unknown-policy" => 3;
}

// Answers that are wrong.
faults! {
    a_wrong_verdict: "wrong-verdict" => 1;
    every_third_answer_flipped: "flips-every-third" => 1;
    accepting_everything: "accepts-everything" => 1;
    rejecting_everything: "rejects-everything" => 1;
    a_wrong_code: "wrong-code" => 1;
    wrong_data: "wrong-data" => 1;
    codes_missing: "no-code-though-declared" => 1;
    the_last_bit: "last-bit" => 1;
    upper_case_hex: "upper-case-hex" => 1;
    a_number_as_a_string: "number-as-string" => 1;
    a_key_too_many: "extra-key" => 1;
    unsupported_though_declared: "unsupported" => 1;
    an_error: "error" => 1;
    nothing_but_errors: "errors-always" => 1;
    nonsense_for_what_must_be_rejected: "accepts-nonsense" => 1;
    a_log_line_beside_a_wrong_value: "logs" => 1;
}

// Breaches of the protocol.
faults! {
    a_log_line_on_stdout: "prints-on-stdout" => 4;
    an_empty_line: "empty-line" => 4;
    a_nul: "nul-byte" => 4;
    invalid_utf8: "invalid-utf8" => 4;
    two_answers: "answers-twice" => 4;
    an_unknown_seq: "unknown-seq" => 4;
    seq_as_a_string: "seq-as-string" => 4;
    keys_that_stand_twice: "duplicate-keys" => 4;
    endless_output: "floods-stdout" => 4;
    a_line_too_long: "line-too-long" => 4;
    an_answer_before_its_question: "answer-before-question" => 4;
    a_second_hello: "second-hello" => 4;
    talk_at_the_end: "talks-at-the-end" => 4;
}

// Deaths and hangs.
faults! {
    an_exit_at_a_case: "dies-on-3" => 1;
    an_exit_at_a_case_in_a_window_of_one: "window-1-dies" => 1;
    a_signal_at_a_case: "aborts-on-3" => 1;
    an_exit_at_every_case: "dies-always" => 1;
    a_signal_at_every_case: "aborts-always" => 1;
    an_exit_midway: "exits-midway" => 4;
    another_hello_after_a_death: "another-hello" => 4;
    a_hang_at_a_case: "hangs-on-3" => 1, "--timeout", "0.5";
    half_a_line: "half-a-line" => 1, "--timeout", "0.5";
    an_answer_without_a_newline: "no-newline-at-the-end" => 1;
    one_case_that_hangs_while_others_are_answered: "never-answers-one" => 1, "--timeout", "0.7";
    answers_held_back_in_a_window_of_one: "out-of-order-in-window-1" => 1, "--timeout", "0.3";
    answers_held_back_to_the_end: "waits-for-the-end" => 1, "--timeout", "0.3";
    stdin_that_is_not_read: "reads-nothing" => 1, "--timeout", "0.2";
    stdout_closed: "closes-stdout" => 1;
    a_grandchild_that_holds_stdout: "grandchild-holds-stdout" => 1, "--timeout", "10";
    a_daemon_that_holds_stdout: "daemon-holds-stdout" => 1, "--timeout", "10";
}

#[test]
fn the_right_preimage_with_the_wrong_hash() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    let mut case = serde_json::to_value(&suite.cases[0]).unwrap();
    case["id"] = "shared_secret.send/zero".into();
    case["expect"][0]["accept"] = serde_json::json!({
        "preimage": "00".repeat(32),
        "payment_hash": "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
        "final_payload": "",
        "packet": "",
    });
    suite.suite = "shared_secret.send".into();
    suite.cases = vec![serde_json::from_value(case).unwrap()];
    bench.write("shared_secret.send.yaml", &load::to_text(&suite).unwrap());
    let all = [suites(), vec![suite]].concat();
    bench.write(lock::FILE, &load::to_text(&lock::of(&all)).unwrap());
    exact_on(&bench, "wrong-hash", 1, &[]);
}

#[test]
fn an_adapter_that_is_not_there() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let ran = bench.spontan(&["check", "--vectors", &vectors, "--", "/nonexistent/adapter", "x"]);
    ran.says(
        3,
        &["error: the adapter /nonexistent/adapter could not be started: No such file", "Is the path right"],
    );
    // What CI shows says so too. The formats that are read by programs have nothing to hold.
    let path = |name: &str| bench.dir.path().join(name).display().to_string();
    let args: Vec<_> = ["junit", "tap", "md", "badge", "json", "jsonl", "html"]
        .map(|format| format!("{format}={}", path(format)))
        .to_vec();
    let mut options = vec!["check", "--vectors", &vectors, "--report", "github"];
    options.extend(args.iter().flat_map(|arg| ["--report", arg]));
    options.extend(["--", "/nonexistent/adapter"]);
    bench.spontan(&options).says(
        3,
        &["::error title=The adapter did not start::the adapter /nonexistent/adapter could not be started"],
    );
    for (format, parts) in [
        (
            "junit",
            &["<testsuites name=\"spontan\" tests=\"1\" failures=\"0\" errors=\"1\"", "could not be started"]
                [..],
        ),
        ("tap", &["TAP version 13\nBail out! the adapter /nonexistent/adapter could not be started"]),
        ("md", &["## ❌ The adapter did not start\n", "could not be started"]),
        ("badge", &["\"message\":\"not started\",\"color\":\"red\""]),
    ] {
        let text = std::fs::read_to_string(path(format)).unwrap();
        assert!(parts.iter().all(|part| text.contains(part)), "{format}: {text}");
    }
    for format in ["json", "jsonl", "html"] {
        assert!(!std::path::Path::new(&path(format)).exists(), "{format}");
    }
}
