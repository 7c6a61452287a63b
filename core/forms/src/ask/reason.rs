//! What would give an expression a value, or make a condition hold: read off the expression, not guessed
//! from names.
//!
//! The counterpart of evaluation. Where evaluation says "missing", this says by which answers it would
//! not be; where it says "does not hold", by which answers it would. What has been said or is in the
//! register cannot be unsaid here: correcting is another matter.

use crate::catalogue::Catalogue;
use crate::concept::{Concept, Concepts, Owner};
use crate::evaluate::Scope;
use crate::expression::{Case, Expression};
use crate::facts::{Fact, Facts, MemberFacts, Origin};
use crate::spec::{Route, Spec};
use crate::value::Value;

use super::source;
use super::want::{Want, Ways};

/// A route of a spec looked at with the facts of a capture.
pub(crate) struct Reason<'a> {
    pub concepts: &'a Concepts,
    pub facts: &'a Facts,
    pub spec: &'a Spec,
    pub route: &'a Route,
    pub member: Option<&'a MemberFacts>,
    /// The capture may be about something and is not yet.
    pub subject_open: bool,
    pub scope: Scope<'a>,
}

impl<'a> Reason<'a> {
    /// A route, for a member where it goes through members, of a capture that is about what it is about.
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        facts: &'a Facts,
        spec: &'a Spec,
        route: &'a Route,
        member: Option<&'a MemberFacts>,
    ) -> Self {
        Self::of(&catalogue.concepts, facts, spec, route, member)
    }

    /// Likewise, by the concepts alone.
    pub(crate) fn of(
        concepts: &'a Concepts,
        facts: &'a Facts,
        spec: &'a Spec,
        route: &'a Route,
        member: Option<&'a MemberFacts>,
    ) -> Self {
        Self {
            concepts,
            facts,
            spec,
            route,
            member,
            subject_open: false,
            scope: Scope::on(facts, spec, route, member),
        }
    }

    pub(super) fn local(&self, name: &str) -> Option<&'a Expression> {
        let name = name.strip_prefix("local.")?;
        self.route
            .locals
            .get(name)
            .or_else(|| self.spec.locals.get(name))
    }

    /// The fact of a name, as the route sees it.
    pub(crate) fn fact(&self, name: &str) -> Option<&'a Fact> {
        if let Some(member) = self.member
            && let Some(fact) = member.find(name)
        {
            return fact;
        }
        self.facts.fact(name)
    }

    /// What would give an expression a value.
    pub(crate) fn ways(&self, expression: &Expression) -> Ways {
        if matches!(self.scope.value(expression), Ok(Some(value)) if value != Value::Text(String::new()))
        {
            return Ways::now();
        }
        match expression {
            Expression::Const(_) => Ways::never(),
            Expression::From(name) => match self.local(name) {
                Some(local) => self.ways(local),
                None => self.resolve(name),
            },
            Expression::Label(name) if self.is_known(name) => self.said_anew(expression),
            Expression::Label(name) | Expression::Count(name) => self.resolve(name),
            Expression::FirstOf(list) => {
                let mut ways = Ways::never();
                for one in list {
                    if self.scope.value(one).is_err() {
                        return self.ways(one);
                    }
                    ways = ways.or(self.ways(one));
                }
                ways
            }
            Expression::Join { of, .. } => of
                .iter()
                .fold(Ways::now(), |ways, part| ways.and(&self.ways(part))),
            Expression::Slice { of, .. } => self.ways(of),
            Expression::CodeMap { of, .. } | Expression::Format { of, .. } => {
                match self.scope.value(of) {
                    // There is a value, but no counterpart or no form for it.
                    Ok(Some(_)) => self.said_anew(of),
                    _ => self.ways(of),
                }
            }
            Expression::Default { of, .. } => self.ways(of),
            Expression::When(cases) => self.cases(cases, |then| self.ways(then)),
        }
    }

    /// The first case that holds gives the value; an earlier one may be made to hold.
    fn cases(&self, cases: &[Case], ways_of: impl Fn(&Expression) -> Ways) -> Ways {
        let mut ways = Ways::never();
        for case in cases {
            let Some(condition) = &case.r#if else {
                return ways.or(ways_of(&case.then));
            };
            match self.scope.holds(condition) {
                Ok(true) => return ways.or(ways_of(&case.then)),
                Ok(false) => {
                    let open = self.holds_by(condition);
                    if !open.is_never() {
                        ways = ways.or(open.and(&ways_of(&case.then)));
                    }
                }
                Err(_) => return ways.or(self.readable_by(condition)),
            }
        }
        ways
    }

    pub(super) fn is_known(&self, name: &str) -> bool {
        self.fact(name)
            .is_some_and(|fact| !matches!(fact.value, Value::Unfit(_)))
    }

    /// A value that the register holds and that fits nowhere may be said anew; what was said in this
    /// capture is the worker's word and is not asked again.
    fn said_anew(&self, of: &Expression) -> Ways {
        self.scope.take_seen();
        let _ = self.scope.value(of);
        let used = self.scope.take_seen().used;
        let from_register = |name: &&String| {
            matches!(
                self.fact(name).map(|fact| &fact.origin),
                Some(Origin::Register { .. })
            )
        };
        let names = used.iter().filter(from_register);
        names.fold(Ways::never(), |ways, name| ways.or(self.resolve(name)))
    }

    /// What would supply a fact.
    pub(crate) fn resolve(&self, name: &str) -> Ways {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        if let Some(concept) = self.concepts.find(plain) {
            return self.answer(concept);
        }
        let mut ways = Ways::never();
        if self.subject_open && source::is_of_subject(plain) {
            return Ways::by(Want::Subject);
        }
        for concept in source::concepts(plain) {
            if let Some(concept) = self.concepts.find(concept) {
                ways = ways.or(self.answer(concept));
            }
        }
        ways
    }

    /// Answering a concept, where there is somebody or something to whom the answer belongs.
    fn answer(&self, concept: &Concept) -> Ways {
        let about = self.member.map(|member| member.person.clone());
        let there = match concept.entity {
            Owner::Capture => return Ways::by(Want::Concept(concept.id.clone(), None)),
            Owner::Grid | Owner::Worker => return Ways::never(),
            Owner::Person if about.is_some() => {
                return Ways::by(Want::Concept(concept.id.clone(), about));
            }
            Owner::Person => self.facts.fact("person.name").is_some(),
            Owner::Household => self.facts.fact("household.code").is_some(),
            Owner::House => self.facts.fact("house.code").is_some(),
            Owner::Plot => self.facts.fact("plot.code").is_some(),
            Owner::Premises => self.facts.fact("premises.code").is_some(),
        };
        match there {
            true => Ways::by(Want::Concept(concept.id.clone(), None)),
            false if self.subject_open => Ways::by(Want::Subject),
            false => Ways::never(),
        }
    }
}
