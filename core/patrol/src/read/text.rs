//! From bytes to text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text of an XML or JSON file, and whether bytes had to be replaced.
///
/// A byte order mark is believed first, then UTF-8 if it is that, then what an XML declaration says.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let marked = match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    if marked.is_none() {
        let plain = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
        if let Ok(text) = std::str::from_utf8(plain) {
            return (Cow::Borrowed(text), false);
        }
    }
    let encoding = marked.or_else(|| declared(bytes)).unwrap_or(UTF_8);
    let (text, _, broken) = encoding.decode(bytes);
    (text, broken)
}

/// The encoding named by an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..200.min(bytes.len()))?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = head.get(..end)?;
    let at = declaration
        .windows(8)
        .position(|word| word == b"encoding")?;
    let mut quoted = declaration
        .get(at..)?
        .split(|byte| matches!(byte, b'"' | b'\''));
    Encoding::for_label(quoted.nth(1)?)
}
