//! What was said, divided: facts of the register become edits, what a case needs becomes its cells, the
//! rest stays with the capture.

use fieldwork_forms::capture::{Answer, Capture, Subject};
use fieldwork_forms::concept::{Concept, Concepts};
use fieldwork_forms::kind::{CaseChange, Kinds};
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_register::{EntityId, EntityKind, MEMBER_HOUSEHOLD, MOVED_OUT, Register};

use super::answer::checked;
use super::draft::{About, Draft, DraftAnswer, Saved};
use super::{AnswerProblem, ReplicaError, case};
use crate::document::{Cell, DocumentId, case_path, member_path, register_path};
use crate::key::sha256;

/// Answers, divided into what the capture keeps and what the register is told.
pub(super) struct Split {
    pub(super) answers: Vec<Answer>,
    pub(super) cells: Vec<(String, Cell)>,
}

/// What answers are checked against.
pub(super) struct Scope<'a> {
    /// Id of the capture; persons who are new are named after it.
    pub(super) id: Ulid,
    /// What the capture is about.
    pub(super) subject: Option<&'a EntityId>,
    /// Where it is made: of several houses the one that it is made at is meant.
    pub(super) point: Wgs84,
    pub(super) register: &'a Register<'a>,
    pub(super) concepts: &'a Concepts,
}

/// An answer that can be taken.
pub(super) struct Taken<'a> {
    pub(super) concept: &'a Concept,
    /// Whom or what it is about; of a fact of the register always known.
    pub(super) about: Option<EntityId>,
    pub(super) value: String,
    /// The person about whom it is, where this answer is the first to name somebody new.
    pub(super) newcomer: Option<EntityId>,
}

/// Persons of a draft who are new: the names it gives them and who they become.
pub(super) type Newcomers = Vec<(String, EntityId)>;

impl<'a> Scope<'a> {
    /// Checks an answer.
    pub(super) fn take(
        &self,
        answer: &DraftAnswer,
        newcomers: &mut Newcomers,
    ) -> Result<Taken<'a>, AnswerProblem> {
        let known = self.concepts.find(&answer.concept);
        let concept = known.ok_or(AnswerProblem::UnknownConcept)?;
        let value = checked(concept, &answer.value, self.register)?;
        let mut newcomer = None;
        let mut about = match &answer.about {
            None => None,
            Some(About::Entity(entity)) if self.register.exists(entity) => Some(entity.clone()),
            Some(About::Entity(_)) => return Err(AnswerProblem::UnknownEntity),
            Some(About::New(name)) => Some(match newcomers.iter().find(|known| known.0 == *name) {
                Some((_, person)) => person.clone(),
                None => {
                    self.home().ok_or(AnswerProblem::NoEntity)?;
                    let number = newcomers.len() + 1;
                    let person = EntityId::new(EntityKind::Person, format!("{}-{number}", self.id));
                    newcomers.push((name.clone(), person.clone()));
                    newcomer = Some(person.clone());
                    person
                }
            }),
        };
        if concept.register {
            let related = || {
                let kind = concept.entity.kind()?;
                self.register.related_at(self.subject?, kind, self.point)
            };
            let entity = about.or_else(related).ok_or(AnswerProblem::NoEntity)?;
            if concept.entity.kind() != Some(entity.kind) {
                return Err(AnswerProblem::WrongEntity);
            }
            about = Some(entity);
        }
        Ok(Taken {
            concept,
            about,
            value,
            newcomer,
        })
    }

    /// The household that the capture is about.
    fn home(&self) -> Option<&EntityId> {
        self.subject
            .filter(|subject| subject.kind == EntityKind::Household)
    }
}

/// The answer that names a person who is new.
pub(super) fn comes(person: &EntityId) -> Answer {
    Answer {
        concept: "member.new".to_owned(),
        about: None,
        value: person.to_string(),
    }
}

/// Divides the answers of a draft; the first that cannot be taken stops it.
pub(super) fn split(
    draft: &Draft,
    at_ms: i64,
    worker: &str,
    scope: &Scope<'_>,
) -> Result<Split, ReplicaError> {
    let cell = |value: &str| Cell {
        value: value.to_owned(),
        at_ms,
        author: worker.to_owned(),
        capture: Some(scope.id),
    };
    let mut split = Split {
        answers: Vec::new(),
        cells: Vec::new(),
    };
    let mut newcomers = Newcomers::new();
    for answer in &draft.answers {
        let taken = scope.take(answer, &mut newcomers);
        let taken = taken.map_err(|problem| ReplicaError::Answer {
            concept: answer.concept.clone(),
            problem,
        })?;
        if let (Some(person), Some(home)) = (&taken.newcomer, scope.home()) {
            split.answers.push(comes(person));
            split.cells.push((
                register_path(person, MEMBER_HOUSEHOLD),
                cell(&home.to_string()),
            ));
            split.cells.push((member_path(home, person), cell("true")));
        }
        if let (true, Some(entity)) = (taken.concept.register, &taken.about) {
            let path = register_path(entity, &answer.concept);
            split.cells.push((path, cell(&taken.value)));
            continue;
        }
        if answer.concept == "member.moved_out"
            && let Ok(person) = taken.value.parse::<EntityId>()
        {
            split
                .cells
                .push((register_path(&person, MOVED_OUT), cell("true")));
        }
        split.answers.push(Answer {
            concept: answer.concept.clone(),
            about: taken.about,
            value: taken.value,
        });
    }
    Ok(split)
}

pub(super) type CaseCells = Vec<(DocumentId, Vec<(String, Cell)>)>;

/// The id of the case that a capture opens as its first, second …. It follows from the capture's, so that
/// entering it again opens no second case.
pub(super) fn case_id(capture: Ulid, at_ms: i64, number: u32) -> Ulid {
    let hash = sha256(&[
        b"fieldwork-case-v1",
        &capture.to_bytes(),
        &number.to_be_bytes(),
    ]);
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    Ulid::from_parts(at_ms, random)
}

/// What a capture opens, changes and closes, as cells of case documents. `root` is the capture that was
/// said first: a correction opens no second case beside that of the one it corrects.
pub(super) fn case_cells(
    change: &CaseChange,
    kinds: &Kinds,
    capture: &Capture,
    root: &Capture,
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
        let id = case_id(root.id, root.at_ms, number);
        saved.opened.push(id);
        cells.extend(case::cells(
            id,
            &[
                ("opened_by", Some(root.id.to_string())),
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
        all.push((DocumentId::cases_of(root.at_ms), cells));
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
        // Whatever could have set them when a case was opened, sets them afterwards.
        let rules = || kinds.iter().flat_map(|kind| &kind.cases.opens);
        let due: Vec<&String> = rules().filter_map(|rule| rule.due.as_ref()).collect();
        let level: Vec<&String> = rules().filter_map(|rule| rule.level.as_ref()).collect();
        for (names, field) in [(due, "due"), (level, "level")] {
            let said = |answer: &&Answer| {
                let plain =
                    |name: &&String| name.strip_prefix("said.").unwrap_or(name) == answer.concept;
                names.iter().any(plain)
            };
            if let Some(answer) = capture.answers.iter().find(said) {
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
