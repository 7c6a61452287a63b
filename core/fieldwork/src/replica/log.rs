//! Writing the own log and handing out batches.

use std::sync::Arc;

use rusqlite::{Connection, Transaction};

use super::project::{Origin, project};
use super::{HUB_KEY, Identity, Replica, ReplicaError};
use crate::key::{DeviceKey, PublicKey, sha256};
use crate::log::{Batch, Begin, Entry, LogId, Payload, Vector, head_message};
use crate::port::Ports;
use crate::store::entry::{self, LogRow};
use crate::store::{StoreError, meta};

/// Payload bytes of one batch, before compression. 25 captures are about 8 kB.
pub const BATCH_BYTES: usize = 32 * 1024;
/// Name under which the own incarnation is kept.
const INCARNATION: &str = "incarnation";

impl Replica {
    /// Takes up the own log for `village`, or begins one where the store has none. `hub` is the hub's
    /// public key, whose log alone may speak of receipts, catalogue, register and devices.
    ///
    /// # Errors
    /// [`ReplicaError::Store`], [`ReplicaError::Random`].
    pub fn begin_log(
        &self,
        key: Arc<DeviceKey>,
        village: &str,
        worker: &str,
        hub: &PublicKey,
    ) -> Result<Identity, ReplicaError> {
        let public_key = key.public();
        let mut fresh = [0; 4];
        self.ports.random.fill(&mut fresh)?;
        let mut inner = self.lock();
        let store = inner.store.as_mut().ok_or(ReplicaError::Closed)?;
        let (log, number) = store.write(|transaction| {
            meta::write(transaction, HUB_KEY, hub)?;
            let kept =
                meta::number(transaction, INCARNATION)?.and_then(|kept| u32::try_from(kept).ok());
            let incarnation = kept.unwrap_or_else(|| u32::from_be_bytes(fresh));
            let log = LogId::derive(&public_key, village, incarnation);
            if let Some(row) = entry::log(transaction, log)? {
                return Ok((log, row.number));
            }
            meta::write_number(transaction, INCARNATION, i64::from(incarnation))?;
            let number = entry::insert_log(transaction, log, &public_key, worker)?;
            let begin = Begin {
                public_key,
                village: village.to_owned(),
                incarnation,
                worker: worker.to_owned(),
            };
            append(
                transaction,
                &self.ports,
                number,
                log,
                &Payload::Begin(begin),
            )?;
            Ok::<_, ReplicaError>((log, number))
        })?;
        let identity = Identity {
            key,
            log,
            number,
            worker: worker.to_owned(),
            village: village.to_owned(),
        };
        inner.identity = Some(identity.clone());
        Ok(identity)
    }

    /// Enters payloads into the own log in one transaction, together with what `also` writes.
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Store`], those of `also`.
    pub fn append(
        &self,
        payloads: &[Payload],
        also: impl FnOnce(&Transaction<'_>, &[u64]) -> Result<(), ReplicaError>,
    ) -> Result<Vec<u64>, ReplicaError> {
        let mut inner = self.lock();
        let (number, log) = inner
            .identity()
            .map(|identity| (identity.number, identity.log))?;
        let store = inner.store.as_mut().ok_or(ReplicaError::Closed)?;
        let seqs = store.write(|transaction| {
            let seqs = payloads
                .iter()
                .map(|payload| append(transaction, &self.ports, number, log, payload))
                .collect::<Result<Vec<_>, _>>()?;
            also(transaction, &seqs)?;
            Ok::<_, ReplicaError>(seqs)
        })?;
        if payloads
            .iter()
            .any(|payload| matches!(payload, Payload::Catalogue(_)))
        {
            inner.catalogue = None;
        }
        Ok(seqs)
    }

    /// How far each log is held.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn vector(&self) -> Result<Vector, ReplicaError> {
        Ok(entry::vector(self.lock().store()?.read())?)
    }

    /// What a peer with `theirs` lacks, in runs of about [`BATCH_BYTES`], within `budget` payload bytes;
    /// `true` where more is left. With `own_only` nothing but the own log is handed out.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn outgoing(
        &self,
        theirs: &Vector,
        budget: usize,
        own_only: bool,
    ) -> Result<(Vec<Batch>, bool), ReplicaError> {
        let inner = self.lock();
        let identity = inner.identity()?;
        let connection = inner.store()?.read();
        let mut left = budget;
        let mut batches = Vec::new();
        for log in entry::logs(connection)? {
            let own = log.id == identity.log;
            if own_only && !own {
                continue;
            }
            let mut next = theirs.get(&log.id).copied().unwrap_or(0).saturating_add(1);
            let mut heads = if own {
                Vec::new()
            } else {
                entry::heads(connection, &log, next)?
            };
            while next <= log.last_seq {
                if left == 0 {
                    return Ok((batches, true));
                }
                let mut entries =
                    entry::entries(connection, &log, next, log.last_seq, BATCH_BYTES.min(left))?;
                let signature = if own {
                    let Some(last) = entries.last() else { break };
                    identity
                        .key
                        .sign(&head_message(log.id, last.seq, &last.hash))
                } else {
                    // A run can end only at a head its owner signed: the last within these entries, or,
                    // where one signature covers more, the next.
                    let within = entries.last().map_or(0, |last| last.seq);
                    let Some(end) = heads
                        .iter()
                        .rposition(|(seq, _)| *seq <= within)
                        .or((!heads.is_empty()).then_some(0))
                    else {
                        break;
                    };
                    let (seq, signature) = heads[end];
                    if seq > within {
                        entries = entry::entries(connection, &log, next, seq, usize::MAX)?;
                    } else {
                        entries.retain(|entry| entry.seq <= seq);
                    }
                    heads.drain(..=end);
                    signature
                };
                let payloads = entries
                    .iter()
                    .map(|entry| entry.payload.as_ref().map_or(0, Vec::len));
                left = left.saturating_sub(payloads.sum());
                let before = before(connection, &log, next)?;
                next = entries.last().map_or(next, |last| last.seq + 1);
                batches.extend(Batch::pack(entries, times(before.as_ref()), signature));
            }
        }
        Ok((batches, false))
    }
}

/// The entry before `seq`, `None` at the beginning.
pub(super) fn before(
    connection: &Connection,
    log: &LogRow,
    seq: u64,
) -> Result<Option<Entry>, StoreError> {
    if seq <= 1 {
        Ok(None)
    } else {
        entry::entry(connection, log, seq - 1)
    }
}

fn times(entry: Option<&Entry>) -> (u64, i64, i64) {
    entry.map_or((0, 0, 0), |entry| {
        (entry.lamport, entry.wall_ms, entry.monotonic_ms)
    })
}

/// Enters one payload as the next entry of the own log and into the read model.
pub(super) fn append(
    transaction: &Transaction<'_>,
    ports: &Ports,
    number: i64,
    log: LogId,
    payload: &Payload,
) -> Result<u64, ReplicaError> {
    let row = entry::log(transaction, log)?.ok_or(ReplicaError::NotEnrolled)?;
    let previous = entry::entry(transaction, &row, row.last_seq)?;
    let bytes = payload.encode();
    let payload_hash = sha256(&[&bytes]);
    let seq = row.last_seq + 1;
    let lamport = entry::last_lamport(transaction)? + 1;
    let (wall_ms, monotonic_ms) = (ports.clock.wall_ms(), ports.clock.monotonic_ms());
    let hash = crate::log::chain_hash(
        log,
        seq,
        lamport,
        wall_ms,
        monotonic_ms,
        &previous.map_or([0; 32], |entry| entry.hash),
        &payload_hash,
    );
    let entry = Entry {
        log,
        seq,
        lamport,
        wall_ms,
        monotonic_ms,
        payload: Some(bytes),
        payload_hash,
        hash,
    };
    entry::insert_entry(transaction, number, &entry)?;
    project(
        transaction,
        Origin {
            log: number,
            seq,
            by_hub: true,
            received_ms: None,
        },
        payload,
    )?;
    Ok(seq)
}
