//! What can be wrong with a file of the catalogue.

use thiserror::Error;

/// A file of the catalogue is refused: which file, where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: at {path}: {reason}")]
pub struct SpecError {
    /// Path of the file, as it was given.
    pub file: String,
    /// Place in the file, such as `forms[0].fields[3].value.from`.
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

/// Reads a JSON file strictly, naming the place of what it refuses.
pub(crate) fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SpecError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        SpecError::new(file, error.path().to_string(), error.inner().to_string())
    })?;
    json.end()
        .map_err(|error| SpecError::new(file, ".", error.to_string()))?;
    Ok(value)
}
