//! Names of documents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names a shared document of a village.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentId {
    /// Edits of the register.
    Register,
    /// Edits of the roster of workers.
    Roster,
    /// Cases opened in a month, `2025-04`.
    Cases(String),
}

impl DocumentId {
    /// The document of a case that was opened at `at_ms` (+08:00 decides the month). Never moved.
    pub fn cases_of(at_ms: i64) -> Self {
        let day = fieldwork_ids::time::china_date(at_ms).to_string();
        Self::Cases(day.chars().take(7).collect())
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register => f.write_str("register"),
            Self::Roster => f.write_str("roster"),
            Self::Cases(month) => write!(f, "cases/{month}"),
        }
    }
}

impl FromStr for DocumentId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "register" => Ok(Self::Register),
            "roster" => Ok(Self::Roster),
            _ => match text.strip_prefix("cases/") {
                Some(month)
                    if month.len() == 7
                        && month.bytes().enumerate().all(|(at, byte)| {
                            if at == 4 {
                                byte == b'-'
                            } else {
                                byte.is_ascii_digit()
                            }
                        }) =>
                {
                    Ok(Self::Cases(month.to_owned()))
                }
                _ => Err("not the name of a document".to_owned()),
            },
        }
    }
}

impl Serialize for DocumentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
