//! What may go wrong with a walk.

use fieldwork_patrol::sealed::SealedError;
use thiserror::Error;

use crate::replica::ReplicaError;
use crate::store::StoreError;

/// Why a walk could not be recorded, kept or handed out.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecorderError {
    /// Nothing is recorded without saying what for.
    #[error("a recording needs a purpose")]
    NoPurpose,
    /// Another walk was not finished.
    #[error("another walk is under way")]
    UnderWay,
    /// It was finished or discarded.
    #[error("the recording is over")]
    Over,
    /// It is paused.
    #[error("the recording is paused")]
    Paused,
    /// A track may not be kept that long.
    #[error("a track is kept for 180 days at most")]
    KeptTooLong,
    /// There is no such walk, or its time is over.
    #[error("there is no such walk")]
    Unknown,
    /// An emergency export lacks something.
    #[error("an emergency export needs {0}")]
    Emergency(&'static str),
    /// The sealed track.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// The workspace.
    #[error(transparent)]
    Replica(#[from] ReplicaError),
}

impl From<StoreError> for RecorderError {
    fn from(error: StoreError) -> Self {
        Self::Replica(error.into())
    }
}

impl RecorderError {
    /// What to say to the worker.
    pub fn chinese(&self) -> &'static str {
        match self {
            Self::NoPurpose => "请先说明这次记录用于什么",
            Self::UnderWay => "还有一次巡查没有结束",
            Self::Over => "记录已经结束",
            Self::Paused => "记录已暂停",
            Self::KeptTooLong => "轨迹最多保存180天",
            Self::Unknown | Self::Sealed(SealedError::Expired) => "这条轨迹不存在或已到期删除",
            Self::Emergency(_) => "应急导出要写明依据、范围和期限",
            Self::Sealed(_) => "这条轨迹已损坏",
            Self::Replica(error) if error.is_full() => "手机存储空间不足，请清理后再试",
            Self::Replica(_) => "手机存储出了问题，已保存的内容不受影响",
        }
    }
}
