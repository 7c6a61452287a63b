//! What a worker entered, on its way into the core.

use std::path::PathBuf;

use fieldwork::replica::{
    About as CoreAbout, Draft as CoreDraft, DraftAnswer, DraftPhoto, Saved as CoreSaved,
};
use fieldwork_forms::capture::{Place as CorePlace, TrackSummary};
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;

use crate::{CaptureSubject, FieldworkError, FilePath, Timestamp, id};

/// What a worker entered, before it is a capture.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Draft {
    /// Capture kind, an id of the catalogue's list of kinds (`visit`).
    pub kind: String,
    /// Where.
    pub place: Place,
    /// About what; none for nobody and nothing in particular.
    #[uniffi(default = None)]
    pub subject: Option<CaptureSubject>,
    /// The answers, in the order of entry.
    #[uniffi(default = [])]
    pub answers: Vec<Answer>,
    /// The photographs, in the order of shooting.
    #[uniffi(default = [])]
    pub photos: Vec<Photo>,
    /// When; now where it is left out.
    #[uniffi(default = None)]
    pub at: Option<Timestamp>,
    /// A short name that the app gives it.
    #[uniffi(default = None)]
    pub label: Option<String>,
    /// The id, where the app has given it out already (a patrol that its finds link to).
    #[uniffi(default = None)]
    pub id: Option<String>,
    /// Captures made in its course.
    #[uniffi(default = [])]
    pub links: Vec<String>,
    /// What its track showed, for a patrol.
    #[uniffi(default = None)]
    pub track: Option<Track>,
    /// The capture that it corrects.
    #[uniffi(default = None)]
    pub supersedes: Option<String>,
}

/// A position in WGS-84.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Place {
    /// Longitude, degrees east.
    pub longitude_deg: f64,
    /// Latitude, degrees north.
    pub latitude_deg: f64,
    /// Horizontal accuracy in metres, where the source tells it.
    #[uniffi(default = None)]
    pub accuracy_m: Option<f32>,
    /// Where the position comes from: `gps`, `network`, `manual`.
    #[uniffi(default = "gps")]
    pub source: String,
}

/// What was said for one concept.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Answer {
    /// Concept id (`issue.type`).
    pub concept: String,
    /// The value: a code, a number (`1.8`), `true` or `false`, a date `yyyy-MM-dd`, an RFC 3339 time, an
    /// entity id, or free text.
    pub value: String,
    /// Whom it is about, where that is not the subject.
    #[uniffi(default = None)]
    pub about: Option<About>,
}

/// Whom an answer is about.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum About {
    /// An entity of the register.
    Entity {
        /// Its entity id.
        id: String,
    },
    /// A person who is new; answers with the same name are about the same one.
    Newcomer {
        /// A name that is used within this draft only (`baby`).
        name: String,
    },
}

/// A photograph of a draft.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Photo {
    /// The JPEG file. It is read while saving and never changed; once saved it may be deleted.
    pub path: FilePath,
    /// A name that is unique within the capture.
    pub name: String,
    /// Stage: `scene`, `before`, `during`, `after`, `household`, `outside`, `defect`.
    pub stage: String,
    /// When it was taken.
    pub at: Timestamp,
    /// View where there are several of one stage: `far`, `near`.
    #[uniffi(default = None)]
    pub view: Option<String>,
    /// Where it was taken.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    #[uniffi(default = None)]
    pub azimuth_deg: Option<u16>,
}

/// What follows from a walked track. The track itself stays with the app and is never handed over.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Track {
    /// First fix.
    pub started_at: Timestamp,
    /// Last fix.
    pub ended_at: Timestamp,
    /// Code of the grid of the first fix.
    pub first_grid: Option<String>,
    /// Code of the grid of the last fix.
    pub last_grid: Option<String>,
    /// Length in metres, where it was measured.
    pub length_m: Option<f64>,
    /// Codes of the plots that were seen.
    pub plots: Vec<String>,
}

/// A capture that has been saved: a power cut does not lose it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Saved {
    /// Its id, 26 characters; sorts by time.
    pub id: String,
    /// Cases that it opened.
    pub opened: Vec<String>,
    /// The case that it closed.
    pub closed: Option<String>,
}

impl Draft {
    pub(crate) fn into_core(self) -> Result<CoreDraft, FieldworkError> {
        let capture = |text: String| id::ulid(&text, "capture");
        Ok(CoreDraft {
            id: self.id.map(capture).transpose()?,
            label: self.label,
            kind: self.kind,
            at_ms: self.at.map(|time| time.at_ms),
            place: self.place.into_core()?,
            subject: self.subject.map(CaptureSubject::into_core).transpose()?,
            answers: self
                .answers
                .into_iter()
                .map(Answer::into_core)
                .collect::<Result<_, _>>()?,
            photos: self
                .photos
                .into_iter()
                .map(Photo::into_core)
                .collect::<Result<_, _>>()?,
            links: self
                .links
                .into_iter()
                .map(capture)
                .collect::<Result<Vec<Ulid>, _>>()?,
            track: self.track.map(Into::into),
            supersedes: self.supersedes.map(capture).transpose()?,
        })
    }
}

impl Place {
    fn into_core(self) -> Result<CorePlace, FieldworkError> {
        let point = Wgs84::new(self.longitude_deg, self.latitude_deg).map_err(|_| {
            FieldworkError::Invalid {
                reason: "a position is not on the earth".to_owned(),
            }
        })?;
        Ok(CorePlace {
            point,
            accuracy_m: self.accuracy_m,
            source: self.source,
        })
    }
}

impl Answer {
    fn into_core(self) -> Result<DraftAnswer, FieldworkError> {
        let about = match self.about {
            None => None,
            Some(About::Entity { id }) => Some(CoreAbout::Entity(id::entity(&id)?)),
            Some(About::Newcomer { name }) => Some(CoreAbout::New(name)),
        };
        Ok(DraftAnswer {
            concept: self.concept,
            about,
            value: self.value,
        })
    }
}

impl Photo {
    fn into_core(self) -> Result<DraftPhoto, FieldworkError> {
        Ok(DraftPhoto {
            path: PathBuf::from(self.path.text),
            name: self.name,
            stage: self.stage,
            view: self.view,
            at_ms: self.at.at_ms,
            place: self.place.map(Place::into_core).transpose()?,
            azimuth_deg: self.azimuth_deg,
        })
    }
}

impl From<Track> for TrackSummary {
    fn from(track: Track) -> Self {
        Self {
            started_ms: track.started_at.at_ms,
            ended_ms: track.ended_at.at_ms,
            first_grid: track.first_grid,
            last_grid: track.last_grid,
            length_m: track.length_m,
            plots: track.plots,
        }
    }
}

impl From<CoreSaved> for Saved {
    fn from(saved: CoreSaved) -> Self {
        Self {
            id: saved.id.to_string(),
            opened: saved.opened.iter().map(ToString::to_string).collect(),
            closed: saved.closed.map(|id| id.to_string()),
        }
    }
}

#[cfg(test)]
#[path = "draft/tests.rs"]
mod tests;
