//! The photo before as a veil over the viewfinder.

use crate::{Filter, PhotoError, Picture};

/// A picture with transparency: red, green, blue and opacity, a byte each, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ghost {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The pixels.
    pub rgba: Vec<u8>,
}

/// Opacity where nothing happens in the picture: what is behind stays well visible.
const VEIL: u32 = 70;
/// Opacity of an outline.
const OUTLINE: u32 = 230;

/// The veil: faint where the photo is even, clear at outlines, which are what one aligns by.
#[must_use]
pub fn ghost(before: &Picture, long_side: u32) -> Ghost {
    let picture = before.within(long_side, Filter::Fast);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let luma = picture.luma();
    let luma = luma.pixels();
    let mut rgba = Vec::with_capacity(width * height * 4);
    for (at, colour) in picture.pixels().chunks_exact(3).enumerate() {
        let (x, y) = (at % width, at / width);
        let steep = |a: usize, b: usize| u32::from(luma[a].abs_diff(luma[b]));
        let gradient = if x > 0 && y > 0 && x + 1 < width && y + 1 < height {
            steep(at - 1, at + 1) + steep(at - width, at + width)
        } else {
            0
        };
        let opacity = (VEIL + gradient * 3).min(OUTLINE);
        rgba.extend([colour[0], colour[1], colour[2], opacity as u8]);
    }
    Ghost {
        width: picture.width(),
        height: picture.height(),
        rgba,
    }
}

impl Ghost {
    /// The veil as a PNG file.
    ///
    /// # Errors
    ///
    /// [`PhotoError::Unencodable`]: never for a ghost that [`ghost`] made.
    pub fn png(&self) -> Result<Vec<u8>, PhotoError> {
        use image::ImageEncoder;
        let mut out = Vec::new();
        image::codecs::png::PngEncoder::new(&mut out)
            .write_image(
                &self.rgba,
                self.width,
                self.height,
                image::ExtendedColorType::Rgba8,
            )
            .map_err(|_| PhotoError::Unencodable)?;
        Ok(out)
    }
}
