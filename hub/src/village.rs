//! One village at the hub: its replica, and the outbox beside it in the same database.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use fieldwork::codec::{from_cbor, to_cbor};
use fieldwork::document::DocumentError;
use fieldwork::key::{DeviceKey, PublicKey};
use fieldwork::log::{Batch, DeviceRecord, Payload, Receipt, ReceiptState};
use fieldwork::port::Ports;
use fieldwork::replica::{AcceptReport, Replica, ReplicaError};
use fieldwork::store::{blob, capture as captures, entry, meta};
use fieldwork_forms::capture::{Capture, Subject};
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::{Envelope, Filled, Problem, Reference, Stopped};
use fieldwork_forms::envelope_key::envelope_key;
use fieldwork_forms::wire;
use fieldwork_ids::Ulid;
use rusqlite::{Connection, Transaction};
use thiserror::Error;

use crate::outbox::{Link, NewJob, Outcome, Repeat, State};
use crate::store::{self, StoreError, outbox, status};

/// Why the hub could not do something for a village.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VillageError {
    /// The village's replica failed.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
    /// The hub's own tables failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An envelope could not be written down.
    #[error("an envelope could not be written down")]
    Envelope,
}

impl From<fieldwork::store::StoreError> for VillageError {
    fn from(error: fieldwork::store::StoreError) -> Self {
        Self::Replica(error.into())
    }
}

/// A village at the hub.
pub struct Village {
    code: String,
    replica: Replica,
    /// One thread at a time fills or writes receipts: two would say the same thing twice.
    working: Mutex<()>,
}

/// An envelope and where its delivery stands.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The envelope, as it was filled.
    pub envelope: Envelope,
    /// The upstream's id of the case, where it came later than the envelope.
    pub reference: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Whether the envelope of a correction took its place.
    pub replaced: bool,
    /// Label of the capture.
    pub label: Option<String>,
}

/// Most captures of one log that are kept waiting for what they refer to.
const MAX_WAITING: usize = 1_000;

/// Up to where a log was filled, and which captures before that wait for what they refer to.
fn filled_to(connection: &Connection, log: &str) -> Result<(u64, Vec<u64>), ReplicaError> {
    let cursor = meta::number(connection, &format!("filled {log}"))?.unwrap_or(0);
    let waiting = match meta::read(connection, &format!("waiting {log}"))? {
        Some(bytes) => from_cbor(&bytes)?,
        None => Vec::new(),
    };
    Ok((cursor.unsigned_abs(), waiting))
}

/// Notes that a capture has been looked at, and whether it must be looked at again.
fn note_filled(
    transaction: &Transaction<'_>,
    log: &str,
    seq: u64,
    again: bool,
) -> Result<(), ReplicaError> {
    let (cursor, mut waiting) = filled_to(transaction, log)?;
    let furthest = i64::try_from(cursor.max(seq)).unwrap_or(i64::MAX);
    meta::write_number(transaction, &format!("filled {log}"), furthest)?;
    if again != waiting.contains(&seq) {
        waiting.retain(|one| *one != seq);
        waiting.extend(again.then_some(seq));
        meta::write(transaction, &format!("waiting {log}"), &to_cbor(&waiting))?;
    }
    Ok(())
}

impl Village {
    /// Opens the village's folder.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn open(
        directory: &Path,
        code: &str,
        key: &Arc<DeviceKey>,
        ports: Ports,
    ) -> Result<Self, VillageError> {
        let (replica, report) = Replica::open(directory, ports)?;
        if let Some(path) = report.moved_aside {
            tracing::error!(village = code, file = ?path.file_name(), "a damaged database was moved aside");
        }
        let now_ms = replica.ports().clock.wall_ms();
        replica.write(|transaction| {
            store::migrate(transaction)?;
            // The hub's lock is ours, so no worker of an earlier run lives: no use in waiting for leases.
            outbox::recover(transaction, now_ms)?;
            Ok::<_, VillageError>(())
        })?;
        replica.begin_log(Arc::clone(key), code, "", &key.public())?;
        Ok(Self {
            code: code.to_owned(),
            replica,
            working: Mutex::default(),
        })
    }

    /// Its code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its replica.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Names a device in the village's log, so that phones take its entries. Naming it again is harmless.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn name_device(
        &self,
        key: &PublicKey,
        worker: &str,
        revoked_ms: Option<i64>,
    ) -> Result<(), VillageError> {
        let known = self.replica.read(|connection| {
            Ok::<_, VillageError>(fieldwork::store::device::device(connection, key)?)
        })?;
        let record = DeviceRecord {
            public_key: *key,
            worker: worker.to_owned(),
            revoked_ms,
        };
        if known.as_ref() != Some(&record) {
            self.replica
                .append(&[Payload::Device(record)], |_, _| Ok(()))?;
        }
        Ok(())
    }

    /// Takes batches of a phone, durably.
    ///
    /// # Errors
    /// [`VillageError`]; nothing was taken then.
    pub fn accept(&self, batches: &[Batch]) -> Result<AcceptReport, VillageError> {
        Ok(self.replica.accept(batches, true)?)
    }

    /// Fills every capture that has not been filled, each once, into the outbox. The log is the truth and
    /// a cursor per log says how far this has come; envelopes and cursor move in one transaction, so a
    /// crash repeats nothing and skips nothing. Gives how many envelopes are new.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn fill(&self) -> Result<usize, VillageError> {
        let _one = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let logs = self
            .replica
            .read(|connection| Ok::<_, VillageError>(entry::logs(connection)?))?;
        let mut new = 0;
        for log in logs {
            let name = log.id.to_string();
            let (waiting, pending) = self.replica.read(|connection| {
                let (cursor, waiting) = filled_to(connection, &name)?;
                let first = waiting.iter().min().map_or(cursor, |seq| seq - 1);
                let mut pending = captures::of_log(connection, log.number, first.min(cursor))?;
                pending.retain(|(seq, _)| *seq > cursor || waiting.contains(seq));
                Ok::<_, VillageError>((waiting, pending))
            })?;
            for (seq, id) in pending {
                let again = match self.fill_one(id, &name, seq) {
                    Ok(count) => {
                        new += count;
                        continue;
                    }
                    Err(error) if is_ours(&error) => return Err(error),
                    Err(error) if waits(&error) && waiting.len() < MAX_WAITING => {
                        if waiting.contains(&seq) {
                            continue;
                        }
                        tracing::info!(village = self.code, log = %log.id, seq, "a capture waits for what it refers to");
                        true
                    }
                    Err(error) => {
                        tracing::error!(village = self.code, log = %log.id, seq, %error, "a capture cannot be filled");
                        false
                    }
                };
                // One capture that cannot be filled must not hold up all that come after it.
                self.replica.write(|transaction| {
                    Ok::<_, VillageError>(note_filled(transaction, &name, seq, again)?)
                })?;
            }
        }
        Ok(new)
    }

    fn fill_one(&self, id: Ulid, log: &str, seq: u64) -> Result<usize, VillageError> {
        let catalogue = self.replica.catalogue()?;
        let capture = self.replica.capture(id)?;
        let filling = self.replica.filling(id)?;
        let cases = self.replica.cases_opened_by(&capture)?;
        let case_for = |envelope: &Envelope| match (&envelope.opens_case, &capture.subject) {
            (Some(concept), _) => cases
                .iter()
                .find(|case| case.type_concept.as_ref() == Some(concept))
                .map(|case| case.id),
            (None, Some(Subject::Case(case))) if envelope.reference.is_some() => Some(*case),
            _ => None,
        };
        let mut jobs = Vec::new();
        let mut stopped = Vec::new();
        for one in &filling.forms {
            match one {
                Filled::Envelope(envelope) => {
                    jobs.push(job(&catalogue, &capture, envelope, case_for(envelope))?)
                }
                Filled::Stopped(form) => {
                    stopped.push(Payload::Receipt(receipt_of(form, &capture, self.now_ms())))
                }
            }
        }
        for envelope in &filling.dropped {
            stopped.push(Payload::Receipt(self.receipt_of_dropped(envelope, id)?));
        }
        let now = self.now_ms();
        let mut new = 0;
        self.replica.append(&stopped, |transaction, _| {
            for envelope in &filling.dropped {
                outbox::give_up(transaction, &envelope.key(), outbox::REPLACED)
                    .map_err(store_failed)?;
            }
            for (job, replaces, sent) in &jobs {
                if outbox::enqueue(transaction, job, now).map_err(store_failed)? {
                    new += 1;
                }
                if let Some(earlier) = replaces {
                    outbox::replace(transaction, &job.key, earlier).map_err(store_failed)?;
                }
                if !sent {
                    keep_ledger(transaction, &job.system, now).map_err(store_failed)?;
                }
            }
            outbox::resolve_references(transaction, now).map_err(store_failed)?;
            note_filled(transaction, log, seq, false)
        })?;
        Ok(new)
    }

    /// The receipt of a form that a correction no longer gives: what is with the upstream a person must
    /// have taken back.
    fn receipt_of_dropped(
        &self,
        envelope: &Envelope,
        correction: Ulid,
    ) -> Result<Receipt, VillageError> {
        let earlier = envelope.key();
        let row = self
            .replica
            .read(|connection| Ok::<_, VillageError>(status::find(connection, &earlier)?))?;
        let sent = row.is_some_and(|row| row.attempt > 0);
        let reason = match sent {
            true => format!("更正后不再需要这张表；原件{earlier}已经上报，请联系上级系统撤销"),
            false => format!("更正后不再需要这张表；原件{earlier}没有发送过，已取消"),
        };
        let about = envelope.about.as_ref();
        Ok(Receipt {
            key: envelope_key(
                correction,
                &envelope.system,
                &envelope.form,
                about,
                envelope.number,
            ),
            capture: correction,
            system: envelope.system.clone(),
            form: envelope.form.clone(),
            state: ReceiptState::Stopped,
            upstream_ref: None,
            reason: Some(reason),
            at_ms: self.now_ms(),
        })
    }

    /// A photograph has come: what waited for it is due now.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn photo_arrived(&self, hash: &[u8; 32]) -> Result<(), VillageError> {
        let now = self.now_ms();
        self.replica.write(|transaction| {
            for capture in captures::with_photo(transaction, blob::reference(hash))? {
                outbox::hurry(transaction, capture, now)?;
            }
            Ok::<_, VillageError>(())
        })
    }

    /// Writes a receipt into the village's log for every delivery that has come to an end and has none.
    /// Gives how many.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn write_receipts(&self) -> Result<usize, VillageError> {
        let _one = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = self
            .replica
            .read(|connection| Ok::<_, VillageError>(status::unreceipted(connection, 500)?))?;
        for row in &ended {
            let receipt = Receipt {
                key: row.key.clone(),
                capture: row.capture,
                system: row.system.clone(),
                form: row.form.clone(),
                state: match row.state {
                    State::Completed => ReceiptState::Delivered,
                    State::Discarded => ReceiptState::Refused,
                    _ => ReceiptState::Uncertain,
                },
                upstream_ref: row.upstream_ref.clone(),
                reason: row.reason.clone(),
                at_ms: row.completed_ms.unwrap_or_else(|| self.now_ms()),
            };
            self.replica
                .append(&[Payload::Receipt(receipt)], |transaction, seqs| {
                    let seq = seqs.first().copied().unwrap_or(0);
                    outbox::mark_receipt(transaction, &row.key, row.state, seq as i64)
                        .map_err(store_failed)?;
                    Ok(())
                })?;
        }
        Ok(ended.len())
    }

    /// Every envelope of the village, in the order of the captures and of the specs' routes.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn deliveries(&self) -> Result<Vec<Delivered>, VillageError> {
        self.replica.read(|connection| {
            let mut all = Vec::new();
            for row in status::in_order(connection)? {
                let envelope: Envelope =
                    serde_json::from_slice(&row.envelope).map_err(|_| VillageError::Envelope)?;
                let label =
                    captures::row(connection, envelope.capture)?.and_then(|capture| capture.label);
                all.push(Delivered {
                    envelope,
                    reference: row.reference,
                    state: row.state,
                    replaced: row.replaced,
                    label,
                });
            }
            Ok(all)
        })
    }

    /// Hub time, UTC milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.replica.ports().clock.wall_ms()
    }
}

/// Whether what a capture refers to has not come yet; it will, with a colleague's sync.
fn waits(error: &VillageError) -> bool {
    matches!(
        error,
        VillageError::Replica(
            ReplicaError::Document(DocumentError::UnknownHeads)
                | ReplicaError::Unknown("case" | "capture")
        )
    )
}

/// Whether an error lies with the hub (try again) rather than with the capture.
fn is_ours(error: &VillageError) -> bool {
    match error {
        VillageError::Replica(error) => matches!(
            error,
            ReplicaError::Closed
                | ReplicaError::NotEnrolled
                | ReplicaError::NotReady(_)
                | ReplicaError::Store(_)
                | ReplicaError::Blob(_)
                | ReplicaError::Catalogue(_)
                | ReplicaError::Register(_)
        ),
        VillageError::Store(_) => true,
        VillageError::Envelope => false,
    }
}

/// An outbox failure inside a replica's transaction.
fn store_failed(error: StoreError) -> ReplicaError {
    match error {
        StoreError::Sqlite(error) => error.into(),
        _ => ReplicaError::Store(fieldwork::store::StoreError::Damaged("outbox")),
    }
}

/// A ledger is kept here: its rows are done as soon as they are written, and no news to anybody.
fn keep_ledger(transaction: &Transaction<'_>, system: &str, now_ms: i64) -> Result<(), StoreError> {
    while let Some(row) = outbox::claim(transaction, system, now_ms, 60_000)? {
        let kept = Outcome::Accepted { upstream_ref: None };
        outbox::finish(transaction, &row.key, row.fence, &kept, now_ms, now_ms)?;
        outbox::mark_receipt(transaction, &row.key, State::Completed, 0)?;
    }
    Ok(())
}

fn job(
    catalogue: &Catalogue,
    capture: &Capture,
    envelope: &Envelope,
    case_id: Option<Ulid>,
) -> Result<(NewJob, Option<String>, bool), VillageError> {
    let spec = catalogue
        .spec(&envelope.system)
        .ok_or(VillageError::Envelope)?;
    let job = NewJob {
        key: envelope.key(),
        capture: capture.id,
        at_ms: capture.at_ms,
        system: envelope.system.clone(),
        form: envelope.form.clone(),
        case_id,
        opens_case: envelope.opens_case.is_some(),
        link: match &envelope.reference {
            None => Link::None,
            Some(Reference::Known(id)) => Link::Known(id.clone()),
            Some(Reference::Waits) => Link::Waits,
        },
        envelope: serde_json::to_vec(envelope).map_err(|_| VillageError::Envelope)?,
        spec_version: envelope.spec_version,
        repeat: match spec.wire.repeat() {
            Some(wire::Repeat::Never) => Repeat::Never,
            _ => Repeat::Safe,
        },
    };
    Ok((job, envelope.replaces.clone(), spec.wire.repeat().is_some()))
}

/// The receipt of a form that could not be filled: what is missing, by field, without values.
fn receipt_of(form: &Stopped, capture: &Capture, at_ms: i64) -> Receipt {
    let reasons: Vec<String> = form
        .problems
        .iter()
        .map(|problem| match problem {
            Problem::Missing { field, .. } => format!("{field}: 缺少内容"),
            Problem::Unmapped { field, map, .. } => format!("{field}: 代码在{map}中没有对应"),
            Problem::Unfit { field, .. } => format!("{field}: 内容不合要求"),
            Problem::PhotoMissing { slot, .. } => format!("{slot}: 缺少照片"),
            #[expect(unreachable_patterns, reason = "a newer problem is named by its kind")]
            _ => "不能生成".to_owned(),
        })
        .collect();
    Receipt {
        key: form.key(capture.id),
        capture: capture.id,
        system: form.system.clone(),
        form: form.form.clone(),
        state: ReceiptState::Stopped,
        upstream_ref: None,
        reason: Some(reasons.join("；")),
        at_ms,
    }
}
