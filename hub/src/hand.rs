//! Systems without an interface: a folder per batch for the person who carries it, and the number that
//! the system gave, entered afterwards.
//!
//! A folder holds the file for the import page (where there is one), a sheet to copy from, and the
//! photographs. It appears whole or not at all: written beside its place and renamed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use fieldwork::replica::ReplicaError;
use fieldwork_forms::envelope::Envelope;
use fieldwork_forms::spec::{Form, Spec};
use fieldwork_forms::wire::{ByHandWire, Wire};
use fieldwork_ids::time;
use thiserror::Error;

use crate::store::batch::{self, Carried};
use crate::store::{StoreError, outbox};
use crate::village::{Village, VillageError};
use crate::wire::{FormPlan, Sending, WireError, by_hand};

/// Name of the sheet to copy from.
const SHEET: &str = "抄录单.txt";

/// Rows in a batch where the system sets no limit.
const ROWS: usize = 500;

/// Why a batch could not be made or completed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HandError {
    /// The system is unknown or has an interface.
    #[error("there is no system {0:?} that is filled in by hand")]
    NotByHand(String),
    /// Nothing with this key or batch id waits for a number.
    #[error(
        "nothing of {0:?} waits for a number: it was not handed out, or has its number already"
    )]
    NothingHandedOut(String),
    /// The number is empty.
    #[error("the number is empty")]
    NoNumber,
    /// The village failed.
    #[error(transparent)]
    Village(#[from] VillageError),
    /// A file could not be made from an envelope.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A file could not be written.
    #[error("{path:?} could not be written: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl From<ReplicaError> for HandError {
    fn from(error: ReplicaError) -> Self {
        Self::Village(error.into())
    }
}

impl From<StoreError> for HandError {
    fn from(error: StoreError) -> Self {
        Self::Village(error.into())
    }
}

/// A batch that lies ready for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its id, with which the number is entered.
    pub id: String,
    /// Form id.
    pub form: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Keys of its envelopes, in the order of the rows.
    pub keys: Vec<String>,
}

/// What making came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Batches, those first that an earlier run had stored but not put in place.
    pub batches: Vec<Batch>,
    /// Envelopes that wait for a photograph.
    pub waiting: usize,
}

/// The system's spec and what it says about carrying.
struct Desk<'a> {
    spec: &'a Spec,
    wire: &'a ByHandWire,
}

impl<'a> Desk<'a> {
    fn of(spec: Option<&'a Spec>, system: &str) -> Result<Self, HandError> {
        match spec.map(|spec| (spec, &spec.wire)) {
            Some((spec, Wire::ByHand(wire))) => Ok(Self { spec, wire }),
            _ => Err(HandError::NotByHand(system.to_owned())),
        }
    }

    fn rows(&self) -> usize {
        let file = self.wire.file.as_ref();
        file.and_then(|file| usize::try_from(file.max_rows).ok())
            .unwrap_or(ROWS)
    }
}

impl Village {
    /// Whether a person carries this system's forms, so that nobody is to send them.
    pub(crate) fn carries(&self, system: &str) -> bool {
        self.replica().catalogue().is_ok_and(|catalogue| {
            let spec = catalogue.spec(system);
            spec.is_some_and(|spec| matches!(spec.wire, Wire::ByHand(_)))
        })
    }

    /// Puts every envelope of the system that nobody has been given yet into batches and writes a folder
    /// for each below `out`. Making again gives only what is new.
    ///
    /// # Errors
    /// [`HandError`]. What was stored as a batch before stays one and is written by the next call.
    pub fn make_by_hand(&self, system: &str, out: &Path) -> Result<Made, HandError> {
        let catalogue = self.replica().catalogue()?;
        let desk = Desk::of(catalogue.spec(system), system)?;
        self.fill()?;
        let (mut ready, waiting) = self.ready(&desk)?;
        let mut made = Made {
            waiting,
            ..Made::default()
        };
        let now_ms = self.now_ms();
        while let Some(first) = ready.first() {
            let (form, version) = (first.form.clone(), first.spec_version);
            let mut batch = Vec::new();
            ready.retain(|one| {
                let like = one.form == form && one.spec_version == version;
                let take = like && batch.len() < desk.rows();
                if take {
                    batch.push(one.key.clone());
                }
                !take
            });
            let keys: Vec<&str> = batch.iter().map(String::as_str).collect();
            self.replica().write(|transaction| {
                let n = batch::count(transaction, system)? + 1;
                let day = time::format(now_ms, "yyyyMMdd").unwrap_or_default();
                let id = format!("{system}-{}-{day}-{n}", self.code());
                batch::hand_out(transaction, &id, system, &form, &keys, now_ms)?;
                Ok::<_, VillageError>(())
            })?;
        }
        let unwritten = self
            .replica()
            .read(|connection| Ok::<_, VillageError>(batch::unwritten(connection, system)?))?;
        for id in unwritten {
            let batch = self.write_batch(system, &id, out)?;
            self.replica().write(|transaction| {
                Ok::<_, VillageError>(batch::mark_written(transaction, &id)?)
            })?;
            made.batches.push(batch);
        }
        self.write_receipts()?;
        Ok(made)
    }

    /// Deliveries that can be handed out now, and how many cannot.
    fn ready(&self, desk: &Desk<'_>) -> Result<(Vec<Carried>, usize), HandError> {
        let all = self
            .replica()
            .read(|connection| Ok::<_, VillageError>(batch::waiting(connection, &desk.spec.id)?))?;
        let count = all.len();
        let mut ready = Vec::new();
        for one in all {
            let photos = envelope(&one)?.photos;
            let mut whole = true;
            for photo in photos {
                whole = whole && self.photo(photo.blob)?.is_some();
            }
            if whole {
                ready.push(one);
            }
        }
        let waiting = count - ready.len();
        Ok((ready, waiting))
    }

    fn photo(
        &self,
        blob: fieldwork_forms::capture::BlobRef,
    ) -> Result<Option<Vec<u8>>, ReplicaError> {
        match self.replica().blob_bytes(blob) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ReplicaError::Unknown(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the folder of a batch, whole or not at all; one that is there is whole.
    fn write_batch(&self, system: &str, id: &str, out: &Path) -> Result<Batch, HandError> {
        let content = self
            .replica()
            .read(|connection| Ok::<_, VillageError>(batch::content(connection, id)?))?;
        // By the spec that filled it, which may have been raised since.
        let spec = match content.first() {
            Some(one) => self.replica().spec_of_version(system, one.spec_version)?,
            None => None,
        };
        let desk = &Desk::of(spec.as_ref(), system)?;
        let envelopes = content
            .iter()
            .map(envelope)
            .collect::<Result<Vec<_>, _>>()?;
        let sendings: Vec<Sending<'_>> = content
            .iter()
            .zip(&envelopes)
            .map(|(one, envelope)| Sending {
                key: &one.key,
                village: self.code(),
                at_ms: one.at_ms,
                reference: one.reference.as_deref(),
                envelope,
            })
            .collect();
        let form = content
            .first()
            .map(|one| one.form.clone())
            .unwrap_or_default();
        let gone = || HandError::NotByHand(desk.spec.id.clone());
        let plan = FormPlan::new(desk.spec, &form).ok_or_else(gone)?;
        let shape = desk.spec.form(&form).ok_or_else(gone)?;
        let batch = Batch {
            id: id.to_owned(),
            folder: out.join(id),
            keys: content.iter().map(|one| one.key.clone()).collect(),
            form,
        };
        if batch.folder.exists() {
            return Ok(batch);
        }
        let partial = out.join(format!(".{id}.part"));
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(failed(&partial))?;
        }
        fs::create_dir_all(&partial).map_err(failed(&partial))?;
        if let Some(file) = by_hand::file(desk.wire, &plan.columns, &sendings)? {
            write(&partial.join(&file.name), &file.bytes)?;
        }
        let sheet = sheet(desk, shape, &plan, id, &sendings)?;
        write(&partial.join(SHEET), sheet.as_bytes())?;
        for (n, envelope) in (1..).zip(&envelopes) {
            for photo in &envelope.photos {
                let bytes = self.photo(photo.blob)?.unwrap_or_default();
                let name = photo.file.as_deref().unwrap_or(&photo.photo);
                let path = partial.join(by_hand::photo_file(n, &photo.slot, name));
                write(&path, &plan.fit_photo(&photo.slot, bytes)?)?;
            }
        }
        fs::rename(&partial, &batch.folder).map_err(failed(&batch.folder))?;
        if let Ok(folder) = File::open(out) {
            // The name is on the medium before the batch counts as written; not all systems can tell.
            let _ = folder.sync_all();
        }
        Ok(batch)
    }

    /// Enters the number that the system gave for a batch, or for one envelope by its key; gives how many
    /// envelopes are completed by it.
    ///
    /// # Errors
    /// [`HandError::NothingHandedOut`] where nothing waits for it; a number is entered once.
    pub fn enter_number(
        &self,
        system: &str,
        key_or_batch: &str,
        number: &str,
    ) -> Result<usize, HandError> {
        let number = number.trim();
        if number.is_empty() {
            return Err(HandError::NoNumber);
        }
        let now_ms = self.now_ms();
        let completed = self.replica().write(|transaction| {
            let keys = batch::handed_out(transaction, system, key_or_batch)?;
            for key in &keys {
                outbox::confirm(transaction, key, Some(number), now_ms)?;
            }
            Ok::<_, VillageError>(keys.len())
        })?;
        if completed == 0 {
            return Err(HandError::NothingHandedOut(key_or_batch.to_owned()));
        }
        self.write_receipts()?;
        Ok(completed)
    }
}

fn envelope(one: &Carried) -> Result<Envelope, HandError> {
    serde_json::from_slice(&one.envelope).map_err(|_| VillageError::Envelope.into())
}

/// The sheet to copy from: one block per envelope, with a line for its number.
fn sheet(
    desk: &Desk<'_>,
    form: &Form,
    plan: &FormPlan,
    batch: &str,
    sendings: &[Sending<'_>],
) -> Result<String, HandError> {
    let mut out = format!(
        "\u{feff}{} {}\r\n批次 {batch}，共{}份\r\n",
        desk.spec.name,
        form.name,
        sendings.len()
    );
    for (n, sending) in (1..).zip(sendings) {
        out.push_str(&format!("\r\n第{n}份 {}\r\n", sending.key));
        if let Some(reference) = sending.reference {
            out.push_str(&format!("  原编号：{reference}\r\n"));
        }
        for line in by_hand::copy_sheet(form, &plan.columns, sending)? {
            out.push_str(&format!("  {}：{}\r\n", line.label, line.text));
        }
        out.push_str(&format!("  {}：＿＿＿＿＿＿\r\n", desk.wire.receipt));
    }
    Ok(out)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), HandError> {
    let mut file = File::create(path).map_err(failed(path))?;
    file.write_all(bytes).map_err(failed(path))?;
    file.sync_all().map_err(failed(path))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> HandError {
    let path = path.to_owned();
    move |source| HandError::Io { path, source }
}
