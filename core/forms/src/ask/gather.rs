//! Going through all specs: which forms apply, which could, and what they need.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::Catalogue;
use crate::concept::{Concept, ConceptType, Owner, Widget};
use crate::envelope::Problem;
use crate::facts::{Facts, MemberFacts};
use crate::spec::{Each, Form, Route, Spec};

use super::question::{Asker, Limits, PhotoAsked, Unanswerable};
use super::row::{Look, look, problem};
use super::want::{Want, Ways};

/// What is known of the capture beside its facts.
pub(super) struct Setting<'a> {
    pub catalogue: &'a Catalogue,
    pub facts: &'a Facts,
    /// The capture may be about something and is not yet.
    pub subject_open: bool,
    /// The concept that confirms the register's values, where it was not answered.
    pub confirming: Option<&'a Concept>,
    /// It was answered: the values of the register hold.
    pub confirmed: bool,
}

/// What was gathered over all specs.
#[derive(Default)]
pub(super) struct Gathered {
    /// Each must come true by one of its ways.
    pub rows: Vec<Ways>,
    /// Answers that decide whether a form is given.
    pub switches: BTreeSet<Want>,
    /// Answers that are welcome, in order.
    pub offers: Vec<Want>,
    /// Register values that forms carry, in order, and whether one of them finds them too old.
    pub carried: Vec<(Want, bool)>,
    /// Who asks.
    pub askers: BTreeMap<Want, BTreeSet<Asker>>,
    /// What answers must keep to.
    pub limits: BTreeMap<Want, Limits>,
    /// What is to be photographed.
    pub photos: Vec<PhotoAsked>,
    /// What no answer mends.
    pub unanswerable: Vec<Unanswerable>,
}

impl Gathered {
    pub(super) fn of(setting: &Setting<'_>) -> Self {
        let mut gathered = Self::default();
        let facts = setting.facts;
        for spec in setting.catalogue.giving(facts, facts.at_ms()) {
            for route in &spec.routes {
                if let Some(form) = spec.form(&route.form) {
                    gathered.route(setting, spec, route, form);
                }
            }
        }
        gathered
    }

    fn route(&mut self, setting: &Setting<'_>, spec: &Spec, route: &Route, form: &Form) {
        let members: Vec<Option<&MemberFacts>> = match route.for_each {
            None => vec![None],
            Some(Each::Member) => {
                let look = look(setting, spec, route, form, None);
                if self.switch(&look) && setting.facts.fact("household.code").is_some() {
                    self.members(setting, &look);
                }
                setting.facts.members().iter().map(Some).collect()
            }
        };
        for member in members {
            let look = look(setting, spec, route, form, member);
            // The route is not given and no answer opens it.
            if !self.switch(&look) {
                continue;
            }
            look.ask(self);
            let applies = route
                .when
                .as_ref()
                .map_or(Ok(true), |when| look.reason.scope.holds(when));
            match applies {
                Ok(true) => {
                    look.rows(self);
                    look.photos(setting, self);
                }
                Ok(false) => {}
                Err(fault) => {
                    let ways = route.when.as_ref().map(|when| look.reason.holds_by(when));
                    self.row(&look, ways.unwrap_or_default(), || problem("when", fault));
                }
            }
        }
    }

    /// Notes which answers open or shut a route; false for one that stays shut.
    fn switch(&mut self, look: &Look<'_>) -> bool {
        let Some(when) = &look.route.when else {
            return true;
        };
        let opens = look.reason.holds_by(when);
        let shuts = look.reason.fails_by(when);
        for want in opens.wants().chain(shuts.wants()) {
            self.switches.insert(want.clone());
            self.offer(want);
            self.askers
                .entry(want.clone())
                .or_default()
                .insert(look.asker(None));
        }
        !opens.is_never()
    }

    /// A form for each member: naming members is what opens it, as often as there are any.
    fn members(&mut self, setting: &Setting<'_>, look: &Look<'_>) {
        for concept in setting.catalogue.concepts.of(Owner::Capture) {
            let names = concept.r#type == ConceptType::Entity
                && matches!(concept.widget, Widget::Member | Widget::NewMember);
            if names {
                let want = Want::Concept(concept.id.clone(), None);
                self.switches.insert(want.clone());
                self.offer(&want);
                self.askers
                    .entry(want)
                    .or_default()
                    .insert(look.asker(None));
            }
        }
    }

    pub(super) fn offer(&mut self, want: &Want) {
        if !self.offers.contains(want) {
            self.offers.push(want.clone());
        }
    }

    pub(super) fn row(&mut self, look: &Look<'_>, ways: Ways, problem: impl FnOnce() -> Problem) {
        // A value that is there and still does not do cannot be had by asking.
        if ways.is_never() || ways.is_now() {
            self.unanswerable.push(Unanswerable {
                system: look.spec.id.clone(),
                form: look.form.id.clone(),
                about: look.member.map(|member| member.person.clone()),
                problem: problem(),
            });
            return;
        }
        self.rows.push(ways);
    }
}
