//! The overlay: edits made after the import, read as of a point of the register document.

use std::collections::BTreeMap;

use fieldwork_ids::Date;
use serde::{Deserialize, Serialize};

use crate::EntityId;

/// One edited value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The value as text (`"11320"`, `"true"`, a code of the concept's list).
    pub value: String,
    /// The day it was said.
    pub as_of: Date,
    /// Id of the worker who said it.
    pub author: String,
    /// The capture it was said in, as ULID text; `None` for an edit by itself.
    pub capture: Option<String>,
}

/// Read access to edits. Implemented by the register document (as of given heads) and, for tests and
/// small uses, by [`Edits`].
pub trait Overlay {
    /// The edit of one cell, if there is one.
    fn edit(&self, entity: &EntityId, concept: &str) -> Option<Edit>;
    /// Persons added to a household after the import, in the order of their ids.
    fn added_members(&self, household: &EntityId) -> Vec<EntityId>;
    /// Shows every edit to `visit`, in the order of entities and concepts. The search goes by it: with
    /// this default it knows the imported values only.
    fn visit(&self, visit: &mut dyn FnMut(&EntityId, &str, &Edit)) {
        let _ = visit;
    }
}

/// The overlay of a register that nobody has edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoEdits;

impl Overlay for NoEdits {
    fn edit(&self, _entity: &EntityId, _concept: &str) -> Option<Edit> {
        None
    }

    fn added_members(&self, _household: &EntityId) -> Vec<EntityId> {
        Vec::new()
    }
}

/// The concept under which an added person names the household, and the key prefix of members.
pub const MEMBER_HOUSEHOLD: &str = "person.household";
/// The concept that marks a person who has moved out (`"true"`).
pub const MOVED_OUT: &str = "person.moved_out";

/// Edits held in a plain map.
#[derive(Debug, Clone, Default)]
pub struct Edits(pub BTreeMap<(EntityId, String), Edit>);

impl Overlay for Edits {
    fn edit(&self, entity: &EntityId, concept: &str) -> Option<Edit> {
        self.0.get(&(entity.clone(), concept.to_owned())).cloned()
    }

    fn added_members(&self, household: &EntityId) -> Vec<EntityId> {
        let wanted = household.to_string();
        self.0
            .iter()
            .filter(|((_, concept), edit)| concept == MEMBER_HOUSEHOLD && edit.value == wanted)
            .map(|((entity, _), _)| entity.clone())
            .collect()
    }

    fn visit(&self, visit: &mut dyn FnMut(&EntityId, &str, &Edit)) {
        for ((entity, concept), edit) in &self.0 {
            visit(entity, concept, edit);
        }
    }
}
