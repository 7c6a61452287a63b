//! Facts as they would be with one more answer.

use fieldwork_register::EntityId;

use crate::concept::Concept;
use crate::value::Value;

use super::builder::answered;
use super::{Fact, Facts, Origin};

impl Facts {
    /// These facts, had this been said as well. Derived facts are not derived anew: it serves to try
    /// codes, and no derived fact hangs on a code.
    pub(crate) fn suppose(&self, concept: &Concept, about: Option<&EntityId>, text: &str) -> Self {
        let mut supposed = self.clone();
        let Some(fact) = answered(concept, text) else {
            return supposed;
        };
        let facts = match about {
            Some(about) => match supposed
                .members
                .iter_mut()
                .find(|member| member.person == *about)
            {
                Some(member) => &mut member.facts,
                None => return supposed,
            },
            None => &mut supposed.facts,
        };
        facts.insert(format!("said.{}", concept.id), fact.clone());
        facts.insert(concept.id.clone(), fact);
        supposed
    }

    /// These facts, had this one another value: what a capture would give if its author had no role that
    /// enforces (`worker.enforcement`).
    #[must_use]
    pub fn supposing(&self, name: &str, value: Value) -> Self {
        let mut supposed = self.clone();
        let fact = Fact {
            value,
            label: None,
            origin: Origin::Derived,
        };
        supposed.facts.insert(name.to_owned(), fact);
        supposed
    }
}
