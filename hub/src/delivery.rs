//! Delivery: one worker thread per configured upstream.
//!
//! Each worker claims the oldest due delivery of its own system, sends it and records what came of
//! it, so an upstream that is slow, silent or broken holds up nobody else's. A system that is not
//! configured has no worker: its deliveries stay available and are counted as such. Workers sleep
//! until something falls due or [`Delivery::wake`] is called.
//!
//! Nothing of a message is ever logged: only key, system and state.

mod attempt;

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use fieldwork_forms::capture::BlobRef;
use thiserror::Error;
use tracing::{error, info, warn};

use crate::config::Upstreams;
use crate::outbox::{Backoff, Finished, Job, Outcome, State, jitter_permille};
use crate::store::StoreError;
use crate::upstream::Upstream;
use crate::wire::FormPlan;

/// A claimed delivery and the village it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// 12-digit village code.
    pub village: String,
    /// The delivery.
    pub job: Job,
}

/// Why the village's side could not do what a worker asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JobsError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A blob could not be read.
    #[error("a photograph could not be read")]
    Blob(#[source] io::Error),
    /// Anything else; the text holds no personal data.
    #[error("{0}")]
    Other(&'static str),
}

/// What workers need of the villages' databases. Several workers call at once; no call may wait for
/// an upstream.
pub trait Jobs: Send + Sync {
    /// Claims the oldest due delivery of a system among all villages; see
    /// [`crate::store::outbox::claim`].
    ///
    /// # Errors
    /// [`JobsError`] where the store failed.
    fn claim(&self, system: &str, now_ms: i64, lease_ms: i64)
    -> Result<Option<Claimed>, JobsError>;

    /// What the spec that filled the envelope says about sending it; `None` where that version is
    /// not here.
    ///
    /// # Errors
    /// [`JobsError`] where the store failed.
    fn plan(&self, claimed: &Claimed) -> Result<Option<Arc<FormPlan>>, JobsError>;

    /// A photograph; `None` where it has not come yet.
    ///
    /// # Errors
    /// [`JobsError`] where it could not be read.
    fn photo(&self, claimed: &Claimed, blob: BlobRef) -> Result<Option<Vec<u8>>, JobsError>;

    /// Stores progress and renews the lease; `false` where the claim is out of date; see
    /// [`crate::store::outbox::save_progress`].
    ///
    /// # Errors
    /// [`JobsError`] where the store failed.
    fn save_progress(
        &self,
        claimed: &Claimed,
        progress: &[u8],
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<bool, JobsError>;

    /// Records an outcome; see [`crate::store::outbox::finish`]. The place to append receipts.
    ///
    /// # Errors
    /// [`JobsError`] where the store failed.
    fn finish(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        now_ms: i64,
        retry_at_ms: i64,
    ) -> Result<Finished, JobsError>;

    /// When the next delivery of a system falls due, UTC milliseconds; see
    /// [`crate::store::status::next_due_ms`].
    ///
    /// # Errors
    /// [`JobsError`] where the store failed.
    fn next_due_ms(&self, system: &str) -> Result<Option<i64>, JobsError>;
}

/// Tells the time, UTC milliseconds. It must go on: a standing clock makes no retry due.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How patient the workers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Waits between the attempts at one delivery.
    pub backoff: Backoff,
    /// How long to let alone an upstream that has not answered, at most, milliseconds. The wait
    /// begins with the first wait of `backoff` and doubles.
    pub silence_ms: i64,
    /// How long to wait for a photograph or spec that is not here, where nobody wakes the delivery,
    /// milliseconds.
    pub missing_ms: i64,
    /// The longest sleep, milliseconds.
    pub sleep_ms: i64,
}

impl Default for Patience {
    /// From one second to an hour between attempts, a minute for a silent upstream.
    fn default() -> Self {
        Self {
            backoff: Backoff::default(),
            silence_ms: 60_000,
            missing_ms: 60_000,
            sleep_ms: 30_000,
        }
    }
}

/// The running workers. Stops and joins them when dropped.
pub struct Delivery {
    signal: Arc<Signal>,
    systems: Vec<String>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("systems", &self.systems)
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// Starts a worker for each configured upstream.
    ///
    /// # Errors
    /// What the system says where it gives no thread.
    pub fn start(
        upstreams: &Upstreams,
        jobs: &Arc<dyn Jobs>,
        now: &Now,
        patience: Patience,
    ) -> io::Result<Self> {
        let delivery = Self {
            signal: Arc::new(Signal::default()),
            systems: upstreams.0.keys().cloned().collect(),
            threads: Mutex::default(),
        };
        for (system, config) in &upstreams.0 {
            let worker = Worker {
                system: system.clone(),
                upstream: Upstream::new(config),
                jobs: jobs.clone(),
                now: now.clone(),
                patience,
                signal: delivery.signal.clone(),
            };
            let thread = thread::Builder::new()
                .name(format!("deliver-{system}"))
                .spawn(move || worker.run())?;
            delivery.threads().push(thread);
        }
        Ok(delivery)
    }

    /// Ids of the systems that have a worker.
    pub fn systems(&self) -> &[String] {
        &self.systems
    }

    /// Tells the workers that something may have fallen due: a new envelope, a photograph, a retry.
    pub fn wake(&self) {
        self.signal.wake();
    }

    /// Stops the workers after the call each is in, and waits for them. A second time does nothing.
    pub fn shutdown(&self) {
        self.signal.stop();
        let threads: Vec<_> = self.threads().drain(..).collect();
        for thread in threads {
            if thread.join().is_err() {
                error!("a delivery worker had panicked");
            }
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// How workers are woken and stopped.
#[derive(Debug, Default)]
struct Signal {
    state: Mutex<SignalState>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
struct SignalState {
    /// Counts the wakes, so that one between looking and sleeping is not missed.
    wakes: u64,
    stopped: bool,
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, SignalState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        let mut state = self.state();
        state.wakes = state.wakes.wrapping_add(1);
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }

    fn stopped(&self) -> bool {
        self.state().stopped
    }

    /// Sleeps until stopped, until woken since `wakes` (where given), or for so long.
    fn sleep(&self, wakes: Option<u64>, ms: i64) {
        let end = Instant::now() + Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        let mut state = self.state();
        while !state.stopped && wakes.is_none_or(|wakes| wakes == state.wakes) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// One upstream's thread.
struct Worker {
    system: String,
    upstream: Upstream,
    jobs: Arc<dyn Jobs>,
    now: Now,
    patience: Patience,
    signal: Arc<Signal>,
}

impl Worker {
    fn run(&self) {
        let mut silences = 0;
        while !self.signal.stopped() {
            let wakes = self.signal.state().wakes;
            match self.jobs.claim(&self.system, (self.now)(), self.lease_ms()) {
                Ok(Some(claimed)) => {
                    if self.deliver(&claimed) {
                        silences += 1;
                        // All others would meet the same silence: no use in trying them one by one.
                        let pause = self.patience.backoff.delay_ms(silences, 0);
                        self.signal.sleep(None, pause.min(self.patience.silence_ms));
                    } else {
                        silences = 0;
                    }
                }
                Ok(None) => self.signal.sleep(Some(wakes), self.until_due_ms()),
                Err(error) => {
                    error!(system = self.system, %error, "cannot claim a delivery");
                    self.signal
                        .sleep(None, self.patience.backoff.delay_ms(3, 0));
                }
            }
        }
    }

    /// Long enough for one call; renewed after each.
    fn lease_ms(&self) -> i64 {
        let call = i64::try_from(self.upstream.longest_call().as_millis()).unwrap_or(i64::MAX);
        call.saturating_add(30_000)
    }

    fn until_due_ms(&self) -> i64 {
        let longest = self.patience.sleep_ms;
        match self.jobs.next_due_ms(&self.system) {
            // Never nought: a row that cannot be claimed although due must not spin a core.
            Ok(Some(due)) => due
                .saturating_sub((self.now)())
                .clamp(5.min(longest), longest),
            Ok(None) => longest,
            Err(error) => {
                error!(system = self.system, %error, "cannot tell when a delivery falls due");
                longest
            }
        }
    }

    /// Makes one attempt and records it; true where the upstream did not answer.
    fn deliver(&self, claimed: &Claimed) -> bool {
        let attempt = attempt::Attempt {
            upstream: &self.upstream,
            jobs: self.jobs.as_ref(),
            now: &self.now,
            lease_ms: self.lease_ms(),
            stopped: &|| self.signal.stopped(),
            claimed,
        };
        // A message that makes us panic must not end the worker and with it all other deliveries.
        let report = catch_unwind(AssertUnwindSafe(|| attempt.run()))
            .unwrap_or_else(|_| Ok(Some(attempt::Report::failed())));
        let job = &claimed.job;
        match report {
            Ok(Some(report)) => {
                self.record(claimed, &report);
                report.silent
            }
            Ok(None) => {
                warn!(
                    system = self.system,
                    key = job.key,
                    "the claim went to another worker"
                );
                false
            }
            Err(error) => {
                error!(system = self.system, key = job.key, %error, "cannot prepare a delivery");
                self.record(claimed, &attempt::Report::hindered());
                false
            }
        }
    }

    fn record(&self, claimed: &Claimed, report: &attempt::Report) {
        let job = &claimed.job;
        let backoff = self.patience.backoff;
        let wait = match report.outcome {
            Outcome::NotReady { .. } => report.retry_after_ms.unwrap_or(self.patience.missing_ms),
            _ => backoff
                .delay_ms(job.attempt, jitter_permille(&job.key, job.attempt))
                .max(report.retry_after_ms.unwrap_or(0)),
        };
        // An outcome that is not recorded costs a repeat, or a person's look: worth a few tries.
        for again in [50, 200, 1_000, 0] {
            let now = (self.now)();
            match self
                .jobs
                .finish(claimed, &report.outcome, now, now.saturating_add(wait))
            {
                Ok(Finished::Recorded(state)) => {
                    let (key, system, attempt) = (&job.key, &self.system, job.attempt);
                    match state {
                        State::Discarded | State::Uncertain => {
                            warn!(system, key, attempt, %state, "needs a person");
                        }
                        _ => info!(system, key, attempt, %state, "attempt recorded"),
                    }
                    return;
                }
                Ok(Finished::Stale) => {
                    warn!(
                        system = self.system,
                        key = job.key,
                        "the claim went to another worker"
                    );
                    return;
                }
                Err(error) => {
                    error!(system = self.system, key = job.key, %error, "cannot record an outcome");
                    self.signal.sleep(None, again);
                }
            }
        }
    }
}
