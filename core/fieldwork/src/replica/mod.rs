//! A replica: logs, documents, register and catalogue of one village, alike on phone and hub.
//!
//! [`Workspace`](crate::Workspace) is a replica with a person in front of it; a hub holds one for each
//! village. One lock guards it; it is never held while the network or a host's callback is waited for.

mod accept;
mod answer;
pub(crate) use answer::checked;
mod ask;
mod blob;
mod case;
mod catalogue;
mod conflict;
mod content;
mod correct;
mod draft;
mod error;
mod fill;
mod log;
mod near;
mod photo;
mod project;
mod salvage;
mod save;
mod split;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use fieldwork_forms::capture::BlobRef;
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_register::IndexedBase;
use rusqlite::{Connection, Transaction};

pub use accept::{AcceptReport, Refusal};
pub use ask::{Asking, Refused};
pub use blob::{BlobError, MAX_PHOTO};
pub use case::{Case, CaseState, TimelineItem};
pub use conflict::{Conflict, ConflictValue};
pub use correct::{Filling, Task};
pub use draft::{About, Draft, DraftAnswer, DraftPhoto, Saved};
pub use error::{AnswerProblem, ReplicaError};
pub use near::{NEAR_M, NEAR_MS, Sighting};
pub use photo::{
    COPIES_BYTES, Deletable, Derived, Framing, Orphan, PhotoAdvice, PhotoContext, PhotoIntent,
    ROOM_FOR_PHOTO,
};
pub use salvage::Salvaged;

use crate::document::Documents;
use crate::key::{DeviceKey, PublicKey};
use crate::log::LogId;
use crate::port::Ports;
use crate::store::{OpenReport, Store};

/// See the module.
pub struct Replica {
    directory: PathBuf,
    ports: Ports,
    inner: Mutex<Inner>,
    copies: Mutex<photo::Copies>,
}

/// What the lock guards.
pub(crate) struct Inner {
    store: Option<Store>,
    documents: Documents,
    catalogue: Option<Arc<Catalogue>>,
    base: Option<([u8; 32], Arc<IndexedBase>)>,
    /// An earlier base, the last that a capture's pins asked for.
    earlier_base: Option<(BlobRef, Arc<IndexedBase>)>,
    identity: Option<Identity>,
}

/// Whose replica this is: the log it writes and the key it signs with.
#[derive(Clone)]
pub struct Identity {
    /// The key.
    pub key: Arc<DeviceKey>,
    /// The log.
    pub log: LogId,
    /// Its row in the store.
    pub(crate) number: i64,
    /// Worker id; empty for a hub.
    pub worker: String,
    /// Village code.
    pub village: String,
}

impl Replica {
    /// Opens the replica in `directory`; see [`Store::open`] for what happens to a damaged one.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn open(directory: &Path, ports: Ports) -> Result<(Self, OpenReport), ReplicaError> {
        let (store, report) = Store::open(directory)?;
        blob::prepare(directory)?;
        let inner = Inner {
            store: Some(store),
            documents: Documents::default(),
            catalogue: None,
            base: None,
            earlier_base: None,
            identity: None,
        };
        let replica = Self {
            directory: directory.to_owned(),
            ports,
            inner: Mutex::new(inner),
            copies: Mutex::default(),
        };
        if report.moved_aside.is_some() {
            replica.adopt_files()?;
        }
        replica.adopt_photos(report.moved_aside.is_some())?;
        replica.finish_deleting()?;
        Ok((replica, report))
    }

    /// Closes the store. Calls in flight end first; later ones fail with [`ReplicaError::Closed`]. Does
    /// nothing the second time.
    ///
    /// # Errors
    /// [`ReplicaError::Store`] where the write-ahead log could not be emptied; it is closed all the same.
    pub fn shutdown(&self) -> Result<(), ReplicaError> {
        let mut inner = self.lock();
        inner.documents.clear();
        match inner.store.take() {
            Some(store) => Ok(store.checkpoint()?),
            None => Ok(()),
        }
    }

    /// The ports it was given.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Its folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Its identity, once [`Replica::begin_log`] was called.
    pub fn identity(&self) -> Option<Identity> {
        self.lock().identity.clone()
    }

    /// Runs `work` on the store in one transaction, for tables that others keep in the same file.
    ///
    /// # Errors
    /// Those of `work`; [`ReplicaError::Closed`].
    pub fn write<T, E: From<ReplicaError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.lock();
        let store = inner.store.as_mut().ok_or(ReplicaError::Closed)?;
        store
            .write(|transaction| work(transaction).map_err(Outer))
            .map_err(|Outer(error)| error)
    }

    /// Reads from the store, for tables that others keep in the same file.
    ///
    /// # Errors
    /// Those of `work`; [`ReplicaError::Closed`].
    pub fn read<T, E: From<ReplicaError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let inner = self.lock();
        work(inner.store.as_ref().ok_or(ReplicaError::Closed)?.read())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic under the lock can only come from a caught engine fault, after which documents are
        // rebuilt from the log; the store's transaction was undone when it unwound.
        self.inner.lock().unwrap_or_else(|poisoned| {
            let mut inner = poisoned.into_inner();
            inner.documents.clear();
            inner
        })
    }
}

/// Carries an error of the caller's type through [`Store::write`].
struct Outer<E>(E);

impl<E: From<ReplicaError>> From<crate::store::StoreError> for Outer<E> {
    fn from(error: crate::store::StoreError) -> Self {
        Self(E::from(ReplicaError::from(error)))
    }
}

impl Inner {
    pub(crate) fn store(&self) -> Result<&Store, ReplicaError> {
        self.store.as_ref().ok_or(ReplicaError::Closed)
    }

    pub(crate) fn identity(&self) -> Result<&Identity, ReplicaError> {
        self.identity.as_ref().ok_or(ReplicaError::NotEnrolled)
    }
}

/// Name under which the hub's public key is kept.
const HUB_KEY: &str = "hub key";

fn hub_key(connection: &Connection) -> Result<Option<PublicKey>, ReplicaError> {
    Ok(crate::store::meta::read(connection, HUB_KEY)?.and_then(|bytes| bytes.try_into().ok()))
}
