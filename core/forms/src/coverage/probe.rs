//! Captures that nobody made: one for each thing of the register, saying nothing.

use fieldwork_geo::Wgs84;
use fieldwork_ids::{Ulid, time};
use fieldwork_register::{EntityId, EntityKind};

use crate::ask::reason::Reason;
use crate::capture::{Answer, Capture, Pins, Place, Subject};
use crate::concept::{ConceptType, Owner, Widget};
use crate::facts::{Facts, facts};
use crate::kind::{Kind, SubjectKind};
use crate::spec::Each;

use super::Reckoner;

/// Kind of the entities that have a concept.
pub(super) fn entity_kind(owner: Owner) -> Option<EntityKind> {
    match owner {
        Owner::Person => Some(EntityKind::Person),
        Owner::Household => Some(EntityKind::Household),
        Owner::House => Some(EntityKind::House),
        Owner::Plot => Some(EntityKind::Plot),
        Owner::Premises => Some(EntityKind::Premises),
        // Facts about the place and the author come with any capture.
        Owner::Capture | Owner::Grid | Owner::Worker => None,
    }
}

/// The kind that stands before `.code`.
pub(super) fn kind_named(word: &str) -> Option<EntityKind> {
    let kinds = [
        EntityKind::Household,
        EntityKind::House,
        EntityKind::Plot,
        EntityKind::Premises,
    ];
    kinds.into_iter().find(|kind| kind.as_str() == word)
}

impl Reckoner<'_> {
    /// All things of a kind, in the order of the register; one nothing where there is no kind.
    pub(super) fn things(&self, about: Option<EntityKind>) -> Vec<Option<EntityId>> {
        match about {
            None => vec![None],
            Some(kind) => {
                let things = self.register.base().of_kind(kind);
                things.map(|thing| Some(thing.id.clone())).collect()
            }
        }
    }

    /// A kind of capture that gives the form: one about such things where there is one.
    pub(super) fn kind(&self, about: Option<EntityKind>) -> String {
        let first = self.things(about).into_iter().next().flatten();
        let gives = |kind: &&Kind| {
            let Some(facts) = self.facts(&kind.id, first.as_ref()) else {
                return false;
            };
            let reason = Reason::new(self.catalogue, &facts, self.spec, self.route, None);
            let when = self.route.when.as_ref();
            when.is_none_or(|when| !reason.holds_by(when).is_never())
        };
        let suits = |kind: &&Kind| {
            let subject = about.and_then(SubjectKind::of);
            subject.is_none_or(|subject| kind.subjects.contains(&subject))
        };
        let kinds = || self.catalogue.kinds.iter().filter(gives);
        let found = kinds().find(suits).or_else(|| kinds().next());
        found.map_or_else(String::new, |kind| kind.id.clone())
    }

    /// The facts of a capture about a thing, made where it stands, in which nothing is said. A member of a
    /// household is named as changed.
    pub(super) fn facts(&self, kind: &str, entity: Option<&EntityId>) -> Option<Facts> {
        let base = self.register.base();
        let home = entity.and_then(|entity| match self.route.for_each {
            Some(Each::Member) => self.register.parent(entity),
            None => None,
        });
        let mut answers = Vec::new();
        if let (Some(_), Some(entity)) = (&home, entity) {
            let members = self.catalogue.concepts.of(Owner::Capture).find(|concept| {
                concept.r#type == ConceptType::Entity && concept.widget == Widget::Member
            });
            answers.extend(members.map(|concept| Answer {
                concept: concept.id.clone(),
                about: None,
                value: entity.to_string(),
            }));
        }
        let point = entity
            .and_then(|entity| base.entity(entity)?.point)
            .or_else(|| {
                base.of_kind(EntityKind::House)
                    .find_map(|house| house.point)
            })
            .or_else(|| Wgs84::from_e7([0, 0]).ok())?;
        let by = base.of_kind(EntityKind::Worker).next();
        let capture = Capture {
            id: Ulid::from_parts(0, [0; 10]),
            label: None,
            kind: kind.to_owned(),
            at_ms: time::start_of_day_ms(self.on),
            by: by.map_or_else(String::new, |worker| worker.id.id.clone()),
            place: Place {
                point,
                accuracy_m: None,
                source: "manual".to_owned(),
            },
            subject: home.or_else(|| entity.cloned()).map(Subject::Entity),
            answers,
            photos: Vec::new(),
            links: Vec::new(),
            track: None,
            supersedes: None,
            pins: Pins::default(),
        };
        Some(facts(self.catalogue, &capture, self.register, None))
    }
}
