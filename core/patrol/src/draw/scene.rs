//! What is in the picture, in its own units: right and down from the upper left corner.

use std::collections::HashMap;

use fieldwork_geo::{Plane, Wgs84};

use super::{Drawing, simplify};
use crate::attribute::Seen;

/// Metres of land shown around the way.
const MARGIN_M: f64 = 40.0;
/// Height as a part of the width: at least, at most.
const HEIGHT: [f64; 2] = [0.33, 3.0];
/// The picture's own margin, units.
const EDGE: f64 = 16.0;
/// The scale bar is at most this part of the width.
const BAR: f64 = 0.25;

pub(super) type At = (f64, f64);

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

pub(super) const PAPER: Colour = [250, 249, 246];
const LAND: Colour = [238, 235, 226];
const SEEN: Colour = [245, 230, 170];
const WALKED: Colour = [178, 214, 160];
const BORDER: Colour = [150, 142, 124];
const WAY: Colour = [20, 80, 170];
const DROPPED: Colour = [190, 60, 50];
const INK: Colour = [40, 40, 40];
const WHITE: Colour = [255, 255, 255];

#[derive(Debug)]
pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// An area by its rings, even-odd, with a border.
    Area {
        rings: Vec<Vec<At>>,
        fill: Colour,
        border: Colour,
        /// Shown by a browser under the pointer.
        title: String,
    },
    /// A line through points.
    Line {
        points: Vec<At>,
        colour: Colour,
        width: f64,
        /// Length of dashes and of what is between them; 0 for none.
        dash: f64,
    },
    /// A disc.
    Disc {
        at: At,
        radius: f64,
        fill: Colour,
        border: Colour,
    },
    /// Digits, a unit or one letter; the middle of its lower edge.
    Text { at: At, text: String },
}

/// From the earth to the picture.
struct View {
    plane: Plane,
    west_m: f64,
    north_m: f64,
    scale: f64,
}

impl View {
    fn place(&self, point: Wgs84) -> At {
        let (east, north) = self.plane.to_m(point);
        (
            (east - self.west_m) * self.scale,
            (self.north_m - north) * self.scale,
        )
    }

    fn corner(&self, [lon, lat]: [i32; 2]) -> At {
        self.place(Wgs84 {
            lon: f64::from(lon) / 1e7,
            lat: f64::from(lat) / 1e7,
        })
    }
}

impl Scene {
    pub(super) fn of(drawing: &Drawing<'_>) -> Option<Self> {
        let (view, width, height) = view(drawing)?;
        let mut scene = Self {
            width,
            height,
            shapes: Vec::new(),
        };
        scene.plots(drawing, &view);
        scene.way(drawing, &view);
        scene.scale(&view);
        Some(scene)
    }

    fn plots(&mut self, drawing: &Drawing<'_>, view: &View) {
        let seen: HashMap<usize, Seen> = drawing
            .attributions
            .iter()
            .map(|one| (one.plot, one.seen))
            .collect();
        for (number, plot) in drawing.plots.iter().enumerate() {
            let bounds = plot.outline.bounding_box();
            let (left, bottom) = view.corner(bounds.min);
            let (right, top) = view.corner(bounds.max);
            if right < 0.0 || left > self.width || bottom < 0.0 || top > self.height {
                continue;
            }
            let word = seen.get(&number).copied().unwrap_or(Seen::Missed);
            let rings = plot.outline.parts().iter().flatten();
            let name = if plot.name.is_empty() {
                &plot.code
            } else {
                &plot.name
            };
            self.shapes.push(Shape::Area {
                rings: rings
                    .map(|ring| ring.iter().map(|corner| view.corner(*corner)).collect())
                    .collect(),
                fill: match word {
                    Seen::Walked => WALKED,
                    Seen::Seen => SEEN,
                    Seen::Missed => LAND,
                },
                border: BORDER,
                title: format!("{name} {}", word.word()),
            });
        }
    }

    fn way(&mut self, drawing: &Drawing<'_>, view: &View) {
        let path = drawing.path;
        for point in &path.dropped {
            let (x, y) = view.place(*point);
            if !(0.0..=self.width).contains(&x) || !(0.0..=self.height).contains(&y) {
                continue;
            }
            for slope in [4.0, -4.0] {
                self.line(
                    vec![(x - 4.0, y - slope), (x + 4.0, y + slope)],
                    DROPPED,
                    1.5,
                    0.0,
                );
            }
        }
        for (before, after) in path.gaps() {
            let points = vec![view.place(before.point), view.place(after.point)];
            self.line(points, WAY, 2.0, 6.0);
        }
        for stretch in &path.stretches {
            let points: Vec<At> = stretch
                .places
                .iter()
                .map(|place| view.place(place.point))
                .collect();
            let points = simplify(&points, 0.5);
            self.line(points.clone(), WHITE, 5.0, 0.0);
            self.line(points, WAY, 3.0, 0.0);
        }
        let mut places = path.places();
        let first = places.next();
        let last = places.last().or(first);
        for (place, fill) in [(first, WHITE), (last, WAY)] {
            if let Some(place) = place {
                self.shapes.push(Shape::Disc {
                    at: view.place(place.point),
                    radius: 6.0,
                    fill,
                    border: WAY,
                });
            }
        }
    }

    fn scale(&mut self, view: &View) {
        let most_m = self.width * BAR / view.scale;
        let length_m = round_length(most_m);
        let (left, low) = (EDGE, self.height - EDGE);
        let right = left + length_m * view.scale;
        let back = |grow: f64| {
            vec![
                (left - grow, low - 26.0),
                (right + grow, low - 26.0),
                (right + grow, low + 8.0),
                (left - grow, low + 8.0),
            ]
        };
        self.area(back(8.0), PAPER, BORDER);
        self.line(
            vec![
                (left, low - 6.0),
                (left, low),
                (right, low),
                (right, low - 6.0),
            ],
            INK,
            2.0,
            0.0,
        );
        let text = if length_m >= 1_000.0 {
            format!("{} km", length_m / 1_000.0)
        } else {
            format!("{length_m} m")
        };
        self.text((f64::midpoint(left, right), low - 8.0), text);
        // North is up.
        let (x, y) = (self.width - EDGE - 8.0, EDGE);
        self.area(
            vec![
                (x, y),
                (x + 8.0, y + 24.0),
                (x, y + 18.0),
                (x - 8.0, y + 24.0),
            ],
            INK,
            WHITE,
        );
        self.text((x, y + 40.0), "N".to_owned());
    }

    fn area(&mut self, ring: Vec<At>, fill: Colour, border: Colour) {
        self.shapes.push(Shape::Area {
            rings: vec![ring],
            fill,
            border,
            title: String::new(),
        });
    }

    fn line(&mut self, points: Vec<At>, colour: Colour, width: f64, dash: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points,
                colour,
                width,
                dash,
            });
        }
    }

    fn text(&mut self, at: At, text: String) {
        self.shapes.push(Shape::Text { at, text });
    }
}

/// What is shown: around the way, or around the plots where there is no way.
fn view(drawing: &Drawing<'_>) -> Option<(View, f64, f64)> {
    let way: Vec<Wgs84> = drawing.path.places().map(|place| place.point).collect();
    let corners = || {
        let plots = drawing.plots.iter();
        let bounds = plots.map(|plot| plot.outline.bounding_box());
        bounds.flat_map(|bounds| [bounds.min, bounds.max])
    };
    let points: Vec<Wgs84> = if way.is_empty() {
        corners()
            .filter_map(|corner| Wgs84::from_e7(corner).ok())
            .collect()
    } else {
        way
    };
    let plane = Plane::at(*points.first()?);
    let (mut west, mut south) = (f64::INFINITY, f64::INFINITY);
    let (mut east, mut north) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for point in points {
        let (x, y) = plane.to_m(point);
        (west, east) = (west.min(x), east.max(x));
        (south, north) = (south.min(y), north.max(y));
    }
    let width = f64::from(drawing.width.max(100));
    let shown_m = (east - west + 2.0 * MARGIN_M, north - south + 2.0 * MARGIN_M);
    // A tall way is drawn smaller, not taller without end.
    let scale = (width / shown_m.0).min(width * HEIGHT[1] / shown_m.1);
    let height = (shown_m.1 * scale).max(width * HEIGHT[0]).ceil();
    let middle = (f64::midpoint(west, east), f64::midpoint(south, north));
    let view = View {
        plane,
        west_m: middle.0 - width / scale / 2.0,
        north_m: middle.1 + height / scale / 2.0,
        scale,
    };
    Some((view, width, height))
}

/// The longest of 1, 2, 5 · 10ⁿ that is no longer.
fn round_length(most_m: f64) -> f64 {
    let mut length_m = 1.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle().take(21) {
        if length_m * factor > most_m {
            break;
        }
        length_m *= factor;
    }
    length_m
}
