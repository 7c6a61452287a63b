//! What can go wrong with a replica.

use thiserror::Error;

use crate::codec::CodecError;
use crate::document::DocumentError;
use crate::log::BatchError;
use crate::port::RandomError;
use crate::store::StoreError;

use super::blob::BlobError;

/// Why an answer was not taken. Names the concept, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerProblem {
    /// No such concept.
    UnknownConcept,
    /// The code is not in the concept's list.
    UnknownCode,
    /// Not a number, date, time or yes/no, as the concept demands.
    Form,
    /// A check digit or the form of an identifier is wrong.
    Identifier,
    /// It is about an entity that the register does not hold.
    UnknownEntity,
    /// It states a fact of the register, but about nobody and nothing.
    NoEntity,
}

/// Why a replica could not do what it was asked for. Texts hold no personal data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplicaError {
    /// [`Replica::shutdown`](super::Replica::shutdown) was called.
    #[error("the workspace has been shut down")]
    Closed,
    /// No log has been begun: the device is not enrolled.
    #[error("the device is not enrolled")]
    NotEnrolled,
    /// The register or the catalogue has not arrived yet.
    #[error("the {0} has not arrived from the hub yet")]
    NotReady(&'static str),
    /// The capture kind is not in the catalogue.
    #[error("there is no capture kind {0:?}")]
    UnknownKind(String),
    /// An answer cannot be taken.
    #[error("the answer to {concept:?} cannot be taken: {problem:?}")]
    Answer {
        /// The concept.
        concept: String,
        /// Why.
        problem: AnswerProblem,
    },
    /// A capture with this id has been saved already.
    #[error("the capture has been saved already")]
    AlreadySaved,
    /// The subject, case, capture or conflict is not known.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// A photograph cannot be taken in.
    #[error("photo {name:?} cannot be taken in: {source}")]
    Photo {
        /// Its logical name.
        name: String,
        /// Why.
        source: fieldwork_photo::PhotoError,
    },
    /// A batch of a peer was not taken.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A document could not be read or changed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Bytes of a peer could not be read.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A blob could not be stored or read.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The catalogue could not be read.
    #[error("the catalogue cannot be used: {0}")]
    Catalogue(String),
    /// The register could not be read.
    #[error("the register cannot be used: {0}")]
    Register(String),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ReplicaError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for ReplicaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<std::io::Error> for ReplicaError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::Store(StoreError::Full)
        } else {
            Self::Store(StoreError::Io(error))
        }
    }
}

impl ReplicaError {
    /// Whether the device has no room left.
    pub fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Full) | Self::Blob(BlobError::Full)
        )
    }
}
