//! What a journal holds, and what of it goes into a capture.

use fieldwork_forms::capture::TrackSummary;
use fieldwork_ids::Ulid;
use fieldwork_patrol::{Path, Plot, PlotIndex, Segment, Track};
use fieldwork_register::{EntityKind, IndexedBase};

use super::RecorderError;
use super::step::Step;
use crate::Workspace;
use crate::store::walk as rows;

/// The track that a journal holds, and the number of its next step.
pub(super) fn journal(workspace: &Workspace, id: Ulid) -> Result<(Track, i64), RecorderError> {
    let mut track = Track::default();
    let next = workspace.replica().read(|connection| {
        rows::steps(connection, id, |bytes| {
            // A step that has rotted costs itself; the walk goes on.
            let Ok(step) = Step::read(bytes) else {
                return Ok(());
            };
            match step {
                Step::Begin(begins, provider, datum) => track.segments.push(Segment {
                    begins,
                    provider,
                    datum,
                    fixes: Vec::new(),
                }),
                Step::Fix(fix) => match track.segments.last_mut() {
                    Some(segment) => segment.fixes.push(fix),
                    None => track.segments.push(Segment {
                        fixes: vec![fix],
                        ..Segment::default()
                    }),
                },
            }
            Ok(())
        })
        .map_err(RecorderError::from)
    })?;
    Ok((track, next))
}

/// Plots of a register with their outlines, ready to be asked.
pub fn plot_index(base: &IndexedBase) -> PlotIndex {
    let plots = base.of_kind(EntityKind::Plot).filter_map(|entity| {
        Some(Plot {
            code: entity.id.id.clone(),
            name: entity.cells.get("plot.name").cloned().unwrap_or_default(),
            outline: entity.outline.clone()?,
        })
    });
    PlotIndex::new(plots.collect())
}

/// What of a walk goes into a capture.
pub(super) fn facts(path: &Path, base: Option<&IndexedBase>) -> Option<TrackSummary> {
    let (first, last) = (path.places().next()?, path.places().last()?);
    let grid = |place: &fieldwork_patrol::path::Place| {
        base.and_then(|base| base.grid_at(place.point))
            .map(|grid| grid.id.id.clone())
    };
    // From the first place that counts, so long as the clock that only runs forward says: the one on the wall
    // may have been put back on the way.
    let began = path.places().find(|place| place.at_ms.is_some())?;
    let started_ms = began.at_ms?;
    let lasted_ms = ((last.at_s - began.at_s) * 1_000.0).round() as i64;
    let plots = base.map(|base| {
        let index = plot_index(base);
        let seen = index.attribute(path);
        let codes = seen.iter().filter_map(|one| index.plot(one.plot));
        codes.map(|plot| plot.code.clone()).collect()
    });
    Some(TrackSummary {
        started_ms,
        ended_ms: started_ms.saturating_add(lasted_ms.max(0)),
        first_grid: grid(first),
        last_grid: grid(last),
        length_m: Some(path.summary.distance_m),
        plots: plots.unwrap_or_default(),
    })
}
