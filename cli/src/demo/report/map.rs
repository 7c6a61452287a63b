//! The walk over the plots, drawn from the register: no tiles, no network.
//!
//! A patrol's fixes never leave the phone; this picture is made where they are. Everything is laid on
//! the plane that touches the village, north up, and scaled so that the picture is 1,000 units wide.

mod draw;

use fieldwork::recorder::{plot_index, settings};
use fieldwork_geo::{Plane, Polygon, Wgs84};
use fieldwork_patrol::{Path, Seen, Segment, Track};
use fieldwork_register::{EntityKind, IndexedBase};
use fieldwork_testkit::day::{Day, Entry, Fix};

use crate::play::fix_of;

/// Metres of land shown around the walk.
const MARGIN_M: f64 = 75.0;
/// Lowest height of the picture as a part of its width.
const FLATTEST: f64 = 0.32;
/// Width of the picture, units.
const WIDTH: f64 = 1_000.0;

/// A walk and what lies around it.
pub(super) struct Walk {
    view: View,
    path: Path,
    plots: Vec<Plot>,
    /// Plots that the way led through or along, and those that it only came near.
    walked: usize,
    near: usize,
    grids: Vec<(String, Polygon)>,
    marks: Vec<Mark>,
    started: String,
    ended: String,
}

struct Plot {
    name: String,
    outline: Polygon,
    seen: Seen,
    issue: bool,
}

struct Mark {
    label: String,
    at: Wgs84,
}

impl Walk {
    /// The walk of a patrol; `None` where the entry has no track. Way and plots are those of the recorder's
    /// filter, so that the picture shows what the capture says.
    pub(super) fn of(day: &Day, entry: &Entry, base: &IndexedBase) -> Option<Self> {
        let fixes = &entry.track.as_ref()?.fixes;
        let path = path(fixes);
        let view = View::around(&path)?;
        let index = plot_index(base);
        let attributions = index.attribute(&path);
        let count = |seen: Seen| attributions.iter().filter(|one| one.seen == seen).count();
        let found: Vec<&Entry> = entry
            .links
            .iter()
            .filter_map(|label| day.entry(label))
            .collect();
        let issue = |code: &str| {
            found
                .iter()
                .filter_map(|entry| entry.subject.as_ref())
                .any(|subject| subject.kind == "plot" && subject.key == code)
        };
        let seen = |number: usize| {
            let found = attributions.iter().find(|one| one.plot == number);
            found.map_or(Seen::Missed, |one| one.seen)
        };
        let mut plots: Vec<Plot> = (0..)
            .zip(index.plots())
            .filter(|(_, plot)| view.reaches(&plot.outline))
            .map(|(number, plot)| Plot {
                seen: seen(number),
                issue: issue(&plot.code),
                name: plot.name.clone(),
                outline: plot.outline.clone(),
            })
            .collect();
        // Those that stand out are drawn last, over their neighbours' borders.
        plots.sort_by_key(|plot| (plot.issue, plot.seen != Seen::Missed));
        let grids = base
            .of_kind(EntityKind::Grid)
            .filter_map(|grid| {
                let outline = grid
                    .outline
                    .clone()
                    .filter(|outline| view.reaches(outline))?;
                let name = grid.cells.get("grid.name").unwrap_or(&grid.id.id);
                Some((name.clone(), outline))
            })
            .collect();
        let marks = found
            .iter()
            .map(|entry| Mark {
                label: entry.id.clone(),
                at: Wgs84 {
                    lon: entry.place.lon,
                    lat: entry.place.lat,
                },
            })
            .collect();
        let time = |fix: Option<&Fix>| fix.map(|fix| super::clock_time(fix.0)).unwrap_or_default();
        Some(Self {
            started: time(fixes.first()),
            ended: time(fixes.last()),
            view,
            walked: count(Seen::Walked),
            near: count(Seen::Seen),
            path,
            plots,
            grids,
            marks,
        })
    }
}

/// The way of these fixes.
fn path(fixes: &[Fix]) -> Path {
    let segment = Segment {
        fixes: fixes.iter().map(fix_of).collect(),
        ..Segment::default()
    };
    let track = Track {
        segments: vec![segment],
        ..Track::default()
    };
    Path::of(&track, settings())
}

/// The part of the land that is shown.
struct View {
    plane: Plane,
    west_m: f64,
    north_m: f64,
    width_m: f64,
    height_m: f64,
}

impl View {
    fn around(path: &Path) -> Option<Self> {
        let plane = Plane::at(path.places().next()?.point);
        let (mut west, mut south) = (f64::MAX, f64::MAX);
        let (mut east, mut north) = (f64::MIN, f64::MIN);
        for place in path.places() {
            let (x, y) = plane.to_m(place.point);
            (west, east) = (west.min(x), east.max(x));
            (south, north) = (south.min(y), north.max(y));
        }
        let width_m = east - west + 2.0 * MARGIN_M;
        let height_m = (north - south + 2.0 * MARGIN_M).max(width_m * FLATTEST);
        let middle = f64::midpoint(south, north);
        Some(Self {
            plane,
            west_m: west - MARGIN_M,
            north_m: middle + height_m / 2.0,
            width_m,
            height_m,
        })
    }

    fn units_per_m(&self) -> f64 {
        WIDTH / self.width_m
    }

    fn height(&self) -> f64 {
        self.height_m * self.units_per_m()
    }

    /// Where a point stands in the picture: right, down.
    fn place(&self, point: Wgs84) -> (f64, f64) {
        let (east, north) = self.plane.to_m(point);
        let scale = self.units_per_m();
        ((east - self.west_m) * scale, (self.north_m - north) * scale)
    }

    /// The point that stands there in the picture.
    fn point(&self, (right, down): (f64, f64)) -> Wgs84 {
        let scale = self.units_per_m();
        let east_m = self.west_m + right / scale;
        self.plane.to_point((east_m, self.north_m - down / scale))
    }

    /// The box around an outline, in the picture: left, top, right, bottom.
    fn bounds(&self, outline: &Polygon) -> (f64, f64, f64, f64) {
        let bounds = outline.bounding_box();
        let corner = |[lon, lat]: [i32; 2]| {
            self.place(Wgs84 {
                lon: f64::from(lon) / 1e7,
                lat: f64::from(lat) / 1e7,
            })
        };
        let (left, bottom) = corner(bounds.min);
        let (right, top) = corner(bounds.max);
        (left, top, right, bottom)
    }

    fn reaches(&self, outline: &Polygon) -> bool {
        let (left, top, right, bottom) = self.bounds(outline);
        left < WIDTH && right > 0.0 && top < self.height() && bottom > 0.0
    }
}

#[cfg(test)]
mod tests {
    use fieldwork_hub::folder::read_register;
    use fieldwork_testkit::fixtures::Fixtures;

    use super::*;

    #[test]
    fn the_picture_shows_what_really_happened_on_the_walk() {
        let data = Fixtures::default();
        let day = data.day().unwrap();
        let track = day.captures.iter().find_map(|e| e.track.as_ref()).unwrap();
        let path = path(&track.fixes);

        assert!((path.summary.distance_m - track.truth.length_m).abs() <= 50.0);
        let gap = &track.truth.gap;
        let gaps: Vec<f64> = path
            .gaps()
            .map(|(before, after)| after.at_s - before.at_s)
            .collect();
        assert_eq!(gaps, [(gap.next_ms - gap.after_ms) as f64 / 1_000.0]);
        assert_eq!(path.dropped.len(), 4);
        let (base, _) = read_register(&data.register()).unwrap();
        let index = plot_index(&IndexedBase::new(base));
        let seen = index.attribute(&path);
        for code in &track.truth.plots {
            let found = seen.iter().find(|one| {
                let plot = index.plot(one.plot);
                plot.is_some_and(|plot| plot.code == *code)
            });
            assert_eq!(found.map(|one| one.seen), Some(Seen::Walked), "{code}");
        }
    }
}
