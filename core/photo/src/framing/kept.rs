//! Features as bytes, to keep them beside a photo.
//!
//! Layout, little-endian: `FWFT`, version, width, height, small width, small height, count (16 bits
//! each), the small picture, then for each corner its place in sixteenths of a pixel (16 bits each) and
//! its fingerprint (32 bytes).

use super::{CORNERS, Feature, Features, SIDE, SMALL_SIDE};
use crate::bytes::{Order, slice};
use crate::{Luma, PhotoError};

const MAGIC: &[u8; 4] = b"FWFT";
const VERSION: u16 = 1;
const HEADER: usize = 4 + 2 * 6;
const FEATURE: usize = 2 + 2 + 32;

impl Features {
    /// The features as bytes, at most 40,000 of them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let small = self.small.pixels();
        let mut out = Vec::with_capacity(HEADER + small.len() + self.features.len() * FEATURE);
        out.extend(MAGIC);
        for number in [
            u32::from(VERSION),
            self.width,
            self.height,
            self.small.width(),
            self.small.height(),
            self.features.len() as u32,
        ] {
            out.extend((number as u16).to_le_bytes());
        }
        out.extend(small);
        for feature in &self.features {
            for place in [feature.x, feature.y] {
                out.extend(((place.max(0.0) * 16.0).round() as u16).to_le_bytes());
            }
            for word in feature.print {
                out.extend(word.to_le_bytes());
            }
        }
        out
    }

    /// Features from bytes that [`Features::to_bytes`] made.
    ///
    /// # Errors
    ///
    /// [`PhotoError::NotFeatures`] where the bytes are of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PhotoError> {
        read(bytes).ok_or(PhotoError::NotFeatures)
    }
}

fn read(bytes: &[u8]) -> Option<Features> {
    let number = |at: usize| Order::Little.u16(bytes, 4 + 2 * at);
    if !bytes.starts_with(MAGIC) || number(0)? != VERSION {
        return None;
    }
    let (width, height) = (u32::from(number(1)?), u32::from(number(2)?));
    let (small_width, small_height) = (u32::from(number(3)?), u32::from(number(4)?));
    let count = usize::from(number(5)?);
    let sizes = width > 0
        && height > 0
        && width.max(height) <= SIDE
        && small_width.max(small_height) <= SMALL_SIDE
        && count <= CORNERS;
    if !sizes {
        return None;
    }
    let small_length = (small_width * small_height) as usize;
    let small = slice(bytes, HEADER, small_length)?.to_vec();
    let rest = bytes.get(HEADER + small_length..)?;
    if rest.len() != count * FEATURE {
        return None;
    }
    let features = rest
        .chunks_exact(FEATURE)
        .map(|raw| {
            let place = |at| Some(f32::from(Order::Little.u16(raw, at)?) / 16.0);
            let mut print = [0; 4];
            for (word, raw) in print.iter_mut().zip(raw[4..].chunks_exact(8)) {
                *word = u64::from_le_bytes(raw.try_into().ok()?);
            }
            Some(Feature {
                x: place(0)?,
                y: place(2)?,
                print,
            })
        })
        .collect::<Option<_>>()?;
    Some(Features {
        width,
        height,
        features,
        small: Luma::new(small_width, small_height, small).ok()?,
    })
}
