//! What values a name can have, so that a test that can never hold is refused.
//!
//! Why: a condition that compares with `visits` for `visit`, or with the text `"false"` for no, reads
//! well and never holds; its form is simply never there, and nobody notices. Only what is certain is
//! refused: a fact whose values are free takes any text.

use crate::concept::ConceptType;
use crate::constant::Constant;
use crate::expression::{DatePattern, Expression, Format};
use crate::facts;

use super::possible::{NOTHING, Possible};
use super::reach::Reach;
use super::{Checked, Checker};

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
        match possible.is_number() {
            true => Ok(()),
            false => self.no(
                path,
                format!("never holds: {name} is {}, no number", possible.noun()),
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
            held if held.starts_with("case.held.") => Possible::yes_or_absent(),
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
