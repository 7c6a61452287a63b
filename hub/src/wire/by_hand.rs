//! What a person carries to a system that has no interface: a file for its import page, and a sheet
//! to copy from, field by field.

use fieldwork_forms::spec::Form;
use fieldwork_forms::wire::{ByHandWire, FileKind, fill_placeholders};
use fieldwork_ids::time;

use super::{Column, Sending, WireError, archive, csv_file, row, xlsx_file};

/// A file for an import page.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Shows nothing of the content: it holds what was said about people.
impl std::fmt::Debug for ImportFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportFile")
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// The file of one batch: envelopes of one form, in the given order; named and dated after the first.
///
/// `None` where the system imports no file or the batch is empty.
///
/// # Errors
/// [`WireError::TooManyRows`]: split the batch. [`WireError::Address`] for a name that cannot be made,
/// [`WireError::Cell`], [`WireError::Unencodable`], [`WireError::Table`].
pub fn file(
    wire: &ByHandWire,
    columns: &[Column],
    batch: &[Sending],
) -> Result<Option<ImportFile>, WireError> {
    let (Some(file), Some(first)) = (&wire.file, batch.first()) else {
        return Ok(None);
    };
    if u32::try_from(batch.len()).map_or(true, |rows| rows > file.max_rows) {
        return Err(WireError::TooManyRows {
            rows: batch.len(),
            max_rows: file.max_rows,
        });
    }
    let form = first.envelope.form.as_str();
    let address = || WireError::Address { form: form.into() };
    let date = time::format(first.at_ms, &file.date).map_err(|_| address())?;
    let name = fill_placeholders(&file.name, |name| match name {
        "form" => Some(form),
        "village" => Some(first.village),
        "date" => Some(&date),
        _ => None,
    })
    .ok_or_else(address)?;
    let rows: Vec<Vec<String>> = batch
        .iter()
        .map(|sending| row::cells(columns, sending.envelope))
        .collect::<Result<_, _>>()?;
    let (ending, bytes) = match &file.kind {
        FileKind::Csv(csv) => (
            "csv",
            csv_file::table(csv.encoding, csv.line_end, columns, &rows)?,
        ),
        FileKind::Xlsx { sheet } => (
            "xlsx",
            xlsx_file::workbook(sheet, columns, &rows, first.at_ms)?,
        ),
    };
    Ok(Some(ImportFile {
        name: format!("{}.{ending}", archive::made_file_name(&name)),
        bytes,
    }))
}

/// A line of a copy sheet.
#[derive(Clone, PartialEq, Eq)]
pub struct CopyLine {
    /// The field's name as the owner writes it.
    pub label: String,
    /// What is to be put there.
    pub text: String,
}

/// Shows no value.
impl std::fmt::Debug for CopyLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyLine")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// The sheet of one envelope: its columns in order, those without a value left out, then its
/// photographs by slot and name.
///
/// # Errors
/// [`WireError::Cell`].
pub fn copy_sheet(
    form: &Form,
    columns: &[Column],
    sending: &Sending,
) -> Result<Vec<CopyLine>, WireError> {
    let cells = row::cells(columns, sending.envelope)?;
    let fields = columns.iter().zip(cells).map(|(column, text)| CopyLine {
        label: column.heading.clone(),
        text,
    });
    let mut lines: Vec<CopyLine> = fields.filter(|line| !line.text.is_empty()).collect();
    for slot in &form.photos {
        let photos = sending.envelope.photos.iter();
        lines.extend(
            photos
                .filter(|photo| photo.slot == slot.slot)
                .map(|photo| CopyLine {
                    label: slot.slot.clone(),
                    text: photo.file.clone().unwrap_or_else(|| photo.photo.clone()),
                }),
        );
    }
    Ok(lines)
}

/// Name of the file in which a person finds a photograph of the batch's `n`th envelope.
pub fn photo_file(n: usize, slot: &str, name: &str) -> String {
    let name = name.strip_suffix(".jpg").unwrap_or(name);
    archive::made_file_name(&format!("{n}_{slot}_{name}.jpg"))
}

/// The name with `_` for every character that no file name may hold.
pub fn file_name(name: &str) -> String {
    archive::made_file_name(name)
}
