//! A table of one row in a zip archive, its photographs beside it.
//!
//! One archive per envelope: the upstream adds a later archive of the day to the earlier ones, and
//! a row that is not bundled with others is refused, repeated and reported by itself.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use csv::{Terminator, WriterBuilder};
use fieldwork_forms::envelope::SlotPhoto;
use fieldwork_forms::wire::{Encoding, LineEnd, Table, TableZipWire, fill_placeholders};
use fieldwork_ids::time;
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Column, Message, Sending, WireError, path};

/// The archive of one envelope; `photos` are its photographs with their bytes, in its order.
///
/// # Errors
/// [`WireError::Address`], [`WireError::FileName`], [`WireError::Cell`], [`WireError::Table`].
pub fn message(
    wire: &TableZipWire,
    columns: &[Column],
    sending: &Sending,
    photos: &[(&SlotPhoto, Vec<u8>)],
) -> Result<Message, WireError> {
    let form = sending.envelope.form.as_str();
    let address = || WireError::Address { form: form.into() };
    let date = time::format(sending.at_ms, &wire.date).map_err(|_| address())?;
    let entry = fill_placeholders(&wire.table.entry, |name| (name == "form").then_some(form))
        .ok_or_else(address)?;
    let mut entries = vec![(
        entry,
        csv(&wire.table, columns, sending)?,
        CompressionMethod::Deflated,
    )];
    let mut names = BTreeSet::new();
    for (photo, bytes) in photos {
        let name = file_name(photo)?;
        if !names.insert(name.clone()) {
            return Err(WireError::FileName {
                slot: photo.slot.clone(),
            });
        }
        // A JPEG does not get smaller.
        entries.push((
            format!("{}{name}", wire.photos),
            bytes.clone(),
            CompressionMethod::Stored,
        ));
    }
    Ok(Message {
        method: wire.call.method,
        path: path(&wire.call, sending, Some(&date))?,
        key: None,
        content_type: "application/zip".into(),
        body: archive(&entries)?,
    })
}

/// Headings and one row.
fn csv(table: &Table, columns: &[Column], sending: &Sending) -> Result<Vec<u8>, WireError> {
    let mut row = Vec::with_capacity(columns.len());
    for column in columns {
        let elements = if column.auto {
            &sending.envelope.auto
        } else {
            &sending.envelope.fields
        };
        row.push(match elements.get(&column.element) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => yes.to_string(),
            Some(_) => {
                return Err(WireError::Cell {
                    element: column.element.clone(),
                });
            }
        });
    }
    let mut bytes = match table.encoding {
        Encoding::Utf8Bom => "\u{feff}".as_bytes().to_vec(),
        Encoding::Utf8 => Vec::new(),
    };
    let mut writer = WriterBuilder::new()
        .terminator(match table.line_end {
            LineEnd::Crlf => Terminator::CRLF,
            LineEnd::Lf => Terminator::Any(b'\n'),
        })
        .from_writer(&mut bytes);
    let headings = columns.iter().map(|column| column.heading.as_str());
    writer
        .write_record(headings)
        .map_err(|_| WireError::Table)?;
    writer.write_record(&row).map_err(|_| WireError::Table)?;
    writer.flush().map_err(|_| WireError::Table)?;
    drop(writer);
    Ok(bytes)
}

/// The name the owner demands, else the logical name. It must be one name, not a way to elsewhere.
fn file_name(photo: &SlotPhoto) -> Result<String, WireError> {
    let name = photo
        .file
        .clone()
        .unwrap_or_else(|| format!("{}.jpg", photo.photo));
    let fits = |letter: char| !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter);
    if name.trim_matches('.').is_empty() || name.starts_with('.') || !name.chars().all(fits) {
        return Err(WireError::FileName {
            slot: photo.slot.clone(),
        });
    }
    Ok(name)
}

/// A zip archive without anything of this machine or moment in it.
fn archive(entries: &[(String, Vec<u8>, CompressionMethod)]) -> Result<Vec<u8>, WireError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, method) in entries {
        let options = SimpleFileOptions::default()
            .compression_method(*method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(name.as_str(), options)
            .map_err(|_| WireError::Table)?;
        zip.write_all(bytes).map_err(|_| WireError::Table)?;
    }
    Ok(zip.finish().map_err(|_| WireError::Table)?.into_inner())
}
