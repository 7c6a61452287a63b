//! Surfaces painted by chance.

use crate::dice::Dice;

/// A surface painted by chance: colours with opacity.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Red, green, blue, opacity 0 or 1.
    pub(crate) pixels: Vec<[f32; 4]>,
}

pub(crate) fn blank(width: usize, height: usize, colour: [f32; 4]) -> Sheet {
    Sheet {
        width,
        height,
        pixels: vec![colour; width * height],
    }
}

pub(crate) fn colour(dice: &mut Dice, low: f64, high: f64) -> [f32; 4] {
    let base = dice.between(low, high);
    let mut channel = || (base + dice.between(-35.0, 35.0)).clamp(5.0, 250.0) as f32;
    [channel(), channel(), channel(), 1.0]
}

/// Soft noise of a certain grain, -1 to 1.
pub(crate) fn grain(seed: u64, x: f64, y: f64) -> f32 {
    let corner = |x: i64, y: i64| {
        let mut hash = seed ^ (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        hash ^= hash >> 29;
        hash = hash.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        hash ^= hash >> 32;
        (hash & 0xFFFF) as f32 / 32_768.0 - 1.0
    };
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = ((x - left) as f32, (y - top) as f32);
    let (left, top) = (left as i64, top as i64);
    let upper = corner(left, top) + (corner(left + 1, top) - corner(left, top)) * fx;
    let lower = corner(left, top + 1) + (corner(left + 1, top + 1) - corner(left, top + 1)) * fx;
    upper + (lower - upper) * fy
}

pub(crate) fn roughen(sheet: &mut Sheet, dice: &mut Dice, strength: f32) {
    let seed = dice.bits();
    for at in 0..sheet.pixels.len() {
        let (x, y) = ((at % sheet.width) as f64, (at / sheet.width) as f64);
        let value = grain(seed, x / 3.1, y / 3.1) + grain(seed ^ 1, x / 17.0, y / 17.0);
        for channel in &mut sheet.pixels[at][..3] {
            *channel = (*channel + value * strength).clamp(0.0, 255.0);
        }
    }
}

pub(crate) fn fill(
    sheet: &mut Sheet,
    (left, top): (usize, usize),
    (wide, high): (usize, usize),
    with: [f32; 4],
) {
    for y in top..(top + high).min(sheet.height) {
        let row = y * sheet.width;
        for x in left..(left + wide).min(sheet.width) {
            sheet.pixels[row + x] = with;
        }
    }
}

/// One thing: a box, a heap or a plant, with some pattern on it.
pub(crate) fn thing(
    sheet: &mut Sheet,
    dice: &mut Dice,
    (left, top): (usize, usize),
    (wide, high): (usize, usize),
) {
    let main = colour(dice, 40.0, 210.0);
    let round = dice.chance(0.5);
    let seed = dice.bits();
    let grain_size = dice.between(3.0, 9.0);
    let strength = dice.between(15.0, 50.0) as f32;
    for y in top..(top + high).min(sheet.height) {
        for x in left..(left + wide).min(sheet.width) {
            let u = (x - left) as f64 / wide as f64 * 2.0 - 1.0;
            let v = (y - top) as f64 / high as f64 * 2.0 - 1.0;
            let edge = f64::from(grain(seed ^ 9, x as f64 / 14.0, y as f64 / 14.0)) * 0.2;
            if round && u * u + v * v + edge > 1.0 {
                continue;
            }
            let shade = grain(seed, x as f64 / grain_size, y as f64 / grain_size) * strength;
            let light = (1.0 - 0.25 * v) as f32;
            sheet.pixels[y * sheet.width + x] = [
                (main[0] + shade) * light,
                (main[1] + shade) * light,
                (main[2] + shade) * light,
                1.0,
            ];
        }
    }
    for _ in 0..dice.below(6) {
        let size = (2 + dice.below(wide / 3 + 1), 2 + dice.below(high / 4 + 1));
        let at = (left + dice.below(wide), top + dice.below(high));
        let inside = sheet
            .pixels
            .get(at.1 * sheet.width + at.0)
            .is_some_and(|pixel| pixel[3] > 0.5);
        if inside && !round {
            let size = (
                size.0.min(left + wide - at.0),
                size.1.min(top + high - at.1),
            );
            let with = colour(dice, 20.0, 240.0);
            fill(sheet, at, size, with);
        }
    }
}
