//! What to change, in words: a sentence or two for each thing that can be wrong with an adapter.

/// The adapter starts only once.
pub const START_AGAIN: &str = "\
    Let it start as often as it is asked to: no lock, port or file of one run may keep the next from \
    starting.";
/// A case has no answer, or something else came.
pub const ONE_LINE_A_CASE: &str = "\
    Write one line for each case, its \"seq\" with one of accept, reject, unsupported and error, and \
    flush stdout after it. Let nothing else write to stdout, and turn what the library throws into a \
    reject or an error.";
/// A field has the wrong form.
pub const FORM: &str = "\
    Write each field as docs/protocol.md says: bytes as lower-case hex without 0x, 64-bit integers as \
    decimal strings, heights and lengths as numbers. What the library cannot tell is declared in omits \
    or failure_detail.";
/// A case came to an error.
pub const ERROR: &str = "\
    An error is for the adapter's own mistakes and fails the case. If the library refused the input, \
    answer reject with its words as the reason; if it has no such function, leave the operation out.";
/// A declared operation is not there.
pub const UNSUPPORTED: &str =
    "Leave the operation out of \"operations\": its cases are then counted as not run instead of failing.";
/// The hello differs after a restart.
pub const SAME_HELLO: &str =
    "Keep times, process ids and random numbers out of the hello: after a death it must be the same.";
/// A window of cases is not answered.
pub const AT_ONCE: &str = "\
    Answer each line as it comes: do not wait for the end of the input, nor for more lines than there \
    are. If only a few can be open at once, say so with \"window\".";
/// The same case got another answer.
pub const CASE_ALONE: &str = "\
    Let an answer depend on its case alone: no clock, no random numbers, and nothing kept from the case \
    before.";
/// A key that a later runner may send was not ignored.
pub const KNOWN_KEYS: &str = "\
    Take from a line the keys that docs/protocol.md names and ignore all others, in the hello as well: a \
    later runner may say more.";
/// An answer has another seq than its case.
pub const SEQ: &str =
    "Echo the integer that came, written without exponent or fraction; do not count on your own.";
/// A line of 1 MiB is too long for it.
pub const LONG_LINES: &str = "\
    Read lines of up to 1 MiB: many readers stop at 4 or 64 KiB (Go's bufio.Scanner, a fixed buffer in \
    C, Python's asyncio) until they are told otherwise.";
/// Answers get lost when stdin ends.
pub const LAST_ANSWERS: &str = "\
    At the end of its input, answer what was read, flush stdout, and then exit. Do not leave while \
    threads are at work.";
/// Something else is on stdout.
pub const STDOUT: &str =
    "Stdout is for the hello and one line an answer. Print what is meant for people to stderr.";
/// The exit status is not 0.
pub const STATUS: &str = "It decides nothing, but 0 is what a person expects.";
/// It stays when stdin ends.
pub const LEAVE: &str =
    "Leave the loop when stdin has no further line, and stop the threads and the node that it started.";
/// Lines end with CR LF.
pub const LF: &str = "Write \"\\n\", also on Windows.";
/// It writes to stderr.
pub const STDERR: &str = "That is the place for it. It is read all the time and shown with a failure.";
