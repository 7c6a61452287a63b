//! Instants: `i64` milliseconds of UTC inside, Chinese standard time (+08:00, no summer time) outside.
//!
//! Functions that show an instant are total: one outside the years 1–9999 is shown as the nearest in
//! them, since no clock of a phone that can run this says such a time and mean it.

mod pattern;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Timelike};
use thiserror::Error;

use crate::Date;

pub use pattern::{Pattern, PatternError};

/// Chinese standard time is this many milliseconds ahead of UTC.
pub const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// 0001-01-01T00:00:00+08:00 and the last millisecond of 9999-12-31 in +08:00.
const FIRST_MS: i64 = -62_135_596_800_000 - CHINA_OFFSET_MS;
const LAST_MS: i64 = 253_402_300_800_000 - 1 - CHINA_OFFSET_MS;

/// A text is not an RFC 3339 time with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an rfc 3339 time such as 2025-04-08T08:40:00+08:00")]
pub struct TimeError;

/// Reads an RFC 3339 time with an offset; gives UTC milliseconds (finer fractions are cut off).
///
/// # Errors
/// [`TimeError`] where the text is anything else; a time without an offset is not guessed at.
pub fn parse_rfc3339(text: &str) -> Result<i64, TimeError> {
    let time: DateTime<FixedOffset> = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError)?;
    Ok(time.timestamp_millis())
}

/// The instant as RFC 3339 in +08:00, such as `2025-04-08T08:40:00+08:00`; milliseconds are written
/// only where there are any.
pub fn rfc3339(at_ms: i64) -> String {
    let local = china(at_ms);
    let day = china_date(at_ms);
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    let ms = local.and_utc().timestamp_subsec_millis();
    let fraction = if ms == 0 {
        String::new()
    } else {
        format!(".{ms:03}")
    };
    format!("{day}T{hour:02}:{minute:02}:{second:02}{fraction}+08:00")
}

/// The day it is in China at that instant.
pub fn china_date(at_ms: i64) -> Date {
    Date::clamped(china(at_ms).date())
}

/// 00:00 (+08:00) of that day, UTC milliseconds.
pub fn start_of_day_ms(day: Date) -> i64 {
    day.to_naive()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
        .timestamp_millis()
        - CHINA_OFFSET_MS
}

/// The instant in +08:00 written by a pattern; read [`Pattern`] for what may stand in one.
///
/// # Errors
/// [`PatternError`] where the pattern is not valid.
pub fn format(at_ms: i64, pattern: &str) -> Result<String, PatternError> {
    Ok(pattern.parse::<Pattern>()?.format(at_ms))
}

/// The wall clock of China at that instant, within the years 1–9999.
fn china(at_ms: i64) -> NaiveDateTime {
    let local_ms = at_ms.clamp(FIRST_MS, LAST_MS) + CHINA_OFFSET_MS;
    DateTime::from_timestamp_millis(local_ms)
        .unwrap_or_default()
        .naive_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_its_offset_and_shown_in_chinese_standard_time() {
        let at_ms = parse_rfc3339("2025-04-08T00:40:00Z").unwrap();
        assert_eq!(at_ms, 1_744_072_800_000);
        assert_eq!(parse_rfc3339("2025-04-08T08:40:00+08:00"), Ok(at_ms));
        assert_eq!(rfc3339(at_ms), "2025-04-08T08:40:00+08:00");
        assert_eq!(rfc3339(at_ms + 7), "2025-04-08T08:40:00.007+08:00");
        assert_eq!(rfc3339(-1), "1970-01-01T07:59:59.999+08:00");
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        for text in [
            "",
            "2025-04-08",
            "2025-04-08T08:40:00",
            "2025-04-08 08:40",
            "08:40",
        ] {
            assert_eq!(parse_rfc3339(text), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let midnight = start_of_day_ms("2025-04-08".parse().unwrap());
        assert_eq!(midnight, 1_744_041_600_000);
        assert_eq!(china_date(midnight).to_string(), "2025-04-08");
        assert_eq!(china_date(midnight - 1).to_string(), "2025-04-07");
    }

    #[test]
    fn times_beyond_the_calendar_are_shown_as_its_ends() {
        assert_eq!(rfc3339(i64::MIN), "0001-01-01T00:00:00+08:00");
        assert_eq!(rfc3339(i64::MAX), "9999-12-31T23:59:59.999+08:00");
        assert_eq!(china_date(i64::MAX).to_string(), "9999-12-31");
    }
}
