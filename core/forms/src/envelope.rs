//! An envelope 上报件: one filled form for one upstream.

use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::capture::BlobRef;

/// The upstream's own id of the case that this envelope closes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// It is known.
    Known(String),
    /// The upstream got an envelope that opened the case; the id comes with its receipt. Never sent
    /// without.
    Waits,
}

/// A photograph in a slot of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SlotPhoto {
    /// Slot id of the form.
    pub slot: String,
    /// Logical name of the photograph.
    pub photo: String,
    /// Its blob.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Hash16"))]
    pub blob: BlobRef,
    /// File name where the owner demands one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// Where the camera looked, degrees clockwise from north; only where the slot wants it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub azimuth_deg: Option<u16>,
}

/// One filled form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Envelope {
    /// The capture it was made from.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Id"))]
    pub capture: Ulid,
    /// System id (`wg`).
    pub system: String,
    /// Form id within the system (`open`).
    pub form: String,
    /// 1, or 2, 3 … where one capture gives the same form again about the same (or no) person.
    pub number: u32,
    /// The person a member form is about.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Entity>"))]
    pub about: Option<EntityId>,
    /// Form fields in the form's order, exact wire values; a field without a value is absent.
    pub fields: Map<String, Value>,
    /// Elements that go with the message and that nobody types.
    pub auto: Map<String, Value>,
    /// Photographs by slot, in slot order.
    pub photos: Vec<SlotPhoto>,
    /// The upstream's id, in a form that closes.
    pub reference: Option<Reference>,
    /// Which of the cases that the capture opens this message opens with the upstream: the type
    /// concept of the case (`issue.type`), as in [`CaseOpening`](crate::kind::CaseOpening).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opens_case: Option<String>,
    /// Key of the envelope of a superseded capture that this one takes the place of. Data for who wants
    /// it: most upstreams know no corrections.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<String>,
    /// Version of the spec that filled it.
    pub spec_version: u32,
}

/// What filling one form of one spec came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are envelopes; a box would help no one"
)]
pub enum Filled {
    /// The form is whole.
    Envelope(Envelope),
    /// The form applies but cannot be made; says why, by field.
    Stopped(Stopped),
}

/// A form that applies to a capture but cannot be made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stopped {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// 1, or 2, 3 … as in [`Envelope::number`].
    pub number: u32,
    /// The person a member form would be about.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Entity>"))]
    pub about: Option<EntityId>,
    /// What stands in the way, in the order of the form's fields.
    pub problems: Vec<Problem>,
}

/// Why a field of a form has no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum Problem {
    /// A required field has no value; `concepts` could give one.
    Missing {
        /// Field id.
        field: String,
        /// The concepts it is made from.
        concepts: Vec<String>,
    },
    /// A code has no counterpart in the upstream's list.
    Unmapped {
        /// Field id.
        field: String,
        /// The concept whose code it is.
        concept: String,
        /// The code.
        code: String,
        /// The code map that lacks it.
        map: String,
    },
    /// A value does not fit the field (type, length, decimals, pattern).
    Unfit {
        /// Field id.
        field: String,
        /// What the field takes and what the value is, without the value itself.
        reason: String,
    },
    /// A photo slot that must be filled has no photograph.
    PhotoMissing {
        /// Slot id.
        slot: String,
        /// The stage whose photographs it takes.
        stage: String,
    },
}
