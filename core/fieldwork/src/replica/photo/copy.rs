//! Copies for single forms: made once per photograph and profile, kept while there is room.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::BlobRef;
use fieldwork_photo::{Budget, Profile, Shelf, derive};

use super::TIME_MS;
use crate::replica::blob::temporary_file;
use crate::replica::{Replica, ReplicaError};

const COPIES: &str = "copies";
/// Room for copies, bytes.
pub const COPIES_BYTES: u64 = 64 * 1024 * 1024;

/// The shelf of the copies that lie in the folder, once somebody has asked for one.
#[derive(Default)]
pub(crate) struct Copies(Option<Held>);

struct Held {
    shelf: Shelf,
    files: BTreeMap<fieldwork_photo::Made, PathBuf>,
}

/// Photograph and profile, from the name of a file.
fn made(name: &str) -> Option<fieldwork_photo::Made> {
    let (photo, profile) = name.strip_suffix(".jpg")?.split_once('-')?;
    let whole = |text: &str| -> Option<[u8; 32]> { hex::decode(text).ok()?.try_into().ok() };
    Some((whole(photo)?, whole(profile)?))
}

impl Held {
    /// What lies in the folder, what was wanted last at the end.
    fn of(folder: &Path, max_bytes: u64) -> std::io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut found = Vec::new();
        for file in fs::read_dir(folder)? {
            let file = file?;
            let details = file.metadata()?;
            match made(&file.file_name().to_string_lossy()) {
                Some(made) => found.push((details.modified()?, made, details.len(), file.path())),
                None => fs::remove_file(file.path())?,
            }
        }
        found.sort_by_key(|(wanted, made, ..)| (*wanted, *made));
        let mut held = Self {
            shelf: Shelf::new(max_bytes),
            files: BTreeMap::new(),
        };
        for (_, made, length, path) in found {
            held.put(made, length, path);
        }
        Ok(held)
    }

    fn put(&mut self, made: fieldwork_photo::Made, length: u64, path: PathBuf) {
        self.files.insert(made, path);
        for gone in self.shelf.put(made, length) {
            if let Some(path) = self.files.remove(&gone) {
                // A file that cannot be removed now is found again at the next opening.
                let _ = fs::remove_file(path);
            }
        }
    }
}

impl Replica {
    /// Path of the copy of a photograph that a form with this profile wants. Made from the original the
    /// first time; while it is kept, the same bytes are given again.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`], [`ReplicaError::Blob`] where there is no original to make it from;
    /// [`ReplicaError::Photo`] where the limits cannot be met.
    pub fn photo_copy(&self, photo: BlobRef, profile: &Profile) -> Result<PathBuf, ReplicaError> {
        self.photo_copy_within(photo, profile, COPIES_BYTES)
    }

    /// The same with another room for all copies, which counts from the first call.
    ///
    /// # Errors
    /// As [`Replica::photo_copy`].
    pub fn photo_copy_within(
        &self,
        photo: BlobRef,
        profile: &Profile,
        room: u64,
    ) -> Result<PathBuf, ReplicaError> {
        let row = self.blob(photo)?.ok_or(ReplicaError::Unknown("photo"))?;
        let made = (row.sha256, profile.key());
        let folder = self.directory.join(COPIES);
        let path = folder.join(format!(
            "{}-{}.jpg",
            hex::encode(made.0),
            hex::encode(made.1)
        ));
        // Held while it is made: two who want the same copy make it once.
        let mut copies = self
            .copies
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let held = match &mut copies.0 {
            Some(held) => held,
            none => none.insert(Held::of(&folder, room)?),
        };
        if held.shelf.wants(&made) && super::ends_as_jpeg(&path) {
            self.mark_wanted(&path);
            return Ok(path);
        }
        let original = self.blob_bytes(photo)?;
        let clock = &self.ports.clock;
        let end_ms = clock.monotonic_ms().saturating_add(TIME_MS);
        let budget = Budget {
            over: &|| clock.monotonic_ms() > end_ms,
            ..Budget::default()
        };
        let copy =
            derive(&original, profile, 1, &budget).map_err(|source| ReplicaError::Photo {
                name: photo.to_string(),
                source,
            })?;
        self.put(&path, &copy.file.jpeg)?;
        held.put(made, copy.file.jpeg.len() as u64, path.clone());
        Ok(path)
    }

    /// Marks a file as wanted now, by the file system's own clock, so that the next opening knows the
    /// order; where that fails only the order is worse.
    fn mark_wanted(&self, path: &Path) {
        let mark = temporary_file(&self.directory, b"wanted");
        let now = fs::write(&mark, b"").and_then(|()| fs::metadata(&mark)?.modified());
        if let (Ok(now), Ok(file)) = (now, fs::File::options().write(true).open(path)) {
            let _ = file.set_modified(now);
        }
    }
}
