//! A CSV table as strict owners want it: byte order mark, CRLF, exact headings, rows of equal length.

/// Byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a table; the cells of each row stand in the order of `headings`. A reason names the row and
/// never holds a cell.
pub(super) fn read(
    bytes: &[u8],
    headings: &[&str],
    max_rows: usize,
) -> Result<Vec<Vec<String>>, String> {
    let body = bytes.strip_prefix(MARK).ok_or("no byte order mark")?;
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
