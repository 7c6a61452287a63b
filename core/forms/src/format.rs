//! Formats: how a value is written.

use fieldwork_ids::time;

use crate::expression::{Axis, DatePattern, Datum, Format};
use crate::value::Value;

/// Writes a value through formats, one after the other. The error says what does not fit, without the
/// value.
pub(crate) fn through(formats: &[Format], value: Value) -> Result<Value, String> {
    let mut value = value;
    let mut before: Option<&Format> = None;
    for format in formats {
        value = match (before, format, value) {
            // A coordinate was computed, and nobody wrote it: the nearer decimal number is meant.
            (
                Some(Format::Datum { .. }),
                Format::Number { decimals, fixed },
                Value::Number(number),
            ) => rounded(nearer(number, *decimals), *fixed)?,
            (_, format, value) => apply(format, value)?,
        };
        before = Some(format);
    }
    Ok(value)
}

/// Writes a value. The error says what does not fit, without the value.
pub(crate) fn apply(format: &Format, value: Value) -> Result<Value, String> {
    match (format, value) {
        (Format::Date(pattern), Value::Time(at_ms)) => Ok(date(pattern, at_ms)),
        (Format::Date(pattern), Value::Date(day)) => Ok(date(pattern, time::start_of_day_ms(day))),
        (Format::Number { decimals, fixed }, Value::Number(number)) => {
            rounded(decimal(number, *decimals), *fixed)
        }
        (Format::Mask { first, last, with }, Value::Text(text)) => mask(&text, *first, *last, with),
        (Format::Datum { to, axis }, Value::Point(point)) => {
            let (lon, lat) = match to {
                Datum::Wgs84 | Datum::Cgcs2000 => (point.lon, point.lat),
                Datum::Gcj02 => {
                    let moved = point.gcj02();
                    (moved.lon, moved.lat)
                }
                Datum::Bd09 => {
                    let moved = point.bd09();
                    (moved.lon, moved.lat)
                }
            };
            Ok(Value::Number(match axis {
                Axis::Lon => lon,
                Axis::Lat => lat,
            }))
        }
        (Format::Unit { from, to }, Value::Number(number)) => {
            Ok(Value::Number(number * from.in_base() / to.in_base()))
        }
        (Format::MaxChars(most), Value::Text(text)) => {
            Ok(Value::Text(text.chars().take(*most).collect()))
        }
        (format, value) => Err(format!(
            "{} cannot be written as {}",
            value.noun(),
            noun(format)
        )),
    }
}

fn noun(format: &Format) -> &'static str {
    match format {
        Format::Date(_) => "a date",
        Format::Number { .. } => "a number",
        Format::Mask { .. } => "a masked text",
        Format::Datum { .. } => "a coordinate",
        Format::Unit { .. } => "a measure",
        Format::MaxChars(_) => "a shortened text",
    }
}

fn date(pattern: &DatePattern, at_ms: i64) -> Value {
    match pattern {
        DatePattern::EpochMs => Value::Number(at_ms as f64),
        DatePattern::Pattern(pattern) => Value::Text(pattern.format(at_ms)),
    }
}

/// Rounds the number as it is written, half away from zero (四舍五入): 30.15 is 30.2 although the double
/// nearest to it lies below.
fn decimal(number: f64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let written = number.abs().to_string();
    let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
    let kept = part.bytes().chain(std::iter::repeat(b'0')).take(decimals);
    let mut digits: Vec<u8> = whole.bytes().chain(kept).collect();
    if part
        .as_bytes()
        .get(decimals)
        .is_some_and(|next| *next >= b'5')
    {
        round_up(&mut digits);
    }
    let zero = digits.iter().all(|digit| *digit == b'0');
    let point = digits.len() - decimals;
    let mut text = String::with_capacity(digits.len() + 2);
    if number.is_sign_negative() && !zero {
        text.push('-');
    }
    for (at, digit) in digits.into_iter().enumerate() {
        if at == point {
            text.push('.');
        }
        text.push(char::from(digit));
    }
    text
}

/// The decimal number nearest to a double.
fn nearer(number: f64, decimals: u8) -> String {
    format!("{number:.*}", usize::from(decimals))
}

fn rounded(text: String, fixed: bool) -> Result<Value, String> {
    match fixed {
        true => Ok(Value::Text(text)),
        false => Value::number(&text).ok_or_else(|| "a number out of range".to_owned()),
    }
}

/// Adds one to the last of these digits.
fn round_up(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

fn mask(text: &str, first: usize, last: usize, with: &str) -> Result<Value, String> {
    let count = text.chars().count();
    if count <= first.saturating_add(last) {
        return Err("a text too short to be masked".to_owned());
    }
    let start: String = text.chars().take(first).collect();
    let end: String = text.chars().skip(count - last).collect();
    Ok(Value::Text(format!("{start}{with}{end}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Unit;
    use fieldwork_geo::Wgs84;

    fn number(value: f64, decimals: u8, fixed: bool) -> Value {
        apply(&Format::Number { decimals, fixed }, Value::Number(value)).unwrap()
    }

    #[test]
    fn whole_numbers_have_no_decimal_point_unless_fixed() {
        assert_eq!(number(2.0, 2, false), Value::Number(2.0));
        assert_eq!(number(2.0, 1, true), Value::Text("2.0".into()));
        assert_eq!(number(1.25, 1, false), Value::Number(1.3));
        assert_eq!(number(100.0, 0, false), Value::Number(100.0));
        assert_eq!(number(-0.01, 1, false), Value::Number(0.0));
    }

    #[test]
    fn a_half_is_rounded_away_from_zero_as_it_is_written() {
        for (value, decimals, rounded) in [
            (30.25, 1, 30.3),
            (30.15, 1, 30.2),
            (0.05, 1, 0.1),
            (1.005, 2, 1.01),
            (2.5, 0, 3.0),
            (-2.5, 0, -3.0),
            (9.96, 1, 10.0),
            (30.249, 1, 30.2),
            (0.04, 1, 0.0),
            (1e21, 2, 1e21),
        ] {
            assert_eq!(
                number(value, decimals, false),
                Value::Number(rounded),
                "{value}"
            );
        }
        assert_eq!(number(99.995, 2, true), Value::Text("100.00".into()));
        assert_eq!(number(-0.004, 2, true), Value::Text("0.00".into()));
        assert_eq!(number(7.0, 0, true), Value::Text("7".into()));
    }

    #[test]
    fn a_coordinate_is_rounded_to_the_nearer_number() {
        let formats = [
            Format::Datum {
                to: Datum::Wgs84,
                axis: Axis::Lon,
            },
            Format::Number {
                decimals: 6,
                fixed: false,
            },
        ];
        // The double lies below the half that is written for it.
        let point = Value::Point(Wgs84 {
            lon: 115.4088795,
            lat: 33.0,
        });
        assert_eq!(through(&formats, point), Ok(Value::Number(115.408879)));
    }

    #[test]
    fn a_text_too_short_to_hide_anything_is_not_sent() {
        let mask = |text: &str| {
            let format = Format::Mask {
                first: 3,
                last: 4,
                with: "****".into(),
            };
            apply(&format, Value::Text(text.into()))
        };
        assert_eq!(mask("13800000031"), Ok(Value::Text("138****0031".into())));
        assert!(mask("1234567").is_err());
    }

    #[test]
    fn a_day_and_a_time_are_written_in_chinese_standard_time() {
        let how = |text: &str| Format::Date(serde_json::from_str(&format!("{text:?}")).unwrap());
        let late = Value::Time(1_744_047_000_000); // 2025-04-07T17:30:00Z
        assert_eq!(
            apply(&how("yyyy-MM-dd HH:mm"), late.clone()),
            Ok(Value::Text("2025-04-08 01:30".into()))
        );
        let day = Value::Date("2025-04-08".parse().unwrap());
        assert_eq!(
            apply(&how("epoch_ms"), day),
            Ok(Value::Number(1_744_041_600_000.0))
        );
    }

    #[test]
    fn lengths_areas_and_datums_convert() {
        let km = Format::Unit {
            from: Unit::M,
            to: Unit::Km,
        };
        assert_eq!(apply(&km, Value::Number(3190.0)), Ok(Value::Number(3.19)));
        let mu = Format::Unit {
            from: Unit::Mu,
            to: Unit::M2,
        };
        assert_eq!(apply(&mu, Value::Number(3.0)), Ok(Value::Number(2000.0)));
        let point = Value::Point(Wgs84 {
            lon: 115.5,
            lat: 33.25,
        });
        let same = Format::Datum {
            to: Datum::Cgcs2000,
            axis: Axis::Lat,
        };
        assert_eq!(apply(&same, point), Ok(Value::Number(33.25)));
    }

    #[test]
    fn a_format_that_does_not_fit_says_so_without_the_value() {
        let error = apply(&Format::MaxChars(3), Value::Bool(true)).unwrap_err();
        assert_eq!(error, "yes or no cannot be written as a shortened text");
    }
}
