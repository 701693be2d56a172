//! Faults that are a text: hellos with one key changed, whole hellos, and lines that stand in place of one answer.

/// A hello in which this key has this value; nothing leaves the key out.
pub const HELLO_KEYS: &[(&str, &str, &str)] = &[
    ("hello-without-type", "type", ""),
    ("hello-of-another-type", "type", r#""case""#),
    ("hello-without-operations", "operations", ""),
    ("operations-are-a-text", "operations", r#""bigsize.decode""#),
    ("operations-are-numbers", "operations", "[1]"),
    ("operations-twice", "operations", r#"["bigsize.decode","bigsize.decode"]"#),
    ("no-operations", "operations", "[]"),
    ("protocol-as-string", "protocol", r#""1""#),
    ("protocol-missing", "protocol", ""),
    ("window-as-string", "window", r#""64""#),
    ("window-negative", "window", "-1"),
    ("window-fraction", "window", "1.5"),
    ("implementation-missing", "implementation", ""),
    ("implementation-is-a-text", "implementation", r#""faulty 0.1.0""#),
    ("version-is-a-number", "implementation", r#"{"name":"faulty","version":1,"language":"rust"}"#),
    ("policies-are-a-list", "policies", r#"["custom_even_records"]"#),
    (
        "name-moves-the-cursor",
        "implementation",
        r#"{"name":"\u001b[2J\u202egood","version":"1\n2","language":"\u0007"}"#,
    ),
    ("hello-key-unknown", "colour", r#""red""#),
    ("policy-value-unknown", "policies", r#"{"custom_even_records":"maybe"}"#),
    ("profile-unknown", "profiles", r#"["bolt5"]"#),
    ("reads-unknown", "reads", r#""mind""#),
    ("failure-detail-unknown", "failure_detail", r#""some""#),
    ("omits-unknown", "omits", r#"["bigsize.decode.colour"]"#),
];

/// What is said in place of a hello.
pub const HELLOS: &[(&str, &str)] = &[
    ("hello-is-a-list", "[]"),
    ("hello-is-a-number", "1"),
    ("hello-is-empty", ""),
    ("hello-in-single-quotes", "{'type': 'hello', 'protocol': 1}"),
    ("hello-key-twice", r#"{"type":"hello","type":"hello","protocol":1}"#),
    ("hello-twice-in-a-line", r#"{"type":"hello","protocol":1}{"type":"hello","protocol":1}"#),
    ("hello-after-a-byte-order-mark", "\u{feff}{\"type\":\"hello\",\"protocol\":1}"),
];

/// What is said in place of the answer at which faults strike; `SEQ` is its number.
pub const ANSWERS: &[(&str, &str)] = &[
    // No answer at all.
    ("answer-is-a-list", "[SEQ]"),
    ("answer-is-null", "null"),
    ("answer-without-seq", r#"{"accept":{"value":"2","length":1}}"#),
    ("answer-without-content", r#"{"seq":SEQ}"#),
    ("accept-and-reject", r#"{"seq":SEQ,"accept":{},"reject":{"reason":"x"}}"#),
    ("answer-key-unknown", r#"{"seq":SEQ,"accept":{"value":"2","length":1},"took":"1 ms"}"#),
    ("key-moves-the-cursor", r#"{"seq":SEQ,"\u001b[2J":1}"#),
    ("seq-negative", r#"{"seq":-1,"accept":{}}"#),
    ("seq-fraction", r#"{"seq":SEQ.5,"accept":{}}"#),
    ("seq-of-30-digits", r#"{"seq":100000000000000000000000000000,"accept":{}}"#),
    ("seq-null", r#"{"seq":null,"accept":{}}"#),
    ("seq-0", r#"{"seq":0,"accept":{}}"#),
    ("seq-answered-before", r#"{"seq":1,"accept":{"value":"0","length":1}}"#),
    ("accept-is-a-text", r#"{"seq":SEQ,"accept":"2"}"#),
    ("accept-is-null", r#"{"seq":SEQ,"accept":null}"#),
    ("reject-is-a-text", r#"{"seq":SEQ,"reject":"bigsize_truncated"}"#),
    ("reject-without-reason", r#"{"seq":SEQ,"reject":{"code":"4016"}}"#),
    ("reject-key-unknown", r#"{"seq":SEQ,"reject":{"reason":"x","line":7}}"#),
    ("reason-is-a-number", r#"{"seq":SEQ,"reject":{"reason":16}}"#),
    ("code-is-a-number", r#"{"seq":SEQ,"reject":{"reason":"x","code":16406}}"#),
    ("unsupported-is-true", r#"{"seq":SEQ,"unsupported":true}"#),
    ("error-is-an-object", r#"{"seq":SEQ,"error":{"code":1}}"#),
    ("python-prints-it", "{'seq': SEQ, 'accept': {'value': '2', 'length': 1}}"),
    ("trailing-comma", r#"{"seq":SEQ,"accept":{"value":"2","length":1,}}"#),
    ("not-a-number", r#"{"seq":SEQ,"accept":{"value":NaN,"length":1}}"#),
    ("number-of-1000-digits", r#"{"seq":SEQ,"accept":{"value":1e1000,"length":1}}"#),
    ("half-a-surrogate", r#"{"seq":SEQ,"error":"\ud800"}"#),
    ("two-answers-in-a-line", r#"{"seq":SEQ,"accept":{"value":"2","length":1}}{"seq":SEQ,"accept":{}}"#),
    ("key-twice-deep-inside", r#"{"seq":SEQ,"accept":{"value":"2","value":"3","length":1}}"#),
    // An answer, and a wrong one.
    ("value-as-number", r#"{"seq":SEQ,"accept":{"value":2,"length":1}}"#),
    ("value-null", r#"{"seq":SEQ,"accept":{"value":null,"length":1}}"#),
    ("value-missing", r#"{"seq":SEQ,"accept":{"length":1}}"#),
    ("value-with-a-zero-before", r#"{"seq":SEQ,"accept":{"value":"02","length":1}}"#),
    ("value-is-an-object", r#"{"seq":SEQ,"accept":{"value":{"dec":"2"},"length":1}}"#),
    ("length-with-a-point", r#"{"seq":SEQ,"accept":{"value":"2","length":1.0}}"#),
    ("key-in-capitals", r#"{"seq":SEQ,"accept":{"Value":"2","length":1}}"#),
    ("reason-moves-the-cursor", r#"{"seq":SEQ,"reject":{"reason":"\u001b[2Jno\u202e\n::error::x"}}"#),
    (
        "code-moves-the-cursor",
        r#"{"seq":SEQ,"reject":{"reason":"x","code":"\u001b[2J","data":"\u202e\u2028\udb40\udc41"}}"#,
    ),
    (
        "output-moves-the-cursor",
        r#"{"seq":SEQ,"accept":{"value":"\u001b[2J","length":"\u202e","\u009b2J: x\n- ":"\u2028"}}"#,
    ),
    ("reason-empty", r#"{"seq":SEQ,"reject":{"reason":""}}"#),
    ("error-empty", r#"{"seq":SEQ,"error":""}"#),
    ("error-of-several-lines", r#"{"seq":SEQ,"error":"Traceback:\n  line 1\n\u001b[31mboom"}"#),
];

/// The text of a fault in a table.
pub fn find(table: &[(&'static str, &'static str)], fault: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == fault).map(|(_, text)| *text)
}
