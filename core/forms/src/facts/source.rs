//! What a capture is about, and the register seen from it.

use fieldwork_ids::{Date, IdKind, check};
use fieldwork_register::{CellSource, EntityId, EntityKind, Register, is_head};

use crate::capture::{Capture, Subject};
use crate::concept::{Concepts, Owner};
use crate::value::Value;

use super::CaseFacts;

/// The things of the register that a capture's facts are about.
#[derive(Debug, Clone, Default)]
pub(super) struct Things {
    /// The subject itself; of a follow-up, that of its case.
    pub subject: Option<EntityId>,
    /// The subject's household.
    pub household: Option<EntityId>,
    /// The house of a visit.
    pub house: Option<EntityId>,
    /// The plot.
    pub plot: Option<EntityId>,
    /// The premises.
    pub premises: Option<EntityId>,
    /// The person, where the subject is one.
    pub person: Option<EntityId>,
    /// The grid of the capture's place.
    pub grid: Option<EntityId>,
    /// The author.
    pub worker: Option<EntityId>,
}

impl Things {
    pub(super) fn of(
        concepts: &Concepts,
        capture: &Capture,
        register: &Register<'_>,
        case: Option<&CaseFacts>,
    ) -> Self {
        let subject = match &capture.subject {
            Some(Subject::Entity(entity)) => Some(entity.clone()),
            Some(Subject::Case(_)) => case.and_then(|case| case.subject.clone()),
            None => None,
        };
        let grid = register
            .base()
            .grid_at(capture.place.point)
            .map(|grid| grid.id.clone());
        let worker = Some(EntityId::new(EntityKind::Worker, capture.by.clone()));
        let mut things = Self {
            grid,
            worker,
            ..Self::default()
        };
        if let Some(subject) = &subject {
            let parent = || register.parent(subject);
            match subject.kind {
                EntityKind::Household => {
                    things.household = Some(subject.clone());
                    things.house = house_of(concepts, capture, register, subject);
                }
                EntityKind::House => {
                    things.household = parent();
                    things.house = Some(subject.clone());
                }
                EntityKind::Plot => {
                    things.household = parent();
                    things.plot = Some(subject.clone());
                }
                EntityKind::Person => {
                    things.household = parent();
                    things.house = things
                        .household
                        .as_ref()
                        .and_then(|home| house_of(concepts, capture, register, home));
                    things.person = Some(subject.clone());
                }
                EntityKind::Premises => things.premises = Some(subject.clone()),
                EntityKind::Grid | EntityKind::Worker => {}
            }
        }
        things.subject = subject;
        things
    }

    /// The thing whose facts the concepts of an owner are.
    pub(super) fn of_owner(&self, owner: Owner) -> Option<&EntityId> {
        match owner {
            Owner::Capture => None,
            Owner::Person => self.person.as_ref(),
            Owner::Household => self.household.as_ref(),
            Owner::House => self.house.as_ref(),
            Owner::Plot => self.plot.as_ref(),
            Owner::Premises => self.premises.as_ref(),
            Owner::Grid => self.grid.as_ref(),
            Owner::Worker => self.worker.as_ref(),
        }
    }
}

/// The household's house of which this capture says most; of several, and where it says nothing, the one
/// nearest to its place.
fn house_of(
    concepts: &Concepts,
    capture: &Capture,
    register: &Register<'_>,
    household: &EntityId,
) -> Option<EntityId> {
    let houses = register.base().houses_from(household, capture.place.point);
    let mut houses = houses.into_iter().map(|house| &house.id);
    let nearest = houses.next()?;
    let spoken_of = |house: &EntityId| {
        let concepts = concepts.of(Owner::House);
        concepts
            .filter(|concept| said(register, capture, house, &concept.id))
            .count()
    };
    let mut most = (nearest, 0);
    // One house, as nearly always: there is nothing to choose.
    for house in houses {
        if most.1 == 0 {
            most.1 = spoken_of(most.0);
        }
        let facts = spoken_of(house);
        if facts > most.1 {
            most = (house, facts);
        }
    }
    Some(most.0.clone())
}

/// Whether the value of a cell was said in this capture.
pub(super) fn said(
    register: &Register<'_>,
    capture: &Capture,
    entity: &EntityId,
    concept: &str,
) -> bool {
    let id = capture.id.to_string();
    register
        .value(entity, concept)
        .is_some_and(|cell| match cell.source {
            CellSource::Edit { capture, .. } => capture.as_deref() == Some(id.as_str()),
            CellSource::Base => false,
        })
}

/// Ids of the members that a capture names under a concept.
pub(super) fn named_members<'a>(
    capture: &'a Capture,
    concept: &'a str,
) -> impl Iterator<Item = EntityId> + 'a {
    let answers = capture
        .answers
        .iter()
        .filter(move |answer| answer.concept == concept);
    let ids = answers.filter_map(|answer| answer.value.parse::<EntityId>().ok());
    ids.filter(|id| id.kind == EntityKind::Person)
}

/// Members of a household after what this capture changes.
pub(super) fn members(
    register: &Register<'_>,
    capture: &Capture,
    household: &EntityId,
) -> Vec<EntityId> {
    let left: Vec<EntityId> = named_members(capture, "member.moved_out").collect();
    let mut members = register.members(household);
    for new in named_members(capture, "member.new") {
        if !members.contains(&new) {
            members.push(new);
        }
    }
    members.retain(|member| !left.contains(member));
    members
}

/// The head of a household; where the head has moved out and there is no other, still that head.
pub(super) fn head(register: &Register<'_>, household: &EntityId) -> Option<EntityId> {
    let first = || {
        register
            .all_members(household)
            .into_iter()
            .next()
            .map(|member| member.id)
    };
    let was_head = |person: &EntityId| {
        let relation = register
            .base()
            .entity(person)?
            .cells
            .get("person.relation")?;
        is_head(relation).then_some(())
    };
    register
        .head(household)
        .or_else(|| first().filter(|person| was_head(person).is_some()))
}

/// Whole years on a day, by the date of birth in a citizen number.
pub(super) fn age(id_no: &str, day: Date) -> Option<Value> {
    let birth = check(IdKind::Citizen, id_no).ok()?.birth?;
    Some(Value::Number(f64::from(Date::age_on(birth, day))))
}
