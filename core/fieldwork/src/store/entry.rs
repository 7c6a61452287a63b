//! Logs and their entries.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use crate::key::{PublicKey, SignatureBytes, sha256};
use crate::log::{Entry, LogId, Vector};

/// A log as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Row number, by which entries name their log.
    pub number: i64,
    /// Its id.
    pub id: LogId,
    /// The owner's key.
    pub public_key: PublicKey,
    /// The owner's worker id; empty for a hub.
    pub worker: String,
    /// Sequence of the last entry held.
    pub last_seq: u64,
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        number: row.get(0)?,
        id: LogId(row.get(1)?),
        public_key: row.get(2)?,
        worker: row.get(3)?,
        last_seq: row.get::<_, i64>(4)?.unsigned_abs(),
    })
}

const LOG_COLUMNS: &str = "number, id, public_key, worker, last_seq";

/// A log by its id.
///
/// # Errors
/// [`StoreError`].
pub fn log(connection: &Connection, id: LogId) -> Result<Option<LogRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log WHERE id = ?1"))?
        .query_row([id.0], log_row)
        .optional()?)
}

/// All logs.
///
/// # Errors
/// [`StoreError`].
pub fn logs(connection: &Connection) -> Result<Vec<LogRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {LOG_COLUMNS} FROM log ORDER BY number"))?;
    let rows = statement.query_map([], log_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How far each log is held.
///
/// # Errors
/// [`StoreError`].
pub fn vector(connection: &Connection) -> Result<Vector, StoreError> {
    Ok(logs(connection)?
        .into_iter()
        .map(|log| (log.id, log.last_seq))
        .collect())
}

/// Enters a new, empty log and gives its row number.
///
/// # Errors
/// [`StoreError`].
pub fn insert_log(
    transaction: &Transaction<'_>,
    id: LogId,
    public_key: &PublicKey,
    worker: &str,
) -> Result<i64, StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO log (id, public_key, worker, last_seq) VALUES (?1, ?2, ?3, 0)",
        )?
        .execute(params![id.0, public_key, worker])?;
    Ok(transaction.last_insert_rowid())
}

/// Enters an entry as the next of its log.
///
/// # Errors
/// [`StoreError`]; a constraint fails where the sequence is taken.
pub fn insert_entry(
    transaction: &Transaction<'_>,
    log: i64,
    entry: &Entry,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO entry (log, seq, lamport, wall_ms, monotonic_ms, hash, payload, payload_hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            log,
            entry.seq as i64,
            entry.lamport as i64,
            entry.wall_ms,
            entry.monotonic_ms,
            entry.hash,
            entry.payload,
            entry.payload.is_none().then_some(entry.payload_hash),
        ])?;
    transaction
        .prepare_cached("UPDATE log SET last_seq = ?2 WHERE number = ?1")?
        .execute(params![log, entry.seq as i64])?;
    Ok(())
}

/// Keeps a signed head of a foreign log.
///
/// # Errors
/// [`StoreError`].
pub fn insert_head(
    transaction: &Transaction<'_>,
    log: i64,
    seq: u64,
    signature: &SignatureBytes,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO head (log, seq, signature) VALUES (?1, ?2, ?3)")?
        .execute(params![log, seq as i64, signature])?;
    Ok(())
}

/// Signed heads of a log from `first` on, in order.
///
/// # Errors
/// [`StoreError`].
pub fn heads(
    connection: &Connection,
    log: &LogRow,
    first: u64,
) -> Result<Vec<(u64, SignatureBytes)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, signature FROM head WHERE log = ?1 AND seq >= ?2 ORDER BY seq",
    )?;
    let rows = statement.query_map(params![log.number, first as i64], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn entry_of(log: LogId) -> impl FnMut(&Row<'_>) -> rusqlite::Result<Entry> {
    move |row| {
        let payload: Option<Vec<u8>> = row.get(5)?;
        let payload_hash = match &payload {
            Some(payload) => sha256(&[payload]),
            None => row.get(6)?,
        };
        Ok(Entry {
            log,
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            lamport: row.get::<_, i64>(1)?.unsigned_abs(),
            wall_ms: row.get(2)?,
            monotonic_ms: row.get(3)?,
            hash: row.get(4)?,
            payload,
            payload_hash,
        })
    }
}

const ENTRY_COLUMNS: &str = "seq, lamport, wall_ms, monotonic_ms, hash, payload, payload_hash";

/// One entry.
///
/// # Errors
/// [`StoreError`].
pub fn entry(connection: &Connection, log: &LogRow, seq: u64) -> Result<Option<Entry>, StoreError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {ENTRY_COLUMNS} FROM entry WHERE log = ?1 AND seq = ?2"
        ))?
        .query_row(params![log.number, seq as i64], entry_of(log.id))
        .optional()?)
}

/// Entries of a log from `first` to `last`, as many as fit into `budget` payload bytes, at least one.
///
/// # Errors
/// [`StoreError`].
pub fn entries(
    connection: &Connection,
    log: &LogRow,
    first: u64,
    last: u64,
    budget: usize,
) -> Result<Vec<Entry>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS} FROM entry WHERE log = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq"
    ))?;
    let rows = statement.query_map(
        params![log.number, first as i64, last as i64],
        entry_of(log.id),
    )?;
    let mut taken = Vec::new();
    let mut bytes = 0;
    for row in rows {
        let entry = row?;
        bytes += entry.payload.as_ref().map_or(0, Vec::len) + 32;
        if (bytes > budget || taken.len() == crate::log::MAX_ENTRIES) && !taken.is_empty() {
            break;
        }
        taken.push(entry);
    }
    Ok(taken)
}

/// Payloads of a log that begin with this byte, newest first. Goes through the whole log.
///
/// # Errors
/// [`StoreError`].
pub fn payloads_beginning(
    connection: &Connection,
    log: i64,
    first: u8,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT payload FROM entry WHERE log = ?1 AND substr(payload, 1, 1) = ?2 ORDER BY seq DESC",
    )?;
    let rows = statement.query_map(params![log, [first]], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The greatest logical time of any entry held, 0 where there is none.
///
/// # Errors
/// [`StoreError`].
pub fn last_lamport(connection: &Connection) -> Result<u64, StoreError> {
    // The last entry of each log has its greatest logical time, so this reads one row a log.
    let greatest: Option<i64> = connection
        .prepare_cached(
            "SELECT max(entry.lamport) FROM log JOIN entry ON entry.log = log.number AND entry.seq = log.last_seq",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(greatest.unwrap_or(0).unsigned_abs())
}

/// Sets an entry aside: kept, passed on, but not read.
///
/// # Errors
/// [`StoreError`].
pub fn quarantine(
    transaction: &Transaction<'_>,
    log: i64,
    seq: u64,
    reason: &str,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT OR IGNORE INTO quarantine (log, seq, reason) VALUES (?1, ?2, ?3)")?
        .execute(params![log, seq as i64, reason])?;
    Ok(())
}

/// Entries set aside: log, sequence, reason.
///
/// # Errors
/// [`StoreError`].
pub fn quarantined(connection: &Connection) -> Result<Vec<(LogId, u64, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT log.id, quarantine.seq, quarantine.reason
         FROM quarantine JOIN log ON log.number = quarantine.log ORDER BY quarantine.log, quarantine.seq",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            LogId(row.get(0)?),
            row.get::<_, i64>(1)?.unsigned_abs(),
            row.get(2)?,
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
