//! Blobs: photographs, register bases and catalogues as files named by their SHA-256.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::BlobRef;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Replica, ReplicaError};
use crate::file::write_durably;
use crate::key::sha256;
use crate::port::Random;
use crate::store::blob::{self, BlobRow, Upload};

/// Longest blob, bytes.
pub const MAX_BLOB: u64 = 64 * 1024 * 1024;
/// Longest photograph, bytes: what a hub takes in one request, so that none is saved that cannot be
/// sent.
pub const MAX_PHOTO: u64 = 32 * 1024 * 1024;

/// Why a blob could not be stored or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BlobError {
    /// No room.
    #[error("no room left on the device")]
    Full,
    /// The bytes are not those that the hash names.
    #[error("the bytes do not have the hash they were announced with")]
    Hash,
    /// More bytes than a blob may have.
    #[error("the file is larger than {MAX_BLOB} bytes")]
    TooLarge,
    /// The original was deleted after its delivery.
    #[error("the original was deleted after its delivery")]
    Deleted,
    /// The row is there, the file is not, or no longer has its hash.
    #[error("the file of a blob is missing or damaged")]
    Damaged,
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    Io(io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull {
            Self::Full
        } else {
            Self::Io(error)
        }
    }
}

const BLOBS: &str = "blobs";
const TEMPORARY: &str = "temporary";
/// A file whose room is given back so that the text of a capture can be saved on a full device.
const RESERVE: &str = "reserve";
const RESERVE_BYTES: usize = 4 * 1024 * 1024;

/// Makes the folders, sweeps what a dead process left half-written, and keeps the reserve.
pub(super) fn prepare(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory.join(BLOBS))?;
    let temporary = directory.join(TEMPORARY);
    fs::create_dir_all(&temporary)?;
    for entry in fs::read_dir(&temporary)? {
        fs::remove_file(entry?.path())?;
    }
    keep_reserve(directory);
    Ok(())
}

fn keep_reserve(directory: &Path) {
    let path = directory.join(RESERVE);
    if !path.exists() && fs::write(&path, vec![0x5a; RESERVE_BYTES]).is_err() {
        // No room for a reserve: what there is must stay for work.
        let _ = fs::remove_file(&path);
    }
}

/// Frees the reserve; `false` where there was none.
pub(super) fn free_reserve(directory: &Path) -> bool {
    fs::remove_file(directory.join(RESERVE)).is_ok()
}

/// Where the file of a blob lies.
fn blob_file(directory: &Path, hash: &[u8; 32]) -> PathBuf {
    let name = hex::encode(hash);
    directory.join(BLOBS).join(&name[..2]).join(&name[2..])
}

/// Where a file lies that is not whole yet.
pub(super) fn temporary_file(directory: &Path, name: &[u8]) -> PathBuf {
    directory.join(TEMPORARY).join(hex::encode(name))
}

/// Writes the file of a blob, unless it is there; durable when this returns.
pub(super) fn write_file(
    directory: &Path,
    random: &dyn Random,
    hash: &[u8; 32],
    bytes: &[u8],
) -> Result<(), BlobError> {
    if bytes.len() as u64 > MAX_BLOB {
        return Err(BlobError::TooLarge);
    }
    let path = blob_file(directory, hash);
    // Length alone would leave a file that rotted in its place for good.
    let held = fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64);
    if held && hash_file(&path).is_ok_and(|found| found == *hash) {
        // It may have been put there by somebody who died before its name was on the medium.
        crate::file::sync_directory(&path)?;
        path.parent().map_or(Ok(()), crate::file::sync_directory)?;
        return Ok(());
    }
    if let Some(parent) = path.parent()
        && !parent.exists()
    {
        fs::create_dir_all(parent)?;
        crate::file::sync_directory(parent)?;
    }
    let mut name = [0; 8];
    random
        .fill(&mut name)
        .map_err(|error| BlobError::Io(io::Error::other(error)))?;
    let temporary = temporary_file(directory, &name);
    Ok(write_durably(&path, &temporary, bytes)?)
}

fn hash_file(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finalize().into()),
            read => hasher.update(&chunk[..read]),
        }
    }
}

impl Replica {
    /// Stores a blob: file first, durable, then its row. Storing it again changes nothing.
    ///
    /// # Errors
    /// [`ReplicaError::Blob`], [`ReplicaError::Store`].
    pub fn store_blob(
        &self,
        bytes: &[u8],
        role: &str,
        upload: Upload,
    ) -> Result<[u8; 32], ReplicaError> {
        let hash = sha256(&[bytes]);
        write_file(&self.directory, &*self.ports.random, &hash, bytes)?;
        self.write(|transaction| {
            blob::insert(transaction, &hash, bytes.len() as u64, role, upload)
                .map_err(ReplicaError::from)
        })?;
        Ok(hash)
    }

    /// Stores a blob that a peer announced with `hash`.
    ///
    /// # Errors
    /// [`BlobError::Hash`] where the bytes are others; else as [`Replica::store_blob`].
    pub fn store_announced(
        &self,
        hash: &[u8; 32],
        bytes: &[u8],
        role: &str,
        upload: Upload,
    ) -> Result<(), ReplicaError> {
        if sha256(&[bytes]) != *hash {
            return Err(BlobError::Hash.into());
        }
        self.store_blob(bytes, role, upload).map(|_| ())
    }

    /// The row of a blob.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn blob(&self, reference: BlobRef) -> Result<Option<BlobRow>, ReplicaError> {
        Ok(blob::blob(self.lock().store()?.read(), reference)?)
    }

    /// Path of a blob's file.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`] where there is no such blob; [`BlobError::Damaged`] where the file is
    /// gone, [`BlobError::Deleted`] where the worker deleted it after its delivery.
    pub fn blob_path(&self, reference: BlobRef) -> Result<PathBuf, ReplicaError> {
        let row = self.blob(reference)?.ok_or(ReplicaError::Unknown("blob"))?;
        let path = blob_file(&self.directory, &row.sha256);
        if path.exists() {
            Ok(path)
        } else {
            Err(self.absence(reference)?)
        }
    }

    /// Path of a blob's file by its whole hash, where the blob is held.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn blob_by_hash(&self, hash: &[u8; 32]) -> Result<Option<PathBuf>, ReplicaError> {
        let held = self
            .blob(blob::reference(hash))?
            .is_some_and(|row| row.sha256 == *hash);
        let path = blob_file(&self.directory, hash);
        Ok((held && path.exists()).then_some(path))
    }

    /// The bytes of a blob, checked against its hash.
    ///
    /// # Errors
    /// As [`Replica::blob_path`]; [`BlobError::Damaged`] where the bytes no longer have their hash.
    pub fn blob_bytes(&self, reference: BlobRef) -> Result<Vec<u8>, ReplicaError> {
        let row = self.blob(reference)?.ok_or(ReplicaError::Unknown("blob"))?;
        let path = blob_file(&self.directory, &row.sha256);
        let Ok(bytes) = fs::read(path) else {
            return Err(self.absence(reference)?);
        };
        if sha256(&[&bytes]) == row.sha256 {
            Ok(bytes)
        } else {
            Err(BlobError::Damaged.into())
        }
    }

    /// Why the file of a blob is not there.
    fn absence(&self, reference: BlobRef) -> Result<ReplicaError, ReplicaError> {
        Ok(if self.was_deleted(reference)? {
            BlobError::Deleted.into()
        } else {
            BlobError::Damaged.into()
        })
    }

    fn was_deleted(&self, reference: BlobRef) -> Result<bool, ReplicaError> {
        let row = crate::store::photo::photo(self.lock().store()?.read(), reference)?;
        Ok(row.is_some_and(|row| !row.original))
    }

    /// Whether the file of a blob is there and has its hash. Reads it.
    pub(crate) fn blob_is_whole(&self, hash: &[u8; 32]) -> bool {
        hash_file(&blob_file(&self.directory, hash)).is_ok_and(|found| found == *hash)
    }

    /// Photographs whose file is missing or no longer has its hash, but for those deleted after their
    /// delivery. Reads them all.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn damaged_blobs(&self) -> Result<Vec<BlobRef>, ReplicaError> {
        let rows = blob::all(self.lock().store()?.read())?;
        let mut damaged = Vec::new();
        for row in rows {
            let reference = blob::reference(&row.sha256);
            if !self.blob_is_whole(&row.sha256) && !self.was_deleted(reference)? {
                damaged.push(reference);
            }
        }
        Ok(damaged)
    }

    /// Removes files that no row names and that were there before `older_than` (a crash between file and
    /// row leaves such). Never removes a row.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn sweep_orphans(&self, older_than: std::time::SystemTime) -> Result<usize, ReplicaError> {
        let mut removed = 0;
        for (hash, file) in self.blob_files()? {
            let known = self.blob(blob::reference(&hash))?.is_some();
            if !known && file.metadata()?.modified()? < older_than {
                fs::remove_file(file)?;
                removed += 1;
            }
        }
        self.sweep_derived(older_than)?;
        Ok(removed)
    }

    /// Enters the files that a damaged database knew of, so that no photograph is taken for an orphan or
    /// kept from the hub. Whether the hub has them is asked before they are sent.
    pub(super) fn adopt_files(&self) -> Result<(), ReplicaError> {
        for (hash, file) in self.blob_files()? {
            if self.blob_is_whole(&hash) {
                let size = file.metadata()?.len();
                self.write(|transaction| {
                    blob::insert(transaction, &hash, size, "photo", Upload::Begun)
                        .map_err(ReplicaError::from)
                })?;
            }
        }
        Ok(())
    }

    /// The files that are named like blobs.
    fn blob_files(&self) -> io::Result<Vec<([u8; 32], PathBuf)>> {
        let mut files = Vec::new();
        for folder in fs::read_dir(self.directory.join(BLOBS))? {
            let folder = folder?;
            for file in fs::read_dir(folder.path())? {
                let file = file?;
                let name = format!(
                    "{}{}",
                    folder.file_name().to_string_lossy(),
                    file.file_name().to_string_lossy()
                );
                let hash = hex::decode(&name)
                    .ok()
                    .and_then(|bytes| bytes.try_into().ok());
                files.extend(hash.map(|hash| (hash, file.path())));
            }
        }
        Ok(files)
    }

    /// Makes room for the reserve again, where there is room.
    pub fn restore_reserve(&self) {
        keep_reserve(&self.directory);
    }
}
