//! A capture as a row of the log: positional, so that field names cost nothing.

use fieldwork_forms::capture::{
    Answer, BlobRef, Capture, CapturePhoto, Head, Pins, Place, Subject, TrackSummary,
};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct PlaceRow(fieldwork_geo::Wgs84, Option<f32>, String);

#[derive(Serialize, Deserialize)]
enum SubjectRow {
    #[serde(rename = "e")]
    Entity(EntityId),
    #[serde(rename = "c")]
    Case(Ulid),
}

#[derive(Serialize, Deserialize)]
struct AnswerRow(String, Option<EntityId>, String);

#[derive(Serialize, Deserialize)]
struct PhotoRow(
    String,
    String,
    Option<String>,
    /// Milliseconds after the capture's own time.
    i64,
    Option<PlaceRow>,
    Option<u16>,
    BlobRef,
);

/// See the module. A new field goes at the end, with a default for rows that lack it.
#[derive(Serialize, Deserialize)]
pub(super) struct CaptureRow(
    Ulid,
    Option<String>,
    String,
    i64,
    String,
    PlaceRow,
    Option<SubjectRow>,
    Vec<AnswerRow>,
    Vec<PhotoRow>,
    Vec<Ulid>,
    Option<TrackSummary>,
    Option<Ulid>,
    Option<BlobRef>,
    Vec<Head>,
);

fn place_row(place: &Place) -> PlaceRow {
    PlaceRow(place.point, place.accuracy_m, place.source.clone())
}

fn place(PlaceRow(point, accuracy_m, source): PlaceRow) -> Place {
    Place {
        point,
        accuracy_m,
        source,
    }
}

impl From<&Capture> for CaptureRow {
    fn from(capture: &Capture) -> Self {
        let photo = |photo: &CapturePhoto| {
            PhotoRow(
                photo.name.clone(),
                photo.stage.clone(),
                photo.view.clone(),
                photo.at_ms.wrapping_sub(capture.at_ms),
                photo.place.as_ref().map(place_row),
                photo.azimuth_deg,
                photo.blob,
            )
        };
        Self(
            capture.id,
            capture.label.clone(),
            capture.kind.clone(),
            capture.at_ms,
            capture.by.clone(),
            place_row(&capture.place),
            capture.subject.as_ref().map(|subject| match subject {
                Subject::Entity(entity) => SubjectRow::Entity(entity.clone()),
                Subject::Case(case) => SubjectRow::Case(*case),
            }),
            capture
                .answers
                .iter()
                .map(|a| AnswerRow(a.concept.clone(), a.about.clone(), a.value.clone()))
                .collect(),
            capture.photos.iter().map(photo).collect(),
            capture.links.clone(),
            capture.track.clone(),
            capture.supersedes,
            capture.pins.base,
            capture.pins.heads.clone(),
        )
    }
}

impl From<CaptureRow> for Capture {
    fn from(row: CaptureRow) -> Self {
        let CaptureRow(
            id,
            label,
            kind,
            at_ms,
            by,
            at_place,
            subject,
            answers,
            photos,
            links,
            track,
            supersedes,
            base,
            heads,
        ) = row;
        Self {
            id,
            label,
            kind,
            at_ms,
            by,
            place: place(at_place),
            subject: subject.map(|subject| match subject {
                SubjectRow::Entity(entity) => Subject::Entity(entity),
                SubjectRow::Case(case) => Subject::Case(case),
            }),
            answers: answers
                .into_iter()
                .map(|AnswerRow(concept, about, value)| Answer {
                    concept,
                    about,
                    value,
                })
                .collect(),
            photos: photos
                .into_iter()
                .map(
                    |PhotoRow(name, stage, view, after_ms, at_place, azimuth_deg, blob)| {
                        CapturePhoto {
                            name,
                            stage,
                            view,
                            at_ms: at_ms.wrapping_add(after_ms),
                            place: at_place.map(place),
                            azimuth_deg,
                            blob,
                        }
                    },
                )
                .collect(),
            links,
            track,
            supersedes,
            pins: Pins { base, heads },
        }
    }
}
