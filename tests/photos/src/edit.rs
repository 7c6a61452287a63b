//! What light, sensor and file do to a picture.

use fieldwork_photo::{Budget, Facts, Filter, Picture, decode, encode};

use crate::dice::Dice;
use crate::sheet::grain;

/// Another light: gamma, gain, colour, and a shadow that falls over a part.
#[must_use]
pub fn relit(picture: &Picture, dice: &mut Dice, strength: f64) -> Picture {
    let gamma = dice.between(-0.35, 0.35) * strength;
    let gain: [f64; 3] = {
        let all = dice.between(-0.25, 0.2) * strength;
        std::array::from_fn(|_| 1.0 + all + dice.between(-0.08, 0.08) * strength)
    };
    let (seed, shade) = (dice.bits(), dice.between(0.0, 0.45) * strength);
    let reach = f64::from(picture.width()) / dice.between(1.5, 3.5);
    let curves: Vec<[f64; 3]> = (0..256)
        .map(|value| {
            let bent = (f64::from(value) / 255.0).powf(gamma.exp()) * 255.0;
            gain.map(|gain| bent * gain)
        })
        .collect();
    let width = picture.width() as usize;
    let mut pixels = picture.pixels().to_vec();
    for (at, colour) in pixels.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((at % width) as f64, (at / width) as f64);
        let shadow = if grain(seed, x / reach, y / reach) > 0.25 {
            1.0 - shade
        } else {
            1.0
        };
        for (channel, value) in colour.iter_mut().enumerate() {
            *value = (curves[usize::from(*value)][channel] * shadow).clamp(0.0, 255.0) as u8;
        }
    }
    Picture::new(picture.width(), picture.height(), pixels).expect("as many pixels as before")
}

/// Brighter or darker, as a slider does it.
#[must_use]
pub fn brightened(picture: &Picture, gain: f64) -> Picture {
    each(picture, |_, _, _, value| value * gain)
}

/// A sensor's noise.
#[must_use]
pub fn noisy(picture: &Picture, dice: &mut Dice, sigma: f64) -> Picture {
    each(picture, |_, _, _, value| value + dice.bell() * sigma)
}

/// Saved as a JPEG and opened again.
#[must_use]
pub fn saved(picture: &Picture, quality: u8) -> Picture {
    let file = encode(picture, quality, &Facts::default()).expect("a small picture");
    let opened = decode(&file.jpeg, picture.long_side(), &Budget::default());
    opened.expect("what was just encoded").1
}

/// Shares cut off at left, top, right and bottom.
#[must_use]
pub fn cropped(picture: &Picture, [left, top, right, bottom]: [f64; 4]) -> Picture {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let (x0, y0) = ((left * width) as usize, (top * height) as usize);
    let x1 = ((1.0 - right) * width) as usize;
    let y1 = ((1.0 - bottom) * height) as usize;
    let row = picture.width() as usize * 3;
    let pixels = (y0..y1)
        .flat_map(|y| &picture.pixels()[y * row + x0 * 3..y * row + x1 * 3])
        .copied()
        .collect();
    Picture::new((x1 - x0) as u32, (y1 - y0) as u32, pixels).expect("a part of the picture")
}

/// Smoothed by a bell curve of this width, in pixels.
#[must_use]
pub fn blurred(picture: &Picture, sigma: f64) -> Picture {
    let reach = (3.0 * sigma).ceil() as i64;
    let weights: Vec<(i64, i64, f64)> = (-reach..=reach)
        .map(|at| (at, 0, (-((at * at) as f64) / (2.0 * sigma * sigma)).exp()))
        .collect();
    let turned: Vec<(i64, i64, f64)> = weights.iter().map(|&(at, _, w)| (0, at, w)).collect();
    weighted(&weighted(picture, &weights), &turned)
}

/// Moved while the shutter was open: over `length` pixels, in a direction.
#[must_use]
pub fn moved(picture: &Picture, length: f64, degrees: f64) -> Picture {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let steps = length.round() as i64;
    let weights: Vec<(i64, i64, f64)> = (0..steps)
        .map(|step| {
            let along = step as f64 - (steps - 1) as f64 / 2.0;
            (
                (along * cos).round() as i64,
                (along * sin).round() as i64,
                1.0,
            )
        })
        .collect();
    weighted(picture, &weights)
}

fn weighted(picture: &Picture, weights: &[(i64, i64, f64)]) -> Picture {
    let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
    let total: f64 = weights.iter().map(|(.., weight)| weight).sum();
    let pixels = picture.pixels();
    each(picture, |x, y, channel, _| {
        let sum: f64 = weights
            .iter()
            .map(|&(dx, dy, weight)| {
                let x = (x as i64 + dx).clamp(0, width - 1);
                let y = (y as i64 + dy).clamp(0, height - 1);
                f64::from(pixels[((y * width + x) * 3) as usize + channel]) * weight
            })
            .sum();
        sum / total
    })
}

/// Half of its size.
#[must_use]
pub fn halved(picture: &Picture) -> Picture {
    picture.within(picture.long_side() / 2, Filter::Fine)
}

fn each(picture: &Picture, mut of: impl FnMut(f64, f64, usize, f64) -> f64) -> Picture {
    let width = picture.width() as usize;
    let pixels = picture
        .pixels()
        .iter()
        .enumerate()
        .map(|(at, &value)| {
            let (x, y) = (at / 3 % width, at / 3 / width);
            of(x as f64, y as f64, at % 3, f64::from(value))
                .clamp(0.0, 255.0)
                .round() as u8
        })
        .collect();
    Picture::new(picture.width(), picture.height(), pixels).expect("as many pixels as before")
}
