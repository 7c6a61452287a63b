//! Chance that is the same every time, and a texture made of it.
//!
//! Only additions, multiplications, divisions and square roots are used in the drawing: they give the
//! same bits on every machine, which sines and powers do not.

use std::sync::OnceLock;

/// A reproducible source of numbers (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// 0 to 1, 1 excluded.
    pub(super) fn unit(&mut self) -> f32 {
        unit(self.next())
    }

    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        let at = (self.unit() * of.len() as f32) as usize;
        of.get(at).copied().unwrap_or(otherwise)
    }
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn unit(bits: u64) -> f32 {
    (bits >> 40) as f32 / (1_u64 << 24) as f32
}

const SIDE: usize = 512;

/// Value noise of several octaves on a torus, 0 to 1.
pub(super) struct Texture(Vec<f32>);

impl Texture {
    /// The one texture; every scene looks at another part of it.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Texture> = OnceLock::new();
        SHARED.get_or_init(Self::make)
    }

    fn make() -> Self {
        let mut values = vec![0.0_f32; SIDE * SIDE];
        let mut weight = 0.5;
        // Cells of 64, 32 … 2 texels.
        for octave in 0_usize..6 {
            let cell = 64 >> octave;
            let cells = SIDE / cell;
            let corner = |cx: usize, cy: usize| {
                unit(mix(((octave * SIDE + cy % cells) * SIDE + cx % cells)
                    as u64
                    + 0x51ED))
            };
            for y in 0..SIDE {
                let (cy, fy) = (y / cell, smooth((y % cell) as f32 / cell as f32));
                for x in 0..SIDE {
                    let (cx, fx) = (x / cell, smooth((x % cell) as f32 / cell as f32));
                    let top = mixed(corner(cx, cy), corner(cx + 1, cy), fx);
                    let bottom = mixed(corner(cx, cy + 1), corner(cx + 1, cy + 1), fx);
                    values[y * SIDE + x] += weight * mixed(top, bottom, fy);
                }
            }
            weight *= 0.55;
        }
        let (low, high) = values.iter().fold((1.0_f32, 0.0_f32), |(low, high), &v| {
            (low.min(v), high.max(v))
        });
        values
            .iter_mut()
            .for_each(|value| *value = (*value - low) / (high - low));
        Self(values)
    }

    /// The value at a place; one unit is a repeat of the texture.
    pub(super) fn at(&self, u: f32, v: f32) -> f32 {
        let (x, y) = (u * SIDE as f32, v * SIDE as f32);
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (x0, y0) = (x0 as i32 as usize % SIDE, y0 as i32 as usize % SIDE);
        let (x1, y1) = ((x0 + 1) % SIDE, (y0 + 1) % SIDE);
        let top = mixed(self.0[y0 * SIDE + x0], self.0[y0 * SIDE + x1], fx);
        let bottom = mixed(self.0[y1 * SIDE + x0], self.0[y1 * SIDE + x1], fx);
        mixed(top, bottom, fy)
    }
}

pub(super) fn mixed(a: f32, b: f32, part: f32) -> f32 {
    a + (b - a) * part
}

/// 0 to 1 with level ends.
pub(super) fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// 0 below `from`, 1 above `to`, smooth between.
pub(super) fn step(from: f32, to: f32, value: f32) -> f32 {
    smooth(((value - from) / (to - from)).clamp(0.0, 1.0))
}
