//! Recording a walk: off unless a worker starts it for a task, journalled fix by fix, kept on this device.
//!
//! Each fix is on the medium before anything is made of it; an app that is killed goes on after a gap that
//! has its reason. When the walk is finished the journal becomes a sealed track with a time by which it is
//! gone, and a capture gets what follows from it ([`TrackSummary`]): times, first and last grid, plots
//! seen, length. The track itself is in no log and no message. There is no target, count or distance to
//! reach, and no place to put one.

mod advice;
mod error;
mod facts;
mod keep;
mod step;

use std::ops::Deref;

use fieldwork_forms::capture::TrackSummary;
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_patrol::filter::{Refused, without_rollover};
use fieldwork_patrol::sealed::seal;
use fieldwork_patrol::{Break, Datum, Filter, Fix, Path, Provider, Settings, Summary, Verdict};

pub use advice::{Battery, ask_every_s};
pub use error::RecorderError;
pub use facts::plot_index;
pub use keep::{Emergency, Handed, Kept, Walk};

use crate::Workspace;
use crate::replica::ReplicaError;
use crate::store::walk::{self as rows, State, WalkRow};
use facts::{facts, journal};
use step::Step;

/// A sealed track is kept for this long unless less is asked for, milliseconds (30 days).
pub const KEPT_MS: i64 = 30 * 86_400_000;
/// And never longer than this, milliseconds (180 days).
pub const LONGEST_KEPT_MS: i64 = 180 * 86_400_000;

/// What a recording is for, and who makes its fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The task, in a word or two; never empty.
    pub purpose: String,
    /// Who makes the fixes.
    pub provider: Provider,
    /// The datum in which they were made; a [`Fix`] itself is WGS-84.
    pub datum: Datum,
}

/// What became of a fix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recorded {
    /// Whether it counts.
    pub verdict: Verdict,
    /// After how many seconds the receiver should be asked again.
    pub ask_every_s: f64,
}

/// A finished walk.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Its id.
    pub id: Ulid,
    /// What follows from its fixes.
    pub summary: Summary,
    /// What of it goes into a capture; `None` where not one fix counted.
    pub facts: Option<TrackSummary>,
    /// When its track is deleted, UTC milliseconds.
    pub expires_ms: i64,
}

/// A walk under way. Holds a workspace by reference or by `Arc`.
pub struct Recorder<W> {
    workspace: W,
    id: Ulid,
    start: Start,
    filter: Filter,
    paused: bool,
    next: i64,
    battery: Battery,
}

impl<W: Deref<Target = Workspace>> Recorder<W> {
    /// Begins a walk.
    ///
    /// # Errors
    /// [`RecorderError::NoPurpose`]; [`RecorderError::UnderWay`] where another was not finished.
    pub fn start(workspace: W, start: Start) -> Result<Self, RecorderError> {
        if start.purpose.trim().is_empty() {
            return Err(RecorderError::NoPurpose);
        }
        Kept::of(&workspace).expire()?;
        let ports = workspace.replica().ports();
        let began_ms = ports.clock.wall_ms();
        let mut random = [0; 10];
        ports.random.fill(&mut random).map_err(ReplicaError::from)?;
        let id = Ulid::from_parts(began_ms, random);
        let row = WalkRow {
            id,
            purpose: start.purpose.clone(),
            state: State::Recording,
            began_ms,
            expires_ms: None,
        };
        let mark = Step::Begin(Break::Start, start.provider, start.datum);
        workspace.replica().write(|transaction| {
            if rows::under_way(transaction)?.is_some() {
                return Err(RecorderError::UnderWay);
            }
            rows::insert(transaction, &row)?;
            Ok(rows::append(transaction, id, 0, &mark.bytes())?)
        })?;
        Ok(Self {
            workspace,
            id,
            start,
            filter: Filter::new(settings()),
            paused: false,
            next: 1,
            battery: Battery::Enough,
        })
    }

    /// Goes on with the walk that was under way when the app ended; what lies between is a gap. `None` where
    /// there is none.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn go_on(workspace: W) -> Result<Option<Self>, RecorderError> {
        let replica = workspace.replica();
        let Some(row) = replica.read::<_, RecorderError>(|all| Ok(rows::under_way(all)?))? else {
            return Ok(None);
        };
        let (track, next) = journal(&workspace, row.id)?;
        let last = track.segments.last();
        let mut recorder = Self {
            id: row.id,
            start: Start {
                purpose: row.purpose,
                provider: last.map_or(Provider::Unknown, |segment| segment.provider),
                datum: last.map_or(Datum::Wgs84, |segment| segment.datum),
            },
            filter: Filter::new(settings()),
            paused: row.state == State::Paused,
            next,
            battery: Battery::Enough,
            workspace,
        };
        for segment in &track.segments {
            recorder.filter.push_segment(segment, |_, _| {});
        }
        if recorder.paused {
            // The pause is the reason already.
            recorder.filter.begin(Break::Paused);
        } else {
            recorder.begin(Break::Restarted, State::Recording)?;
        }
        Ok(Some(recorder))
    }

    /// Its id.
    pub fn id(&self) -> Ulid {
        self.id
    }

    /// What it is for.
    pub fn purpose(&self) -> &str {
        &self.start.purpose
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// What follows from it so far.
    pub fn summary(&self) -> Summary {
        self.filter.summary()
    }

    /// How full the battery is; changes how often fixes are asked for.
    pub fn set_battery(&mut self, battery: Battery) {
        self.battery = battery;
    }

    /// After how many seconds the receiver should be asked again.
    pub fn ask_every_s(&self) -> f64 {
        ask_every_s(self.filter.stays(), self.battery)
    }

    /// Takes a fix: first into the journal, then into the figures.
    ///
    /// # Errors
    /// [`RecorderError::Paused`]; [`RecorderError::Replica`], after which the fix is not part of the walk.
    pub fn fix(&mut self, fix: &Fix) -> Result<Recorded, RecorderError> {
        if self.paused {
            return Err(RecorderError::Paused);
        }
        let wall_ms = self.workspace.replica().ports().clock.wall_ms();
        let Ok(point) = Wgs84::new(fix.point.lon, fix.point.lat)
            .and_then(|point| Wgs84::from_e7(point.to_e7()))
        else {
            return Ok(Recorded {
                verdict: Verdict::Refused(Refused::Zero),
                ask_every_s: self.ask_every_s(),
            });
        };
        // As the journal holds it, so that both ways to the figures lead to the same.
        let fix = Fix {
            point,
            at_ms: fix.at_ms.map(|at_ms| without_rollover(at_ms, wall_ms)),
            ..*fix
        };
        self.append(&Step::Fix(fix), None)?;
        Ok(Recorded {
            verdict: self.filter.push(&fix),
            ask_every_s: self.ask_every_s(),
        })
    }

    /// Pauses: until [`Recorder::resume`] no fix is taken.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn pause(&mut self) -> Result<(), RecorderError> {
        if !self.paused {
            self.begin(Break::Paused, State::Paused)?;
            self.paused = true;
        }
        Ok(())
    }

    /// Goes on after a pause.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn resume(&mut self) -> Result<(), RecorderError> {
        if self.paused {
            let id = self.id;
            self.workspace.replica().write(|transaction| {
                Ok::<_, RecorderError>(rows::set_state(transaction, id, State::Recording)?)
            })?;
            self.paused = false;
        }
        Ok(())
    }

    /// Ends the walk: seals its track, which is kept for `kept_ms` milliseconds at most, and gives what goes
    /// into a capture.
    ///
    /// # Errors
    /// [`RecorderError::KeptTooLong`]; [`RecorderError::Replica`], after which it is still under way.
    pub fn finish(&mut self, kept_ms: i64) -> Result<Finished, RecorderError> {
        if !(0..=LONGEST_KEPT_MS).contains(&kept_ms) {
            return Err(RecorderError::KeptTooLong);
        }
        let (track, _) = journal(&self.workspace, self.id)?;
        let replica = self.workspace.replica();
        let base = match replica.base() {
            Ok((_, base)) => Some(base),
            Err(ReplicaError::NotReady(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let path = Path::of(&track, settings());
        let facts = facts(&path, base.as_deref());
        // To the second, as the sealed track says it.
        let expires_ms = replica.ports().clock.wall_ms().saturating_add(kept_ms) / 1_000 * 1_000;
        let sealed = seal(&track, expires_ms)?;
        replica.write(|transaction| {
            match rows::seal(transaction, self.id, &sealed, expires_ms)? {
                true => Ok(()),
                false => Err(RecorderError::Over),
            }
        })?;
        Ok(Finished {
            id: self.id,
            summary: self.filter.summary(),
            facts,
            expires_ms,
        })
    }

    /// Ends the walk and keeps nothing of it.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn discard(&mut self) -> Result<(), RecorderError> {
        let id = self.id;
        self.workspace
            .replica()
            .write(|transaction| Ok::<_, RecorderError>(rows::remove(transaction, id)?))
    }

    fn begin(&mut self, why: Break, state: State) -> Result<(), RecorderError> {
        let mark = Step::Begin(why, self.start.provider, self.start.datum);
        self.append(&mark, Some(state))?;
        self.filter.begin(why);
        Ok(())
    }

    fn append(&mut self, step: &Step, state: Option<State>) -> Result<(), RecorderError> {
        let (id, number, bytes) = (self.id, self.next, step.bytes());
        self.workspace.replica().write(|transaction| {
            // A receiver may call once more after the walk was finished or discarded.
            if !rows::append(transaction, id, number, &bytes)? {
                return Err(RecorderError::Over);
            }
            if let Some(state) = state {
                rows::set_state(transaction, id, state)?;
            }
            Ok::<_, RecorderError>(())
        })?;
        self.next += 1;
        Ok(())
    }
}

/// How a recorded walk is filtered: alike while it is under way, when it is finished, and by whoever looks at
/// it again, so that all say the same.
pub fn settings() -> Settings {
    Settings {
        interval_s: advice::SPARING_S,
        ..Settings::default()
    }
}
