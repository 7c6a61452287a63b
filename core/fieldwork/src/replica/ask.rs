//! Ask 待填 and explain, of what this device holds.
//!
//! A draft is asked about while it is being entered, so unlike saving nothing of it is refused as a whole:
//! an answer that cannot be taken yet (a number half typed) is named and counts as not given.

use fieldwork_forms::ask::facts_of_draft;
use fieldwork_forms::ask::{Asked, asked};
use fieldwork_forms::capture::{Answer, BlobRef, Capture, CapturePhoto, Pins, Subject};
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::explain::{Explained, explain};
use fieldwork_forms::facts::{CaseFacts, Facts};
use fieldwork_ids::Ulid;
use fieldwork_register::{EntityId, Register};

use super::correct::identity;
use super::near::Sighting;
use super::split::{Newcomers, Scope, comes};
use super::{AnswerProblem, Draft, Replica, ReplicaError};
use crate::document::{DocumentId, DocumentOverlay};

/// What is still to be said in a draft, and what this device has to say to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asking {
    /// The questions.
    pub asked: Asked,
    /// Answers that cannot be taken as they stand; saving would refuse them.
    pub refused: Vec<Refused>,
    /// The persons that the draft calls new, by the names it gives them: questions about them name them so.
    pub newcomers: Vec<(String, EntityId)>,
    /// Cases that may be the same as one that the draft would open, oldest first.
    pub near: Vec<Sighting>,
}

/// An answer that cannot be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of the draft's answers, from 0.
    pub answer: usize,
    /// Its concept.
    pub concept: String,
    /// Why not.
    pub problem: AnswerProblem,
}

impl Replica {
    /// What is still to be said in a draft; to be called again after each answer.
    ///
    /// # Errors
    /// [`ReplicaError::UnknownKind`], [`ReplicaError::Unknown`] where what it is about is not held here,
    /// [`ReplicaError::NotReady`] before register and catalogue have arrived.
    pub fn ask(&self, draft: &Draft) -> Result<Asking, ReplicaError> {
        let catalogue = self.catalogue()?;
        let kind = catalogue.kinds.find(&draft.kind);
        let kind = kind.ok_or_else(|| ReplicaError::UnknownKind(draft.kind.clone()))?;
        let (_, base) = self.base()?;
        let at_ms = draft.at_ms.unwrap_or_else(|| self.ports.clock.wall_ms());
        let (facts, mut asking) = {
            let mut inner = self.lock();
            let worker = inner.identity()?.worker.clone();
            let case = match &draft.subject {
                Some(Subject::Case(id)) => {
                    let case = inner.case(*id)?.ok_or(ReplicaError::Unknown("case"))?;
                    Some(inner.case_facts(&catalogue, &base, case)?)
                }
                _ => None,
            };
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
            let subject = match &draft.subject {
                Some(Subject::Entity(entity)) => Some(entity.clone()),
                _ => case
                    .as_ref()
                    .and_then(|case: &CaseFacts| case.subject.clone()),
            };
            let scope = Scope {
                id: draft.id.unwrap_or_else(|| Ulid::from_parts(at_ms, [0; 10])),
                subject: subject.as_ref(),
                point: draft.place.point,
                register: &register,
                concepts: &catalogue.concepts,
            };
            let mut asking = Asking::default();
            let capture = sketched(draft, at_ms, worker, &scope, &mut asking);
            let facts = facts_of_draft(&catalogue, &capture, &register, case.as_ref());
            asking.asked = asked(&catalogue, &facts, capture.subject.is_some());
            (facts, asking)
        };
        if !matches!(draft.subject, Some(Subject::Case(_))) {
            for rule in kind.opening(&facts) {
                let Some(case_type) = facts.text(&rule.r#type) else {
                    continue;
                };
                let near = self.near_cases(case_type, draft.place.point, at_ms)?;
                let new =
                    |one: &Sighting| !asking.near.iter().any(|known| known.case.id == one.case.id);
                let near: Vec<Sighting> = near.into_iter().filter(new).collect();
                asking.near.extend(near);
            }
        }
        Ok(asking)
    }

    /// The facts of a capture that is held here, as its author saw them.
    ///
    /// # Errors
    /// As [`Replica::filled`].
    pub fn facts(&self, id: Ulid) -> Result<Facts, ReplicaError> {
        self.facts_of(&self.capture(id)?)
    }

    /// The facts of any capture that pins what this device holds, saved or only thought of.
    ///
    /// # Errors
    /// As [`Replica::filled`].
    pub fn facts_of(&self, capture: &Capture) -> Result<Facts, ReplicaError> {
        let catalogue = self.catalogue()?;
        let base = self.base_of(capture)?;
        self.lock().facts(&catalogue, &base, capture)
    }

    /// Where each box of each form of a capture comes from; of a correction only the forms it gives anew.
    ///
    /// # Errors
    /// As [`Replica::filled`].
    pub fn explained(&self, id: Ulid) -> Result<Vec<(Filled, Explained)>, ReplicaError> {
        let catalogue = self.catalogue()?;
        let capture = self.capture(id)?;
        let facts = self.facts_of(&capture)?;
        let traced = self.traced(&catalogue, &capture)?;
        let forms = self.filling(id)?.forms.into_iter();
        let explained = forms.filter_map(|form| {
            let one = traced
                .iter()
                .find(|one| identity(&one.filled) == identity(&form))?;
            let spec = catalogue.spec(identity(&form).0)?;
            let explained = explain(&catalogue, &facts, spec, one);
            Some((form, explained))
        });
        Ok(explained.collect())
    }
}

/// The capture that a draft would be, without the answers that cannot be taken.
fn sketched(
    draft: &Draft,
    at_ms: i64,
    worker: String,
    scope: &Scope<'_>,
    asking: &mut Asking,
) -> Capture {
    let mut answers: Vec<Answer> = Vec::new();
    let mut newcomers = Newcomers::new();
    for (number, answer) in draft.answers.iter().enumerate() {
        match scope.take(answer, &mut newcomers) {
            Ok(taken) => {
                answers.extend(taken.newcomer.as_ref().map(comes));
                answers.push(Answer {
                    concept: answer.concept.clone(),
                    about: taken.about,
                    value: taken.value,
                });
            }
            Err(problem) => asking.refused.push(Refused {
                answer: number,
                concept: answer.concept.clone(),
                problem,
            }),
        }
    }
    asking.newcomers = newcomers;
    Capture {
        id: scope.id,
        label: draft.label.clone(),
        kind: draft.kind.clone(),
        at_ms,
        by: worker,
        place: draft.place.clone(),
        subject: draft.subject.clone(),
        answers,
        photos: draft
            .photos
            .iter()
            .map(|photo| CapturePhoto {
                name: photo.name.clone(),
                stage: photo.stage.clone(),
                view: photo.view.clone(),
                at_ms: photo.at_ms,
                place: photo.place.clone(),
                azimuth_deg: photo.azimuth_deg,
                // It is looked into when it is saved.
                blob: BlobRef([0; 16]),
            })
            .collect(),
        links: draft.links.clone(),
        track: draft.track.clone(),
        supersedes: draft.supersedes,
        pins: Pins::default(),
    }
}
