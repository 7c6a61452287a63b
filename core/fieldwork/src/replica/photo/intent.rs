//! What the camera is opened for, written down before it opens.
//!
//! A phone with little memory kills an app while its camera is in front. What the camera wrote meanwhile
//! is then a file that nobody asks for, unless it was said beforehand what it would be: so the path that
//! the camera writes to is given out only after a row says for what, and the next opening finds both.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::{Place, Subject};
use fieldwork_photo::{PhotoError, probe};

use super::{CAMERA, read};
use crate::key::sha256;
use crate::replica::{DraftPhoto, Replica, ReplicaError};
use crate::store::blob::reference;
use crate::store::capture::subject_text;
use crate::store::photo::{self as rows, Intent};

/// Room that a phone must have before its camera is opened, bytes: the photograph as the camera writes
/// it and as it is stored (32 MiB at most, twelve as a rule), what is made of it, and the reserve.
pub const ROOM_FOR_PHOTO: u64 = 64 * 1024 * 1024;

/// How long an intent waits for its file, milliseconds: a week.
const WAIT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What the camera is to be opened for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhotoIntent {
    /// Logical name, unique within the capture.
    pub name: String,
    /// Stage.
    pub stage: String,
    /// View.
    pub view: Option<String>,
    /// Whom, what or which case it will be about.
    pub subject: Option<Subject>,
    /// Where the phone is.
    pub place: Option<Place>,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: Option<u16>,
}

/// A photograph that was taken and is in no capture: the app died before it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Orphan {
    /// The photograph, ready for a draft. Saving a capture with it or discarding it ends its being an
    /// orphan.
    pub photo: DraftPhoto,
    /// What it was to be about: entity id or `case:ULID`.
    pub subject: Option<String>,
    /// Why it cannot be used, where it cannot: most often the camera died with the app.
    pub problem: Option<PhotoError>,
}

impl Replica {
    /// Bytes that lack before the camera should be opened; `None` where there is room, or where the
    /// system does not say.
    pub fn room_lacking(&self) -> Option<u64> {
        let free = self.ports.room.free_bytes(&self.directory)?;
        ROOM_FOR_PHOTO.checked_sub(free).filter(|lack| *lack > 0)
    }

    /// Says what the camera is about to be opened for and gives the path it is to write to. Durable when
    /// this returns.
    ///
    /// # Errors
    /// [`ReplicaError::NoRoomForPhoto`] where a photograph may not find room; [`ReplicaError::Store`].
    pub fn begin_photo(&self, intent: &PhotoIntent) -> Result<PathBuf, ReplicaError> {
        if let Some(lack_bytes) = self.room_lacking() {
            return Err(ReplicaError::NoRoomForPhoto { lack_bytes });
        }
        let mut name = [0; 8];
        self.ports.random.fill(&mut name)?;
        let file = format!("{}.jpg", hex::encode(name));
        let row = Intent {
            file: file.clone(),
            name: intent.name.clone(),
            stage: intent.stage.clone(),
            view: intent.view.clone(),
            subject: intent.subject.as_ref().map(subject_text),
            at_ms: self.ports.clock.wall_ms(),
            place: intent.place.clone(),
            azimuth_deg: intent.azimuth_deg,
        };
        self.write(|transaction| {
            rows::insert_intent(transaction, &row).map_err(ReplicaError::from)
        })?;
        Ok(self.directory.join(CAMERA).join(file))
    }

    /// Photographs that were begun and are in no capture, oldest first. What the camera has not written is
    /// left out.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn orphan_photos(&self) -> Result<Vec<Orphan>, ReplicaError> {
        let intents =
            self.read(|connection| rows::intents(connection).map_err(ReplicaError::from))?;
        let mut orphans = Vec::new();
        for intent in intents {
            let path = self.directory.join(CAMERA).join(&intent.file);
            if !path.exists() {
                continue;
            }
            let problem = match read(&path, &intent.name) {
                Ok(bytes) => probe(&bytes).err(),
                Err(_) => Some(PhotoError::NotAPhoto),
            };
            orphans.push(Orphan {
                photo: DraftPhoto {
                    path,
                    name: intent.name,
                    stage: intent.stage,
                    view: intent.view,
                    at_ms: intent.at_ms,
                    place: intent.place,
                    azimuth_deg: intent.azimuth_deg,
                },
                subject: intent.subject,
                problem,
            });
        }
        Ok(orphans)
    }

    /// Discards a photograph that was begun: the worker took none, or does not want it.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn discard_photo(&self, path: &Path) -> Result<(), ReplicaError> {
        let Some(file) = self.camera_file(path) else {
            return Ok(());
        };
        self.write(|transaction| {
            rows::remove_intent(transaction, &file).map_err(ReplicaError::from)
        })?;
        remove(path);
        Ok(())
    }

    /// The name of a file that the camera wrote for us; `None` for one from elsewhere.
    pub(in crate::replica) fn camera_file(&self, path: &Path) -> Option<String> {
        let ours = path.parent()? == self.directory.join(CAMERA);
        let name = path.file_name()?.to_str()?;
        ours.then(|| name.to_owned())
    }

    /// Takes away what the camera wrote, once it is stored.
    pub(in crate::replica) fn clear_camera(&self, paths: &[&Path]) {
        for path in paths {
            if self.camera_file(path).is_some() {
                remove(path);
            }
        }
    }

    /// At opening: makes the folder, adopts what the camera wrote and no intent names, and takes away
    /// files that are stored already or are no photographs (these are kept too where the database was lost).
    ///
    /// The camera may still be in front: a background sync opens the app's folder as well. So an intent
    /// without a file waits for it, a week long, and a photograph is never taken away for want of an intent.
    pub(in crate::replica) fn adopt_photos(&self, lost: bool) -> Result<(), ReplicaError> {
        let folder = self.directory.join(CAMERA);
        fs::create_dir_all(&folder)?;
        let now_ms = self.ports.clock.wall_ms();
        let known =
            self.read(|connection| rows::intents(connection).map_err(ReplicaError::from))?;
        for intent in &known {
            let waited_ms = now_ms.saturating_sub(intent.at_ms);
            if waited_ms > WAIT_MS && !folder.join(&intent.file).exists() {
                self.write(|transaction| {
                    rows::remove_intent(transaction, &intent.file).map_err(ReplicaError::from)
                })?;
            }
        }
        for file in fs::read_dir(&folder)? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if known.iter().any(|intent| intent.file == name) {
                continue;
            }
            let Ok(bytes) = read(&file.path(), &name) else {
                continue;
            };
            // Saved, and the app died before the camera's file went.
            let stored = self.blob(reference(&sha256(&[&bytes])))?.is_some();
            if stored || (!lost && probe(&bytes).is_err()) {
                remove(&file.path());
                continue;
            }
            let intent = Intent {
                name: name.trim_end_matches(".jpg").to_owned(),
                file: name,
                stage: "scene".to_owned(),
                view: None,
                subject: None,
                at_ms: now_ms,
                place: None,
                azimuth_deg: None,
            };
            self.write(|transaction| {
                rows::insert_intent(transaction, &intent).map_err(ReplicaError::from)
            })?;
        }
        Ok(())
    }
}

/// A file that cannot be removed now is found again at the next opening.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}
