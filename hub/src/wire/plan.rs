//! What the spec says about sending one form.

use std::collections::BTreeMap;

use fieldwork_forms::spec::{self, Spec};
use fieldwork_forms::wire::Wire;

use super::WireError;
use crate::photo;

/// What the spec says about sending one form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormPlan {
    /// The system's wire.
    pub wire: Wire,
    /// Columns of the form's table, in order; empty where the wire has no table.
    pub columns: Vec<Column>,
    /// Photo slot → most bytes of a file.
    pub max_bytes: BTreeMap<String, u64>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading, exactly as the owner writes it.
    pub heading: String,
    /// Field or auto element whose value it holds.
    pub element: String,
    /// Whether that is an auto element.
    pub auto: bool,
}

impl FormPlan {
    /// The plan of a form of a spec; `None` where the spec has no such form.
    ///
    /// Columns of a table are the auto elements that stand first, the fields, and the auto elements
    /// that stand last; their headings are their labels.
    pub fn new(spec: &Spec, form: &str) -> Option<Self> {
        let form = spec.form(form)?;
        let auto = |place| {
            let here = form
                .auto
                .iter()
                .filter(move |field| field.column == Some(place));
            here.map(|field| Column::new(field, true))
        };
        let columns = match spec.wire.is_table() {
            true => auto(spec::Column::First)
                .chain(form.fields.iter().map(|field| Column::new(field, false)))
                .chain(auto(spec::Column::Last))
                .collect(),
            false => Vec::new(),
        };
        let slots = form.photos.iter();
        Some(Self {
            wire: spec.wire.clone(),
            columns,
            max_bytes: slots
                .map(|slot| (slot.slot.clone(), slot.max_bytes.into()))
                .collect(),
        })
    }

    /// The photograph as its slot takes it: as it is, or made smaller.
    ///
    /// # Errors
    /// [`WireError::PhotoTooLarge`] where it is too large and cannot be made smaller.
    pub fn fit_photo(&self, slot: &str, bytes: Vec<u8>) -> Result<Vec<u8>, WireError> {
        let Some(&max_bytes) = self.max_bytes.get(slot) else {
            return Ok(bytes);
        };
        let size = bytes.len() as u64;
        photo::within(bytes, max_bytes).map_err(|_| WireError::PhotoTooLarge {
            slot: slot.into(),
            bytes: size,
            max_bytes,
        })
    }
}

impl Column {
    fn new(field: &spec::Field, auto: bool) -> Self {
        Self {
            heading: field.label.clone(),
            element: field.id.clone(),
            auto,
        }
    }
}
