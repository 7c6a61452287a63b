//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the Gregorian calendar in the years 1–9999, without a time or a zone.
///
/// Written `2025-04-08` everywhere, in serde too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(NaiveDate);

/// A text is not a day of the calendar. Says nothing of the text: it may be somebody's birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the calendar written yyyy-MM-dd or yyyyMMdd")]
pub struct DateError;

impl Date {
    /// The day of that year, month and day of month, if there is such a day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Self::of)
    }

    pub(crate) fn of(day: NaiveDate) -> Option<Self> {
        (1..=9999).contains(&day.year()).then_some(Self(day))
    }

    /// For days whose year is known to be within the calendar.
    pub(crate) fn clamped(day: NaiveDate) -> Self {
        debug_assert!((1..=9999).contains(&day.year()));
        Self(day)
    }

    /// The year, 1–9999.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1–12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1–31.
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The same day as the calendar crate has it.
    pub fn to_naive(self) -> NaiveDate {
        self.0
    }

    /// Days from `earlier` to this day; negative if this day comes first.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The day so many days later (negative: earlier); `None` beyond the calendar.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let step = Days::new(u64::from(days.unsigned_abs()));
        let day = if days < 0 {
            self.0.checked_sub_days(step)
        } else {
            self.0.checked_add_days(step)
        };
        day.and_then(Self::of)
    }

    /// The day so many months later (negative: earlier), the last of the month where the month is too
    /// short; `None` beyond the calendar.
    pub fn plus_months(self, months: i32) -> Option<Self> {
        let step = Months::new(months.unsigned_abs());
        let day = if months < 0 {
            self.0.checked_sub_months(step)
        } else {
            self.0.checked_add_months(step)
        };
        day.and_then(Self::of)
    }

    /// Whole years from `birth` to `day`: the age by the law of the calendar, a birthday counted on the
    /// day itself. Negative before birth. Somebody born on 29 February is a year older on 1 March in
    /// common years.
    pub fn age_on(birth: Self, day: Self) -> i32 {
        let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
        day.year() - birth.year() - i32::from(before_birthday)
    }

    /// The day written `20250408`.
    pub fn compact(self) -> String {
        format!("{:04}{:02}{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.year(),
            self.month(),
            self.day()
        )
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `2025-04-08` or `20250408`, nothing looser.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let digits: Vec<u8> = match text.as_bytes() {
            [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
                [y, &[*m1, *m2, *d1, *d2]].concat()
            }
            compact => compact.to_vec(),
        };
        if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(DateError);
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'));
        let year = i32::try_from(number(&digits[..4])).map_err(|_| DateError)?;
        Self::new(year, number(&digits[4..6]), number(&digits[6..])).ok_or(DateError)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn both_written_forms_give_the_same_day() {
        assert_eq!(day("2025-04-08"), day("20250408"));
        assert_eq!(day("20250408").to_string(), "2025-04-08");
        assert_eq!(day("2025-04-08").compact(), "20250408");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        let wrong = [
            "",
            "2025-4-8",
            "2025-02-30",
            "20250230",
            "2025/04/08",
            "0000-01-01",
            "2025-04-080",
            "２０２５0408",
            "+2025-04-08",
            "2025-0408",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Date>(), Err(DateError), "{text}");
        }
    }

    #[test]
    fn a_year_is_full_on_the_birthday_and_not_the_day_before() {
        assert_eq!(Date::age_on(day("2009-04-08"), day("2025-04-08")), 16);
        assert_eq!(Date::age_on(day("2009-04-09"), day("2025-04-08")), 15);
        assert_eq!(Date::age_on(day("2000-02-29"), day("2025-02-28")), 24);
        assert_eq!(Date::age_on(day("2000-02-29"), day("2025-03-01")), 25);
        assert_eq!(Date::age_on(day("2025-04-09"), day("2025-04-08")), -1);
    }

    #[test]
    fn steps_of_days_and_months_stay_in_the_calendar() {
        assert_eq!(day("2025-01-31").plus_months(1), Some(day("2025-02-28")));
        assert_eq!(day("2025-03-01").plus_days(-1), Some(day("2025-02-28")));
        assert_eq!(day("9999-12-31").plus_days(1), None);
        assert_eq!(day("0001-01-01").plus_months(-1), None);
        assert_eq!(day("2025-04-08").days_since(day("2025-03-08")), 31);
    }
}
