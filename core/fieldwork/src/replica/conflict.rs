//! Two people wrote the same field 两人填得不同: both values are kept and shown; choosing one is an edit.

use fieldwork_ids::Ulid;

use super::{Replica, ReplicaError};
use crate::document::{Cell, DocumentId, Editor, conflicted_paths, values};
use crate::log::Payload;
use crate::store;

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictValue {
    /// The value.
    pub value: String,
    /// Who said it.
    pub author: String,
    /// When, UTC milliseconds by the author's clock.
    pub at_ms: i64,
    /// The capture it was said in.
    pub capture: Option<Ulid>,
}

/// A field with more than one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Names it: document and path.
    pub id: String,
    /// Entity or case (`household:…`).
    pub subject: String,
    /// Concept or field.
    pub concept: String,
    /// The values, the one that counts until somebody chooses first.
    pub values: Vec<ConflictValue>,
}

impl From<Cell> for ConflictValue {
    fn from(cell: Cell) -> Self {
        Self {
            value: cell.value,
            author: cell.author,
            at_ms: cell.at_ms,
            capture: cell.capture,
        }
    }
}

impl Replica {
    /// Fields on which two people differ.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, ReplicaError> {
        let mut inner = self.lock();
        let mut conflicts = Vec::new();
        for id in store::document::documents(inner.store()?.read())? {
            let document = inner.document(&id)?;
            for path in conflicted_paths(document) {
                let values: Vec<ConflictValue> = values(document, &path)
                    .into_iter()
                    .map(Into::into)
                    .collect();
                // Two who said the same do not differ.
                if values.iter().all(|value| value.value == values[0].value) {
                    continue;
                }
                let (subject, concept) = path.split_once('/').unwrap_or((path.as_str(), ""));
                conflicts.push(Conflict {
                    id: format!("{id}#{path}"),
                    subject: subject.to_owned(),
                    concept: concept.to_owned(),
                    values,
                });
            }
        }
        Ok(conflicts)
    }

    /// Chooses the value number `keep` (0 is the first listed) of a conflict.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`] where there is no such conflict or value; [`ReplicaError::Store`].
    pub fn resolve(&self, conflict: &str, keep: usize) -> Result<(), ReplicaError> {
        let (document, path) = conflict
            .split_once('#')
            .ok_or(ReplicaError::Unknown("conflict"))?;
        let document: DocumentId = document
            .parse()
            .map_err(|_| ReplicaError::Unknown("conflict"))?;
        let chosen = {
            let mut inner = self.lock();
            values(inner.document(&document)?, path)
                .into_iter()
                .nth(keep)
                .ok_or(ReplicaError::Unknown("conflict"))?
        };
        self.edit_document(&document, &[(path.to_owned(), chosen)])
    }

    /// Writes cells into a document as one entry of the own log.
    pub(crate) fn edit_document(
        &self,
        id: &DocumentId,
        cells: &[(String, Cell)],
    ) -> Result<(), ReplicaError> {
        let mut inner = self.lock();
        let identity = inner.identity()?.clone();
        let editor = Editor::new(identity.log, self.ports.clock.wall_ms());
        let document = inner.document(id)?;
        let Some(change) = editor.write(id, document, cells)? else {
            return Ok(());
        };
        inner.enter(&self.ports, &Payload::Edit(vec![change]), |_| Ok(()))
    }
}
