//! What may be wrong with a sealed track.

use thiserror::Error;

/// Why bytes are no sealed track that may be read. Says nothing of where anybody was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealedError {
    /// They begin like something else.
    #[error("this is no sealed track")]
    NotSealed,
    /// They were written by another version.
    #[error("a sealed track of version {0}, which this program does not know")]
    Version(u8),
    /// They end too soon.
    #[error("the sealed track is cut off")]
    Cut,
    /// They were changed.
    #[error("the checksum of the sealed track is wrong")]
    Checksum,
    /// The body cannot be inflated, or not to the length that is said.
    #[error("the body of the sealed track is damaged")]
    Deflated,
    /// More is said to be in them than ever is.
    #[error("the track is too long to be sealed")]
    TooLong,
    /// The numbers of fixes do not agree.
    #[error("the counts of the sealed track do not agree")]
    Count,
    /// A column holds what it never should.
    #[error("the sealed track is damaged in its column of {0}")]
    Column(&'static str),
    /// Its time is over.
    #[error("the track has expired")]
    Expired,
}
