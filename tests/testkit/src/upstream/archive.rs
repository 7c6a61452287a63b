//! What is in a zip.

use std::io::{Cursor, Read};

const MAX_ENTRY: u64 = 16_000_000;

/// Name and bytes of every entry, in order, folders included.
pub(super) fn entries(body: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let unreadable = |_| "not a readable zip".to_owned();
    let mut archive = zip::ZipArchive::new(Cursor::new(body)).map_err(unreadable)?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(unreadable)?;
        let name = entry.name().map_err(unreadable)?.into_owned();
        let mut bytes = Vec::new();
        let read = entry.take(MAX_ENTRY).read_to_end(&mut bytes);
        read.map_err(|_| "a damaged entry in the zip".to_owned())?;
        entries.push((name, bytes));
    }
    Ok(entries)
}
