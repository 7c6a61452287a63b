//! One entry of a log and the hash that chains it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::key::{PublicKey, sha256};

/// Names a log: the first 16 bytes of a hash over its owner's key, village and incarnation. It belongs
/// to one installation; a new incarnation is a new log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogId(#[serde(with = "serde_bytes")] pub [u8; 16]);

impl LogId {
    /// The id of the log that `key` keeps for `village` in its n-th `incarnation`.
    pub fn derive(key: &PublicKey, village: &str, incarnation: u32) -> Self {
        let hash = sha256(&[
            b"fieldwork-log-v1",
            key,
            &incarnation.to_be_bytes(),
            village.as_bytes(),
        ]);
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        Self(id)
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogId({self})")
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// An entry, with its payload where that has not been dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its log.
    pub log: LogId,
    /// 1, 2, 3 …
    pub seq: u64,
    /// Logical time: greater than that of every entry its author had seen.
    pub lamport: u64,
    /// The author's wall clock, UTC milliseconds; never decides an order.
    pub wall_ms: i64,
    /// The author's monotonic clock, milliseconds.
    pub monotonic_ms: i64,
    /// The payload, or `None` where it was dropped.
    pub payload: Option<Vec<u8>>,
    /// SHA-256 of the payload.
    pub payload_hash: [u8; 32],
    /// This entry's hash, over all of the above and the hash before it.
    pub hash: [u8; 32],
}

/// The hash of an entry that follows one with hash `previous` (zeros before the first).
pub(crate) fn chain_hash(
    log: LogId,
    seq: u64,
    lamport: u64,
    wall_ms: i64,
    monotonic_ms: i64,
    previous: &[u8; 32],
    payload_hash: &[u8; 32],
) -> [u8; 32] {
    sha256(&[
        b"fieldwork-entry-v1",
        &log.0,
        &seq.to_be_bytes(),
        &lamport.to_be_bytes(),
        &wall_ms.to_be_bytes(),
        &monotonic_ms.to_be_bytes(),
        previous,
        payload_hash,
    ])
}
