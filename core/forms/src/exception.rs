//! Exceptions 例外: what may be demanded for security 安保 or an emergency 应急, by which rule, of whom,
//! and how long.
//!
//! The burden rules know no others. An exception without a rule behind it, a scope and a last day is none;
//! the day after its last the spec is refused again. A demand that it excuses stays what every demand is:
//! a declaration of the owner, shown and never acted upon.

use fieldwork_ids::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lint::is_demand;

/// An exception that a spec claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// What it is for.
    pub kind: ExceptionKind,
    /// The rule behind it, by name and number.
    pub basis: String,
    /// Where and for whom it holds.
    pub scope: String,
    /// The last day on which it holds.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Day"))]
    pub expires: Date,
}

/// What an exception may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ExceptionKind {
    /// Security 安保.
    #[serde(rename = "安保", alias = "security")]
    Security,
    /// An emergency 应急.
    #[serde(rename = "应急", alias = "emergency")]
    Emergency,
}

impl Exception {
    /// Whether it has all that an exception needs; of the days that it holds this says nothing.
    pub(crate) fn is_whole(&self) -> bool {
        [&self.basis, &self.scope]
            .iter()
            .all(|text| !text.trim().is_empty())
    }
}

/// The text of a spec with the demands that its exception excuses among its declarations; `None` where
/// there are no such demands.
pub(crate) fn declared(text: &str) -> Option<String> {
    let mut spec: Value = serde_json::from_str(crate::error::without_bom(text)).ok()?;
    let claimed: Exception = Exception::deserialize(spec.get("exception")?).ok()?;
    let top = spec.as_object_mut().filter(|_| claimed.is_whole())?;
    let demands = top.iter().filter(|(key, value)| is_demand(key, value));
    let keys: Vec<String> = demands.map(|(key, _)| key.clone()).collect();
    for key in &keys {
        let demand = top.remove(key)?;
        let declarations = top.get_mut("declarations")?.as_object_mut()?;
        declarations.entry(key).or_insert(demand);
    }
    (!keys.is_empty()).then(|| spec.to_string())
}
