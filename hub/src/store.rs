//! The hub's own tables, in the same SQLite file as the village's log.
//!
//! One file per village means that one transaction holds a capture, the deliveries it causes and,
//! later, the receipts: nothing is ever half there. All SQL text of the hub stands below this
//! module; callers hand in a transaction and decide what else belongs into it.

pub mod batch;
pub mod outbox;
pub mod registry;
pub mod status;

use rusqlite::Transaction;
use thiserror::Error;

/// Why the store could not do what it was asked to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite refused.
    #[error("the village database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// A row holds what no version of the hub wrote.
    #[error("the {column} of an outbox row is damaged")]
    Damaged {
        /// The column.
        column: &'static str,
    },
    /// The tables were made by a newer hub.
    #[error("the hub's tables have version {found}, this program knows {known}")]
    TooNew {
        /// Version in the file.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
}

/// One step per released version of the tables, never changed once released.
const MIGRATIONS: [&str; 3] = [outbox::SCHEMA, outbox::REPLACES, batch::SCHEMA];

/// Brings the hub's tables to this program's version; does nothing where they are.
///
/// The version stands in a table of its own, because `user_version` belongs to the log.
///
/// # Errors
/// [`StoreError::TooNew`] where a newer hub made the tables, else what SQLite says.
pub fn migrate(tx: &Transaction) -> Result<(), StoreError> {
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS hub_schema (version INTEGER NOT NULL) STRICT;
         INSERT INTO hub_schema SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM hub_schema);",
    )?;
    let found: i64 = tx.query_row("SELECT version FROM hub_schema", [], |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    let Some(steps) = MIGRATIONS.get(done..) else {
        return Err(StoreError::TooNew { found, known });
    };
    for step in steps {
        tx.execute_batch(step)?;
    }
    tx.execute("UPDATE hub_schema SET version = ?1", [known])?;
    Ok(())
}
