//! The workspace: what an app holds.
//!
//! One object, blocking calls, safe from any thread. Everything but [`Workspace::enrol`] and
//! [`Workspace::sync`] works without a network, and no call but these waits for one.

mod edit;
mod enrol;
mod error;
mod photo;
mod sync;

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::explain::Explained;
use fieldwork_ids::Ulid;
use fieldwork_register::Found;

pub use enrol::Enrolment;
pub use error::Error;
pub use sync::{Progress, SyncReport, SyncStep};

use crate::key::DeviceKey;
use crate::log::Receipt;
use crate::port::Ports;
use crate::replica::{
    AcceptReport, Asking, Case, Conflict, Draft, Replica, ReplicaError, Salvaged, Saved, Task,
    TimelineItem,
};
use crate::store::StoreError;
use crate::store::capture::CaptureRow;
use crate::store::{capture as rows, receipt};

/// What opening found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Opened {
    /// A damaged database that was moved aside. What had reached the hub comes back with the next sync.
    pub moved_aside: Option<PathBuf>,
    /// What of it had not reached the hub and was entered again.
    pub salvaged: Salvaged,
}

/// See the module.
pub struct Workspace {
    replica: Replica,
    key: Arc<DeviceKey>,
    enrolment: Mutex<Option<Enrolment>>,
    /// Held while the workspace is open, so that no second process writes the same log.
    lock: Mutex<Option<File>>,
    opened_at: std::time::SystemTime,
    /// One sync at a time: request counters must arrive in order.
    syncing: Mutex<()>,
}

impl Workspace {
    /// Opens the workspace in `directory`, which is made where it is missing. The folder must be private
    /// to the app and outside backups.
    ///
    /// # Errors
    /// [`Error::InUse`] where another process has it open; [`Error::Storage`].
    pub fn open(directory: &Path, ports: Ports) -> Result<(Self, Opened), Error> {
        crate::file::private_directory(directory)?;
        let lock = File::create(directory.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ReplicaError::Store(StoreError::InUse).into());
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // Written anew at each opening, so that its time is when this process began, by the file
        // system's own clock.
        lock.set_len(0)?;
        (&lock).write_all(b"open\n")?;
        let opened_at = lock.metadata()?.modified()?;
        let key = Arc::new(DeviceKey::load_or_create(
            &directory.join("device.key"),
            &*ports.random,
        )?);
        let (replica, report) = Replica::open(directory, ports)?;
        let workspace = Self {
            replica,
            key,
            enrolment: Mutex::new(enrol::load(directory)?),
            lock: Mutex::new(Some(lock)),
            opened_at,
            syncing: Mutex::default(),
        };
        workspace.resume()?;
        crate::recorder::Kept::of(&workspace).expire()?;
        let mut opened = Opened {
            moved_aside: report.moved_aside,
            salvaged: Salvaged::default(),
        };
        if let Some(damaged) = &opened.moved_aside
            && workspace.enrolment().is_some()
        {
            opened.salvaged = workspace.replica.salvage(damaged)?;
        }
        Ok((workspace, opened))
    }

    /// Ends all use: later calls fail with [`Error::Closed`]. Does nothing the second time.
    ///
    /// # Errors
    /// [`Error::Storage`]; the workspace is closed all the same.
    pub fn shutdown(&self) -> Result<(), Error> {
        let closed = self.replica.shutdown();
        let lock = self
            .lock
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(lock) = lock {
            // Closing is not enough: a program that is being started at this moment shares the handle,
            // and with it the lock, until it is its own.
            let _ = lock.unlock();
        }
        Ok(closed?)
    }

    /// The replica behind it, for figures and tools.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Whose device this is, once enrolled.
    pub fn enrolment(&self) -> Option<Enrolment> {
        self.enrolment
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// The catalogue in force.
    ///
    /// # Errors
    /// [`Error::NotReady`] before it has arrived.
    pub fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        Ok(self.replica.catalogue()?)
    }

    /// Persons, households, plots and premises by name, code, number or phone, best first.
    ///
    /// # Errors
    /// [`Error::NotReady`] before the register has arrived.
    pub fn find(&self, text: &str, limit: usize) -> Result<Vec<Found>, Error> {
        Ok(self
            .replica
            .with_register(|register| register.find(text, limit))?)
    }

    /// What is still to be said in a draft; see [`Replica::ask`]. To be called again after each answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] where its kind or what it is about is not known; [`Error::NotReady`].
    pub fn ask(&self, draft: &Draft) -> Result<Asking, Error> {
        Ok(self.replica.ask(draft)?)
    }

    /// Saves a capture; see [`Replica::save`].
    ///
    /// # Errors
    /// [`Error::Invalid`] names what cannot be taken; [`Error::Full`].
    pub fn save(&self, draft: &Draft) -> Result<Saved, Error> {
        Ok(self.replica.save(draft)?)
    }

    /// A page of captures, oldest first.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn captures(&self, offset: u32, limit: u32) -> Result<Vec<CaptureRow>, Error> {
        Ok(self
            .replica
            .read(|connection| rows::page(connection, offset, limit).map_err(ReplicaError::from))?)
    }

    /// The newest capture with a label, or the one with this id.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn capture_named(&self, name: &str) -> Result<Ulid, Error> {
        let found = self.replica.read(|connection| {
            if let Ok(id) = name.parse::<Ulid>() {
                return Ok::<_, ReplicaError>(rows::row(connection, id)?.map(|row| row.id));
            }
            Ok(rows::by_label(connection, name)?)
        })?;
        found.ok_or_else(|| ReplicaError::Unknown("capture").into())
    }

    /// What a capture becomes: every form, filled or stopped.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn envelopes(&self, capture: Ulid) -> Result<Vec<Filled>, Error> {
        Ok(self.replica.filled(capture)?)
    }

    /// What a capture becomes, and where each box of each form comes from.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn explain(&self, capture: Ulid) -> Result<Vec<(Filled, Explained)>, Error> {
        Ok(self.replica.explained(capture)?)
    }

    /// Receipts of a capture.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn receipts(&self, capture: Ulid) -> Result<Vec<Receipt>, Error> {
        Ok(self.replica.read(|connection| {
            receipt::of_capture(connection, capture).map_err(ReplicaError::from)
        })?)
    }

    /// What is to be mended, oldest first; see [`Replica::tasks`].
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn tasks(&self) -> Result<Vec<Task>, Error> {
        Ok(self.replica.tasks()?)
    }

    /// All cases, oldest first.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn cases(&self) -> Result<Vec<Case>, Error> {
        Ok(self.replica.cases()?)
    }

    /// A case by id or label.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn case_named(&self, name: &str) -> Result<Case, Error> {
        Ok(self.replica.case_named(name)?)
    }

    /// History of a case.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn timeline(&self, case: Ulid) -> Result<Vec<TimelineItem>, Error> {
        Ok(self.replica.timeline(case)?)
    }

    /// Fields on which two people differ.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, Error> {
        Ok(self.replica.conflicts()?)
    }

    /// Chooses a value of a conflict; the choice is an edit.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn resolve(&self, conflict: &str, keep: usize) -> Result<(), Error> {
        Ok(self.replica.resolve(conflict, keep)?)
    }

    /// Takes batches that came by another way than the hub's answer (a file from a colleague).
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn take(&self, batches: &[crate::log::Batch]) -> Result<AcceptReport, Error> {
        Ok(self.replica.accept(batches, false)?)
    }
}
