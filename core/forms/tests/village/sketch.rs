//! Captures that the day does not have, written in a line or two.

use fieldwork_forms::capture::{Answer, BlobRef, Capture, CapturePhoto, Pins, Place, Subject};
use fieldwork_forms::{CaseFacts, Catalogue};
use fieldwork_geo::Wgs84;
use fieldwork_ids::time;
use fieldwork_register::{Edits, IndexedBase};

use super::{base, catalogue, edit, ulid};

/// A capture being written, with the edits its author makes, and the register below.
pub struct Sketch {
    pub catalogue: Catalogue,
    pub base: IndexedBase,
    pub edits: Edits,
    pub capture: Capture,
    pub case: Option<CaseFacts>,
}

impl Sketch {
    /// A capture of a kind by K05 at 10:00, in the middle of the village.
    pub fn of(kind: &str, subject: Option<&str>) -> Self {
        let mut capture = Self::blank(kind);
        capture.subject = subject.map(|id| Subject::Entity(id.parse().unwrap()));
        let (catalogue, base, edits) = (catalogue(), base(), Edits::default());
        Self {
            catalogue,
            base,
            edits,
            capture,
            case: None,
        }
    }

    /// The capture alone, about nobody and saying nothing.
    pub fn blank(kind: &str) -> Capture {
        Capture {
            id: ulid(77),
            label: None,
            kind: kind.to_owned(),
            at_ms: time::parse_rfc3339("2025-04-08T10:00:00+08:00").unwrap(),
            by: "K05".to_owned(),
            place: Place {
                point: Wgs84::new(115.4130121, 33.2806546).unwrap(),
                accuracy_m: None,
                source: "gps".to_owned(),
            },
            subject: None,
            answers: Vec::new(),
            photos: Vec::new(),
            links: Vec::new(),
            track: None,
            supersedes: None,
            pins: Pins::default(),
        }
    }

    /// A visit to the household with this serial number.
    pub fn visit(serial: u32) -> Self {
        Self::of("visit", Some(&format!("household:990101100201{serial:06}")))
    }

    pub fn say(mut self, concept: &str, value: &str) -> Self {
        let answer = Answer {
            concept: concept.to_owned(),
            about: None,
            value: value.to_owned(),
        };
        self.capture.answers.push(answer);
        self
    }

    /// States a fact about a thing of the register in this capture.
    pub fn state(mut self, entity: &str, concept: &str, value: &str) -> Self {
        let by = edit(value, Some(self.capture.id));
        self.edits
            .0
            .insert((entity.parse().unwrap(), concept.to_owned()), by);
        self
    }

    /// A fact that somebody stated at another time.
    pub fn edited(mut self, entity: &str, concept: &str, value: &str) -> Self {
        self.edits.0.insert(
            (entity.parse().unwrap(), concept.to_owned()),
            edit(value, None),
        );
        self
    }

    pub fn photo(mut self, name: &str, stage: &str, view: Option<&str>) -> Self {
        let at_ms = self.capture.at_ms;
        self.capture.photos.push(photo(name, stage, view, at_ms));
        self
    }

    pub fn facts(&self) -> fieldwork_forms::Facts {
        let register = fieldwork_register::Register::new(&self.base, &self.edits);
        fieldwork_forms::facts(
            &self.catalogue,
            &self.capture,
            &register,
            self.case.as_ref(),
        )
    }

    pub fn fill(&self, system: &str) -> Vec<fieldwork_forms::envelope::Filled> {
        fieldwork_forms::fill(&self.facts(), self.catalogue.spec(system).unwrap())
    }

    /// The envelopes of a system; a form that stops fails the test.
    pub fn envelopes(&self, system: &str) -> Vec<fieldwork_forms::envelope::Envelope> {
        use fieldwork_forms::envelope::Filled;
        let whole = |filled| match filled {
            Filled::Envelope(envelope) => envelope,
            Filled::Stopped(stopped) => panic!("{stopped:?}"),
        };
        self.fill(system).into_iter().map(whole).collect()
    }

    /// Forms of the envelopes that could be made.
    pub fn envelopes_made(&self, system: &str) -> Vec<String> {
        use fieldwork_forms::envelope::Filled;
        let made = |filled| match filled {
            Filled::Envelope(envelope) => Some(envelope.form),
            Filled::Stopped(_) => None,
        };
        self.fill(system).into_iter().filter_map(made).collect()
    }

    /// What stands in the way of the forms of a system: `(form, problems)`.
    pub fn stopped(&self, system: &str) -> Vec<(String, Vec<fieldwork_forms::envelope::Problem>)> {
        use fieldwork_forms::envelope::Filled;
        let stopped = |filled| match filled {
            Filled::Stopped(stopped) => Some((stopped.form, stopped.problems)),
            Filled::Envelope(_) => None,
        };
        self.fill(system).into_iter().filter_map(stopped).collect()
    }
}

/// The problem of a required field that nothing gives a value.
pub fn missing(field: &str, concepts: &[&str]) -> fieldwork_forms::envelope::Problem {
    fieldwork_forms::envelope::Problem::Missing {
        field: field.to_owned(),
        concepts: concepts.iter().map(|&concept| concept.to_owned()).collect(),
    }
}

/// A photograph as a capture holds it.
pub fn photo(name: &str, stage: &str, view: Option<&str>, at_ms: i64) -> CapturePhoto {
    CapturePhoto {
        name: name.to_owned(),
        stage: stage.to_owned(),
        view: view.map(str::to_owned),
        at_ms,
        place: None,
        azimuth_deg: Some(90),
        blob: BlobRef([0; 16]),
    }
}
