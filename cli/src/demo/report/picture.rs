//! Photographs as they stand in a page.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The thumbnail in the file in base64; `None` where it cannot be read, which the page then says.
pub(super) fn embedded(thumbnail: &Path) -> Option<String> {
    std::fs::read(thumbnail).ok().map(|jpeg| base64(&jpeg))
}

/// A JPEG in base64.
pub(super) fn base64(jpeg: &[u8]) -> String {
    STANDARD.encode(jpeg)
}
