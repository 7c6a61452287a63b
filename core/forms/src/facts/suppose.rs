//! Facts as they would be with one more answer.

use fieldwork_register::EntityId;

use crate::concept::Concept;

use super::Facts;
use super::builder::answered;

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
}
