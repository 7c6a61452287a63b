//! Batches: runs of entries of one log as they travel, with the signed head of the run.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::entry::{Entry, LogId, chain_hash};
use crate::key::{PublicKey, SignatureBytes, sha256, verify};

/// How far a replica has each log: the last sequence it holds.
pub type Vector = std::collections::BTreeMap<LogId, u64>;

/// Most entries of one batch.
pub const MAX_ENTRIES: usize = 4_096;
/// Longest payload of an entry, bytes.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// An entry on the wire: times as differences to the entry before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireEntry(
    /// Lamport counter, less that of the entry before.
    pub u64,
    /// Wall time in milliseconds, less that of the entry before.
    pub i64,
    /// Monotonic time in milliseconds, less that of the entry before, less the difference in wall time:
    /// nearly always 0.
    pub i64,
    /// The payload; empty where it was dropped.
    #[serde(with = "serde_bytes")]
    pub Vec<u8>,
    /// The payload's hash where it was dropped; empty otherwise.
    #[serde(with = "serde_bytes")]
    pub Vec<u8>,
);

/// A run of entries of one log with the signature of its last hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The log.
    pub log: LogId,
    /// Sequence of the first entry.
    pub first: u64,
    /// The entries.
    pub entries: Vec<WireEntry>,
    /// The owner's signature of the last entry's hash.
    #[serde(with = "serde_bytes")]
    pub signature: SignatureBytes,
}

/// Why a batch was not taken.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchError {
    /// Entries between what is held and what came are missing.
    #[error("entries are missing: {held} held, the batch begins at {first}")]
    Gap {
        /// The last sequence held.
        held: u64,
        /// The first of the batch.
        first: u64,
    },
    /// The batch holds another entry than the one held under the same sequence: the log has two branches.
    #[error("entry {seq} differs from the one held: the log has two branches")]
    Fork {
        /// The sequence.
        seq: u64,
    },
    /// The signature of the head is not the owner's.
    #[error("the signature of the batch is wrong")]
    Signature,
    /// The log belongs to a device that is not enrolled here.
    #[error("the log belongs to a device that is not enrolled")]
    Foreign,
    /// The log is of another village.
    #[error("the log belongs to another village")]
    OtherVillage,
    /// The device has been revoked.
    #[error("the device has been revoked")]
    Revoked,
    /// The log does not begin as a log must.
    #[error("the log does not begin with its owner's key")]
    Beginning,
    /// Empty, too long, or a counter that runs over.
    #[error("the batch is malformed: {0}")]
    Malformed(&'static str),
}

/// What the owner of a log signs.
pub fn head_message(log: LogId, seq: u64, hash: &[u8; 32]) -> Vec<u8> {
    [
        b"fieldwork-head-v1".as_slice(),
        &log.0,
        &seq.to_be_bytes(),
        hash,
    ]
    .concat()
}

impl Batch {
    /// Joins entries of one log, in order, and the signature of the last. `before` holds the times of
    /// the entry before the first, zeros where there is none.
    pub fn pack(
        entries: Vec<Entry>,
        before: (u64, i64, i64),
        signature: SignatureBytes,
    ) -> Option<Self> {
        let (log, first) = entries.first().map(|entry| (entry.log, entry.seq))?;
        let (mut lamport, mut wall, mut monotonic) = before;
        let entries = entries
            .into_iter()
            .map(|entry| {
                let wall_passed = entry.wall_ms.wrapping_sub(wall);
                let wire = WireEntry(
                    entry.lamport.wrapping_sub(lamport),
                    wall_passed,
                    entry
                        .monotonic_ms
                        .wrapping_sub(monotonic)
                        .wrapping_sub(wall_passed),
                    entry.payload.clone().unwrap_or_default(),
                    if entry.payload.is_none() {
                        entry.payload_hash.to_vec()
                    } else {
                        Vec::new()
                    },
                );
                (lamport, wall, monotonic) = (entry.lamport, entry.wall_ms, entry.monotonic_ms);
                wire
            })
            .collect();
        Some(Self {
            log,
            first,
            entries,
            signature,
        })
    }

    /// Size of the payloads in bytes.
    pub fn payload_bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.3.len()).sum()
    }

    /// Checks form and chain and gives the entries. `before` is the entry before the first, `None` at
    /// the beginning of the log.
    ///
    /// # Errors
    /// [`BatchError::Malformed`].
    pub fn unpack(&self, before: Option<&Entry>) -> Result<Vec<Entry>, BatchError> {
        if self.entries.is_empty() || self.entries.len() > MAX_ENTRIES || self.first == 0 {
            return Err(BatchError::Malformed("number of entries"));
        }
        let (mut lamport, mut wall, mut monotonic, mut previous) = before
            .map_or((0, 0, 0, [0; 32]), |entry| {
                (entry.lamport, entry.wall_ms, entry.monotonic_ms, entry.hash)
            });
        let mut entries = Vec::with_capacity(self.entries.len());
        for (wire, offset) in self.entries.iter().zip(0..) {
            let WireEntry(more_lamport, more_wall, more_monotonic, payload, dropped) = wire;
            let seq = self
                .first
                .checked_add(offset)
                .ok_or(BatchError::Malformed("sequence"))?;
            lamport = lamport
                .checked_add(*more_lamport)
                .filter(|sum| *more_lamport > 0 && i64::try_from(*sum).is_ok())
                .ok_or(BatchError::Malformed("logical time"))?;
            wall = wall
                .checked_add(*more_wall)
                .ok_or(BatchError::Malformed("wall time"))?;
            monotonic = monotonic
                .checked_add(*more_wall)
                .and_then(|sum| sum.checked_add(*more_monotonic))
                .ok_or(BatchError::Malformed("monotonic time"))?;
            if payload.len() > MAX_PAYLOAD {
                return Err(BatchError::Malformed("payload size"));
            }
            let payload_hash: [u8; 32] = match (payload.is_empty(), dropped.as_slice()) {
                (false, []) => sha256(&[payload]),
                (true, hash) => hash
                    .try_into()
                    .map_err(|_| BatchError::Malformed("hash of a dropped payload"))?,
                (false, _) => return Err(BatchError::Malformed("payload and hash together")),
            };
            let hash = chain_hash(
                self.log,
                seq,
                lamport,
                wall,
                monotonic,
                &previous,
                &payload_hash,
            );
            entries.push(Entry {
                log: self.log,
                seq,
                lamport,
                wall_ms: wall,
                monotonic_ms: monotonic,
                payload: (!payload.is_empty()).then(|| payload.clone()),
                payload_hash,
                hash,
            });
            previous = hash;
        }
        Ok(entries)
    }

    /// Checks the signature of the last of `entries` (as [`Batch::unpack`] gave them).
    ///
    /// # Errors
    /// [`BatchError::Signature`].
    pub fn check_signature(&self, entries: &[Entry], owner: &PublicKey) -> Result<(), BatchError> {
        let last = entries
            .last()
            .ok_or(BatchError::Malformed("number of entries"))?;
        if verify(
            owner,
            &head_message(self.log, last.seq, &last.hash),
            &self.signature,
        ) {
            Ok(())
        } else {
            Err(BatchError::Signature)
        }
    }
}
