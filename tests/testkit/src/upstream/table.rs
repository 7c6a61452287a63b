//! Tables as strict owners want them: exact headings, rows of equal length, cells that fit, and as
//! CSV lines that end in CRLF.

use std::collections::{BTreeMap, BTreeSet};

use super::field::Field;

/// Byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A row: heading → cell.
pub(super) type Row = BTreeMap<String, String>;

/// A cell of a row; empty where there is none.
pub(super) fn cell<'a>(row: &'a Row, heading: &str) -> &'a str {
    row.get(heading).map_or("", String::as_str)
}

/// Reads a table in UTF-8 with a byte order mark; see [`read`].
pub(super) fn read_marked(
    bytes: &[u8],
    headings: &[&str],
    max_rows: usize,
) -> Result<Vec<Vec<String>>, String> {
    let body = bytes.strip_prefix(MARK).ok_or("no byte order mark")?;
    read(body, headings, max_rows)
}

/// Reads a table in UTF-8; the cells of each row stand in the order of `headings`. A reason names the
/// row and never holds a cell.
pub(super) fn read(
    body: &[u8],
    headings: &[&str],
    max_rows: usize,
) -> Result<Vec<Vec<String>>, String> {
    // The reader would skip a mark in silence.
    if body.starts_with(MARK) {
        return Err("a byte order mark where none belongs".to_owned());
    }
    check_line_ends(body)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(body);
    let mut rows = Vec::new();
    for (number, row) in (0_usize..).zip(reader.records()) {
        let row = row.map_err(|_| {
            format!("row {number}: not text in utf-8, or not as long as the headings")
        })?;
        if number == 0 {
            if !row.iter().eq(headings.iter().copied()) {
                return Err("the headings are not those of the form".to_owned());
            }
            continue;
        }
        if number > max_rows {
            return Err(format!("more than {max_rows} rows"));
        }
        rows.push(row.iter().map(str::to_owned).collect());
    }
    if rows.is_empty() {
        return Err("no rows".to_owned());
    }
    Ok(rows)
}

/// Checks every cell by its field, every row by `check`, and that no two rows have the same `key`.
pub(super) fn check(
    fields: &[Field],
    rows: Vec<Vec<String>>,
    key: &[&str],
    check: impl Fn(&Row) -> Result<(), String>,
) -> Result<Vec<Row>, String> {
    let mut seen = BTreeSet::new();
    let mut checked = Vec::new();
    for (number, cells) in (1..).zip(rows) {
        let in_row = |reason: String| format!("row {number}: {reason}");
        for (field, cell) in fields.iter().zip(&cells) {
            if !(field.optional && cell.is_empty()) {
                field.check(cell).map_err(in_row)?;
            }
        }
        let row: Row = fields
            .iter()
            .map(|field| field.name.to_owned())
            .zip(cells)
            .collect();
        check(&row).map_err(in_row)?;
        let own: Vec<_> = key.iter().map(|name| cell(&row, name).to_owned()).collect();
        if !seen.insert(own) {
            return Err(in_row("the same key as a row before".to_owned()));
        }
        checked.push(row);
    }
    Ok(checked)
}

/// Every line ends in CRLF, the last one too; inside quotes anything goes.
fn check_line_ends(body: &[u8]) -> Result<(), String> {
    let mut quoted = false;
    let mut before = 0;
    for &byte in body {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted && before != b'\r' => {
                return Err("a line that does not end in crlf".to_owned());
            }
            _ if !quoted && before == b'\r' && byte != b'\n' => {
                return Err("a carriage return without a line feed".to_owned());
            }
            _ => {}
        }
        before = byte;
    }
    if quoted || !body.ends_with(b"\r\n") {
        return Err("the last line does not end in crlf".to_owned());
    }
    Ok(())
}
