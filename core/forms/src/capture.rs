//! A capture 记录: what one person said once, at one place and time. Immutable.

use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use serde::{Deserialize, Serialize};

/// What a capture is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An entity of the register.
    Entity(#[cfg_attr(feature = "schema", schemars(with = "crate::schema::Entity"))] EntityId),
    /// An open case, for a follow-up.
    Case(#[cfg_attr(feature = "schema", schemars(with = "crate::schema::Id"))] Ulid),
}

/// Where something was captured. The datum is WGS-84; `source` names where the position comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Longitude and latitude.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Point"))]
    pub point: Wgs84,
    /// Horizontal accuracy in metres, where the source tells it.
    pub accuracy_m: Option<f32>,
    /// Where the position comes from: `gps`, `network`, `manual`.
    pub source: String,
}

/// One answer: the value that was said for a concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// Concept id, such as `issue.type`.
    pub concept: String,
    /// The member it is about, where the capture's subject has several.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Entity>"))]
    pub about: Option<EntityId>,
    /// The value as text: a code, a number (`"1.8"`), `"true"`/`"false"`, a date `yyyy-MM-dd`, an
    /// RFC 3339 time, an entity id, or free text.
    pub value: String,
}

/// A photograph that belongs to a capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CapturePhoto {
    /// Logical name, unique within the capture (`C09-before-1`).
    pub name: String,
    /// Stage: `scene`, `before`, `during`, `after`, `household`, `outside`, `defect`.
    pub stage: String,
    /// View where there are several of one stage: `far`, `near`.
    pub view: Option<String>,
    /// When it was taken, UTC milliseconds.
    pub at_ms: i64,
    /// Where it was taken.
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: Option<u16>,
    /// First 16 bytes of the SHA-256 of its file.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Hash16"))]
    pub blob: BlobRef,
}

/// The first 16 bytes of a blob's SHA-256, in lower-case hex when written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobRef(pub [u8; 16]);

impl std::fmt::Display for BlobRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for BlobRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for BlobRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::bytes::fixed(deserializer).map(Self)
    }
}

/// What follows from a walked track and leaves the phone; the track itself does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackSummary {
    /// First fix, UTC milliseconds.
    pub started_ms: i64,
    /// Last fix, UTC milliseconds.
    pub ended_ms: i64,
    /// Grid of the first fix.
    pub first_grid: Option<String>,
    /// Grid of the last fix.
    pub last_grid: Option<String>,
    /// Length in metres, where it was measured.
    pub length_m: Option<f64>,
    /// Codes of the plots that were seen.
    pub plots: Vec<String>,
}

/// What the capture's author saw of the register, his or her own edits in this capture included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pins {
    /// SHA-256 of the register base, 16 bytes; `None` where there was no register.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Hash16>"))]
    pub base: Option<BlobRef>,
    /// Heads of the register document.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::Hash32>"))]
    pub heads: Vec<Head>,
}

/// A head of a document: the 32-byte hash of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Head(pub [u8; 32]);

impl Serialize for Head {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
            serializer.serialize_str(&hex)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::bytes::fixed(deserializer).map(Self)
    }
}

/// A capture as it stands in a device's log.
///
/// Register facts that were stated in it (a corrected income, a newborn's name) are not here but in
/// the register document, as edits that cite this capture, so that personal fields stand in the
/// register alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capture {
    /// Its id, made on the phone.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Id"))]
    pub id: Ulid,
    /// A short name beside the id, where the app gives one (`C09`).
    pub label: Option<String>,
    /// Capture kind, an id of the kinds list (`visit`).
    pub kind: String,
    /// When it was captured by the phone's clock, UTC milliseconds.
    pub at_ms: i64,
    /// Id of the worker (`K05`).
    pub by: String,
    /// Where.
    pub place: Place,
    /// About what; `None` for nobody and nothing in particular.
    pub subject: Option<Subject>,
    /// What was said, in the order of entry, register facts apart.
    pub answers: Vec<Answer>,
    /// Its photographs, in the order of shooting.
    pub photos: Vec<CapturePhoto>,
    /// Captures made in its course (a patrol's finds).
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::schema::Id>"))]
    pub links: Vec<Ulid>,
    /// What its track showed, for a patrol.
    pub track: Option<TrackSummary>,
    /// The capture this one corrects.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Id>"))]
    pub supersedes: Option<Ulid>,
    /// What the author saw.
    pub pins: Pins,
}
