//! What can be wrong with a file of the catalogue.

use serde_json::Value;
use thiserror::Error;

mod reason;

/// A file of the catalogue is refused: which file, where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: at {path}: {reason}")]
pub struct SpecError {
    /// Path of the file, as it was given.
    pub file: String,
    /// Place in the file, such as `forms[0].fields[3].value.from`; `.` is the file as a whole.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl SpecError {
    pub(crate) fn new(file: &str, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            path: path.into(),
            reason: reason.into(),
        }
    }
}

/// The text without the mark that some editors put before it.
pub(crate) fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a JSON file strictly, naming the place of what it refuses.
pub(crate) fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SpecError> {
    let text = without_bom(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, reason) = reason::told(text, error.path(), error.inner());
        SpecError::new(file, path, reason)
    })?;
    json.end()
        .map_err(|error| SpecError::new(file, ".", reason::syntax(text, &error)))?;
    Ok(value)
}

/// Reads a JSON file of any shape.
///
/// # Errors
/// [`SpecError`] says where the text stops being JSON.
pub(crate) fn read_any(file: &str, text: &str) -> Result<Value, SpecError> {
    let text = without_bom(text);
    serde_json::from_str(text)
        .map_err(|error| SpecError::new(file, ".", reason::syntax(text, &error)))
}
