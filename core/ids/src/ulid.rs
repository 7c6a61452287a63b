//! ULIDs: ids that sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error as ThisError;

/// The last millisecond that fits the 48-bit time of a ULID.
const LAST_MS: i64 = (1 << 48) - 1;

/// A 128-bit id: 48 bits of UTC milliseconds, then 80 random bits. Sorts by time, as bytes and as text.
///
/// Written as 26 characters of Crockford's base 32; in binary formats of serde it is 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ulid([u8; 16]);

/// A text is not a ULID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ThisError)]
#[error("not a ulid: expected 26 characters of base 32")]
pub struct UlidError;

impl Ulid {
    /// Makes an id of a time in UTC milliseconds and random bytes that the caller brings.
    ///
    /// A time before 1970 or after the year 10889 is taken as the nearest that fits.
    pub fn from_parts(at_ms: i64, random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&at_ms.clamp(0, LAST_MS).to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        Self(bytes)
    }

    /// The id with these bytes, most significant first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes, most significant first.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The time in it, UTC milliseconds.
    pub fn at_ms(self) -> i64 {
        self.0[..6]
            .iter()
            .fold(0, |ms, byte| ms << 8 | i64::from(*byte))
    }
}

impl fmt::Display for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; ulid::ULID_LEN];
        f.pad(ulid::Ulid::from_bytes(self.0).array_to_str(&mut buffer))
    }
}

impl fmt::Debug for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ulid({self})")
    }
}

impl FromStr for Ulid {
    type Err = UlidError;

    /// Reads the text form; lower case is accepted.
    fn from_str(text: &str) -> Result<Self, UlidError> {
        // Of 26 characters of 5 bits two bits are too many: the first is 7 at most.
        if !matches!(text.as_bytes().first(), Some(b'0'..=b'7')) {
            return Err(UlidError);
        }
        ulid::Ulid::from_string(text)
            .map(|id| Self(id.to_bytes()))
            .map_err(|_| UlidError)
    }
}

impl Serialize for Ulid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Ulid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        // Takes both forms whatever the format says of itself: serde's own buffering of enums calls
        // every format readable.
        impl Visitor<'_> for Either {
            type Value = Ulid;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a ulid: 16 bytes or 26 characters")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Ulid, E> {
                bytes
                    .try_into()
                    .map(Ulid)
                    .map_err(|_| E::invalid_length(bytes.len(), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Ulid, E> {
                text.parse().map_err(E::custom)
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Either)
        } else {
            deserializer.deserialize_bytes(Either)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_random_bytes_come_back_and_ids_sort_by_time() {
        let early = Ulid::from_parts(1_744_072_800_000, [0xff; 10]);
        let late = Ulid::from_parts(1_744_072_800_001, [0; 10]);
        assert_eq!(early.at_ms(), 1_744_072_800_000);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(early.to_string().to_lowercase().parse(), Ok(early));
        assert_eq!(Ulid::from_parts(-5, [1; 10]).at_ms(), 0);
        assert_eq!(Ulid::from_parts(i64::MAX, [1; 10]).at_ms(), LAST_MS);
    }

    #[test]
    fn a_text_that_is_no_ulid_is_refused() {
        for text in [
            "",
            "01",
            "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
            "青禾青禾青禾青禾青",
        ] {
            assert_eq!(text.parse::<Ulid>(), Err(UlidError), "{text}");
        }
        assert!("7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<Ulid>().is_ok());
    }

    #[test]
    fn it_is_text_in_json_and_16_bytes_in_cbor() {
        let id = Ulid::from_parts(1_744_072_800_000, [7; 10]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<Ulid>(&json).unwrap(), id);
        let mut cbor = Vec::new();
        ciborium::into_writer(&id, &mut cbor).unwrap();
        assert_eq!(cbor.len(), 17);
        assert_eq!(ciborium::from_reader::<Ulid, _>(&cbor[..]).unwrap(), id);
        assert!(ciborium::from_reader::<Ulid, _>(&[0x43, 1, 2, 3][..]).is_err());
    }
}
