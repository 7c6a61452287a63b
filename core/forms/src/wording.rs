//! Words of a country's forms that the program itself has to write or recognise.

use serde::{Deserialize, Serialize};

/// The words that `concepts.json` gives. Without one, the fact that it makes is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// A role that holds this word may enforce (`执法`).
    #[serde(default)]
    pub enforcement_role: Option<String>,
    /// What stands behind the address of the nearest house, where nobody is concerned (`附近`).
    #[serde(default)]
    pub near: Option<String>,
    /// What stands behind the serial number of a plot (`号地块`).
    #[serde(default)]
    pub plot: Option<String>,
}
