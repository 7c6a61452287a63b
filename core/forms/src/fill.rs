//! Fill 生成: facts and a spec → envelopes, or what is missing.
//!
//! Pure and total: the same on phone and hub, never a panic, never a field the spec does not name. One
//! form that cannot be made stops alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::catalogue::Catalogue;
use crate::envelope::{Envelope, Filled, Problem, Reference, Stopped};
use crate::evaluate::{Fault, Scope, Seen};
use crate::facts::{Facts, MemberFacts};
use crate::freshness::stale_concepts;
use crate::spec::{Each, Field, Form, ReferenceRule, Required, Route, Spec};
use crate::value::Value;
use crate::write::written;

mod photo;

/// A filled or stopped form with where its values come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Traced {
    /// What filling came to.
    pub filled: Filled,
    /// Which of the spec's routes gave the form.
    pub route: usize,
    /// Field or auto element → the facts its value was made from. A field that holds only what the
    /// spec itself says has an empty list.
    pub sources: BTreeMap<String, Vec<String>>,
    /// Field or auto element → the facts, there or missing, by which conditions chose its value.
    pub decided_by: BTreeMap<String, Vec<String>>,
}

/// Fills every form that a spec wants of a capture.
///
/// In the order of the spec's routes; members in the order changed, new, moved out, each by id.
pub fn fill(facts: &Facts, spec: &Spec) -> Vec<Filled> {
    fill_traced(facts, spec)
        .into_iter()
        .map(|traced| traced.filled)
        .collect()
}

/// Like [`fill`], and tells where each value comes from.
pub fn fill_traced(facts: &Facts, spec: &Spec) -> Vec<Traced> {
    let mut out = Vec::new();
    let mut given: BTreeMap<(&str, Option<String>), u32> = BTreeMap::new();
    for at in 0..spec.routes.len() {
        for one in on_route(facts, spec, at) {
            let route = one.route;
            let applies = route
                .when
                .as_ref()
                .map_or(Ok(true), |when| one.scope.holds(when));
            if applies == Ok(false) {
                continue;
            }
            // Numbered whether or not the form can be made, so that its key does not depend on others.
            let about = one.member.map(|member| member.person.to_string());
            let number = given.entry((one.form.id.as_str(), about)).or_default();
            *number += 1;
            let one = One {
                number: *number,
                ..one
            };
            out.push(match applies {
                Ok(_) => one.fill(),
                Err(fault) => one.stop(vec![problem("when", fault)]),
            });
        }
    }
    out
}

/// Fills every form that goes out for these facts, of every system, judged at this time (UTC
/// milliseconds): see [`Catalogue::giving`]. By system, then in the order of [`fill`].
pub fn fill_all<'a>(
    catalogue: &'a Catalogue,
    facts: &'a Facts,
    at_ms: i64,
) -> impl Iterator<Item = (&'a Spec, Traced)> {
    let giving = catalogue.giving(facts, at_ms).into_iter();
    giving.flat_map(|spec| {
        fill_traced(facts, spec)
            .into_iter()
            .map(move |one| (spec, one))
    })
}

/// Whether a spec gives any form of these facts, be it one that cannot be made yet.
pub(crate) fn gives_any(facts: &Facts, spec: &Spec) -> bool {
    let applies = |one: One<'_>| {
        let when = one.route.when.as_ref();
        when.map_or(Ok(true), |when| one.scope.holds(when)) != Ok(false)
    };
    (0..spec.routes.len()).any(|at| on_route(facts, spec, at).any(applies))
}

/// Fills one form by the first route that gives it, whether or not the route's condition holds and
/// however old the values are: what the form would find in these facts, for who wants to know that before
/// anybody is asked.
pub fn fill_form(facts: &Facts, spec: &Spec, form: &str) -> Vec<Traced> {
    let mut routes = spec.routes.iter();
    let first = routes.position(|route| route.form == form);
    first.map_or_else(Vec::new, |at| {
        let found = on_route(facts, spec, at);
        let found = found.map(|one| One {
            fresh: false,
            ..one
        });
        found.map(One::fill).collect()
    })
}

/// The forms that a route gives: one, or one for each member. All have the number 1.
fn on_route<'a>(facts: &'a Facts, spec: &'a Spec, at: usize) -> impl Iterator<Item = One<'a>> {
    let route = &spec.routes[at];
    let members: Vec<Option<&MemberFacts>> = match route.for_each {
        None => vec![None],
        Some(Each::Member) => facts.members().iter().map(Some).collect(),
    };
    let form = spec.form(&route.form);
    members.into_iter().filter_map(move |member| {
        Some(One {
            facts,
            spec,
            route,
            at,
            fresh: facts.must_be_fresh(spec),
            form: form?,
            member,
            scope: Scope::on(facts, spec, route, member),
            number: 1,
        })
    })
}

/// One form being filled.
struct One<'a> {
    facts: &'a Facts,
    spec: &'a Spec,
    route: &'a Route,
    /// Which of the spec's routes it is.
    at: usize,
    /// A value of the register that is too old counts as missing.
    fresh: bool,
    form: &'a Form,
    member: Option<&'a MemberFacts>,
    scope: Scope<'a>,
    number: u32,
}

impl One<'_> {
    fn fill(self) -> Traced {
        let mut problems = Vec::new();
        let mut sources = BTreeMap::new();
        let mut decided_by = BTreeMap::new();
        let mut fields = Map::new();
        let mut auto = Map::new();
        for (list, into) in [
            (&self.form.fields, &mut fields),
            (&self.form.auto, &mut auto),
        ] {
            for field in list {
                match self.field(field) {
                    Ok((Some(value), seen)) => {
                        into.insert(field.id.clone(), value);
                        sources.insert(field.id.clone(), seen.used);
                        decided_by.insert(field.id.clone(), seen.decided_by);
                    }
                    Ok((None, _)) => {}
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let mut photos = Vec::new();
        for slot in &self.form.photos {
            match self.slot(slot) {
                Ok(taken) => photos.extend(taken),
                Err(problem) => problems.push(problem),
            }
        }
        let reference = match self.form.reference {
            ReferenceRule::None => None,
            ReferenceRule::Required => match self.reference() {
                Ok(reference) => Some(reference),
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            },
        };
        if !problems.is_empty() {
            return Traced {
                sources,
                decided_by,
                ..self.stop(problems)
            };
        }
        let filled = Filled::Envelope(Envelope {
            capture: self.facts.capture(),
            system: self.spec.id.clone(),
            form: self.form.id.clone(),
            number: self.number,
            about: self.member.map(|member| member.person.clone()),
            fields,
            auto,
            photos,
            reference,
            opens_case: self.route.opens_case.clone(),
            replaces: None,
            spec_version: self.spec.version,
        });
        Traced {
            filled,
            route: self.at,
            sources,
            decided_by,
        }
    }

    fn stop(self, problems: Vec<Problem>) -> Traced {
        let filled = Filled::Stopped(Stopped {
            system: self.spec.id.clone(),
            form: self.form.id.clone(),
            number: self.number,
            about: self.member.map(|member| member.person.clone()),
            problems,
        });
        Traced {
            filled,
            route: self.at,
            sources: BTreeMap::new(),
            decided_by: BTreeMap::new(),
        }
    }

    fn field(&self, field: &Field) -> Result<(Option<Json>, Seen), Problem> {
        self.scope.take_seen();
        let value = self
            .scope
            .value(&field.value)
            .map_err(|fault| problem(&field.id, fault))?;
        let seen = self.scope.take_seen();
        // An empty text says nothing.
        let value = value.filter(|value| *value != Value::Text(String::new()));
        let required = || match &field.required {
            Required::Always(always) => Ok(*always),
            Required::When(condition) => self
                .scope
                .holds(condition)
                .map_err(|fault| problem(&field.id, fault)),
        };
        let Some(value) = value else {
            return match required()? {
                true => Err(missing(&field.id, self.scope.lacking(&seen))),
                false => Ok((None, seen)),
            };
        };
        if self.fresh {
            let (facts, member) = (self.facts, self.member);
            let stale = stale_concepts(facts, self.spec, self.route, member, &seen.used);
            if !stale.is_empty() && required()? {
                return Err(missing(&field.id, stale));
            }
        }
        let unfit = |reason| Problem::Unfit {
            field: field.id.clone(),
            reason,
        };
        written(field, value)
            .map(|json| (Some(json), seen))
            .map_err(unfit)
    }

    fn reference(&self) -> Result<Reference, Problem> {
        let held = format!("case.held.{}", self.spec.id);
        match self.facts.text(&format!("case.ref.{}", self.spec.id)) {
            Some(id) => Ok(Reference::Known(id.to_owned())),
            None if self.facts.fact(&held).is_some() => Ok(Reference::Waits),
            None => Err(Problem::Missing {
                field: "ref".to_owned(),
                concepts: vec![held],
            }),
        }
    }
}

fn problem(field: &str, fault: Fault) -> Problem {
    let field = field.to_owned();
    match fault {
        Fault::Unmapped { concept, code, map } => Problem::Unmapped {
            field,
            concept,
            code,
            map,
        },
        Fault::Unfit(reason) => Problem::Unfit { field, reason },
    }
}

fn missing(field: &str, concepts: Vec<String>) -> Problem {
    Problem::Missing {
        field: field.to_owned(),
        concepts,
    }
}
