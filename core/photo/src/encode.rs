//! From pixels to a JPEG of at most so many bytes.
//!
//! How a size is met: the picture is encoded at the wanted quality; where it is too large, the quality
//! that would do is read off a fixed table of how size falls with quality. Below quality 55 a smaller
//! picture looks better than a coarser one, so the long side is stepped down instead.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::exif_out::{self, Facts};
use crate::{Filter, PhotoError, Picture};

/// What the file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// Quality to begin with, 1 to 100.
    pub quality: u8,
    /// Most bytes, everything included.
    pub max_bytes: Option<usize>,
}

/// A JPEG and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub jpeg: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Quality it was encoded with.
    pub quality: u8,
}

/// Below this quality a smaller picture is better than a coarser one.
const COARSE: u8 = 55;
/// The coarsest that is legible; used only for the smallest picture.
const COARSEST: u8 = 30;
/// Long sides to step down to, in pixels.
const STEPS: [u32; 7] = [1_600, 1_280, 1_024, 800, 640, 480, 320];
/// Of the bytes allowed, the share that is aimed at, in percent: the table is right within 4 %.
const AIM: usize = 96;

/// Quality and size at it, in thousandths of the size at quality 95. Means of 4:2:0 photographs.
const SIZES: [(u8, usize); 13] = [
    (95, 1_000),
    (90, 640),
    (85, 492),
    (80, 407),
    (75, 352),
    (70, 312),
    (65, 281),
    (60, 257),
    (55, 238),
    (50, 221),
    (45, 204),
    (40, 187),
    (30, 151),
];

/// Encodes at one quality.
///
/// # Errors
///
/// [`PhotoError::Unencodable`] for sizes that a JPEG cannot have.
pub fn encode(picture: &Picture, quality: u8, facts: &Facts) -> Result<Encoded, PhotoError> {
    let (Ok(width), Ok(height)) = (
        u16::try_from(picture.width()),
        u16::try_from(picture.height()),
    ) else {
        return Err(PhotoError::Unencodable);
    };
    let mut jpeg = Vec::with_capacity(picture.pixels().len() / 10);
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    if let Some(exif) = exif_out::write(facts) {
        encoder
            .add_exif_metadata(&exif)
            .map_err(|_| PhotoError::Unencodable)?;
    }
    encoder
        .encode(picture.pixels(), width, height, ColorType::Rgb)
        .map_err(|_| PhotoError::Unencodable)?;
    Ok(Encoded {
        jpeg,
        width: picture.width(),
        height: picture.height(),
        quality,
    })
}

/// Encodes within so many bytes, as good as that allows.
///
/// # Errors
///
/// [`PhotoError::DoesNotFit`] where even a small, coarse picture is larger.
pub fn fit(picture: &Picture, wanted: Fit, facts: &Facts) -> Result<Encoded, PhotoError> {
    let mut made = encode(picture, wanted.quality, facts)?;
    let Some(max_bytes) = wanted.max_bytes else {
        return Ok(made);
    };
    let mut smaller = None;
    let mut steps = STEPS
        .iter()
        .filter(|&&side| side < picture.long_side())
        .peekable();
    while made.jpeg.len() > max_bytes {
        let guess = predicted(made.quality, made.jpeg.len(), max_bytes * AIM / 100);
        let floor = if steps.peek().is_none() {
            COARSEST
        } else {
            COARSE.min(wanted.quality)
        };
        let quality = match guess {
            Some(quality) if quality >= floor => quality,
            _ => match steps.next() {
                Some(&side) => {
                    let next = picture.within(side, Filter::Fine);
                    // What the smaller picture takes at this quality, by its pixels.
                    let now = next.pixels().len() as f64
                        / smaller.as_ref().unwrap_or(picture).pixels().len() as f64;
                    let expected = (made.jpeg.len() as f64 * now) as usize;
                    smaller = Some(next);
                    predicted(made.quality, expected, max_bytes * AIM / 100)
                        .unwrap_or(COARSEST)
                        .clamp(COARSE.min(wanted.quality), wanted.quality)
                }
                None if made.quality > COARSEST => COARSEST,
                None => return Err(PhotoError::DoesNotFit { max_bytes }),
            },
        };
        // The table may be wrong for a picture: always at least one step down.
        let quality = if smaller.as_ref().unwrap_or(picture).width() == made.width {
            quality.min(made.quality.saturating_sub(1)).max(1)
        } else {
            quality
        };
        made = encode(smaller.as_ref().unwrap_or(picture), quality, facts)?;
    }
    Ok(made)
}

/// The highest quality at which a picture of `length` bytes at quality `now` has about `aim` bytes.
fn predicted(now: u8, length: usize, aim: usize) -> Option<u8> {
    let at_now = relative(now);
    (COARSEST..=95)
        .rev()
        .find(|&quality| length as f64 * relative(quality) / at_now <= aim as f64)
}

/// Size at a quality, as the table has it; straight lines between its points.
fn relative(quality: u8) -> f64 {
    let quality = quality.clamp(COARSEST, 95);
    SIZES
        .windows(2)
        .find(|pair| quality >= pair[1].0)
        .map_or(1_000.0, |pair| {
            let share = f64::from(quality - pair[1].0) / f64::from(pair[0].0 - pair[1].0);
            let (high, low) = (pair[0].1 as f64, pair[1].1 as f64);
            low + (high - low) * share
        })
}
