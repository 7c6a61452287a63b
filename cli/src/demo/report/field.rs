//! The fields of an envelope as the report shows them.

use fieldwork_forms::envelope::{Envelope, Reference};
use fieldwork_forms::spec::{Field, Form};
use fieldwork_hub::village::Delivered;
use fieldwork_testkit::day::Entry;
use serde_json::{Map, Value};

use super::card::Sent;
use super::privacy::{veil, veil_labelled};
use super::words;

/// The fields of an envelope in the form's order, then what nobody types.
pub(super) fn fields(form: Option<&Form>, delivered: &Delivered, entry: &Entry) -> Vec<Sent> {
    let Envelope {
        fields,
        auto,
        photos,
        reference,
        ..
    } = &delivered.envelope;
    let mut sent = labelled(form.map(|form| form.fields.as_slice()), fields, false);
    sent.extend(labelled(form.map(|form| form.auto.as_slice()), auto, true));
    for photo in photos {
        let taken = entry.photos.iter().find(|one| one.name == photo.photo);
        let stage = taken.map(|one| words::stage(&one.stage, one.view.as_deref()));
        let mut value = stage.unwrap_or_else(|| photo.photo.clone());
        if let Some(file) = &photo.file {
            value.push_str(&format!(" → {}", veil(file)));
        }
        sent.push(Sent {
            label: format!("照片 {}", photo.slot),
            value,
            auto: true,
        });
    }
    let reference = match reference {
        Some(Reference::Known(id)) => Some(id),
        Some(Reference::Waits) => delivered.reference.as_ref(),
        None => None,
    };
    sent.extend(reference.map(|id| Sent {
        label: "对方原编号".to_owned(),
        value: id.clone(),
        auto: true,
    }));
    sent
}

fn labelled(order: Option<&[Field]>, values: &Map<String, Value>, auto: bool) -> Vec<Sent> {
    let label = |id: &str| {
        let field = order?.iter().find(|field| field.id == id)?;
        Some(field.label.clone())
    };
    let sent = values.iter().map(|(id, value)| {
        let label = label(id).unwrap_or_else(|| id.clone());
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Sent {
            value: veil_labelled(&label, &text),
            label,
            auto,
        }
    });
    sent.collect()
}
