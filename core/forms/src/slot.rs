//! Photo slots of a form: which photographs of a capture go where.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;

/// A photo slot of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Slot id, as the owner writes it.
    pub slot: String,
    /// Stage whose photographs it takes.
    pub stage: Stage,
    /// View it prefers, where there is one of it.
    #[serde(default)]
    pub view: Option<View>,
    /// Which of them it begins with, from 1.
    #[serde(default = "one")]
    pub nth: usize,
    /// Another stage it takes where there is none of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<OtherStage>,
    /// Fewest photographs.
    pub min: usize,
    /// Most photographs.
    pub max: usize,
    /// Most bytes of a photograph on the wire; 1 kB = 1000.
    pub max_bytes: u32,
    /// File name, where the owner demands one.
    #[serde(default)]
    pub file: Option<Expression>,
    /// The owner wants to know where the camera looked; a photograph without that does not fit.
    #[serde(default, skip_serializing_if = "is_false")]
    pub azimuth: bool,
    /// A photograph older than this many months on the day of the capture does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_months: Option<u32>,
    /// The owner gets it only when asking for it: it does not go with the form.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_request: bool,
    /// Why the picture is needed.
    #[serde(default)]
    pub necessity: Option<String>,
}

fn one() -> usize {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(yes: &bool) -> bool {
    !yes
}

/// A stage that a slot takes for want of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OtherStage {
    /// Stage whose photographs it takes then.
    pub stage: Stage,
    /// Which of them it begins with, from 1.
    #[serde(default = "one")]
    pub nth: usize,
}

/// Stage of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the words themselves; specs/README.md lists them"
)]
pub enum Stage {
    Scene,
    Before,
    During,
    After,
    Household,
    Outside,
    Defect,
}

impl Stage {
    /// The word that captures use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
            Self::Household => "household",
            Self::Outside => "outside",
            Self::Defect => "defect",
        }
    }
}

/// View of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// From afar.
    Far,
    /// From near by.
    Near,
}

impl View {
    /// The word that captures use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Far => "far",
            Self::Near => "near",
        }
    }
}

/// What a route changes about a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SlotChange {
    /// Stage whose photographs it takes on this route.
    pub stage: Stage,
}
