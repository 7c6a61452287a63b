//! Decoded pixels: turned, resized, reduced to brightness.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::PhotoError;

/// Decoded pixels, upright: red, green and blue, a byte each, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// Brightness only: a byte per pixel, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Luma {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// How a picture is made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Sharpest: for pictures that are looked at.
    Fine,
    /// Fast and free of ringing: for thumbnails and measurements.
    Fast,
}

impl Picture {
    /// A picture of these pixels.
    ///
    /// # Errors
    ///
    /// [`PhotoError::WrongPixels`] where they are not `width * height * 3` bytes or none.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PhotoError> {
        if !fits(width, height, 3, pixels.len()) {
            return Err(PhotoError::WrongPixels {
                width,
                height,
                length: pixels.len(),
            });
        }
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The longer side in pixels.
    #[must_use]
    pub fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }

    /// The pixels: red, green and blue of each, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub(crate) fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// The picture as EXIF orientation `orientation` says it is to be seen.
    #[must_use]
    pub fn turned(self, orientation: u8) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        // Where the pixel seen at the top left is stored, and how far to go for its right and its lower
        // neighbour.
        let last = width * height - 1;
        let row = width.cast_signed();
        let (origin, right, down) = match orientation {
            2 => (width - 1, -1, row),
            3 => (last, -1, -row),
            4 => (last + 1 - width, 1, -row),
            5 => (0, row, 1),
            6 => (last + 1 - width, -row, 1),
            7 => (last, -row, -1),
            8 => (width - 1, row, -1),
            _ => return self,
        };
        let (wide, high) = if orientation >= 5 {
            (height, width)
        } else {
            (width, height)
        };
        let mut pixels = vec![0; self.pixels.len()];
        // Tiles, so that the rows which a column passes through stay in the processor's cache.
        for top in (0..high).step_by(TILE) {
            for left in (0..wide).step_by(TILE) {
                for y in top..high.min(top + TILE) {
                    let width = wide.min(left + TILE) - left;
                    let at = (y * wide + left) * 3;
                    let start =
                        origin.cast_signed() + left.cast_signed() * right + y.cast_signed() * down;
                    let into = pixels[at..at + width * 3].chunks_exact_mut(3);
                    for (x, pixel) in into.enumerate() {
                        let from = (start + x.cast_signed() * right).unsigned_abs() * 3;
                        pixel.copy_from_slice(&self.pixels[from..from + 3]);
                    }
                }
            }
        }
        Self {
            width: if orientation >= 5 {
                self.height
            } else {
                self.width
            },
            height: if orientation >= 5 {
                self.width
            } else {
                self.height
            },
            pixels,
        }
    }

    /// The picture with its long side at most `long_side` pixels; never larger than it is.
    #[must_use]
    pub fn within(&self, long_side: u32, filter: Filter) -> Self {
        let (width, height) = sides_within(self.width, self.height, long_side);
        self.resized(width, height, filter)
    }

    /// The picture at another size.
    #[must_use]
    pub fn resized(&self, width: u32, height: u32, filter: Filter) -> Self {
        let pixels = resize(
            (self.width, self.height),
            &self.pixels,
            PixelType::U8x3,
            (width, height),
            filter,
        );
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Brightness by the weights of the eye.
    #[must_use]
    pub fn luma(&self) -> Luma {
        let pixels = self
            .pixels
            .chunks_exact(3)
            .map(|rgb| {
                let sum = u32::from(rgb[0]) * 77 + u32::from(rgb[1]) * 150 + u32::from(rgb[2]) * 29;
                (sum >> 8) as u8
            })
            .collect();
        Luma {
            width: self.width,
            height: self.height,
            pixels,
        }
    }
}

const TILE: usize = 32;

impl Luma {
    /// Brightness of these pixels.
    ///
    /// # Errors
    ///
    /// [`PhotoError::WrongPixels`] where they are not `width * height` bytes or none.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PhotoError> {
        if !fits(width, height, 1, pixels.len()) {
            return Err(PhotoError::WrongPixels {
                width,
                height,
                length: pixels.len(),
            });
        }
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The same with its long side at most `long_side` pixels; never larger than it is.
    #[must_use]
    pub fn within(&self, long_side: u32) -> Self {
        let (width, height) = sides_within(self.width, self.height, long_side);
        self.resized(width, height)
    }

    /// The same at another size.
    #[must_use]
    pub fn resized(&self, width: u32, height: u32) -> Self {
        let pixels = resize(
            (self.width, self.height),
            &self.pixels,
            PixelType::U8,
            (width, height),
            Filter::Fast,
        );
        Self {
            width,
            height,
            pixels,
        }
    }
}

fn fits(width: u32, height: u32, channels: u64, length: usize) -> bool {
    length > 0 && u64::from(width) * u64::from(height) * channels == length as u64
}

/// The sides of a `width` x `height` picture whose long side is at most `long_side`.
pub(crate) fn sides_within(width: u32, height: u32, long_side: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= long_side {
        return (width, height);
    }
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(long_side) + u64::from(long / 2)) / u64::from(long);
        u32::try_from(side).unwrap_or(long_side).max(1)
    };
    (scaled(width), scaled(height))
}

fn resize(
    from: (u32, u32),
    pixels: &[u8],
    kind: PixelType,
    to: (u32, u32),
    filter: Filter,
) -> Vec<u8> {
    if from == to {
        return pixels.to_vec();
    }
    let filter = match filter {
        Filter::Fine => FilterType::Lanczos3,
        Filter::Fast => FilterType::Hamming,
    };
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .use_alpha(false);
    let mut into = Image::new(to.0.max(1), to.1.max(1), kind);
    // Both pictures are of one kind and the source has all its bytes, the only errors there are; a
    // black picture would show a mistake here at once.
    if let Ok(from) = ImageRef::new(from.0, from.1, pixels, kind) {
        let _ = Resizer::new().resize(&from, &mut into, &options);
    }
    into.into_vec()
}
