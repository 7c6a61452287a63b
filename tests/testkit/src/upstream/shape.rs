//! What values look like: lists, numbers, ids, dates and times in their many forms.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use serde_json::Number;

const DAY_MS: i64 = 24 * HOUR_MS;
const HOUR_MS: i64 = 3_600_000;
/// Epoch milliseconds have 13 digits from 2001 to 2286; seconds have 10.
const INSTANTS: std::ops::Range<i64> = 1_000_000_000_000..10_000_000_000_000;

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
    /// So many digits and capital letters.
    Capitals(usize),
    /// A whole number without leading zeros, as text.
    Whole,
    /// `yyyy-MM-dd`.
    Date,
    /// `yyyyMMdd`.
    CompactDate,
    /// `yyyy年M月d日` without leading zeros.
    ChineseDate,
    /// `yyyy-MM-dd HH:mm`.
    Minute,
    /// `yyyy-MM-dd HH:mm:ss`.
    DateTime,
    /// `yyyy-MM-ddTHH:mm:ss+08:00`.
    OffsetTime,
    /// Half-width digits.
    Phone,
    /// First 3 digits, `****`, last 4 digits.
    MaskedPhone,
    /// 18 characters, the last a digit or an upper-case X.
    Identity,
    /// Credit code of a firm, with its check character (GB 32100).
    Firm,
    /// `lon,lat` within the country, degrees, at most 6 decimals.
    Position,
    /// A JSON number within these bounds with at most so many decimals.
    Number {
        /// Most decimals.
        decimals: usize,
        /// Smallest value.
        from: f64,
        /// Largest value.
        to: f64,
    },
    /// A JSON number: epoch milliseconds.
    Instant,
    /// A JSON number: epoch milliseconds of 00:00 (+08:00) of a day.
    Midnight,
}

impl Shape {
    /// Degrees within the country, at most 6 decimals.
    pub(super) const LONGITUDE: Self = Self::Number {
        decimals: 6,
        from: 73.0,
        to: 136.0,
    };
    /// Degrees within the country, at most 6 decimals.
    pub(super) const LATITUDE: Self = Self::Number {
        decimals: 6,
        from: 3.0,
        to: 54.0,
    };

    /// A number from 0 up with at most so many decimals.
    pub(super) const fn amount(decimals: usize) -> Self {
        Self::Number {
            decimals,
            from: 0.0,
            to: f64::MAX,
        }
    }

    pub(super) fn check(&self, value: &str) -> Result<(), String> {
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
            Self::Capitals(count) => (
                value.len() == *count && value.bytes().all(is_capital),
                "not as many digits and capital letters as the code has",
            ),
            Self::Whole => (
                all_digits(value) && (value == "0" || !value.starts_with('0')),
                "not a whole number",
            ),
            Self::Date => (day(value, "%Y-%m-%d", 10), "not a date yyyy-MM-dd"),
            Self::CompactDate => (day(value, "%Y%m%d", 8), "not a date yyyyMMdd"),
            Self::ChineseDate => (is_chinese_date(value), "not a date yyyy年M月d日"),
            Self::Minute => (
                moment(value, "%Y-%m-%d %H:%M", 16),
                "not a time yyyy-MM-dd HH:mm",
            ),
            Self::DateTime => (
                moment(value, "%Y-%m-%d %H:%M:%S", 19),
                "not a time yyyy-MM-dd HH:mm:ss",
            ),
            Self::OffsetTime => (
                value
                    .strip_suffix("+08:00")
                    .is_some_and(|local| moment(local, "%Y-%m-%dT%H:%M:%S", 19)),
                "not a time yyyy-MM-ddTHH:mm:ss+08:00",
            ),
            Self::Phone => (
                all_digits(value) && value.len() >= 5,
                "not a phone number in half-width digits",
            ),
            Self::MaskedPhone => (is_masked(value), "not a masked phone number"),
            Self::Identity => (is_identity(value), "not an id of 18 characters"),
            Self::Firm => (is_firm(value), "not a credit code"),
            Self::Position => (is_position(value), "not lon,lat within the country"),
            Self::Number { .. } | Self::Instant | Self::Midnight => (false, "not a number"),
        };
        if fits { Ok(()) } else { Err(wanted.to_owned()) }
    }

    pub(super) fn check_number(&self, number: &Number) -> Result<(), String> {
        match self {
            Self::Number { decimals, from, to } => {
                let text = number.to_string();
                if !is_decimal(text.trim_start_matches('-'), *decimals) {
                    return Err(format!("not a number of at most {decimals} decimals"));
                }
                match number.as_f64() {
                    Some(value) if (*from..=*to).contains(&value) => Ok(()),
                    _ => Err("out of bounds".to_owned()),
                }
            }
            Self::Instant => instant(number).map(|_| ()),
            Self::Midnight if (instant(number)? + 8 * HOUR_MS) % DAY_MS == 0 => Ok(()),
            Self::Midnight => Err("not midnight in china".to_owned()),
            _ => Err("not a string".to_owned()),
        }
    }
}

/// The day (+08:00) of an instant, `yyyyMMdd`.
pub(super) fn day_of(instant_ms: i64) -> Option<String> {
    let local = DateTime::from_timestamp_millis(instant_ms.checked_add(8 * HOUR_MS)?)?;
    Some(local.format("%Y%m%d").to_string())
}

pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_capital(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

fn instant(number: &Number) -> Result<i64, String> {
    number
        .as_i64()
        .filter(|ms| INSTANTS.contains(ms))
        .ok_or_else(|| "not epoch milliseconds".to_owned())
}

/// Digits with at most so many decimals; a whole number without a point.
fn is_decimal(text: &str, most: usize) -> bool {
    let (whole, decimals) = match text.split_once('.') {
        None => (text, None),
        Some((whole, decimals)) => (whole, Some(decimals)),
    };
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && decimals.is_none_or(|decimals| {
            all_digits(decimals) && decimals.len() <= most && decimals != "0"
        })
}

fn is_position(value: &str) -> bool {
    let within = |text: &str, bounds: std::ops::RangeInclusive<f64>| {
        // Here the decimals are written out, so 115.430000 is as good as 115.43.
        text.split_once('.').is_some_and(|(whole, decimals)| {
            all_digits(whole) && all_digits(decimals) && decimals.len() <= 6
        }) && text.parse().is_ok_and(|degrees| bounds.contains(&degrees))
    };
    value
        .split_once(',')
        .is_some_and(|(lon, lat)| within(lon, 73.0..=136.0) && within(lat, 3.0..=54.0))
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

/// Weights are the powers of 3 modulo 31; the sum with the check character is divisible by 31.
fn is_firm(value: &str) -> bool {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut weight = 1;
    let mut sum = 0;
    for (index, letter) in value.chars().enumerate() {
        let Some(digit) = LETTERS.find(letter) else {
            return false;
        };
        sum += digit * if index == 17 { 1 } else { weight };
        weight = weight * 3 % 31;
    }
    value.len() == 18 && sum % 31 == 0
}

fn is_chinese_date(value: &str) -> bool {
    NaiveDate::parse_from_str(value, "%Y年%m月%d日").is_ok_and(|date| {
        value == format!("{:04}年{}月{}日", date.year(), date.month(), date.day())
    })
}

fn day(value: &str, pattern: &str, length: usize) -> bool {
    value.len() == length && NaiveDate::parse_from_str(value, pattern).is_ok()
}

fn moment(value: &str, pattern: &str, length: usize) -> bool {
    value.len() == length && NaiveDateTime::parse_from_str(value, pattern).is_ok()
}
