//! Days and dates, as EXIF writes them, in the proleptic Gregorian calendar.

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of a month; negative before.
pub(crate) fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let months: i64 = (1..month).map(|month| month_days(year, month)).sum();
    past * 365 + leap_days + months - 719_162
}

/// Year, month and day of a day counted from 1970-01-01.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // 146,097 days are 400 years; the guess is at most a year off.
    let mut year = 1970 + day.div_euclid(146_097) * 400 + day.rem_euclid(146_097) * 400 / 146_097;
    while days_before(year, 1) > day {
        year -= 1;
    }
    while days_before(year + 1, 1) <= day {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days_before(year, month + 1) <= day {
        month += 1;
    }
    (year, month, day - days_before(year, month) + 1)
}

#[cfg(test)]
mod tests {
    use super::{civil, days_before};

    #[test]
    fn every_day_of_five_centuries_is_found_again() {
        let mut last = civil(-100_000);
        for day in -99_999..100_000 {
            let (year, month, date) = civil(day);
            assert_eq!(days_before(year, month) + date - 1, day);
            assert!((year, month, date) > last);
            last = (year, month, date);
        }
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
    }
}
