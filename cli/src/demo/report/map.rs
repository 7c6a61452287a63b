//! The walk over the plots, drawn from the register: no tiles, no network.
//!
//! A patrol's fixes never leave the phone; this picture is made where they are. Everything is laid on
//! the plane that touches the village, north up, and scaled so that the picture is 1,000 units wide.

mod draw;
mod track;

use fieldwork_geo::{Plane, Polygon, Wgs84};
use fieldwork_register::{EntityId, EntityKind, IndexedBase};
use fieldwork_testkit::day::{Day, Entry};

use track::Path;

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
    /// Names of the plots walked through, in the order of the way.
    seen: Vec<String>,
    grids: Vec<(String, Polygon)>,
    marks: Vec<Mark>,
    started: String,
    ended: String,
}

struct Plot {
    name: String,
    outline: Polygon,
    seen: bool,
    issue: bool,
}

struct Mark {
    label: String,
    at: Wgs84,
}

impl Walk {
    /// The walk of a patrol; `None` where the entry has no track. `plots_seen` are the codes that the
    /// capture itself holds; where it holds none they follow from the fixes.
    pub(super) fn of(
        day: &Day,
        entry: &Entry,
        base: &IndexedBase,
        plots_seen: &[String],
    ) -> Option<Self> {
        let fixes = &entry.track.as_ref()?.fixes;
        let path = Path::of(fixes);
        let view = View::around(&path)?;
        let seen = if plots_seen.is_empty() {
            path.plots(base)
        } else {
            plots_seen.to_vec()
        };
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
        let mut plots: Vec<Plot> = visible(base, EntityKind::Plot, &view)
            .map(|(id, name, outline)| Plot {
                seen: seen.contains(&id.id),
                issue: issue(&id.id),
                name,
                outline,
            })
            .collect();
        let name = |code: &String| {
            let plot = base.entity(&EntityId::new(EntityKind::Plot, code));
            let name = plot.and_then(|plot| plot.cells.get("plot.name"));
            name.unwrap_or(code).clone()
        };
        let seen = seen.iter().map(name).collect();
        // Those that stand out are drawn last, over their neighbours' borders.
        plots.sort_by_key(|plot| (plot.issue, plot.seen));
        let grids = visible(base, EntityKind::Grid, &view)
            .map(|(_, name, outline)| (name, outline))
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
        let time = |fix: Option<&fieldwork_testkit::day::Fix>| {
            fix.map(|fix| super::clock_time(fix.0)).unwrap_or_default()
        };
        Some(Self {
            started: time(fixes.first()),
            ended: time(fixes.last()),
            view,
            path,
            plots,
            seen,
            grids,
            marks,
        })
    }
}

/// Outlines of a kind that reach into the view, with their names.
fn visible<'a>(
    base: &'a IndexedBase,
    kind: EntityKind,
    view: &'a View,
) -> impl Iterator<Item = (EntityId, String, Polygon)> + 'a {
    let concept = if kind == EntityKind::Grid {
        "grid.name"
    } else {
        "plot.name"
    };
    base.of_kind(kind).filter_map(move |entity| {
        let outline = entity.outline.clone()?;
        let name = entity.cells.get(concept).unwrap_or(&entity.id.id).clone();
        view.reaches(&outline)
            .then(|| (entity.id.clone(), name, outline))
    })
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
        let plane = Plane::at(path.points().next()?);
        let (mut west, mut south) = (f64::MAX, f64::MAX);
        let (mut east, mut north) = (f64::MIN, f64::MIN);
        for point in path.points() {
            let (x, y) = plane.to_m(point);
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
