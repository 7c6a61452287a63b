//! Plots with their tree and their sides in metres, built once per register.

use fieldwork_geo::{Plane, Position, Wgs84};

use super::tree::{Box4, Tree};
use crate::Plot;

/// Half the circumference of the earth, 1e-7 degree.
const FULL_TURN: i64 = 3_600_000_000;

/// Plots, ready to be asked.
#[derive(Debug, Clone)]
pub struct PlotIndex {
    plots: Vec<Plot>,
    tree: Tree,
    shapes: Vec<Shape>,
}

/// The sides of a plot on the plane that touches at its middle.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) plane: Plane,
    /// Of all rings, holes too.
    pub(super) sides: Vec<Side>,
    /// From the middle to the farthest corner, metres.
    pub(super) reach_m: f64,
    pub(super) bounds: Box4,
}

/// A side: where it begins and where it leads, metres east and north.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) from: (f64, f64),
    pub(super) by: (f64, f64),
}

impl PlotIndex {
    /// Builds the index. Plots keep their order; their numbers are places in it.
    pub fn new(plots: Vec<Plot>) -> Self {
        let shapes: Vec<Shape> = plots.iter().map(Shape::of).collect();
        let boxes: Vec<Box4> = shapes.iter().map(|shape| shape.bounds).collect();
        Self {
            tree: Tree::new(&boxes),
            plots,
            shapes,
        }
    }

    /// Its plots.
    pub fn plots(&self) -> &[Plot] {
        &self.plots
    }

    /// A plot by its number.
    pub fn plot(&self, number: usize) -> Option<&Plot> {
        self.plots.get(number)
    }

    /// The number of the plot that the point lies in; a point in a hole lies outside. On a border it is the
    /// first plot of the register that has it, so that a point never lies in two.
    pub fn at(&self, point: Wgs84) -> Option<usize> {
        let [lon, lat] = point.to_e7();
        let asked = [lon, lat, lon, lat].map(i64::from);
        let (mut inside, mut border) = (None::<usize>, None::<usize>);
        self.tree.each(&asked, |number| {
            let Some(plot) = self.plots.get(number) else {
                return;
            };
            let first = match plot.outline.position([lon, lat]) {
                Position::Inside => &mut inside,
                Position::Border => &mut border,
                Position::Outside => return,
            };
            *first = Some(first.map_or(number, |known| known.min(number)));
        });
        inside.or(border)
    }

    /// Calls `found` with the plots whose boxes come within `margin` (1e-7 degree, of longitude and of
    /// latitude) of the box around two points.
    pub(super) fn around(
        &self,
        (a, b): (Wgs84, Wgs84),
        margin: (i64, i64),
        mut found: impl FnMut(usize, &Shape),
    ) {
        let ([ax, ay], [bx, by]) = (a.to_e7().map(i64::from), b.to_e7().map(i64::from));
        let mut give = |asked: Box4| {
            self.tree.each(&asked, |number| {
                if let Some(shape) = self.shapes.get(number) {
                    found(number, shape);
                }
            });
        };
        let (south, north) = (ay.min(by) - margin.1, ay.max(by) + margin.1);
        if (ax - bx).abs() <= FULL_TURN / 2 {
            give([ax.min(bx) - margin.0, south, ax.max(bx) + margin.0, north]);
        } else {
            // Across the date line: once on either side.
            let (west, east) = (ax.max(bx), ax.min(bx));
            give([west - margin.0, south, FULL_TURN / 2, north]);
            give([-FULL_TURN / 2, south, east + margin.0, north]);
        }
    }

    pub(super) fn shape(&self, number: usize) -> Option<&Shape> {
        self.shapes.get(number)
    }
}

impl Shape {
    fn of(plot: &Plot) -> Self {
        let bounds = plot.outline.bounding_box();
        let plane = Plane::at(plot.outline.middle());
        let place = |corner: &[i32; 2]| {
            plane.to_m(Wgs84 {
                lon: f64::from(corner[0]) / 1e7,
                lat: f64::from(corner[1]) / 1e7,
            })
        };
        let rings = plot.outline.parts().iter().flatten();
        let sides = rings.flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).map(|(a, b)| {
                let (from, to) = (place(a), place(b));
                Side {
                    from,
                    by: (to.0 - from.0, to.1 - from.1),
                }
            })
        });
        let sides: Vec<Side> = sides.collect();
        let corners = sides.iter().map(|side| side.from.0.hypot(side.from.1));
        Self {
            reach_m: corners.fold(0.0, f64::max),
            sides,
            plane,
            bounds: [
                i64::from(bounds.min[0]),
                i64::from(bounds.min[1]),
                i64::from(bounds.max[0]),
                i64::from(bounds.max[1]),
            ],
        }
    }

    /// Whether a place of its plane lies inside, by counting sides.
    pub(super) fn holds(&self, (x, y): (f64, f64)) -> bool {
        let mut inside = false;
        for Side { from, by } in &self.sides {
            let to_y = from.1 + by.1;
            if (from.1 > y) != (to_y > y) && x < from.0 + by.0 * (y - from.1) / by.1 {
                inside = !inside;
            }
        }
        inside
    }
}
