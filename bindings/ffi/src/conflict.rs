//! Fields on which two people differ 两人填得不同.

use fieldwork::replica::{Conflict as CoreConflict, ConflictValue as CoreValue};

use crate::Timestamp;

/// A field with more than one value. Nothing is lost until somebody chooses.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Conflict {
    /// Names it for `resolve`.
    pub id: String,
    /// The entity or case, such as `household:990101100201000031`.
    pub subject: String,
    /// The concept or field.
    pub concept: String,
    /// The values; the one that counts until somebody chooses first.
    pub values: Vec<ConflictValue>,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConflictValue {
    /// The value as text.
    pub value: String,
    /// The worker who said it.
    pub author: String,
    /// When, by the author's clock.
    pub at: Timestamp,
    /// The capture it was said in.
    pub capture: Option<String>,
}

impl From<CoreConflict> for Conflict {
    fn from(conflict: CoreConflict) -> Self {
        Self {
            id: conflict.id,
            subject: conflict.subject,
            concept: conflict.concept,
            values: conflict.values.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<CoreValue> for ConflictValue {
    fn from(value: CoreValue) -> Self {
        Self {
            value: value.value,
            author: value.author,
            at: value.at_ms.into(),
            capture: value.capture.map(|id| id.to_string()),
        }
    }
}
