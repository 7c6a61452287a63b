//! Zip archives and the names of the files in them.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use fieldwork_forms::envelope::SlotPhoto;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Photo, WireError};

/// A file of an archive: name, content, how it is packed.
pub(super) type Entry = (String, Vec<u8>, CompressionMethod);

/// The photographs as files of an archive under the names that `name` gives them.
pub(super) fn photos(
    photos: &[Photo],
    folder: &str,
    name: impl Fn(usize, &SlotPhoto) -> Result<String, WireError>,
) -> Result<Vec<Entry>, WireError> {
    let mut names = BTreeSet::new();
    let mut entries = Vec::with_capacity(photos.len());
    for (at, (photo, bytes)) in photos.iter().enumerate() {
        let name = name(at, photo)?;
        if !names.insert(name.clone()) {
            return Err(WireError::FileName {
                slot: photo.slot.clone(),
            });
        }
        // A JPEG does not get smaller.
        let path = format!("{folder}{name}");
        entries.push((path, bytes.clone(), CompressionMethod::Stored));
    }
    Ok(entries)
}

/// True for a character that a file name may hold on every system.
pub(super) fn fits_file_name(letter: char) -> bool {
    !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter)
}

/// The name with `_` for every character that no file name may hold.
pub(super) fn made_file_name(name: &str) -> String {
    name.chars()
        .map(|letter| if fits_file_name(letter) { letter } else { '_' })
        .collect()
}

/// The name the owner demands, else the logical name. It must be one name, not a way to elsewhere.
pub(super) fn file_name(photo: &SlotPhoto) -> Result<String, WireError> {
    let name = photo
        .file
        .clone()
        .unwrap_or_else(|| format!("{}.jpg", photo.photo));
    if name.starts_with('.') || name.is_empty() || !name.chars().all(fits_file_name) {
        return Err(WireError::FileName {
            slot: photo.slot.clone(),
        });
    }
    Ok(name)
}

/// A zip archive without anything of this machine or moment in it.
pub(super) fn archive(entries: &[Entry]) -> Result<Vec<u8>, WireError> {
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
