//! Envelopes 上报件: the forms that a capture becomes, whole or stopped.

use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::{
    Envelope as CoreEnvelope, Filled, Problem as CoreProblem, Reference as CoreReference,
    SlotPhoto as CoreSlotPhoto, Stopped,
};
use fieldwork_forms::spec::{Field as SpecField, Form as SpecForm};
use fieldwork_ids::Ulid;
use serde_json::{Map, Value};

/// One form that a capture gives.
// Variants are not named like the records in them: in Kotlin both are classes, and one would hide the other.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FilledForm {
    /// It is whole.
    Whole {
        /// As it will travel.
        envelope: Envelope,
    },
    /// It applies but cannot be made yet; all other forms go on.
    Stopped {
        /// Which, and why.
        form: StoppedForm,
    },
}

/// A filled form for one upstream.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Envelope {
    /// The key that it is stored and sent under.
    pub key: String,
    /// System id (`wg`).
    pub system: String,
    /// Form id (`open`).
    pub form: String,
    /// 1, or 2, 3 … where one capture gives the same form again about the same or no person.
    pub number: u32,
    /// The person whom a member form is about.
    pub about: Option<String>,
    /// The form's fields, in its order; one without a value is absent.
    pub fields: Vec<Field>,
    /// What goes with the message and nobody types.
    pub auto: Vec<Field>,
    /// Photographs by slot.
    pub photos: Vec<SlotPhoto>,
    /// The upstream's id of the case that it closes.
    pub reference: Option<Reference>,
    /// Version of the spec that filled it.
    pub spec_version: u32,
}

/// A field of a form and its value.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Field {
    /// Id, as the system's owner writes it.
    pub id: String,
    /// Name, as the system's owner writes it.
    pub label: Option<String>,
    /// The exact value that is sent, as text.
    pub value: String,
}

/// A photograph in a slot of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SlotPhoto {
    /// Slot id.
    pub slot: String,
    /// The photograph's name within the capture.
    pub photo: String,
    /// File name where the owner demands one.
    pub file: Option<String>,
}

/// The upstream's id of a case.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Reference {
    /// It is known.
    Known {
        /// The id.
        id: String,
    },
    /// It comes with the receipt of the form that opened the case; the hub waits for it.
    Waits,
}

/// A form that cannot be made yet.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StoppedForm {
    /// The key that the envelope will have.
    pub key: String,
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// As in [`Envelope::number`].
    pub number: u32,
    /// The person whom a member form would be about.
    pub about: Option<String>,
    /// What stands in the way, in the order of the form.
    pub problems: Vec<Problem>,
}

/// What stands in the way of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Problem {
    /// What kind of thing it is.
    pub obstacle: Obstacle,
    /// The field, or the photo slot.
    pub field: String,
    /// The field's name, as the system's owner writes it; photo slots have none.
    pub label: Option<String>,
    /// The stage of the photograph that is lacking (`before`).
    pub stage: Option<String>,
    /// Concepts that could give the value.
    pub concepts: Vec<String>,
    /// What is wrong, for developers; without the value.
    pub reason: String,
}

/// Kinds of what can stand in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Obstacle {
    /// A required field has no value: ask for one of the concepts.
    Missing,
    /// A code has no counterpart with the upstream: the spec's owner must add one.
    Unmapped,
    /// A value does not fit the field.
    Unfit,
    /// A photo slot that must be filled is empty: take the photograph.
    PhotoMissing,
}

impl FilledForm {
    pub(crate) fn of_core(filled: Filled, capture: Ulid, catalogue: &Catalogue) -> Self {
        let form =
            |system: &str, form: &str| catalogue.spec(system).and_then(|spec| spec.form(form));
        match filled {
            Filled::Envelope(envelope) => {
                let spec = form(&envelope.system, &envelope.form);
                Self::Whole {
                    envelope: Envelope::of_core(envelope, spec),
                }
            }
            Filled::Stopped(stopped) => {
                let spec = form(&stopped.system, &stopped.form);
                Self::Stopped {
                    form: StoppedForm::of_core(stopped, capture, spec),
                }
            }
        }
    }
}

impl Envelope {
    fn of_core(envelope: CoreEnvelope, spec: Option<&SpecForm>) -> Self {
        Self {
            key: envelope.key(),
            system: envelope.system,
            form: envelope.form,
            number: envelope.number,
            about: envelope.about.map(|entity| entity.to_string()),
            fields: fields(envelope.fields, spec.map(|form| form.fields.as_slice())),
            auto: fields(envelope.auto, spec.map(|form| form.auto.as_slice())),
            photos: envelope.photos.into_iter().map(Into::into).collect(),
            reference: envelope.reference.map(Into::into),
            spec_version: envelope.spec_version,
        }
    }
}

impl StoppedForm {
    fn of_core(stopped: Stopped, capture: Ulid, spec: Option<&SpecForm>) -> Self {
        Self {
            key: stopped.key(capture),
            system: stopped.system,
            form: stopped.form,
            number: stopped.number,
            about: stopped.about.map(|entity| entity.to_string()),
            problems: stopped
                .problems
                .into_iter()
                .map(|problem| Problem::of_core(problem, spec))
                .collect(),
        }
    }
}

impl Problem {
    pub(crate) fn of_core(problem: CoreProblem, spec: Option<&SpecForm>) -> Self {
        let label = |field: &str| {
            let form = spec?;
            label(&form.fields, field).or_else(|| label(&form.auto, field))
        };
        let (obstacle, stage, concepts) = match &problem {
            CoreProblem::Missing { concepts, .. } => (Obstacle::Missing, None, concepts.clone()),
            CoreProblem::Unmapped { concept, .. } => {
                (Obstacle::Unmapped, None, vec![concept.clone()])
            }
            CoreProblem::Unfit { .. } => (Obstacle::Unfit, None, Vec::new()),
            CoreProblem::PhotoMissing { stage, .. } => {
                (Obstacle::PhotoMissing, Some(stage.clone()), Vec::new())
            }
        };
        let (field, reason) = match problem {
            CoreProblem::Missing { field, .. } => {
                (field, "a required field has no value".to_owned())
            }
            CoreProblem::Unmapped {
                field, code, map, ..
            } => (
                field,
                format!("code {code:?} is not in the code map {map:?}"),
            ),
            CoreProblem::Unfit { field, reason } => (field, reason),
            CoreProblem::PhotoMissing { slot, .. } => (slot, "a photograph is lacking".to_owned()),
        };
        Self {
            obstacle,
            label: label(&field),
            field,
            stage,
            concepts,
            reason,
        }
    }
}

fn label(fields: &[SpecField], id: &str) -> Option<String> {
    fields
        .iter()
        .find(|field| field.id == id)
        .map(|field| field.label.clone())
}

fn fields(values: Map<String, Value>, spec: Option<&[SpecField]>) -> Vec<Field> {
    values
        .into_iter()
        .map(|(id, value)| Field {
            label: label(spec.unwrap_or_default(), &id),
            value: text(value),
            id,
        })
        .collect()
}

/// A value as text: a string bare, anything else as JSON writes it.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

impl From<CoreSlotPhoto> for SlotPhoto {
    fn from(photo: CoreSlotPhoto) -> Self {
        Self {
            slot: photo.slot,
            photo: photo.photo,
            file: photo.file,
        }
    }
}

impl From<CoreReference> for Reference {
    fn from(reference: CoreReference) -> Self {
        match reference {
            CoreReference::Known(id) => Self::Known { id },
            CoreReference::Waits => Self::Waits,
        }
    }
}

#[cfg(test)]
#[path = "envelope/tests.rs"]
mod tests;
