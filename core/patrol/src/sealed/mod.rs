//! A track in some two bytes a fix, for the phone's own store.
//!
//! Places on a grid of 1e-6° (0.11 m), times on one of a second, accuracy in whole metres; on these grids
//! everything reads back exactly. Height is not kept: nothing is made of it. Each kind of number is a
//! column of its own, as second differences (a walker keeps on), as variable-length integers, deflated.
//!
//! ```text
//! "FWT" version │ expiry, fixes, segments, body length │ deflated body │ CRC-32 of all before
//! body: name │ per segment: begins, provider, datum, fixes │ columns: marks, lon, lat, wall, elapsed, accuracy
//! ```
//!
//! A sealed track carries the time by which it has to be gone; [`open`] refuses it afterwards.

mod code;
mod column;
mod error;

use std::io::{Read, Write};

use fieldwork_geo::Wgs84;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::{Fix, Segment, Track};
use code::{begins_code, begins_of, datum_code, datum_of, provider_code, provider_of};
use column::{Reader, Writer};
pub use error::SealedError;

const MAGIC: &[u8; 3] = b"FWT";
const VERSION: u8 = 1;
/// Steps of one degree.
const PER_DEGREE: f64 = 1e6;
/// A body is never longer; about eight million fixes.
const LONGEST_BODY: u64 = 64 << 20;
/// A fix takes at least so many bytes of the body: its marks, place and accuracy.
const LEAST_PER_FIX: u64 = 4;

/// The fix has a wall time.
const WALL: u8 = 1;
/// It has a monotonic time.
const ELAPSED: u8 = 2;
/// It was made up.
const MOCK: u8 = 4;

/// What a sealed track says of itself without being unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// When it has to be gone, UTC milliseconds, a whole second.
    pub expires_ms: i64,
    /// How many fixes it holds.
    pub fixes: u64,
    /// In how many segments.
    pub segments: u64,
}

/// Seals a track. `expires_ms` (UTC milliseconds) is cut to the second.
///
/// # Errors
/// [`SealedError::TooLong`] for a track of many millions of fixes.
pub fn seal(track: &Track, expires_ms: i64) -> Result<Vec<u8>, SealedError> {
    let body = body(track);
    if body.len() as u64 > LONGEST_BODY {
        return Err(SealedError::TooLong);
    }
    let mut head = Writer::default();
    head.signed(expires_ms.div_euclid(1_000));
    head.unsigned(track.fixes().count() as u64);
    head.unsigned(track.segments.len() as u64);
    head.unsigned(body.len() as u64);
    let mut sealed = MAGIC.to_vec();
    sealed.push(VERSION);
    sealed.extend(head.bytes);
    let mut deflate = DeflateEncoder::new(sealed, Compression::best());
    // Writing into memory does not fail.
    let written = deflate.write_all(&body).and_then(|()| deflate.finish());
    let mut sealed = written.map_err(|_| SealedError::TooLong)?;
    let sum = checksum(&sealed);
    sealed.extend(sum.to_le_bytes());
    Ok(sealed)
}

/// Reads what a sealed track says of itself; the checksum is looked at, the fixes are not.
///
/// # Errors
/// [`SealedError`], except that an old track is still told from a damaged one: expiry is not looked at.
pub fn label(bytes: &[u8]) -> Result<Label, SealedError> {
    Ok(head(bytes)?.0)
}

/// Opens a sealed track; `now_ms` is the time, UTC milliseconds.
///
/// # Errors
/// [`SealedError`]: what is damaged, by name, or that its time is over.
pub fn open(bytes: &[u8], now_ms: i64) -> Result<Track, SealedError> {
    let (label, length, deflated) = head(bytes)?;
    if now_ms >= label.expires_ms {
        return Err(SealedError::Expired);
    }
    let mut body = Vec::new();
    DeflateDecoder::new(deflated)
        .take(length + 1)
        .read_to_end(&mut body)
        .map_err(|_| SealedError::Deflated)?;
    if body.len() as u64 != length {
        return Err(SealedError::Deflated);
    }
    read_body(&body, label)
}

fn head(bytes: &[u8]) -> Result<(Label, u64, &[u8]), SealedError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(SealedError::NotSealed)?;
    let (version, _) = rest.split_first().ok_or(SealedError::Cut)?;
    if *version != VERSION {
        return Err(SealedError::Version(*version));
    }
    let (sealed, sum) = bytes.split_last_chunk::<4>().ok_or(SealedError::Cut)?;
    if checksum(sealed) != u32::from_le_bytes(*sum) {
        return Err(SealedError::Checksum);
    }
    let mut reader = Reader::new(sealed.get(MAGIC.len() + 1..).ok_or(SealedError::Cut)?);
    let expires_s = reader.signed()?;
    let label = Label {
        expires_ms: expires_s
            .checked_mul(1_000)
            .ok_or(SealedError::Column("expiry"))?,
        fixes: reader.unsigned()?,
        segments: reader.unsigned()?,
    };
    let length = reader.unsigned()?;
    // Before anything is allocated for them.
    let most = length / LEAST_PER_FIX;
    if length > LONGEST_BODY || label.fixes > most || label.segments > length {
        return Err(SealedError::TooLong);
    }
    Ok((label, length, reader.rest()))
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(bytes);
    sum.sum()
}

fn body(track: &Track) -> Vec<u8> {
    let mut body = Writer::default();
    body.text(&track.name);
    for segment in &track.segments {
        body.bytes.extend([
            begins_code(segment.begins),
            provider_code(segment.provider),
            datum_code(segment.datum),
        ]);
        body.unsigned(segment.fixes.len() as u64);
    }
    body.bytes.extend(track.fixes().map(marks));
    let of = |value: fn(&Fix) -> Option<i64>| {
        let segments = track.segments.iter();
        segments.map(move |segment| segment.fixes.iter().filter_map(value))
    };
    body.bends(of(|fix| Some(grid(fix.point.lon))));
    body.bends(of(|fix| Some(grid(fix.point.lat))));
    body.bends(of(|fix| fix.at_ms.map(second)));
    // Beside the wall time it is nearly always the same.
    body.bends(of(|fix| {
        let wall = fix.at_ms.map_or(0, second);
        fix.elapsed_ms.map(|ms| second(ms).wrapping_sub(wall))
    }));
    body.steps(of(|fix| Some(accuracy_code(fix.accuracy_m))));
    body.bytes
}

fn read_body(body: &[u8], label: Label) -> Result<Track, SealedError> {
    let mut reader = Reader::new(body);
    let name = reader.text()?;
    let mut segments = Vec::new();
    let mut left = label.fixes;
    for _ in 0..label.segments {
        let [begins, provider, datum] = reader.chunk()?;
        let count = reader.unsigned()?;
        left = left.checked_sub(count).ok_or(SealedError::Count)?;
        segments.push(Segment {
            begins: begins_of(begins)?,
            provider: provider_of(provider)?,
            datum: datum_of(datum)?,
            fixes: vec![
                Fix::at(Wgs84 { lon: 0.0, lat: 0.0 });
                usize::try_from(count).map_err(|_| SealedError::Count)?
            ],
        });
    }
    if left != 0 {
        return Err(SealedError::Count);
    }
    let mut marks = Vec::new();
    for fix in segments.iter_mut().flat_map(|segment| &mut segment.fixes) {
        let [mark] = reader.chunk()?;
        if mark & !(WALL | ELAPSED | MOCK) != 0 {
            return Err(SealedError::Column("marks"));
        }
        fix.mock = mark & MOCK != 0;
        marks.push(mark);
    }
    read_columns(&mut reader, &mut segments, &marks)?;
    if !reader.rest().is_empty() {
        return Err(SealedError::Count);
    }
    Ok(Track { name, segments })
}

fn read_columns(
    reader: &mut Reader<'_>,
    segments: &mut [Segment],
    marks: &[u8],
) -> Result<(), SealedError> {
    reader.bends(segments, marks, 0, |fix, lon| {
        fix.point.lon = degrees(lon);
        Ok(())
    })?;
    reader.bends(segments, marks, 0, |fix, lat| {
        fix.point.lat = degrees(lat);
        Wgs84::new(fix.point.lon, fix.point.lat)
            .map(|_| ())
            .map_err(|_| SealedError::Column("place"))
    })?;
    reader.bends(segments, marks, WALL, |fix, second| {
        fix.at_ms = Some(milliseconds(second, "wall time")?);
        Ok(())
    })?;
    reader.bends(segments, marks, ELAPSED, |fix, beside| {
        let wall = fix.at_ms.map_or(0, second);
        let elapsed = beside.wrapping_add(wall);
        fix.elapsed_ms = Some(milliseconds(elapsed, "elapsed time")?);
        Ok(())
    })?;
    reader.steps(segments, |fix, code| {
        fix.accuracy_m = accuracy_of(code)?;
        Ok(())
    })
}

fn marks(fix: &Fix) -> u8 {
    let mut marks = 0;
    for (mark, set) in [
        (WALL, fix.at_ms.is_some()),
        (ELAPSED, fix.elapsed_ms.is_some()),
        (MOCK, fix.mock),
    ] {
        if set {
            marks |= mark;
        }
    }
    marks
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to 180 degrees of a million steps"
)]
fn grid(degrees: f64) -> i64 {
    (degrees.clamp(-180.0, 180.0) * PER_DEGREE).round() as i64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is out of range is refused"
)]
fn degrees(steps: i64) -> f64 {
    steps as f64 / PER_DEGREE
}

/// The nearest second.
fn second(ms: i64) -> i64 {
    ms.saturating_add(500).div_euclid(1_000)
}

fn milliseconds(second: i64, column: &'static str) -> Result<i64, SealedError> {
    second.checked_mul(1_000).ok_or(SealedError::Column(column))
}

/// Whole metres and one; 0 where nothing is said.
#[expect(clippy::cast_possible_truncation, reason = "clamped to u16")]
fn accuracy_code(accuracy_m: Option<f32>) -> i64 {
    let said = accuracy_m.filter(|metres| !metres.is_nan());
    said.map_or(0, |metres| {
        metres.round().clamp(0.0, f32::from(u16::MAX)) as i64 + 1
    })
}

fn accuracy_of(code: i64) -> Result<Option<f32>, SealedError> {
    if code == 0 {
        return Ok(None);
    }
    u16::try_from(code - 1)
        .map(|metres| Some(f32::from(metres)))
        .map_err(|_| SealedError::Column("accuracy"))
}
