//! Fixed byte strings in serde: bytes in binary formats, hex in readable ones.

use serde::Deserializer;
use serde::de::{Error, Visitor};

pub(crate) fn fixed<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    struct Fixed<const N: usize>;
    impl<const N: usize> Visitor<'_> for Fixed<N> {
        type Value = [u8; N];

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{N} bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<[u8; N], E> {
            bytes
                .try_into()
                .map_err(|_| E::invalid_length(bytes.len(), &self))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<[u8; N], E> {
            let digits = text.as_bytes();
            if digits.len() != 2 * N {
                return Err(E::invalid_length(digits.len() / 2, &self));
            }
            let mut bytes = [0; N];
            for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                let pair = std::str::from_utf8(pair).map_err(E::custom)?;
                *byte = u8::from_str_radix(pair, 16).map_err(E::custom)?;
            }
            Ok(bytes)
        }
    }
    if deserializer.is_human_readable() {
        deserializer.deserialize_str(Fixed)
    } else {
        deserializer.deserialize_bytes(Fixed)
    }
}
