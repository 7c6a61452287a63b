//! The small EXIF block of a derived picture, written from nothing.
//!
//! An original's block is never copied: it says an orientation that no longer holds, its preview can be
//! larger than the picture, and it tells more than the receiver asked for.

use crate::calendar::civil;
use crate::exif::{Gps, TakenAt};

/// What a derived picture says about itself besides that it is upright.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// When the photograph was taken.
    pub taken_at: Option<TakenAt>,
    /// Where it was taken.
    pub gps: Option<Gps>,
    /// Nothing at all, not even that it is upright.
    pub silent: bool,
}

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// An entry: tag, type, count and the bytes of its value.
type Entry = (u16, u16, u32, Vec<u8>);

/// The TIFF structure; `None` where nothing is to be said.
pub(crate) fn write(facts: &Facts) -> Option<Vec<u8>> {
    if facts.silent {
        return None;
    }
    let times = facts.taken_at.map(times).unwrap_or_default();
    let places = facts.gps.map(places).unwrap_or_default();
    let mut main = vec![(0x0112, SHORT, 1, vec![1, 0])];
    // Offsets of the two directories follow from the lengths of what is before them.
    let pointers = usize::from(!times.is_empty()) + usize::from(!places.is_empty());
    let times_at = 8 + length(&main) + 12 * pointers;
    let places_at = times_at + if times.is_empty() { 0 } else { length(&times) };
    if !times.is_empty() {
        main.push((0x8769, LONG, 1, offset(times_at)));
    }
    if !places.is_empty() {
        main.push((0x8825, LONG, 1, offset(places_at)));
    }
    let mut out = b"II\x2A\0\x08\0\0\0".to_vec();
    for directory in [main, times, places] {
        if !directory.is_empty() {
            put(&mut out, &directory);
        }
    }
    Some(out)
}

fn times(taken: TakenAt) -> Vec<Entry> {
    let (year, month, day) = civil(taken.local_ms.div_euclid(86_400_000));
    let seconds = taken.local_ms.rem_euclid(86_400_000) / 1_000;
    let time = format!(
        "{year:04}:{month:02}:{day:02} {:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    let mut entries = vec![text(0x9003, &time)];
    if let Some(offset) = taken.offset_min {
        let sign = if offset < 0 { '-' } else { '+' };
        let offset = offset.unsigned_abs();
        entries.push(text(
            0x9011,
            &format!("{sign}{:02}:{:02}", offset / 60, offset % 60),
        ));
    }
    entries
}

fn places(gps: Gps) -> Vec<Entry> {
    let side = |degrees: f64, plus, minus| if degrees < 0.0 { minus } else { plus };
    vec![
        (0x00, 1, 4, vec![2, 3, 0, 0]),
        text(0x01, side(gps.lat, "N", "S")),
        (0x02, RATIONAL, 3, sexagesimal(gps.lat)),
        text(0x03, side(gps.lon, "E", "W")),
        (0x04, RATIONAL, 3, sexagesimal(gps.lon)),
        text(0x12, "WGS-84"),
    ]
}

/// Degrees, minutes and seconds; the seconds to a ten-thousandth, 3 mm.
fn sexagesimal(degrees: f64) -> Vec<u8> {
    // 180 degrees are more ten-thousandths of a second than 32 bits hold.
    let parts = (degrees.abs() * 36_000_000.0).round() as u64;
    let part = |parts: u64| u32::try_from(parts).unwrap_or(u32::MAX);
    [
        (part(parts / 36_000_000), 1),
        (part(parts / 600_000 % 60), 1),
        (part(parts % 600_000), 10_000),
    ]
    .into_iter()
    .flat_map(|(top, bottom): (u32, u32)| [top.to_le_bytes(), bottom.to_le_bytes()].concat())
    .collect()
}

fn text(tag: u16, text: &str) -> Entry {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    (tag, ASCII, bytes.len() as u32, bytes)
}

fn offset(at: usize) -> Vec<u8> {
    (at as u32).to_le_bytes().to_vec()
}

fn length(directory: &[Entry]) -> usize {
    let outside: usize = directory
        .iter()
        .map(|(_, _, _, value)| value.len())
        .filter(|&length| length > 4)
        .map(|length| length + length % 2)
        .sum();
    2 + 12 * directory.len() + 4 + outside
}

fn put(out: &mut Vec<u8>, directory: &[Entry]) {
    let mut outside = Vec::new();
    let outside_at = out.len() + 2 + 12 * directory.len() + 4;
    out.extend((directory.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in directory {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        if value.len() <= 4 {
            out.extend(value);
            out.resize(out.len() + 4 - value.len(), 0);
        } else {
            out.extend(offset(outside_at + outside.len()));
            outside.extend(value);
            outside.resize(outside.len() + value.len() % 2, 0);
        }
    }
    out.extend([0; 4]);
    out.extend(outside);
}

#[cfg(test)]
mod tests {
    use super::{Facts, write};
    use crate::exif::{Gps, TakenAt, read};

    #[test]
    fn what_is_written_is_read_again() {
        let facts = Facts {
            taken_at: Some(TakenAt {
                local_ms: 1_709_251_199_000,
                offset_min: Some(-210),
            }),
            gps: Some(Gps {
                lon: 101.234_567_8,
                lat: -33.000_000_1,
            }),
            silent: false,
        };
        for (time, place) in [(true, true), (true, false), (false, true), (false, false)] {
            let facts = Facts {
                taken_at: facts.taken_at.filter(|_| time),
                gps: facts.gps.filter(|_| place),
                silent: false,
            };
            let found = read(&write(&facts).unwrap());
            assert_eq!(found.orientation, Some(1));
            assert_eq!(found.taken_at, facts.taken_at);
            assert_eq!(found.gps.is_some(), place);
            if let (Some(found), Some(wanted)) = (found.gps, facts.gps) {
                assert!((found.lon - wanted.lon).abs() < 2e-8);
                assert!((found.lat - wanted.lat).abs() < 2e-8);
            }
        }
        let silent = Facts {
            silent: true,
            ..facts
        };
        assert_eq!(write(&silent), None);
    }
}
