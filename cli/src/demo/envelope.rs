//! What was delivered, in the shape of the golden file, and the ledger.

use fieldwork::replica::Replica;
use fieldwork_forms::envelope::{Envelope, Reference};
use fieldwork_forms::ledger::{Row, ledger as render};
use fieldwork_forms::wire::Wire;
use fieldwork_hub::outbox::State;
use fieldwork_hub::village::Delivered;
use fieldwork_register::EntityId;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Played;
use crate::error::Failed;

/// An envelope as `envelopes.json` shows it: by the capture's label and the person's number.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Number in the order of the day.
    pub n: usize,
    /// Label, form and person, for comparing.
    pub key: String,
    /// Label of the capture.
    pub capture: String,
    /// System.
    pub system: String,
    /// Form.
    pub form: String,
    /// Citizen number of the person of a member form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The upstream's id of the case.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Fields.
    pub fields: Map<String, Value>,
    /// Elements that nobody types.
    pub auto: Map<String, Value>,
    /// Photographs by slot.
    pub photos: Vec<ShownPhoto>,
    /// Where the delivery stands; not in the golden file.
    #[serde(skip)]
    pub state: State,
}

/// A photograph in a slot.
#[derive(Debug, Serialize)]
pub struct ShownPhoto {
    /// Slot.
    pub slot: String,
    /// Logical name.
    pub photo: String,
    /// File name, where the owner demands one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// Every envelope that goes to an upstream, in the order of the captures.
pub fn collect(played: &Played) -> Result<Vec<Shown>, Failed> {
    let village = played.hub.village(&played.day.village)?;
    let replica = village.replica();
    let mut shown = Vec::new();
    for delivered in village.deliveries()? {
        if is_ledger(replica, &delivered.envelope.system)? {
            continue;
        }
        let n = shown.len() + 1;
        shown.push(show(replica, delivered, n)?);
    }
    Ok(shown)
}

fn is_ledger(replica: &Replica, system: &str) -> Result<bool, Failed> {
    Ok(replica
        .catalogue()?
        .spec(system)
        .is_some_and(|spec| matches!(spec.wire, Wire::Ledger(_))))
}

fn show(replica: &Replica, delivered: Delivered, n: usize) -> Result<Shown, Failed> {
    let Delivered {
        envelope,
        reference,
        state,
        label,
        replaced: _,
    } = delivered;
    let capture = label.unwrap_or_else(|| envelope.capture.to_string());
    let about = envelope
        .about
        .as_ref()
        .map(|person| number(replica, person))
        .transpose()?
        .flatten();
    let mut key = format!("{capture}/{}.{}", envelope.system, envelope.form);
    for part in about
        .iter()
        .cloned()
        .chain((envelope.number > 1).then(|| envelope.number.to_string()))
    {
        key.push('/');
        key.push_str(&part);
    }
    let reference = match envelope.reference {
        Some(Reference::Known(id)) => Some(id),
        Some(Reference::Waits) => reference,
        None => None,
    };
    Ok(Shown {
        n,
        key,
        capture,
        system: envelope.system,
        form: envelope.form,
        about,
        reference,
        fields: envelope.fields,
        auto: envelope.auto,
        photos: envelope
            .photos
            .into_iter()
            .map(|photo| ShownPhoto {
                slot: photo.slot,
                photo: photo.photo,
                file: photo.file,
            })
            .collect(),
        state,
    })
}

fn number(replica: &Replica, person: &EntityId) -> Result<Option<String>, Failed> {
    Ok(replica.with_register(|register| register.text(person, "person.id_no"))?)
}

/// The ledger over all lines.
pub fn ledger(played: &Played) -> Result<String, Failed> {
    let village = played.hub.village(&played.day.village)?;
    let catalogue = village.replica().catalogue()?;
    let Some(spec) = catalogue
        .specs
        .values()
        .find(|spec| matches!(spec.wire, Wire::Ledger(_)))
    else {
        return Ok(String::new());
    };
    let rows: Vec<(String, Envelope)> = village
        .deliveries()?
        .into_iter()
        .filter(|delivered| delivered.envelope.system == spec.id)
        .map(|one| {
            (
                one.label
                    .unwrap_or_else(|| one.envelope.capture.to_string()),
                one.envelope,
            )
        })
        .collect();
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(capture, envelope)| Row { capture, envelope })
        .collect();
    Ok(render(spec, &rows, None).unwrap_or_default())
}
