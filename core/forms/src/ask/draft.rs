//! A draft's facts: its answers laid over the register, as saving would.
//!
//! A saved capture keeps what it states about things of the register as edits that cite it. A draft has
//! them among its answers still; laid over the register they count the same, so that what is asked and
//! what is filled afterwards cannot differ.

use fieldwork_ids::time;
use fieldwork_register::{
    Edit, Edits, EntityId, EntityKind, MEMBER_HOUSEHOLD, MOVED_OUT, Overlay, Register,
};

use crate::capture::{Answer, Capture, Subject};
use crate::catalogue::Catalogue;
use crate::concept::Widget;
use crate::facts::{CaseFacts, Facts, facts};

/// The facts of a draft; see [`ask`](super::ask) for what it may hold.
pub fn facts_of_draft(
    catalogue: &Catalogue,
    draft: &Capture,
    register: &Register<'_>,
    case: Option<&CaseFacts>,
) -> Facts {
    let mut capture = draft.clone();
    let mut said = Said {
        below: register.overlay(),
        edits: Edits::default(),
    };
    let subject = match &draft.subject {
        Some(Subject::Entity(entity)) => Some(entity.clone()),
        Some(Subject::Case(_)) => case.and_then(|case| case.subject.clone()),
        None => None,
    };
    let home = subject
        .as_ref()
        .and_then(|subject| register.related(subject, EntityKind::Household));
    let edit = |value: String| Edit {
        value,
        as_of: time::china_date(draft.at_ms),
        author: draft.by.clone(),
        capture: Some(draft.id.to_string()),
    };
    capture.answers.retain(|answer| {
        let Some(concept) = catalogue.concepts.find(&answer.concept) else {
            return true;
        };
        if let (Some(person), Some(home)) = (named(answer), &home) {
            match concept.widget {
                Widget::NewMember => said.put(person, MEMBER_HOUSEHOLD, edit(home.to_string())),
                _ if concept.id == "member.moved_out" => {
                    said.put(person, MOVED_OUT, edit(true.to_string()))
                }
                _ => {}
            }
        }
        if !concept.register || answer.value.trim().is_empty() {
            return true;
        }
        let Some(kind) = concept.entity.kind() else {
            return true;
        };
        let about = answer.about.clone();
        let place = draft.place.point;
        let about = about.or_else(|| register.related_at(subject.as_ref()?, kind, place));
        match about {
            Some(about) => {
                said.put(about, &concept.id, edit(answer.value.clone()));
                false
            }
            None => true,
        }
    });
    facts(
        catalogue,
        &capture,
        &Register::new(register.base(), &said),
        case,
    )
}

/// The person that an answer names.
fn named(answer: &Answer) -> Option<EntityId> {
    let entity: EntityId = answer.value.parse().ok()?;
    (entity.kind == EntityKind::Person).then_some(entity)
}

/// Edits of a draft over those that are there.
struct Said<'a> {
    below: &'a dyn Overlay,
    edits: Edits,
}

impl Said<'_> {
    fn put(&mut self, entity: EntityId, concept: &str, edit: Edit) {
        self.edits.0.insert((entity, concept.to_owned()), edit);
    }
}

impl Overlay for Said<'_> {
    fn edit(&self, entity: &EntityId, concept: &str) -> Option<Edit> {
        self.edits
            .edit(entity, concept)
            .or_else(|| self.below.edit(entity, concept))
    }

    fn added_members(&self, household: &EntityId) -> Vec<EntityId> {
        let mut members = self.below.added_members(household);
        members.extend(self.edits.added_members(household));
        members.sort();
        members.dedup();
        members
    }

    fn visit(&self, visit: &mut dyn FnMut(&EntityId, &str, &Edit)) {
        self.below.visit(visit);
        self.edits.visit(visit);
    }
}
