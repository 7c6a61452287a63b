//! For which kinds of capture a route can be given at all, read off its condition before there is any
//! capture. What the condition says of anything but the kind may come out either way.

use crate::condition::Condition;
use crate::constant::Constant;
use crate::expression::Expression;
use crate::spec::{Route, Spec};

/// Whether a route may be given for captures of a kind.
pub(crate) fn may_be_given(spec: &Spec, route: &Route, kind: &str) -> bool {
    let given = Given { spec, route, kind };
    route.when.as_ref().is_none_or(|when| given.may(when, true))
}

struct Given<'a> {
    spec: &'a Spec,
    route: &'a Route,
    kind: &'a str,
}

impl Given<'_> {
    /// Whether the condition may come out this way. Locals cannot go in a circle: specs are checked when
    /// they are read.
    fn may(&self, condition: &Condition, holds: bool) -> bool {
        match condition {
            Condition::Equals { of, to } => self.may_equal(of, to, holds),
            Condition::In { of, values } => match holds {
                true => values.iter().any(|to| self.may_equal(of, to, true)),
                false => values.iter().all(|to| self.may_equal(of, to, false)),
            },
            Condition::Present(_) | Condition::Compare { .. } => true,
            Condition::And(list) if holds => list.iter().all(|one| self.may(one, true)),
            Condition::And(list) => list.iter().any(|one| self.may(one, false)),
            Condition::Or(list) if holds => list.iter().any(|one| self.may(one, true)),
            Condition::Or(list) => list.iter().all(|one| self.may(one, false)),
            Condition::Not(one) => self.may(one, !holds),
        }
    }

    fn may_equal(&self, name: &str, to: &Constant, equal: bool) -> bool {
        if name == "capture.kind" {
            return (*to == Constant::Text(self.kind.to_owned())) == equal;
        }
        let local = name.strip_prefix("local.").and_then(|local| {
            let own = self.route.locals.get(local);
            own.or_else(|| self.spec.locals.get(local))
        });
        local.is_none_or(|local| self.may_be(local, to, equal))
    }

    fn may_be(&self, expression: &Expression, to: &Constant, equal: bool) -> bool {
        match expression {
            Expression::Const(constant) => (constant == to) == equal,
            Expression::From(name) => self.may_equal(name, to, equal),
            Expression::When(cases) => {
                for case in cases {
                    let Some(condition) = &case.r#if else {
                        return self.may_be(&case.then, to, equal);
                    };
                    if self.may(condition, true) && self.may_be(&case.then, to, equal) {
                        return true;
                    }
                    if !self.may(condition, false) {
                        return false;
                    }
                }
                // No case holds: there is no value.
                !equal
            }
            _ => true,
        }
    }
}
