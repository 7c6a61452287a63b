//! What was said, divided: facts of the register become edits, what a case needs becomes its cells, the
//! rest stays with the capture.

use fieldwork_forms::capture::{Answer, Capture, Subject};
use fieldwork_forms::concept::Concept;
use fieldwork_forms::kind::CaseChange;
use fieldwork_ids::Ulid;
use fieldwork_register::{EntityId, EntityKind, MEMBER_HOUSEHOLD, MOVED_OUT, Register};

use super::answer::{checked, entity_kind, related};
use super::draft::{About, Draft, Saved};
use super::{AnswerProblem, Identity, ReplicaError, case};
use crate::document::{Cell, DocumentId, case_path, member_path, register_path};
use crate::key::sha256;

/// Answers, divided into what the capture keeps and what the register is told.
pub(super) struct Split {
    pub(super) answers: Vec<Answer>,
    pub(super) cells: Vec<(String, Cell)>,
}

pub(super) fn split<'c>(
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
            if entity_kind(known.entity) != Some(entity.kind) {
                return Err(refuse(AnswerProblem::WrongEntity));
            }
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

pub(super) type CaseCells = Vec<(DocumentId, Vec<(String, Cell)>)>;

/// What a capture opens, changes and closes, as cells of case documents. `root` is the capture that was
/// said first: a correction opens no second case beside that of the one it corrects.
pub(super) fn case_cells(
    change: &CaseChange,
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
        // The id follows from the capture's, so that entering it again opens no second case.
        let hash = sha256(&[
            b"fieldwork-case-v1",
            &root.id.to_bytes(),
            &number.to_be_bytes(),
        ]);
        let mut random = [0; 10];
        random.copy_from_slice(&hash[..10]);
        let id = Ulid::from_parts(root.at_ms, random);
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
