//! Which entries change which document.

use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use crate::document::DocumentId;
use crate::log::Payload;

/// Notes that an entry changes a document.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    transaction: &Transaction<'_>,
    document: &DocumentId,
    log: i64,
    seq: u64,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO document_entry (document, log, seq) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![document.to_string(), log, seq as i64])?;
    Ok(())
}

/// All changes of a document, in the order in which they came in.
///
/// # Errors
/// [`StoreError`].
pub fn changes(connection: &Connection, document: &DocumentId) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT entry.payload FROM document_entry AS d
         JOIN entry ON entry.log = d.log AND entry.seq = d.seq
         WHERE d.document = ?1 AND entry.payload IS NOT NULL ORDER BY entry.lamport, d.log",
    )?;
    let mut rows = statement.query([document.to_string()])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let payload: Vec<u8> = row.get(0)?;
        let Ok(payload) = Payload::decode(&payload) else {
            continue;
        };
        changes.extend(
            payload
                .changes()
                .iter()
                .filter(|change| change.0 == *document)
                .map(|change| change.1.clone()),
        );
    }
    Ok(changes)
}

/// Documents that have changes, in the order of their names.
///
/// # Errors
/// [`StoreError`].
pub fn documents(connection: &Connection) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT document FROM document_entry ORDER BY document")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for name in rows {
        found.push(
            name?
                .parse()
                .map_err(|_| StoreError::Damaged("document name"))?,
        );
    }
    Ok(found)
}
