//! What was done to a value on its way into the box: the steps that change what it tells, not how a date
//! is written.

use crate::expression::{Axis, Datum, Expression, Format, Unit};
use crate::format;
use crate::value::Value;

use super::teller::Teller;

impl Teller<'_> {
    /// The steps of an expression on the branches that gave its value, in their order.
    pub(super) fn steps(&self, expression: &Expression) -> Vec<(String, String)> {
        let mut steps = Vec::new();
        self.walk(expression, &mut steps);
        steps
    }

    fn walk(&self, expression: &Expression, steps: &mut Vec<(String, String)>) {
        match expression {
            Expression::From(name) if name == "place.address_short" => steps.push((
                "去掉县、乡镇和村名".to_owned(),
                "without the names of county, town and village".to_owned(),
            )),
            Expression::From(name) => {
                let local = name.strip_prefix("local.").and_then(|local| {
                    let own = self.route.locals.get(local);
                    own.or_else(|| self.spec.locals.get(local))
                });
                if let Some(local) = local {
                    self.walk(local, steps);
                }
            }
            Expression::Const(_) | Expression::Count(_) => {}
            Expression::Label(_) => steps.push((
                "写代码的名称".to_owned(),
                "the name of the code is written".to_owned(),
            )),
            Expression::FirstOf(list) => {
                let there = |one: &&Expression| matches!(self.scope.value(one), Ok(Some(_)));
                if let Some(first) = list.iter().find(there) {
                    self.walk(first, steps);
                }
            }
            Expression::Join { of, .. } => of.iter().for_each(|one| self.walk(one, steps)),
            Expression::Slice { of, from, to } => {
                self.walk(of, steps);
                let first = from + 1;
                steps.push((
                    format!("取第{first}至第{to}个字符"),
                    format!("characters {first} to {to} of it"),
                ));
            }
            Expression::CodeMap { map, of } => {
                self.walk(of, steps);
                steps.push((
                    format!("按对应表 {map} 换成本表的代码"),
                    format!("turned into the owner's code by code map {map}"),
                ));
            }
            Expression::When(cases) => {
                let holds = |condition| self.scope.holds(condition).unwrap_or(false);
                let mut cases = cases.iter();
                if let Some(case) = cases.find(|case| case.r#if.as_ref().is_none_or(holds)) {
                    self.walk(&case.then, steps);
                }
            }
            Expression::Default { of, .. } => match self.scope.value(of) {
                Ok(Some(_)) => self.walk(of, steps),
                _ => steps.push((
                    "没有内容时按上报要求填写".to_owned(),
                    "what the spec says for want of a value".to_owned(),
                )),
            },
            Expression::Format { of, r#as } => {
                self.walk(of, steps);
                let Ok(Some(mut value)) = self.scope.value(of) else {
                    return;
                };
                for how in r#as {
                    let Ok(after) = format::apply(how, value.clone()) else {
                        return;
                    };
                    steps.extend(told(how, &value, &after));
                    value = after;
                }
            }
        }
    }
}

/// A format in words, where it changed what the value tells.
fn told(how: &Format, before: &Value, after: &Value) -> Option<(String, String)> {
    let changed = before.as_text() != after.as_text();
    Some(match how {
        Format::Date(_) => return None,
        Format::Number { .. } | Format::MaxChars(_) if !changed => return None,
        Format::Number { decimals: 0, .. } => (
            "四舍五入取整数".to_owned(),
            "rounded to a whole number".to_owned(),
        ),
        Format::Number { decimals, .. } => (
            format!("四舍五入，保留{decimals}位小数"),
            format!("rounded to {decimals} decimals"),
        ),
        Format::Mask { first, last, .. } => {
            let characters = before.as_text().map_or(0, |text| text.chars().count());
            let hidden = characters.saturating_sub(first + last);
            (
                format!("隐去中间{hidden}位，只留前{first}位和后{last}位"),
                format!("the {hidden} characters in the middle are hidden"),
            )
        }
        Format::Datum { to, axis } => {
            let (name, english) = datum(*to);
            let (axis, axis_english) = match axis {
                Axis::Lon => ("经度", "longitude"),
                Axis::Lat => ("纬度", "latitude"),
            };
            (
                format!("换算为{name}，取{axis}"),
                format!("turned into {english}, {axis_english}"),
            )
        }
        Format::Unit { from, to } if from == to => return None,
        Format::Unit { from, to } => {
            let ((from, from_english), (to, to_english)) = (unit(*from), unit(*to));
            (
                format!("由{from}换算为{to}"),
                format!("turned from {from_english} into {to_english}"),
            )
        }
        Format::MaxChars(most) => (
            format!("只取前{most}个字"),
            format!("cut to its first {most} characters"),
        ),
    })
}

fn datum(datum: Datum) -> (&'static str, &'static str) {
    match datum {
        Datum::Wgs84 => ("WGS-84坐标", "WGS-84"),
        Datum::Cgcs2000 => ("国家大地坐标CGCS2000", "CGCS2000"),
        Datum::Gcj02 => ("国测局坐标GCJ-02", "GCJ-02"),
        Datum::Bd09 => ("百度坐标BD-09", "BD-09"),
    }
}

fn unit(unit: Unit) -> (&'static str, &'static str) {
    match unit {
        Unit::M => ("米", "metres"),
        Unit::Km => ("千米", "kilometres"),
        Unit::M2 => ("平方米", "square metres"),
        Unit::Mu => ("亩", "mu"),
    }
}
