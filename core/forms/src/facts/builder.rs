//! Facts being gathered.

use std::collections::BTreeMap;

use fieldwork_ids::Date;
use fieldwork_register::{CellSource, EntityId, Register};

use crate::capture::{Answer, Capture};
use crate::concept::{Concept, ConceptType, Concepts};
use crate::value::Value;

use super::source::Things;
use super::{Fact, Origin};

/// Facts being gathered.
pub(super) struct Builder<'a, 'r> {
    pub concepts: &'a Concepts,
    pub capture: &'a Capture,
    pub register: &'a Register<'r>,
    pub things: Things,
    pub day: Date,
    pub facts: BTreeMap<String, Fact>,
}

impl Builder<'_, '_> {
    pub(super) fn register_facts(&mut self) {
        for concept in self.concepts.iter() {
            let Some(entity) = self.things.of_owner(concept.entity) else {
                continue;
            };
            if let Some((fact, said)) = self.cell(entity, concept) {
                if said {
                    self.facts
                        .insert(format!("said.{}", concept.id), fact.clone());
                }
                self.facts.insert(concept.id.clone(), fact);
            }
        }
    }

    pub(super) fn answers(&mut self) {
        let mut lists: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for answer in &self.capture.answers {
            let Some(concept) = self.concepts.find(&answer.concept) else {
                continue;
            };
            if !self.is_about_subject(answer) {
                continue;
            }
            if concept.r#type == ConceptType::Entity {
                lists
                    .entry(&concept.id)
                    .or_default()
                    .push(answer.value.clone());
            } else if let Some(fact) = answered(concept, &answer.value) {
                self.say(&concept.id, fact);
            }
        }
        for (concept, mut ids) in lists {
            ids.sort_unstable();
            self.say(
                concept,
                Fact {
                    value: Value::List(ids),
                    label: None,
                    origin: Origin::Said,
                },
            );
        }
    }

    fn is_about_subject(&self, answer: &Answer) -> bool {
        answer.about.is_none() || answer.about == self.things.subject
    }

    fn say(&mut self, concept: &str, fact: Fact) {
        self.facts.insert(format!("said.{concept}"), fact.clone());
        self.facts.insert(concept.to_owned(), fact);
    }

    /// What the register holds, and whether it was said in this capture.
    pub(super) fn cell(&self, entity: &EntityId, concept: &Concept) -> Option<(Fact, bool)> {
        let cell = self.register.value(entity, &concept.id)?;
        let value = Value::read(concept, &cell.value)?;
        let said = match &cell.source {
            CellSource::Edit {
                capture: Some(id), ..
            } => *id == self.capture.id.to_string(),
            CellSource::Edit { capture: None, .. } | CellSource::Base => false,
        };
        let origin = match said {
            true => Origin::Said,
            false => Origin::Register {
                entity: entity.clone(),
                as_of: cell.as_of,
            },
        };
        Some((fact(concept, value, origin), said))
    }

    /// Adds a derived fact.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        let fact = Fact {
            value,
            label: None,
            origin: Origin::Derived,
        };
        self.facts.insert(name.to_owned(), fact);
    }

    /// Adds a derived text, where there is one.
    pub(super) fn text(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.put(name, Value::Text(text.clone()));
        }
    }

    /// Adds a fact under a second name.
    pub(super) fn copy(&mut self, from: &str, to: &str) {
        if let Some(fact) = self.facts.get(from).cloned() {
            self.facts.insert(to.to_owned(), fact);
        }
    }

    /// Adds a cell of any thing of the register under a name.
    pub(super) fn cell_as(&mut self, entity: &EntityId, concept: &str, to: &str) {
        if let Some(fact) = self.cell_of(entity, concept) {
            self.facts.insert(to.to_owned(), fact);
        }
    }

    /// A cell of any thing of the register.
    pub(super) fn cell_of(&self, entity: &EntityId, concept: &str) -> Option<Fact> {
        let (fact, _) = self.cell(entity, self.concepts.find(concept)?)?;
        Some(fact)
    }

    /// The value of a fact gathered so far.
    pub(super) fn known(&self, name: &str) -> Option<Value> {
        self.facts.get(name).map(|fact| fact.value.clone())
    }
}

/// The fact that an answer states; `None` for an empty one.
pub(super) fn answered(concept: &Concept, text: &str) -> Option<Fact> {
    Value::read(concept, text).map(|value| fact(concept, value, Origin::Said))
}

fn fact(concept: &Concept, value: Value, origin: Origin) -> Fact {
    let label = match &value {
        Value::Text(code) => concept.code_label(code).map(str::to_owned),
        _ => None,
    };
    Fact {
        value,
        label,
        origin,
    }
}
