//! The EXIF segment of a rendered photograph: time, position, direction, orientation, model.

use chrono::{DateTime, FixedOffset};

use super::Shot;

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const BYTE: u16 = 1;

/// One entry of a directory.
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: Vec<u8>,
}

impl Entry {
    fn text(tag: u16, text: &str) -> Self {
        let value = [text.as_bytes(), b"\0"].concat();
        Self {
            tag,
            kind: ASCII,
            count: value.len() as u32,
            value,
        }
    }

    fn short(tag: u16, value: u16) -> Self {
        Self {
            tag,
            kind: SHORT,
            count: 1,
            value: value.to_be_bytes().to_vec(),
        }
    }

    fn long(tag: u16, value: u32) -> Self {
        Self {
            tag,
            kind: LONG,
            count: 1,
            value: value.to_be_bytes().to_vec(),
        }
    }

    fn rationals(tag: u16, parts: &[(u32, u32)]) -> Self {
        let value = parts
            .iter()
            .flat_map(|(top, bottom)| [top.to_be_bytes(), bottom.to_be_bytes()].concat());
        Self {
            tag,
            kind: RATIONAL,
            count: parts.len() as u32,
            value: value.collect(),
        }
    }
}

/// The whole APP1 segment, marker included.
pub(super) fn segment(shot: &Shot) -> Vec<u8> {
    let time = local_time(shot.at_ms);
    let times = [Entry::text(0x9003, &time), Entry::text(0x9011, "+08:00")];
    let places = [
        Entry {
            tag: 0x00,
            kind: BYTE,
            count: 4,
            value: vec![2, 3, 0, 0],
        },
        Entry::text(0x01, if shot.lat < 0.0 { "S" } else { "N" }),
        Entry::rationals(0x02, &degrees(shot.lat)),
        Entry::text(0x03, if shot.lon < 0.0 { "W" } else { "E" }),
        Entry::rationals(0x04, &degrees(shot.lon)),
        Entry::text(0x10, "T"),
        Entry::rationals(0x11, &[(u32::from(shot.azimuth_deg % 360), 1)]),
        Entry::text(0x12, "WGS-84"),
    ];
    let main = |times_at, places_at| {
        [
            Entry::text(0x0110, "fieldwork scene"),
            Entry::short(0x0112, u16::from(shot.orientation)),
            Entry::long(0x8769, times_at),
            Entry::long(0x8825, places_at),
        ]
    };
    // The length of a directory does not depend on the offsets in it.
    let times_at = 8 + directory(8, &main(0, 0)).len() as u32;
    let times = directory(times_at, &times);
    let places_at = times_at + times.len() as u32;
    let places = directory(places_at, &places);
    let tiff = [
        &b"MM\0\x2a\0\0\0\x08"[..],
        &directory(8, &main(times_at, places_at)),
        &times,
        &places,
    ]
    .concat();
    let length = 2 + 6 + tiff.len() as u16;
    [&[0xFF, 0xE1][..], &length.to_be_bytes(), b"Exif\0\0", &tiff].concat()
}

/// A directory that begins at `at`, followed by the values that do not fit into its entries.
fn directory(at: u32, entries: &[Entry]) -> Vec<u8> {
    let mut values_at = at + 2 + 12 * entries.len() as u32 + 4;
    let mut out = (entries.len() as u16).to_be_bytes().to_vec();
    let mut values = Vec::new();
    for entry in entries {
        out.extend(entry.tag.to_be_bytes());
        out.extend(entry.kind.to_be_bytes());
        out.extend(entry.count.to_be_bytes());
        if entry.value.len() <= 4 {
            let mut inline = entry.value.clone();
            inline.resize(4, 0);
            out.extend(inline);
        } else {
            out.extend(values_at.to_be_bytes());
            let mut value = entry.value.clone();
            value.resize(value.len().next_multiple_of(2), 0);
            values_at += value.len() as u32;
            values.extend(value);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
    out
}

/// `2025:04:08 09:10:20` in +08:00.
fn local_time(at_ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    match FixedOffset::east_opt(8 * 3_600) {
        Some(zone) => at
            .with_timezone(&zone)
            .format("%Y:%m:%d %H:%M:%S")
            .to_string(),
        None => at.format("%Y:%m:%d %H:%M:%S").to_string(),
    }
}

/// Degrees, minutes and hundred-thousandths of a second.
fn degrees(value: f64) -> [(u32, u32); 3] {
    const PER_SECOND: u32 = 100_000;
    let total = (value.abs() * 3_600.0 * f64::from(PER_SECOND)).round() as u64;
    let seconds = u64::from(PER_SECOND) * 60;
    let (minutes, rest) = (total / seconds, total % seconds);
    [
        ((minutes / 60) as u32, 1),
        ((minutes % 60) as u32, 1),
        (rest as u32, PER_SECOND),
    ]
}
