//! Checks of a spec that serde cannot make: names that must exist, circles, bounds.
//!
//! After them evaluation cannot meet an unknown name and takes bounded time: what an expression comes
//! to with its locals written out is limited here.

use std::collections::BTreeSet;

use crate::concept::{ConceptType, Concepts};
use crate::error::SpecError;
use crate::facts;
use crate::kind::Kinds;
use crate::near::hint;
use crate::spec::{Form, Required, Spec};

pub(crate) use burden::burden;
use reach::Reach;

mod burden;
mod field;
mod map;
mod possible;
mod reach;
mod value;
mod wire;

/// What a spec may refer to.
pub(crate) struct Known<'a> {
    pub concepts: &'a Concepts,
    pub kinds: &'a Kinds,
}

struct Checker<'a> {
    file: &'a str,
    known: &'a Known<'a>,
}

type Checked<T = ()> = Result<T, SpecError>;

/// Checks the conditions and fact names of the kinds.
pub(crate) fn kinds(file: &str, known: &Known<'_>) -> Checked {
    let checker = Checker { file, known };
    let reach = Reach::new(Vec::new(), None);
    for kind in known.kinds.iter() {
        if let Some(concept) = &kind.confirmed_by {
            let found = known.concepts.find(concept);
            if found.is_none_or(|concept| concept.r#type != ConceptType::Bool) {
                let reason = format!("{concept:?} is not a concept of yes and no");
                return checker.no(&format!("{}.confirmed_by", kind.id), reason);
            }
        }
        let at = |rest: &str| format!("{}.cases.{rest}", kind.id);
        if let Some(closes) = &kind.cases.closes {
            checker.condition(&at("closes"), closes, &reach)?;
        }
        for rule in &kind.cases.opens {
            checker.name(&at("opens.type"), &rule.r#type, &reach)?;
            for condition in rule.when.iter().chain(&rule.closed_when) {
                checker.condition(&at("opens"), condition, &reach)?;
            }
            for name in rule.due.iter().chain(&rule.level) {
                checker.name(&at("opens"), name, &reach)?;
            }
        }
    }
    Ok(())
}

/// Checks a spec.
pub(crate) fn spec(file: &str, spec: &Spec, known: &Known<'_>) -> Checked {
    let checker = Checker { file, known };
    checker.head(spec)?;
    let shared = Reach::new(vec![("locals".to_owned(), &spec.locals)], Some(spec));
    for (name, local) in &spec.locals {
        checker.expression(&format!("locals.{name}"), local, &shared)?;
    }
    let mut given = BTreeSet::new();
    for (at, route) in spec.routes.iter().enumerate() {
        let at = format!("routes[{at}]");
        let Some(form) = spec.form(&route.form) else {
            return checker.no(
                &format!("{at}.form"),
                format!("there is no form {:?}", route.form),
            );
        };
        given.insert(form.id.as_str());
        if let Some(twice) = route
            .locals
            .keys()
            .find(|name| spec.locals.contains_key(*name))
        {
            let reason = format!("{twice:?} is already a local of the spec");
            return checker.no(&format!("{at}.locals"), reason);
        }
        let reach = {
            let own = (format!("{at}.locals"), &route.locals);
            Reach::new(vec![own, ("locals".to_owned(), &spec.locals)], Some(spec))
        };
        for (name, local) in &route.locals {
            checker.expression(&format!("{at}.locals.{name}"), local, &reach)?;
        }
        if let Some(when) = &route.when {
            checker.condition(&format!("{at}.when"), when, &reach)?;
        }
        if let Some(slot) = route
            .photos
            .keys()
            .find(|id| form.photos.iter().all(|s| s.slot != **id))
        {
            return checker.no(
                &format!("{at}.photos"),
                format!("the form has no slot {slot:?}"),
            );
        }
        if let Some(opens) = &route.opens_case {
            let mut rules = known.kinds.iter().flat_map(|kind| &kind.cases.opens);
            if !rules.any(|rule| rule.r#type == *opens) {
                let reason = format!("no kind opens a case of type {opens:?}");
                return checker.no(&format!("{at}.opens_case"), reason);
            }
        }
        checker.form(spec, form, &reach).map_err(|mut error| {
            error.reason = format!("{} (filled by {at})", error.reason);
            error
        })?;
        checker.named_codes(&at, spec, form, route)?;
    }
    if let Some(form) = spec
        .forms
        .iter()
        .find(|form| !given.contains(form.id.as_str()))
    {
        return checker.no("routes", format!("no route gives the form {:?}", form.id));
    }
    wire::check(file, spec)
}

impl Checker<'_> {
    fn no<T>(&self, path: &str, reason: impl Into<String>) -> Checked<T> {
        Err(SpecError::new(self.file, path, reason))
    }

    fn head(&self, spec: &Spec) -> Checked {
        let plain = |id: &str| {
            !id.is_empty()
                && id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !plain(&spec.id) {
            return self.no("id", "an id has small letters, digits and _ only");
        }
        if spec.version == 0 {
            return self.no("version", "versions count from 1");
        }
        if spec.forwards_to.contains(&spec.id) {
            return self.no("forwards_to", "a system does not feed itself");
        }
        for (name, map) in &spec.code_maps {
            let concept = &map.concept;
            let exists = concept == "bool"
                || self.known.concepts.find(concept).is_some()
                || facts::is_derived(concept);
            if !exists {
                let path = format!("code_maps.{name}.concept");
                let ids = self
                    .known
                    .concepts
                    .iter()
                    .map(|concept| concept.id.as_str());
                let hint = hint(concept, ids.chain(facts::DERIVED));
                return self.no(&path, format!("there is no concept {concept:?}{hint}"));
            }
            self.rules(name, map)?;
        }
        let mut ids = BTreeSet::new();
        for (at, form) in spec.forms.iter().enumerate() {
            if !plain(&form.id) || !ids.insert(form.id.as_str()) {
                let reason = format!("{:?} is not a form id of its own", form.id);
                return self.no(&format!("forms[{at}].id"), reason);
            }
        }
        Ok(())
    }

    fn form(&self, spec: &Spec, form: &Form, reach: &Reach<'_>) -> Checked {
        let at = spec
            .forms
            .iter()
            .position(|one| one.id == form.id)
            .unwrap_or_default();
        let fields = form
            .fields
            .iter()
            .enumerate()
            .map(|(n, field)| ("fields", n, field));
        let auto = form
            .auto
            .iter()
            .enumerate()
            .map(|(n, field)| ("auto", n, field));
        for (list, n, field) in fields.chain(auto) {
            let path = format!("forms[{at}].{list}[{n}]");
            let same = form
                .fields
                .iter()
                .chain(&form.auto)
                .filter(|one| one.id == field.id)
                .count();
            if same > 1 || field.id.is_empty() {
                return self.no(
                    &format!("{path}.id"),
                    format!("{:?} is not an id of its own", field.id),
                );
            }
            if field.column.is_some() && list == "fields" {
                return self.no(&format!("{path}.column"), "a field is a column as it is");
            }
            self.expression(&format!("{path}.value"), &field.value, reach)?;
            self.typed(&path, spec, field, reach)?;
            if let Required::When(condition) = &field.required {
                self.condition(&format!("{path}.required"), condition, reach)?;
            }
        }
        for (n, slot) in form.photos.iter().enumerate() {
            let path = format!("forms[{at}].photos[{n}]");
            if form
                .photos
                .iter()
                .filter(|one| one.slot == slot.slot)
                .count()
                > 1
            {
                return self.no(
                    &format!("{path}.slot"),
                    format!("{:?} is given twice", slot.slot),
                );
            }
            if slot.nth == 0 || slot.max == 0 || slot.min > slot.max {
                return self.no(&path, "nth and max are at least 1 and min at most max");
            }
            if let Some(file) = &slot.file {
                self.expression(&format!("{path}.file"), file, reach)?;
            }
        }
        Ok(())
    }
}
