//! Expressions: the closed list of operators that make a field's value from facts.
//!
//! `specs/README.md` defines them for people who write specs; this is the same list for the program.
//! Whatever is not here cannot be said in a spec, so every box can be explained and what a form asks
//! can be computed without running it.

use fieldwork_ids::time::Pattern;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::constant::Constant;

/// How a value is made. In JSON an object with exactly one key, the operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Expression {
    /// The fact or local of this name.
    From(String),
    /// A fixed value.
    Const(Constant),
    /// The first that is not missing.
    FirstOf(Vec<Expression>),
    /// The texts in a row; missing if one of them is.
    Join {
        /// The parts.
        of: Vec<Expression>,
        /// What stands between them.
        #[serde(default)]
        with: String,
    },
    /// The characters `from..to` of a text.
    Slice {
        /// The text.
        of: Box<Expression>,
        /// First character, from 0.
        from: usize,
        /// The character behind the last.
        to: usize,
    },
    /// The owner's code for a code of ours.
    CodeMap {
        /// Name of a code map of the spec.
        map: String,
        /// Our code.
        of: Box<Expression>,
    },
    /// The label of a fact's code.
    Label(String),
    /// How many a list holds.
    Count(String),
    /// The first case whose condition holds.
    When(Vec<Case>),
    /// A value, or another where it is missing.
    Default {
        /// The value.
        of: Box<Expression>,
        /// What stands for it where it is missing.
        value: Constant,
    },
    /// A value through formats, one after the other.
    Format {
        /// The value.
        of: Box<Expression>,
        /// The formats.
        r#as: Vec<Format>,
    },
}

/// The operators, as they are written in a spec.
pub const OPERATORS: [&str; 11] = [
    "from", "const", "first_of", "join", "slice", "code_map", "label", "count", "when", "default",
    "format",
];

/// A case of `when`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// When it applies; without it always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#if: Option<Condition>,
    /// The value then.
    pub then: Expression,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    /// A time or day by a pattern, in Chinese standard time.
    Date(#[cfg_attr(feature = "schema", schemars(with = "crate::schema::Pattern"))] DatePattern),
    /// A number with this many decimals.
    Number {
        /// Decimals at most.
        decimals: u8,
        /// Exactly so many, as text.
        #[serde(default)]
        fixed: bool,
    },
    /// A text with its middle hidden.
    Mask {
        /// Characters shown at the start.
        first: usize,
        /// Characters shown at the end.
        last: usize,
        /// What stands for the rest.
        with: String,
    },
    /// One coordinate of a position, degrees.
    Datum {
        /// The datum.
        to: Datum,
        /// Which coordinate.
        axis: Axis,
    },
    /// A number in another unit.
    Unit {
        /// The unit it has.
        from: Unit,
        /// The unit it gets.
        to: Unit,
    },
    /// The first characters of a text.
    MaxChars(usize),
}

/// How times are written; checked when the spec is read.
#[derive(Debug, Clone, PartialEq)]
pub enum DatePattern {
    /// Milliseconds since 1970-01-01 UTC, a number.
    EpochMs,
    /// By a pattern.
    Pattern(Pattern),
}

impl Serialize for DatePattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::EpochMs => serializer.serialize_str("epoch_ms"),
            Self::Pattern(pattern) => serializer.collect_str(pattern),
        }
    }
}

impl<'de> Deserialize<'de> for DatePattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "epoch_ms" => Ok(Self::EpochMs),
            text => text
                .parse()
                .map(Self::Pattern)
                .map_err(serde::de::Error::custom),
        }
    }
}

/// A geodetic datum of an upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// WGS-84, as recorded.
    Wgs84,
    /// CGCS2000, numerically equal to WGS-84 here.
    Cgcs2000,
    /// GCJ-02.
    Gcj02,
    /// BD-09.
    Bd09,
}

/// A coordinate of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Longitude.
    Lon,
    /// Latitude.
    Lat,
}

/// Units of length and area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Metre.
    M,
    /// Kilometre.
    Km,
    /// Square metre.
    M2,
    /// Mu, 10000/15 square metres.
    Mu,
}

impl Unit {
    /// How many base units (metres, square metres) one of it has.
    pub fn in_base(self) -> f64 {
        match self {
            Self::M | Self::M2 => 1.0,
            Self::Km => 1000.0,
            Self::Mu => 10_000.0 / 15.0,
        }
    }

    /// True where both measure the same thing.
    pub fn converts_to(self, other: Self) -> bool {
        matches!(self, Self::M | Self::Km) == matches!(other, Self::M | Self::Km)
    }
}
