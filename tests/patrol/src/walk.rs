//! A way with stops, as it really was.

use fieldwork_geo::Plane;
use fieldwork_patrol::Fix;

use crate::{Chance, VILLAGE};

/// Corners of a way in metres east and north, a speed, and stops.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Where the walker is at the end of each stretch: seconds, metres east, metres north.
    points: Vec<(f64, f64, f64)>,
    length_m: f64,
}

impl Walk {
    fn begin() -> Self {
        Self {
            points: vec![(0.0, 0.0, 0.0)],
            length_m: 0.0,
        }
    }

    fn here(&self) -> (f64, f64, f64) {
        self.points.last().copied().unwrap_or_default()
    }

    fn go(&mut self, east: f64, north: f64, speed: f64) {
        let (at, x, y) = self.here();
        let way = east.hypot(north);
        self.length_m += way;
        self.points.push((at + way / speed, x + east, y + north));
    }

    fn stop(&mut self, seconds: f64) {
        let (at, x, y) = self.here();
        self.points.push((at + seconds, x, y));
    }

    /// Standing still.
    pub fn still(seconds: f64) -> Self {
        let mut walk = Self::begin();
        walk.stop(seconds);
        walk
    }

    /// Along the ridges between plots, or along roads: legs within `legs_m`, mostly at right angles, with
    /// stops that share `stops_s` between them.
    pub fn along(
        chance: &mut Chance,
        legs_m: [f64; 2],
        length_m: f64,
        speed: f64,
        stops_s: f64,
    ) -> Self {
        let mut walk = Self::begin();
        let mut heading = chance.between(0.0, std::f64::consts::TAU);
        let stops = if stops_s > 0.0 { 5 } else { 0 };
        let mut stopped = 0;
        while walk.length_m < length_m {
            let leg = chance
                .between(legs_m[0], legs_m[1])
                .min(length_m - walk.length_m);
            walk.go(leg * heading.sin(), leg * heading.cos(), speed);
            let turn = [-1.0, 1.0, 0.15, -0.15][chance.below(4)];
            heading += turn * std::f64::consts::FRAC_PI_2;
            let due = walk.length_m / length_m * f64::from(stops + 1);
            if stopped < stops && due >= f64::from(stopped + 1) {
                stopped += 1;
                walk.stop(stops_s / f64::from(stops));
            }
        }
        walk
    }

    /// Along the edges of square fields, of which one has a corner at the beginning.
    pub fn edges(chance: &mut Chance, field_m: f64, length_m: f64, speed: f64) -> Self {
        let mut walk = Self::begin();
        let (mut east, mut north) = (0.0, 1.0);
        while walk.length_m < length_m {
            let fields = 2.0 + chance.below(5) as f64;
            walk.go(east * fields * field_m, north * fields * field_m, speed);
            if chance.unit() < 0.8 {
                let side = if chance.unit() < 0.5 { 1.0 } else { -1.0 };
                (east, north) = (north * side, -east * side);
            }
        }
        walk
    }

    /// To and fro over a plot: 40 m along, 12 m across.
    pub fn zigzag(length_m: f64, speed: f64) -> Self {
        let mut walk = Self::begin();
        let mut along = 40.0;
        while walk.length_m < length_m {
            walk.go(0.0, along, speed);
            walk.go(12.0, 0.0, speed);
            along = -along;
        }
        walk
    }

    /// Its length in metres.
    pub fn length_m(&self) -> f64 {
        self.length_m
    }

    /// How long it took, seconds.
    pub fn seconds(&self) -> f64 {
        self.here().0
    }

    /// Metres east and north after so many seconds.
    pub fn at(&self, seconds: f64) -> (f64, f64) {
        let next = self.points.partition_point(|point| point.0 <= seconds);
        let (Some(to), Some(from)) = (
            self.points.get(next),
            next.checked_sub(1).and_then(|at| self.points.get(at)),
        ) else {
            let (_, x, y) = self.here();
            return (x, y);
        };
        let part = (seconds - from.0) / (to.0 - from.0);
        (
            from.1 + (to.1 - from.1) * part,
            from.2 + (to.2 - from.2) * part,
        )
    }

    /// What a receiver that is never wrong would say of it, every second.
    pub fn fixes(&self) -> Vec<Fix> {
        let plane = Plane::at(VILLAGE);
        let fix = |second: u32| Fix {
            at_ms: Some(i64::from(second) * 1_000),
            accuracy_m: Some(0.0),
            ..Fix::at(plane.to_point(self.at(f64::from(second))))
        };
        (0..=self.seconds() as u32).map(fix).collect()
    }
}
