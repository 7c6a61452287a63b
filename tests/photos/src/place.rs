//! Places with depth.

use fieldwork_photo::Picture;

use crate::dice::Dice;
use crate::sheet::{Sheet, blank, colour, fill, grain, roughen, thing};

/// An upright sheet at a distance.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Distance in metres.
    pub depth: f64,
    /// Width in metres; its height follows from the sheet.
    pub wide: f64,
    /// Height of its lower edge over the ground, in metres.
    pub foot: f64,
    pub(crate) sheet: Sheet,
}

/// A place: layers from near to far, and a ground.
#[derive(Debug, Clone)]
pub struct Place {
    pub(crate) layers: Vec<Layer>,
    pub(crate) ground: Sheet,
}

const WIDE: usize = 760;

impl Place {
    /// A place from a seed: wall or hills behind, houses or fences before them, things in front.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let tint = dice.between(0.0, 1.0) as f32;
        let far = dice.between(18.0, 40.0);
        let middle = dice.between(8.0, 13.0);
        let near = dice.between(4.0, 6.5);
        let layers = vec![
            layer(near, 0.0, things(&mut dice, WIDE, 250, 7, 0.30)),
            layer(middle, 0.0, wall(&mut dice, WIDE, 440, tint)),
            layer(far, -3.0, background(&mut dice, WIDE, 640, tint)),
        ];
        Self {
            layers,
            ground: ground(&mut dice, tint),
        }
    }

    /// The same place after the work: the things in front are others, and patches of the wall too, about
    /// `share` of the picture in all.
    #[must_use]
    pub fn after_work(&self, seed: u64, share: f64) -> Self {
        let mut dice = Dice::new(seed ^ 0xAF7E_4000);
        let mut place = self.clone();
        let count = 3 + (share * 10.0) as usize;
        let near = &mut place.layers[0].sheet;
        *near = things(&mut dice, near.width, near.height, count, 0.30);
        let wall = &mut place.layers[1].sheet;
        let mut changed = 0.0;
        while changed < share * 0.6 {
            let (wide, high) = (dice.between(0.08, 0.25), dice.between(0.15, 0.4));
            let left = (dice.between(0.0, 1.0 - wide) * wall.width as f64) as usize;
            let top = (dice.between(0.0, 1.0 - high) * wall.height as f64) as usize;
            let size = (
                (wide * wall.width as f64) as usize,
                (high * wall.height as f64) as usize,
            );
            thing(wall, &mut dice, (left, top), size);
            changed += wide * high;
        }
        place
    }

    /// The place as a flat picture, sharp to the pixel, as a good lens and sensor give it.
    #[must_use]
    pub fn flat(seed: u64, width: u32, height: u32) -> Picture {
        let mut dice = Dice::new(seed);
        let (wide, high) = (width as usize, height as usize);
        let tint = dice.unit() as f32;
        let layers = [
            things(&mut dice, wide, high / 2, 9, 0.30),
            wall(&mut dice, wide, high * 3 / 4, tint),
            background(&mut dice, wide, high, tint),
        ];
        let pixels = (0..wide * high)
            .flat_map(|at| {
                let seen = layers
                    .iter()
                    .filter_map(|layer| {
                        let from_foot = (high - 1 - at / wide).min(high - 1);
                        let y = layer.height.checked_sub(1 + from_foot)?;
                        Some(layer.pixels[y * wide + at % wide])
                    })
                    .find(|pixel| pixel[3] > 0.5);
                let [r, g, b, _] = seen.unwrap_or([200.0; 4]);
                [r, g, b].map(|value| value.clamp(0.0, 255.0) as u8)
            })
            .collect();
        Picture::new(width, height, pixels).expect("as many pixels as said")
    }

    /// Puts the nearest layer of another place before this one: the same things, elsewhere.
    #[must_use]
    pub fn with_things_of(&self, other: &Self) -> Self {
        let mut place = self.clone();
        place.layers[0] = other.layers[0].clone();
        place
    }
}

/// A layer that reaches beyond both sides of the view.
fn layer(depth: f64, foot: f64, sheet: Sheet) -> Layer {
    Layer {
        depth,
        wide: depth * 2.2,
        foot,
        sheet,
    }
}

/// Things standing on the ground, nothing between them.
fn things(dice: &mut Dice, width: usize, height: usize, count: usize, largest: f64) -> Sheet {
    let mut sheet = blank(width, height, [0.0; 4]);
    for _ in 0..count {
        let wide = (dice.between(0.05, largest * 0.6) * width as f64) as usize;
        let high = (dice.between(0.2, 0.75) * height as f64) as usize;
        let left = dice.below(width - wide);
        thing(&mut sheet, dice, (left, height - high), (wide, high));
    }
    sheet
}

/// Houses with windows and doors, a fence, gaps between.
fn wall(dice: &mut Dice, width: usize, height: usize, tint: f32) -> Sheet {
    let mut sheet = blank(width, height, [0.0; 4]);
    let mut left = dice.below(60);
    while left < width - 40 {
        let wide = (120 + dice.below(220)).min(width - left);
        let high = height * (45 + dice.below(50)) / 100;
        let top = height - high;
        let mut main = colour(dice, 90.0, 220.0);
        main[0] += tint * 20.0;
        fill(&mut sheet, (left, top), (wide, high), main);
        let (brick_wide, brick_high) = (10 + dice.below(20), 5 + dice.below(8));
        for y in (top..height).step_by(brick_high) {
            fill(
                &mut sheet,
                (left, y),
                (wide, 1),
                main.map(|value| value * 0.85),
            );
            for x in (left..left + wide).step_by(brick_wide) {
                if dice.chance(0.15) {
                    let with = colour(dice, 80.0, 200.0);
                    fill(
                        &mut sheet,
                        (x, y),
                        (brick_wide.min(left + wide - x), brick_high),
                        with,
                    );
                }
            }
        }
        for _ in 0..2 + dice.below(4) {
            let (w, h) = (20 + dice.below(50), 25 + dice.below(80));
            if w + 8 < wide && h + 8 < high {
                let at = (
                    left + 4 + dice.below(wide - w - 8),
                    top + 4 + dice.below(high - h - 8),
                );
                let dark = colour(dice, 20.0, 110.0);
                let frame = colour(dice, 120.0, 240.0);
                fill(&mut sheet, at, (w, h), frame);
                fill(&mut sheet, (at.0 + 3, at.1 + 3), (w - 6, h - 6), dark);
                fill(&mut sheet, (at.0 + w / 2, at.1), (2, h), frame);
            }
        }
        let roof = colour(dice, 40.0, 130.0);
        fill(
            &mut sheet,
            (left.saturating_sub(6), top),
            (wide + 12, 8 + dice.below(14)),
            roof,
        );
        left += wide + dice.below(90);
    }
    roughen(&mut sheet, dice, 7.0);
    sheet
}

/// Sky, hills and trees.
fn background(dice: &mut Dice, width: usize, height: usize, tint: f32) -> Sheet {
    let mut sheet = blank(width, height, [200.0, 215.0, 230.0, 1.0]);
    for (share, dark) in [(0.45, 150.0), (0.55, 115.0), (0.68, 85.0)] {
        let seed = dice.bits();
        for x in 0..width {
            let bump = grain(seed, x as f64 / 120.0, 0.0) * 50.0
                + grain(seed ^ 5, x as f64 / 25.0, 0.0) * 14.0;
            let top = (height as f64 * share + f64::from(bump)) as usize;
            for y in top..height {
                let leaf = grain(seed ^ 7, x as f64 / 5.0, y as f64 / 5.0) * 24.0;
                sheet.pixels[y * width + x] = [
                    dark * (0.7 + tint * 0.2) + leaf,
                    dark + leaf,
                    dark * 0.6 + leaf,
                    1.0,
                ];
            }
        }
    }
    for _ in 0..14 {
        let (wide, high) = (20 + dice.below(70), 40 + dice.below(160));
        let at = (
            dice.below(width - wide),
            height / 2 + dice.below(height / 4),
        );
        thing(&mut sheet, dice, at, (wide, high));
    }
    roughen(&mut sheet, dice, 5.0);
    sheet
}

fn ground(dice: &mut Dice, tint: f32) -> Sheet {
    let mut sheet = blank(640, 640, [130.0 + tint * 40.0, 120.0, 95.0, 1.0]);
    for _ in 0..90 {
        let (wide, high) = (6 + dice.below(50), 6 + dice.below(40));
        let at = (dice.below(640 - wide), dice.below(640 - high));
        thing(&mut sheet, dice, at, (wide, high));
    }
    roughen(&mut sheet, dice, 14.0);
    sheet
}
