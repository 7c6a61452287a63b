//! What a system that takes tables holds in the end.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Accepted;
use super::table::Row;

/// What the system holds of one row in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Heading → cell, as last written.
    pub cells: BTreeMap<String, String>,
    /// In how many uploads it came.
    pub written: usize,
}

/// The rows that these uploads leave under their keys.
pub(super) fn rows<K: Ord>(
    accepted: &[Accepted],
    key: impl Fn(&Accepted, &Row) -> Option<K>,
) -> BTreeMap<K, HeldRow> {
    let mut held = BTreeMap::new();
    for message in accepted {
        for cells in rows_of(&message.parsed) {
            let Some(key) = key(message, &cells) else {
                continue;
            };
            let row = held.entry(key).or_insert_with(|| HeldRow {
                cells: Row::new(),
                written: 0,
            });
            row.cells = cells;
            row.written += 1;
        }
    }
    held
}

/// The rows of an upload as it was read.
pub(super) fn rows_of(parsed: &Value) -> Vec<Row> {
    let rows = parsed.get("rows").cloned().unwrap_or_default();
    serde_json::from_value(rows).unwrap_or_default()
}
