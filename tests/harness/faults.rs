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
    a_few_helpers: "has-three-helpers" => 0, "--max-processes", "8";
}

// No handshake.
faults! {
    a_banner: "banner" => 3;
    silence: "says-nothing" => 3, "--hello-timeout", "0.3";
    a_start_that_is_too_slow: "starts-in-20-seconds" => 3, "--hello-timeout", "0.5";
    a_hello_without_a_newline: "hello-without-newline" => 3, "--hello-timeout", "5";
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
    a_hang_at_a_case: "hangs-on-3" => 1, "--timeout", "5";
    half_a_line: "half-a-line" => 1, "--timeout", "5";
    an_answer_without_a_newline: "no-newline-at-the-end" => 1;
    one_case_that_hangs_while_others_are_answered: "never-answers-one" => 1, "--timeout", "5";
    answers_held_back_in_a_window_of_one: "out-of-order-in-window-1" => 1, "--timeout", "0.3";
    answers_held_back_to_the_end: "waits-for-the-end" => 1, "--timeout", "0.3";
    stdin_that_is_not_read: "reads-nothing" => 1, "--timeout", "0.2";
    stdout_closed: "closes-stdout" => 1;
    processes_without_end: "starts-more-and-more" => 1, "--max-processes", "8";
    a_grandchild_that_holds_stdout: "grandchild-holds-stdout" => 1;
    a_daemon_that_holds_stdout: "daemon-holds-stdout" => 1;
}

// A text in place of the hello, or a hello with one odd key. `tests/bin/lines.rs` has them.
faults! {
    hello_without_type: "hello-without-type" => 3;
    hello_of_another_type: "hello-of-another-type" => 3;
    hello_without_operations: "hello-without-operations" => 3;
    operations_are_a_text: "operations-are-a-text" => 3;
    operations_are_numbers: "operations-are-numbers" => 3;
    operations_twice: "operations-twice" => 3;
    no_operations: "no-operations" => 3;
    protocol_as_string: "protocol-as-string" => 3;
    protocol_missing: "protocol-missing" => 3;
    window_as_string: "window-as-string" => 3;
    window_negative: "window-negative" => 3;
    window_fraction: "window-fraction" => 3;
    implementation_missing: "implementation-missing" => 3;
    implementation_is_a_text: "implementation-is-a-text" => 3;
    version_is_a_number: "version-is-a-number" => 3;
    policies_are_a_list: "policies-are-a-list" => 3;
    hello_key_unknown: "hello-key-unknown" => 3;
    policy_value_unknown: "policy-value-unknown" => 3;
    profile_unknown: "profile-unknown" => 3;
    reads_unknown: "reads-unknown" => 3;
    failure_detail_unknown: "failure-detail-unknown" => 3;
    omits_unknown: "omits-unknown" => 3;
    hello_is_a_list: "hello-is-a-list" => 3;
    hello_is_a_number: "hello-is-a-number" => 3;
    hello_is_empty: "hello-is-empty" => 3;
    hello_in_single_quotes: "hello-in-single-quotes" => 3;
    hello_key_twice: "hello-key-twice" => 3;
    hello_twice_in_a_line: "hello-twice-in-a-line" => 3;
    hello_after_a_byte_order_mark: "hello-after-a-byte-order-mark" => 3;
}

// A text in place of one answer, which breaks the protocol.
faults! {
    answer_is_a_list: "answer-is-a-list" => 4;
    answer_is_null: "answer-is-null" => 4;
    answer_without_seq: "answer-without-seq" => 4;
    answer_without_content: "answer-without-content" => 4;
    accept_and_reject: "accept-and-reject" => 4;
    answer_key_unknown: "answer-key-unknown" => 4;
    key_moves_the_cursor: "key-moves-the-cursor" => 4;
    seq_negative: "seq-negative" => 4;
    seq_fraction: "seq-fraction" => 4;
    seq_of_30_digits: "seq-of-30-digits" => 4;
    seq_null: "seq-null" => 4;
    seq_0: "seq-0" => 4;
    seq_answered_before: "seq-answered-before" => 4;
    accept_is_a_text: "accept-is-a-text" => 4;
    accept_is_null: "accept-is-null" => 4;
    reject_is_a_text: "reject-is-a-text" => 4;
    reject_without_reason: "reject-without-reason" => 4;
    reject_key_unknown: "reject-key-unknown" => 4;
    reason_is_a_number: "reason-is-a-number" => 4;
    code_is_a_number: "code-is-a-number" => 4;
    unsupported_is_true: "unsupported-is-true" => 4;
    error_is_an_object: "error-is-an-object" => 4;
    python_prints_it: "python-prints-it" => 4;
    trailing_comma: "trailing-comma" => 4;
    not_a_number: "not-a-number" => 4;
    number_of_1000_digits: "number-of-1000-digits" => 4;
    half_a_surrogate: "half-a-surrogate" => 4;
    two_answers_in_a_line: "two-answers-in-a-line" => 4;
    key_twice_deep_inside: "key-twice-deep-inside" => 4;
}

// A text in place of one answer, which is wrong.
faults! {
    value_as_number: "value-as-number" => 1;
    value_null: "value-null" => 1;
    value_missing: "value-missing" => 1;
    value_with_a_zero_before: "value-with-a-zero-before" => 1;
    value_is_an_object: "value-is-an-object" => 1;
    length_with_a_point: "length-with-a-point" => 1;
    key_in_capitals: "key-in-capitals" => 1;
    reason_moves_the_cursor: "reason-moves-the-cursor" => 1;
    code_moves_the_cursor: "code-moves-the-cursor" => 1;
    output_moves_the_cursor: "output-moves-the-cursor" => 1;
    reason_empty: "reason-empty" => 1;
    error_empty: "error-empty" => 1;
    error_of_several_lines: "error-of-several-lines" => 1;
}

// Odd, and still right.
faults! {
    name_moves_the_cursor: "name-moves-the-cursor" => 0;
    spaces_around: "spaces-around" => 0;
    keys_in_another_order: "keys-in-another-order" => 0;
    escapes_every_letter: "escapes-every-letter" => 0;
    a_byte_at_a_time: "a-byte-at-a-time" => 0;
}

// Further deaths and hangs.
faults! {
    leaves_quietly: "leaves-quietly-on-3" => 1;
    ends_itself_with_a_signal: "ends-itself-with-a-signal" => 1;
    an_illegal_instruction: "illegal-instruction" => 1;
    stops_itself: "stops-itself" => 1, "--timeout", "5";
    goes_on_as_a_child: "goes-on-as-a-child" => 1;
    closes_stdin: "closes-stdin" => 1, "--timeout", "5";
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
