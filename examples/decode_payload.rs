//! Prints the records of a hop payload, and says whether a node can read it. The payload is a TLV stream in hex, without its
//! length prefix:
//!
//!     cargo run --example decode_payload 02030186a004030c3590fe000100010568656c6c6f

use std::error::Error;

use spontan::bolt1::tlv;
use spontan::bolt4::payload::{Payload, PayloadNamespace, types};

const fn name(r#type: u64) -> &'static str {
    match r#type {
        types::AMT_TO_FORWARD => "amt_to_forward",
        types::OUTGOING_CLTV_VALUE => "outgoing_cltv_value",
        types::SHORT_CHANNEL_ID => "short_channel_id",
        types::PAYMENT_DATA => "payment_data",
        types::PAYMENT_METADATA => "payment_metadata",
        types::KEYSEND_PREIMAGE => "keysend preimage",
        tlv::FIRST_CUSTOM_TYPE.. => "custom record",
        _ => "other",
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits = std::env::args().nth(1).ok_or("usage: decode_payload HEX")?;
    let stream = hex::decode(digits)?;
    for record in tlv::records(&stream) {
        let tlv::Record { r#type, value, offset } = record?;
        println!(
            "byte {offset}: type {type}, {}, {} bytes: {}",
            name(r#type),
            value.len(),
            hex::encode(value)
        );
    }
    let payload = Payload::decode(&stream, &PayloadNamespace::default())?;
    println!("{payload:#?}");
    Ok(())
}
