//! From elements to tracks, segments and fixes.

use quick_xml::events::BytesStart;

use super::field::{Field, Gathered, is_accuracy};
use super::local;
use crate::read::limit::MAX_FIXES;
use crate::read::warning::Notes;
use crate::read::{self, ReadError, TrackFile, TrackOptions, WarningKind, time};
use crate::track::{Break, Fix, Segment, Track};

/// A name longer than this is cut.
const MAX_NAME_CHARS: usize = 200;

/// What has been read, and what is open.
pub(super) struct Walk<'t> {
    pub(super) notes: Notes,
    options: TrackOptions,
    tracks: Vec<Track>,
    track: Option<Track>,
    segment: Option<Segment>,
    /// Why the next segment of this track begins.
    begins: Break,
    fix: Option<Fix>,
    text: Gathered<'t>,
    is_gpx: bool,
    root_open: bool,
    fixes: usize,
}

impl<'t> Walk<'t> {
    pub(super) fn new(options: TrackOptions) -> Self {
        Self {
            notes: Notes::default(),
            options,
            tracks: Vec::new(),
            track: None,
            segment: None,
            begins: Break::Start,
            fix: None,
            text: Gathered::default(),
            is_gpx: false,
            root_open: false,
            fixes: 0,
        }
    }

    pub(super) fn wants_text(&self) -> bool {
        self.text.wanted()
    }

    pub(super) fn add(&mut self, piece: &'t str) {
        self.text.add(piece);
    }

    pub(super) fn refer(&mut self, name: &str) {
        self.text.refer(name);
    }

    /// Whether the end of the file would come too early here.
    pub(super) fn is_open(&self) -> bool {
        self.root_open || self.track.is_some() || self.segment.is_some() || self.fix.is_some()
    }

    /// Gives up the fix that is being read.
    pub(super) fn forget_fix(&mut self) {
        self.fix = None;
        self.text.begin(None);
    }

    pub(super) fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), ReadError> {
        self.text.begin(None);
        let name = tag.name().into_inner();
        match local(name) {
            "trkpt" => {
                self.is_gpx = true;
                self.end_fix(at)?;
                self.start_fix(tag, at);
            }
            "time" if self.fix.is_some() => self.text.begin(Some(Field::Time)),
            "ele" if self.fix.is_some() => self.text.begin(Some(Field::Height)),
            "trkseg" => {
                self.end_segment(at)?;
                self.segment = Some(self.new_segment());
            }
            "trk" => {
                self.is_gpx = true;
                self.end_track(at)?;
                self.track = Some(Track::default());
                self.begins = Break::Start;
            }
            "name" if self.fix.is_none() && self.track.is_some() => {
                self.text.begin(Some(Field::Name))
            }
            "wpt" | "rtept" => {
                self.is_gpx = true;
                self.notes.add(WarningKind::PointsIgnored, at);
            }
            "gpx" => {
                self.is_gpx = true;
                self.root_open = true;
            }
            "kml" if !self.is_gpx => return Err(ReadError::Unsupported { format: "kml" }),
            "TrainingCenterDatabase" if !self.is_gpx => {
                return Err(ReadError::Unsupported { format: "tcx" });
            }
            name if self.fix.is_some() && is_accuracy(name) => {
                self.text.begin(Some(Field::Accuracy))
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn end(&mut self, name: &str, at: usize) -> Result<(), ReadError> {
        self.take_text(at);
        match name {
            "trkpt" => self.end_fix(at),
            "trkseg" => self.end_segment(at),
            "trk" => self.end_track(at),
            "gpx" => {
                self.root_open = false;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn take_text(&mut self, at: usize) {
        let Some((field, text)) = self.text.take() else {
            return;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "metres of a height or radius"
        )]
        let metres = || Some(number(text).filter(|metres| metres.abs() < 1e9)? as f32);
        let doubt = match (field, self.fix.as_mut(), self.track.as_mut()) {
            (Field::Name, None, Some(track)) if track.name.is_empty() => {
                track.name = text.chars().take(MAX_NAME_CHARS).collect();
                None
            }
            (Field::Time, Some(fix), _) if fix.at_ms.is_none() => {
                let time = time::parse(text);
                fix.at_ms = time.map(|(at_ms, _)| at_ms);
                match time {
                    Some((_, true)) => None,
                    Some((_, false)) => Some(WarningKind::TimeWithoutZone),
                    None => Some(WarningKind::TimeUnreadable),
                }
            }
            (Field::Height, Some(fix), _) if fix.altitude_m.is_none() => {
                fix.altitude_m = metres();
                (fix.altitude_m.is_none()).then_some(WarningKind::NumberUnreadable)
            }
            (Field::Accuracy, Some(fix), _) if fix.accuracy_m.is_none() => {
                fix.accuracy_m = metres().filter(|metres| *metres >= 0.0);
                (fix.accuracy_m.is_none()).then_some(WarningKind::NumberUnreadable)
            }
            _ => None,
        };
        self.notes.add_some(doubt, at);
    }

    fn start_fix(&mut self, tag: &BytesStart<'_>, at: usize) {
        let (mut lat, mut lon) = (None, None);
        for attribute in tag.attributes().with_checks(false).flatten() {
            match local(attribute.key.into_inner()) {
                "lat" => lat = number(&attribute.value),
                "lon" => lon = number(&attribute.value),
                _ => {}
            }
        }
        let (Some(lat), Some(lon)) = (lat, lon) else {
            self.notes.add(WarningKind::PlaceMissing, at);
            return;
        };
        #[expect(clippy::float_cmp, reason = "the marks are written as whole numbers")]
        let pause = lat == 100.0 || lat == 200.0;
        match read::place(lon, lat, self.options.datum) {
            Some(point) => self.fix = Some(Fix::at(point)),
            None if pause => {
                self.notes.add(WarningKind::PauseMark, at);
                self.pause();
            }
            None => self.notes.add(WarningKind::PlaceOffEarth, at),
        }
    }

    fn pause(&mut self) {
        let Some(segment) = self.segment.take() else {
            return;
        };
        if !segment.fixes.is_empty() {
            self.track.get_or_insert_default().segments.push(segment);
        }
        self.begins = Break::Paused;
        self.segment = Some(self.new_segment());
    }

    fn end_fix(&mut self, at: usize) -> Result<(), ReadError> {
        let Some(fix) = self.fix.take() else {
            return Ok(());
        };
        self.fixes += 1;
        if self.fixes > MAX_FIXES {
            return Err(ReadError::TooManyFixes);
        }
        let mut segment = match self.segment.take() {
            Some(segment) => segment,
            // A fix outside of any segment: misplaced, but a fix.
            None => self.new_segment(),
        };
        let doubt = read::time_warning(segment.fixes.last(), &fix);
        self.notes.add_some(doubt, at);
        segment.fixes.push(fix);
        self.segment = Some(segment);
        Ok(())
    }

    fn new_segment(&mut self) -> Segment {
        read::segment(self.begins, self.options.datum)
    }

    fn end_segment(&mut self, at: usize) -> Result<(), ReadError> {
        self.end_fix(at)?;
        let Some(segment) = self.segment.take() else {
            return Ok(());
        };
        if segment.fixes.is_empty() {
            self.notes.add(WarningKind::SegmentEmpty, at);
        } else {
            self.track.get_or_insert_default().segments.push(segment);
            self.begins = Break::File;
        }
        Ok(())
    }

    fn end_track(&mut self, at: usize) -> Result<(), ReadError> {
        self.end_segment(at)?;
        let track = self.track.take();
        let walked = track.filter(|track| !track.segments.is_empty());
        self.tracks.extend(walked);
        self.begins = Break::Start;
        Ok(())
    }

    pub(super) fn finish(mut self, text: &str) -> Result<TrackFile, ReadError> {
        self.end_track(text.len())?;
        if !self.is_gpx {
            return Err(ReadError::NotGpx);
        }
        if self.tracks.is_empty() {
            self.notes.add(WarningKind::NoFixes, None);
        }
        Ok(TrackFile {
            tracks: self.tracks,
            warnings: self.notes.in_text(text),
        })
    }
}

/// A number, also with a comma, as programs of some countries write it by mistake.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = text.parse().or_else(|_| text.replacen(',', ".", 1).parse());
    number.ok().filter(|number: &f64| number.is_finite())
}
