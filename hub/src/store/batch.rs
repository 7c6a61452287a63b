//! Batches that a person carries to a system without an interface.
//!
//! A batch is stored, with the deliveries in it, before its files are put where a person finds them, and
//! is marked as written after that. What a kill leaves between the two is written again under the same
//! batch id with the same content; a delivery is never in two batches.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;

/// Version 3: batches.
pub(super) const SCHEMA: &str = "
CREATE TABLE batch (
    id      TEXT PRIMARY KEY,
    system  TEXT NOT NULL,
    form    TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    -- Whether its files are in place.
    written INTEGER NOT NULL CHECK (written IN (0, 1))
) STRICT;
ALTER TABLE outbox ADD COLUMN batch TEXT;
CREATE INDEX outbox_batch ON outbox (batch) WHERE batch IS NOT NULL;
";

/// Why a delivery waits that was handed to a person.
pub const HANDED_OUT: &str = "已交人工填报，等待受理编号";

/// A delivery that a person is to carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Its key.
    pub key: String,
    /// Form id.
    pub form: String,
    /// Time of its capture, UTC milliseconds.
    pub at_ms: i64,
    /// What it refers to at its upstream, where that is known.
    pub reference: Option<String>,
    /// The envelope's exact bytes.
    pub envelope: Vec<u8>,
    /// Version of the spec that filled it.
    pub spec_version: u32,
}

const CARRIED: &str = "SELECT key, form, at_ms, reference, envelope, spec_version FROM outbox ";

fn carried(row: &rusqlite::Row<'_>) -> rusqlite::Result<Carried> {
    Ok(Carried {
        key: row.get(0)?,
        form: row.get(1)?,
        at_ms: row.get(2)?,
        reference: row.get(3)?,
        envelope: row.get(4)?,
        spec_version: row.get(5)?,
    })
}

/// Deliveries of a system that nobody has been given yet, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn waiting(connection: &Connection, system: &str) -> Result<Vec<Carried>, StoreError> {
    let sql = format!(
        "{CARRIED} WHERE system = ?1 AND state = 'available' AND batch IS NULL
         ORDER BY at_ms, capture, rowid"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([system], carried)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The deliveries of a batch, in its order.
///
/// # Errors
/// What SQLite says.
pub fn content(connection: &Connection, batch: &str) -> Result<Vec<Carried>, StoreError> {
    let sql = format!("{CARRIED} WHERE batch = ?1 ORDER BY at_ms, capture, rowid");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([batch], carried)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ids of the batches of a system whose files are not in place, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn unwritten(connection: &Connection, system: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM batch WHERE system = ?1 AND written = 0 ORDER BY made_ms, rowid",
    )?;
    let rows = statement.query_map([system], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many batches a system has had.
///
/// # Errors
/// What SQLite says.
pub fn count(connection: &Connection, system: &str) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM batch WHERE system = ?1")?
        .query_row([system], |row| row.get(0))?)
}

/// Hands deliveries out as a batch: from now on nobody sends them and they are shown as uncertain until
/// the number of the system is entered.
///
/// # Errors
/// What SQLite says; [`StoreError::Damaged`] where one of them is not available.
pub fn hand_out(
    tx: &Transaction<'_>,
    batch: &str,
    system: &str,
    form: &str,
    keys: &[&str],
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO batch (id, system, form, made_ms, written) VALUES (?1, ?2, ?3, ?4, 0)",
    )?
    .execute(params![batch, system, form, now_ms])?;
    for key in keys {
        let changed = tx
            .prepare_cached(
                "UPDATE outbox SET state = 'uncertain', batch = ?2, attempt = attempt + 1,
                     reason = ?3, receipt_seq = NULL
                 WHERE key = ?1 AND state = 'available' AND batch IS NULL",
            )?
            .execute(params![key, batch, HANDED_OUT])?;
        if changed != 1 {
            return Err(StoreError::Damaged { column: "batch" });
        }
    }
    Ok(())
}

/// Notes that the files of a batch are in place.
///
/// # Errors
/// What SQLite says.
pub fn mark_written(tx: &Transaction<'_>, batch: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE batch SET written = 1 WHERE id = ?1", [batch])?;
    Ok(())
}

/// Keys of a system that were handed out and have no number yet: the one with this key, or those of
/// this batch.
///
/// # Errors
/// What SQLite says.
pub fn handed_out(
    connection: &Connection,
    system: &str,
    key_or_batch: &str,
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key FROM outbox
         WHERE system = ?1 AND state = 'uncertain' AND batch IS NOT NULL AND (key = ?2 OR batch = ?2)
         ORDER BY at_ms, capture, rowid",
    )?;
    let rows = statement.query_map([system, key_or_batch], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The batch of a delivery.
///
/// # Errors
/// What SQLite says.
pub fn of_key(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let batch: Option<Option<String>> = connection
        .prepare_cached("SELECT batch FROM outbox WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(batch.flatten())
}
