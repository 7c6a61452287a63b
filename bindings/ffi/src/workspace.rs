//! The object that an app holds. Each method converts, calls the core and converts back.

use std::path::Path;
use std::sync::Arc;

use fieldwork::port::Ports;
use fieldwork_http::HttpTransport;

use crate::sync::Reporter;
use crate::{
    Asking, CaptureItem, Case, Conflict, Draft, ExplainedForm, FieldworkError, FilePath,
    FilledForm, Found, MendTask, Receipt, Saved, SyncProgress, SyncReport, TimelineItem, id,
};

/// Whose device this is, and which hub it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Enrolment {
    /// Where the hub is.
    pub hub_url: String,
    /// 12-digit code of the village.
    pub village: String,
    /// Id of the worker (`K05`).
    pub worker: String,
}

/// Captures, cases, register and sync of one device. Safe from any thread; calls block. Only `enrol` and
/// `sync` need a network, and no other call waits for one.
///
/// Apps hold the `Workspace` of their language's own layer, which suspends instead of blocking.
#[derive(uniffi::Object)]
pub struct BlockingWorkspace {
    core: fieldwork::Workspace,
    moved_aside: Option<FilePath>,
}

type Result<T, E = FieldworkError> = std::result::Result<T, E>;

#[uniffi::export]
impl BlockingWorkspace {
    /// Opens the workspace in a folder, which is made where it is missing. The folder must be private to
    /// the app and outside backups.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`], with [`InUse`](crate::StorageFault::InUse) where another process has
    /// it open.
    #[uniffi::constructor]
    pub fn open(directory: FilePath) -> Result<Arc<Self>> {
        let (core, opened) =
            fieldwork::Workspace::open(Path::new(&directory.text), Ports::system())?;
        let moved_aside = opened.moved_aside.map(|path| FilePath {
            text: path.to_string_lossy().into_owned(),
        });
        Ok(Arc::new(Self { core, moved_aside }))
    }

    /// Ends all use: later calls fail with [`FieldworkError::Closed`]. Does nothing the second time.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`]; the workspace is closed all the same.
    pub fn shutdown(&self) -> Result<()> {
        Ok(self.core.shutdown()?)
    }

    /// The damaged database that opening moved aside, where there was one. What had reached the hub comes
    /// back with the next sync; show the path, so that the rest can be rescued.
    ///
    /// # Errors
    /// None of its own.
    pub fn moved_aside(&self) -> Result<Option<FilePath>> {
        Ok(self.moved_aside.clone())
    }

    /// Enrols the device with a one-time code of the hub, then fetches register and catalogue. Asking again
    /// with the same code after a lost answer is harmless.
    ///
    /// # Errors
    /// [`FieldworkError::NotEnrolled`] where the code is not good, [`FieldworkError::Invalid`] where the
    /// address is none, [`FieldworkError::Offline`].
    pub fn enrol(&self, hub_url: String, code: String) -> Result<Enrolment> {
        let transport = HttpTransport::new(&hub_url)?;
        Ok(self.core.enrol(&transport, &hub_url, &code)?.into())
    }

    /// Whose device this is; none before it is enrolled.
    ///
    /// # Errors
    /// None of its own.
    pub fn enrolment(&self) -> Result<Option<Enrolment>> {
        Ok(self.core.enrolment().map(Into::into))
    }

    /// Persons, households, plots and premises by name, code, number or phone, best first.
    ///
    /// # Errors
    /// [`FieldworkError::NotReady`] before the register has arrived.
    pub fn find(&self, text: String, limit: u32) -> Result<Vec<Found>> {
        Ok(self
            .core
            .find(&text, limit as usize)?
            .into_iter()
            .map(Into::into)
            .collect())
    }

    /// What is still to be said in a draft; to be asked again after each answer. Saves nothing.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] where its kind or what it is about is not known;
    /// [`FieldworkError::NotReady`] before register and catalogue have arrived.
    pub fn ask(&self, draft: Draft) -> Result<Asking> {
        let catalogue = self.core.catalogue()?;
        let asking = self.core.ask(&draft.into_core()?)?;
        Ok(Asking::of_core(asking, &catalogue))
    }

    /// Saves what was entered. When this returns, a power cut does not lose it.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] names what cannot be taken; [`FieldworkError::Storage`] with
    /// [`Full`](crate::StorageFault::Full). After any error nothing of it is there, and the draft can be
    /// saved again.
    pub fn save(&self, draft: Draft) -> Result<Saved> {
        Ok(self.core.save(&draft.into_core()?)?.into())
    }

    /// A page of captures, oldest first.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`].
    pub fn captures(&self, offset: u32, limit: u32) -> Result<Vec<CaptureItem>> {
        Ok(self
            .core
            .captures(offset, limit)?
            .into_iter()
            .map(Into::into)
            .collect())
    }

    /// What a capture becomes: every form, whole or stopped.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] where there is no such capture.
    pub fn envelopes(&self, capture: String) -> Result<Vec<FilledForm>> {
        let capture = id::ulid(&capture, "capture")?;
        let catalogue = self.core.catalogue()?;
        let filled = self.core.envelopes(capture)?.into_iter();
        Ok(filled
            .map(|filled| FilledForm::of_core(filled, capture, &catalogue))
            .collect())
    }

    /// What a capture becomes, and where each box comes from.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] where there is no such capture.
    pub fn explain(&self, capture: String) -> Result<Vec<ExplainedForm>> {
        let capture = id::ulid(&capture, "capture")?;
        let catalogue = self.core.catalogue()?;
        let explained = self.core.explain(capture)?.into_iter();
        Ok(explained
            .map(|one| ExplainedForm::of_core(one, capture, &catalogue))
            .collect())
    }

    /// What is to be mended, oldest first: refused and stopped forms of captures that nobody has corrected.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`].
    pub fn tasks(&self) -> Result<Vec<MendTask>> {
        Ok(self.core.tasks()?.into_iter().map(Into::into).collect())
    }

    /// What the upstreams said to a capture's envelopes, as of the last sync.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`].
    pub fn receipts(&self, capture: String) -> Result<Vec<Receipt>> {
        let receipts = self.core.receipts(id::ulid(&capture, "capture")?)?;
        Ok(receipts.into_iter().map(Into::into).collect())
    }

    /// All cases, oldest first.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`].
    pub fn cases(&self) -> Result<Vec<Case>> {
        Ok(self.core.cases()?.into_iter().map(Into::into).collect())
    }

    /// The history of a case: captures and what upstreams said, oldest first.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] where there is no such case.
    pub fn timeline(&self, case: String) -> Result<Vec<TimelineItem>> {
        let items = self.core.timeline(id::ulid(&case, "case")?)?;
        Ok(items.into_iter().map(Into::into).collect())
    }

    /// Fields on which two people differ.
    ///
    /// # Errors
    /// [`FieldworkError::Storage`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>> {
        Ok(self.core.conflicts()?.into_iter().map(Into::into).collect())
    }

    /// Chooses the value number `keep` (0 is the first listed) of a conflict.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`] where there is no such conflict or value.
    pub fn resolve(&self, conflict: String, keep: u32) -> Result<()> {
        Ok(self.core.resolve(&conflict, keep as usize)?)
    }

    /// Writes one fact of the register. `value` is checked like an answer; a code may be given by its label.
    ///
    /// # Errors
    /// [`FieldworkError::Invalid`].
    pub fn edit(&self, entity: String, concept: String, value: String) -> Result<()> {
        Ok(self.core.edit(&id::entity(&entity)?, &concept, &value)?)
    }

    /// Syncs with the hub: sends what is new, brings what is lacking, then sends the photographs.
    ///
    /// # Errors
    /// [`FieldworkError::Offline`], [`FieldworkError::NotEnrolled`], [`FieldworkError::Hub`],
    /// [`FieldworkError::Stopped`]. What was done until then stays done.
    #[uniffi::method(default(progress = None))]
    pub fn sync(&self, progress: Option<Arc<dyn SyncProgress>>) -> Result<SyncReport> {
        let enrolment = self
            .core
            .enrolment()
            .ok_or_else(|| FieldworkError::NotEnrolled {
                reason: "the device is not enrolled".to_owned(),
            })?;
        let transport = HttpTransport::new(&enrolment.hub)?;
        let reporter = Reporter::new(progress.as_deref());
        let result = self.core.sync(&transport, &reporter);
        reporter.end(result)
    }
}

impl From<fieldwork::Enrolment> for Enrolment {
    fn from(enrolment: fieldwork::Enrolment) -> Self {
        Self {
            hub_url: enrolment.hub,
            village: enrolment.village,
            worker: enrolment.worker,
        }
    }
}
