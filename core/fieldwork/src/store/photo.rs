//! Photographs: what is kept of each, and what the camera was opened for.

use fieldwork_forms::capture::{BlobRef, Place};
use fieldwork_geo::Wgs84;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::StoreError;

/// What is kept of a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoRow {
    /// Width as seen, in pixels.
    pub width: u32,
    /// Height as seen, in pixels.
    pub height: u32,
    /// SHA-256 of its report picture.
    pub report: [u8; 32],
    /// Whether the original is here; `false` after it was deleted on its delivery.
    pub original: bool,
}

/// What the camera was opened for.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Name of the file that the camera writes.
    pub file: String,
    /// Logical name of the photograph.
    pub name: String,
    /// Stage.
    pub stage: String,
    /// View.
    pub view: Option<String>,
    /// Entity id or `case:ULID`.
    pub subject: Option<String>,
    /// When the camera was opened, UTC milliseconds.
    pub at_ms: i64,
    /// Where.
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: Option<u16>,
}

/// Enters what is kept of a photograph whose original is here.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    transaction: &Transaction<'_>,
    blob: BlobRef,
    (width, height): (u32, u32),
    report: &[u8; 32],
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO photo (blob, width, height, report, original) VALUES (?1, ?2, ?3, ?4, 1)
             ON CONFLICT (blob) DO UPDATE SET report = excluded.report, original = 1",
        )?
        .execute(params![blob.0, width, height, report])?;
    Ok(())
}

/// What is kept of a photograph.
///
/// # Errors
/// [`StoreError`].
pub fn photo(connection: &Connection, blob: BlobRef) -> Result<Option<PhotoRow>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT width, height, report, original FROM photo WHERE blob = ?1")?
        .query_row([blob.0], |row| {
            Ok(PhotoRow {
                width: row.get(0)?,
                height: row.get(1)?,
                report: row.get(2)?,
                original: row.get(3)?,
            })
        })
        .optional()?)
}

/// Notes that an original is deleted.
///
/// # Errors
/// [`StoreError`].
pub fn drop_original(transaction: &Transaction<'_>, blob: BlobRef) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE photo SET original = 0 WHERE blob = ?1")?
        .execute([blob.0])?;
    Ok(())
}

/// Photographs whose original was given up.
///
/// # Errors
/// [`StoreError`].
pub fn gone(connection: &Connection) -> Result<Vec<BlobRef>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT blob FROM photo WHERE original = 0")?;
    let rows = statement.query_map([], |row| Ok(BlobRef(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Photographs that are here with their original and that the hub has, verified: reference and size in
/// bytes.
///
/// # Errors
/// [`StoreError`].
pub fn sent(connection: &Connection) -> Result<Vec<(BlobRef, u64)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT blob.reference, blob.size FROM blob LEFT JOIN photo ON photo.blob = blob.reference
         WHERE blob.role = 'photo' AND blob.uploaded = 2 AND coalesce(photo.original, 1) = 1
         ORDER BY blob.reference",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((BlobRef(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const INTENT: &str =
    "file, name, stage, view, subject, at_ms, lon, lat, accuracy_m, source, azimuth_deg";

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get(6)?, row.get(7)?);
    let accuracy_m: Option<f64> = row.get(8)?;
    let source: Option<String> = row.get(9)?;
    Ok(Intent {
        file: row.get(0)?,
        name: row.get(1)?,
        stage: row.get(2)?,
        view: row.get(3)?,
        subject: row.get(4)?,
        at_ms: row.get(5)?,
        place: lon.zip(lat).map(|(lon, lat)| Place {
            point: Wgs84 { lon, lat },
            accuracy_m: accuracy_m.map(|metres| metres as f32),
            source: source.unwrap_or_default(),
        }),
        azimuth_deg: row.get(10)?,
    })
}

/// Enters what the camera is about to be opened for.
///
/// # Errors
/// [`StoreError`].
pub fn insert_intent(transaction: &Transaction<'_>, intent: &Intent) -> Result<(), StoreError> {
    let place = intent.place.as_ref();
    transaction
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO photo_intent ({INTENT})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ))?
        .execute(params![
            intent.file,
            intent.name,
            intent.stage,
            intent.view,
            intent.subject,
            intent.at_ms,
            place.map(|place| place.point.lon),
            place.map(|place| place.point.lat),
            place.and_then(|place| place.accuracy_m).map(f64::from),
            place.map(|place| &place.source),
            intent.azimuth_deg,
        ])?;
    Ok(())
}

/// Takes an intent away: its photograph was saved, or nobody wants it.
///
/// # Errors
/// [`StoreError`].
pub fn remove_intent(transaction: &Transaction<'_>, file: &str) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM photo_intent WHERE file = ?1")?
        .execute([file])?;
    Ok(())
}

/// All intents, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn intents(connection: &Connection) -> Result<Vec<Intent>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {INTENT} FROM photo_intent ORDER BY at_ms, name, file"
    ))?;
    let rows = statement.query_map([], intent)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
