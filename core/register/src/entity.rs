//! Entities: whom and what the register knows, in one uniform shape.
//!
//! Every entity is a set of cells, one per concept, so that imports, edits, conflicts, search and
//! facts need no code per entity type and a new concept needs none either.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use fieldwork_geo::{Polygon, Wgs84};
use fieldwork_ids::Date;
use serde::{Deserialize, Serialize};

use crate::RegisterError;

/// What kind of thing an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A resident; the id is the roster's person code, never the citizen number.
    Person,
    /// A household; the id is its 18-digit household code.
    Household,
    /// A house; the id is its 28-character unit code.
    House,
    /// A plot of contracted land; the id is its 19-digit code.
    Plot,
    /// A shop, workshop, guest house …; the id is the register's own.
    Premises,
    /// A grid cell of the village; the id is its 15-digit code.
    Grid,
    /// A field worker; the id is the register's own (`K05`).
    Worker,
}

impl EntityKind {
    /// The word that stands before the colon of an [`EntityId`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
            Self::House => "house",
            Self::Plot => "plot",
            Self::Premises => "premises",
            Self::Grid => "grid",
            Self::Worker => "worker",
        }
    }
}

/// Kind and id of an entity, written `household:990101100201000031`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId {
    /// What it is.
    pub kind: EntityKind,
    /// Its id within the kind. Never a citizen number or a phone number.
    pub id: String,
}

impl EntityId {
    /// Joins kind and id.
    pub fn new(kind: EntityKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.id)
    }
}

impl FromStr for EntityId {
    type Err = RegisterError;

    fn from_str(text: &str) -> Result<Self, RegisterError> {
        let unknown = || RegisterError::EntityId {
            text: text.to_owned(),
        };
        let (kind, id) = text.split_once(':').ok_or_else(unknown)?;
        let kind = match kind {
            "person" => EntityKind::Person,
            "household" => EntityKind::Household,
            "house" => EntityKind::House,
            "plot" => EntityKind::Plot,
            "premises" => EntityKind::Premises,
            "grid" => EntityKind::Grid,
            "worker" => EntityKind::Worker,
            _ => return Err(unknown()),
        };
        if id.is_empty() || id.contains('/') {
            return Err(unknown());
        }
        Ok(Self::new(kind, id))
    }
}

impl Serialize for EntityId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One entity of the imported base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// Concept id → value as the source wrote it (after normalising ids and phones). A blank cell of
    /// the source is absent here: missing is a state of its own.
    pub cells: BTreeMap<String, String>,
    /// The day its facts were last verified, where the source says so.
    pub as_of: Option<Date>,
    /// The entity it belongs to: person → household, house → household, plot → contracting household.
    pub parent: Option<EntityId>,
    /// Where it is, for houses and premises.
    pub point: Option<Wgs84>,
    /// Its outline, for plots and grids.
    pub outline: Option<Polygon>,
}

/// The village whose register this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Village {
    /// 12-digit statistical code.
    pub code: String,
    /// County name, such as 示例县.
    pub county: String,
    /// Town name.
    pub town: String,
    /// Village name.
    pub name: String,
    /// Two-digit group number → group name (`"01"` → 一组).
    pub groups: BTreeMap<String, String>,
}
