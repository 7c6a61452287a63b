//! Checks of a spec's wire against its forms.

use crate::error::SpecError;
use crate::spec::{Field, ReferenceRule, Spec};
use crate::wire::{Call, PLACEHOLDERS, Wire};

pub(super) fn check(file: &str, spec: &Spec) -> Result<(), SpecError> {
    let no = |path: &str, reason: String| Err(SpecError::new(file, path, reason));
    match &spec.wire {
        Wire::Json(wire) => {
            let forms = || spec.forms.iter().map(|form| form.id.as_str());
            if let Some(form) = forms().find(|form| !wire.calls.contains_key(*form)) {
                return no("wire.json.calls", format!("the form {form:?} has no call"));
            }
            for (form, call) in &wire.calls {
                let path = format!("wire.json.calls.{form}.path");
                let Some(form) = spec.form(form) else {
                    return no("wire.json.calls", format!("there is no form {form:?}"));
                };
                placeholders(file, &path, call)?;
                if call.path.contains("{ref}") && form.reference == ReferenceRule::None {
                    return no(&path, format!("the form {:?} has no reference", form.id));
                }
            }
            if let Some(photos) = &wire.photos {
                placeholders(file, "wire.json.photos.call.path", &photos.call)?;
                let slots = photos.fields.iter().flat_map(|field| &field.slots);
                for slot in slots {
                    if spec
                        .forms
                        .iter()
                        .all(|form| form.photos.iter().all(|one| one.slot != *slot))
                    {
                        let reason = format!("no form has the slot {slot:?}");
                        return no("wire.json.photos.fields", reason);
                    }
                }
            }
            let sends = spec.forms.iter().any(|form| !form.photos.is_empty());
            match sends && wire.photos.is_none() {
                true => no(
                    "wire.json.photos",
                    "forms have photo slots, the wire none".to_owned(),
                ),
                false => Ok(()),
            }
        }
        Wire::TableZip(wire) => {
            placeholders(file, "wire.table_zip.call.path", &wire.call)?;
            match wire.date.parse::<fieldwork_ids::time::Pattern>() {
                Ok(_) => Ok(()),
                Err(error) => no("wire.table_zip.date", error.to_string()),
            }
        }
        Wire::Ledger(wire) => {
            let lacks = |auto: &[Field]| auto.iter().all(|field| field.id != wire.split_by);
            match spec.forms.iter().find(|form| lacks(&form.auto)) {
                Some(form) => {
                    let reason = format!("{:?} is no auto element of {:?}", wire.split_by, form.id);
                    no("wire.ledger.split_by", reason)
                }
                None => Ok(()),
            }
        }
    }
}

fn placeholders(file: &str, path: &str, call: &Call) -> Result<(), SpecError> {
    let known = call.path_with(|name| PLACEHOLDERS.contains(&name).then_some("x"));
    match known.is_some() && call.path.starts_with('/') {
        true => Ok(()),
        false => {
            let reason = format!("a path begins with / and knows only {PLACEHOLDERS:?}");
            Err(SpecError::new(file, path, reason))
        }
    }
}
