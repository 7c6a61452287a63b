//! The imported base.

use serde::{Deserialize, Serialize};

use crate::{Entity, Village};

/// What an import made: the village and its entities, in the order of their files. Never changed;
/// edits lie over it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// The village.
    pub village: Village,
    /// All entities: households, persons, houses, plots, premises, grids, workers.
    pub entities: Vec<Entity>,
}
