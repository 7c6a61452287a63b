//! Tables of one row, their photographs beside or behind them.
//!
//! One table per envelope: the upstreams add a later table of the day to the earlier ones, and a row
//! that is not bundled with others is refused, repeated and reported by itself.

use std::collections::BTreeMap;

use fieldwork_forms::envelope::SlotPhoto;
use fieldwork_forms::wire::{
    ArchiveCall, CsvTableWire, FileCall, TableZipWire, XlsxThenZipWire, fill_placeholders,
};
use fieldwork_ids::time;
use zip::CompressionMethod;

use super::{Column, Message, Photo, Sending, WireError, archive, csv_file, path, row, xlsx_file};

/// Content type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A zip archive with the table and the photographs of one envelope; `photos` in its order.
///
/// # Errors
/// [`WireError::Address`], [`WireError::FileName`], [`WireError::Cell`], [`WireError::Unencodable`],
/// [`WireError::Table`].
pub fn message(
    wire: &TableZipWire,
    columns: &[Column],
    sending: &Sending,
    photos: &[Photo],
) -> Result<Message, WireError> {
    let form = sending.envelope.form.as_str();
    let date = date(&wire.date, sending)?;
    let entry = fill_placeholders(&wire.table.entry, |name| (name == "form").then_some(form))
        .ok_or_else(|| WireError::Address { form: form.into() })?;
    let rows = [row::cells(columns, sending.envelope)?];
    let table = csv_file::table(wire.table.encoding, wire.table.line_end, columns, &rows)?;
    let mut entries = vec![(entry, table, CompressionMethod::Deflated)];
    entries.extend(archive::photos(photos, &wire.photos, |_, photo| {
        archive::file_name(photo)
    })?);
    Ok(Message {
        method: wire.call.method,
        path: path(&wire.call, sending, Some(&date), None)?,
        key: None,
        content_type: "application/zip".into(),
        body: archive::archive(&entries)?,
    })
}

/// A CSV table with the row of one envelope.
///
/// # Errors
/// [`WireError::Address`], [`WireError::Cell`], [`WireError::Unencodable`], [`WireError::Table`].
pub fn csv(
    wire: &CsvTableWire,
    columns: &[Column],
    sending: &Sending,
) -> Result<Message, WireError> {
    let date = date(&wire.date, sending)?;
    let rows = [row::cells(columns, sending.envelope)?];
    let encoding = wire.table.encoding;
    Ok(Message {
        method: wire.call.method,
        path: path(&wire.call, sending, Some(&date), None)?,
        key: None,
        content_type: format!("text/csv; charset={}", csv_file::charset(encoding)),
        body: csv_file::table(encoding, wire.table.line_end, columns, &rows)?,
    })
}

/// The call that carries one photograph of a table's row under its file name.
///
/// # Errors
/// [`WireError::Address`], [`WireError::FileName`].
pub fn photo(
    wire: &CsvTableWire,
    file: &FileCall,
    sending: &Sending,
    photo: &SlotPhoto,
    bytes: &[u8],
) -> Result<Message, WireError> {
    let date = date(&wire.date, sending)?;
    let name = archive::file_name(photo)?;
    Ok(Message {
        method: file.call.method,
        path: path(&file.call, sending, Some(&date), Some(&name))?,
        key: None,
        content_type: file.content_type.clone(),
        body: bytes.to_vec(),
    })
}

/// A workbook with the row of one envelope.
///
/// # Errors
/// [`WireError::Address`], [`WireError::Cell`], [`WireError::Table`].
pub fn xlsx(
    wire: &XlsxThenZipWire,
    columns: &[Column],
    sending: &Sending,
) -> Result<Message, WireError> {
    let date = date(&wire.date, sending)?;
    let rows = [row::cells(columns, sending.envelope)?];
    Ok(Message {
        method: wire.call.method,
        path: path(&wire.call, sending, Some(&date), None)?,
        key: None,
        content_type: XLSX.into(),
        body: xlsx_file::workbook(&wire.sheet, columns, &rows, sending.at_ms)?,
    })
}

/// The archive with the photographs of a workbook's row.
///
/// # Errors
/// [`WireError::Address`], [`WireError::FileName`], [`WireError::Table`].
pub fn photos(
    wire: &XlsxThenZipWire,
    call: &ArchiveCall,
    sending: &Sending,
    photos: &[Photo],
) -> Result<Message, WireError> {
    let date = date(&wire.date, sending)?;
    let fields: BTreeMap<&str, &str> = sending
        .envelope
        .fields
        .iter()
        .filter_map(|(id, value)| Some((id.as_str(), value.as_str()?)))
        .collect();
    let entries = archive::photos(photos, "", |at, photo| {
        let n = (at + 1).to_string();
        let value = |name: &str| match name {
            "n" => Some(n.as_str()),
            field => fields.get(field).copied(),
        };
        let name = fill_placeholders(&call.file, value).map(|name| archive::made_file_name(&name));
        name.filter(|name| !name.starts_with('.'))
            .ok_or_else(|| WireError::FileName {
                slot: photo.slot.clone(),
            })
    })?;
    Ok(Message {
        method: call.call.method,
        path: path(&call.call, sending, Some(&date), None)?,
        key: None,
        content_type: "application/zip".into(),
        body: archive::archive(&entries)?,
    })
}

/// The day of the capture as a wire writes it.
fn date(pattern: &str, sending: &Sending) -> Result<String, WireError> {
    time::format(sending.at_ms, pattern).map_err(|_| WireError::Address {
        form: sending.envelope.form.clone(),
    })
}
