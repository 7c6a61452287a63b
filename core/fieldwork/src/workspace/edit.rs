//! Edits of the register by themselves.

use fieldwork_register::{EntityId, EntityKind, Register};

use super::{Error, Workspace};
use crate::document::{Cell, DocumentId, DocumentOverlay, register_path};
use crate::replica::{AnswerProblem, ReplicaError, checked};

impl Workspace {
    /// Writes one fact of the register. `value` is checked like an answer; a code may be given by its
    /// label.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Unknown`].
    pub fn edit(&self, entity: &EntityId, concept: &str, value: &str) -> Result<(), Error> {
        let catalogue = self.replica.catalogue()?;
        let (_, base) = self.replica.base()?;
        let refuse = |problem| ReplicaError::Answer {
            concept: concept.to_owned(),
            problem,
        };
        let known = catalogue
            .concepts
            .find(concept)
            .filter(|known| known.register)
            .ok_or_else(|| refuse(AnswerProblem::UnknownConcept))?;
        if known.entity.kind() != Some(entity.kind) {
            return Err(refuse(AnswerProblem::WrongEntity).into());
        }
        let document_id = match entity.kind {
            EntityKind::Worker => DocumentId::Roster,
            _ => DocumentId::Register,
        };
        let value = {
            let mut inner = self.replica.lock();
            let document = inner.document(&document_id)?;
            let overlay = DocumentOverlay {
                document,
                heads: None,
            };
            let register = Register::new(&base, &overlay);
            if !register.exists(entity) {
                return Err(ReplicaError::Unknown("entity").into());
            }
            checked(known, value, &register).map_err(refuse)?
        };
        let worker = self
            .replica
            .identity()
            .ok_or(ReplicaError::NotEnrolled)?
            .worker;
        let cell = Cell {
            value,
            at_ms: self.replica.ports().clock.wall_ms(),
            author: worker,
            capture: None,
        };
        Ok(self
            .replica
            .edit_document(&document_id, &[(register_path(entity, concept), cell)])?)
    }
}
