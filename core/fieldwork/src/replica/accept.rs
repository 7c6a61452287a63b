//! Taking batches of a peer: never trust bytes, signed or not.
//!
//! Owner, chain and signature are checked before anything is read. A payload that cannot be read, says
//! what its author may not say, or would break a document is set aside; the log goes on.

use std::collections::{BTreeMap, HashSet};

use automerge::AutoCommit;
use rusqlite::{Connection, Transaction};

use super::log::before;
use super::project::{Origin, project};
use super::{Inner, Replica, ReplicaError, hub_key};
use crate::document::{DocumentError, DocumentId, Documents, actor_of, try_changes};
use crate::key::PublicKey;
use crate::log::{Batch, BatchError, Entry, LogId, Payload};
use crate::store::entry::{self, LogRow};
use crate::store::{self, device};

/// A batch that was not taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its log.
    pub log: LogId,
    /// Why.
    pub reason: BatchError,
}

/// What became of the batches of a peer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AcceptReport {
    /// Entries that are new here.
    pub entries: usize,
    /// Captures among them.
    pub captures: usize,
    /// Entries set aside.
    pub quarantined: usize,
    /// Batches that were not taken; all others were.
    pub refusals: Vec<Refusal>,
}

/// New entries of one batch.
struct Taken {
    log: LogRow,
    by_hub: bool,
    entries: Vec<Entry>,
}

impl Replica {
    /// Takes batches: all that are sound in one transaction, which is on the medium when this returns.
    /// With `refuse_revoked` (the hub) batches of revoked devices are not taken.
    ///
    /// # Errors
    /// [`ReplicaError::Store`]; nothing was taken then.
    pub fn accept(
        &self,
        batches: &[Batch],
        refuse_revoked: bool,
    ) -> Result<AcceptReport, ReplicaError> {
        let received_ms = refuse_revoked.then(|| self.ports.clock.wall_ms());
        let mut inner = self.lock();
        let Inner {
            store,
            documents,
            catalogue,
            identity,
            ..
        } = &mut *inner;
        let village = &identity.as_ref().ok_or(ReplicaError::NotEnrolled)?.village;
        let store = store.as_mut().ok_or(ReplicaError::Closed)?;
        let mut adopted: BTreeMap<DocumentId, AutoCommit> = BTreeMap::new();
        let mut stale: HashSet<DocumentId> = HashSet::new();
        let mut new_catalogue = false;
        let result = store.write(|transaction| {
            let mut report = AcceptReport::default();
            let hub = hub_key(transaction)?;
            // The hub's log first: it names the devices whose logs may follow.
            let mut order: Vec<&Batch> = batches.iter().collect();
            order.sort_by_key(|batch| owner_is_not(transaction, batch, hub.as_ref()));
            let mut fresh = Vec::new();
            for batch in order {
                match take(transaction, batch, village, hub.as_ref(), refuse_revoked) {
                    Ok(taken) => {
                        // Devices named here must be known before the next batch is judged.
                        if taken.by_hub {
                            for entry in &taken.entries {
                                if let Some(Ok(Payload::Device(record))) =
                                    entry.payload.as_deref().map(Payload::decode)
                                {
                                    device::record_device(transaction, &record)?;
                                }
                            }
                        }
                        fresh.push(taken);
                    }
                    Err(ReplicaError::Batch(reason)) => {
                        report.refusals.push(Refusal {
                            log: batch.log,
                            reason,
                        });
                    }
                    Err(other) => return Err(other),
                }
            }
            let mut all: Vec<(&LogRow, bool, &Entry)> = fresh
                .iter()
                .flat_map(|taken| {
                    taken
                        .entries
                        .iter()
                        .map(|entry| (&taken.log, taken.by_hub, entry))
                })
                .collect();
            all.sort_by_key(|(log, _, entry)| (entry.lamport, log.number));
            report.entries = all.len();
            let read: Vec<Result<Option<Payload>, &'static str>> =
                all.iter().map(|(log, _, entry)| read(log, entry)).collect();
            let mut scratch = Scratch {
                transaction,
                documents,
                adopted: &mut adopted,
                stale: &mut stale,
            };
            // All changes of a document at once where they are sound: one by one costs many times more.
            let together = scratch
                .apply(&read.iter().flatten().flatten().collect::<Vec<_>>())?
                .is_none();
            for ((log, by_hub, entry), payload) in all.into_iter().zip(&read) {
                let aside = match payload {
                    Ok(None) => continue,
                    Err(reason) => Some(*reason),
                    Ok(Some(payload)) => {
                        let unsound = if together {
                            None
                        } else {
                            scratch.apply(&[payload])?
                        };
                        match unsound {
                            Some(reason) => Some(reason),
                            None => {
                                report.captures +=
                                    usize::from(matches!(payload, Payload::Capture { .. }));
                                new_catalogue |= matches!(payload, Payload::Catalogue(_));
                                let origin = Origin {
                                    log: log.number,
                                    seq: entry.seq,
                                    by_hub,
                                    received_ms,
                                };
                                project(transaction, origin, payload)?
                            }
                        }
                    }
                };
                if let Some(reason) = aside {
                    report.quarantined += 1;
                    entry::quarantine(transaction, log.number, entry.seq, reason)?;
                }
            }
            Ok::<_, ReplicaError>(report)
        });
        let report = result?;
        if new_catalogue {
            *catalogue = None;
        }
        for (id, document) in adopted {
            documents.adopt(id, document);
        }
        for id in stale {
            documents.forget(&id);
        }
        Ok(report)
    }
}

fn owner_is_not(connection: &Connection, batch: &Batch, hub: Option<&PublicKey>) -> bool {
    let owner = match entry::log(connection, batch.log) {
        Ok(Some(log)) => Some(log.public_key),
        _ => begin_of(batch).map(|begin| begin.public_key),
    };
    owner.as_ref() != hub || hub.is_none()
}

fn begin_of(batch: &Batch) -> Option<crate::log::Begin> {
    if batch.first != 1 {
        return None;
    }
    match Payload::decode(&batch.entries.first()?.3) {
        Ok(Payload::Begin(begin)) => Some(begin),
        _ => None,
    }
}

/// Checks one batch and enters what is new of it.
fn take(
    transaction: &Transaction<'_>,
    batch: &Batch,
    village: &str,
    hub: Option<&PublicKey>,
    refuse_revoked: bool,
) -> Result<Taken, ReplicaError> {
    let known = entry::log(transaction, batch.log)?;
    let (public_key, worker) = match &known {
        Some(log) => (log.public_key, log.worker.clone()),
        None => {
            if batch.first != 1 {
                return Err(BatchError::Gap {
                    held: 0,
                    first: batch.first,
                }
                .into());
            }
            let begin = begin_of(batch).ok_or(BatchError::Beginning)?;
            if LogId::derive(&begin.public_key, &begin.village, begin.incarnation) != batch.log {
                return Err(BatchError::Beginning.into());
            }
            // One hub, and one worker, may keep logs for several villages.
            if begin.village != village {
                return Err(BatchError::OtherVillage.into());
            }
            (begin.public_key, begin.worker)
        }
    };
    let by_hub = hub == Some(&public_key);
    if !by_hub {
        match device::device(transaction, &public_key)? {
            None => return Err(BatchError::Foreign.into()),
            Some(device) if device.worker != worker => return Err(BatchError::Foreign.into()),
            Some(device) if refuse_revoked && device.revoked_ms.is_some() => {
                return Err(BatchError::Revoked.into());
            }
            Some(_) => {}
        }
    }
    let held = known.as_ref().map_or(0, |log| log.last_seq);
    if batch.first > held + 1 {
        return Err(BatchError::Gap {
            held,
            first: batch.first,
        }
        .into());
    }
    let previous = match &known {
        Some(log) => before(transaction, log, batch.first)?,
        None => None,
    };
    let mut entries = batch.unpack(previous.as_ref())?;
    batch.check_signature(&entries, &public_key)?;
    let last = entries.last().map_or(0, |entry| entry.seq);
    if let Some(log) = &known {
        for entry in entries.iter().filter(|entry| entry.seq <= held) {
            let ours = entry::entry(transaction, log, entry.seq)?;
            if ours.is_none_or(|ours| ours.hash != entry.hash) {
                return Err(BatchError::Fork { seq: entry.seq }.into());
            }
        }
    }
    entries.retain(|entry| entry.seq > held);
    let log = match known {
        Some(log) => log,
        None => {
            entry::insert_log(transaction, batch.log, &public_key, &worker)?;
            entry::log(transaction, batch.log)?.ok_or(store::StoreError::Damaged("log"))?
        }
    };
    for entry in &entries {
        entry::insert_entry(transaction, log.number, entry)?;
    }
    entry::insert_head(transaction, log.number, last, &batch.signature)?;
    Ok(Taken {
        log,
        by_hub,
        entries,
    })
}

/// The payload of an entry, `None` where it was dropped; the reason where it must be set aside.
fn read(log: &LogRow, entry: &Entry) -> Result<Option<Payload>, &'static str> {
    let Some(bytes) = entry.payload.as_deref() else {
        return Ok(None);
    };
    let payload = Payload::decode(bytes).map_err(|_| "the payload is damaged")?;
    if speaks_for_another(&payload, log) {
        return Err("it speaks for another worker");
    }
    Ok(Some(payload))
}

/// A capture names its author, a change its log; only those of this log may be said here. (Were a change
/// taken under another's name, that other's own next change would be refused as a second of its number.)
fn speaks_for_another(payload: &Payload, log: &LogRow) -> bool {
    let by_another =
        matches!(payload, Payload::Capture { capture, .. } if capture.by != log.worker);
    let changes = payload.changes().iter();
    by_another
        || changes
            .filter_map(|change| actor_of(&change.1))
            .any(|actor| actor != log.id.0)
}

/// Documents as they would be, until the transaction is committed.
struct Scratch<'a> {
    transaction: &'a Transaction<'a>,
    documents: &'a mut Documents,
    adopted: &'a mut BTreeMap<DocumentId, AutoCommit>,
    /// Documents with changes whose predecessors have not come: rebuilt from rows when next used.
    stale: &'a mut HashSet<DocumentId>,
}

impl Scratch<'_> {
    /// Applies the changes of payloads, all or none; gives the reason where they are unsound.
    fn apply(&mut self, payloads: &[&Payload]) -> Result<Option<&'static str>, ReplicaError> {
        let mut by_document: BTreeMap<&DocumentId, Vec<&[u8]>> = BTreeMap::new();
        for change in payloads.iter().flat_map(|payload| payload.changes()) {
            by_document.entry(&change.0).or_default().push(&change.1);
        }
        let mut results = Vec::new();
        for (id, changes) in by_document {
            if self.stale.contains(id) {
                continue;
            }
            if !self.adopted.contains_key(id) {
                let transaction = self.transaction;
                let held = self
                    .documents
                    .open(id, || store::document::changes(transaction, id))?;
                self.adopted.insert(id.clone(), held.clone());
            }
            let Some(document) = self.adopted.get_mut(id) else {
                continue;
            };
            match try_changes(document, &changes) {
                Ok(next) => results.push((id.clone(), Some(next))),
                Err(DocumentError::Incomplete) => results.push((id.clone(), None)),
                Err(_) => return Ok(Some("a change of a document is damaged")),
            }
        }
        for (id, next) in results {
            match next {
                Some(next) => {
                    self.adopted.insert(id, next);
                }
                None => {
                    self.adopted.remove(&id);
                    self.stale.insert(id);
                }
            }
        }
        Ok(None)
    }
}
