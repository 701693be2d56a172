//! JSON as Bitcoin Core writes it: an amount has eight decimals, which Core Lightning insists on.

use std::io;

use bitcoin::Amount;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Serializer, Value};

/// An amount in BTC. As a double it is exact to the satoshi, up to all coins there can be.
pub fn btc(amount: Amount) -> Value {
    Value::from(amount.to_btc())
}

/// JSON text of one line.
pub fn text(value: &Value) -> String {
    let mut bytes = Vec::new();
    let written =
        serde::Serialize::serialize(value, &mut Serializer::with_formatter(&mut bytes, EightDecimals));
    // Neither writing to memory nor a `Value` can fail.
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
}

struct EightDecimals;

impl Formatter for EightDecimals {
    fn write_f64<W: io::Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Only regtest's difficulty is smaller than a satoshi.
        if value != 0.0 && value.abs() < 1e-8 {
            return CompactFormatter.write_f64(writer, value);
        }
        write!(writer, "{value:.8}")
    }
}
