//! Values of facts.

use fieldwork_geo::Wgs84;
use fieldwork_ids::{Date, IdKind, check, time};

use crate::concept::{Concept, ConceptType};
use crate::constant::Constant;

/// A typed value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, code, number of a document or telephone, or entity id.
    Text(String),
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
    /// An instant, UTC milliseconds.
    Time(i64),
    /// A position.
    Point(Wgs84),
    /// Several things, by name.
    List(Vec<String>),
    /// Something was given that is not what the concept says. Used, it stops a form; it is never
    /// taken for missing.
    Unfit(ConceptType),
}

impl Value {
    /// Reads a text as the concept says; empty is missing.
    pub(crate) fn read(concept: &Concept, text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return None;
        }
        let meant = concept.code_of(text);
        let id = |kind| check(kind, meant).ok().map(|id| Self::Text(id.text));
        let read = match concept.r#type {
            ConceptType::Text | ConceptType::Code | ConceptType::Entity => {
                Some(Self::Text(meant.to_owned()))
            }
            ConceptType::Number => Self::number(meant.trim()),
            ConceptType::Bool => match meant {
                "true" | "是" => Some(Self::Bool(true)),
                "false" | "否" => Some(Self::Bool(false)),
                _ => None,
            },
            ConceptType::Date => meant.parse().ok().map(Self::Date),
            ConceptType::Time => time::parse_rfc3339(meant).ok().map(Self::Time),
            ConceptType::CitizenId => id(IdKind::Citizen),
            ConceptType::Phone => id(IdKind::Phone),
        };
        Some(read.unwrap_or(Self::Unfit(concept.r#type)))
    }

    /// A plain decimal number; no exponent, no sign but a minus.
    pub(crate) fn number(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && digits.bytes().any(|b| b.is_ascii_digit());
        let number: f64 = plain.then(|| text.parse().ok()).flatten()?;
        // `+ 0.0` makes minus nought nought.
        number.is_finite().then_some(Self::Number(number + 0.0))
    }

    /// The text of a code, for a code map.
    pub(crate) fn as_code(&self) -> Option<String> {
        match self {
            Self::Bool(yes) => Some(yes.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The value as a form shows it, where it needs no format to be shown.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Date(day) => Some(day.to_string()),
            _ => None,
        }
    }

    pub(crate) fn equals(&self, constant: &Constant) -> bool {
        match (self, constant) {
            (Self::Text(a), Constant::Text(b)) => a == b,
            (Self::Number(a), Constant::Number(b)) => a == b,
            (Self::Bool(a), Constant::Bool(b)) => a == b,
            (Self::Date(a), Constant::Text(b)) => a.to_string() == *b,
            _ => false,
        }
    }

    /// What it is, for messages that must not show it.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "yes or no",
            Self::Date(_) => "a day",
            Self::Time(_) => "a time",
            Self::Point(_) => "a position",
            Self::List(_) => "a list",
            Self::Unfit(_) => "unreadable",
        }
    }
}

impl From<&Constant> for Value {
    fn from(constant: &Constant) -> Self {
        match constant {
            Constant::Bool(yes) => Self::Bool(*yes),
            Constant::Number(number) => Self::Number(*number),
            Constant::Text(text) => Self::Text(text.clone()),
        }
    }
}
