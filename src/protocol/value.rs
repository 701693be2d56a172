//! How values are written in messages and vectors: bytes as lower-case hex, 64-bit integers as decimal strings.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
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
            return Err(format!("character {character:?} at position {position} is no lower-case hex digit"));
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
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Hex;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string of lower-case hex digits")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Hex, E> {
                Hex::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
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
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a 64-bit integer as a string of decimal digits")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                let canonical = |value: &u64| value.to_string() == text;
                let value = text.parse().ok().filter(canonical);
                value.map(Decimal).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
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
