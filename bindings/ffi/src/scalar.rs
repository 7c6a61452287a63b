//! Values that each language has a type of its own for.

/// An instant. UTC milliseconds on the way over; `java.time.Instant` in Kotlin, `Date` in Swift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// UTC milliseconds.
    pub at_ms: i64,
}

/// Where a file or folder is. Text on the way over; `java.nio.file.Path` in Kotlin, `URL` in Swift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePath {
    /// The path, as the system writes it.
    pub text: String,
}

uniffi::custom_type!(Timestamp, i64, {
    try_lift: |at_ms| Ok(Timestamp { at_ms }),
    lower: |time| time.at_ms,
});

uniffi::custom_type!(FilePath, String, {
    try_lift: |text| Ok(FilePath { text }),
    lower: |path| path.text,
});

impl From<i64> for Timestamp {
    fn from(at_ms: i64) -> Self {
        Self { at_ms }
    }
}
