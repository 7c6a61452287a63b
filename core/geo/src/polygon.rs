//! Outlines of plots and grids, with an exact answer to what lies inside.
//!
//! Corners are integers of 1e-7 degree and the test multiplies them in 128 bits: no rounding, so two
//! neighbours never both claim a point, and a point on their common border is on the border of both.

use serde::{Deserialize, Serialize};

use crate::belt::Belt;
use crate::{Plane, Wgs84, short_way};

/// Corners in order, longitude and latitude in 1e-7 degree; the last is joined to the first, which is
/// not repeated.
pub type Ring = Vec<[i32; 2]>;

/// An outline of one or more parts. The first ring of a part is its border, the others are holes.
///
/// Has at least one part, every part at least one ring, every ring at least three corners; also when
/// it comes out of serde.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<Ring>>", into = "Vec<Vec<Ring>>")]
pub struct Polygon {
    parts: Vec<Vec<Ring>>,
}

/// Why rings are no outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolygonError {
    /// There is no part, or a part without a ring.
    #[error("an outline without a ring")]
    Empty,
    /// A ring has fewer than three corners.
    #[error("a ring of fewer than three corners")]
    TooFewCorners,
    /// A corner is not on the earth.
    #[error("a corner out of the range of longitude or latitude")]
    OutOfRange,
}

/// Where a point lies with regard to an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// Within, and not on a border.
    Inside,
    /// Exactly on the border, or on that of a hole.
    Border,
    /// Neither.
    Outside,
}

/// The smallest box of meridians and parallels around an outline, in 1e-7 degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundingBox {
    /// South-west corner: longitude, latitude.
    pub min: [i32; 2],
    /// North-east corner: longitude, latitude.
    pub max: [i32; 2],
}

impl BoundingBox {
    /// Whether the point lies in the box or on its edge.
    pub fn contains(&self, [lon, lat]: [i32; 2]) -> bool {
        (self.min[0]..=self.max[0]).contains(&lon) && (self.min[1]..=self.max[1]).contains(&lat)
    }
}

impl Polygon {
    /// The outline of these parts. A last corner that repeats the first is dropped.
    ///
    /// # Errors
    /// [`PolygonError`] where a part or ring is too small, or a corner out of range.
    pub fn new(mut parts: Vec<Vec<Ring>>) -> Result<Self, PolygonError> {
        if parts.is_empty() || parts.iter().any(Vec::is_empty) {
            return Err(PolygonError::Empty);
        }
        for ring in parts.iter_mut().flatten() {
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() < 3 {
                return Err(PolygonError::TooFewCorners);
            }
            if !ring.iter().all(|corner| Wgs84::from_e7(*corner).is_ok()) {
                return Err(PolygonError::OutOfRange);
            }
        }
        Ok(Self { parts })
    }

    /// Its parts: each a border and its holes.
    pub fn parts(&self) -> &[Vec<Ring>] {
        &self.parts
    }

    /// Where the point lies, exactly.
    pub fn position(&self, [lon, lat]: [i32; 2]) -> Position {
        let point = [i64::from(lon), i64::from(lat)];
        let mut found = Position::Outside;
        for part in &self.parts {
            match in_part(point, part) {
                Position::Inside => return Position::Inside,
                Position::Border => found = Position::Border,
                Position::Outside => {}
            }
        }
        found
    }

    /// The box around it.
    pub fn bounding_box(&self) -> BoundingBox {
        let mut bounds = BoundingBox {
            min: [i32::MAX; 2],
            max: [i32::MIN; 2],
        };
        for corner in self.parts.iter().flatten().flatten() {
            let [lon, lat] = *corner;
            bounds.min = [bounds.min[0].min(lon), bounds.min[1].min(lat)];
            bounds.max = [bounds.max[0].max(lon), bounds.max[1].max(lat)];
        }
        bounds
    }

    /// The middle of the box around it; it need not lie inside.
    pub fn middle(&self) -> Wgs84 {
        let bounds = self.bounding_box();
        let middle = |axis: usize| {
            f64::midpoint(f64::from(bounds.min[axis]), f64::from(bounds.max[axis])) / 1e7
        };
        Wgs84 {
            lon: middle(0),
            lat: middle(1),
        }
    }

    /// Its area on the ellipsoid in square metres, holes taken off.
    pub fn area_m2(&self) -> f64 {
        let belt = Belt::at(self.middle().lat);
        let area = |part: &Vec<Ring>| -> f64 {
            let holes: f64 = part
                .iter()
                .skip(1)
                .map(|ring| ring_area_m2(&belt, ring))
                .sum();
            part.first().map_or(0.0, |ring| ring_area_m2(&belt, ring)) - holes
        };
        self.parts.iter().map(area).sum()
    }

    /// Its area in 亩, of which fifteen are a hectare.
    pub fn area_mu(&self) -> f64 {
        self.area_m2() * 15.0 / 10_000.0
    }

    /// Metres from the point to the nearest border, inside or outside, that of a hole included.
    pub fn border_distance_m(&self, point: Wgs84) -> f64 {
        let plane = Plane::at(point);
        let to_m = |corner: &[i32; 2]| {
            plane.to_m(Wgs84 {
                lon: f64::from(corner[0]) / 1e7,
                lat: f64::from(corner[1]) / 1e7,
            })
        };
        let rings = self.parts.iter().flatten();
        let sides = rings.flat_map(|ring| sides(ring).map(|(a, b)| (to_m(a), to_m(b))));
        sides
            .map(|((ax, ay), (bx, by))| {
                let (dx, dy) = (bx - ax, by - ay);
                let length2 = dx * dx + dy * dy;
                // How far along the side the foot of the perpendicular from the origin lies.
                let along = if length2 > 0.0 {
                    (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                (ax + along * dx).hypot(ay + along * dy)
            })
            .fold(f64::INFINITY, f64::min)
    }
}

impl TryFrom<Vec<Vec<Ring>>> for Polygon {
    type Error = PolygonError;

    fn try_from(parts: Vec<Vec<Ring>>) -> Result<Self, PolygonError> {
        Self::new(parts)
    }
}

impl From<Polygon> for Vec<Vec<Ring>> {
    fn from(polygon: Polygon) -> Self {
        polygon.parts
    }
}

fn sides(ring: &Ring) -> impl Iterator<Item = (&[i32; 2], &[i32; 2])> {
    ring.iter().zip(ring.iter().cycle().skip(1))
}

fn in_part(point: [i64; 2], part: &[Ring]) -> Position {
    let mut rings = part.iter().map(|ring| in_ring(point, ring));
    match rings.next() {
        Some(Position::Inside) => {}
        other => return other.unwrap_or(Position::Outside),
    }
    for hole in rings {
        match hole {
            Position::Inside => return Position::Outside,
            Position::Border => return Position::Border,
            Position::Outside => {}
        }
    }
    Position::Inside
}

/// Counts how often a ray to the east crosses the ring; a side that holds the point ends the search.
fn in_ring([x, y]: [i64; 2], ring: &Ring) -> Position {
    let mut inside = false;
    for (a, b) in sides(ring) {
        let ([x1, y1], [x2, y2]) = (a.map(i64::from), b.map(i64::from));
        // Twice the area of the triangle of side and point; a product may need 65 bits.
        let turn =
            i128::from(x2 - x1) * i128::from(y - y1) - i128::from(y2 - y1) * i128::from(x - x1);
        let beside =
            (x1.min(x2)..=x1.max(x2)).contains(&x) && (y1.min(y2)..=y1.max(y2)).contains(&y);
        if turn == 0 && beside {
            return Position::Border;
        }
        if (y1 > y) != (y2 > y) && (turn > 0) == (y2 > y1) {
            inside = !inside;
        }
    }
    if inside {
        Position::Inside
    } else {
        Position::Outside
    }
}

/// The sum over the sides of what lies between them and a parallel.
fn ring_area_m2(belt: &Belt, ring: &Ring) -> f64 {
    let area = sides(ring).map(|(a, b)| {
        let degrees = |corner: &[i32; 2], axis: usize| f64::from(corner[axis]) / 1e7;
        let width = short_way(degrees(b, 0) - degrees(a, 0)).to_radians();
        width * belt.mean_m2(degrees(a, 1), degrees(b, 1))
    });
    area.sum::<f64>().abs()
}
