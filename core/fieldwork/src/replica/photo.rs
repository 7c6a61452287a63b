//! Photographs on the device: what is made of each, what the camera was opened for, what may go again.
//!
//! Why: a phone has little room and gets killed while its camera is open; a photograph is wanted in a
//! list, in a form, beside the one before, and months later in an argument. So the original is stored
//! first and never changed, and everything else is made from it once.
//!
//! How, below the replica's folder:
//!
//! | folder | holds |
//! |---|---|
//! | `taking` | what the camera is writing, each file named by a row that was there before it |
//! | `blobs` | originals under their SHA-256 |
//! | `derived` | report picture, thumbnail and framing features of each: kept, also without the original |
//! | `copies` | what single forms want, by photograph and profile; the least wanted go for new ones |
//!
//! What is derived is written whole but not forced onto the medium: while the original is here it can be
//! made again. Only before an original goes is its report picture made sure of.

mod advice;
mod copy;
mod intent;
mod original;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::BlobRef;
use fieldwork_photo::framing::{Comparison, Features, compare};
use fieldwork_photo::{Budget, Intake, IntakeRule, intake, probe};

pub use advice::{Framing, PhotoAdvice, PhotoContext};
pub use copy::COPIES_BYTES;
pub(super) use copy::Copies;
pub use intent::{Orphan, PhotoIntent, ROOM_FOR_PHOTO};
pub use original::Deletable;

use super::blob::MAX_PHOTO;
use super::{BlobError, Replica, ReplicaError};
use crate::key::sha256;
use crate::store::blob::reference;
use crate::store::photo as rows;

pub(super) const CAMERA: &str = "taking";
const DERIVED: &str = "derived";
/// Time for one photograph, milliseconds: far more than a slow phone needs.
const TIME_MS: i64 = 30_000;

/// What is made of every photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// About 2,000 pixels, for people and for forms.
    Report,
    /// 320 pixels, for lists.
    Thumb,
    /// What framing compares.
    Features,
}

impl Derived {
    const ALL: [Self; 3] = [Self::Report, Self::Thumb, Self::Features];

    fn suffix(self) -> &'static str {
        match self {
            Self::Report => "report.jpg",
            Self::Thumb => "thumb.jpg",
            Self::Features => "features",
        }
    }
}

/// What was made of an original, for its row.
pub(super) struct Made {
    pub(super) size: (u32, u32),
    pub(super) report: [u8; 32],
}

/// Reads a photograph that is not longer than a hub takes.
pub(super) fn read(path: &Path, name: &str) -> Result<Vec<u8>, ReplicaError> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_PHOTO + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_PHOTO {
        return Err(ReplicaError::PhotoTooLarge {
            name: name.to_owned(),
        });
    }
    Ok(bytes)
}

fn derived_file(directory: &Path, hash: &[u8; 32], kind: Derived) -> PathBuf {
    let name = hex::encode(hash);
    let file = format!("{}-{}", &name[2..], kind.suffix());
    directory.join(DERIVED).join(&name[..2]).join(file)
}

impl Replica {
    fn intake(&self, bytes: &[u8]) -> Result<Intake, fieldwork_photo::PhotoError> {
        let clock = &self.ports.clock;
        let end_ms = clock.monotonic_ms().saturating_add(TIME_MS);
        let budget = Budget {
            over: &|| clock.monotonic_ms() > end_ms,
            ..Budget::default()
        };
        intake(bytes, &IntakeRule::default(), &budget)
    }

    /// Puts down what was made of an original.
    fn keep(&self, hash: &[u8; 32], made: &Intake) -> Result<Features, ReplicaError> {
        let features = Features::of(&made.picture);
        for (kind, bytes) in [
            (Derived::Report, &made.report.jpeg),
            (Derived::Thumb, &made.thumb.jpeg),
            (Derived::Features, &features.to_bytes()),
        ] {
            let path = derived_file(&self.directory, hash, kind);
            self.put(&path, bytes)?;
        }
        Ok(features)
    }

    /// Writes a file whole or not at all.
    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), ReplicaError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut name = [0; 8];
        self.ports.random.fill(&mut name)?;
        let temporary = super::blob::temporary_file(&self.directory, &name);
        let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        Ok(written?)
    }

    /// What is made of an original that is stored, where it is not there already. `None` where it cannot
    /// be decoded: the original is kept all the same, and nobody is kept from saving.
    pub(super) fn make(&self, hash: &[u8; 32], bytes: &[u8]) -> Result<Option<Made>, ReplicaError> {
        let Ok(found) = probe(bytes) else {
            return Ok(None);
        };
        let file = |kind| derived_file(&self.directory, hash, kind);
        let held = Derived::ALL
            .into_iter()
            .all(|kind| is_whole(&file(kind), kind));
        if held
            && let Ok(report) = fs::read(file(Derived::Report))
            && probe(&report).is_ok()
        {
            return Ok(Some(Made {
                size: found.upright(),
                report: sha256(&[&report]),
            }));
        }
        let Ok(made) = self.intake(bytes) else {
            return Ok(None);
        };
        self.keep(hash, &made)?;
        Ok(Some(Made {
            size: (made.width, made.height),
            report: sha256(&[&made.report.jpeg]),
        }))
    }

    /// Path of what was made of a photograph; made now where it is missing and the original is here.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`] where there is no such photograph; [`ReplicaError::Photo`] where it
    /// cannot be decoded; [`BlobError::Damaged`], [`BlobError::Deleted`] where nothing is left to make it
    /// from.
    pub fn photo_file(&self, photo: BlobRef, kind: Derived) -> Result<PathBuf, ReplicaError> {
        let row = self.blob(photo)?.ok_or(ReplicaError::Unknown("photo"))?;
        let path = derived_file(&self.directory, &row.sha256, kind);
        if is_whole(&path, kind) {
            return Ok(path);
        }
        let refused = |source| ReplicaError::Photo {
            name: photo.to_string(),
            source,
        };
        let bytes = match self.blob_bytes(photo) {
            Err(ReplicaError::Blob(BlobError::Deleted)) if kind != Derived::Report => {
                // The report picture is all there is.
                let report = derived_file(&self.directory, &row.sha256, Derived::Report);
                let made = self.intake(&fs::read(report)?).map_err(refused)?;
                let bytes = match kind {
                    Derived::Thumb => made.thumb.jpeg,
                    _ => Features::of(&made.picture).to_bytes(),
                };
                self.put(&path, &bytes)?;
                return Ok(path);
            }
            bytes => bytes?,
        };
        let made = self.intake(&bytes).map_err(refused)?;
        self.keep(&row.sha256, &made)?;
        let report = sha256(&[&made.report.jpeg]);
        self.write(|transaction| {
            rows::insert(transaction, photo, (made.width, made.height), &report)
                .map_err(ReplicaError::from)
        })?;
        Ok(path)
    }

    /// The framing features of a photograph.
    ///
    /// # Errors
    /// As [`Replica::photo_file`].
    pub fn photo_features(&self, photo: BlobRef) -> Result<Features, ReplicaError> {
        let path = self.photo_file(photo, Derived::Features)?;
        if let Ok(features) = Features::from_bytes(&fs::read(&path)?) {
            return Ok(features);
        }
        // Of an earlier version, or rotten: from the original, else from the report picture.
        fs::remove_file(&path)?;
        let path = self.photo_file(photo, Derived::Features)?;
        Features::from_bytes(&fs::read(path)?).map_err(|_| BlobError::Damaged.into())
    }

    /// Holds a stored photograph against another.
    ///
    /// # Errors
    /// As [`Replica::photo_file`].
    pub fn compare_photos(
        &self,
        before: BlobRef,
        after: BlobRef,
    ) -> Result<Comparison, ReplicaError> {
        Ok(compare(
            &self.photo_features(before)?,
            &self.photo_features(after)?,
        ))
    }

    /// Takes away what was made of photographs that no row names (they were looked at and not saved).
    pub(super) fn sweep_derived(
        &self,
        older_than: std::time::SystemTime,
    ) -> Result<(), ReplicaError> {
        for file in files_below(&self.directory.join(DERIVED))? {
            let folder = file.parent().and_then(Path::file_name);
            let parts = (folder, file.file_name());
            let (Some(folder), Some(name)) = parts else {
                continue;
            };
            let name = format!("{}{}", folder.to_string_lossy(), name.to_string_lossy());
            let hash = name
                .get(..64)
                .and_then(|hash| hex::decode(hash).ok())
                .and_then(|hash| <[u8; 32]>::try_from(hash).ok());
            let known = match hash {
                Some(hash) => self.blob(reference(&hash))?.is_some(),
                None => false,
            };
            if !known && file.metadata()?.modified()? < older_than {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }
}

/// Whether something made lies there to its end: it was not fsynced, so a power cut may have left it empty
/// or cut. Features check themselves when they are read.
fn is_whole(path: &Path, kind: Derived) -> bool {
    match kind {
        Derived::Features => path.exists(),
        Derived::Report | Derived::Thumb => ends_as_jpeg(path),
    }
}

/// Whether a file ends with the marker that ends every JPEG that is made here.
fn ends_as_jpeg(path: &Path) -> bool {
    let ends = || -> io::Result<bool> {
        let mut file = fs::File::open(path)?;
        file.seek(SeekFrom::End(-2))?;
        let mut end = [0; 2];
        file.read_exact(&mut end)?;
        Ok(end == [0xFF, 0xD9])
    };
    ends().unwrap_or(false)
}

/// Files in the folders of a folder; none where it is not there.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let folders = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        folders => folders?,
    };
    for folder in folders {
        for file in fs::read_dir(folder?.path())? {
            files.push(file?.path());
        }
    }
    Ok(files)
}
