//! The errors that an app can act on.

use thiserror::Error;

use crate::port::TransportError;
use crate::recorder::RecorderError;
use crate::replica::{BlobError, ReplicaError};
use crate::store::StoreError;
use crate::wire::MessageError;

/// Why a call failed. Each variant is something else for the app to do; texts hold no personal data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The workspace was shut down: open it again.
    #[error("the workspace has been shut down")]
    Closed,
    /// Another process has the workspace open.
    #[error("the workspace is open elsewhere")]
    InUse,
    /// The device is not enrolled, its code was refused, or it was revoked: enrol it.
    #[error("the device must be enrolled: {reason}")]
    Enrolment {
        /// Why.
        reason: String,
    },
    /// Register or catalogue have not arrived: sync first.
    #[error("{0}")]
    NotReady(String),
    /// What was entered cannot be taken: show the reason, keep the draft.
    #[error("{reason}")]
    Invalid {
        /// What and why.
        reason: String,
        /// The same for the person who entered it.
        chinese: String,
    },
    /// There is no such capture, case, conflict or entity.
    #[error("there is no such {0}")]
    Unknown(String),
    /// No room on the device: free some and try again.
    #[error("no room left on the device")]
    Full,
    /// There may be no room for what the camera writes: show what may be deleted, do not open the camera.
    #[error("{lack_bytes} bytes of room lack for a photograph")]
    NoRoomForPhoto {
        /// Bytes that lack.
        lack_bytes: u64,
    },
    /// No answer from the hub: try again later.
    #[error("{reason}")]
    Offline {
        /// Why.
        reason: String,
    },
    /// The hub answered, but not as agreed.
    #[error("the hub refused or did not understand: {reason}")]
    Hub {
        /// Why.
        reason: String,
    },
    /// The caller stopped the sync; everything done until then stays done.
    #[error("the sync was stopped")]
    Stopped,
    /// Storage failed.
    #[error("storage failed: {reason}")]
    Storage {
        /// Why.
        reason: String,
    },
}

impl Error {
    /// What it means for the person at the phone, and what to do.
    pub fn chinese(&self) -> String {
        match self {
            Self::Closed | Self::InUse => "程序没有打开，请重新进入".to_owned(),
            Self::Enrolment { .. } => {
                "这台手机没有登记或登记已失效，请联系县级汇聚端管理员".to_owned()
            }
            Self::NotReady(_) => "底册或清单还没有收到，请先同步".to_owned(),
            Self::Invalid { chinese, .. } => chinese.clone(),
            Self::Unknown(_) => "没有找到对应的内容".to_owned(),
            Self::Full => "手机存储空间不足，请清理后再试".to_owned(),
            Self::NoRoomForPhoto { lack_bytes } => ReplicaError::NoRoomForPhoto {
                lack_bytes: *lack_bytes,
            }
            .chinese(),
            Self::Offline { .. } => "现在连不上，内容已保存在手机上，有信号时再同步".to_owned(),
            Self::Hub { .. } => "县级汇聚端没有接受，内容仍在手机上，请联系管理员".to_owned(),
            Self::Stopped => "同步已停止，没有送出的下次再送".to_owned(),
            Self::Storage { .. } => "手机存储出了问题，已保存的内容不受影响".to_owned(),
        }
    }
}

impl From<ReplicaError> for Error {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::Closed => Self::Closed,
            ReplicaError::NotEnrolled => Self::Enrolment {
                reason: error.to_string(),
            },
            ReplicaError::NotReady(_) => Self::NotReady(error.to_string()),
            ReplicaError::UnknownKind(_)
            | ReplicaError::Answer { .. }
            | ReplicaError::Photo { .. }
            | ReplicaError::PhotoTooLarge { .. }
            | ReplicaError::AlreadySaved
            | ReplicaError::Blob(BlobError::TooLarge) => Self::Invalid {
                reason: error.to_string(),
                chinese: error.chinese(),
            },
            ReplicaError::NoRoomForPhoto { lack_bytes } => Self::NoRoomForPhoto { lack_bytes },
            ReplicaError::Unknown(what) => Self::Unknown(what.to_owned()),
            ReplicaError::Store(StoreError::InUse) => Self::InUse,
            _ if error.is_full() => Self::Full,
            _ => Self::Storage {
                reason: error.to_string(),
            },
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        ReplicaError::from(error).into()
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Offline {
            reason: error.to_string(),
        }
    }
}

impl From<MessageError> for Error {
    fn from(error: MessageError) -> Self {
        Self::Hub {
            reason: error.to_string(),
        }
    }
}

impl From<RecorderError> for Error {
    fn from(error: RecorderError) -> Self {
        match error {
            RecorderError::Replica(error) => error.into(),
            RecorderError::Unknown => Self::Unknown("walk".to_owned()),
            error => Self::Invalid {
                reason: error.to_string(),
                chinese: error.chinese().to_owned(),
            },
        }
    }
}
