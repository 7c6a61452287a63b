//! What a worker is to mend.

use fieldwork::replica::Task as CoreTask;

use crate::{ReceiptState, Timestamp};

/// A form that an upstream refused, or that could not be made: to be mended by a capture that supersedes.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MendTask {
    /// Key of the envelope.
    pub key: String,
    /// The capture to be corrected.
    pub capture: String,
    /// Its short name.
    pub label: Option<String>,
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// Refused or stopped.
    pub state: ReceiptState,
    /// The upstream's own words, or what is missing.
    pub reason: Option<String>,
    /// When the hub said so.
    pub at: Timestamp,
}

impl From<CoreTask> for MendTask {
    fn from(task: CoreTask) -> Self {
        Self {
            key: task.key,
            capture: task.capture.to_string(),
            label: task.label,
            system: task.system,
            form: task.form,
            state: task.state.into(),
            reason: task.reason,
            at: Timestamp { at_ms: task.at_ms },
        }
    }
}
