//! Names, circles and sizes of expressions and conditions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::concept::ConceptType;
use crate::condition::Condition;
use crate::expression::{Expression, Format};
use crate::facts;
use crate::spec::{Locals, Spec};

use super::{Checked, Checker};

/// Most operators in an expression with its locals written out.
const MAX_SIZE: usize = 5_000;
/// Most operators inside one another, likewise.
const MAX_DEPTH: usize = 64;

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

/// Locals in reach, with those being written out (to see circles) and those done.
pub(super) struct Reach<'a> {
    locals: Vec<&'a Locals>,
    spec: Option<&'a Spec>,
    open: RefCell<Vec<String>>,
    done: RefCell<BTreeMap<String, Size>>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(locals: Vec<&'a Locals>, spec: Option<&'a Spec>) -> Self {
        Self {
            locals,
            spec,
            open: RefCell::default(),
            done: RefCell::default(),
        }
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
        if reach.open.borrow().len() >= MAX_DEPTH {
            return self.no(path, "too many locals inside one another");
        }
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

    pub(super) fn expression(
        &self,
        path: &str,
        expression: &Expression,
        reach: &Reach<'_>,
    ) -> Checked<Size> {
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
                    .spec
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

    pub(super) fn condition(
        &self,
        path: &str,
        condition: &Condition,
        reach: &Reach<'_>,
    ) -> Checked<Size> {
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
