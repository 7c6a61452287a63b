//! Names, circles and sizes of expressions and conditions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::concept::ConceptType;
use crate::condition::Condition;
use crate::expression::{Expression, Format};
use crate::facts;
use crate::near::{hint, nearest};
use crate::spec::{Locals, Spec};

use super::{Checked, Checker};

/// Most operators in an expression with its locals written out.
const MAX_SIZE: usize = 5_000;
/// Most operators inside one another, likewise.
const MAX_DEPTH: usize = 64;

/// A name or constant.
const LEAF: Size = Size {
    operators: 1,
    depth: 1,
};

/// How large an expression is with its locals written out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
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

/// Locals in reach under their paths, with those being written out (to see circles) and those done.
pub(super) struct Reach<'a> {
    locals: Vec<(String, &'a Locals)>,
    spec: Option<&'a Spec>,
    open: RefCell<Vec<String>>,
    done: RefCell<BTreeMap<String, Size>>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(locals: Vec<(String, &'a Locals)>, spec: Option<&'a Spec>) -> Self {
        Self {
            locals,
            spec,
            open: RefCell::default(),
            done: RefCell::default(),
        }
    }

    /// The local of this name.
    pub(super) fn find(&self, name: &str) -> Option<&'a Expression> {
        self.locals.iter().find_map(|(_, locals)| locals.get(name))
    }

    /// The spec whose code maps are in reach.
    pub(super) fn spec(&self) -> Option<&'a Spec> {
        self.spec
    }
}

impl Checker<'_> {
    /// A name must be a local in reach, a concept, or a derived fact. Gives the size of a local.
    pub(super) fn name(&self, path: &str, name: &str, reach: &Reach<'_>) -> Checked<Size> {
        if let Some(local) = name.strip_prefix("local.") {
            return self.local(path, local, reach);
        }
        let exists = match name.strip_prefix("said.") {
            Some(concept) => self.known.concepts.find(concept).is_some(),
            None => self.known.concepts.find(name).is_some() || facts::is_derived(name),
        };
        match exists {
            true => Ok(LEAF),
            false => {
                let hint = self.meant(name);
                let reason = format!("there is no concept or derived fact {name:?}{hint}");
                self.no(path, reason)
            }
        }
    }

    /// The fact that was meant by an unknown name: one nearly so written, or a concept with this label.
    fn meant(&self, name: &str) -> String {
        let concepts = self.known.concepts;
        if let Some(labelled) = concepts.iter().find(|concept| concept.label == name) {
            return format!("; did you mean {:?}?", labelled.id);
        }
        let ids = concepts.iter().map(|concept| concept.id.as_str());
        match name.strip_prefix("said.") {
            Some(concept) => match nearest(concept, ids) {
                Some(near) => format!("; did you mean \"said.{near}\"?"),
                None => String::new(),
            },
            None => hint(name, ids.chain(facts::DERIVED)),
        }
    }

    fn local(&self, path: &str, name: &str, reach: &Reach<'_>) -> Checked<Size> {
        if let Some(size) = reach.done.borrow().get(name) {
            return Ok(*size);
        }
        let mut lists = reach.locals.iter();
        let found = lists.find_map(|(at, locals)| Some((at, locals.get(name)?)));
        let Some((at, local)) = found else {
            let known = reach.locals.iter().flat_map(|(_, locals)| locals.keys());
            let known: Vec<String> = known.map(|local| format!("local.{local}")).collect();
            let hint = hint(&format!("local.{name}"), known.iter().map(String::as_str));
            return self.no(path, format!("there is no local {name:?} here{hint}"));
        };
        if reach.open.borrow().iter().any(|open| open == name) {
            let circle = reach.open.borrow().join(" → ");
            return self.no(path, format!("locals go in a circle: {circle} → {name}"));
        }
        if reach.open.borrow().len() >= MAX_DEPTH {
            return self.no(path, "too many locals inside one another");
        }
        reach.open.borrow_mut().push(name.to_owned());
        let size = self.expression(&format!("{at}.{name}"), local, reach)?;
        reach.open.borrow_mut().pop();
        reach.done.borrow_mut().insert(name.to_owned(), size);
        Ok(size)
    }

    pub(super) fn expression(
        &self,
        path: &str,
        expression: &Expression,
        reach: &Reach<'_>,
    ) -> Checked<Size> {
        let inner = |rest: &str| format!("{path}.{rest}");
        let size = match expression {
            Expression::Const(_) => LEAF,
            Expression::From(name) => self.name(&inner("from"), name, reach)?,
            Expression::FirstOf(list) => self.all(&inner("first_of"), list, reach)?,
            Expression::Join { of, .. } => self.all(&inner("join.of"), of, reach)?,
            Expression::Slice { of, from, to } => {
                if from >= to {
                    let reason = "a slice runs from a smaller to a greater number";
                    return self.no(&inner("slice"), reason);
                }
                self.expression(&inner("slice.of"), of, reach)?
            }
            Expression::CodeMap { map, of } => {
                if reach
                    .spec
                    .is_none_or(|spec| !spec.code_maps.contains_key(map))
                {
                    return self.no(
                        &inner("code_map.map"),
                        format!("there is no code map {map:?}"),
                    );
                }
                let size = self.expression(&inner("code_map.of"), of, reach)?;
                self.mapped(path, map, of, reach)?;
                size
            }
            Expression::Label(name) => {
                let concept = name.strip_prefix("said.").unwrap_or(name);
                let concept = self.known.concepts.find(concept);
                if concept.is_none_or(|concept| concept.r#type != ConceptType::Code) {
                    let reason = format!("{name:?} is not a concept with a code list");
                    return self.no(&inner("label"), reason);
                }
                LEAF
            }
            Expression::Count(name) => match facts::is_list(name) {
                true => LEAF,
                false => return self.no(&inner("count"), format!("{name:?} is not a list")),
            },
            Expression::When(cases) => {
                let mut size = self.some(&inner("when"), cases.len())?;
                for (at, case) in cases.iter().enumerate() {
                    if let Some(condition) = &case.r#if {
                        let path = format!("{path}.when[{at}].if");
                        size = size.and(self.condition(&path, condition, reach)?);
                    }
                    let path = format!("{path}.when[{at}].then");
                    size = size.and(self.expression(&path, &case.then, reach)?);
                }
                size
            }
            Expression::Default { of, .. } => self.expression(&inner("default.of"), of, reach)?,
            Expression::Format { of, r#as } => {
                for (at, format) in r#as.iter().enumerate() {
                    self.format(&format!("{path}.format.as[{at}]"), format)?;
                }
                self.expression(&inner("format.of"), of, reach)?
            }
        };
        self.bounded(path, size)
    }

    fn all(&self, path: &str, list: &[Expression], reach: &Reach<'_>) -> Checked<Size> {
        let mut size = self.some(path, list.len())?;
        for (at, one) in list.iter().enumerate() {
            size = size.and(self.expression(&format!("{path}[{at}]"), one, reach)?);
        }
        Ok(size)
    }

    fn some(&self, path: &str, count: usize) -> Checked<Size> {
        match count {
            0 => self.no(path, "an empty list"),
            _ => Ok(Size::default()),
        }
    }

    fn format(&self, path: &str, format: &Format) -> Checked {
        match format {
            Format::Unit { from, to } if !from.converts_to(*to) => {
                self.no(path, "a length is not an area")
            }
            Format::Number { decimals, .. } if *decimals > 12 => {
                self.no(path, "at most 12 decimals")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn condition(
        &self,
        path: &str,
        condition: &Condition,
        reach: &Reach<'_>,
    ) -> Checked<Size> {
        let inner = |rest: &str| format!("{path}.{rest}");
        let size = match condition {
            Condition::Equals { of, to } => {
                let size = self.name(&inner("equals.of"), of, reach)?;
                self.comparable(&inner("equals.to"), of, to, reach)?;
                size
            }
            Condition::In { of, values } => {
                let size = self.name(&inner("in.of"), of, reach)?;
                self.some(&inner("in.values"), values.len())?;
                for (at, value) in values.iter().enumerate() {
                    self.comparable(&format!("{path}.in.values[{at}]"), of, value, reach)?;
                }
                size
            }
            Condition::Present(of) => self.name(&inner("present"), of, reach)?,
            Condition::Compare { of, .. } => {
                let size = self.name(&inner("compare.of"), of, reach)?;
                self.numeric(&inner("compare.of"), of, reach)?;
                size
            }
            Condition::And(list) => self.every(&inner("and"), list, reach)?,
            Condition::Or(list) => self.every(&inner("or"), list, reach)?,
            Condition::Not(one) => self.condition(&inner("not"), one, reach)?,
        };
        self.bounded(path, size)
    }

    fn every(&self, path: &str, list: &[Condition], reach: &Reach<'_>) -> Checked<Size> {
        let mut size = self.some(path, list.len())?;
        for (at, one) in list.iter().enumerate() {
            size = size.and(self.condition(&format!("{path}[{at}]"), one, reach)?);
        }
        Ok(size)
    }

    fn bounded(&self, path: &str, inner: Size) -> Checked<Size> {
        let operators = inner.operators.saturating_add(1);
        let size = Size {
            operators,
            depth: inner.depth + 1,
        };
        match size.operators <= MAX_SIZE && size.depth <= MAX_DEPTH {
            true => Ok(size),
            false => self.no(path, "too large with its locals written out"),
        }
    }
}
