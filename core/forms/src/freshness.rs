//! How old a value of the register may be.

use fieldwork_ids::Date;

use crate::concept::Concept;
use crate::facts::{Fact, Origin};
use crate::spec::Spec;

/// Whether a value that was verified on `as_of` is too old on `day`. The limit is the system's own, else
/// the concept's; a value without a day of verification, or a concept without a limit, is never too old.
pub(crate) fn is_stale(spec: &Spec, concept: &Concept, as_of: Option<Date>, day: Date) -> bool {
    let months = limit_months(spec, concept).and_then(|months| i32::try_from(months).ok());
    let ends = as_of
        .zip(months)
        .and_then(|(as_of, months)| as_of.plus_months(months));
    ends.is_some_and(|ends| ends < day)
}

/// The freshness limit of a concept for a system, months.
pub(crate) fn limit_months(spec: &Spec, concept: &Concept) -> Option<u32> {
    spec.freshness_months.or(concept.freshness_months)
}

/// The day on which a fact of the register was verified.
pub(crate) fn as_of(fact: &Fact) -> Option<Date> {
    match fact.origin {
        Origin::Register { as_of, .. } => as_of,
        Origin::Said | Origin::Derived => None,
    }
}
