//! What would make a condition hold or fail.

use crate::condition::Condition;
use crate::constant::Constant;
use crate::expression::Expression;

use super::reason::Reason;
use super::want::Ways;

impl Reason<'_> {
    /// What would make a condition readable that stumbles over an unreadable value.
    pub(super) fn readable_by(&self, condition: &Condition) -> Ways {
        let of = |name: &str| match self.local(name) {
            Some(local) if self.scope.value(local).is_err() => self.ways(local),
            Some(_) => Ways::never(),
            None if self.fact(name).is_some() && !self.is_known(name) => self.resolve(name),
            None => Ways::never(),
        };
        match condition {
            Condition::Equals { of: name, .. }
            | Condition::In { of: name, .. }
            | Condition::Present(name)
            | Condition::Compare { of: name, .. } => of(name),
            Condition::And(list) | Condition::Or(list) => list
                .iter()
                .find(|one| self.scope.holds(one).is_err())
                .map_or_else(Ways::never, |one| self.readable_by(one)),
            Condition::Not(one) => self.readable_by(one),
        }
    }

    /// What would make a condition hold.
    pub(crate) fn holds_by(&self, condition: &Condition) -> Ways {
        match self.scope.holds(condition) {
            Ok(true) => return Ways::now(),
            Ok(false) => {}
            Err(_) => return self.readable_by(condition),
        }
        match condition {
            Condition::Equals { of, to } => self.equal_by(of, to),
            Condition::In { of, values } => values.iter().fold(Ways::never(), |ways, value| {
                ways.or(self.equal_by(of, value))
            }),
            Condition::Present(name) | Condition::Compare { of: name, .. } => {
                match self.local(name) {
                    Some(local) => {
                        let ways = self.ways(local);
                        if ways.is_now() { Ways::never() } else { ways }
                    }
                    None if self.is_known(name) => Ways::never(),
                    None => self.resolve(name),
                }
            }
            Condition::And(all) => all
                .iter()
                .fold(Ways::now(), |ways, one| ways.and(&self.holds_by(one))),
            Condition::Or(any) => any
                .iter()
                .fold(Ways::never(), |ways, one| ways.or(self.holds_by(one))),
            Condition::Not(one) => self.fails_by(one),
        }
    }

    /// What would make a condition fail.
    pub(crate) fn fails_by(&self, condition: &Condition) -> Ways {
        match self.scope.holds(condition) {
            Ok(false) => return Ways::now(),
            Ok(true) => {}
            Err(_) => return self.readable_by(condition),
        }
        match condition {
            Condition::Equals { of, .. } | Condition::In { of, .. } => self
                .local(of)
                .map_or_else(Ways::never, |local| self.otherwise_by(local)),
            Condition::Present(_) | Condition::Compare { .. } => Ways::never(),
            Condition::And(all) => all
                .iter()
                .fold(Ways::never(), |ways, one| ways.or(self.fails_by(one))),
            Condition::Or(any) => any
                .iter()
                .fold(Ways::now(), |ways, one| ways.and(&self.fails_by(one))),
            Condition::Not(one) => self.holds_by(one),
        }
    }

    fn equal_by(&self, name: &str, to: &Constant) -> Ways {
        match self.local(name) {
            Some(local) => self.expression_equal_by(local, to),
            None if self.is_known(name) => Ways::never(),
            None => self.resolve(name),
        }
    }

    fn expression_equal_by(&self, expression: &Expression, to: &Constant) -> Ways {
        match self.scope.value(expression) {
            Ok(Some(value)) if value.equals(to) => return Ways::now(),
            Err(_) => return self.ways(expression),
            Ok(_) => {}
        }
        match expression {
            Expression::Const(_) => Ways::never(),
            Expression::From(name) => self.equal_by(name, to),
            Expression::When(cases) => {
                let mut ways = Ways::never();
                // What must fail before a later case is looked at.
                let mut before = Ways::now();
                for case in cases {
                    let open = match &case.r#if {
                        Some(condition) => self.holds_by(condition),
                        None => Ways::now(),
                    };
                    let this = before.clone().and(&open);
                    ways = ways.or(this.and(&self.expression_equal_by(&case.then, to)));
                    match &case.r#if {
                        Some(condition) => before = before.and(&self.fails_by(condition)),
                        None => break,
                    }
                }
                ways
            }
            other => {
                let ways = self.ways(other);
                if ways.is_now() { Ways::never() } else { ways }
            }
        }
    }

    /// What might give an expression another value than it has.
    fn otherwise_by(&self, expression: &Expression) -> Ways {
        let Expression::When(cases) = expression else {
            return match expression {
                Expression::From(name) => self
                    .local(name)
                    .map_or_else(Ways::never, |local| self.otherwise_by(local)),
                _ => Ways::never(),
            };
        };
        let mut ways = Ways::never();
        for condition in cases.iter().map_while(|case| case.r#if.as_ref()) {
            if self.scope.holds(condition) == Ok(true) {
                return ways.or(self.fails_by(condition));
            }
            ways = ways.or(self.holds_by(condition));
        }
        ways
    }
}
