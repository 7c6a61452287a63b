//! Evaluation: expressions and conditions over facts.
//!
//! Total: specs are checked when they are read, so names exist, circles do not, and depth and size are
//! bounded. What still can happen is a value, missing (`None`), or a [`Fault`]; a fault passes through
//! every operator, so that a wrong value never becomes a silent default.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::code_map::CodeMap;
use crate::condition::Condition;
use crate::expression::Expression;
use crate::facts::{Fact, Facts, MemberFacts};
use crate::format;
use crate::spec::{Locals, Route, Spec};
use crate::value::Value;

/// Why a value cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A code has no counterpart.
    Unmapped {
        concept: String,
        code: String,
        map: String,
    },
    /// A value does not fit; the text does not hold it.
    Unfit(String),
}

/// What an evaluation looked at, in order of first use.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Facts that gave a value.
    pub used: Vec<String>,
    /// Facts that were wanted as a value and are missing.
    pub absent: Vec<String>,
    /// Facts, there or missing, by which conditions decided.
    pub decided_by: Vec<String>,
}

fn note(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

/// Where names are looked up.
pub(crate) struct Scope<'a> {
    facts: &'a Facts,
    locals: [Option<&'a Locals>; 2],
    maps: Option<&'a BTreeMap<String, CodeMap>>,
    member: Option<&'a MemberFacts>,
    seen: RefCell<Seen>,
}

type Evaluated = Result<Option<Value>, Fault>;

impl<'a> Scope<'a> {
    /// Facts alone.
    pub(crate) fn of(facts: &'a Facts) -> Self {
        Self {
            facts,
            locals: [None, None],
            maps: None,
            member: None,
            seen: RefCell::default(),
        }
    }

    /// A route of a spec, for a member where the route goes through members.
    pub(crate) fn on(
        facts: &'a Facts,
        spec: &'a Spec,
        route: &'a Route,
        member: Option<&'a MemberFacts>,
    ) -> Self {
        Self {
            facts,
            locals: [Some(&route.locals), Some(&spec.locals)],
            maps: Some(&spec.code_maps),
            member,
            seen: RefCell::default(),
        }
    }

    /// Takes what was looked at since the last time.
    pub(crate) fn take_seen(&self) -> Seen {
        self.seen.take()
    }

    fn local(&self, name: &str) -> Option<&'a Expression> {
        let name = name.strip_prefix("local.")?;
        self.locals
            .iter()
            .flatten()
            .find_map(|locals| locals.get(name))
    }

    fn fact(&self, name: &str) -> Option<&'a Fact> {
        if let Some(member) = self.member
            && let Some(fact) = member.find(name)
        {
            return fact;
        }
        self.facts.fact(name)
    }

    /// The concepts for want of which there is no value: what was wanted itself, else what conditions
    /// looked for in vain.
    pub(crate) fn lacking(&self, seen: &Seen) -> Vec<String> {
        let plain = |name: &String| name.strip_prefix("said.").unwrap_or(name).to_owned();
        let mut names: Vec<String> = seen.absent.iter().map(plain).collect();
        if names.is_empty() {
            let missing = |name: &&String| self.fact(name).is_none();
            names = seen.decided_by.iter().filter(missing).map(plain).collect();
        }
        let mut once = Vec::new();
        names.iter().for_each(|name| note(&mut once, name));
        once
    }

    /// A fact or local, wanted as a value.
    fn named(&self, name: &str) -> Evaluated {
        if let Some(local) = self.local(name) {
            return self.value(local);
        }
        let fact = self.fact(name);
        let mut seen = self.seen.borrow_mut();
        let list = if fact.is_some() {
            &mut seen.used
        } else {
            &mut seen.absent
        };
        note(list, name);
        drop(seen);
        readable(name, fact.map(|fact| &fact.value))
    }

    /// A fact or local, looked at by a condition.
    fn tested(&self, name: &str) -> Evaluated {
        let Some(local) = self.local(name) else {
            note(&mut self.seen.borrow_mut().decided_by, name);
            return readable(name, self.fact(name).map(|fact| &fact.value));
        };
        let used = self.seen.borrow().used.len();
        let value = self.value(local);
        // What the local was made from gave no value here, it decided.
        let seen = &mut *self.seen.borrow_mut();
        for name in seen.used.split_off(used) {
            note(&mut seen.decided_by, &name);
        }
        value
    }

    /// The value of an expression.
    pub(crate) fn value(&self, expression: &Expression) -> Evaluated {
        match expression {
            Expression::From(name) => self.named(name),
            Expression::Const(constant) => Ok(Some(constant.into())),
            Expression::FirstOf(list) => {
                for one in list {
                    if let Some(value) = self.value(one)? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            Expression::Join { of, with } => self.join(of, with),
            Expression::Slice { of, from, to } => {
                let Some(text) = self.text(of)? else {
                    return Ok(None);
                };
                let part: String = text.chars().take(*to).skip(*from).collect();
                Ok((!part.is_empty()).then_some(Value::Text(part)))
            }
            Expression::CodeMap { map, of } => self.mapped(map, of),
            Expression::Label(name) => self.label(name),
            Expression::Count(name) => match self.named(name)? {
                None => Ok(None),
                Some(Value::List(list)) => Ok(Some(Value::Number(list.len() as f64))),
                Some(_) => Err(Fault::Unfit(format!("{name} is not a list"))),
            },
            Expression::When(cases) => {
                for case in cases {
                    if case
                        .r#if
                        .as_ref()
                        .map_or(Ok(true), |condition| self.holds(condition))?
                    {
                        return self.value(&case.then);
                    }
                }
                Ok(None)
            }
            Expression::Default { of, value } => {
                Ok(Some(self.value(of)?.unwrap_or_else(|| value.into())))
            }
            Expression::Format { of, r#as } => {
                let Some(first) = self.value(of)? else {
                    return Ok(None);
                };
                let written = format::through(r#as, first);
                written.map(Some).map_err(Fault::Unfit)
            }
        }
    }

    fn text(&self, expression: &Expression) -> Result<Option<String>, Fault> {
        let Some(value) = self.value(expression)? else {
            return Ok(None);
        };
        let noun = value.noun();
        let unfit = || Fault::Unfit(format!("{noun} needs a format to be written"));
        value.as_text().ok_or_else(unfit).map(Some)
    }

    fn join(&self, parts: &[Expression], with: &str) -> Evaluated {
        // Every part is looked at, so that all that is missing is named at once.
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            texts.push(self.text(part)?);
        }
        let whole: Option<Vec<String>> = texts.into_iter().collect();
        Ok(whole.map(|texts| Value::Text(texts.join(with))))
    }

    fn mapped(&self, name: &str, of: &Expression) -> Evaluated {
        let Some(value) = self.value(of)? else {
            return Ok(None);
        };
        let Some(map) = self.maps.and_then(|maps| maps.get(name)) else {
            return Err(Fault::Unfit(format!("there is no code map {name:?}")));
        };
        let Some(code) = value.as_code() else {
            return Err(Fault::Unfit(format!("{} is not a code", value.noun())));
        };
        match map.target(&code) {
            Some(target) => Ok(Some(Value::Text(target.to_owned()))),
            None => Err(Fault::Unmapped {
                concept: map.concept.clone(),
                code,
                map: name.to_owned(),
            }),
        }
    }

    fn label(&self, name: &str) -> Evaluated {
        let Some(value) = self.named(name)? else {
            return Ok(None);
        };
        let label = self.fact(name).and_then(|fact| fact.label.clone());
        label.map(|label| Some(Value::Text(label))).ok_or_else(|| {
            Fault::Unfit(format!(
                "{name} is {} without a label in its code list",
                value.noun()
            ))
        })
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, condition: &Condition) -> Result<bool, Fault> {
        Ok(match condition {
            Condition::Equals { of, to } => self.tested(of)?.is_some_and(|value| value.equals(to)),
            Condition::In { of, values } => self
                .tested(of)?
                .is_some_and(|value| values.iter().any(|constant| value.equals(constant))),
            Condition::Present(name) => match self.local(name) {
                Some(_) => self.tested(name)?.is_some(),
                None => {
                    note(&mut self.seen.borrow_mut().decided_by, name);
                    self.fact(name).is_some()
                }
            },
            Condition::Compare { of, is, than } => match self.tested(of)? {
                Some(Value::Number(number)) => is.holds(number, *than),
                _ => false,
            },
            Condition::And(all) => {
                for one in all {
                    if !self.holds(one)? {
                        return Ok(false);
                    }
                }
                true
            }
            Condition::Or(any) => {
                for one in any {
                    if self.holds(one)? {
                        return Ok(true);
                    }
                }
                false
            }
            Condition::Not(one) => !self.holds(one)?,
        })
    }
}

fn readable(name: &str, value: Option<&Value>) -> Evaluated {
    match value {
        Some(Value::Unfit(wanted)) => Err(Fault::Unfit(format!("{name} is not {}", wanted.noun()))),
        other => Ok(other.cloned()),
    }
}
