//! Times as files write them: ISO 8601, and what comes near.

/// Milliseconds of UTC, and whether the text named its zone. `None` where it is no time.
///
/// Read are `T`, `t` or a blank between date and time, fractions of any length after a point or a comma,
/// seconds left out, `Z`, `+08:00`, `+0800`, `+08` and no zone at all, which GPX says is UTC.
pub(super) fn parse(text: &str) -> Option<(i64, bool)> {
    let mut rest = Digits(text.trim().as_bytes());
    let year = rest.number(4)?;
    rest.skip(b"-")?;
    let month = rest.number(2)?;
    rest.skip(b"-")?;
    let day = rest.number(2)?;
    rest.skip(b"Tt ")?;
    let hour = rest.number(2)?;
    rest.skip(b":")?;
    let minute = rest.number(2)?;
    let second = match rest.skip(b":") {
        Some(()) => rest.number(2)?,
        None => 0,
    };
    let fraction_ms = match rest.skip(b".,") {
        Some(()) => rest.fraction_ms()?,
        None => 0,
    };
    let (offset_minutes, zone) = rest.zone()?;
    let fits = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour <= 24
        && minute <= 59
        && second <= 60;
    if !fits || !rest.0.is_empty() {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    Some(((minutes * 60 + second) * 1_000 + fraction_ms, zone))
}

struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn skip(&mut self, any_of: &[u8]) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        any_of.contains(first).then(|| self.0 = rest)
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        let mut number = 0;
        for byte in head {
            if !byte.is_ascii_digit() {
                return None;
            }
            number = number * 10 + i64::from(byte - b'0');
        }
        self.0 = rest;
        Some(number)
    }

    fn fraction_ms(&mut self) -> Option<i64> {
        let length = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        let digit = |place| digits.get(place).map_or(0, |byte| i64::from(byte - b'0'));
        (length > 0).then(|| digit(0) * 100 + digit(1) * 10 + digit(2))
    }

    /// Minutes ahead of UTC, and whether a zone was named.
    fn zone(&mut self) -> Option<(i64, bool)> {
        self.skip(b" ");
        if self.0.is_empty() {
            return Some((0, false));
        }
        if self.skip(b"Zz").is_some() {
            return Some((0, true));
        }
        let sign = match self.skip(b"+") {
            Some(()) => 1,
            None => self.skip(b"-").map(|()| -1)?,
        };
        let hours = self.number(2)?;
        self.skip(b":");
        let minutes = if self.0.is_empty() {
            0
        } else {
            self.number(2)?
        };
        (hours <= 18 && minutes <= 59).then_some((sign * (hours * 60 + minutes), true))
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, years counted from March so that the leap day is
/// the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_are_read_as_programs_write_them() {
        for (text, at_ms, zone) in [
            ("1970-01-01T00:00:00Z", 0, true),
            ("2021-01-07T21:51:59.179+01:15", 1_610_051_819_179, true),
            ("2026-05-06T00:30:00Z", 1_778_027_400_000, true),
            ("2026-05-06 08:30:00+08", 1_778_027_400_000, true),
            ("2026-05-06T08:30:00+0800", 1_778_027_400_000, true),
            (" 2026-05-06t00:30z\n", 1_778_027_400_000, true),
            ("2026-05-06T00:30:00,5", 1_778_027_400_500, false),
            ("1901-12-13T20:45:52.2073437Z", -2_147_483_647_793, true),
            ("2024-02-29T00:00:00-01:00", 1_709_168_400_000, true),
        ] {
            assert_eq!(parse(text), Some((at_ms, zone)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_made_one() {
        for text in [
            "",
            "T",
            "2026-05-06",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-05-06T25:00:00Z",
            "2026-05-06T00:30:00.Z",
            "2026-05-06T00:30:00+99:00",
            "2026-05-06T00:30:00Zed",
            "二〇二六",
            "2026-05-06T00:61:00Z",
            "-026-05-06T00:30:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
