//! The few EXIF tags that matter here: orientation, time, position, direction.
//!
//! EXIF is written by a thousand cameras and edited by as many programs, so nothing in it is trusted:
//! a tag that is missing, of another type, out of range or outside the segment is left out.

use std::fmt;

use crate::bytes::{Order, slice};
use crate::calendar::{days_before, month_days};

const ORIENTATION: u16 = 0x0112;
const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
const GPS_LATITUDE_REF: u16 = 0x01;
const GPS_LATITUDE: u16 = 0x02;
const GPS_LONGITUDE_REF: u16 = 0x03;
const GPS_LONGITUDE: u16 = 0x04;
const GPS_IMG_DIRECTION: u16 = 0x11;

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// When a photograph was taken, by the camera's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenAt {
    /// The local time that the camera wrote, in milliseconds as if it were UTC.
    pub local_ms: i64,
    /// Minutes that local time is ahead of UTC, where the camera wrote them.
    pub offset_min: Option<i16>,
}

impl TakenAt {
    /// UTC milliseconds, where the camera told its offset.
    #[must_use]
    pub fn utc_ms(self) -> Option<i64> {
        Some(self.local_ms - i64::from(self.offset_min?) * 60_000)
    }
}

/// Where a photograph was taken. WGS-84, degrees.
#[derive(Clone, Copy, PartialEq)]
pub struct Gps {
    /// Longitude, -180 to 180.
    pub lon: f64,
    /// Latitude, -90 to 90.
    pub lat: f64,
}

// A position is personal data and must not reach a log by way of `{:?}`.
impl fmt::Debug for Gps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gps(withheld)")
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Exif {
    pub(crate) orientation: Option<u8>,
    pub(crate) taken_at: Option<TakenAt>,
    pub(crate) gps: Option<Gps>,
    pub(crate) azimuth_deg: Option<f64>,
}

/// Reads a TIFF structure, the content of an EXIF segment after its name.
pub(crate) fn read(tiff: &[u8]) -> Exif {
    let Some(main) = Directory::first(tiff) else {
        return Exif::default();
    };
    let orientation = main
        .short(ORIENTATION)
        .and_then(|value| u8::try_from(value).ok());
    let times = main.child(EXIF_IFD);
    let places = main.child(GPS_IFD);
    Exif {
        orientation: orientation.filter(|value| (1..=8).contains(value)),
        taken_at: times.as_ref().and_then(taken_at),
        gps: places.as_ref().and_then(position),
        azimuth_deg: places
            .and_then(|places| places.rational(GPS_IMG_DIRECTION, 0))
            .and_then(direction),
    }
}

/// An image file directory: a count and that many entries of twelve bytes.
struct Directory<'a> {
    tiff: &'a [u8],
    order: Order,
    entries: &'a [u8],
}

impl<'a> Directory<'a> {
    fn first(tiff: &'a [u8]) -> Option<Self> {
        let order = match tiff.get(..4)? {
            [b'I', b'I', 42, 0] => Order::Little,
            [b'M', b'M', 0, 42] => Order::Big,
            _ => return None,
        };
        Self::at(tiff, order, order.u32(tiff, 4)?)
    }

    fn at(tiff: &'a [u8], order: Order, offset: u32) -> Option<Self> {
        let offset = usize::try_from(offset).ok()?;
        let count = usize::from(order.u16(tiff, offset)?);
        let entries = slice(tiff, offset.checked_add(2)?, count * 12)?;
        Some(Self {
            tiff,
            order,
            entries,
        })
    }

    fn child(&self, tag: u16) -> Option<Self> {
        let (kind, _, entry) = self.entry(tag)?;
        let offset = self.order.u32(entry, 8).filter(|_| kind == LONG)?;
        Self::at(self.tiff, self.order, offset)
    }

    /// Type, count and the twelve bytes of the entry with this tag.
    fn entry(&self, tag: u16) -> Option<(u16, u32, &'a [u8])> {
        let entry = self
            .entries
            .chunks_exact(12)
            .find(|entry| self.order.u16(entry, 0) == Some(tag))?;
        Some((self.order.u16(entry, 2)?, self.order.u32(entry, 4)?, entry))
    }

    fn short(&self, tag: u16) -> Option<u16> {
        let (kind, count, entry) = self.entry(tag)?;
        self.order
            .u16(entry, 8)
            .filter(|_| kind == SHORT && count == 1)
    }

    /// The text of an ASCII entry, without its closing zeros.
    fn text(&self, tag: u16) -> Option<&'a str> {
        let (kind, count, entry) = self.entry(tag)?;
        let count = usize::try_from(count).ok().filter(|_| kind == ASCII)?;
        let raw = if count <= 4 {
            slice(entry, 8, count)?
        } else {
            slice(
                self.tiff,
                usize::try_from(self.order.u32(entry, 8)?).ok()?,
                count,
            )?
        };
        std::str::from_utf8(raw)
            .ok()
            .map(|text| text.trim_end_matches(['\0', ' ']))
    }

    /// The fraction number `index` of an entry.
    fn rational(&self, tag: u16, index: u32) -> Option<f64> {
        let (kind, count, entry) = self.entry(tag)?;
        if kind != RATIONAL || index >= count {
            return None;
        }
        let start = usize::try_from(self.order.u32(entry, 8)?).ok()?;
        let at = start.checked_add(usize::try_from(index).ok()?.checked_mul(8)?)?;
        let top = self.order.u32(self.tiff, at)?;
        let bottom = self.order.u32(self.tiff, at.checked_add(4)?)?;
        (bottom != 0).then(|| f64::from(top) / f64::from(bottom))
    }
}

fn taken_at(times: &Directory<'_>) -> Option<TakenAt> {
    let local_ms = local_ms(times.text(DATE_TIME_ORIGINAL)?)?;
    let offset_min = times.text(OFFSET_TIME_ORIGINAL).and_then(offset_min);
    Some(TakenAt {
        local_ms,
        offset_min,
    })
}

/// `2025:04:08 09:10:20` in milliseconds, as if it were UTC.
fn local_ms(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let separators = bytes.len() == 19
        && [(4, b':'), (7, b':'), (10, b' '), (13, b':'), (16, b':')]
            .iter()
            .all(|&(at, separator)| bytes.get(at) == Some(&separator));
    if !separators {
        return None;
    }
    let part = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    // A second of 60 is a leap second; clocks without one write 59.
    if !(1..=12).contains(&month)
        || day == 0
        || day > month_days(year, month)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let days = days_before(year, month) + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000)
}

/// `+08:00` or `-03:30` in minutes.
fn offset_min(text: &str) -> Option<i16> {
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let minutes = digits(&bytes[1..3])? * 60 + digits(&bytes[4..6])?;
    i16::try_from(sign * minutes)
        .ok()
        .filter(|minutes| minutes.abs() <= 14 * 60)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

fn position(places: &Directory<'_>) -> Option<Gps> {
    let degrees = |tag| {
        let part = |index| places.rational(tag, index);
        Some(part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3_600.0)
    };
    let sign = |tag, plus: &str, minus: &str| match places.text(tag)? {
        text if text == plus => Some(1.0),
        text if text == minus => Some(-1.0),
        _ => None,
    };
    let lat = degrees(GPS_LATITUDE)? * sign(GPS_LATITUDE_REF, "N", "S")?;
    let lon = degrees(GPS_LONGITUDE)? * sign(GPS_LONGITUDE_REF, "E", "W")?;
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Gps { lon, lat })
}

fn direction(degrees: f64) -> Option<f64> {
    (0.0..=360.0).contains(&degrees).then(|| degrees % 360.0)
}

#[cfg(test)]
mod tests {
    use super::{local_ms, offset_min};

    #[test]
    fn times_are_counted_over_leap_days_and_before_1970() {
        assert_eq!(local_ms("2024:02:29 23:59:59"), Some(1_709_251_199_000));
        assert_eq!(local_ms("1970:01:01 00:00:00"), Some(0));
        assert_eq!(local_ms("1969:12:31 23:00:00"), Some(-3_600_000));
    }

    #[test]
    fn times_no_calendar_has_are_left_out() {
        for text in [
            "2025:02:29 00:00:00",
            "2025:13:01 00:00:00",
            "2025:04:31 00:00:00",
            "2025:04:08 24:00:00",
            "2025-04-08 09:10:20",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "二〇二五年四月",
        ] {
            assert_eq!(local_ms(text), None, "{text}");
        }
        assert_eq!(offset_min("-03:30"), Some(-210));
        for text in ["08:00", "+0800", "+99:00", "", "+時"] {
            assert_eq!(offset_min(text), None, "{text}");
        }
    }
}
