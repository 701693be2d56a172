use lightning::util::ser::{BigSize, Readable};
use serde_json::json;
use spontan_vectors::{bytes, check};

#[test]
fn bigsize_is_read_as_bolt_1_has_it() {
    check("bigsize.decode", &[], |case| {
        let encoded = bytes(&case.input["bytes"]);
        let mut rest = &encoded[..];
        let value = BigSize::read(&mut rest).ok().map(|BigSize(value)| value.to_string());
        let got = value.map(|value| json!({"value": value, "length": encoded.len() - rest.len()}));
        assert_eq!(got, case.expect[0].accept);
    });
}
