//! Which originals may go: 已送达，可删.
//!
//! An original is offered for deletion when the hub has it, verified and on its medium, and every form
//! that used it has a receipt that it was delivered. A form that waits, was refused or could not be made
//! may still want it. Nothing is deleted by itself: the worker is asked.

use std::fs::{self, File};

use fieldwork_forms::capture::BlobRef;
use fieldwork_forms::envelope::Filled;
use fieldwork_ids::Ulid;

use super::{Derived, Replica};
use crate::key::sha256;
use crate::log::ReceiptState;
use crate::replica::{BlobError, ReplicaError};
use crate::store::{capture as captures, photo as rows, receipt};

/// An original that may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletable {
    /// The photograph.
    pub photo: BlobRef,
    /// Bytes that deleting it frees.
    pub size: u64,
    /// The captures it is in.
    pub captures: Vec<Ulid>,
}

impl Replica {
    /// Originals that are delivered everywhere and may go, by reference.
    ///
    /// # Errors
    /// [`ReplicaError::Store`]; [`ReplicaError::NotReady`] before a catalogue has arrived.
    pub fn deletable_originals(&self) -> Result<Vec<Deletable>, ReplicaError> {
        let sent = self.read(|connection| rows::sent(connection).map_err(ReplicaError::from))?;
        let mut deletable = Vec::new();
        for (photo, size) in sent {
            let captures = self.read(|connection| {
                captures::with_photo(connection, photo).map_err(ReplicaError::from)
            })?;
            let mut used = false;
            let mut delivered = true;
            for capture in &captures {
                let (uses, arrived) = self.delivered(*capture, photo)?;
                used |= uses;
                delivered &= arrived;
            }
            if used && delivered {
                deletable.push(Deletable {
                    photo,
                    size,
                    captures,
                });
            }
        }
        Ok(deletable)
    }

    /// Whether forms of a capture use a photograph, and whether all that do were delivered.
    fn delivered(&self, capture: Ulid, photo: BlobRef) -> Result<(bool, bool), ReplicaError> {
        let receipts = self.read(|connection| {
            receipt::of_capture(connection, capture).map_err(ReplicaError::from)
        })?;
        let (mut used, mut arrived) = (false, true);
        for filled in self.filled(capture)? {
            match filled {
                // It may be mended and want the photograph then.
                Filled::Stopped(_) => arrived = false,
                Filled::Envelope(envelope) => {
                    if envelope.photos.iter().all(|slot| slot.blob != photo) {
                        continue;
                    }
                    used = true;
                    let key = envelope.key();
                    arrived &= receipts
                        .iter()
                        .any(|one| one.key == key && one.state == ReceiptState::Delivered);
                }
            }
        }
        Ok((used, arrived))
    }

    /// Deletes originals that may go, and gives the bytes freed. Report picture, thumbnail and framing
    /// features stay. What may not go (any more) is left where it is.
    ///
    /// # Errors
    /// [`ReplicaError::Store`], [`ReplicaError::Blob`]; those before the failure are deleted.
    pub fn delete_originals(&self, photos: &[BlobRef]) -> Result<u64, ReplicaError> {
        let mut freed = 0;
        for one in self.deletable_originals()? {
            if !photos.contains(&one.photo) {
                continue;
            }
            let row = self
                .blob(one.photo)?
                .ok_or(ReplicaError::Unknown("photo"))?;
            let path = self.blob_path(one.photo)?;
            self.secure_report(one.photo)?;
            self.write(|transaction| {
                rows::drop_original(transaction, one.photo).map_err(ReplicaError::from)
            })?;
            fs::remove_file(path).map_err(BlobError::from)?;
            freed += row.size;
        }
        Ok(freed)
    }

    /// At opening: takes away originals that were given up when the app died before they went.
    pub(in crate::replica) fn finish_deleting(&self) -> Result<(), ReplicaError> {
        let gone = self.read(|connection| rows::gone(connection).map_err(ReplicaError::from))?;
        for photo in gone {
            if let Ok(path) = self.blob_path(photo) {
                fs::remove_file(path).map_err(BlobError::from)?;
            }
        }
        Ok(())
    }

    /// Makes sure that the report picture is whole and on the medium; from here on it is all there is.
    fn secure_report(&self, photo: BlobRef) -> Result<(), ReplicaError> {
        let path = self.photo_file(photo, Derived::Report)?;
        let row =
            self.read(|connection| rows::photo(connection, photo).map_err(ReplicaError::from))?;
        let whole = |row: &rows::PhotoRow| {
            fs::read(&path).is_ok_and(|bytes| sha256(&[&bytes]) == row.report)
        };
        if !row.as_ref().is_some_and(whole) {
            fs::remove_file(&path)?;
            self.photo_file(photo, Derived::Report)?;
        }
        for kind in Derived::ALL {
            File::open(self.photo_file(photo, kind)?)?.sync_all()?;
        }
        crate::file::sync_directory(&path)?;
        Ok(())
    }
}
