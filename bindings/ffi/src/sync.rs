//! Sync 同步: its steps and its report.

use std::sync::Mutex;

use fieldwork::{SyncReport as CoreReport, SyncStep as CoreStep};

use crate::FieldworkError;

/// Where a sync is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SyncStep {
    /// Exchanging what was said and done.
    Records,
    /// Fetching register or catalogue.
    Content,
    /// Sending photographs.
    Photos {
        /// How many are sent.
        done: u32,
        /// How many there are.
        total: u32,
    },
}

/// What the host implements to follow a sync. Called on the thread that called `sync`, no lock held.
#[uniffi::export(with_foreign)]
pub trait SyncProgress: Send + Sync {
    /// Is told of each step; `false` stops the sync at the next safe point.
    ///
    /// # Errors
    /// Whatever it throws stops the sync too, which then ends with [`FieldworkError::Stopped`].
    fn step(&self, step: SyncStep) -> Result<bool, FieldworkError>;
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// Calls that exchanged records.
    pub requests: u32,
    /// Entries sent.
    pub entries_sent: u32,
    /// Entries received.
    pub entries_received: u32,
    /// Bytes of records sent.
    pub bytes_up: u64,
    /// Bytes of records received.
    pub bytes_down: u64,
    /// Photographs sent.
    pub photos_sent: u32,
    /// Bytes of photographs sent.
    pub photo_bytes_up: u64,
    /// Those among them that an earlier, cut upload had sent before.
    pub photo_bytes_again: u64,
    /// Entries set aside because they could not be used.
    pub set_aside: u32,
    /// Batches that one side did not take, and why. Empty when all is well.
    pub refusals: Vec<String>,
}

/// Lets the core report to a callback that may fail, and keeps the first failure.
pub(crate) struct Reporter<'a> {
    progress: Option<&'a dyn SyncProgress>,
    failure: Mutex<Option<FieldworkError>>,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(progress: Option<&'a dyn SyncProgress>) -> Self {
        Self {
            progress,
            failure: Mutex::new(None),
        }
    }

    /// The failure of the callback where there was one, else the sync's own result.
    pub(crate) fn end(
        self,
        result: Result<CoreReport, fieldwork::Error>,
    ) -> Result<SyncReport, FieldworkError> {
        match self
            .failure
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            Some(failure) => Err(failure),
            None => Ok(result?.into()),
        }
    }
}

impl fieldwork::Progress for Reporter<'_> {
    fn step(&self, step: &CoreStep) -> bool {
        let Some(progress) = self.progress else {
            return true;
        };
        progress.step(step.into()).unwrap_or_else(|failure| {
            *self
                .failure
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(failure);
            false
        })
    }
}

/// Counts beyond four thousand million are shown as that many.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl From<&CoreStep> for SyncStep {
    fn from(step: &CoreStep) -> Self {
        match step {
            CoreStep::Records => Self::Records,
            CoreStep::Content => Self::Content,
            CoreStep::Photos { done, total } => Self::Photos {
                done: count(*done),
                total: count(*total),
            },
        }
    }
}

impl From<CoreReport> for SyncReport {
    fn from(report: CoreReport) -> Self {
        let ours = report
            .refusals
            .iter()
            .map(|refusal| format!("from the hub: {}", refusal.reason));
        let theirs = report
            .refused_by_hub
            .iter()
            .map(|(_, reason)| format!("by the hub: {reason}"));
        Self {
            requests: count(report.requests),
            entries_sent: count(report.entries_sent),
            entries_received: count(report.entries_received),
            bytes_up: report.bytes_up,
            bytes_down: report.bytes_down,
            photos_sent: count(report.photos_sent),
            photo_bytes_up: report.photo_bytes_up,
            photo_bytes_again: report.photo_bytes_again,
            set_aside: count(report.quarantined),
            refusals: ours.chain(theirs).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use fieldwork::Progress as _;

    use super::*;

    struct Failing;

    impl SyncProgress for Failing {
        fn step(&self, _: SyncStep) -> Result<bool, FieldworkError> {
            Err(FieldworkError::Stopped {
                reason: "the progress callback failed".to_owned(),
            })
        }
    }

    struct Stopping;

    impl SyncProgress for Stopping {
        fn step(&self, step: SyncStep) -> Result<bool, FieldworkError> {
            Ok(step != SyncStep::Content)
        }
    }

    #[test]
    fn a_failing_callback_stops_the_sync_and_is_what_the_caller_hears_of() {
        let reporter = Reporter::new(Some(&Failing));
        assert!(!reporter.step(&CoreStep::Records));
        let error = reporter.end(Err(fieldwork::Error::Stopped)).unwrap_err();
        assert_eq!(
            error,
            FieldworkError::Stopped {
                reason: "the progress callback failed".to_owned()
            }
        );
    }

    #[test]
    fn a_callback_stops_the_sync_by_saying_no() {
        let reporter = Reporter::new(Some(&Stopping));
        assert!(reporter.step(&CoreStep::Records));
        assert!(!reporter.step(&CoreStep::Content));
        let error = reporter.end(Err(fieldwork::Error::Stopped)).unwrap_err();
        assert_eq!(
            error,
            FieldworkError::Stopped {
                reason: "the sync was stopped".to_owned()
            }
        );
    }

    #[test]
    fn without_a_callback_a_sync_runs_to_its_end() {
        let reporter = Reporter::new(None);
        assert!(reporter.step(&CoreStep::Photos { done: 1, total: 2 }));
        assert_eq!(reporter.end(Ok(CoreReport::default())).unwrap().requests, 0);
    }
}
