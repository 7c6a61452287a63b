//! What a fact is and where it comes from, in words.

use fieldwork_register::{EntityId, EntityKind};

use crate::ask::source;
use crate::catalogue::Catalogue;
use crate::concept::Concept;
use crate::evaluate::Scope;
use crate::facts::{Fact, Facts, Origin};
use crate::spec::{Each, Route, Spec};
use crate::value::Value;

use super::{Told, label};

/// Tells of the values that a route's form has.
pub(super) struct Teller<'a> {
    catalogue: &'a Catalogue,
    facts: &'a Facts,
    pub(super) spec: &'a Spec,
    pub(super) route: &'a Route,
    pub(super) scope: Scope<'a>,
    about: Option<&'a EntityId>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        facts: &'a Facts,
        spec: &'a Spec,
        route: &'a Route,
        about: Option<&'a EntityId>,
    ) -> Self {
        let mut members = facts.members().iter();
        let member = about.and_then(|about| members.find(|member| member.person == *about));
        Self {
            catalogue,
            facts,
            spec,
            route,
            scope: Scope::on(facts, spec, route, member),
            about,
        }
    }

    /// Why there is this form: what the condition of its route looked at.
    pub(super) fn chosen(&self) -> Told {
        let mut told = Told::default();
        if self.route.for_each == Some(Each::Member) {
            told.tell((
                "每个有变化、新增或迁出的成员一张".to_owned(),
                "one for each member that changed, came or moved out".to_owned(),
            ));
        }
        let Some(when) = &self.route.when else {
            if told.chinese.is_empty() {
                told.tell((
                    "每次记录都有这一张".to_owned(),
                    "every capture gives it".to_owned(),
                ));
            }
            return told;
        };
        self.scope.take_seen();
        // What cannot be read is among the problems of the form.
        let _ = self.scope.holds(when);
        for name in self.scope.take_seen().decided_by {
            told.tell(self.decided(&name));
        }
        told
    }

    pub(super) fn fact(&self, name: &str) -> Option<&'a Fact> {
        let mut members = self.facts.members().iter();
        let member = self
            .about
            .and_then(|about| members.find(|member| member.person == *about));
        let own = member.and_then(|member| member.find(name));
        own.unwrap_or_else(|| self.facts.fact(name))
    }

    /// A fact with where it comes from.
    pub(super) fn told(&self, name: &str, fact: &Fact) -> (String, String) {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let concept = self.catalogue.concepts.find(plain);
        let derived = label::named(plain);
        let (what, what_english) = match concept.or_else(|| self.copied(plain, fact)) {
            Some(concept) => (concept.label.as_str(), concept.english.as_str()),
            None => (derived.label, derived.english),
        };
        let of_head = concept.is_none() && is_of_person(fact);
        let (what, what_english) = match of_head {
            true => (
                format!("户主{what}"),
                format!("{what_english} of the head of the household"),
            ),
            false => (what.to_owned(), what_english.to_owned()),
        };
        match &fact.origin {
            Origin::Said => (
                format!("本次所说：{what}"),
                format!("said in this capture: {what_english}"),
            ),
            Origin::Register {
                as_of: Some(as_of), ..
            } => (
                format!("来自底册：{what}（核实于{as_of}）"),
                format!("from the register: {what_english} (verified on {as_of})"),
            ),
            Origin::Register { as_of: None, .. } => (
                format!("来自底册：{what}"),
                format!("from the register: {what_english}"),
            ),
            Origin::Derived => {
                let (from, from_english) = self.follows_from(plain, &derived);
                (
                    format!("由{from}推出：{what}"),
                    format!("follows from {from_english}: {what_english}"),
                )
            }
        }
    }

    /// A fact, there or missing, by which a condition decided.
    pub(super) fn decided(&self, name: &str) -> (String, String) {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let Some(fact) = self.fact(name) else {
            let derived = label::named(plain);
            let (what, what_english) = match self.catalogue.concepts.find(plain) {
                Some(concept) => (concept.label.as_str(), concept.english.as_str()),
                None => (derived.label, derived.english),
            };
            return (
                format!("没有{what}"),
                format!("nothing is known of this: {what_english}"),
            );
        };
        if plain == "capture.kind"
            && let Value::Text(kind) = &fact.value
            && let Some(kind) = self.catalogue.kinds.find(kind)
        {
            return (
                format!("记录类型：{}", kind.label),
                format!("kind of capture: {}", kind.english),
            );
        }
        let (chinese, english) = self.told(name, fact);
        match (&fact.value, &fact.origin) {
            (Value::Bool(yes), Origin::Derived) => {
                let (word, word_english) = if *yes { ("是", "yes") } else { ("否", "no") };
                (
                    format!("{chinese}（{word}）"),
                    format!("{english} ({word_english})"),
                )
            }
            _ => (chinese, english),
        }
    }

    /// From what a derived fact follows.
    fn follows_from(&self, name: &str, named: &label::Named) -> (&'static str, &'static str) {
        match name {
            "place.address" | "place.address_short" if self.facts.fact("plot.code").is_some() => {
                ("地块编码", "the plot code")
            }
            "place.address" | "place.address_short" => {
                ("位置和最近的房屋", "the position and the nearest house")
            }
            _ => (named.from, named.from_english),
        }
    }

    /// The concept of which a derived fact is a copy.
    fn copied(&self, derived: &str, fact: &Fact) -> Option<&Concept> {
        let Origin::Register { entity, .. } = &fact.origin else {
            return None;
        };
        let of_kind = |concept: &str| {
            let owner = concept.split_once('.').map(|(owner, _)| owner);
            owner == Some(entity.kind.as_str())
        };
        let concepts = &self.catalogue.concepts;
        let copied = source::concepts(derived)
            .iter()
            .find(|concept| of_kind(concept));
        match (copied, derived.split_once('.')) {
            (Some(concept), _) => concepts.find(concept),
            (None, Some((_, word))) => concepts.find(&format!("{}.{word}", entity.kind.as_str())),
            (None, None) => None,
        }
    }
}

fn is_of_person(fact: &Fact) -> bool {
    matches!(&fact.origin, Origin::Register { entity, .. } if entity.kind == EntityKind::Person)
}
