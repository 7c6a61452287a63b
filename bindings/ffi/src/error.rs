//! The one error that crosses over.

use std::fmt;

use fieldwork::Error;
use fieldwork_http::AddressError;

/// Why a call failed. Each variant is something else for the app to do; `reason` and `detail` are for
/// developers, in English, and hold no personal data.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
#[uniffi::export(Display)]
pub enum FieldworkError {
    /// The workspace was shut down. Open it again.
    Closed,
    /// The device is not enrolled, its code was refused, or it was revoked. Ask for a new code.
    NotEnrolled {
        /// Why.
        reason: String,
    },
    /// Register or catalogue have not arrived. Sync first.
    NotReady {
        /// What is lacking.
        reason: String,
    },
    /// What was given cannot be taken, or there is no such thing. Show it, keep the draft.
    Invalid {
        /// What and why.
        reason: String,
    },
    /// No answer from the hub. Try again later; what was done until then stays done.
    Offline {
        /// Why.
        reason: String,
    },
    /// The hub answered, but not as agreed. Trying again will not help; report it.
    Hub {
        /// Why.
        reason: String,
    },
    /// The progress callback stopped the sync, or failed. What was done until then stays done.
    Stopped {
        /// Which of the two.
        reason: String,
    },
    /// The device's storage failed.
    Storage {
        /// What can be done about it.
        fault: StorageFault,
        /// What happened.
        detail: String,
    },
}

/// Why storage failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum StorageFault {
    /// No room left. Free some and try again; the reserve has been used for what could be saved.
    Full,
    /// Another process has the workspace open.
    InUse,
    /// Anything else. Report it.
    Failed,
}

impl fmt::Display for FieldworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the workspace has been shut down"),
            Self::NotEnrolled { reason }
            | Self::NotReady { reason }
            | Self::Invalid { reason }
            | Self::Offline { reason }
            | Self::Hub { reason }
            | Self::Stopped { reason } => f.write_str(reason),
            Self::Storage { detail, .. } => f.write_str(detail),
        }
    }
}

impl std::error::Error for FieldworkError {}

impl From<Error> for FieldworkError {
    fn from(error: Error) -> Self {
        let reason = error.to_string();
        match error {
            Error::Closed => Self::Closed,
            Error::Enrolment { .. } => Self::NotEnrolled { reason },
            Error::NotReady(_) => Self::NotReady { reason },
            Error::Invalid { .. } | Error::Unknown(_) => Self::Invalid { reason },
            Error::Offline { .. } => Self::Offline { reason },
            Error::Hub { .. } => Self::Hub { reason },
            Error::Stopped => Self::Stopped { reason },
            Error::Full => Self::Storage {
                fault: StorageFault::Full,
                detail: reason,
            },
            Error::InUse => Self::Storage {
                fault: StorageFault::InUse,
                detail: reason,
            },
            _ => Self::Storage {
                fault: StorageFault::Failed,
                detail: reason,
            },
        }
    }
}

impl From<AddressError> for FieldworkError {
    fn from(error: AddressError) -> Self {
        Self::Invalid {
            reason: error.to_string(),
        }
    }
}

/// A callback threw something that it does not declare. Its text is the app's own and may hold anything,
/// so it goes no further; the layers on the other side hand the original to whoever called.
impl From<uniffi::UnexpectedUniFFICallbackError> for FieldworkError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Stopped {
            reason: "the progress callback failed".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_core_has_a_variant_and_keeps_its_text() {
        let cases = [
            (Error::Closed, FieldworkError::Closed),
            (
                Error::NotReady("the register has not arrived".to_owned()),
                FieldworkError::NotReady {
                    reason: "the register has not arrived".to_owned(),
                },
            ),
            (
                Error::Unknown("case".to_owned()),
                FieldworkError::Invalid {
                    reason: "there is no such case".to_owned(),
                },
            ),
            (
                Error::Stopped,
                FieldworkError::Stopped {
                    reason: "the sync was stopped".to_owned(),
                },
            ),
            (
                Error::Full,
                FieldworkError::Storage {
                    fault: StorageFault::Full,
                    detail: "no room left on the device".to_owned(),
                },
            ),
            (
                Error::InUse,
                FieldworkError::Storage {
                    fault: StorageFault::InUse,
                    detail: "the workspace is open elsewhere".to_owned(),
                },
            ),
        ];
        for (core, expected) in cases {
            let text = core.to_string();
            let crossed = FieldworkError::from(core);
            assert_eq!(crossed, expected);
            assert_eq!(crossed.to_string(), text);
        }
    }

    #[test]
    fn a_callback_that_throws_does_not_carry_its_text_into_the_core() {
        let thrown = uniffi::UnexpectedUniFFICallbackError {
            reason: "王伟 13800000000".to_owned(),
        };
        let error = FieldworkError::from(thrown);
        assert_eq!(
            error,
            FieldworkError::Stopped {
                reason: "the progress callback failed".to_owned()
            }
        );
    }
}
