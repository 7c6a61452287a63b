//! What a reader passed over or took with doubt.

use std::collections::BTreeMap;
use std::fmt;

/// A kind of fault, how often it was met, and where first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub kind: WarningKind,
    /// How often it was met.
    pub count: u32,
    /// Where first; `None` where the whole file is meant.
    pub first: Option<At>,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A line, counted from 1.
    Line(u32),
    /// A feature or record, counted from 1.
    Feature(u32),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.count > 1 {
            write!(f, " ({} times)", self.count)?;
        }
        match self.first {
            Some(At::Line(line)) => write!(f, ", first in line {line}"),
            Some(At::Feature(number)) => write!(f, ", first in feature {number}"),
            None => Ok(()),
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $name:literal $text:literal,)+) => {
        /// What a reader passed over or took with doubt.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum WarningKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl WarningKind {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// Its name for programs, such as `time_missing`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// What it says to people, in English.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $text,)+ }
            }

        }
    };
}

kinds! {
    /// Bytes that are no text in the file's encoding; they were replaced.
    EncodingBroken "encoding_broken" "bytes that are no text were replaced",
    /// The markup is broken; reading went on at the next fix.
    MarkupBroken "markup_broken" "the markup is broken and was read from the next fix on",
    /// The file ends before its tracks do.
    CutShort "cut_short" "the file ends in the middle",
    /// A fix without readable latitude and longitude was left out.
    PlaceMissing "place_missing" "a fix without a readable place was left out",
    /// A fix whose place is not on the earth was left out.
    PlaceOffEarth "place_off_earth" "a fix that is not on the earth was left out",
    /// Latitude 100 or 200: how older recorders mark a pause; a new segment was begun.
    PauseMark "pause_mark" "a mark of a pause began a new segment",
    /// A segment without fixes.
    SegmentEmpty "segment_empty" "a segment without fixes was left out",
    /// A fix without a time.
    TimeMissing "time_missing" "a fix without a time",
    /// A time that cannot be read; the fix was kept without it.
    TimeUnreadable "time_unreadable" "a time that cannot be read was left out",
    /// A time without a zone was taken as UTC.
    TimeWithoutZone "time_without_zone" "a time without a zone was taken as utc",
    /// A fix earlier than the one before it.
    TimeBackwards "time_backwards" "a fix earlier than the one before it",
    /// A fix at the same time as the one before it.
    TimeRepeated "time_repeated" "a fix at the same time as the one before it",
    /// Times and places differ in number.
    TimesDiffer "times_differ" "times and places differ in number",
    /// An accuracy or altitude that cannot be read; the fix was kept without it.
    NumberUnreadable "number_unreadable" "an accuracy or altitude that cannot be read was left out",
    /// Waypoints and routes are plans or marks, not a walk.
    PointsIgnored "points_ignored" "waypoints and routes were left out",
    /// The file holds no fix.
    NoFixes "no_fixes" "the file holds no fix",
    /// A feature that is neither what was asked for nor readable.
    FeatureUnreadable "feature_unreadable" "a feature that cannot be read was left out",
    /// A feature of another kind: a point among plots, an area among tracks.
    FeatureIgnored "feature_ignored" "a feature of another kind was left out",
    /// The table beside the shapes cannot be read: plots have neither codes nor names.
    TableUnreadable "table_unreadable" "the table beside the shapes cannot be read",
    /// A plot that does not lie in the reference system of the file was left out.
    OutlineOffGrid "outline_off_grid" "a plot outside of the file's reference system was left out",
    /// A ring of fewer than three corners was left out.
    RingTooSmall "ring_too_small" "a ring of fewer than three corners was left out",
    /// A plot without a code got its number in the file.
    CodeMissing "code_missing" "a plot without a code got its number in the file",
    /// A code that stands twice.
    CodeRepeated "code_repeated" "a code that another plot has too",
    /// The file names no reference system; one was told by the numbers.
    CrsAssumed "crs_assumed" "the reference system was told by the numbers alone",
    /// Northing or latitude stands first; the numbers were exchanged.
    AxesSwapped "axes_swapped" "northing stood before easting",
}

/// Collects warnings while reading.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    met: BTreeMap<WarningKind, (u32, Option<usize>)>,
}

impl Notes {
    /// Notes one at a byte of the text, or at the number of a feature.
    pub(crate) fn add(&mut self, kind: WarningKind, at: impl Into<Option<usize>>) {
        let (count, _) = self.met.entry(kind).or_insert((0, at.into()));
        *count = count.saturating_add(1);
    }

    /// Notes one where there is any.
    pub(crate) fn add_some(&mut self, kind: Option<WarningKind>, at: usize) {
        if let Some(kind) = kind {
            self.add(kind, at);
        }
    }

    /// The warnings of a text: bytes become lines.
    pub(crate) fn in_text(self, text: &str) -> Vec<Warning> {
        let line = |at: usize| {
            let before = text
                .as_bytes()
                .get(..at.min(text.len()))
                .unwrap_or_default();
            memchr::memchr_iter(b'\n', before).count() + 1
        };
        self.finish(|at| At::Line(number(line(at))))
    }

    /// The warnings of numbered features.
    pub(crate) fn in_features(self) -> Vec<Warning> {
        self.finish(|at| At::Feature(number(at)))
    }

    fn finish(self, first: impl Fn(usize) -> At) -> Vec<Warning> {
        let met = self.met.into_iter();
        met.map(|(kind, (count, at))| Warning {
            kind,
            count,
            first: at.map(&first),
        })
        .collect()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
