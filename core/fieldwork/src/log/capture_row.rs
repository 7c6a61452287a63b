//! A capture as a row of the log: positional, so that field names cost nothing, and with times as
//! differences to the capture's own, so that one digit is not said twice.

use fieldwork_forms::capture::{
    Answer, BlobRef, Capture, CapturePhoto, Head, Pins, Place, Subject, TrackSummary,
};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use serde::{Deserialize, Serialize};

/// The random part of an id, and its time as milliseconds after the capture's own: nearly always 0.
#[derive(Serialize, Deserialize)]
struct IdRow(#[serde(with = "serde_bytes")] [u8; 10], i64);

/// A length: a whole number of decimetres where it is one, else metres as they are.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum LengthRow {
    Decimetres(u32),
    Metres(f32),
}

#[derive(Serialize, Deserialize)]
struct PlaceRow(fieldwork_geo::Wgs84, Option<LengthRow>, String);

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
    IdRow,
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

impl IdRow {
    fn of(id: Ulid, at_ms: i64) -> Self {
        let mut random = [0; 10];
        random.copy_from_slice(&id.to_bytes()[6..]);
        Self(random, id.at_ms().wrapping_sub(at_ms))
    }

    fn id(&self, at_ms: i64) -> Ulid {
        Ulid::from_parts(at_ms.wrapping_add(self.1), self.0)
    }
}

impl From<f32> for LengthRow {
    fn from(metres: f32) -> Self {
        let decimetres = (metres * 10.0).round();
        if (0.0..1e6).contains(&decimetres) && decimetres / 10.0 == metres {
            Self::Decimetres(decimetres as u32)
        } else {
            Self::Metres(metres)
        }
    }
}

impl From<LengthRow> for f32 {
    fn from(length: LengthRow) -> Self {
        match length {
            LengthRow::Decimetres(decimetres) => decimetres as f32 / 10.0,
            LengthRow::Metres(metres) => metres,
        }
    }
}

fn place_row(place: &Place) -> PlaceRow {
    let accuracy = place.accuracy_m.map(LengthRow::from);
    PlaceRow(place.point, accuracy, place.source.clone())
}

fn place(PlaceRow(point, accuracy, source): PlaceRow) -> Place {
    Place {
        point,
        accuracy_m: accuracy.map(f32::from),
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
            IdRow::of(capture.id, capture.at_ms),
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
            id: id.id(at_ms),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_comes_back_to_the_bit_however_it_is_written() {
        for metres in [
            0.0,
            -0.0,
            0.1,
            3.3,
            4.7,
            7.25,
            12.0,
            99_999.9,
            1e7,
            -3.0,
            f32::MIN_POSITIVE,
            f32::MAX,
        ] {
            let bytes = crate::codec::to_cbor(&LengthRow::from(metres));
            let row: LengthRow = crate::codec::from_cbor(&bytes).unwrap();
            assert_eq!(f32::from(row), metres);
        }
        assert!(matches!(LengthRow::from(4.7), LengthRow::Decimetres(47)));
        let bytes = crate::codec::to_cbor(&LengthRow::from(f32::NAN));
        let row: LengthRow = crate::codec::from_cbor(&bytes).unwrap();
        assert!(f32::from(row).is_nan());
    }

    #[test]
    fn an_id_comes_back_whether_or_not_its_time_is_the_captures() {
        for (id_ms, at_ms) in [
            (1_744_070_400_000, 1_744_070_400_000),
            (0, i64::MAX),
            (7, -7),
        ] {
            let id = Ulid::from_parts(id_ms, [9; 10]);
            assert_eq!(IdRow::of(id, at_ms).id(at_ms), id);
        }
    }
}
