//! How alike two photos are once one is laid over the other: a copy is alike in every detail, a photo
//! taken again from nearly the same spot is not.

use super::Features;
use super::homography::Homography;

/// Half of the window whose mean is taken away, in pixels of the small picture: what is left is detail,
/// without the light.
const REACH: usize = 2;
/// Fewest places that are compared.
const FEWEST: usize = 400;

/// Correlation of the details, -1 to 1, where the two overlap; 0 where hardly anything does.
pub(super) fn likeness(before: &Features, after: &Features, movement: &Homography) -> f64 {
    let small = &before.small;
    let (width, height) = (small.width() as usize, small.height() as usize);
    let to_base = f64::from(before.width) / f64::from(small.width());
    let laid: Vec<f32> = (0..width * height)
        .map(|at| {
            let place = |at: usize| (at as f64 + 0.5) * to_base - 0.5;
            movement
                .map((place(at % width), place(at / width)))
                .and_then(|place| sample(after, place))
                .unwrap_or(f32::NAN)
        })
        .collect();
    let own: Vec<f32> = small.pixels().iter().map(|&value| value.into()).collect();
    let (mut count, mut ab, mut aa, mut bb) = (0_usize, 0.0_f64, 0.0_f64, 0.0_f64);
    for y in REACH..height.saturating_sub(REACH) {
        for x in REACH..width.saturating_sub(REACH) {
            let b = detail(&laid, width, x, y);
            if b.is_nan() {
                continue;
            }
            let (a, b) = (f64::from(detail(&own, width, x, y)), f64::from(b));
            count += 1;
            ab += a * b;
            aa += a * a;
            bb += b * b;
        }
    }
    if count < FEWEST || aa <= 0.0 || bb <= 0.0 {
        return 0.0;
    }
    ab / (aa * bb).sqrt()
}

/// Brightness less the mean around; not a number where a part of it is missing.
fn detail(values: &[f32], width: usize, x: usize, y: usize) -> f32 {
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
