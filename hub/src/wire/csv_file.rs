//! CSV tables in the encodings that owners want.

use csv::{Terminator, WriterBuilder};
use encoding_rs::{EncoderResult, GB18030};
use fieldwork_forms::wire::{Encoding, LineEnd};

use super::{Column, WireError};

/// Headings and rows.
///
/// # Errors
/// [`WireError::Unencodable`] where the encoding lacks a character: nothing is ever written as `?`.
pub(super) fn table(
    encoding: Encoding,
    line_end: LineEnd,
    columns: &[Column],
    rows: &[Vec<String>],
) -> Result<Vec<u8>, WireError> {
    let mut text = Vec::new();
    if encoding == Encoding::Utf8Bom {
        text.extend_from_slice("\u{feff}".as_bytes());
    }
    let mut writer = WriterBuilder::new()
        .terminator(match line_end {
            LineEnd::Crlf => Terminator::CRLF,
            LineEnd::Lf => Terminator::Any(b'\n'),
        })
        .from_writer(&mut text);
    let headings = columns.iter().map(|column| column.heading.as_str());
    writer
        .write_record(headings)
        .map_err(|_| WireError::Table)?;
    for row in rows {
        writer.write_record(row).map_err(|_| WireError::Table)?;
    }
    writer.flush().map_err(|_| WireError::Table)?;
    drop(writer);
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => Ok(text),
        Encoding::Gb18030 => {
            let text = String::from_utf8(text).map_err(|_| WireError::Table)?;
            gb18030(&text).map_err(|_| unencodable(columns, rows))
        }
    }
}

/// The charset as a content type names it.
pub(super) fn charset(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => "utf-8",
        Encoding::Gb18030 => "GB18030",
    }
}

/// The bytes, or the first character that has none.
fn gb18030(text: &str) -> Result<Vec<u8>, char> {
    let mut encoder = GB18030.new_encoder();
    let most = encoder
        .max_buffer_length_from_utf8_without_replacement(text.len())
        .unwrap_or(usize::MAX / 2);
    let mut bytes = Vec::with_capacity(most);
    match encoder
        .encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true)
        .0
    {
        EncoderResult::InputEmpty => Ok(bytes),
        EncoderResult::Unmappable(character) => Err(character),
        // The room was enough for the worst; without room nothing is half written.
        EncoderResult::OutputFull => Err(char::REPLACEMENT_CHARACTER),
    }
}

/// Which element holds the first character that cannot be written.
fn unencodable(columns: &[Column], rows: &[Vec<String>]) -> WireError {
    let headings = columns
        .iter()
        .map(|column| (column, column.heading.as_str()));
    let cells = rows
        .iter()
        .flat_map(|row| columns.iter().zip(row.iter().map(String::as_str)));
    let found = headings.chain(cells).find_map(|(column, text)| {
        let character = gb18030(text).err()?;
        Some(WireError::Unencodable {
            element: column.element.clone(),
            character: character.into(),
        })
    });
    found.unwrap_or(WireError::Table)
}
