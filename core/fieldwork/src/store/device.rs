//! Devices that the hub has named.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;
use crate::key::PublicKey;
use crate::log::DeviceRecord;

fn record(row: &Row<'_>) -> rusqlite::Result<DeviceRecord> {
    Ok(DeviceRecord {
        public_key: row.get(0)?,
        worker: row.get(1)?,
        revoked_ms: row.get(2)?,
    })
}

/// Writes what the hub said last of a device.
///
/// # Errors
/// [`StoreError`].
pub fn record_device(
    transaction: &Transaction<'_>,
    device: &DeviceRecord,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO device (public_key, worker, revoked_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT (public_key) DO UPDATE
             SET worker = excluded.worker, revoked_ms = excluded.revoked_ms",
        )?
        .execute(params![device.public_key, device.worker, device.revoked_ms])?;
    Ok(())
}

/// The device that holds a key.
///
/// # Errors
/// [`StoreError`].
pub fn device(
    connection: &Connection,
    key: &PublicKey,
) -> Result<Option<DeviceRecord>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT public_key, worker, revoked_ms FROM device WHERE public_key = ?1")?
        .query_row([key], record)
        .optional()?)
}

/// All devices.
///
/// # Errors
/// [`StoreError`].
pub fn devices(connection: &Connection) -> Result<Vec<DeviceRecord>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT public_key, worker, revoked_ms FROM device ORDER BY worker, public_key",
    )?;
    let rows = statement.query_map([], record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
