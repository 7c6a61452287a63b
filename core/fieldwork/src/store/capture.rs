//! The read model of captures.

use fieldwork_forms::capture::{BlobRef, Capture, Subject};
use fieldwork_ids::Ulid;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use crate::log::Payload;

/// A capture in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRow {
    /// Its id.
    pub id: Ulid,
    /// Its short name.
    pub label: Option<String>,
    /// Its kind.
    pub kind: String,
    /// When, UTC milliseconds by its author's clock.
    pub at_ms: i64,
    /// Who.
    pub worker: String,
    /// Entity id or `case:ULID`.
    pub subject: Option<String>,
    /// Number of photographs.
    pub photos: u32,
}

fn capture_row(row: &Row<'_>) -> rusqlite::Result<CaptureRow> {
    Ok(CaptureRow {
        id: Ulid::from_bytes(row.get(0)?),
        label: row.get(1)?,
        kind: row.get(2)?,
        at_ms: row.get(3)?,
        worker: row.get(4)?,
        subject: row.get(5)?,
        photos: row.get(6)?,
    })
}

const COLUMNS: &str = "id, label, kind, at_ms, worker, subject, photos";

/// Text of a subject in the read model.
pub fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Entity(entity) => entity.to_string(),
        Subject::Case(case) => format!("case:{case}"),
    }
}

/// Enters a capture; one that is there already (entered again in a new log) stays as it is. `received_ms`
/// is when the hub got it.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    transaction: &Transaction<'_>,
    log: i64,
    seq: u64,
    capture: &Capture,
    received_ms: Option<i64>,
) -> Result<bool, StoreError> {
    let inserted = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO capture (id, log, seq, label, kind, at_ms, worker, subject, photos,
                 received_ms, supersedes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            capture.id.to_bytes(),
            log,
            seq as i64,
            capture.label,
            capture.kind,
            capture.at_ms,
            capture.by,
            capture.subject.as_ref().map(subject_text),
            capture.photos.len() as i64,
            received_ms,
            capture.supersedes.map(Ulid::to_bytes),
        ])?;
    let mut photos = transaction
        .prepare_cached("INSERT OR IGNORE INTO capture_photo (blob, capture) VALUES (?1, ?2)")?;
    for photo in &capture.photos {
        photos.execute(params![photo.blob.0, capture.id.to_bytes()])?;
    }
    Ok(inserted == 1)
}

/// Captures that correct a capture, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn superseding(connection: &Connection, id: Ulid) -> Result<Vec<Ulid>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM capture WHERE supersedes = ?1 ORDER BY at_ms, id")?;
    let rows = statement.query_map([id.to_bytes()], |row| row.get(0).map(Ulid::from_bytes))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the hub got a capture, UTC milliseconds; `None` on a phone.
///
/// # Errors
/// [`StoreError`].
pub fn received_ms(connection: &Connection, id: Ulid) -> Result<Option<i64>, StoreError> {
    let received: Option<Option<i64>> = connection
        .prepare_cached("SELECT received_ms FROM capture WHERE id = ?1")?
        .query_row([id.to_bytes()], |row| row.get(0))
        .optional()?;
    Ok(received.flatten())
}

/// Captures that a photograph belongs to.
///
/// # Errors
/// [`StoreError`].
pub fn with_photo(connection: &Connection, blob: BlobRef) -> Result<Vec<Ulid>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT capture FROM capture_photo WHERE blob = ?1 ORDER BY capture")?;
    let rows = statement.query_map([blob.0], |row| row.get(0).map(Ulid::from_bytes))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The capture itself.
///
/// # Errors
/// [`StoreError`]; `None` where it is not held or its payload was dropped.
pub fn capture(connection: &Connection, id: Ulid) -> Result<Option<Capture>, StoreError> {
    let payload: Option<Option<Vec<u8>>> = connection
        .prepare_cached(
            "SELECT entry.payload FROM capture JOIN entry ON entry.log = capture.log AND entry.seq = capture.seq
             WHERE capture.id = ?1",
        )?
        .query_row([id.to_bytes()], |row| row.get(0))
        .optional()?;
    let Some(Some(payload)) = payload else {
        return Ok(None);
    };
    match Payload::decode(&payload) {
        Ok(Payload::Capture { capture, .. }) => Ok(Some(*capture)),
        _ => Err(StoreError::Damaged("capture")),
    }
}

/// A page of captures in the order of their time, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn page(
    connection: &Connection,
    offset: u32,
    limit: u32,
) -> Result<Vec<CaptureRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM capture ORDER BY at_ms, id LIMIT ?1 OFFSET ?2"
    ))?;
    let rows = statement.query_map([limit, offset], capture_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many captures there are.
///
/// # Errors
/// [`StoreError`].
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM capture")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// How many captures a hub got since a time, UTC milliseconds.
///
/// # Errors
/// [`StoreError`].
pub fn received_since(connection: &Connection, since_ms: i64) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM capture WHERE received_ms >= ?1")?
        .query_row([since_ms], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The newest capture with a label.
///
/// # Errors
/// [`StoreError`].
pub fn by_label(connection: &Connection, label: &str) -> Result<Option<Ulid>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT id FROM capture WHERE label = ?1 ORDER BY at_ms DESC LIMIT 1")?
        .query_row([label], |row| row.get(0).map(Ulid::from_bytes))
        .optional()?)
}

/// Captures about a subject, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn about(connection: &Connection, subject: &str) -> Result<Vec<CaptureRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM capture WHERE subject = ?1 ORDER BY at_ms, id"
    ))?;
    let rows = statement.query_map([subject], capture_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A capture's row.
///
/// # Errors
/// [`StoreError`].
pub fn row(connection: &Connection, id: Ulid) -> Result<Option<CaptureRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM capture WHERE id = ?1"))?
        .query_row([id.to_bytes()], capture_row)
        .optional()?)
}

/// Captures of a log after a sequence, with their sequences, in the order of the log.
///
/// # Errors
/// [`StoreError`].
pub fn of_log(
    connection: &Connection,
    log: i64,
    after: u64,
) -> Result<Vec<(u64, Ulid)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT seq, id FROM capture WHERE log = ?1 AND seq > ?2 ORDER BY seq")?;
    let rows = statement.query_map(params![log, after as i64], |row| {
        Ok((
            row.get::<_, i64>(0)?.unsigned_abs(),
            Ulid::from_bytes(row.get(1)?),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
