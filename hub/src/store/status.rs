//! What the outbox holds, for workers that wait, operators that look and receipts that are due.

use fieldwork_ids::Ulid;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::outbox::State;

/// When the next delivery of a system falls due or a lease of it ends, UTC milliseconds.
///
/// # Errors
/// What SQLite says.
pub fn next_due_ms(connection: &Connection, system: &str) -> Result<Option<i64>, StoreError> {
    let due = connection
        .prepare_cached(
            "SELECT min(CASE state WHEN 'running' THEN lease_until_ms ELSE next_at_ms END)
             FROM outbox WHERE system = ?1 AND state IN ('available', 'retryable', 'running')",
        )?
        .query_row([system], |row| row.get(0))?;
    Ok(due)
}

/// One row as an operator or a receipt needs it: everything but the envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its key.
    pub key: String,
    /// The capture it was made from.
    pub capture: Ulid,
    /// Upstream system id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// The case it opens or closes.
    pub case_id: Option<Ulid>,
    /// Whether it opens it.
    pub opens_case: bool,
    /// Where it stands.
    pub state: State,
    /// How often it was sent.
    pub attempt: u32,
    /// When it is due, UTC milliseconds; of meaning only while it is available or retryable.
    pub next_at_ms: i64,
    /// The upstream's own id of it.
    pub upstream_ref: Option<String>,
    /// Why it is where it is.
    pub reason: Option<String>,
    /// When it was made, UTC milliseconds.
    pub created_ms: i64,
    /// When it was accepted, UTC milliseconds.
    pub completed_ms: Option<i64>,
    /// The entry of the hub's log that tells the phones.
    pub receipt_seq: Option<i64>,
}

const SUMMARY: &str = "SELECT key, capture, system, form, case_id, opens_case, state, attempt, \
                       next_at_ms, upstream_ref, reason, created_ms, completed_ms, receipt_seq \
                       FROM outbox ";

/// Deliveries of a system or of all, in a state or in any, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn list(
    connection: &Connection,
    system: Option<&str>,
    state: Option<State>,
    limit: u32,
) -> Result<Vec<Summary>, StoreError> {
    let sql = format!(
        "{SUMMARY} WHERE (?1 IS NULL OR system = ?1) AND (?2 IS NULL OR state = ?2)
         ORDER BY created_ms, rowid LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![system, state.map(State::as_str), limit], summary)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One delivery; `None` where the key is unknown.
///
/// # Errors
/// What SQLite says.
pub fn find(connection: &Connection, key: &str) -> Result<Option<Summary>, StoreError> {
    let sql = format!("{SUMMARY} WHERE key = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([key], summary)
        .optional()?)
}

/// The exact bytes of one envelope; `None` where the key is unknown.
///
/// # Errors
/// What SQLite says.
pub fn envelope(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let bytes = connection
        .prepare_cached("SELECT envelope FROM outbox WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(bytes)
}

/// Settled deliveries (completed, discarded, uncertain) whose receipt is not in the hub's log yet,
/// oldest first.
///
/// # Errors
/// What SQLite says.
pub fn unreceipted(connection: &Connection, limit: u32) -> Result<Vec<Summary>, StoreError> {
    let sql = format!(
        "{SUMMARY} WHERE receipt_seq IS NULL AND state IN ('completed', 'discarded', 'uncertain')
         ORDER BY created_ms, rowid LIMIT ?1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([limit], summary)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many deliveries of one system are in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Upstream system id.
    pub system: String,
    /// The state.
    pub state: State,
    /// How many.
    pub count: u32,
    /// When the oldest of them was made, UTC milliseconds.
    pub oldest_ms: i64,
}

/// Deliveries by system and state, systems in order of their ids.
///
/// # Errors
/// What SQLite says.
pub fn counts(connection: &Connection) -> Result<Vec<Count>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT system, state, count(*) AS count, min(created_ms) AS oldest FROM outbox
         GROUP BY system, state ORDER BY system, state",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Count {
            system: row.get("system")?,
            state: state(row, "state")?,
            count: row.get("count")?,
            oldest_ms: row.get("oldest")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn summary(row: &Row) -> rusqlite::Result<Summary> {
    Ok(Summary {
        key: row.get("key")?,
        capture: ulid(row, "capture")?,
        system: row.get("system")?,
        form: row.get("form")?,
        case_id: row.get::<_, Option<_>>("case_id")?.map(Ulid::from_bytes),
        opens_case: row.get("opens_case")?,
        state: state(row, "state")?,
        attempt: row.get("attempt")?,
        next_at_ms: row.get("next_at_ms")?,
        upstream_ref: row.get("upstream_ref")?,
        reason: row.get("reason")?,
        created_ms: row.get("created_ms")?,
        completed_ms: row.get("completed_ms")?,
        receipt_seq: row.get("receipt_seq")?,
    })
}

pub(super) fn state(row: &Row, column: &'static str) -> rusqlite::Result<State> {
    let word: String = row.get(column)?;
    // The table's check admits no other word, so this is a damaged file.
    State::parse(&word).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(
            0,
            rusqlite::types::Type::Text,
            Box::new(StoreError::Damaged { column }),
        )
    })
}

pub(super) fn ulid(row: &Row, column: &'static str) -> rusqlite::Result<Ulid> {
    row.get(column).map(Ulid::from_bytes)
}

/// A delivery with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The envelope's exact bytes.
    pub envelope: Vec<u8>,
    /// What it refers to at its upstream, where that is known.
    pub reference: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Whether the envelope of a correction took its place.
    pub replaced: bool,
}

/// All deliveries with their envelopes, in the order of the captures.
///
/// # Errors
/// What SQLite says; [`StoreError::Damaged`].
pub fn in_order(connection: &Connection) -> Result<Vec<Whole>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT envelope, reference, state,
                EXISTS (SELECT 1 FROM outbox AS later WHERE later.replaces = outbox.key)
         FROM outbox ORDER BY at_ms, capture, rowid",
    )?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(Whole {
            envelope: row.get(0)?,
            reference: row.get(1)?,
            state: state(row, "state")?,
            replaced: row.get(3)?,
        });
    }
    Ok(all)
}
