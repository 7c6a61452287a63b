//! After a damaged database: what had not reached the hub is entered again, in the new log.
//!
//! Captures keep their ids, so that one that had arrived after all is not taken twice. Their edits and
//! case changes are written anew, because a change belongs to the log that carries it.

use std::path::Path;

use fieldwork_forms::capture::Head;

use super::{Replica, ReplicaError};
use crate::document::{Cell, DocumentId, Editor, cells_of};
use crate::log::{DocumentChange, Payload};
use crate::store::capture as rows;
use crate::store::salvage::unsent;

/// What was entered again.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Salvaged {
    /// Captures.
    pub captures: usize,
    /// Edits by themselves.
    pub edits: usize,
    /// Entries that could not be read.
    pub unreadable: usize,
}

impl Replica {
    /// Enters again what the database at `damaged` holds of the own log and the hub has not acknowledged.
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Store`]. What was entered until then stays.
    pub(crate) fn salvage(&self, damaged: &Path) -> Result<Salvaged, ReplicaError> {
        let owner = self
            .identity()
            .ok_or(ReplicaError::NotEnrolled)?
            .key
            .public();
        let found = unsent(
            damaged,
            &owner,
            &self.directory.join("temporary").join("salvage"),
        )?;
        let mut salvaged = Salvaged {
            unreadable: found.unreadable,
            ..Salvaged::default()
        };
        // The hub's log first: with it register and catalogue are there again, without a network.
        self.accept(&found.batches, false)?;
        for bytes in found.payloads {
            match Payload::decode(&bytes) {
                Ok(payload @ Payload::Capture { .. }) => {
                    salvaged.captures += usize::from(self.enter_again(payload)?);
                }
                Ok(payload @ Payload::Edit(_)) => {
                    salvaged.edits += usize::from(self.enter_again(payload)?)
                }
                Ok(_) => {}
                Err(_) => salvaged.unreadable += 1,
            }
        }
        Ok(salvaged)
    }

    /// Enters one payload in the new log; `false` where it is there already.
    fn enter_again(&self, mut payload: Payload) -> Result<bool, ReplicaError> {
        let mut inner = self.lock();
        let identity = inner.identity()?.clone();
        let mut heads = Vec::new();
        if let Payload::Capture { capture, .. } = &payload
            && rows::row(inner.store()?.read(), capture.id)?.is_some()
        {
            return Ok(false);
        }
        let editor = Editor::new(identity.log, self.ports.clock.wall_ms());
        let mut rewritten: Vec<DocumentChange> = Vec::new();
        for change in payload.changes() {
            let cells: Vec<(String, Cell)> = cells_of(&change.1);
            let document = inner.document(&change.0)?;
            rewritten.extend(editor.write(&change.0, document, &cells)?);
        }
        let register = inner.document(&DocumentId::Register)?;
        heads.extend(register.get_heads().iter().map(|head| Head(head.0)));
        match &mut payload {
            Payload::Capture { capture, changes } => {
                capture.pins.heads = heads;
                *changes = rewritten;
            }
            Payload::Edit(changes) => *changes = rewritten,
            _ => return Ok(false),
        }
        inner.enter(&self.ports, &payload, |_| Ok(()))?;
        Ok(true)
    }
}
