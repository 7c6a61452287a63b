//! Blobs: which files belong to us and how far each has come.

use fieldwork_forms::capture::BlobRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;

/// How far a blob has come on its way to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Upload {
    /// It is only here.
    Waiting,
    /// An upload was begun; whether it arrived is not known.
    Begun,
    /// The hub has it, verified and on its medium.
    Done,
}

/// A blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRow {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Size in bytes.
    pub size: u64,
    /// `photo`, `register`, `catalogue`.
    pub role: String,
    /// How far it has come.
    pub upload: Upload,
}

fn blob_row(row: &Row<'_>) -> rusqlite::Result<BlobRow> {
    Ok(BlobRow {
        sha256: row.get(0)?,
        size: row.get::<_, i64>(1)?.unsigned_abs(),
        role: row.get(2)?,
        upload: match row.get(3)? {
            0 => Upload::Waiting,
            1 => Upload::Begun,
            _ => Upload::Done,
        },
    })
}

const COLUMNS: &str = "sha256, size, role, uploaded";

/// Short reference of a blob.
pub fn reference(sha256: &[u8; 32]) -> BlobRef {
    let mut reference = [0; 16];
    reference.copy_from_slice(&sha256[..16]);
    BlobRef(reference)
}

/// Enters a blob that is there as a file; one that is known stays as it is.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    transaction: &Transaction<'_>,
    sha256: &[u8; 32],
    size: u64,
    role: &str,
    upload: Upload,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO blob (reference, sha256, size, role, uploaded) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![reference(sha256).0, sha256, size as i64, role, upload as i64])?;
    Ok(())
}

/// Notes how far a blob has come.
///
/// # Errors
/// [`StoreError`].
pub fn set_upload(
    transaction: &Transaction<'_>,
    sha256: &[u8; 32],
    upload: Upload,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE blob SET uploaded = ?2 WHERE sha256 = ?1")?
        .execute(params![sha256, upload as i64])?;
    Ok(())
}

/// A blob by its short reference.
///
/// # Errors
/// [`StoreError`].
pub fn blob(connection: &Connection, reference: BlobRef) -> Result<Option<BlobRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM blob WHERE reference = ?1"))?
        .query_row([reference.0], blob_row)
        .optional()?)
}

/// Blobs that the hub is not known to have, in the order of entry.
///
/// # Errors
/// [`StoreError`].
pub fn waiting(connection: &Connection) -> Result<Vec<BlobRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM blob WHERE uploaded < 2 ORDER BY reference"
    ))?;
    let rows = statement.query_map([], blob_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All blobs.
///
/// # Errors
/// [`StoreError`].
pub fn all(connection: &Connection) -> Result<Vec<BlobRow>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM blob ORDER BY reference"))?;
    let rows = statement.query_map([], blob_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
