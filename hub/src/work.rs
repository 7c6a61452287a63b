//! Work in the background: captures become envelopes, envelopes are delivered, ends become receipts.
//!
//! One thread fills and writes receipts, woken whenever something came in or a delivery ended; the
//! threads of [`Delivery`] send. Everything goes by cursors and states in the villages' databases, so a
//! hub that dies at any point takes up where it was.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fieldwork::replica::BlobError;
use fieldwork::replica::ReplicaError;
use fieldwork_forms::capture::BlobRef;

use crate::config::Upstreams;
use crate::delivery::{Claimed, Delivery, Jobs, JobsError, Now, Patience};
use crate::hub::Hub;
use crate::outbox::{Finished, Outcome, State};
use crate::store::{outbox, status};
use crate::village::VillageError;
use crate::wire::FormPlan;

/// How long the filling thread sleeps when nobody wakes it.
const IDLE: Duration = Duration::from_secs(30);

/// The background work of a hub.
pub struct Work {
    hub: Arc<Hub>,
    delivery: Delivery,
    bell: Arc<Bell>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Work {
    /// Starts filling and delivery.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        hub: Arc<Hub>,
        upstreams: &Upstreams,
        patience: Patience,
    ) -> io::Result<Arc<Self>> {
        let bell = Arc::new(Bell::default());
        let jobs: Arc<dyn Jobs> = Arc::new(HubJobs {
            hub: Arc::clone(&hub),
            bell: Arc::clone(&bell),
            earlier: Mutex::default(),
        });
        let clock = Arc::clone(&hub);
        let now: Now = Arc::new(move || clock.now_ms());
        let delivery = Delivery::start(upstreams, &jobs, &now, patience)?;
        let work = Arc::new(Self {
            hub,
            delivery,
            bell,
            thread: Mutex::default(),
        });
        let filler = Arc::downgrade(&work);
        let bell = Arc::clone(&work.bell);
        let thread = std::thread::Builder::new()
            .name("hub work".to_owned())
            .spawn(move || {
                loop {
                    let Some(work) = filler.upgrade() else { return };
                    work.round();
                    drop(work);
                    if bell.wait(IDLE) {
                        return;
                    }
                }
            })?;
        *lock(&work.thread) = Some(thread);
        work.wake();
        Ok(work)
    }

    /// Something came in: look now.
    pub fn wake(&self) {
        self.bell.ring();
    }

    /// Ends filling and delivery and waits for both. Does nothing the second time.
    pub fn stop(&self) {
        self.bell.stop();
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
        self.delivery.shutdown();
    }

    /// Waits until nothing of the configured upstreams is left to deliver, or `limit` has passed; `true`
    /// where all is done. What waits for a person or an unconfigured upstream does not count.
    ///
    /// # Errors
    /// [`VillageError`] where a village's database failed.
    pub fn settle(&self, limit: Duration) -> Result<bool, VillageError> {
        let end = Instant::now() + limit;
        loop {
            let seen = self.bell.rounds();
            if !self.busy()? {
                return Ok(true);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.bell
                .wait_for_round(seen, left.min(Duration::from_millis(250)));
        }
    }

    fn busy(&self) -> Result<bool, VillageError> {
        for village in self.hub.all_villages() {
            if village.fill()? + village.write_receipts()? > 0 {
                self.delivery.wake();
            }
            let counts = village
                .replica()
                .read(|connection| Ok::<_, VillageError>(status::counts(connection)?))?;
            let open = counts.iter().any(|count| {
                !village.carries(&count.system)
                    && matches!(
                        count.state,
                        State::Available | State::Running | State::Retryable | State::Scheduled
                    )
                    && self.delivery.systems().contains(&count.system)
            });
            if open {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn round(&self) {
        for village in self.hub.all_villages() {
            let done = village
                .fill()
                .and_then(|filled| Ok((filled, village.write_receipts()?)));
            match done {
                Ok((0, 0)) => {}
                Ok((filled, receipts)) => {
                    tracing::info!(village = village.code(), filled, receipts, "worked");
                }
                Err(error) => tracing::error!(village = village.code(), %error, "work failed"),
            }
        }
        self.delivery.wake();
        self.bell.round_done();
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.bell.stop();
        self.delivery.shutdown();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the filling thread and tells when it has gone round.
#[derive(Default)]
struct Bell {
    state: Mutex<BellState>,
    changed: Condvar,
}

#[derive(Default)]
struct BellState {
    rung: bool,
    stopped: bool,
    rounds: u64,
}

impl Bell {
    fn ring(&self) {
        lock(&self.state).rung = true;
        self.changed.notify_all();
    }

    fn stop(&self) {
        lock(&self.state).stopped = true;
        self.changed.notify_all();
    }

    /// Waits for a ring; `true` where it is time to stop.
    fn wait(&self, limit: Duration) -> bool {
        let state = lock(&self.state);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, limit, |state| !state.rung && !state.stopped)
            .unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
        state.stopped
    }

    fn rounds(&self) -> u64 {
        lock(&self.state).rounds
    }

    fn round_done(&self) {
        let mut state = lock(&self.state);
        state.rounds = state.rounds.wrapping_add(1);
        self.changed.notify_all();
    }

    fn wait_for_round(&self, seen: u64, limit: Duration) {
        let state = lock(&self.state);
        let _ = self
            .changed
            .wait_timeout_while(state, limit, |state| state.rounds == seen && !state.stopped)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// The villages' outboxes as the workers see them.
struct HubJobs {
    hub: Arc<Hub>,
    bell: Arc<Bell>,
    /// Plans of specs that are no longer in force.
    earlier: Mutex<BTreeMap<Earlier, Arc<FormPlan>>>,
}

/// Village, system, version and form.
type Earlier = (String, String, u32, String);

impl HubJobs {
    fn write<T>(
        &self,
        claimed: &Claimed,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, crate::store::StoreError>,
    ) -> Result<T, JobsError> {
        let village = self.village(claimed)?;
        village
            .replica()
            .write(|transaction| Ok::<_, VillageError>(work(transaction)?))
            .map_err(failed)
    }

    fn village(&self, claimed: &Claimed) -> Result<Arc<crate::village::Village>, JobsError> {
        self.hub
            .village(&claimed.village)
            .map_err(|_| JobsError::Other("the village is gone"))
    }
}

fn failed(error: VillageError) -> JobsError {
    match error {
        VillageError::Store(error) => JobsError::Store(error),
        _ => JobsError::Other("the village's database failed"),
    }
}

impl Jobs for HubJobs {
    fn claim(
        &self,
        system: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Claimed>, JobsError> {
        for village in self.hub.all_villages() {
            if village.carries(system) {
                continue;
            }
            let job = village
                .replica()
                .write(|transaction| {
                    Ok::<_, VillageError>(outbox::claim(transaction, system, now_ms, lease_ms)?)
                })
                .map_err(failed)?;
            if let Some(job) = job {
                return Ok(Some(Claimed {
                    village: village.code().to_owned(),
                    job,
                }));
            }
        }
        Ok(None)
    }

    fn plan(&self, claimed: &Claimed) -> Result<Option<Arc<FormPlan>>, JobsError> {
        let village = self.village(claimed)?;
        let replica = village.replica();
        let failed = |error: ReplicaError| failed(error.into());
        let job = &claimed.job;
        let catalogue = replica.catalogue().map_err(failed)?;
        if let Some(spec) = catalogue.spec(&job.system)
            && spec.version == job.spec_version
        {
            return Ok(FormPlan::new(spec, &job.form).map(Arc::new));
        }
        // The spec was raised since: what was filled by the earlier one is sent by it.
        let name = (
            claimed.village.clone(),
            job.system.clone(),
            job.spec_version,
            job.form.clone(),
        );
        let mut earlier = self
            .earlier
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(plan) = earlier.get(&name) {
            return Ok(Some(Arc::clone(plan)));
        }
        let spec = replica
            .spec_of_version(&job.system, job.spec_version)
            .map_err(failed)?;
        let plan = spec.and_then(|spec| FormPlan::new(&spec, &job.form).map(Arc::new));
        if let Some(plan) = &plan {
            earlier.insert(name, Arc::clone(plan));
        }
        Ok(plan)
    }

    fn photo(&self, claimed: &Claimed, blob: BlobRef) -> Result<Option<Vec<u8>>, JobsError> {
        match self.village(claimed)?.replica().blob_bytes(blob) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ReplicaError::Unknown(_)) => Ok(None),
            Err(ReplicaError::Blob(BlobError::Damaged)) => {
                Err(JobsError::Other("a photograph is damaged"))
            }
            Err(error) => Err(failed(error.into())),
        }
    }

    fn save_progress(
        &self,
        claimed: &Claimed,
        progress: &[u8],
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<bool, JobsError> {
        let (key, fence) = (&claimed.job.key, claimed.job.fence);
        self.write(claimed, |transaction| {
            outbox::save_progress(transaction, key, fence, progress, now_ms, lease_ms)
        })
    }

    fn finish(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        now_ms: i64,
        retry_at_ms: i64,
    ) -> Result<Finished, JobsError> {
        let (key, fence) = (&claimed.job.key, claimed.job.fence);
        let finished = self.write(claimed, |transaction| {
            outbox::finish(transaction, key, fence, outcome, now_ms, retry_at_ms)
        })?;
        self.bell.ring();
        Ok(finished)
    }

    fn next_due_ms(&self, system: &str) -> Result<Option<i64>, JobsError> {
        let mut next = None;
        for village in self.hub.all_villages() {
            if village.carries(system) {
                continue;
            }
            let due = village
                .replica()
                .read(|connection| Ok::<_, VillageError>(status::next_due_ms(connection, system)?))
                .map_err(failed)?;
            next = match (next, due) {
                (Some(a), Some(b)) => Some(std::cmp::min::<i64>(a, b)),
                (a, b) => a.or(b),
            };
        }
        Ok(next)
    }
}
