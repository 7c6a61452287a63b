//! How large things may be before they are looked at.
//!
//! The largest honest file is a day of fixes, one a second, with extensions: some 8 MB.

use super::ReadError;

/// A file larger than this many bytes is not read.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// A line longer than this many bytes is refused. Programs that write a whole walk in one line stay
/// below: 36,000 fixes of 200 bytes are 7.2 MB.
pub const MAX_LINE_BYTES: usize = 8 << 20;

/// A tag or a text longer than this many bytes is refused.
pub const MAX_TOKEN_BYTES: usize = 1 << 20;

/// More fixes than this are not read: eleven days, one a second.
pub const MAX_FIXES: usize = 1_000_000;

/// More plots than this are not read: those of a county.
pub const MAX_PLOTS: usize = 1_000_000;

/// Checks what can be told without parsing.
pub(super) fn check_file(bytes: &[u8]) -> Result<(), ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ReadError::FileTooLarge);
    }
    Ok(())
}

/// Checks that no line of a text is without end.
pub(super) fn check_lines(text: &[u8]) -> Result<(), ReadError> {
    let mut begins = 0;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        if end - begins > MAX_LINE_BYTES {
            return Err(ReadError::LineTooLong);
        }
        begins = end + 1;
    }
    Ok(())
}
