//! What became of envelopes.

use fieldwork_ids::Ulid;
use rusqlite::{Connection, Row, Transaction, params};

use super::StoreError;
use crate::log::{Receipt, ReceiptState};

fn state_text(state: ReceiptState) -> &'static str {
    match state {
        ReceiptState::Delivered => "delivered",
        ReceiptState::Refused => "refused",
        ReceiptState::Stopped => "stopped",
        ReceiptState::Uncertain => "uncertain",
    }
}

fn receipt(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        key: row.get(0)?,
        capture: Ulid::from_bytes(row.get(1)?),
        system: row.get(2)?,
        form: row.get(3)?,
        state: match row.get::<_, String>(4)?.as_str() {
            "delivered" => ReceiptState::Delivered,
            "refused" => ReceiptState::Refused,
            "stopped" => ReceiptState::Stopped,
            _ => ReceiptState::Uncertain,
        },
        upstream_ref: row.get(5)?,
        reason: row.get(6)?,
        at_ms: row.get(7)?,
    })
}

/// Writes what the hub said last of an envelope. A delivery is final: nothing later takes it back.
///
/// # Errors
/// [`StoreError`].
pub fn record_receipt(transaction: &Transaction<'_>, receipt: &Receipt) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO receipt (key, capture, system, form, state, upstream_ref, reason, at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (key) DO UPDATE
             SET state = excluded.state, upstream_ref = excluded.upstream_ref,
                 reason = excluded.reason, at_ms = excluded.at_ms
             WHERE receipt.state <> 'delivered'",
        )?
        .execute(params![
            receipt.key,
            receipt.capture.to_bytes(),
            receipt.system,
            receipt.form,
            state_text(receipt.state),
            receipt.upstream_ref,
            receipt.reason,
            receipt.at_ms,
        ])?;
    Ok(())
}

const COLUMNS: &str = "key, capture, system, form, state, upstream_ref, reason, at_ms";

/// Receipts of a capture, in the order of their keys.
///
/// # Errors
/// [`StoreError`].
pub fn of_capture(connection: &Connection, capture: Ulid) -> Result<Vec<Receipt>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM receipt WHERE capture = ?1 ORDER BY key"
    ))?;
    let rows = statement.query_map([capture.to_bytes()], receipt)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All receipts, in the order of their keys.
///
/// # Errors
/// [`StoreError`].
pub fn receipts(connection: &Connection) -> Result<Vec<Receipt>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt ORDER BY key"))?;
    let rows = statement.query_map([], receipt)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
