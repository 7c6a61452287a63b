//! The golden envelopes of the day, and envelopes as they are compared with them.

use std::fs;

use fieldwork::replica::Replica;
use fieldwork_forms::envelope::{Envelope, Reference};
use fieldwork_testkit::fixtures::Fixtures;
use serde_json::{Value, json};

/// The systems of the golden file.
pub const SYSTEMS: &[&str] = &["xuntian", "ffp", "wg", "zh", "fw", "zf", "lt", "yun"];

/// The golden envelopes of the systems, without their running number.
#[must_use]
pub fn envelopes(systems: &[&str]) -> Vec<Value> {
    let text = fs::read_to_string(Fixtures::default().expected("envelopes.json")).unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    all.into_iter()
        .filter(|one| systems.contains(&one["system"].as_str().unwrap()))
        .map(without_number)
        .collect()
}

/// An envelope of the golden file or of `envelopes.json`, without its running number.
#[must_use]
pub fn without_number(mut envelope: Value) -> Value {
    envelope.as_object_mut().unwrap().remove("n");
    envelope
}

/// The golden ledger, byte for byte.
#[must_use]
pub fn ledger() -> Vec<u8> {
    fs::read(Fixtures::default().expected("ledger.csv")).unwrap()
}

/// An envelope in the shape of the golden file: by the capture's label and the person's number.
#[must_use]
pub fn shown(replica: &Replica, label: &str, envelope: &Envelope) -> Value {
    let mut shown = json!({
        "key": format!("{label}/{}.{}", envelope.system, envelope.form),
        "capture": label,
        "system": envelope.system,
        "form": envelope.form,
    });
    if let Some(person) = &envelope.about {
        let number = replica
            .with_register(|register| register.text(person, "person.id_no"))
            .unwrap()
            .unwrap();
        shown["key"] = json!(format!(
            "{label}/{}.{}/{number}",
            envelope.system, envelope.form
        ));
        shown["about"] = json!(number);
    }
    if let Some(Reference::Known(id)) = &envelope.reference {
        shown["ref"] = json!(id);
    }
    shown["fields"] = Value::Object(envelope.fields.clone());
    shown["auto"] = Value::Object(envelope.auto.clone());
    shown["photos"] = envelope
        .photos
        .iter()
        .map(|photo| {
            let mut one = json!({"slot": photo.slot, "photo": photo.photo});
            if let Some(file) = &photo.file {
                one["file"] = json!(file);
            }
            one
        })
        .collect();
    shown
}
