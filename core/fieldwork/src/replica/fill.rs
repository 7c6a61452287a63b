//! From a capture to envelopes: what its author saw of the register, filled into every spec.

use std::collections::BTreeMap;
use std::sync::Arc;

use automerge::{AutoCommit, ChangeHash};
use fieldwork_forms::capture::{Capture, Subject};
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::facts::{CaseFacts, Facts, facts};
use fieldwork_forms::fill::fill_all;
use fieldwork_ids::Ulid;
use fieldwork_register::{IndexedBase, Register};
use rusqlite::Connection;

use super::{Case, Inner, Replica, ReplicaError};
use crate::document::{DocumentError, DocumentId, DocumentOverlay};
use crate::log::ReceiptState;
use crate::store::{capture as rows, receipt};

impl Replica {
    /// A capture.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`], [`ReplicaError::Store`].
    pub fn capture(&self, id: Ulid) -> Result<Capture, ReplicaError> {
        rows::capture(self.lock().store()?.read(), id)?.ok_or(ReplicaError::Unknown("capture"))
    }

    /// Every form that a capture gives, filled from the register as its author saw it. The same on phone
    /// and hub; later edits by colleagues do not change it. A correction gives only what differs; see
    /// [`Replica::filling`].
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`]; [`DocumentError::UnknownHeads`] where the version of the register that
    /// the capture saw is not held here (yet).
    pub fn filled(&self, id: Ulid) -> Result<Vec<Filled>, ReplicaError> {
        Ok(self.filling(id)?.forms)
    }
}

/// The time by which the validity of specs is judged: that of the capture, and where its author's clock
/// was ahead, the time at which the hub got it.
pub(super) fn judged_ms(connection: &Connection, capture: &Capture) -> Result<i64, ReplicaError> {
    let received = rows::received_ms(connection, capture.id)?;
    Ok(received.map_or(capture.at_ms, |received| received.min(capture.at_ms)))
}

impl Inner {
    /// The facts of a capture.
    pub(super) fn facts(
        &mut self,
        catalogue: &Catalogue,
        base: &Arc<IndexedBase>,
        capture: &Capture,
    ) -> Result<Facts, ReplicaError> {
        let case = match &capture.subject {
            Some(Subject::Case(case)) => {
                let case = self.case(*case)?.ok_or(ReplicaError::Unknown("case"))?;
                Some(self.case_facts(catalogue, base, case)?)
            }
            _ => None,
        };
        let document = self.document(&DocumentId::Register)?;
        let heads = pinned(document, capture)?;
        let overlay = DocumentOverlay {
            document,
            heads: Some(heads),
        };
        Ok(facts(
            catalogue,
            capture,
            &Register::new(base, &overlay),
            case.as_ref(),
        ))
    }

    /// Which systems hold a case: those that gave it an id before it came here, and those that got an
    /// envelope of the capture that opened it.
    pub(super) fn case_facts(
        &mut self,
        catalogue: &Catalogue,
        base: &Arc<IndexedBase>,
        case: Case,
    ) -> Result<CaseFacts, ReplicaError> {
        let mut held: BTreeMap<String, Option<String>> = case
            .references
            .iter()
            .map(|(system, id)| (system.clone(), Some(id.clone())))
            .collect();
        // A correction may have been taken where the first envelope was refused.
        let mut openings: Vec<Ulid> = case.opened_by.into_iter().collect();
        let mut next = 0;
        while let Some(&opening) = openings.get(next) {
            next += 1;
            let Some(capture) = rows::capture(self.store()?.read(), opening)? else {
                continue;
            };
            if matches!(capture.subject, Some(Subject::Case(_))) {
                continue;
            }
            for later in rows::superseding(self.store()?.read(), opening)? {
                if !openings.contains(&later) {
                    openings.push(later);
                }
            }
            let facts = self.facts(catalogue, base, &capture)?;
            let receipts = receipt::of_capture(self.store()?.read(), opening)?;
            let judged_ms = judged_ms(self.store()?.read(), &capture)?;
            for (_, traced) in fill_all(catalogue, &facts, judged_ms) {
                let Filled::Envelope(envelope) = traced.filled else {
                    continue;
                };
                if envelope.opens_case.is_none() || envelope.opens_case != case.type_concept {
                    continue;
                }
                let key = envelope.key();
                let known = receipts
                    .iter()
                    .find(|receipt| receipt.key == key && receipt.state == ReceiptState::Delivered)
                    .and_then(|receipt| receipt.upstream_ref.clone());
                let held = held.entry(envelope.system).or_default();
                if held.is_none() {
                    *held = known;
                }
            }
        }
        Ok(CaseFacts {
            id: case.id,
            kind: case.kind,
            case_type: case.case_type,
            subject: case.subject,
            due: case.due.and_then(|due| due.parse().ok()),
            type_concept: case.type_concept,
            held,
        })
    }
}

/// The heads that the capture pins, if this document has them.
fn pinned(document: &mut AutoCommit, capture: &Capture) -> Result<Vec<ChangeHash>, ReplicaError> {
    let heads: Vec<ChangeHash> = capture
        .pins
        .heads
        .iter()
        .map(|head| ChangeHash(head.0))
        .collect();
    if heads
        .iter()
        .any(|head| document.get_change_by_hash(head).is_none())
    {
        return Err(DocumentError::UnknownHeads.into());
    }
    Ok(heads)
}
