//! Which facts an expression is made from, on any of its branches, and how they get into the field.

use crate::expression::{Expression, Format};
use crate::spec::{Field, FieldType, Route, Spec};

use super::question::Limits;

/// A fact that an expression names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf<'a> {
    /// Its name.
    pub name: &'a str,
    /// It becomes the field's text as it is, so that the field's limits are the answer's.
    whole: bool,
    /// Decimals that a format leaves.
    decimals: Option<u8>,
}

impl Leaf<'_> {
    /// What an answer must keep to for this field.
    pub(crate) fn limits(&self, field: &Field) -> Limits {
        let number = field.r#type == FieldType::Number || self.decimals.is_some();
        Limits {
            max_chars: field.max.filter(|_| self.whole),
            decimals: self
                .decimals
                .or(field.decimals.filter(|_| number && self.whole)),
            min_value: field.min_value.filter(|_| self.whole),
            max_value: field.max_value.filter(|_| self.whole),
        }
    }
}

/// Shows every fact of an expression, locals written out.
pub(crate) fn leaves<'a>(
    expression: &'a Expression,
    spec: &'a Spec,
    route: &'a Route,
    show: &mut impl FnMut(Leaf<'a>),
) {
    let walk = Walk { spec, route };
    let whole = Leaf {
        name: "",
        whole: true,
        decimals: None,
    };
    walk.expression(expression, whole, show);
}

struct Walk<'a> {
    spec: &'a Spec,
    route: &'a Route,
}

impl<'a> Walk<'a> {
    fn expression(
        &self,
        expression: &'a Expression,
        on: Leaf<'a>,
        show: &mut impl FnMut(Leaf<'a>),
    ) {
        let part = Leaf { whole: false, ..on };
        match expression {
            Expression::Const(_) => {}
            Expression::From(name) => match name.strip_prefix("local.") {
                Some(local) => {
                    let found = self
                        .route
                        .locals
                        .get(local)
                        .or_else(|| self.spec.locals.get(local));
                    if let Some(found) = found {
                        self.expression(found, on, show);
                    }
                }
                None => show(Leaf { name, ..on }),
            },
            Expression::Label(name) | Expression::Count(name) => show(Leaf { name, ..part }),
            Expression::FirstOf(list) => {
                list.iter().for_each(|one| self.expression(one, on, show));
            }
            Expression::Join { of, .. } => {
                of.iter().for_each(|one| self.expression(one, part, show));
            }
            Expression::Slice { of, .. } => self.expression(of, part, show),
            Expression::CodeMap { of, .. } => self.expression(of, part, show),
            Expression::When(cases) => {
                cases
                    .iter()
                    .for_each(|case| self.expression(&case.then, on, show));
            }
            Expression::Default { of, .. } => self.expression(of, on, show),
            Expression::Format { of, r#as } => self.expression(of, formatted(on, r#as), show),
        }
    }
}

fn formatted<'a>(on: Leaf<'a>, formats: &[Format]) -> Leaf<'a> {
    let mut leaf = on;
    for format in formats {
        match format {
            Format::Number { decimals, .. } if formats.len() == 1 => {
                leaf.decimals = Some(*decimals)
            }
            Format::Number { .. } => {}
            // It changes how long the text is.
            Format::Date(_)
            | Format::Mask { .. }
            | Format::Datum { .. }
            | Format::Unit { .. }
            | Format::MaxChars(_) => {
                leaf.whole = false;
            }
        }
    }
    leaf
}
