//! What one field of a form takes.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};

/// A field of a form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its id, or its heading in a table.
    pub(super) name: &'static str,
    /// Longest value, in code points.
    pub(super) max: usize,
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// What its values look like.
    pub(super) shape: Shape,
}

/// What values look like.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// One of a few words or codes.
    OneOf(&'static [&'static str]),
    /// A code of a list.
    Code(BTreeSet<String>),
    /// So many digits.
    Digits(usize),
    /// A whole number without leading zeros.
    Whole,
    /// `yyyy-MM-dd`.
    Date,
    /// `yyyy-MM-dd HH:mm:ss`.
    DateTime,
    /// Half-width digits.
    Phone,
    /// First 3 digits, `****`, last 4 digits.
    MaskedPhone,
    /// 18 characters, the last a digit or an upper-case X.
    Identity,
}

impl Field {
    pub(super) fn new(name: &'static str, max: usize, shape: Shape) -> Self {
        Self {
            name,
            max,
            optional: false,
            shape,
        }
    }

    pub(super) fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// Checks a value; the reason names the field, never the value.
    pub(super) fn check(&self, value: &str) -> Result<(), String> {
        let name = self.name;
        if value.trim().is_empty() {
            return Err(format!("{name}: no value"));
        }
        let length = value.chars().count();
        if length > self.max {
            return Err(format!(
                "{name}: {length} characters where {} fit",
                self.max
            ));
        }
        if value.chars().any(|c| c.is_control() && c != '\n') {
            return Err(format!("{name}: control characters"));
        }
        self.shape
            .check(value)
            .map_err(|reason| format!("{name}: {reason}"))
    }
}

impl Shape {
    fn check(&self, value: &str) -> Result<(), String> {
        let (fits, wanted) = match self {
            Self::Text => (true, "text"),
            Self::OneOf(values) => (values.contains(&value), "not in the list"),
            Self::Code(codes) => (codes.contains(value), "not in the code list"),
            Self::Digits(count) => {
                return if value.len() == *count && all_digits(value) {
                    Ok(())
                } else {
                    Err(format!("not {count} digits"))
                };
            }
            Self::Whole => (
                all_digits(value) && (value == "0" || !value.starts_with('0')),
                "not a whole number",
            ),
            Self::Date => (
                is_time::<NaiveDate>(value, "%Y-%m-%d", 10),
                "not a date yyyy-MM-dd",
            ),
            Self::DateTime => (
                is_time::<NaiveDateTime>(value, "%Y-%m-%d %H:%M:%S", 19),
                "not a time yyyy-MM-dd HH:mm:ss",
            ),
            Self::Phone => (
                all_digits(value) && value.len() >= 5,
                "not a phone number in half-width digits",
            ),
            Self::MaskedPhone => (is_masked(value), "not a masked phone number"),
            Self::Identity => (is_identity(value), "not an id of 18 characters"),
        };
        if fits { Ok(()) } else { Err(wanted.to_owned()) }
    }
}

pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_identity(value: &str) -> bool {
    value.len() == 18
        && value.is_ascii()
        && all_digits(&value[..17])
        && (all_digits(&value[17..]) || value.ends_with('X'))
}

fn is_masked(value: &str) -> bool {
    value.len() == 11
        && value.is_ascii()
        && all_digits(&value[..3])
        && &value[3..7] == "****"
        && all_digits(&value[7..])
}

/// Dates and times that parse by a pattern.
trait Parse: Sized {
    fn parse(value: &str, pattern: &str) -> Option<Self>;
}

impl Parse for NaiveDate {
    fn parse(value: &str, pattern: &str) -> Option<Self> {
        Self::parse_from_str(value, pattern).ok()
    }
}

impl Parse for NaiveDateTime {
    fn parse(value: &str, pattern: &str) -> Option<Self> {
        Self::parse_from_str(value, pattern).ok()
    }
}

fn is_time<T: Parse>(value: &str, pattern: &str, length: usize) -> bool {
    value.len() == length && T::parse(value, pattern).is_some()
}
