//! Answers of a system: what is a success, what is only temporary, and where to find what it says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an answer must show to count as accepted: one of the statuses and, where given, the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// Accepted HTTP statuses.
    pub status: Vec<u16>,
    /// What the body must show.
    pub body: Option<BodyRule>,
}

impl Success {
    /// True where status and body of an answer mean that it was accepted.
    pub fn accepts(&self, status: u16, body: &[u8]) -> bool {
        self.status.contains(&status)
            && self.body.as_ref().is_none_or(|rule| match rule {
                BodyRule::BeginsWith(text) => body.starts_with(text.as_bytes()),
                BodyRule::Json { path, equals } => serde_json::from_slice::<Value>(body)
                    .is_ok_and(|body| at_path(&body, path) == Some(equals)),
            })
    }
}

/// What the body of an accepted answer shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BodyRule {
    /// The value at a path of a JSON body.
    Json {
        /// Path, such as `success`.
        path: String,
        /// The value it must have.
        equals: Value,
    },
    /// The text the body begins with.
    BeginsWith(String),
}

/// Codes at a path of a JSON body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BodyCodes {
    /// Path, such as `code`.
    pub path: String,
    /// The codes.
    pub values: Vec<Value>,
}

impl BodyCodes {
    /// True where the body has one of the codes at the path.
    pub fn matches(&self, body: &[u8]) -> bool {
        serde_json::from_slice::<Value>(body).is_ok_and(|body| {
            at_path(&body, &self.path).is_some_and(|value| self.values.contains(value))
        })
    }
}

/// The value at a dotted path (`data.id`) of a JSON document.
pub fn at_path<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(document, |value, step| value.get(step))
}
