//! What values a name can have, so that a test that can never hold is refused.
//!
//! Why: a condition that compares with `visits` for `visit`, or with the text `"false"` for no, reads
//! well and never holds; its form is simply never there, and nobody notices. Only what is certain is
//! refused: a fact whose values are free takes any text.

use std::collections::BTreeSet;

use crate::concept::ConceptType;
use crate::constant::Constant;
use crate::expression::{DatePattern, Expression, Format};
use crate::facts;
use crate::near::hint;

use super::reach::Reach;
use super::{Checked, Checker};

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

const NOTHING: Possible = Possible {
    texts: Texts::Of(BTreeSet::new()),
    number: false,
    yes: false,
    no: false,
    date: false,
    noun: "nothing that can be compared",
};

impl Possible {
    fn text() -> Self {
        Self {
            texts: Texts::Any,
            noun: "a text",
            ..NOTHING
        }
    }

    fn one_of(words: impl IntoIterator<Item = String>, noun: &'static str) -> Self {
        Self {
            texts: Texts::Of(words.into_iter().collect()),
            noun,
            ..NOTHING
        }
    }

    fn number() -> Self {
        Self {
            number: true,
            noun: "a number",
            ..NOTHING
        }
    }

    fn yes_no() -> Self {
        Self {
            yes: true,
            no: true,
            noun: "yes or no",
            ..NOTHING
        }
    }

    fn date() -> Self {
        Self {
            date: true,
            noun: "a day",
            ..NOTHING
        }
    }

    fn thing(noun: &'static str) -> Self {
        Self { noun, ..NOTHING }
    }

    fn or(self, other: Self) -> Self {
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

    /// The texts it can be, where they are counted.
    fn words(&self) -> Option<&BTreeSet<String>> {
        match &self.texts {
            Texts::Any => None,
            Texts::Of(words) => Some(words),
        }
    }

    fn can_be(&self, constant: &Constant) -> bool {
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
    fn never(&self, name: &str, constant: &Constant) -> String {
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

impl Checker<'_> {
    /// A name and constant of a condition; the name exists.
    pub(super) fn comparable(
        &self,
        path: &str,
        name: &str,
        constant: &Constant,
        reach: &Reach<'_>,
    ) -> Checked {
        let possible = self.possible_name(name, reach);
        match possible.can_be(constant) {
            true => Ok(()),
            false => self.no(path, possible.never(name, constant)),
        }
    }

    /// A name whose number is looked at.
    pub(super) fn numeric(&self, path: &str, name: &str, reach: &Reach<'_>) -> Checked {
        let possible = self.possible_name(name, reach);
        match possible.number {
            true => Ok(()),
            false => self.no(
                path,
                format!("never holds: {name} is {}, no number", possible.noun),
            ),
        }
    }

    fn possible_name(&self, name: &str, reach: &Reach<'_>) -> Possible {
        if let Some(local) = name.strip_prefix("local.") {
            return match reach.find(local) {
                Some(local) => self.possible(local, reach),
                None => Possible::text(),
            };
        }
        let plain = name.strip_prefix("said.").unwrap_or(name);
        match self.known.concepts.find(plain) {
            Some(concept) => match concept.r#type {
                ConceptType::Bool => Possible::yes_no(),
                ConceptType::Number => Possible::number(),
                ConceptType::Date => Possible::date(),
                ConceptType::Time => Possible::thing("a time"),
                ConceptType::Code => {
                    let codes = concept.codes.iter().map(|code| code.code.clone());
                    Possible::one_of(codes, "a code of its list")
                }
                ConceptType::Text
                | ConceptType::CitizenId
                | ConceptType::Phone
                | ConceptType::Entity => Possible::text(),
            },
            None => self.possible_derived(name),
        }
    }

    fn possible_derived(&self, name: &str) -> Possible {
        let kinds = self.known.kinds;
        let concepts = self.known.concepts;
        match name {
            "capture.kind" | "case.kind" => Possible::one_of(
                kinds.iter().map(|kind| kind.id.clone()),
                "a kind of kinds.json",
            ),
            "case.type_concept" => {
                let ids = concepts.iter().map(|concept| concept.id.clone());
                Possible::one_of(ids, "the id of a concept")
            }
            "case.type" => {
                let codes = concepts.iter().flat_map(|concept| &concept.codes);
                Possible::one_of(codes.map(|code| code.code.clone()), "a code of a concept")
            }
            "member.change" => {
                let words = ["changed", "new", "moved_out"].map(str::to_owned);
                Possible::one_of(words, "how a member changed")
            }
            "worker.enforcement" | "concerned.present" => Possible::yes_no(),
            "household.size" | "person.age" | "track.length_m" => Possible::number(),
            "capture.date" | "case.due" => Possible::date(),
            "capture.at" | "track.started" | "track.ended" => Possible::thing("a time"),
            "place.point" => Possible::thing("a position"),
            list if facts::is_list(list) => Possible::thing("a list"),
            held if held.starts_with("case.held.") => Possible {
                no: false,
                noun: "yes or not there",
                ..Possible::yes_no()
            },
            _ => Possible::text(),
        }
    }

    /// What an expression can come to. Its names exist and go in no circle.
    pub(super) fn possible(&self, expression: &Expression, reach: &Reach<'_>) -> Possible {
        let any = |list: &mut dyn Iterator<Item = &Expression>| {
            list.map(|one| self.possible(one, reach))
                .reduce(Possible::or)
                .unwrap_or(NOTHING)
        };
        match expression {
            Expression::From(name) => self.possible_name(name, reach),
            Expression::Const(constant) => constant.into(),
            Expression::FirstOf(list) => any(&mut list.iter()),
            Expression::Join { .. } | Expression::Slice { .. } | Expression::Label(_) => {
                Possible::text()
            }
            Expression::CodeMap { map, .. } => {
                let map = reach.spec().and_then(|spec| spec.code_maps.get(map));
                map.map_or_else(Possible::text, |map| {
                    let targets = map.rules.iter().map(|rule| rule.1.clone());
                    Possible::one_of(targets, "one of the words of its code map")
                })
            }
            Expression::Count(_) => Possible::number(),
            Expression::When(cases) => any(&mut cases.iter().map(|case| &case.then)),
            Expression::Default { of, value } => self.possible(of, reach).or(value.into()),
            Expression::Format { of, r#as } => match r#as.last() {
                None => self.possible(of, reach),
                Some(
                    Format::Date(DatePattern::EpochMs) | Format::Datum { .. } | Format::Unit { .. },
                ) => Possible::number(),
                Some(Format::Number { fixed, .. }) if !fixed => Possible::number(),
                Some(
                    Format::Date(_)
                    | Format::Number { .. }
                    | Format::Mask { .. }
                    | Format::MaxChars(_),
                ) => Possible::text(),
            },
        }
    }
}
