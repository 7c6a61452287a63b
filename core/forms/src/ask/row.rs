//! What forms need, field by field: the rows among which answers are chosen.

use crate::capture::CapturePhoto;
use crate::concept::Concept;
use crate::envelope::Problem;
use crate::evaluate::Fault;
use crate::facts::{MemberFacts, Origin};
use crate::freshness::stale_concepts;
use crate::spec::{Field, Form, ReferenceRule, Required, Route, Spec};
use crate::value::Value;
use crate::write::written;

use super::gather::{Gathered, Setting};
use super::question::Asker;
use super::reason::Reason;
use super::source;
use super::walk::{Leaf, leaves};
use super::want::{Want, Ways};

/// A route being looked at.
pub(super) struct Look<'a> {
    setting: &'a Setting<'a>,
    pub spec: &'a Spec,
    pub route: &'a Route,
    pub form: &'a Form,
    pub member: Option<&'a MemberFacts>,
    pub reason: Reason<'a>,
}

pub(super) fn look<'a>(
    setting: &'a Setting<'a>,
    spec: &'a Spec,
    route: &'a Route,
    form: &'a Form,
    member: Option<&'a MemberFacts>,
) -> Look<'a> {
    let reason = Reason {
        subject_open: setting.subject_open,
        ..Reason::new(setting.catalogue, setting.facts, spec, route, member)
    };
    Look {
        setting,
        spec,
        route,
        form,
        member,
        reason,
    }
}

impl Look<'_> {
    pub(super) fn asker(&self, field: Option<&Field>) -> Asker {
        Asker {
            system: self.spec.id.clone(),
            form: self.form.id.clone(),
            field: field.map(|field| field.label.clone()),
        }
    }

    /// The photographs of the draft.
    pub(super) fn photos_taken(&self) -> &[CapturePhoto] {
        self.setting.facts.photos()
    }

    fn all_fields(&self) -> impl Iterator<Item = &Field> {
        self.form.fields.iter().chain(&self.form.auto)
    }

    /// Notes who asks what and within which limits.
    pub(super) fn ask(&self, gathered: &mut Gathered) {
        for field in self.all_fields() {
            leaves(&field.value, self.spec, self.route, &mut |leaf: Leaf<
                '_,
            >| {
                let limits = leaf.limits(field);
                for want in self.wants_of(leaf.name) {
                    gathered
                        .askers
                        .entry(want.clone())
                        .or_default()
                        .insert(self.asker(Some(field)));
                    let narrowest = gathered.limits.entry(want).or_default();
                    narrowest.max_chars = least(narrowest.max_chars, limits.max_chars);
                    narrowest.decimals = least(narrowest.decimals, limits.decimals);
                    narrowest.min_value = narrowest.min_value.max(limits.min_value);
                    narrowest.max_value = least(narrowest.max_value, limits.max_value);
                }
            });
        }
    }

    /// The answers behind a name, said already or not.
    fn wants_of(&self, name: &str) -> Vec<Want> {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let direct = [plain];
        let concepts = &self.setting.catalogue.concepts;
        let names = match concepts.find(plain) {
            Some(_) => &direct[..],
            None => source::concepts(plain),
        };
        let found = names.iter().filter_map(|name| concepts.find(name));
        found.flat_map(|concept| self.want(concept)).collect()
    }

    fn want(&self, concept: &Concept) -> Option<Want> {
        self.reason.resolve(&concept.id).wants().next().cloned()
    }

    /// What the form needs of each field.
    pub(super) fn rows(&self, gathered: &mut Gathered) {
        let mut faults = Vec::new();
        for field in self.all_fields() {
            self.field(field, gathered, &mut faults);
        }
        self.faults(faults, gathered);
        for slot in &self.form.photos {
            let Some(file) = &slot.file else { continue };
            if !self.setting.facts.photos().is_empty() {
                let ways = self.reason.ways(file);
                if !ways.is_now() {
                    let field = slot.slot.clone();
                    gathered.row(self, ways, || Problem::Missing {
                        field,
                        concepts: Vec::new(),
                    });
                }
            }
        }
        let held = format!("case.held.{}", self.spec.id);
        if self.form.reference == ReferenceRule::Required && self.reason.fact(&held).is_none() {
            let ways = self.reason.resolve(&held);
            let field = "ref".to_owned();
            gathered.row(self, ways, || Problem::Missing {
                field,
                concepts: vec![held],
            });
        }
    }

    /// Rows for values that cannot be made. Where a code stops one field for good, nothing is asked to get
    /// another field around the same code.
    fn faults(&self, faults: Vec<(Ways, Problem)>, gathered: &mut Gathered) {
        let code = |problem: &Problem| match problem {
            Problem::Unmapped { concept, code, .. } => Some((concept.clone(), code.clone())),
            _ => None,
        };
        let stuck = faults.iter().filter(|(ways, _)| ways.is_never());
        let stuck: Vec<_> = stuck.filter_map(|(_, problem)| code(problem)).collect();
        for (ways, problem) in faults {
            let in_vain = code(&problem).is_some_and(|code| stuck.contains(&code));
            let ways = if in_vain { Ways::never() } else { ways };
            gathered.row(self, ways, || problem);
        }
    }

    fn field(&self, field: &Field, gathered: &mut Gathered, faults: &mut Vec<(Ways, Problem)>) {
        let scope = &self.reason.scope;
        scope.take_seen();
        let value = scope.value(&field.value);
        let seen = scope.take_seen();
        // Whatever the form looked for in vain is welcome.
        for name in &seen.absent {
            for want in self.reason.resolve(name).wants() {
                gathered.offer(want);
            }
        }
        let missing = match value {
            Ok(Some(value)) if value != Value::Text(String::new()) => {
                self.carry(&seen.used, field, gathered);
                let Err(reason) = written(field, value) else {
                    return;
                };
                let field = field.id.clone();
                return gathered.row(self, Ways::never(), || Problem::Unfit { field, reason });
            }
            Ok(_) => None,
            Err(fault) => Some(fault),
        };
        let required = match &field.required {
            Required::Always(always) => Ok(*always),
            Required::When(condition) => scope.holds(condition),
        };
        let ways = self.reason.ways(&field.value);
        match (missing, required) {
            (Some(fault), _) | (None, Err(fault)) => faults.push((ways, problem(&field.id, fault))),
            (None, Ok(true)) => {
                gathered.row(self, ways, || Problem::Missing {
                    field: field.id.clone(),
                    concepts: scope.lacking(&seen),
                });
            }
            (None, Ok(false)) => ways.wants().for_each(|want| gathered.offer(want)),
        }
    }

    /// Notes register values that the form carries; one that is too old must be confirmed or said anew.
    fn carry(&self, used: &[String], field: &Field, gathered: &mut Gathered) {
        let required = match &field.required {
            Required::Always(always) => *always,
            Required::When(condition) => self.reason.scope.holds(condition).unwrap_or(false),
        };
        for name in used {
            let Some(fact) = self.reason.fact(name) else {
                continue;
            };
            if !matches!(fact.origin, Origin::Register { .. }) {
                continue;
            }
            for want in self.wants_of(name) {
                let Want::Concept(id, _) = &want else {
                    continue;
                };
                let facts = self.setting.facts;
                let old = || {
                    let name = std::slice::from_ref(name);
                    stale_concepts(facts, self.spec, self.route, self.member, name).contains(id)
                };
                let stale = required && !self.setting.confirmed && old();
                match gathered
                    .carried
                    .iter_mut()
                    .find(|(known, _)| *known == want)
                {
                    Some((_, known)) => *known |= stale,
                    None => gathered.carried.push((want.clone(), stale)),
                }
                if stale && facts.must_be_fresh(self.spec) {
                    let confirm = self.setting.confirming.map_or_else(Ways::never, |concept| {
                        Ways::by(Want::Concept(concept.id.clone(), None))
                    });
                    gathered.rows.push(confirm.or(Ways::by(want)));
                }
            }
        }
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

pub(super) fn problem(field: &str, fault: Fault) -> Problem {
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
