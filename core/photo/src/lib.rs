//! What a photograph's bytes say about themselves, found without decoding a pixel.
//!
//! Why: a photo is taken in on a cheap phone, often several in a row, and one that was cut short by a
//! full disk or a killed camera app must be named while the worker still stands at the place. Decoding
//! twelve megapixels for that costs seconds and tens of megabytes; walking the file's own structure
//! costs neither, and bytes from a peer can be looked at in the same way before anything else touches
//! them.
//!
//! How: [`probe`] tells the format by its first bytes, then walks every marker segment of a JPEG
//! (entropy-coded data included) to the end of the first image, or every chunk of a PNG to `IEND`.
//! Every read is bounds-checked and nothing is allocated. What EXIF says is taken where it is well
//! formed and left out where it is not: broken metadata never makes a photograph unusable.

#![forbid(unsafe_code)]

mod bytes;
mod error;
mod exif;
mod jpeg;
mod png;

pub use error::{Foreign, PhotoError};
pub use exif::{Gps, TakenAt};

/// Longest side that is accepted, in pixels.
pub const MAX_SIDE: u32 = 20_000;
/// Most pixels that are accepted.
pub const MAX_PIXELS: u64 = 200_000_000;

/// File format of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
}

/// What a photograph's bytes say about themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Its format.
    pub format: Format,
    /// Width as stored, in pixels; turn by `orientation` for the width as seen.
    pub width: u32,
    /// Height as stored, in pixels.
    pub height: u32,
    /// Whether a JPEG is progressive or a PNG interlaced.
    pub progressive: bool,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// When it was taken by the camera's clock.
    pub taken_at: Option<TakenAt>,
    /// Where it was taken, as the camera says.
    pub gps: Option<Gps>,
    /// Direction of the camera, degrees clockwise from north, 0 to 360 (360 excluded).
    pub azimuth_deg: Option<f64>,
}

impl Probe {
    /// Width and height as seen, that is after turning by the orientation.
    #[must_use]
    pub fn upright(&self) -> (u32, u32) {
        match self.orientation {
            Some(5..=8) => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    fn new(
        format: Format,
        (width, height): (u32, u32),
        progressive: bool,
        exif: exif::Exif,
    ) -> Self {
        Self {
            format,
            width,
            height,
            progressive,
            orientation: exif.orientation,
            taken_at: exif.taken_at,
            gps: exif.gps,
            azimuth_deg: exif.azimuth_deg,
        }
    }
}

/// Looks at the bytes of a photograph.
///
/// Bytes after the end of the image are fine: several cameras append a second picture or a film.
///
/// # Errors
///
/// [`PhotoError`] where the bytes are no photograph, were cut short, are damaged in a way that shows in
/// the file's structure, have a size no camera has, or are of a format only the platform can decode.
pub fn probe(bytes: &[u8]) -> Result<Probe, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.starts_with(&jpeg::START) {
        jpeg::walk(bytes)
    } else if bytes.starts_with(&png::SIGNATURE) {
        png::walk(bytes)
    } else if png::SIGNATURE.starts_with(bytes) || jpeg::START.starts_with(bytes) {
        Err(PhotoError::Truncated {
            length: bytes.len(),
        })
    } else if let Some(format) = Foreign::of(bytes) {
        Err(PhotoError::NeedsPlatformDecoder { format })
    } else {
        Err(PhotoError::NotAPhoto)
    }
}

/// Refuses sizes no photograph has.
fn checked_size(width: u32, height: u32) -> Result<(u32, u32), PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::ZeroSize { width, height });
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(PhotoError::TooLarge { width, height });
    }
    Ok((width, height))
}
