//! Fill 生成: facts and a spec → envelopes, or what is missing.
//!
//! Pure and total: the same on phone and hub, never a panic, never a field the spec does not name. One
//! form that cannot be made stops alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::capture::CapturePhoto;
use crate::envelope::{Envelope, Filled, Problem, Reference, SlotPhoto, Stopped};
use crate::evaluate::{Fault, Scope, Seen};
use crate::facts::{Facts, MemberFacts};
use crate::spec::{Each, Field, Form, ReferenceRule, Required, Route, Slot, Spec};
use crate::value::Value;
use crate::write::written;

/// A filled or stopped form with where its values come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Traced {
    /// What filling came to.
    pub filled: Filled,
    /// Field or auto element → the facts its value was made from. A field that holds only what the
    /// spec itself says has an empty list.
    pub sources: BTreeMap<String, Vec<String>>,
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
    for route in &spec.routes {
        let Some(form) = spec.form(&route.form) else {
            continue;
        };
        let members: Vec<Option<&MemberFacts>> = match route.for_each {
            None => vec![None],
            Some(Each::Member) => facts.members().iter().map(Some).collect(),
        };
        for member in members {
            let scope = Scope::on(facts, spec, route, member);
            let applies = route
                .when
                .as_ref()
                .map_or(Ok(true), |when| scope.holds(when));
            if applies == Ok(false) {
                continue;
            }
            // Numbered whether or not the form can be made, so that its key does not depend on others.
            let about = member.map(|member| member.person.to_string());
            let number = given.entry((form.id.as_str(), about)).or_default();
            *number += 1;
            let one = One {
                facts,
                spec,
                route,
                form,
                member,
                scope,
                number: *number,
            };
            out.push(match applies {
                Ok(_) => one.fill(),
                Err(fault) => one.stop(vec![problem("when", fault)], BTreeMap::new()),
            });
        }
    }
    out
}

/// One form being filled.
struct One<'a> {
    facts: &'a Facts,
    spec: &'a Spec,
    route: &'a Route,
    form: &'a Form,
    member: Option<&'a MemberFacts>,
    scope: Scope<'a>,
    number: u32,
}

impl One<'_> {
    fn fill(self) -> Traced {
        let mut problems = Vec::new();
        let mut sources = BTreeMap::new();
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
            return self.stop(problems, sources);
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
            spec_version: self.spec.version,
        });
        Traced { filled, sources }
    }

    fn stop(self, problems: Vec<Problem>, sources: BTreeMap<String, Vec<String>>) -> Traced {
        let filled = Filled::Stopped(Stopped {
            system: self.spec.id.clone(),
            form: self.form.id.clone(),
            number: self.number,
            about: self.member.map(|member| member.person.clone()),
            problems,
        });
        Traced { filled, sources }
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
        let Some(value) = value else {
            let required = match &field.required {
                Required::Always(always) => *always,
                Required::When(condition) => self
                    .scope
                    .holds(condition)
                    .map_err(|fault| problem(&field.id, fault))?,
            };
            return match required {
                true => Err(missing(&field.id, &seen)),
                false => Ok((None, seen)),
            };
        };
        let unfit = |reason| Problem::Unfit {
            field: field.id.clone(),
            reason,
        };
        written(field, value)
            .map(|json| (Some(json), seen))
            .map_err(unfit)
    }

    fn slot(&self, slot: &Slot) -> Result<Vec<SlotPhoto>, Problem> {
        let stage = self
            .route
            .photos
            .get(&slot.slot)
            .map_or(slot.stage, |change| change.stage);
        let of_stage = || {
            self.facts
                .photos()
                .iter()
                .filter(|photo| photo.stage == stage.as_str())
        };
        let of_view =
            |photo: &&CapturePhoto| photo.view.as_deref() == slot.view.map(|view| view.as_str());
        let by_view = slot.view.is_some() && of_stage().any(|photo| of_view(&photo));
        let taken: Vec<&CapturePhoto> = of_stage()
            .filter(|photo| !by_view || of_view(photo))
            .skip(slot.nth.saturating_sub(1))
            .take(slot.max)
            .collect();
        if taken.len() < slot.min {
            let stage = stage.as_str().to_owned();
            return Err(Problem::PhotoMissing {
                slot: slot.slot.clone(),
                stage,
            });
        }
        let file = match &slot.file {
            Some(file) if !taken.is_empty() => {
                self.scope.take_seen();
                let name = self
                    .scope
                    .value(file)
                    .map_err(|fault| problem(&slot.slot, fault))?;
                let name = name.and_then(|name| name.as_text());
                Some(name.ok_or_else(|| missing(&slot.slot, &self.scope.take_seen()))?)
            }
            _ => None,
        };
        let placed = taken.into_iter().map(|photo| SlotPhoto {
            slot: slot.slot.clone(),
            photo: photo.name.clone(),
            blob: photo.blob,
            file: file.clone(),
        });
        Ok(placed.collect())
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

fn missing(field: &str, seen: &Seen) -> Problem {
    let mut concepts: Vec<String> = Vec::new();
    for name in &seen.absent {
        let concept = name.strip_prefix("said.").unwrap_or(name);
        if !concepts.iter().any(|known| known == concept) {
            concepts.push(concept.to_owned());
        }
    }
    Problem::Missing {
        field: field.to_owned(),
        concepts,
    }
}
