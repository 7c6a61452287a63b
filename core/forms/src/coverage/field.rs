//! What one field is for one thing of the register.

use fieldwork_ids::Date;
use fieldwork_register::EntityId;

use crate::ask::reason::Reason;
use crate::ask::source;
use crate::concept::Concept;
use crate::evaluate::Fault;
use crate::facts::{Facts, MemberFacts, Origin};
use crate::freshness::is_stale;
use crate::spec::{Each, Field, Required};
use crate::value::Value;
use crate::write::written;

use super::{FieldCoverage, Reckoner};

/// What a field is for one thing.
pub(super) enum Found {
    Carried {
        stale: Option<Date>,
    },
    Derivable,
    ToAsk(Vec<String>),
    /// Why, without the value.
    Unmakeable(String),
    NotApplicable,
}

impl Reckoner<'_> {
    pub(super) fn field(&self, field: &Field, facts: &Facts, entity: Option<&EntityId>) -> Found {
        let member = self.member(facts);
        let reason = Reason::new(self.catalogue, facts, self.spec, self.route, member);
        reason.scope.take_seen();
        let value = reason.scope.value(&field.value);
        let used = reason.scope.take_seen().used;
        match value {
            Ok(Some(value)) if value != Value::Text(String::new()) => {
                if let Err(why) = written(field, value) {
                    return Found::Unmakeable(why);
                }
                self.given(&reason, &used, entity)
            }
            Ok(_) => {
                let required = match &field.required {
                    Required::Always(always) => Ok(*always),
                    Required::When(condition) => reason.scope.holds(condition),
                };
                match required {
                    Ok(false) => Found::NotApplicable,
                    _ => self.to_ask(&reason, field),
                }
            }
            // Every fact that was looked at can be read, so it is the spec that asks for what they are not.
            Err(Fault::Unfit(why)) if used.iter().all(|name| readable(&reason, name)) => {
                Found::Unmakeable(why)
            }
            Err(_) => self.to_ask(&reason, field),
        }
    }

    fn member<'f>(&self, facts: &'f Facts) -> Option<&'f MemberFacts> {
        self.route
            .for_each
            .and_then(|Each::Member| facts.members().first())
    }

    fn to_ask(&self, reason: &Reason<'_>, field: &Field) -> Found {
        let ways = reason.ways(&field.value);
        let concepts = ways
            .wants()
            .filter_map(|want| want.concept().map(str::to_owned));
        Found::ToAsk(concepts.collect())
    }

    fn given(&self, reason: &Reason<'_>, used: &[String], entity: Option<&EntityId>) -> Found {
        let mut carried = false;
        let mut stale: Option<Date> = None;
        for name in used {
            let Some(fact) = reason.fact(name) else {
                continue;
            };
            let as_of = match &fact.origin {
                Origin::Register { as_of, .. } => *as_of,
                // The id of the thing itself stands in the register like its other facts.
                Origin::Derived if name.ends_with(".code") && self.kind_of(name).is_some() => None,
                Origin::Derived | Origin::Said => continue,
            };
            carried = true;
            let Some(concept) = self.concept(name) else {
                continue;
            };
            // Whoever verified the thing saw what stands beside it.
            let verified =
                as_of.max(entity.and_then(|entity| self.register.base().entity(entity)?.as_of));
            if is_stale(self.spec, concept, verified, self.on) {
                stale = stale.into_iter().chain(verified).min();
            }
        }
        match carried {
            true => Found::Carried { stale },
            false => Found::Derivable,
        }
    }

    fn concept(&self, name: &str) -> Option<&Concept> {
        let find = |name: &str| self.catalogue.concepts.find(name);
        find(name).or_else(|| source::concepts(name).iter().find_map(|name| find(name)))
    }
}

fn readable(reason: &Reason<'_>, name: &str) -> bool {
    let fact = reason.fact(name);
    fact.is_none_or(|fact| !matches!(fact.value, Value::Unfit(_)))
}

impl FieldCoverage {
    pub(super) fn count(&mut self, found: Found) {
        match found {
            Found::Carried { stale } => {
                self.sum.carried += 1;
                self.sum.stale += usize::from(stale.is_some());
            }
            Found::Derivable => self.sum.derivable += 1,
            Found::ToAsk(concepts) => {
                self.sum.to_ask += 1;
                self.asks.extend(concepts);
            }
            Found::Unmakeable(why) => {
                self.sum.unmakeable += 1;
                self.reasons.insert(why);
            }
            Found::NotApplicable => self.sum.not_applicable += 1,
        }
    }
}
