//! One atomic value of a document.

use fieldwork_ids::{Date, Ulid};
use fieldwork_register::{Edit, EntityId};
use serde::{Deserialize, Serialize};

use crate::codec::{from_cbor, to_cbor};

/// A value with the day it was said, who said it, and the capture it was said in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The value as text.
    pub value: String,
    /// When it was said, UTC milliseconds by the author's clock.
    pub at_ms: i64,
    /// Worker id.
    pub author: String,
    /// The capture it was said in.
    pub capture: Option<Ulid>,
}

#[derive(Serialize, Deserialize)]
struct CellRow(String, i64, String, Option<Ulid>);

impl Cell {
    pub(crate) fn encode(&self) -> Vec<u8> {
        to_cbor(&CellRow(
            self.value.clone(),
            self.at_ms,
            self.author.clone(),
            self.capture,
        ))
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let CellRow(value, at_ms, author, capture) = from_cbor(bytes).ok()?;
        Some(Self {
            value,
            at_ms,
            author,
            capture,
        })
    }

    /// The day it was said, in +08:00.
    pub fn as_of(&self) -> Date {
        fieldwork_ids::time::china_date(self.at_ms)
    }

    pub(crate) fn into_edit(self) -> Edit {
        Edit {
            as_of: self.as_of(),
            value: self.value,
            author: self.author,
            capture: self.capture.map(|capture| capture.to_string()),
        }
    }
}

/// Path of a cell of the register document.
pub(crate) fn register_path(entity: &EntityId, concept: &str) -> String {
    format!("{entity}/{concept}")
}

/// Path under which a household lists a person added to it.
pub(crate) fn member_path(household: &EntityId, person: &EntityId) -> String {
    format!("{household}/member/{}", person.id)
}

/// Path of a field of a case.
pub(crate) fn case_path(case: Ulid, field: &str) -> String {
    format!("{case}/{field}")
}
