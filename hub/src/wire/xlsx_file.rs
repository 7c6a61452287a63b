//! Workbooks: one sheet, a heading row, every cell text.

use fieldwork_ids::time;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::{Column, WireError};

/// A cell holds this many characters (UTF-16 units) at most.
const CELL_CHARS: usize = 32_767;

/// Headings and rows as a workbook; `at_ms` stands in it for the moment of writing, so that the same
/// rows give the same bytes.
///
/// # Errors
/// [`WireError::Cell`] for a text that no cell can hold; [`WireError::Table`].
pub(super) fn workbook(
    sheet: &str,
    columns: &[Column],
    rows: &[Vec<String>],
    at_ms: i64,
) -> Result<Vec<u8>, WireError> {
    for (column, cell) in rows.iter().flat_map(|row| columns.iter().zip(row)) {
        if cell.encode_utf16().count() > CELL_CHARS {
            return Err(WireError::Cell {
                element: column.element.clone(),
            });
        }
    }
    written(sheet, columns, rows, at_ms).map_err(|_| WireError::Table)
}

fn written(
    sheet: &str,
    columns: &[Column],
    rows: &[Vec<String>],
    at_ms: i64,
) -> Result<Vec<u8>, XlsxError> {
    let day = time::china_date(at_ms);
    let month = u8::try_from(day.month()).unwrap_or(1);
    let day_of_month = u8::try_from(day.day()).unwrap_or(1);
    let year = u16::try_from(day.year()).unwrap_or(1900).max(1900);
    let created = ExcelDateTime::from_ymd(year, month, day_of_month)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let page = workbook.add_worksheet();
    page.set_name(sheet)?;
    // Without it a program that opens the file takes a long number for a number and rounds it.
    let text = Format::new().set_num_format("@");
    let headings: Vec<&String> = columns.iter().map(|column| &column.heading).collect();
    let lines = std::iter::once(headings).chain(rows.iter().map(|row| row.iter().collect()));
    for (down, line) in (0..).zip(lines) {
        for (across, cell) in (0..).zip(line) {
            page.write_string_with_format(down, across, cell, &text)?;
        }
    }
    workbook.save_to_buffer()
}
