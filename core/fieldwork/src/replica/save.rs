//! Saving a capture: said once, durable before it is called saved.
//!
//! Photo files first (each whole or absent), then one transaction with the entry, its read model and the
//! rows of the photographs. The capture and everything it changes are one entry, so nothing is ever half
//! there.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use fieldwork_forms::capture::{
    Answer, Capture, CapturePhoto, Head, Pins, Place, Subject, TrackSummary,
};
use fieldwork_forms::concept::Concept;
use fieldwork_ids::Ulid;
use fieldwork_register::{EntityId, EntityKind, MEMBER_HOUSEHOLD, MOVED_OUT, Register};

use super::answer::{checked, entity_kind, related};
use super::blob::{BlobError, MAX_BLOB, free_reserve, write_file};
use super::log::append;
use super::{AnswerProblem, Identity, Inner, Replica, ReplicaError, case};
use crate::document::{
    Cell, DocumentId, DocumentOverlay, Editor, case_path, member_path, register_path,
};
use crate::key::sha256;
use crate::log::{DocumentChange, Payload};
use crate::store::blob::{self, Upload};
use crate::store::capture as rows;

/// Whom an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An entity of the register.
    Entity(EntityId),
    /// A person who is new; answers with the same name are about the same one.
    New(String),
}

/// One answer of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAnswer {
    /// Concept id.
    pub concept: String,
    /// Whom it is about, where that is not the subject.
    pub about: Option<About>,
    /// The value as text; see [`Answer::value`].
    pub value: String,
}

/// One photograph of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftPhoto {
    /// The file, which is read and never changed.
    pub path: PathBuf,
    /// Logical name.
    pub name: String,
    /// Stage.
    pub stage: String,
    /// View.
    pub view: Option<String>,
    /// When it was taken, UTC milliseconds.
    pub at_ms: i64,
    /// Where.
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: Option<u16>,
}

/// What a worker entered, before it is a capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The id, where the app has given it out already (a patrol that others link to).
    pub id: Option<Ulid>,
    /// A short name beside the id.
    pub label: Option<String>,
    /// Capture kind.
    pub kind: String,
    /// When, UTC milliseconds; `None` for now.
    pub at_ms: Option<i64>,
    /// Where.
    pub place: Place,
    /// About what.
    pub subject: Option<Subject>,
    /// The answers, in the order of entry.
    pub answers: Vec<DraftAnswer>,
    /// The photographs, in the order of shooting.
    pub photos: Vec<DraftPhoto>,
    /// Captures made in its course.
    pub links: Vec<Ulid>,
    /// What its track showed.
    pub track: Option<TrackSummary>,
    /// The capture it corrects.
    pub supersedes: Option<Ulid>,
}

/// A capture that has been saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: Ulid,
    /// Cases it opened.
    pub opened: Vec<Ulid>,
    /// The case it closed.
    pub closed: Option<Ulid>,
}

/// A photo file taken in.
struct TakenIn {
    hash: [u8; 32],
    size: u64,
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
            split(
                draft,
                id,
                at_ms,
                &identity,
                case_subject.as_ref(),
                &register,
                |concept| catalogue.concepts.find(concept),
            )?
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
                &capture,
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
            let touched: Vec<DocumentId> = payload
                .changes()
                .iter()
                .map(|change| change.0.clone())
                .collect();
            let mut written = self.commit(&mut inner, &identity, &payload, &photos);
            if written.as_ref().is_err_and(ReplicaError::is_full) && free_reserve(&self.directory) {
                written = self.commit(&mut inner, &identity, &payload, &photos);
            }
            written.map(|()| (saved, touched))
        })();
        match saved {
            Ok((saved, _)) => Ok(saved),
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
        identity: &Identity,
        payload: &Payload,
        photos: &[TakenIn],
    ) -> Result<(), ReplicaError> {
        let store = inner.store.as_mut().ok_or(ReplicaError::Closed)?;
        store.write(|transaction| {
            for photo in photos {
                blob::insert(
                    transaction,
                    &photo.hash,
                    photo.size,
                    "photo",
                    Upload::Waiting,
                )?;
            }
            append(
                transaction,
                &self.ports,
                identity.number,
                identity.log,
                payload,
            )?;
            Ok(())
        })
    }

    /// Reads, checks and stores photo files. A crash after this leaves files without rows, which are
    /// swept later; never rows without files.
    fn take_in(&self, photos: &[DraftPhoto]) -> Result<Vec<TakenIn>, ReplicaError> {
        photos
            .iter()
            .map(|photo| {
                let mut bytes = Vec::new();
                File::open(&photo.path)?
                    .take(MAX_BLOB + 1)
                    .read_to_end(&mut bytes)?;
                if bytes.len() as u64 > MAX_BLOB {
                    return Err(BlobError::TooLarge.into());
                }
                fieldwork_photo::probe(&bytes).map_err(|source| ReplicaError::Photo {
                    name: photo.name.clone(),
                    source,
                })?;
                let hash = sha256(&[&bytes]);
                write_file(&self.directory, &*self.ports.random, &hash, &bytes)?;
                Ok(TakenIn {
                    hash,
                    size: bytes.len() as u64,
                })
            })
            .collect()
    }
}

/// Answers, divided into what the capture keeps and what the register is told.
struct Split {
    answers: Vec<Answer>,
    cells: Vec<(String, Cell)>,
}

fn split<'c>(
    draft: &Draft,
    id: Ulid,
    at_ms: i64,
    identity: &Identity,
    subject: Option<&EntityId>,
    register: &Register<'_>,
    concept: impl Fn(&str) -> Option<&'c Concept>,
) -> Result<Split, ReplicaError> {
    let cell = |value: &str| Cell {
        value: value.to_owned(),
        at_ms,
        author: identity.worker.clone(),
        capture: Some(id),
    };
    let mut split = Split {
        answers: Vec::new(),
        cells: Vec::new(),
    };
    let mut newcomers: Vec<String> = Vec::new();
    for answer in &draft.answers {
        let refuse = |problem| ReplicaError::Answer {
            concept: answer.concept.clone(),
            problem,
        };
        let known =
            concept(&answer.concept).ok_or_else(|| refuse(AnswerProblem::UnknownConcept))?;
        let value = checked(known, &answer.value, register).map_err(refuse)?;
        let about = match &answer.about {
            None => None,
            Some(About::Entity(entity)) if register.exists(entity) => Some(entity.clone()),
            Some(About::Entity(_)) => return Err(refuse(AnswerProblem::UnknownEntity)),
            Some(About::New(name)) => {
                let number = newcomers
                    .iter()
                    .position(|known| known == name)
                    .unwrap_or_else(|| {
                        newcomers.push(name.clone());
                        newcomers.len() - 1
                    });
                let person = EntityId::new(EntityKind::Person, format!("{id}-{}", number + 1));
                if !split
                    .answers
                    .iter()
                    .any(|a| a.concept == "member.new" && a.value == person.to_string())
                {
                    let household = subject
                        .filter(|subject| subject.kind == EntityKind::Household)
                        .ok_or_else(|| refuse(AnswerProblem::NoEntity))?;
                    split.answers.push(Answer {
                        concept: "member.new".to_owned(),
                        about: None,
                        value: person.to_string(),
                    });
                    let home = household.to_string();
                    split
                        .cells
                        .push((register_path(&person, MEMBER_HOUSEHOLD), cell(&home)));
                    split
                        .cells
                        .push((member_path(household, &person), cell("true")));
                }
                Some(person)
            }
        };
        if known.register {
            let entity = about
                .or_else(|| related(register, subject?, entity_kind(known.entity)?))
                .ok_or_else(|| refuse(AnswerProblem::NoEntity))?;
            split
                .cells
                .push((register_path(&entity, &answer.concept), cell(&value)));
            continue;
        }
        if answer.concept == "member.moved_out"
            && let Ok(person) = value.parse::<EntityId>()
        {
            split
                .cells
                .push((register_path(&person, MOVED_OUT), cell("true")));
        }
        split.answers.push(Answer {
            concept: answer.concept.clone(),
            about,
            value,
        });
    }
    Ok(split)
}

type CaseCells = Vec<(DocumentId, Vec<(String, Cell)>)>;

/// What a capture opens, changes and closes, as cells of case documents.
fn case_cells(
    change: &fieldwork_forms::kind::CaseChange,
    capture: &Capture,
    subject: Option<&EntityId>,
) -> (CaseCells, Saved) {
    let cell = Cell {
        value: String::new(),
        at_ms: capture.at_ms,
        author: capture.by.clone(),
        capture: Some(capture.id),
    };
    let mut saved = Saved {
        id: capture.id,
        opened: Vec::new(),
        closed: None,
    };
    let mut cells = Vec::new();
    for (opening, number) in change.opens.iter().zip(1_u32..) {
        // The id follows from the capture's, so that entering it again opens no second case.
        let hash = sha256(&[
            b"fieldwork-case-v1",
            &capture.id.to_bytes(),
            &number.to_be_bytes(),
        ]);
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        let id = Ulid::from_parts(capture.at_ms, random);
        saved.opened.push(id);
        cells.extend(case::cells(
            id,
            &[
                ("opened_by", Some(capture.id.to_string())),
                ("kind", Some(capture.kind.clone())),
                ("type_concept", Some(opening.type_concept.clone())),
                ("type", opening.case_type.clone()),
                ("subject", subject.map(ToString::to_string)),
                ("due", opening.due.map(|day| day.to_string())),
                ("level", opening.level.clone()),
                ("closed_by", opening.closed.then(|| capture.id.to_string())),
            ],
            &cell,
        ));
    }
    let mut all: CaseCells = Vec::new();
    if !cells.is_empty() {
        all.push((DocumentId::cases_of(capture.at_ms), cells));
    }
    if let Some(Subject::Case(case)) = capture.subject {
        let mut cells = Vec::new();
        if change.closes {
            saved.closed = Some(case);
            cells.push((
                case_path(case, "closed_by"),
                Cell {
                    value: capture.id.to_string(),
                    ..cell.clone()
                },
            ));
        }
        for (concept, field) in [("issue.due", "due"), ("issue.level", "level")] {
            if let Some(answer) = capture
                .answers
                .iter()
                .find(|answer| answer.concept == concept)
            {
                cells.push((
                    case_path(case, field),
                    Cell {
                        value: answer.value.clone(),
                        ..cell.clone()
                    },
                ));
            }
        }
        if !cells.is_empty() {
            let id = DocumentId::cases_of(case.at_ms());
            match all.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) => known.extend(cells),
                None => all.push((id, cells)),
            }
        }
    }
    (all, saved)
}
