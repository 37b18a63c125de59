//! Identifiers that must not be mixed up, each a type of its own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The client's own id of a message: a random UUID v4, the same through every state and every resend.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalId(u128);

impl LocalId {
    /// A version 4 UUID from 128 random bits.
    pub const fn from_random(bits: u128) -> Self {
        let version = (bits & !(0xf << 76)) | (0x4 << 76);
        Self((version & !(0x3 << 62)) | (0x2 << 62))
    }
}

impl fmt::Display for LocalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)];
        for (at, (shift, digits)) in groups.into_iter().enumerate() {
            if at > 0 {
                f.write_str("-")?;
            }
            for digit in (0..digits).rev() {
                let nibble = (self.0 >> (shift + digit * 4)) & 0xf;
                let symbol = char::from_digit(u32::try_from(nibble).unwrap_or(0), 16).unwrap_or('0');
                fmt::Write::write_char(f, symbol)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for LocalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an id that this client made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignId;

impl fmt::Display for ForeignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a message id of this client (a UUID such as 7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e41)")
    }
}

impl std::error::Error for ForeignId {}

impl FromStr for LocalId {
    type Err = ForeignId;

    fn from_str(text: &str) -> Result<Self, ForeignId> {
        let mut bits: u128 = 0;
        let mut digits = 0;
        for (at, symbol) in text.char_indices() {
            match (at, symbol) {
                (8 | 13 | 18 | 23, '-') => {}
                (8 | 13 | 18 | 23, _) => return Err(ForeignId),
                (_, symbol) => {
                    let digit = symbol.to_digit(16).ok_or(ForeignId)?;
                    bits = (bits << 4) | u128::from(digit);
                    digits += 1;
                }
            }
        }
        if digits == 32 && text.len() == 36 {
            Ok(Self(bits))
        } else {
            Err(ForeignId)
        }
    }
}

impl Serialize for LocalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The back end's id of a message: opaque text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerId(pub String);

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which socket an event belongs to. Events of an older generation are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

/// Which HTTP call or provider question an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Which storage write a confirmation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteId(pub u64);

/// A file that the application holds ready: the core knows its name and size, never its bytes. The number is the application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_id_is_a_version_4_uuid_and_reads_back() {
        let id = LocalId::from_random(u128::MAX);
        assert_eq!(id.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn foreign_text_is_refused() {
        for text in [
            "",
            "c1",
            "7c1e2b9a-0d3f-4c55-9a1e-5f0c7d2b8e4",
            "7c1e2b9a00d3f-4c55-9a1e-5f0c7d2b8e41",
            "\u{e9}",
        ] {
            assert_eq!(text.parse::<LocalId>(), Err(ForeignId), "{text}");
        }
    }
}
