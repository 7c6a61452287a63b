//! Conditions: the closed list of tests over facts.
//!
//! They look at facts and locals by name only. A missing fact makes every test but `not` false, so
//! nothing that was never said can open a route.

use serde::{Deserialize, Serialize};

use crate::constant::Constant;

/// A test over facts. In JSON an object with exactly one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The fact has this value.
    Equals {
        /// Name of the fact.
        of: String,
        /// The value.
        to: Constant,
    },
    /// The fact has one of these values.
    In {
        /// Name of the fact.
        of: String,
        /// The values.
        values: Vec<Constant>,
    },
    /// The fact is known.
    Present(String),
    /// The fact is a number that stands so to another.
    Compare {
        /// Name of the fact.
        of: String,
        /// How it stands.
        is: Order,
        /// The number.
        than: f64,
    },
    /// All hold.
    And(Vec<Condition>),
    /// One holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// The conditions, as they are written in a spec.
pub const CONDITIONS: [&str; 7] = ["equals", "in", "present", "compare", "and", "or", "not"];

/// How one number stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Less than.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater or equal.
    AtLeast,
    /// Greater than.
    More,
}

impl Order {
    /// Whether `a` stands so to `b`.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::AtLeast => a >= b,
            Self::More => a > b,
        }
    }
}
