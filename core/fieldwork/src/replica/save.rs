//! Saving a capture: said once, durable before it is called saved.
//!
//! Photo files first (each whole or absent), then one transaction with the entry, its read model and the
//! rows of the photographs. The capture and everything it changes are one entry, so nothing is ever half
//! there.

use std::path::Path;

use fieldwork_forms::capture::{Capture, CapturePhoto, Head, Pins, Subject};
use fieldwork_ids::Ulid;
use fieldwork_register::Register;

use super::blob::{free_reserve, write_file};
use super::draft::{Draft, DraftPhoto, Saved};
use super::photo::{self, Made};
use super::split::{Scope, case_cells, split};
use super::{Inner, Replica, ReplicaError};
use crate::document::{DocumentId, DocumentOverlay, Editor};
use crate::key::sha256;
use crate::log::{DocumentChange, Payload};
use crate::store::blob::{self, Upload};
use crate::store::{capture as rows, photo as photo_rows};

/// A photo file taken in.
struct TakenIn {
    hash: [u8; 32],
    size: u64,
    /// What was made of it; `None` where it cannot be decoded.
    made: Option<Made>,
    /// The file that our own camera wrote, where it did.
    camera: Option<String>,
}

impl Replica {
    /// Saves a capture. When this returns, a power cut does not lose it.
    ///
    /// # Errors
    /// [`ReplicaError::Answer`], [`ReplicaError::UnknownKind`], [`ReplicaError::Photo`],
    /// [`ReplicaError::Unknown`] name what cannot be taken; [`ReplicaError::is_full`] where there is no
    /// room. After any error nothing of the capture is there and the draft can be saved again.
    pub fn save(&self, draft: &Draft) -> Result<Saved, ReplicaError> {
        let catalogue = self.catalogue()?;
        if catalogue.kinds.find(&draft.kind).is_none() {
            return Err(ReplicaError::UnknownKind(draft.kind.clone()));
        }
        let (base_hash, base) = self.base()?;
        let photos = self.take_in(&draft.photos)?;
        let mut inner = self.lock();
        let identity = inner.identity()?.clone();
        let at_ms = draft.at_ms.unwrap_or_else(|| self.ports.clock.wall_ms());
        let id = match draft.id {
            Some(id) => id,
            None => {
                let mut random = [0; 10];
                self.ports.random.fill(&mut random)?;
                Ulid::from_parts(at_ms, random)
            }
        };
        if rows::row(inner.store()?.read(), id)?.is_some() {
            return Err(ReplicaError::AlreadySaved);
        }
        let case_subject = match &draft.subject {
            Some(Subject::Case(case)) => {
                inner
                    .case(*case)?
                    .ok_or(ReplicaError::Unknown("case"))?
                    .subject
            }
            Some(Subject::Entity(entity)) => Some(entity.clone()),
            None => None,
        };

        // What the answers say: facts of the register become edits, the rest stays with the capture.
        let split = {
            let document = inner.document(&DocumentId::Register)?;
            let overlay = DocumentOverlay {
                document,
                heads: None,
            };
            let register = Register::new(&base, &overlay);
            if let Some(Subject::Entity(entity)) = &draft.subject
                && !register.exists(entity)
            {
                return Err(ReplicaError::Unknown("subject"));
            }
            let scope = Scope {
                id,
                subject: case_subject.as_ref(),
                point: draft.place.point,
                register: &register,
                concepts: &catalogue.concepts,
            };
            split(draft, at_ms, &identity.worker, &scope)?
        };
        let editor = Editor::new(identity.log, at_ms);
        let mut changes: Vec<DocumentChange> = Vec::new();
        let saved = (|| {
            let document = inner.document(&DocumentId::Register)?;
            changes.extend(editor.write(&DocumentId::Register, document, &split.cells)?);
            let heads = document
                .get_heads()
                .iter()
                .map(|head| Head(head.0))
                .collect();
            let capture = Capture {
                id,
                label: draft.label.clone(),
                kind: draft.kind.clone(),
                at_ms,
                by: identity.worker.clone(),
                place: draft.place.clone(),
                subject: draft.subject.clone(),
                answers: split.answers,
                photos: draft
                    .photos
                    .iter()
                    .zip(&photos)
                    .map(|(photo, taken)| CapturePhoto {
                        name: photo.name.clone(),
                        stage: photo.stage.clone(),
                        view: photo.view.clone(),
                        at_ms: photo.at_ms,
                        place: photo.place.clone(),
                        azimuth_deg: photo.azimuth_deg,
                        blob: blob::reference(&taken.hash),
                    })
                    .collect(),
                links: draft.links.clone(),
                track: draft.track.clone(),
                supersedes: draft.supersedes,
                pins: Pins {
                    base: Some(blob::reference(&base_hash)),
                    heads,
                },
            };
            let facts = inner.facts(&catalogue, &base, &capture)?;
            let (case_cells, mut saved) = case_cells(
                &catalogue.kinds.case_change(&facts),
                &catalogue.kinds,
                &capture,
                &inner.root(&capture)?,
                case_subject.as_ref(),
            );
            saved.id = id;
            for (document_id, cells) in case_cells {
                let document = inner.document(&document_id)?;
                changes.extend(editor.write(&document_id, document, &cells)?);
            }
            let payload = Payload::Capture {
                capture: Box::new(capture),
                changes: std::mem::take(&mut changes),
            };
            let mut written = self.commit(&mut inner, &payload, &photos);
            if written.as_ref().is_err_and(ReplicaError::is_full) && free_reserve(&self.directory) {
                written = self.commit(&mut inner, &payload, &photos);
            }
            written.map(|()| saved)
        })();
        match saved {
            Ok(saved) => {
                let paths: Vec<&Path> = draft.photos.iter().map(|photo| &*photo.path).collect();
                self.clear_camera(&paths);
                Ok(saved)
            }
            Err(error) => {
                // The documents hold changes that are in no entry: rebuild them from the log.
                inner.documents.clear();
                Err(error)
            }
        }
    }

    fn commit(
        &self,
        inner: &mut Inner,
        payload: &Payload,
        photos: &[TakenIn],
    ) -> Result<(), ReplicaError> {
        inner.enter(&self.ports, payload, |transaction| {
            for photo in photos {
                blob::insert(
                    transaction,
                    &photo.hash,
                    photo.size,
                    "photo",
                    Upload::Waiting,
                )?;
                let reference = blob::reference(&photo.hash);
                if let Some(made) = &photo.made {
                    photo_rows::insert(transaction, reference, made.size, &made.report)?;
                }
                if let Some(file) = &photo.camera {
                    photo_rows::remove_intent(transaction, file)?;
                }
            }
            Ok(())
        })
    }

    /// Reads, checks and stores photo files. A crash after this leaves files without rows, which are
    /// swept later; never rows without files.
    fn take_in(&self, photos: &[DraftPhoto]) -> Result<Vec<TakenIn>, ReplicaError> {
        photos
            .iter()
            .map(|photo| {
                let bytes = photo::read(&photo.path, &photo.name)?;
                fieldwork_photo::probe(&bytes).map_err(|source| ReplicaError::Photo {
                    name: photo.name.clone(),
                    source,
                })?;
                let hash = sha256(&[&bytes]);
                write_file(&self.directory, &*self.ports.random, &hash, &bytes)?;
                Ok(TakenIn {
                    made: self.make(&hash, &bytes)?,
                    camera: self.camera_file(&photo.path),
                    hash,
                    size: bytes.len() as u64,
                })
            })
            .collect()
    }
}
