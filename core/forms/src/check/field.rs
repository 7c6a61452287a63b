//! A field's type against its wire and its formats.

use crate::expression::{Expression, Format};
use crate::spec::{Field, FieldType, Spec};
use crate::wire::Wire;

use super::reach::Reach;
use super::{Checked, Checker};

impl Checker<'_> {
    /// The type is one that the wire writes, and what a format makes is what the type holds.
    pub(super) fn typed(
        &self,
        path: &str,
        spec: &Spec,
        field: &Field,
        reach: &Reach<'_>,
    ) -> Checked {
        let kind = spec.wire.name();
        let wrong = match (field.r#type, &spec.wire) {
            // By hand it is a cell of a file, or a line of a sheet to copy from.
            (_, Wire::ByHand(_)) => None,
            (FieldType::String, wire) if wire.is_table() || matches!(wire, Wire::Ledger(_)) => {
                Some(format!("{kind} is a table: its cells are of type \"text\""))
            }
            (FieldType::Text, Wire::Json(_) | Wire::JsonBase64(_) | Wire::Multipart(_)) => Some(
                format!("{kind} is a message: its texts are of type \"string\""),
            ),
            _ => None,
        };
        if let Some(reason) = wrong {
            return self.no(&format!("{path}.type"), reason);
        }
        if field.r#type == FieldType::Number && writes_noughts(&field.value, reach) {
            let reason = "\"fixed\" makes a text such as 2.00, a number has no such noughts: \
                          take it away, or the type \"string\"";
            return self.no(&format!("{path}.value"), reason);
        }
        Ok(())
    }
}

/// True where the last thing done to a value is to write it with a fixed number of decimals.
fn writes_noughts(expression: &Expression, reach: &Reach<'_>) -> bool {
    match expression {
        Expression::Format { r#as, .. } => {
            matches!(r#as.last(), Some(Format::Number { fixed: true, .. }))
        }
        Expression::From(name) => name
            .strip_prefix("local.")
            .and_then(|local| reach.find(local))
            .is_some_and(|local| writes_noughts(local, reach)),
        _ => false,
    }
}
