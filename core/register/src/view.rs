//! Base and overlay together: what the register says now, or said as of given edits.

use fieldwork_geo::Wgs84;
use fieldwork_ids::Date;

use crate::index::is_head;
use crate::{EntityId, EntityKind, IndexedBase, MEMBER_HOUSEHOLD, MOVED_OUT, Overlay};

/// A register as somebody sees it: an indexed base with edits over it.
#[derive(Clone, Copy)]
pub struct Register<'a> {
    base: &'a IndexedBase,
    overlay: &'a dyn Overlay,
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The value as text.
    pub value: String,
    /// The day it was verified or said, where that is known.
    pub as_of: Option<Date>,
    /// Where it comes from.
    pub source: CellSource,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellSource {
    /// The imported base.
    Base,
    /// An edit.
    Edit {
        /// Id of the worker who made it.
        author: String,
        /// The capture it was said in, as ULID text.
        capture: Option<String>,
    },
}

/// A member of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub id: EntityId,
    /// Came to the household by an edit.
    pub added: bool,
    /// Has moved out, or to another household, by an edit.
    pub moved_out: bool,
}

impl<'a> Register<'a> {
    /// Lays edits over a base.
    pub fn new(base: &'a IndexedBase, overlay: &'a dyn Overlay) -> Self {
        Self { base, overlay }
    }

    /// The base below.
    pub fn base(&self) -> &'a IndexedBase {
        self.base
    }

    /// The edits above.
    pub fn overlay(&self) -> &'a dyn Overlay {
        self.overlay
    }

    /// The value of a concept: the edit if there is one, else what was imported. An edit that says
    /// nothing (an empty text) takes the imported value away. `<kind>.code` is an entity's id, also
    /// where the source has no such column.
    pub fn value(&self, entity: &EntityId, concept: &str) -> Option<Cell> {
        if let Some(edit) = self.overlay.edit(entity, concept) {
            let source = CellSource::Edit {
                author: edit.author,
                capture: edit.capture,
            };
            let cell = Cell {
                value: edit.value,
                as_of: Some(edit.as_of),
                source,
            };
            return (!cell.value.is_empty()).then_some(cell);
        }
        let imported = self.base.entity(entity);
        let value = match imported.and_then(|entity| entity.cells.get(concept)) {
            Some(value) => value.clone(),
            None if self.is_code(entity, concept) => entity.id.clone(),
            None => return None,
        };
        Some(Cell {
            value,
            as_of: imported.and_then(|entity| entity.as_of),
            source: CellSource::Base,
        })
    }

    fn is_code(&self, entity: &EntityId, concept: &str) -> bool {
        let (kind, field) = concept.split_once('.').unwrap_or_default();
        kind == entity.kind.as_str() && field == "code" && self.exists(entity)
    }

    /// The value alone.
    pub fn text(&self, entity: &EntityId, concept: &str) -> Option<String> {
        self.value(entity, concept).map(|cell| cell.value)
    }

    /// Whether there is such an entity, imported or added.
    pub fn exists(&self, entity: &EntityId) -> bool {
        self.base.entity(entity).is_some()
            || (entity.kind == EntityKind::Person && self.moved_to(entity).is_some())
    }

    /// The entity of a kind that a fact said about `subject` belongs to: the subject itself, the household
    /// that a plot, house or person belongs to, a household's first house.
    pub fn related(&self, subject: &EntityId, kind: EntityKind) -> Option<EntityId> {
        if subject.kind == kind {
            return Some(subject.clone());
        }
        match (subject.kind, kind) {
            (EntityKind::Household, EntityKind::House) => self
                .base
                .houses(subject)
                .next()
                .map(|house| house.id.clone()),
            (_, EntityKind::Household) => self.parent(subject),
            (EntityKind::Plot | EntityKind::Person, EntityKind::House) => {
                self.related(&self.parent(subject)?, kind)
            }
            _ => None,
        }
    }

    /// Like [`related`](Self::related) of a fact said at a place: of several houses of the household the
    /// one nearest to it.
    pub fn related_at(&self, subject: &EntityId, kind: EntityKind, at: Wgs84) -> Option<EntityId> {
        let first = self.related(subject, kind)?;
        if kind != EntityKind::House || subject.kind == EntityKind::House {
            return Some(first);
        }
        let home = self.related(subject, EntityKind::Household)?;
        let nearest = self.base.houses_from(&home, at).into_iter().next();
        Some(nearest.map_or(first, |house| house.id.clone()))
    }

    /// The entity this one belongs to: the household of a person, house or plot.
    pub fn parent(&self, entity: &EntityId) -> Option<EntityId> {
        let moved = if entity.kind == EntityKind::Person {
            self.moved_to(entity)
        } else {
            None
        };
        moved.or_else(|| self.base.entity(entity)?.parent.clone())
    }

    /// The household that an edit puts a person in.
    fn moved_to(&self, person: &EntityId) -> Option<EntityId> {
        self.overlay
            .edit(person, MEMBER_HOUSEHOLD)?
            .value
            .parse()
            .ok()
    }

    /// Members of a household as it is now: imported and added ones, without those who moved out.
    pub fn members(&self, household: &EntityId) -> Vec<EntityId> {
        let members = self.all_members(household).into_iter();
        members
            .filter(|member| !member.moved_out)
            .map(|member| member.id)
            .collect()
    }

    /// All who are or were members: the imported ones (head first), then those added.
    pub fn all_members(&self, household: &EntityId) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for person in self.base.members(household) {
            let elsewhere = self
                .moved_to(&person.id)
                .is_some_and(|other| other != *household);
            let moved_out = elsewhere || self.has_moved_out(&person.id);
            members.push(Member {
                id: person.id.clone(),
                added: false,
                moved_out,
            });
        }
        for id in self.overlay.added_members(household) {
            if !members.iter().any(|member| member.id == id) {
                let moved_out = self.has_moved_out(&id);
                members.push(Member {
                    id,
                    added: true,
                    moved_out,
                });
            }
        }
        members
    }

    /// Whether an edit says that the person has moved out.
    pub fn has_moved_out(&self, person: &EntityId) -> bool {
        self.overlay
            .edit(person, MOVED_OUT)
            .is_some_and(|edit| edit.value == "true")
    }

    /// The head of a household: its first member whose relation is 户主.
    pub fn head(&self, household: &EntityId) -> Option<EntityId> {
        let members = self.members(household).into_iter();
        members.into_iter().find(|person| {
            self.text(person, "person.relation")
                .is_some_and(|relation| is_head(&relation))
        })
    }
}

impl std::fmt::Debug for Register<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register")
            .field("village", &self.base.village().code)
            .finish_non_exhaustive()
    }
}
