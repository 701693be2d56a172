//! Vectors that are broken.

use spontan::vectors::load;

use super::bench::{Bench, suites};

#[test]
fn vectors_that_cannot_be_relied_on_are_refused() {
    let good = load::to_text(&suites()[0]).unwrap();
    let twice = {
        let mut suite = suites().remove(0);
        suite.cases[1].id = "bigsize.decode/00".into();
        load::to_text(&suite).unwrap()
    };
    let keys_out_of_order = {
        let mut lines: Vec<_> = good.split('\n').collect();
        let at = lines.iter().position(|line| line.starts_with("    revision: ")).unwrap();
        lines.swap(at, at + 1);
        lines.join("\n")
    };
    for (text, part) in [
        (&good[..good.len() / 2], "bigsize.decode.yaml"),
        ("", "Is it a vectors file at all?"),
        (&good.replace("spontan-vectors/2", "spontan-vectors/9"), "this spontan reads \"spontan-vectors/2\""),
        (&twice, "the id \"bigsize.decode/00\" occurs twice"),
        (&good.replace("bytes: \"02\"", "bytes: 0210"), "bytes: "),
        (&good.replace("cases:", "extra: 1\ncases:"), "unknown field `extra`"),
        (&good.replace("about: \"About", "about:  \"About"), "not in canonical form"),
        (&keys_out_of_order, "not in canonical form"),
    ] {
        let bench = Bench::new();
        bench.write("bigsize.decode.yaml", text);
        bench.check("none", &[]).says(6, &["error: the vectors ", part]);
    }
    let ran = Bench::new().spontan(&["check", "--vectors", "/nonexistent", "--", "true"]);
    ran.says(6, &["/nonexistent: No such file"]);
}

#[test]
fn a_hundred_megabytes_of_nesting_are_refused() {
    let bench = Bench::new();
    bench.write("bigsize.decode.yaml", &"[".repeat(100_000_000));
    bench.check("none", &[]).says(6, &["it has more than 67108864 bytes"]);
    bench.write("bigsize.decode.yaml", &"[".repeat(60_000_000));
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
    bench.write(
        "bigsize.decode.yaml",
        &format!("schema: \"spontan-vectors/2\"\nx: {}", "[".repeat(1_000_000)),
    );
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
}
