//! One attempt at one delivery: what is needed is gathered and checked first, then photographs go
//! ahead where the wire wants that, then the message, and its answer is judged.

use std::collections::BTreeMap;

use fieldwork_forms::envelope::{Envelope, SlotPhoto};
use fieldwork_forms::wire::{JsonWire, PhotoUpload, Secret, Wire};

use super::{Claimed, Jobs, JobsError, Now};
use crate::outbox::Outcome;
use crate::upstream::{SendError, Upstream};
use crate::wire::{
    FormPlan, Message, Photo, Rule, Sending, Verdict, WireError, inline, json, judge, multipart,
    photo_key, table,
};

mod sequence;

/// What an attempt needs.
pub(super) struct Attempt<'a> {
    pub(super) upstream: &'a Upstream,
    pub(super) jobs: &'a dyn Jobs,
    pub(super) now: &'a Now,
    pub(super) lease_ms: i64,
    pub(super) stopped: &'a dyn Fn() -> bool,
    pub(super) claimed: &'a Claimed,
}

/// What came of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) outcome: Outcome,
    /// How long to wait at least, where upstream or hub know it.
    pub(super) retry_after_ms: Option<i64>,
    /// Whether the upstream did not answer at all.
    pub(super) silent: bool,
}

impl Report {
    /// The attempt broke off in the middle, and nobody knows how far it had come.
    pub(super) fn failed() -> Self {
        Self::of(Outcome::Unclear {
            reason: "the hub failed while sending".into(),
        })
    }

    /// Something of ours could not be read or stored; all that comes before the message is sent.
    pub(super) fn hindered() -> Self {
        Self::of(Outcome::Busy {
            reason: "the hub could not read what is needed".into(),
        })
    }

    fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            retry_after_ms: None,
            silent: false,
        }
    }

    fn not_ready(reason: &str) -> Self {
        Self::of(Outcome::NotReady {
            reason: reason.into(),
        })
    }
}

/// Most wire errors end an attempt for good.
impl From<WireError> for Report {
    fn from(error: WireError) -> Self {
        Self::of(Outcome::Refused {
            reason: error.to_string(),
        })
    }
}

/// Why an attempt ends before its message is sent.
enum End {
    Report(Report),
    /// The claim is out of date.
    Lost,
    Jobs(JobsError),
}

impl From<JobsError> for End {
    fn from(error: JobsError) -> Self {
        Self::Jobs(error)
    }
}

impl From<WireError> for End {
    fn from(error: WireError) -> Self {
        Self::Report(error.into())
    }
}

impl Attempt<'_> {
    /// Makes the attempt; `None` where the claim turned out to be out of date.
    pub(super) fn run(&self) -> Result<Option<Report>, JobsError> {
        match self.steps() {
            Ok(report) | Err(End::Report(report)) => Ok(Some(report)),
            Err(End::Lost) => Ok(None),
            Err(End::Jobs(error)) => Err(error),
        }
    }

    fn steps(&self) -> Result<Report, End> {
        let job = &self.claimed.job;
        let Ok(envelope) = serde_json::from_slice::<Envelope>(&job.envelope) else {
            let reason = "the stored envelope cannot be read".into();
            return Ok(Report::of(Outcome::Refused { reason }));
        };
        let Some(plan) = self.jobs.plan(self.claimed)? else {
            return Ok(Report::not_ready("the spec of this version is not here"));
        };
        if matches!(plan.wire, Wire::ByHand(_)) {
            return Ok(Report::not_ready("a person carries it there"));
        }
        let mut photos: Vec<Photo> = Vec::new();
        for photo in &envelope.photos {
            let Some(bytes) = self.jobs.photo(self.claimed, photo.blob)? else {
                return Ok(Report::not_ready("a photograph has not come yet"));
            };
            photos.push((photo, plan.fit_photo(&photo.slot, bytes)?));
        }
        let sending = Sending {
            key: &job.key,
            village: &self.claimed.village,
            at_ms: job.at_ms,
            reference: job.reference.as_deref(),
            envelope: &envelope,
        };
        self.on_wire(&plan, &sending, &photos)
    }

    fn on_wire(&self, plan: &FormPlan, sending: &Sending, photos: &[Photo]) -> Result<Report, End> {
        let columns = &plan.columns;
        match &plan.wire {
            Wire::Json(wire) => self.json(wire, sending, photos),
            Wire::JsonBase64(wire) => {
                let message = inline::message(wire, sending, photos)?;
                Ok(self.send(&message, &wire.secret, Rule::from(&**wire)))
            }
            Wire::Multipart(wire) => {
                let message = multipart::message(wire, sending, photos)?;
                Ok(self.send(&message, &wire.secret, Rule::from(&**wire)))
            }
            Wire::TableZip(wire) => {
                let message = table::message(wire, columns, sending, photos)?;
                Ok(self.send(&message, &wire.secret, Rule::plain(&wire.success)))
            }
            Wire::CsvTable(wire) => self.csv_table(wire, columns, sending, photos),
            Wire::XlsxThenZip(wire) => self.xlsx_then_zip(wire, columns, sending, photos),
            Wire::ByHand(_) | Wire::Ledger(_) => Err(WireError::NotSent {
                form: sending.envelope.form.clone(),
            }
            .into()),
        }
    }

    fn json(&self, wire: &JsonWire, sending: &Sending, photos: &[Photo]) -> Result<Report, End> {
        // Names that an earlier attempt got are kept: under one key the content must not change.
        let mut answers = self.progress();
        if let Some(upload) = &wire.photos {
            for (photo, bytes) in photos {
                let key = photo_key(photo);
                if answers.contains_key(&key) {
                    continue;
                }
                let name = self.photo(wire, upload, sending, photo, bytes)?;
                answers.insert(key, name);
                self.keep(&answers)?;
            }
        }
        let message = json::message(wire, sending, &answers)?;
        Ok(self.send(&message, &wire.secret, Rule::from(wire)))
    }

    /// Sends one photograph ahead and gives the upstream's name for it.
    fn photo(
        &self,
        wire: &JsonWire,
        upload: &PhotoUpload,
        sending: &Sending,
        photo: &SlotPhoto,
        bytes: &[u8],
    ) -> Result<String, End> {
        self.go_on()?;
        let message = json::photo(upload, sending, photo, bytes)?;
        let mut report = self.send(&message, &wire.secret, Rule::photo(wire, upload));
        report.outcome = match report.outcome {
            Outcome::Accepted {
                upstream_ref: Some(name),
            } => return Ok(name),
            Outcome::Accepted { upstream_ref: None } => Outcome::Refused {
                reason: "the answer to a photograph has no name for it".into(),
            },
            // A file that is sent twice does no harm: the message has not been sent.
            Outcome::Unclear { reason } => Outcome::Busy { reason },
            outcome => outcome,
        };
        Err(End::Report(report))
    }

    /// What earlier attempts have come to.
    fn progress(&self) -> BTreeMap<String, String> {
        let stored = self.claimed.job.progress.as_deref();
        stored
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .unwrap_or_default()
    }

    /// Ends the attempt between two calls where the hub is to stop.
    fn go_on(&self) -> Result<(), End> {
        match (self.stopped)() {
            false => Ok(()),
            // Nothing is missing: due at once for the hub that starts next.
            true => Err(End::Report(Report {
                retry_after_ms: Some(0),
                ..Report::not_ready("the hub was stopped")
            })),
        }
    }

    /// Keeps what the photographs are called and renews the lease.
    fn keep(&self, answers: &BTreeMap<String, String>) -> Result<(), End> {
        let progress = serde_json::to_vec(answers)
            .map_err(|_| JobsError::Other("progress cannot be written"))?;
        let now_ms = (self.now)();
        if self
            .jobs
            .save_progress(self.claimed, &progress, now_ms, self.lease_ms)?
        {
            Ok(())
        } else {
            Err(End::Lost)
        }
    }

    fn send(&self, message: &Message, secret: &Secret, rule: Rule) -> Report {
        match self.upstream.send(message, secret) {
            Ok(answer) => Report {
                outcome: match judge(rule, answer.status, &answer.body) {
                    Verdict::Accepted { upstream_ref } => Outcome::Accepted { upstream_ref },
                    Verdict::Busy { reason } => Outcome::Busy { reason },
                    Verdict::Unclear { reason } => Outcome::Unclear { reason },
                    Verdict::Refused { reason } => Outcome::Refused { reason },
                },
                retry_after_ms: answer.retry_after_ms,
                silent: false,
            },
            Err(error) => Report {
                outcome: match error {
                    SendError::NotSent { .. } => Outcome::Busy {
                        reason: error.to_string(),
                    },
                    SendError::NoAnswer { .. } => Outcome::Unclear {
                        reason: error.to_string(),
                    },
                },
                retry_after_ms: None,
                silent: true,
            },
        }
    }
}
