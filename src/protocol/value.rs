//! How values are written in messages and vectors: bytes as lower-case hex, 64-bit integers as decimal strings.

use std::fmt;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// Bytes, as lower-case hex without a prefix.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hex(pub Vec<u8>);

impl Hex {
    /// Reads lower-case hex.
    ///
    /// # Errors
    /// What is wrong with the text and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(position) = text.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            let character = text[position..].chars().next().unwrap_or_default();
            return Err(format!(
                "character {character:?} at position {position} is not a lower-case hex digit"
            ));
        }
        hex::decode(text).map(Self).map_err(|_| format!("{} hex digits are an odd number", text.len()))
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl<T: AsRef<[u8]>> From<T> for Hex {
    fn from(bytes: T) -> Self {
        Self(bytes.as_ref().to_vec())
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A 64-bit integer, as a string of decimal digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub u64);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let value = text.parse().ok().filter(|value: &u64| value.to_string() == text);
        let expected = &"a 64-bit integer as a string of decimal digits";
        value.map(Self).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_even() {
        assert_eq!(Hex::parse("00ff"), Ok(Hex(vec![0, 255])));
        assert_eq!(Hex::parse(""), Ok(Hex(vec![])));
        for (text, part) in [
            ("0x00", "'x' at position 1"),
            ("0F", "'F'"),
            ("abc", "odd"),
            (" 00", "position 0"),
            ("é0", "'é'"),
        ] {
            assert!(Hex::parse(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn decimals_have_one_form() {
        assert_eq!(serde_json::from_str::<Decimal>("\"18446744073709551615\"").unwrap(), Decimal(u64::MAX));
        for text in ["\"18446744073709551616\"", "\"01\"", "\"+1\"", "\"-1\"", "\"\"", "1", "\" 1\""] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
