//! Walks that are kept: looked at by their worker, handed out only for a reason, deleted in time.

use fieldwork_forms::capture::TrackSummary;
use fieldwork_ids::Ulid;
use fieldwork_patrol::sealed::open;
use fieldwork_patrol::{Path, Track, export};

use super::facts::facts;
use super::{RecorderError, settings};
use crate::Workspace;
use crate::replica::ReplicaError;
use crate::store::StoreError;
use crate::store::walk as rows;

/// A walk that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Its id.
    pub id: Ulid,
    /// What it was for.
    pub purpose: String,
    /// When it began, UTC milliseconds.
    pub began_ms: i64,
    /// When it is deleted, UTC milliseconds.
    pub expires_ms: i64,
}

/// Why, what and for how long a track is handed to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// The order or law, and whose.
    pub basis: String,
    /// From when, UTC milliseconds; nothing before is handed out.
    pub from_ms: i64,
    /// Until when; nothing after is handed out.
    pub to_ms: i64,
    /// Until when the receiver may use it, UTC milliseconds.
    pub expires_ms: i64,
}

/// What was handed out of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// When, UTC milliseconds.
    pub at_ms: i64,
    /// On what terms.
    pub terms: Emergency,
}

/// The walks that a workspace keeps.
#[derive(Clone, Copy)]
pub struct Kept<'a>(&'a Workspace);

impl<'a> Kept<'a> {
    /// Those of a workspace.
    pub fn of(workspace: &'a Workspace) -> Self {
        Self(workspace)
    }

    /// All of them, oldest first; those whose time is over are deleted first.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn list(&self) -> Result<Vec<Walk>, RecorderError> {
        self.expire()?;
        let found = self
            .0
            .replica()
            .read::<_, RecorderError>(|connection| Ok(rows::finished(connection)?))?;
        Ok(found
            .into_iter()
            .map(|row| Walk {
                id: row.id,
                purpose: row.purpose,
                began_ms: row.began_ms,
                expires_ms: row.expires_ms.unwrap_or(0),
            })
            .collect())
    }

    /// Deletes those whose time is over and says how many.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn expire(&self) -> Result<usize, RecorderError> {
        let replica = self.0.replica();
        let now_ms = replica.ports().clock.wall_ms();
        replica.write(|transaction| {
            let over: Vec<Ulid> = rows::finished(transaction)?
                .into_iter()
                .filter(|row| row.expires_ms.is_none_or(|expires_ms| expires_ms <= now_ms))
                .map(|row| row.id)
                .collect();
            for id in &over {
                rows::remove(transaction, *id)?;
            }
            Ok::<_, RecorderError>(over.len())
        })
    }

    /// Deletes one before its time.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn delete(&self, id: Ulid) -> Result<(), RecorderError> {
        self.0
            .replica()
            .write(|transaction| Ok::<_, RecorderError>(rows::remove(transaction, id)?))
    }

    /// The track of one, for its worker's own eyes; height is not kept.
    ///
    /// # Errors
    /// [`RecorderError::Unknown`] also where its time is over.
    pub fn track(&self, id: Ulid) -> Result<Track, RecorderError> {
        let replica = self.0.replica();
        let sealed = replica
            .read::<_, RecorderError>(|connection| Ok(rows::sealed(connection, id)?))?
            .ok_or(RecorderError::Unknown)?;
        Ok(open(&sealed, replica.ports().clock.wall_ms())?)
    }

    /// What of one goes into a capture, once more: for an app that died between finishing a walk and saving
    /// what it was for. `None` where not one fix counted.
    ///
    /// # Errors
    /// Those of [`Kept::track`].
    pub fn facts(&self, id: Ulid) -> Result<Option<TrackSummary>, RecorderError> {
        let path = Path::of(&self.track(id)?, settings());
        let base = match self.0.replica().base() {
            Ok((_, base)) => Some(base),
            Err(ReplicaError::NotReady(_)) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(facts(&path, base.as_deref()))
    }

    /// As GPX, on the worker's own wish.
    ///
    /// # Errors
    /// Those of [`Kept::track`].
    pub fn gpx(&self, id: Ulid) -> Result<String, RecorderError> {
        Ok(export::gpx(&self.track(id)?))
    }

    /// As GeoJSON, on the worker's own wish.
    ///
    /// # Errors
    /// Those of [`Kept::track`].
    pub fn geojson(&self, id: Ulid) -> Result<String, RecorderError> {
        Ok(export::geojson(&self.track(id)?))
    }

    /// The part of a track that an emergency asks for, as GPX whose name says on what terms; it is noted
    /// beside the walk before it is given.
    ///
    /// # Errors
    /// [`RecorderError::Emergency`] names what is lacking: a basis, a scope within the walk, a time by which
    /// it ends.
    pub fn hand_out(&self, id: Ulid, terms: &Emergency) -> Result<String, RecorderError> {
        let replica = self.0.replica();
        let at_ms = replica.ports().clock.wall_ms();
        if terms.basis.trim().is_empty() {
            return Err(RecorderError::Emergency("a basis"));
        }
        if terms.from_ms >= terms.to_ms {
            return Err(RecorderError::Emergency("a scope"));
        }
        if terms.expires_ms <= at_ms || terms.expires_ms - at_ms > super::LONGEST_KEPT_MS {
            return Err(RecorderError::Emergency("an expiry within 180 days"));
        }
        let mut track = self.track(id)?;
        for segment in &mut track.segments {
            segment.fixes.retain(|fix| {
                fix.at_ms
                    .is_some_and(|at| (terms.from_ms..=terms.to_ms).contains(&at))
            });
        }
        track.segments.retain(|segment| !segment.fixes.is_empty());
        if track.segments.is_empty() {
            return Err(RecorderError::Emergency("a scope within the walk"));
        }
        let until = fieldwork_ids::time::rfc3339(terms.expires_ms);
        track.name = format!("{}（使用期限 {until}）", terms.basis);
        let row = rows::ExportRow {
            at_ms,
            basis: terms.basis.clone(),
            from_ms: terms.from_ms,
            to_ms: terms.to_ms,
            expires_ms: terms.expires_ms,
        };
        replica.write(|transaction| {
            Ok::<_, RecorderError>(rows::note_export(transaction, id, &row)?)
        })?;
        Ok(export::gpx(&track))
    }

    /// What was handed out of a walk.
    ///
    /// # Errors
    /// [`RecorderError::Replica`].
    pub fn handed_out(&self, id: Ulid) -> Result<Vec<Handed>, RecorderError> {
        let read = |connection: &rusqlite::Connection| -> Result<_, StoreError> {
            rows::exports(connection, id)
        };
        let found = self
            .0
            .replica()
            .read::<_, RecorderError>(|connection| Ok(read(connection)?))?;
        Ok(found
            .into_iter()
            .map(|row| Handed {
                at_ms: row.at_ms,
                terms: Emergency {
                    basis: row.basis,
                    from_ms: row.from_ms,
                    to_ms: row.to_ms,
                    expires_ms: row.expires_ms,
                },
            })
            .collect())
    }
}
