//! Small named values.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::StoreError;

/// Reads a value.
///
/// # Errors
/// [`StoreError`].
pub fn read(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// Reads a number.
///
/// # Errors
/// [`StoreError::Damaged`] where the value is not 8 bytes.
pub fn number(connection: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    read(connection, name)?
        .map(|bytes| {
            bytes
                .try_into()
                .map(i64::from_be_bytes)
                .map_err(|_| StoreError::Damaged("number"))
        })
        .transpose()
}

/// Reads a text.
///
/// # Errors
/// [`StoreError::Damaged`] where the value is not UTF-8.
pub fn text(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    read(connection, name)?
        .map(|bytes| String::from_utf8(bytes).map_err(|_| StoreError::Damaged("text")))
        .transpose()
}

/// Writes a value.
///
/// # Errors
/// [`StoreError`].
pub fn write(transaction: &Transaction<'_>, name: &str, value: &[u8]) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![name, value])?;
    Ok(())
}

/// Writes a number.
///
/// # Errors
/// [`StoreError`].
pub fn write_number(
    transaction: &Transaction<'_>,
    name: &str,
    value: i64,
) -> Result<(), StoreError> {
    write(transaction, name, &value.to_be_bytes())
}
