//! Captures as an app lists them.

use fieldwork::store::capture::CaptureRow;
use fieldwork_forms::capture::Subject as CoreSubject;

use crate::{FieldworkError, Timestamp, id};

/// What a capture is about.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum CaptureSubject {
    /// A person, household, house, plot, premises … of the register.
    Entity {
        /// Its entity id, such as `household:990101100201000031`.
        id: String,
    },
    /// An open case, for a follow-up.
    Case {
        /// Its id, 26 characters.
        id: String,
    },
}

/// A capture in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CaptureItem {
    /// Its id, 26 characters; sorts by time.
    pub id: String,
    /// The short name that the app gave it.
    pub label: Option<String>,
    /// Its kind, an id of the catalogue's list of kinds (`visit`).
    pub kind: String,
    /// When, by its author's clock.
    pub at: Timestamp,
    /// Id of the worker who made it (`K05`).
    pub worker: String,
    /// What it is about.
    pub subject: Option<CaptureSubject>,
    /// Number of its photographs.
    pub photos: u32,
}

impl CaptureSubject {
    pub(crate) fn into_core(self) -> Result<CoreSubject, FieldworkError> {
        Ok(match self {
            Self::Entity { id } => CoreSubject::Entity(id::entity(&id)?),
            Self::Case { id } => CoreSubject::Case(id::ulid(&id, "case")?),
        })
    }

    /// Reads the text of the read model: an entity id or `case:` and an id.
    fn of_row(text: String) -> Self {
        match text.strip_prefix("case:") {
            Some(id) => Self::Case { id: id.to_owned() },
            None => Self::Entity { id: text },
        }
    }
}

impl From<CaptureRow> for CaptureItem {
    fn from(row: CaptureRow) -> Self {
        Self {
            id: row.id.to_string(),
            label: row.label,
            kind: row.kind,
            at: row.at_ms.into(),
            worker: row.worker,
            subject: row.subject.map(CaptureSubject::of_row),
            photos: row.photos,
        }
    }
}

#[cfg(test)]
mod tests {
    use fieldwork::store::capture::subject_text;

    use super::*;

    #[test]
    fn a_subject_comes_back_from_the_read_model_as_it_went_in() {
        for subject in [
            CaptureSubject::Entity {
                id: "household:990101100201000031".to_owned(),
            },
            CaptureSubject::Case {
                id: "01JR9Z3V0N7H2M5Q8S4T6W9XYZ".to_owned(),
            },
        ] {
            let core = subject.clone().into_core().unwrap();
            assert_eq!(CaptureSubject::of_row(subject_text(&core)), subject);
        }
    }
}
