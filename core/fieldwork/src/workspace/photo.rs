//! Photographs as an app handles them: room, intent, advice, pictures, what may go.

use std::path::{Path, PathBuf};

use fieldwork_forms::capture::BlobRef;
use fieldwork_photo::Profile;
use fieldwork_photo::framing::Comparison;

use super::{Error, Workspace};
use crate::replica::{
    Deletable, Derived, DraftPhoto, Orphan, PhotoAdvice, PhotoContext, PhotoIntent,
};

impl Workspace {
    /// Says what the camera is about to be opened for and gives the path it is to write to; see
    /// [`Replica::begin_photo`](crate::replica::Replica::begin_photo).
    ///
    /// # Errors
    /// [`Error::NoRoomForPhoto`] where a photograph may not find room; [`Error::Storage`].
    pub fn begin_photo(&self, intent: &PhotoIntent) -> Result<PathBuf, Error> {
        Ok(self.replica.begin_photo(intent)?)
    }

    /// Discards a photograph that was begun.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn discard_photo(&self, path: &Path) -> Result<(), Error> {
        Ok(self.replica.discard_photo(path)?)
    }

    /// Photographs that were taken and are in no capture, because the app died with the camera open.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn orphan_photos(&self) -> Result<Vec<Orphan>, Error> {
        Ok(self.replica.orphan_photos()?)
    }

    /// Stores a photograph that was just taken and says what the worker should hear while still there;
    /// see [`Replica::look_at_photo`](crate::replica::Replica::look_at_photo).
    ///
    /// # Errors
    /// [`Error::Invalid`] where the photograph is unusable; [`Error::Full`].
    pub fn look_at_photo(
        &self,
        photo: &DraftPhoto,
        context: &PhotoContext,
    ) -> Result<PhotoAdvice, Error> {
        Ok(self.replica.look_at_photo(photo, context)?)
    }

    /// Holds a stored photograph against another.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Storage`].
    pub fn compare_photos(&self, before: BlobRef, after: BlobRef) -> Result<Comparison, Error> {
        Ok(self.replica.compare_photos(before, after)?)
    }

    /// Path of the report picture of a photograph, about 2,000 pixels.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Storage`].
    pub fn report_picture(&self, photo: BlobRef) -> Result<PathBuf, Error> {
        Ok(self.replica.photo_file(photo, Derived::Report)?)
    }

    /// Path of the thumbnail of a photograph, 320 pixels.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Storage`].
    pub fn thumbnail(&self, photo: BlobRef) -> Result<PathBuf, Error> {
        Ok(self.replica.photo_file(photo, Derived::Thumb)?)
    }

    /// Path of the copy of a photograph that fits a form's rules, such as a chat group's or an upstream's.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Invalid`], [`Error::Storage`].
    pub fn photo_copy(&self, photo: BlobRef, profile: &Profile) -> Result<PathBuf, Error> {
        Ok(self.replica.photo_copy(photo, profile)?)
    }

    /// Originals that are delivered everywhere 已送达，可删.
    ///
    /// # Errors
    /// [`Error::NotReady`], [`Error::Storage`].
    pub fn deletable_originals(&self) -> Result<Vec<Deletable>, Error> {
        Ok(self.replica.deletable_originals()?)
    }

    /// Deletes originals that may go and gives the bytes freed.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn delete_originals(&self, photos: &[BlobRef]) -> Result<u64, Error> {
        Ok(self.replica.delete_originals(photos)?)
    }
}
