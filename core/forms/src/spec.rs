//! A spec 上报要求: everything about one system, as it stands in its file.
//!
//! The types mirror the file and are read strictly. What serde cannot see (names that must exist,
//! circles, bounds) is checked by [`Catalogue::from_files`](crate::catalogue::Catalogue::from_files),
//! the only way to come by a spec outside this crate.

use std::collections::BTreeMap;

use fieldwork_ids::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::code_map::CodeMap;
use crate::condition::Condition;
use crate::error::{SpecError, read};
use crate::exception::{self, Exception};
use crate::expression::Expression;
use crate::wire::Wire;

pub use crate::slot::{OtherStage, Slot, SlotChange, Stage, View};

/// Locals: named expressions.
pub type Locals = BTreeMap<String, Expression>;

/// One system: its forms, code maps, routing and wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Where an editor finds the schema of the file; the program does not look at it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// `fieldwork-spec/1`.
    pub format: String,
    /// Id of the system (`wg`).
    pub id: String,
    /// Raised with every change.
    pub version: u32,
    /// Chinese name.
    pub name: String,
    /// Who is responsible for it.
    pub sponsor: String,
    /// Its filing number; `None` for what needs none.
    pub filing_no: Option<String>,
    /// The rule behind an exception it claims.
    pub basis: Option<String>,
    /// The last day it is served.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Day>"))]
    pub expires: Option<Date>,
    /// Why it is not served, where it is not: nobody gets its forms, but what it would need can be
    /// reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactive: Option<String>,
    /// Its own freshness limit for every field, months; without it each concept's own holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness_months: Option<u32>,
    /// What its owner demands of people. Reported, never acted upon.
    pub declarations: Map<String, Value>,
    /// Systems that this one feeds: they get nothing of a capture of which this one has a form.
    pub forwards_to: Vec<String>,
    /// Hours within which it wants its forms.
    pub deadline_hours: Option<u32>,
    /// What it demands for security or an emergency, by which rule and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<Exception>,
    /// Code maps by name.
    #[serde(deserialize_with = "crate::unique::map")]
    pub code_maps: BTreeMap<String, CodeMap>,
    /// Expressions that its forms share.
    #[serde(deserialize_with = "crate::unique::map")]
    pub locals: Locals,
    /// Its forms.
    pub forms: Vec<Form>,
    /// Which capture gives which form.
    pub routes: Vec<Route>,
    /// How its forms travel.
    pub wire: Wire,
}

impl Spec {
    /// Reads the text of a spec on its own. Demands that its exception excuses become declarations. What
    /// its names refer to, and the burden rules, are held against it when it joins a catalogue.
    ///
    /// # Errors
    /// [`SpecError`] names `file`, the place in it, and why.
    pub fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        match exception::declared(text) {
            Some(text) => read(file, &text),
            None => read(file, text),
        }
    }

    /// The form with this id.
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == id)
    }

    /// True on days on which the system is served.
    pub fn serves_on(&self, day: Date) -> bool {
        self.inactive.is_none()
            && self.expires.is_none_or(|last| day <= last)
            && !self.lacks_exception(day)
    }

    /// True on days on which the exception that it claims has ended: it may not be used without.
    pub fn lacks_exception(&self, day: Date) -> bool {
        let claimed = self.exception.as_ref();
        claimed.is_some_and(|exception| day > exception.expires)
    }
}

/// A form of a system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Form id (`open`).
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// Whether it names a case that the system already holds.
    #[serde(default)]
    pub reference: ReferenceRule,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Elements that go with the message and that nobody types.
    pub auto: Vec<Field>,
    /// Its photo slots, in order.
    pub photos: Vec<Slot>,
}

/// Whether a form names a case that the system already holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReferenceRule {
    /// It does not.
    #[default]
    None,
    /// It must.
    Required,
}

/// A field or auto element.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Id, as the owner writes it.
    pub id: String,
    /// Name, as the owner writes it.
    pub label: String,
    /// Type on the wire.
    pub r#type: FieldType,
    /// Most characters (code points).
    #[serde(default)]
    pub max: Option<usize>,
    /// Most decimals of a number.
    #[serde(default)]
    pub decimals: Option<u8>,
    /// The least number that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_value: Option<i64>,
    /// The greatest number that it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_value: Option<i64>,
    /// When it must have a value.
    pub required: Required,
    /// Makes an auto element a column of a table.
    #[serde(default)]
    pub column: Option<Column>,
    /// Where its value comes from.
    pub value: Expression,
}

/// Type of a field on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// A JSON string.
    String,
    /// A table cell of text.
    Text,
    /// A JSON number.
    Number,
}

/// When a field must have a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Required {
    /// Always or never.
    Always(bool),
    /// When this holds.
    When(Condition),
}

/// Where an auto element stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Before the fields.
    First,
    /// Behind the fields.
    Last,
}

/// Which capture gives which form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The form.
    pub form: String,
    /// When it is given; without it always.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Once for each of these.
    #[serde(default)]
    pub for_each: Option<Each>,
    /// Locals that this route alone binds.
    #[serde(default, deserialize_with = "crate::unique::map")]
    pub locals: Locals,
    /// Other stages for slots of the form.
    #[serde(default, deserialize_with = "crate::unique::map")]
    pub photos: BTreeMap<String, SlotChange>,
    /// Type concept of the case that the message opens with the system.
    #[serde(default)]
    pub opens_case: Option<String>,
}

impl Route {
    /// The stage whose photographs a slot takes on this route.
    pub fn stage_of(&self, slot: &Slot) -> Stage {
        let changed = self.photos.get(&slot.slot);
        changed.map_or(slot.stage, |change| change.stage)
    }
}

/// What a route may go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Each {
    /// Members that changed, came or moved out.
    Member,
}
