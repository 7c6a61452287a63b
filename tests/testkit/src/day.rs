//! The script of a day: what a worker enters, where and when, and which photographs are taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Why a script could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DayError {
    /// The file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a day.
    #[error("not the script of a day")]
    Parse(#[from] serde_json::Error),
}

/// One day of one worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// A remark of the script's author.
    #[serde(default)]
    pub note: String,
    /// The day, `yyyy-MM-dd`.
    pub date: String,
    /// 12-digit code of the village.
    pub village: String,
    /// Who works.
    pub cadre: Cadre,
    /// Issues that were open in the morning.
    #[serde(default)]
    pub prior_issues: Vec<PriorIssue>,
    /// What is captured, in the order of the day.
    pub captures: Vec<Entry>,
}

impl Day {
    /// Reads a script from a file.
    ///
    /// # Errors
    ///
    /// [`DayError`] where the file is missing or not a day.
    pub fn load(path: &Path) -> Result<Self, DayError> {
        let text = std::fs::read_to_string(path).map_err(|source| DayError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads a script from text.
    ///
    /// # Errors
    ///
    /// [`DayError::Parse`] where the text is not a day.
    pub fn parse(text: &str) -> Result<Self, DayError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The capture with this label, such as `C09`.
    #[must_use]
    pub fn entry(&self, label: &str) -> Option<&Entry> {
        self.captures.iter().find(|entry| entry.id == label)
    }

    /// What an issue is about that is followed up: one that was open in the morning, or one that a capture
    /// of the day opened.
    #[must_use]
    pub fn subject_of_issue(&self, key: &str) -> Option<&Subject> {
        if let Some(issue) = self.prior_issues.iter().find(|issue| issue.id == key) {
            return issue.subject.as_ref();
        }
        let label = key.rsplit_once('/').map_or(key, |(label, _)| label);
        let opening = self.entry(label)?;
        opening
            .subject
            .as_ref()
            .filter(|subject| subject.kind != "issue")
    }

    /// The ids under which a system holds issues that were open in the morning.
    pub fn known_to<'a>(&'a self, system: &'a str) -> impl Iterator<Item = &'a str> {
        self.prior_issues
            .iter()
            .filter_map(move |issue| issue.upstream_ids.get(system).map(String::as_str))
    }
}

/// The worker of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadre {
    /// Worker id, such as `K05`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Phone number.
    pub phone: String,
    /// Lines of work.
    pub lines: Vec<String>,
    /// Roles.
    pub roles: Vec<String>,
}

/// An issue opened before the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorIssue {
    /// Its id in the script.
    pub id: String,
    /// When it was opened, UTC milliseconds.
    #[serde(rename = "opened", with = "time")]
    pub opened_ms: i64,
    /// What it is about; `None` for nobody and nothing.
    #[serde(default)]
    pub subject: Option<Subject>,
    /// System id → the id that system gave it.
    #[serde(default)]
    pub upstream_ids: BTreeMap<String, String>,
    /// What was said when it was opened: concept → value.
    #[serde(flatten)]
    pub values: Map<String, Value>,
}

/// What something is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// `plot`, `household`, `premises` or `issue`; of an issue the key is its id, or the label of the capture
    /// that opened it (`C05`, `C05/2` for the second that it opened).
    #[serde(rename = "type")]
    pub kind: String,
    /// Its key within the kind.
    pub key: String,
}

/// One capture of the script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its label, such as `C09`.
    pub id: String,
    /// When, UTC milliseconds.
    #[serde(rename = "at", with = "time")]
    pub at_ms: i64,
    /// Capture kind, such as `visit`.
    pub kind: String,
    /// Where.
    pub place: Fixed,
    /// About what; `None` for nobody and nothing.
    pub subject: Option<Subject>,
    /// What is entered, in the order of entry.
    pub inputs: Vec<Input>,
    /// What is photographed, in the order of shooting.
    pub photos: Vec<Picture>,
    /// Labels of captures made in its course.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// The walk, for a patrol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Track>,
    /// The venue's code, for an activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
}

/// A position. WGS-84, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fixed {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// Horizontal accuracy in metres.
    pub accuracy_m: f64,
}

/// One thing that is entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Concept id, such as `issue.type`.
    pub concept: String,
    /// How it is entered: `pick`, `text`, `number`, `yesno`, `date`, `datetime`, `code`.
    pub input: String,
    /// The value: text, number or yes/no.
    pub value: Value,
    /// Citizen number of the member it is about, or for one who came a name that begins with `new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// One photograph of the script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Logical name, such as `C09-before-1`.
    pub name: String,
    /// Stage, such as `before`.
    pub stage: String,
    /// When, UTC milliseconds.
    #[serde(rename = "at", with = "time")]
    pub at_ms: i64,
    /// Where. WGS-84, accuracy in metres.
    #[serde(flatten)]
    pub place: Fixed,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: u16,
    /// `far` or `near`, where there are both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

/// A walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// What the phone's receiver said.
    pub fixes: Vec<Fix>,
    /// Where the worker really walked.
    pub truth: Truth,
}

/// One fix of a receiver, written `[time, lon, lat, accuracy]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fix(
    /// UTC milliseconds.
    #[serde(with = "time")]
    pub i64,
    /// Longitude, degrees, WGS-84.
    pub f64,
    /// Latitude, degrees, WGS-84.
    pub f64,
    /// Horizontal accuracy in metres.
    pub f64,
);

/// What really happened on a walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// Length in metres.
    pub length_m: f64,
    /// Codes of the plots that were walked over.
    pub plots: Vec<String>,
    /// Where the worker stood still.
    pub stop: Stop,
    /// Where the receiver had no signal.
    pub gap: Gap,
    /// Corners of the way, `[lon, lat]`.
    pub waypoints: Vec<(f64, f64)>,
    /// The way itself.
    pub points: Vec<TruePoint>,
}

/// A halt on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Begin, UTC milliseconds.
    #[serde(rename = "from", with = "time")]
    pub from_ms: i64,
    /// End, UTC milliseconds.
    #[serde(rename = "to", with = "time")]
    pub to_ms: i64,
    /// Code of the plot.
    pub plot: String,
}

/// A stretch without fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Last fix before it, UTC milliseconds.
    #[serde(rename = "after", with = "time")]
    pub after_ms: i64,
    /// First fix after it, UTC milliseconds.
    #[serde(rename = "next", with = "time")]
    pub next_ms: i64,
}

/// A true position, written `[time, lon, lat]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TruePoint(
    /// UTC milliseconds.
    #[serde(with = "time")]
    pub i64,
    /// Longitude, degrees, WGS-84.
    pub f64,
    /// Latitude, degrees, WGS-84.
    pub f64,
);

/// Times of the script: RFC 3339 with +08:00 in the text, UTC milliseconds in memory.
mod time {
    use chrono::{DateTime, SecondsFormat};
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    pub(super) fn serialize<S: Serializer>(at_ms: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        let zone = chrono::FixedOffset::east_opt(8 * 3_600)
            .ok_or_else(|| ser::Error::custom("no zone"))?;
        let at = DateTime::from_timestamp_millis(*at_ms)
            .ok_or_else(|| ser::Error::custom("no such time"))?;
        serializer.serialize_str(
            &at.with_timezone(&zone)
                .to_rfc3339_opts(SecondsFormat::Secs, false),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)?;
        Ok(at.timestamp_millis())
    }
}
