//! Receipts 回执: what became of an envelope.

use fieldwork::log::{Receipt as CoreReceipt, ReceiptState as CoreState};

use crate::Timestamp;

/// What became of one envelope, said by the hub.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Receipt {
    /// The envelope's key.
    pub key: String,
    /// The capture it was made from.
    pub capture: String,
    /// System id (`wg`).
    pub system: String,
    /// Form id (`open`).
    pub form: String,
    /// How it ended.
    pub state: ReceiptState,
    /// The upstream's own id of what was reported.
    pub upstream_ref: Option<String>,
    /// The upstream's reason, or what is missing.
    pub reason: Option<String>,
    /// When, by the hub's clock.
    pub at: Timestamp,
}

/// How an envelope ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ReceiptState {
    /// The upstream has it.
    Delivered,
    /// The upstream refused it for good; somebody must mend it.
    Refused,
    /// It could not be filled: something is missing or unmapped.
    Stopped,
    /// Nobody can tell whether the upstream has it.
    Uncertain,
}

impl From<CoreReceipt> for Receipt {
    fn from(receipt: CoreReceipt) -> Self {
        Self {
            key: receipt.key,
            capture: receipt.capture.to_string(),
            system: receipt.system,
            form: receipt.form,
            state: receipt.state.into(),
            upstream_ref: receipt.upstream_ref,
            reason: receipt.reason,
            at: receipt.at_ms.into(),
        }
    }
}

impl From<CoreState> for ReceiptState {
    fn from(state: CoreState) -> Self {
        match state {
            CoreState::Delivered => Self::Delivered,
            CoreState::Refused => Self::Refused,
            CoreState::Stopped => Self::Stopped,
            CoreState::Uncertain => Self::Uncertain,
        }
    }
}
