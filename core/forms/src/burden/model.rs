//! The written tap model: what an entry costs, and what each field of each form is.
//!
//! Data like the specs (`specs/burden.json`): whoever doubts a figure can read what it was made from and
//! change it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{SpecError, read};

/// The tap model, the classes of fields, and the owners' words for what they ask.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burden {
    /// Where an editor finds a schema of the file; the program does not look at it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// `fieldwork-burden/1`.
    pub format: String,
    /// What one entry costs.
    pub taps: TapModel,
    /// Sign-ins that other apps demand, for the comparison alone.
    pub sign_ins_elsewhere: SignIns,
    /// An owner's word (`contact phone`) → the concepts and derived facts that it means.
    #[serde(deserialize_with = "crate::unique::map")]
    pub words: BTreeMap<String, Vec<String>>,
    /// `system.form` → field → its class and what typing it takes. A field that is not here is reckoned
    /// from its expression and the length of its value.
    #[serde(deserialize_with = "crate::unique::map")]
    pub forms: BTreeMap<String, BTreeMap<String, FieldWork>>,
}

/// What one entry costs, in key presses and taps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the names say it; specs/burden.json lists them"
)]
pub struct TapModel {
    pub chinese_character: u32,
    pub digit_or_code_character: u32,
    pub pick: u32,
    pub yes_no: u32,
    pub date: u32,
    pub date_time: u32,
    pub login: u32,
    pub separate_photo: u32,
    pub b1_attach: u32,
    pub one_photo: u32,
    pub submit: u32,
    pub switch: u32,
    pub unlock: u32,
    pub sync: u32,
}

/// Sign-ins that other apps demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIns {
    /// How many apps.
    pub apps: u32,
    /// How often each a day.
    pub per_day: u32,
}

/// What a field is: written `["E", "n18"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldWork(pub Class, pub Entry);

/// Where a field's value could come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Class {
    /// The register holds it.
    E,
    /// It follows from something else.
    D,
    /// It is said once.
    S,
}

/// One entry, as it is typed: `t20` Chinese text, `n18` digits or code characters, `p` a pick, `b` yes
/// or no, `d` a date, `dt` date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// So many characters of text.
    Text(u32),
    /// So many digits or code characters.
    Code(u32),
    /// A pick.
    Pick,
    /// Yes or no.
    YesNo,
    /// A date.
    Date,
    /// A date and time.
    DateTime,
}

impl Burden {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        read(file, text)
    }
}

impl TapModel {
    /// What an entry costs.
    pub fn taps(&self, entry: Entry) -> u32 {
        match entry {
            Entry::Text(characters) => self.chinese_character.saturating_mul(characters),
            Entry::Code(characters) => self.digit_or_code_character.saturating_mul(characters),
            Entry::Pick => self.pick,
            Entry::YesNo => self.yes_no,
            Entry::Date => self.date,
            Entry::DateTime => self.date_time,
        }
    }
}

impl Entry {
    /// The same kind of entry with the length of a real value.
    pub fn with_length(self, characters: u32) -> Self {
        match self {
            Self::Text(_) => Self::Text(characters),
            Self::Code(_) => Self::Code(characters),
            other => other,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(characters) => write!(f, "t{characters}"),
            Self::Code(characters) => write!(f, "n{characters}"),
            Self::Pick => f.write_str("p"),
            Self::YesNo => f.write_str("b"),
            Self::Date => f.write_str("d"),
            Self::DateTime => f.write_str("dt"),
        }
    }
}

/// A text that is no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry is written t20, n18, p, b, d or dt")]
pub struct EntryError;

impl FromStr for Entry {
    type Err = EntryError;

    fn from_str(text: &str) -> Result<Self, EntryError> {
        let length = |digits: &str| digits.parse().map_err(|_| EntryError);
        match text {
            "p" => Ok(Self::Pick),
            "b" => Ok(Self::YesNo),
            "d" => Ok(Self::Date),
            "dt" => Ok(Self::DateTime),
            _ => match text.split_at_checked(1) {
                Some(("t", digits)) => length(digits).map(Self::Text),
                Some(("n", digits)) => length(digits).map(Self::Code),
                _ => Err(EntryError),
            },
        }
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
