//! Checks of a spec that serde cannot make: names that must exist, circles, bounds.
//!
//! After them evaluation cannot meet an unknown name and takes bounded time: what an expression comes
//! to with its locals written out is limited here.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::concept::{ConceptType, Concepts};
use crate::condition::Condition;
use crate::error::SpecError;
use crate::expression::{Expression, Format};
use crate::facts;
use crate::kind::Kinds;
use crate::spec::{Form, Locals, Required, Spec};

mod wire;

/// Most operators in an expression with its locals written out.
const MAX_SIZE: usize = 5_000;
/// Most operators inside one another, likewise.
const MAX_DEPTH: usize = 64;

/// What a spec may refer to.
pub(crate) struct Known<'a> {
    pub concepts: &'a Concepts,
    pub kinds: &'a Kinds,
}

/// How large an expression is with its locals written out.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    operators: usize,
    depth: usize,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            operators: self.operators.saturating_add(other.operators),
            depth: self.depth.max(other.depth),
        }
    }
}

/// Locals in reach, with those being written out (to see circles) and those done.
struct Reach<'a> {
    locals: Vec<&'a Locals>,
    maps: Option<&'a Spec>,
    open: RefCell<Vec<String>>,
    done: RefCell<BTreeMap<String, Size>>,
}

impl<'a> Reach<'a> {
    fn new(locals: Vec<&'a Locals>, maps: Option<&'a Spec>) -> Self {
        Self {
            locals,
            maps,
            open: RefCell::default(),
            done: RefCell::default(),
        }
    }
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
    let shared = Reach::new(vec![&spec.locals], Some(spec));
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
        let reach = Reach::new(vec![&route.locals, &spec.locals], Some(spec));
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
                return self.no(&path, format!("there is no concept {concept:?}"));
            }
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

    /// A name must be a local in reach, a concept, or a derived fact. Gives the size of a local.
    fn name(&self, path: &str, name: &str, reach: &Reach<'_>) -> Checked<Size> {
        if let Some(local) = name.strip_prefix("local.") {
            return self.local(path, local, reach);
        }
        let exists = match name.strip_prefix("said.") {
            Some(concept) => self.known.concepts.find(concept).is_some(),
            None => self.known.concepts.find(name).is_some() || facts::is_derived(name),
        };
        match exists {
            true => Ok(Size {
                operators: 1,
                depth: 1,
            }),
            false => self.no(
                path,
                format!("there is no concept or derived fact {name:?}"),
            ),
        }
    }

    fn local(&self, path: &str, name: &str, reach: &Reach<'_>) -> Checked<Size> {
        if let Some(size) = reach.done.borrow().get(name) {
            return Ok(*size);
        }
        let Some(local) = reach.locals.iter().find_map(|locals| locals.get(name)) else {
            return self.no(path, format!("there is no local {name:?} here"));
        };
        if reach.open.borrow().iter().any(|open| open == name) {
            let circle = reach.open.borrow().join(" → ");
            return self.no(path, format!("locals go in a circle: {circle} → {name}"));
        }
        reach.open.borrow_mut().push(name.to_owned());
        let size = self.expression(path, local, reach)?;
        reach.open.borrow_mut().pop();
        reach.done.borrow_mut().insert(name.to_owned(), size);
        Ok(size)
    }

    fn expression(&self, path: &str, expression: &Expression, reach: &Reach<'_>) -> Checked<Size> {
        let inner = match expression {
            Expression::Const(_) => Size::default(),
            Expression::From(name) => self.name(path, name, reach)?,
            Expression::FirstOf(list) | Expression::Join { of: list, .. } => {
                if list.is_empty() {
                    return self.no(path, "an empty list");
                }
                let mut size = Size::default();
                for (at, one) in list.iter().enumerate() {
                    size = size.and(self.expression(&format!("{path}[{at}]"), one, reach)?);
                }
                size
            }
            Expression::Slice { of, from, to } => {
                if from >= to {
                    return self.no(path, "a slice runs from a smaller to a greater number");
                }
                self.expression(&format!("{path}.of"), of, reach)?
            }
            Expression::CodeMap { map, of } => {
                if reach
                    .maps
                    .is_none_or(|spec| !spec.code_maps.contains_key(map))
                {
                    return self.no(path, format!("there is no code map {map:?}"));
                }
                self.expression(&format!("{path}.of"), of, reach)?
            }
            Expression::Label(name) => {
                let concept = self
                    .known
                    .concepts
                    .find(name.strip_prefix("said.").unwrap_or(name));
                if concept.is_none_or(|concept| concept.r#type != ConceptType::Code) {
                    return self.no(path, format!("{name:?} is not a concept with a code list"));
                }
                Size {
                    operators: 1,
                    depth: 1,
                }
            }
            Expression::Count(name) => match facts::is_list(name) {
                true => Size {
                    operators: 1,
                    depth: 1,
                },
                false => return self.no(path, format!("{name:?} is not a list")),
            },
            Expression::When(cases) => {
                if cases.is_empty() {
                    return self.no(path, "an empty list");
                }
                let mut size = Size::default();
                for (at, case) in cases.iter().enumerate() {
                    if let Some(condition) = &case.r#if {
                        let path = format!("{path}[{at}].if");
                        size = size.and(self.condition(&path, condition, reach)?);
                    }
                    size = size.and(self.expression(
                        &format!("{path}[{at}].then"),
                        &case.then,
                        reach,
                    )?);
                }
                size
            }
            Expression::Default { of, .. } => self.expression(&format!("{path}.of"), of, reach)?,
            Expression::Format { of, r#as } => {
                for format in r#as {
                    if let Format::Unit { from, to } = format
                        && !from.converts_to(*to)
                    {
                        return self.no(path, "a length is not an area");
                    }
                    if matches!(format, Format::Number { decimals, .. } if *decimals > 12) {
                        return self.no(path, "at most 12 decimals");
                    }
                }
                self.expression(&format!("{path}.of"), of, reach)?
            }
        };
        self.bounded(path, inner)
    }

    fn condition(&self, path: &str, condition: &Condition, reach: &Reach<'_>) -> Checked<Size> {
        let inner = match condition {
            Condition::Equals { of, .. }
            | Condition::In { of, .. }
            | Condition::Present(of)
            | Condition::Compare { of, .. } => self.name(path, of, reach)?,
            Condition::And(list) | Condition::Or(list) => {
                let mut size = Size::default();
                for (at, one) in list.iter().enumerate() {
                    size = size.and(self.condition(&format!("{path}[{at}]"), one, reach)?);
                }
                size
            }
            Condition::Not(one) => self.condition(&format!("{path}.not"), one, reach)?,
        };
        self.bounded(path, inner)
    }

    fn bounded(&self, path: &str, inner: Size) -> Checked<Size> {
        let size = Size {
            operators: inner.operators.saturating_add(1),
            depth: inner.depth + 1,
        };
        match size.operators <= MAX_SIZE && size.depth <= MAX_DEPTH {
            true => Ok(size),
            false => self.no(path, "too large with its locals written out"),
        }
    }
}
