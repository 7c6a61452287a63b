//! A receiver that is wrong as those of phones are.

use std::f64::consts::TAU;

use fieldwork_geo::{Plane, Wgs84};
use fieldwork_patrol::Fix;

use crate::{Chance, VILLAGE, Walk};

/// How wrong it is.
#[derive(Debug, Clone, Copy)]
pub struct Receiver {
    /// Standard deviation of the drifting error, metres on each axis.
    pub sigma_m: f64,
    /// How long the drift remembers, seconds.
    pub memory_s: f64,
    /// Standard deviation of the error that remembers nothing, metres on each axis.
    pub white_m: f64,
    /// Part of the fixes that are wild; half of these claim to be good.
    pub wild: f64,
}

impl Receiver {
    /// One with this drift; what remembers nothing is chosen so that the raw sums of the walks come out as
    /// those that were measured elsewhere with the same drift.
    pub const fn new(sigma_m: f64, memory_s: f64, white_m: f64) -> Self {
        Self {
            sigma_m,
            memory_s,
            white_m,
            wild: 0.0,
        }
    }

    /// The same with wild fixes.
    pub const fn with_wild(self, part: f64) -> Self {
        Self { wild: part, ..self }
    }

    /// What it says of a walk, every so many seconds. The drift runs on a second between fixes.
    pub fn fixes(&self, walk: &Walk, chance: &mut Chance, interval_s: u32) -> Vec<Fix> {
        let plane = Plane::at(VILLAGE);
        let keep = (-1.0 / self.memory_s).exp();
        let fresh = self.sigma_m * (1.0 - keep * keep).sqrt();
        let mut drift = (
            self.sigma_m * chance.normal(),
            self.sigma_m * chance.normal(),
        );
        let mut fixes = Vec::new();
        for second in 0..=walk.seconds() as u32 {
            drift.0 = drift.0 * keep + fresh * chance.normal();
            drift.1 = drift.1 * keep + fresh * chance.normal();
            let white = (
                self.white_m * chance.normal(),
                self.white_m * chance.normal(),
            );
            let claim = 1.5 * self.sigma_m * chance.between(0.8, 1.2);
            let wild = chance.unit() < self.wild;
            let (far, way) = (chance.between(100.0, 700.0), chance.between(0.0, TAU));
            let modest = chance.unit() < 0.5;
            if second % interval_s != 0 {
                continue;
            }
            let (mut x, mut y) = walk.at(f64::from(second));
            x += drift.0 + white.0;
            y += drift.1 + white.1;
            let mut accuracy = claim;
            if wild {
                x += far * way.cos();
                y += far * way.sin();
                if modest {
                    accuracy = far;
                }
            }
            fixes.push(fix(plane.to_point((x, y)), second, accuracy));
        }
        fixes
    }
}

fn fix(point: Wgs84, second: u32, accuracy_m: f64) -> Fix {
    Fix {
        at_ms: Some(1_778_027_400_000 + i64::from(second) * 1_000),
        elapsed_ms: Some(i64::from(second) * 1_000),
        accuracy_m: Some(accuracy_m as f32),
        ..Fix::at(point)
    }
}
