//! Cameras of twelve and forty-eight megapixels: twice the drawing, with noise.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::noise::Dice;

/// Which camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensor {
    /// 4,032 by 3,024 pixels.
    Twelve,
    /// The same, written as a progressive JPEG, as chat tools and web sites do.
    TwelveProgressive,
    /// 8,064 by 6,048 pixels.
    FortyEight,
}

/// Quality of most phones.
const QUALITY: u8 = 88;
/// The less, the rougher.
const ROUGHNESS: i32 = 700;
/// Length of the run of noise that is laid over the picture again and again, at changing places.
const RUN: usize = 16_381;

impl Sensor {
    /// Width and height in pixels.
    pub(super) fn sides(self) -> (u32, u32) {
        match self {
            Self::Twelve | Self::TwelveProgressive => (4_032, 3_024),
            Self::FortyEight => (8_064, 6_048),
        }
    }

    /// Enlarges a picture of half its sides, lays noise over it and encodes it with EXIF.
    pub(super) fn develop(
        self,
        pixels: &[u8],
        (width, height): (u32, u32),
        seed: u64,
        exif: &[u8],
    ) -> Vec<u8> {
        let out = enlarged(pixels, width as usize, height as usize, seed);
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.set_progressive(self == Self::TwelveProgressive);
        let sides = (width as u16 * 2, height as u16 * 2);
        if encoder
            .encode(&out, sides.0, sides.1, ColorType::Rgb)
            .is_err()
        {
            return Vec::new();
        }
        let (start, rest) = file.split_at(2);
        [start, exif, rest].concat()
    }
}

fn enlarged(pixels: &[u8], w: usize, h: usize, seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed ^ 0x5e45);
    let noise: Vec<i16> = (0..RUN).map(|_| grain(&mut dice)).collect();
    let rough = roughened(pixels, w, &noise, &mut dice);
    let pixels = rough.as_slice();
    let mut out = vec![0_u8; w * h * 12];
    for (y, row) in out.chunks_exact_mut(w * 6).enumerate() {
        // A pixel of the large picture lies a quarter beside one of the small: 3 parts of it and 1 of
        // the neighbour, in both directions.
        let near = y / 2;
        let far = if y % 2 == 0 {
            near.saturating_sub(1)
        } else {
            (near + 1).min(h - 1)
        };
        let line = |y: usize| &pixels[y * w * 3..(y + 1) * w * 3];
        let (near, far) = (line(near), line(far));
        let mut at = (dice.unit() * RUN as f32) as usize % RUN;
        let down = |x: usize, c: usize| i16::from(near[x * 3 + c]) * 3 + i16::from(far[x * 3 + c]);
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let here = x / 2;
            let beside = if x % 2 == 0 {
                here.saturating_sub(1)
            } else {
                (here + 1).min(w - 1)
            };
            let grain = noise[at];
            at = if at + 1 == RUN { 0 } else { at + 1 };
            for (c, value) in pixel.iter_mut().enumerate() {
                let sum = down(here, c) * 3 + down(beside, c) + grain;
                *value = ((sum + 8) >> 4).clamp(0, 255) as u8;
            }
        }
    }
    out
}

/// Plaster, earth and leaves are rough as far down as a lens shows; what is drawn is smooth, and a check
/// for blur would say so. So each square of two by two pixels is a little darker or lighter, the more the
/// brighter it is.
fn roughened(pixels: &[u8], w: usize, noise: &[i16], dice: &mut Dice) -> Vec<u8> {
    let mut out = pixels.to_vec();
    for rows in out.chunks_mut(w * 6) {
        let start = (dice.unit() * RUN as f32) as usize;
        for (at, value) in rows.iter_mut().enumerate() {
            let grain = i32::from(noise[(start + at % (w * 3) / 6) % RUN]);
            let light = i32::from(*value);
            *value = (light + grain * (60 + light) / ROUGHNESS).clamp(0, 255) as u8;
        }
    }
    out
}

/// Noise of a pixel in sixteenths of a step of brightness: the sum of three dice, some two steps.
fn grain(dice: &mut Dice) -> i16 {
    ((dice.unit() + dice.unit() + dice.unit() - 1.5) * 64.0) as i16
}
