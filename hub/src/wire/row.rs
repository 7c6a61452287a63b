//! The cells of one envelope's row.

use fieldwork_forms::envelope::Envelope;
use serde_json::Value;

use super::{Column, WireError};

/// One text per column; a field without a value is an empty one.
pub(super) fn cells(columns: &[Column], envelope: &Envelope) -> Result<Vec<String>, WireError> {
    let cell = |column: &Column| {
        let elements = if column.auto {
            &envelope.auto
        } else {
            &envelope.fields
        };
        match elements.get(&column.element) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(Value::Bool(yes)) => Ok(yes.to_string()),
            Some(_) => Err(WireError::Cell {
                element: column.element.clone(),
            }),
        }
    };
    columns.iter().map(cell).collect()
}
