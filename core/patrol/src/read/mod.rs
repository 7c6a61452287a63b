//! Readers of tracks and plots that other programs wrote.
//!
//! Files of the field are seldom as their format says, and a reader that gives up at the first fault
//! gives nothing to somebody who has walked for two hours. So everything here reads what can be read
//! and says what it passed over ([`Warning`]); a file is refused ([`ReadError`]) only where nothing
//! sensible would come of it, or where it is made to harm: entities that unfold, lines and tokens
//! without end, archives that swell.
//!
//! Nothing here opens a file: bytes come in, tracks and plots in WGS-84 come out. A GeoPackage is a
//! database, and SQL stands only in stores; so `fieldwork::store::geopackage` reads its rows and hands
//! their bytes to [`geopackage`], which knows the geometries but no SQL.
//!
//! | format | read by | built on |
//! |---|---|---|
//! | GPX 1.0, 1.1 | [`gpx`] | `quick-xml`, leniently: the `gpx` crate refuses one in seven real files |
//! | GeoJSON | [`geojson`] | `serde_json`: one damaged feature must not cost the others |
//! | zipped Shapefile | [`shapefile`] | `flate2`; shapes and tables by ourselves, because GBK tables without a word about it are common and one damaged record must not cost those after it |
//! | GeoPackage | [`geopackage`] | SQLite in the store; geometries by ourselves |
//!
//! Warnings and errors say where in a file and what, never a position or a name.

mod archive;
pub mod crs;
mod error;
pub mod geojson;
pub mod geopackage;
pub mod gpx;
mod limit;
mod plot;
pub mod shapefile;
mod text;
mod time;
mod warning;

use crate::track::{Break, Datum, Fix, Provider, Segment, Track};
use fieldwork_geo::{Bd09, Gcj02, Wgs84};

pub use crs::{Crs, CrsError};
pub use error::ReadError;
pub use gpx::MAX_BROKEN;
pub use limit::{MAX_FILE_BYTES, MAX_FIXES, MAX_LINE_BYTES, MAX_PLOTS, MAX_TOKEN_BYTES};
pub use plot::{PlotFile, PlotOptions};
pub use warning::{At, Warning, WarningKind};

/// What only the caller can know of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrackOptions {
    /// The datum of the file's degrees. No format says it, and it is never guessed from a place.
    pub datum: Datum,
}

/// What a file of tracks held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackFile {
    /// Its tracks in order, those without fixes left out.
    pub tracks: Vec<Track>,
    /// What was passed over or taken with doubt, one of a kind.
    pub warnings: Vec<Warning>,
}

impl TrackFile {
    /// All its tracks as one: the segments in order, under the name of the first that has one.
    #[must_use]
    pub fn joined(self) -> Track {
        let mut tracks = self.tracks.into_iter();
        let mut all = tracks.next().unwrap_or_default();
        for track in tracks {
            if all.name.is_empty() {
                all.name = track.name;
            }
            let begins = |mut segment: Segment| {
                if segment.begins == Break::Start {
                    segment.begins = Break::File;
                }
                segment
            };
            all.segments.extend(track.segments.into_iter().map(begins));
        }
        all
    }
}

/// Reads the tracks of a file, whichever of the known formats it is.
///
/// # Errors
/// [`ReadError::Unsupported`] names a format that is known and not read; others as the readers say.
pub fn tracks(bytes: &[u8], options: TrackOptions) -> Result<TrackFile, ReadError> {
    limit::check_file(bytes)?;
    match Format::of(bytes) {
        Format::Xml => gpx::tracks(bytes, options),
        Format::Json => geojson::tracks(bytes, options),
        Format::Other(format) => Err(ReadError::Unsupported { format }),
        Format::Unknown => Err(ReadError::Unknown),
    }
}

/// Reads the plots of a file, whichever of the known formats it is.
///
/// # Errors
/// [`ReadError::NeedsStore`] for a GeoPackage, which the store reads; [`ReadError::Unsupported`] names a
/// format that is known and not read; others as the readers say.
pub fn plots(bytes: &[u8], options: &PlotOptions) -> Result<PlotFile, ReadError> {
    limit::check_file(bytes)?;
    match Format::of(bytes) {
        Format::Json => geojson::plots(bytes, options),
        Format::Other("zip") => shapefile::plots(bytes, options),
        Format::Other("geopackage") => Err(ReadError::NeedsStore),
        Format::Xml => Err(ReadError::Unsupported { format: "xml" }),
        Format::Other(format) => Err(ReadError::Unsupported { format }),
        Format::Unknown => Err(ReadError::Unknown),
    }
}

/// What the first bytes of a file say it is.
enum Format {
    Xml,
    Json,
    /// Known by name; not every reader reads it.
    Other(&'static str),
    Unknown,
}

impl Format {
    fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Self::Other("zip");
        }
        if bytes.starts_with(b"SQLite format 3\0") {
            return Self::Other("geopackage");
        }
        if bytes.starts_with(b"PAR1") {
            return Self::Other("parquet");
        }
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let mut printed = bytes.iter().skip(if utf16 { 2 } else { 0 });
        match printed
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0))
        {
            Some(b'<') => Self::Xml,
            Some(b'{') => Self::Json,
            Some(_) if first_line(bytes).contains(&b',') => Self::Other("csv"),
            _ => Self::Unknown,
        }
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

/// Where the numbers of a file lie in WGS-84; `None` where they are no place on the earth.
pub(crate) fn place(lon: f64, lat: f64, datum: Datum) -> Option<Wgs84> {
    let given = Wgs84::new(lon, lat).ok()?;
    let point = match datum {
        Datum::Wgs84 | Datum::Cgcs2000 => given,
        Datum::Gcj02 => Gcj02 { lon, lat }.wgs84(),
        Datum::Bd09 => Bd09 { lon, lat }.gcj02().wgs84(),
    };
    Wgs84::new(point.lon, point.lat).ok()
}

/// A segment of a file, yet without fixes.
pub(crate) fn segment(begins: Break, datum: Datum) -> Segment {
    Segment {
        begins,
        provider: Provider::File,
        datum,
        fixes: Vec::new(),
    }
}

/// Says what is odd about the time of a fix that follows another.
pub(crate) fn time_warning(before: Option<&Fix>, fix: &Fix) -> Option<WarningKind> {
    let at_ms = match fix.at_ms {
        Some(at_ms) => at_ms,
        None => return Some(WarningKind::TimeMissing),
    };
    match before?.at_ms? {
        earlier if at_ms < earlier => Some(WarningKind::TimeBackwards),
        same if at_ms == same => Some(WarningKind::TimeRepeated),
        _ => None,
    }
}
