//! What a value can be, as far as that is certain.

use std::collections::BTreeSet;

use crate::constant::Constant;
use crate::near::hint;

/// Texts that a value can be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Texts {
    /// Any.
    Any,
    /// These; none where there are none.
    Of(BTreeSet<String>),
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Possible {
    texts: Texts,
    number: bool,
    yes: bool,
    no: bool,
    date: bool,
    /// What it is, for messages.
    noun: &'static str,
}

pub(super) const NOTHING: Possible = Possible {
    texts: Texts::Of(BTreeSet::new()),
    number: false,
    yes: false,
    no: false,
    date: false,
    noun: "nothing that can be compared",
};

impl Possible {
    pub(super) fn text() -> Self {
        Self {
            texts: Texts::Any,
            noun: "a text",
            ..NOTHING
        }
    }

    pub(super) fn one_of(words: impl IntoIterator<Item = String>, noun: &'static str) -> Self {
        Self {
            texts: Texts::Of(words.into_iter().collect()),
            noun,
            ..NOTHING
        }
    }

    pub(super) fn number() -> Self {
        Self {
            number: true,
            noun: "a number",
            ..NOTHING
        }
    }

    pub(super) fn yes_no() -> Self {
        Self {
            yes: true,
            no: true,
            noun: "yes or no",
            ..NOTHING
        }
    }

    /// Yes, or missing; never no.
    pub(super) fn yes_or_absent() -> Self {
        Self {
            yes: true,
            noun: "yes or not there",
            ..NOTHING
        }
    }

    pub(super) fn date() -> Self {
        Self {
            date: true,
            noun: "a day",
            ..NOTHING
        }
    }

    pub(super) fn thing(noun: &'static str) -> Self {
        Self { noun, ..NOTHING }
    }

    pub(super) fn or(self, other: Self) -> Self {
        let texts = match (self.texts, other.texts) {
            (Texts::Of(mut a), Texts::Of(b)) => {
                a.extend(b);
                Texts::Of(a)
            }
            _ => Texts::Any,
        };
        Self {
            texts,
            number: self.number || other.number,
            yes: self.yes || other.yes,
            no: self.no || other.no,
            date: self.date || other.date,
            noun: if self.noun == other.noun {
                self.noun
            } else {
                "made from several"
            },
        }
    }

    /// True where it can be yes or no.
    pub(super) fn is_yes_no(&self) -> bool {
        self.yes || self.no
    }

    pub(super) fn is_number(&self) -> bool {
        self.number
    }

    /// What it is, for messages.
    pub(super) fn noun(&self) -> &'static str {
        self.noun
    }

    /// The texts it can be, where they are counted.
    fn words(&self) -> Option<&BTreeSet<String>> {
        match &self.texts {
            Texts::Any => None,
            Texts::Of(words) => Some(words),
        }
    }

    pub(super) fn can_be(&self, constant: &Constant) -> bool {
        match constant {
            Constant::Bool(true) => self.yes,
            Constant::Bool(false) => self.no,
            Constant::Number(_) => self.number,
            Constant::Text(text) => {
                let day = self.date && text.parse::<fieldwork_ids::Date>().is_ok();
                day || self.words().is_none_or(|words| words.contains(text))
            }
        }
    }

    /// Why it never is this value.
    pub(super) fn never(&self, name: &str, constant: &Constant) -> String {
        let (written, hint) = match constant {
            Constant::Bool(yes) => (yes.to_string(), String::new()),
            Constant::Number(number) => (number.to_string(), String::new()),
            Constant::Text(text) => {
                let words = self.words().into_iter().flatten();
                let hint = match text.as_str() {
                    "true" | "false" if self.is_yes_no() => {
                        format!("; write {text} without quotes")
                    }
                    text if self.number && text.parse::<f64>().is_ok() => {
                        "; write the number without quotes".to_owned()
                    }
                    text => hint(text, words.map(String::as_str)),
                };
                (format!("{text:?}"), hint)
            }
        };
        format!(
            "never holds: {name} is {}, never {written}{hint}",
            self.noun
        )
    }
}

impl From<&Constant> for Possible {
    fn from(constant: &Constant) -> Self {
        match constant {
            Constant::Bool(yes) => Self {
                yes: *yes,
                no: !yes,
                noun: "yes or no",
                ..NOTHING
            },
            Constant::Number(_) => Self::number(),
            Constant::Text(text) => Self::one_of([text.clone()], "one of the texts of the spec"),
        }
    }
}
