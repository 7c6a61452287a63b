//! The ledger 台账: one row per capture, as CSV (UTF-8 with BOM, CRLF), whole or for one line of work.

use serde_json::Value;

use crate::envelope::Envelope;
use crate::spec::{Form, Spec};
use crate::wire::Wire;

/// A row of a ledger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// The capture's label, or its id where it has none.
    pub capture: &'a str,
    /// Its ledger envelope.
    pub envelope: &'a Envelope,
}

/// Writes the rows of a ledger in the given order; those of one line of work where `line` is given.
///
/// `None` where the spec is not that of a ledger.
pub fn ledger(spec: &Spec, rows: &[Row<'_>], line: Option<&str>) -> Option<String> {
    let Wire::Ledger(wire) = &spec.wire else {
        return None;
    };
    let form = spec.forms.first()?;
    let mut out = String::from("\u{feff}");
    let headings = [wire.capture_column.as_str(), wire.split_by.as_str()];
    let labels = form.fields.iter().map(|field| field.label.as_str());
    record(&mut out, headings.into_iter().chain(labels));
    for row in rows {
        let of_line = text(row.envelope.auto.get(&wire.split_by));
        if line.is_none_or(|line| line == of_line) {
            record(
                &mut out,
                [row.capture, of_line]
                    .into_iter()
                    .chain(cells(form, row.envelope)),
            );
        }
    }
    Some(out)
}

/// The lines of work that the rows belong to, in the order of their first row.
pub fn lines<'a>(spec: &Spec, rows: &[Row<'a>]) -> Vec<&'a str> {
    let Wire::Ledger(wire) = &spec.wire else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for row in rows {
        let line = text(row.envelope.auto.get(&wire.split_by));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn cells<'a>(form: &'a Form, envelope: &'a Envelope) -> impl Iterator<Item = &'a str> {
    form.fields
        .iter()
        .map(|field| text(envelope.fields.get(&field.id)))
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn record<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
