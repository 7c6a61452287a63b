//! How alike two photos are once one is laid over the other: a copy is alike in every detail, a photo
//! taken again from nearly the same spot is not.

use super::Features;
use super::homography::Homography;

/// Half of the window whose mean is taken away, in pixels of the small picture: what is left is detail,
/// without the light.
const REACH: usize = 2;
/// Fewest places that are compared.
const FEWEST: usize = 400;

/// The detail of the before, and that of the after laid over it.
pub(super) struct Laid {
    own: Vec<f32>,
    other: Vec<f32>,
}

impl Laid {
    pub(super) fn new(before: &Features, after: &Features, movement: &Homography) -> Self {
        let small = &before.small;
        let (width, height) = (small.width() as usize, small.height() as usize);
        let to_base = f64::from(before.width) / f64::from(small.width());
        let place = |at: usize| (at as f64 + 0.5) * to_base - 0.5;
        let laid: Vec<f32> = (0..width * height)
            .map(|at| {
                movement
                    .map((place(at % width), place(at / width)))
                    .and_then(|place| sample(after, place))
                    .unwrap_or(f32::NAN)
            })
            .collect();
        let own: Vec<f32> = small.pixels().iter().map(|&value| value.into()).collect();
        let details = |values: &[f32]| {
            (0..width * height)
                .map(|at| detail(values, width, height, at % width, at / width))
                .collect()
        };
        Self {
            own: details(&own),
            other: details(&laid),
        }
    }

    /// Correlation of the details, -1 to 1, where the two overlap; 0 where hardly anything does.
    pub(super) fn likeness(&self) -> f64 {
        let mut sums = Sums::default();
        for (&a, &b) in self.own.iter().zip(&self.other) {
            sums.add(a, b);
        }
        if sums.count < FEWEST {
            0.0
        } else {
            sums.correlation()
        }
    }
}

#[derive(Default)]
struct Sums {
    count: usize,
    ab: f64,
    aa: f64,
    bb: f64,
}

impl Sums {
    fn add(&mut self, a: f32, b: f32) {
        if a.is_nan() || b.is_nan() {
            return;
        }
        let (a, b) = (f64::from(a), f64::from(b));
        self.count += 1;
        self.ab += a * b;
        self.aa += a * a;
        self.bb += b * b;
    }

    fn correlation(&self) -> f64 {
        if self.aa <= 0.0 || self.bb <= 0.0 {
            return 0.0;
        }
        self.ab / (self.aa * self.bb).sqrt()
    }
}

/// Brightness less the mean around; not a number where a part of it is missing.
fn detail(values: &[f32], width: usize, height: usize, x: usize, y: usize) -> f32 {
    if x < REACH || y < REACH || x + REACH >= width || y + REACH >= height {
        return f32::NAN;
    }
    let mut sum = 0.0;
    for y in y - REACH..=y + REACH {
        let row = &values[y * width + x - REACH..=y * width + x + REACH];
        sum += row.iter().sum::<f32>();
    }
    let side = (2 * REACH + 1) as f32;
    values[y * width + x] - sum / (side * side)
}

/// Brightness at a place of the 400 px picture, from the small one.
fn sample(features: &Features, (x, y): (f64, f64)) -> Option<f32> {
    let small = &features.small;
    let scale = f64::from(small.width()) / f64::from(features.width);
    let x = (x + 0.5) * scale - 0.5;
    let y = (y + 0.5) * scale - 0.5;
    let (right, bottom) = (f64::from(small.width() - 1), f64::from(small.height() - 1));
    if !(x >= 0.0 && y >= 0.0 && x < right && y < bottom) {
        return None;
    }
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = ((x - left) as f32, (y - top) as f32);
    let at = top as usize * small.width() as usize + left as usize;
    let value = |offset: usize| f32::from(small.pixels()[at + offset]);
    let below = small.width() as usize;
    let upper = value(0) + (value(1) - value(0)) * fx;
    let lower = value(below) + (value(below + 1) - value(below)) * fx;
    Some(upper + (lower - upper) * fy)
}
