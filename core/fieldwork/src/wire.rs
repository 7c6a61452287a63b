//! The sync call: one request, one answer.
//!
//! A body is one byte of protocol version, then a zstd frame that names its size, then CBOR. Sizes are
//! checked before anything is inflated or parsed.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::{CodecError, compress, from_cbor, inflate, to_cbor};
use crate::log::{Batch, Vector};

/// The protocol version that this program speaks.
pub const PROTOCOL: u8 = 1;
/// Longest body, bytes.
pub const MAX_BODY: u64 = 1024 * 1024;
/// Longest body after inflating, bytes.
pub const MAX_INFLATED: u64 = 8 * 1024 * 1024;
/// Most batches of one body.
pub const MAX_BATCHES: usize = 1024;
/// Payload bytes that one call carries each way.
pub const CALL_BYTES: usize = 512 * 1024;

/// What a phone says: how far it has each log, and what is new of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest(
    /// How far each log is held.
    pub Vector,
    /// New entries.
    pub Vec<Batch>,
);

/// What the hub answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncAnswer(
    /// Hub time, UTC milliseconds.
    pub i64,
    /// How far the hub holds each log, on its medium: the acknowledgement.
    pub Vector,
    /// What the phone lacks.
    pub Vec<Batch>,
    /// Whether more is left for another call.
    pub bool,
    /// Batches that were not taken: log (hex) and reason.
    pub Vec<(String, String)>,
);

/// The bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    let frame = compress(&to_cbor(message));
    let mut bytes = Vec::with_capacity(frame.len() + 1);
    bytes.push(PROTOCOL);
    bytes.extend(frame);
    bytes
}

/// Why a message of a peer could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// The peer speaks another version.
    #[error("the peer speaks protocol version {theirs}, this one speaks {PROTOCOL}")]
    Version {
        /// Its version.
        theirs: u8,
    },
    /// Damaged, too large or of an unknown form.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The message is empty.
    #[error("the message is empty")]
    Empty,
}

/// Reads a message.
///
/// # Errors
/// [`MessageError`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, MessageError> {
    let size = bytes.len() as u64;
    if size > MAX_BODY {
        return Err(CodecError::TooLarge {
            size,
            limit: MAX_BODY,
        }
        .into());
    }
    let (version, frame) = bytes.split_first().ok_or(MessageError::Empty)?;
    if *version != PROTOCOL {
        return Err(MessageError::Version { theirs: *version });
    }
    Ok(from_cbor(&inflate(frame, MAX_INFLATED)?)?)
}

/// What a new device sends to `/enrol`, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRequest {
    /// The one-time code.
    pub code: String,
    /// The device's public key, hex.
    pub public_key: String,
    /// Its signature of code and key, hex.
    pub signature: String,
}

/// What the hub answers to an enrolment, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnrolmentAnswer {
    /// Village code.
    pub village: String,
    /// Worker id.
    pub worker: String,
    /// The hub's public key, hex.
    pub hub_key: String,
}

/// An error of the hub, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorAnswer {
    /// A word for programs: `code`, `signature`, `revoked`, `replayed`, `too_large`, `damaged`, `version`, `unknown`, `busy`.
    pub error: String,
    /// A sentence for people.
    pub reason: String,
}
