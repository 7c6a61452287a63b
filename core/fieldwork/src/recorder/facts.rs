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
            match Step::read(bytes)? {
                Step::Begin(begins, provider, datum) => track.segments.push(Segment {
                    begins,
                    provider,
                    datum,
                    fixes: Vec::new(),
                }),
                Step::Fix(fix) => {
                    if let Some(segment) = track.segments.last_mut() {
                        segment.fixes.push(fix);
                    }
                }
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
pub(super) fn facts(
    track: &Track,
    path: &Path,
    base: Option<&IndexedBase>,
) -> Option<TrackSummary> {
    let (first, last) = (path.places().next()?, path.places().last()?);
    let grid = |place: &fieldwork_patrol::path::Place| {
        base.and_then(|base| base.grid_at(place.point))
            .map(|grid| grid.id.id.clone())
    };
    let times = || track.fixes().filter_map(|fix| fix.at_ms);
    let plots = base.map(|base| {
        let index = plot_index(base);
        let seen = index.attribute(path);
        let codes = seen.iter().filter_map(|one| index.plot(one.plot));
        codes.map(|plot| plot.code.clone()).collect()
    });
    Some(TrackSummary {
        started_ms: times().next()?,
        ended_ms: times().last()?,
        first_grid: grid(first),
        last_grid: grid(last),
        length_m: Some(path.summary.distance_m),
        plots: plots.unwrap_or_default(),
    })
}
