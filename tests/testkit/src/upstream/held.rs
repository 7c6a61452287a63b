//! What a system holds in the end: of messages each by itself, of tables their rows under their keys.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Accepted;
use super::table::{Row, cell};

/// What the system holds of one row in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Heading → cell, as last written.
    pub cells: BTreeMap<String, String>,
    /// In how many uploads it came.
    pub written: usize,
}

/// One thing that a system was told.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Form id.
    pub form: String,
    /// What it was told, as last written: the message without what is the wire's own, or a row.
    pub content: Value,
    /// How often it was told: more than once where a message came under two keys or a row in two
    /// uploads; a repeat that was answered as the first time does not count.
    pub written: usize,
}

/// Folds `contents` of every accepted message, each under what makes it one thing; in the order in
/// which they were first told.
pub(super) fn fold(
    accepted: &[Accepted],
    contents: impl Fn(&Accepted) -> Vec<(String, Value)>,
) -> Vec<Held> {
    let mut places = BTreeMap::new();
    let mut held: Vec<Held> = Vec::new();
    for message in accepted {
        for (identity, content) in contents(message) {
            let place = *places
                .entry((message.form.clone(), identity))
                .or_insert(held.len());
            match held.get_mut(place) {
                Some(known) => {
                    known.content = content;
                    known.written += 1;
                }
                None => held.push(Held {
                    form: message.form.clone(),
                    content,
                    written: 1,
                }),
            }
        }
    }
    held
}

/// The rows of an upload under the cells that make each of them one thing.
pub(super) fn by_cells(message: &Accepted, key: &[&str]) -> Vec<(String, Value)> {
    let one = |row: Row| {
        let identity: Vec<_> = key.iter().map(|name| cell(&row, name)).collect();
        (identity.join("\n"), serde_json::json!(row))
    };
    rows_of(&message.parsed).into_iter().map(one).collect()
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
