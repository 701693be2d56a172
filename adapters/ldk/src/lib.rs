//! LDK (the `lightning` crate) behind Spontan's adapter protocol: one function, from an operation and its
//! input to an answer. Everything that is judged comes out of LDK; what stands here only finds the input's
//! fields, calls the library and gives its answer the names of `docs/protocol.md`.

mod onion;
mod signer;
mod tlv;

use lightning::ln::msgs::DecodeError;
use lightning::util::ser::Readable;
use serde_json::{Value, json};

/// The release of LDK that is pinned in `Cargo.toml`.
pub const VERSION: &str = "0.2.7";

/// The adapter's half of the handshake.
pub fn hello() -> Value {
    json!({
        "type": "hello",
        "protocol": 1,
        "implementation": { "name": "ldk", "version": VERSION, "language": "rust" },
        "operations": [
            "bigsize.decode", "bigsize.encode", "tlv.decode", "onion.peel", "keysend.send", "keysend.receive",
        ],
        "policies": {
            "custom_even_records": "accept",
            "keysend_payment_data": "accept_multipart",
            "keysend_payment_metadata": "ignore",
            "final_short_channel_id": "reject",
        },
        "profiles": [],
        "omits": ["onion.peel.payload", "keysend.send.final_payload"],
        "window": 64,
    })
}

/// Answers one case: an object with the key `accept`, `reject`, `unsupported` or `error`.
pub fn answer(operation: &str, input: &Value) -> Value {
    let input = Input(input);
    let answer = match operation {
        "bigsize.decode" => tlv::bigsize_decode(input),
        "bigsize.encode" => tlv::bigsize_encode(input),
        "tlv.decode" => tlv::decode(input),
        "onion.peel" => onion::peel(input),
        "keysend.send" => onion::send(input),
        "keysend.receive" => onion::receive(input),
        _ => Err(unsupported("LDK has no public function for this operation")),
    };
    // The error arm is an answer as well: it lets `?` leave early.
    answer.map_or_else(|early| early, |output| json!({ "accept": output }))
}

/// LDK refuses the input.
fn reject(reason: impl ToString) -> Value {
    json!({ "reject": { "reason": reason.to_string() } })
}

/// LDK's public interface has nothing that could answer.
fn unsupported(why: &str) -> Value {
    json!({ "unsupported": why })
}

/// The input is not what the protocol says, or LDK broke.
pub fn error(what: impl ToString) -> Value {
    json!({ "error": what.to_string() })
}

/// The protocol's reason where an error of LDK's decoder has only one meaning, else LDK's own words.
fn refused(error: DecodeError) -> Value {
    match error {
        DecodeError::UnknownRequiredFeature => reject("unknown_even_type"),
        other => reject(format!("{other:?}: {other}")),
    }
}

/// A JSON object of a case's input, with the protocol's kinds of values.
#[derive(Clone, Copy)]
struct Input<'a>(&'a Value);

impl<'a> Input<'a> {
    fn optional(self, key: &str) -> Option<Input<'a>> {
        self.0.get(key).map(Input)
    }

    fn object(self, key: &str) -> Result<Input<'a>, Value> {
        self.optional(key).ok_or_else(|| error(format!("`{key}` is missing")))
    }

    fn list(self, key: &str) -> Result<impl Iterator<Item = Input<'a>>, Value> {
        let list = self.object(key)?.0.as_array();
        Ok(list.ok_or_else(|| error(format!("`{key}` is no list")))?.iter().map(Input))
    }

    fn text(self, key: &str) -> Result<&'a str, Value> {
        self.object(key)?.0.as_str().ok_or_else(|| error(format!("`{key}` is no string")))
    }

    fn bytes(self, key: &str) -> Result<Vec<u8>, Value> {
        hex::decode(self.text(key)?).map_err(error)
    }

    fn u64(self, key: &str) -> Result<u64, Value> {
        self.text(key)?.parse().map_err(error)
    }

    fn u32(self, key: &str) -> Result<u32, Value> {
        let number = self.object(key)?.0.as_u64().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| error(format!("`{key}` is no number of 32 bits")))
    }

    /// A value of one of LDK's types, read by LDK; `otherwise` if LDK refuses the bytes or leaves some over.
    fn read<T: Readable>(self, key: &str, otherwise: Value) -> Result<T, Value> {
        let bytes = self.bytes(key)?;
        let mut rest = bytes.as_slice();
        T::read(&mut rest).ok().filter(|_| rest.is_empty()).ok_or(otherwise)
    }
}

#[cfg(test)]
mod tests {
    use super::VERSION;

    #[test]
    fn the_version_that_is_told_is_the_one_that_is_pinned() {
        assert!(include_str!("../Cargo.toml").contains(&format!("lightning = \"={VERSION}\"")));
        let lock = include_str!("../Cargo.lock");
        assert!(lock.contains(&format!("name = \"lightning\"\nversion = \"{VERSION}\"")));
    }
}
