//! What a worker entered, before it is a capture.

use std::path::PathBuf;

use fieldwork_forms::capture::{Place, Subject, TrackSummary};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;

/// Whom an answer is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An entity of the register.
    Entity(EntityId),
    /// A person who is new; answers with the same name are about the same one.
    New(String),
}

/// One answer of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAnswer {
    /// Concept id.
    pub concept: String,
    /// Whom it is about, where that is not the subject.
    pub about: Option<About>,
    /// The value as text; see [`Answer::value`].
    pub value: String,
}

/// One photograph of a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftPhoto {
    /// The file, which is read and never changed.
    pub path: PathBuf,
    /// Logical name.
    pub name: String,
    /// Stage.
    pub stage: String,
    /// View.
    pub view: Option<String>,
    /// When it was taken, UTC milliseconds.
    pub at_ms: i64,
    /// Where.
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: Option<u16>,
}

/// What a worker entered, before it is a capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The id, where the app has given it out already (a patrol that others link to).
    pub id: Option<Ulid>,
    /// A short name beside the id.
    pub label: Option<String>,
    /// Capture kind.
    pub kind: String,
    /// When, UTC milliseconds; `None` for now.
    pub at_ms: Option<i64>,
    /// Where.
    pub place: Place,
    /// About what.
    pub subject: Option<Subject>,
    /// The answers, in the order of entry.
    pub answers: Vec<DraftAnswer>,
    /// The photographs, in the order of shooting.
    pub photos: Vec<DraftPhoto>,
    /// Captures made in its course.
    pub links: Vec<Ulid>,
    /// What its track showed.
    pub track: Option<TrackSummary>,
    /// The capture it corrects.
    pub supersedes: Option<Ulid>,
}

/// A capture that has been saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its id.
    pub id: Ulid,
    /// Cases it opened.
    pub opened: Vec<Ulid>,
    /// The case it closed.
    pub closed: Option<Ulid>,
}
