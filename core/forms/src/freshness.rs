//! How old a value of the register may be.

use fieldwork_ids::Date;

use crate::ask::reason::Reason;
use crate::ask::source;
use crate::concept::Concept;
use crate::facts::{Fact, Facts, MemberFacts, Origin};
use crate::spec::{Route, Spec};

/// The concepts behind facts of the register that are too old for a form of this route, where somebody
/// could say them anew.
pub(crate) fn stale_concepts(
    facts: &Facts,
    spec: &Spec,
    route: &Route,
    member: Option<&MemberFacts>,
    used: &[String],
) -> Vec<String> {
    let mut stale = Vec::new();
    for name in used {
        let own = member.and_then(|member| member.find(name));
        let Some(fact) = own.unwrap_or_else(|| facts.fact(name)) else {
            continue;
        };
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let direct = [plain];
        let names = match facts.concepts().find(plain) {
            Some(_) => &direct[..],
            None => source::concepts(plain),
        };
        for concept in names.iter().filter_map(|name| facts.concepts().find(name)) {
            if !is_stale(spec, concept, as_of(fact), facts.day()) || stale.contains(&concept.id) {
                continue;
            }
            let reason = Reason::of(facts.concepts(), facts, spec, route, member);
            let answer = reason.resolve(&concept.id);
            if answer.wants().any(|want| want.concept().is_some()) {
                stale.push(concept.id.clone());
            }
        }
    }
    stale
}

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
