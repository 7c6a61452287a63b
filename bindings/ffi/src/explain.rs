//! Explain: where each box of a form comes from.

use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::explain::{Explained as CoreExplained, Explanation};
use fieldwork_ids::Ulid;
use serde_json::Value;

use crate::FilledForm;

/// A form with where its boxes come from.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExplainedForm {
    /// The form.
    pub form: FilledForm,
    /// Its Chinese name.
    pub name: String,
    /// Why there is this form, in Chinese sentences; none where it always is.
    pub chosen_chinese: Vec<String>,
    /// The same in English.
    pub chosen_english: Vec<String>,
    /// The boxes that have a value, in the order of the form.
    pub boxes: Vec<ExplainedBox>,
}

/// Where one box comes from.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExplainedBox {
    /// Field or slot id.
    pub field: String,
    /// Its name, as the owner writes it.
    pub label: String,
    /// What stands in it; none in a form that could not be made, or that waits for a receipt.
    pub value: Option<String>,
    /// Chinese sentences.
    pub chinese: Vec<String>,
    /// English sentences.
    pub english: Vec<String>,
}

impl ExplainedForm {
    pub(crate) fn of_core(
        (filled, explained): (Filled, CoreExplained),
        capture: Ulid,
        catalogue: &Catalogue,
    ) -> Self {
        Self {
            form: FilledForm::of_core(filled, capture, catalogue),
            name: explained.name,
            chosen_chinese: explained.chosen_chinese,
            chosen_english: explained.chosen_english,
            boxes: explained.boxes.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Explanation> for ExplainedBox {
    fn from(one: Explanation) -> Self {
        Self {
            field: one.field,
            label: one.label,
            value: one.value.map(|value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            }),
            chinese: one.chinese,
            english: one.english,
        }
    }
}
