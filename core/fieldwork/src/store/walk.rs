//! Walks of this device's worker: a journal while one is under way, a sealed track afterwards.

use fieldwork_ids::Ulid;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;

/// How far a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Recording,
    Paused,
    Finished,
}

impl State {
    fn code(self) -> i64 {
        match self {
            Self::Recording => 0,
            Self::Paused => 1,
            Self::Finished => 2,
        }
    }
}

/// A walk.
#[derive(Debug, Clone)]
pub(crate) struct WalkRow {
    pub(crate) id: Ulid,
    pub(crate) purpose: String,
    pub(crate) state: State,
    pub(crate) began_ms: i64,
    pub(crate) expires_ms: Option<i64>,
}

/// What was handed out of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportRow {
    pub(crate) at_ms: i64,
    pub(crate) basis: String,
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) expires_ms: i64,
}

fn walk(row: &Row<'_>) -> rusqlite::Result<WalkRow> {
    Ok(WalkRow {
        id: Ulid::from_bytes(row.get(0)?),
        purpose: row.get(1)?,
        state: match row.get::<_, i64>(2)? {
            0 => State::Recording,
            1 => State::Paused,
            _ => State::Finished,
        },
        began_ms: row.get(3)?,
        expires_ms: row.get(4)?,
    })
}

const COLUMNS: &str = "id, purpose, state, began_ms, expires_ms";

pub(crate) fn insert(transaction: &Transaction<'_>, row: &WalkRow) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO walk (id, purpose, state, began_ms) VALUES (?1, ?2, ?3, ?4)",
        params![
            row.id.to_bytes(),
            row.purpose,
            row.state.code(),
            row.began_ms
        ],
    )?;
    Ok(())
}

/// The walk that is not finished, if there is one.
pub(crate) fn under_way(connection: &Connection) -> Result<Option<WalkRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM walk WHERE state < 2"))?
        .query_row([], walk)
        .optional()?)
}

/// Finished walks, oldest first.
pub(crate) fn finished(connection: &Connection) -> Result<Vec<WalkRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM walk WHERE state = 2 ORDER BY began_ms, id"
        ))?
        .query_map([], walk)?
        .collect::<Result<_, _>>()?)
}

pub(crate) fn set_state(
    transaction: &Transaction<'_>,
    id: Ulid,
    state: State,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE walk SET state = ?2 WHERE id = ?1 AND state < 2")?
        .execute(params![id.to_bytes(), state.code()])?;
    Ok(())
}

/// Writes a step of the journal under its number; `false` where the walk is over.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    id: Ulid,
    number: i64,
    step: &[u8],
) -> Result<bool, StoreError> {
    let written = transaction
        .prepare_cached(
            "INSERT INTO walk_step (walk, number, step)
             SELECT id, ?2, ?3 FROM walk WHERE id = ?1 AND state < 2",
        )?
        .execute(params![id.to_bytes(), number, step])?;
    Ok(written == 1)
}

/// Calls `each` with the steps of the journal, in order, and gives the next number.
pub(crate) fn steps(
    connection: &Connection,
    id: Ulid,
    mut each: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<i64, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT number, step FROM walk_step WHERE walk = ?1 ORDER BY number")?;
    let mut rows = statement.query(params![id.to_bytes()])?;
    let mut next = 0;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let step = row.get_ref(1)?;
        each(step.as_blob().map_err(|_| StoreError::Damaged("step"))?)?;
        next = number + 1;
    }
    Ok(next)
}

/// Puts a sealed track in place of the journal; `false` where the walk is over.
pub(crate) fn seal(
    transaction: &Transaction<'_>,
    id: Ulid,
    sealed: &[u8],
    expires_ms: i64,
) -> Result<bool, StoreError> {
    overwrite(transaction)?;
    let sealed = transaction.execute(
        "UPDATE walk SET state = 2, sealed = ?2, expires_ms = ?3 WHERE id = ?1 AND state < 2",
        params![id.to_bytes(), sealed, expires_ms],
    )?;
    if sealed == 0 {
        return Ok(false);
    }
    transaction.execute(
        "DELETE FROM walk_step WHERE walk = ?1",
        params![id.to_bytes()],
    )?;
    Ok(true)
}

pub(crate) fn sealed(connection: &Connection, id: Ulid) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT sealed FROM walk WHERE id = ?1 AND state = 2")?
        .query_row(params![id.to_bytes()], |row| row.get(0))
        .optional()?)
}

/// Removes a walk and what was noted of it.
pub(crate) fn remove(transaction: &Transaction<'_>, id: Ulid) -> Result<(), StoreError> {
    overwrite(transaction)?;
    for table in [
        "DELETE FROM walk_step WHERE walk = ?1",
        "DELETE FROM walk_export WHERE walk = ?1",
        "DELETE FROM walk WHERE id = ?1",
    ] {
        transaction.execute(table, params![id.to_bytes()])?;
    }
    Ok(())
}

/// What is deleted is overwritten, so that nobody finds it in the file.
fn overwrite(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
    Ok(())
}

pub(crate) fn note_export(
    transaction: &Transaction<'_>,
    id: Ulid,
    row: &ExportRow,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO walk_export (walk, at_ms, basis, from_ms, to_ms, expires_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id.to_bytes(),
            row.at_ms,
            row.basis,
            row.from_ms,
            row.to_ms,
            row.expires_ms
        ],
    )?;
    Ok(())
}

pub(crate) fn exports(connection: &Connection, id: Ulid) -> Result<Vec<ExportRow>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT at_ms, basis, from_ms, to_ms, expires_ms FROM walk_export
             WHERE walk = ?1 ORDER BY at_ms",
        )?
        .query_map(params![id.to_bytes()], |row| {
            Ok(ExportRow {
                at_ms: row.get(0)?,
                basis: row.get(1)?,
                from_ms: row.get(2)?,
                to_ms: row.get(3)?,
                expires_ms: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}
