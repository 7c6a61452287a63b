//! Does this photo show what the photo before showed, and is it the very same picture?
//!
//! Why: an after that shows another corner of the yard proves nothing, and the worker learns it days
//! later from whoever reads the form. The phone can tell at once, as long as the place itself is still
//! to be recognised: the problem is gone, the light is another, the camera stands a step aside.
//!
//! How: of each photo some seven hundred corners are kept, spread over the whole picture, each with a
//! fingerprint of its surroundings (FAST corners at four sizes, BRIEF fingerprints turned to the
//! corner's own direction). Corners of two photos whose fingerprints agree are matched, and the largest
//! set of matches that one movement of the camera explains is looked for. Without a set that is large
//! and spread enough, the verdict is [`Verdict::Unsure`]: never a claim where nothing was recognised.
//! What is kept of a photo ([`Features::to_bytes`]) is below 40 kB, so a before from months ago can be
//! compared without its pixels.

mod compare;
mod corner;
mod fingerprint;
mod guidance;
mod homography;
mod kept;
mod likeness;
mod matching;
mod search;
mod smooth;

pub use compare::{Comparison, Verdict, compare};
pub use guidance::{Closer, Guidance, Level, Turn};

use crate::{Luma, Picture};
use fingerprint::{Fingerprint, Turned};

/// Long side at which corners are looked for, in pixels.
const SIDE: u32 = 400;
/// Corners kept of a photo.
const CORNERS: usize = 700;
/// Sizes at which corners are looked for, each this much smaller than the one before.
const LEVELS: usize = 4;
const LEVEL_STEP: f32 = 1.3;
/// Long side of the small picture that is kept, in pixels.
const SMALL_SIDE: u32 = 120;

/// A corner and its fingerprint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feature {
    /// Place in the 400 px picture.
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) print: Fingerprint,
}

/// What is kept of a photo to compare others with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// Size of the picture in which places are told, in pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) features: Vec<Feature>,
    /// The photo very small, to tell a copy from a photo like it.
    pub(crate) small: Luma,
}

impl Features {
    /// Looks for the corners of a photo, best its report picture.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        Self::of_luma(&picture.luma())
    }

    /// The same from brightness alone.
    #[must_use]
    pub fn of_luma(luma: &Luma) -> Self {
        // A picture that is smaller is enlarged: places are told in shares of the long side.
        let (width, height) = (luma.width(), luma.height());
        let side = |side: u32| {
            let long = width.max(height);
            ((u64::from(side) * u64::from(SIDE) + u64::from(long / 2)) / u64::from(long)).max(1)
                as u32
        };
        let base = luma.resized(side(width), side(height));
        let mut features = Vec::with_capacity(CORNERS);
        let shares: [usize; LEVELS] = [324, 193, 115, 68];
        let turned = Turned::new();
        let mut scale = 1.0_f32;
        for wanted in shares {
            let level = if scale > 1.0 {
                let side = |side: u32| ((side as f32 / scale).round() as u32).max(1);
                base.resized(side(base.width()), side(base.height()))
            } else {
                base.clone()
            };
            let across = base.width() as f32 / level.width() as f32;
            let down = base.height() as f32 / level.height() as f32;
            let corners = corner::find(&level, wanted);
            let prints = fingerprint::of(&level, &corners, &turned);
            features.extend(corners.iter().zip(prints).map(|(corner, print)| Feature {
                x: (corner.x as f32 + 0.5) * across - 0.5,
                y: (corner.y as f32 + 0.5) * down - 0.5,
                print,
            }));
            scale *= LEVEL_STEP;
        }
        Self {
            width: base.width(),
            height: base.height(),
            features,
            small: base.within(SMALL_SIDE),
        }
    }

    /// How many corners were found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there is none: a blank wall, or nothing but blur.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}
