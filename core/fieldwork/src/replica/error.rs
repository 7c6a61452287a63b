//! What can go wrong with a replica.

use std::fmt;

use thiserror::Error;

use crate::codec::CodecError;
use crate::document::DocumentError;
use crate::log::BatchError;
use crate::port::RandomError;
use crate::store::StoreError;

use super::blob::{BlobError, MAX_PHOTO};

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
    /// It states a fact of the register that the entity it is about does not have.
    WrongEntity,
}

impl fmt::Display for AnswerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownConcept => "there is no such concept to be said here",
            Self::UnknownCode => "the code is not in the list",
            Self::Form => "it is not of the form that the concept demands",
            Self::Identifier => "the check digit or the form of the number is wrong",
            Self::UnknownEntity => "the register does not hold whom or what it names",
            Self::NoEntity => "it states a fact of the register, but about nobody and nothing",
            Self::WrongEntity => "it states a fact that the entity it is about does not have",
        })
    }
}

impl AnswerProblem {
    /// The same for the person who answered.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::UnknownConcept => "这一项不能在这里填",
            Self::UnknownCode => "选项不在清单里",
            Self::Form => "格式不对",
            Self::Identifier => "号码不对，请核对位数和校验码",
            Self::UnknownEntity => "底册里没有这个对象",
            Self::NoEntity => "没有说明是谁的情况",
            Self::WrongEntity => "这一项与所说的对象不符",
        }
    }
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
    #[error("the answer to {concept:?} cannot be taken: {problem}")]
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
    /// A photograph is longer than a hub takes.
    #[error("photo {name:?} is larger than {MAX_PHOTO} bytes")]
    PhotoTooLarge {
        /// Its logical name.
        name: String,
    },
    /// There may be no room for what the camera writes.
    #[error("{lack_bytes} bytes of room lack for a photograph")]
    NoRoomForPhoto {
        /// Bytes that lack.
        lack_bytes: u64,
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
    /// What it means for the person at the phone, and what to do.
    pub fn chinese(&self) -> String {
        match self {
            Self::NotReady(_) => "底册或清单还没有收到，请先同步".to_owned(),
            Self::NotEnrolled => "这台手机还没有登记".to_owned(),
            Self::UnknownKind(_) => "没有这种记录".to_owned(),
            Self::Answer { concept, problem } => format!("{concept}：{}", problem.chinese()),
            Self::AlreadySaved => "这条记录已经保存过了".to_owned(),
            Self::Unknown(_) => "没有找到对应的内容".to_owned(),
            Self::Photo { name, source } => format!("照片{name}：{}", source.chinese()),
            Self::Blob(BlobError::TooLarge) => "照片文件太大".to_owned(),
            Self::Blob(BlobError::Deleted) => "原图已在送达后删除，可查看存档照片".to_owned(),
            Self::NoRoomForPhoto { lack_bytes } => format!(
                "手机存储空间不足，拍照前请再腾出{}MB（可先删除“已送达，可删”的原图）",
                lack_bytes.div_ceil(1024 * 1024)
            ),
            _ if self.is_full() => "手机存储空间不足，请清理后再试".to_owned(),
            _ => "手机存储出了问题，已保存的内容不受影响".to_owned(),
        }
    }

    /// Whether the device has no room left.
    pub fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Full)
                | Self::Blob(BlobError::Full)
                | Self::NoRoomForPhoto { .. }
        )
    }
}
